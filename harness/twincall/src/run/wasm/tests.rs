//! The wasm runner on modules that behave, trap, loop and eat memory.

mod modules;
mod refusals;
mod taps;

use std::thread;
use std::time::{Duration, Instant};

use twincall_abi::run::{Assignment, Fixup, Group, SymbolIn, Word};

use self::modules::{ByHand, from_c};
use super::*;

const MEMORY_LIMIT: u64 = 64 << 20;

fn symbol(symbol: &str) -> SymbolIn {
    SymbolIn {
        library: 0,
        symbol: symbol.to_owned(),
    }
}

fn fixup(at: u32, word: Word) -> Fixup {
    Fixup { at, word }
}

/// A call with the argument pointers at 0 (room for 8), the result at 32 and the values from 64 on, one every
/// 16 bytes, in an arena of 256 bytes.
fn call(driver: &str, values: &[&[u8]]) -> Call {
    let mut arena = vec![0; 256];
    let mut fixups = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let offset = 64 + 16 * index;
        arena[offset..offset + value.len()].copy_from_slice(value);
        fixups.push(fixup(
            4 * index as u32,
            Word::Arena {
                offset: offset as u32,
            },
        ));
    }
    Call {
        id: 7,
        driver: symbol(driver),
        assignments: Vec::new(),
        arena,
        fixups,
        arguments_at: 0,
        result_at: 32,
    }
}

fn batch(groups: Vec<Vec<Call>>) -> Batch {
    Batch {
        libraries: Vec::new(),
        groups: groups.into_iter().map(|calls| Group { calls }).collect(),
        timeout_ms: 2000,
        memory_limit: MEMORY_LIMIT,
    }
}

/// Runs the batch in a runner of its own.
fn run(module: &[u8], batch: &Batch) -> Vec<Outcome> {
    let runner = WasmRunner::new().unwrap();
    runner.run_batch(&runner.compile(module).unwrap(), batch)
}

fn run_one(module: &[u8], call: Call) -> Outcome {
    let mut outcomes = run(module, &batch(vec![vec![call]]));
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

fn word(arena: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(arena[at..at + 4].try_into().unwrap())
}

/// The result of a call that returned, as 4 bytes.
fn result(outcome: &Outcome) -> u32 {
    assert_eq!(outcome.ending, Ending::Returned);
    word(&outcome.arena, 32)
}

fn refusal(outcome: &Outcome) -> &str {
    match &outcome.ending {
        Ending::Refused { reason } => reason,
        _ => panic!("{outcome:?} is no refusal"),
    }
}

fn trap(outcome: &Outcome) -> (&str, &[String]) {
    match &outcome.ending {
        Ending::Trapped { trap, frames } => (trap, frames),
        _ => panic!("{outcome:?} is no trap"),
    }
}

const ARENA: &str = "_Alignas(64) u8 tc_arena[4096];";

const ADD: &str = "
    struct pair { u32 a; u64 b; };
    struct pair add(u32 x, struct pair p) { return (struct pair){ p.a + x, p.b * 2 }; }
    DRIVER(call_add) { *(struct pair *)ret = add(ARG(u32, 0), ARG(struct pair, 1)); }";

/// Calls `call_add` and returns the outcome after checking the struct it gives.
fn call_add(module: &[u8], arena_size: usize) -> Outcome {
    let mut call = call(
        "call_add",
        &[
            &5u32.to_le_bytes(),
            &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40],
        ],
    );
    call.arena.resize(arena_size, 0xa5);
    let outcome = run_one(module, call);
    assert_eq!(outcome.id, 7);
    assert_eq!(outcome.arena.len(), arena_size);
    assert_eq!(result(&outcome), 6);
    assert_eq!(outcome.arena[40..48], 0x8000_0000_0000_0000u64.to_le_bytes());
    outcome
}

#[test]
fn a_call_returns_a_struct_through_pages_that_were_added() {
    let outcome = call_add(&from_c(&[ADD]), 256);
    let base = word(&outcome.arena, 0) - 64;
    assert_eq!(base % 65536, 0);
    assert_ne!(base, 0);
}

#[test]
fn tc_arena_is_used_where_the_arena_fits() {
    let module = from_c(&[
        ADD,
        ARENA,
        "DRIVER(where) { extern u8 tc_arena[]; *(u32 *)ret = (u32)tc_arena; }",
    ]);
    let tc_arena = result(&run_one(&module, call("where", &[])));
    for (size, used) in [(256, true), (4096, true), (4097, false), (300_000, false)] {
        let outcome = call_add(&module, size);
        assert_eq!(word(&outcome.arena, 0) - 64 == tc_arena, used, "{size} bytes");
    }
}

