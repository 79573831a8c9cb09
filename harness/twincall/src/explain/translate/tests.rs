use twincall_abi::interface::{Parameter, SourceLocation};
use twincall_abi::types::TypeAttributes;

use super::*;

mod types;

const NATIVE: Target = Target::X86_64LinuxGnu;

fn integer(spelling: &str, bits: u32, signed: bool) -> Type {
    Type::Integer {
        bits,
        signed,
        spelling: spelling.to_owned(),
    }
}

fn int() -> Type {
    integer("int", 32, true)
}

fn pointer(pointee: Type, mutable: bool) -> Type {
    Type::Pointer {
        pointee: Box::new(pointee),
        mutable,
        nullable: true,
    }
}

fn array(element: Type, length: Option<u64>) -> Type {
    Type::Array {
        element: Box::new(element),
        length,
    }
}

fn field(name: &str, ty: Type) -> FieldDefinition {
    FieldDefinition {
        name: Some(name.to_owned()),
        ty,
        bit_width: None,
        anonymous: None,
        align: None,
        packed: false,
    }
}

fn definition(name: &str, kind: TypeKind) -> TypeDefinition {
    TypeDefinition {
        name: name.to_owned(),
        kind,
        attributes: TypeAttributes {
            c: true,
            ..TypeAttributes::default()
        },
        location: SourceLocation::default(),
    }
}

fn structure(name: &str, fields: Vec<FieldDefinition>) -> TypeDefinition {
    definition(name, TypeKind::Struct { fields })
}

fn enumeration(underlying: Option<Type>, values: &[(&str, i128)]) -> TypeDefinition {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), *value));
    let values = values.collect();
    definition("E", TypeKind::Enum { underlying, values })
}

fn function(symbol: &str, params: Vec<(&str, Type, &str)>, result: Type) -> Function {
    let params = params.into_iter().map(|(name, ty, spelling)| Parameter {
        name: (!name.is_empty()).then(|| name.to_owned()),
        ty,
        spelling: spelling.to_owned(),
    });
    Function {
        symbol: symbol.to_owned(),
        name: symbol.to_owned(),
        signature: Signature {
            convention: Convention::C,
            params: params.collect(),
            result,
            variadic: false,
            unprototyped: false,
        },
        result_spelling: String::new(),
        defined: false,
        unsafe_to_call: false,
        passes_classes: false,
        target_features: None,
        declaration: String::new(),
        location: SourceLocation::default(),
    }
}

fn interface(types: Vec<TypeDefinition>, functions: Vec<Function>) -> Interface {
    Interface {
        functions,
        types,
        ..Interface::default()
    }
}

/// The last line of what one definition becomes.
fn defined(definition: TypeDefinition, into: Side) -> Result<String, Untranslatable> {
    let source = translate(&interface(vec![definition], vec![]), into, NATIVE, Style::Exact)?;
    Ok(source.lines().last().unwrap_or_default().to_owned())
}

/// The last line of what one function becomes.
fn declared(function: Function, into: Side, style: Style) -> Result<String, Untranslatable> {
    let source = translate(&interface(vec![], vec![function]), into, NATIVE, style)?;
    Ok(source.lines().last().unwrap_or_default().to_owned())
}

