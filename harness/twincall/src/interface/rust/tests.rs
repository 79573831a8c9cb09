use twincall_abi::interface::{Convention, Function, Interface};
use twincall_abi::target::Target;
use twincall_abi::types::{Type, TypeKind};

use super::{RustSource, read_source};

mod below;
mod types;

const NATIVE: Target = Target::X86_64LinuxGnu;
const WASM: Target = Target::Wasm32Unknown;

fn read_for(target: Target, text: &str) -> RustSource {
    read_source("fixture.rs", text, target).unwrap()
}

fn read(text: &str) -> Interface {
    read_for(NATIVE, text).interface
}

/// The one function of a source, with nothing refused.
fn function(text: &str) -> Function {
    let interface = read(text);
    assert_eq!(interface.refused, []);
    assert_eq!(interface.functions.len(), 1);
    interface.functions[0].clone()
}

fn param_in(target: Target, items: &str, ty: &str) -> Result<Type, String> {
    let text = format!("{items}\n unsafe extern \"C\" {{ fn f(p: {ty}); }}");
    let interface = read_for(target, &text).interface;
    match interface.functions.first() {
        Some(function) => Ok(function.signature.params[0].ty.clone()),
        None => Err(interface.refused[0].reason.clone()),
    }
}

fn refusal(items: &str, ty: &str) -> String {
    param_in(NATIVE, items, ty).unwrap_err()
}

fn integer(bits: u32, signed: bool, spelling: &str) -> Type {
    Type::Integer {
        bits,
        signed,
        spelling: spelling.to_owned(),
    }
}

