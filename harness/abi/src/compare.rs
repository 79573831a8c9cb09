//! What differs between two layouts or two lowerings, as data; whether it matters is the judge's business.

use std::collections::BTreeSet;

use crate::fact::Fact;
use crate::layout::{Layout, LayoutTable, Leaf, LeafKind, Scalar, Shape, TypeId};
use crate::path::{Path, Step};
use crate::units::Bytes;

mod lowering;
mod members;
mod padding;
mod pair;
mod pointee;
mod scalar;
#[cfg(test)]
mod tests;

pub use lowering::{ArgumentSlots, SlotDifference, SlotDifferenceKind, attribute, compare_slots};
use padding::Flat;
use pair::{Pairing, pairing};
pub use pair::{common_leaves, pair_leaves};
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
    /// What a callback takes or returns as an integer of less than 32 bits is extended otherwise.
    Extension,
    /// A field of one side lies in what is padding to the other, so that the two agree in every byte that both name.
    InPadding,
    /// The value itself on one side, its address on the other. `scalars` is how many scalars the value has.
    ByValue {
        scalars: usize,
    },
}

/// One difference between the C and the Rust view of a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeDifference {
    pub kind: TypeDifferenceKind,
    /// The way from the outer type; empty for the type itself.
    pub path: Path,
    /// What a callback takes or returns as a whole, rather than something inside of it.
    pub of_callback: Option<CallbackValue>,
    /// What each side has there.
    pub c: Fact,
    pub rust: Fact,
    /// Names of the two enclosing types, as their compilers have them.
    pub types: (String, String),
    /// The difference is only in what the languages promise; the machine does the same.
    pub contract_only: bool,
}

/// What a callback takes, or what it returns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CallbackValue {
    Argument,
    Result,
}

/// All differences between two types, followed through pointers. `with_length` says that a number beside a pointer may tell how
/// much lies behind it, so that bytes on one side may be a view of a buffer of the other's elements.
pub fn compare_types(
    c: &LayoutTable,
    c_id: TypeId,
    rust: &LayoutTable,
    rust_id: TypeId,
    with_length: bool,
) -> Vec<TypeDifference> {
    let mut comparison = Comparison {
        c,
        rust,
        with_length,
        seen: BTreeSet::new(),
        differences: Vec::new(),
    };
    comparison.types(c_id, rust_id, Path::WHOLE, Reached::Directly);
    comparison.differences
}

/// Whether a type may stand for a length: an integer of 32 or 64 bits.
pub fn may_be_length(table: &LayoutTable, id: TypeId) -> bool {
    let layout = table.get(id);
    matches!(layout.size, Bytes(4 | 8)) && matches!(layout.shape, Shape::Scalar(Scalar::Integer { .. }))
}

/// How a type was come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reached {
    /// It crosses itself, or lies in what does.
    Directly,
    /// A pointer leads to it.
    ByPointer,
    /// A callback takes or returns it.
    AsCallbackValue(CallbackValue),
}

struct Comparison<'a> {
    c: &'a LayoutTable,
    rust: &'a LayoutTable,
    with_length: bool,
    seen: BTreeSet<(TypeId, TypeId)>,
    differences: Vec<TypeDifference>,
}

