//! Generated signatures in Rust.

use std::fmt::Write;

use twincall_abi::types::{FloatKind, Type, TypeDefinition, TypeKind};

use super::{Request, has_offset, members, passed};
use crate::model_check::generate::{Generated, RustForm, Vocabulary};
use crate::model_check::unextended::is_small;

/// The text of a Rust unit.
#[derive(Debug, Default)]
pub(in crate::model_check) struct RustUnit {
    text: String,
}

const PROLOGUE: &str = "\
#![no_std]
#![allow(dead_code, improper_ctypes, improper_ctypes_definitions, non_camel_case_types, non_snake_case, unused)]
use core::ffi::c_void;
use core::ptr::{addr_of, read_volatile};
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Handle(core::ptr::NonNull<c_void>);
#[unsafe(no_mangle)]
extern \"C\" fn rust_eh_personality() {}
#[unsafe(no_mangle)]
static mut tc_target: *const c_void = core::ptr::null();
#[unsafe(no_mangle)]
static mut tc_args: *const *mut c_void = core::ptr::null();
#[unsafe(no_mangle)]
static mut tc_ret: *mut c_void = core::ptr::null_mut();
";

impl RustUnit {
    /// The unit with everything that the request asks for.
    pub(in crate::model_check) fn write(request: Request<'_>) -> String {
        let mut unit = RustUnit::default();
        for generated in request.signatures {
            for definition in &generated.types {
                unit.define(definition, generated);
            }
            unit.caller(generated, request.wasm);
            unit.callee(generated, request.widen);
            unit.layout(generated);
        }
        format!("{PROLOGUE}{}", unit.text)
    }

    fn define(&mut self, definition: &TypeDefinition, generated: &Generated) {
        let name = &definition.name;
        match generated.forms.get(name) {
            Some(RustForm::Alias(ty)) => {
                let _ = writeln!(self.text, "pub type {name} = {ty};");
                return;
            }
            Some(RustForm::DataEnum { repr, variants, .. }) => {
                let mut body = String::new();
                for (index, fields) in variants.iter().enumerate() {
                    let fields: Vec<String> = fields
                        .iter()
                        .map(|field| {
                            format!("{}: {}", field.name.as_deref().unwrap_or("_"), spell(&field.ty))
                        })
                        .collect();
                    let _ = write!(body, "V{index} {{ {} }}, ", fields.join(", "));
                }
                // An alignment of the definition's own is not drawn, because the C form would have it twice.
                let _ = writeln!(
                    self.text,
                    "#[repr({repr})] #[derive(Clone, Copy)] pub enum {name} {{ {body}}}"
                );
                return;
            }
            None => {}
        }
        let mut repr = Vec::new();
        if definition.attributes.transparent {
            repr.push("transparent".to_owned());
        }
        if definition.attributes.c && !matches!(definition.kind, TypeKind::Enum { .. }) {
            repr.push("C".to_owned());
        }
        match definition.attributes.packed {
            Some(1) => repr.push("packed".to_owned()),
            Some(n) => repr.push(format!("packed({n})")),
            None => {}
        }
        if let Some(align) = definition.attributes.align {
            repr.push(format!("align({align})"));
        }
        let mut body = String::new();
        let keyword = match &definition.kind {
            TypeKind::Enum { underlying, values } => {
                if let Some(Type::Integer { bits, signed, .. }) = underlying {
                    repr.push(integer(*bits, *signed));
                }
                for (value, number) in values {
                    let _ = write!(body, "{value} = {number}, ");
                }
                "enum"
            }
            TypeKind::Union { .. } => "union",
            _ => "struct",
        };
        for field in members(definition) {
            let field_name = field.name.as_deref().unwrap_or("_");
            let _ = write!(body, "{field_name}: {}, ", spell(&field.ty));
        }
        let _ = writeln!(
            self.text,
            "#[repr({})] #[derive(Clone, Copy)] pub {keyword} {name} {{ {body}}}",
            repr.join(", ")
        );
    }

