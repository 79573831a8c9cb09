//! Writes a declaration in the other language, so that the other compiler can be asked about it too. What has no counterpart
//! is a reason, not a guess.

use std::fmt::Write as _;

use thiserror::Error;
use twincall_abi::interface::{Convention, Function, Interface, Side, Signature};
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeDefinition, TypeKind};

/// For whom it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// For a compiler: every type by its width.
    Exact,
    /// For a person: with the parameters' names and the names that both languages have for C's types.
    Readable,
    /// The same with a body for each function, which is never reached.
    Defined,
}

/// What has no counterpart in the other language.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub(crate) enum Untranslatable {
    #[error("`{0}`, an enum with fields, is not C")]
    DataEnum(String),
    #[error("the type `{0}` has no name")]
    Unnamed(String),
    #[error("`{0}` has Rust's own representation")]
    OwnRepresentation(String),
    #[error("`{0}` is packed to more than a byte")]
    PackedToMore(String),
    #[error("`{0}` is packed and aligned")]
    PackedAndAligned(String),
    #[error("`{0}` has bit-fields, which Rust has not")]
    BitFields(String),
    #[error("`{0}` has a field with an alignment of its own")]
    AlignedField(String),
    #[error("`{0}` has two names for one value")]
    TwoNames(String),
    #[error("`{0}` is no name in the other language")]
    Name(String),
    #[error("the calling convention is not C's")]
    Convention,
    #[error("Rust has no functions without a prototype")]
    NoPrototype,
    #[error("{what} has no counterpart in {language}")]
    NoCounterpart { what: String, language: Side },
    #[error("`{0}` is not known")]
    Unknown(String),
    #[error("a member without a name")]
    UnnamedMember,
}

impl Untranslatable {
    fn no_counterpart(ty: &Type, language: Side) -> Untranslatable {
        let what = describe(ty);
        Untranslatable::NoCounterpart { what, language }
    }
}

/// The functions of an interface and their types as a source of the language `into`.
pub(crate) fn translate(
    interface: &Interface,
    into: Side,
    target: Target,
    style: Style,
) -> Result<String, Untranslatable> {
    let writer = Writer {
        interface,
        into,
        target,
        style,
    };
    writer.source()
}

/// One function of an interface with the types that it reaches, also through pointers.
pub(crate) fn alone(interface: &Interface, function: &Function) -> Interface {
    fn visit(ty: &Type, interface: &Interface, reached: &mut Vec<String>) {
        match ty {
            Type::Named(name) => {
                let Some(definition) = interface.type_definition(name) else {
                    return;
                };
                if reached.contains(name) {
                    return;
                }
                reached.push(name.clone());
                if let TypeKind::Struct { fields } | TypeKind::Union { fields } = &definition.kind {
                    for field in fields {
                        visit(&field.ty, interface, reached);
                    }
                }
            }
            Type::Pointer { pointee: inner, .. }
            | Type::Array { element: inner, .. }
            | Type::Vector { element: inner, .. }
            | Type::Slice { element: inner, .. }
            | Type::Atomic(inner) => visit(inner, interface, reached),
            _ => {}
        }
    }
    let mut reached = Vec::new();
    let params = function.signature.params.iter().map(|parameter| &parameter.ty);
    for ty in params.chain([&function.signature.result]) {
        visit(ty, interface, &mut reached);
    }
    let mut one = interface.clone();
    one.functions = vec![function.clone()];
    one.types.retain(|definition| reached.contains(&definition.name));
    one
}

impl Writer<'_> {
    fn source(&self) -> Result<String, Untranslatable> {
        let Writer { interface, into, .. } = *self;
        let mut source = String::new();
        if into == Side::C {
            if self.style == Style::Exact {
                source.push_str("#include <stdbool.h>\n");
            }
            for definition in &interface.types {
                let keyword = keyword(definition)?;
                // Pointers may lead to types that come later.
                if keyword != "enum" {
                    let _ = writeln!(source, "{keyword} {};", definition.name);
                }
            }
        }
        for definition in ordered(&interface.types) {
            source.push_str(&self.definition(definition)?);
            source.push('\n');
        }
        for function in &interface.functions {
            source.push_str(&self.function(function)?);
            source.push('\n');
        }
        if into == Side::C && self.style != Style::Exact {
            for (header, names) in [
                ("stdint.h", ["int8_t", "int16_t", "int32_t", "int64_t"].as_slice()),
                ("stddef.h", &["size_t", "ptrdiff_t"]),
            ] {
                if names.iter().any(|name| source.contains(name)) {
                    source.insert_str(0, &format!("#include <{header}>\n"));
                }
            }
        }
        Ok(source)
    }
}