fn fields(interface: &Interface, name: &str) -> Vec<(String, Type)> {
    match &interface.type_definition(name).unwrap().kind {
        TypeKind::Struct { fields } | TypeKind::Union { fields } => fields
            .iter()
            .map(|field| (field.name.clone().unwrap(), field.ty.clone()))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_definition_is_read_with_its_declaration_and_place() {
    let f = function(
        "struct P;\n#[unsafe(no_mangle)]\npub extern \"C\" fn f(\n    p: P, // first\n    mut c: i8,\n) -> P { p }",
    );
    assert_eq!(
        (f.symbol.as_str(), f.name.as_str(), f.defined, f.unsafe_to_call),
        ("f", "f", true, false)
    );
    assert_eq!(f.declaration, "pub extern \"C\" fn f(p: P, mut c: i8) -> P");
    assert_eq!(f.result_spelling, "P");
    assert_eq!(f.signature.params[1].name.as_deref(), Some("c"));
    assert_eq!((f.location.line, f.location.column), (3, 19));
}

#[test]
fn symbols_come_from_attributes() {
    let interface = read(
        r#"
        #[no_mangle] pub extern "C" fn a() {}
        #[export_name = "bee"] pub extern "C" fn b() {}
        #[unsafe(export_name = "sea")] pub unsafe extern "C" fn c() {}
        pub extern "C" fn unexported() {}
        unsafe extern "C" { #[link_name = "dee"] fn d(); safe fn e(); pub unsafe fn g(); fn r#match(x: i32, ...) -> !; }
        #[cfg_attr(unix, unsafe(no_mangle))] fn h() {}
        "#,
    );
    let symbols: Vec<(&str, &str, bool, bool)> = interface
        .functions
        .iter()
        .map(|f| (f.symbol.as_str(), f.name.as_str(), f.defined, f.unsafe_to_call))
        .collect();
    assert_eq!(
        symbols,
        [
            ("a", "a", true, false),
            ("bee", "b", true, false),
            ("sea", "c", true, true),
            ("dee", "d", false, true),
            ("e", "e", false, false),
            ("g", "g", false, true),
            ("match", "r#match", false, true),
            ("h", "h", true, false),
        ]
    );
    let variadic = interface.function("match").unwrap();
    assert!(variadic.signature.variadic && variadic.signature.result == Type::Never);
    assert_eq!(
        interface.function("e").unwrap().declaration,
        "unsafe extern \"C\" { safe fn e(); }"
    );
}

#[test]
fn conventions_come_from_the_abi_string() {
    for (abi, expected) in [
        ("extern \"C\" ", Convention::C),
        ("extern ", Convention::C),
        ("extern \"C-unwind\" ", Convention::CUnwind),
        ("extern \"system\" ", Convention::C),
        ("extern \"sysv64\" ", Convention::SysV64),
        ("extern \"win64\" ", Convention::Win64),
        ("extern \"efiapi\" ", Convention::Win64),
        ("extern \"Rust\" ", Convention::Rust),
        ("", Convention::Rust),
        (
            "extern \"vectorcall\" ",
            Convention::Other("vectorcall".to_owned()),
        ),
    ] {
        let f = function(&format!("#[unsafe(no_mangle)] {abi}fn f() {{}}"));
        assert_eq!(f.signature.convention, expected, "{abi}");
    }
}

#[test]
fn cfg_is_decided_for_the_target() {
    let text = r#"
        #[cfg(target_arch = "wasm32")] #[no_mangle] pub extern "C" fn wasm() {}
        #[cfg(all(unix, target_pointer_width = "64", not(any(test, feature = "x"))))] #[no_mangle] pub extern "C" fn native() {}
        #[cfg(debug_assertions)] #[no_mangle] pub extern "C" fn both(#[cfg(unix)] a: i32, b: S, e: E) {}
        #[cfg_attr(target_os = "linux", repr(C, packed(2)))] #[cfg_attr(not(target_os = "linux"), repr(C, align(32)))]
        struct S { #[cfg(target_family = "wasm")] w: u8, #[cfg(unix)] n: u16 }
        #[repr(u8)] enum E { #[cfg(target_endian = "big")] A, B = 4, #[cfg(target_env = "gnu")] C }
    "#;
    let native = read(text);
    let names: Vec<&str> = native.functions.iter().map(|f| f.symbol.as_str()).collect();
    assert_eq!(names, ["native", "both"]);
    assert_eq!(native.function("both").unwrap().signature.params.len(), 3);
    assert_eq!(
        fields(&native, "S"),
        [("n".to_owned(), integer(16, false, "u16"))]
    );
    assert_eq!(native.type_definition("S").unwrap().attributes.packed, Some(2));
    let wasm = read_for(WASM, text).interface;
    let names: Vec<&str> = wasm.functions.iter().map(|f| f.symbol.as_str()).collect();
    assert_eq!(names, ["wasm", "both"]);
    assert_eq!(wasm.function("both").unwrap().signature.params.len(), 2);
    assert_eq!(wasm.type_definition("S").unwrap().attributes.align, Some(32));
    let TypeKind::Enum { underlying, values } = &wasm.type_definition("E").unwrap().kind else {
        panic!()
    };
    assert_eq!(
        (underlying.clone(), values.len()),
        (Some(integer(8, false, "u8")), 1)
    );
}

#[test]
fn statics_are_data() {
    let interface = read(
        r#"
        #[unsafe(no_mangle)] pub static mut COUNT: u32 = 0;
        #[unsafe(export_name = "table")] static TABLE: [&str; 2] = ["a", "b"];
        unsafe extern "C" { #[link_name = "environ"] static ENVIRON: *const *const u8; safe static FLAG: core::sync::atomic::AtomicBool; }
        static PRIVATE: u32 = 1;
        "#,
    );
    let data: Vec<(&str, &str, bool, bool, &str)> = interface
        .data
        .iter()
        .map(|d| {
            (
                d.symbol.as_str(),
                d.name.as_str(),
                d.mutable,
                d.defined,
                d.spelling.as_str(),
            )
        })
        .collect();
    assert_eq!(
        data,
        [
            ("COUNT", "COUNT", true, true, "u32"),
            ("table", "TABLE", false, true, "[&'static str; 2]"),
            ("environ", "ENVIRON", false, false, "*const *const u8"),
            ("FLAG", "FLAG", true, false, "core::sync::atomic::AtomicBool"),
        ]
    );
    assert_eq!(interface.data[0].declaration, "pub static mut COUNT: u32");
    assert_eq!(
        interface.data[3].declaration,
        "unsafe extern \"C\" { safe static FLAG: core::sync::atomic::AtomicBool; }"
    );
}

#[test]
fn spellings_hold_outside_the_function() {
    let items = "struct View<'a, T>(&'a T); struct Short<'a>(&'a u8); ";
    for (ty, expected) in [
        ("&'a   mut u8", "&'static mut u8"),
        ("&&u8", "&'static &'static u8"),
        ("Option<&u8>", "Option<&'static u8>"),
        ("View<'_, u8>", "View<'static, u8>"),
        ("View<u8>", "View<'static, u8>"),
        ("Short", "Short<'static>"),
        ("*const self::Short", "*const super::Short<'static>"),
        (
            "extern \"C\" fn(&u8, Short) -> &u8",
            "extern \"C\" fn(&u8, Short) -> &u8",
        ),
        ("for<'b> fn(&'b u8, &'a u8)", "for<'b> fn(&'b u8, &'static u8)"),
        ("[ /* two */ u8 ; 2 ]", "[u8; 2]"),
    ] {
        let f = function(&format!("{items} unsafe extern \"C\" {{ fn f<'a>(p: {ty}); }}"));
        assert_eq!(f.signature.params[0].spelling, expected);
    }
}

#[test]
fn what_cannot_take_part_is_refused_in_words() {
    for (ty, reason) in [
        ("(i32, i32)", "tuple"),
        ("&dyn core::fmt::Debug", "trait object"),
        ("impl Fn()", "each caller"),
        ("[u8]", "size"),
        ("Missing", "`Missing` is not defined"),
        ("other::Thing", "`other::Thing` is not defined"),
        ("Endless<u8>", "without end"),
        ("Overflow", "does not fit"),
    ] {
        let items = "type Endless<T> = Endless<Option<T>>; #[repr(u8)] enum Overflow { A = 256 }";
        let text = refusal(items, ty);
        assert!(text.contains(reason), "{ty}: {text}");
        assert!(text.starts_with("parameter 1: "));
    }
    let interface = read(
        r#"
        mod inner { #[no_mangle] pub extern "C" fn a() {} unsafe extern "C" { fn b(); } }
        struct S; impl S { #[no_mangle] pub extern "C" fn c() {} }
        fn outer() { unsafe extern "C" { static D: u8; } }
        #[no_mangle] pub extern "C" fn e<T>(t: T) {}
        #[no_mangle] pub async fn g() {}
        declare! { extern "C" { fn h(); } }
        struct Grow<T>(*const Grow<Option<T>>, *const Grow<Box<T>>);
        unsafe extern "C" { fn i(g: *const Grow<u8>); }
        "#,
    );
    let refused: Vec<&str> = interface
        .refused
        .iter()
        .map(|refusal| refusal.symbol.as_str())
        .collect();
    assert_eq!(refused, ["c", "e", "g", "declare!"]);
    let functions: Vec<&str> = interface
        .functions
        .iter()
        .map(|function| function.symbol.as_str())
        .collect();
    assert_eq!(functions, ["a", "b", "i"]);
    assert_eq!(interface.data.len(), 1);
}

#[test]
fn target_features_are_joined() {
    let f = function(
        "#[target_feature(enable = \"avx,fma\")] #[target_feature(enable = \"bmi1\")] #[no_mangle] pub extern \"C\" fn f() {}",
    );
    assert_eq!(f.target_features.as_deref(), Some("avx,fma,bmi1"));
}

#[test]
fn what_include_does_not_take_is_blanked_in_place() {
    let text = "#![no_std] //! ü\n#![allow(\n  dead_code)]\n//! doc é\n#![cfg_attr(unix, feature(f16))]\n#![crate_type = \"lib\"]\nfn f() {}\n";
    let source = read_for(NATIVE, text);
    assert_eq!(
        source.inner_attributes,
        ["#![allow(dead_code)]", "#![feature(f16)]"]
    );
    assert_eq!(source.blanked.trim(), "fn f() {}");
    assert_eq!(source.blanked.lines().count(), text.lines().count());
    let widths = |text: &str| text.lines().map(|line| line.chars().count()).collect::<Vec<_>>();
    assert_eq!(widths(&source.blanked), widths(text));
}

#[test]
fn a_syntax_error_has_its_place() {
    let error = read_source("x.rs", "fn f() {}\nstruct {", NATIVE).unwrap_err();
    assert_eq!((error.file.as_str(), error.line), ("x.rs", 2));
    assert!(error.to_string().starts_with("parse x.rs:2:"));
}
