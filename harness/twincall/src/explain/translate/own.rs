//! A declaration once more in its own language, alone: what only that language has, and names that need neither a header nor a
//! crate, so that one text is right on every target as far as it can be.

use std::fmt::Write as _;

use twincall_abi::interface::Side;
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeAttributes, TypeDefinition, TypeKind};

use super::names::{c_name_by_width, c_name_of_target, rust_name};
use super::{Style, Untranslatable, Writer, ordered};

/// One item of a source, with what tells it from the others of the same source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Writer<'_> {
    /// The types of the interface as items, in an order in which they compile.
    pub(crate) fn types(&self) -> Result<Vec<Part>, Untranslatable> {
        let mut announced = Vec::new();
        let mut parts: Vec<Part> = Vec::new();
        for definition in ordered(&self.interface.types) {
            if self.stands_inside(definition) {
                continue;
            }
            let name = definition.name.clone();
            let text = self.definition(definition)?;
            if self.into == Side::C
                && let Some(line) = self.announcement(definition)?
            {
                // Pointers before it lead to it, or it has no more than a name.
                let called = line.trim_end_matches(';');
                if text.is_empty() || parts.iter().any(|part| part.text.contains(called)) {
                    announced.push(Part {
                        name: format!("announced {name}"),
                        text: line,
                    });
                }
            }
            if !text.is_empty() {
                parts.push(Part { name, text });
            }
        }
        announced.append(&mut parts);
        Ok(announced)
    }

    /// Whether C has a type only inside of another one, where it has no name.
    fn stands_inside(&self, definition: &TypeDefinition) -> bool {
        let is_it = |inner: &TypeDefinition| inner.name == definition.name;
        let holds = |outer: &TypeDefinition| match &outer.kind {
            TypeKind::Struct { fields } | TypeKind::Union { fields } => fields
                .iter()
                .any(|field| field.anonymous.as_deref().is_some_and(is_it)),
            _ => false,
        };
        self.into == Side::C && self.interface.types.iter().any(holds)
    }

    /// What C calls a type that only C has, or that has a name without a header.
    pub(super) fn own_c(&self, ty: &Type) -> Result<Option<String>, Untranslatable> {
        if self.style != Style::Own {
            return Ok(None);
        }
        let inner = |ty: &Type| Ok(self.c(ty, "")?.trim().to_owned());
        Ok(Some(match ty {
            Type::Integer {
                bits,
                signed,
                spelling,
            } => {
                let pointer = if self.target.is_wasm() { 32 } else { 64 };
                let width = if spelling == "char" { 8 } else { pointer };
                let name = c_name_of_target(spelling).filter(|_| *bits == width);
                return Ok(name.or(c_name_by_width(*bits, *signed)).map(str::to_owned));
            }
            Type::BitInt { bits, signed: true } => format!("_BitInt({bits})"),
            Type::BitInt { bits, signed: false } => format!("unsigned _BitInt({bits})"),
            Type::Complex(kind) => format!("_Complex {}", inner(&Type::Float(*kind))?),
            Type::Float(FloatKind::X87) => "long double".to_owned(),
            Type::Float(FloatKind::F128) if self.target.is_wasm() => "long double".to_owned(),
            Type::Float(FloatKind::BF16) => "__bf16".to_owned(),
            Type::Atomic(of) => format!("_Atomic({})", inner(of)?),
            Type::Vector { element, lanes } => {
                let Some(size) = lane_size(element) else {
                    return Ok(None);
                };
                let bytes = size * lanes;
                format!("{} __attribute__((vector_size({bytes})))", inner(element)?)
            }
            Type::Opaque(name) if name == "va_list" => "__builtin_va_list".to_owned(),
            _ => return Ok(None),
        }))
    }

    /// The same in Rust.
    pub(super) fn own_rust(&self, ty: &Type) -> Result<Option<String>, Untranslatable> {
        if self.style != Style::Own {
            return Ok(None);
        }
        Ok(Some(match ty {
            Type::Integer {
                bits,
                signed,
                spelling,
            } => match spelling.rsplit("::").next() {
                Some(name @ ("usize" | "isize")) => name.to_owned(),
                _ => format!("{}{bits}", if *signed { 'i' } else { 'u' }),
            },
            Type::UnicodeScalar => "char".to_owned(),
            Type::Float(FloatKind::F16) => "f16".to_owned(),
            Type::Float(FloatKind::F128) => "f128".to_owned(),
            Type::Pointer { pointee, mutable, .. } => {
                let word = if *mutable { "mut" } else { "const" };
                let known = match &**pointee {
                    Type::Named(name) => self.names(name),
                    Type::Void | Type::Opaque(_) => false,
                    _ => true,
                };
                let pointee = known.then(|| self.rust(pointee).ok()).flatten();
                format!("*{word} {}", pointee.as_deref().unwrap_or("()"))
            }
            Type::Opaque(name) if name == "va_list" => "*mut ()".to_owned(),
            Type::Slice { element, mutable } => {
                let word = if *mutable { "&mut " } else { "&" };
                format!("{word}[{}]", self.rust(element)?)
            }
            _ => return Ok(None),
        }))
    }

    /// An enum with fields, which only Rust has.
    pub(super) fn own_data_enum(
        &self,
        definition: &TypeDefinition,
        underlying: Option<&Type>,
        variants: &[(String, Vec<FieldDefinition>)],
    ) -> Result<String, Untranslatable> {
        let mut repr = self.repr(&definition.attributes);
        if let Some(ty) = underlying {
            repr.push(self.rust(ty)?);
        }
        let mut text = format!(
            "{}pub enum {} {{",
            self.rust_attributes(&repr),
            self.type_name(&definition.name)
        );
        for (name, fields) in variants {
            let mut members = Vec::new();
            let mut named = false;
            for field in fields {
                let ty = self.rust(&field.ty)?;
                let label = field.name.as_deref().unwrap_or_default();
                let position = label.starts_with(|c: char| c.is_ascii_digit());
                named |= !position;
                members.push(match position {
                    true => ty,
                    false => format!("{}: {ty}", rust_name(label)),
                });
            }
            let members = match (members.is_empty(), named) {
                (true, _) => String::new(),
                (false, true) => format!(" {{ {} }}", members.join(", ")),
                (false, false) => format!("({})", members.join(", ")),
            };
            let _ = write!(text, "{}{name}{members},", self.gap());
        }
        Ok(text + self.end() + "}")
    }

    /// A member of a union: without a crate's traits nothing can be copied.
    pub(super) fn rust_union_member(&self, ty: &Type) -> Result<String, Untranslatable> {
        let written = self.rust(ty)?;
        let plain = !matches!(ty, Type::Named(_) | Type::Array { .. });
        Ok(match plain || self.style != Style::Own {
            true => written,
            false => format!("ManuallyDrop<{written}>"),
        })
    }

    /// The words of `repr` that say by whose rules a type is laid out.
    pub(super) fn repr(&self, attributes: &TypeAttributes) -> Vec<String> {
        let word = match (attributes.c, attributes.transparent) {
            _ if self.style != Style::Own => "C",
            (true, _) => "C",
            (false, true) => "transparent",
            (false, false) => return Vec::new(),
        };
        vec![word.to_owned()]
    }

    /// What stands before a type in Rust.
    pub(super) fn rust_attributes(&self, repr: &[String]) -> String {
        let derived = match self.style {
            Style::Own => "\n",
            _ => " #[derive(Clone, Copy)] ",
        };
        match repr {
            [] => derived.trim_start().to_owned(),
            words => format!("#[repr({})]{derived}", words.join(", ")),
        }
    }

    /// What stands before a member: a source that is read by people has a line for each.
    pub(super) fn gap(&self) -> &'static str {
        match self.style {
            Style::Own => "\n    ",
            _ => " ",
        }
    }

    /// What stands behind the last member.
    pub(super) fn end(&self) -> &'static str {
        match self.style {
            Style::Own => "\n",
            _ => " ",
        }
    }
}

/// Bytes of a lane of a vector.
fn lane_size(element: &Type) -> Option<u64> {
    match element {
        Type::Integer { bits, .. } => Some(u64::from(*bits) / 8),
        Type::Float(FloatKind::F16 | FloatKind::BF16) => Some(2),
        Type::Float(FloatKind::F32) => Some(4),
        Type::Float(FloatKind::F64) => Some(8),
        _ => None,
    }
}