struct Writer<'a> {
    interface: &'a Interface,
    into: Side,
    target: Target,
    style: Style,
}

/// Types after those that they hold by value.
fn ordered(types: &[TypeDefinition]) -> Vec<&TypeDefinition> {
    fn visit<'t>(types: &'t [TypeDefinition], name: &str, done: &mut Vec<&'t TypeDefinition>, depth: usize) {
        let Some(definition) = types.iter().find(|definition| definition.name == name) else {
            return;
        };
        if depth > 64 || done.iter().any(|known| known.name == name) {
            return;
        }
        let (TypeKind::Struct { fields } | TypeKind::Union { fields }) = &definition.kind else {
            done.push(definition);
            return;
        };
        for field in fields {
            if let Some(inner) = by_value(&field.ty) {
                visit(types, inner, done, depth + 1);
            }
        }
        done.push(definition);
    }
    let mut done = Vec::new();
    for definition in types {
        visit(types, &definition.name, &mut done, 0);
    }
    done
}

fn by_value(ty: &Type) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(name),
        Type::Array { element, .. } => by_value(element),
        _ => None,
    }
}

fn keyword(definition: &TypeDefinition) -> Result<&'static str, Untranslatable> {
    match definition.kind {
        TypeKind::Struct { .. } | TypeKind::Incomplete => Ok("struct"),
        TypeKind::Union { .. } => Ok("union"),
        TypeKind::Enum { .. } => Ok("enum"),
        TypeKind::DataEnum { .. } => Err(Untranslatable::DataEnum(definition.name.clone())),
    }
}

