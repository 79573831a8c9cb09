//! Each body once more, to see whether it gives its caller's registers back (psABI 3.2.1).
//!
//! A call that a compiled driver makes hides what is lost: a driver that has nothing in `rbx` does not miss it. Here the direct driver
//! makes the call of the compiled one, with marks in all registers that have to survive, and a stub between that and the body
//! compares them before and after.

use twincall_abi::interface::{Convention, Function, Side};
use twincall_abi::machine::{
    CaptureRequest, DirectFrame, capture_forward, capture_record, capture_stub, direct_driver,
};
use twincall_abi::run::{Assignment, Call, Fixup, Word};
use twincall_abi::slot::Location;

use super::machine::MachinePlan;
use super::{LibraryOf, POISON, PlannedCall, Planner};
use crate::build::BuildError;
use crate::facts::CallKind;

impl Planner<'_> {
    /// One call of this side's body by this side, or all that the fixture asks for.
    pub(super) fn preserving(
        &self,
        symbol: &str,
        side: Side,
        of: &LibraryOf,
    ) -> Result<Vec<(Call, PlannedCall)>, BuildError> {
        let function = self.build.interface(side).function(symbol);
        // A stub that waits for a function to come back would stop what unwinds through it.
        if !function.is_some_and(is_bound_to_preserve) || self.may_unwind() {
            return Ok(Vec::new());
        }
        let mut bodies = Vec::new();
        self.bodies(&mut bodies, symbol, side, side, of)?;
        if self.case.calls.is_empty() {
            // What a function saves depends little on the values that were thought up for it.
            bodies.truncate(1);
        }
        let mut all = Vec::new();
        for (mut call, mut meaning) in bodies {
            if let Some(record) = surround(&mut call, &format!("tc_{}_target_{symbol}", side.tag())) {
                meaning.kind = CallKind::Machine;
                meaning.machine = Some(MachinePlan::Body { record });
                all.push((call, meaning));
            }
        }
        Ok(all)
    }
}

/// Puts the direct driver in front of a call's driver, and a stub behind it, where it calls what the variable `target` holds.
/// Where the stub's record is.
fn surround(call: &mut Call, target: &str) -> Option<usize> {
    let (stub, record, forward) = (capture_stub(0)?, capture_record(0)?, capture_forward(0)?);
    let assigned = call
        .assignments
        .iter_mut()
        .find(|assignment| assignment.variable.symbol == target)?;
    let body = std::mem::replace(&mut assigned.word, Word::Address(stub));
    let record_at = append(call, &CaptureRequest::default().encode());
    let frame_at = append(call, &DirectFrame::poisoned(POISON).encode());
    let list_at = append(call, &[0; 8]);
    let unused = append(call, &[POISON; 16]);
    call.assignments.extend([
        Assignment {
            variable: record,
            word: Word::Arena { offset: record_at },
        },
        Assignment {
            variable: forward,
            word: body,
        },
    ]);
    let driver = std::mem::replace(&mut call.driver, direct_driver());
    call.fixups
        .push(DirectFrame::target(frame_at, Word::Address(driver)));
    let words = [("rdi", call.arguments_at), ("rsi", call.result_at)];
    for (register, offset) in words {
        call.fixups.push(Fixup {
            at: DirectFrame::argument_at(frame_at, &Location::Register(register.to_owned()))?,
            word: Word::Arena { offset },
        });
    }
    call.fixups.push(Fixup {
        at: list_at,
        word: Word::Arena { offset: frame_at },
    });
    (call.arguments_at, call.result_at) = (list_at, unused);
    Some(record_at as usize)
}

/// Adds bytes to the arena and says where they are.
fn append(call: &mut Call, bytes: &[u8]) -> u32 {
    let at = call.arena.len().next_multiple_of(64);
    call.arena.resize(at, POISON);
    call.arena.extend(bytes);
    at as u32
}

/// Whether a convention asks a function to preserve what is looked at. Those of Windows ask for more.
fn is_bound_to_preserve(function: &Function) -> bool {
    function.defined && !matches!(function.signature.convention, Convention::Other(_))
}
