//! Enums: the integer type behind a C-like one (psABI 3.1.2, C 6.7.2.2, the Rust reference), and RFC 2195 for
//! Rust enums with fields.

use crate::types::{FieldDefinition, Type, TypeAttributes, TypeDefinition};

use super::super::Language;
use super::super::reader::Unsupported;
use super::records::Shape;
use super::{Kind, Member, NodeId, Types};

/// An enum's integer type.
#[derive(Clone, Copy, Debug)]
struct Underlying {
    bytes: u64,
    signed: bool,
}

impl<'t> Types<'t> {
    pub(super) fn plain_enum(
        &mut self,
        definition: &'t TypeDefinition,
        underlying: Option<&'t Type>,
        values: &'t [(String, i128)],
    ) -> Result<NodeId, Unsupported> {
        let attributes = &definition.attributes;
        let Underlying { bytes, signed } = match underlying {
            Some(ty) => self.given(ty)?,
            None => {
                self.specified(attributes)?;
                if values.is_empty() && self.language == Language::Rust {
                    return Err(Unsupported::new("an enum without values"));
                }
                let short = self.options.short_enums || attributes.packed == Some(1);
                smallest(values, if short { 1 } else { 4 })?
            }
        };
        let align = match attributes.align {
            Some(align) => super::check_align(align)?.max(bytes),
            None => bytes,
        };
        if align > bytes {
            return Err(Unsupported::new("an enum that is aligned to more than its size"));
        }
        self.add(
            definition.name.clone(),
            Some(bytes),
            bytes,
            Kind::Enum { signed, values },
        )
    }

    /// Rust promises nothing about an enum without `repr(C)` or `repr(u8)` and the like.
    fn specified(&self, attributes: &TypeAttributes) -> Result<(), Unsupported> {
        if self.language == Language::Rust && !attributes.c {
            return Err(Unsupported::new("Rust's own layout is not specified"));
        }
        Ok(())
    }

    fn given(&mut self, underlying: &'t Type) -> Result<Underlying, Unsupported> {
        let signed = match underlying {
            Type::Integer { signed, .. } => *signed,
            Type::Bool => false,
            _ => return Err(Unsupported::new("an enum over a type that is no integer")),
        };
        let id = self.lay(underlying)?;
        let bytes = self.node(id).size;
        Ok(Underlying { bytes, signed })
    }

    /// RFC 2195. `repr(u8)`: a union of structs, each with the tag as its first field. `repr(C)`: a struct of
    /// the tag and a union of structs. Members count from the start of the enum in both.
    pub(super) fn data_enum(
        &mut self,
        definition: &'t TypeDefinition,
        underlying: Option<&'t Type>,
        variants: &'t [(String, Vec<FieldDefinition>)],
    ) -> Result<NodeId, Unsupported> {
        let attributes = &definition.attributes;
        if self.language != Language::Rust {
            return Err(Unsupported::new("an enum with fields outside Rust"));
        }
        if attributes.transparent && variants.len() == 1 {
            let (_, fields) = &variants[0];
            return self.record(definition, &definition.attributes, fields, false);
        }
        let tag = match underlying {
            Some(ty) => self.given(ty)?,
            None => {
                self.specified(attributes)?;
                Underlying {
                    bytes: 4,
                    signed: false,
                }
            }
        };
        if attributes.packed.is_some() {
            return Err(Unsupported::new("a packed enum"));
        }
        let tag_type = self.integer((tag.bytes * 8) as u32, tag.signed, "tag")?;
        let mut shapes = Vec::new();
        for (_, fields) in variants {
            let mut shape = Shape::default();
            if !attributes.c {
                // The tag is the first field of every struct, so that fields may use the padding after it.
                shape.reserve(tag.bytes, tag.bytes);
            }
            let plain = TypeAttributes {
                c: true,
                ..TypeAttributes::default()
            };
            for field in fields {
                self.place_field(&mut shape, field, &plain, false)?;
            }
            shapes.push(shape);
        }
        // With `repr(C)` the union begins after the tag, at its own alignment.
        let union_align = shapes.iter().map(|shape| shape.align).max().unwrap_or(1);
        let base = if attributes.c {
            tag.bytes.next_multiple_of(union_align)
        } else {
            0
        };
        let mut align = tag.bytes.max(union_align);
        if let Some(asked) = attributes.align {
            align = align.max(super::check_align(asked)?);
        }
        let mut end = tag.bytes;
        for shape in &shapes {
            let own = shape
                .size()
                .and_then(|size| size.checked_next_multiple_of(union_align));
            let own = own.and_then(|own| own.checked_add(base));
            end = end.max(own.ok_or_else(|| Unsupported::new("an enum past the address space"))?);
        }
        let size = end.checked_next_multiple_of(align);
        let mut members = Vec::new();
        for ((name, _), mut shape) in variants.iter().zip(shapes) {
            for member in &mut shape.members {
                member.offset += base * 8;
            }
            // Every variant is as large as the enum.
            let ty = self.variant(name, size, align, shape.members)?;
            members.push(Member {
                name: name.clone(),
                offset: 0,
                width: self.node(ty).size * 8,
                bit_field: false,
                base: false,
                ty,
            });
        }
        let tag = Member {
            name: "tag".to_owned(),
            offset: 0,
            width: tag.bytes * 8,
            bit_field: false,
            base: false,
            ty: tag_type,
        };
        let kind = Kind::Variants {
            tag,
            variants: members,
        };
        self.add(definition.name.clone(), size, align, kind)
    }
}

/// The smallest integer type of at least `bytes` that holds every value: unsigned unless a value is negative.
fn smallest(values: &[(String, i128)], least: u64) -> Result<Underlying, Unsupported> {
    let lowest = values.iter().map(|(_, value)| *value).min().unwrap_or(0).min(0);
    let highest = values.iter().map(|(_, value)| *value).max().unwrap_or(0);
    let signed = lowest < 0;
    for bytes in [1u64, 2, 4, 8] {
        let bits = bytes * 8 - u64::from(signed);
        let limit = 1i128 << bits;
        if bytes >= least && highest < limit && (!signed || lowest >= -limit) {
            return Ok(Underlying { bytes, signed });
        }
    }
    Err(Unsupported::new("an enum with values of more than 64 bits"))
}
