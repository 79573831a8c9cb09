//! Lowerings of the psABI as tables: what stands on the left of a row becomes what stands on its right.

use super::super::testing::{Setting, show_lowering};
use super::super::{Answer, Class, Language, Options};
use super::*;
use crate::target::Target;

mod vectors;
mod zero_length;

const C: Setting = Setting {
    target: Target::X86_64LinuxGnu,
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
        assert_eq!(setting.lower(signature), *expected, "{signature}");
    }
}

#[test]
fn scalars() {
    check(
        C,
        &[
            (
                "bool i8 u16 i32 i64 *",
                "rdi:1 zext; rsi:1; rdx:2; rcx:4; r8:8; r9:8 =>",
            ),
            ("E=0,5 E=-1 E=0,4294967296", "rdi:4; rsi:4; rdx:8 =>"),
            ("f32 f64 f16 bf16", "xmm0:4; xmm1:8; xmm2:2; xmm3:2 =>"),
            ("f128 f32", "xmm0:16; xmm1:4 =>"),
            ("ld i32 ld", "[rsp+8]:10; rdi:4; [rsp+24]:10 =>"),
            ("i128 i32", "rdi:8 rsi:8; rdx:4 =>"),
            ("va_list [3 i32] [i32]", "rdi:8; rsi:8; rdx:8 =>"),
            (
                "i64 i64 i64 i64 i64 i64 i8 bool i32",
                "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; r9:8; [rsp+8]:1; [rsp+16]:1 zext; [rsp+24]:4 =>",
            ),
            (
                "f32 f32 f32 f32 f32 f32 f32 f32 f32 f128",
                "xmm0:4; xmm1:4; xmm2:4; xmm3:4; xmm4:4; xmm5:4; xmm6:4; xmm7:4; [rsp+8]:4; [rsp+24]:16 =>",
            ),
            ("~i32 ~f64", "rdi:4; xmm0:8 =>"),
            ("-> bool", "=> rax:1 zext"),
            ("-> i8", "=> rax:1"),
            ("-> *", "=> rax:8"),
            ("-> i128", "=> rax:8 rdx:8"),
            ("-> f64", "=> xmm0:8"),
            ("-> f128", "=> xmm0:16"),
            ("-> ld", "=> st0:10"),
            ("-> void", "=>"),
        ],
    );
}

#[test]
fn bit_precise_integers() {
    check(
        C,
        &[
            ("B7 UB17 B33 B64", "rdi:1; rsi:3; rdx:5; rcx:8 =>"),
            ("B65 B128", "rdi:8 rsi:8; rdx:8 rcx:8 =>"),
            ("B129", "[rsp+8]:24 =>"),
            ("-> B100", "=> rax:8 rdx:8"),
            ("-> B200", "=> rdi -> 32 bytes"),
            ("{ B100 }", "rdi:8 rsi:8 =>"),
            // Limbs are aligned to 8, so that the stack is too.
            (
                "i64 i64 i64 i64 i64 B100 i32 i64 B100",
                "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; [rsp+8]:16; r9:4; [rsp+24]:8; [rsp+32]:16 =>",
            ),
        ],
    );
}

#[test]
fn complex_numbers_are_two_parts() {
    check(
        C,
        &[
            ("%f32 %f64 %f16", "xmm0:8; xmm1:8 xmm2:8; xmm3:4 =>"),
            ("%i32 %i64 %i8 %u16", "rdi:8; rsi:8 rdx:8; rcx:2; r8:4 =>"),
            ("%ld", "[rsp+8]:32 =>"),
            ("-> %ld", "=> st0:10 st1:10"),
            ("%f128 -> %f128", "[rsp+8]:32 => rdi -> 32 bytes"),
            ("-> %f32", "=> xmm0:8"),
            ("-> %f64", "=> xmm0:8 xmm1:8"),
            ("-> %i64", "=> rax:8 rdx:8"),
            ("{ %f32 f32 }", "xmm0:8 xmm1:4 =>"),
            ("{ %ld } -> { %ld }", "[rsp+8]:32 => rdi -> 32 bytes"),
        ],
    );
}

