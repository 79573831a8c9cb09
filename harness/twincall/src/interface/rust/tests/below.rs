//! What stands below the root of a file, and what is declared more than once.

use super::*;

#[test]
fn modules_are_read_and_their_types_written_out() {
    let text = "mod a {\n    use core::ffi::{self, c_int as int};\n    const N: usize = 2;\n    struct P<'a>(&'a u8);\n    \
                pub mod b {\n        type T = u8;\n        \
                unsafe extern \"C\" { fn f(x: super::int, y: *mut [T; super::N], z: &super::P, \
                g: Option<unsafe extern \"C\" fn(&T) -> u8>) -> super::ffi::c_long; static mut v: T; }\n    }\n}\n";
    let source = read_for(NATIVE, text);
    assert_eq!(source.interface.refused, []);
    let function = source.interface.function("f").unwrap();
    let params: Vec<&str> = function
        .signature
        .params
        .iter()
        .map(|param| param.spelling.as_str())
        .collect();
    assert_eq!(
        params,
        [
            "::core::ffi::c_int",
            "*mut [super::a::b::T; super::a::N]",
            "&'static super::a::P<'static>",
            "Option<unsafe extern \"C\" fn(&super::a::b::T) -> u8>",
        ]
    );
    assert_eq!(function.result_spelling, "::core::ffi::c_long");
    assert_eq!(
        (function.name.as_str(), function.location.line),
        ("", 7),
        "no name reaches it"
    );
    let data = source.interface.data("v").unwrap();
    assert_eq!(
        (data.name.as_str(), data.spelling.as_str()),
        ("", "super::a::b::T")
    );
    // What is private is made visible where generated code names it, in its line.
    let lines: Vec<&str> = source.blanked.lines().collect();
    assert_eq!(lines[0], "mod a {");
    assert_eq!(lines[2], "    pub(crate) const N: usize = 2;");
    assert_eq!(lines[3], "    pub(crate) struct P<'a>(&'a u8);");
    assert_eq!(lines[4], "    pub mod b {");
    assert_eq!(lines[5], "        pub(crate) type T = u8;");
    assert_eq!(lines.len(), text.lines().count());
}

#[test]
fn nothing_is_made_visible_where_all_stands_at_the_root() {
    let text = "mod a { struct P(u8); fn helper() {} }\nunsafe extern \"C\" { fn f(); }\n";
    assert_eq!(read_for(NATIVE, text).blanked, text);
}

#[test]
fn bodies_are_read_unless_their_types_are_their_own() {
    let interface = read(
        "fn one() { use core::ffi::c_int; unsafe extern \"C\" { fn f(x: c_int); } }\n\
         const _: () = { #[unsafe(no_mangle)] extern \"C\" fn g(x: u8) {} };\n\
         fn two() { struct P(u8); unsafe extern \"C\" { fn h(x: *const P); } }\n\
         fn three() { mod inner { unsafe extern \"C\" { fn i(); } } }\n\
         struct S; impl S { #[unsafe(no_mangle)] extern \"C\" fn j() {} }\n\
         #[cfg(target_arch = \"wasm32\")] fn other() { unsafe extern \"C\" { fn k(); } }\n",
    );
    let known: Vec<(&str, &str, bool)> = interface
        .functions
        .iter()
        .map(|f| (f.symbol.as_str(), f.name.as_str(), f.defined))
        .collect();
    assert_eq!(known, [("f", "", false), ("g", "", true)]);
    let spelling = &interface.function("f").unwrap().signature.params[0].spelling;
    assert_eq!(spelling, "::core::ffi::c_int");
    let refused: Vec<&str> = interface.refused.iter().map(|one| one.symbol.as_str()).collect();
    assert_eq!(refused, ["h", "i", "j"]);
    let reason = &interface.refused[0].reason;
    assert!(
        reason.contains("`P` means something only in the body around it"),
        "{reason}"
    );
}

/// rust-lang/rust#105146.
#[test]
fn each_declaration_by_another_type_is_kept() {
    let interface = read(
        "mod a { unsafe extern \"C\" { pub fn f(x: i32); pub static v: i32; } }\n\
         mod b { unsafe extern \"C\" { pub fn f(name: i32); pub static v: i64; } }\n\
         mod c { unsafe extern \"C\" { pub fn f(x: f32); pub static mut v: i32; } }\n\
         mod d { unsafe extern \"C\" { pub fn f(x: f32); pub fn f2(x: u8); } }\n\
         mod e { unsafe extern \"C\" { pub fn f(x: i32, ...); } }\n",
    );
    assert_eq!(interface.refused, []);
    let lines = |functions: &[Function]| {
        let lines = functions.iter().map(|f| (f.symbol.clone(), f.location.line));
        lines.collect::<Vec<_>>()
    };
    let named = |symbol: &str, line| (symbol.to_owned(), line);
    assert_eq!(lines(&interface.functions), [named("f", 1), named("f2", 4)]);
    assert_eq!(lines(&interface.redeclared), [named("f", 3), named("f", 5)]);
    let data: Vec<u32> = interface
        .redeclared_data
        .iter()
        .map(|v| v.location.line)
        .collect();
    assert_eq!(data, [2, 3]);
    let second = interface.with_redeclared(0).unwrap();
    assert_eq!(lines(&second.functions), [named("f", 3), named("f2", 4)]);
    assert_eq!(second.data("v").unwrap().location.line, 2);
    let third = interface.with_redeclared(1).unwrap();
    assert_eq!(lines(&third.functions), [named("f", 5), named("f2", 4)]);
    assert_eq!(interface.with_redeclared(2), None);
}

#[test]
fn a_definition_stands_before_what_is_declared_otherwise() {
    let declared = "mod a { unsafe extern \"C\" { pub fn f(x: f32); } }\n";
    let defined = "#[unsafe(no_mangle)] pub extern \"C\" fn f(x: i32) {}\n";
    for text in [[declared, defined].concat(), [defined, declared].concat()] {
        let interface = read(&text);
        assert!(interface.functions[0].defined);
        assert_eq!(interface.redeclared.len(), 1);
        assert!(!interface.redeclared[0].defined);
    }
    let same = read(&(declared.replace("f32", "i32") + defined));
    assert_eq!(same.redeclared, []);
    let twice = read(&[defined, defined].concat());
    assert_eq!(twice.refused.len(), 1);
}

/// What nobody reads is said, so that it does not pass for compared.
#[test]
fn a_module_in_another_file_is_refused() {
    let source = read_for(
        NATIVE,
        "mod elsewhere;\n#[cfg(target_arch = \"wasm32\")] mod other;\nunsafe extern \"C\" { fn f(); }\n",
    );
    let refused = source.interface.refused.iter();
    let refused: Vec<_> = refused
        .map(|one| (one.symbol.as_str(), one.location.line))
        .collect();
    assert_eq!(refused, [("mod elsewhere;", 1)]);
    assert!(source.interface.function("f").is_some());
}
