//! Leaves that lie in what is padding to the other side: they are no fields, by any name and type.

use std::collections::BTreeSet;

use super::pair::{partial, place_of};
use crate::layout::{Leaf, LeafKind};
use crate::path::{Path, Step};
use crate::units::{Bits, Bytes};

/// The leaves of one type, and its size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flat<'l> {
    pub(super) leaves: &'l [Leaf],
    pub(super) size: Bytes,
    /// The fields that take no bytes: arrays without elements.
    pub(super) hollow: &'l [Leaf],
}

impl Flat<'_> {
    fn covered(&self) -> Vec<u8> {
        let mut mask = vec![0; self.size.0 as usize];
        self.leaves.iter().for_each(|leaf| leaf.cover(&mut mask));
        mask
    }

    /// Whether a leaf of another type would lie in nothing but padding here. What no member of a union covers is a part of
    /// the union.
    fn is_padding(&self, covered: &[u8], leaf: &Leaf) -> bool {
        let end = leaf.offset + leaf.width;
        let clear = |bit: u64| covered[(bit / 8) as usize] >> (bit % 8) & 1 == 0;
        let in_union = self.leaves.iter().any(|union| {
            matches!(union.kind, LeafKind::Bytes { .. })
                && union.offset <= leaf.offset
                && end <= union.offset + union.width
        });
        end <= self.size.bits() && leaf.width != Bits(0) && !in_union && (leaf.offset.0..end.0).all(clear)
    }

    /// The indices of leaves that the other side has as padding and not as a field of the same name elsewhere.
    fn in_padding_of(&self, other: Flat<'_>) -> BTreeSet<usize> {
        let covered = other.covered();
        let aside = |leaf: &Leaf| {
            place_of(other.leaves, &leaf.path).is_none()
                && !other.hollow.iter().any(|hollow| hollow.path == leaf.path)
                && !other.leaves.iter().any(|bits| is_unit_by_name(leaf, bits))
                && other.is_padding(&covered, leaf)
        };
        // Bytes around bit-fields are their unit, of which only some need be used.
        let is_unit = |leaf: &Leaf| {
            let overlaps = |other: &&Leaf| {
                leaf.offset < other.offset + other.width && other.offset < leaf.offset + leaf.width
            };
            other.leaves.iter().filter(overlaps).any(partial)
        };
        let units: BTreeSet<&[Step]> = self
            .leaves
            .iter()
            .filter(|leaf| is_unit(leaf))
            .flat_map(elements)
            .map(|(array, _)| array)
            .collect();
        // The end of an array is none of it: the array is longer here. Neither is the end of a run of bit-fields.
        let mut used = BTreeSet::new();
        let mut run = 0;
        let mut runs = Vec::new();
        for (index, leaf) in self.leaves.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| &self.leaves[before]);
            let joined = before.is_some_and(|before| {
                before.offset + before.width == leaf.offset && before.bit_field && leaf.bit_field
            });
            run += usize::from(!joined);
            runs.push(run);
            if !aside(leaf) {
                used.insert(Part::Run(run));
                for (array, element) in elements(leaf).filter(|(array, _)| !units.contains(array)) {
                    used.extend([Part::Path(array), Part::Path(element)]);
                }
            }
        }
        let cut = |(array, element): (&'_ [Step], &'_ [Step])| {
            used.contains(&Part::Path(array)) && !used.contains(&Part::Path(element))
        };
        let free = |index: &usize| {
            !used.contains(&Part::Run(runs[*index])) && !elements(&self.leaves[*index]).any(cut)
        };
        (0..self.leaves.len())
            .filter(|index| aside(&self.leaves[*index]))
            .filter(free)
            .collect()
    }
}

/// Whether a name says that an integer holds a bit-field: `flags` that of `flags_low`.
fn is_unit_by_name(unit: &Leaf, bits: &Leaf) -> bool {
    match (unit.path.steps(), bits.path.steps()) {
        ([outer @ .., Step::Field(unit)], [around @ .., Step::Field(name)]) if bits.bit_field => {
            let rest = name.strip_prefix(unit.as_str());
            outer == around && rest.is_some_and(|rest| rest.starts_with('_'))
        }
        _ => false,
    }
}

/// What leaves are a part of that is a field as a whole.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'l> {
    /// Bit-fields that follow each other without a gap, by number.
    Run(usize),
    /// An array or an element of one.
    Path(&'l [Step]),
}

/// The arrays around a leaf, each with the element that it is in: `a` and `a[2]` of `a[2].x`.
fn elements(leaf: &Leaf) -> impl Iterator<Item = (&[Step], &[Step])> {
    let steps = leaf.path.steps();
    let indices = (0..steps.len()).filter(|&at| matches!(steps[at], Step::Element(_)));
    indices.map(|at| (&steps[..at], &steps[..=at]))
}

/// The leaves of both sides without those that are padding to the other. Where each side has some, fields have moved, unless
/// all of them have names of padding.
pub(super) fn beside_padding(c: Flat<'_>, rust: Flat<'_>) -> (Vec<usize>, Vec<usize>) {
    let (mut c_aside, mut rust_aside) = (c.in_padding_of(rust), rust.in_padding_of(c));
    if !c_aside.is_empty() && !rust_aside.is_empty() {
        let padding = |leaves: &[Leaf], aside: &BTreeSet<usize>| {
            aside.iter().all(|&index| names_padding(&leaves[index].path))
        };
        if !padding(c.leaves, &c_aside) || !padding(rust.leaves, &rust_aside) {
            (c_aside, rust_aside) = Default::default();
        }
    }
    let rest = |count: usize, aside: &BTreeSet<usize>| {
        (0..count)
            .filter(|index| !aside.contains(index))
            .collect::<Vec<_>>()
    };
    (
        rest(c.leaves.len(), &c_aside),
        rest(rust.leaves.len(), &rust_aside),
    )
}

/// Whether a field's name is one that people and generators give to padding.
pub(super) fn names_padding(path: &Path) -> bool {
    let names = path.steps().iter().rev().find_map(|step| match step {
        Step::Field(name) => Some(name.to_ascii_lowercase()),
        _ => None,
    });
    let name = names.unwrap_or_default();
    let known = ["pad", "reserved", "unused", "fill", "spare"];
    known.iter().any(|word| name.contains(word))
}
