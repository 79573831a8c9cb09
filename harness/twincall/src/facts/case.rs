//! One pair on one target: what is said of it, and what that rests on.

use std::fmt;

use serde::{Deserialize, Serialize};
use twincall_abi::interface::{Side, SourceLocation};
use twincall_abi::target::Target;

use super::{
    Crossings, Finding, FunctionReport, MendReport, ObservationReport, ProgramEnd, Rule, TypeReport,
};
use crate::text::quote;

/// How a pair divides the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Both sides define the same functions.
    Twins,
    /// One side defines what the other declares.
    Boundary,
}

/// What the evidence of one case on one target comes to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Both sides agree and a clause of the target's ABI promises it.
    Conforms,
    /// Both sides agree in every fact and every run.
    Agrees,
    /// The contracts differ, the machine does the same.
    Accidental,
    /// A location, layout, type or value differs.
    Diverges,
    /// The written ABI allows two readings.
    Ambiguous,
    /// The target cannot do this at all.
    NotApplicable,
    /// A tool is not installed.
    Skipped,
    /// Not covered.
    Unsupported,
    /// Building or running failed.
    Error,
}

impl Verdict {
    /// The word in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Conforms => "conforms",
            Verdict::Agrees => "agrees",
            Verdict::Accidental => "accidental",
            Verdict::Diverges => "diverges",
            Verdict::Ambiguous => "ambiguous",
            Verdict::NotApplicable => "not-applicable",
            Verdict::Skipped => "skipped",
            Verdict::Unsupported => "unsupported",
            Verdict::Error => "error",
        }
    }
}

/// One case on one target.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CaseReport {
    pub name: String,
    pub target: Target,
    pub about: String,
    pub references: Vec<String>,
    pub verdict: Verdict,
    /// Why it is listed or failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub form: Option<Form>,
    pub findings: Vec<Finding>,
    /// Directives `expect` that did not come true.
    pub vanished: Vec<Vanished>,
    pub functions: Vec<FunctionReport>,
    pub types: Vec<TypeReport>,
    pub observations: Vec<ObservationReport>,
    /// How the fixture's own program ended, where it has one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub program: Vec<ProgramEnd>,
    /// The calls that the fixture's own code made from one side to the other.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub crossings: Option<Crossings>,
    /// What was compared with nothing. A case that is listed and not judged has itself here.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unchecked: Vec<Unchecked>,
    /// Why it is not known how some calls ended: the code that was called ended or disturbed the processes that watch it, or it
    /// ended its process while it was loaded. Then nothing that calls show is an acquittal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub calls_unknown: Option<String>,
    /// The change of declarations with which the pair conforms, where that was asked for and one was found.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mended: Option<MendReport>,
    /// Where two sources of evidence about one side contradict each other: a fault of ours or of a compiler. Then the case is an
    /// error, and accuses nobody.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub contradictions: Vec<String>,
    /// That functions beyond those that are compared of a report were left out. `notes` has it too.
    #[serde(skip)]
    pub left_out: Option<String>,
    /// What is missing from the evidence, in words.
    pub notes: Vec<String>,
    pub snapshot: SnapshotState,
    /// Whether something is not as the fixture and the snapshot say, see [`CaseReport::unexpected`].
    pub unexpected: bool,
    /// The command that shows this case alone.
    pub command: String,
    pub calls: usize,
}

impl CaseReport {
    /// A case that was listed or failed before anything was judged.
    pub fn listed(name: &str, target: Target, verdict: Verdict, reason: String) -> CaseReport {
        CaseReport {
            name: name.to_owned(),
            target,
            about: String::new(),
            references: Vec::new(),
            verdict,
            unchecked: match verdict {
                Verdict::Skipped | Verdict::Unsupported => vec![Unchecked {
                    side: None,
                    symbol: None,
                    location: None,
                    reason: reason.clone(),
                }],
                _ => Vec::new(),
            },
            reason: Some(reason),
            form: None,
            findings: Vec::new(),
            vanished: Vec::new(),
            functions: Vec::new(),
            types: Vec::new(),
            observations: Vec::new(),
            program: Vec::new(),
            crossings: None,
            calls_unknown: None,
            mended: None,
            contradictions: Vec::new(),
            left_out: None,
            notes: Vec::new(),
            snapshot: SnapshotState::None,
            unexpected: false,
            command: show_command(name, target),
            calls: 0,
        }
    }

    /// Whether the case was judged.
    pub fn executed(&self) -> bool {
        !matches!(
            self.verdict,
            Verdict::NotApplicable | Verdict::Skipped | Verdict::Unsupported | Verdict::Error
        )
    }

    /// Whether something is not as the fixture and the snapshot say. A snapshot that was never recorded says
    /// nothing.
    pub fn unexpected(&self) -> bool {
        !self.vanished.is_empty()
            || matches!(self.snapshot, SnapshotState::Changed { .. })
            || self
                .findings
                .iter()
                .any(|finding| !finding.expected && !finding.contract_only)
    }
}

/// What takes part by what its source says, and was compared with nothing. It is never told to be as expected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unchecked {
    /// Absent where it is the whole case.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub side: Option<Side>,
    /// The function or variable; absent where it is the whole case.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub symbol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<SourceLocation>,
    pub reason: String,
}

impl fmt::Display for Unchecked {
    /// ``Rust `f` (rust-fixtures/f.rs:3)``, and nothing for a whole case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(side), Some(symbol)) = (self.side, &self.symbol) {
            write!(f, "{side} `{symbol}`")?;
        }
        match &self.location {
            Some(location) => write!(f, " ({location})"),
            None => Ok(()),
        }
    }
}

/// An expectation that did not come true although its filter applied.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Vanished {
    pub rule: Rule,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub symbol: Option<String>,
    pub file: String,
    pub line: u32,
}

/// What the snapshot says to this run.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum SnapshotState {
    /// There is nothing to compare: the case was listed.
    #[default]
    None,
    Same,
    /// A new case; the file does not exist yet.
    Missing,
    Changed {
        diff: String,
    },
    /// Other toolchains than the pinned ones.
    NotCompared {
        reason: String,
    },
    Written,
}

/// The command that shows one case with all its evidence.
pub fn show_command(name: &str, target: Target) -> String {
    format!("twincall show {} --target {}", quote(name), target.short())
}
