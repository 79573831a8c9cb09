//! What lies inside a leaf of bytes: members of unions, elements of long arrays, variants of enums.

use super::pair::one_field_by_name;
use super::{Comparison, Compatibility, Reached, TypeDifference, TypeDifferenceKind, compare_scalars};
use crate::fact::Fact;
use crate::layout::{Field, LayoutTable, Leaf, LeafKind, Scalar, Shape, TypeId};
use crate::path::{Path, Step};
use crate::units::Bits;

/// A type inside a type is followed this far; deeper nesting is not written by people.
const MAX_DEPTH: usize = 32;

impl Comparison<'_> {
    /// Compares what two leaves of bytes are made of.
    pub(super) fn inside(&mut self, c_id: TypeId, rust_id: TypeId, place: &Path) {
        let (c, rust) = (self.c.get(c_id), self.rust.get(rust_id));
        match (&c.shape, &rust.shape) {
            (Shape::Array { element: c, .. }, Shape::Array { element: rust, .. }) => {
                self.types(*c, *rust, place.then(Step::Element(0)), Reached::Directly);
            }
            (Shape::Union { fields: c }, Shape::Union { fields: rust }) => self.unions(c, rust, place),
            (Shape::Scalar(Scalar::Pointer { .. }), _) | (_, Shape::Scalar(Scalar::Pointer { .. })) => {
                let names = (c.name.clone(), rust.name.clone());
                self.value_against_address(c_id, rust_id, place, &names);
            }
            (_, Shape::Variants { .. }) => {
                let names = (c.name.clone(), rust.name.clone());
                self.variants(c_id, rust_id, place, &names);
            }
            _ => {}
        }
    }

    /// Members of one name are compared; of the rest each needs some member of the other side that it agrees
    /// with. Members that only one side has are no difference: the size tells whether they all fit.
    fn unions(&mut self, c: &[Field], rust: &[Field], place: &Path) {
        let path = |name: &str| Path::WHOLE.field(name);
        let named = |fields: &[Field], name: &str| {
            fields
                .iter()
                .position(|field| !name.is_empty() && one_field_by_name(&path(&field.name), &path(name)))
        };
        let mut c_rest = Vec::new();
        let mut rust_rest: Vec<usize> = (0..rust.len()).collect();
        for (index, member) in c.iter().enumerate() {
            match named(rust, &member.name) {
                Some(partner) => {
                    rust_rest.retain(|&other| other != partner);
                    let found = self.member(member, &rust[partner], place);
                    self.differences.extend(found);
                }
                None => c_rest.push(index),
            }
        }
        c_rest.retain(|&index| {
            !rust
                .iter()
                .any(|other| self.member(&c[index], other, place).is_empty())
        });
        rust_rest.retain(|&index| {
            !c.iter()
                .any(|other| self.member(other, &rust[index], place).is_empty())
        });
        for (c_index, rust_index) in c_rest.into_iter().zip(rust_rest) {
            let found = self.member(&c[c_index], &rust[rust_index], place);
            self.differences.extend(found);
        }
    }

    /// The differences of two members, apart from the rest.
    fn member(&mut self, c: &Field, rust: &Field, place: &Path) -> Vec<TypeDifference> {
        let mut one = Comparison {
            c: self.c,
            rust: self.rust,
            with_length: self.with_length,
            seen: self.seen.clone(),
            differences: Vec::new(),
        };
        // Two types that were compared further out may differ; what they differ in decides here too.
        one.seen.remove(&(c.ty, rust.ty));
        let place = place.field(&c.name);
        if c.bit_field || rust.bit_field {
            if c.width != rust.width {
                let [in_c, in_rust] = [c.width, rust.width].map(|bits| Fact::Width { bits });
                let names = (self.c.get(c.ty).name.clone(), self.rust.get(rust.ty).name.clone());
                one.push(TypeDifferenceKind::Width, &place, in_c, in_rust, &names, false);
            }
        } else {
            one.types(c.ty, rust.ty, place, Reached::Directly);
        }
        one.differences
            .retain(|difference| difference.kind != TypeDifferenceKind::InPadding);
        // What agrees need not be looked at again.
        if one.differences.is_empty() {
            self.seen = one.seen;
        }
        one.differences
    }

    /// A Rust enum with fields against C's tag and union: each scalar of each variant needs a scalar of C in its
    /// place, or bytes that hold it.
    pub(super) fn variants(&mut self, c_id: TypeId, rust_id: TypeId, path: &Path, names: &(String, String)) {
        let mut rust = Vec::new();
        let has_variants = scalars(self.rust, rust_id, Bits(0), &Path::WHOLE, 0, &mut rust);
        if !has_variants {
            return;
        }
        let mut c = Vec::new();
        scalars(self.c, c_id, Bits(0), &Path::WHOLE, 0, &mut c);
        for leaf in &rust {
            let LeafKind::Scalar(scalar) = &leaf.kind else {
                continue;
            };
            let here: Vec<&Leaf> = c
                .iter()
                .filter(|other| other.offset == leaf.offset && other.width == leaf.width)
                .collect();
            let agrees = |other: &&Leaf| match &other.kind {
                LeafKind::Scalar(other) => {
                    !matches!(compare_scalars(other, scalar), Compatibility::Different { .. })
                }
                LeafKind::Bytes { .. } => true,
            };
            let in_bytes = c.iter().any(|other| {
                other.width == Bits(8)
                    && matches!(other.kind, LeafKind::Scalar(Scalar::Integer { .. }))
                    && other.offset.0 >= leaf.offset.0
                    && other.offset.0 < leaf.offset.0 + leaf.width.0
            });
            if here.iter().any(agrees) || in_bytes {
                continue;
            }
            let place = path.join(&leaf.path);
            let in_c = match here.first() {
                Some(other) => Fact::leaf(other),
                None => Fact::NothingThere {
                    offset_bits: leaf.offset,
                    width_bits: leaf.width,
                },
            };
            let kind = match here.first() {
                Some(_) => TypeDifferenceKind::Kind,
                None => TypeDifferenceKind::Missing,
            };
            let in_rust = Fact::leaf(leaf);
            self.push(kind, &place, in_c, in_rust, names, false);
        }
    }
}