#[test]
fn definitions_keep_what_decides_their_layout() {
    let with = |change: fn(&mut TypeAttributes)| {
        let mut definition = structure("T", vec![field("a", Type::Bool), field("0", int())]);
        change(&mut definition.attributes);
        definition
    };
    let union = TypeKind::Union {
        fields: vec![field("a", Type::Bool)],
    };
    let derive = "#[derive(Clone, Copy)] pub";
    for (definition, c, rust) in [
        (
            with(|_| ()),
            "struct T { _Bool a; signed int f0; };",
            format!("#[repr(C)] {derive} struct T {{ pub a: bool, pub f0: i32, }}"),
        ),
        (
            with(|attributes| attributes.packed = Some(1)),
            "struct T { _Bool a; signed int f0; } __attribute__((packed));",
            format!("#[repr(C, packed(1))] {derive} struct T {{ pub a: bool, pub f0: i32, }}"),
        ),
        (
            with(|attributes| attributes.align = Some(16)),
            "struct T { _Bool a; signed int f0; } __attribute__((aligned(16)));",
            format!("#[repr(C, align(16))] {derive} struct T {{ pub a: bool, pub f0: i32, }}"),
        ),
        (
            definition("T", union),
            "union T { _Bool a; };",
            format!("#[repr(C)] {derive} union T {{ pub a: bool, }}"),
        ),
        (
            enumeration(None, &[("A", -1), ("B", 7)]),
            "enum E { E_A = -1, E_B = 7 };",
            format!("#[repr(C)] {derive} enum E {{ A = -1, B = 7 }}"),
        ),
        (
            enumeration(Some(integer("u8", 8, false)), &[("A", 0)]),
            "enum E : unsigned char { E_A = 0 };",
            format!("#[repr(u8)] {derive} enum E {{ A = 0 }}"),
        ),
    ] {
        assert_eq!(defined(definition.clone(), Side::C).as_deref(), Ok(c));
        assert_eq!(defined(definition, Side::Rust), Ok(rust));
    }
}

/// What minimizes a report writes C's own declarations down again.
#[test]
fn c_keeps_bit_fields_and_attributes_of_fields() {
    let bits = FieldDefinition {
        bit_width: Some(3),
        ..field("a", int())
    };
    let aligned = FieldDefinition {
        align: Some(8),
        ..field("b", Type::Bool)
    };
    let packed = FieldDefinition {
        packed: true,
        ..field("c", int())
    };
    assert_eq!(
        defined(structure("T", vec![bits, aligned, packed]), Side::C).as_deref(),
        Ok(
            "struct T { signed int a : 3; _Bool b __attribute__((aligned(8))); signed int c __attribute__((packed)); };"
        )
    );
}

#[test]
fn a_definition_that_the_other_language_cannot_say_is_refused_by_its_name() {
    use Untranslatable::{
        AlignedField, BitFields, DataEnum, OwnRepresentation, PackedAndAligned, TwoNames, UnnamedMember,
    };
    let name = || "T".to_owned();
    let plain = || structure("T", vec![field("a", int())]);
    let with = |change: fn(&mut TypeAttributes)| {
        let mut definition = plain();
        change(&mut definition.attributes);
        definition
    };
    let holding = |change: fn(&mut FieldDefinition)| {
        let mut own = field("a", int());
        change(&mut own);
        structure("T", vec![own])
    };
    let data = TypeKind::DataEnum {
        underlying: None,
        variants: Vec::new(),
    };
    let e = || "E".to_owned();
    for (definition, into, reason) in [
        (definition("T", data), Side::C, DataEnum(name())),
        (
            with(|attributes| attributes.c = false),
            Side::C,
            OwnRepresentation(name()),
        ),
        (
            with(|attributes| (attributes.packed, attributes.align) = (Some(1), Some(2))),
            Side::Rust,
            PackedAndAligned(name()),
        ),
        (
            holding(|own| own.bit_width = Some(3)),
            Side::Rust,
            BitFields(name()),
        ),
        (
            holding(|own| own.align = Some(8)),
            Side::Rust,
            AlignedField(name()),
        ),
        (holding(|own| own.packed = true), Side::Rust, AlignedField(name())),
        (holding(|own| own.name = None), Side::Rust, UnnamedMember),
        (holding(|own| own.name = None), Side::C, UnnamedMember),
        (
            enumeration(None, &[("A", 1), ("B", 1)]),
            Side::Rust,
            TwoNames(e()),
        ),
        (enumeration(None, &[]), Side::Rust, TwoNames(e())),
    ] {
        assert_eq!(defined(definition, into), Err(reason));
    }
    let transparent = with(|attributes| (attributes.c, attributes.transparent) = (false, true));
    assert!(defined(transparent, Side::C).is_ok());
}

