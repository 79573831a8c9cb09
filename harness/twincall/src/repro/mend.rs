//! The change that mends a finding, in the language of the side that only declares.

use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::target::Target;

use crate::explain::translate;
use crate::judge::rules::Rule;
use crate::report::Finding;

/// One sentence, followed by a declaration where one can be written.
pub(super) fn mend(finding: &Finding, (c, rust): &(Interface, Interface), target: Target) -> Option<String> {
    let both = (c.function(&finding.symbol), rust.function(&finding.symbol));
    let advice = finding.rule.help();
    let (Some(c_function), Some(rust_function)) = both else {
        return Some(advice.to_owned());
    };
    // A symbol that neither side defines, or values that are not allowed, no other declaration mends.
    if matches!(finding.rule, Rule::SymbolMissing | Rule::InvalidValue) {
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
    let alone = Interface {
        functions: vec![function.clone()],
        ..from.clone()
    };
    let text = translate::translate(&alone, into, target).ok()?;
    let named = |line: &&str| {
        // Types that this function does not use are of no help.
        let symbol = format!("{}(", function.symbol);
        line.contains(&symbol) || used(line, &text, &function.symbol)
    };
    let lines: Vec<&str> = text.lines().filter(named).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Whether a type's definition is reached from the function's line.
fn used(line: &str, text: &str, symbol: &str) -> bool {
    let Some(name) = defined_type(line) else {
        return false;
    };
    let mut reached: Vec<&str> = Vec::new();
    let function = text.lines().find(|line| line.contains(&format!("{symbol}(")));
    let mut open: Vec<&str> = function.into_iter().collect();
    while let Some(from) = open.pop() {
        for line in text.lines() {
            if let Some(other) = defined_type(line)
                && !reached.contains(&other)
                && from != line
                && words(from).any(|word| word == other)
            {
                reached.push(other);
                open.push(line);
            }
        }
    }
    reached.contains(&name)
}

/// `Point` of `#[repr(C)] .. pub struct Point { .. }` and of `struct Point { .. };`.
fn defined_type(line: &str) -> Option<&str> {
    let mut before = "";
    for word in words(line) {
        if matches!(before, "struct" | "union" | "enum") {
            return line.contains('{').then_some(word);
        }
        before = word;
    }
    None
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}
