//! Captures: callers compiled by the compilers of this host, and a few that only assembly can write.

use super::{AT, call_with, compilers, free, run_one, symbol, vector};
use crate::support::{Library, compile, run};
use twincall_abi::machine::{
    CaptureRecord, CaptureRequest, Captured, ResultState, capture_forward, capture_record, capture_stub,
};
use twincall_abi::run::{Assignment, Call, Ending, Group, Outcome, Word};

/// Callers read their values from the free space and call through a pointer that the probe sets.
const CALLERS: &str = r#"
#include <stdint.h>
typedef struct { long a, b, c; } big;
typedef struct { double d; long l; } pair;
typedef double (*mixed_t)(int, double, pair, float, long, long, long, char, big, long double);
volatile mixed_t target;
double mixed(int a, double b, pair c, float d, long e, long f, long g, char h, big i, long double j) {
    return a + b + c.d + c.l + d + e + f + g + h + i.a + i.b + i.c + (double)j;
}
void call_mixed(const void *const *args, void *ret) {
    *(double *)ret = target(-1, 2.0, (pair){ 3.0, 4 }, 5.0f, 6, 7, 8, 'x', (big){ 9, 10, 11 }, 12.0L);
}
long (*volatile recursive)(long);
long depth(long n) { return n ? n + recursive(n - 1) : 0; }
void call_depth(const void *const *args, void *ret) { *(long *)ret = recursive(4); }
void call_extended(const void *const *args, void *ret) {
    long double a = ((long double (*)(void))target)();
    *(long *)ret = (long)a;
}
long double extended(void) { return 77.0L; }
typedef _Complex long double complex_t;
void call_complex(const void *const *args, void *ret) {
    complex_t z = ((complex_t (*)(void))target)();
    ((long *)ret)[0] = (long)__real__ z;
    ((long *)ret)[1] = (long)__imag__ z;
}
complex_t complex(void) { complex_t z; __real__ z = 5; __imag__ z = -6; return z; }
void call_big(const void *const *args, void *ret) { *(big *)ret = ((big (*)(long))target)(3); }
big make_big(long a) { return (big){ a, 2 * a, 3 * a }; }
void call_variadic(const void *const *args, void *ret) {
    *(int *)ret = ((int (*)(int, ...))target)(1, 2.0, 3.0f, 4L, (char)-5);
}
void call_pair(const void *const *args, void *ret) { *(pair *)ret = ((pair (*)(void))target)(); }
void call_twice(const void *const *args, void *ret) {
    *(long *)ret = ((long (*)(long))target)(1) + 10 * ((long (*)(long))target)(2);
}
"#;

/// A call of a driver through stub 0, whose record is at [`AT`]. `target` is set to the stub.
pub(super) fn capture(driver: &str, target: &str, request: &CaptureRequest) -> Call {
    let mut call = call_with(symbol(driver), &request.encode());
    call.assignments = vec![
        Assignment {
            variable: capture_record(0).unwrap(),
            word: Word::Arena { offset: AT },
        },
        Assignment {
            variable: symbol(target),
            word: Word::Address(capture_stub(0).unwrap()),
        },
    ];
    call
}

/// The same, passed on to a function of the library.
pub(super) fn forwarded(driver: &str, target: &str, to: &str, request: &CaptureRequest) -> Call {
    let mut call = capture(driver, target, request);
    call.assignments.push(Assignment {
        variable: capture_forward(0).unwrap(),
        word: Word::Address(symbol(to)),
    });
    call
}

/// The same call without a stub.
fn plain(driver: &str, target: &str, to: &str) -> Call {
    let mut call = call_with(symbol(driver), &[]);
    call.assignments = vec![Assignment {
        variable: symbol(target),
        word: Word::Address(symbol(to)),
    }];
    call
}

pub(super) fn recorded(outcome: &Outcome) -> CaptureRecord {
    assert_eq!(outcome.ending, Ending::Returned, "{outcome:?}");
    CaptureRecord::decode(&outcome.arena[AT as usize..]).unwrap()
}