#[test]
fn structs_by_eightbyte() {
    check(
        C,
        &[
            ("{ i32 }", "rdi:4 =>"),
            ("{ i32 i32 i32 }", "rdi:8 rsi:4 =>"),
            ("{ f32 f32 f32 }", "xmm0:8 xmm1:4 =>"),
            ("{ f32 i32 }", "rdi:8 =>"),
            ("{ f64 i32 }", "xmm0:8 rdi:8 =>"),
            ("{ i64 f64 }", "rdi:8 xmm0:8 =>"),
            ("{ i8 [7 i8] f32 }", "rdi:8 xmm0:4 =>"),
            ("{ f32 { f32 i32 } }", "xmm0:8 rdi:4 =>"),
            ("{ [4 f32] }", "xmm0:8 xmm1:8 =>"),
            ("{ [3 i64] }", "[rsp+8]:24 =>"),
            ("{ f64 f64 f64 }", "[rsp+8]:24 =>"),
            ("{ i128 }", "rdi:8 rsi:8 =>"),
            ("( i128 | i64 )", "rdi:8 rsi:8 =>"),
            ("( f64 | i64 )", "rdi:8 =>"),
            ("( f32 | f64 )", "xmm0:8 =>"),
            ("( [16 u8] | f64 )", "rdi:8 rsi:8 =>"),
            ("{ * f32 }", "rdi:8 xmm0:8 =>"),
            ("{ f16 f16 f32 f64 }", "xmm0:8 xmm1:8 =>"),
            ("{ bool }", "rdi:1 =>"),
            ("-> { f32 i32 }", "=> rax:8"),
            ("-> { f64 i64 }", "=> xmm0:8 rax:8"),
            ("-> { i64 f64 }", "=> rax:8 xmm0:8"),
            ("-> { i64 i32 }", "=> rax:8 rdx:8"),
            ("-> { f32 f32 f32 f32 }", "=> xmm0:8 xmm1:8"),
            ("* -> { i64 i64 i64 }", "rsi:8 => rdi -> 24 bytes"),
        ],
    );
}

#[test]
fn x87_in_aggregates() {
    check(
        C,
        &[
            ("{ ld } -> { ld }", "[rsp+8]:16 => st0:10"),
            // X87 beside INTEGER leaves X87UP alone.
            ("( ld | i32 ) -> ( ld | i32 )", "[rsp+8]:16 => rdi -> 16 bytes"),
            ("( ld | f32 ) -> ( ld | f32 )", "[rsp+8]:16 => rdi -> 16 bytes"),
            // Nothing around it makes that good, because fields are classified recursively.
            ("( ( ld | i32 ) | [2 i64] )", "[rsp+8]:16 =>"),
            ("( ( ld | f32 ) | [2 f64] )", "[rsp+8]:16 =>"),
            ("{ ld i32 } -> { ld i32 }", "[rsp+8]:32 => rdi -> 32 bytes"),
            ("-> { [1 ld] }", "=> st0:10"),
        ],
    );
}

#[test]
fn rule_1_size_and_alignment() {
    check(
        C,
        &[
            ("{ [8 i64] i8 }", "[rsp+8]:72 =>"),
            ("{ i8 i32 }p", "[rsp+8]:5 =>"),
            ("{ i32 i8 }p", "rdi:5 =>"),
            ("{ i64 i16 }p2", "rdi:8 rsi:2 =>"),
            ("{ i16 i64 }p2", "[rsp+8]:10 =>"),
            ("{ i8 %f32 }p", "[rsp+8]:9 =>"),
            ("{ i32 %f32 }p", "rdi:8 xmm0:4 =>"),
            ("{ i32 f64 }p", "[rsp+8]:12 =>"),
            ("{ f32 i8 i32:20 i64:30 i8 }p", "rdi:8 rsi:5 =>"),
        ],
    );
    // The scalar inside is aligned, the struct around it is not.
    check(C, &[("{ i32 { i32 }a8 }p", "gcc rdi:8 => | clang [rsp+8]:12 =>")]);
}

#[test]
fn padding_takes_no_register() {
    check(
        C,
        &[
            ("{ i64@16 } i32", "rdi:8; rsi:4 =>"),
            ("-> { i64@16 }", "=> rax:8"),
            ("{ { f32 }a16 }", "xmm0:8 =>"),
        ],
    );
}

