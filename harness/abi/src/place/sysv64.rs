//! Where LLVM's X86 back end puts arguments and results of the C convention on x86-64 Linux.
//!
//! | rule | its source in LLVM |
//! |---|---|
//! | registers for arguments, stack slots | `CC_X86_64_C` in llvm/lib/Target/X86/X86CallingConv.td |
//! | registers for results | `RetCC_X86_64_C`, `RetCC_X86Common` in the same file |
//! | `i128` as one argument: both registers or none | `CC_X86_64_I128` in X86CallingConv.cpp, LLVM 18 and later |
//! | `byval` in the argument area | `CCPassByVal<8, 8>`, `CCState::HandleByVal` in CallingConvLower.cpp |
//! | aggregates as their leaves, wide integers in parts | SelectionDAGBuilder.cpp, see [`super::leaves`] |
//! | vectors that are no register type | TargetLoweringBase.cpp and X86ISelLoweringCall.cpp, see [`super::vector`] |
//! | a third float or double comes back in st0 | `RetCC_X86` falls through to `RetCC_X86_32_C` |
//! | a result without enough registers goes through memory | `X86TargetLowering::CanLowerReturn`, then sret demotion |
//!
//! ```text
//!  higher addresses
//!      ...
//!      [16]   third stack argument            [rsp+24] at entry
//!      [8]    second                          [rsp+16]
//!      [0]    first stack argument            [rsp+8]
//!             return address, pushed by call  [rsp]
//! ```
//!
//! `inreg` means nothing on x86-64. `nest` and the Swift attributes, which name registers of their own, are
//! not part of [`crate::ir`] and occur in no C or Rust interface.

use crate::ir::{IrFunction, IrParam, IrType};
use crate::slot::{ARGUMENT_REGISTERS, ARGUMENT_VECTORS, Content, Extension, Location, Lowering, Slot};
use crate::units::Bytes;

use super::Unsupported;
use super::leaves::{DataLayout, check_attributes, check_integer, flatten, integer_parts, lane_bits};
use super::vector::{Breakdown, break_down};
use crate::features::{VectorLevel, vector_level};

const RESULT_GPRS: [&str; 3] = ["rax", "rdx", "rcx"];
/// Scalars come back in two vector registers, `half` in three, vectors in up to four.
const RESULT_SCALARS: usize = 2;
const RESULT_HALVES: usize = 3;
const RESULT_VECTORS: usize = 4;
const RESULT_X87: usize = 2;

const POINTER: u64 = 8;
const STACK_ALIGN: u64 = 16;

/// LLVM's numbers of calling conventions (llvm/include/llvm/IR/CallingConv.h).
const CC_C: u32 = 0;
const CC_FAST: u32 = 8;
const CC_X86_64_SYSV: u32 = 78;
const CC_WIN64: u32 = 79;

/// The slots of a function of the C convention.
pub(super) fn place(function: &IrFunction, llvm_major: u32) -> Result<Lowering, Unsupported> {
    match function.convention {
        CC_C | CC_X86_64_SYSV => {}
        CC_WIN64 => return Err(Unsupported::new("the Win64 calling convention")),
        CC_FAST => return Err(Unsupported::new("LLVM's fastcc, which is private to one module")),
        other => return Err(Unsupported::new(format!("LLVM calling convention {other}"))),
    }
    let level = vector_level(&function.target_features);
    let mut arguments = Arguments::new(level, llvm_major, function.variadic);
    let mut result = match return_slots(&function.result, level, llvm_major)? {
        Some(slots) => slots,
        // The demoted result's pointer goes before every declared parameter.
        None => {
            let i128_align = if llvm_major >= 18 { 16 } else { 8 };
            let size = DataLayout {
                pointer: POINTER,
                i128_align,
            }
            .alloc_size(&function.result.ty);
            let to = size.ok_or_else(|| Unsupported::new("a result of unknown size"))?;
            vec![arguments.general(POINTER, Extension::None, Content::Pointer { to })?]
        }
    };
    let mut placed = Vec::with_capacity(function.params.len());
    for param in &function.params {
        check_attributes(param)?;
        match param.attributes.sret {
            None => placed.push(arguments.argument(param)?),
            Some(_) if !result.is_empty() => return Err(Unsupported::new("sret beside another result")),
            Some(to) => {
                result = vec![arguments.general(POINTER, Extension::None, Content::Pointer { to })?]
            }
        }
    }
    Ok(Lowering {
        arguments: placed,
        result,
        stack: Bytes(arguments.stack),
        stack_align: Bytes(arguments.stack_align),
        variadic: function.variadic,
    })
}

