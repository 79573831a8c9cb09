//! What differs between two layouts or two lowerings, as data; whether it matters is the judge's business.

use std::collections::BTreeSet;

use crate::layout::{Layout, LayoutTable, Leaf, LeafKind, Scalar, Shape, TypeId};
use crate::units::Bytes;

mod lowering;
mod members;
mod pair;
mod scalar;
#[cfg(test)]
mod tests;

pub use lowering::{ArgumentSlots, SlotDifference, SlotDifferenceKind, attribute, compare_slots};
pub use pair::{common_bytes, pair_leaves};
use pair::{covers_the_same, place_of};
pub use scalar::{Compatibility, compare_scalars};

/// How two types differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TypeDifferenceKind {
    Size,
    Align,
    /// A field lies elsewhere.
    Offset,
    /// A field has another width.
    Width,
    /// A field that only one side has.
    Missing,
    /// Another kind of scalar: a float against an integer.
    Kind,
    /// The same kind of machine value with other values allowed: a bool against an integer.
    Domain,
}

/// One difference between the C and the Rust view of a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeDifference {
    pub kind: TypeDifferenceKind,
    /// The way from the outer type, with `*` for each pointer followed: `*node.next`. Empty for the
    /// type itself.
    pub path: String,
    /// What each side has there.
    pub c: String,
    pub rust: String,
    /// Names of the two enclosing types, as their compilers have them.
    pub types: (String, String),
    /// The difference is only in what the languages promise; the machine does the same.
    pub contract_only: bool,
}

/// All differences between two types, followed through pointers.
pub fn compare_types(
    c: &LayoutTable,
    c_id: TypeId,
    rust: &LayoutTable,
    rust_id: TypeId,
) -> Vec<TypeDifference> {
    let mut comparison = Comparison {
        c,
        rust,
        seen: BTreeSet::new(),
        differences: Vec::new(),
    };
    comparison.types(c_id, rust_id, String::new());
    comparison.differences
}

struct Comparison<'a> {
    c: &'a LayoutTable,
    rust: &'a LayoutTable,
    seen: BTreeSet<(TypeId, TypeId)>,
    differences: Vec<TypeDifference>,
}