    fn caller(&mut self, generated: &Generated, wasm: bool) {
        let number = generated.number;
        let signature = &generated.signature;
        let mut types: Vec<String> = signature.params.iter().map(|param| spell(&param.ty)).collect();
        if signature.variadic {
            types.push("...".to_owned());
        }
        let result = spell(&signature.result);
        let all = signature.params.iter().map(|param| &param.ty);
        let arguments: Vec<String> = all
            .chain(&generated.variadic)
            .enumerate()
            .map(|(index, ty)| format!("*(*args.add({index})).cast::<{}>()", spell(ty)))
            .collect();
        let arguments = arguments.join(", ");
        let target = if wasm {
            let named: Vec<String> = types
                .iter()
                .enumerate()
                .map(|(index, ty)| match ty.as_str() {
                    "..." => "...".to_owned(),
                    ty => format!("a{index}: {ty}"),
                })
                .collect();
            let _ = writeln!(
                self.text,
                "#[link(wasm_import_module = \"env\")] unsafe extern \"C\" {{ fn target_{number}({}) -> {result}; }}",
                named.join(", ")
            );
            format!("target_{number}")
        } else {
            format!(
                "core::mem::transmute::<*const c_void, unsafe extern \"C\" fn({}) -> {result}>(read_volatile(addr_of!(tc_target)))",
                types.join(", ")
            )
        };
        let _ = writeln!(
            self.text,
            "#[unsafe(no_mangle)] pub unsafe extern \"C\" fn caller_{number}(args: *const *const c_void, ret: *mut c_void) {{ \
             unsafe {{ let result = ({target})({arguments}); *ret.cast::<{result}>() = result; }} }}"
        );
    }

    fn callee(&mut self, generated: &Generated, widen: bool) {
        // Defining variadic functions is not stable.
        if generated.signature.variadic {
            return;
        }
        let mut parameters = Vec::new();
        let mut body = String::from("let to = read_volatile(addr_of!(tc_args)); ");
        for (index, param) in generated.signature.params.iter().enumerate() {
            let ty = spell(&param.ty);
            parameters.push(format!("a{index}: {ty}"));
            let _ = match widen && is_small(&param.ty) {
                true => write!(body, "*(*to.add({index})).cast::<i64>() = i64::from(a{index}); "),
                false => write!(body, "*(*to.add({index})).cast::<{ty}>() = a{index}; "),
            };
        }
        let result = spell(&generated.signature.result);
        let number = generated.number;
        let _ = writeln!(
            self.text,
            "#[unsafe(no_mangle)] pub unsafe extern \"C\" fn callee_{number}({}) -> {result} {{ \
             unsafe {{ {body}*read_volatile(addr_of!(tc_ret)).cast::<{result}>() }} }}",
            parameters.join(", ")
        );
    }

    fn layout(&mut self, generated: &Generated) {
        let mut numbers = Vec::new();
        for definition in &generated.types {
            let name = &definition.name;
            numbers.push(format!("size_of::<{name}>()"));
            numbers.push(format!("align_of::<{name}>()"));
            for field in members(definition).iter().filter(|field| has_offset(field)) {
                let field = field.name.as_deref().unwrap_or("_");
                numbers.push(match generated.forms.get(name) {
                    // The fields of an enum have no stable name; where they lie shows when values cross.
                    Some(RustForm::DataEnum {
                        tag_in_union: None, ..
                    }) if field == "payload" => {
                        let payload = spell(&members(definition)[1].ty);
                        format!(
                            "size_of::<{}>().next_multiple_of(align_of::<{payload}>())",
                            spell(&members(definition)[0].ty)
                        )
                    }
                    Some(_) => "0".to_owned(),
                    None => format!("core::mem::offset_of!({name}, {field})"),
                });
            }
        }
        for ty in passed(generated).filter(|ty| **ty != Type::Void) {
            let ty = spell(ty);
            numbers.push(format!("size_of::<{ty}>()"));
            numbers.push(format!("align_of::<{ty}>()"));
        }
        let mut body = String::new();
        for (index, number) in numbers.iter().enumerate() {
            let _ = write!(body, "*out.add({index}) = ({number}) as u32; ");
        }
        let _ = writeln!(
            self.text,
            "#[unsafe(no_mangle)] pub unsafe extern \"C\" fn layout_{}(args: *const *const c_void, ret: *mut c_void) {{ \
             unsafe {{ let out = ret.cast::<u32>(); {body}}} }}",
            generated.number
        );
    }
}

