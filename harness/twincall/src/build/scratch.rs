//! Folders in which compilers and linkers work, and the record of what they were asked.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::cache::Cache;
use crate::text::quote;

/// Keeps the inputs of every compiler and linker call, and the calls themselves as one line of shell each, so that they
/// can be repeated without Twincall.
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    commands: Mutex<File>,
}

/// A folder for one call; it is removed afterwards unless calls are recorded.
#[derive(Debug)]
pub(super) enum Scratch {
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

    fn record(&self, command: &Command) -> std::io::Result<()> {
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
    pub(super) fn path(&self) -> &Path {
        match self {
            Scratch::Temporary(folder) => folder.path(),
            Scratch::Kept(folder) => folder,
        }
    }
}

/// A new folder for one call.
pub(super) fn scratch(cache: &Cache, recorder: Option<&Recorder>) -> std::io::Result<Scratch> {
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

/// Writes a command into the record, if there is one.
pub(super) fn record(recorder: Option<&Recorder>, command: &Command) -> std::io::Result<()> {
    recorder.map_or(Ok(()), |recorder| recorder.record(command))
}

/// The command as a person can repeat it from the project's root.
pub(super) fn show(command: &Command, root: &Path) -> String {
    let root = format!("{}/", root.display());
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        // In a map of prefixes the root is not a path that is opened.
        let relative = argument.strip_prefix(&root).filter(|rest| !rest.starts_with('='));
        let argument = relative.unwrap_or(&argument);
        words.push(quote(argument));
    }
    words.join(" ")
}