impl Comparison<'_> {
    fn types(&mut self, c_id: TypeId, rust_id: TypeId, path: String) {
        if !self.seen.insert((c_id, rust_id)) {
            return;
        }
        let names = (self.c.get(c_id).name.clone(), self.rust.get(rust_id).name.clone());
        let (c, rust) = (self.c.get(c_id), self.rust.get(rust_id));
        if matches!(c.shape, Shape::Incomplete) || matches!(rust.shape, Shape::Incomplete) {
            return;
        }
        // Behind a pointer a type without size is an opaque handle: `struct { _private: [u8; 0] }`.
        if path.starts_with('*') && (c.size.0 == 0 || rust.size.0 == 0) {
            return;
        }
        if self.value_against_address(c, rust, &path, &names) {
            return;
        }
        if let Some((c_element, rust_element)) = self.array_behind_pointer(c_id, rust_id, &path) {
            self.types(c_element, rust_element, path);
            return;
        }
        let (c_leaves, c_types): (Vec<_>, Vec<_>) = self.c.typed_leaves(c_id).into_iter().unzip();
        let (rust_leaves, rust_types): (Vec<_>, Vec<_>) = self.rust.typed_leaves(rust_id).into_iter().unzip();
        if let (Some(c_align), Some(rust_align)) = (c.align, rust.align)
            && c_align != rust_align
            && path.starts_with('*')
        {
            // Of what crosses by value the compilers' own constants tell the alignment.
            let (c, rust) = (format!("{c_align} bytes"), format!("{rust_align} bytes"));
            self.push(TypeDifferenceKind::Align, &path, c, rust, &names, false);
        }
        let scalars = is_scalar(&c.shape) && is_scalar(&rust.shape);
        if c.size != rust.size && !scalars {
            self.push(
                TypeDifferenceKind::Size,
                &path,
                format!("{} bytes", c.size),
                format!("{} bytes", rust.size),
                &names,
                false,
            );
        }
        if let (
            Shape::Array {
                element: c, length, ..
            },
            Shape::Array {
                element: rust,
                length: other,
                ..
            },
        ) = (&c.shape, &rust.shape)
            && length != other
        {
            // The sizes tell the lengths; the elements are compared once.
            self.types(*c, *rust, join(&path, "[0]"));
            return;
        }
        let pairs = self.pair_leaves(&path, &c_leaves, &rust_leaves, &names);
        if pairs.is_empty() && !c_leaves.is_empty() {
            self.variants(c_id, rust_id, &path, &names);
        }
        for (c_index, rust_index) in pairs {
            let (c_leaf, rust_leaf) = (&c_leaves[c_index], &rust_leaves[rust_index]);
            self.leaves(&path, c_leaf, rust_leaf, &names);
            if c_leaf.width == rust_leaf.width {
                let place = join(&path, &c_leaf.path);
                self.inside(c_types[c_index], rust_types[rust_index], &place);
            }
        }
    }

    /// A pointer to one element and a pointer to an array of them are one in C, where arrays decay.
    fn array_behind_pointer(&self, c_id: TypeId, rust_id: TypeId, path: &str) -> Option<(TypeId, TypeId)> {
        if !path.starts_with('*') {
            return None;
        }
        let element = |layout: &Layout| match layout.shape {
            Shape::Array {
                element,
                vector: false,
                ..
            } => Some(element),
            _ => None,
        };
        let (c, rust) = (self.c.get(c_id), self.rust.get(rust_id));
        match (element(c), element(rust)) {
            (None, Some(element)) if c.size == self.rust.get(element).size => Some((c_id, element)),
            (Some(element), None) if rust.size == self.c.get(element).size => Some((element, rust_id)),
            _ => None,
        }
    }

    /// An aggregate on one side and a pointer on the other: one difference, not one for each field. Whether the
    /// machine notices is for the slots to say.
    fn value_against_address(
        &mut self,
        c: &Layout,
        rust: &Layout,
        path: &str,
        names: &(String, String),
    ) -> bool {
        let pointer = |layout: &Layout| matches!(layout.shape, Shape::Scalar(Scalar::Pointer { .. }));
        let aggregate = |layout: &Layout| !is_scalar(&layout.shape) && layout.size != Bytes(0);
        if !(pointer(c) && aggregate(rust) || aggregate(c) && pointer(rust)) {
            return false;
        }
        // `core::ffi::VaList` is specified to be what C passes as `va_list`, which decays to a pointer.
        if rust.name.starts_with("VaList") {
            return true;
        }
        // A struct around one pointer is compared leaf by leaf.
        if c.size == rust.size {
            return false;
        }
        let show = |layout: &Layout| {
            if pointer(layout) {
                "pointer".to_owned()
            } else {
                format!("{} bytes by value", layout.size)
            }
        };
        self.push(TypeDifferenceKind::Kind, path, show(c), show(rust), names, true);
        true
    }

    /// Pairs leaves by name where both sides use the same names, else by position; what stays alone is
    /// reported here.
    fn pair_leaves(
        &mut self,
        path: &str,
        c: &[Leaf],
        rust: &[Leaf],
        names: &(String, String),
    ) -> Vec<(usize, usize)> {
        if let Some(pairs) = pair_leaves(c, rust) {
            return pairs;
        }
        let c_paths: BTreeSet<&str> = c.iter().map(|leaf| leaf.path.as_str()).collect();
        let rust_paths: BTreeSet<&str> = rust.iter().map(|leaf| leaf.path.as_str()).collect();
        let unique = c_paths.len() == c.len() && rust_paths.len() == rust.len();
        if covers_the_same(c, rust) {
            return Vec::new();
        }
        // Where the names tell which field is missing, the rest is still paired by name.
        let common: Vec<_> = c
            .iter()
            .enumerate()
            .filter_map(|(index, leaf)| Some((index, place_of(rust, &leaf.path)?)))
            .collect();
        if unique && !common.is_empty() {
            for leaf in c.iter().filter(|leaf| !rust_paths.contains(leaf.path.as_str())) {
                self.missing(path, Some(leaf), None, names);
            }
            for leaf in rust.iter().filter(|leaf| !c_paths.contains(leaf.path.as_str())) {
                self.missing(path, None, Some(leaf), names);
            }
            return common;
        }
        let shorter = c.len().min(rust.len());
        for leaf in &c[shorter..] {
            self.missing(path, Some(leaf), None, names);
        }
        for leaf in &rust[shorter..] {
            self.missing(path, None, Some(leaf), names);
        }
        (0..shorter).map(|index| (index, index)).collect()
    }

    fn missing(&mut self, path: &str, c: Option<&Leaf>, rust: Option<&Leaf>, names: &(String, String)) {
        let show = |leaf: Option<&Leaf>| leaf.map_or("no such field".to_owned(), describe_leaf);
        let inner = c.or(rust).map(|leaf| leaf.path.as_str()).unwrap_or_default();
        self.push(
            TypeDifferenceKind::Missing,
            &join(path, inner),
            show(c),
            show(rust),
            names,
            false,
        );
    }

    fn leaves(&mut self, path: &str, c: &Leaf, rust: &Leaf, names: &(String, String)) {
        let place = join(path, &c.path);
        if c.offset != rust.offset {
            self.push(
                TypeDifferenceKind::Offset,
                &place,
                format!("byte {}", c.offset),
                format!("byte {}", rust.offset),
                names,
                false,
            );
        }
        if c.width != rust.width {
            self.push(
                TypeDifferenceKind::Width,
                &place,
                format!("{} bits", c.width.0),
                format!("{} bits", rust.width.0),
                names,
                false,
            );
        }
        let (LeafKind::Scalar(c_scalar), LeafKind::Scalar(rust_scalar)) = (&c.kind, &rust.kind) else {
            if let (LeafKind::Bytes { mask: c_mask }, LeafKind::Bytes { mask: rust_mask }) =
                (&c.kind, &rust.kind)
                && c_mask != rust_mask
                && c.width == rust.width
            {
                let show = |mask: &[u8]| {
                    let bits: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
                    format!("{bits} bits in use")
                };
                self.push(
                    TypeDifferenceKind::Width,
                    &place,
                    show(c_mask),
                    show(rust_mask),
                    names,
                    false,
                );
            }
            return;
        };
        match compare_scalars(c_scalar, rust_scalar) {
            Compatibility::Same => {}
            Compatibility::Domain { c, rust } => {
                self.push(TypeDifferenceKind::Domain, &place, c, rust, names, true);
            }
            Compatibility::Different { contract_only } => {
                let c_text = describe_scalar(c_scalar, c.width.0);
                let rust_text = describe_scalar(rust_scalar, rust.width.0);
                self.push(
                    TypeDifferenceKind::Kind,
                    &place,
                    c_text,
                    rust_text,
                    names,
                    contract_only,
                );
            }
        }
        self.pointees(c_scalar, rust_scalar, &place);
    }

    fn pointees(&mut self, c: &Scalar, rust: &Scalar, place: &str) {
        let (
            Scalar::Pointer { to: Some(c_to), .. },
            Scalar::Pointer {
                to: Some(rust_to), ..
            },
        ) = (c, rust)
        else {
            return;
        };
        // A pointer to characters or bytes may stand for any buffer (C 6.5p7 lets it alias everything). Against
        // another type of one byte, a bool, it is an array of that type.
        let one_byte = |layout: &Layout| layout.size == Bytes(1) && is_scalar(&layout.shape);
        if one_byte(self.c.get(*c_to)) && one_byte(self.rust.get(*rust_to)) {
            self.types(*c_to, *rust_to, format!("*{place}"));
            return;
        }
        if is_byte(self.c, *c_to) || is_byte(self.rust, *rust_to) {
            return;
        }
        self.types(*c_to, *rust_to, format!("*{place}"));
    }

    fn push(
        &mut self,
        kind: TypeDifferenceKind,
        path: &str,
        c: String,
        rust: String,
        types: &(String, String),
        contract_only: bool,
    ) {
        self.differences.push(TypeDifference {
            kind,
            path: path.to_owned(),
            c,
            rust,
            types: types.clone(),
            contract_only,
        });
    }
}

