//! Turns type names into the vocabulary's types, following typedefs, and notes which structs, unions and
//! enums are reached.

use std::collections::BTreeSet;

use twincall_abi::interface::{Convention, Parameter, Signature};
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeAttributes, TypeDefinition, TypeKind};

use super::declarator::{ArrayLength, CType, FunctionType, parse_type_name};
use super::records::{Alias, RawField, RecordKind, Tables};

/// Typedefs that lead further than this lead in a circle.
const MAX_DEPTH: usize = 64;

/// Resolves the types of one unit.
pub(super) struct Resolver<'a> {
    pub(super) tables: &'a Tables,
    pub(super) target: Target,
    pub(super) cpp: bool,
    reached: BTreeSet<usize>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(tables: &'a Tables, target: Target, cpp: bool) -> Self {
        Resolver {
            tables,
            target,
            cpp,
            reached: BTreeSet::new(),
        }
    }

    /// The type that a text names; a text that is no type name becomes [`Type::Opaque`].
    pub(super) fn resolve_text(&mut self, text: &str) -> Type {
        match parse_type_name(text) {
            Some(parsed) => self.resolve(&parsed.ty, 0),
            None => Type::Opaque(text.to_owned()),
        }
    }

    /// The signature of a function type. Only the outermost one has parameter names, which the caller adds.
    pub(super) fn signature(&mut self, function: &FunctionType) -> Signature {
        self.signature_at(function, 0)
    }

    /// Replaces typedef names at the top of a type by what they stand for.
    pub(super) fn desugar(&self, ty: &CType) -> CType {
        let mut ty = ty.clone();
        for _ in 0..MAX_DEPTH {
            match &ty {
                CType::Name(name) => match self.tables.typedef(name) {
                    Some(Alias::Text(text)) if text != name => match parse_type_name(text) {
                        Some(parsed) => ty = parsed.ty,
                        None => return ty,
                    },
                    _ => return ty,
                },
                CType::Const(inner) => match self.desugar_once(inner) {
                    Some(CType::Const(inner)) => ty = CType::Const(inner),
                    // `const` on an array is on its elements.
                    Some(inner) => ty = CType::Const(Box::new(inner)),
                    None => return ty,
                },
                _ => return ty,
            }
        }
        ty
    }

    fn desugar_once(&self, ty: &CType) -> Option<CType> {
        let CType::Name(name) = ty else { return None };
        match self.tables.typedef(name)? {
            Alias::Text(text) if text != name => parse_type_name(text).map(|parsed| parsed.ty),
            _ => None,
        }
    }

    /// Whether values of a type cannot be changed through it.
    pub(super) fn is_const(&self, ty: &CType) -> bool {
        match self.desugar(ty) {
            CType::Const(_) => true,
            CType::Array(element, _) => self.is_const(&element),
            _ => false,
        }
    }

    /// The record that a type is by value.
    pub(super) fn record_of(&self, ty: &CType) -> Option<usize> {
        match self.desugar(ty) {
            CType::Name(name) => match self.tables.typedef(&name) {
                Some(Alias::Record(index)) => Some(*index),
                _ => self.tables.record(without_keyword(&name)),
            },
            CType::Const(inner) => self.record_of(&inner),
            CType::Array(element, _) => self.record_of(&element),
            _ => None,
        }
    }

    /// Definitions of everything reached so far and all that they reach, in source order.
    pub(super) fn definitions(&mut self) -> Vec<TypeDefinition> {
        let mut known: Vec<(usize, TypeDefinition)> = Vec::new();
        let mut done = BTreeSet::new();
        while let Some(index) = self.reached.iter().copied().find(|index| !done.contains(index)) {
            done.insert(index);
            let definition = self.definition(index, 0);
            known.push((index, definition));
        }
        known.sort_by_key(|(index, _)| *index);
        known.into_iter().map(|(_, definition)| definition).collect()
    }

    fn definition(&mut self, index: usize, depth: usize) -> TypeDefinition {
        let tables = self.tables;
        let record = &tables.records[index];
        let kind = match record.kind {
            _ if !record.complete => TypeKind::Incomplete,
            RecordKind::Struct => TypeKind::Struct {
                fields: self.fields(&record.fields, depth),
            },
            RecordKind::Union => TypeKind::Union {
                fields: self.fields(&record.fields, depth),
            },
            RecordKind::Enum => TypeKind::Enum {
                underlying: (!record.underlying.is_empty()).then(|| self.resolve_text(&record.underlying)),
                values: record.values.clone(),
            },
        };
        TypeDefinition {
            name: self.record_name(index),
            kind,
            attributes: TypeAttributes {
                non_trivial: record.non_trivial,
                ..record.attributes.clone()
            },
            location: record.location.clone(),
        }
    }

    fn fields(&mut self, fields: &[RawField], depth: usize) -> Vec<FieldDefinition> {
        let mut resolved = Vec::new();
        for field in fields {
            let ty = self.resolve_text(&field.ty);
            let inner = parse_type_name(&field.ty).and_then(|parsed| self.record_of(&parsed.ty));
            let anonymous = inner.filter(|_| field.anonymous && depth < MAX_DEPTH);
            resolved.push(FieldDefinition {
                name: field.name.clone(),
                ty,
                bit_width: field.bit_width,
                anonymous: anonymous.map(|index| Box::new(self.definition(index, depth + 1))),
                align: field.align,
                packed: field.packed,
            });
        }
        resolved
    }

    /// The name in the interface's table. A typedef of an unnamed struct and a tag may be equal in C.
    fn record_name(&self, index: usize) -> String {
        let record = &self.tables.records[index];
        if let Some((outer, own)) = record.member_of.as_ref().filter(|(outer, _)| *outer < index) {
            return format!("{}.{own}", self.record_name(*outer));
        }
        match self.tables.record(&record.name) {
            _ if record.name.is_empty() => format!("(unnamed {index})"),
            Some(other) if other != index => format!("{} (typedef)", record.name),
            _ => record.name.clone(),
        }
    }

    fn resolve(&mut self, ty: &CType, depth: usize) -> Type {
        if depth > MAX_DEPTH {
            return Type::Opaque("a type that contains itself".to_owned());
        }
        match ty {
            CType::Name(name) => self.resolve_name(name, depth),
            CType::Const(inner) => self.resolve(inner, depth + 1),
            CType::Atomic(inner) => Type::Atomic(Box::new(self.resolve(inner, depth + 1))),
            CType::Pointer(pointee) => self.pointer(pointee, true, depth + 1),
            CType::Reference(pointee) => self.pointer(pointee, false, depth + 1),
            CType::Array(element, length) => match self.resolve(element, depth + 1) {
                list @ Type::Opaque(_) if is_va_list(&list) => list,
                element => Type::Array {
                    element: Box::new(element),
                    length: match length {
                        ArrayLength::Known(length) => Some(*length),
                        ArrayLength::Absent | ArrayLength::Variable => None,
                    },
                },
            },
            CType::Vector(element, lanes) => Type::Vector {
                element: Box::new(self.resolve(element, depth + 1)),
                lanes: *lanes,
            },
            CType::Complex(part) => match self.resolve(part, depth + 1) {
                Type::Float(kind) => Type::Complex(kind),
                Type::Integer { bits, signed, .. } => Type::ComplexInteger { bits, signed },
                _ => Type::Opaque("_Complex of an integer".to_owned()),
            },
            CType::Function(function) => Type::FunctionPointer {
                signature: Box::new(self.signature_at(function, depth + 1)),
                nullable: false,
            },
            CType::Unknown(text) => Type::Opaque(text.clone()),
        }
    }

    fn pointer(&mut self, pointee: &CType, nullable: bool, depth: usize) -> Type {
        if let CType::Function(function) = self.desugar(pointee) {
            return Type::FunctionPointer {
                signature: Box::new(self.signature_at(&function, depth)),
                nullable,
            };
        }
        // A parameter of type `va_list` has decayed where that is an array.
        if matches!(pointee, CType::Name(name) if without_keyword(name) == "__va_list_tag") {
            return Type::Opaque("va_list".to_owned());
        }
        let mutable = !self.is_const(pointee);
        Type::Pointer {
            pointee: Box::new(self.resolve(pointee, depth)),
            mutable,
            nullable,
        }
    }

    fn signature_at(&mut self, function: &FunctionType, depth: usize) -> Signature {
        let mut convention = Convention::C;
        let mut returns = true;
        for attribute in &function.attributes {
            match attribute.as_str() {
                "noreturn" => returns = false,
                // The attribute stays in the text where the target has no such convention and ignores it.
                other if self.target.is_wasm() && other != "swiftcall" => {}
                "ms_abi" => convention = Convention::Win64,
                "sysv_abi" => convention = Convention::SysV64,
                other if is_convention(other) => convention = Convention::Other(other.to_owned()),
                _ => {}
            }
        }
        let mut params = Vec::new();
        for (ty, spelling) in &function.params {
            params.push(Parameter {
                name: None,
                ty: self.resolve(ty, depth + 1),
                spelling: spelling.clone(),
            });
        }
        Signature {
            convention,
            params,
            result: if returns {
                self.resolve(&function.result, depth + 1)
            } else {
                Type::Never
            },
            variadic: function.variadic,
            unprototyped: function.empty && !self.cpp,
        }
    }

    fn resolve_name(&mut self, name: &str, depth: usize) -> Type {
        if matches!(
            name,
            "__builtin_va_list" | "__builtin_ms_va_list" | "__va_list_tag" | "struct __va_list_tag"
        ) {
            return Type::Opaque("va_list".to_owned());
        }
        if let Some(ty) = self.builtin(name) {
            return ty;
        }
        match self.tables.typedef(name) {
            Some(Alias::Record(index)) => return self.named(*index),
            Some(Alias::Text(text)) if text != name => {
                let mut ty = match parse_type_name(text) {
                    Some(parsed) => self.resolve(&parsed.ty, depth + 1),
                    None => Type::Opaque(name.to_owned()),
                };
                // These names promise a width on every target, which `long` behind them does not.
                if let Type::Integer { spelling, .. } = &mut ty
                    && PROMISING.contains(&name)
                {
                    name.clone_into(spelling);
                }
                return ty;
            }
            _ => {}
        }
        match self.tables.record(without_keyword(name)) {
            Some(index) => self.named(index),
            None => Type::Opaque(name.to_owned()),
        }
    }

    fn named(&mut self, index: usize) -> Type {
        self.reached.insert(index);
        Type::Named(self.record_name(index))
    }

    fn builtin(&self, name: &str) -> Option<Type> {
        let long = if self.target.is_wasm() { 32 } else { 64 };
        let integer = |bits, signed| {
            Some(Type::Integer {
                bits,
                signed,
                spelling: name.to_owned(),
            })
        };
        let float = |kind| Some(Type::Float(kind));
        if let Some((sign, width)) = name.split_once("_BitInt(") {
            return Some(Type::BitInt {
                bits: width.trim_end_matches(')').parse().ok()?,
                signed: !sign.contains("unsigned"),
            });
        }
        match name {
            "void" => Some(Type::Void),
            "_Bool" | "bool" => Some(Type::Bool),
            "char" | "signed char" => integer(8, true),
            "unsigned char" | "char8_t" if name != "char8_t" || self.cpp => integer(8, false),
            "short" => integer(16, true),
            "unsigned short" => integer(16, false),
            "int" => integer(32, true),
            "unsigned int" | "unsigned" => integer(32, false),
            "long" => integer(long, true),
            "unsigned long" => integer(long, false),
            "long long" => integer(64, true),
            "unsigned long long" => integer(64, false),
            "__int128" => integer(128, true),
            "unsigned __int128" => integer(128, false),
            "wchar_t" if self.cpp => integer(32, true),
            "char16_t" if self.cpp => integer(16, false),
            "char32_t" if self.cpp => integer(32, false),
            "_Float16" | "__fp16" => float(FloatKind::F16),
            "__bf16" => float(FloatKind::BF16),
            "float" => float(FloatKind::F32),
            "double" => float(FloatKind::F64),
            "long double" if self.target.is_wasm() => float(FloatKind::F128),
            "long double" => float(FloatKind::X87),
            "__float128" | "_Float128" => float(FloatKind::F128),
            _ => None,
        }
    }
}

/// Names of integers that promise a width, or that of an address (C 7.22.1 and 7.21).
const PROMISING: [&str; 13] = [
    "int8_t",
    "int16_t",
    "int32_t",
    "int64_t",
    "uint8_t",
    "uint16_t",
    "uint32_t",
    "uint64_t",
    "size_t",
    "ssize_t",
    "ptrdiff_t",
    "intptr_t",
    "uintptr_t",
];

fn is_va_list(ty: &Type) -> bool {
    matches!(ty, Type::Opaque(name) if name == "va_list")
}

/// A name without `struct`, `union`, `enum` or `class` before it.
fn without_keyword(name: &str) -> &str {
    match name.split_once(' ') {
        Some(("struct" | "union" | "enum" | "class" | "typename", rest)) => rest,
        _ => name,
    }
}

/// Attributes that choose a calling convention of their own.
fn is_convention(attribute: &str) -> bool {
    matches!(
        attribute,
        "vectorcall"
            | "regcall"
            | "fastcall"
            | "stdcall"
            | "thiscall"
            | "pascal"
            | "preserve_most"
            | "preserve_all"
            | "preserve_none"
            | "swiftcall"
            | "swiftasynccall"
            | "intel_ocl_bicc"
    )
}
