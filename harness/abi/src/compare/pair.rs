//! Which leaf of one side belongs to which of the other; what the two then differ in is not decided here.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::padding::{Flat, beside_padding, names_padding};
use crate::layout::{LayoutTable, Leaf, LeafKind, Scalar, TypeId};
use crate::path::{Path, Step};
use crate::units::{Bits, Bytes};

/// How the leaves of two types belong together, as indices into each side's.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Pairing {
    /// Leaves that stand for one value.
    pub(super) pairs: Vec<(usize, usize)>,
    /// Runs of bits that both sides hold in integers and divide in their own ways: bit-fields and the unit around them.
    pub(super) divided: Vec<(Vec<usize>, Vec<usize>)>,
    /// Leaves without a partner.
    pub(super) c_alone: Vec<usize>,
    pub(super) rust_alone: Vec<usize>,
    /// Leaves that lie in the other side's padding, without those whose names say that they are padding.
    pub(super) c_in_padding: Vec<usize>,
    pub(super) rust_in_padding: Vec<usize>,
}

/// Pairs the leaves of two types: by name where both sides use the same names; else padding that only one side writes out
/// is left aside, integers that are only divided differently are put together, and the rest is paired by position.
pub(super) fn pairing(c: Flat<'_>, rust: Flat<'_>) -> Pairing {
    let found = paired(c, rust, true);
    // Where one side has a field in the other's padding, and something else is larger than what it stands for, fields moved.
    let aside = !found.c_in_padding.is_empty() || !found.rust_in_padding.is_empty();
    let larger = found.divided.iter().any(|(c_part, rust_part)| {
        let covered = |leaves: &[Leaf], part: &[usize], size: Bytes| {
            let mut mask = vec![0u8; size.0 as usize];
            part.iter().for_each(|&index| leaves[index].cover(&mut mask));
            mask.iter().filter(|byte| **byte != 0).count()
        };
        covered(c.leaves, c_part, c.size) != covered(rust.leaves, rust_part, rust.size)
    });
    match aside && larger {
        true => paired(c, rust, false),
        false => found,
    }
}