#[test]
fn bit_fields() {
    check(
        C,
        &[
            ("{ i32:3 i32:29 }", "rdi:4 =>"),
            ("{ i64:40 i64:40 }", "rdi:8 rsi:8 =>"),
            ("{ f32 i32:_0 f32 }", "xmm0:8 =>"),
            ("{ f32 i32:_32 }", "gcc rdi:8 => | clang xmm0:8 =>"),
            ("{ i32:_32 }", "gcc rdi:4 => | clang =>"),
            // Where a named field is INTEGER too, the unnamed one changes nothing.
            ("{ i32:3 i32:_5 }", "rdi:4 =>"),
            ("{ bool:1 u8:4 }", "rdi:1 =>"),
            // Their bits count from the start of the whole.
            ("{ f64 { i32:3 } }", "xmm0:8 rdi:8 =>"),
            ("{ { i32:3 } f64 }", "rdi:8 xmm0:8 =>"),
            ("{ f64 { f32 i32:3 } }", "xmm0:8 rdi:8 =>"),
        ],
    );
    let Answer::Ambiguous { readings } = C.answer("i32 { f32 i32:_32 }") else {
        panic!("two readings");
    };
    let by: Vec<_> = readings.iter().map(|r| (r.by.as_str(), r.clause)).collect();
    let clause = clauses::SYSV_UNNAMED_BIT_FIELD;
    assert_eq!(by, [("gcc", clause), ("clang", clause)]);
}

/// psABI 3.2.3, rule 4, (a) to (f).
#[test]
fn two_classes_make_one() {
    use Class::{ComplexX87, Integer, Memory, NoClass, Sse, SseUp, X87, X87Up};
    let all = [NoClass, Integer, Sse, SseUp, X87, X87Up, ComplexX87, Memory];
    let x87 = |class: Class| matches!(class, X87 | X87Up | ComplexX87);
    for one in all {
        for other in all {
            let either = |class: Class| one == class || other == class;
            let expected = if one == other {
                one
            } else if one == NoClass {
                other
            } else if other == NoClass {
                one
            } else if either(Memory) {
                Memory
            } else if either(Integer) {
                Integer
            } else if x87(one) || x87(other) {
                Memory
            } else {
                Sse
            };
            assert_eq!(classify::merge(one, other), expected, "{one} and {other}");
        }
    }
}

/// Readings part on the clause about that argument, not on one about another.
#[test]
fn a_doubt_about_an_unnamed_argument_is_its_own() {
    for text in [
        "{ i32:3 i32:_5 } i32 ... { i32 [i32] }",
        "{ i32:3 i32:_5 } i32 ... i32 { i32 [i32] }",
        "{ i32:3 i32:_5 } i32 { i32 [i32] }",
    ] {
        let Answer::Ambiguous { readings } = C.answer(text) else {
            panic!("{text} has two readings");
        };
        for reading in readings {
            assert_eq!(reading.clause, clauses::SYSV_FLEXIBLE, "{text}");
        }
    }
}

