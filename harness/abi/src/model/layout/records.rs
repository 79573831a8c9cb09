//! Structs, unions and classes: fields in order at their alignment, and what attributes change about it.

use std::collections::BTreeSet;

use crate::types::{FieldDefinition, Type, TypeAttributes, TypeDefinition, TypeKind};

use super::super::Language;
use super::super::reader::Unsupported;
use super::bitfield::{self, Unit};
use super::{Kind, Member, NodeId, Record, Types, check_align};

/// A struct or union while its fields are placed.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) members: Vec<Member>,
    /// The first free bit.
    end: u64,
    /// In bytes.
    pub(super) align: u64,
    /// C++: the least size in bytes, because an empty base lies inside the object too.
    least: u64,
    /// A flexible array member was seen; nothing may follow it.
    closed: bool,
    /// C++: the classes without members of which an object is at offset 0.
    empty_at_start: BTreeSet<NodeId>,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape {
            members: Vec::new(),
            end: 0,
            align: 1,
            least: 0,
            closed: false,
            empty_at_start: BTreeSet::new(),
        }
    }
}

impl Shape {
    /// Takes the first bytes for something that is no member.
    pub(super) fn reserve(&mut self, size: u64, align: u64) {
        self.end = size * 8;
        self.align = self.align.max(align);
    }

    /// Size in bytes, trailing padding included.
    pub(super) fn size(&self) -> Option<u64> {
        self.end
            .div_ceil(8)
            .max(self.least)
            .checked_next_multiple_of(self.align)
    }
}

impl<'t> Types<'t> {
    pub(super) fn lay_definition(&mut self, definition: &'t TypeDefinition) -> Result<NodeId, Unsupported> {
        match &definition.kind {
            TypeKind::Struct { fields } => self.record(definition, &definition.attributes, fields, false),
            TypeKind::Union { fields } => self.record(definition, &definition.attributes, fields, true),
            TypeKind::Enum { underlying, values } => self.plain_enum(definition, underlying.as_ref(), values),
            TypeKind::DataEnum { underlying, variants } => {
                self.data_enum(definition, underlying.as_ref(), variants)
            }
            TypeKind::Incomplete => Err(Unsupported::new(format!(
                "`{}` is declared without its members",
                definition.name
            ))),
        }
    }

    pub(super) fn record(
        &mut self,
        definition: &'t TypeDefinition,
        attributes: &TypeAttributes,
        fields: &'t [FieldDefinition],
        union: bool,
    ) -> Result<NodeId, Unsupported> {
        self.check_attributes(definition, fields)?;
        let mut shape = Shape::default();
        for field in fields {
            self.place_field(&mut shape, field, attributes, union)?;
        }
        if attributes.transparent {
            let carrying = shape.members.iter().filter(|member| member.width > 0);
            if carrying.count() > 1 {
                return Err(Unsupported::new("a transparent type with more than one field"));
            }
        }
        if let Some(align) = attributes.align {
            shape.align = shape.align.max(check_align(align)?);
        }
        // Itanium C++ ABI 2.4, step 4: distinct objects have distinct addresses, so an empty class has a size.
        let memberless = shape.members.iter().all(|member| member.base || member.bit_field);
        if self.language == Language::Cpp && shape.end == 0 && memberless {
            shape.end = 8;
        }
        let (size, align) = (shape.size(), shape.align);
        let record = Record {
            union,
            members: shape.members,
            non_trivial: attributes.non_trivial,
            transparent: attributes.transparent,
        };
        self.add(definition.name.clone(), size, align, Kind::Record(record))
    }

    /// The struct that holds one variant's fields.
    pub(super) fn variant(
        &mut self,
        name: &str,
        size: Option<u64>,
        align: u64,
        members: Vec<Member>,
    ) -> Result<NodeId, Unsupported> {
        let record = Record {
            members,
            ..Record::default()
        };
        self.add(name.to_owned(), size, align, Kind::Record(record))
    }

    fn check_attributes(
        &self,
        definition: &TypeDefinition,
        fields: &[FieldDefinition],
    ) -> Result<(), Unsupported> {
        let attributes = &definition.attributes;
        if let Some(packed) = attributes.packed {
            check_align(packed)?;
        }
        if self.language != Language::Rust || attributes.transparent {
            return Ok(());
        }
        if attributes.packed.is_some() && attributes.align.is_some() {
            // The Rust reference, *The alignment modifiers*.
            return Err(Unsupported::new("a Rust type that is both packed and aligned"));
        }
        // The standard library documents `PhantomData` to have size 0 and alignment 1.
        let phantom = definition.name == "PhantomData" && fields.is_empty();
        if attributes.c || phantom {
            Ok(())
        } else {
            Err(Unsupported::new("Rust's own layout is not specified"))
        }
    }

