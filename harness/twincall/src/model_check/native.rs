//! Holds a native compiler against the model: as a caller its registers and stack are captured, as a callee it is
//! called with registers and stack that the model chose.

use twincall_abi::machine::{
    CaptureRecord, CaptureRequest, DIRECT, DirectFrame, ResultState, capture_record, capture_stub,
};
use twincall_abi::model::{ModelArgument, ModelSlot};
use twincall_abi::run::{Assignment, Call, Ending, Outcome, PROBE, SymbolIn, Word};
use twincall_abi::slot::{Content, Extension, Location};
use twincall_abi::target::Target;

use super::expected::{Expected, ValueOf, in_memory};
use super::outcome::{Difference, Place, hex};
use super::unextended::WIDE;
use crate::run::plan::Arena;

/// What fills places that carry nothing.
const POISON: u8 = 0xA5;

/// One planned call with what its outcome must show.
pub(super) struct Planned {
    pub(super) call: Call,
    sent: Vec<usize>,
    /// Where the frame or the record is in the arena, and where the result lies.
    pub(super) block: u32,
    result: usize,
}

fn unit(symbol: String) -> SymbolIn {
    SymbolIn { library: 0, symbol }
}

fn set(variable: &str, word: Word) -> Assignment {
    Assignment {
        variable: unit(variable.to_owned()),
        word,
    }
}

/// A call of the unit's caller, whose callee is the capture stub.
pub(super) fn plan_caller(number: usize, expected: &Expected) -> Planned {
    let mut arena = Arena::new(Target::X86_64LinuxGnu);
    let sent: Vec<usize> = expected
        .arguments()
        .iter()
        .map(|value| put(&mut arena, value))
        .collect();
    let pointers = arena.pointers(sent.len());
    for (index, at) in sent.iter().enumerate() {
        arena.point(pointers + index * arena.word(), *at);
    }
    let size = expected.result().map_or(0, |value| value.size);
    let result = arena.allocate(size.max(16), POISON);
    let returned = match expected.result() {
        Some(_) if !in_memory(&expected.lowering.result) => expected.lowering.result.slots.as_slice(),
        _ => &[],
    };
    let x87 = returned.iter().filter(|slot| is_x87(&slot.slot.location)).count();
    let request = CaptureRequest {
        stack_length: u32::try_from(expected.lowering.stack.0 + 64).unwrap_or(u32::MAX),
        wants_result: false,
        returns_first_argument: in_memory(&expected.lowering.result),
        result: ResultState {
            rax: u64::from_le_bytes([POISON; 8]),
            rdx: u64::from_le_bytes([POISON; 8]),
            vectors: [[POISON; 64]; 4],
            st: [[0; 10]; 2],
            st_count: x87 as u8,
        },
        ..CaptureRequest::default()
    };
    let encoded = request.encode();
    let block = arena.allocate(encoded.len(), 0);
    arena.bytes[block..block + encoded.len()].copy_from_slice(&encoded);
    for slot in returned {
        let place = CaptureRequest::result_at(block as u32, &slot.slot.location);
        if let (Some(at), Some(value)) = (place, expected.result()) {
            write(&mut arena, at as usize, slot, value, false);
        }
    }
    let stub = capture_stub(0);
    let record = capture_record(0);
    let mut assignments: Vec<Assignment> = stub
        .map(|stub| set("tc_target", Word::Address(stub)))
        .into_iter()
        .collect();
    assignments.extend(record.map(|variable| Assignment {
        variable,
        word: Word::Arena { offset: block as u32 },
    }));
    let call = arena.finish(unit(format!("caller_{number}")), assignments, pointers, result);
    Planned {
        call,
        sent,
        block: block as u32,
        result,
    }
}