pub(super) fn captured(outcome: &Outcome) -> Captured {
    recorded(outcome).captured.unwrap()
}

/// The callers by each compiler with and without optimisation.
fn callers() -> impl Iterator<Item = Library> {
    compilers().into_iter().flat_map(|compiler| {
        ["-O0", "-O2"].map(|level| compile(compiler, "c", CALLERS, &[level, "-fno-strict-aliasing"]))
    })
}

pub(super) fn word(bytes: &[u8], index: usize) -> u64 {
    u64::from_le_bytes(bytes[8 * index..8 * index + 8].try_into().unwrap())
}

/// What every compiler must have done for `call_mixed` (psABI 3.2.3).
fn check_mixed(seen: &Captured) {
    assert_eq!(seen.state.general[0] as u32, u32::MAX);
    assert_eq!(seen.state.general[1..5], [4, 6, 7, 8]);
    assert_eq!(seen.state.general[5] as u8, b'x');
    assert_eq!(seen.state.vectors[0][..8], 2f64.to_le_bytes());
    assert_eq!(seen.state.vectors[1][..8], 3f64.to_le_bytes());
    assert_eq!(seen.state.vectors[2][..4], 5f32.to_le_bytes());
    let words: Vec<u64> = (0..3).map(|index| word(seen.arguments(), index)).collect();
    assert_eq!(words, [9, 10, 11]);
    assert_eq!(seen.arguments()[32..42], [0, 0, 0, 0, 0, 0, 0, 0xc0, 2, 0x40]);
    assert_eq!(seen.rsp_modulo_64 % 16, 8);
    assert!(seen.direction_flag_clear);
    assert!(word(&seen.stack, 0) > 4096, "the true return address");
    assert_eq!(seen.rsp_off, 0);
}

#[test]
fn a_caller_shows_its_registers_and_stack_and_gets_what_it_is_told() {
    let mut request = CaptureRequest {
        stack_length: 64,
        ..CaptureRequest::default()
    };
    request.result.vectors[0] = vector(&1.25f64.to_le_bytes());
    for library in callers() {
        let outcome = run_one(&library, capture("call_mixed", "target", &request));
        assert_eq!(free(&outcome)[..8], 1.25f64.to_le_bytes());
        let record = recorded(&outcome);
        assert_eq!(record.calls, 1);
        let seen = record.captured.unwrap();
        assert_eq!((seen.stack.len(), &seen.result), (64, &None));
        check_mixed(&seen);
    }
}

#[test]
fn a_call_that_is_passed_on_gives_what_it_gives_without_a_stub() {
    let request = CaptureRequest::default();
    let without = CaptureRequest {
        wants_result: false,
        ..request.clone()
    };
    let pairs = [
        ("call_mixed", "mixed"),
        ("call_extended", "extended"),
        ("call_complex", "complex"),
        ("call_big", "make_big"),
    ];
    for library in callers() {
        for (driver, to) in pairs {
            let calls = vec![
                plain(driver, "target", to),
                forwarded(driver, "target", to, &request),
                forwarded(driver, "target", to, &without),
            ];
            let outcomes = run(&library.batch(vec![Group { calls }]));
            let bytes = free(&outcomes[0]);
            assert_ne!(bytes[..8], [0; 8], "{driver}");
            assert_eq!(free(&outcomes[1]), bytes, "{driver}");
            assert_eq!(free(&outcomes[2]), bytes, "{driver}");
            assert_eq!(captured(&outcomes[2]).result, None, "{driver}");
            let seen = captured(&outcomes[1]);
            let result = seen.result.unwrap();
            let st = match driver {
                "call_extended" => 1,
                "call_complex" => 2,
                _ => 0,
            };
            assert_eq!(result.st_count, st, "{driver}");
            match driver {
                "call_mixed" => {
                    assert_eq!(result.vectors[0][..8], bytes[..8]);
                    check_mixed(&seen);
                }
                "call_big" => assert_eq!(result.rax, seen.state.general[0], "psABI 3.2.3"),
                "call_complex" => assert_eq!(result.st[1], [0, 0, 0, 0, 0, 0, 0, 0xc0, 1, 0xc0]),
                _ => assert_eq!(result.st[0], [0, 0, 0, 0, 0, 0, 0, 0x9a, 5, 0x40]),
            }
        }
    }
}

