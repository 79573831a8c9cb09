//! Layouts as a compiler laid them out: size, alignment, and every field to the bit.
//!
//! A [`LayoutTable`] is a graph, because types may be recursive through pointers. [`LayoutTable::leaves`]
//! flattens one type into the scalars that carry its value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::path::{Path, Step};
use crate::units::{Bits, Bytes};

/// An index into [`LayoutTable::types`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypeId(pub usize);

/// The layout of one type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Layout {
    /// The name the compiler gives the type (`struct pair`, `Pair`, `long int`), for people only.
    pub name: String,
    /// Size in bytes, trailing padding included. Zero for an incomplete type.
    pub size: Bytes,
    /// Alignment in bytes where the source of evidence has it.
    pub align: Option<Bytes>,
    pub shape: Shape,
}

/// What a type is made of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Shape {
    Scalar(Scalar),
    /// `length` elements one after the other. Vectors are arrays with `vector` set.
    Array {
        element: TypeId,
        length: u64,
        vector: bool,
    },
    Struct {
        fields: Vec<Field>,
    },
    Union {
        fields: Vec<Field>,
    },
    /// A Rust enum whose variants carry fields, other than the pointer niche (that is a nullable
    /// pointer scalar). `tag` is the discriminant; `variants` are structs.
    Variants {
        tag: Option<Field>,
        variants: Vec<Field>,
    },
    /// The type of a function, which only pointers lead to. `result` is `None` for `void`. What follows the named
    /// parameters of a variadic function has no type.
    Function {
        params: Vec<TypeId>,
        result: Option<TypeId>,
    },
    /// Declared only: an opaque handle.
    Incomplete,
}

/// A field, with its place in the enclosing type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Field {
    /// Empty for an anonymous member.
    pub name: String,
    /// Offset in bits from the start of the enclosing type, from the least significant bit of its byte.
    pub offset: Bits,
    /// Width in bits: the size of the type, or of the bit-field.
    pub width: Bits,
    pub bit_field: bool,
    pub ty: TypeId,
}

/// The interpretation of a run of bits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Scalar {
    /// 0 or 1.
    Bool,
    Integer {
        signed: bool,
    },
    /// Rust `char`.
    UnicodeScalar,
    /// IEEE or x87 by the width of the leaf: 16, 32, 64, 128 bits, in their bit patterns. x87 has a
    /// size of 16 bytes of which 10 carry the value.
    Float {
        x87: bool,
    },
    /// `to` is `None` for `void *`. With `function` it is the type of the function, a [`Shape::Function`], where the
    /// source of evidence has it. `constant`: its declaration does not allow to write through it (`const T *`, `&T`).
    Pointer {
        to: Option<TypeId>,
        function: bool,
        constant: bool,
    },
    /// A C-like enum with its values.
    Enumeration {
        signed: bool,
        values: Vec<(String, i128)>,
    },
}

/// The types of one function's parameters and result.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct FunctionTypes {
    pub params: Vec<TypeId>,
    /// `None` for `void`.
    pub result: Option<TypeId>,
}

/// All layouts that one artifact's debug information describes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct LayoutTable {
    pub types: Vec<Layout>,
    /// By link symbol.
    pub functions: BTreeMap<String, FunctionTypes>,
    /// Types named by `same`, in order.
    pub same: Vec<TypeId>,
    /// Types of global variables, by link symbol.
    pub data: BTreeMap<String, TypeId>,
}

/// One scalar of a flattened type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Leaf {
    /// The way from the outer type; empty for a bare scalar.
    pub path: Path,
    /// From the start of the outer type.
    pub offset: Bits,
    pub width: Bits,
    pub kind: LeafKind,
    /// Whether it is a bit-field of C.
    #[serde(default)]
    pub bit_field: bool,
}

/// What a leaf holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum LeafKind {
    Scalar(Scalar),
    /// A union or a data-carrying enum: bytes whose meaning depends on the member in use. `mask` has a
    /// bit set for each bit that some member covers, byte by byte.
    Bytes {
        mask: Vec<u8>,
    },
}

/// Arrays longer than this stay one leaf of bytes, so that `char buf[4096]` does not become 4,096 rows.
const MAX_FLATTENED_ELEMENTS: u64 = 64;

impl LayoutTable {
    /// The layout behind an id.
    pub fn get(&self, id: TypeId) -> &Layout {
        &self.types[id.0]
    }

    /// The scalars that carry the value of a type, in order of offset as declared. Types without
    /// size, and incomplete ones, have none.
    pub fn leaves(&self, id: TypeId) -> Vec<Leaf> {
        self.typed_leaves(id).into_iter().map(|(leaf, _)| leaf).collect()
    }

    /// The same, each with its own type: of a leaf of bytes the union, enum or long array.
    pub(crate) fn typed_leaves(&self, id: TypeId) -> Vec<(Leaf, TypeId)> {
        let mut leaves = Vec::new();
        self.flatten(id, &Path::WHOLE, Bits(0), &mut leaves);
        leaves
    }

