//! From the report of a run to what a person wants to know first: what is wrong, where, and what mends it.

use twincall_abi::interface::{Interface, Side};
use twincall_abi::target::Target;

use super::pair::Pair;
use super::{is_entry, mend};
use crate::facts::{Axis, CaseReport, Declaration, EndedCall, Finding, ObservationReport, Rule, Verdict};

mod evidence;
mod headline;
mod scope;

pub use evidence::Crash;
use evidence::{crash, witnesses};
use headline::headline;
use scope::scope;

/// How a program ended that did not die.
const RETURNED: &str = "returned";

/// What is said of a report on one target.
#[derive(Clone, Debug)]
pub struct Answer {
    pub target: Target,
    pub verdict: Verdict,
    /// One sentence: `argument 2 of fill: Rust passes u32 in esi, C reads size_t in rsi (upper half unset)`.
    pub headline: String,
    /// The finding that the headline is about.
    pub primary: Option<Finding>,
    /// Others, without those that the program's own run shows.
    pub others: Vec<Finding>,
    pub declarations: Vec<Shown>,
    /// The change that mends it.
    pub mend: Option<String>,
    pub certainty: Certainty,
    /// What the caller put and the callee read, with the bytes, and the first call at which the sides disagree.
    pub witnesses: Vec<String>,
    /// How the report's own program ended on each path.
    pub program: Vec<Ended>,
    /// The crash that the answer is about, where something crashed.
    pub crash: Option<Crash>,
    /// What was compared, in words.
    pub checked: Vec<String>,
    /// What was not.
    pub unchecked: Vec<String>,
    /// Why there is no verdict.
    pub reason: Option<String>,
}

/// A declaration with its place as the person who reported it knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    pub side: Side,
    pub text: String,
    pub defined: bool,
    /// `report.md:12`.
    pub place: String,
}

/// How sure it is that the headline is what was reported.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Certainty {
    /// The sides differ, and a call across the boundary showed it.
    Seen,
    /// The sides differ, or only their contracts do, and the report's own program died.
    Died,
    /// The sides differ; no call that was made shows an effect.
    Read,
    /// Only the contracts differ: on this target the machine does the same.
    ContractOnly,
    /// Nothing that crosses the boundary differs.
    Nothing,
}

/// One run of the report's program.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Ended {
    pub opt: u8,
    /// `SIGSEGV at 0x1c8`, `returned`.
    pub how: String,
}

impl Certainty {
    /// In words for a person.
    pub fn words(self) -> &'static str {
        match self {
            Certainty::Seen => "certain: both compilers do so, and calls across the boundary showed it",
            Certainty::Died => {
                "certain that the sides differ, from what both compilers decided; and the report's own program died"
            }
            Certainty::Read => {
                "certain that the sides differ, from what both compilers decided; no call that was made showed an effect"
            }
            Certainty::ContractOnly => {
                "the declarations differ, and on this target the machine does the same; it may not be what was reported"
            }
            Certainty::Nothing => "nothing that crosses the boundary differs, as far as it was checked",
        }
    }
}

