//! Direct calls: compiled functions and hand-written ones that break their promises.

use super::{AT, FREE, came_back, compilers, direct, frame, free, general, naked, narrowed, run_one, vector};
use crate::support::{compile, library};
use twincall_abi::machine::{DirectFrame, DirectResult, MachineState, Preserved};
use twincall_abi::run::{Call, Fixup, Group, Word};
use twincall_abi::slot::Location;

const CALLEES: &str = r#"
#include <stdarg.h>
#include <stdint.h>
typedef struct { long a, b, c; } big;
typedef struct { double d; long l; } mixed;
typedef struct { _Alignas(64) long x[8]; } wide;
long many(long a, long b, long c, long d, long e, long f, double g, double h, double i, double j,
          double k, double l, double m, double n) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + (long)(7 * g + 8 * h + 9 * i + 10 * j + 11 * k + 12 * l + 13 * m + 14 * n);
}
long stacked(long a, long b, long c, long d, long e, long f, char g, mixed h, long double i) {
    return g + 10 * (long)h.d + 100 * h.l + 1000 * (long)i;
}
big memory(long a) { return (big){ a, a + 1, a + 2 }; }
mixed two(long a, double d) { return (mixed){ d + 1, a + 1 }; }
long double extended(long a) { return a * 0.5L; }
_Complex long double complex(long a) { _Complex long double z; __real__ z = a; __imag__ z = -a; return z; }
__int128 pair(long a) { return ((__int128)(a + 1) << 64) | (unsigned long)a; }
double summed(int count, ...) {
    va_list list; double sum = 0;
    va_start(list, count);
    for (int i = 0; i < count; i++) sum += va_arg(list, double);
    va_end(list);
    return sum;
}
uintptr_t placed(wide w) { return (uintptr_t)&w % 64 + w.x[7]; }
"#;

/// Whole files have the feature: by a function's attribute alone clang passes such a vector in memory.
const VECTORS: &str = r#"
#include <immintrin.h>
__m256 twice(__m256 v) { return _mm256_add_ps(v, v); }
#ifdef __AVX512F__
__m512 thrice(__m512 v) { return v + v + v; }
#endif
long width_16 = 16, width_32 = 32;
"#;

/// Calls one of the callees.
fn each(call: &Call, check: impl Fn(&DirectResult, &[u8])) {
    each_built(CALLEES, "-mno-avx", call, check);
}

/// Calls a function with each optimisation of each compiler, and checks that it kept its promises.
fn each_built(source: &str, feature: &str, call: &Call, check: impl Fn(&DirectResult, &[u8])) {
    for compiler in compilers() {
        for level in ["-O0", "-O2"] {
            let library = compile(compiler, "c", source, &[level, feature]);
            let outcome = run_one(&library, call.clone());
            let result = came_back(&outcome);
            assert_eq!(result.preserved, Preserved::ALL, "{compiler} {level}");
            assert_eq!(result.rsp_off, 0);
            check(&result, free(&outcome));
        }
    }
}

#[test]
fn all_argument_registers_arrive() {
    let mut state = general(&[1, 2, 3, 4, 5, 6]);
    for (value, register) in (1..).zip(&mut state.vectors) {
        *register = vector(&f64::from(value).to_le_bytes());
    }
    let expected = (1..=6).map(|n| n * n).sum::<u64>() + (1..=8).map(|n| (n + 6) * n).sum::<u64>();
    each(&direct("many", &frame(state)), |result, _| {
        assert_eq!(result.result.rax, expected);
        assert_eq!(result.result.st_count, 0);
    });
}

#[test]
fn stack_arguments_arrive() {
    let mut wanted = frame(general(&[]));
    // psABI 3.2.3: a char in 8 bytes, a struct whose second half finds no register, and an 80-bit float at a multiple of 16.
    wanted.stack.extend([7, 0, 0, 0, 0xee, 0xee, 0xee, 0xee]);
    wanted.stack.extend(2f64.to_le_bytes());
    wanted.stack.extend(3u64.to_le_bytes());
    wanted.stack.extend([0xee; 8]);
    wanted.stack.extend([0, 0, 0, 0, 0, 0, 0, 0x90, 1, 0x40]);
    wanted.stack.extend([0xee; 6]);
    each(&direct("stacked", &wanted), |result, _| {
        assert_eq!(result.result.rax, 7 + 20 + 300 + 4000);
    });
}

#[test]
fn the_stack_is_aligned_as_the_frame_asks() {
    let mut wanted = frame(general(&[]));
    wanted.stack = [[0; 8].as_slice(); 7].concat();
    wanted.stack.extend(1000u64.to_le_bytes());
    wanted.stack_align = 64;
    each(&direct("placed", &wanted), |result, _| {
        assert_eq!(result.result.rax, 1000);
    });
    // The true address, seen by code that copies nothing.
    let library = library(&naked("look", "leaq 8(%rsp), %rax; ret"));
    for (align, length) in [(8, 3), (16, 0), (16, 8), (32, 24), (64, 1000)] {
        wanted.stack_align = align;
        wanted.stack = vec![0; length];
        let address = came_back(&run_one(&library, direct("look", &wanted))).result.rax;
        assert_eq!(address % u64::from(align), 0, "{align} {length}");
    }
}

