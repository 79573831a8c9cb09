//! Temporary folders that are gone when the tool is, also when a signal ends it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tempfile::TempDir;

/// The folders that exist at this moment.
static FOLDERS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A folder that is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> io::Result<Folder> {
        // Under the lock, so that no signal comes between the folder and the word of it.
        folders(|all| {
            let folder = tempfile::Builder::new().prefix("twincall-").tempdir()?;
            all.insert(folder.path().to_owned());
            Ok(Folder(folder))
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        folders(|all| all.remove(self.path()));
    }
}

fn folders<T>(with: impl FnOnce(&mut BTreeSet<PathBuf>) -> T) -> T {
    with(&mut FOLDERS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Has the signals by which people and build systems end a program remove the folders before they end this one. For the
/// command line only: how another program takes signals is its own matter.
pub(crate) fn removed_on_signals() {
    // Without it folders are left behind, and nothing else is different.
    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else {
        return;
    };
    std::thread::spawn(move || {
        let Some(signal) = signals.forever().next() else {
            return;
        };
        folders(|all| {
            for folder in all.iter() {
                let _ = std::fs::remove_dir_all(folder);
            }
            // None is made any more: the lock is held to the end.
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        });
    });
}