    /// Places one field after those before it, or over them in a union.
    pub(super) fn place_field(
        &mut self,
        shape: &mut Shape,
        field: &'t FieldDefinition,
        attributes: &TypeAttributes,
        union: bool,
    ) -> Result<(), Unsupported> {
        if shape.closed && !union {
            return Err(Unsupported::new("a field after a flexible array member"));
        }
        let ty = self.field_type(field)?;
        let start = if union { 0 } else { shape.end };
        let node = self.node(ty);
        let base = self.language == Language::Cpp && is_base(field);
        let (name, size, align) = (field.name.clone().unwrap_or_default(), node.size, node.align);
        let node_valued = node.traits.valued;
        if let Some(width) = field.bit_width {
            if self.language == Language::Rust || !self.holds_bits(ty) {
                return Err(Unsupported::new("a bit-field of this type"));
            }
            let unit = Unit {
                size: size * 8,
                align: align * 8,
            };
            let placed = bitfield::place(start, width, unit, field, attributes.packed)?;
            let offset = placed.offset;
            shape.align = shape.align.max(placed.align.div_ceil(8));
            shape.members.push(Member {
                name,
                offset,
                width,
                bit_field: true,
                base: false,
                ty,
            });
            return self.advance(shape, offset, width);
        }
        shape.closed = matches!(self.node(ty).kind, Kind::Array { flexible: true, .. });
        let align = field_align(align, field, attributes)?;
        let offset = start
            .div_ceil(8)
            .checked_next_multiple_of(align)
            .and_then(|offset| offset.checked_mul(8))
            .ok_or_else(|| Unsupported::new("a field past the address space"))?;
        shape.align = shape.align.max(align);
        // Itanium C++ ABI 2.4, steps 2 and 3: a base without members takes no room, unless an object of the same
        // class is there already; of other bases the padding at their end may be used again.
        let empty_base = base && !node_valued;
        if self.language == Language::Cpp && !union && (empty_base || offset == 0) {
            let here = self.empty_classes(ty);
            if here.iter().any(|class| shape.empty_at_start.contains(class)) {
                return Err(Unsupported::new(
                    "two empty C++ objects of one class at one address",
                ));
            }
            shape.empty_at_start.extend(here);
        }
        if empty_base {
            // Itanium C++ ABI 2.4, II.3: sizeof(C) is at least offset(D) + sizeof(D), while dsize(C) stays.
            shape.least = shape.least.max(size);
            shape.members.push(Member {
                name,
                offset: 0,
                width: 0,
                bit_field: false,
                base: true,
                ty,
            });
            return Ok(());
        }
        if base && self.reuses_padding(ty) {
            return Err(Unsupported::new("padding at the end of a C++ base class"));
        }
        let width = size * 8;
        shape.members.push(Member {
            name,
            offset,
            width,
            bit_field: false,
            base,
            ty,
        });
        self.advance(shape, offset, width)
    }

    fn advance(&self, shape: &mut Shape, offset: u64, width: u64) -> Result<(), Unsupported> {
        let end = offset
            .checked_add(width)
            .filter(|&end| end < 8 * super::LARGEST)
            .ok_or_else(|| Unsupported::new("a struct past the address space"))?;
        shape.end = shape.end.max(end);
        Ok(())
    }

    fn field_type(&mut self, field: &'t FieldDefinition) -> Result<NodeId, Unsupported> {
        if let Some(anonymous) = &field.anonymous {
            if self.depth >= super::DEEPEST {
                return Err(Unsupported::new("anonymous members nested too deep"));
            }
            self.depth += 1;
            let laid = self.lay_definition(anonymous);
            self.depth -= 1;
            return laid;
        }
        match &field.ty {
            Type::Array {
                element,
                length: None,
            } if self.language != Language::Rust => {
                let element = self.lay(element)?;
                self.array(element, 0, true)
            }
            ty => self.lay(ty),
        }
    }

    /// C 6.7.2.1 (5), with the usual extension to every integer type.
    fn holds_bits(&self, ty: NodeId) -> bool {
        matches!(
            self.node(ty).kind,
            Kind::Bool | Kind::Integer { .. } | Kind::BitInt { .. } | Kind::Enum { .. }
        )
    }

    /// The classes without members of which an object lies at the start of a type.
    fn empty_classes(&self, ty: NodeId) -> BTreeSet<NodeId> {
        let mut seen = BTreeSet::new();
        let mut open = vec![ty];
        while let Some(ty) = open.pop() {
            if !seen.insert(ty) {
                continue;
            }
            match &self.node(ty).kind {
                Kind::Record(record) => {
                    let first = record.members.iter().filter(|member| member.offset == 0);
                    open.extend(first.map(|member| member.ty));
                }
                Kind::Array { element, length, .. } if *length > 0 => open.push(*element),
                _ => {}
            }
        }
        let empty = |ty: &NodeId| {
            let node = self.node(*ty);
            matches!(node.kind, Kind::Record(_)) && node.size > 0 && !node.traits.valued
        };
        seen.into_iter().filter(empty).collect()
    }

    /// Whether a derived class may put members into this base: it has padding at its end and is not a plain C
    /// struct itself, members included (Itanium C++ ABI 1.1, *POD for the purpose of layout*).
    fn reuses_padding(&self, ty: NodeId) -> bool {
        let node = self.node(ty);
        let Kind::Record(record) = &node.kind else {
            return false;
        };
        let plain = !node.traits.non_trivial && !node.traits.derived;
        let end = record
            .members
            .iter()
            .map(|member| member.offset + member.width)
            .max()
            .unwrap_or(0);
        !plain && end.div_ceil(8) < node.size
    }
}

/// An interface lists a C++ base first, as a field with its class's own name.
fn is_base(field: &FieldDefinition) -> bool {
    matches!(&field.ty, Type::Named(class) if field.name.as_ref() == Some(class) && field.bit_width.is_none())
}

/// Where a field may begin: `packed` lowers its natural alignment to 1 and an alignment of the field's own
/// raises that again (GNU C's manual, *Common Type Attributes*); `packed(N)`, as `#pragma pack(N)`, lowers
/// whatever came out to N.
fn field_align(
    natural: u64,
    field: &FieldDefinition,
    attributes: &TypeAttributes,
) -> Result<u64, Unsupported> {
    let mut align = if field.packed || attributes.packed == Some(1) {
        1
    } else {
        natural
    };
    if let Some(asked) = field.align {
        align = align.max(check_align(asked)?);
    }
    if let Some(limit) = attributes.packed.filter(|&limit| limit > 1) {
        align = align.min(limit);
    }
    Ok(align)
}
