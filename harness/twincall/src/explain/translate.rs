//! Writes a declaration in the other language, so that the other compiler can be asked about it too. What has no counterpart
//! is a reason, not a guess.

use std::fmt::Write as _;

use twincall_abi::interface::{Convention, Function, Interface, Side, Signature};
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeDefinition, TypeKind};

/// The functions of an interface and their types as a source of the language `into`.
pub(crate) fn translate(interface: &Interface, into: Side, target: Target) -> Result<String, String> {
    let writer = Writer {
        interface,
        into,
        target,
    };
    let mut source = String::new();
    if into == Side::C {
        source.push_str("#include <stdbool.h>\n");
        for definition in &interface.types {
            let keyword = keyword(definition)?;
            // Pointers may lead to types that come later.
            if keyword != "enum" {
                let _ = writeln!(source, "{keyword} {};", definition.name);
            }
        }
    }
    for definition in ordered(&interface.types) {
        source.push_str(&writer.definition(definition)?);
        source.push('\n');
    }
    for function in &interface.functions {
        source.push_str(&writer.function(function)?);
        source.push('\n');
    }
    Ok(source)
}

struct Writer<'a> {
    interface: &'a Interface,
    into: Side,
    target: Target,
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

fn keyword(definition: &TypeDefinition) -> Result<&'static str, String> {
    match definition.kind {
        TypeKind::Struct { .. } | TypeKind::Incomplete => Ok("struct"),
        TypeKind::Union { .. } => Ok("union"),
        TypeKind::Enum { .. } => Ok("enum"),
        TypeKind::DataEnum { .. } => Err(format!("`{}`, an enum with fields, is not C", definition.name)),
    }
}

