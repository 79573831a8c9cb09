//! What virtual registers hold: at this stage each has one definition, so that a value can be followed back.

use std::collections::HashMap;

use super::Upper;
use super::instruction::{Instruction, Operand, symbol};
use super::registers::class_width;
use twincall_abi::units::Bytes;

/// Copies in a row before a value counts as unknown. Compilers write a handful.
const LONGEST_CHAIN: usize = 16;

/// The definitions of one function.
#[derive(Debug, Default)]
pub(super) struct Values<'a> {
    definitions: HashMap<u32, Definition<'a>>,
}

#[derive(Debug)]
struct Definition<'a> {
    class: &'a str,
    instruction: Instruction<'a>,
    /// The call sequence in which it was defined.
    sequence: Option<usize>,
}

/// A virtual register as an operand names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    number: u32,
    part: Option<&'a str>,
}

impl<'a> Source<'a> {
    pub(super) fn of(operand: Operand<'a>) -> Option<Source<'a>> {
        match operand {
            Operand::Virtual { number, part, .. } => Some(Source { number, part }),
            _ => None,
        }
    }
}

impl<'a> Values<'a> {
    pub(super) fn define(&mut self, instruction: Instruction<'a>, sequence: Option<usize>) {
        for definition in instruction.definitions() {
            if let Operand::Virtual {
                number,
                class: Some(class),
                ..
            } = definition
            {
                let definition = Definition {
                    class,
                    instruction,
                    sequence,
                };
                self.definitions.insert(number, definition);
            }
        }
    }

    /// Bytes of a register's class; `None` where only a part of the register is named.
    pub(super) fn width(&self, source: Source<'_>) -> Option<u64> {
        let definition = self.definitions.get(&source.number)?;
        source.part.is_none().then(|| class_width(definition.class))?
    }

    /// The definition behind copies.
    fn origin(&self, mut source: Source<'a>) -> Option<(&Definition<'a>, Source<'a>)> {
        for _ in 0..LONGEST_CHAIN {
            let definition = self.definitions.get(&source.number)?;
            let copied = match definition.instruction.opcode {
                "COPY" => definition.instruction.operand(0).and_then(Source::of),
                _ => None,
            };
            match copied {
                Some(next) => source = next,
                None => return Some((definition, source)),
            }
        }
        None
    }

    pub(super) fn constant(&self, source: Source<'a>) -> Option<i64> {
        let mut source = source;
        for _ in 0..LONGEST_CHAIN {
            let (definition, _) = self.origin(source)?;
            let instruction = definition.instruction;
            match instruction.opcode {
                "SUBREG_TO_REG" => source = subregister_source(instruction)?,
                _ => return immediate(instruction),
            }
        }
        None
    }

    /// The distance from the stack pointer of the call sequence that is open, if the value is such an address.
    pub(super) fn stack_offset(&self, source: Source<'a>, sequence: Option<usize>) -> Option<i64> {
        let (mut source, mut distance) = (source, 0_i64);
        for _ in 0..LONGEST_CHAIN {
            let (definition, _) = self.origin(source)?;
            let instruction = definition.instruction;
            match (instruction.opcode, instruction.operand(0)?) {
                ("COPY", Operand::Physical("rsp")) => {
                    return (definition.sequence == sequence).then_some(distance);
                }
                ("LEA64r", base) => {
                    let offset = displacement(instruction)?;
                    distance = distance.checked_add(offset)?;
                    match base {
                        Operand::Physical("rsp") if definition.sequence == sequence => {
                            return Some(distance);
                        }
                        base => source = Source::of(base)?,
                    }
                }
                // `ADD64ri8` until LLVM 16, `ADD64ri32` ever since.
                (opcode, base) if opcode.starts_with("ADD64ri") => {
                    let Some(Operand::Integer(offset)) = instruction.operand(1) else {
                        return None;
                    };
                    distance = distance.checked_add(offset)?;
                    source = Source::of(base)?;
                }
                _ => return None,
            }
        }
        None
    }

