//! Reading runs that were written before, and putting the parts of a divided run together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;
use twincall_abi::target::Target;

use super::report::{Causes, FuzzReport, SCHEMA_VERSION, TargetReport, VERB};
use crate::facts::{Shard, TOOL};

#[cfg(test)]
mod tests;

/// Why a run cannot be used.
#[derive(Debug, Error)]
pub enum ReadError {
    #[error("read `{}`: {source}", path.display())]
    Open { path: PathBuf, source: std::io::Error },
    #[error("`{}` is no report of `twincall fuzz`", path.display())]
    OtherVerb { path: PathBuf },
    #[error(
        "`{}` has schema version {found}, and this twincall reads version {SCHEMA_VERSION}; make the report again with this twincall",
        path.display()
    )]
    OtherVersion { path: PathBuf, found: u64 },
    #[error("`{}` does not follow docs/fuzz.schema.json: {message}", path.display())]
    Form { path: PathBuf, message: String },
}

/// Why runs cannot be put together.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum MergeError {
    #[error("there is no report to merge")]
    Nothing,
    #[error("`{one}` and `{other}` are of different runs: {what}")]
    Different {
        one: String,
        other: String,
        what: String,
    },
    #[error("`{one}` and `{other}` are both part {part} on {target}")]
    Twice {
        one: String,
        other: String,
        part: String,
        target: Target,
    },
    #[error("of {of} parts on {target} {} missing: {}", if missing.len() == 1 { "one is" } else { "some are" }, missing.join(", "))]
    Missing {
        of: usize,
        target: Target,
        missing: Vec<String>,
    },
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    tool: Option<serde_json::Value>,
    #[serde(default)]
    verb: Option<serde_json::Value>,
    #[serde(default)]
    schema_version: Option<serde_json::Value>,
}

/// Whether a document is of this verb, whatever else is wrong with it.
pub fn is_fuzz(text: &[u8]) -> bool {
    let head = serde_json::from_slice::<Head>(text);
    head.is_ok_and(|head| {
        head.tool.is_some_and(|tool| tool == TOOL) && head.verb.is_some_and(|verb| verb == VERB)
    })
}

/// Reads a run; the path is for messages.
///
/// # Errors
/// See [`ReadError`].
pub fn parse(path: &Path, text: &[u8]) -> Result<FuzzReport, ReadError> {
    let path = || path.to_owned();
    if !is_fuzz(text) {
        return Err(ReadError::OtherVerb { path: path() });
    }
    let form = |error: serde_json::Error| ReadError::Form {
        path: path(),
        message: error.to_string(),
    };
    let head: Head = serde_json::from_slice(text).map_err(form)?;
    let found = head
        .schema_version
        .and_then(|version| version.as_u64())
        .unwrap_or(0);
    if found != u64::from(SCHEMA_VERSION) {
        return Err(ReadError::OtherVersion { path: path(), found });
    }
    let report: FuzzReport = serde_json::from_slice(text).map_err(form)?;
    // Who changed a count changed what the report says.
    if let Some(target) = report
        .targets
        .iter()
        .find(|target| target.all().sum() != target.pairs)
    {
        return Err(ReadError::Form {
            path: path(),
            message: format!("the counts of {} do not add up", target.target),
        });
    }
    Ok(report)
}

/// Reads a run from a file.
///
/// # Errors
/// See [`ReadError`].
pub fn read(path: &Path) -> Result<FuzzReport, ReadError> {
    let text = std::fs::read(path).map_err(|source| ReadError::Open {
        path: path.to_owned(),
        source,
    })?;
    parse(path, &text)
}

/// Puts the parts of one run together, each with the name for messages: all parts of it on every target that one of them has.
///
/// # Errors
/// See [`MergeError`]; no part of the result is made then.
pub fn merge(reports: &[(String, FuzzReport)]) -> Result<FuzzReport, MergeError> {
    let Some((first_name, first)) = reports.first() else {
        return Err(MergeError::Nothing);
    };
    for (name, report) in &reports[1..] {
        if let Some(what) = difference(first, report) {
            return Err(MergeError::Different {
                one: first_name.clone(),
                other: name.clone(),
                what,
            });
        }
    }
    complete(reports)?;
    let mut merged = FuzzReport::new(
        first.seed,
        first.count,
        first.kinds.clone(),
        first.toolchains.clone(),
    );
    let mut targets: BTreeMap<Target, TargetReport> = BTreeMap::new();
    let mut causes = Causes::default();
    for (_, report) in reports {
        merged.seconds += report.seconds;
        for target in &report.targets {
            targets
                .entry(target.target)
                .or_insert_with(|| TargetReport::new(target.target))
                .merge(target);
        }
        for cause in &report.causes {
            causes.merge(cause);
        }
    }
    merged.targets = targets.into_values().collect();
    merged.causes = causes.finish(merged.seed, &merged.kinds);
    Ok(merged)
}

/// What makes two reports ones of different runs.
fn difference(one: &FuzzReport, other: &FuzzReport) -> Option<String> {
    let kinds = |report: &FuzzReport| match report.kinds.is_empty() {
        true => "all kinds".to_owned(),
        false => report.kinds.join(", "),
    };
    let compilers = |report: &FuzzReport| {
        let all = report.toolchains.iter();
        let all: Vec<String> = all.map(|one| format!("{} ({})", one.name, one.version)).collect();
        all.join(", ")
    };
    let parts = |report: &FuzzReport| match report.shard {
        Some(shard) => format!("{} parts", shard.of),
        None => "one part".to_owned(),
    };
    [
        (format!("seed {}", one.seed), format!("seed {}", other.seed)),
        (format!("{} pairs", one.count), format!("{} pairs", other.count)),
        (kinds(one), kinds(other)),
        (compilers(one), compilers(other)),
        (parts(one), parts(other)),
    ]
    .into_iter()
    .find(|(one, other)| one != other)
    .map(|(one, other)| format!("{one}, and {other}"))
}

/// Whether on every target all parts are there, each once.
fn complete(reports: &[(String, FuzzReport)]) -> Result<(), MergeError> {
    let targets: BTreeSet<Target> = reports
        .iter()
        .flat_map(|(_, report)| report.targets.iter().map(|target| target.target))
        .collect();
    for target in targets {
        let mut parts: BTreeMap<usize, &str> = BTreeMap::new();
        let mut of = 1;
        for (name, report) in reports {
            if !report.targets.iter().any(|one| one.target == target) {
                continue;
            }
            let part = report.shard.unwrap_or(Shard { number: 1, of: 1 });
            of = part.of;
            if let Some(known) = parts.insert(part.number, name) {
                return Err(MergeError::Twice {
                    one: known.to_owned(),
                    other: name.clone(),
                    part: part.to_string(),
                    target,
                });
            }
        }
        let missing: Vec<String> = (1..=of)
            .filter(|number| !parts.contains_key(number))
            .map(|number| Shard { number, of }.to_string())
            .collect();
        if !missing.is_empty() {
            return Err(MergeError::Missing { of, target, missing });
        }
    }
    Ok(())
}
