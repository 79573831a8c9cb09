//! Calls seen register by register: what a compiled caller left, and where a compiled callee looks.
//!
//! A caller is watched where it calls its own side's echo: a stub of the probe stands in between, writes down the registers
//! and the stack, and passes the call on by a jump. A callee is called without any caller, with bytes in each register and each
//! word of the stack that are found nowhere else; what its echo stores tells where it looked. Neither needs to
//! know where values belong.

use twincall_abi::interface::{Convention, Function, Side};
use twincall_abi::layout::{FunctionTypes, LeafKind, Scalar, TypeId};
use twincall_abi::machine::{
    CAPTURE_STUBS, CaptureRecord, CaptureRequest, DirectFrame, MAX_CAPTURED_STACK, Passed, Places,
    capture_forward, capture_record, capture_stub, direct_driver,
};
use twincall_abi::run::{Assignment, Call, SymbolIn, Word};
use twincall_abi::slot::Location;
use twincall_abi::value::Pattern;

use super::arena::Arena;
use super::crossing::{CrossingSeen, Record};
use super::{LibraryOf, POISON, PlannedCall, Planner, Symbols};
use crate::build::BuildError;
use crate::facts::CallKind;

/// Bytes of stack that are recorded of a fixture's own call, the return address among them.
const TAPPED_STACK: u32 = 136;

/// What to read out of the arena of such a call.
#[derive(Clone, Debug)]
pub(super) enum MachinePlan {
    Caller {
        record: usize,
        arguments: Vec<Held>,
    },
    Callee {
        frame: usize,
        arguments: Vec<Held>,
        result: Option<Held>,
        /// Where the hidden pointer leads.
        buffer: usize,
    },
    /// A body with a stub before it.
    Body {
        record: usize,
    },
    /// For each function that is watched its name and where its records begin.
    Tapped(Vec<(String, usize)>),
}

/// So many calls of each function are recorded while one body runs.
pub const CALLS_WATCHED: usize = 16;
/// So many functions are watched at a time: each needs a stub.
pub const FUNCTIONS_WATCHED: usize = CAPTURE_STUBS as usize;

/// Where a value lies, and which of its bits count.
#[derive(Clone, Debug)]
pub(super) struct Held {
    at: usize,
    mask: Vec<u8>,
    hidden: bool,
}

/// What one such call showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MachineSeen {
    /// A compiled caller, with the arguments that it was given.
    Caller {
        places: Places,
        arguments: Vec<Passed>,
        /// Whether the stack was aligned to 16 bytes before the return address was pushed (psABI 3.2.2).
        aligned: bool,
    },
    /// A compiled callee, with what it stored of what was in the places.
    Callee {
        places: Places,
        arguments: Vec<Passed>,
        results: Places,
        /// What it was told to return.
        result: Option<Passed>,
        /// It wrote the result where `rdi` pointed, and returned that address in `rax` (psABI 3.2.3).
        in_memory: bool,
        /// What it did not leave as it was (psABI 3.2.1).
        lost: Vec<&'static str>,
    },
    /// A body, with what it did not leave as it was (psABI 3.2.1).
    Body { lost: Vec<&'static str> },
    /// The calls that a body made of functions of the other side, in the order of time, and how many were not recorded.
    Tapped { calls: Vec<CrossingSeen>, further: u64 },
}

