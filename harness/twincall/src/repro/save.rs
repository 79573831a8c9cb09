//! A reproduced report as a pair of the project, which `cargo test` guards from then on: its directives, what it is expected to
//! show, and the snapshots of both targets.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use twincall_abi::target::Target;

use super::{ReproError, Reproduction, Request, reproduce};
use crate::facts::{CaseReport, Report};
use crate::session::Options;
use crate::snapshot;
use crate::toolchain::ToolchainChoice;

/// The family of pairs that were reports.
pub const FAMILY: &str = "reports";

/// A pair has two sources, their headers, and a snapshot for each target.
const MOST_FILES: usize = 256;
const MOST_BYTES: usize = 32 << 20;

/// Files by their path below the project's root.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Saved {
    /// `reports/name`.
    pub case: String,
    pub files: Vec<(PathBuf, String)>,
    /// Snapshots hold for these toolchains, C first.
    pub toolchains: Vec<String>,
}

/// Why a report was not saved.
#[derive(Debug, Error)]
pub enum SaveError {
    #[error("use `{0}` as the name of a pair: it takes small letters, digits and `_`")]
    Name(String),
    #[error("save below `{}`, which is no folder", .0.display())]
    NoRoot(PathBuf),
    #[error("save a report that no target could build and judge")]
    NothingJudged,
    #[error("save a report that the default toolchains do not build: every run of the project would fail")]
    OtherToolchainsOnly,
    #[error("write `{}`, which is there already", .0.display())]
    Exists(PathBuf),
    #[error("write `{}` outside of the folders of fixtures and snapshots", .0.display())]
    Outside(PathBuf),
    #[error("write more than {MOST_FILES} files or {MOST_BYTES} bytes")]
    TooMuch,
    #[error("write `{}`: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// One expected divergence, as a directive names it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Expected {
    rule: &'static str,
    symbol: String,
    target: Option<&'static str>,
    opt: Option<u8>,
}

/// Whether a pair may have this name.
///
/// # Errors
/// The name, where it may not.
pub fn check_name(name: &str) -> Result<(), SaveError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= 64 && name.chars().all(allowed) {
        return Ok(());
    }
    Err(SaveError::Name(name.to_owned()))
}

/// Whether a pair may be saved below this folder.
///
/// # Errors
/// The folder, where there is none.
pub fn check_root(root: &Path) -> Result<(), SaveError> {
    match root.is_dir() {
        true => Ok(()),
        false => Err(SaveError::NoRoot(root.to_owned())),
    }
}

/// Makes the files of a pair from what came of its report. With other toolchains than the default ones the default ones are
/// asked too: snapshots are theirs, and an expectation names the toolchain where they do not share it.
///
/// # Errors
/// Nothing could be judged, or the second run failed.
pub fn save(request: &Request<'_>, done: &Reproduction) -> Result<Saved, ReproError> {
    if !done.report.cases.iter().any(CaseReport::executed) {
        return Err(SaveError::NothingJudged.into());
    }
    let chosen = &request.options.toolchains;
    let other = chosen.rust.as_ref().or(chosen.c.as_ref());
    let by_default = match other {
        None => None,
        Some(_) => Some(reproduce(&Request {
            options: Options {
                toolchains: ToolchainChoice::default(),
                ..request.options.clone()
            },
            ..request.clone()
        })?),
    };
    let plain = by_default.as_ref().unwrap_or(done);
    if !plain.report.cases.iter().any(CaseReport::executed) {
        return Err(SaveError::OtherToolchainsOnly.into());
    }
    let mut expectations: Vec<String> = Vec::new();
    let here = expected(&done.report);
    let there = expected(&plain.report);
    for one in here.intersection(&there) {
        expectations.push(one.text(None));
    }
    for one in here.difference(&there) {
        expectations.push(one.text(other.and_then(|_| differing(done, plain))));
    }
    for one in there.difference(&here) {
        expectations.push(one.text(differing(plain, done)));
    }
    let mut pair = done.sources.pair(request.name);
    pair.direct(&expect_directive(&expectations));
    if let Some(targets) = targets(&plain.report) {
        pair.direct(&targets);
    }
    let mut files = vec![
        (pair.c_path.clone(), pair.c.text.clone()),
        (pair.rust_path.clone(), pair.rust.text.clone()),
    ];
    files.extend(pair.headers.iter().cloned());
    for case in plain.report.cases.iter().filter(|case| case.executed()) {
        files.push((snapshot::path(&case.name, case.target), snapshot::file_text(case)));
    }
    Ok(Saved {
        case: pair.name,
        files,
        toolchains: plain
            .report
            .toolchains
            .iter()
            .map(|toolchain| toolchain.name.clone())
            .collect(),
    })
}

