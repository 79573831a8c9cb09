//! Lowerings of the Basic C ABI as tables.

use super::super::testing::Setting;
use super::super::{Answer, Language, Options, clauses};
use crate::interface::{Convention, Signature};
use crate::target::Target;
use crate::types::Type;
use crate::units::Bytes;

const C: Setting = Setting {
    target: Target::Wasm32Unknown,
    language: Language::C,
    options: Options {
        avx: false,
        avx512: false,
        simd128: false,
        short_enums: false,
    },
};
const CPP: Setting = Setting {
    language: Language::Cpp,
    ..C
};
const RUST: Setting = Setting {
    language: Language::Rust,
    ..C
};

fn check(setting: Setting, rows: &[(&str, &str)]) {
    for (signature, expected) in rows {
        let expected = expected.replace('#', "param ").replace('$', "result ");
        assert_eq!(setting.lower(signature), expected, "{signature}");
    }
}

#[test]
fn scalars_are_wasm_values() {
    check(
        C,
        &[
            ("i32 i64 f32 f64 *", "#0:4; #1:8; #2:4; #3:8; #4:4 =>"),
            (
                "bool i8 u8 i16 u16",
                "#0:1 zext; #1:1 sext; #2:1 zext; #3:2 sext; #4:2 zext =>",
            ),
            (
                "E=0 E=4294967296 Eu8=0 Ei16=0",
                "#0:4; #1:8; #2:1 zext; #3:2 sext =>",
            ),
            ("B7 UB12 B17 B33", "#0:1 sext; #1:2 zext; #2:3; #3:5 =>"),
            ("va_list [3 i32]", "#0:4; #1:4 =>"),
            ("-> bool", "=> $0:1 zext"),
            ("-> i8", "=> $0:1 sext"),
            ("-> f64", "=> $0:8"),
            ("-> void", "=>"),
            ("f16", "unsupported: 16-bit floating point on wasm32"),
        ],
    );
    check(RUST, &[("char void i32", "#0:4; ; #1:4 =>")]);
}

#[test]
fn sixteen_bytes_are_two_words() {
    check(
        C,
        &[
            ("i32 i128 f128 i32", "#0:4; #1:8 #2:8; #3:8 #4:8; #5:4 =>"),
            ("B100", "#0:8 #1:8 =>"),
            // 64 bits are one i64 yet.
            ("B64 UB64 B65 UB65", "#0:8; #1:8; #2:8 #3:8; #4:8 #5:8 =>"),
            ("B64 -> B64", "#0:8 => $0:8"),
            ("{ i128 } { f128 }", "#0:8 #1:8; #2:8 #3:8 =>"),
            // The text says direct, compilers have one result only.
            (
                "i32 -> i128",
                "the text #0:4 => $0:8 $1:8 | practice #1:4 => #0 -> 16 bytes",
            ),
            // B-W14.
            (
                "f32 -> f128",
                "the text #0:4 => $0:8 $1:8 | practice #1:4 => #0 -> 16 bytes",
            ),
            (
                "-> { i128 }",
                "the text => $0:8 $1:8 | practice => #0 -> 16 bytes",
            ),
            ("-> B65", "the text => $0:8 $1:8 | practice => #0 -> 16 bytes"),
        ],
    );
    let wide = C.answer("i128").settled().expect("settled");
    let offsets: Vec<u64> = wide.arguments[0]
        .slots
        .iter()
        .map(|slot| slot.value_offset.0)
        .collect();
    assert_eq!(offsets, [0, 8]);
    let Answer::Ambiguous { readings } = C.answer("-> i128") else {
        panic!("two readings");
    };
    assert!(
        readings
            .iter()
            .all(|reading| reading.clause == clauses::WASM_WIDE_RESULT)
    );
}

