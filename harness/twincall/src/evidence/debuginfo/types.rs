//! From type entries to layouts. A type gets its id when it is first met and its layout later, so that
//! recursive types end.

use std::collections::BTreeMap;

use gimli::constants as dw;
use twincall_abi::layout::{Field, Layout, Scalar, Shape, TypeId};
use twincall_abi::units::{Bits, Bytes};

use super::DebugInfoError;
use super::dwarf::{Die, Entries, Language};

/// The longest chain of typedefs, qualifiers, array dimensions or wrappers that is followed.
pub(super) const MAX_CHAIN: usize = 64;

/// What a layout is made from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Key {
    /// The entry of a type, or of the typedef that names it.
    Entry(usize),
    /// The array entry without its first `dimensions` dimensions.
    Inner { array: usize, dimensions: usize },
    /// An array that a Rust vector type wraps.
    Vector { array: usize },
    /// The real part of a complex type.
    Part { complex: usize },
    /// A word of this many bytes in a C++ pointer to member.
    Word { size: u64 },
}

/// A type entry with all that only names or qualifies it taken off.
pub(super) struct Resolved<'a> {
    /// The outermost typedef, or the type itself.
    pub(super) outer: usize,
    pub(super) die: Die<'a>,
}

/// Builds the table of types.
pub(super) struct Builder<'e, 'a> {
    pub(super) entries: &'e Entries<'a>,
    /// Paths of the namespaces around Rust's structs, unions and enums.
    pub(super) scopes: BTreeMap<usize, String>,
    /// Rust's function pointers by name.
    pub(super) functions: BTreeMap<String, usize>,
    pub(super) x86_64: bool,
    ids: BTreeMap<Key, TypeId>,
    waiting: Vec<(Key, TypeId)>,
    types: Vec<Layout>,
}

impl<'e, 'a> Builder<'e, 'a> {
    pub(super) fn new(
        entries: &'e Entries<'a>,
        scopes: BTreeMap<usize, String>,
        functions: BTreeMap<String, usize>,
        x86_64: bool,
    ) -> Self {
        let (ids, waiting, types) = Default::default();
        Builder {
            entries,
            scopes,
            functions,
            x86_64,
            ids,
            waiting,
            types,
        }
    }

    /// Lays out every type that was asked for, and those they reach.
    pub(super) fn finish(mut self) -> Result<Vec<Layout>, DebugInfoError> {
        while let Some((key, id)) = self.waiting.pop() {
            self.types[id.0] = self.layout(key)?;
        }
        Ok(self.types)
    }

    /// The id of the type at an offset; `None` for `void`.
    pub(super) fn type_id(&mut self, offset: usize) -> Result<Option<TypeId>, DebugInfoError> {
        Ok(self
            .look_through(offset)?
            .map(|found| self.id(Key::Entry(found.outer))))
    }

    pub(super) fn id(&mut self, key: Key) -> TypeId {
        if let Some(id) = self.ids.get(&key) {
            return *id;
        }
        let id = TypeId(self.types.len());
        let unfinished = Layout {
            name: String::new(),
            size: Bytes(0),
            align: None,
            shape: Shape::Incomplete,
        };
        self.types.push(unfinished);
        self.ids.insert(key, id);
        self.waiting.push((key, id));
        id
    }