#[test]
fn empty_and_without_length() {
    check(
        C,
        &[
            ("{ } i32 -> { }", "; rdi:4 =>"),
            ("{ [0 i32] } i32", "; rdi:4 =>"),
            ("{ { } i32 }", "rdi:4 =>"),
            // B-N10.
            (
                "{ [i32] } i64 i64 i64 i64 i64 i64 i64",
                "gcc ; rdi:8; rsi:8; rdx:8; rcx:8; r8:8; r9:8; [rsp+8]:8 => \
                 | clang [rsp+8]:0; rdi:8; rsi:8; rdx:8; rcx:8; r8:8; r9:8; [rsp+16]:8 =>",
            ),
            ("-> { [i32] }", "gcc => | clang => rdi -> 0 bytes"),
            ("{ i32 [i32] }", "gcc rdi:4 => | clang [rsp+8]:4 =>"),
            ("{ f32 [0 i32] }", "gcc rdi:4 => | clang xmm0:4 =>"),
            ("{ f32 [0 { i32 }] }", "gcc rdi:4 => | clang xmm0:4 =>"),
            // At the beginning of an eightbyte nobody counts it.
            ("{ f64 [0 i32] }", "xmm0:8 =>"),
            ("{ [0 i64] f32 }", "xmm0:8 =>"),
            ("{ f32 [0 i64] f32 }", "xmm0:8 xmm1:8 =>"),
            // Without elements, and still not aligned.
            ("{ i16:1 [0 i64] i32 }p4", "[rsp+8]:8 =>"),
            ("{ i32 [1 { [0 f64] }p4] }p4", "[rsp+8]:4 =>"),
            // gcc aligns the argument area for what is not there.
            (
                "{ [3 i64] } { [i32] }a32 { [3 i64] }",
                "gcc [rsp+8]:24; ; [rsp+40]:24 => | clang [rsp+8]:24; [rsp+40]:0; [rsp+48]:24 =>",
            ),
            // What has a register aligns nothing, and neither does what has nothing at all.
            (
                "{ [3 i64] } { i32 [i32] }a16 { [3 i64] }",
                "gcc [rsp+8]:24; rdi:8; [rsp+32]:24 => | clang [rsp+8]:24; [rsp+40]:16; [rsp+56]:24 =>",
            ),
            ("{ [3 i64] } { }a32 { [3 i64] }", "[rsp+8]:24; ; [rsp+32]:24 =>"),
            // gcc gives unnamed bit-fields a register, and no place where none is left.
            ("{ i32:_22 } i32", "gcc rdi:3; rsi:4 => | clang ; rdi:4 =>"),
            (
                "{ u32:_18 }a32 i32",
                "gcc ; rdi:4 => | clang [rsp+8]:32; rdi:4 =>",
            ),
            (
                "i64 i64 i64 i64 i64 i64 { i32:_22 } i32",
                "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; r9:8; ; [rsp+8]:4 =>",
            ),
        ],
    );
    check(
        CPP,
        &[
            ("{ } i32 -> { }", "; rdi:4 =>"),
            // An empty class that is larger than two eightbytes.
            (
                "{ }a32 i32 -> { }a32",
                "gcc ; rdi:4 => | clang [rsp+8]:32; rsi:4 => rdi -> 32 bytes",
            ),
            ("{ { } i32 }", "rdi:8 =>"),
            ("{ ^{ } i32 }", "rdi:4 =>"),
            ("{ { } }", "=>"),
            ("{ }a16 i32", "; rdi:4 =>"),
        ],
    );
    check(
        RUST,
        &[
            ("void i32 -> void", "; rdi:4 =>"),
            ("{ } [0 i32] i32 -> { }", "; ; rdi:4 =>"),
        ],
    );
}

#[test]
fn atomic_members() {
    check(
        C,
        &[
            (
                "{ ~i32 i32 } -> { ~i32 i32 }",
                "gcc rdi:8 => rax:8 | clang [rsp+8]:8 => rdi -> 8 bytes",
            ),
            // A whole struct is no scalar.
            (
                "~{ i32 i32 } i32",
                "gcc rdi:8; rsi:4 => | clang [rsp+8]:8; rdi:4 =>",
            ),
        ],
    );
}

#[test]
fn all_or_nothing_and_the_stack() {
    check(
        C,
        &[
            // B-N01: the __int128 does not split, and r9 stays free for a later argument.
            (
                "i64 i64 i64 i64 i64 i128 i64",
                "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; [rsp+8]:8 [rsp+16]:8; r9:8 =>",
            ),
            // B-N02: it is aligned to 16 on the stack.
            (
                "i64 i64 i64 i64 i64 i64 i64 i128",
                "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; r9:8; [rsp+8]:8; [rsp+24]:8 [rsp+32]:8 =>",
            ),
            // K09: a struct when one register is left.
            (
                "i64 i64 i64 i64 i64 { i64 i64 } i32",
                "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; [rsp+8]:16; r9:4 =>",
            ),
            // One class has room, the other has not: both go to the stack.
            (
                "i64 i64 i64 i64 i64 i64 { i64 f64 } f64",
                "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; r9:8; [rsp+8]:16; xmm0:8 =>",
            ),
            // K10.
            (
                "i64 i64 i64 i64 i64 { i128 } i64 i64 ( i128 | i64 )",
                "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; [rsp+8]:16; r9:8; [rsp+24]:8; [rsp+40]:16 =>",
            ),
            // B-N20: an over-aligned struct on the stack.
            (
                "i64 i64 i64 i64 i64 i64 i32 { i64 i64 }a16 i32",
                "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; r9:8; [rsp+8]:4; [rsp+24]:16; [rsp+40]:4 =>",
            ),
            ("{ [5 i64] }a32 i8", "[rsp+8]:64; rdi:1 =>"),
            ("i8 -> { [5 i64] }", "rsi:1 => rdi -> 40 bytes"),
        ],
    );
    let lowering = C.answer("i32 { [5 i64] }a32").settled().expect("settled");
    assert_eq!((lowering.stack.0, lowering.stack_align.0), (64, 32));
}