fn paired(c: Flat<'_>, rust: Flat<'_>, without_padding: bool) -> Pairing {
    if let Some(pairs) = by_name(c.leaves, rust.leaves) {
        return Pairing {
            pairs,
            ..Pairing::default()
        };
    }
    let (mut c_left, mut rust_left) = match without_padding {
        true => beside_padding(c, rust),
        false => ((0..c.leaves.len()).collect(), (0..rust.leaves.len()).collect()),
    };
    let named_aside = |leaves: &[Leaf], left: &[usize]| {
        let mut all = (0..leaves.len()).filter(|index| !left.contains(index));
        let named = all.by_ref().filter(|&index| !names_padding(&leaves[index].path));
        named.collect::<Vec<_>>()
    };
    let aside = Pairing {
        c_in_padding: named_aside(c.leaves, &c_left),
        rust_in_padding: named_aside(rust.leaves, &rust_left),
        ..Pairing::default()
    };
    let taken = |leaves: &[Leaf], left: &[usize]| {
        left.iter()
            .map(|&index| leaves[index].clone())
            .collect::<Vec<_>>()
    };
    let whole = |c_left: &[usize], rust_left: &[usize]| {
        let pairs = pair_leaves(&taken(c.leaves, c_left), &taken(rust.leaves, rust_left))?;
        Some(
            pairs
                .into_iter()
                .map(|(c, rust)| (c_left[c], rust_left[rust]))
                .collect::<Vec<_>>(),
        )
    };
    let mut divided = Vec::new();
    if let Some(pairs) = whole(&c_left, &rust_left) {
        return Pairing { pairs, ..aside };
    }
    for (c_part, rust_part) in overlapping(c.leaves, &c_left, rust.leaves, &rust_left) {
        // A field of the same name elsewhere is that field, and what lies here is another.
        let at_home = |leaves: &[Leaf], part: &[usize], other: Flat<'_>, other_part: &[usize]| {
            part.iter().all(|&index| {
                place_of(other.leaves, &leaves[index].path).is_none_or(|at| other_part.contains(&at))
            })
        };
        let same_bits = covers_the_same(&taken(c.leaves, &c_part), &taken(rust.leaves, &rust_part))
            && at_home(c.leaves, &c_part, rust, &rust_part)
            && at_home(rust.leaves, &rust_part, c, &c_part);
        let alike = c_part.len() == 1 && rust_part.len() == 1 && {
            let (c, rust) = (&c.leaves[c_part[0]], &rust.leaves[rust_part[0]]);
            (c.offset, c.width) == (rust.offset, rust.width)
        };
        if same_bits && !alike {
            c_left.retain(|index| !c_part.contains(index));
            rust_left.retain(|index| !rust_part.contains(index));
            divided.push((c_part, rust_part));
        }
    }
    if let Some(pairs) = whole(&c_left, &rust_left) {
        return Pairing {
            pairs,
            divided,
            ..aside
        };
    }
    // Where the names tell which field is missing, the rest is still paired by name.
    let distinct = |leaves: &[Leaf], left: &[usize]| {
        let names: BTreeSet<&Path> = left.iter().map(|&index| &leaves[index].path).collect();
        names.len() == left.len()
    };
    let partner = |index: usize| {
        let found = place_of(rust.leaves, &c.leaves[index].path)?;
        rust_left.contains(&found).then_some(found)
    };
    let mut pairs: Vec<(usize, usize)> = c_left
        .iter()
        .filter_map(|&index| Some((index, partner(index)?)))
        .collect();
    let named = distinct(c.leaves, &c_left) && distinct(rust.leaves, &rust_left) && !pairs.is_empty();
    if !named {
        pairs.clear();
    }
    c_left.retain(|index| !pairs.iter().any(|(c, _)| c == index));
    rust_left.retain(|index| !pairs.iter().any(|(_, rust)| rust == index));
    // What lies in one place is one field by another name.
    for &index in &c_left {
        let leaf = &c.leaves[index];
        let here = rust_left.iter().position(|&other| {
            let other = &rust.leaves[other];
            (leaf.offset, leaf.width) == (other.offset, other.width)
        });
        if let Some(here) = here {
            pairs.push((index, rust_left.remove(here)));
        }
    }
    c_left.retain(|index| !pairs.iter().any(|(c, _)| c == index));
    if !named {
        pairs.extend(c_left.iter().copied().zip(rust_left.iter().copied()));
        let common = c_left.len().min(rust_left.len());
        c_left.drain(..common);
        rust_left.drain(..common);
    }
    Pairing {
        pairs,
        divided,
        c_alone: c_left,
        rust_alone: rust_left,
        ..aside
    }
}

/// The leaves that overlap each other, directly or through others, put together.
fn overlapping(
    c: &[Leaf],
    c_left: &[usize],
    rust: &[Leaf],
    rust_left: &[usize],
) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mine = c_left.iter().map(|&index| (&c[index], true, index));
    let theirs = rust_left.iter().map(|&index| (&rust[index], false, index));
    let mut all: Vec<(&Leaf, bool, usize)> = mine.chain(theirs).collect();
    all.sort_by_key(|(leaf, ..)| (leaf.offset, Reverse(leaf.width)));
    let mut runs: Vec<(Bits, Vec<usize>, Vec<usize>)> = Vec::new();
    for (leaf, of_c, index) in all {
        let end = leaf.offset + leaf.width;
        match runs.last_mut() {
            Some(run) if leaf.offset < run.0 => run.0 = run.0.max(end),
            _ => runs.push((end, Vec::new(), Vec::new())),
        }
        if let Some((_, c, rust)) = runs.last_mut() {
            if of_c { c } else { rust }.push(index);
        }
    }
    runs.into_iter().map(|(_, c, rust)| (c, rust)).collect()
}

/// Pairs leaves by name, where both sides use the same names and each of them once.
fn by_name(c: &[Leaf], rust: &[Leaf]) -> Option<Vec<(usize, usize)>> {
    let names = |leaves: &[Leaf]| {
        leaves
            .iter()
            .map(|leaf| leaf.path.clone())
            .collect::<BTreeSet<_>>()
    };
    let (c_names, rust_names) = (names(c), names(rust));
    if c_names.len() != c.len() || c_names != rust_names || rust.len() != c.len() {
        return None;
    }
    c.iter()
        .enumerate()
        .map(|(index, leaf)| Some((index, place_of(rust, &leaf.path)?)))
        .collect()
}