#[test]
fn what_has_no_name_of_its_own_gets_one_and_what_has_no_length_takes_no_bytes() {
    let inner = TypeDefinition {
        name: "T.(anonymous 0)".to_owned(),
        ..definition(
            "",
            TypeKind::Union {
                fields: vec![field("a", int()), field("b", Type::Float(FloatKind::F32))],
            },
        )
    };
    let unnamed = FieldDefinition {
        name: None,
        anonymous: Some(Box::new(inner.clone())),
        ..field("", Type::Named(inner.name.clone()))
    };
    let outer = structure("T", vec![unnamed, field("rest", array(int(), None))]);
    let both = interface(vec![inner, outer], vec![]);
    let text = translate(&both, Side::Rust, NATIVE, Style::Exact).unwrap();
    assert_eq!(
        text,
        "#[repr(C)] #[derive(Clone, Copy)] pub union T_anonymous_0 { pub a: i32, pub b: f32, }\n\
         #[repr(C)] #[derive(Clone, Copy)] pub struct T { pub __bindgen_anon_1: T_anonymous_0, pub rest: [i32; 0], }\n"
    );
    let mut packed = structure("P", vec![field("a", int())]);
    packed.attributes.packed = Some(2);
    let text = translate(&interface(vec![packed], vec![]), Side::C, NATIVE, Style::Exact).unwrap();
    let end = "#pragma pack(push, 2)\nstruct P { signed int a; };\n#pragma pack(pop)\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn functions_are_declared_as_each_style_wants_them() {
    let f = || {
        let params = vec![
            ("count", integer("size_t", 64, false), "size_t"),
            ("", int(), "const int"),
        ];
        function("f", params, int())
    };
    for (into, style, text) in [
        (
            Side::C,
            Style::Exact,
            "signed int f(unsigned long long, signed int);",
        ),
        (Side::C, Style::Readable, "int f(size_t count, int a1);"),
        (
            Side::C,
            Style::Defined,
            "int f(size_t count, int a1) { __builtin_trap(); }",
        ),
        (
            Side::Rust,
            Style::Exact,
            "unsafe extern \"C\" { pub fn f(a0: u64, a1: i32) -> i32; }",
        ),
        (
            Side::Rust,
            Style::Readable,
            "unsafe extern \"C\" { pub fn f(count: usize, a1: core::ffi::c_int) -> core::ffi::c_int; }",
        ),
        (
            Side::Rust,
            Style::Defined,
            "#[no_mangle] pub extern \"C\" fn f(count: usize, a1: core::ffi::c_int) -> core::ffi::c_int { loop {} }",
        ),
    ] {
        assert_eq!(declared(f(), into, style).as_deref(), Ok(text));
    }
}

#[test]
fn functions_keep_their_dots_and_say_that_they_take_nothing() {
    let mut variadic = function("f", vec![("", int(), "int")], Type::Never);
    variadic.signature.variadic = true;
    let nothing = function("f", vec![], Type::Void);
    for (function, c, rust) in [
        (
            variadic,
            "void f(signed int, ...);",
            "unsafe extern \"C\" { pub fn f(a0: i32, ...) -> !; }",
        ),
        (nothing, "void f(void);", "unsafe extern \"C\" { pub fn f(); }"),
    ] {
        assert_eq!(
            declared(function.clone(), Side::C, Style::Exact).as_deref(),
            Ok(c)
        );
        assert_eq!(declared(function, Side::Rust, Style::Exact).as_deref(), Ok(rust));
    }
}

#[test]
fn a_convention_crosses_only_where_the_other_language_has_it() {
    for (convention, c, rust) in [
        (Convention::C, true, Some("C")),
        (Convention::CUnwind, true, Some("C")),
        (Convention::SysV64, true, Some("sysv64")),
        (Convention::Win64, false, Some("win64")),
        (Convention::Rust, false, None),
        (Convention::Other("fastcall".to_owned()), false, None),
    ] {
        let mut function = function("f", vec![], Type::Void);
        function.signature.convention = convention.clone();
        let found = declared(function.clone(), Side::C, Style::Exact);
        assert_eq!(found.is_ok(), c, "{convention:?}");
        let found = declared(function, Side::Rust, Style::Exact);
        let wanted = rust.map(|name| format!("unsafe extern \"{name}\" {{ pub fn f(); }}"));
        assert_eq!(found, wanted.ok_or(Untranslatable::Convention), "{convention:?}");
    }
}

