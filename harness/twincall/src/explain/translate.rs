//! Writes a declaration in the other language, so that the other compiler can be asked about it too, or once more in its own.
//! What has no counterpart is a reason, not a guess.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use thiserror::Error;
use twincall_abi::interface::{Convention, Function, Interface, Parameter, Side, Signature};
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeDefinition, TypeKind};

mod names;
mod own;

use names::{c_name_in_rust, plain, rust_name, rust_name_in_c};
pub(crate) use own::Part;

/// For whom it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// For a compiler: every type by its width.
    Exact,
    /// For a person: with the parameters' names and the names that both languages have for C's types.
    Readable,
    /// The same with a body for each function, which is never reached.
    Defined,
    /// In its own language, with such bodies and by names that need no header and no crate.
    Own,
}

/// What has no counterpart in the other language.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub(crate) enum Untranslatable {
    #[error("`{0}`, an enum with fields, is not C")]
    DataEnum(String),
    #[error("`{0}` has Rust's own representation")]
    OwnRepresentation(String),
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
    #[error("it has no prototype, so that its callers decide what is passed")]
    Unprototyped,
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
    Writer::new(interface, into, target, style).source()
}

/// One function of an interface with the types that it reaches, also through pointers.
pub(crate) fn alone(interface: &Interface, function: &Function) -> Interface {
    fn visit_fields(kind: &TypeKind, interface: &Interface, reached: &mut Vec<String>) {
        let fields: Vec<&FieldDefinition> = match kind {
            TypeKind::Struct { fields } | TypeKind::Union { fields } => fields.iter().collect(),
            TypeKind::DataEnum { variants, .. } => variants.iter().flat_map(|(_, fields)| fields).collect(),
            TypeKind::Enum { .. } | TypeKind::Incomplete => Vec::new(),
        };
        for field in fields {
            visit(&field.ty, interface, reached);
            if let Some(inner) = &field.anonymous {
                visit_fields(&inner.kind, interface, reached);
            }
        }
    }
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
                visit_fields(&definition.kind, interface, reached);
            }
            Type::Pointer { pointee: inner, .. }
            | Type::Array { element: inner, .. }
            | Type::Vector { element: inner, .. }
            | Type::Slice { element: inner, .. }
            | Type::Atomic(inner) => visit(inner, interface, reached),
            Type::FunctionPointer { signature, .. } => {
                for ty in signature
                    .params
                    .iter()
                    .map(|param| &param.ty)
                    .chain([&signature.result])
                {
                    visit(ty, interface, reached);
                }
            }
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
                if let Some(line) = self.announcement(definition)? {
                    let _ = writeln!(source, "{line}");
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

/// Writes types and declarations of one side's interface in the other language.
pub(crate) struct Writer<'a> {
    interface: &'a Interface,
    into: Side,
    target: Target,
    style: Style,
    /// Types that the other language has already, by the name on this side.
    known: BTreeMap<String, String>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(interface: &'a Interface, into: Side, target: Target, style: Style) -> Writer<'a> {
        Writer {
            interface,
            into,
            target,
            style,
            known: BTreeMap::new(),
        }
    }

    /// Has types called as the other language calls them already.
    pub(crate) fn with_known(mut self, known: BTreeMap<String, String>) -> Writer<'a> {
        self.known = known;
        self
    }

    /// What a type is called in the other language.
    fn type_name(&self, name: &str) -> String {
        self.known.get(name).cloned().unwrap_or_else(|| plain(name))
    }
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
    /// A type's name in C before what it is, since pointers may lead to types that come later.
    fn announcement(&self, definition: &TypeDefinition) -> Result<Option<String>, Untranslatable> {
        let keyword = keyword(definition)?;
        Ok((keyword != "enum").then(|| format!("{keyword} {};", self.type_name(&definition.name))))
    }

    /// A struct, union or enum.
    pub(crate) fn definition(&self, definition: &TypeDefinition) -> Result<String, Untranslatable> {
        let name = &self.type_name(&definition.name);
        let attributes = &definition.attributes;
        if self.style != Style::Own
            && !attributes.c
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
                let (members, end) = (self.c_fields(fields, self.gap())?, self.end());
                let mut text = format!("{word} {name} {{{members}{end}}}");
                if packed == Some(1) {
                    text.push_str(" __attribute__((packed))");
                }
                if let Some(align) = attributes.align {
                    let _ = write!(text, " __attribute__((aligned({align})))");
                }
                text.push(';');
                Ok(match packed {
                    Some(most) if most > 1 => {
                        format!("#pragma pack(push, {most})\n{text}\n#pragma pack(pop)")
                    }
                    _ => text,
                })
            }
            Side::Rust => {
                let mut repr = self.repr(attributes);
                match (packed, attributes.align) {
                    (Some(_), Some(_)) => return Err(Untranslatable::PackedAndAligned(name.clone())),
                    (Some(packed), None) => repr.push(format!("packed({packed})")),
                    (None, Some(align)) => repr.push(format!("align({align})")),
                    (None, None) => {}
                }
                let word = if union { "union" } else { "struct" };
                let mut text = format!("{}pub {word} {name} {{", self.rust_attributes(&repr));
                for field in self.rust_fields(definition)? {
                    let _ = write!(text, "{}pub {field},", self.gap());
                }
                Ok(text + self.end() + "}")
            }
        }
    }

    /// The members of a struct or union in C, each with a gap before it.
    fn c_fields(&self, fields: &[FieldDefinition], gap: &str) -> Result<String, Untranslatable> {
        let mut text = String::new();
        for field in fields {
            if let Some(inner) = &field.anonymous
                && let TypeKind::Struct { fields } | TypeKind::Union { fields } = &inner.kind
            {
                let members = self.c_fields(fields, " ")?;
                let _ = write!(text, "{gap}{} {{{members} }}", keyword(inner)?);
            } else {
                let label = match (&field.name, field.bit_width) {
                    // Padding to a bit, or to the next unit.
                    (None, Some(_)) => String::new(),
                    _ => field_name(field)?,
                };
                let _ = write!(text, "{gap}{}", self.c(&field.ty, &label)?.trim());
            }
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
        Ok(text)
    }

    /// The fields of a struct or union in Rust: `name: type`.
    pub(crate) fn rust_fields(&self, definition: &TypeDefinition) -> Result<Vec<String>, Untranslatable> {
        let (TypeKind::Struct { fields } | TypeKind::Union { fields }) = &definition.kind else {
            return Ok(Vec::new());
        };
        let union = matches!(definition.kind, TypeKind::Union { .. });
        let mut written = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            if field.bit_width.is_some() {
                return Err(Untranslatable::BitFields(definition.name.clone()));
            }
            if field.align.is_some() || field.packed {
                return Err(Untranslatable::AlignedField(definition.name.clone()));
            }
            let label = match &field.anonymous {
                // As bindgen calls what has no name.
                Some(_) => format!("__bindgen_anon_{}", index + 1),
                None => rust_name(&field_name(field)?),
            };
            let last = index + 1 == fields.len();
            let ty = match &field.ty {
                // A flexible array takes no bytes of its struct.
                Type::Array {
                    element,
                    length: None,
                } if last && !union => format!("[{}; 0]", self.rust(element)?),
                ty if union => self.rust_union_member(ty)?,
                ty => self.rust(ty)?,
            };
            written.push(format!("{label}: {ty}"));
        }
        Ok(written)
    }

    fn enumeration(&self, definition: &TypeDefinition) -> Result<String, Untranslatable> {
        let name = &self.type_name(&definition.name);
        let TypeKind::Enum { underlying, values } = &definition.kind else {
            return match (&definition.kind, self.into) {
                (TypeKind::Incomplete, Side::Rust) => {
                    Ok(format!("#[repr(C)] pub struct {name} {{ _private: [u8; 0] }}"))
                }
                (TypeKind::Incomplete, Side::C) => Ok(String::new()),
                (TypeKind::DataEnum { underlying, variants }, Side::Rust) if self.style == Style::Own => {
                    self.own_data_enum(definition, underlying.as_ref(), variants)
                }
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
                    Some(ty) => vec![self.rust(ty)?],
                    None => self.repr(&definition.attributes),
                };
                let mut numbers: Vec<i128> = values.iter().map(|(_, number)| *number).collect();
                numbers.sort_unstable();
                numbers.dedup();
                if numbers.len() != values.len() || values.is_empty() {
                    return Err(Untranslatable::TwoNames(name.clone()));
                }
                Ok(format!(
                    "{}pub enum {name} {{ {} }}",
                    self.rust_attributes(&repr),
                    list("")
                ))
            }
        }
    }

    /// The symbol of a function, where it is a name in both languages.
    pub(crate) fn declared_name<'f>(&self, function: &'f Function) -> Result<&'f str, Untranslatable> {
        let name = &function.symbol;
        match name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            true => Ok(name),
            false => Err(Untranslatable::Name(name.clone())),
        }
    }

    /// The declaration of a function.
    pub(crate) fn function(&self, function: &Function) -> Result<String, Untranslatable> {
        let name = self.declared_name(function)?;
        let signature = &function.signature;
        match self.into {
            Side::C => {
                let end = match self.style {
                    Style::Defined | Style::Own => " { __builtin_trap(); }",
                    Style::Exact | Style::Readable => ";",
                };
                Ok(self.c_declared(function)? + end)
            }
            Side::Rust => {
                let convention = self.rust_convention(&signature.convention)?;
                if signature.unprototyped {
                    return Err(Untranslatable::NoPrototype);
                }
                let (params, result) = self.rust_parts(signature)?;
                let declared = format!("extern \"{convention}\" fn {name}({params}){result}");
                Ok(match self.style {
                    Style::Defined => format!("#[no_mangle] pub {declared} {{ loop {{}} }}"),
                    Style::Own => format!("#[no_mangle]\npub {declared} {{\n    loop {{}}\n}}"),
                    Style::Exact | Style::Readable => {
                        format!("unsafe extern \"{convention}\" {{ pub fn {name}({params}){result}; }}")
                    }
                })
            }
        }
    }

    /// A convention as Rust spells it.
    pub(crate) fn rust_convention(&self, convention: &Convention) -> Result<&'static str, Untranslatable> {
        match convention {
            Convention::C | Convention::CUnwind => Ok("C"),
            Convention::SysV64 => Ok("sysv64"),
            Convention::Win64 => Ok("win64"),
            Convention::Rust if self.style == Style::Own => Ok("Rust"),
            _ => Err(Untranslatable::Convention),
        }
    }

    /// What stands between the parentheses in Rust, and what follows them.
    pub(crate) fn rust_parts(&self, signature: &Signature) -> Result<(String, String), Untranslatable> {
        let mut params = Vec::new();
        for (index, parameter) in signature.params.iter().enumerate() {
            let label = self.rust_label(index, parameter.name.as_deref());
            params.push(format!("{label}: {}", self.rust_parameter(parameter)?));
        }
        if signature.variadic {
            params.push("...".to_owned());
        }
        Ok((params.join(", "), self.rust_result(&signature.result)?))
    }

    /// The type of a parameter in Rust.
    pub(crate) fn rust_parameter(&self, parameter: &Parameter) -> Result<String, Untranslatable> {
        // The name that the source used is lost in the type, which is resolved.
        let spelled = match self.style {
            Style::Exact | Style::Own => None,
            _ => c_name_in_rust(parameter.spelling.trim_start_matches("const ")),
        };
        spelled.map_or_else(|| self.rust(&parameter.ty), |name| Ok(name.to_owned()))
    }

    /// What follows the parameters in Rust: nothing for `void`.
    pub(crate) fn rust_result(&self, result: &Type) -> Result<String, Untranslatable> {
        Ok(match result {
            Type::Void => String::new(),
            Type::Never => " -> !".to_owned(),
            ty => format!(" -> {}", self.rust(ty)?),
        })
    }

    /// `unsafe extern "C" fn(i32) -> i32`. Where only its place counts, a pointer to any function is like another.
    fn rust_function_pointer(&self, signature: &Signature) -> Result<String, Untranslatable> {
        if self.style == Style::Exact || signature.unprototyped {
            return Ok("unsafe extern \"C\" fn()".to_owned());
        }
        let convention = self.rust_convention(&signature.convention)?;
        let mut params = Vec::new();
        for parameter in &signature.params {
            let ty = self.rust_parameter(parameter)?;
            params.push(match &parameter.name {
                Some(name) => format!("{}: {ty}", rust_name(name)),
                None => ty,
            });
        }
        if signature.variadic {
            params.push("...".to_owned());
        }
        let result = self.rust_result(&signature.result)?;
        Ok(format!(
            "unsafe extern \"{convention}\" fn({}){result}",
            params.join(", ")
        ))
    }

    /// What a parameter is called in Rust.
    pub(crate) fn rust_label(&self, index: usize, name: Option<&str>) -> String {
        rust_name(&self.label(index, name))
    }

    /// A parameter's own name, where the other language can have it too.
    pub(crate) fn label(&self, index: usize, name: Option<&str>) -> String {
        match name {
            Some(name) if self.style != Style::Exact && syn::parse_str::<syn::Ident>(name).is_ok() => {
                name.to_owned()
            }
            _ => format!("a{index}"),
        }
    }

    /// What stands before the body of a function in C.
    pub(crate) fn c_declared(&self, function: &Function) -> Result<String, Untranslatable> {
        let signature = &function.signature;
        if !matches!(
            signature.convention,
            Convention::C | Convention::CUnwind | Convention::SysV64
        ) {
            return Err(Untranslatable::Convention);
        }
        if self.style == Style::Own && signature.unprototyped {
            return Err(Untranslatable::Unprototyped);
        }
        let declarator = format!(
            "{}({})",
            self.declared_name(function)?,
            self.c_parameters(signature)?
        );
        self.c(&signature.result, &declarator)
    }

    fn c_parameters(&self, signature: &Signature) -> Result<String, Untranslatable> {
        let mut params = Vec::new();
        for (index, parameter) in signature.params.iter().enumerate() {
            let label = match self.style {
                Style::Exact => String::new(),
                _ => self.label(index, parameter.name.as_deref()),
            };
            params.push(self.c_parameter(parameter, &label)?);
        }
        if signature.variadic {
            params.push("...".to_owned());
        }
        if params.is_empty() {
            params.push("void".to_owned());
        }
        Ok(params.join(", "))
    }

    /// A parameter called `label` in C.
    pub(crate) fn c_parameter(&self, parameter: &Parameter, label: &str) -> Result<String, Untranslatable> {
        let spelled = match self.style {
            Style::Exact | Style::Own => None,
            _ => rust_name_in_c(&parameter.spelling),
        };
        Ok(match spelled {
            Some(name) => format!("{name} {label}"),
            None => self.c(&parameter.ty, label)?.trim().to_owned(),
        })
    }

    /// A type as Rust spells it.
    pub(crate) fn rust(&self, ty: &Type) -> Result<String, Untranslatable> {
        if let Some(word) = self.own_rust(ty)? {
            return Ok(word);
        }
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
                    Type::Named(name) if self.style != Style::Exact && self.names(name) => {
                        format!("*{word} {}", self.type_name(name))
                    }
                    Type::Named(_) | Type::Void | Type::Opaque(_) => format!("*{word} core::ffi::c_void"),
                    pointee => format!(
                        "*{word} {}",
                        self.rust(pointee).unwrap_or("core::ffi::c_void".to_owned())
                    ),
                }
            }
            Type::FunctionPointer { signature, nullable } => {
                let pointer = self.rust_function_pointer(signature)?;
                match *nullable || self.style == Style::Exact {
                    true => format!("Option<{pointer}>"),
                    false => pointer,
                }
            }
            // Both targets pass it as an address: natively an array decays to one (psABI 3.5.7).
            Type::Opaque(name) if name == "va_list" && self.style != Style::Exact => {
                "*mut core::ffi::c_void".to_owned()
            }
            Type::Array {
                element,
                length: Some(length),
            } => format!("[{}; {length}]", self.rust(element)?),
            Type::Named(name) if self.names(name) => self.type_name(name),
            other => return Err(Untranslatable::no_counterpart(other, Side::Rust)),
        })
    }

    /// Whether the other language has a type for this name, or will have.
    fn names(&self, name: &str) -> bool {
        self.known.contains_key(name) || self.interface.type_definition(name).is_some()
    }

    /// A declaration in C of something called `inside`.
    pub(crate) fn c(&self, ty: &Type, inside: &str) -> Result<String, Untranslatable> {
        self.c_object(ty, inside, false)
    }

    /// The same of something that may be constant.
    fn c_object(&self, ty: &Type, inside: &str, constant: bool) -> Result<String, Untranslatable> {
        let named = |word: &str| match constant {
            true => format!("const {word} {inside}"),
            false => format!("{word} {inside}"),
        };
        if let Some(word) = self.own_c(ty)? {
            return Ok(named(&word));
        }
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
            Type::Pointer { pointee, mutable, .. } if self.style != Style::Exact => {
                let pointer = match constant {
                    true => format!("*const {inside}"),
                    false => format!("*{inside}"),
                };
                let declarator = match &**pointee {
                    Type::Array { .. } => format!("({pointer})"),
                    _ => pointer.clone(),
                };
                let written = self.c_object(pointee, &declarator, !mutable);
                written.unwrap_or_else(|_| match mutable {
                    true => format!("void {pointer}"),
                    false => format!("const void {pointer}"),
                })
            }
            Type::Pointer { .. } => named("void *"),
            Type::FunctionPointer { signature, .. } if self.style != Style::Exact => {
                let pointer = match constant {
                    true => format!("(*const {inside})"),
                    false => format!("(*{inside})"),
                };
                self.c(
                    &signature.result,
                    &format!("{pointer}({})", self.c_parameters(signature)?),
                )?
            }
            Type::FunctionPointer { .. } => format!("void (*{inside})(void)"),
            Type::Array {
                element,
                length: None,
            } if self.style != Style::Exact => self.c_object(element, &format!("{inside}[]"), constant)?,
            Type::Array {
                element,
                length: Some(length),
            } => self.c_object(element, &format!("{inside}[{length}]"), constant)?,
            Type::Named(name) => match (self.known.get(name), self.interface.type_definition(name)) {
                (Some(known), _) => named(known),
                (None, Some(definition)) => named(&format!("{} {}", keyword(definition)?, plain(name))),
                (None, None) => return Err(Untranslatable::Unknown(name.clone())),
            },
            other => return Err(Untranslatable::no_counterpart(other, Side::C)),
        })
    }
}

/// The field's name, with which a tuple's field is a name too.
fn field_name(field: &FieldDefinition) -> Result<String, Untranslatable> {
    match &field.name {
        Some(name) if name.starts_with(|c: char| c.is_ascii_digit()) => Ok(format!("f{name}")),
        // The address of a class's table of functions is no member that anything can name.
        Some(name) if name.starts_with('(') => Err(Untranslatable::UnnamedMember),
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