/// Pairs the leaves of two types, as indices: by name where both sides use the same names, else by position
/// where there are as many. `None` where neither tells which belongs to which.
pub fn pair_leaves(c: &[Leaf], rust: &[Leaf]) -> Option<Vec<(usize, usize)>> {
    if let Some(pairs) = by_name(c, rust) {
        return Some(pairs);
    }
    if c.len() != rust.len() || parts_against_wholes(c, rust) {
        return None;
    }
    Some(exchanged(c, rust).unwrap_or_else(|| (0..c.len()).map(|index| (index, index)).collect()))
}

/// The leaf of this name.
pub(super) fn place_of(leaves: &[Leaf], path: &Path) -> Option<usize> {
    let exact = leaves.iter().position(|leaf| leaf.path == *path);
    exact.or_else(|| leaves.iter().position(|leaf| one_field_by_name(&leaf.path, path)))
}

/// Whether two names are those of one field. A name that is a keyword of the other language has an underscore behind it there.
pub(super) fn one_field_by_name(one: &Path, other: &Path) -> bool {
    // bindgen gives a member without a name one of its own.
    let of_source = |step: &&Step| !matches!(step, Step::Field(name) if name.starts_with("__bindgen_anon"));
    let same = |(one, other): (&Step, &Step)| match (one, other) {
        (Step::Field(one), Step::Field(other)) => one.trim_end_matches('_') == other.trim_end_matches('_'),
        (one, other) => one == other,
    };
    let mut mine = one.steps().iter().filter(of_source);
    let mut theirs = other.steps().iter().filter(of_source);
    loop {
        match (mine.next(), theirs.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if same((one, other)) => {}
            _ => return false,
        }
    }
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

/// Whether leaves that pair by position are bit-fields on one side and the integers that hold them on the other, or a union
/// and its parts.
fn parts_against_wholes(c: &[Leaf], rust: &[Leaf]) -> bool {
    // What has its like in the very place is no part of it, wherever it stands in the order.
    let differing = |leaves: &[Leaf], others: &[Leaf]| -> Vec<Leaf> {
        let alike = |leaf: &Leaf| {
            let mut others = others.iter();
            others.any(|other| (other.offset, other.width) == (leaf.offset, leaf.width))
        };
        leaves.iter().filter(|leaf| !alike(leaf)).cloned().collect()
    };
    let (c, rust) = (differing(c, rust), differing(rust, c));
    let union = |leaf: &Leaf| matches!(leaf.kind, LeafKind::Bytes { .. });
    let has = |leaves: &[Leaf], what: &dyn Fn(&Leaf) -> bool| leaves.iter().any(what);
    let divided = has(&c, &partial) != has(&rust, &partial) || has(&c, &union) != has(&rust, &union);
    divided && covers_the_same(&c, &rust)
}

/// Whether a leaf begins or ends inside a byte, as only bit-fields do.
pub(super) fn partial(leaf: &Leaf) -> bool {
    leaf.offset.in_byte() != 0 || !leaf.width.0.is_multiple_of(8)
}

/// The leaves with the bytes of each array as one, where the other side has bit-fields to divide them.
fn storage(leaves: &[Leaf], other: &[Leaf]) -> Vec<Leaf> {
    if !other.iter().any(partial) {
        return leaves.to_vec();
    }
    let array = |leaf: &Leaf| {
        let byte = leaf.width == Bits(8) && is_divisible(leaf);
        match leaf.path.steps() {
            [outer @ .., Step::Element(_)] if byte => Some(outer.iter().cloned().collect::<Path>()),
            _ => None,
        }
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
fn covers_the_same(c: &[Leaf], rust: &[Leaf]) -> bool {
    // Two unions, or long arrays, are compared as they are.
    if let ([one], [other]) = (c, rust)
        && [one, other].map(|leaf| matches!(leaf.kind, LeafKind::Bytes { .. })) == [true, true]
        && one.width != other.width
    {
        return false;
    }
    let (c_wholes, rust_wholes) = (storage(c, rust), storage(rust, c));
    let divides = |parts: &[Leaf], wholes: &[Leaf]| {
        let inside = |part: &Leaf, whole: &Leaf| {
            let within =
                part.offset >= whole.offset && part.offset + part.width <= whole.offset + whole.width;
            // What no member of a union covers is none of its parts.
            let member = || {
                let mut one = vec![0u8; (part.offset + part.width).bytes_ceil().0 as usize];
                let mut other = one.clone();
                part.cover(&mut one);
                whole.cover(&mut other);
                one.iter().zip(&other).any(|(one, other)| one & other != 0)
            };
            within && (part.width == Bits(0) || member())
        };
        let divided = |whole: &Leaf| is_divisible(whole) && !partial(whole);
        wholes
            .iter()
            .all(|whole| divided(whole) && parts.iter().any(|part| inside(part, whole)))
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
    match leaf.kind {
        LeafKind::Bytes { .. } | LeafKind::Scalar(Scalar::Integer { .. } | Scalar::Enumeration { .. }) => {
            true
        }
        // A `bool` in a bit-field is a bit of its unit.
        LeafKind::Scalar(Scalar::Bool) => partial(leaf),
        LeafKind::Scalar(_) => false,
    }
}

/// The leaves that two types have in common, each as either side has it: pairs, and for each run of bits that the sides
/// divide differently one leaf of the bytes around it. `None` where a leaf of some side has no partner.
pub fn common_leaves(
    c: &LayoutTable,
    c_id: TypeId,
    rust: &LayoutTable,
    rust_id: TypeId,
) -> Option<Vec<(Leaf, Leaf)>> {
    let (c_leaves, rust_leaves) = (c.leaves(c_id), rust.leaves(rust_id));
    let (c_hollow, rust_hollow) = (c.hollow_fields(c_id), rust.hollow_fields(rust_id));
    let Pairing {
        pairs,
        divided,
        c_alone,
        rust_alone,
        ..
    } = pairing(
        Flat {
            leaves: &c_leaves,
            size: c.get(c_id).size,
            hollow: &c_hollow,
        },
        Flat {
            leaves: &rust_leaves,
            size: rust.get(rust_id).size,
            hollow: &rust_hollow,
        },
    );
    if !c_alone.is_empty() || !rust_alone.is_empty() {
        return None;
    }
    let mut common: Vec<(Leaf, Leaf)> = pairs
        .into_iter()
        .map(|(c, rust)| (c_leaves[c].clone(), rust_leaves[rust].clone()))
        .collect();
    for (c_part, rust_part) in divided {
        let mine: Vec<&Leaf> = c_part.iter().map(|&index| &c_leaves[index]).collect();
        let theirs: Vec<&Leaf> = rust_part.iter().map(|&index| &rust_leaves[index]).collect();
        if let Some(leaf) = common_bytes(&mine, &theirs) {
            common.push((leaf.clone(), leaf));
        }
    }
    Some(common)
}

/// The bytes around some leaves of both sides, of which the bits count that both sides use.
fn common_bytes(c: &[&Leaf], rust: &[&Leaf]) -> Option<Leaf> {
    let all = || c.iter().chain(rust);
    let start = all().map(|leaf| leaf.offset.byte()).min()?;
    let end = all()
        .map(|leaf| (leaf.offset + leaf.width).bytes_ceil().0)
        .max()?;
    let covered = |leaves: &[&Leaf]| {
        let mut mask = vec![0u8; end as usize];
        leaves.iter().for_each(|leaf| leaf.cover(&mut mask));
        mask.split_off(start as usize)
    };
    let mask: Vec<u8> = covered(c)
        .into_iter()
        .zip(covered(rust))
        .map(|(mine, theirs)| mine & theirs)
        .collect();
    Some(Leaf {
        path: Path::WHOLE.then(Step::Bytes { start, end }),
        offset: Bytes(start).bits(),
        width: Bytes(end - start).bits(),
        kind: LeafKind::Bytes { mask },
        bit_field: false,
    })
}
