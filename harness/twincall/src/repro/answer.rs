//! From the report of a run to what a person wants to know first: what is wrong, where, and what mends it.

use twincall_abi::interface::{Interface, Side};
use twincall_abi::target::Target;

use super::pair::Pair;
use super::{accessors, is_entry, mend};
use crate::facts::{Axis, CaseReport, Declaration, End, Finding, ProgramEnd, Rule, Verdict};

mod evidence;
mod headline;
mod scope;

pub use evidence::Crash;
use evidence::{crash, witnesses};
pub(super) use headline::headline;
use scope::scope;

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
    /// What is wrong with other functions and by itself, a sentence for each.
    pub elsewhere: Vec<String>,
    pub declarations: Vec<Shown>,
    /// What to do where no declaration is at fault.
    pub mend: Option<String>,
    pub certainty: Certainty,
    /// What the caller put and the callee read, with the bytes, and the first call at which the sides disagree.
    pub witnesses: Vec<String>,
    /// How the report's own program ended at each level.
    pub program: Vec<ProgramEnd>,
    /// The crash that the answer is about, where something crashed.
    pub crash: Option<Crash>,
    /// What was compared, in words.
    pub checked: Vec<String>,
    /// What was not.
    pub unchecked: Vec<String>,
    /// Of it, what is beyond the number of functions that are compared, which is told whatever is found.
    pub left_out: Option<String>,
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
    /// Nothing that was compared makes the machine behave differently, and how calls ended is not known.
    Unwatched,
    /// Nothing that was compared differs, and the report's own program died of what nothing here explains.
    Unexplained,
    /// Only the contracts differ: on this target the machine does the same.
    ContractOnly,
    /// Nothing that crosses the boundary differs.
    Nothing,
    /// What was compared differs in nothing, and what the report is about was not compared.
    Missed,
    /// There was nothing to compare, or it could not be compared.
    NotCompared,
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
            Certainty::Unexplained => {
                "not known: nothing that was compared differs, and the program died of what nothing here explains"
            }
            Certainty::Unwatched => {
                "not known: the report's own code ended or disturbed the processes that watch its calls, and nothing is acquitted"
            }
            Certainty::Missed => {
                "not known: what the report is about was not compared, and it is not acquitted"
            }
            Certainty::NotCompared => "not known: nothing was compared, and nothing is acquitted",
        }
    }
}

/// What the report of one target comes to.
pub fn answer(pair: &Pair, interfaces: Option<&(Interface, Interface)>, case: &CaseReport) -> Answer {
    let own = |finding: &&Finding| !is_entry(pair, &finding.symbol);
    let mut findings: Vec<Finding> = case.findings.iter().filter(own).cloned().collect();
    let differs = |other: &Finding| other.rule.axis() != Axis::Run && !other.contract_only;
    let differ = findings.iter().any(differs);
    // A symbol that neither part defines may only be missing from the report; where declarations differ, that is the cause.
    let missing = |finding: &Finding| differ && finding.rule == Rule::SymbolMissing;
    findings.sort_by_key(|finding| (missing(finding), importance(finding)));
    let mut findings = findings.into_iter();
    let primary = findings.next();
    let others: Vec<Finding> = findings.collect();
    // A shifted argument shifts the others, and a call shows it at the last of them.
    let seen = |primary: &Finding| {
        let of_function = |finding: &&Finding| finding.symbol == primary.symbol;
        case.findings
            .iter()
            .filter(of_function)
            .any(|finding| !finding.effect.is_empty())
    };
    let (checked, unchecked, compared) = scope(pair, interfaces, case);
    let died = case.program.iter().find(|end| end.died());
    let declared = |finding: &Finding| finding.contract_only;
    let certainty = match &primary {
        primary if case.calls_unknown.is_some() && primary.as_ref().is_none_or(declared) => {
            Certainty::Unwatched
        }
        None if case.reason.is_some() || !compared => Certainty::NotCompared,
        None if died.is_some() => Certainty::Unexplained,
        None => Certainty::Nothing,
        Some(finding) if !finding.contract_only && seen(finding) => Certainty::Seen,
        Some(finding) if finding.effect.is_empty() && case.program.iter().any(gave_up) => Certainty::Died,
        Some(finding) if finding.contract_only => Certainty::ContractOnly,
        Some(_) => Certainty::Read,
    };
    let declarations = primary
        .as_ref()
        .map(|finding| shown(pair, finding))
        .unwrap_or_default();
    let headline = match (&primary, &case.reason, certainty) {
        (Some(finding), _, _) => headline(finding, interfaces, case),
        (None, Some(reason), Certainty::Unwatched) => first_line(reason).to_owned(),
        (None, Some(reason), _) => format!("nothing was compared: {}", why(reason)),
        (None, None, Certainty::NotCompared) => {
            "nothing was compared: the two sides have no function, variable or type in common".to_owned()
        }
        (None, None, _) => acquitted(pair, case),
    };
    let mend = primary.as_ref().and_then(|finding| {
        if accessors::is_about(finding) {
            return Some(format!(
                "have {} take the bits where C {}",
                finding.symbol,
                finding.c()
            ));
        }
        compilers_part(finding, case).or_else(|| mend::advice(finding.rule).map(str::to_owned))
    });
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
        elsewhere: elsewhere(&others, primary.as_ref(), interfaces, case),
        others,
        primary,
        declarations,
        mend,
        certainty,
        program: case.program.clone(),
        checked,
        unchecked,
        left_out: case.left_out.clone(),
        reason: case.reason.clone(),
    }
}