/// Every scalar that a type may hold, through unions and variants; of an array the first element and the last.
/// Answers whether there are variants among them.
fn scalars(
    table: &LayoutTable,
    id: TypeId,
    base: Bits,
    path: &Path,
    depth: usize,
    found: &mut Vec<Leaf>,
) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let fields = |fields: &mut dyn Iterator<Item = &Field>, found: &mut Vec<Leaf>| {
        let mut any = false;
        for field in fields {
            let path = path.field(&field.name);
            let offset = base + field.offset;
            match &table.get(field.ty).shape {
                Shape::Scalar(scalar) => found.push(Leaf {
                    path,
                    offset,
                    width: field.width,
                    kind: LeafKind::Scalar(scalar.clone()),
                    bit_field: false,
                }),
                _ => any |= scalars(table, field.ty, offset, &path, depth + 1, found),
            }
        }
        any
    };
    match &table.get(id).shape {
        Shape::Scalar(scalar) => {
            found.push(Leaf {
                path: path.clone(),
                offset: base,
                width: table.get(id).size.bits(),
                kind: LeafKind::Scalar(scalar.clone()),
                bit_field: false,
            });
            false
        }
        Shape::Struct { fields: members } | Shape::Union { fields: members } => {
            fields(&mut members.iter(), found)
        }
        Shape::Variants { tag, variants } => {
            fields(&mut tag.iter().chain(variants), found);
            true
        }
        Shape::Array { element, length, .. } => {
            let stride = table.get(*element).size.bits();
            let mut any = false;
            for index in 0..(*length).min(64) {
                let at = Bits(base.0 + index * stride.0);
                any |= scalars(
                    table,
                    *element,
                    at,
                    &path.then(Step::Element(index)),
                    depth + 1,
                    found,
                );
            }
            any
        }
        Shape::Function { .. } | Shape::Incomplete => false,
    }
}
