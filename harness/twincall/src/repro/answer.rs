//! From the report of a run to what a person wants to know first: what is wrong, where, and what mends it.

use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::slot::{Content, Extension, Location, Slot};
use twincall_abi::target::Target;

use super::pair::Pair;
use super::{is_entry, mend};
use crate::judge::rules::{Axis, Rule};
use crate::report::{CaseReport, Declaration, Finding, FunctionReport, ObservationReport, Verdict};

/// How a program ended that did not die.
const RETURNED: &str = "returned";

/// What a function without a result returns, in words.
const NO_RESULT: &str = "nothing";

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
    /// How the report's own program ended on each path.
    pub program: Vec<Ended>,
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
    findings.sort_by_key(importance);
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
                ended.how.split(" (").next().unwrap_or(&ended.how)
            ),
            None => "nothing that crosses the boundary is wrong".to_owned(),
        },
    };
    let mend = primary.as_ref().and_then(|finding| {
        compilers_part(finding, case).or_else(|| mend::mend(finding, interfaces?, case.target))
    });
    let (checked, unchecked) = scope(pair, interfaces, case);
    Answer {
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

/// The cause before what follows from it: names and conventions, then layouts, then places, then types, then values.
fn importance(finding: &Finding) -> (bool, usize, bool, usize) {
    let rank = [
        Rule::SymbolMissing,
        Rule::SymbolRedirected,
        Rule::CallingConvention,
        Rule::Variadic,
        Rule::Arity,
        Rule::LayoutSize,
        Rule::FieldMissing,
        Rule::FieldOffset,
        Rule::FieldWidth,
        Rule::FieldKind,
        Rule::LayoutAlign,
        Rule::TargetFeatures,
        Rule::Indirect,
        Rule::ReturnLocation,
        Rule::ArgLocation,
        Rule::StackLayout,
        Rule::DataSymbol,
        Rule::InvalidValue,
        Rule::ReturnType,
        Rule::ParamType,
        Rule::IntegerExtension,
        Rule::Nullability,
        Rule::VarargPromotion,
        Rule::StackAlignment,
        Rule::CalleeSaved,
        Rule::Unwind,
    ];
    let place = rank.iter().position(|rule| *rule == finding.rule);
    let line = finding
        .rust_declaration
        .as_ref()
        .map_or(usize::MAX, |declaration| declaration.location.line as usize);
    (
        finding.contract_only,
        place.unwrap_or(rank.len()),
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

/// One sentence about a finding.
fn headline(finding: &Finding, interfaces: Option<&(Interface, Interface)>, case: &CaseReport) -> String {
    let symbol = &finding.symbol;
    let place = match finding.place.as_str() {
        "" => symbol.clone(),
        place => format!("{place} of {symbol}"),
    };
    if let Some(text) = interfaces.and_then(|interfaces| in_places(finding, interfaces, case)) {
        return format!("{place}: {text}");
    }
    if matches!(
        finding.rule,
        Rule::Crash | Rule::Trap | Rule::OutOfBounds | Rule::Hang
    ) {
        return match (finding.c.as_str(), finding.rust.as_str()) {
            (how, "") => format!("{place}: a call of C's function ends in {how}"),
            ("", how) => format!("{place}: a call of Rust's function ends in {how}"),
            (c, rust) => {
                format!("{place}: calls end in {c} where C defines it and in {rust} where Rust does")
            }
        };
    }
    if let Some((c, rust)) = &finding.types
        && matches!(finding.rule, Rule::LayoutSize | Rule::LayoutAlign)
    {
        return format!(
            "`{c}` has {} in C, and `{rust}` has {} in Rust ({place})",
            finding.c, finding.rust
        );
    }
    let (c, rust) = (&finding.c, &finding.rust);
    match finding.rule {
        Rule::FieldOffset => format!("{place}: C has it at {c}, Rust at {rust}"),
        Rule::InvalidValue => format!(
            "{place}: C allows {c}, Rust allows {rust}, and what only one side allows is undefined behaviour on the other"
        ),
        Rule::Nullability => format!("{place}: a pointer that {c} in C, and {rust} in Rust"),
        Rule::VarargPromotion => format!("{place}: C takes {c}, Rust passes {rust}"),
        rule => {
            let what = rule.summary().trim_end_matches('.');
            match (c.as_str(), rust.as_str()) {
                (one, "") | ("", one) => format!("{place}: {what}: {one}"),
                (c, rust) if c == rust => format!("{place}: {what}: {c}"),
                (c, rust) => format!("{place}: C has {c}, Rust has {rust}. {what}"),
            }
        }
    }
}

/// Who puts a value where and who looks for it where.
fn in_places(finding: &Finding, (c, rust): &(Interface, Interface), case: &CaseReport) -> Option<String> {
    let about_places = finding.rule.needs_slots() && finding.rule.axis() == Axis::Location;
    let about_types = matches!(finding.rule, Rule::ParamType | Rule::ReturnType);
    if !about_places && !about_types {
        return None;
    }
    let function = case
        .functions
        .iter()
        .find(|function| function.symbol == finding.symbol)?;
    let functions = [c.function(&finding.symbol)?, rust.function(&finding.symbol)?];
    // Whoever only declares a function calls it. Where both define it either may.
    let caller = if functions[1].defined && !functions[0].defined {
        Side::C
    } else {
        Side::Rust
    };
    let callee = caller.other();
    let word = |side: Side, verb: [&str; 2]| -> Option<(String, Vec<Slot>)> {
        let declared = functions[usize::from(side == Side::Rust)];
        let (ty, slots) = at(function, declared, side, &finding.place)?;
        let verb = verb[usize::from(side == callee)];
        let extended = match slots.as_slice() {
            [slot] if finding.rule == Rule::IntegerExtension => extension_words(slot.extension),
            _ => "",
        };
        let mut words = format!("{side} {verb} {ty}{extended}");
        match place_words(&slots) {
            // Whoever has no result has no place for it.
            None if ty == NO_RESULT => {}
            None => words.push_str(" nowhere"),
            Some(place) => {
                words.push(' ');
                words.push_str(&place);
            }
        }
        Some((words, slots))
    };
    let sized = |words: String, slots: &[Slot], other: &[Slot]| match (slots, other) {
        // A wasm parameter has one name whatever its width.
        ([slot], [other])
            if matches!(
                slot.location,
                Location::WasmParam { .. } | Location::WasmResult { .. }
            ) && slot.location == other.location
                && slot.width != other.width =>
        {
            format!("{words} ({} bits)", 8 * slot.width.0)
        }
        _ => words,
    };
    if finding.place == "result" {
        let verbs = ["expects", "returns"];
        let ((given, from), (wanted, to)) = (word(callee, verbs)?, word(caller, verbs)?);
        let (given, wanted) = (sized(given, &from, &to), sized(wanted, &to, &from));
        return Some(format!("{given}, {wanted}"));
    }
    let verbs = ["passes", "reads"];
    let ((given, wrote), (wanted, read)) = (word(caller, verbs)?, word(callee, verbs)?);
    let (given, wanted) = (sized(given, &wrote, &read), sized(wanted, &read, &wrote));
    let unset = match (wrote.as_slice(), read.as_slice()) {
        ([one], [other])
            if one.location == other.location
                && matches!(one.location, Location::Register(_))
                && (one.content, other.content) == (Content::Value, Content::Value)
                && (one.width.0, other.width.0) == (4, 8) =>
        {
            " (upper half unset)"
        }
        _ => "",
    };
    Some(format!("{given}, {wanted}{unset}"))
}

/// The spelling and the slots of an argument or the result on one side.
fn at(report: &FunctionReport, function: &Function, side: Side, place: &str) -> Option<(String, Vec<Slot>)> {
    let described = match side {
        Side::C => report.c.as_ref(),
        Side::Rust => report.rust.as_ref(),
    }?;
    let level = described.levels.iter().find(|level| level.attributed)?;
    if place == "result" {
        let spelling = match function.result_spelling.as_str() {
            "" => NO_RESULT.to_owned(),
            spelling => spelling.to_owned(),
        };
        return Some((spelling, level.result.clone()));
    }
    let index = place
        .strip_prefix("argument ")?
        .parse::<usize>()
        .ok()?
        .checked_sub(1)?;
    let spelling = function.signature.params.get(index)?.spelling.clone();
    Some((spelling, level.arguments.get(index)?.clone()))
}

/// `in esi`, `through a pointer in rdi`, `at [rsp+8]`.
fn place_words(slots: &[Slot]) -> Option<String> {
    if let [slot] = slots
        && let Content::Pointer { to } = slot.content
    {
        return Some(format!(
            "as {} bytes behind a pointer in {}",
            to.0,
            register(slot)
        ));
    }
    let words: Vec<String> = slots.iter().map(register).collect();
    let at = matches!(slots.first()?.location, Location::Stack { .. });
    Some(format!(
        "{} {}",
        if at { "at" } else { "in" },
        words.join(" and ")
    ))
}

fn extension_words(extension: Extension) -> &'static str {
    match extension {
        Extension::None => " not extended",
        Extension::Sign => " sign-extended",
        Extension::Zero => " zero-extended",
    }
}

/// A register by the name of the part that is used.
fn register(slot: &Slot) -> String {
    let Location::Register(name) = &slot.location else {
        return slot.location.to_string();
    };
    let (letters, numbered) = match name.as_str() {
        "rax" => ("a", false),
        "rdx" => ("d", false),
        "rcx" => ("c", false),
        "rdi" => ("di", true),
        "rsi" => ("si", true),
        other => {
            let numbered = other
                .strip_prefix('r')
                .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
            let suffix = match (numbered, slot.width.0) {
                (true, 3..=4) => "d",
                (true, 2) => "w",
                (true, 1) => "b",
                _ => "",
            };
            return format!("{other}{suffix}");
        }
    };
    match (slot.width.0, numbered) {
        (3..=4, false) => format!("e{letters}x"),
        (2, false) => format!("{letters}x"),
        (1, false) => format!("{letters}l"),
        (3..=4, true) => format!("e{letters}"),
        (2, true) => letters.to_owned(),
        (1, true) => format!("{letters}l"),
        _ => name.clone(),
    }
}

/// How the report's program ended, once for each way and level.
fn program(pair: &Pair, case: &CaseReport) -> Vec<Ended> {
    let of_program = |observation: &&ObservationReport| is_entry(pair, &observation.symbol);
    let mut all: Vec<Ended> = Vec::new();
    for observation in case.observations.iter().filter(of_program) {
        // The other calls of these symbols are those of generated functions in their place.
        if observation.kind != crate::run::plan::CallKind::Body {
            continue;
        }
        // Registers differ from run to run; the JSON has them.
        let without_registers = |how: &String| how.split(" (").next().unwrap_or(how).to_owned();
        let mut hows: Vec<String> = observation.endings.iter().map(without_registers).collect();
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

/// What was compared and what was not.
fn scope(
    pair: &Pair,
    interfaces: Option<&(Interface, Interface)>,
    case: &CaseReport,
) -> (Vec<String>, Vec<String>) {
    let mut checked = Vec::new();
    let mut unchecked = case.notes.clone();
    let Some((c, rust)) = interfaces else {
        return (checked, unchecked);
    };
    let crossing: Vec<&str> = case
        .functions
        .iter()
        .filter(|function| function.c.is_some() && function.rust.is_some())
        .map(|function| function.symbol.as_str())
        .filter(|symbol| !is_entry(pair, symbol))
        .collect();
    checked.push(match crossing.len() {
        0 => "no function that both sides know".to_owned(),
        count => format!(
            "{count} function{}: {}",
            if count == 1 { "" } else { "s" },
            crossing.join(", ")
        ),
    });
    let types = case
        .types
        .iter()
        .filter(|ty| ty.c.is_some() && ty.rust.is_some())
        .count();
    if types > 0 {
        checked.push(format!(
            "{types} type{} that cross, by every field",
            if types == 1 { "" } else { "s" }
        ));
    }
    if case.calls > 0 {
        checked.push(format!("{} calls in both directions at each level", case.calls));
    }
    for (side, one, other) in [(Side::C, c, rust), (Side::Rust, rust, c)] {
        let alone: Vec<&str> = one
            .functions
            .iter()
            .filter(|function| other.function(&function.symbol).is_none())
            .map(|function| function.symbol.as_str())
            .filter(|symbol| !is_entry(pair, symbol))
            .collect();
        if !alone.is_empty() {
            unchecked.push(format!(
                "known to {side} only, so that there is nothing to hold it against: {}",
                alone.join(", ")
            ));
        }
    }
    unchecked.push(
        "what pointers lead to beyond their declared type, lifetimes, threads, and functions that are not in the report"
            .to_owned(),
    );
    (checked, unchecked)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text)
}