/// What a leaf needs once types are legal: one entry for each register or stack slot.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// At most 8 bytes in a general register.
    General {
        width: u64,
        extension: Extension,
    },
    /// A `half`, `bfloat`, `float`, `double` or `fp128` in the low bytes of a vector register.
    Scalar {
        width: u64,
    },
    /// A vector in a register of `register` bytes, of which it fills `width`.
    Vector {
        width: u64,
        register: u64,
    },
    X87,
}

/// The two halves of a bare `i128` stay together from LLVM 18 on; every other part is on its own.
#[derive(Debug)]
enum Parts {
    Each(Vec<Part>),
    Together(Vec<Part>),
}

/// The parts of one IR parameter or result.
fn parts_of(param: &IrParam, level: VectorLevel, llvm_major: u32) -> Result<Parts, Unsupported> {
    let mut parts = Vec::new();
    for leaf in flatten(&param.ty)? {
        push_parts(leaf, param.attributes.extension, level, llvm_major, &mut parts)?;
    }
    // `functionArgumentNeedsConsecutiveRegisters` asks for the type of the whole argument: an `i128` inside
    // a first-class aggregate is two independent words.
    Ok(match param.ty {
        IrType::Integer { bits: 128 } if llvm_major >= 18 => Parts::Together(parts),
        _ => Parts::Each(parts),
    })
}

fn push_parts(
    leaf: &IrType,
    extension: Extension,
    level: VectorLevel,
    llvm_major: u32,
    parts: &mut Vec<Part>,
) -> Result<(), Unsupported> {
    let floating = |width| match level {
        VectorLevel::None => Err(Unsupported::new("floating-point values without SSE")),
        _ => Ok(Part::Scalar { width }),
    };
    match leaf {
        IrType::Integer { bits } => {
            check_integer(*bits)?;
            let pieces = integer_parts(*bits, extension);
            parts.extend(pieces.iter().map(|part| Part::General {
                width: part.width,
                extension: part.extension,
            }));
        }
        IrType::Pointer => parts.push(Part::General {
            width: POINTER,
            extension: Extension::None,
        }),
        IrType::Half if llvm_major < 15 => return Err(Unsupported::new("half before LLVM 15")),
        IrType::BFloat if llvm_major < 16 => return Err(Unsupported::new("bfloat before LLVM 16")),
        IrType::Half | IrType::BFloat => parts.push(floating(2)?),
        IrType::Float => parts.push(floating(4)?),
        IrType::Double => parts.push(floating(8)?),
        IrType::Fp128 => parts.push(floating(16)?),
        IrType::X86Fp80 => parts.push(Part::X87),
        IrType::Vector { element, lanes } => push_vector(element, *lanes, level, llvm_major, parts)?,
        IrType::Void | IrType::Array { .. } | IrType::Struct { .. } | IrType::Other(_) => {
            return Err(Unsupported::new("a vector of aggregates"));
        }
    }
    Ok(())
}