    /// The function whose address the value is.
    pub(super) fn function(&self, source: Source<'a>) -> Option<String> {
        let (definition, _) = self.origin(source)?;
        let instruction = definition.instruction;
        match instruction.opcode {
            // Through the global offset table: a load from any other place reads a variable of the program.
            "MOV64rm" => global_offset_entry(instruction),
            "LEA64r" | "MOV64ri" | "MOV64ri32" | "MOV32ri64" => {
                instruction.operands().find_map(|(_, operand)| match operand {
                    Operand::Other(text) => symbol(text),
                    _ => None,
                })
            }
            _ => None,
        }
    }

    /// How a value was widened to the register that carries it.
    pub(super) fn upper(&self, source: Source<'a>) -> Upper {
        let origin = self.origin(source).filter(|_| self.constant(source).is_none());
        let Some((definition, _)) = origin else {
            return Upper::NotSeen;
        };
        let instruction = definition.instruction;
        if let Some(from) = extended_from(instruction.opcode, "SX") {
            return Upper::Sign { from };
        }
        if let Some(from) = extended_from(instruction.opcode, "ZX") {
            return Upper::Zero { from };
        }
        match instruction.opcode {
            "SUBREG_TO_REG" => self.narrower(instruction, |from| Upper::Zero { from }),
            "INSERT_SUBREG" => self.narrower(instruction, |from| Upper::Undefined { from }),
            // How a `bool` of one bit is widened, and a byte that is widened by hand.
            opcode if opcode.starts_with("AND32ri") => match instruction.operand(1) {
                Some(Operand::Integer(0x1 | 0xff)) => Upper::Zero { from: Bytes(1) },
                Some(Operand::Integer(0xffff)) => Upper::Zero { from: Bytes(2) },
                _ => Upper::NotSeen,
            },
            _ => Upper::NotSeen,
        }
    }

    fn narrower(&self, instruction: Instruction<'a>, make: impl FnOnce(Bytes) -> Upper) -> Upper {
        let source = subregister_source(instruction);
        let width = source.and_then(|source| self.width(source));
        width.map_or(Upper::NotSeen, |width| make(Bytes(width)))
    }
}

/// The displacement of an address without an index: base, scale, index, displacement, segment.
pub(super) fn displacement(instruction: Instruction<'_>) -> Option<i64> {
    let address = (
        instruction.operand(1)?,
        instruction.operand(2)?,
        instruction.operand(3)?,
    );
    match address {
        (Operand::Integer(1), Operand::Physical("noreg"), Operand::Integer(displacement)) => {
            Some(displacement)
        }
        _ => None,
    }
}

/// A call's or load's symbol where its address comes from the global offset table.
pub(super) fn global_offset_entry(instruction: Instruction<'_>) -> Option<String> {
    instruction.operands().find_map(|(_, operand)| match operand {
        Operand::Other(text) if text.starts_with("target-flags(x86-gotpcrel") => symbol(text),
        _ => None,
    })
}

/// The constant that an instruction makes.
pub(super) fn immediate(instruction: Instruction<'_>) -> Option<i64> {
    match instruction.opcode {
        "MOV32r0" => Some(0),
        "MOV8ri" | "MOV16ri" | "MOV32ri" | "MOV32ri64" | "MOV64ri32" | "MOV64ri" => {
            match instruction.operand(0)? {
                Operand::Integer(value) => Some(value),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `SUBREG_TO_REG 0, %1, %subreg.sub_32bit` and `INSERT_SUBREG %2, %1, %subreg.sub_8bit`: the second.
fn subregister_source(instruction: Instruction<'_>) -> Option<Source<'_>> {
    Source::of(instruction.operand(1)?)
}

/// `MOVSX32rm8`, `MOVZX32rr16`, `MOVSX64rr32`: the width after `r` or `m`.
fn extended_from(opcode: &str, kind: &str) -> Option<Bytes> {
    let rest = opcode.strip_prefix("MOV")?.strip_prefix(kind)?;
    let (_, from) = rest.split_once("rr").or_else(|| rest.split_once("rm"))?;
    match from.trim_end_matches("_NOREX") {
        "8" => Some(Bytes(1)),
        "16" => Some(Bytes(2)),
        "32" => Some(Bytes(4)),
        _ => None,
    }
}
