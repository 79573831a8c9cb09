//! What was compared and what was not, in words.

use twincall_abi::interface::{Interface, Side};

use crate::facts::CaseReport;
use crate::repro::is_entry;
use crate::repro::pair::Pair;
use crate::text::first_of;

/// What was compared, what was not, and whether anything was.
pub(super) fn scope(
    pair: &Pair,
    interfaces: Option<&(Interface, Interface)>,
    case: &CaseReport,
) -> (Vec<String>, Vec<String>, bool) {
    let mut checked = Vec::new();
    let mut unchecked = case.notes.clone();
    let Some((c, rust)) = interfaces else {
        return (checked, unchecked, false);
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
            first_of(&crossing)
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
                first_of(&alone)
            ));
        }
    }
    unchecked.push(
        "what pointers lead to beyond their declared type, lifetimes, threads, and functions that are not in the report"
            .to_owned(),
    );
    let compared =
        !crossing.is_empty() || types > 0 || c.data.iter().any(|data| rust.data(&data.symbol).is_some());
    (checked, unchecked, compared)
}