impl Writer<'_> {
    fn definition(&self, definition: &TypeDefinition) -> Result<String, Untranslatable> {
        let name = &definition.name;
        let attributes = &definition.attributes;
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Err(Untranslatable::Unnamed(name.clone()));
        }
        if !attributes.c
            && !attributes.transparent
            && !matches!(
                definition.kind,
                TypeKind::Enum {
                    underlying: Some(_),
                    ..
                }
            )
        {
            return Err(Untranslatable::OwnRepresentation(name.clone()));
        }
        let (TypeKind::Struct { fields } | TypeKind::Union { fields }) = &definition.kind else {
            return self.enumeration(definition);
        };
        let union = matches!(definition.kind, TypeKind::Union { .. });
        let packed = attributes.packed;
        match self.into {
            Side::C => {
                let word = if union { "union" } else { "struct" };
                let mut text = format!("{word} {name} {{");
                for field in fields {
                    let label = field_name(field)?;
                    let _ = write!(text, " {}", self.c(&field.ty, &label)?);
                    if let Some(width) = field.bit_width {
                        let _ = write!(text, " : {width}");
                    }
                    if field.packed {
                        text.push_str(" __attribute__((packed))");
                    }
                    if let Some(align) = field.align {
                        let _ = write!(text, " __attribute__((aligned({align})))");
                    }
                    text.push(';');
                }
                text.push_str(" }");
                match packed {
                    Some(1) => text.push_str(" __attribute__((packed))"),
                    Some(_) => return Err(Untranslatable::PackedToMore(name.clone())),
                    None => {}
                }
                if let Some(align) = attributes.align {
                    let _ = write!(text, " __attribute__((aligned({align})))");
                }
                Ok(text + ";")
            }
            Side::Rust => {
                let mut repr = vec!["C".to_owned()];
                match (packed, attributes.align) {
                    (Some(_), Some(_)) => return Err(Untranslatable::PackedAndAligned(name.clone())),
                    (Some(packed), None) => repr.push(format!("packed({packed})")),
                    (None, Some(align)) => repr.push(format!("align({align})")),
                    (None, None) => {}
                }
                let word = if union { "union" } else { "struct" };
                let mut text = format!(
                    "#[repr({})] #[derive(Clone, Copy)] pub {word} {name} {{",
                    repr.join(", ")
                );
                for field in fields {
                    if field.bit_width.is_some() {
                        return Err(Untranslatable::BitFields(name.clone()));
                    }
                    if field.align.is_some() || field.packed {
                        return Err(Untranslatable::AlignedField(name.clone()));
                    }
                    let _ = write!(
                        text,
                        " pub {}: {},",
                        rust_name(&field_name(field)?),
                        self.rust(&field.ty)?
                    );
                }
                Ok(text + " }")
            }
        }
    }

    fn enumeration(&self, definition: &TypeDefinition) -> Result<String, Untranslatable> {
        let name = &definition.name;
        let TypeKind::Enum { underlying, values } = &definition.kind else {
            return match (&definition.kind, self.into) {
                (TypeKind::Incomplete, Side::Rust) => {
                    Ok(format!("#[repr(C)] pub struct {name} {{ _private: [u8; 0] }}"))
                }
                (TypeKind::Incomplete, Side::C) => Ok(String::new()),
                _ => Err(Untranslatable::DataEnum(name.clone())),
            };
        };
        let list = |prefix: &str| {
            let values: Vec<String> = values
                .iter()
                .map(|(value, number)| format!("{prefix}{value} = {number}"))
                .collect();
            values.join(", ")
        };
        match (self.into, underlying) {
            (Side::C, underlying) => {
                let width = match underlying {
                    Some(ty) => format!(" : {}", self.c(ty, "")?.trim()),
                    None => String::new(),
                };
                Ok(format!("enum {name}{width} {{ {} }};", list(&format!("{name}_"))))
            }
            (Side::Rust, underlying) => {
                let repr = match underlying {
                    Some(ty) => self.rust(ty)?,
                    None => "C".to_owned(),
                };
                let mut numbers: Vec<i128> = values.iter().map(|(_, number)| *number).collect();
                numbers.sort_unstable();
                numbers.dedup();
                if numbers.len() != values.len() || values.is_empty() {
                    return Err(Untranslatable::TwoNames(name.clone()));
                }
                Ok(format!(
                    "#[repr({repr})] #[derive(Clone, Copy)] pub enum {name} {{ {} }}",
                    list("")
                ))
            }
        }
    }

    fn function(&self, function: &Function) -> Result<String, Untranslatable> {
        let name = &function.symbol;
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Err(Untranslatable::Name(name.clone()));
        }
        let signature = &function.signature;
        match self.into {
            Side::C => {
                if !matches!(
                    signature.convention,
                    Convention::C | Convention::CUnwind | Convention::SysV64
                ) {
                    return Err(Untranslatable::Convention);
                }
                self.c_function(signature, name)
            }
            Side::Rust => {
                let convention = match signature.convention {
                    Convention::C | Convention::CUnwind => "C",
                    Convention::SysV64 => "sysv64",
                    Convention::Win64 => "win64",
                    _ => return Err(Untranslatable::Convention),
                };
                if signature.unprototyped {
                    return Err(Untranslatable::NoPrototype);
                }
                let (params, result) = self.rust_parts(signature)?;
                if self.style == Style::Defined {
                    return Ok(format!(
                        "#[no_mangle] pub extern \"{convention}\" fn {name}({params}){result} {{ loop {{}} }}"
                    ));
                }
                Ok(format!(
                    "unsafe extern \"{convention}\" {{ pub fn {name}({params}){result}; }}"
                ))
            }
        }
    }

    fn rust_parts(&self, signature: &Signature) -> Result<(String, String), Untranslatable> {
        let mut params = Vec::new();
        for (index, parameter) in signature.params.iter().enumerate() {
            let label = self.label(index, parameter.name.as_deref());
            // The name that the source used is lost in the type, which is resolved.
            let spelled = match self.style {
                Style::Exact => None,
                _ => c_name_in_rust(parameter.spelling.trim_start_matches("const ")),
            };
            let ty = spelled.map_or_else(|| self.rust(&parameter.ty), |name| Ok(name.to_owned()))?;
            params.push(format!("{}: {ty}", rust_name(&label)));
        }
        if signature.variadic {
            params.push("...".to_owned());
        }
        let result = match &signature.result {
            Type::Void => String::new(),
            Type::Never => " -> !".to_owned(),
            ty => format!(" -> {}", self.rust(ty)?),
        };
        Ok((params.join(", "), result))
    }

    /// A parameter's own name, where the other language can have it too.
    fn label(&self, index: usize, name: Option<&str>) -> String {
        match name {
            Some(name) if self.style != Style::Exact && syn::parse_str::<syn::Ident>(name).is_ok() => {
                name.to_owned()
            }
            _ => format!("a{index}"),
        }
    }

    fn c_function(&self, signature: &Signature, inside: &str) -> Result<String, Untranslatable> {
        let mut params = Vec::new();
        for (index, parameter) in signature.params.iter().enumerate() {
            let label = match self.style {
                Style::Exact => String::new(),
                _ => self.label(index, parameter.name.as_deref()),
            };
            let spelled = match self.style {
                Style::Exact => None,
                _ => rust_name_in_c(&parameter.spelling),
            };
            params.push(match spelled {
                Some(name) => format!("{name} {label}"),
                None => self.c(&parameter.ty, &label)?.trim().to_owned(),
            });
        }
        if signature.variadic {
            params.push("...".to_owned());
        }
        if params.is_empty() {
            params.push("void".to_owned());
        }
        let end = match self.style {
            _ if inside.starts_with('(') => "",
            Style::Defined => " { __builtin_trap(); }",
            Style::Exact | Style::Readable => ";",
        };
        let declarator = format!("{inside}({})", params.join(", "));
        Ok(self.c(&signature.result, &declarator)? + end)
    }

    /// A type as Rust spells it.
    fn rust(&self, ty: &Type) -> Result<String, Untranslatable> {
        Ok(match ty {
            Type::Void => "()".to_owned(),
            Type::Never => "!".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Integer {
                bits,
                signed,
                spelling,
            } => match c_name_in_rust(spelling) {
                Some(name) if self.style != Style::Exact => name.to_owned(),
                _ => format!("{}{bits}", if *signed { 'i' } else { 'u' }),
            },
            Type::Float(FloatKind::F32) => "f32".to_owned(),
            Type::Float(FloatKind::F64) => "f64".to_owned(),
            Type::Pointer { pointee, mutable, .. } => {
                let word = if *mutable { "mut" } else { "const" };
                match &**pointee {
                    Type::Named(name)
                        if self.style != Style::Exact && self.interface.type_definition(name).is_some() =>
                    {
                        format!("*{word} {name}")
                    }
                    Type::Named(_) | Type::Void | Type::Opaque(_) => format!("*{word} core::ffi::c_void"),
                    pointee => format!(
                        "*{word} {}",
                        self.rust(pointee).unwrap_or("core::ffi::c_void".to_owned())
                    ),
                }
            }
            Type::FunctionPointer { .. } => "Option<unsafe extern \"C\" fn()>".to_owned(),
            Type::Array {
                element,
                length: Some(length),
            } => format!("[{}; {length}]", self.rust(element)?),
            Type::Named(name) if self.interface.type_definition(name).is_some() => name.clone(),
            other => return Err(Untranslatable::no_counterpart(other, Side::Rust)),
        })
    }

    /// A declaration in C of something called `inside`.
    fn c(&self, ty: &Type, inside: &str) -> Result<String, Untranslatable> {
        let named = |word: &str| format!("{word} {inside}");
        Ok(match ty {
            Type::Void | Type::Never => named("void"),
            Type::Bool => named("_Bool"),
            Type::Integer { spelling, .. }
                if self.style != Style::Exact && rust_name_in_c(spelling).is_some() =>
            {
                named(rust_name_in_c(spelling).unwrap_or_default())
            }
            Type::Integer { bits, signed, .. } => {
                let word = match bits {
                    8 => "char",
                    16 => "short",
                    32 => "int",
                    64 => "long long",
                    128 => "__int128",
                    _ => return Err(Untranslatable::no_counterpart(ty, Side::C)),
                };
                named(&format!("{} {word}", if *signed { "signed" } else { "unsigned" }))
            }
            Type::UnicodeScalar => named("unsigned int"),
            Type::Float(FloatKind::F32) => named("float"),
            Type::Float(FloatKind::F64) => named("double"),
            Type::Float(FloatKind::F16) => named("_Float16"),
            Type::Float(FloatKind::F128) if !self.target.is_wasm() => named("__float128"),
            Type::Pointer { pointee, .. } if self.style != Style::Exact => {
                let pointer = format!("*{inside}");
                let written = match &**pointee {
                    Type::Array { .. } | Type::FunctionPointer { .. } => None,
                    pointee => self.c(pointee, &pointer).ok(),
                };
                written.unwrap_or_else(|| format!("void {pointer}"))
            }
            Type::Pointer { .. } => named("void *"),
            Type::FunctionPointer { .. } => format!("void (*{inside})(void)"),
            Type::Array {
                element,
                length: Some(length),
            } => self.c(element, &format!("{inside}[{length}]"))?,
            Type::Named(name) => match self.interface.type_definition(name) {
                Some(definition) => named(&format!("{} {name}", keyword(definition)?)),
                None => return Err(Untranslatable::Unknown(name.clone())),
            },
            other => return Err(Untranslatable::no_counterpart(other, Side::C)),
        })
    }
}

