//! Slots: where each argument and result lives at the machine boundary.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::units::Bytes;

/// The general registers that carry arguments natively, in their order (psABI 3.2.3).
pub const ARGUMENT_REGISTERS: [&str; 6] = ["rdi", "rsi", "rdx", "rcx", "r8", "r9"];

/// How many vector registers carry arguments natively: `xmm0` to `xmm7` (psABI 3.2.3).
pub const ARGUMENT_VECTORS: usize = 8;

/// A place that caller and callee share during a call.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Location {
    /// A machine register under its widest common name: `rdi`, `xmm0`, `st0`. Vector registers wider
    /// than 16 bytes are `ymm0`, `zmm0`.
    Register(String),
    /// The argument area at this offset in bytes from the stack pointer *before* the call pushes the
    /// return address, so that the first stack argument is `[0]` here and `[rsp+8]` at entry.
    Stack { offset: Bytes },
    /// A parameter of the wasm function type, counted from 0.
    WasmParam { index: u32 },
    /// A result of the wasm function type, counted from 0.
    WasmResult { index: u32 },
}

/// What a slot holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// The value, or this part of it.
    Value,
    /// The address of this many bytes that hold the value: an indirect argument or the hidden result.
    Pointer { to: Bytes },
}

/// What a caller puts into the bits of a register above a small integer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extension {
    /// Nothing is promised.
    #[default]
    None,
    Sign,
    Zero,
}

/// One slot of an argument or result.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Slot {
    pub location: Location,
    /// Bytes of the location that carry the value (or pointer), before any extension.
    pub width: Bytes,
    pub extension: Extension,
    pub content: Content,
}

/// All slots of a function.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Lowering {
    /// One entry for each IR parameter except the hidden result, in order; empty for a parameter that takes no place.
    pub arguments: Vec<Vec<Slot>>,
    /// Where the result comes back. For an indirect result this is its hidden pointer ([`Content::Pointer`]).
    pub result: Vec<Slot>,
    /// Bytes of the stack argument area, padding between arguments included.
    pub stack: Bytes,
    /// Alignment in bytes of the stack argument area at the call (16 unless an argument needs more).
    pub stack_align: Bytes,
    pub variadic: bool,
}

/// The answer of [`crate::place`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Placement {
    Placed(Lowering),
    /// Not covered, with the reason for the reader.
    Unsupported(String),
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Register(name) => f.write_str(name),
            Location::Stack { offset } => write!(f, "[rsp+{}]", offset.0 + 8),
            Location::WasmParam { index } => write!(f, "param {index}"),
            Location::WasmResult { index } => write!(f, "result {index}"),
        }
    }
}

/// `edi`-like detail is spelled out: `rdi, 4 bytes, sign-extended`; `rdi -> 24 bytes` for a pointer.
impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.location)?;
        match self.content {
            Content::Value => write!(f, ":{}", self.width)?,
            Content::Pointer { to } => write!(f, " -> {to} bytes")?,
        }
        match self.extension {
            Extension::None => Ok(()),
            Extension::Sign => f.write_str(" sext"),
            Extension::Zero => f.write_str(" zext"),
        }
    }
}

/// `xmm0:8 xmm1:4`; `nothing` where no place is taken.
pub fn lowering_text(slots: &[Slot]) -> String {
    if slots.is_empty() {
        return "nothing".to_owned();
    }
    slots
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_slot_is_nothing() {
        let slot = |location, width| Slot {
            location,
            width: Bytes(width),
            content: Content::Value,
            extension: Extension::None,
        };
        assert_eq!(lowering_text(&[]), "nothing");
        let slots = [
            slot(Location::Register("rdi".to_owned()), 4),
            slot(Location::Stack { offset: Bytes(0) }, 8),
        ];
        assert_eq!(lowering_text(&slots), "rdi:4 [rsp+8]:8");
    }
}