/// What the report of one target comes to.
pub fn answer(pair: &Pair, interfaces: Option<&(Interface, Interface)>, case: &CaseReport) -> Answer {
    let own = |finding: &&Finding| !is_entry(pair, &finding.symbol);
    let mut findings: Vec<Finding> = case.findings.iter().filter(own).cloned().collect();
    let declared_otherwise = |finding: &Finding| {
        let types = |other: &&Finding| other.symbol == finding.symbol && other.rule.axis() != Axis::Run;
        finding.rule == Rule::SymbolMissing && case.findings.iter().find(types).is_some()
    };
    // A symbol that neither part defines is only missing from the report; that the two declare it differently is the cause.
    findings.sort_by_key(|finding| (declared_otherwise(finding), importance(finding)));
    let mut findings = findings.into_iter();
    let primary = findings.next();
    let program = program(pair, case);
    // A shifted argument shifts the others, and a call shows it at the last of them.
    let seen = |primary: &Finding| {
        let of_function = |finding: &&Finding| finding.symbol == primary.symbol;
        case.findings
            .iter()
            .filter(of_function)
            .any(|finding| !finding.effect.is_empty())
    };
    let died = program.iter().any(|ended| ended.how != RETURNED);
    let certainty = match &primary {
        None => Certainty::Nothing,
        Some(finding) if !finding.contract_only && seen(finding) => Certainty::Seen,
        Some(finding) if finding.effect.is_empty() && died => Certainty::Died,
        Some(finding) if finding.contract_only => Certainty::ContractOnly,
        Some(_) => Certainty::Read,
    };
    let declarations = primary
        .as_ref()
        .map(|finding| shown(pair, finding))
        .unwrap_or_default();
    let headline = match (&primary, &case.reason) {
        (Some(finding), _) => headline(finding, interfaces, case),
        (None, Some(reason)) => format!("no verdict: {}", first_line(reason)),
        (None, None) => match program.iter().find(|ended| ended.how != RETURNED) {
            Some(ended) => format!(
                "the report's own program ends in {}, and nothing that crosses the boundary explains it",
                ended.how
            ),
            None => "nothing that crosses the boundary is wrong".to_owned(),
        },
    };
    let mend = primary.as_ref().and_then(|finding| {
        compilers_part(finding, case).or_else(|| mend::mend(finding, interfaces?, case.target))
    });
    let (checked, unchecked) = scope(pair, interfaces, case);
    let symbol = primary.as_ref().map(|finding| finding.symbol.as_str());
    Answer {
        witnesses: primary
            .as_ref()
            .map(|finding| witnesses(pair, finding, case))
            .unwrap_or_default(),
        crash: crash(pair, symbol, case),
        target: case.target,
        verdict: case.verdict,
        headline,
        primary,
        others: findings.collect(),
        declarations,
        mend,
        certainty,
        program,
        checked,
        unchecked,
        reason: case.reason.clone(),
    }
}

/// What to do where the declarations say the same and the two compilers place an argument differently.
fn compilers_part(finding: &Finding, case: &CaseReport) -> Option<String> {
    let places = |rule: Rule| rule.axis() == Axis::Location && rule.needs_slots();
    let of_types = |other: &Finding| other.symbol == finding.symbol && !places(other.rule);
    let declared = case
        .findings
        .iter()
        .any(|other| of_types(other) && other.rule.axis() != Axis::Run);
    if !places(finding.rule)
        || matches!(finding.rule, Rule::TargetFeatures | Rule::IntegerExtension)
        || declared
    {
        return None;
    }
    let function = case
        .functions
        .iter()
        .find(|function| function.symbol == finding.symbol)?;
    let standing = function
        .standings
        .iter()
        .find(|standing| standing.place == finding.place)?;
    let who = match standing.alone.as_slice() {
        [] => return None,
        names => names.join(" and "),
    };
    Some(format!(
        "use a version of {who} that follows the written ABI, or pass it through a pointer: the declarations say the same"
    ))
}

/// The cause before what follows from it.
fn importance(finding: &Finding) -> (bool, u8, bool, usize) {
    let line = finding
        .rust_declaration
        .as_ref()
        .map_or(usize::MAX, |declaration| declaration.location.line as usize);
    (
        finding.contract_only,
        finding.rule.rank(),
        finding.effect.is_empty(),
        line,
    )
}

fn shown(pair: &Pair, finding: &Finding) -> Vec<Shown> {
    let one = |side: Side, declaration: &Option<Declaration>| {
        let declaration = declaration.as_ref()?;
        let place = match pair.place(&declaration.location) {
            Some((file, line)) => format!("{file}:{line}"),
            None => declaration.location.to_string(),
        };
        Some(Shown {
            side,
            text: declaration.text.clone(),
            defined: declaration.defined,
            place,
        })
    };
    [
        one(Side::C, &finding.c_declaration),
        one(Side::Rust, &finding.rust_declaration),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How the report's program ended, once for each way and level.
fn program(pair: &Pair, case: &CaseReport) -> Vec<Ended> {
    let of_program = |observation: &&ObservationReport| is_entry(pair, &observation.symbol);
    let mut all: Vec<Ended> = Vec::new();
    for observation in case.observations.iter().filter(of_program) {
        // The other calls of these symbols are those of generated functions in their place.
        if observation.kind != crate::facts::CallKind::Body {
            continue;
        }
        // Registers differ from run to run; the JSON has them.
        let endings = observation.endings.0.iter();
        let mut hows: Vec<String> = endings.map(EndedCall::without_registers).collect();
        if observation.returned > 0 {
            hows.push(RETURNED.to_owned());
        }
        for how in hows {
            let ended = Ended {
                opt: observation.opt,
                how,
            };
            if !all.contains(&ended) {
                all.push(ended);
            }
        }
    }
    all.sort();
    all
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text)
}
