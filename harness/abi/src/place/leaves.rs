//! First-class aggregates as LLVM passes them: their scalar and vector leaves, and their size in memory.
//!
//! `ComputeValueVTs` (llvm/lib/CodeGen/Analysis.cpp) flattens every struct and array that stands in a
//! function type by value; each leaf is then assigned as if it were an argument of its own.

use crate::ir::{IrParam, IrType};
use crate::slot::Extension;
use crate::units::Bytes;

use super::Unsupported;

/// More leaves than this are no argument list that a front end would write.
const MOST_LEAVES: usize = 4096;

/// Deeper nesting than this is refused, so that no type can exhaust the stack.
const DEEPEST: u32 = 64;

/// The leaves of a type in order; none for `void` and for an empty aggregate.
pub(super) fn flatten(ty: &IrType) -> Result<Vec<&IrType>, Unsupported> {
    let mut leaves = Vec::new();
    push_leaves(ty, 0, &mut leaves)?;
    Ok(leaves)
}

fn push_leaves<'a>(ty: &'a IrType, depth: u32, leaves: &mut Vec<&'a IrType>) -> Result<(), Unsupported> {
    if depth > DEEPEST {
        return Err(Unsupported::new(format!(
            "a type nested deeper than {DEEPEST} levels"
        )));
    }
    match ty {
        IrType::Void => {}
        IrType::Struct { fields, .. } => {
            for field in fields {
                push_leaves(field, depth + 1, leaves)?;
            }
        }
        IrType::Array { element, length } => {
            for _ in 0..*length {
                let before = leaves.len();
                push_leaves(element, depth + 1, leaves)?;
                if leaves.len() == before {
                    // An array of empty elements stays empty, whatever its length.
                    break;
                }
            }
        }
        IrType::Other(text) => return Err(Unsupported::new(format!("LLVM type `{text}`"))),
        scalar => leaves.push(scalar),
    }
    if leaves.len() > MOST_LEAVES {
        return Err(Unsupported::new(format!(
            "an aggregate of more than {MOST_LEAVES} scalars by value"
        )));
    }
    Ok(())
}

/// The part of a target's data layout string that decides sizes.
#[derive(Clone, Copy, Debug)]
pub(super) struct DataLayout {
    pub(super) pointer: u64,
    /// Alignment of `i128` and of wider integers: 8 before LLVM 18 (x86-64) and 20 (wasm32).
    pub(super) i128_align: u64,
}

impl DataLayout {
    /// `DataLayout::getTypeAllocSize`: the size with tail padding, which is what LLVM reserves for a result
    /// that it moves to memory. `None` for a type without a size or one that does not fit.
    pub(super) fn alloc_size(self, ty: &IrType) -> Option<Bytes> {
        self.measure(ty, 0)
            .map(|(size, align)| Bytes(size.next_multiple_of(align)))
    }

    /// Store size and alignment in bytes.
    fn measure(self, ty: &IrType, depth: u32) -> Option<(u64, u64)> {
        if depth > DEEPEST {
            return None;
        }
        Some(match ty {
            IrType::Void | IrType::Other(_) => return None,
            IrType::Integer { bits } => (u64::from(bits.div_ceil(8)), self.integer_align(*bits)),
            IrType::Half | IrType::BFloat => (2, 2),
            IrType::Float => (4, 4),
            IrType::Double => (8, 8),
            IrType::X86Fp80 => (10, 16),
            IrType::Fp128 => (16, 16),
            IrType::Pointer => (self.pointer, self.pointer),
            IrType::Vector { element, lanes } => {
                let bits = lane_bits(element, self.pointer)?.checked_mul(u64::from(*lanes))?;
                let size = bits.div_ceil(8);
                (size, size.max(1).checked_next_power_of_two()?)
            }
            IrType::Array { element, length } => {
                let (size, align) = self.measure(element, depth + 1)?;
                (size.checked_next_multiple_of(align)?.checked_mul(*length)?, align)
            }
            IrType::Struct { fields, packed } => {
                let (mut end, mut struct_align) = (0u64, 1u64);
                for field in fields {
                    let (size, align) = self.measure(field, depth + 1)?;
                    let size = size.checked_next_multiple_of(align)?;
                    let align = if *packed { 1 } else { align };
                    end = end.checked_next_multiple_of(align)?.checked_add(size)?;
                    struct_align = struct_align.max(align);
                }
                (end.checked_next_multiple_of(struct_align)?, struct_align)
            }
        })
    }

