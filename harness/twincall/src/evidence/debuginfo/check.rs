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
        Shape::Scalar(_) | Shape::Function { .. } | Shape::Incomplete => {}
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

#[cfg(test)]
mod tests {
    use twincall_abi::layout::{Layout, Scalar};

    use super::*;

    /// A table whose first type is a byte; the others refer to those before them.
    fn table(shapes: Vec<(u64, Shape)>) -> LayoutTable {
        let byte = (1, Shape::Scalar(Scalar::Bool));
        let layout = |(size, shape)| Layout {
            name: String::new(),
            size: Bytes(size),
            align: None,
            shape,
        };
        LayoutTable {
            types: std::iter::once(byte).chain(shapes).map(layout).collect(),
            ..LayoutTable::default()
        }
    }

    fn array(element: usize, length: u64) -> Shape {
        Shape::Array {
            element: TypeId(element),
            length,
            vector: false,
        }
    }

    fn field(ty: usize, offset: u64, width: u64) -> Field {
        Field {
            name: String::new(),
            offset: Bits(offset),
            width: Bits(width),
            bit_field: false,
            ty: TypeId(ty),
        }
    }

    fn structure(fields: Vec<Field>) -> Shape {
        Shape::Struct { fields }
    }

    fn accepted(shapes: Vec<(u64, Shape)>) -> bool {
        plausible(&table(shapes)).is_ok()
    }

    const GIB: u64 = 1 << 30;

    #[test]
    fn sizes_have_a_limit() {
        let incomplete = |size| accepted(vec![(size, Shape::Incomplete)]);
        assert!(incomplete(GIB));
        assert!(!incomplete(GIB + 1));
        // The bytes of an array count, whatever size it claims, and so do its elements where they have no size.
        let of_bytes = |length| accepted(vec![(0, array(0, length))]);
        assert!(of_bytes(GIB));
        assert!(!of_bytes(GIB + 1));
        let of_nothing = |length| accepted(vec![(0, structure(Vec::new())), (0, array(1, length))]);
        assert!(of_nothing(GIB));
        assert!(!of_nothing(GIB + 1));
        assert!(!accepted(vec![(GIB, array(0, GIB)), (0, array(1, 2))]));
    }

    /// A type that contains itself has no end; one that is only deep has.
    #[test]
    fn types_nest_to_a_limit() {
        let chain = |depth: usize, wrap: fn(usize) -> Shape| {
            let table = table((0..depth).map(|below| (1, wrap(below))).collect());
            // The outermost is asked first, so that no count is known yet.
            let mut unknown = vec![None; table.types.len()];
            count_leaves(&table, TypeId(depth), MAX_NESTING, &mut unknown).is_ok()
        };
        let in_array: fn(usize) -> Shape = |below| array(below, 1);
        let in_struct = |below| structure(vec![field(below, 0, 8)]);
        let in_union = |below| Shape::Union {
            fields: vec![field(below, 0, 8)],
        };
        let in_variant = |below| Shape::Variants {
            tag: None,
            variants: vec![field(below, 0, 8)],
        };
        for wrap in [in_array, in_struct, in_union, in_variant] {
            assert!(chain(MAX_NESTING - 1, wrap));
            assert!(!chain(MAX_NESTING, wrap));
        }
        assert!(
            !accepted(vec![(1, structure(vec![field(1, 0, 8)]))]),
            "it contains itself"
        );
        assert!(!accepted(vec![(1, array(1, 1))]));
    }

    #[test]
    fn scalars_are_counted_over_all_members() {
        let count = |shapes: Vec<(u64, Shape)>| {
            let table = table(shapes);
            let mut known = vec![None; table.types.len()];
            let last = TypeId(table.types.len() - 1);
            count_leaves(&table, last, MAX_NESTING, &mut known).ok()
        };
        let long = u64::from(u16::MAX);
        assert_eq!(count(vec![]), Some(1));
        assert_eq!(count(vec![(4, array(0, 4))]), Some(4));
        assert_eq!(count(vec![(0, array(0, 0))]), Some(1));
        assert_eq!(count(vec![(long, array(0, long))]), Some(long));
        // A longer one is one leaf of bytes.
        assert_eq!(count(vec![(long + 1, array(0, long + 1))]), Some(1));
        let two = || vec![field(0, 0, 8), field(1, 8, 32)];
        // Two members, and one for a union or enum that stays whole.
        assert_eq!(count(vec![(4, array(0, 4)), (5, structure(two()))]), Some(6));
        assert_eq!(
            count(vec![(4, array(0, 4)), (4, Shape::Union { fields: two() })]),
            Some(6)
        );
        let variants = Shape::Variants {
            tag: Some(field(0, 0, 8)),
            variants: two(),
        };
        assert_eq!(count(vec![(4, array(0, 4)), (5, variants)]), Some(7));
    }

    #[test]
    fn scalars_have_a_limit() {
        let square = |rows| accepted(vec![(1 << 10, array(0, 1 << 10)), (0, array(1, rows))]);
        assert!(square(1 << 10));
        assert!(!square((1 << 10) + 1));
        assert!(!accepted(vec![
            (1 << 10, array(0, 1 << 10)),
            (1 << 20, array(1, 1 << 10)),
            (1 << 20, structure(vec![field(2, 0, 8), field(0, 0, 8)])),
        ]));
    }

    #[test]
    fn fields_lie_inside_of_what_is_plausible() {
        let limit = GIB * 8;
        for (offset, width, fits) in [
            (0, 8, true),
            (limit, limit, true),
            (limit + 1, 8, false),
            (0, limit + 1, false),
        ] {
            let at = || field(0, offset, width);
            assert_eq!(accepted(vec![(1, structure(vec![at()]))]), fits);
            assert_eq!(accepted(vec![(1, Shape::Union { fields: vec![at()] })]), fits);
            let tag = Shape::Variants {
                tag: Some(at()),
                variants: Vec::new(),
            };
            assert_eq!(accepted(vec![(1, tag)]), fits);
            let variant = Shape::Variants {
                tag: None,
                variants: vec![at()],
            };
            assert_eq!(accepted(vec![(1, variant)]), fits);
        }
    }
}