#[test]
fn classes_that_are_not_trivial_travel_by_reference() {
    check(
        CPP,
        &[(
            "!{ i32 } f32 -> !{ i32 }",
            "rsi -> 4 bytes; xmm0:4 => rdi -> 4 bytes",
        )],
    );
}

#[test]
fn variadic_calls_promote_and_count() {
    check(
        C,
        &[
            (
                "* ... i8 bool f32 u16 E=0",
                "rdi:8; rsi:4; rdx:4; xmm0:8; rcx:4; r8:4 =>",
            ),
            ("* ... { f32 } f16 ld", "rdi:8; xmm0:4; xmm1:2; [rsp+8]:10 =>"),
            ("* ... Eu8=0", "rdi:8; rsi:4 =>"),
            ("* ... ~i8 ~f32", "rdi:8; rsi:4; xmm0:8 =>"),
        ],
    );
    let count = |text: &str| {
        C.answer(text)
            .settled()
            .and_then(|lowering| lowering.vector_count)
    };
    assert_eq!(count("* ... f32 { f64 f64 } i32"), Some(3));
    assert_eq!(count("f64 ..."), Some(1));
    assert_eq!(count("f64"), None);
}

#[test]
fn rust_types_lower_as_the_c_types_they_equal() {
    check(
        RUST,
        &[
            ("char i8", "rdi:4; rsi:1 =>"),
            ("{ { f64 } }t -> { { f64 } }t", "xmm0:8 => xmm0:8"),
            ("{ bool }t -> { bool }t", "rdi:1 zext => rax:1 zext"),
            ("{ { } bool }t { { } f64 }t", "rdi:1 zext; xmm0:8 =>"),
            // B-N48: an array by value is an aggregate, in C it is a pointer.
            ("[4 i32] i32", "rdi:8 rsi:8; rdx:4 =>"),
            ("[4 f32]", "xmm0:8 xmm1:8 =>"),
            ("-> [2 i32]", "=> rax:8"),
            ("{ i64 i64 }r", "unsupported: Rust's own layout is not specified"),
            (
                "slice",
                "unsupported: a slice reference is an address and a length, for which no C ABI has a place",
            ),
        ],
    );
    check(C, &[("[4 i32] i32", "rdi:8; rsi:4 =>")]);
    // B-N46: a struct against the pointer to it.
    check(
        C,
        &[
            ("{ i64 i64 } *", "rdi:8 rsi:8; rdx:8 =>"),
            ("* *", "rdi:8; rsi:8 =>"),
        ],
    );
}

#[test]
fn classes_are_shown_by_eightbyte() {
    let classes = |text: &str| -> Vec<Class> {
        let lowering = C.answer(text).settled().expect("settled");
        lowering.arguments[0].classes.clone()
    };
    use Class::{ComplexX87, Integer, Memory, NoClass, Sse, SseUp, X87, X87Up};
    assert_eq!(classes("{ f32 f32 f32 }"), [Sse, Sse]);
    assert_eq!(classes("{ i64@16 }"), [Integer, NoClass]);
    assert_eq!(classes("{ <4 f32> }"), [Sse, SseUp]);
    assert_eq!(classes("ld"), [X87, X87Up]);
    assert_eq!(classes("%ld"), [ComplexX87; 4]);
    assert_eq!(classes("{ [3 i64] }"), [Memory; 3]);
    assert_eq!(classes("{ }"), []);
}

