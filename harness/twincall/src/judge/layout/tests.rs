//! Layouts of both sides held against each other: which rule a difference breaks, where it is, and when it is none.

use twincall_abi::layout::{Field, FunctionTypes, Layout, Scalar};
use twincall_abi::units::{Bits, Bytes};

use super::*;
use crate::judge::testing::{World, declared, defined, structure};

const PAIR: &str = "#[repr(C)] pub struct Pair { a: i32, b: i32 }\n";

fn pair_world(signature: &str) -> World {
    World::new(
        &(PAIR.to_owned() + &declared(signature)),
        &(PAIR.to_owned() + &defined(signature)),
    )
}

/// The findings after Rust's layouts were changed at all levels.
fn after(world: &mut World, change: impl Fn(&mut LayoutTable)) -> Vec<crate::facts::Finding> {
    for evidence in world.levels_of(Side::Rust) {
        change(&mut evidence.layouts);
    }
    world.with_findings(|findings| {
        judge(findings);
        std::mem::take(&mut findings.list)
    })
}

fn fields<'a>(table: &'a mut LayoutTable, name: &str) -> &'a mut Vec<Field> {
    match &mut named(table, name).shape {
        Shape::Struct { fields } => fields,
        other => panic!("{other:?}"),
    }
}

fn named<'a>(table: &'a mut LayoutTable, name: &str) -> &'a mut Layout {
    let mut types = table.types.iter_mut();
    types.find(|layout| layout.name == name).unwrap()
}

fn scalar(table: &mut LayoutTable, scalar: Scalar, size: u64) -> TypeId {
    table.types.push(Layout {
        name: "other".to_owned(),
        size: Bytes(size),
        align: None,
        shape: Shape::Scalar(scalar),
    });
    TypeId(table.types.len() - 1)
}

#[test]
fn a_difference_inside_a_type_breaks_the_rule_of_its_kind() {
    let float = |table: &mut LayoutTable| {
        let id = scalar(table, Scalar::Float { x87: false }, 4);
        fields(table, "Pair")[1].ty = id;
    };
    let boolean = |table: &mut LayoutTable| {
        let id = scalar(table, Scalar::UnicodeScalar, 4);
        fields(table, "Pair")[1].ty = id;
    };
    let short = |table: &mut LayoutTable| {
        let id = scalar(table, Scalar::Integer { signed: true }, 2);
        fields(table, "Pair")[1].ty = id;
        fields(table, "Pair")[1].width = Bits(16);
    };
    let moved = |table: &mut LayoutTable| fields(table, "Pair")[1].offset = Bits(64);
    let grown = |table: &mut LayoutTable| named(table, "Pair").size = Bytes(12);
    let lost = |table: &mut LayoutTable| {
        fields(table, "Pair").pop();
        named(table, "Pair").size = Bytes(4);
    };
    type Change = fn(&mut LayoutTable);
    for (change, rule, place) in [
        (float as Change, "field-kind", "argument 1.b"),
        (boolean, "invalid-value", "argument 1.b"),
        (short, "field-width", "argument 1.b"),
        (moved, "field-offset", "argument 1.b"),
        (grown, "layout-size", "argument 1"),
        (lost, "field-missing", "argument 1.b"),
    ] {
        // Behind a pointer a star stands for the step.
        for (signature, star) in [("f(pair: Pair)", ""), ("f(pair: *const Pair)", "*")] {
            let found = after(&mut pair_world(signature), change);
            let one = found.iter().find(|finding| finding.rule.id() == rule);
            let one = one.unwrap_or_else(|| panic!("{rule}: {found:?}"));
            assert_eq!(one.place, format!("{star}{place}"), "{rule}");
            assert_eq!(one.types, Some(("Pair".to_owned(), "Pair".to_owned())), "{rule}");
            assert_eq!(one.opt, Vec::<u8>::new(), "layouts do not depend on the level");
        }
    }
    assert_eq!(after(&mut pair_world("f(pair: Pair)"), |_| {}), []);
}