#[test]
fn singletons_are_their_scalar() {
    check(
        C,
        &[
            ("{ i32 } -> { i32 }", "#0:4 => $0:4"),
            ("{ { f64 } } { [1 f32] } ( i64 )", "#0:8; #1:4; #2:8 =>"),
            ("{ { } i32 } { i32 [0 i32] }", "#0:4; #1:4 =>"),
            ("{ i32:3 } { i64:3 } { i32:_0 i32 }", "#0:4; #1:8; #2:4 =>"),
            ("{ i8 } -> { bool }", "#0:1 => $0:1"),
            ("{ * } { ~i32 }", "#0:4; #1:4 =>"),
            ("{ i32 }p", "#0:4 =>"),
            ("( i32 | { } )", "#0:4 =>"),
        ],
    );
}

#[test]
fn everything_else_is_indirect() {
    check(
        C,
        &[
            // B-W01, B-W02.
            ("{ i32 i32 } -> i32", "#0 -> 8 bytes => $0:4"),
            ("{ u8 u32 u32 }", "#0 -> 12 bytes =>"),
            // B-W18.
            (
                "{ [4 u8] } { i32 }a8 { [1 i32] }",
                "#0 -> 4 bytes; #1 -> 8 bytes; #2:4 =>",
            ),
            ("{ i32@16 }", "#0 -> 16 bytes =>"),
            ("{ i32:_4 i32 } { i32 [i32] }", "#0 -> 8 bytes; #1 -> 4 bytes =>"),
            // The element ends in a flexible array, the struct does not.
            ("{ [0 { i32 [i32] }] f32 }", "#0:4 =>"),
            ("{ i32:3 i32:4 }", "#0 -> 4 bytes =>"),
            ("( u32 | u32 ) ( i32 | f32 )", "#0 -> 4 bytes; #1 -> 4 bytes =>"),
            ("%f32 { %f64 }", "#0 -> 8 bytes; #1 -> 16 bytes =>"),
            ("i32 -> { i32 i32 }", "#1:4 => #0 -> 8 bytes"),
            ("-> ( i32 | f32 )", "=> #0 -> 4 bytes"),
            ("-> %f32", "=> #0 -> 8 bytes"),
        ],
    );
    // Itanium C++ ABI 3.1.2.3, for a class without members too.
    check(
        CPP,
        &[
            ("!{ i32 } -> !{ i32 }", "#1 -> 4 bytes => #0 -> 4 bytes"),
            ("!{ } i32 -> !{ }", "#1 -> 1 bytes; #2:4 => #0 -> 1 bytes"),
            ("{ !{ i32 } }", "#0 -> 4 bytes =>"),
        ],
    );
    // An array by value is a pointer to it; C has none.
    check(
        RUST,
        &[
            ("[4 u8] i32", "#0 -> 4 bytes; #1:4 =>"),
            ("[1 i32] [0 i32]", "#0 -> 4 bytes; #1 -> 0 bytes =>"),
            ("{ { i32 } }t", "#0:4 =>"),
            // What is around a scalar and nothing else is extended like it.
            ("{ { } i8 }t -> { { } u8 }t", "#0:1 sext => $0:1 zext"),
        ],
    );
    check(
        RUST,
        &[("-> [4 u8]", "unsupported: a function that returns an array")],
    );
}

#[test]
fn nothing_is_passed_for_nothing() {
    check(
        C,
        &[
            ("{ } i32 ( ) -> { }", "; #0:4;  =>"),
            ("{ [0 i32] } i32", "; #0:4 =>"),
        ],
    );
    check(
        CPP,
        &[
            ("{ } i32 -> { }", "; #0:4 =>"),
            ("{ { } i32 }", "#0 -> 8 bytes =>"),
        ],
    );
    check(
        C,
        &[(
            "{ [i32] } i32 -> { [i32] }",
            "the text ; #0:4 => | practice #1 -> 0 bytes; #2:4 => #0 -> 0 bytes",
        )],
    );
}

