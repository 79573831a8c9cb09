//! Where values lie in an arena, and what is read there after a call.

use crate::facts::{Place, Root};
use twincall_abi::layout::{Leaf, LeafKind, Scalar};
use twincall_abi::path::{Path, Step};
use twincall_abi::value;

/// Part of the arena that holds a value of a known type, once or several times.
#[derive(Clone, Debug)]
pub(super) struct Region {
    pub(super) root: Root,
    pub(super) at: usize,
    pub(super) count: usize,
    pub(super) stride: usize,
    pub(super) leaves: Vec<Leaf>,
}

/// The bits of one leaf after a call.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Reading {
    pub place: Place,
    /// Little-endian.
    pub bits: Vec<u8>,
    /// Bits of the leaf.
    pub width: u64,
    /// An address, which differs from run to run.
    pub pointer: bool,
    pub float: bool,
}

impl Region {
    pub(super) fn read(&self, arena: &[u8]) -> Vec<Reading> {
        let mut readings = Vec::new();
        for index in 0..self.count {
            let at = self.at + index * self.stride;
            let bytes = arena
                .get(at..(at + self.stride).min(arena.len()))
                .unwrap_or_default();
            for leaf in &self.leaves {
                let element = match self.count > 1 {
                    true => Path::WHOLE.then(Step::Element(index as u64)),
                    false => Path::WHOLE,
                };
                let scalar = match &leaf.kind {
                    LeafKind::Scalar(scalar) => Some(scalar),
                    LeafKind::Bytes { .. } => None,
                };
                readings.push(Reading {
                    place: Place {
                        root: self.root,
                        path: element.join(&leaf.path),
                    },
                    bits: value::load(bytes, leaf),
                    width: leaf.width.0,
                    pointer: matches!(scalar, Some(Scalar::Pointer { .. })),
                    float: matches!(scalar, Some(Scalar::Float { .. })),
                });
            }
        }
        readings
    }
}