#[test]
fn what_shows_at_one_level_only_names_it() {
    let mut world = pair_world("f(pair: Pair)");
    named(&mut world.build.levels[1].rust.layouts, "Pair").size = Bytes(12);
    let found = world.with_findings(|findings| {
        judge(findings);
        std::mem::take(&mut findings.list)
    });
    assert_eq!(found[0].opt, [2]);
}

#[test]
fn a_bare_scalar_is_a_matter_of_its_own_type() {
    let float = |table: &mut LayoutTable| scalar(table, Scalar::Float { x87: false }, 4);
    let wide = |table: &mut LayoutTable| scalar(table, Scalar::Integer { signed: true }, 8);
    type Make = fn(&mut LayoutTable) -> TypeId;
    for make in [float as Make, wide] {
        let mut argument = World::agreed("f(a: i32)");
        let found = after(&mut argument, |table| {
            let id = make(table);
            table.functions.get_mut("f").unwrap().params[0] = id;
        });
        let told = |found: &[crate::facts::Finding]| {
            let [one] = found else { panic!("{found:?}") };
            (one.rule, one.place.to_string(), one.types.clone())
        };
        assert_eq!(told(&found), (Rule::ParamType, "argument 1".to_owned(), None));
        let mut result = World::agreed("f() -> i32");
        let found = after(&mut result, |table| {
            let id = make(table);
            table.functions.get_mut("f").unwrap().result = Some(id);
        });
        assert_eq!(told(&found), (Rule::ReturnType, "result".to_owned(), None));
        let variable = "unsafe extern \"C\" { static v: i32; }";
        let found = after(&mut World::new(variable, variable), |table| {
            let id = make(table);
            table.data.insert("v".to_owned(), id);
        });
        assert_eq!(told(&found), (Rule::DataSymbol, String::new(), None));
    }
}

#[test]
fn a_variable_of_another_size_is_another_variable() {
    let variable = PAIR.to_owned() + "unsafe extern \"C\" { static v: Pair; }";
    let rules = |change: fn(&mut LayoutTable)| {
        let found = after(&mut World::new(&variable, &variable), change);
        found
            .into_iter()
            .map(|one| (one.rule.id(), one.place.to_string()))
            .collect::<Vec<_>>()
    };
    let grown = rules(|table| named(table, "Pair").size = Bytes(12));
    assert_eq!(grown, [("data-symbol", String::new())]);
    let moved = rules(|table| fields(table, "Pair")[1].offset = Bits(64));
    assert_eq!(moved, [("field-offset", "b".to_owned())], "its fields are fields");
}

/// An aggregate against a scalar is told at the parameter and not in the aggregate.
#[test]
fn one_scalar_is_enough_to_be_bare() {
    let mut world = World::new(
        &(PAIR.to_owned() + &declared("f(pair: Pair)")),
        &defined("f(pair: f32)"),
    );
    let found = after(&mut world, |_| {});
    let of_parameter: Vec<_> = found
        .iter()
        .filter(|finding| finding.place == "argument 1")
        .collect();
    assert!(!of_parameter.is_empty(), "{found:?}");
    for finding in of_parameter {
        assert_eq!(
            (finding.rule, &finding.types),
            (Rule::ParamType, &None),
            "{finding:?}"
        );
    }
}

