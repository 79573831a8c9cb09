//! Base types: from a DWARF encoding to a scalar.

use gimli::constants as dw;
use twincall_abi::layout::{Field, Layout, Scalar, Shape};
use twincall_abi::units::{Bits, Bytes};

use super::DebugInfoError;
use super::dwarf::{Die, Language};
use super::rust::{RECURSIVE, UNKNOWN_FUNCTION};
use super::types::{Builder, Key};

/// gcc and clang give `_Complex int` and its like the first encoding that DWARF leaves to users.
const COMPLEX_INTEGER: dw::DwAte = dw::DW_ATE_lo_user;

impl<'a> Builder<'_, 'a> {
    /// The layout of a base type, but for its name.
    pub(super) fn base(&mut self, die: &Die<'a>) -> Result<Layout, DebugInfoError> {
        let name = self.entries.name(die)?.unwrap_or_default();
        let size = self.entries.count(die, dw::DW_AT_byte_size).unwrap_or(0);
        let shape = match self.entries.encoding(die) {
            // Rust's `()` and `!`.
            _ if size == 0 => Shape::Struct { fields: Vec::new() },
            _ if name == RECURSIVE => Shape::Scalar(UNKNOWN_FUNCTION),
            Some(dw::DW_ATE_complex_float | COMPLEX_INTEGER) => {
                let ty = self.id(Key::Part { complex: die.offset });
                let width = Bits(size.saturating_mul(4));
                let part = |name: &str, offset| Field {
                    name: name.to_owned(),
                    offset,
                    width,
                    bit_field: false,
                    ty,
                };
                Shape::Struct {
                    fields: vec![part("re", Bits(0)), part("im", width)],
                }
            }
            Some(encoding) => match self.scalar(die, encoding, &name, size) {
                Some(scalar) => Shape::Scalar(scalar),
                None => Shape::Incomplete,
            },
            None => Shape::Incomplete,
        };
        Ok(Layout {
            name,
            size: Bytes(size),
            align: None,
            shape,
        })
    }

    /// The real part of a complex type.
    pub(super) fn complex_part(&self, die: &Die<'a>) -> Result<Layout, DebugInfoError> {
        let name = self.entries.name(die)?.unwrap_or_default();
        let size = self.entries.count(die, dw::DW_AT_byte_size).unwrap_or(0) / 2;
        let part = match name.strip_prefix("complex ") {
            Some(part) => part.to_owned(),
            None => part_name(self.entries.encoding(die), size).to_owned(),
        };
        let scalar = match self.entries.encoding(die) {
            Some(COMPLEX_INTEGER) => Scalar::Integer {
                signed: !part.contains("unsigned"),
            },
            _ => Scalar::Float {
                x87: self.is_x87(&part, size),
            },
        };
        Ok(Layout {
            name: part,
            size: Bytes(size),
            align: None,
            shape: Shape::Scalar(scalar),
        })
    }

    /// `None` for encodings without a scalar here: decimal floats, fixed point.
    fn scalar(&self, die: &Die<'a>, encoding: dw::DwAte, name: &str, size: u64) -> Option<Scalar> {
        Some(match encoding {
            dw::DW_ATE_boolean => Scalar::Bool,
            dw::DW_ATE_signed | dw::DW_ATE_signed_char => Scalar::Integer { signed: true },
            dw::DW_ATE_unsigned | dw::DW_ATE_unsigned_char => Scalar::Integer { signed: false },
            dw::DW_ATE_UTF if self.entries.language(die) == Language::Rust => Scalar::UnicodeScalar,
            dw::DW_ATE_UTF => Scalar::Integer { signed: false },
            dw::DW_ATE_float => Scalar::Float {
                x87: self.is_x87(name, size),
            },
            _ => return None,
        })
    }

    /// DWARF has one encoding for binary128 and the 80-bit x87 format, and both take 16 bytes.
    fn is_x87(&self, name: &str, size: u64) -> bool {
        self.x86_64 && size == 16 && matches!(name, "long double" | "_Float64x" | "__float80")
    }
}

/// clang calls every complex type `complex`.
pub(super) fn part_name(encoding: Option<dw::DwAte>, size: u64) -> &'static str {
    match (encoding, size) {
        (Some(COMPLEX_INTEGER), 1) => "char",
        (Some(COMPLEX_INTEGER), 2) => "short",
        (Some(COMPLEX_INTEGER), 4) => "int",
        (Some(COMPLEX_INTEGER), _) => "long",
        (_, 2) => "_Float16",
        (_, 4) => "float",
        (_, 8) => "double",
        (_, _) => "long double",
    }
}