#[test]
fn results_come_back_from_where_they_are() {
    let mut memory = direct("memory", &frame(general(&[0, 40])));
    let hidden = DirectFrame::argument_at(AT, &Location::Register("rdi".to_owned())).unwrap();
    memory.fixups.push(Fixup {
        at: hidden,
        word: Word::Arena { offset: FREE },
    });
    each(&memory, |result, free| {
        let words: Vec<u64> = free
            .chunks_exact(8)
            .map(|word| u64::from_le_bytes(word.try_into().unwrap()))
            .take(4)
            .collect();
        assert_eq!(words, [40, 41, 42, 0]);
        assert_eq!(result.result.rax % 64, u64::from(FREE) % 64);
    });
    let mut state = general(&[20]);
    state.vectors[0] = vector(&2.5f64.to_le_bytes());
    each(&direct("two", &frame(state)), |result, _| {
        assert_eq!(result.result.rax, 21);
        assert_eq!(result.result.vectors[0][..8], 3.5f64.to_le_bytes());
    });
    each(&direct("pair", &frame(general(&[9]))), |result, _| {
        assert_eq!((result.result.rax, result.result.rdx), (9, 10));
    });
}

#[test]
fn x87_results_are_counted() {
    each(&direct("extended", &frame(general(&[3]))), |result, _| {
        assert_eq!(result.result.st_count, 1);
        assert_eq!(result.result.st[0], [0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0x3f]);
        assert_eq!(result.result.st[1], [0; 10]);
    });
    each(&direct("complex", &frame(general(&[2]))), |result, _| {
        assert_eq!(result.result.st_count, 2);
        assert_eq!(result.result.st[0], [0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0x40]);
        assert_eq!(result.result.st[1], [0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0xc0]);
    });
    // A function that leaves MMX registers in use has filled the x87 stack (psABI 3.2.3).
    let source = naked("mmx", "movq %rdi, %mm0; ret") + &naked("none", "ret");
    let calls = ["mmx", "none", "mmx"].map(|name| direct(name, &frame(general(&[1]))));
    let group = Group {
        calls: calls.to_vec(),
    };
    let library = library(&source);
    let counts: Vec<u8> = crate::support::run(&library.batch(vec![group]))
        .iter()
        .map(|outcome| came_back(outcome).result.st_count)
        .collect();
    assert_eq!(counts, [8, 0, 8], "each call finds the x87 stack empty");
}

#[test]
fn vectors_are_as_wide_as_the_processor_has_them() {
    let floats = |value: f32, count| value.to_le_bytes().repeat(count);
    let mut state = MachineState::filled(0xcc);
    if is_x86_feature_detected!("avx") {
        state.vectors[0] = vector(&floats(1.5, 8));
        let call = direct("twice", &frame(state));
        each_built(VECTORS, "-mavx", &call, |result, _| {
            assert!(result.vector_bytes >= 32);
            assert_eq!(result.result.vectors[0][..32], floats(3.0, 8));
        });
        each_built(
            VECTORS,
            "-mavx",
            &narrowed(call.clone(), "width_32"),
            |result, _| {
                assert_eq!(result.vector_bytes, 32);
                assert_eq!(result.result.vectors[0][..32], floats(3.0, 8));
                assert_eq!(result.result.vectors[0][32..], [0; 32], "not stored");
            },
        );
        each_built(VECTORS, "-mavx", &narrowed(call, "width_16"), |result, _| {
            assert_eq!(result.vector_bytes, 16);
            assert_eq!(result.result.vectors[0][..16], floats(3.0, 4));
            assert_eq!(result.result.vectors[0][16..], [0; 48], "not stored");
        });
    }
    if is_x86_feature_detected!("avx512f") {
        state.vectors[0] = vector(&floats(1.5, 16));
        each_built(
            VECTORS,
            "-mavx512f",
            &direct("thrice", &frame(state)),
            |result, _| {
                assert_eq!(result.vector_bytes, 64);
                assert_eq!(result.result.vectors[0].to_vec(), floats(4.5, 16));
            },
        );
    }
}

#[test]
fn a_variadic_call_says_how_many_vectors_it_uses() {
    let mut state = general(&[3]);
    for (value, register) in (1..).zip(&mut state.vectors) {
        *register = vector(&f64::from(value).to_le_bytes());
    }
    state.al = 3;
    each(&direct("summed", &frame(state)), |result, _| {
        assert_eq!(result.result.vectors[0][..8], 6f64.to_le_bytes());
    });
    // With 0 the callee need not save the vector registers, and what it finds is not what they held.
    state.al = 0;
    each(&direct("summed", &frame(state)), |result, _| {
        assert_ne!(result.result.vectors[0][..8], 6f64.to_le_bytes());
    });
}