impl MachinePlan {
    /// Reads a call that returned. Nothing where the call did not get as far as it should.
    pub(super) fn read(&self, arena: &[u8]) -> Option<MachineSeen> {
        match self {
            MachinePlan::Caller { record, arguments } => {
                let captured = CaptureRecord::decode(arena.get(*record..)?)?.captured?;
                Some(MachineSeen::Caller {
                    places: Places::of_caller(&captured),
                    arguments: Held::read_all(arguments, arena)?,
                    aligned: captured.rsp_modulo_64 % 16 == 8,
                })
            }
            MachinePlan::Callee {
                frame,
                arguments,
                result,
                buffer,
            } => {
                let block = arena.get(*frame..)?;
                let came_back = DirectFrame::decode(block)?;
                let result = match result {
                    Some(held) => Some(held.read(arena)?),
                    None => None,
                };
                let rdi = DirectFrame::argument_at(*frame as u32, &Location::Register("rdi".to_owned()))?;
                let given = arena.get(rdi as usize..)?.first_chunk().copied()?;
                let written = result.as_ref().is_some_and(|result| {
                    let end = buffer + result.bytes.len();
                    arena.get(*buffer..end).is_some_and(|found| result.equals(found))
                });
                Some(MachineSeen::Callee {
                    places: Places::of_frame(block)?,
                    arguments: Held::read_all(arguments, arena)?,
                    results: Places::of_result(&came_back.result, came_back.vector_bytes),
                    in_memory: written && u64::from_le_bytes(given) == came_back.result.rax,
                    lost: came_back.preserved.lost(),
                    result,
                })
            }
            MachinePlan::Body { record } => {
                let captured = CaptureRecord::decode(arena.get(*record..)?)?.captured?;
                let lost = captured.preserved?.lost();
                Some(MachineSeen::Body { lost })
            }
            MachinePlan::Tapped(functions) => {
                let (mut calls, mut further) = (Vec::new(), 0);
                for (symbol, at) in functions {
                    let mut recorded = 0;
                    for index in 0..CALLS_WATCHED {
                        let record =
                            CaptureRecord::decode(arena.get(at + index * tap_request(true).size()..)?)?;
                        if index == 0 {
                            further += record.calls;
                        }
                        let Some(captured) = record.captured else { break };
                        recorded += 1;
                        calls.push(CrossingSeen {
                            symbol: symbol.clone(),
                            record: Record::Machine(Box::new(captured)),
                        });
                    }
                    further = further.saturating_sub(recorded);
                }
                calls.sort_by_key(CrossingSeen::order);
                Some(MachineSeen::Tapped { calls, further })
            }
        }
    }
}

impl Held {
    fn read(&self, arena: &[u8]) -> Option<Passed> {
        Some(Passed {
            bytes: arena.get(self.at..self.at + self.mask.len())?.to_vec(),
            mask: self.mask.clone(),
            hidden: self.hidden,
        })
    }

    fn read_all(all: &[Held], arena: &[u8]) -> Option<Vec<Passed>> {
        all.iter().map(|held| held.read(arena)).collect()
    }
}

/// What is recorded of a call of a fixture's own.
fn tap_request(wants_result: bool) -> CaptureRequest {
    CaptureRequest {
        stack_length: TAPPED_STACK,
        wants_result,
        ..CaptureRequest::default()
    }
}