/// A direct call of the unit's callee, with small integers extended or with poison above them.
pub(super) fn plan_callee(number: usize, expected: &Expected, extend: bool) -> Planned {
    let mut arena = Arena::new(Target::X86_64LinuxGnu);
    let sent: Vec<usize> = expected
        .arguments()
        .iter()
        .map(|value| arena.allocate(value.size.max(WIDE), POISON))
        .collect();
    let stores = arena.pointers(sent.len());
    for (index, at) in sent.iter().enumerate() {
        arena.point(stores + index * arena.word(), *at);
    }
    let source = expected.result().map(|value| put(&mut arena, value));
    let size = expected.result().map_or(0, |value| value.size);
    let result = arena.allocate(size.max(16), POISON);
    let mut frame = DirectFrame::poisoned(POISON);
    frame.stack = vec![POISON; expected.lowering.stack.0 as usize];
    frame.stack_align = u32::try_from(expected.lowering.stack_align.0).unwrap_or(16);
    frame.state.al = expected.lowering.vector_count.unwrap_or(POISON);
    let encoded = frame.encode();
    let block = arena.allocate(encoded.len(), 0);
    arena.bytes[block..block + encoded.len()].copy_from_slice(&encoded);
    for (argument, value) in expected.lowering.arguments.iter().zip(expected.arguments()) {
        for slot in &argument.slots {
            if let Some(at) = DirectFrame::argument_at(block as u32, &slot.slot.location) {
                if matches!(slot.slot.content, Content::Pointer { .. }) {
                    let copy = put(&mut arena, value);
                    arena.point(at as usize, copy);
                    continue;
                }
                write(&mut arena, at as usize, slot, value, extend);
            }
        }
    }
    for slot in expected
        .lowering
        .result
        .slots
        .iter()
        .filter(|_| in_memory(&expected.lowering.result))
    {
        if let Some(at) = DirectFrame::argument_at(block as u32, &slot.slot.location) {
            arena.point(at as usize, result);
        }
    }
    let target = Word::Address(unit(format!("callee_{number}")));
    let target = DirectFrame::target(block as u32, target);
    arena.fix(target.at as usize, target.word);
    let pointers = arena.pointers(1);
    arena.point(pointers, block);
    let offset = |at: usize| Word::Arena { offset: at as u32 };
    let mut assignments = vec![set("tc_args", offset(stores))];
    assignments.extend(source.map(|at| set("tc_ret", offset(at))));
    let driver = SymbolIn {
        library: PROBE,
        symbol: DIRECT.to_owned(),
    };
    let call = arena.finish(driver, assignments, pointers, result);
    Planned {
        call,
        sent,
        block: block as u32,
        result,
    }
}

/// A call of a driver that only writes numbers behind its result pointer.
pub(super) fn plan_numbers(symbol: String, bytes: usize, target: Target) -> Planned {
    let mut arena = Arena::new(target);
    let result = arena.allocate(bytes.max(16), POISON);
    let pointers = arena.pointers(1);
    Planned {
        call: arena.finish(unit(symbol), Vec::new(), pointers, result),
        sent: Vec::new(),
        block: 0,
        result,
    }
}

impl Planned {
    /// The numbers that the driver wrote. One that did not return wrote none, which is no agreement.
    pub(super) fn numbers<'a>(&self, outcome: &'a Outcome) -> Result<&'a [u8], Difference> {
        if outcome.ending != Ending::Returned {
            return Err(Difference::ended(&outcome.ending));
        }
        let numbers = outcome.arena.get(self.result..);
        let numbers = numbers.filter(|numbers| !numbers.is_empty());
        numbers.ok_or_else(|| Difference::new(Place::Call, "numbers of layouts", "none"))
    }

    /// So many bytes of what the callee stored of each argument; nothing where it did not return.
    pub(super) fn stored(&self, outcome: &Outcome, length: usize) -> Vec<Vec<u8>> {
        let bytes = |at: &usize| outcome.arena.get(*at..*at + length);
        let stored = self.sent.iter().map(|at| bytes(at).unwrap_or_default().to_vec());
        stored.collect()
    }

    /// Where a compiled caller put things other than the model.
    pub(super) fn judge_caller(&self, expected: &Expected, outcome: &Outcome) -> Vec<Difference> {
        if outcome.ending != Ending::Returned {
            return vec![Difference::ended(&outcome.ending)];
        }
        let record = outcome
            .arena
            .get(self.block as usize..)
            .and_then(CaptureRecord::decode);
        let Some(captured) = record.and_then(|record| record.captured) else {
            return vec![Difference::new(Place::Call, "a captured call", "none")];
        };
        let mut differences = Vec::new();
        let at = |location: &Location| CaptureRecord::argument_at(self.block, location);
        for (index, (argument, value)) in expected
            .lowering
            .arguments
            .iter()
            .zip(expected.arguments())
            .enumerate()
        {
            compare(
                &mut differences,
                Place::Argument(index),
                argument,
                value,
                outcome,
                &at,
            );
        }
        let above = u64::from(captured.rsp_modulo_64) + 8;
        if above % expected.lowering.stack_align.0.clamp(1, 64) != 0 {
            let wanted = format!("(rsp + 8) % {} == 0", expected.lowering.stack_align);
            let found = format!("rsp % 64 == {}", captured.rsp_modulo_64);
            differences.push(Difference::new(Place::StackAlign, &wanted, &found));
        }
        if let Some(count) = expected.lowering.vector_count
            && !(count..=8).contains(&captured.state.al)
        {
            let found = format!("al = {}", captured.state.al);
            differences.push(Difference::new(
                Place::VectorCount,
                &format!("al from {count} to 8"),
                &found,
            ));
        }
        if let Some(value) = expected
            .result()
            .filter(|_| !in_memory(&expected.lowering.result))
        {
            memory(&mut differences, Place::Result, value, outcome, self.result);
        }
        differences
    }

    /// What a compiled callee found, returned or destroyed other than the model says.
    pub(super) fn judge_callee(&self, expected: &Expected, outcome: &Outcome) -> Vec<Difference> {
        if outcome.ending != Ending::Returned {
            return vec![Difference::ended(&outcome.ending)];
        }
        let frame = outcome.arena.get(self.block as usize..);
        let Some(result) = frame.and_then(DirectFrame::decode) else {
            return vec![Difference::new(Place::Call, "a return", "none")];
        };
        let mut differences = Vec::new();
        for (index, (value, at)) in expected.arguments().iter().zip(&self.sent).enumerate() {
            memory(&mut differences, Place::Argument(index), value, outcome, *at);
        }
        if let Some(value) = expected.result() {
            if in_memory(&expected.lowering.result) {
                memory(&mut differences, Place::Result, value, outcome, self.result);
                let rdi = Location::Register("rdi".to_owned());
                let given = DirectFrame::argument_at(self.block, &rdi)
                    .and_then(|at| outcome.arena.get(at as usize..)?.first_chunk().copied());
                if given.map(u64::from_le_bytes) != Some(result.result.rax) {
                    let found = format!("rax = {:#x}", result.result.rax);
                    differences.push(Difference::new(
                        Place::Result,
                        "the hidden pointer in rax",
                        &found,
                    ));
                }
            } else {
                let at = |location: &Location| DirectFrame::result_at(self.block, location);
                compare(
                    &mut differences,
                    Place::Result,
                    &expected.lowering.result,
                    value,
                    outcome,
                    &at,
                );
            }
        }
        let lost = result.preserved.lost();
        if !lost.is_empty() {
            differences.push(Difference::new(
                Place::Preserved,
                "all preserved",
                &lost.join(", "),
            ));
        }
        differences
    }
}