#[test]
fn words_and_assignments_reach_memory() {
    let module = from_c(&[
        ARENA,
        "u32 data = 11; u32 *pointer; u32 (*function)(void);
        static u32 nine(void) { return 9; } u32 (*const address)(void) = nine;
        DRIVER(call_sum) { *(u32 *)ret = *ARG(u32 *, 0) + *pointer + function(); }",
    ]);
    let mut call = call("call_sum", &[&[0; 4]]);
    // The argument points to `data`, `pointer` into the arena, `function` to what `address` holds.
    call.fixups.push(fixup(64, Word::Address(symbol("data"))));
    call.arena[128] = 100;
    let assign = |variable, word| Assignment {
        variable: symbol(variable),
        word,
    };
    call.assignments = vec![
        assign("pointer", Word::Arena { offset: 128 }),
        assign("function", Word::Load(symbol("address"))),
    ];
    assert_eq!(result(&run_one(&module, call.clone())), 120);
    // Fixups see what assignments wrote.
    call.fixups.push(fixup(200, Word::Load(symbol("pointer"))));
    let outcome = run_one(&module, call);
    assert_eq!(word(&outcome.arena, 200), word(&outcome.arena, 0) + 64);
}

#[test]
fn state_is_shared_in_a_group_until_a_call_fails() {
    let module = from_c(&[
        "u32 count; DRIVER(next) { *(u32 *)ret = ++count; } DRIVER(fail) { count = 50; __builtin_trap(); }",
    ]);
    let calls = |drivers: &[&str]| drivers.iter().map(|driver| call(driver, &[])).collect::<Vec<_>>();
    let outcomes = run(
        &module,
        &batch(vec![
            calls(&["next", "next", "missing", "next", "fail", "next"]),
            vec![],
            calls(&["next"]),
        ]),
    );
    let seen: Vec<_> = outcomes
        .iter()
        .map(|outcome| word(&[&outcome.arena[..], &[0xff; 36]].concat(), 32))
        .collect();
    assert_eq!(seen, [1, 2, 0xffff_ffff, 3, 0, 1, 1]);
    assert_eq!(refusal(&outcomes[2]), "`missing` is not exported");
    assert_eq!(trap(&outcomes[4]).0, "unreachable");
}