#[test]
fn vectors_are_lanes_without_simd128() {
    check(
        C,
        &[
            ("<4 i32> -> <4 i32>", "#1:4 #2:4 #3:4 #4:4 => #0 -> 16 bytes"),
            ("<2 f64> { <2 i32> }", "#0:8 #1:8; #2:4 #3:4 =>"),
            ("<2 i64> -> <2 i64>", "#1:8 #2:8 => #0 -> 16 bytes"),
            ("-> <1 i64>", "=> $0:8"),
            ("<128 i8>", "unsupported: a vector of 128 lanes of 1 bytes"),
            ("<2 f128>", "unsupported: a vector of 2 lanes of 16 bytes"),
        ],
    );
    let options = Options {
        simd128: true,
        ..Options::default()
    };
    let simd = Setting { options, ..C };
    check(
        simd,
        &[
            ("<4 i32> { <4 f32> } -> <4 i32>", "#0:16; #1:16 => $0:16"),
            ("<2 i32>", "unsupported: a vector of 8 bytes with simd128"),
        ],
    );
}

#[test]
fn unnamed_arguments_lie_in_a_buffer() {
    check(
        C,
        &[
            ("i32 ... i32 f32 i8", "#0:4; [0]#1:4; [8]#1:8; [16]#1:4 =>"),
            (
                "i32 ... { i32 i32 } { f64 } i128",
                "#0:4; [0]#1 -> 8 bytes; [8]#1:8; [16]#1:16 =>",
            ),
            ("i32 ... i32 f128 { }", "#0:4; [0]#1:4; [16]#1:16;  =>"),
            // At 16 whatever its own alignment is.
            ("i32 ... i32 B100 i32", "#0:4; [0]#1:4; [16]#1:16; [32]#1:4 =>"),
            (
                "i32 ... { i8 } { i8 } ( i32 | f32 )",
                "#0:4; [0]#1:1; [4]#1:1; [8]#1 -> 4 bytes =>",
            ),
            ("i32 ... -> { i32 i32 }", "#1:4 => #0 -> 8 bytes"),
            // An array is the pointer to it, whatever its elements are aligned to.
            (
                "i32 ... i32 [3 i64] [i64] i32",
                "#0:4; [0]#1:4; [4]#1:4; [8]#1:4; [12]#1:4 =>",
            ),
            ("i32 ... i32 va_list", "#0:4; [0]#1:4; [4]#1:4 =>"),
            (
                "i32 ... <4 i32>",
                "unsupported: an unnamed vector argument on wasm32",
            ),
            (
                "i32 ... { <4 i32> }",
                "unsupported: an unnamed vector argument on wasm32",
            ),
        ],
    );
    let lowering = C.answer("i32 ... i32 f32").settled().expect("settled");
    assert_eq!(lowering.buffer, Some(Bytes(16)));
    assert_eq!(lowering.hidden.len(), 1);
    assert_eq!(lowering.hidden[0].to_string(), "param 1 -> 16 bytes");
    let none = C.answer("i32 ...").settled().expect("settled");
    assert_eq!((none.buffer, none.hidden.len()), (Some(Bytes(0)), 1));
    assert_eq!(C.answer("i32").settled().expect("settled").buffer, None);
}

/// An enum whose variants carry nothing is its tag if there is one of them; the text has no rule for others.
#[test]
fn enums_with_fields_are_indirect_unless_the_tag_is_all() {
    for (variants, expected) in [
        (&[""][..], "param 0:1 =>"),
        (&["", ""], "param 0 -> 1 bytes =>"),
        (&["u8"], "param 0 -> 2 bytes =>"),
    ] {
        assert_eq!(RUST.lower_data_enum(variants), expected);
    }
}