#[test]
fn reasons_are_clauses_in_order() {
    let reasons_in = |setting: Setting, text: &str| -> Vec<&str> {
        let lowering = setting.answer(text).settled().expect("settled");
        lowering
            .arguments
            .last()
            .expect("an argument")
            .clauses
            .iter()
            .map(|clause| clause.id)
            .collect()
    };
    let reasons = |text: &str| reasons_in(C, text);
    assert_eq!(
        reasons("{ i32 f64 }"),
        [
            "psABI 3.2.3, rules 3 and 4",
            "psABI 3.2.3, classes of basic types",
            "psABI 3.2.3, passing (2)",
            "psABI 3.2.3, passing (3) and (4)",
        ]
    );
    assert!(reasons("{ i32 f64 }p").contains(&"psABI 3.2.3, rule 1 (alignment)"));
    assert!(reasons("{ f64 f64 f64 }").contains(&"psABI 3.2.3, rule 5(c)"));
    assert!(reasons("{ [9 i64] }").contains(&"psABI 3.2.3, rule 1 (size)"));
    assert!(reasons("( ld | i32 )").contains(&"psABI 3.2.3, rule 5(b)"));
    assert!(reasons("<4 f32>").contains(&"psABI 3.2.3, vectors"));
    assert!(reasons("{ %ld }").contains(&"psABI 3.2.3, rule 5(c)"));
    let memory = clauses::SYSV_PASS_MEMORY.id;
    assert_eq!(reasons("%f128"), [clauses::SYSV_COMPLEX.id, memory]);
    let (register, memory) = ("psABI 3.2.3, passing (2)", "psABI 3.2.3, passing (1) and (5)");
    assert_eq!(reasons("[3 i32]"), ["C 6.7.6.3 (7)", register]);
    assert_eq!(reasons_in(RUST, "[3 i32]")[0], clauses::SYSV_ARRAY.id);
    assert_eq!(
        reasons("i64 i64 i64 i64 i64 i64 [3 i32]"),
        ["C 6.7.6.3 (7)", memory]
    );
    let padding = clauses::SYSV_NO_CLASS.id;
    for (text, some) in [
        ("{ i64@16 }", true),
        ("{ { f32 }a16 }", true),
        ("{ i64 }", false),
        ("{ i64 f32 }", false),
        ("{ }", false),
        ("{ [0 i32] }", false),
    ] {
        assert_eq!(reasons(text).contains(&padding), some, "{text}");
    }
    let list = clauses::SYSV_VA_LIST.id;
    assert_eq!(reasons("va_list"), [list, register]);
}

#[test]
fn other_conventions_are_not_covered() {
    let mut signature = Signature {
        convention: crate::interface::Convention::Rust,
        params: Vec::new(),
        result: Type::Void,
        variadic: false,
        unprototyped: false,
    };
    let model = C.model(&[]);
    assert!(matches!(model.lower(&signature, &[]), Answer::Unsupported(_)));
    signature.convention = crate::interface::Convention::SysV64;
    assert!(matches!(model.lower(&signature, &[]), Answer::Settled(_)));
    assert!(matches!(
        model.lower(&signature, &[Type::Bool]),
        Answer::Unsupported(_)
    ));
    signature.unprototyped = true;
    let lowering = model.lower(&signature, &[Type::Bool]).settled().expect("settled");
    assert_eq!(show_lowering(&lowering), "rdi:4 =>");
    assert_eq!(lowering.vector_count, Some(0));
}

