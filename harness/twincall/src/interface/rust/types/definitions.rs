//! Definitions of structs, unions and enums, instance by instance.

use proc_macro2::Span;
use syn::{Fields, Ident};
use twincall_abi::types::{FieldDefinition, Type, TypeAttributes, TypeDefinition, TypeKind};

use super::super::scope::LocalItem;
use super::super::spelling::fold;
use super::super::{attributes, attributes::Repr, external};
use super::{Place, Types};

/// A generic type that contains ever larger instances of itself has no end; no fixture needs this many.
const MAX_DEFINITIONS: usize = 5000;

/// A definition of which only the name is known so far.
#[derive(Debug)]
pub(super) struct Pending<'a> {
    item: LocalItem<'a>,
    name: String,
    place: Place,
}

impl<'a> Types<'a, '_> {
    /// Adds the definition of a local item under `name`, unless it is there already.
    pub(super) fn define(
        &mut self,
        item: LocalItem<'a>,
        name: String,
        place: &Place,
    ) -> Result<Type, String> {
        if let Some(reason) = self.failed.get(&name) {
            return Err(reason.clone());
        }
        let repr = Repr::read(&item.attributes(self.target));
        if let (LocalItem::Struct(item), true) = (item, repr.simd) {
            return self.vector(&item.fields, place);
        }
        if self.definitions.contains_key(&name) {
            return Ok(Type::Named(name));
        }
        if self.definitions.len() >= MAX_DEFINITIONS {
            return Err("the types of this file refer to one another without end".to_owned());
        }
        let span = match item {
            LocalItem::Struct(item) => item.ident.span(),
            LocalItem::Union(item) => item.ident.span(),
            LocalItem::Enum(item) => item.ident.span(),
            _ => return Err(format!("`{name}` is not a type")),
        };
        // Fields may point back here, so the name must exist before they are read.
        let mut definition = self.incomplete(&name, span);
        definition.attributes = repr.attributes.clone();
        self.definitions.insert(name.clone(), definition);
        // What decides how the type itself is passed is read now: the values of an enum, the one field of a wrapper.
        if !repr.attributes.transparent && !is_plain_enum(item) {
            self.pending.push(Pending {
                item,
                name: name.clone(),
                place: place.clone(),
            });
            return Ok(Type::Named(name));
        }
        match self.kind(item, place) {
            Ok(kind) => {
                self.complete(&name, kind);
                Ok(Type::Named(name))
            }
            Err(reason) => {
                self.failed.insert(name, reason.clone());
                Err(reason)
            }
        }
    }

    /// Reads the fields of all definitions that were reached.
    pub(super) fn read_pending(&mut self) {
        while let Some(Pending {
            item,
            name,
            mut place,
        }) = self.pending.pop()
        {
            if place.types.is_empty() && place.constants.is_empty() {
                // Only instances of generic types can go on without end.
                place.depth = 0;
            }
            if let Ok(kind) = self.kind(item, &place) {
                self.complete(&name, kind);
            }
        }
    }

    fn complete(&mut self, name: &str, kind: TypeKind) {
        if let Some(definition) = self.definitions.get_mut(name) {
            definition.kind = kind;
        }
    }

    pub(super) fn incomplete(&self, name: &str, span: Span) -> TypeDefinition {
        TypeDefinition {
            name: name.to_owned(),
            kind: TypeKind::Incomplete,
            attributes: TypeAttributes::default(),
            location: self.location(span),
        }
    }

    fn kind(&mut self, item: LocalItem<'a>, place: &Place) -> Result<TypeKind, String> {
        let repr = Repr::read(&item.attributes(self.target));
        let underlying = repr
            .integer
            .as_deref()
            .and_then(|name| external::scalar(name, self.target));
        match item {
            LocalItem::Struct(item) => Ok(TypeKind::Struct {
                fields: self.fields(&item.fields, place),
            }),
            LocalItem::Union(item) => Ok(TypeKind::Union {
                fields: self.named_fields(item.fields.named.iter(), place),
            }),
            LocalItem::Enum(item) => {
                let variants: Vec<&syn::Variant> = item
                    .variants
                    .iter()
                    .filter(|variant| attributes::active(&variant.attrs, self.target).is_some())
                    .collect();
                if variants.iter().all(|variant| variant.fields.is_empty()) {
                    let values = self.constants(place).discriminants(item)?;
                    return Ok(TypeKind::Enum { underlying, values });
                }
                let variants = variants
                    .iter()
                    .map(|variant| (variant.ident.to_string(), self.fields(&variant.fields, place)))
                    .collect();
                Ok(TypeKind::DataEnum { underlying, variants })
            }
            _ => Err("not a type".to_owned()),
        }
    }

    fn fields(&mut self, fields: &Fields, place: &Place) -> Vec<FieldDefinition> {
        self.named_fields(fields.iter(), place)
    }

    fn named_fields<'f>(
        &mut self,
        fields: impl Iterator<Item = &'f syn::Field>,
        place: &Place,
    ) -> Vec<FieldDefinition> {
        let mut list = Vec::new();
        for field in fields {
            if attributes::active(&field.attrs, self.target).is_none() {
                continue;
            }
            let name = field
                .ident
                .as_ref()
                .map_or_else(|| list.len().to_string(), Ident::to_string);
            // A field that only the compiler understands does not keep the rest from being compared.
            let ty = self
                .resolve(&field.ty, place)
                .unwrap_or_else(|_| Type::Opaque(fold(&field.ty)));
            list.push(field_of(name, ty));
        }
        list
    }

    /// `repr(simd)`: one array of lanes, or a field for each lane.
    fn vector(&mut self, fields: &Fields, place: &Place) -> Result<Type, String> {
        let first = fields.iter().next().ok_or("a vector has no lanes")?;
        match self.resolve(&first.ty, place)? {
            Type::Array {
                element,
                length: Some(lanes),
            } => Ok(Type::Vector { element, lanes }),
            element => Ok(Type::Vector {
                element: Box::new(element),
                lanes: fields.len() as u64,
            }),
        }
    }

    /// `Option<T>` for a `T` without a niche that the ABI promises, and `Result<T, E>`.
    pub(super) fn define_variants(
        &mut self,
        name: String,
        variants: Vec<(&str, Option<Type>)>,
        span: Span,
    ) -> Result<Type, String> {
        let variants = variants
            .into_iter()
            .map(|(name, ty)| {
                (
                    name.to_owned(),
                    ty.map(|ty| field_of("0".to_owned(), ty)).into_iter().collect(),
                )
            })
            .collect();
        let mut definition = self.incomplete(&name, span);
        definition.kind = TypeKind::DataEnum {
            underlying: None,
            variants,
        };
        self.definitions.entry(name.clone()).or_insert(definition);
        Ok(Type::Named(name))
    }

    /// A struct without fields: `PhantomData<T>`.
    pub(super) fn define_empty(&mut self, name: &str, span: Span) -> Type {
        let mut definition = self.incomplete(name, span);
        definition.kind = TypeKind::Struct { fields: Vec::new() };
        self.definitions.entry(name.to_owned()).or_insert(definition);
        Type::Named(name.to_owned())
    }

    /// The type that `Option<ty>` is when `ty` leaves room for `None`: a null pointer or a zero.
    pub(super) fn nullable(&self, ty: &Type) -> Option<Type> {
        match ty {
            Type::Pointer {
                pointee,
                mutable,
                nullable: false,
            } => Some(Type::Pointer {
                pointee: pointee.clone(),
                mutable: *mutable,
                nullable: true,
            }),
            Type::FunctionPointer {
                signature,
                nullable: false,
            } => Some(Type::FunctionPointer {
                signature: signature.clone(),
                nullable: true,
            }),
            Type::Slice { .. } => Some(ty.clone()),
            Type::Integer {
                bits,
                signed,
                spelling,
            } if spelling.starts_with("NonZero") => Some(Type::Integer {
                bits: *bits,
                signed: *signed,
                spelling: format!("Option<{spelling}>"),
            }),
            Type::Named(name) => {
                let definition = self
                    .definitions
                    .get(name)
                    .filter(|definition| definition.attributes.transparent)?;
                let TypeKind::Struct { fields } = &definition.kind else {
                    return None;
                };
                fields.iter().find_map(|field| self.nullable(&field.ty))
            }
            _ => None,
        }
    }
}

fn field_of(name: String, ty: Type) -> FieldDefinition {
    FieldDefinition {
        name: Some(name),
        ty,
        bit_width: None,
        anonymous: None,
        align: None,
        packed: false,
    }
}

fn is_plain_enum(item: LocalItem<'_>) -> bool {
    matches!(item, LocalItem::Enum(item) if item.variants.iter().all(|variant| variant.fields.is_empty()))
}