    /// The types of the fields around a leaf, from the outermost: those of `a` and `a.b` for `a.b.c`.
    pub(crate) fn around(&self, id: TypeId, path: &Path) -> Vec<TypeId> {
        let mut types = Vec::new();
        self.descend(id, path.steps(), &mut types);
        types
    }

    /// Follows steps through fields and elements; whether all of them were found.
    fn descend(&self, id: TypeId, steps: &[Step], types: &mut Vec<TypeId>) -> bool {
        let Some((step, rest)) = steps.split_first() else {
            return true;
        };
        let before = types.len();
        let mut enter = |ty: TypeId, steps: &[Step], is_step: bool| {
            if is_step && !steps.is_empty() {
                types.push(ty);
            }
            let found = self.descend(ty, steps, types);
            if !found {
                types.truncate(before);
            }
            found
        };
        match (&self.get(id).shape, step) {
            (Shape::Array { element, .. }, Step::Element(_)) => enter(*element, rest, true),
            (Shape::Struct { fields } | Shape::Union { fields }, _) => fields.iter().any(|field| {
                // As in [`LayoutTable::leaves`] a newtype's field and one without a name are no steps.
                let unnamed = field.name.is_empty() || field.name == "0" && fields.len() == 1;
                match step {
                    _ if unnamed => enter(field.ty, steps, false),
                    Step::Field(name) if *name == field.name => enter(field.ty, rest, true),
                    _ => false,
                }
            }),
            _ => false,
        }
    }

