//! Finds the pairs of a project: every C fixture with its Rust twin, and what stands in their way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use thiserror::Error;
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use crate::directive::{self, DirectiveError, Directives, OptLevel};

/// The folder of C fixtures below a project's root.
pub const C_FOLDER: &str = "c-fixtures";
/// The folder of Rust fixtures below a project's root.
pub const RUST_FOLDER: &str = "rust-fixtures";

/// A pair of fixtures.
#[derive(Clone, Debug)]
pub struct Case {
    /// Relative path without extension, with `/`: `struct/three_floats`.
    pub name: String,
    pub c: Fixture,
    pub rust: Fixture,
    pub about: String,
    pub references: Vec<String>,
    pub calls: Vec<crate::call::CallExpression>,
    pub expect: Vec<directive::Expectation>,
    /// Spellings of types to pair, C first.
    pub same: Vec<(String, String)>,
    pub opt: Vec<OptLevel>,
    pub wasm_memory: Option<(u32, u32)>,
    pub timeout_ms: Option<u64>,
    targets: Vec<Target>,
    not_applicable: BTreeMap<Target, String>,
}

/// One file of a pair.
#[derive(Clone, Debug)]
pub struct Fixture {
    pub side: Side,
    /// Relative to the project's root.
    pub path: PathBuf,
    pub text: String,
    /// C++ rather than C.
    pub cpp: bool,
    pub directives: Directives,
}

/// A case that cannot be planned, or a project that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum DiscoverError {
    #[error("`{}` has neither `{C_FOLDER}` nor `{RUST_FOLDER}` in it", .0.display())]
    NoProject(PathBuf),
    #[error("`{}` has no twin: expected `{}`", present.display(), expected.display())]
    MissingTwin {
        name: String,
        present: PathBuf,
        expected: PathBuf,
    },
    #[error("two cases are named `{name}`: `{}` and `{}`", first.display(), second.display())]
    DuplicateName {
        name: String,
        first: PathBuf,
        second: PathBuf,
    },
    #[error("{}", .errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Directives {
        name: String,
        errors: Vec<DirectiveError>,
    },
    #[error("cannot read `{}`: {message}", path.display())]
    Unreadable {
        name: String,
        path: PathBuf,
        message: String,
    },
}

impl DiscoverError {
    /// The case that this is about, where it is about one.
    pub fn case_name(&self) -> Option<&str> {
        match self {
            DiscoverError::NoProject(_) => None,
            DiscoverError::MissingTwin { name, .. }
            | DiscoverError::DuplicateName { name, .. }
            | DiscoverError::Directives { name, .. }
            | DiscoverError::Unreadable { name, .. } => Some(name),
        }
    }
}

impl Case {
    /// Why the case does not run on a target, or `None` where it does.
    pub fn not_applicable(&self, target: Target) -> Option<String> {
        if let Some(reason) = self.not_applicable.get(&target) {
            return Some(reason.clone());
        }
        if self.targets.contains(&target) {
            return None;
        }
        let named: Vec<&str> = self.targets.iter().map(|target| target.short()).collect();
        Some(format!("the fixture is for {} only", named.join(" and ")))
    }

    /// The fixture of one side.
    pub fn fixture(&self, side: Side) -> &Fixture {
        match side {
            Side::C => &self.c,
            Side::Rust => &self.rust,
        }
    }
}

/// What a project holds: the pairs in order of their names, and one error for each thing that is in no pair.
#[derive(Debug, Default)]
pub struct Discovery {
    pub cases: Vec<Case>,
    pub errors: Vec<DiscoverError>,
}

/// Reads all pairs below `root`.
pub fn discover(root: &Path) -> Discovery {
    let mut discovery = Discovery::default();
    if !root.join(C_FOLDER).is_dir() && !root.join(RUST_FOLDER).is_dir() {
        discovery.errors.push(DiscoverError::NoProject(root.to_owned()));
        return discovery;
    }
    let c = list(root, C_FOLDER, &["c", "cpp"], &mut discovery.errors);
    let mut rust = list(root, RUST_FOLDER, &["rs"], &mut discovery.errors);
    let mut c = c;
    for error in &discovery.errors {
        // Which of the two files is meant is unknown, so neither is taken.
        if let DiscoverError::DuplicateName { name, .. } = error {
            c.remove(name);
            rust.remove(name);
        }
    }
    for (name, path) in c {
        match rust.remove(&name) {
            Some(twin) => match read_case(root, &name, path, twin) {
                Ok(case) => discovery.cases.push(case),
                Err(error) => discovery.errors.push(error),
            },
            None => {
                let expected = Path::new(RUST_FOLDER).join(format!("{name}.rs"));
                discovery.errors.push(DiscoverError::MissingTwin {
                    name,
                    present: path,
                    expected,
                });
            }
        }
    }
    for (name, present) in rust {
        let expected = Path::new(C_FOLDER).join(format!("{name}.c"));
        discovery.errors.push(DiscoverError::MissingTwin {
            name,
            present,
            expected,
        });
    }
    discovery
}