    /// Takes off typedefs, qualifiers and Rust's `MaybeUninit`; `None` for `void`.
    pub(super) fn look_through(&self, start: usize) -> Result<Option<Resolved<'a>>, DebugInfoError> {
        let mut offset = start;
        let mut outer = None;
        for _ in 0..MAX_CHAIN {
            let die = self.entries.die(offset)?;
            let next = match die.tag() {
                dw::DW_TAG_const_type
                | dw::DW_TAG_volatile_type
                | dw::DW_TAG_restrict_type
                | dw::DW_TAG_atomic_type
                | dw::DW_TAG_immutable_type
                | dw::DW_TAG_packed_type => self.entries.reference(&die, dw::DW_AT_type)?,
                dw::DW_TAG_typedef | dw::DW_TAG_template_alias => {
                    outer.get_or_insert(offset);
                    self.entries.reference(&die, dw::DW_AT_type)?
                }
                dw::DW_TAG_union_type => match self.maybe_uninit(&die)? {
                    Some(inner) => Some(inner),
                    None => {
                        return Ok(Some(Resolved {
                            outer: outer.unwrap_or(offset),
                            die,
                        }));
                    }
                },
                _ => {
                    return Ok(Some(Resolved {
                        outer: outer.unwrap_or(offset),
                        die,
                    }));
                }
            };
            match next {
                Some(next) => offset = next,
                None => return Ok(None),
            }
        }
        Err(DebugInfoError::Endless { offset: start })
    }

    /// Bytes of the type at an offset; 0 for what has no size.
    pub(super) fn size_of(&self, offset: usize) -> Result<u64, DebugInfoError> {
        let mut factor: u64 = 1;
        let mut at = offset;
        for _ in 0..MAX_CHAIN {
            let Some(Resolved { die, .. }) = self.look_through(at)? else {
                return Ok(0);
            };
            let one = match self.entries.count(&die, dw::DW_AT_byte_size) {
                Some(size) => size,
                None => match die.tag() {
                    dw::DW_TAG_array_type => {
                        for length in self.dimensions(&die)? {
                            factor = factor.saturating_mul(length);
                        }
                        match self.entries.reference(&die, dw::DW_AT_type)? {
                            Some(element) => at = element,
                            None => return Ok(0),
                        }
                        continue;
                    }
                    dw::DW_TAG_enumeration_type => match self.entries.reference(&die, dw::DW_AT_type)? {
                        Some(underlying) => {
                            at = underlying;
                            continue;
                        }
                        None => 0,
                    },
                    dw::DW_TAG_ptr_to_member_type => self.member_pointer_words(&die)? * self.word(&die),
                    _ if is_pointer(&die) => self.word(&die),
                    _ => 0,
                },
            };
            return Ok(one.saturating_mul(factor));
        }
        Err(DebugInfoError::Endless { offset })
    }

    pub(super) fn word(&self, die: &Die) -> u64 {
        self.entries.address_size(die)
    }

    fn layout(&mut self, key: Key) -> Result<Layout, DebugInfoError> {
        let offset = match key {
            Key::Entry(offset) => offset,
            Key::Inner { array, dimensions } => return self.array(array, dimensions, false),
            Key::Vector { array } => return self.array(array, 0, true),
            Key::Part { complex } => {
                let die = self.entries.die(complex)?;
                return self.complex_part(&die);
            }
            Key::Word { size } => {
                let shape = Shape::Scalar(Scalar::Integer { signed: true });
                return Ok(Layout {
                    name: "word".to_owned(),
                    size: Bytes(size),
                    align: None,
                    shape,
                });
            }
        };
        let Some(Resolved { die, .. }) = self.look_through(offset)? else {
            return Err(DebugInfoError::Endless { offset });
        };
        let mut layout = match die.tag() {
            dw::DW_TAG_array_type => self.array(die.offset, 0, false)?,
            dw::DW_TAG_base_type => self.base(&die)?,
            _ => Layout {
                name: String::new(),
                size: Bytes(self.size_of(offset)?),
                align: None,
                shape: self.shape(&die)?,
            },
        };
        layout.name = self.name_of(Some(offset))?;
        let outer = self.entries.die(offset)?;
        layout.align = [&outer, &die]
            .into_iter()
            .find_map(|die| self.entries.count(die, dw::DW_AT_alignment))
            .filter(|align| align.is_power_of_two())
            .map(Bytes);
        Ok(layout)
    }

    fn shape(&mut self, die: &Die<'a>) -> Result<Shape, DebugInfoError> {
        if self.entries.flag(die, dw::DW_AT_declaration) {
            return Ok(Shape::Incomplete);
        }
        Ok(match die.tag() {
            _ if is_pointer(die) => Shape::Scalar(self.pointer(die)?),
            dw::DW_TAG_structure_type | dw::DW_TAG_class_type | dw::DW_TAG_interface_type => {
                match self.entries.language(die) {
                    Language::Rust => self.rust_struct(die)?,
                    _ => self.structure(die)?,
                }
            }
            dw::DW_TAG_union_type => match self.fields(die)? {
                Some(fields) => Shape::Union { fields },
                None => Shape::Incomplete,
            },
            dw::DW_TAG_enumeration_type => Shape::Scalar(self.enumeration(die)?),
            dw::DW_TAG_ptr_to_member_type => self.member_pointer(die)?,
            dw::DW_TAG_subroutine_type => self.function(die)?,
            // Other tags are of languages that no fixture is written in.
            _ => Shape::Incomplete,
        })
    }

    pub(super) fn pointer(&mut self, die: &Die<'a>) -> Result<Scalar, DebugInfoError> {
        let pointee = match self.entries.reference(die, dw::DW_AT_type)? {
            Some(pointee) => self.look_through(pointee)?,
            None => None,
        };
        let constant = self.points_to_const(die)?;
        let (to, function) = match pointee {
            None => (None, false),
            Some(found) if self.is_c_void(&found.die)? => (None, false),
            Some(found) => {
                let function = found.die.tag() == dw::DW_TAG_subroutine_type;
                (Some(self.id(Key::Entry(found.outer))), function)
            }
        };
        Ok(Scalar::Pointer {
            to,
            function,
            constant,
        })
    }

    /// Whether a pointer's type does not allow to write through it. rustc says so in the name alone.
    fn points_to_const(&self, die: &Die<'a>) -> Result<bool, DebugInfoError> {
        let entries = self.entries;
        if entries.language(die) == Language::Rust {
            let name = entries.name(die)?.unwrap_or_default();
            return Ok(name.starts_with("*const ") || name.starts_with('&') && !name.starts_with("&mut "));
        }
        let mut next = entries.reference(die, dw::DW_AT_type)?;
        for _ in 0..MAX_CHAIN {
            let Some(offset) = next else { return Ok(false) };
            let die = entries.die(offset)?;
            match die.tag() {
                dw::DW_TAG_const_type => return Ok(true),
                dw::DW_TAG_volatile_type | dw::DW_TAG_restrict_type | dw::DW_TAG_typedef => {
                    next = entries.reference(&die, dw::DW_AT_type)?;
                }
                _ => return Ok(false),
            }
        }
        Ok(false)
    }

    /// What a function takes and returns, as far as it has names.
    fn function(&mut self, die: &Die<'a>) -> Result<Shape, DebugInfoError> {
        let entries = self.entries;
        let mut params = Vec::new();
        for child in entries.children(die)? {
            if child.tag() != dw::DW_TAG_formal_parameter {
                continue;
            }
            let ty = match entries.reference(&child, dw::DW_AT_type)? {
                Some(ty) => self.type_id(ty)?,
                None => None,
            };
            params.extend(ty);
        }
        let result = match entries.reference(die, dw::DW_AT_type)? {
            // Rust's `()` and `!` are results without a value.
            Some(ty) if self.size_of(ty)? > 0 => self.type_id(ty)?,
            _ => None,
        };
        Ok(Shape::Function { params, result })
    }

    pub(super) fn structure(&mut self, die: &Die<'a>) -> Result<Shape, DebugInfoError> {
        Ok(match self.fields(die)? {
            Some(fields) => Shape::Struct { fields },
            None => Shape::Incomplete,
        })
    }

    /// Members and base classes. `None` if the place of one is known at run time only (a virtual base):
    /// such a class is never passed by value, so it is as good as opaque.
    fn fields(&mut self, die: &Die<'a>) -> Result<Option<Vec<Field>>, DebugInfoError> {
        let mut fields = Vec::new();
        for member in self.entries.children(die)? {
            let base = member.tag() == dw::DW_TAG_inheritance;
            // Before DWARF 5 a static member is an external member.
            let is_static = self.entries.flag(&member, dw::DW_AT_external);
            if !base && (member.tag() != dw::DW_TAG_member || is_static) {
                continue;
            }
            match self.field(&member)? {
                Some(field) => fields.push(field),
                None => return Ok(None),
            }
        }
        Ok(Some(fields))
    }

    /// One member or base class; `None` if its place is not constant.
    pub(super) fn field(&mut self, member: &Die<'a>) -> Result<Option<Field>, DebugInfoError> {
        let entries = self.entries;
        let Some(ty_offset) = entries.reference(member, dw::DW_AT_type)? else {
            return Ok(None);
        };
        let Some(ty) = self.type_id(ty_offset)? else {
            return Ok(None);
        };
        let Some(location) = entries.member_location(member) else {
            return Ok(None);
        };
        let size = self.size_of(ty_offset)?;
        let name = match member.tag() {
            dw::DW_TAG_inheritance => self.name_of(Some(ty_offset))?,
            _ => entries.name(member)?.unwrap_or_default(),
        };
        let name = match entries.language(member) {
            Language::Rust => rust_field_name(name),
            _ => name,
        };
        let start = location.saturating_mul(8);
        let Some(width) = entries.count(member, dw::DW_AT_bit_size) else {
            let width = Bits(size.saturating_mul(8));
            return Ok(Some(Field {
                name,
                offset: Bits(start),
                width,
                bit_field: false,
                ty,
            }));
        };
        let offset = if let Some(from_start) = entries.count(member, dw::DW_AT_data_bit_offset) {
            Some(from_start)
        } else if let Some(from_top) = entries.integer(member, dw::DW_AT_bit_offset) {
            // Before DWARF 4: counted from the most significant bit of a storage unit.
            let unit = entries.count(member, dw::DW_AT_byte_size).unwrap_or(size);
            let from_bottom = i128::from(unit) * 8 - from_top - i128::from(width);
            u64::try_from(i128::from(start) + from_bottom).ok()
        } else {
            Some(start)
        };
        Ok(offset.map(|offset| Field {
            name,
            offset: Bits(offset),
            width: Bits(width),
            bit_field: true,
            ty,
        }))
    }

    fn enumeration(&mut self, die: &Die<'a>) -> Result<Scalar, DebugInfoError> {
        let entries = self.entries;
        let mut values = Vec::new();
        for value in entries.children(die)? {
            if value.tag() == dw::DW_TAG_enumerator
                && let Some(number) = entries.integer(&value, dw::DW_AT_const_value)
            {
                values.push((entries.name(&value)?.unwrap_or_default(), number));
            }
        }
        let underlying = match entries.reference(die, dw::DW_AT_type)? {
            Some(underlying) => self.look_through(underlying)?.map(|found| found.die),
            None => None,
        };
        let encoding = underlying
            .as_ref()
            .or(Some(die))
            .and_then(|die| entries.encoding(die));
        let signed = match encoding {
            Some(encoding) => matches!(encoding, dw::DW_ATE_signed | dw::DW_ATE_signed_char),
            // C leaves the choice to the compiler, and both take `unsigned` where no value is negative.
            None => values.iter().any(|(_, value)| *value < 0),
        };
        Ok(Scalar::Enumeration { signed, values })
    }

    /// The layout of an array entry from its dimension `from` inwards.
    fn array(&mut self, offset: usize, from: usize, rust_vector: bool) -> Result<Layout, DebugInfoError> {
        let die = self.entries.die(offset)?;
        let dimensions = self.dimensions(&die)?;
        let element_offset = self.entries.reference(&die, dw::DW_AT_type)?;
        let element = if from + 1 < dimensions.len() {
            Some(self.id(Key::Inner {
                array: offset,
                dimensions: from + 1,
            }))
        } else {
            match element_offset {
                Some(element) => self.type_id(element)?,
                None => None,
            }
        };
        let one = match element_offset {
            Some(element) => self.size_of(element)?,
            None => 0,
        };
        let lengths = dimensions.get(from..).unwrap_or_default();
        let product = lengths
            .iter()
            .fold(one, |size, length| size.saturating_mul(*length));
        let vector = rust_vector || self.entries.flag(&die, dw::DW_AT_GNU_vector);
        // A vector of three elements is as large as one of four, and says so.
        let stated = self
            .entries
            .count(&die, dw::DW_AT_byte_size)
            .filter(|_| from == 0);
        let shape = match element {
            Some(element) => Shape::Array {
                element,
                length: lengths.first().copied().unwrap_or(0),
                vector,
            },
            None => Shape::Incomplete,
        };
        let name = self.array_name(&die, from)?;
        Ok(Layout {
            name,
            size: Bytes(stated.unwrap_or(product)),
            align: None,
            shape,
        })
    }

    /// Lengths of an array from the outermost dimension. A flexible or incomplete one counts as 0.
    pub(super) fn dimensions(&self, array: &Die<'a>) -> Result<Vec<u64>, DebugInfoError> {
        let mut lengths = Vec::new();
        for dimension in self.entries.children(array)? {
            if dimension.tag() != dw::DW_TAG_subrange_type {
                continue;
            }
            let count = self.entries.count(&dimension, dw::DW_AT_count);
            // Some compilers write -1, signed or not, for no element.
            let upper = self.entries.integer(&dimension, dw::DW_AT_upper_bound);
            let from_upper = upper
                .filter(|bound| *bound != i128::from(u64::MAX))
                .map(|bound| bound + 1);
            let length = count.or_else(|| from_upper.and_then(|length| u64::try_from(length).ok()));
            lengths.push(length.unwrap_or(0));
        }
        Ok(lengths)
    }

    /// A pointer to a data member is one offset, to a member function a pointer and an adjustment
    /// (Itanium C++ ABI 2.3).
    fn member_pointer(&mut self, die: &Die<'a>) -> Result<Shape, DebugInfoError> {
        if self.member_pointer_words(die)? == 1 {
            return Ok(Shape::Scalar(Scalar::Integer { signed: true }));
        }
        let size = self.word(die);
        let ty = self.id(Key::Word { size });
        let word = |name: &str, index: u64| {
            let width = Bytes(size).bits();
            Field {
                name: name.to_owned(),
                offset: Bits(width.0 * index),
                width,
                bit_field: false,
                ty,
            }
        };
        Ok(Shape::Struct {
            fields: vec![word("ptr", 0), word("adj", 1)],
        })
    }

    fn member_pointer_words(&self, die: &Die<'a>) -> Result<u64, DebugInfoError> {
        let member = match self.entries.reference(die, dw::DW_AT_type)? {
            Some(member) => self.look_through(member)?,
            None => None,
        };
        match member {
            Some(found) if found.die.tag() == dw::DW_TAG_subroutine_type => Ok(2),
            _ => Ok(1),
        }
    }
}

/// Whether a value of the type is an address. The only unspecified type is that of C++ and C23 `nullptr`.
pub(super) fn is_pointer(die: &Die) -> bool {
    matches!(
        die.tag(),
        dw::DW_TAG_pointer_type
            | dw::DW_TAG_reference_type
            | dw::DW_TAG_rvalue_reference_type
            | dw::DW_TAG_unspecified_type
    )
}

/// Tuple fields are `__0` in rustc's debug information and `0` in the source.
pub(super) fn rust_field_name(name: String) -> String {
    match name.strip_prefix("__") {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.to_owned()
        }
        _ => name,
    }
}
