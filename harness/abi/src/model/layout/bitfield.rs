//! Where a bit-field goes: psABI 3.1.2, *Bit-Fields*, which the wasm Basic C ABI takes over.

use crate::types::FieldDefinition;

use super::super::reader::Unsupported;
use super::check_align;

/// What bit-field placement asks about the declared type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    /// Of the declared type, in bits.
    pub(super) size: u64,
    pub(super) align: u64,
}

/// A bit-field with its place, in bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Placed {
    pub(super) offset: u64,
    /// What it adds to the alignment of its struct, in bits; 1 for nothing.
    pub(super) align: u64,
}

/// Places a bit-field of `width` bits at or after the bit `end`.
///
/// A bit-field lies within a storage unit of its declared type; one of width 0 closes the unit; an unnamed
/// one does not align the struct. `packed` lets a bit-field begin at any bit, and so does `packed(N)`
/// (GNU C: `#pragma pack`), under which units no longer matter; neither changes what width 0 does.
pub(super) fn place(
    end: u64,
    width: u64,
    unit: Unit,
    field: &FieldDefinition,
    packed: Option<u64>,
) -> Result<Placed, Unsupported> {
    if width > unit.size {
        return Err(Unsupported::new(format!(
            "a bit-field of {width} bits in a type of {}",
            unit.size
        )));
    }
    let explicit = match field.align {
        Some(align) => check_align(align)? * 8,
        None => 1,
    };
    let too_large = || Unsupported::new("a bit-field past the address space");
    let up = |align: u64| end.checked_next_multiple_of(align).ok_or_else(too_large);
    let named = field.name.is_some();
    if width == 0 {
        if named {
            return Err(Unsupported::new("a named bit-field of width 0"));
        }
        return Ok(Placed {
            offset: up(unit.align.max(explicit))?,
            align: 1,
        });
    }
    let limit = packed.filter(|&packed| packed > 1).map(|packed| packed * 8);
    let mut align = if field.packed || packed == Some(1) {
        1
    } else {
        unit.align
    };
    align = align.max(explicit);
    if let Some(limit) = limit {
        align = align.min(limit);
    }
    let straddles = end % align + width > unit.size;
    let offset = if straddles && limit.is_none() {
        up(align)?
    } else if limit.is_none_or(|limit| explicit <= limit) {
        up(explicit)?
    } else {
        end
    };
    Ok(Placed {
        offset,
        align: if named { align.max(8) } else { 1 },
    })
}
