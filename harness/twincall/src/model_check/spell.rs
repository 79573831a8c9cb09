//! Writes generated signatures down: in each language a caller and a callee for every signature, many in one unit.
//!
//! | symbol | what it is |
//! |---|---|
//! | `caller_N(args, ret)` | calls what `tc_target` holds with the values behind `args`, stores the result behind `ret` |
//! | `callee_N` | a function of the signature: stores each argument behind `tc_args`, returns what is behind `tc_ret` |
//! | `layout_N(args, ret)` | writes size, alignment and field offsets of the signature's types as 32-bit numbers, then for each bit-field the bytes of its type with only that field set |
//!
//! On wasm `tc_target` is not used: `caller_N` calls the import `target_N`.

mod c;
mod rust;

pub(super) use c::CUnit;
pub(super) use rust::{RustUnit, can_write as can_write_in_rust};

use twincall_abi::types::{FieldDefinition, Type, TypeDefinition, TypeKind};

use super::generate::Generated;

/// What a unit is written for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Request<'a> {
    pub(super) signatures: &'a [Generated],
    pub(super) wasm: bool,
    /// Whether the C text is for a C++ compiler.
    pub(super) cpp: bool,
    /// Whether callees store their small integers as 64 bits.
    pub(super) widen: bool,
}

impl PartialEq for Generated {
    fn eq(&self, other: &Generated) -> bool {
        self.number == other.number
    }
}

impl Eq for Generated {}

/// Types larger than this, in bytes, are left out when bit-fields are looked at.
pub(super) const MAX_BITS: u64 = 64;

/// The members of a struct or union; other types have none.
pub(super) fn members(definition: &TypeDefinition) -> &[FieldDefinition] {
    match &definition.kind {
        TypeKind::Struct { fields } | TypeKind::Union { fields } => fields,
        _ => &[],
    }
}

/// Whether a field of this type has an address of its own and a value to look at.
pub(super) fn has_offset(field: &FieldDefinition) -> bool {
    field.bit_width.is_none() && field.name.is_some() && base_class(field).is_none()
}

/// The class of a C++ base, which the model lists first, under the name of its own type.
pub(super) fn base_class(field: &FieldDefinition) -> Option<&str> {
    match &field.ty {
        Type::Named(class) if field.name.as_ref() == Some(class) => Some(class),
        _ => None,
    }
}

/// The bit-fields that can be set.
pub(super) fn named_bit_fields(definition: &TypeDefinition) -> impl Iterator<Item = &FieldDefinition> {
    members(definition)
        .iter()
        .filter(|field| field.bit_width.is_some() && field.name.is_some())
}

/// All types in a signature, the result last.
pub(super) fn passed(generated: &Generated) -> impl Iterator<Item = &Type> {
    let signature = &generated.signature;
    signature
        .params
        .iter()
        .map(|param| &param.ty)
        .chain(&generated.variadic)
        .chain(std::iter::once(&signature.result))
}

/// A signature with its types on one line of C, for people.
pub(super) fn in_c(generated: &Generated) -> String {
    CUnit::show(generated)
}

#[cfg(test)]
mod tests;
