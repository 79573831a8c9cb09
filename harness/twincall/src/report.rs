//! The report: one versioned model, and a file for each format that shows it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use twincall_abi::interface::{Side, SourceLocation};
use twincall_abi::slot::Slot;
use twincall_abi::target::Target;

use crate::build::Form;
use crate::confine::Confinement;
use crate::judge::rules::{Axis, Rule};

use crate::shell::quote;

pub mod causes;
mod crash;
mod crossings;
pub mod format;
pub mod github;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
mod observed;
pub mod read;
pub mod repro;
pub mod sarif;

pub use crash::{CrashReport, FrameReport};
pub use crossings::{Crossing, CrossingValue, Crossings};
pub use observed::{CallResult, ObservationReport, describe_ending};

/// The value of the member `tool` in the JSON.
pub const TOOL: &str = "twincall";

/// The version of the JSON that [`Report`] serialises to.
pub const SCHEMA_VERSION: u32 = 1;

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
    pub repro: Option<repro::ReproReport>,
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
    /// The calls that the fixture's own code made from one side to the other.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub crossings: Option<Crossings>,
    /// What was compared with nothing. A case that is listed and not judged has itself here.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unchecked: Vec<Unchecked>,
    /// What is missing from the evidence, in words.
    pub notes: Vec<String>,
    pub snapshot: SnapshotState,
    /// Whether something is not as the fixture and the snapshot say, see [`CaseReport::unexpected`].
    pub unexpected: bool,
    /// The command that shows this case alone.
    pub command: String,
    pub calls: usize,
}

/// One rule broken at one place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    pub rule: Rule,
    pub axis: Axis,
    /// The function, global variable or `same` pair where it shows.
    pub symbol: String,
    /// Others that the same cause reaches.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub also: Vec<String>,
    /// `argument 1`, `result`, `argument 1.b`; empty for the function itself.
    pub place: String,
    /// The types that differ, where the finding is about a type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub types: Option<(String, String)>,
    /// The types whose difference this follows from, where the finding is not about a type itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cause: Option<(String, String)>,
    /// The evidence of each side.
    pub c: String,
    pub rust: String,
    /// What it did when it ran.
    pub effect: Vec<String>,
    /// Optimisation levels at which it shows; all where it does not depend on them.
    pub opt: Vec<u8>,
    /// The contracts differ and the machine does the same.
    pub contract_only: bool,
    /// A directive `expect` knows it.
    pub expected: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub c_declaration: Option<Declaration>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rust_declaration: Option<Declaration>,
}

/// A declaration as the source has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Declaration {
    pub text: String,
    pub location: SourceLocation,
    pub defined: bool,
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

/// A function with both sides' slots.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FunctionReport {
    pub symbol: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub c: Option<SideFunction>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rust: Option<SideFunction>,
    /// Arguments, and the result, that not everybody has in the same place.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub standings: Vec<Standing>,
}

/// Who puts one argument, or the result, where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// `argument 1`, `result`.
    pub place: String,
    /// The written ABI first, where it has an answer, then the compilers.
    pub voices: Vec<Voice>,
    /// Those that depart from the text, where a clause of it decides. clang and rustc share a back end: two of them that
    /// agree are no two witnesses.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub alone: Vec<String>,
}

/// One opinion on a place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Voice {
    /// [`Voice::TEXT`], with the reader where the text has several readings, or a compiler.
    pub name: String,
    pub slots: Vec<Slot>,
    /// The clause that decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clause: Option<String>,
}

impl Voice {
    /// The name of the written ABI among the voices.
    pub const TEXT: &str = "the text";
}

/// One side of a function.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SideFunction {
    pub declaration: Declaration,
    /// Slots by level, where they could be read.
    pub levels: Vec<LevelSlots>,
    /// The wasm function type, on wasm.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wasm_type: Option<String>,
    /// Natively, what registers and stack of calls showed, by level.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub machine: Vec<MachineSlots>,
    /// What the written ABI says of this side's declaration.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub model: Option<ModelReport>,
}

/// What the written ABI says of one side's function, held against what its compiler does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ModelReport {
    pub state: ModelState,
    /// Where the text puts arguments and result: `(rdi:4, xmm0:8) -> rax:4`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lowering: Option<String>,
    /// The clauses that decide, in the order in which they are applied.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub clauses: Vec<String>,
    /// Where the compiler does otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub departures: Vec<String>,
    /// The readings of the text, where it has several.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub readings: Vec<String>,
    /// Why the text does not cover it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// How a compiler stands to the written ABI.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelState {
    /// Every slot and every layout is where a clause puts it.
    Follows,
    /// The text has several readings, of which this is one.
    Ambiguous,
    /// Something is not where the text puts it.
    Departs,
    /// The text does not cover it.
    Unsupported,
}

impl ModelReport {
    pub(crate) fn unsupported(reason: String) -> ModelReport {
        ModelReport {
            state: ModelState::Unsupported,
            lowering: None,
            clauses: Vec::new(),
            departures: Vec::new(),
            readings: Vec::new(),
            reason: Some(reason),
        }
    }
}

/// The slots of a function at one optimisation level.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LevelSlots {
    pub opt: u8,
    /// By source-level argument; one entry for all where `attributed` is false.
    pub arguments: Vec<Vec<Slot>>,
    pub result: Vec<Slot>,
    pub attributed: bool,
    /// The function's line in the IR, for a reader; nothing is compared by it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ir: Option<String>,
    /// What tells the slots.
    #[serde(skip_serializing_if = "SlotSource::is_ir", default)]
    pub source: SlotSource,
}

/// What slots were read from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotSource {
    /// The compiler's IR, placed as its back end would.
    #[default]
    Ir,
    /// Registers and stack of a call. It does not tell whether small integers are promised to be extended.
    Machine,
    /// The slots of another level at which the function has the same wasm type.
    WasmType,
}

impl SlotSource {
    fn is_ir(&self) -> bool {
        *self == SlotSource::Ir
    }
}

/// Where a compiler's caller left the arguments, where its callee looked for them, and where it returned the result. `None`
/// where a value was in no place that was looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MachineSlots {
    pub opt: u8,
    pub wrote: Vec<Option<Vec<Slot>>>,
    pub read: Vec<Option<Vec<Slot>>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub returned: Option<Vec<Slot>>,
}

/// A type that crosses, as both sides lay it out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TypeReport {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub c: Option<SideType>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rust: Option<SideType>,
}

/// One side's layout of a type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SideType {
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub align: Option<u64>,
    pub fields: Vec<FieldRow>,
}

/// A field of a flattened type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FieldRow {
    pub path: String,
    pub offset_bits: u64,
    pub width_bits: u64,
    pub kind: String,
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
            crossings: None,
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

impl Report {
    /// What was compared with nothing, with the case that it is in.
    pub fn unchecked(&self) -> impl Iterator<Item = (&CaseReport, &Unchecked)> {
        let cases = self.cases.iter();
        cases.flat_map(|case| case.unchecked.iter().map(move |one| (case, one)))
    }

    /// A file of the project, named from the root of the repository.
    pub fn path(&self, file: &str) -> String {
        match self.project.as_str() {
            "" => file.to_owned(),
            project => format!("{project}/{file}"),
        }
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

/// The command that shows one case with all its evidence.
pub fn show_command(name: &str, target: Target) -> String {
    format!("twincall show {} --target {}", quote(name), target.short())
}