    fn integer_align(self, bits: u32) -> u64 {
        match bits {
            0..=8 => 1,
            9..=16 => 2,
            17..=32 => 4,
            33..=64 => 8,
            _ => self.i128_align,
        }
    }
}

/// Width in bits of a vector's lane, `None` for what no lane can be.
pub(super) fn lane_bits(element: &IrType, pointer: u64) -> Option<u64> {
    Some(match element {
        IrType::Integer { bits } => u64::from(*bits),
        IrType::Half | IrType::BFloat => 16,
        IrType::Float => 32,
        IrType::Double => 64,
        IrType::X86Fp80 => 80,
        IrType::Fp128 => 128,
        IrType::Pointer => pointer * 8,
        _ => return None,
    })
}

/// One register-sized piece of an integer.
#[derive(Clone, Copy, Debug)]
pub(super) struct IntegerPart {
    /// Bytes of the value in this piece.
    pub(super) width: u64,
    /// What fills the rest of the register that the type legaliser chose, 32 or 64 bits.
    pub(super) extension: Extension,
}

/// `getCopyToParts` (SelectionDAGBuilder.cpp): an integer of at most 64 bits takes one register, a wider one
/// as many of 64 bits as it needs, low part first. `signext` and `zeroext` fill up the last of them.
pub(super) fn integer_parts(bits: u32, extension: Extension) -> Vec<IntegerPart> {
    let count = bits.div_ceil(64).max(1);
    (0..count)
        .map(|index| {
            let rest = bits - 64 * index;
            let full = rest == 32 && count == 1 || rest >= 64;
            IntegerPart {
                width: u64::from(rest.min(64).div_ceil(8)),
                extension: if full { Extension::None } else { extension },
            }
        })
        .collect()
}

/// The largest integer that LLVM can express; guards against a hostile width.
const WIDEST_INTEGER: u32 = 1 << 23;

/// Refuses integers that no type system can hold.
pub(super) fn check_integer(bits: u32) -> Result<(), Unsupported> {
    match bits {
        1..=WIDEST_INTEGER => Ok(()),
        _ => Err(Unsupported::new(format!("an integer of {bits} bits"))),
    }
}

/// Refuses what the attributes contradict.
pub(super) fn check_attributes(param: &IrParam) -> Result<(), Unsupported> {
    let attributes = &param.attributes;
    match (&attributes.byval, &attributes.sret) {
        (Some(_), Some(_)) => Err(Unsupported::new("a parameter that is both byval and sret")),
        (None, None) => Ok(()),
        _ if param.ty == IrType::Pointer => Ok(()),
        _ => Err(Unsupported::new(
            "byval or sret on something that is not a pointer",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_a_demoted_result() {
        let int = |bits| IrType::Integer { bits };
        let structure = |fields: &[IrType], packed| IrType::Struct {
            fields: fields.to_vec(),
            packed,
        };
        let of = |element: &IrType| Box::new(element.clone());
        let array = |element: IrType, length| IrType::Array {
            element: of(&element),
            length,
        };
        let vector = |element: IrType, lanes| IrType::Vector {
            element: of(&element),
            lanes,
        };
        let nested = |depth| (0..depth).fold(int(8), |inner, _| structure(&[inner], false));
        let layout = DataLayout {
            pointer: 4,
            i128_align: 16,
        };
        for (ty, size) in [
            (int(1), Some(1)),
            (int(9), Some(2)),
            (int(24), Some(4)),
            (int(48), Some(8)),
            (int(65), Some(16)),
            (int(192), Some(32)),
            (IrType::BFloat, Some(2)),
            (IrType::X86Fp80, Some(16)),
            (IrType::Fp128, Some(16)),
            (IrType::Void, None),
            (vector(IrType::Float, 3), Some(16)),
            (vector(IrType::Pointer, 2), Some(8)),
            (vector(IrType::Fp128, 2), Some(32)),
            (vector(int(1), 9), Some(2)),
            (vector(int(8), 0), Some(0)),
            (vector(IrType::Void, 2), None),
            (array(int(24), 3), Some(12)),
            (array(int(64), u64::MAX), None),
            (structure(&[int(8), int(32), int(8)], false), Some(12)),
            (structure(&[int(8), int(32), int(8)], true), Some(6)),
            (structure(&[int(8), int(24)], true), Some(5)),
            (structure(&[], false), Some(0)),
            (nested(64), Some(1)),
            (nested(65), None),
            ((0..65).fold(int(8), |inner, _| array(inner, 1)), None),
        ] {
            assert_eq!(layout.alloc_size(&ty), size.map(Bytes), "{ty:?}");
        }
    }
}
