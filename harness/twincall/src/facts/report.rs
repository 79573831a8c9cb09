//! A whole run: its compilers, its cases and the counts that close it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{CaseReport, Confinement, ReproReport, Unchecked, Verdict};

/// The value of the member `tool` in the JSON.
pub const TOOL: &str = "twincall";

/// The version of the JSON that [`Report`] serialises to.
pub const SCHEMA_VERSION: u32 = 2;

/// Everything that one run found.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// [`TOOL`]: another tool's JSON may have a schema version too.
    pub tool: String,
    pub schema_version: u32,
    /// The project's folder below the root of the repository that it is in, `/` between names; empty where they are the same.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub project: String,
    /// Which part of a run this is, where the run was divided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shard: Option<Shard>,
    pub toolchains: Vec<ToolchainReport>,
    pub summary: Summary,
    pub cases: Vec<CaseReport>,
    /// The answer of `repro`, where it wrote the report.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub repro: Option<ReproReport>,
    /// How the code of a bug report was confined; fixtures are not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub confinement: Option<Confinement>,
}

/// One of the parts into which a run was divided: `2/8`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shard {
    /// Counted from 1.
    pub number: usize,
    pub of: usize,
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers = text
            .split_once('/')
            .and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Shard { number, of }),
            Some((number, of)) => Err(format!("there is no part {number} of {of}")),
            None => Err("expected NUMBER/OF, as in 2/8".to_owned()),
        }
    }
}

impl Shard {
    /// Whether the job at this place of the whole run belongs to the part. Neighbours, which are alike, go to different parts.
    pub fn has(self, index: usize) -> bool {
        index % self.of == self.number - 1
    }
}

/// A compiler that took part.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ToolchainReport {
    /// `clang-22`.
    pub name: String,
    /// `22.1.8`.
    pub version: String,
    /// `c` or `rust`.
    pub language: String,
}

/// The counts that close every run: `planned` is the sum of the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Cases times targets.
    pub planned: usize,
    /// Judged by what was read or run.
    pub executed: usize,
    pub not_applicable: usize,
    pub skipped: usize,
    pub unsupported: usize,
    /// Not built or not run: an error.
    pub failed: usize,
    /// Calls made, over all paths and levels.
    pub calls: usize,
    /// Executed ones whose outcome is not as expected.
    pub unexpected: usize,
    /// What was compared with nothing, over all cases: see [`Unchecked`].
    #[serde(default)]
    pub unchecked: usize,
}

impl Summary {
    /// The sum, the calls, and what was compared with nothing.
    pub fn line(&self) -> String {
        format!("{self}; {} calls; {} unchecked", self.calls, self.unchecked)
    }
}

/// `planned 4 = executed 3 + not-applicable 1 + …`.
impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "planned {} = executed {} + not-applicable {} + skipped {} + unsupported {} + failed {}",
            self.planned, self.executed, self.not_applicable, self.skipped, self.unsupported, self.failed,
        )
    }
}

impl Report {
    /// What was compared with nothing, with the case that it is in.
    pub fn unchecked(&self) -> impl Iterator<Item = (&CaseReport, &Unchecked)> {
        let cases = self.cases.iter();
        cases.flat_map(|case| case.unchecked.iter().map(move |one| (case, one)))
    }

    /// A file of the project, named from the root of the repository.
    pub fn path(&self, file: &str) -> String {
        path_from(&self.project, file)
    }

    /// Puts cases together and counts them.
    pub fn new(toolchains: Vec<ToolchainReport>, mut cases: Vec<CaseReport>) -> Report {
        let mut summary = Summary {
            planned: cases.len(),
            ..Summary::default()
        };
        for case in &mut cases {
            case.unexpected = case.executed() && case.unexpected();
            summary.calls += case.calls;
            summary.unchecked += case.unchecked.len();
            match case.verdict {
                Verdict::NotApplicable => summary.not_applicable += 1,
                Verdict::Skipped => summary.skipped += 1,
                Verdict::Unsupported => summary.unsupported += 1,
                Verdict::Error => summary.failed += 1,
                _ => {
                    summary.executed += 1;
                    summary.unexpected += usize::from(case.unexpected());
                }
            }
        }
        Report {
            tool: TOOL.to_owned(),
            schema_version: SCHEMA_VERSION,
            project: String::new(),
            shard: None,
            toolchains,
            summary,
            cases,
            repro: None,
            confinement: None,
        }
    }
}

/// A file of a project, named from the root of the repository in which the project's folder is.
pub(crate) fn path_from(project: &str, file: &str) -> String {
    match project {
        "" => file.to_owned(),
        project => format!("{project}/{file}"),
    }
}
