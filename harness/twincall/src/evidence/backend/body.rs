//! Walks the instructions of a function: copies to and from physical registers, call sequences, returns.

use std::collections::HashMap;

use super::instruction::{Flags, Instruction, Operand, parse, symbol};
use super::registers::{Register, carries_nothing, class_width, register, slot};
use super::text::Document;
use super::values::{Source, Values, global_offset_entry, immediate};
use super::{BackendCall, BackendError, Passed, StackStore, Upper, VectorCount};
use twincall_abi::slot::{Location, Slot};
use twincall_abi::units::Bytes;

mod store;

/// What the instructions of a function say.
#[derive(Debug, Default)]
pub(super) struct Body<'a> {
    pub(super) calls: Vec<BackendCall>,
    pub(super) results: Option<Vec<Slot>>,
    /// Virtual registers that physical ones are copied to, with their classes.
    pub(super) copied_in: Vec<(u32, &'a str)>,
    /// Registers that a variadic function saves for its unnamed arguments.
    pub(super) saved: Vec<String>,
}

pub(super) fn walk<'a>(document: &Document<'a>) -> Result<Body<'a>, BackendError> {
    let mut walker = Walker {
        copies_follow: true,
        ..Walker::default()
    };
    for (line, text) in &document.body {
        let Some(instruction) = parse(text) else {
            continue;
        };
        if instruction.opcode.starts_with("DBG_") {
            continue;
        }
        // Text of the program, which may look like anything, and copies of its own results.
        if instruction.opcode.starts_with("INLINEASM") {
            walker.copies_follow = false;
            continue;
        }
        let failed = |expected| document.form(*line, expected, text);
        walker.instruction(instruction).map_err(failed)?;
    }
    walker.settle_saved();
    Ok(walker.body)
}

/// A call sequence, from `ADJCALLSTACKDOWN64` to `ADJCALLSTACKUP64`.
#[derive(Debug, Default)]
struct Sequence {
    number: usize,
    area: u64,
    stores: Vec<StackStore>,
    unread: Vec<String>,
}

/// What a physical register was last set to.
#[derive(Clone, Copy, Debug)]
enum Set<'a> {
    Copy(Source<'a>),
    Constant(i64),
    Other,
}

#[derive(Debug, Default)]
struct Walker<'a> {
    body: Body<'a>,
    values: Values<'a>,
    physical: HashMap<String, Set<'a>>,
    /// Sequences that are open. Compilers do not nest them.
    sequences: Vec<Sequence>,
    sequence_count: usize,
    /// Whether copies out of physical registers are those of the entry or of the last call.
    copies_follow: bool,
    /// Physical registers by the virtual ones they were copied to at the entry.
    entry: HashMap<u32, Register>,
    /// The stack object that a variadic function saves registers in.
    save_area: Option<&'a str>,
    /// Stores of whole general registers to stack objects: object, offset, register.
    homed: Vec<(&'a str, i64, String)>,
}

type Step = Result<(), &'static str>;

impl<'a> Walker<'a> {
    fn instruction(&mut self, instruction: Instruction<'a>) -> Step {
        self.values.define(instruction, self.open_sequence());
        match instruction.opcode {
            "ADJCALLSTACKDOWN64" | "ADJCALLSTACKDOWN32" => return self.open(instruction),
            "ADJCALLSTACKUP64" | "ADJCALLSTACKUP32" => {
                self.sequences.pop();
                return Ok(());
            }
            "VASTART_SAVE_XMM_REGS" => self.save_vectors(instruction),
            "COPY" => self.copy_out(instruction),
            "RET" | "RET64" | "RET32" => self.returns(instruction),
            opcode if opcode.starts_with("REP_MOVS") => self.repeated_move(instruction),
            opcode if is_tail_call(opcode) => self.call(instruction, true),
            opcode if is_call(opcode) => self.call(instruction, false),
            _ => self.store(instruction),
        }
        self.set_physical(instruction);
        Ok(())
    }

    fn open_sequence(&self) -> Option<usize> {
        self.sequences.last().map(|sequence| sequence.number)
    }

    fn open(&mut self, instruction: Instruction<'a>) -> Step {
        let Some(Operand::Integer(area)) = instruction.operand(0) else {
            return Err("`ADJCALLSTACKDOWN64` and a number of bytes");
        };
        self.sequence_count += 1;
        self.sequences.push(Sequence {
            number: self.sequence_count,
            area: u64::try_from(area).map_err(|_| "`ADJCALLSTACKDOWN64` and a number of bytes")?,
            ..Sequence::default()
        });
        Ok(())
    }

    /// Remembers what a physical register was set to, for the call or return that names it.
    fn set_physical(&mut self, instruction: Instruction<'a>) {
        for definition in instruction.definitions() {
            let Operand::Physical(name) = definition else {
                continue;
            };
            let Some(register) = register(name) else {
                continue;
            };
            let copied = match instruction.opcode {
                "COPY" => instruction.operand(0).and_then(Source::of),
                _ => None,
            };
            let set = match (copied, immediate(instruction)) {
                (Some(source), _) => Set::Copy(source),
                (None, Some(value)) => Set::Constant(value),
                (None, None) => Set::Other,
            };
            self.physical.insert(register.full, set);
        }
    }

