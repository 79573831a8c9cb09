//! What rustc's debug information writes differently from C's: enums with data, scalars in wrappers,
//! `MaybeUninit`, `c_void` and vectors.

use gimli::constants as dw;
use twincall_abi::layout::{Scalar, Shape};

use super::DebugInfoError;
use super::dwarf::{Die, Language};
use super::types::{Builder, Key};

/// How deep a scalar may lie in structs of one field (`Option<Handle>` with `struct Handle(NonNull<T>)`).
const MAX_WRAPPERS: usize = 8;

/// What rustc writes, as an integer of a pointer's size, for a function pointer inside of its own type.
pub(super) const RECURSIVE: &str = "<recur_type>";
/// A function pointer of which no more is known.
pub(super) const UNKNOWN_FUNCTION: Scalar = Scalar::Pointer {
    to: None,
    function: true,
    constant: false,
};

impl<'a> Builder<'_, 'a> {
    /// A struct entry of a Rust unit: a struct, a tuple, or an enum of which some variant has fields.
    pub(super) fn rust_struct(&mut self, die: &Die<'a>) -> Result<Shape, DebugInfoError> {
        let part = self.variant_part(die)?;
        if let Some(part) = part {
            return self.enum_with_data(die, &part);
        }
        if self.is_core(die, "NonNull<")?
            && let Some(scalar) = self.only_scalar(die, MAX_WRAPPERS)?
        {
            return Ok(Shape::Scalar(scalar));
        }
        let mut shape = self.structure(die)?;
        if let Shape::Struct { fields } = &mut shape
            && let [field] = fields.as_mut_slice()
            && self.is_vector(die)?
            && let Some(array) = self.array_of_only_member(die)?
        {
            field.ty = self.id(Key::Vector { array });
        }
        Ok(shape)
    }

    /// The type inside a `MaybeUninit`, which is laid out as that type.
    pub(super) fn maybe_uninit(&self, die: &Die<'a>) -> Result<Option<usize>, DebugInfoError> {
        if !self.is_core(die, "MaybeUninit<")? {
            return Ok(None);
        }
        for child in self.entries.children(die)? {
            if child.tag() == dw::DW_TAG_template_type_parameter {
                return self.entries.reference(&child, dw::DW_AT_type);
            }
        }
        Ok(None)
    }

    /// Whether this is `core::ffi::c_void`, which stands for C's `void` behind a pointer.
    pub(super) fn is_c_void(&self, die: &Die<'a>) -> Result<bool, DebugInfoError> {
        Ok(die.tag() == dw::DW_TAG_enumeration_type && self.is_core(die, "c_void")?)
    }

    /// Whether this is a type of Rust's own library whose name starts so.
    fn is_core(&self, die: &Die<'a>, name: &str) -> Result<bool, DebugInfoError> {
        if self.entries.language(die) != Language::Rust {
            return Ok(false);
        }
        let of_core = self
            .scopes
            .get(&die.offset)
            .is_some_and(|scope| scope.starts_with("core::"));
        Ok(of_core
            && self
                .entries
                .name(die)?
                .is_some_and(|found| found.starts_with(name)))
    }

    fn is_vector(&self, die: &Die<'a>) -> Result<bool, DebugInfoError> {
        let architecture = "core::core_arch::";
        let of_arch = self
            .scopes
            .get(&die.offset)
            .is_some_and(|scope| scope.starts_with(architecture));
        let name = self.entries.name(die)?.unwrap_or_default();
        Ok(of_arch && (name.starts_with("__m") || name == "v128") || self.is_core(die, "Simd<")?)
    }

    fn array_of_only_member(&self, die: &Die<'a>) -> Result<Option<usize>, DebugInfoError> {
        for member in self.entries.children(die)? {
            if member.tag() == dw::DW_TAG_member
                && let Some(ty) = self.entries.reference(&member, dw::DW_AT_type)?
                && let Some(found) = self.look_through(ty)?
                && found.die.tag() == dw::DW_TAG_array_type
            {
                return Ok(Some(found.die.offset));
            }
        }
        Ok(None)
    }

    fn variant_part(&self, die: &Die<'a>) -> Result<Option<Die<'a>>, DebugInfoError> {
        let children = self.entries.children(die)?;
        Ok(children
            .into_iter()
            .find(|child| child.tag() == dw::DW_TAG_variant_part))
    }

    fn enum_with_data(&mut self, die: &Die<'a>, part: &Die<'a>) -> Result<Shape, DebugInfoError> {
        let entries = self.entries;
        if self.size_of(die.offset)? == 0 {
            return Ok(Shape::Struct { fields: Vec::new() });
        }
        let discriminant = entries.reference(part, dw::DW_AT_discr)?;
        let mut tag = None;
        let mut variants = Vec::new();
        for child in entries.children(part)? {
            if child.tag() == dw::DW_TAG_member && Some(child.offset) == discriminant {
                tag = self.field(&child)?;
            } else if child.tag() == dw::DW_TAG_variant {
                let value = entries.integer(&child, dw::DW_AT_discr_value);
                let members = entries.children(&child)?;
                variants.extend(members.into_iter().map(|member| (value, member)));
            }
        }
        if let Some(scalar) = self.nullable_scalar(die, &variants)? {
            return Ok(Shape::Scalar(scalar));
        }
        let mut fields = Vec::new();
        for (_, member) in &variants {
            fields.extend(self.field(member)?);
        }
        Ok(Shape::Variants {
            tag,
            variants: fields,
        })
    }

    /// `Option<&T>`, `Option<NonZeroU32>` and their like: of two variants one is the address or number 0, the
    /// other the pointer or integer itself.
    fn nullable_scalar(
        &mut self,
        die: &Die<'a>,
        variants: &[(Option<i128>, Die<'a>)],
    ) -> Result<Option<Scalar>, DebugInfoError> {
        let (null, some) = match variants {
            [(Some(0), null), (None, some)] | [(None, some), (Some(0), null)] => (null, some),
            _ => return Ok(None),
        };
        let Some(null) = self.variant(null)? else {
            return Ok(None);
        };
        let Some(some) = self.variant(some)? else {
            return Ok(None);
        };
        let members = self.members_with_size(&some)?;
        let [payload] = members.as_slice() else {
            return Ok(None);
        };
        let same_size = self.size_of(*payload)? == self.size_of(die.offset)?;
        if !same_size || !self.members_with_size(&null)?.is_empty() {
            return Ok(None);
        }
        let scalar = self.only_scalar(&some, MAX_WRAPPERS)?;
        match scalar {
            Some(Scalar::Pointer {
                to: None,
                function: true,
                ..
            }) => Ok(Some(self.function_pointer_in(die)?.unwrap_or(UNKNOWN_FUNCTION))),
            scalar => Ok(scalar),
        }
    }

    /// The function pointer that an `Option` is around, by the name that rustc gives both.
    fn function_pointer_in(&mut self, die: &Die<'a>) -> Result<Option<Scalar>, DebugInfoError> {
        let name = self.entries.name(die)?.unwrap_or_default();
        let inner = name
            .strip_prefix("Option<")
            .and_then(|name| name.strip_suffix('>'));
        let Some(offset) = inner.and_then(|inner| self.functions.get(inner).copied()) else {
            return Ok(None);
        };
        let pointer = self.entries.die(offset)?;
        self.pointer(&pointer).map(Some)
    }

    /// The struct that holds the fields of a variant.
    fn variant(&self, member: &Die<'a>) -> Result<Option<Die<'a>>, DebugInfoError> {
        match self.entries.reference(member, dw::DW_AT_type)? {
            Some(ty) => Ok(self.look_through(ty)?.map(|found| found.die)),
            None => Ok(None),
        }
    }

    /// The pointer or integer that is all there is in a struct, through further structs of one field.
    fn only_scalar(&mut self, die: &Die<'a>, wrappers: usize) -> Result<Option<Scalar>, DebugInfoError> {
        match die.tag() {
            dw::DW_TAG_pointer_type => return self.pointer(die).map(Some),
            dw::DW_TAG_base_type if self.entries.name(die)?.as_deref() == Some(RECURSIVE) => {
                return Ok(Some(UNKNOWN_FUNCTION));
            }
            dw::DW_TAG_base_type => {
                let signed = match self.entries.encoding(die) {
                    Some(dw::DW_ATE_signed) => true,
                    Some(dw::DW_ATE_unsigned) => false,
                    _ => return Ok(None),
                };
                return Ok(Some(Scalar::Integer { signed }));
            }
            dw::DW_TAG_structure_type if wrappers > 0 && self.variant_part(die)?.is_none() => {}
            _ => return Ok(None),
        }
        let members = self.members_with_size(die)?;
        let [ty] = members.as_slice() else { return Ok(None) };
        let Some(inner) = self.look_through(*ty)? else {
            return Ok(None);
        };
        let scalar = self.only_scalar(&inner.die, wrappers - 1)?;
        Ok(match scalar {
            // It is covariant by a `*const`, and stands for a `*mut`.
            Some(Scalar::Pointer { to, function, .. }) if self.is_core(die, "NonNull<")? => {
                Some(Scalar::Pointer {
                    to,
                    function,
                    constant: false,
                })
            }
            scalar => scalar,
        })
    }

    /// The types of a struct's members that are not of size zero.
    fn members_with_size(&self, die: &Die<'a>) -> Result<Vec<usize>, DebugInfoError> {
        let mut members = Vec::new();
        for member in self.entries.children(die)? {
            if member.tag() == dw::DW_TAG_member
                && let Some(ty) = self.entries.reference(&member, dw::DW_AT_type)?
                && self.size_of(ty)? != 0
            {
                members.push(ty);
            }
        }
        Ok(members)
    }
}