fn push_vector(
    element: &IrType,
    lanes: u32,
    level: VectorLevel,
    llvm_major: u32,
    parts: &mut Vec<Part>,
) -> Result<(), Unsupported> {
    let scalar_lane = matches!(
        element,
        IrType::Integer {
            bits: 8 | 16 | 32 | 64
        } | IrType::Pointer
    ) || matches!(
        element,
        IrType::Half | IrType::BFloat | IrType::Float | IrType::Double
    );
    if lanes == 0 || lanes > 4096 || (!scalar_lane && lanes != 1) || level == VectorLevel::None {
        return Err(Unsupported::new(format!(
            "a vector of {lanes} lanes of {element:?} with these features"
        )));
    }
    let half = matches!(element, IrType::Half | IrType::BFloat);
    if half && llvm_major < 16 {
        return Err(Unsupported::new("vectors of half before LLVM 16"));
    }
    let bits = lane_bits(element, POINTER).ok_or_else(|| Unsupported::new("a vector of aggregates"))?;
    let registers = match level {
        VectorLevel::None | VectorLevel::Sse => &[128][..],
        VectorLevel::Avx => &[128, 256],
        VectorLevel::Avx512 => &[128, 256, 512],
    };
    let breakdown = match lanes {
        // `getRegisterTypeForCallingConv` has a rule of its own for short vectors of half.
        1..8 if half => Breakdown::Whole { register_bits: 128 },
        // A vector of one lane is its lane: `<1 x double>` is a double, `<1 x i64>` a general register.
        1 => Breakdown::Scalars,
        _ => break_down(bits, lanes, registers),
    };
    match breakdown {
        Breakdown::Whole { register_bits } => {
            let width = (bits * u64::from(lanes)).div_ceil(8);
            parts.push(Part::Vector {
                width,
                register: register_bits / 8,
            });
        }
        Breakdown::Split { count, register_bits } => {
            let part = Part::Vector {
                width: register_bits / 8,
                register: register_bits / 8,
            };
            parts.extend((0..count).map(|_| part));
        }
        Breakdown::Scalars => {
            for _ in 0..lanes {
                push_parts(element, Extension::None, level, llvm_major, parts)?;
            }
        }
    }
    Ok(())
}

/// `RetCC_X86_64_C`: where a result comes back, or `None` where LLVM returns it through memory.
fn return_slots(
    result: &IrParam,
    level: VectorLevel,
    llvm_major: u32,
) -> Result<Option<Vec<Slot>>, Unsupported> {
    let (Parts::Each(parts) | Parts::Together(parts)) = parts_of(result, level, llvm_major)?;
    let (mut general, mut vectors, mut x87) = (0, 0, 0);
    let mut slots = Vec::with_capacity(parts.len());
    for part in parts {
        let slot = match part {
            Part::General { width, extension } => {
                let Some(register) = RESULT_GPRS.get(general) else {
                    return Ok(None);
                };
                general += 1;
                // `getTypeForExtReturn` leaves i8 and i16 results unextended on Linux whatever the attribute
                // says; only the bits above an odd width, as in i1, are filled up.
                let extension = if width <= 2 && whole_bytes(&result.ty) {
                    Extension::None
                } else {
                    extension
                };
                value(register.to_string(), width, extension)
            }
            Part::Scalar { width } if vectors < if width == 2 { RESULT_HALVES } else { RESULT_SCALARS } => {
                vectors += 1;
                value(vector_register(16, vectors - 1), width, Extension::None)
            }
            // `RetCC_X86` falls through to the 32-bit table, which has x87 registers for float and double.
            Part::Scalar {
                width: width @ (4 | 8),
            } if x87 < RESULT_X87 => {
                x87 += 1;
                value(format!("st{}", x87 - 1), width, Extension::None)
            }
            Part::Vector { width, register } if vectors < RESULT_VECTORS => {
                vectors += 1;
                value(vector_register(register, vectors - 1), width, Extension::None)
            }
            Part::X87 if x87 < RESULT_X87 => {
                x87 += 1;
                value(format!("st{}", x87 - 1), 10, Extension::None)
            }
            Part::Scalar { .. } | Part::Vector { .. } | Part::X87 => return Ok(None),
        };
        slots.push(slot);
    }
    Ok(Some(slots))
}

/// Whether an integer has no bits beside its whole bytes.
fn whole_bytes(ty: &IrType) -> bool {
    !matches!(ty, IrType::Integer { bits } if bits % 8 != 0)
}

/// `CC_X86_64_C` while it runs over the parameters.
#[derive(Debug)]
struct Arguments {
    level: VectorLevel,
    llvm_major: u32,
    variadic: bool,
    /// General registers taken; they are taken in order, so a count is enough.
    general: usize,
    vectors: usize,
    stack: u64,
    stack_align: u64,
}

impl Arguments {
    fn new(level: VectorLevel, llvm_major: u32, variadic: bool) -> Arguments {
        Arguments {
            level,
            llvm_major,
            variadic,
            general: 0,
            vectors: 0,
            stack: 0,
            stack_align: STACK_ALIGN,
        }
    }