/// Alignments come from the compilers' constants; psABI 3.1.2 makes them part of the type.
#[test]
fn alignments_are_compared_as_the_compilers_evaluate_them() {
    let set = |world: &mut World, side: Side, size: u64, align: u64| {
        for evidence in world.levels_of(side) {
            for (_, constant) in &mut evidence.sizes {
                *constant = SizeAlign {
                    size: Bytes(size),
                    align: Bytes(align),
                };
            }
        }
    };
    let aligned = |world: &mut World| {
        let found = after(world, |_| {});
        let found = found.into_iter().filter(|one| one.rule == Rule::LayoutAlign);
        found
            .map(|one| (one.place.clone(), one.c(), one.rust(), one.types.is_some()))
            .collect::<Vec<_>>()
    };
    let mut world = pair_world("f(pair: Pair)");
    assert_eq!(aligned(&mut world), []);
    set(&mut world, Side::Rust, 8, 16);
    let [(place, c, rust, typed)] = &aligned(&mut world)[..] else {
        panic!("one finding")
    };
    assert_eq!((place.to_string().as_str(), *typed), ("argument 1", true));
    assert!(c.ends_with(" 4") && rust.ends_with(" 16"), "{c} {rust}");
    // An incomplete type has a row of zeros.
    set(&mut world, Side::C, 0, 0);
    assert_eq!(aligned(&mut world), []);
    for evidence in world.levels_of(Side::C) {
        evidence.sizes.clear();
    }
    assert_eq!(aligned(&mut world), [], "without a constant nothing is claimed");

    let mut scalars = World::agreed("f(a: i32)");
    set(&mut scalars, Side::Rust, 4, 8);
    assert_eq!(
        aligned(&mut scalars),
        [],
        "a scalar's alignment comes with its type"
    );
    let mixed = |c_size, rust_size| {
        let mut world = World::new(
            &(PAIR.to_owned() + &declared("f(pair: Pair)")),
            &defined("f(pair: i64)"),
        );
        set(&mut world, Side::C, c_size, 4);
        set(&mut world, Side::Rust, rust_size, 8);
        aligned(&mut world).len()
    };
    assert_eq!(mixed(8, 8), 1, "an aggregate against a scalar of its size");
    assert_eq!(mixed(16, 8), 0, "another size is told as such");
}

/// Debug information and `sizeof` are two witnesses of one compiler.
#[test]
fn debug_information_that_contradicts_a_constant_is_a_conflict() {
    let conflicts = |side: Side, change: fn(&mut SideEvidence)| {
        let mut world = pair_world("f(pair: Pair) -> Pair");
        world.levels_of(side).for_each(change);
        world.judge().conflicts
    };
    assert_eq!(conflicts(Side::C, |_| {}), Vec::<String>::new());
    for side in Side::BOTH {
        let found = conflicts(side, |evidence| evidence.sizes[0].1.size = Bytes(12));
        let [one] = found.as_slice() else {
            panic!("once for both levels: {found:?}")
        };
        assert!(one.starts_with(&format!("{side}:")), "{one}");
        assert!(
            one.contains("`Pair` 8 bytes") && one.contains("constant 12"),
            "{one}"
        );
    }
    let none = Vec::<String>::new();
    let incomplete = |evidence: &mut SideEvidence| {
        evidence.sizes[0].1 = SizeAlign {
            size: Bytes(12),
            align: Bytes(0),
        };
    };
    assert_eq!(conflicts(Side::C, incomplete), none);
    let both = |evidence: &mut SideEvidence| {
        evidence.sizes[0].1.size = Bytes(12);
        evidence.sizes[1].1.size = Bytes(12);
        let id = evidence.layouts.functions["f"].params[0];
        evidence.layouts.types[id.0].shape = Shape::Incomplete;
    };
    let rest = conflicts(Side::C, both);
    assert_eq!(rest.len(), 1, "only the result is complete: {rest:?}");
}