impl Comparison<'_> {
    fn types(&mut self, c_id: TypeId, rust_id: TypeId, path: Path, reached: Reached) {
        if !self.seen.insert((c_id, rust_id)) {
            return;
        }
        let names = (self.c.get(c_id).name.clone(), self.rust.get(rust_id).name.clone());
        let (c, rust) = (self.c.get(c_id), self.rust.get(rust_id));
        if matches!(c.shape, Shape::Incomplete) || matches!(rust.shape, Shape::Incomplete) {
            return;
        }
        let behind = reached == Reached::ByPointer;
        // Behind a pointer a type without size is an opaque handle: `struct { _private: [u8; 0] }`.
        if behind && (c.size.0 == 0 || rust.size.0 == 0) {
            return;
        }
        let (first, outer) = (self.differences.len(), path.clone());
        if matches!(reached, Reached::AsCallbackValue(_)) {
            self.extension(c_id, rust_id, &path, &names);
        }
        self.whole(c_id, rust_id, path, reached, &names);
        if let Reached::AsCallbackValue(value) = reached {
            let scalars = is_scalar(&c.shape) || is_scalar(&rust.shape);
            let whole = |difference: &&mut TypeDifference| scalars && difference.path == outer;
            for difference in self.differences[first..].iter_mut().filter(whole) {
                difference.of_callback.get_or_insert(value);
            }
        }
    }

    /// Small integers are extended by their sign when they are passed (psABI 3.2.3 as compilers read it; wasm Basic C ABI).
    /// Of functions the slots tell how.
    fn extension(&mut self, c_id: TypeId, rust_id: TypeId, path: &Path, names: &(String, String)) {
        let (c, rust) = (self.c.get(c_id), self.rust.get(rust_id));
        // A newtype is passed like what it is around.
        let small = |table: &LayoutTable, id: TypeId| {
            let mut layout = table.get(id);
            while let Shape::Struct { fields } = &layout.shape
                && let [field] = fields.as_slice()
                && field.name == "0"
            {
                layout = table.get(field.ty);
            }
            match layout.shape {
                Shape::Scalar(Scalar::Integer { signed }) if layout.size < Bytes(4) => Some(signed),
                _ => None,
            }
        };
        if let (Some(c_signed), Some(rust_signed)) = (small(self.c, c_id), small(self.rust, rust_id))
            && c.size == rust.size
            && c_signed != rust_signed
        {
            let [c, rust] = [c_signed, rust_signed].map(|signed| Fact::Extended { signed });
            self.push(TypeDifferenceKind::Extension, path, c, rust, names, false);
        }
    }

    fn whole(
        &mut self,
        c_id: TypeId,
        rust_id: TypeId,
        path: Path,
        reached: Reached,
        names: &(String, String),
    ) {
        let (c, rust) = (self.c.get(c_id), self.rust.get(rust_id));
        let behind = reached == Reached::ByPointer;
        if self.value_against_address(c_id, rust_id, &path, names) {
            return;
        }
        if behind && let Some((c_element, rust_element)) = self.array_behind_pointer(c_id, rust_id) {
            self.types(c_element, rust_element, path, reached);
            return;
        }
        let (c_leaves, c_types): (Vec<_>, Vec<_>) = self.c.typed_leaves(c_id).into_iter().unzip();
        let (rust_leaves, rust_types): (Vec<_>, Vec<_>) = self.rust.typed_leaves(rust_id).into_iter().unzip();
        if let (Some(c_align), Some(rust_align)) = (c.align, rust.align)
            && c_align != rust_align
            && reached != Reached::Directly
        {
            // Of what crosses by value the compilers' own constants tell the alignment.
            let [c, rust] = [c_align, rust_align].map(|bytes| Fact::Align { bytes });
            self.push(TypeDifferenceKind::Align, &path, c, rust, names, false);
        }
        let scalars = is_scalar(&c.shape) && is_scalar(&rust.shape);
        if c.size != rust.size && !scalars {
            let [c, rust] = [c.size, rust.size].map(|bytes| Fact::Size { bytes });
            self.push(TypeDifferenceKind::Size, &path, c, rust, names, false);
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
            self.types(*c, *rust, path.then(Step::Element(0)), Reached::Directly);
            return;
        }
        if matches!(rust.shape, Shape::Variants { .. }) && !is_scalar(&c.shape) {
            self.variants(c_id, rust_id, &path, names);
            return;
        }
        let (c_hollow, rust_hollow) = (self.c.hollow_fields(c_id), self.rust.hollow_fields(rust_id));
        let Pairing {
            pairs,
            divided,
            c_alone,
            rust_alone,
            c_in_padding,
            rust_in_padding,
        } = pairing(
            Flat {
                leaves: &c_leaves,
                size: c.size,
                hollow: &c_hollow,
            },
            Flat {
                leaves: &rust_leaves,
                size: rust.size,
                hollow: &rust_hollow,
            },
        );
        for index in c_alone {
            self.missing(&path, Some(&c_leaves[index]), None, names);
        }
        for index in rust_alone {
            self.missing(&path, None, Some(&rust_leaves[index]), names);
        }
        for index in c_in_padding {
            self.in_padding(&path, Some(&c_leaves[index]), None, names);
        }
        for index in rust_in_padding {
            self.in_padding(&path, None, Some(&rust_leaves[index]), names);
        }
        if !divided.is_empty() {
            self.variants(c_id, rust_id, &path, names);
        }
        self.tails(&c_hollow, &rust_hollow, &path, names);
        let outer = self.with_length;
        // A pointer in a struct has its length beside it, if anywhere.
        if !is_scalar(&c.shape) {
            let mut types = c_types.iter();
            self.with_length = types.any(|&id| may_be_length(self.c, id))
                || rust_types.iter().any(|&id| may_be_length(self.rust, id));
        }
        for (c_index, rust_index) in pairs {
            let (c_leaf, rust_leaf) = (&c_leaves[c_index], &rust_leaves[rust_index]);
            let (c_type, rust_type) = (c_types[c_index], rust_types[rust_index]);
            if self.word_against_its_address((c_id, c_leaf, c_type), (rust_id, rust_leaf, rust_type), &path) {
                continue;
            }
            self.leaves(&path, c_leaf, rust_leaf, names);
            if c_leaf.width == rust_leaf.width {
                let place = path.join(&c_leaf.path);
                self.inside(c_type, rust_type, &place);
            }
        }
        self.with_length = outer;
    }

    /// Where the elements of a flexible array begin, which its own width of no bytes does not tell.
    fn tails(&mut self, c: &[Leaf], rust: &[Leaf], path: &Path, names: &(String, String)) {
        for c in c {
            if let Some(rust) = pair::place_of(rust, &c.path).map(|at| &rust[at])
                && c.offset != rust.offset
            {
                let at = path.join(&c.path);
                let [c, rust] = [c.offset, rust.offset].map(|bits| Fact::Offset { bits });
                self.push(TypeDifferenceKind::Offset, &at, c, rust, names, false);
            }
        }
    }

    /// A pointer to one element and a pointer to an array of them are one in C, where arrays decay.
    fn array_behind_pointer(&self, c_id: TypeId, rust_id: TypeId) -> Option<(TypeId, TypeId)> {
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
    /// machine notices what crosses itself is for the slots to say.
    fn value_against_address(
        &mut self,
        c_id: TypeId,
        rust_id: TypeId,
        path: &Path,
        names: &(String, String),
    ) -> bool {
        let (c, rust) = (self.c.get(c_id), self.rust.get(rust_id));
        let pointer = |layout: &Layout| matches!(layout.shape, Shape::Scalar(Scalar::Pointer { .. }));
        let aggregate = |layout: &Layout| !is_scalar(&layout.shape) && layout.size != Bytes(0);
        let (scalars, leads_to) = match () {
            () if pointer(c) && aggregate(rust) => (
                self.rust.leaves(rust_id),
                pointee::leads_to((self.c, c_id), (self.rust, rust_id)),
            ),
            () if aggregate(c) && pointer(rust) => (
                self.c.leaves(c_id),
                pointee::leads_to((self.rust, rust_id), (self.c, c_id)),
            ),
            () => return false,
        };
        // `core::ffi::VaList` is specified to be what C passes as `va_list`, which decays to a pointer.
        if rust.name.starts_with("VaList") {
            return true;
        }
        // A struct around one word is as good as that word, unless it is what the pointer leads to.
        let word = |leaf: &Leaf| !matches!(leaf.kind, LeafKind::Scalar(Scalar::Float { .. }));
        if c.size == rust.size && scalars.len() == 1 && scalars.iter().all(word) && !leads_to {
            return false;
        }
        let show = |layout: &Layout| {
            if pointer(layout) {
                Fact::Pointer
            } else {
                Fact::ByValue { bytes: layout.size }
            }
        };
        let kind = TypeDifferenceKind::ByValue {
            scalars: scalars.len(),
        };
        self.push(kind, path, show(c), show(rust), names, path.is_empty());
        true
    }

    /// A field that is a struct around one pointer, and on the other side a pointer to that very struct: the leaves are two
    /// pointers, and one is what the other leads to.
    fn word_against_its_address(
        &mut self,
        (c_outer, c_leaf, c_type): (TypeId, &Leaf, TypeId),
        (rust_outer, rust_leaf, rust_type): (TypeId, &Leaf, TypeId),
        path: &Path,
    ) -> bool {
        if c_leaf.offset != rust_leaf.offset || c_leaf.width != rust_leaf.width {
            return false;
        }
        let (c, rust) = (self.c, self.rust);
        let c_around = c.around(c_outer, &c_leaf.path);
        let rust_around = rust.around(rust_outer, &rust_leaf.path);
        // What a pointer leads to, among the types around its own leaf and around the other side's. A list's pointer lies in what it
        // leads to.
        let led_to = |own: (&LayoutTable, TypeId, &[TypeId]), other: (&LayoutTable, &[TypeId])| {
            let (table, pointer, around) = own;
            let leads = |to: &LayoutTable, id: &TypeId| pointee::leads_to((table, pointer), (to, *id));
            let linked = around.iter().any(|id| leads(table, id));
            let mut others = other.1.iter().filter(|_| !linked);
            others.find(|id| leads(other.0, id)).copied()
        };
        let in_c = led_to((rust, rust_type, &rust_around), (c, &c_around));
        let in_rust = || led_to((c, c_type, &c_around), (rust, &rust_around));
        let (place, c_id, rust_id) = match in_c {
            Some(id) => (path.join(&rust_leaf.path), id, rust_type),
            None => match in_rust() {
                Some(id) => (path.join(&c_leaf.path), c_type, id),
                None => return false,
            },
        };
        let names = (c.get(c_id).name.clone(), rust.get(rust_id).name.clone());
        self.value_against_address(c_id, rust_id, &place, &names)
    }

    /// A leaf for which the other side has padding is no difference of layouts; that its value is not carried is worth a word.
    fn in_padding(&mut self, path: &Path, c: Option<&Leaf>, rust: Option<&Leaf>, names: &(String, String)) {
        let show = |leaf: Option<&Leaf>| leaf.map_or(Fact::Padding, Fact::leaf);
        let place = c.or(rust).map_or(path.clone(), |leaf| path.join(&leaf.path));
        self.push(
            TypeDifferenceKind::InPadding,
            &place,
            show(c),
            show(rust),
            names,
            true,
        );
    }

    fn missing(&mut self, path: &Path, c: Option<&Leaf>, rust: Option<&Leaf>, names: &(String, String)) {
        let show = |leaf: Option<&Leaf>| leaf.map_or(Fact::NoField, Fact::leaf);
        let place = c.or(rust).map_or(path.clone(), |leaf| path.join(&leaf.path));
        self.push(
            TypeDifferenceKind::Missing,
            &place,
            show(c),
            show(rust),
            names,
            false,
        );
    }

    fn leaves(&mut self, path: &Path, c: &Leaf, rust: &Leaf, names: &(String, String)) {
        let place = path.join(&c.path);
        if c.offset != rust.offset {
            let [c, rust] = [c.offset, rust.offset].map(|bits| Fact::Offset { bits });
            self.push(TypeDifferenceKind::Offset, &place, c, rust, names, false);
        }
        if c.width != rust.width {
            let [c, rust] = [c.width, rust.width].map(|bits| Fact::Width { bits });
            self.push(TypeDifferenceKind::Width, &place, c, rust, names, false);
        }
        let (LeafKind::Scalar(c_scalar), LeafKind::Scalar(rust_scalar)) = (&c.kind, &rust.kind) else {
            if let (LeafKind::Bytes { mask: c_mask }, LeafKind::Bytes { mask: rust_mask }) =
                (&c.kind, &rust.kind)
                && c_mask != rust_mask
                && c.width == rust.width
            {
                let show = |mask: &[u8]| Fact::UsedBits {
                    bits: mask.iter().map(|byte| byte.count_ones()).sum(),
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
                let (c, rust) = (Fact::Domain(c), Fact::Domain(rust));
                self.push(TypeDifferenceKind::Domain, &place, c, rust, names, true);
            }
            Compatibility::Different { contract_only } => {
                let c_fact = Fact::scalar(c_scalar, c.width);
                let rust_fact = Fact::scalar(rust_scalar, rust.width);
                self.push(
                    TypeDifferenceKind::Kind,
                    &place,
                    c_fact,
                    rust_fact,
                    names,
                    contract_only,
                );
            }
        }
        self.pointees(c_scalar, rust_scalar, &place);
    }

    fn push(
        &mut self,
        kind: TypeDifferenceKind,
        path: &Path,
        c: Fact,
        rust: Fact,
        types: &(String, String),
        contract_only: bool,
    ) {
        self.differences.push(TypeDifference {
            kind,
            path: path.clone(),
            of_callback: None,
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