fn is_scalar(shape: &Shape) -> bool {
    matches!(shape, Shape::Scalar(_))
}

fn is_byte(table: &LayoutTable, id: TypeId) -> bool {
    let layout = table.get(id);
    layout.size.0 == 1 && matches!(layout.shape, Shape::Scalar(Scalar::Integer { .. }))
}

fn join(path: &str, inner: &str) -> String {
    match (path.is_empty(), inner.is_empty()) {
        (true, _) => inner.to_owned(),
        (_, true) => path.to_owned(),
        _ if inner.starts_with('[') => format!("{path}{inner}"),
        _ => format!("{path}.{inner}"),
    }
}

/// `byte 4, 32 bits, signed integer`
pub fn describe_leaf(leaf: &Leaf) -> String {
    let kind = match &leaf.kind {
        LeafKind::Scalar(scalar) => describe_scalar(scalar, leaf.width.0),
        LeafKind::Bytes { .. } => format!("{} bytes of a union", leaf.width.bytes_ceil()),
    };
    format!("byte {}, {kind}", leaf.offset)
}

/// `32-bit signed integer`
pub fn describe_scalar(scalar: &Scalar, width: u64) -> String {
    match scalar {
        Scalar::Bool => "bool".to_owned(),
        Scalar::Integer { signed: true } => format!("{width}-bit signed integer"),
        Scalar::Integer { signed: false } => format!("{width}-bit unsigned integer"),
        Scalar::UnicodeScalar => "Unicode scalar value".to_owned(),
        Scalar::Float { x87: true } => "x87 extended float".to_owned(),
        Scalar::Float { x87: false } => format!("{width}-bit float"),
        Scalar::Pointer { function: true, .. } => "function pointer".to_owned(),
        Scalar::Pointer { function: false, .. } => "pointer".to_owned(),
        Scalar::Enumeration { values, .. } => format!("{width}-bit enum of {} values", values.len()),
    }
}