impl Writer<'_> {
    fn definition(&self, definition: &TypeDefinition) -> Result<String, String> {
        let name = &definition.name;
        let attributes = &definition.attributes;
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Err(format!("the type `{name}` has no name"));
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
            return Err(format!("`{name}` has Rust's own representation"));
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
                    let _ = write!(text, " {};", self.c(&field.ty, &label)?);
                }
                text.push_str(" }");
                match packed {
                    Some(1) => text.push_str(" __attribute__((packed))"),
                    Some(_) => return Err(format!("`{name}` is packed to more than a byte")),
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
                    (Some(_), Some(_)) => return Err(format!("`{name}` is packed and aligned")),
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
                        return Err(format!("`{name}` has bit-fields, which Rust has not"));
                    }
                    if field.align.is_some() || field.packed {
                        return Err(format!("`{name}` has a field with an alignment of its own"));
                    }
                    let _ = write!(text, " pub {}: {},", field_name(field)?, self.rust(&field.ty)?);
                }
                Ok(text + " }")
            }
        }
    }

    fn enumeration(&self, definition: &TypeDefinition) -> Result<String, String> {
        let name = &definition.name;
        let TypeKind::Enum { underlying, values } = &definition.kind else {
            return match (&definition.kind, self.into) {
                (TypeKind::Incomplete, Side::Rust) => {
                    Ok(format!("#[repr(C)] pub struct {name} {{ _private: [u8; 0] }}"))
                }
                (TypeKind::Incomplete, Side::C) => Ok(String::new()),
                _ => Err(format!("`{name}`, an enum with fields, is not C")),
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
                    return Err(format!("`{name}` has two names for one value"));
                }
                Ok(format!(
                    "#[repr({repr})] #[derive(Clone, Copy)] pub enum {name} {{ {} }}",
                    list("")
                ))
            }
        }
    }

    fn function(&self, function: &Function) -> Result<String, String> {
        let name = &function.symbol;
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Err(format!("`{name}` is no name in the other language"));
        }
        let signature = &function.signature;
        match self.into {
            Side::C => {
                if !matches!(
                    signature.convention,
                    Convention::C | Convention::CUnwind | Convention::SysV64
                ) {
                    return Err("the calling convention is not C's".to_owned());
                }
                self.c_function(signature, name)
            }
            Side::Rust => {
                let convention = match signature.convention {
                    Convention::C | Convention::CUnwind => "C",
                    Convention::SysV64 => "sysv64",
                    Convention::Win64 => "win64",
                    _ => return Err("the calling convention is not C's".to_owned()),
                };
                if signature.unprototyped {
                    return Err("Rust has no functions without a prototype".to_owned());
                }
                let (params, result) = self.rust_parts(signature)?;
                Ok(format!(
                    "unsafe extern \"{convention}\" {{ pub fn {name}({params}){result}; }}"
                ))
            }
        }
    }

    fn rust_parts(&self, signature: &Signature) -> Result<(String, String), String> {
        let mut params = Vec::new();
        for (index, parameter) in signature.params.iter().enumerate() {
            params.push(format!("a{index}: {}", self.rust(&parameter.ty)?));
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

    fn c_function(&self, signature: &Signature, inside: &str) -> Result<String, String> {
        let mut params = Vec::new();
        for parameter in &signature.params {
            params.push(self.c(&parameter.ty, "")?.trim().to_owned());
        }
        if signature.variadic {
            params.push("...".to_owned());
        }
        if params.is_empty() {
            params.push("void".to_owned());
        }
        let end = if inside.starts_with('(') { "" } else { ";" };
        let declarator = format!("{inside}({})", params.join(", "));
        Ok(self.c(&signature.result, &declarator)? + end)
    }

    /// A type as Rust spells it.
    fn rust(&self, ty: &Type) -> Result<String, String> {
        Ok(match ty {
            Type::Void => "()".to_owned(),
            Type::Never => "!".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Integer { bits, signed, .. } => format!("{}{bits}", if *signed { 'i' } else { 'u' }),
            Type::Float(FloatKind::F32) => "f32".to_owned(),
            Type::Float(FloatKind::F64) => "f64".to_owned(),
            Type::Pointer { pointee, mutable, .. } => {
                let word = if *mutable { "mut" } else { "const" };
                match &**pointee {
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
            other => return Err(format!("{} has no counterpart in Rust", describe(other))),
        })
    }

    /// A declaration in C of something called `inside`.
    fn c(&self, ty: &Type, inside: &str) -> Result<String, String> {
        let named = |word: &str| format!("{word} {inside}");
        Ok(match ty {
            Type::Void | Type::Never => named("void"),
            Type::Bool => named("_Bool"),
            Type::Integer { bits, signed, .. } => {
                let word = match bits {
                    8 => "char",
                    16 => "short",
                    32 => "int",
                    64 => "long long",
                    128 => "__int128",
                    _ => return Err(format!("{} has no counterpart in C", describe(ty))),
                };
                named(&format!("{} {word}", if *signed { "signed" } else { "unsigned" }))
            }
            Type::UnicodeScalar => named("unsigned int"),
            Type::Float(FloatKind::F32) => named("float"),
            Type::Float(FloatKind::F64) => named("double"),
            Type::Float(FloatKind::F16) => named("_Float16"),
            Type::Float(FloatKind::F128) if !self.target.is_wasm() => named("__float128"),
            Type::Pointer { .. } => named("void *"),
            Type::FunctionPointer { .. } => format!("void (*{inside})(void)"),
            Type::Array {
                element,
                length: Some(length),
            } => self.c(element, &format!("{inside}[{length}]"))?,
            Type::Named(name) => match self.interface.type_definition(name) {
                Some(definition) => named(&format!("{} {name}", keyword(definition)?)),
                None => return Err(format!("`{name}` is not known")),
            },
            other => return Err(format!("{} has no counterpart in C", describe(other))),
        })
    }
}

/// The field's name, with which a tuple's field is a name too.
fn field_name(field: &FieldDefinition) -> Result<String, String> {
    match &field.name {
        Some(name) if name.starts_with(|c: char| c.is_ascii_digit()) => Ok(format!("f{name}")),
        Some(name) => Ok(name.clone()),
        None => Err("a member without a name".to_owned()),
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