fn put(arena: &mut Arena, value: &ValueOf) -> usize {
    let at = arena.allocate(value.size.max(1), POISON);
    arena.bytes[at..at + value.size].copy_from_slice(&value.bytes);
    at
}

/// Writes the part of a value that belongs into a slot, with its extension to 32 bits.
fn write(arena: &mut Arena, at: usize, slot: &ModelSlot, value: &ValueOf, extend: bool) {
    let from = slot.value_offset.0 as usize;
    let width = slot.slot.width.0 as usize;
    let bytes = value.slot_bytes(from, width);
    if let Some(place) = arena.bytes.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(&bytes);
    }
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let fill = match slot.slot.extension {
        Extension::None => return,
        Extension::Sign if negative => 0xFF,
        Extension::Sign | Extension::Zero => 0,
    };
    if let Some(above) = arena.bytes.get_mut(at + width..at + 4).filter(|_| extend) {
        above.fill(fill);
    }
}

/// Holds the slots of an argument or result against the registers and stack that were found.
fn compare(
    differences: &mut Vec<Difference>,
    place: Place,
    argument: &ModelArgument,
    value: &ValueOf,
    outcome: &Outcome,
    at: &dyn Fn(&Location) -> Option<u32>,
) {
    for slot in &argument.slots {
        let location = &slot.slot.location;
        if matches!(slot.slot.content, Content::Pointer { .. }) {
            continue;
        }
        let from = slot.value_offset.0 as usize;
        let width = slot.slot.width.0 as usize;
        let found = at(location).and_then(|at| outcome.arena.get(at as usize..at as usize + width.max(4)));
        let Some(found) = found else {
            differences.push(Difference::new(place, &slot.slot.to_string(), "out of reach"));
            continue;
        };
        let wanted = value.slot_expected(from, width);
        let got = value.slot_masked(from, &found[..width]);
        if wanted != got {
            let wanted = format!("{} = {}", slot.slot, hex(&wanted));
            differences.push(Difference::new(place, &wanted, &hex(&got)));
            continue;
        }
        let negative = found[width.max(1) - 1] & 0x80 != 0;
        let fill = match slot.slot.extension {
            Extension::None => continue,
            Extension::Sign if negative => 0xFF,
            Extension::Sign | Extension::Zero => 0,
        };
        let is_register = matches!(location, Location::Register(_));
        if is_register
            && place != Place::Result
            && width < 4
            && found[width..4].iter().any(|byte| *byte != fill)
        {
            let found = hex(&found[..4]);
            differences.push(Difference::new(Place::Extension, &slot.slot.to_string(), &found));
        }
    }
}

/// Holds bytes in the arena against a value.
fn memory(differences: &mut Vec<Difference>, place: Place, value: &ValueOf, outcome: &Outcome, at: usize) {
    let found = outcome.arena.get(at..at + value.size).unwrap_or_default();
    let got = value.masked(found);
    let wanted = value.expected();
    if wanted != got {
        differences.push(Difference::new(place, &hex(&wanted), &hex(&got)));
    }
}

fn is_x87(location: &Location) -> bool {
    matches!(location, Location::Register(name) if name.starts_with("st"))
}

#[cfg(test)]
mod tests;
