//! What compilers' own back ends say, held against the slots placed from IR.
//!
//! A back end names registers and stack offsets in the order of assignment, not which argument they belong to, so places are
//! compared as sets. That two arguments have exchanged their places only the machine shows.

use std::collections::BTreeSet;

use twincall_abi::interface::Side;
use twincall_abi::slot::{Content, Extension, Location, Lowering, Slot};
use twincall_abi::units::Bytes;

use super::Findings;
use crate::build::Lowered;
use crate::evidence::backend::{BackendFunction, StackObject};
use crate::facts::lowering_text;

#[cfg(test)]
mod tests;

/// The symbols whose definition shows how a function of one side is entered, the surest first.
fn views(side: Side, symbol: &str) -> [String; 3] {
    let echo = match side {
        Side::C => format!("tc_c_echo_{symbol}"),
        Side::Rust => format!("tc_rust_echo_{symbol}"),
    };
    [echo.clone(), format!("{echo}__v0"), symbol.to_owned()]
}

/// Holds every definition of a side against its placed IR, where the back end was asked.
pub(super) fn judge(findings: &mut Findings<'_>, side: Side) {
    let evidence = findings.evidence;
    let llvm = evidence.llvm[usize::from(side == Side::Rust)];
    for level in &evidence.build.levels {
        let facts = level.side(side);
        let (ir, back_end) = match (&facts.ir, &facts.back_end) {
            (Ok(ir), Some(Ok(back_end))) => (ir, back_end),
            (_, Some(Err(reason))) => {
                let note = format!("the back end of {side} was not held against its IR: {reason}");
                findings.notes.push(note);
                continue;
            }
            _ => continue,
        };
        for function in &evidence.build.interface(side).functions {
            for view in views(side, &function.symbol) {
                let Some(taken) = back_end.get(&view) else {
                    continue;
                };
                let Some(function_ir) = ir.iter().find(|known| known.symbol == view && known.defined) else {
                    continue;
                };
                let lowered = facts.lower_as(function_ir, &function.symbol, evidence.target, llvm);
                let Ok(Lowered { lowering, by_source }) = lowered else {
                    continue;
                };
                let arguments = by_source.map(|slots| slots.arguments);
                if let Some(difference) = difference(&lowering, arguments.as_deref(), taken) {
                    let symbol = &function.symbol;
                    findings
                        .conflicts
                        .push(format!("{side} `{symbol}`: {difference}"));
                    break;
                }
            }
        }
    }
}

/// Where what is placed from IR and what the back end takes part, in words.
fn difference(placed: &Lowering, named: Option<&[Vec<Slot>]>, taken: &BackendFunction) -> Option<String> {
    let hidden: Vec<Slot> = placed
        .result
        .iter()
        .filter(|slot| is_pointer(slot))
        .cloned()
        .collect();
    let all: Vec<Slot> = hidden
        .iter()
        .chain(placed.arguments.iter().flatten())
        .cloned()
        .collect();
    let stack = taken.stack.iter().map(|object| stack_slot(object, object.size));
    let found: Vec<Slot> = taken.incoming.iter().cloned().chain(stack).collect();
    let (placed_at, found_at) = (places(&all), places(&found));
    let other = |slots: &[Slot], known: &BTreeSet<Location>| {
        let stray = slots
            .iter()
            .filter(|slot| !places(std::slice::from_ref(slot)).is_subset(known));
        stray.cloned().collect::<Vec<_>>()
    };
    if placed_at != found_at {
        let unknown = other(&found, &placed_at);
        let lost = named
            .into_iter()
            .flat_map(|arguments| arguments.iter().enumerate())
            .find(|(_, slots)| !places(slots).is_subset(&found_at));
        let (what, slots) = match lost {
            Some((index, slots)) => (format!("argument {}", index + 1), slots.clone()),
            None => ("an argument".to_owned(), other(&all, &found_at)),
        };
        return Some(format!(
            "{what} is {} by its IR, and {} by the compiler's back end",
            lowering_text(&slots),
            lowering_text(&unknown)
        ));
    }
    let results = taken.results.as_ref()?;
    let returned = if hidden.is_empty() {
        places(&placed.result)
    } else {
        // The hidden pointer comes back in rax (psABI 3.2.3).
        BTreeSet::from([Location::Register("rax".to_owned())])
    };
    (returned != places(results)).then(|| {
        format!(
            "the result is {} by its IR, and {} by the compiler's back end",
            lowering_text(&placed.result),
            lowering_text(results)
        )
    })
}

fn is_pointer(slot: &Slot) -> bool {
    matches!(slot.content, Content::Pointer { .. })
}

/// Registers, and the stack by eightbytes.
fn places(slots: &[Slot]) -> BTreeSet<Location> {
    let mut places = BTreeSet::new();
    for slot in slots {
        match &slot.location {
            Location::Stack { offset } => {
                let words = (offset.0 / 8)..(offset.0.saturating_add(slot.width.0)).div_ceil(8);
                places.extend(words.map(|word| Location::Stack {
                    offset: Bytes(word * 8),
                }));
            }
            register => {
                places.insert(register.clone());
            }
        }
    }
    places
}

fn stack_slot(object: &StackObject, width: Bytes) -> Slot {
    Slot {
        location: Location::Stack {
            offset: object.offset,
        },
        width,
        extension: Extension::None,
        content: Content::Value,
    }
}
