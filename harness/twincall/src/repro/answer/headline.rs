//! One sentence about a finding: who puts what where, and who looks for it where.

use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::slot::{Content, Extension, Location, Slot};

use crate::facts::{Axis, CaseReport, Finding, FunctionReport, Place, Rule};
use crate::repro::accessors;

/// What a function without a result returns, in words.
const NO_RESULT: &str = "nothing";

/// One sentence about a finding.
pub(in crate::repro) fn headline(
    finding: &Finding,
    interfaces: Option<&(Interface, Interface)>,
    case: &CaseReport,
) -> String {
    let place = finding.whereabouts();
    let [c, rust] = [finding.c(), finding.rust()];
    if let Some(text) = interfaces.and_then(|interfaces| in_places(finding, interfaces, case)) {
        return format!("{place}: {text}");
    }
    if matches!(
        finding.rule,
        Rule::Crash | Rule::Trap | Rule::OutOfBounds | Rule::Hang
    ) {
        return match (c.as_str(), rust.as_str()) {
            (how, "") => format!("{place}: a call of C's function ends in {how}"),
            ("", how) => format!("{place}: a call of Rust's function ends in {how}"),
            (c, rust) => {
                format!("{place}: calls end in {c} where C defines it and in {rust} where Rust does")
            }
        };
    }
    if let Some((in_c, in_rust)) = &finding.types
        && matches!(finding.rule, Rule::LayoutSize | Rule::LayoutAlign)
    {
        return format!("`{in_c}` has {c} in C, and `{in_rust}` has {rust} in Rust ({place})");
    }
    match finding.rule {
        Rule::FieldOffset if accessors::is_about(finding) => {
            format!("the layouts agree, but {place} in Rust {rust}, and C {c}")
        }
        Rule::FieldOffset => format!("{place}: C has it at {c}, Rust at {rust}"),
        Rule::InvalidValue => format!(
            "{place}: C allows {c}, Rust allows {rust}, and what only one side allows is undefined behaviour on the other"
        ),
        Rule::Nullability => format!("{place}: a pointer that {c} in C, and {rust} in Rust"),
        Rule::StackOverflow => {
            format!("{place}: the stack grew over the data below it, and nothing trapped")
        }
        // A caller with other features than its callee, both on one side.
        Rule::TargetFeatures if c.is_empty() != rust.is_empty() => {
            format!("{place}: {c}{rust}, because their target features differ")
        }
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
    if finding.place == Place::RESULT {
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
fn at(
    report: &FunctionReport,
    function: &Function,
    side: Side,
    place: &Place,
) -> Option<(String, Vec<Slot>)> {
    let described = match side {
        Side::C => report.c.as_ref(),
        Side::Rust => report.rust.as_ref(),
    }?;
    let level = described.levels.iter().find(|level| level.attributed)?;
    if *place == Place::RESULT {
        let spelling = match function.result_spelling.as_str() {
            "" => NO_RESULT.to_owned(),
            spelling => spelling.to_owned(),
        };
        return Some((spelling, level.result.clone()));
    }
    let index = place.as_argument()?;
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
