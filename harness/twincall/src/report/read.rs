//! Reading reports that an earlier run wrote, and putting the parts of a divided run together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::facts::{Report, SCHEMA_VERSION, Shard, TOOL};

/// Why a report cannot be used.
#[derive(Debug, Error)]
pub enum ReadError {
    #[error("read `{}`: {source}", path.display())]
    Open { path: PathBuf, source: std::io::Error },
    #[error("`{}` is cut short at line {line}, column {column}", path.display())]
    CutShort {
        path: PathBuf,
        line: usize,
        column: usize,
    },
    #[error("`{}` is no JSON: {message}", path.display())]
    NoJson { path: PathBuf, message: String },
    #[error("`{}` is not a report of twincall: {reason}", path.display())]
    OtherTool { path: PathBuf, reason: String },
    #[error(
        "`{}` has schema version {found}, and this twincall reads version {SCHEMA_VERSION}; make the report again with this twincall",
        path.display()
    )]
    OtherVersion { path: PathBuf, found: u64 },
    #[error("`{}` does not follow docs/report.schema.json: {message}", path.display())]
    Form { path: PathBuf, message: String },
}

/// Why reports cannot be put together.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum MergeError {
    #[error("there is no report to merge")]
    Nothing,
    #[error("`{one}` is part {shard} of a run and `{other}` is of a run that was not divided into {of}")]
    Divided {
        one: String,
        shard: String,
        other: String,
        of: usize,
    },
    #[error("`{one}` and `{other}` are both part {shard}")]
    Twice {
        one: String,
        other: String,
        shard: String,
    },
    #[error("of {of} parts {} missing: {}", if missing.len() == 1 { "one is" } else { "some are" }, missing.join(", "))]
    Missing { of: usize, missing: Vec<String> },
    #[error("`{one}` is of {}, `{other}` of {}", compilers.0, compilers.1)]
    Toolchains {
        one: String,
        other: String,
        compilers: Box<(String, String)>,
    },
    #[error("`{one}` is of the project in `{}`, `{other}` of that in `{}`", projects.0, projects.1)]
    Projects {
        one: String,
        other: String,
        projects: Box<(String, String)>,
    },
    #[error("{case} is in `{one}` and in `{other}`")]
    Overlap {
        case: String,
        one: String,
        other: String,
    },
}

/// What is looked at before the whole document is.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    tool: Option<serde_json::Value>,
    #[serde(default)]
    schema_version: Option<serde_json::Value>,
}

/// Reads a report from a file.
///
/// # Errors
/// See [`ReadError`].
pub fn read(path: &Path) -> Result<Report, ReadError> {
    let text = std::fs::read(path).map_err(|source| ReadError::Open {
        path: path.to_owned(),
        source,
    })?;
    parse(path, &text)
}

/// Reads a report; the path is for messages.
///
/// # Errors
/// See [`ReadError`].
pub fn parse(path: &Path, text: &[u8]) -> Result<Report, ReadError> {
    let path = || path.to_owned();
    let head: Head = serde_json::from_slice(text).map_err(|error| {
        if error.is_eof() {
            let (line, column) = (error.line(), error.column());
            ReadError::CutShort {
                path: path(),
                line,
                column,
            }
        } else {
            let message = error.to_string();
            ReadError::NoJson {
                path: path(),
                message,
            }
        }
    })?;
    // A list of two would be taken for the two members.
    let object = text.trim_ascii_start().starts_with(b"{");
    let reason = match &head.tool {
        _ if !object => Some("it is no object".to_owned()),
        Some(tool) if tool == TOOL => None,
        Some(tool) => Some(format!("`tool` is {tool}")),
        None => Some("it has no `tool`".to_owned()),
    };
    if let Some(reason) = reason {
        return Err(ReadError::OtherTool { path: path(), reason });
    }
    match head.schema_version.as_ref().and_then(serde_json::Value::as_u64) {
        Some(found) if found == u64::from(SCHEMA_VERSION) => {}
        Some(found) => return Err(ReadError::OtherVersion { path: path(), found }),
        None => {
            let message = "`schema_version` is no number".to_owned();
            return Err(ReadError::Form {
                path: path(),
                message,
            });
        }
    }
    let report: Report = serde_json::from_slice(text).map_err(|error| ReadError::Form {
        path: path(),
        message: error.to_string(),
    })?;
    // Who changed the counts or the cases changed what the report says.
    let counted = Report::new(report.toolchains.clone(), report.cases.clone());
    if counted.summary != report.summary {
        let message = "its summary does not count its cases".to_owned();
        return Err(ReadError::Form {
            path: path(),
            message,
        });
    }
    Ok(report)
}

/// Puts reports together, each with the name for messages: all parts of one divided run, or runs of different cases.
///
/// # Errors
/// See [`MergeError`]; no part of the result is made then.
pub fn merge(reports: Vec<(String, Report)>) -> Result<Report, MergeError> {
    let Some((first_name, first)) = reports.first() else {
        return Err(MergeError::Nothing);
    };
    for (name, report) in &reports[1..] {
        let names = |report: &Report| {
            let all = report.toolchains.iter();
            let all: Vec<String> = all.map(|one| format!("{} ({})", one.name, one.version)).collect();
            all.join(", ")
        };
        if report.toolchains != first.toolchains {
            return Err(MergeError::Toolchains {
                one: first_name.clone(),
                other: name.clone(),
                compilers: Box::new((names(first), names(report))),
            });
        }
        if report.project != first.project {
            return Err(MergeError::Projects {
                one: first_name.clone(),
                other: name.clone(),
                projects: Box::new((first.project.clone(), report.project.clone())),
            });
        }
    }
    complete(&reports)?;
    let mut whose: BTreeMap<(String, twincall_abi::target::Target), String> = BTreeMap::new();
    let toolchains = first.toolchains.clone();
    let project = first.project.clone();
    let mut cases = Vec::new();
    for (name, report) in reports {
        for case in report.cases {
            if let Some(one) = whose.insert((case.name.clone(), case.target), name.clone()) {
                return Err(MergeError::Overlap {
                    case: format!("{} on {}", case.name, case.target.short()),
                    one,
                    other: name,
                });
            }
            cases.push(case);
        }
    }
    cases.sort_by(|one, other| (&one.name, one.target).cmp(&(&other.name, other.target)));
    let mut merged = Report::new(toolchains, cases);
    merged.project = project;
    Ok(merged)
}

/// Whether the parts of a divided run are all there, each once.
fn complete(reports: &[(String, Report)]) -> Result<(), MergeError> {
    let divided = reports
        .iter()
        .find_map(|(name, report)| Some((name, report.shard?)));
    let Some((one, shard)) = divided else {
        return Ok(());
    };
    let mut parts: BTreeMap<usize, &str> = BTreeMap::new();
    for (name, report) in reports {
        let part = report.shard.filter(|part| part.of == shard.of);
        let Some(part) = part else {
            return Err(MergeError::Divided {
                one: one.clone(),
                shard: shard.to_string(),
                other: name.clone(),
                of: shard.of,
            });
        };
        if let Some(known) = parts.insert(part.number, name) {
            return Err(MergeError::Twice {
                one: known.to_owned(),
                other: name.clone(),
                shard: part.to_string(),
            });
        }
    }
    let missing: Vec<String> = (1..=shard.of)
        .filter(|number| !parts.contains_key(number))
        .map(|number| Shard { number, of: shard.of }.to_string())
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(MergeError::Missing {
            of: shard.of,
            missing,
        })
    }
}

#[cfg(test)]
mod tests;