/// A name that Rust takes, also where it is a word of the language.
fn rust_name(name: &str) -> String {
    match syn::parse_str::<syn::Ident>(name) {
        Ok(_) => name.to_owned(),
        // These words are no raw identifiers either.
        Err(_) if matches!(name, "self" | "Self" | "super" | "crate" | "_") => format!("{name}_"),
        Err(_) => format!("r#{name}"),
    }
}

/// What Rust calls an integer type of C.
fn c_name_in_rust(spelling: &str) -> Option<&'static str> {
    Some(match spelling {
        "char" => "core::ffi::c_char",
        "signed char" | "int8_t" => "i8",
        "unsigned char" | "uint8_t" => "u8",
        "short" | "int16_t" => "i16",
        "unsigned short" | "uint16_t" => "u16",
        "int" => "core::ffi::c_int",
        "unsigned int" | "unsigned" => "core::ffi::c_uint",
        "int32_t" => "i32",
        "uint32_t" => "u32",
        "long" => "core::ffi::c_long",
        "unsigned long" => "core::ffi::c_ulong",
        "long long" | "int64_t" => "i64",
        "unsigned long long" | "uint64_t" => "u64",
        "size_t" | "uintptr_t" => "usize",
        "ssize_t" | "ptrdiff_t" | "intptr_t" => "isize",
        _ => return None,
    })
}

