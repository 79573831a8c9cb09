//! What pointers lead to: types, buffers that one side sees as bytes, and functions.

use super::{
    CallbackValue, Comparison, Compatibility, Reached, TypeDifferenceKind, compare_scalars, is_scalar,
    may_be_length,
};
use crate::fact::Fact;
use crate::layout::{LayoutTable, Leaf, LeafKind, Scalar, Shape, TypeId};
use crate::path::{Path, Step};
use crate::units::Bytes;

impl Comparison<'_> {
    pub(super) fn pointees(&mut self, c: &Scalar, rust: &Scalar, place: &Path) {
        let (
            Scalar::Pointer {
                to: Some(c_to),
                function: c_function,
                constant: c_constant,
            },
            Scalar::Pointer {
                to: Some(rust_to),
                function: rust_function,
                constant: rust_constant,
            },
        ) = (c, rust)
        else {
            return;
        };
        match (c_function, rust_function) {
            (true, true) => self.functions(*c_to, *rust_to, place),
            (false, false) => self.objects((*c_to, *c_constant), (*rust_to, *rust_constant), place),
            // That one of the two is a function was told of the pointers.
            _ => {}
        }
    }

    /// Types of objects behind pointers, each with whether its pointer is to `const`.
    fn objects(
        &mut self,
        (c, c_constant): (TypeId, bool),
        (rust, rust_constant): (TypeId, bool),
        place: &Path,
    ) {
        let place = place.then(Step::Pointee);
        let bytes = (is_byte(self.c, c), is_byte(self.rust, rust));
        // A pointer to characters or bytes may be a view of anything (C 6.5p7 lets it alias everything), as long as nobody
        // writes more through the other pointer than there is behind this one.
        let wide = match bytes {
            (true, false) => Some((self.rust, rust, rust_constant)),
            (false, true) => Some((self.c, c, c_constant)),
            _ => None,
        };
        if let Some((table, id, constant)) = wide
            && table.get(id).size > Bytes(1)
        {
            // Nobody keeps an enum's values in bytes, or reads one of them as such.
            let enumeration = matches!(table.get(id).shape, Shape::Scalar(Scalar::Enumeration { .. }));
            if !enumeration && (constant || self.with_length) {
                return;
            }
            // A struct whose fields nobody names there is a handle as often as it is an object.
            if !is_scalar(&table.get(id).shape) {
                let show = |table: &LayoutTable, id| Fact::Size {
                    bytes: table.get(id).size,
                };
                let names = (self.c.get(c).name.clone(), self.rust.get(rust).name.clone());
                let (c, rust) = (show(self.c, c), show(self.rust, rust));
                self.push(TypeDifferenceKind::Size, &place, c, rust, &names, true);
                return;
            }
        }
        self.types(c, rust, place, Reached::ByPointer);
    }

    /// The parameters and results of two functions. How many there are is a matter of the declarations.
    fn functions(&mut self, c_id: TypeId, rust_id: TypeId, place: &Path) {
        let (
            Shape::Function {
                params: c_params,
                result: c_result,
            },
            Shape::Function {
                params: rust_params,
                result: rust_result,
            },
        ) = (&self.c.get(c_id).shape, &self.rust.get(rust_id).shape)
        else {
            return;
        };
        if !self.seen.insert((c_id, rust_id)) {
            return;
        }
        let outer = self.with_length;
        self.with_length = c_params.iter().any(|&id| may_be_length(self.c, id))
            || rust_params.iter().any(|&id| may_be_length(self.rust, id));
        for (index, (&c, &rust)) in c_params.iter().zip(rust_params).enumerate() {
            let place = place.then(Step::CallbackArgument(index));
            self.types(c, rust, place, Reached::AsCallbackValue(CallbackValue::Argument));
        }
        if let (Some(c), Some(rust)) = (*c_result, *rust_result) {
            let place = place.then(Step::CallbackResult);
            self.types(c, rust, place, Reached::AsCallbackValue(CallbackValue::Result));
        }
        self.with_length = outer;
    }
}

/// Whether a pointer of one side leads to what the other side has by value.
pub(super) fn leads_to(
    (pointing, pointer): (&LayoutTable, TypeId),
    (valued, value): (&LayoutTable, TypeId),
) -> bool {
    let Shape::Scalar(Scalar::Pointer { to: Some(to), .. }) = pointing.get(pointer).shape else {
        return false;
    };
    let alike = |one: &Leaf, other: &Leaf| {
        let kinds = match (&one.kind, &other.kind) {
            (LeafKind::Scalar(one), LeafKind::Scalar(other)) => {
                !matches!(compare_scalars(one, other), Compatibility::Different { .. })
            }
            (one, other) => one == other,
        };
        kinds && (one.offset, one.width) == (other.offset, other.width)
    };
    let (behind, by_value) = (pointing.leaves(to), valued.leaves(value));
    pointing.get(to).size == valued.get(value).size
        && !is_scalar(&pointing.get(to).shape)
        && behind.len() == by_value.len()
        && behind.iter().zip(&by_value).all(|(one, other)| alike(one, other))
}

fn is_byte(table: &LayoutTable, id: TypeId) -> bool {
    let layout = table.get(id);
    layout.size == Bytes(1) && matches!(layout.shape, Shape::Scalar(Scalar::Integer { .. }))
}