#[test]
fn a_function_that_cannot_be_said_is_refused() {
    let mut unprototyped = function("f", vec![], Type::Void);
    unprototyped.signature.unprototyped = true;
    let found = declared(unprototyped.clone(), Side::Rust, Style::Exact);
    assert_eq!(found, Err(Untranslatable::NoPrototype));
    for into in Side::BOTH {
        let odd = function("f@v1", vec![], Type::Void);
        let found = declared(odd, into, Style::Exact);
        assert_eq!(found, Err(Untranslatable::Name("f@v1".to_owned())));
    }
}

#[test]
fn words_of_rust_are_names_of_fields_too() {
    let fields = ["type", "self", "crate", "plain"].map(|name| field(name, Type::Bool));
    let text = defined(structure("T", fields.to_vec()), Side::Rust).unwrap();
    assert!(
        text.ends_with("{ pub r#type: bool, pub self_: bool, pub crate_: bool, pub plain: bool, }"),
        "{text}"
    );
    assert!(syn::parse_file(&text).is_ok(), "{text}");
}

#[test]
fn types_come_after_those_that_they_hold_and_not_after_those_they_point_to() {
    let named = |name: &str| Type::Named(name.to_owned());
    let types = vec![
        structure("Outer", vec![field("a", array(named("Inner"), Some(2)))]),
        structure("Inner", vec![field("a", pointer(named("Outer"), true))]),
    ];
    let interface = interface(types, vec![]);
    let names: Vec<&str> = ordered(&interface.types)
        .iter()
        .map(|own| own.name.as_str())
        .collect();
    assert_eq!(names, ["Inner", "Outer"]);
    let c = translate(&interface, Side::C, NATIVE, Style::Readable).unwrap();
    let lines: Vec<&str> = c.lines().collect();
    let expected = [
        "struct Outer;",
        "struct Inner;",
        "struct Inner { struct Outer *a; };",
        "struct Outer { struct Inner a[2]; };",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn headers_are_those_of_the_names_that_a_person_reads() {
    let f = |spelling: &str, bits| {
        function(
            "f",
            vec![("", integer(spelling, bits, false), spelling)],
            Type::Void,
        )
    };
    for (function, headers) in [
        (f("u32", 32), &["#include <stdint.h>"][..]),
        (f("usize", 64), &["#include <stddef.h>"]),
        (f("c_int", 32), &[]),
    ] {
        let text = translate(
            &interface(vec![], vec![function]),
            Side::C,
            NATIVE,
            Style::Readable,
        )
        .unwrap();
        let found: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(found, headers, "{text}");
    }
}

#[test]
fn a_function_alone_keeps_the_types_that_it_reaches_through_anything() {
    let named = |name: &str| Type::Named(name.to_owned());
    let types = vec![
        structure("Far", vec![field("a", pointer(named("Start"), true))]),
        structure(
            "Start",
            vec![field("a", array(pointer(named("Far"), true), Some(1)))],
        ),
        structure("Result", vec![]),
        structure("Other", vec![field("a", named("Start"))]),
    ];
    let f = function(
        "f",
        vec![("", pointer(named("Start"), false), "")],
        named("Result"),
    );
    let g = function("g", vec![("", named("Other"), "")], Type::Void);
    let one = alone(&interface(types, vec![g, f.clone()]), &f);
    let names: Vec<&str> = one.types.iter().map(|own| own.name.as_str()).collect();
    assert_eq!(names, ["Far", "Start", "Result"]);
    assert_eq!(one.functions, [f]);
}
