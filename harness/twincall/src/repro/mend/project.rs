//! Mends of a project's own pairs: tried on a copy of the project, so that nothing of it is touched by what does not hold.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use twincall_abi::interface::Side;

use super::{conforms, first, is_generated};
use crate::discover::{C_FOLDER, Case, RUST_FOLDER};
use crate::facts::{CaseReport, ChangeReport, MendReport};
use crate::repro::ReproError;
use crate::repro::pair::{Pair, Source, Sources};
use crate::session::Session;
use crate::temporary::Folder;

/// A change of one file of the project, with which its pair conforms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    pub mend: MendReport,
    /// The file, from the project's root.
    pub path: PathBuf,
    /// Its content, from which the change was made.
    before: String,
    /// Its new content.
    text: String,
}

impl Fix {
    /// Writes the file, where it is still what the change was made from.
    ///
    /// # Errors
    /// A file that cannot be read or written, or that is another one by now.
    pub fn write(&self, root: &Path) -> Result<(), ReproError> {
        Ok(replace(&root.join(&self.path), &self.before, &self.text)?)
    }
}

/// Writes a file in one step, so that whoever ends this program keeps one of the two contents.
///
/// # Errors
/// A file that cannot be read or written, or that does not hold any more what it did.
pub fn replace(file: &Path, before: &str, after: &str) -> io::Result<()> {
    if fs::read_to_string(file)? != before {
        return Err(io::Error::other("it was changed meanwhile"));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut new = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    new.write_all(after.as_bytes())?;
    new.as_file().set_permissions(fs::metadata(file)?.permissions())?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// A copy of a project in which changes are tried.
#[derive(Debug)]
pub struct Trial {
    _folder: Folder,
    session: Session,
}

impl Trial {
    /// Copies the project's fixtures; what else lies in its root is linked.
    ///
    /// # Errors
    /// Files that cannot be read or written.
    pub fn of(session: &Session) -> Result<Trial, ReproError> {
        let folder = Folder::new()?;
        for entry in fs::read_dir(session.root())? {
            let entry = entry?;
            let to = folder.path().join(entry.file_name());
            match entry.file_name().to_str() {
                Some(C_FOLDER | RUST_FOLDER) => copy(&entry.path(), &to)?,
                _ => std::os::unix::fs::symlink(fs::canonicalize(entry.path())?, to)?,
            }
        }
        let session = session.passing(folder.path())?;
        Ok(Trial {
            _folder: folder,
            session,
        })
    }

    /// The change with which a case conforms on every target on which it was judged. Nothing where none does, and for what a
    /// generator wrote, which would write it again.
    ///
    /// # Errors
    /// Files that cannot be written.
    pub fn mend(&self, case: &Case, reports: &[CaseReport]) -> Result<Option<Fix>, ReproError> {
        if is_generated(&case.rust.text) {
            return Ok(None);
        }
        let source = |path: &Path, text: &str| Source::of_file(&path.display().to_string(), text);
        let sources = Sources {
            cpp: case.c.cpp,
            c: source(&case.c.path, &case.c.text),
            rust: source(&case.rust.path, &case.rust.text),
            ..Sources::default()
        };
        let judged: Vec<&CaseReport> = reports.iter().filter(|report| report.executed()).collect();
        let interfaces: Vec<_> = judged
            .iter()
            .map(|report| self.session.interfaces(case, report.target).ok())
            .collect();
        first(
            &sources,
            &Pair::default(),
            reports,
            &interfaces,
            |changed, side, changes| self.attempt(case, &judged, changed, side, changes),
        )
    }

    /// Judges the case with a change, after which the copy is as before.
    fn attempt(
        &self,
        case: &Case,
        judged: &[&CaseReport],
        changed: &Sources,
        side: Side,
        changes: Vec<ChangeReport>,
    ) -> Result<Option<Fix>, ReproError> {
        let (fixture, text) = match side {
            Side::C => (&case.c, &changed.c.text),
            Side::Rust => (&case.rust, &changed.rust.text),
        };
        let file = self.session.root().join(&fixture.path);
        fs::write(&file, text)?;
        let conforms = self.conforms(case, judged);
        fs::write(&file, &fixture.text)?;
        Ok(conforms.then(|| Fix {
            mend: MendReport {
                side,
                changes,
                breaks: Vec::new(),
                targets: judged.iter().map(|report| report.target).collect(),
            },
            path: fixture.path.clone(),
            before: fixture.text.clone(),
            text: text.clone(),
        }))
    }

    fn conforms(&self, case: &Case, judged: &[&CaseReport]) -> bool {
        let cases = self.session.discover().cases;
        let Some(changed) = cases.iter().find(|changed| changed.name == case.name) else {
            return false;
        };
        !judged.is_empty()
            && judged.iter().all(|before| {
                let (after, _) = self.session.run(changed, before.target);
                after.executed() && conforms(&Pair::default(), before, &after, false)
            })
    }
}

/// Copies a folder with all that is in it. What is neither a folder nor a file is no fixture.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match fs::metadata(&from)? {
            data if data.is_dir() => copy(&from, &to)?,
            data if data.is_file() => fs::copy(&from, &to).map(drop)?,
            _ => {}
        }
    }
    Ok(())
}