/// The first finding of each function that has another cause than those before it.
fn elsewhere(
    others: &[Finding],
    primary: Option<&Finding>,
    interfaces: Option<&(Interface, Interface)>,
    case: &CaseReport,
) -> Vec<String> {
    let Some(primary) = primary else {
        return Vec::new();
    };
    let mut told: Vec<&Finding> = vec![primary];
    for finding in others {
        let types = |one: &Finding| one.types.clone().or_else(|| one.cause.clone());
        let follows = told.iter().any(|one| {
            one.symbol == finding.symbol
                || one.also.contains(&finding.symbol)
                || types(finding).is_some() && types(one) == types(finding)
        });
        let declared = finding.axis != Axis::Run && finding.contract_only == primary.contract_only;
        if declared && !follows {
            told.push(finding);
        }
    }
    told[1..]
        .iter()
        .map(|finding| headline(finding, interfaces, case))
        .collect()
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

/// Whether a program ended otherwise than it was to.
fn gave_up(end: &ProgramEnd) -> bool {
    matches!(end.end, End::Failed | End::Died | End::Limit)
}

/// What is said where nothing differs, with what the program shows instead.
fn acquitted(pair: &Pair, case: &CaseReport) -> String {
    const NOTHING: &str = "nothing that crosses the boundary is wrong";
    // The loudest end is what was reported.
    let Some(end) = case.program.iter().max_by_key(|end| end.end) else {
        return NOTHING.to_owned();
    };
    let place = end.at.as_ref().and_then(|at| pair.place(at));
    let place = place.map_or(String::new(), |(file, line)| format!(" ({file}:{line})"));
    match end.end {
        End::Returned | End::Exited => NOTHING.to_owned(),
        End::Failed | End::Limit => format!("{NOTHING}; the program {end}{place}"),
        End::Died => format!("not known: the program {end}, and nothing that was compared explains it"),
    }
}

/// What failed, with the first error that a compiler tells.
fn why(reason: &str) -> String {
    let (what, told) = reason.split_once('\n').unwrap_or((reason, ""));
    let what = what.split_once(" (`--record").map_or(what, |(what, _)| what);
    let is_error = |line: &&str| {
        line.starts_with("error") || line.contains(": error: ") || line.contains(": fatal error: ")
    };
    match told.lines().map(str::trim).find(is_error) {
        Some(error) => format!("{what}: {error}"),
        None => what.to_owned(),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text)
}