#[test]
fn reasons_are_clauses_in_order() {
    let reasons = |text: &str| -> Vec<&str> {
        let lowering = C.answer(text).settled().expect("settled");
        let argument = lowering.arguments.last().expect("an argument");
        argument.clauses.iter().map(|clause| clause.id).collect()
    };
    for (text, expected) in [
        ("i32", &[clauses::WASM_SCALAR][..]),
        ("i8", &[clauses::WASM_SCALAR, clauses::WASM_EXTENSION]),
        ("i128", &[clauses::WASM_WIDE]),
        ("{ i8 }", &[clauses::WASM_SINGLETON, clauses::WASM_SCALAR]),
        ("{ i32 i32 }", &[clauses::WASM_INDIRECT]),
        ("( i32 | f32 )", &[clauses::WASM_UNION, clauses::WASM_INDIRECT]),
        (
            "{ i32@16 }",
            &[clauses::WASM_OVER_ALIGNED, clauses::WASM_INDIRECT],
        ),
        ("{ }", &[clauses::WASM_EMPTY]),
        ("<4 i32>", &[clauses::WASM_VECTOR]),
    ] {
        let expected: Vec<&str> = expected.iter().map(|clause| clause.id).collect();
        assert_eq!(reasons(text), expected, "{text}");
    }
}

#[test]
fn a_vector_has_as_many_lanes_as_the_model_shows() {
    let lanes = |text: &str| {
        C.answer(text).settled().expect("settled").arguments[0]
            .slots
            .len()
    };
    assert_eq!(lanes("<64 i8>"), 64);
}

#[test]
fn conventions_of_other_machines_are_not_covered() {
    let signature = |convention| Signature {
        convention,
        params: Vec::new(),
        result: Type::Void,
        variadic: false,
        unprototyped: false,
    };
    let model = C.model(&[]);
    let unnamed = [Type::Bool];
    assert!(matches!(
        model.lower(&signature(Convention::C), &unnamed),
        Answer::Unsupported(_)
    ));
    let unprototyped = Signature {
        unprototyped: true,
        ..signature(Convention::C)
    };
    assert!(matches!(model.lower(&unprototyped, &unnamed), Answer::Settled(_)));
    assert!(matches!(
        model.lower(&signature(Convention::C), &[]),
        Answer::Settled(_)
    ));
    for convention in [Convention::SysV64, Convention::Win64, Convention::Rust] {
        assert!(matches!(
            model.lower(&signature(convention), &[]),
            Answer::Unsupported(_)
        ));
    }
}

/// Readings part on the clause about that argument, not on one about another.
#[test]
fn a_doubt_about_an_unnamed_argument_is_its_own() {
    for text in [
        "B100 i32 ... { [i32] }",
        "B100 i32 ... i32 { [i32] }",
        "B100 i32 { [i32] }",
    ] {
        let Answer::Ambiguous { readings } = C.answer(text) else {
            panic!("{text} has two readings");
        };
        for reading in readings {
            assert_eq!(reading.clause, clauses::WASM_FLEXIBLE, "{text}");
        }
    }
}

/// Each lane is a value of its own, at its place in the vector.
#[test]
fn lanes_begin_where_they_lie_in_the_vector() {
    for (vector, lanes, size) in [("<4 f32>", 4, 4), ("<2 i64>", 2, 8), ("<64 i8>", 64, 1)] {
        let lowering = C.answer(vector).settled().expect("settled");
        let offsets: Vec<u64> = lowering.arguments[0]
            .slots
            .iter()
            .map(|slot| slot.value_offset.0)
            .collect();
        let expected: Vec<u64> = (0..lanes).map(|lane| lane * size).collect();
        assert_eq!(offsets, expected, "{vector}");
    }
}

/// `_Atomic` of a struct is as many scalars as the struct.
#[test]
fn an_atomic_struct_is_looked_into() {
    check(
        C,
        &[
            ("{ i32 i32 } { ~T0 }", "#0 -> 8 bytes; #1 -> 8 bytes =>"),
            ("{ f64 } { ~T0 }", "#0:8; #1:8 =>"),
        ],
    );
}