#[test]
fn each_trap_has_its_name_and_the_arena_is_read_back() {
    let module = from_c(&["
        volatile int zero, minus = -1, least = -2147483647 - 1; volatile float huge = 1e30f, not_a_number = __builtin_nanf(\"\");
        void *volatile pointer; static int unary(int x) { return x; }
        #define TRAP(name, ...) DRIVER(name) { *(u32 *)ret = 42; __asm__ volatile(\"\" ::: \"memory\"); __VA_ARGS__; }
        TRAP(trap_unreachable, __builtin_trap())
        TRAP(trap_divide, zero = least / zero)
        TRAP(trap_overflow, zero = least / minus)
        TRAP(trap_range, zero = __builtin_wasm_trunc_s_i32_f32(huge))
        TRAP(trap_conversion, zero = __builtin_wasm_trunc_s_i32_f32(not_a_number))
        TRAP(trap_memory, *(volatile u8 *)0xfffffff0)
        TRAP(trap_type, pointer = (void *)unary; ((void (*)(double))pointer)(1.0))
        TRAP(trap_null, ((void (*)(void))pointer)())
        TRAP(trap_table, pointer = (void *)12345; ((void (*)(void))pointer)())
        __attribute__((noinline)) int deep(int n) { return zero ? n : deep(n + 1) ^ deep(n + 2); }
        TRAP(trap_stack, zero = deep(0))"]);
    for (driver, name) in [
        ("trap_unreachable", "unreachable"),
        ("trap_divide", "integer-divide-by-zero"),
        ("trap_overflow", "integer-overflow"),
        ("trap_range", "integer-overflow"),
        ("trap_conversion", "bad-conversion-to-integer"),
        ("trap_memory", "memory-out-of-bounds"),
        ("trap_type", "indirect-call-type-mismatch"),
        ("trap_null", "indirect-call-to-null"),
        ("trap_table", "table-out-of-bounds"),
        ("trap_stack", "stack-overflow"),
    ] {
        let outcome = run_one(&module, call(driver, &[]));
        let (found, frames) = trap(&outcome);
        assert_eq!(found, name);
        if driver == "trap_stack" {
            assert_eq!(frames, ["deep"; 16]);
        } else {
            assert_eq!(frames, [driver]);
        }
        assert_eq!(word(&outcome.arena, 32), 42, "{driver}");
    }
}

#[test]
fn a_stub_for_differing_signatures_is_named() {
    let module = from_c(&[
        "int f(int x) { return x; }",
        "int f(u64); DRIVER(call_f) { *(int *)ret = f(ARG(u64, 0)); }",
    ]);
    let outcome = run_one(&module, call("call_f", &[&[0; 8]]));
    assert_eq!(
        trap(&outcome),
        (
            "unreachable",
            &["signature_mismatch:f".to_owned(), "call_f".to_owned()][..]
        )
    );
}

#[test]
fn an_endless_loop_ends_at_the_time_limit() {
    let module =
        from_c(&["DRIVER(spin) { for (;;) ++*(volatile u32 *)ret; } DRIVER(quick) { *(u32 *)ret = 3; }"]);
    let mut batch = batch(vec![vec![call("spin", &[]), call("quick", &[])]]);
    batch.timeout_ms = 50;
    let start = Instant::now();
    let outcomes = run(&module, &batch);
    // A limit is never cut short. By how much it is exceeded depends on the machine.
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert_eq!(outcomes[0].ending, Ending::TimedOut);
    assert_ne!(word(&outcomes[0].arena, 32), 0);
    assert_eq!(result(&outcomes[1]), 3);
}

#[test]
fn any_time_limit_is_possible() {
    let module = from_c(&["DRIVER(quick) { *(u32 *)ret = 3; }"]);
    let limited = |timeout_ms| Batch {
        timeout_ms,
        ..batch(vec![vec![call("quick", &[])]])
    };
    assert_eq!(result(&run(&module, &limited(u64::MAX))[0]), 3);
    // Within no time at all the call may or may not succeed.
    let hurried = run(&module, &limited(0)).remove(0);
    assert!(
        matches!(hurried.ending, Ending::Returned | Ending::TimedOut),
        "{hurried:?}"
    );
}

#[test]
fn memory_grows_to_the_limit_and_no_further() {
    let module = from_c(&["DRIVER(eat) {
        u32 last = 0; while (__builtin_wasm_memory_grow(0, 16) != -1) ;
        last = __builtin_wasm_memory_size(0);
        *(volatile u8 *)(last * 65536 - 1) = 1;
        *(u32 *)ret = last; }"]);
    // The arena is read back from memory that has moved.
    let pages = result(&run_one(&module, call("eat", &[])));
    assert!((1008..=1024).contains(&pages), "{pages} pages");

    let tight = Batch {
        memory_limit: 1,
        ..batch(vec![vec![call("eat", &[]), call("eat", &[])]])
    };
    let outcomes = run(&module, &tight);
    assert_eq!(outcomes.len(), 2);
    assert!(
        refusal(&outcomes[1]).starts_with("the module cannot be instantiated: "),
        "{outcomes:?}"
    );
}

#[test]
fn functions_without_names_have_their_index() {
    let module = ByHand {
        driver: vec![0x00],
        ..ByHand::default()
    }; // unreachable
    let outcome = run_one(&module.encode(), call("driver", &[]));
    assert_eq!(
        trap(&outcome),
        ("unreachable", &["wasm-function[0]".to_owned()][..])
    );
}

#[test]
fn dropping_a_runner_ends_its_thread() {
    let runner = WasmRunner::new().unwrap();
    let engine = runner.engine.weak();
    drop(runner);
    // The thread holds the engine as long as it lives.
    assert!(engine.upgrade().is_none());
}

#[test]
fn many_threads_share_a_runner() {
    let runner = WasmRunner::new().unwrap();
    let module = runner
        .compile(&from_c(&[ARENA, ADD, "DRIVER(spin) { for (;;) ; }"]))
        .unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let add = || call("call_add", &[&[1, 0, 0, 0], &[0; 16]]);
                let calls = vec![vec![add(), call("spin", &[]), add()]; 3];
                let outcomes = runner.run_batch(
                    &module,
                    &Batch {
                        timeout_ms: 100,
                        ..batch(calls)
                    },
                );
                let spun = outcomes
                    .iter()
                    .filter(|outcome| outcome.ending == Ending::TimedOut);
                assert_eq!(spun.count(), 3);
                assert_eq!(
                    outcomes
                        .iter()
                        .filter(|outcome| outcome.ending == Ending::Returned)
                        .count(),
                    6
                );
            });
        }
    });
}
