//! Values of callbacks, taken apart into scalars as the sources have them.

use twincall_abi::types::FieldDefinition;

use super::*;
use crate::judge::testing::interface;

/// Debug information has no signatures of callbacks, so that their values are compared as the sources have them.
#[test]
fn values_of_callbacks_are_compared_by_their_scalars() {
    let types = "#[repr(C)] pub struct Pair { a: i32, b: i32 }
        #[repr(C)] pub struct Swapped { b: i32, a: i32 }
        #[repr(C)] pub struct Named { x: i32, y: i32 }
        #[repr(C)] pub struct Floats { a: f32, b: f32 }\n";
    let pair = |c: &str, rust: &str| {
        let callback =
            |ty: &str, result: &str| format!("f(h: Option<unsafe extern \"C\" fn(v: {ty}) -> {result}>)");
        let argument = World::new(
            &(types.to_owned() + &declared(&callback(c, "i32"))),
            &(types.to_owned() + &defined(&callback(rust, "i32"))),
        );
        let result = World::new(
            &(types.to_owned() + &declared(&callback("i32", c))),
            &(types.to_owned() + &defined(&callback("i32", rust))),
        );
        [found(&argument), found(&result)]
    };
    for (c, rust) in [
        ("i32", "i32"),
        ("i32", "u32"),
        ("u32", "char"),
        ("*const i32", "Option<unsafe extern \"C\" fn()>"),
        ("Pair", "Named"),
        ("Pair", "Pair"),
    ] {
        assert_eq!(pair(c, rust), [[], []], "{c} and {rust}");
    }
    for (c, rust) in [
        ("i32", "i64"),
        ("i64", "f64"),
        ("f32", "f64"),
        ("u64", "*const i32"),
        ("Pair", "Floats"),
        ("Pair", "i64"),
        // The same names in another order are fields that were exchanged.
        ("Pair", "Swapped"),
    ] {
        let expected = [
            places(&[("param-type", "argument 1, callback argument 1")]),
            places(&[("return-type", "argument 1, callback result")]),
        ];
        assert_eq!(pair(c, rust), expected, "{c} and {rust}");
    }
    let swapped = World::new(
        &(types.to_owned() + &declared("f(h: Option<unsafe extern \"C\" fn(v: Pair)>)")),
        &(types.to_owned() + &defined("f(h: Option<unsafe extern \"C\" fn(v: Swapped)>)")),
    );
    let list = list(&swapped);
    let fields = |text: &str| {
        text.split(", ")
            .map(|part| part.chars().last())
            .collect::<Vec<_>>()
    };
    assert_eq!(fields(&list[0].c), [Some('a'), Some('b')], "{}", list[0].c);
    assert_eq!(fields(&list[0].rust), [Some('b'), Some('a')], "{}", list[0].rust);
}

#[test]
fn a_callback_without_a_result_is_another_signature_and_not_another_value() {
    let callback = |result: &str| format!("f(h: Option<unsafe extern \"C\" fn(){result}>)");
    let world = |c: &str, rust: &str| found(&World::new(&declared(&callback(c)), &defined(&callback(rust))));
    let expected = places(&[("return-type", "argument 1, callback, result")]);
    assert_eq!(world("", " -> i32"), expected);
    assert_eq!(world(" -> i32", ""), expected);
    assert_eq!(world(" -> !", " -> i32"), expected);
    assert_eq!(world("", " -> !"), []);
}

fn parts(text: &str, ty: &str) -> Option<Vec<String>> {
    let text = format!("{text}\nunsafe extern \"C\" {{ fn f(a: *const {ty}); }}");
    let interface = interface(&text, NATIVE);
    let Type::Pointer { pointee, .. } = &interface.functions[0].signature.params[0].ty else {
        panic!("a pointer")
    };
    shown(passed(&interface, pointee, 0))
}

fn shown(parts: Option<Vec<Part>>) -> Option<Vec<String>> {
    let show = |part: Part| format!("{}: {}", part.name, part.kind);
    Some(parts?.into_iter().map(show).collect())
}