/// What C calls an integer type of Rust.
fn rust_name_in_c(spelling: &str) -> Option<&'static str> {
    let name = spelling.rsplit("::").next().unwrap_or(spelling);
    Some(match name {
        "i8" | "int8_t" => "int8_t",
        "u8" | "uint8_t" => "uint8_t",
        "i16" | "int16_t" => "int16_t",
        "u16" | "uint16_t" => "uint16_t",
        "i32" | "int32_t" => "int32_t",
        "u32" | "uint32_t" => "uint32_t",
        "i64" | "int64_t" => "int64_t",
        "u64" | "uint64_t" => "uint64_t",
        "usize" | "size_t" => "size_t",
        "isize" | "ptrdiff_t" => "ptrdiff_t",
        "c_char" | "char" => "char",
        "c_schar" => "signed char",
        "c_uchar" => "unsigned char",
        "c_short" | "short" => "short",
        "c_ushort" => "unsigned short",
        "c_int" | "int" => "int",
        "c_uint" => "unsigned int",
        "c_long" | "long" => "long",
        "c_ulong" => "unsigned long",
        "c_longlong" => "long long",
        "c_ulonglong" => "unsigned long long",
        _ => return None,
    })
}

/// The field's name, with which a tuple's field is a name too.
fn field_name(field: &FieldDefinition) -> Result<String, Untranslatable> {
    match &field.name {
        Some(name) if name.starts_with(|c: char| c.is_ascii_digit()) => Ok(format!("f{name}")),
        Some(name) => Ok(name.clone()),
        None => Err(Untranslatable::UnnamedMember),
    }
}

fn describe(ty: &Type) -> String {
    match ty {
        Type::Float(kind) => format!("the floating-point type {kind:?}"),
        Type::BitInt { bits, .. } => format!("_BitInt({bits})"),
        Type::Complex(_) | Type::ComplexInteger { .. } => "a complex number".to_owned(),
        Type::Atomic(_) => "an atomic type".to_owned(),
        Type::Vector { .. } => "a vector".to_owned(),
        Type::Slice { .. } => "a slice".to_owned(),
        Type::Array { .. } => "an array without length".to_owned(),
        Type::Opaque(name) => format!("`{name}`"),
        _ => "a type".to_owned(),
    }
}

#[cfg(test)]
mod tests;
