use twincall_abi::interface::Convention;
use twincall_abi::types::{FloatKind, Type, TypeKind};

use super::{NATIVE, WASM, fields, integer, param_in, read, refusal};

fn param(items: &str, ty: &str) -> Type {
    param_in(NATIVE, items, ty).unwrap()
}

fn pointer(pointee: Type, mutable: bool, nullable: bool) -> Type {
    Type::Pointer {
        pointee: Box::new(pointee),
        mutable,
        nullable,
    }
}

fn array(element: Type, length: u64) -> Type {
    Type::Array {
        element: Box::new(element),
        length: Some(length),
    }
}

fn vector(element: Type, lanes: u64) -> Type {
    Type::Vector {
        element: Box::new(element),
        lanes,
    }
}

fn named(name: &str) -> Type {
    Type::Named(name.to_owned())
}

fn values(text: &str) -> Vec<(String, i128)> {
    let text = format!("{text}\n unsafe extern \"C\" {{ fn f(p: E); }}");
    let interface = read(&text);
    assert_eq!(interface.refused, []);
    match &interface.type_definition("E").unwrap().kind {
        TypeKind::Enum { values, .. } => values.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn scalars_follow_the_target() {
    for (items, ty, native, wasm) in [
        (
            "",
            "core::ffi::c_long",
            integer(64, true, "c_long"),
            integer(32, true, "c_long"),
        ),
        (
            "use std::os::raw::c_char as byte;",
            "byte",
            integer(8, true, "c_char"),
            integer(8, true, "c_char"),
        ),
        (
            "use core::{ffi::{self as f, c_int}, mem};",
            "f::c_ulong",
            integer(64, false, "c_ulong"),
            integer(32, false, "c_ulong"),
        ),
        (
            "use core::ffi::*;",
            "c_uint",
            integer(32, false, "c_uint"),
            integer(32, false, "c_uint"),
        ),
        (
            "",
            "libc::size_t",
            integer(64, false, "size_t"),
            integer(32, false, "size_t"),
        ),
        (
            "type A = B; type B = isize;",
            "A",
            integer(64, true, "isize"),
            integer(32, true, "isize"),
        ),
    ] {
        assert_eq!(param_in(NATIVE, items, ty), Ok(native), "{ty}");
        assert_eq!(param_in(WASM, items, ty), Ok(wasm), "{ty}");
    }
    for (ty, expected) in [
        ("bool", Type::Bool),
        ("char", Type::UnicodeScalar),
        ("i128", integer(128, true, "i128")),
        ("f16", Type::Float(FloatKind::F16)),
        ("f128", Type::Float(FloatKind::F128)),
        ("core::num::NonZeroU16", integer(16, false, "NonZeroU16")),
        ("core::num::NonZero<u32>", integer(32, false, "NonZero<u32>")),
        (
            "Option<core::num::NonZeroI8>",
            integer(8, true, "Option<NonZeroI8>"),
        ),
        (
            "core::arch::x86_64::__m128",
            vector(Type::Float(FloatKind::F32), 4),
        ),
        (
            "core::arch::x86_64::__m256d",
            vector(Type::Float(FloatKind::F64), 4),
        ),
        ("core::arch::x86_64::__m512i", vector(integer(64, true, "i64"), 8)),
        ("core::arch::wasm32::v128", vector(integer(32, true, "i32"), 4)),
        ("()", Type::Void),
        ("core::mem::MaybeUninit<u8>", integer(8, false, "u8")),
    ] {
        assert_eq!(param("", ty), expected, "{ty}");
    }
    assert_eq!(
        param("#[repr(simd)] struct V([f32; 2]);", "V"),
        vector(Type::Float(FloatKind::F32), 2)
    );
}

#[test]
fn pointers_are_told_apart() {
    let byte = || integer(8, false, "u8");
    for (ty, expected) in [
        ("*const u8", pointer(byte(), false, true)),
        ("*mut core::ffi::c_void", pointer(Type::Void, true, true)),
        ("&u8", pointer(byte(), false, false)),
        ("&mut u8", pointer(byte(), true, false)),
        ("Option<&u8>", pointer(byte(), false, true)),
        ("Box<u8>", pointer(byte(), true, false)),
        ("Option<Box<u8>>", pointer(byte(), true, true)),
        ("core::ptr::NonNull<u8>", pointer(byte(), true, false)),
        ("Option<core::ptr::NonNull<u8>>", pointer(byte(), true, true)),
        (
            "&[u8]",
            Type::Slice {
                element: Box::new(byte()),
                mutable: false,
            },
        ),
        (
            "&mut str",
            Type::Slice {
                element: Box::new(byte()),
                mutable: true,
            },
        ),
        ("*const [u8; 3]", pointer(array(byte(), 3), false, true)),
    ] {
        assert_eq!(param("", ty), expected, "{ty}");
    }
    let Type::FunctionPointer {
        signature,
        nullable: true,
    } = param("", "Option<unsafe extern \"C\" fn(data: *mut u8, ...) -> bool>")
    else {
        panic!()
    };
    assert_eq!(signature.convention, Convention::C);
    assert!(signature.variadic && signature.result == Type::Bool);
    assert_eq!(signature.params[0].name.as_deref(), Some("data"));
    let Type::FunctionPointer {
        signature,
        nullable: false,
    } = param("", "fn(&u8)")
    else {
        panic!()
    };
    assert_eq!(signature.convention, Convention::Rust);
}

#[test]
fn array_lengths_are_evaluated() {
    let items = "mod sizes { pub const N: usize = super::M * 2; } use sizes::N; const M: usize = 1 << (2 + 1); enum E { A = 3 }";
    for (length, expected) in [
        ("4", 4),
        ("N", 16),
        ("{ N - 1 }", 15),
        ("(M as usize) / 3", 2),
        ("u8::MAX as usize", 255),
        ("E::A as usize", 3),
    ] {
        assert_eq!(
            param(items, &format!("*const [u8; {length}]")),
            pointer(array(integer(8, false, "u8"), expected), false, true),
            "{length}"
        );
    }
    assert!(refusal("const A: usize = A;", "*const [u8; A]").contains("itself"));
    assert!(refusal("", "*const [u8; 1 - 2]").contains("does not fit"));
}

#[test]
fn discriminants_are_evaluated() {
    let pairs = |list: &[(&str, i128)]| {
        list.iter()
            .map(|(name, value)| ((*name).to_owned(), *value))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        values("#[repr(i8)] enum E { A = -128, B, C = !0, D = b'a' as i8 }"),
        pairs(&[("A", -128), ("B", -127), ("C", -1), ("D", 97)])
    );
    assert_eq!(
        values("#[repr(u32)] enum E { A = !0, B = 1 << 31, C = -1i32 as u32 }"),
        pairs(&[("A", 0xffff_ffff), ("B", 1 << 31), ("C", 0xffff_ffff)])
    );
    assert_eq!(
        values(
            "const K: isize = 7; #[repr(C)] enum E { A, B = K, C, D = Other::X as isize } enum Other { X = 5 }"
        ),
        pairs(&[("A", 0), ("B", 7), ("C", 8), ("D", 5)])
    );
    assert_eq!(values("enum E {}"), []);
}

#[test]
fn definitions_are_collected_in_source_order() {
    let interface = read(
        r#"
        #[repr(C)] pub struct Pair<T, const N: usize = 2> { items: [T; N], next: Option<&'static Pair<T, N>>, tag: core::marker::PhantomData<T> }
        type IntPair = Pair<i32>;
        #[repr(transparent)] struct Meters(f64);
        #[repr(C)] union Bits { i: u32, f: f32 }
        mod shapes { #[repr(u8)] pub enum Shape { Circle(f32), Square { side: super::Length }, Nothing } }
        type Length = Meters;
        struct Unit;
        struct Unused;
        unsafe extern "C" { type Handle; fn f(p: IntPair, b: Bits, s: *const shapes::Shape, h: *mut Handle, u: Unit, w: Wrapper) -> Option<Wrapper>; }
        #[repr(transparent)] struct Wrapper(&'static u8, core::marker::PhantomData<u32>);
        "#,
    );
    assert_eq!(interface.refused, []);
    let mut names: Vec<&str> = interface
        .types
        .iter()
        .map(|definition| definition.name.as_str())
        .collect();
    names.retain(|name| *name != "PhantomData");
    assert_eq!(
        names,
        [
            "Pair<i32, 2>",
            "Meters",
            "Bits",
            "shapes::Shape",
            "Unit",
            "Handle",
            "Wrapper"
        ]
    );
    let pair = fields(&interface, "Pair<i32, 2>");
    assert_eq!(pair[0].1, array(integer(32, true, "i32"), 2));
    assert_eq!(pair[1].1, pointer(named("Pair<i32, 2>"), false, true));
    assert_eq!(pair[2].1, named("PhantomData"));
    assert!(
        interface
            .type_definition("Meters")
            .unwrap()
            .attributes
            .transparent
    );
    let TypeKind::DataEnum { underlying, variants } =
        &interface.type_definition("shapes::Shape").unwrap().kind
    else {
        panic!()
    };
    assert_eq!(*underlying, Some(integer(8, false, "u8")));
    assert_eq!(
        (variants[0].1[0].name.as_deref(), variants[1].1[0].ty.clone()),
        (Some("0"), named("Meters"))
    );
    assert_eq!(
        interface.type_definition("Handle").unwrap().kind,
        TypeKind::Incomplete
    );
    assert_eq!(
        interface.functions[0].signature.result,
        pointer(integer(8, false, "u8"), false, true)
    );
}

#[test]
fn an_option_without_a_niche_is_an_enum() {
    let interface = read("unsafe extern \"C\" { fn f(p: Option<u32>); }");
    assert_eq!(
        interface.functions[0].signature.params[0].ty,
        named("Option<u32>")
    );
    assert!(matches!(interface.types[0].kind, TypeKind::DataEnum { .. }));
}

#[test]
fn a_long_chain_of_types_is_read_to_its_end() {
    let links = |n: usize| format!("#[repr(C)] struct S{n} {{ next: *const S{} }}\n", n + 1);
    let items: String = (0..3000).map(links).collect();
    let interface = read(&format!(
        "{items} struct S3000(f64); unsafe extern \"C\" {{ fn f(p: S0); }}"
    ));
    assert_eq!(
        fields(&interface, "S3000"),
        [("0".to_owned(), Type::Float(FloatKind::F64))]
    );
}