#[test]
fn a_value_comes_down_to_scalars_with_the_way_to_them() {
    let types = "#[repr(C)] pub struct Inner { x: u8, y: [f32; 2] }
        #[repr(C)] pub struct Outer { inner: Inner, list: [Inner; 1], last: *const u8 }
        #[repr(u16)] pub enum Small { A, B }
        #[repr(C)] pub enum Plain { A, B }
        #[repr(C)] pub union Either { a: i32, b: f32 }";
    for (ty, expected) in [
        ("bool", Some(vec![": 8-bit integer"])),
        ("i64", Some(vec![": 64-bit integer"])),
        ("char", Some(vec![": 32-bit integer"])),
        ("f64", Some(vec![": F64"])),
        ("*const i32", Some(vec![": pointer"])),
        ("unsafe extern \"C\" fn()", Some(vec![": pointer"])),
        (
            "[i16; 2]",
            Some(vec!["[0]: 16-bit integer", "[1]: 16-bit integer"]),
        ),
        ("Inner", Some(vec!["x: 8-bit integer", "y[0]: F32", "y[1]: F32"])),
        (
            "Outer",
            Some(vec![
                "inner.x: 8-bit integer",
                "inner.y[0]: F32",
                "inner.y[1]: F32",
                "list[0]x: 8-bit integer",
                "list[0]y[0]: F32",
                "list[0]y[1]: F32",
                "last: pointer",
            ]),
        ),
        ("Small", Some(vec![": 16-bit integer"])),
        // How wide these are the source alone does not tell.
        ("Plain", None),
        ("Either", None),
        ("[i8; 65]", None),
    ] {
        let expected = expected.map(|parts| parts.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(parts(types, ty), expected, "{ty}");
    }
    assert_eq!(parts("", "[i8; 64]").map(|parts| parts.len()), Some(64));
}

#[test]
fn bit_fields_and_anonymous_members_are_not_taken_apart() {
    let text = "#[repr(C)] pub struct Pair { a: i32 }\nunsafe extern \"C\" { fn f(a: Pair); }";
    let with = |change: fn(&mut FieldDefinition)| {
        let mut interface = interface(text, NATIVE);
        let ty = interface.functions[0].signature.params[0].ty.clone();
        let TypeKind::Struct { fields } = &mut interface.types[0].kind else {
            panic!("a struct")
        };
        change(&mut fields[0]);
        shown(passed(&interface, &ty, 0))
    };
    assert_eq!(with(|_| {}), Some(vec!["a: 32-bit integer".to_owned()]));
    assert_eq!(with(|field| field.bit_width = Some(3)), None);
    assert_eq!(with(|field| field.name = None), None);
    assert_eq!(
        with(|field| {
            field.anonymous = Some(Box::new(twincall_abi::types::TypeDefinition {
                name: String::new(),
                kind: TypeKind::Incomplete,
                attributes: Default::default(),
                location: SourceLocation::default(),
            }));
        }),
        None
    );
}

#[test]
fn values_are_taken_apart_to_a_limit() {
    let integer = || Type::Integer {
        bits: 32,
        signed: true,
        spelling: "int".to_owned(),
    };
    let nest = |wrap: &dyn Fn(Type) -> Type, times: usize| (0..times).fold(integer(), |inner, _| wrap(inner));
    let atomic = |inner: Type| Type::Atomic(Box::new(inner));
    let array = |inner: Type| Type::Array {
        element: Box::new(inner),
        length: Some(1),
    };
    let empty = Interface::default();
    for wrap in [&atomic as &dyn Fn(Type) -> Type, &array] {
        assert!(passed(&empty, &nest(wrap, MAX_DEPTH), 0).is_some());
        assert!(passed(&empty, &nest(wrap, MAX_DEPTH + 1), 0).is_none());
    }
    // Structs in structs, with an enum innermost, whose own integer is one step more.
    for (depth, known) in [(MAX_DEPTH - 1, true), (MAX_DEPTH, false)] {
        let mut text = "#[repr(u8)] pub enum S0 { A }\n".to_owned();
        for level in 1..=depth {
            text += &format!("#[repr(C)] pub struct S{level} {{ a: S{} }}\n", level - 1);
        }
        assert_eq!(parts(&text, &format!("S{depth}")).is_some(), known, "{depth}");
    }
}