    fn argument(&mut self, param: &IrParam) -> Result<Vec<Slot>, Unsupported> {
        if let Some(size) = param.attributes.byval {
            return self.by_value(size, param.attributes.align).map(|slot| vec![slot]);
        }
        match parts_of(param, self.level, self.llvm_major)? {
            Parts::Each(parts) => parts.into_iter().map(|part| self.part(part)).collect(),
            Parts::Together(parts) => self.together(parts),
        }
    }

    /// `CCPassByVal<8, 8>`: at least 8 bytes at an alignment of at least 8, so that even an empty aggregate
    /// takes a word of the argument area.
    fn by_value(&mut self, size: Bytes, align: Option<Bytes>) -> Result<Slot, Unsupported> {
        let align = align.map_or(8, |align| align.0.max(8));
        if !align.is_power_of_two() {
            return Err(Unsupported::new(format!(
                "a byval argument aligned to {align} bytes"
            )));
        }
        self.on_stack(size.0, size.0.max(8), align)
    }

    fn part(&mut self, part: Part) -> Result<Slot, Unsupported> {
        match part {
            Part::General { width, extension } => self.general(width, extension, Content::Value),
            Part::Scalar { width } => match self.next_vector(16) {
                Some(register) => Ok(value(register, width, Extension::None)),
                None => self.on_stack(width, width.max(8), width.max(8)),
            },
            // `CCIfNotVarArg`: vectors of 32 and 64 bytes get no register in a variadic function.
            Part::Vector { width, register } if register > 16 && self.variadic => {
                self.on_stack(width, register, register)
            }
            Part::Vector { width, register } => match self.next_vector(register) {
                Some(name) => Ok(value(name, width, Extension::None)),
                None => self.on_stack(width, register, register),
            },
            Part::X87 => self.on_stack(10, 16, 16),
        }
    }

    fn general(&mut self, width: u64, extension: Extension, content: Content) -> Result<Slot, Unsupported> {
        let mut slot = match ARGUMENT_REGISTERS.get(self.general) {
            Some(register) => {
                self.general += 1;
                value(register.to_string(), width, extension)
            }
            None => Slot {
                extension,
                ..self.on_stack(width, 8, 8)?
            },
        };
        slot.content = content;
        Ok(slot)
    }

    /// `CC_X86_64_I128`: two registers, or 16 bytes of stack at an alignment of 16.
    fn together(&mut self, parts: Vec<Part>) -> Result<Vec<Slot>, Unsupported> {
        if self.general + parts.len() <= ARGUMENT_REGISTERS.len() {
            return parts.into_iter().map(|part| self.part(part)).collect();
        }
        if self.llvm_major < 20 {
            // LLVM 18 and 19 do not give the register that was left to a later argument.
            self.general = ARGUMENT_REGISTERS.len();
        }
        let low = self.on_stack(8, 8, 16)?;
        let high = self.on_stack(8, 8, 8)?;
        Ok(vec![low, high])
    }

    fn next_vector(&mut self, bytes: u64) -> Option<String> {
        (self.vectors < ARGUMENT_VECTORS).then(|| {
            self.vectors += 1;
            vector_register(bytes, self.vectors - 1)
        })
    }

    /// A slot of `width` bytes in `size` bytes of the argument area.
    fn on_stack(&mut self, width: u64, size: u64, align: u64) -> Result<Slot, Unsupported> {
        let too_large = || Unsupported::new("an argument area that does not fit the address space");
        let offset = self.stack.checked_next_multiple_of(align).ok_or_else(too_large)?;
        let end = size
            .checked_next_multiple_of(8)
            .and_then(|size| offset.checked_add(size));
        self.stack = end.ok_or_else(too_large)?;
        self.stack_align = self.stack_align.max(align);
        Ok(Slot {
            location: Location::Stack {
                offset: Bytes(offset),
            },
            width: Bytes(width),
            extension: Extension::None,
            content: Content::Value,
        })
    }
}

fn vector_register(bytes: u64, index: usize) -> String {
    match bytes {
        64 => format!("zmm{index}"),
        32 => format!("ymm{index}"),
        _ => format!("xmm{index}"),
    }
}

fn value(register: String, width: u64, extension: Extension) -> Slot {
    Slot {
        location: Location::Register(register),
        width: Bytes(width),
        extension,
        content: Content::Value,
    }
}

#[cfg(test)]
mod tests;