    /// A struct's own fields that take no bytes: arrays without elements, and flexible ones.
    pub(crate) fn hollow_fields(&self, id: TypeId) -> Vec<Leaf> {
        match &self.get(id).shape {
            Shape::Struct { fields } => fields
                .iter()
                .filter(|field| field.width == Bits(0) && !field.name.is_empty())
                .map(|field| Leaf {
                    path: Path::WHOLE.field(&field.name),
                    offset: field.offset,
                    width: Bits(0),
                    kind: LeafKind::Bytes { mask: Vec::new() },
                    bit_field: false,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// A bit set for each bit that only some members of a union cover, or some variants of an enum with fields. In a value that
    /// somebody's code has made nobody knows which member was written, and the bits of the others have no value (C17 6.2.6.1,
    /// paragraph 7; in Rust they are uninitialised).
    pub fn unsettled_mask(&self, id: TypeId) -> Vec<u8> {
        let settled = self.settled_mask(id);
        let all = self.value_mask(id);
        all.iter()
            .zip(&settled)
            .map(|(all, settled)| all & !settled)
            .collect()
    }

    fn settled_mask(&self, id: TypeId) -> Vec<u8> {
        let layout = self.get(id);
        let size = layout.size.0 as usize;
        let of = |member: &Field| {
            let mut leaves = Vec::new();
            self.flatten_field(member, &Path::WHOLE, Bits(0), &mut leaves);
            let mut covered = vec![0; size];
            for (mut leaf, ty) in leaves {
                if let LeafKind::Bytes { mask } = &mut leaf.kind {
                    *mask = self.settled_mask(ty);
                }
                leaf.cover(&mut covered);
            }
            covered
        };
        let join = |members: &[Field], with: fn(u8, u8) -> u8| -> Vec<u8> {
            let masks = members.iter().map(of);
            let pairwise = |one: Vec<u8>, other: Vec<u8>| {
                let pairs = one.iter().zip(&other);
                pairs.map(|(one, other)| with(*one, *other)).collect()
            };
            masks.reduce(pairwise).unwrap_or_else(|| vec![0; size])
        };
        match &layout.shape {
            Shape::Struct { fields } => join(fields, |one, other| one | other),
            Shape::Union { fields } => join(fields, |one, other| one & other),
            Shape::Variants { tag, variants } => {
                let mut mask = join(variants, |one, other| one & other);
                for (byte, tag) in mask.iter_mut().zip(tag.as_ref().map(of).unwrap_or_default()) {
                    *byte |= tag;
                }
                mask
            }
            Shape::Array { element, length, .. } => self.settled_mask(*element).repeat(*length as usize),
            Shape::Scalar(_) | Shape::Function { .. } | Shape::Incomplete => self.value_mask(id),
        }
    }

    /// A bit set for each bit of the type that carries a value; clear bits are padding.
    pub fn value_mask(&self, id: TypeId) -> Vec<u8> {
        let size = self.get(id).size.0 as usize;
        let mut mask = vec![0u8; size];
        for leaf in self.leaves(id) {
            leaf.cover(&mut mask);
        }
        mask
    }

    fn flatten(&self, id: TypeId, path: &Path, base: Bits, leaves: &mut Vec<(Leaf, TypeId)>) {
        let layout = self.get(id);
        match &layout.shape {
            Shape::Scalar(scalar) => {
                let width = match scalar {
                    Scalar::Float { x87: true } => Bits(80),
                    _ => layout.size.bits(),
                };
                let leaf = Leaf {
                    path: path.clone(),
                    offset: base,
                    width,
                    kind: LeafKind::Scalar(scalar.clone()),
                    bit_field: false,
                };
                leaves.push((leaf, id));
            }
            Shape::Array { element, length, .. } => {
                let stride = self.get(*element).size.bits();
                if *length > MAX_FLATTENED_ELEMENTS {
                    let one = self.value_mask(*element);
                    let mask = one.repeat(*length as usize);
                    let leaf = Leaf {
                        path: path.clone(),
                        offset: base,
                        width: layout.size.bits(),
                        kind: LeafKind::Bytes { mask },
                        bit_field: false,
                    };
                    leaves.push((leaf, id));
                    return;
                }
                for index in 0..*length {
                    let at = Bits(base.0 + index * stride.0);
                    self.flatten(*element, &path.then(Step::Element(index)), at, leaves);
                }
            }
            Shape::Struct { fields } => {
                // The field of a newtype has no name of its own.
                if let [field] = fields.as_slice()
                    && field.name == "0"
                {
                    self.flatten(field.ty, path, base + field.offset, leaves);
                    return;
                }
                for field in fields {
                    self.flatten_field(field, path, base, leaves);
                }
            }
            Shape::Union { fields } => {
                let mask = self.member_mask(layout.size, fields.iter());
                let leaf = Leaf {
                    path: path.clone(),
                    offset: base,
                    width: layout.size.bits(),
                    kind: LeafKind::Bytes { mask },
                    bit_field: false,
                };
                leaves.push((leaf, id));
            }
            Shape::Variants { tag, variants } => {
                let mask = self.member_mask(layout.size, tag.iter().chain(variants));
                let leaf = Leaf {
                    path: path.clone(),
                    offset: base,
                    width: layout.size.bits(),
                    kind: LeafKind::Bytes { mask },
                    bit_field: false,
                };
                leaves.push((leaf, id));
            }
            Shape::Function { .. } | Shape::Incomplete => {}
        }
    }

    fn flatten_field(&self, field: &Field, path: &Path, base: Bits, leaves: &mut Vec<(Leaf, TypeId)>) {
        let path = path.field(&field.name);
        let offset = base + field.offset;
        match &self.get(field.ty).shape {
            Shape::Scalar(scalar) if field.bit_field => {
                let leaf = Leaf {
                    path,
                    offset,
                    width: field.width,
                    kind: LeafKind::Scalar(scalar.clone()),
                    bit_field: true,
                };
                leaves.push((leaf, field.ty));
            }
            _ => self.flatten(field.ty, &path, offset, leaves),
        }
    }

    fn member_mask<'a>(&self, size: Bytes, members: impl Iterator<Item = &'a Field>) -> Vec<u8> {
        let mut mask = vec![0u8; size.0 as usize];
        for member in members {
            let mut leaves = Vec::new();
            self.flatten_field(member, &Path::WHOLE, Bits(0), &mut leaves);
            for (leaf, _) in leaves {
                leaf.cover(&mut mask);
            }
        }
        mask
    }
}

impl Leaf {
    /// Leaves out of the leaf what is set in `bits`, a bit map of the outer type.
    pub fn leave_out(&mut self, bits: &[u8]) {
        let mut own = vec![0; bits.len()];
        self.cover(&mut own);
        if own.iter().zip(bits).all(|(own, out)| own & out == 0) {
            return;
        }
        let mut mask = vec![0; self.width.bytes_ceil().0 as usize];
        for bit in 0..self.width.0 {
            let at = Bits(self.offset.0 + bit);
            let byte = at.byte() as usize;
            let kept = own
                .get(byte)
                .zip(bits.get(byte))
                .map_or(0, |(own, out)| own & !out);
            mask[(bit / 8) as usize] |= (kept >> at.in_byte() & 1) << (bit % 8);
        }
        self.kind = LeafKind::Bytes { mask };
    }

    /// Sets the bits of `mask`, a bit map of the outer type, that this leaf's value occupies.
    /// Bits past the end of `mask` are ignored.
    pub fn cover(&self, mask: &mut [u8]) {
        for bit in 0..self.width.0 {
            let set = match &self.kind {
                LeafKind::Scalar(_) => true,
                LeafKind::Bytes { mask } => mask
                    .get((bit / 8) as usize)
                    .is_some_and(|byte| byte >> (bit % 8) & 1 == 1),
            };
            let at = Bits(self.offset.0 + bit);
            if let Some(byte) = mask.get_mut(at.byte() as usize).filter(|_| set) {
                *byte |= 1 << at.in_byte();
            }
        }
    }
}

/// Size and alignment of one type, as the compiler evaluated `sizeof`/`_Alignof` or
/// `size_of`/`align_of`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SizeAlign {
    pub size: Bytes,
    pub align: Bytes,
}

#[cfg(test)]
mod tests;
