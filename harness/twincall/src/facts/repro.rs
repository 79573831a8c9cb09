//! What `repro` answers beyond the cases of its report: everything that it prints, as data.

use serde::{Deserialize, Serialize};
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::{Matrix, Verdict};

/// The answer to one bug report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReproReport {
    /// The first line of the answer.
    pub answer: String,
    /// The target that it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<Target>,
    /// One for each case of the report.
    pub answers: Vec<AnswerReport>,
    /// The report's own program under valgrind, where that was tried.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub program: Option<ProgramReport>,
    /// The change of declarations with which it conforms, where one was found.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mended: Option<MendReport>,
    /// How to have bindgen write the Rust part anew.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub regenerate: Option<String>,
    /// The smallest pair that shows the same, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub minimized: Option<MinimizedReport>,
    /// The same with every pair of installed toolchains, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub matrix: Option<Matrix>,
    /// What reading the report guessed, added or left out.
    pub notes: Vec<String>,
    /// What its prose asks for and nobody applied.
    pub not_applied: Vec<String>,
}

/// What is said of a report on one target. Findings are in the case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AnswerReport {
    pub target: Target,
    pub verdict: Verdict,
    pub headline: String,
    /// Index of the case's finding that the headline is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finding: Option<usize>,
    pub certainty: String,
    pub declarations: Vec<DeclarationReport>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mend: Option<String>,
    /// The bytes that the program's own calls put and read.
    pub crossed: Vec<String>,
    /// How the report's program ended, by level.
    pub ended: Vec<EndedReport>,
    /// The crash that the answer is about, with registers and calls; its case has it with all registers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub crash: Option<ShownCrash>,
    pub checked: Vec<String>,
    pub not_checked: Vec<String>,
    /// Why there is no verdict.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// A change that was tried, and with which both sides conform.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MendReport {
    /// The part that is changed.
    pub side: Side,
    pub changes: Vec<ChangeReport>,
    /// What does not compile any more elsewhere in the report.
    pub breaks: Vec<String>,
    /// Where it was built and judged.
    pub targets: Vec<Target>,
}

impl MendReport {
    /// `change in Rust, with which the report conforms on native and wasm`.
    pub fn words(&self, what: &str) -> String {
        let targets: Vec<&str> = self.targets.iter().map(|target| target.short()).collect();
        format!(
            "change in {}, with which the {what} conforms on {}",
            self.side,
            targets.join(" and ")
        )
    }
}

/// One declaration before and after a change.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct ChangeReport {
    /// Nothing for what is added.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<String>,
    /// What of the file is replaced; nothing for code of a report, which stands in no file of its own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub region: Option<Region>,
    pub before: String,
    pub after: String,
}

/// A part of a text. Lines and columns count from 1, columns in characters; the end is the first character behind it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Region {
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// A declaration with its place in the report that was read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeclarationReport {
    pub side: Side,
    pub text: String,
    pub defined: bool,
    pub place: String,
}

/// One run of the report's program.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EndedReport {
    pub opt: u8,
    pub how: String,
}

/// A crash in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShownCrash {
    pub what: String,
    pub registers: Vec<String>,
    /// Innermost first, with the lines of the report.
    pub frames: Vec<String>,
}

/// The report's program under valgrind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum ProgramReport {
    Ran {
        ending: String,
        faults: Vec<FaultReport>,
        /// The beginning of what it printed.
        output: String,
    },
    NotRun {
        reason: String,
    },
}

/// One invalid access.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FaultReport {
    pub what: String,
    /// What the address is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
    /// `sum at report.md:12`, innermost first.
    pub frames: Vec<String>,
    /// Where the memory was freed or allocated.
    pub origin: Vec<String>,
}

/// The smaller pair.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MinimizedReport {
    pub c: String,
    pub rust: String,
    /// Shrinking steps that were kept.
    pub steps: usize,
    /// No further step keeps the finding; otherwise time ran out.
    pub complete: bool,
}
