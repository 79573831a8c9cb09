//! Generated signatures in C.

use std::collections::BTreeSet;
use std::fmt::Write;

use twincall_abi::types::{FloatKind, Type, TypeDefinition, TypeKind};

use super::{MAX_BITS, Request, base_class, has_offset, members, named_bit_fields, passed};
use crate::model_check::generate::Generated;
use crate::model_check::unextended::is_small;

/// The text of a C unit.
#[derive(Debug, Default)]
pub(in crate::model_check) struct CUnit {
    text: String,
    vectors: BTreeSet<String>,
}

/// clang narrows `__bf16` through a function that libgcc has from version 13 on. Here it only ever narrows what was
/// widened from `__bf16`, so that cutting off the lower half is exact.
const PROLOGUE: &str = "\
#include <stdarg.h>
#include <stddef.h>
#ifdef __cplusplus
#define _Bool bool
extern \"C\" {
#endif
#if defined __clang__ && defined __x86_64__
__asm__(\".weak __truncsfbf2\\n__truncsfbf2: movd %xmm0, %eax\\n shrl $16, %eax\\n movd %eax, %xmm0\\n ret\");
#endif
void *volatile tc_target;
void **volatile tc_args;
void *volatile tc_ret;
";

impl CUnit {
    /// The unit with everything that the request asks for.
    pub(in crate::model_check) fn write(request: Request<'_>) -> String {
        let mut unit = CUnit::default();
        for generated in request.signatures {
            for definition in &generated.types {
                unit.define(definition);
            }
            unit.caller(generated, request.wasm);
            unit.callee(generated, request.widen);
            unit.layout(generated, request.cpp);
        }
        let vectors: String = unit.vectors.iter().map(String::as_str).collect();
        let end = if request.cpp { "}\n" } else { "" };
        format!("{PROLOGUE}{vectors}{}{end}", unit.text)
    }

    /// One line that needs only the type, for asking a compiler whether it has it; nothing for what every C compiler has.
    pub(in crate::model_check) fn probe(ty: &Type) -> Option<String> {
        match ty {
            Type::Array { element, .. } => return CUnit::probe(element),
            Type::Float(_)
            | Type::Complex(_)
            | Type::ComplexInteger { .. }
            | Type::BitInt { .. }
            | Type::Atomic(_)
            | Type::Vector { .. } => {}
            _ => return None,
        }
        let mut unit = CUnit::default();
        let parameter = unit.declare(ty, "value");
        let function = unit.declare(ty, "echo(");
        let vectors: String = unit.vectors.iter().map(|line| line.trim_end()).collect();
        Some(format!("{vectors} {function}{parameter}) {{ return value; }}"))
    }

    /// A signature with its types, for people.
    pub(in crate::model_check) fn show(generated: &Generated) -> String {
        let mut unit = CUnit::default();
        for definition in &generated.types {
            unit.define(definition);
        }
        let signature = &generated.signature;
        let types = signature.params.iter().map(|param| &param.ty);
        let mut parameters: Vec<String> = types.map(|ty| unit.declare(ty, "")).collect();
        if signature.variadic {
            let unnamed: Vec<String> = generated.variadic.iter().map(|ty| unit.declare(ty, "")).collect();
            parameters.push(format!("... /* {} */", unnamed.join(", ")));
        }
        let head = unit.declare(&signature.result, &format!("f({})", parameters.join(", ")));
        format!("{}{head};", unit.text).replace('\n', " ")
    }

    fn define(&mut self, definition: &TypeDefinition) {
        if let [field] = members(definition)
            && definition.attributes.transparent
        {
            let typedef = self.declare(&field.ty, &definition.name);
            let _ = writeln!(self.text, "typedef {typedef};");
            return;
        }
        let mut attributes = String::new();
        let name = &definition.name;
        if let TypeKind::Enum {
            underlying: Some(underlying @ Type::Integer { spelling, .. }),
            ..
        } = &definition.kind
            && spelling != "int"
        {
            // C before C23 has no enum of a chosen type.
            let typedef = self.declare(underlying, name);
            let _ = writeln!(self.text, "typedef {typedef};");
            return;
        }
        let pack = definition.attributes.packed;
        match pack {
            Some(1) => attributes.push_str("__attribute__((packed)) "),
            Some(n) => {
                let _ = writeln!(self.text, "#pragma pack(push, {n})");
            }
            None => {}
        }
        if let Some(align) = definition.attributes.align {
            let _ = write!(attributes, "__attribute__((aligned({align}))) ");
        }
        let keyword = match &definition.kind {
            TypeKind::Union { .. } => "union",
            TypeKind::Enum { .. } => "enum",
            _ => "struct",
        };
        let mut body = String::new();
        if let TypeKind::Enum { values, .. } = &definition.kind {
            for (value, number) in values {
                let _ = write!(body, "{name}_{value} = {number}, ");
            }
        }
        let mut bases = String::new();
        for field in members(definition) {
            if let Some(base) = base_class(field) {
                bases = format!(": {base} ");
                continue;
            }
            let mut text = self.declare(&field.ty, field.name.as_deref().unwrap_or(""));
            if let Some(width) = field.bit_width {
                let _ = write!(text, " : {width}");
            }
            if field.packed {
                text.push_str(" __attribute__((packed))");
            }
            if let Some(align) = field.align {
                let _ = write!(text, " __attribute__((aligned({align})))");
            }
            let _ = write!(body, "{text}; ");
        }
        if definition.attributes.non_trivial {
            // A destructor that does nothing is enough (Itanium C++ ABI 1.1).
            let _ = write!(body, "~{name}() {{}} ");
        }
        let _ = writeln!(
            self.text,
            "typedef {keyword} {attributes}{name} {bases}{{ {body}}} {name};"
        );
        if pack.is_some_and(|n| n != 1) {
            self.text.push_str("#pragma pack(pop)\n");
        }
    }

    fn caller(&mut self, generated: &Generated, wasm: bool) {
        let number = generated.number;
        let signature = &generated.signature;
        let target = format!("target_{number}");
        let mut parameters: Vec<String> = Vec::new();
        for param in &signature.params {
            parameters.push(self.declare(&param.ty, ""));
        }
        if signature.variadic {
            parameters.push("...".to_owned());
        }
        let parameters = if parameters.is_empty() {
            "void".to_owned()
        } else {
            parameters.join(", ")
        };
        if wasm {
            let prototype = self.declare(&signature.result, &format!("{target}({parameters})"));
            let _ = writeln!(self.text, "extern {prototype};");
        } else {
            let pointer = self.declare(&signature.result, &format!("(*type_{number})({parameters})"));
            let _ = writeln!(self.text, "typedef {pointer};");
        }
        let mut arguments = Vec::new();
        let types = signature.params.iter().map(|param| &param.ty);
        for (index, ty) in types.chain(&generated.variadic).enumerate() {
            let pointer = self.declare(ty, "*");
            arguments.push(format!("*({pointer})args[{index}]"));
        }
        let function = if wasm {
            target
        } else {
            format!("((type_{number})tc_target)")
        };
        let call = format!("{function}({})", arguments.join(", "));
        let body = match &signature.result {
            Type::Void => format!("{call};"),
            result => {
                let pointer = self.declare(result, "*");
                format!("*({pointer})ret = {call};")
            }
        };
        let _ = writeln!(
            self.text,
            "void caller_{number}(void **args, void *ret) {{ (void)args; (void)ret; {body} }}"
        );
    }

    fn callee(&mut self, generated: &Generated, widen: bool) {
        let number = generated.number;
        let signature = &generated.signature;
        let mut parameters = Vec::new();
        let mut body = String::from("void **to = tc_args; (void)to; ");
        for (index, param) in signature.params.iter().enumerate() {
            parameters.push(self.declare(&param.ty, &format!("a{index}")));
            let pointer = match widen && is_small(&param.ty) {
                true => "long long *".to_owned(),
                false => self.declare(&param.ty, "*"),
            };
            let _ = write!(body, "*({pointer})to[{index}] = a{index}; ");
        }
        if signature.variadic {
            parameters.push("...".to_owned());
            let named = signature.params.len();
            let _ = write!(body, "va_list rest; va_start(rest, a{}); ", named - 1);
            for (index, ty) in generated.variadic.iter().enumerate() {
                let pointer = self.declare(ty, "*");
                let read = match promoted(ty) {
                    Some(promoted) => promoted.to_owned(),
                    None => self.declare(ty, ""),
                };
                let _ = write!(body, "*({pointer})to[{}] = va_arg(rest, {read}); ", named + index);
            }
            body.push_str("va_end(rest); ");
        }
        if signature.result != Type::Void {
            let pointer = self.declare(&signature.result, "*");
            let _ = write!(body, "return *({pointer})tc_ret; ");
        }
        let parameters = if parameters.is_empty() {
            "void".to_owned()
        } else {
            parameters.join(", ")
        };
        let head = self.declare(&signature.result, &format!("callee_{number}({parameters})"));
        let _ = writeln!(self.text, "{head} {{ {body}}}");
    }

    /// Alignments are those by which members are placed: gcc's `_Alignof` says at most 16 without AVX, and still places a
    /// vector of 32 bytes at a multiple of 32.
    fn layout(&mut self, generated: &Generated, cpp: bool) {
        let mut body = String::from("unsigned *out = (unsigned *)ret; (void)out; ");
        for definition in &generated.types {
            let name = &definition.name;
            let _ = write!(body, "*out++ = sizeof({name}); *out++ = __alignof__({name}); ");
            for field in members(definition).iter().filter(|field| has_offset(field)) {
                let field = field.name.as_deref().unwrap_or("");
                let offset = match definition.attributes.transparent {
                    true => "0".to_owned(),
                    false => format!("offsetof({name}, {field})"),
                };
                let _ = write!(body, "*out++ = {offset}; ");
            }
        }
        for ty in passed(generated).filter(|ty| **ty != Type::Void) {
            let ty = self.declare(ty, "");
            let _ = write!(body, "*out++ = sizeof({ty}); *out++ = __alignof__({ty}); ");
        }
        body.push_str(&CUnit::bits(generated, cpp));
        let number = generated.number;
        let _ = writeln!(
            self.text,
            "void layout_{number}(void **args, void *ret) {{ (void)args; {body}}}"
        );
    }

    /// Appends the bytes of each type with only one of its bit-fields set, one field after the other.
    fn bits(generated: &Generated, cpp: bool) -> String {
        let mut body = String::from("unsigned char *bits = (unsigned char *)out; (void)bits; ");
        for definition in &generated.types {
            for field in named_bit_fields(definition) {
                let name = &definition.name;
                let field = field.name.as_deref().unwrap_or("");
                if cpp {
                    // No union, because a class may not be constructed without arguments.
                    let _ = write!(
                        body,
                        "if (sizeof({name}) <= {MAX_BITS}) {{ alignas({name}) unsigned char b[sizeof({name})]; \
                         for (unsigned i = 0; i < sizeof b; i++) b[i] = 0; ((volatile {name} *)b)->{field} = -1; \
                         for (unsigned i = 0; i < sizeof b; i++) *bits++ = ((volatile unsigned char *)b)[i]; }} "
                    );
                    continue;
                }
                // A union of the struct with its bytes, because copying a struct need not copy padding.
                let _ = write!(
                    body,
                    "if (sizeof({name}) <= {MAX_BITS}) {{ union {{ {name} s; unsigned char b[sizeof({name})]; }} u; \
                     for (unsigned i = 0; i < sizeof u.b; i++) u.b[i] = 0; u.s.{field} = -1; \
                     for (unsigned i = 0; i < sizeof u.b; i++) *bits++ = u.b[i]; }} "
                );
            }
        }
        body
    }

    /// A declaration of `name`, or the name of the type where that is empty.
    fn declare(&mut self, ty: &Type, name: &str) -> String {
        let with = |base: &str| match name {
            "" => base.to_owned(),
            name => format!("{base} {name}"),
        };
        match ty {
            Type::Void | Type::Never => with("void"),
            Type::Bool => with("_Bool"),
            Type::Integer { spelling, .. } => with(spelling),
            Type::BitInt { bits, signed } => with(&format!("{}_BitInt({bits})", unsigned(*signed))),
            Type::Float(kind) => with(float(*kind)),
            Type::Complex(kind) => with(&format!("_Complex {}", float(*kind))),
            Type::ComplexInteger { bits, signed } => {
                let base = match bits {
                    8 => "char",
                    16 => "short",
                    32 => "int",
                    _ => "long long",
                };
                with(&format!("_Complex {}{base}", unsigned(*signed)))
            }
            Type::Atomic(inner) => {
                let inner = self.declare(inner, "");
                with(&format!("_Atomic({inner})"))
            }
            Type::Array { element, length } => {
                let length = length.map(|length| length.to_string()).unwrap_or_default();
                self.declare(element, &format!("{name}[{length}]"))
            }
            Type::Vector { element, lanes } => {
                let element = self.declare(element, "");
                let vector = format!("tc_{}_x{lanes}", element.replace(' ', "_"));
                self.vectors.insert(format!(
                    "typedef {element} {vector} __attribute__((vector_size({lanes} * sizeof({element}))));\n"
                ));
                with(&vector)
            }
            Type::Named(definition) => with(definition),
            // The generator draws no other type.
            _ => with("void *"),
        }
    }
}

fn unsigned(signed: bool) -> &'static str {
    if signed { "" } else { "unsigned " }
}

fn float(kind: FloatKind) -> &'static str {
    match kind {
        FloatKind::F16 => "_Float16",
        FloatKind::BF16 => "__bf16",
        FloatKind::F32 => "float",
        FloatKind::F64 => "double",
        FloatKind::X87 => "long double",
        FloatKind::F128 => "__float128",
    }
}

/// What `va_arg` must name for a type that the default promotions change (C 6.5.2.2p6).
fn promoted(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Bool | Type::Integer { bits: 8 | 16, .. } => Some("int"),
        Type::Float(FloatKind::F32) => Some("double"),
        _ => None,
    }
}
