//! Folders in which compilers and linkers work, and the record of what they were asked.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::cache::Cache;

/// Keeps the inputs of every compiler and linker call, and the calls themselves as one line of shell each, so that they
/// can be repeated without Twincall.
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    commands: Mutex<File>,
}

/// A folder for one call; it is removed afterwards unless calls are recorded.
#[derive(Debug)]
pub(crate) enum Scratch {
    Temporary(tempfile::TempDir),
    Kept(PathBuf),
}

/// The file of a record that holds the commands.
const COMMANDS_FILE: &str = "commands.sh";

impl Recorder {
    /// Records into a folder, which is created where it does not exist.
    pub fn new(folder: &Path) -> std::io::Result<Recorder> {
        std::fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let commands = Mutex::new(File::create(folder.join(COMMANDS_FILE))?);
        Ok(Recorder { folder, commands })
    }

    /// Where the files lie that a linker reads.
    pub(crate) fn objects(&self) -> PathBuf {
        self.folder.join("objects")
    }

    pub(super) fn record(&self, command: &Command) -> std::io::Result<()> {
        let quote = |text: &std::ffi::OsStr| format!("'{}'", text.to_string_lossy().replace('\'', r"'\''"));
        let mut line = String::new();
        if let Some(folder) = command.get_current_dir() {
            line.push_str(&format!("cd {} && ", quote(folder.as_os_str())));
        }
        for (name, value) in command.get_envs() {
            line.push_str(&format!(
                "{}={} ",
                name.to_string_lossy(),
                quote(value.unwrap_or_default())
            ));
        }
        line.push_str(&quote(command.get_program()));
        for argument in command.get_args() {
            line.push(' ');
            line.push_str(&quote(argument));
        }
        line.push('\n');
        // A thread that panicked in mid-line spoils one line, not the record.
        let mut file = self
            .commands
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        file.write_all(line.as_bytes())
    }
}

impl Scratch {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Scratch::Temporary(folder) => folder.path(),
            Scratch::Kept(folder) => folder,
        }
    }
}

/// A new folder for one call.
pub(crate) fn scratch(cache: &Cache, recorder: Option<&Recorder>) -> std::io::Result<Scratch> {
    match recorder {
        None => cache.scratch().map(Scratch::Temporary),
        Some(recorder) => {
            let folder = tempfile::Builder::new()
                .prefix("call-")
                .tempdir_in(&recorder.folder)?;
            Ok(Scratch::Kept(folder.keep()))
        }
    }
}
