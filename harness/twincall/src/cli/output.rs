//! Where the result of a run goes: standard output or a file. What is in it is decided elsewhere.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A place that was tried before the run, so that a wrong path costs nothing.
#[derive(Debug)]
pub(super) enum Output {
    Standard,
    /// The path of a file that is written whole beside it and then renamed, so that a reader never sees half of it.
    Renamed(PathBuf),
    /// A device or pipe, or a file in a folder that cannot be written.
    Direct(File),
}

impl Output {
    /// Opens the file, or standard output where none is named.
    pub(super) fn open(path: Option<&Path>) -> io::Result<Output> {
        let Some(path) = path else {
            return Ok(Output::Standard);
        };
        // A link stays one, and the file behind it is written.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let direct = || File::options().write(true).open(&path).map(Output::Direct);
        if path.exists() && !path.is_file() {
            return direct();
        }
        match beside(&path) {
            Ok(_) => Ok(Output::Renamed(path)),
            Err(_) if path.is_file() => direct(),
            Err(error) => Err(error),
        }
    }

    /// Writes the whole result. A reader of standard output that went away is no error.
    pub(super) fn write(self, text: &str) -> io::Result<()> {
        match self {
            Output::Standard => super::write_out(text),
            Output::Renamed(path) => {
                let mut file = beside(&path)?;
                file.write_all(text.as_bytes())?;
                if let Ok(metadata) = fs::metadata(&path) {
                    file.as_file().set_permissions(metadata.permissions())?;
                }
                file.persist(path).map(|_| ()).map_err(|error| error.error)
            }
            Output::Direct(mut file) => {
                // A device has no length to set.
                let _ = file.set_len(0);
                file.write_all(text.as_bytes())
            }
        }
    }
}

fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    tempfile::Builder::new()
        // What the user's umask leaves of this is what any other program would give the file.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder.unwrap_or(Path::new(".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) -> io::Result<()> {
        Output::open(Some(path))?.write(text)
    }

    #[test]
    fn a_file_is_replaced_and_a_link_to_it_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "a longer text than the new one").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(link.is_symlink());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_device_stays_a_device() {
        write(Path::new("/dev/null"), "x").unwrap();
        assert!(!Path::new("/dev/null").is_file());
        assert!(write(Path::new("/dev/full"), "x").is_err());
    }

    #[test]
    fn what_cannot_be_opened_is_known_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Output::open(Some(folder.path())).is_err());
        assert!(Output::open(Some(&folder.path().join("no/folder"))).is_err());
    }
}
