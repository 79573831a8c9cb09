//! Holds a finished table to what any real program has, so that the functions over it end and do not
//! overflow even if the object was damaged. It does not judge layouts.

use twincall_abi::layout::{Field, LayoutTable, Shape, TypeId};
use twincall_abi::units::{Bits, Bytes};

use super::DebugInfoError;

/// No type that crosses a call is larger.
const MAX_SIZE: Bytes = Bytes(1 << 30);
/// How deep types may lie in each other by value.
const MAX_NESTING: usize = 100;
/// How many scalars a type may have when flattened.
const MAX_LEAVES: u64 = 1 << 20;

/// Fails for a type that contains itself, or whose sizes, offsets or number of scalars no program has.
pub(super) fn plausible(table: &LayoutTable) -> Result<(), DebugInfoError> {
    let mut leaves = vec![None; table.types.len()];
    for index in 0..table.types.len() {
        count_leaves(table, TypeId(index), MAX_NESTING, &mut leaves)?;
    }
    Ok(())
}

/// The number of scalars in a type, at most. `known` holds the counts of types already seen.
fn count_leaves(
    table: &LayoutTable,
    id: TypeId,
    nesting: usize,
    known: &mut [Option<u64>],
) -> Result<u64, DebugInfoError> {
    if let Some(count) = known[id.0] {
        return Ok(count);
    }
    let layout = table.get(id);
    let implausible = || DebugInfoError::Implausible {
        name: layout.name.clone(),
    };
    if nesting == 0 || layout.size > MAX_SIZE {
        return Err(implausible());
    }
    let mut count: u64 = 1;
    match &layout.shape {
        Shape::Scalar(_) | Shape::Incomplete => {}
        Shape::Array { element, length, .. } => {
            let one = count_leaves(table, *element, nesting - 1, known)?;
            let bytes = table.get(*element).size.0.saturating_mul(*length);
            if Bytes(bytes) > MAX_SIZE || *length > MAX_SIZE.0 {
                return Err(implausible());
            }
            count = one.saturating_mul((*length).max(1));
            // Long arrays are not flattened, but are of plausible size by now.
            if *length > u64::from(u16::MAX) {
                count = 1;
            }
        }
        Shape::Struct { fields } | Shape::Union { fields } => {
            count = count.saturating_add(count_fields(table, fields.iter(), nesting, known)?);
        }
        Shape::Variants { tag, variants } => {
            let fields = tag.iter().chain(variants);
            count = count.saturating_add(count_fields(table, fields, nesting, known)?);
        }
    }
    if count > MAX_LEAVES || !fields_fit(&layout.shape) {
        return Err(implausible());
    }
    known[id.0] = Some(count);
    Ok(count)
}

fn count_fields<'a>(
    table: &LayoutTable,
    fields: impl Iterator<Item = &'a Field>,
    nesting: usize,
    known: &mut [Option<u64>],
) -> Result<u64, DebugInfoError> {
    let mut count: u64 = 0;
    for field in fields {
        count = count.saturating_add(count_leaves(table, field.ty, nesting - 1, known)?);
    }
    Ok(count)
}

fn fields_fit(shape: &Shape) -> bool {
    let fits = |field: &Field| {
        [field.offset, field.width]
            .iter()
            .all(|bits: &Bits| *bits <= MAX_SIZE.bits())
    };
    match shape {
        Shape::Struct { fields } | Shape::Union { fields } => fields.iter().all(fits),
        Shape::Variants { tag, variants } => tag.iter().chain(variants).all(fits),
        _ => true,
    }
}
