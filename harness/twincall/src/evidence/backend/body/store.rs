//! Stores that matter for calls: into the argument area of a call, and into the save area of a variadic function.

use super::super::StackStore;
use super::super::Upper;
use super::super::instruction::{Instruction, Operand};
use super::super::registers::register;
use super::super::values::{Source, displacement};
use super::{Set, Walker};
use twincall_abi::units::Bytes;

/// Reasons kept of one call.
const MOST_REASONS: usize = 8;

impl<'a> Walker<'a> {
    /// `MOV32mr $rsp, 1, $noreg, 8, $noreg, %13`: base, scale, index, offset, segment, value.
    pub(super) fn store(&mut self, instruction: Instruction<'a>) {
        if instruction.definitions().next().is_some() {
            return;
        }
        let Some(base) = instruction.operand(0) else {
            return;
        };
        if let Operand::Other(object) = base {
            return self.home(instruction, object);
        }
        let Some(base) = self.area_offset(base) else {
            return;
        };
        let memory = instruction.memory;
        if !memory.is_empty() && !memory.contains("store (") {
            return;
        }
        // Fast selection leaves out what a move of an aggregate's part writes.
        let moves = ["MOV", "VMOV", "ST_F"];
        let stores = !memory.is_empty() || moves.iter().any(|start| instruction.opcode.starts_with(start));
        let Some(displacement) = displacement(instruction).filter(|_| stores) else {
            return self.unread(instruction);
        };
        let value = instruction.operand(5).and_then(Source::of);
        let width = stored_bytes(memory).or_else(|| match value {
            Some(value) => self.values.width(value),
            None => immediate_bytes(instruction.opcode),
        });
        let offset = base
            .checked_add(displacement)
            .and_then(|offset| u64::try_from(offset).ok());
        let (Some(offset), Some(width)) = (offset, width) else {
            return self.unread(instruction);
        };
        let upper = value.map_or(Upper::NotSeen, |value| self.values.upper(value));
        self.push_store(offset, width, upper);
    }

    /// Where in the open argument area an address points.
    fn area_offset(&self, base: Operand<'a>) -> Option<i64> {
        let sequence = self.open_sequence()?;
        match base {
            Operand::Physical("rsp") => Some(0),
            base => self.values.stack_offset(Source::of(base)?, Some(sequence)),
        }
    }

    /// `REP_MOVSQ_64`: `rcx` words from where `rsi` points to where `rdi` points.
    pub(super) fn repeated_move(&mut self, instruction: Instruction<'a>) {
        let word = match instruction
            .opcode
            .strip_prefix("REP_MOVS")
            .and_then(|rest| rest.chars().next())
        {
            Some('B') => 1,
            Some('W') => 2,
            Some('D') => 4,
            Some('Q') => 8,
            _ => return self.unread(instruction),
        };
        let set = |name| match self.physical.get(name) {
            Some(Set::Copy(source)) => Some(*source),
            _ => None,
        };
        let sequence = self.open_sequence();
        let target = set("rdi").and_then(|source| self.values.stack_offset(source, sequence));
        // A copy to any other place is the program's own.
        let (Some(target), Some(_)) = (target, sequence) else {
            return;
        };
        let count = match self.physical.get("rcx") {
            Some(Set::Constant(count)) => Some(*count),
            _ => set("rcx").and_then(|source| self.values.constant(source)),
        };
        let width = count.and_then(|count| u64::try_from(count).ok()?.checked_mul(word));
        match (u64::try_from(target), width) {
            (Ok(offset), Some(width)) => self.push_store(offset, width, Upper::NotSeen),
            _ => self.unread(instruction),
        }
    }

    fn push_store(&mut self, offset: u64, width: u64, upper: Upper) {
        if let Some(sequence) = self.sequences.last_mut() {
            sequence.stores.push(StackStore {
                offset: Bytes(offset),
                width: Bytes(width),
                upper,
            });
        }
    }

    fn unread(&mut self, instruction: Instruction<'a>) {
        if let Some(sequence) = self.sequences.last_mut() {
            let reason = format!("a {} into the argument area", instruction.opcode);
            if sequence.unread.len() < MOST_REASONS && !sequence.unread.contains(&reason) {
                sequence.unread.push(reason);
            }
        }
    }

    /// Notes `MOV64mr %stack.3, 1, $noreg, 40, $noreg, %11` where `%11` is a register of the entry.
    fn home(&mut self, instruction: Instruction<'a>, object: &'a str) {
        if instruction.opcode != "MOV64mr" || !object.starts_with("%stack.") {
            return;
        }
        let Some(Operand::Integer(offset)) = instruction.operand(3) else {
            return;
        };
        let Some(Operand::Virtual { number, .. }) = instruction.operand(5) else {
            return;
        };
        if let Some(register) = self.entry.get(&number) {
            self.homed.push((object, offset, register.full.clone()));
        }
    }

    /// `VASTART_SAVE_XMM_REGS %12, %stack.3, 1, $noreg, 0, $noreg, 48, $xmm0, .., $xmm7`.
    pub(super) fn save_vectors(&mut self, instruction: Instruction<'a>) {
        for (flags, operand) in instruction.operands() {
            match operand {
                Operand::Other(object) if object.starts_with("%stack.") => self.save_area = Some(object),
                Operand::Physical(name) if !flags.implicit && !flags.defines => {
                    self.body
                        .saved
                        .extend(register(name).map(|register| register.full));
                }
                _ => {}
            }
        }
    }

    /// Which stores of general registers went to the save area: each register has its own place there
    /// (psABI 3.5.7). Without vector registers nothing names the area, but the last of
    /// them is saved wherever any is.
    pub(super) fn settle_saved(&mut self) {
        const PLACES: [(&str, i64); 6] = [
            ("rdi", 0),
            ("rsi", 8),
            ("rdx", 16),
            ("rcx", 24),
            ("r8", 32),
            ("r9", 40),
        ];
        let in_place = |register: &str, offset: i64| PLACES.contains(&(register, offset));
        let area = self.save_area.or_else(|| {
            let last = self
                .homed
                .iter()
                .find(|(_, offset, register)| (register.as_str(), *offset) == ("r9", 40));
            last.map(|(object, ..)| *object)
        });
        let homed = std::mem::take(&mut self.homed);
        for (object, offset, register) in homed {
            if Some(object) == area && in_place(&register, offset) {
                self.body.saved.push(register);
            }
        }
    }
}

/// `(store (s32) into stack + 8)`; vectors may be written lane by lane, `(store (<4 x s32>) ..)`.
fn stored_bytes(memory: &str) -> Option<u64> {
    let (_, rest) = memory.split_once("store (")?;
    let (kind, _) = rest.split_once(')')?;
    let (lanes, element) = match kind.strip_prefix('<') {
        Some(vector) => {
            let (lanes, element) = vector.strip_suffix('>')?.split_once(" x ")?;
            (lanes.parse::<u64>().ok()?, element)
        }
        None => (1, kind),
    };
    let bits = match element.strip_prefix('p') {
        Some(_) => 64,
        None => element.strip_prefix('s')?.parse().ok()?,
    };
    Some(lanes.checked_mul(bits)?.div_ceil(8))
}

/// `MOV32mi`, `MOV64mi32`: bytes of an immediate that has no register to tell them.
fn immediate_bytes(opcode: &str) -> Option<u64> {
    match opcode {
        "MOV8mi" => Some(1),
        "MOV16mi" => Some(2),
        "MOV32mi" => Some(4),
        "MOV64mi32" => Some(8),
        _ => None,
    }
}