#[test]
fn results_of_every_kind_can_be_returned() {
    let mut result = ResultState {
        rax: 21,
        vectors: [vector(&4.5f64.to_le_bytes()); 4],
        st_count: 2,
        ..ResultState::default()
    };
    result.st[0] = [0, 0, 0, 0, 0, 0, 0, 0xa0, 1, 0x40];
    result.st[1] = [0, 0, 0, 0, 0, 0, 0, 0xc0, 1, 0xc0];
    let request = CaptureRequest {
        result,
        ..CaptureRequest::default()
    };
    let single = CaptureRequest {
        result: ResultState {
            st_count: 1,
            ..result
        },
        ..CaptureRequest::default()
    };
    let memory = CaptureRequest {
        returns_first_argument: true,
        ..CaptureRequest::default()
    };
    let integer = CaptureRequest {
        result: ResultState {
            st_count: 0,
            ..result
        },
        ..CaptureRequest::default()
    };
    for library in callers() {
        let complex = run_one(&library, capture("call_complex", "target", &request));
        assert_eq!(
            (word(free(&complex), 0), word(free(&complex), 1)),
            (5, -6i64 as u64)
        );
        let extended = run_one(&library, capture("call_extended", "target", &single));
        assert_eq!(word(free(&extended), 0), 5);
        let pair = run_one(&library, capture("call_pair", "target", &integer));
        assert_eq!(free(&pair)[..8], 4.5f64.to_le_bytes());
        assert_eq!(word(free(&pair), 1), 21);
        let big = run_one(&library, capture("call_big", "target", &memory));
        assert_eq!(captured(&big).state.general[1], 3);
        let variadic = run_one(&library, capture("call_variadic", "target", &integer));
        let state = captured(&variadic).state;
        assert_eq!((state.al, state.general[0], state.general[1]), (2, 1, 4));
        assert_eq!(state.general[2] as u32, -5i32 as u32, "promoted");
        assert_eq!(state.vectors[1][..8], 3f64.to_le_bytes(), "promoted");
        assert_eq!(word(free(&variadic), 0), 21);
    }
}

#[test]
fn the_wanted_call_is_recorded_and_all_are_counted() {
    for library in callers() {
        let calls = (0..6)
            .map(|which| {
                let request = CaptureRequest {
                    which,
                    ..CaptureRequest::default()
                };
                forwarded("call_depth", "recursive", "depth", &request)
            })
            .collect();
        for (which, outcome) in (0u64..).zip(run(&library.batch(vec![Group { calls }]))) {
            assert_eq!(word(free(&outcome), 0), 10);
            let record = recorded(&outcome);
            assert_eq!(record.calls, 5);
            let Some(seen) = record.captured else {
                assert_eq!(which, 5);
                continue;
            };
            assert_eq!(seen.state.general[0], 4 - which);
            assert_eq!(
                seen.result.unwrap().rax,
                (0..=4 - which).sum::<u64>(),
                "call {which}"
            );
        }
        let request = CaptureRequest {
            which: 1,
            result: ResultState {
                rax: 3,
                ..ResultState::default()
            },
            ..CaptureRequest::default()
        };
        let outcome = run_one(&library, capture("call_twice", "target", &request));
        assert_eq!((word(free(&outcome), 0), recorded(&outcome).calls), (33, 2));
        assert_eq!(captured(&outcome).state.general[0], 2);
    }
}
