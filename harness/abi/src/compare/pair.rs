//! Which leaf of one side belongs to which of the other; what the two then differ in is not decided here.

use std::collections::BTreeSet;

use crate::layout::{LayoutTable, Leaf, LeafKind, Scalar, TypeId};
use crate::units::{Bits, Bytes};

/// Pairs the leaves of two types, as indices: by name where both sides use the same names, else by position
/// where there are as many. `None` where neither tells which belongs to which.
pub fn pair_leaves(c: &[Leaf], rust: &[Leaf]) -> Option<Vec<(usize, usize)>> {
    let names = |leaves: &[Leaf]| {
        leaves
            .iter()
            .map(|leaf| leaf.path.clone())
            .collect::<BTreeSet<_>>()
    };
    let (c_names, rust_names) = (names(c), names(rust));
    if c_names.len() == c.len() && c_names == rust_names && rust.len() == c.len() {
        return c
            .iter()
            .enumerate()
            .map(|(index, leaf)| Some((index, place_of(rust, &leaf.path)?)))
            .collect();
    }
    if c.len() != rust.len() || bit_fields_against_integers(c, rust) {
        return None;
    }
    Some(exchanged(c, rust).unwrap_or_else(|| (0..c.len()).map(|index| (index, index)).collect()))
}

pub(super) fn place_of(leaves: &[Leaf], path: &str) -> Option<usize> {
    leaves.iter().position(|leaf| leaf.path == path)
}

/// Pairs leaves of which some have other names on the other side, where those that share a name have exchanged
/// their places. Names that merely moved are no proof, since a name may be reused for another field.
fn exchanged(c: &[Leaf], rust: &[Leaf]) -> Option<Vec<(usize, usize)>> {
    let mut partner = vec![None; c.len()];
    for (index, leaf) in c.iter().enumerate().filter(|(_, leaf)| !leaf.path.is_empty()) {
        partner[index] = place_of(rust, &leaf.path);
    }
    let mine: BTreeSet<usize> = (0..c.len()).filter(|&index| partner[index].is_some()).collect();
    let theirs: BTreeSet<usize> = partner.iter().flatten().copied().collect();
    if mine.len() < 2 || mine != theirs {
        return None;
    }
    Some(
        (0..c.len())
            .map(|index| (index, partner[index].unwrap_or(index)))
            .collect(),
    )
}

/// Whether leaves that pair by position are bit-fields on one side and the integers that hold them on the other.
fn bit_fields_against_integers(c: &[Leaf], rust: &[Leaf]) -> bool {
    let mut differing = c
        .iter()
        .zip(rust)
        .filter(|(c, rust)| (c.offset, c.width) != (rust.offset, rust.width))
        .peekable();
    differing.peek().is_some()
        && differing.all(|(c, rust)| partial(c) != partial(rust))
        && covers_the_same(c, rust)
}

/// Whether a leaf begins or ends inside a byte, as only bit-fields do.
fn partial(leaf: &Leaf) -> bool {
    leaf.offset.in_byte() != 0 || !leaf.width.0.is_multiple_of(8)
}

/// The leaves with the bytes of each array as one, where the other side has bit-fields to divide them.
fn storage(leaves: &[Leaf], other: &[Leaf]) -> Vec<Leaf> {
    if !other.iter().any(partial) {
        return leaves.to_vec();
    }
    let array = |leaf: &Leaf| {
        let element = leaf.path.ends_with(']') && leaf.width == Bits(8) && is_divisible(leaf);
        element
            .then(|| leaf.path.rfind('['))
            .flatten()
            .map(|end| leaf.path[..end].to_owned())
    };
    let mut joined: Vec<Leaf> = Vec::new();
    for leaf in leaves {
        match (array(leaf), joined.last_mut()) {
            (Some(name), Some(last)) if last.path == name && last.offset + last.width == leaf.offset => {
                last.width = last.width + leaf.width;
            }
            (Some(name), _) => joined.push(Leaf {
                path: name,
                ..leaf.clone()
            }),
            (None, _) => joined.push(leaf.clone()),
        }
    }
    joined
}

/// Whether one side only divides the other's integers or bytes into smaller parts: bit-fields against masks on an
/// integer, a union against one of its members. Every part lies in one whole, and every whole has a part. Bytes in an array
/// are one whole for bit-fields, as bindings write them.
pub(super) fn covers_the_same(c: &[Leaf], rust: &[Leaf]) -> bool {
    let (c_wholes, rust_wholes) = (storage(c, rust), storage(rust, c));
    let divides = |parts: &[Leaf], wholes: &[Leaf]| {
        let inside = |part: &Leaf, whole: &Leaf| {
            part.offset >= whole.offset && part.offset + part.width <= whole.offset + whole.width
        };
        wholes
            .iter()
            .all(|whole| is_divisible(whole) && parts.iter().any(|part| inside(part, whole)))
            && parts.iter().all(|part| {
                wholes.iter().any(|whole| {
                    let bytes = matches!(whole.kind, LeafKind::Bytes { .. });
                    inside(part, whole) && (bytes || is_divisible(part))
                })
            })
    };
    let covered = |leaves: &[Leaf]| {
        let end = leaves
            .iter()
            .map(|leaf| (leaf.offset + leaf.width).bytes_ceil().0)
            .max();
        let mut mask = vec![0u8; end.unwrap_or_default() as usize];
        leaves.iter().for_each(|leaf| leaf.cover(&mut mask));
        mask
    };
    // Bit-fields leave bits of their integer unused; whole scalars that leave bytes of it unused are padding on
    // one side and value on the other.
    let whole = |leaf: &Leaf| {
        matches!(leaf.kind, LeafKind::Scalar(_))
            && leaf.offset.in_byte() == 0
            && leaf.width.0.is_multiple_of(8)
    };
    let padding = c.iter().chain(rust).all(whole) && covered(c) != covered(rust);
    !c.is_empty() && !rust.is_empty() && !padding && (divides(c, &rust_wholes) || divides(rust, &c_wholes))
}

/// Whether bits of a leaf may be read on their own.
fn is_divisible(leaf: &Leaf) -> bool {
    matches!(
        leaf.kind,
        LeafKind::Bytes { .. } | LeafKind::Scalar(Scalar::Integer { .. } | Scalar::Enumeration { .. })
    )
}

/// The bits that carry a value on both sides, as one leaf, for types whose leaves do not pair because one side
/// divides the other's integers. `None` where they pair, or where bits may not be read on their own.
pub fn common_bytes(mine: &LayoutTable, id: TypeId, other: &LayoutTable, other_id: TypeId) -> Option<Leaf> {
    let (leaves, others) = (mine.leaves(id), other.leaves(other_id));
    let divisible = leaves.iter().chain(&others).all(is_divisible);
    if leaves.is_empty() || others.is_empty() || !divisible || pair_leaves(&leaves, &others).is_some() {
        return None;
    }
    let mask: Vec<u8> = mine
        .value_mask(id)
        .iter()
        .zip(other.value_mask(other_id))
        .map(|(mine, theirs)| mine & theirs)
        .collect();
    let width = Bytes(mask.len() as u64).bits();
    Some(Leaf {
        path: String::new(),
        offset: Bits(0),
        width,
        kind: LeafKind::Bytes { mask },
    })
}