/// Writes the files of a pair of this name below a project's root, all or none. They come from where the code of a report runs, so
/// that nothing that they say of themselves is believed.
///
/// # Errors
/// A file that exists already or cannot be written, or a path that leads elsewhere.
pub fn write(root: &Path, name: &str, saved: &Saved) -> Result<(), SaveError> {
    check_name(name)?;
    check_root(root)?;
    let bytes: usize = saved.files.iter().map(|(_, text)| text.len()).sum();
    if saved.files.len() > MOST_FILES || bytes > MOST_BYTES {
        return Err(SaveError::TooMuch);
    }
    for (path, _) in &saved.files {
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        let printable = path
            .to_str()
            .is_some_and(|path| !path.contains(|c: char| c.is_control()));
        let sources = [crate::discover::C_FOLDER, crate::discover::RUST_FOLDER];
        let own = sources
            .iter()
            .any(|folder| path.starts_with(Path::new(folder).join(FAMILY)))
            || Target::ALL
                .into_iter()
                .any(|target| *path == snapshot::path(&format!("{FAMILY}/{name}"), target));
        if !plain || !printable || !own {
            return Err(SaveError::Outside(path.clone()));
        }
        if root.join(path).symlink_metadata().is_ok() {
            return Err(SaveError::Exists(path.clone()));
        }
        let linked = path.ancestors().any(|folder| {
            root.join(folder)
                .symlink_metadata()
                .is_ok_and(|data| data.is_symlink())
        });
        if linked {
            return Err(SaveError::Outside(path.clone()));
        }
    }
    let mut written: Vec<PathBuf> = Vec::new();
    for (path, text) in &saved.files {
        let path = root.join(path);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        // Nothing is written through what was put there meanwhile.
        let create = || File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        if let Err(source) = made.and_then(|()| create()) {
            for path in written {
                // What cannot be taken back is named by the next attempt.
                let _ = std::fs::remove_file(path);
            }
            return Err(SaveError::Write { path, source });
        }
        written.push(path);
    }
    Ok(())
}

impl Expected {
    fn text(&self, toolchain: Option<&str>) -> String {
        let mut parts = vec![format!("rule = \"{}\"", self.rule)];
        parts.push(format!("symbol = {}", toml::Value::String(self.symbol.clone())));
        parts.extend(self.target.map(|target| format!("target = \"{target}\"")));
        parts.extend(self.opt.map(|opt| format!("opt = {opt}")));
        parts.extend(toolchain.map(|name| format!("toolchain = \"{name}\"")));
        format!("{{ {} }}", parts.join(", "))
    }
}

/// What a run found, as narrow as it was seen.
fn expected(report: &Report) -> BTreeSet<Expected> {
    let executed: Vec<&CaseReport> = report.cases.iter().filter(|case| case.executed()).collect();
    let mut all = BTreeSet::new();
    for case in &executed {
        for finding in case.findings.iter().filter(|finding| !finding.contract_only) {
            let has = |other: &&&CaseReport| {
                let same = |theirs: &&crate::facts::Finding| {
                    theirs.rule == finding.rule
                        && theirs.symbol == finding.symbol
                        && theirs.opt == finding.opt
                        && !theirs.contract_only
                };
                other.findings.iter().any(|theirs| same(&theirs))
            };
            let everywhere = executed.iter().filter(has).count() == executed.len();
            let levels: BTreeSet<u8> = case.functions.iter().flat_map(levels).collect();
            let some_levels = !finding.opt.is_empty() && finding.opt.len() < levels.len();
            let opts: Vec<Option<u8>> = match some_levels {
                true => finding.opt.iter().map(|opt| Some(*opt)).collect(),
                false => vec![None],
            };
            for opt in opts {
                all.insert(Expected {
                    rule: finding.rule.id(),
                    symbol: finding.symbol.clone(),
                    target: (!everywhere).then(|| case.target.short()),
                    opt,
                });
            }
        }
    }
    all
}

fn levels(function: &crate::facts::FunctionReport) -> Vec<u8> {
    let sides = [&function.c, &function.rust].into_iter().flatten();
    sides
        .flat_map(|side| side.levels.iter().map(|level| level.opt))
        .collect()
}

/// The toolchain of one run that the other has not.
fn differing<'r>(run: &'r Reproduction, other: &Reproduction) -> Option<&'r str> {
    let names = |of: &'r Reproduction| {
        of.report
            .toolchains
            .iter()
            .map(|toolchain| toolchain.name.as_str())
    };
    names(run).rfind(|name| other.report.toolchains.iter().all(|theirs| theirs.name != *name))
}

fn expect_directive(expectations: &[String]) -> String {
    match expectations {
        [] => String::new(),
        expectations => format!("//@ expect = [{}]\n", expectations.join(", ")),
    }
}

/// Names the targets that could be judged, where another could not.
fn targets(report: &Report) -> Option<String> {
    if report.cases.iter().all(CaseReport::executed) {
        return None;
    }
    let judged = report.cases.iter().filter(|case| case.executed());
    let names: Vec<String> = judged
        .map(|case| format!("\"{}\"", case.target.short()))
        .collect();
    Some(format!("//@ targets = [{}]\n", names.join(", ")))
}
