//! Layouts held against the text's.

use twincall_abi::target::Target;

use super::*;
use crate::judge::testing::{WASM, interface, structure};

const LIST: &str = "#[repr(C)] pub struct Inner { x: u8, y: i32 }
    #[repr(C)] pub struct Outer { a: i64, inner: *const Inner }
    #[repr(C)] pub union Either { a: i32, b: f32 }
    unsafe extern \"C\" { fn f(outer: *const Outer, either: *const Either); }";

/// The departure of the first parameter's type after the layouts were changed.
fn departs(change: impl FnOnce(&mut LayoutTable), depth: usize, ty: usize) -> Option<String> {
    let world = World::new(LIST, &declared("g()"));
    let mut table = world.build.levels[0].c.layouts.clone();
    change(&mut table);
    let interface = &world.build.c;
    let model = Model {
        target: NATIVE,
        language: Language::C,
        types: &interface.types,
        options: Options::default(),
    };
    let id = table.functions["f"].params[ty];
    let ty = &interface.functions[0].signature.params[ty].ty;
    layout_departs(&model, ty, &table, id, depth)
}

fn named<'a>(table: &'a mut LayoutTable, name: &str) -> &'a mut twincall_abi::layout::Layout {
    let mut types = table.types.iter_mut();
    types.find(|layout| layout.name == name).unwrap()
}

/// psABI 3.1.2: a struct has the size of its members in order, each at its alignment.
#[test]
fn layouts_are_held_against_the_text_through_pointers() {
    assert_eq!(departs(|_| {}, 0, 0), None);
    let size = departs(|table| named(table, "Outer").size = Bytes(24), 0, 0).unwrap();
    assert!(
        size.contains("`Outer`") && size.contains("24 bytes here") && size.contains("16 by"),
        "{size}"
    );
    let moved = |table: &mut LayoutTable| {
        let outer = named(table, "Outer");
        let Shape::Struct { fields } = &mut outer.shape else {
            panic!("a struct")
        };
        let (first, second) = fields.split_at_mut(1);
        std::mem::swap(&mut first[0].offset, &mut second[0].offset);
    };
    let offset = departs(moved, 0, 0).unwrap();
    assert!(
        offset.contains("`Outer.a`") && offset.contains("at 8 here") && offset.contains("at 0 by"),
        "{offset}"
    );
    let width = |table: &mut LayoutTable| {
        let outer = named(table, "Outer");
        let Shape::Struct { fields } = &mut outer.shape else {
            panic!("a struct")
        };
        fields[0].ty = fields[1].ty;
    };
    assert_eq!(departs(width, 0, 0), None, "a pointer is as wide as an i64");
    let incomplete = |table: &mut LayoutTable| {
        let outer = named(table, "Outer");
        (outer.shape, outer.size) = (Shape::Incomplete, Bytes(0));
    };
    assert_eq!(departs(incomplete, 0, 0), None, "of a handle nothing is known");
    // Debug information may tell a union's members where the text sees bytes.
    let divided = |table: &mut LayoutTable| {
        let integer = table
            .types
            .iter()
            .position(|layout| layout.size == Bytes(4))
            .unwrap();
        let halves = structure(
            "Either",
            4,
            &[("a", 0, TypeId(integer), 4), ("b", 0, TypeId(integer), 4)],
        );
        *named(table, "Either") = halves;
    };
    assert_eq!(departs(divided, 0, 1), None);
    let grown = departs(|table| named(table, "Either").size = Bytes(8), 0, 1);
    assert!(grown.is_some_and(|text| text.contains("`Either`")));
}

#[test]
fn pointers_are_followed_to_a_limit() {
    let wrong = |table: &mut LayoutTable| named(table, "Outer").size = Bytes(24);
    // Following the pointer is one step more.
    for (depth, told) in [
        (0, true),
        (MAX_DEPTH - 1, true),
        (MAX_DEPTH, false),
        (MAX_DEPTH + 1, false),
    ] {
        assert_eq!(departs(wrong, depth, 0).is_some(), told, "{depth}");
    }
}

#[test]
fn a_type_that_only_the_text_leaves_open_departs_nowhere() {
    let text = "#[repr(C)] pub struct Known { a: i32 }\nunsafe extern \"C\" { fn f(a: Known); }";
    let interface = interface(text, WASM);
    let table = World::on(WASM, text, &declared("g()")).build.levels[0]
        .c
        .layouts
        .clone();
    let ask = |target: Target, types: &[twincall_abi::types::TypeDefinition]| {
        let model = Model {
            target,
            language: Language::C,
            types,
            options: Options::default(),
        };
        let ty = &interface.functions[0].signature.params[0].ty;
        layout_departs(&model, ty, &table, table.functions["f"].params[0], 0)
    };
    assert_eq!(ask(WASM, &interface.types), None);
    let mut open = interface.types.clone();
    open[0].kind = twincall_abi::types::TypeKind::Incomplete;
    assert_eq!(ask(WASM, &open), None);
    assert_eq!(ask(WASM, &[]), None, "a name without a definition");
}

#[test]
fn layouts_of_arguments_and_results_enter_the_opinion() {
    let ty = "#[repr(C)] pub struct Pair { a: i32, b: i32 }\n";
    for signature in ["f(pair: *const Pair)", "f() -> *const Pair"] {
        let text = ty.to_owned() + &declared(signature);
        let mut world = World::new(&text, &(ty.to_owned() + &defined(signature)));
        assert_eq!(of(&world, Side::C).state, ModelState::Follows);
        for evidence in world.levels_of(Side::C) {
            named(&mut evidence.layouts, "Pair").size = Bytes(12);
        }
        let report = of(&world, Side::C);
        assert_eq!(report.state, ModelState::Departs, "{signature}");
        assert_eq!(report.departures.len(), 1, "{:?}", report.departures);
        assert_eq!(of(&world, Side::Rust).state, ModelState::Follows);
    }
}