impl Planner<'_> {
    /// Each body once more, in the library at this index, with a stub, or the host, between it and what it calls on the other
    /// side.
    pub(super) fn tapped(
        &self,
        symbols: &[String],
        library: usize,
    ) -> Result<Vec<(Call, PlannedCall)>, BuildError> {
        let Some(tapped) = &self.level.linked.tapped else {
            return Ok(Vec::new());
        };
        let library = library as u32;
        let of: LibraryOf = Side::BOTH.iter().map(|&side| (side, library)).collect();
        let request = tap_request(!self.may_unwind());
        let mut all = Vec::new();
        for symbol in symbols {
            for side in Side::BOTH {
                let function = self.build.interface(side).function(symbol);
                if !function.is_some_and(|function| function.defined) {
                    continue;
                }
                let mut bodies = Vec::new();
                self.bodies(&mut bodies, symbol, side, side, &of)?;
                if self.case.calls.is_empty() {
                    // What a function calls depends little on the values that were thought up for it.
                    bodies.truncate(1);
                }
                all.extend(bodies);
            }
        }
        for (_, meaning) in &mut all {
            meaning.kind = CallKind::Tapped;
        }
        if self.target.is_wasm() {
            return Ok(all);
        }
        for (call, meaning) in &mut all {
            let mut records = Vec::new();
            for (number, symbol) in (0..CAPTURE_STUBS).zip(&tapped.functions) {
                let (Some(stub), Some(record), Some(forward)) = (
                    capture_stub(number),
                    capture_record(number),
                    capture_forward(number),
                ) else {
                    break;
                };
                let at = call.arena.len().next_multiple_of(64);
                call.arena.resize(at, POISON);
                call.arena.extend(request.encode_many(CALLS_WATCHED));
                let in_library = |symbol: String| SymbolIn { library, symbol };
                let pairs = [
                    (in_library(format!("tc_tap_{symbol}")), Word::Address(stub)),
                    (record, Word::Arena { offset: at as u32 }),
                    (forward, Word::Load(in_library(format!("tc_tap_real_{symbol}")))),
                ];
                call.assignments
                    .extend(pairs.map(|(variable, word)| Assignment { variable, word }));
                records.push((symbol.clone(), at));
            }
            let end = call.arena.len().next_multiple_of(64);
            call.arena.resize(end, POISON);
            meaning.machine = Some(MachinePlan::Tapped(records));
        }
        Ok(all)
    }

    /// Whether an exception, a panic or `longjmp` may pass through calls between the sides. A stub that waits for a
    /// function to come back would stop it.
    pub(super) fn may_unwind(&self) -> bool {
        let declares = Side::BOTH.iter().any(|&side| {
            let mut functions = self.build.interface(side).functions.iter();
            functions.any(|function| function.signature.convention == Convention::CUnwind)
        });
        let jumps = Side::BOTH.iter().any(|&side| {
            let mut undefined = self.level.side(side).symbols.undefined.iter();
            undefined.any(|symbol| symbol.contains("longjmp") || symbol.contains("setjmp"))
        });
        declares || jumps || self.case.c.cpp || self.case.rust.directives.std && !self.build.panics_stop
    }

    /// Puts a stub between a caller and this function. Adds what the stub needs to the arena and to the assignments.
    pub(super) fn watch(
        &self,
        arena: &mut Arena,
        assignments: &mut Vec<Assignment>,
        variable: SymbolIn,
        function: Word,
    ) -> Option<usize> {
        let request = CaptureRequest {
            stack_length: MAX_CAPTURED_STACK,
            wants_result: false,
            ..CaptureRequest::default()
        };
        let encoded = request.encode();
        let record = arena.allocate(encoded.len(), 0);
        arena.bytes[record..record + encoded.len()].copy_from_slice(&encoded);
        let offset = record as u32;
        assignments.push(Assignment {
            variable,
            word: Word::Address(capture_stub(0)?),
        });
        assignments.push(Assignment {
            variable: capture_record(0)?,
            word: Word::Arena { offset },
        });
        assignments.push(Assignment {
            variable: capture_forward(0)?,
            word: function,
        });
        Some(record)
    }

    /// Where the arguments of the caller lie.
    pub(super) fn caller_plan(
        &self,
        side: Side,
        types: &FunctionTypes,
        sent: &[usize],
        record: usize,
    ) -> MachinePlan {
        MachinePlan::Caller {
            record,
            arguments: self.held(side, &types.params, sent, false),
        }
    }

    /// A call of one side's echo with registers and stack that hold nothing but marks.
    pub(super) fn callee(
        &self,
        symbol: &str,
        side: Side,
        types: &FunctionTypes,
        of: &LibraryOf,
    ) -> Option<(Call, PlannedCall)> {
        let function = self.build.interface(side).function(symbol)?;
        if !is_machine_callable(function) {
            return None;
        }
        let symbols = Symbols {
            of,
            caller: side,
            callee: side,
            symbol,
        };
        let mut arena = Arena::new(self.target);
        let count = types.params.len();
        let stored = arena.pointers(count + 1);
        let mut received = Vec::new();
        for (index, &id) in types.params.iter().enumerate() {
            let at = self.poisoned(&mut arena, side, Some(id), side, None);
            arena.point(stored + index * arena.word(), at);
            received.push(at);
        }
        let mut result = None;
        if let Some(id) = types.result {
            let at = self.synthesize(
                &mut arena,
                &symbols,
                side,
                id,
                side,
                None,
                Pattern::Graffiti,
                count,
            );
            arena.point(stored + count * arena.word(), at);
            result = self.held(side, &[id], &[at], false).pop();
        }
        let buffer = self.poisoned(&mut arena, side, types.result, side, None);
        let frame = DirectFrame::marked(MAX_CAPTURED_STACK as usize).encode();
        let block = arena.allocate(frame.len(), 0);
        arena.bytes[block..block + frame.len()].copy_from_slice(&frame);
        let rdi = DirectFrame::argument_at(block as u32, &Location::Register("rdi".to_owned()))?;
        arena.point(rdi as usize, buffer);
        let echo = symbols.callee(format!("tc_{}_echo_address_{symbol}", side.tag()));
        let target = DirectFrame::target(block as u32, Word::Load(echo));
        arena.fix(target.at as usize, target.word);
        let pointers = arena.pointers(1);
        arena.point(pointers, block);
        let assignments = vec![Assignment {
            variable: symbols.callee(format!("tc_{}_frame", side.tag())),
            word: Word::Arena {
                offset: stored as u32,
            },
        }];
        let unused = arena.allocate(16, POISON);
        let call = arena.finish(direct_driver(), assignments, pointers, unused);
        let meaning = PlannedCall {
            symbol: symbol.to_owned(),
            caller: side,
            callee: side,
            kind: CallKind::Machine,
            label: "marks".to_owned(),
            sent: Vec::new(),
            received: Vec::new(),
            outputs: Vec::new(),
            expected: None,
            machine: Some(MachinePlan::Callee {
                frame: block,
                arguments: self.held(side, &types.params, &received, true),
                result,
                buffer,
            }),
        };
        Some((call, meaning))
    }

    fn held(&self, side: Side, ids: &[TypeId], at: &[usize], marks: bool) -> Vec<Held> {
        ids.iter()
            .zip(at)
            .map(|(&id, &at)| {
                let mask = self.mask(side, id, marks);
                let whole = self.layouts(side).value_mask(id);
                let empty = |part: &[u8]| part.iter().all(|byte| *byte == 0);
                let mut eightbytes = whole.chunks(8).zip(mask.chunks(8));
                let hidden = eightbytes.any(|(whole, part)| empty(part) && !empty(whole));
                Held { at, mask, hidden }
            })
            .collect()
    }

    /// The bits of a type that carry its value. Of a mark that is read as a `bool` or as an enum of Rust only the bits that
    /// valid values need are certain to arrive.
    fn mask(&self, side: Side, id: TypeId, marks: bool) -> Vec<u8> {
        let table = self.layouts(side);
        let mut mask = table.value_mask(id);
        for leaf in table.leaves(id).iter().filter(|_| marks) {
            let needed = match &leaf.kind {
                LeafKind::Scalar(Scalar::Bool) => 1,
                LeafKind::Scalar(Scalar::Enumeration { values, .. }) if side == Side::Rust => {
                    let all = values.iter().fold(0u128, |all, (_, value)| all | *value as u128);
                    u128::MAX.checked_shr(all.leading_zeros()).unwrap_or(0)
                }
                _ => continue,
            };
            let (start, width) = (leaf.offset.byte() as usize, leaf.width.bytes_ceil().0 as usize);
            for (byte, needed) in mask.iter_mut().skip(start).take(width).zip(needed.to_le_bytes()) {
                *byte &= needed;
            }
        }
        mask
    }
}

/// Whether a function takes its arguments by the psABI. A C++ class that travels by invisible reference (Itanium C++ ABI
/// 3.1.2.3) makes the call crash, for marks are no addresses: that is contained, and nothing is then known of it.
fn is_machine_callable(function: &Function) -> bool {
    let signature = &function.signature;
    let convention = matches!(
        signature.convention,
        Convention::C | Convention::CUnwind | Convention::SysV64
    );
    convention && !signature.variadic && !signature.unprototyped
}
