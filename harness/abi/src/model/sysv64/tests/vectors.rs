//! Vectors, with and without registers as wide as they are.

use super::super::super::Options;
use super::super::super::testing::{Parser, Setting, show, show_lowering};
use super::{C, check};

fn avx() -> Setting {
    let options = Options {
        avx: true,
        ..Options::default()
    };
    Setting { options, ..C }
}

fn avx512() -> Setting {
    let options = Options {
        avx512: true,
        ..Options::default()
    };
    Setting { options, ..C }
}

#[test]
fn vectors_by_size() {
    check(
        C,
        &[
            ("<1 i8> <2 i8> <4 i8> <1 i32>", "rdi:1; rsi:2; rdx:4; rcx:4 =>"),
            (
                "<2 i32> <1 i64> <8 i8> <2 f32>",
                "xmm0:8; xmm1:8; xmm2:8; xmm3:8 =>",
            ),
            ("<4 f32> <2 i64> -> <4 f32>", "xmm0:16; xmm1:16 => xmm0:16"),
            ("{ <4 f32> } -> { <4 f32> }", "xmm0:16 => xmm0:16"),
            // SSE, SSEUP, SSE, SSEUP is not one register.
            ("{ [2 <4 f32>] }", "[rsp+8]:32 =>"),
            // SSEUP beside SSE is SSE.
            ("( <4 f32> | [2 f64] )", "xmm0:8 xmm1:8 =>"),
            (
                "<1 f32> -> <1 f32>",
                "gcc [rsp+8]:4 => rdi -> 4 bytes | clang rdi:4 => rax:4",
            ),
            // B-N14.
            ("<1 f64>", "[rsp+8]:8 =>"),
            ("-> <1 f64>", "gcc => rdi -> 8 bytes | clang => xmm0:8"),
            ("{ <1 f64> } -> { <1 f64> }", "[rsp+8]:8 => rdi -> 8 bytes"),
            ("<1 i64> -> <1 i64>", "xmm0:8 => xmm0:8"),
            ("-> <4 i8>", "=> rax:4"),
            ("<2 f16>", "gcc xmm0:4 => | clang rdi:4 =>"),
            ("<4 f16>", "xmm0:8 =>"),
            ("<3 f32>", "unsupported: a vector of 3 lanes of float"),
            ("<1 i128>", "xmm0:16 =>"),
            ("<2 i128>", "unsupported: a vector of 2 such lanes"),
        ],
    );
}

#[test]
fn wide_vectors_depend_on_features() {
    // K13, B-N15: arguments agree without AVX, results do not.
    check(
        C,
        &[
            ("i32 <8 f32>", "rdi:4; [rsp+8]:32 =>"),
            ("-> <8 f32>", "gcc => rdi -> 32 bytes | clang => xmm0:16 xmm1:16"),
            ("<16 f32>", "[rsp+8]:64 =>"),
            // Four registers are the most that clang takes.
            (
                "-> <16 f32>",
                "gcc => rdi -> 64 bytes | clang => xmm0:16 xmm1:16 xmm2:16 xmm3:16",
            ),
            ("{ <8 f32> } -> { <8 f32> }", "[rsp+8]:32 => rdi -> 32 bytes"),
            ("-> <32 f32>", "=> rdi -> 128 bytes"),
        ],
    );
    check(
        avx(),
        &[
            ("<8 f32> -> <8 f32>", "ymm0:32 => ymm0:32"),
            ("{ <8 f32> } -> { <8 f32> }", "ymm0:32 => ymm0:32"),
            ("<16 f32>", "[rsp+8]:64 =>"),
            // B-N17.
            ("-> <16 f32>", "gcc => rdi -> 64 bytes | clang => ymm0:32 ymm1:32"),
            ("i32 ... <8 f32>", "rdi:4; [rsp+8]:32 =>"),
            (
                "<8 f32> i32 ...",
                "gcc ymm0:32; rdi:4 => | clang [rsp+8]:32; rdi:4 =>",
            ),
        ],
    );
    check(
        avx512(),
        &[
            ("<8 f32> <16 f32> -> <16 f32>", "ymm0:32; zmm1:64 => zmm0:64"),
            // B-N12: by rule 4 the third eightbyte is SSE beside SSEUP, by rule 5(c) that is memory.
            ("( <16 f32> | [4 <4 f32>] )", "[rsp+8]:64 =>"),
        ],
    );
    let frame = |setting: Setting, text| {
        setting
            .answer(text)
            .settled()
            .map(|l| (l.stack.0, l.stack_align.0))
    };
    assert_eq!(frame(C, "<8 f32>"), Some((32, 32)));
    assert_eq!(frame(C, "<16 f32>"), Some((64, 64)));
}

/// Vectors of 32 and 64 bytes alone are passed otherwise behind a `...` (psABI 3.2.3, rule 1 of *Classification*).
#[test]
fn vectors_of_one_xmm_register_keep_it_in_a_variadic_call() {
    for setting in [C, avx(), avx512()] {
        check(
            setting,
            &[
                ("i32 ... <4 f32> i32 <2 i64>", "rdi:4; xmm0:16; rsi:4; xmm1:16 =>"),
                ("<4 f32> ... { <2 f64> }", "xmm0:16; xmm1:16 =>"),
            ],
        );
        let lowering = setting.answer("i32 ... <4 f32> <4 f32>").settled();
        assert_eq!(lowering.and_then(|lowering| lowering.vector_count), Some(2));
    }
}

/// Without a prototype no argument is behind a `...`: a wide vector keeps its register, which a variadic function's loses.
#[test]
fn a_call_without_a_prototype_is_not_variadic() {
    use crate::interface::{Convention, Signature};
    use crate::types::Type;
    let mut parser = Parser::default();
    let vector = parser.types("<8 f32>");
    let signature = Signature {
        convention: Convention::C,
        params: Vec::new(),
        result: Type::Void,
        variadic: false,
        unprototyped: true,
    };
    let answer = avx().model(&[]).lower(&signature, &vector);
    assert_eq!(show(&answer, show_lowering), "ymm0:32 =>");
    assert_eq!(avx().lower("... <8 f32>"), "[rsp+8]:32 =>");
}