/// Fixtures of one folder by case name.
fn list(
    root: &Path,
    folder: &str,
    extensions: &[&str],
    errors: &mut Vec<DiscoverError>,
) -> BTreeMap<String, PathBuf> {
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut pending = vec![PathBuf::from(folder)];
    while let Some(relative) = pending.pop() {
        let Ok(entries) = std::fs::read_dir(root.join(&relative)) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = relative.join(entry.file_name());
            if root.join(&path).is_dir() {
                pending.push(path);
                continue;
            }
            let extension = path
                .extension()
                .and_then(|extension| extension.to_str())
                .unwrap_or_default();
            if !extensions.contains(&extension) {
                continue;
            }
            let inside = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
            let Some(name) = inside.to_str().map(str::to_owned) else {
                let name = inside.to_string_lossy().into_owned();
                let message = "its name is not UTF-8".to_owned();
                errors.push(DiscoverError::Unreadable { name, path, message });
                continue;
            };
            if let Some(first) = found.insert(name.clone(), path.clone()) {
                errors.push(DiscoverError::DuplicateName {
                    name,
                    first,
                    second: path,
                });
            }
        }
    }
    found
}

fn read_case(root: &Path, name: &str, c: PathBuf, rust: PathBuf) -> Result<Case, DiscoverError> {
    let c = read_fixture(root, name, c, Side::C)?;
    let rust = read_fixture(root, name, rust, Side::Rust)?;
    let both = [&c.directives, &rust.directives];
    let pick = |choose: fn(&Directives) -> bool| both.into_iter().find(|directives| choose(directives));
    let targets = both
        .iter()
        .find_map(|directives| directives.targets.clone())
        .unwrap_or(Target::ALL.to_vec());
    let mut not_applicable = c.directives.not_applicable.clone();
    not_applicable.extend(rust.directives.not_applicable.clone());
    Ok(Case {
        name: name.to_owned(),
        about: pick(|directives| directives.about.is_some())
            .and_then(|directives| directives.about.clone())
            .unwrap_or_default(),
        references: both
            .iter()
            .flat_map(|directives| directives.references.clone())
            .collect(),
        calls: both
            .iter()
            .flat_map(|directives| directives.calls.clone())
            .collect(),
        expect: both
            .iter()
            .flat_map(|directives| directives.expect.clone())
            .collect(),
        same: both
            .iter()
            .flat_map(|directives| directives.same.clone())
            .collect(),
        opt: both
            .iter()
            .find_map(|directives| directives.opt.clone())
            .unwrap_or(OptLevel::DEFAULT.to_vec()),
        wasm_memory: both.iter().find_map(|directives| directives.wasm_memory),
        timeout_ms: both.iter().find_map(|directives| directives.timeout_ms),
        targets,
        not_applicable,
        c,
        rust,
    })
}

fn read_fixture(root: &Path, name: &str, path: PathBuf, side: Side) -> Result<Fixture, DiscoverError> {
    let text = std::fs::read_to_string(root.join(&path)).map_err(|error| DiscoverError::Unreadable {
        name: name.to_owned(),
        path: path.clone(),
        message: error.to_string(),
    })?;
    let directives = directive::read(&path, &text, side).map_err(|errors| DiscoverError::Directives {
        name: name.to_owned(),
        errors,
    })?;
    let cpp = path.extension().is_some_and(|extension| extension == "cpp");
    Ok(Fixture {
        side,
        path,
        text,
        cpp,
        directives,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root
    }

    #[test]
    fn pairs_by_path_and_reports_the_rest() {
        let root = project(&[
            ("c-fixtures/a/one.c", "//@ about = \"first\"\n"),
            ("rust-fixtures/a/one.rs", ""),
            ("c-fixtures/a/two.c", ""),
            ("rust-fixtures/three.rs", ""),
            ("c-fixtures/four.c", "//@ abuot = \"\"\n"),
            ("rust-fixtures/four.rs", ""),
        ]);
        let discovery = discover(root.path());
        assert_eq!(discovery.cases.len(), 1);
        assert_eq!(discovery.cases[0].name, "a/one");
        assert_eq!(discovery.cases[0].about, "first");
        let names: Vec<_> = discovery
            .errors
            .iter()
            .filter_map(DiscoverError::case_name)
            .collect();
        assert_eq!(names, ["a/two", "four", "three"]);
    }

    #[test]
    fn two_cases_of_one_name_are_an_error() {
        let root = project(&[
            ("c-fixtures/one.c", ""),
            ("c-fixtures/one.cpp", ""),
            ("rust-fixtures/one.rs", ""),
        ]);
        let discovery = discover(root.path());
        assert!(matches!(
            discovery.errors[..],
            [DiscoverError::DuplicateName { .. }]
        ));
    }

    #[test]
    fn a_folder_without_fixtures_is_no_project() {
        let root = tempfile::tempdir().unwrap();
        assert!(matches!(
            discover(root.path()).errors[..],
            [DiscoverError::NoProject(_)]
        ));
    }
}