#[test]
fn controls_that_every_pair_of_compilers_passes() {
    check(
        C,
        &[
            // K01: IR texts differ, places do not.
            ("{ f32 f32 } { f32 f32 f32 }", "xmm0:8; xmm1:8 xmm2:4 =>"),
            (
                "{ f64 i32 } { * i32 } { i64 i64 }",
                "xmm0:8 rdi:8; rsi:8 rdx:8; rcx:8 r8:8 =>",
            ),
            ("{ f64 f64 } -> { [3 i64] }", "xmm0:8 xmm1:8 => rdi -> 24 bytes"),
            // K03: complex numbers behind full registers.
            (
                "f64 f64 f64 f64 f64 f64 f64 %f64 %f32",
                "xmm0:8; xmm1:8; xmm2:8; xmm3:8; xmm4:8; xmm5:8; xmm6:8; [rsp+8]:16; xmm7:8 =>",
            ),
            // K06: half precision.
            (
                "f16 { f16 f16 } %f16 -> { f16 }",
                "xmm0:2; xmm1:4; xmm2:4 => xmm0:2",
            ),
            // K08: a repr(C) newtype is passed as what it holds.
            ("{ f64 } { i32 } -> { * }", "xmm0:8; rdi:4 => rax:8"),
            // K14: the twins of wasm bugs.
            (
                "{ i32 i32 } { u8 u32 u32 } { [4 u8] }",
                "rdi:8; rsi:8 rdx:4; rcx:4 =>",
            ),
        ],
    );
    // K12: empty bases and members.
    check(
        CPP,
        &[
            ("{ ^{ } f64 } { i32 { } }", "xmm0:8; rdi:8 =>"),
            (
                "{ ^{ f64 } i64 } { ^{ i64 } ^{ f64 } }",
                "xmm0:8 rdi:8; rsi:8 xmm1:8 =>",
            ),
        ],
    );
}

#[test]
fn types_that_look_like_ones_with_a_place() {
    let unknown = "unsupported: only the name of `FILE` is known";
    check(
        C,
        &[
            ("FILE", unknown),
            ("-> FILE", unknown),
            (
                "-> va_list",
                "unsupported: a function that returns a va_list, which is an array",
            ),
            ("<2 f128>", "unsupported: a vector of 2 such lanes"),
            ("<1 f16>", "unsupported: a vector of 1 such lanes"),
            ("-> %ld", "=> st0:10 st1:10"),
            ("-> { %ld }", "=> rdi -> 32 bytes"),
            ("{ <4 f32> }a32", "[rsp+8]:32 =>"),
            // Rule 5(d).
            (
                "( f128 | i64 ) ( <4 f32> | i64 )",
                "rdi:8 xmm0:8; rsi:8 xmm1:8 =>",
            ),
        ],
    );
    let lowering = C.answer("-> %ld").settled().expect("settled");
    let offsets: Vec<u64> = lowering
        .result
        .slots
        .iter()
        .map(|slot| slot.value_offset.0)
        .collect();
    assert_eq!(offsets, [0, 16]);
    check(
        C,
        &[("-> [2 i32]", "unsupported: a function that returns an array")],
    );
    let Answer::Ambiguous { readings } = C.answer("-> <8 f32>") else {
        panic!("two readings");
    };
    let split = readings
        .iter()
        .find(|reading| reading.by == "clang")
        .expect("clang");
    let slots = &split.value.result.slots;
    let offsets: Vec<u64> = slots.iter().map(|slot| slot.value_offset.0).collect();
    assert_eq!(offsets, [0, 16]);
}

#[test]
fn a_union_may_have_as_many_members_as_the_walk_takes() {
    let union = |members: usize| C.lower(&format!("( {})", "i8 ".repeat(members)));
    assert_eq!(union(9_999), "rdi:1 =>");
    assert_eq!(union(10_000), "unsupported: more than 10000 fields by value");
}

#[test]
fn enums_with_fields_are_classified_by_tag_and_fields() {
    for (variants, expected) in [
        (&["", ""][..], "rdi:1 =>"),
        (&["f32", "u8"], "rdi:8 =>"),
        (&["f64"], "rdi:8 xmm0:8 =>"),
        (&["f64 f64"], "[rsp+8]:24 =>"),
    ] {
        assert_eq!(RUST.lower_data_enum(variants), expected, "{variants:?}");
    }
}

#[test]
fn a_machine_tells_frames_and_counts_apart() {
    let lowering = |text: &str| C.answer(text).settled().expect("settled");
    let one = lowering("i32");
    assert!(one.same_machine(&lowering("u32")));
    for (what, other) in [
        ("slots", lowering("f32")),
        ("the result", lowering("i32 -> i32")),
        ("another argument", lowering("i32 i32")),
        (
            "the stack",
            ModelLowering {
                stack: Bytes(8),
                ..one.clone()
            },
        ),
        (
            "a hidden slot",
            ModelLowering {
                hidden: vec![one.arguments[0].slots[0].slot.clone()],
                ..one.clone()
            },
        ),
    ] {
        assert!(!one.same_machine(&other), "{what}");
    }
}
