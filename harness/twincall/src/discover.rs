//! Finds the pairs of a project: every C fixture with its Rust twin, and what stands in their way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use thiserror::Error;
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use crate::directive::{self, DirectiveError, Directives, OptLevel};
use crate::facts::{CaseReport, Verdict};

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
    /// Those of `program` too.
    pub calls: Vec<crate::call::CallExpression>,
    /// The functions that start the fixture's own program.
    pub program: Vec<String>,
    pub expect: Vec<directive::Expectation>,
    /// Spellings of types to pair, C first.
    pub same: Vec<(String, String)>,
    pub opt: Vec<OptLevel>,
    pub wasm_memory: Option<(u32, u32)>,
    /// Further options of wasm-ld, of both files.
    pub wasm_link_flags: Vec<String>,
    pub timeout_ms: Option<u64>,
    /// Libraries of the system that define what both fixtures only declare.
    pub link: Vec<String>,
    /// Whether what both fixtures declare and neither defines is compared without being called.
    pub undefined: bool,
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
    #[error("the path of the project, `{}`, {reason}", root.display())]
    ProjectPath { root: PathBuf, reason: &'static str },
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
    #[error("`{name}` and `{other}` would share the snapshot `{}`; rename one of them", snapshot.display())]
    SharedSnapshot {
        name: String,
        other: String,
        snapshot: PathBuf,
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
            DiscoverError::NoProject(_) | DiscoverError::ProjectPath { .. } => None,
            // The folder of all fixtures is no case.
            DiscoverError::Unreadable { name, .. } if name.is_empty() => None,
            DiscoverError::MissingTwin { name, .. }
            | DiscoverError::DuplicateName { name, .. }
            | DiscoverError::SharedSnapshot { name, .. }
            | DiscoverError::Directives { name, .. }
            | DiscoverError::Unreadable { name, .. } => Some(name),
        }
    }

    /// What a report says of fixtures that are in no pair: one failed case each, on every target.
    pub fn report(&self, target: Target) -> CaseReport {
        let name = self.case_name().unwrap_or("(project)");
        CaseReport::listed(name, target, Verdict::Error, self.to_string())
    }
}

impl Case {
    /// Why the case does not run on a target, or `None` where it does.
    pub fn not_applicable(&self, target: Target) -> Option<String> {
        if let Some(reason) = self.not_applicable.get(&target) {
            return Some(reason.clone());
        }
        if target.is_wasm() && !self.link.is_empty() {
            return Some(format!(
                "the pair is about lib{} of the system, which is native",
                self.link.join(" and lib")
            ));
        }
        if self.targets.contains(&target) {
            return None;
        }
        let named: Vec<&str> = self.targets.iter().map(|target| target.short()).collect();
        Some(format!("the fixture is for {} only", named.join(" and ")))
    }

    /// Whether a call of this function starts the fixture's own program.
    pub fn starts_program(&self, symbol: &str) -> bool {
        self.program.iter().any(|function| function == symbol)
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
    if let Err(reason) = check_path(root) {
        let root = root.to_owned();
        discovery.errors.push(DiscoverError::ProjectPath { root, reason });
        return discovery;
    }
    let mut c = list(root, C_FOLDER, &["c", "cpp"], &mut discovery.errors);
    let mut rust = list(root, RUST_FOLDER, &["rs"], &mut discovery.errors);
    for error in &discovery.errors {
        // One error tells enough of a case: which of two files is meant is unknown, and a twin is there.
        if let Some(name) = error.case_name() {
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
    separate_snapshots(&mut discovery);
    discovery
}

/// Takes out the cases that would overwrite the snapshot of another.
fn separate_snapshots(discovery: &mut Discovery) {
    let mut owners: BTreeMap<PathBuf, String> = BTreeMap::new();
    discovery.cases.retain(|case| {
        let snapshot = crate::snapshot::path(&case.name, Target::X86_64LinuxGnu);
        match owners.get(&snapshot) {
            None => {
                owners.insert(snapshot, case.name.clone());
                true
            }
            Some(other) => {
                discovery.errors.push(DiscoverError::SharedSnapshot {
                    name: case.name.clone(),
                    other: other.clone(),
                    snapshot,
                });
                false
            }
        }
    });
}

/// Whether compilers can be given this path; if not, why.
fn check_path(path: &Path) -> Result<(), &'static str> {
    let Some(path) = path.to_str() else {
        return Err("is not UTF-8");
    };
    if path.contains(|c: char| c == '"' || c.is_control()) {
        return Err("holds a double quote or a control character, which no `#include` can spell");
    }
    Ok(())
}

/// Fixtures of one folder by case name.
fn list(
    root: &Path,
    folder: &str,
    extensions: &[&str],
    errors: &mut Vec<DiscoverError>,
) -> BTreeMap<String, PathBuf> {
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut pending = vec![(PathBuf::from(folder), Vec::new())];
    while let Some((relative, mut above)) = pending.pop() {
        let unreadable = |path: &Path, message: String| DiscoverError::Unreadable {
            name: name_of(folder, path),
            path: path.to_owned(),
            message,
        };
        // No case has this name, also where a file beside the folder does.
        let unreadable_folder = |path: &Path, message: String| DiscoverError::Unreadable {
            name: match path.strip_prefix(folder).unwrap_or(path) {
                inside if inside.as_os_str().is_empty() => String::new(),
                inside => format!("{}/", inside.display()),
            },
            path: path.to_owned(),
            message,
        };
        // The other folder may hold everything there is: then every fixture lacks its twin.
        if above.is_empty() && !root.join(&relative).exists() {
            break;
        }
        let read = || {
            let real = root.join(&relative).canonicalize()?;
            Ok::<_, std::io::Error>((std::fs::read_dir(&real)?, real))
        };
        let (entries, real) = match read() {
            Ok(read) => read,
            Err(error) => {
                errors.push(unreadable_folder(&relative, error.to_string()));
                continue;
            }
        };
        if above.contains(&real) {
            errors.push(unreadable_folder(
                &relative,
                "it is a folder above itself".to_owned(),
            ));
            continue;
        }
        above.push(real);
        for entry in entries.flatten() {
            let path = relative.join(entry.file_name());
            let at = root.join(&path);
            if at.is_dir() {
                pending.push((path, above.clone()));
                continue;
            }
            let extension = path
                .extension()
                .and_then(|extension| extension.to_str())
                .unwrap_or_default();
            if !extensions.contains(&extension) {
                continue;
            }
            let name = name_of(folder, &path);
            if let Err(reason) = check_path(&path) {
                if !errors.iter().any(|error| error.case_name() == Some(&name)) {
                    errors.push(unreadable(&path, format!("its name {reason}")));
                }
                continue;
            }
            // Reading a pipe would wait for somebody to write.
            if at.exists() && !at.is_file() {
                errors.push(unreadable(&path, "it is no file".to_owned()));
                continue;
            }
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

/// The name of the case in a file.
fn name_of(folder: &str, path: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(path).with_extension("");
    inside.to_string_lossy().into_owned()
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
            .flat_map(|directives| directives.calls.iter().chain(&directives.program))
            .cloned()
            .collect(),
        program: both
            .iter()
            .flat_map(|directives| &directives.program)
            .map(|call| call.function.clone())
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
        wasm_link_flags: both
            .iter()
            .flat_map(|directives| directives.wasm_link_flags.clone())
            .collect(),
        timeout_ms: both.iter().find_map(|directives| directives.timeout_ms),
        undefined: both.iter().any(|directives| directives.undefined),
        link: both
            .iter()
            .flat_map(|directives| directives.link.clone())
            .collect(),
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
mod tests;
