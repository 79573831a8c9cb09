use twincall_abi::interface::Side;

use super::*;
use crate::explain::layout::{DrawnType, FieldPlace};
use crate::explain::samples::{bits, drawing, field};

const BOTH: [Target; 2] = Target::ALL;

fn kind(kind: &str, field: FieldPlace) -> FieldPlace {
    FieldPlace {
        kind: kind.to_owned(),
        ..field
    }
}

/// What is said of a type with these drawings, native first, and whether there is advice.
fn compared(one: Drawing, other: Drawing) -> Across {
    pair(&one, &other, BOTH)
}

#[test]
fn the_cause_of_a_difference_is_told_before_what_follows_from_it() {
    let plain = || drawing(8, vec![field("a", 0, 4), field("b", 4, 4)]);
    for (other, says) in [
        (plain(), "same"),
        (
            // `b` and the size only follow.
            drawing(12, vec![field("a", 0, 8), field("b", 8, 4)]),
            "`a` is 4 bytes wide on native and 8 bytes on wasm",
        ),
        (
            drawing(12, vec![field("a", 0, 4), field("b", 8, 4)]),
            "`b` begins at byte 4 on native and at byte 8 on wasm",
        ),
        (drawing(8, vec![field("a", 0, 4)]), "the fields are not the same"),
        (
            drawing(12, vec![field("a", 0, 4), field("b", 4, 4)]),
            "the size is 8 bytes on native and 12 on wasm",
        ),
        (
            drawing(8, vec![field("a", 0, 4), kind("float", field("b", 4, 4))]),
            "`b` is signed integer on native and float on wasm",
        ),
    ] {
        let across = compared(plain(), other);
        assert_eq!(across.line(), format!("across native and wasm: {says}"));
        assert_eq!(across.same, says == "same");
    }
}

#[test]
fn bits_are_told_as_bits_and_a_type_that_is_one_value_has_no_path() {
    let one = drawing(4, vec![bits("a", 0, 3), bits("b", 3, 5)]);
    let moved = drawing(4, vec![bits("a", 0, 3), bits("b", 12, 5)]);
    let wider = drawing(4, vec![bits("a", 0, 11), bits("b", 12, 5)]);
    let said = compared(one.clone(), moved).differs;
    assert_eq!(
        said.as_deref(),
        Some("`b` begins at bit 3 of byte 0 on native and at bit 4 of byte 1 on wasm")
    );
    let said = compared(one, wider).differs;
    assert_eq!(
        said.as_deref(),
        Some("`a` is 3 bits wide on native and 11 bits on wasm")
    );
    let said = compared(
        drawing(8, vec![field("", 0, 8)]),
        drawing(4, vec![field("", 0, 4)]),
    )
    .differs;
    assert_eq!(
        said.as_deref(),
        Some("the value is 8 bytes wide on native and 4 bytes on wasm")
    );
}

#[test]
fn what_one_target_does_not_cover_is_not_the_same() {
    let not = Drawing {
        unsupported: Some("no vectors".to_owned()),
        ..drawing(0, vec![])
    };
    for (one, other) in [(not.clone(), drawing(0, vec![])), (drawing(0, vec![]), not)] {
        let across = compared(one, other);
        assert_eq!(across.differs.as_deref(), Some("not known: no vectors"));
        assert!(!across.same && across.advice.is_none());
    }
}

#[test]
fn advice_is_about_the_kind_of_the_field() {
    for (of, words) in [
        ("pointer to int", "an address means nothing"),
        ("unsigned integer", "an integer of fixed width"),
        ("float", "use double"),
        ("bool", "types of fixed width"),
    ] {
        let one = drawing(8, vec![kind(of, field("a", 0, 8))]);
        let other = drawing(4, vec![kind(of, field("a", 0, 4))]);
        let advice = compared(one, other).advice.unwrap();
        assert!(advice.contains(words), "{of}: {advice}");
    }
}

/// Each drawing is held against the other target's of its own side and source; one that differs is told.
#[test]
fn only_drawings_of_one_side_and_source_are_compared() {
    let of = |target, side, by: &str, size| Drawing {
        target,
        side,
        by: by.to_owned(),
        ..drawing(size, vec![])
    };
    let [native, wasm] = BOTH;
    let mut layouts = Layouts::empty();
    layouts.types = [
        vec![of(native, Side::C, "clang", 8), of(wasm, Side::Rust, "clang", 4)],
        vec![of(native, Side::C, "clang", 8), of(wasm, Side::C, "gcc", 4)],
        vec![
            of(native, Side::C, "clang", 8),
            of(native, Side::Rust, "rustc", 8),
            of(wasm, Side::C, "clang", 8),
            of(wasm, Side::Rust, "rustc", 4),
        ],
    ]
    .into_iter()
    .map(|drawings| DrawnType {
        name: "T".to_owned(),
        drawings,
        across: None,
    })
    .collect();
    compare(&mut layouts, BOTH);
    let same: Vec<Option<bool>> = layouts
        .types
        .iter()
        .map(|ty| ty.across.as_ref().map(|across| across.same))
        .collect();
    assert_eq!(same, [None, None, Some(false)]);
}