    /// `%7:fr32 = COPY $xmm0` at the entry or after a call: the class says how wide the value is.
    fn copy_out(&mut self, instruction: Instruction<'a>) {
        let Some(Operand::Physical(name)) = instruction.operand(0).filter(|_| self.copies_follow) else {
            return;
        };
        let (Some(register), Some(definition)) = (register(name), instruction.definitions().next()) else {
            return;
        };
        let Operand::Virtual {
            number,
            class: Some(class),
            ..
        } = definition
        else {
            return;
        };
        let Some(call) = self.body.calls.last_mut() else {
            self.body.copied_in.push((number, class));
            self.entry.insert(number, register);
            return;
        };
        for result in &mut call.results {
            if matches!(&result.location, Location::Register(full) if *full == register.full) {
                *result = slot(&register, class_width(class));
            }
        }
    }

    /// Explicit operands after selection by the SelectionDAG (`RET 0, $rax`, `RET 0, %2` on the x87 stack),
    /// implicit ones after fast selection (`RET64 implicit $rax`).
    fn returns(&mut self, instruction: Instruction<'a>) {
        let mut x87 = 0;
        let mut results = Vec::new();
        for (_, operand) in instruction.operands() {
            match operand {
                Operand::Physical(name) => results.extend(self.result(name)),
                Operand::Virtual { .. } => {
                    let width = Source::of(operand).and_then(|source| self.values.width(source));
                    let register = Register {
                        full: format!("st{x87}"),
                        width: 10,
                    };
                    results.push(slot(&register, width));
                    x87 += 1;
                }
                Operand::Integer(_) | Operand::Other(_) => {}
            }
        }
        // Several returns of one function give the same registers, except where a value is undefined.
        match &self.body.results {
            Some(known) if known.len() >= results.len() => {}
            _ => self.body.results = Some(results),
        }
    }

    fn result(&self, name: &str) -> Option<Slot> {
        let register = register(name).filter(|register| !carries_nothing(&register.full))?;
        let width = match self.physical.get(&register.full) {
            Some(Set::Copy(source)) => self.values.width(*source),
            _ => None,
        };
        Some(slot(&register, width))
    }

    fn call(&mut self, instruction: Instruction<'a>, tail: bool) {
        let mut call = BackendCall {
            callee: self.callee(instruction),
            registers: Vec::new(),
            stack: Vec::new(),
            area: Bytes(0),
            al: None,
            results: Vec::new(),
            tail,
            unread: Vec::new(),
        };
        let thunk = call.callee.as_deref().is_some_and(is_thunk);
        if thunk {
            call.callee = match self.physical.get(THUNK_REGISTER) {
                Some(Set::Copy(source)) => self.values.function(*source),
                _ => None,
            };
        }
        for (flags, operand) in instruction.operands() {
            let Operand::Physical(name) = operand else {
                continue;
            };
            let Some(register) = register(name) else {
                continue;
            };
            if carries_nothing(&register.full) || (thunk && name == THUNK_REGISTER) {
                continue;
            }
            match flags {
                Flags { defines: true, .. } => {
                    let slot = slot(&register, None);
                    if !call.results.contains(&slot) {
                        call.results.push(slot);
                    }
                }
                Flags { implicit: true, .. } if name == "al" => call.al = Some(self.vector_count()),
                Flags { implicit: true, .. } => {
                    let named = Location::Register(register.full.clone());
                    if call.registers.iter().all(|passed| passed.slot.location != named) {
                        call.registers.push(self.passed(&register));
                    }
                }
                // The register of the function's own address.
                Flags { .. } => {}
            }
        }
        if let Some(sequence) = self.sequences.last_mut() {
            call.area = Bytes(sequence.area);
            call.stack = std::mem::take(&mut sequence.stores);
            call.stack.sort();
            call.stack.dedup();
            call.unread = std::mem::take(&mut sequence.unread);
        }
        self.body.calls.push(call);
        self.copies_follow = true;
        self.physical.clear();
    }

    fn passed(&self, register: &Register) -> Passed {
        let source = match self.physical.get(&register.full) {
            Some(Set::Copy(source)) => Some(*source),
            _ => None,
        };
        Passed {
            slot: slot(register, source.and_then(|source| self.values.width(source))),
            upper: source.map_or(Upper::NotSeen, |source| self.values.upper(source)),
        }
    }

    fn vector_count(&self) -> VectorCount {
        let value = match self.physical.get("rax") {
            Some(Set::Constant(value)) => Some(*value),
            Some(Set::Copy(source)) => self.values.constant(*source),
            Some(Set::Other) | None => None,
        };
        value
            .and_then(|value| u8::try_from(value).ok())
            .map_or(VectorCount::Computed, VectorCount::Known)
    }

    /// The function called: named directly, or found through the global offset table, which rustc prefers.
    fn callee(&self, instruction: Instruction<'a>) -> Option<String> {
        if let Some(name) = global_offset_entry(instruction) {
            return Some(name);
        }
        // `CALL64m`, `TCRETURNmi64`: the pointer lies in the program's own memory.
        if instruction.opcode.contains('m') {
            return None;
        }
        match instruction.operand(0)? {
            Operand::Other(text) => symbol(text),
            operand => self.values.function(Source::of(operand)?),
        }
    }
}

/// Where a thunk against speculation (`-mretpoline`) finds the address of the real callee.
const THUNK_REGISTER: &str = "r11";

fn is_thunk(symbol: &str) -> bool {
    symbol.starts_with("__llvm_retpoline_") || symbol.starts_with("__x86_indirect_thunk_")
}

fn is_call(opcode: &str) -> bool {
    opcode.starts_with("CALL64") || opcode.starts_with("INDIRECT_THUNK_CALL64")
}

fn is_tail_call(opcode: &str) -> bool {
    opcode.starts_with("TCRETURN") || opcode.starts_with("INDIRECT_THUNK_TCRETURN64")
}