#[test]
fn rows_of_the_size_table_belong_to_their_types() {
    let mut table = LayoutTable::default();
    let types = [1, 2, 3, 4].map(|size| scalar(&mut table, Scalar::Bool, size));
    let function = FunctionTypes {
        params: vec![types[0]],
        result: Some(types[1]),
    };
    table.functions.insert("f".to_owned(), function);
    table.same = vec![types[2]];
    table.data.insert("v".to_owned(), types[3]);
    let symbol = || "f".to_owned();
    for (key, id) in [
        (
            TypeKey::Param {
                symbol: symbol(),
                index: 0,
            },
            Some(types[0]),
        ),
        (
            TypeKey::Param {
                symbol: symbol(),
                index: 1,
            },
            None,
        ),
        (TypeKey::Result { symbol: symbol() }, Some(types[1])),
        (
            TypeKey::Result {
                symbol: "g".to_owned(),
            },
            None,
        ),
        (TypeKey::Same { index: 0 }, Some(types[2])),
        (TypeKey::Same { index: 1 }, None),
        (
            TypeKey::Data {
                symbol: "v".to_owned(),
            },
            Some(types[3]),
        ),
        (TypeKey::Data { symbol: symbol() }, None),
    ] {
        assert_eq!(type_of(&table, &key), id, "{key:?}");
    }
}

#[test]
fn aggregates_that_cross_are_described_once() {
    let described = |signature: &str| pair_world(signature).judge().types;
    assert_eq!(described("f(a: i32, p: *const i32)"), []);
    let by_value = described("f(pair: Pair, again: *const Pair) -> Pair");
    let [one] = by_value.as_slice() else {
        panic!("{by_value:?}")
    };
    for side in [&one.c, &one.rust] {
        let side = side.as_ref().unwrap();
        assert_eq!((side.name.as_str(), side.size, side.align), ("Pair", 8, Some(4)));
        let rows: Vec<_> = side
            .fields
            .iter()
            .map(|row| {
                (
                    row.path.as_str(),
                    row.offset_bits,
                    row.width_bits,
                    row.kind.as_str(),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("a", 0, 32, "32-bit signed integer"),
                ("b", 32, 32, "32-bit signed integer")
            ]
        );
    }
    // The constants tell of what crosses, and behind a pointer that is the pointer.
    let behind = described("f(pair: *const Pair)");
    assert_eq!(behind[0].c.as_ref().unwrap().align, None);
    assert_eq!(behind[0].rust.as_ref().unwrap().align, None);
    let one_side = World::new(
        &(PAIR.to_owned() + &declared("f(pair: Pair)")),
        &defined("f(pair: i64)"),
    );
    assert_eq!(
        one_side.judge().types.len(),
        1,
        "an aggregate on one side is enough"
    );
    let one_side = World::new(
        &declared("f(pair: i64)"),
        &(PAIR.to_owned() + &defined("f(pair: Pair)")),
    );
    assert_eq!(one_side.judge().types.len(), 1);
    let against_address = World::new(
        &(PAIR.to_owned() + &declared("f(pair: *const Pair)")),
        &(PAIR.to_owned() + &defined("f(pair: Pair)")),
    );
    let types = against_address.judge().types;
    let names = |side: &Option<SideType>| side.as_ref().map(|side| (side.size, side.fields.len()));
    assert_eq!(
        (names(&types[0].c), names(&types[0].rust)),
        (Some((8, 1)), Some((8, 2))),
        "an address is not followed to what the other side has by value"
    );
}

#[test]
fn pairs_of_the_directive_same_are_compared_and_described() {
    let mut world = World::agreed("f(a: i32)");
    for (side, size) in [(Side::C, 8), (Side::Rust, 12)] {
        for evidence in world.levels_of(side) {
            let int = scalar(&mut evidence.layouts, Scalar::Integer { signed: true }, 4);
            let layout = structure("node", size, &[("a", 0, int, 4)]);
            evidence.layouts.types.push(layout);
            evidence.layouts.same = vec![TypeId(evidence.layouts.types.len() - 1)];
        }
    }
    let judged = world.judge();
    let [one] = judged.findings.as_slice() else {
        panic!("{:?}", judged.findings)
    };
    assert_eq!(
        (one.rule, one.symbol.as_str(), one.place.to_string().as_str()),
        (Rule::LayoutSize, "node", "")
    );
    assert_eq!(judged.types.len(), 1);
}
