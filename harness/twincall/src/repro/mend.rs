//! The change that mends a finding, in the language of the side that only declares.

use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::target::Target;

use crate::explain::translate;
use crate::judge::rules::{Axis, Rule};
use crate::report::Finding;

/// One sentence, followed by a declaration where one can be written.
pub(super) fn mend(finding: &Finding, (c, rust): &(Interface, Interface), target: Target) -> Option<String> {
    // What a run showed and no declaration explains, none mends.
    if finding.rule.axis() == Axis::Run && finding.rule != Rule::SymbolMissing {
        return None;
    }
    let both = (c.function(&finding.symbol), rust.function(&finding.symbol));
    let advice = finding.rule.help();
    let (Some(c_function), Some(rust_function)) = both else {
        return Some(advice.to_owned());
    };
    // A symbol that neither side defines, values that are not allowed, and what a call does, no other declaration mends.
    if matches!(
        finding.rule,
        Rule::SymbolMissing
            | Rule::InvalidValue
            | Rule::VarargPromotion
            | Rule::StackAlignment
            | Rule::CalleeSaved
            | Rule::Unwind
    ) {
        return Some(advice.to_owned());
    }
    let (from, into, function) = if rust_function.defined && !c_function.defined {
        (rust, Side::C, rust_function)
    } else {
        (c, Side::Rust, c_function)
    };
    match declaration(from, function, into, target) {
        Some(text) => Some(format!("declare it in {into} as it is defined:\n{text}")),
        None => Some(advice.to_owned()),
    }
}

/// The function and the types that it needs, in the other language.
fn declaration(from: &Interface, function: &Function, into: Side, target: Target) -> Option<String> {
    let alone = translate::alone(from, function);
    let text = translate::translate(&alone, into, target, translate::Style::Readable).ok()?;
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("#include"))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