/// Whether stable Rust has everything in the signature.
pub(in crate::model_check) fn can_write(generated: &Generated) -> bool {
    let definitions = &generated.types;
    // Of vectors those drawn for Rust are as wide as the unit's features allow.
    let fields = definitions.iter().flat_map(members).map(|field| &field.ty);
    let vectors = fields.chain(passed(generated)).any(has_vector);
    generated.vocabulary != Vocabulary::Cpp
        && (!vectors || generated.vocabulary == Vocabulary::Common)
        && definitions
            .iter()
            .all(|definition| can_define(definition, definitions))
        && passed(generated).all(has)
        && generated.variadic.iter().all(can_be_unnamed)
}

/// E0617: Rust does not promote, and refuses what C would.
fn can_be_unnamed(ty: &Type) -> bool {
    !matches!(
        ty,
        Type::Bool | Type::Integer { bits: 8 | 16, .. } | Type::Float(FloatKind::F32)
    )
}

fn can_define(definition: &TypeDefinition, all: &[TypeDefinition]) -> bool {
    let attributes = &definition.attributes;
    if attributes.packed.is_some() && attributes.align.is_some() {
        return false;
    }
    if let TypeKind::Enum { underlying, .. } = &definition.kind {
        return underlying.is_some();
    }
    let fields = members(definition);
    let plain = fields
        .iter()
        .all(|field| field.bit_width.is_none() && field.align.is_none() && !field.packed && has(&field.ty));
    // E0588: a packed type holds no type with an alignment of its own.
    let aligned = attributes.packed.is_some() && fields.iter().any(|field| is_aligned(&field.ty, all));
    plain && !aligned && !(fields.is_empty() && matches!(definition.kind, TypeKind::Union { .. }))
}

fn is_aligned(ty: &Type, all: &[TypeDefinition]) -> bool {
    match ty {
        Type::Array { element, .. } => is_aligned(element, all),
        Type::Named(name) => all
            .iter()
            .find(|definition| definition.name == *name)
            .is_some_and(|definition| {
                definition.attributes.align.is_some()
                    || members(definition).iter().any(|field| is_aligned(&field.ty, all))
            }),
        _ => false,
    }
}

fn has(ty: &Type) -> bool {
    match ty {
        Type::Void | Type::Bool | Type::Integer { .. } | Type::Pointer { .. } | Type::Named(_) => true,
        Type::Float(kind) => matches!(kind, FloatKind::F32 | FloatKind::F64),
        Type::Array { element, length } => length.is_some() && has(element),
        Type::Vector { .. } => vector(ty).is_some(),
        _ => false,
    }
}

fn spell(ty: &Type) -> String {
    match ty {
        Type::Void => "()".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Integer { bits, signed, .. } => integer(*bits, *signed),
        Type::Float(FloatKind::F32) => "f32".to_owned(),
        Type::Float(_) => "f64".to_owned(),
        Type::Array { element, length } => format!("[{}; {}]", spell(element), length.unwrap_or(0)),
        Type::Named(name) => name.clone(),
        Type::Vector { .. } => format!("core::arch::x86_64::{}", vector(ty).unwrap_or_default()),
        // `can_write` lets nothing else pass.
        _ => "*mut c_void".to_owned(),
    }
}

fn has_vector(ty: &Type) -> bool {
    match ty {
        Type::Array { element, .. } => has_vector(element),
        Type::Vector { .. } => true,
        _ => false,
    }
}

/// The name in `core::arch`.
fn vector(ty: &Type) -> Option<String> {
    let Type::Vector { element, lanes } = ty else {
        return None;
    };
    let (lane, letter) = match &**element {
        Type::Float(FloatKind::F32) => (4, ""),
        Type::Float(FloatKind::F64) => (8, "d"),
        Type::Integer { bits: 64, .. } => (8, "i"),
        _ => return None,
    };
    let bits = lanes * lane * 8;
    matches!(bits, 128 | 256 | 512).then(|| format!("__m{bits}{letter}"))
}

fn integer(bits: u32, signed: bool) -> String {
    format!("{}{bits}", if signed { "i" } else { "u" })
}
