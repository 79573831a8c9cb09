//! The wasm runner on calls and modules that it must turn down: wrong names and types, wrong addresses, damage.

use super::super::instance::ATTEMPTS;
use super::*;

#[test]
fn what_is_not_a_driver_is_refused() {
    let module = from_c(&["u32 data; int other(double d) { return d; } DRIVER(call) {}"]);
    for (driver, reason) in [
        ("missing", "`missing` is not exported"),
        (
            "other",
            "driver `other` is a func (f64) -> i32, not a func (i32, i32) -> ()",
        ),
        (
            "data",
            "driver `data` is a global i32, not a func (i32, i32) -> ()",
        ),
    ] {
        assert_eq!(refusal(&run_one(&module, call(driver, &[]))), reason);
    }
    let mut by_word = call("call", &[]);
    for (word, reason) in [
        (Word::Load(symbol("missing")), "`missing` is not exported"),
        (
            Word::Address(symbol("other")),
            "`other` is a func (f64) -> i32, not data",
        ),
        (
            Word::Pipe { content: vec![] },
            "no file descriptors on this target",
        ),
        (
            Word::Arena { offset: 257 },
            "the target of a pointer is outside the arena of 256 bytes: offset 257",
        ),
    ] {
        by_word.fixups = vec![fixup(0, word)];
        assert_eq!(refusal(&run_one(&module, by_word.clone())), reason);
    }
}

#[test]
fn offsets_outside_the_arena_are_refused() {
    let module = from_c(&["DRIVER(call) {}"]);
    let good = call("call", &[]);
    for at in [253, u32::MAX] {
        let fixups = vec![fixup(at, Word::Arena { offset: 0 })];
        let outcome = run_one(
            &module,
            Call {
                fixups,
                ..good.clone()
            },
        );
        assert_eq!(
            refusal(&outcome),
            format!("a fixup is outside the arena of 256 bytes: offset {at}")
        );
        assert!(outcome.arena.is_empty());
    }
    refusal(&run_one(
        &module,
        Call {
            arguments_at: u32::MAX,
            ..good.clone()
        },
    ));
    refusal(&run_one(
        &module,
        Call {
            result_at: 257,
            ..good.clone()
        },
    ));
    let empty = run_one(
        &module,
        Call {
            arena: vec![],
            result_at: 0,
            ..good
        },
    );
    assert_eq!((empty.ending, empty.arena), (Ending::Returned, vec![]));
}

#[test]
fn imports_are_named() {
    let module = from_c(&["
        __attribute__((import_module(\"env\"), import_name(\"host_read\"))) int host_read(u64, u64);
        __attribute__((import_module(\"env\"), import_name(\"host_done\"))) void host_done(void);
        DRIVER(call) { *(int *)ret = host_read(1, 2); host_done(); }"]);
    let outcomes = run(
        &module,
        &batch(vec![vec![call("call", &[]); 2], vec![call("call", &[])]]),
    );
    assert_eq!(outcomes.len(), 3);
    for outcome in &outcomes {
        assert_eq!(
            refusal(outcome),
            "imports that nothing provides: env::host_read: func (i64, i64) -> i32, env::host_done: func () -> ()"
        );
    }
}

#[test]
fn a_module_that_lies_about_its_exports_is_refused() {
    let refused = |module: ByHand| refusal(&run_one(&module.encode(), call("driver", &[]))).to_owned();
    let with_arena_at = |address| ByHand {
        globals: vec![("tc_arena", address)],
        ..ByHand::default()
    };

    assert_eq!(
        result(&run_one(&ByHand::default().encode(), call("driver", &[]))),
        0
    );
    assert_eq!(
        refused(with_arena_at(-64)),
        "`tc_arena` is outside the memory of 65536 bytes: 4096 bytes at 0xffffffc0"
    );
    assert!(refused(with_arena_at(0xf040)).starts_with("`tc_arena` is outside the memory"));
    // An arena that is not aligned is not used.
    assert_eq!(
        result(&run_one(&with_arena_at(0xf041).encode(), call("driver", &[]))),
        0
    );
    assert_eq!(
        result(&run_one(&with_arena_at(0xf000).encode(), call("driver", &[]))),
        0
    );

    assert_eq!(
        refused(ByHand {
            memory_name: "mem",
            ..ByHand::default()
        }),
        "the module exports no memory"
    );
    assert_eq!(
        refused(ByHand {
            memory_max: Some(1),
            ..ByHand::default()
        }),
        "no room for an arena of 256 bytes: the memory of 1 pages is at its limit"
    );

    let variable = ByHand {
        globals: vec![("variable", 65533)],
        ..ByHand::default()
    }
    .encode();
    let assignment = Assignment {
        variable: symbol("variable"),
        word: Word::Arena { offset: 0 },
    };
    let mut bad = call("driver", &[]);
    bad.assignments.push(assignment);
    // The page of the arena follows, so that the variable reaches into it.
    assert_eq!(run_one(&variable, bad.clone()).ending, Ending::Returned);
    bad.assignments[0].variable = symbol("memory");
    assert_eq!(
        refusal(&run_one(&variable, bad)),
        "`memory` is a memory 1.., not data"
    );
}

#[test]
fn a_start_function_is_kept_to_the_limits() {
    let spin = ByHand {
        start: vec![0x03, 0x40, 0x0c, 0, 0x0b],
        ..ByHand::default()
    }; // loop br 0 end
    let calls = vec![vec![call("driver", &[]); 20]; 20];
    let before = ATTEMPTS.get();
    let outcomes = run(
        &spin.encode(),
        &Batch {
            timeout_ms: 20,
            ..batch(calls)
        },
    );
    assert_eq!(
        ATTEMPTS.get() - before,
        1,
        "the time limit is waited for only once"
    );
    assert_eq!(outcomes.len(), 400);
    assert_eq!(
        refusal(&outcomes[399]),
        "the module cannot be instantiated: its start function did not end within the time limit"
    );
    let unreachable = ByHand {
        start: vec![0x00],
        ..ByHand::default()
    };
    let outcome = run_one(&unreachable.encode(), call("driver", &[]));
    assert_eq!(
        refusal(&outcome),
        "the module cannot be instantiated: trap unreachable"
    );
}

#[test]
fn a_module_that_is_none_is_an_error() {
    let runner = WasmRunner::new().unwrap();
    let good = ByHand::default().encode();
    for length in 0..good.len() {
        // A module that ends after a section may be valid; it must only not panic.
        if let Ok(module) = runner.compile(&good[..length]) {
            runner.run_batch(&module, &batch(vec![vec![call("driver", &[])]]));
        }
    }
    assert!(matches!(runner.compile(b"(module)"), Err(WasmError::Compile(_))));
}

#[test]
fn serialized_modules_load_and_damaged_ones_do_not() {
    let runner = WasmRunner::new().unwrap();
    let bytes = runner.compile(&from_c(&[ADD])).unwrap().serialize().unwrap();
    let other = WasmRunner::new().unwrap();
    assert_eq!(runner.engine_key(), other.engine_key());
    let loaded = other.load_compiled(&bytes).unwrap();
    let add = call("call_add", &[&[0; 4], &[9; 16]]);
    assert_eq!(
        result(&other.run_batch(&loaded, &batch(vec![vec![add.clone()]]))[0]),
        0x0909_0909
    );

    for at in (0..bytes.len()).step_by(97).chain(0..64) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(
            matches!(other.load_compiled(&damaged), Err(WasmError::Damaged { .. })),
            "byte {at}"
        );
    }
    for size in [0, 7, 8, 9, bytes.len() - 1] {
        assert!(
            matches!(
                other.load_compiled(&bytes[..size]),
                Err(WasmError::Damaged { .. })
            ),
            "{size} bytes"
        );
    }
    let foreign = [&checksum(b"not a module")[..], b"not a module"].concat();
    assert!(matches!(other.load_compiled(&foreign), Err(WasmError::Load(_))));

    // A module belongs to the runner that made it.
    let refused = runner.run_batch(&loaded, &batch(vec![vec![add]]));
    assert_eq!(refusal(&refused[0]), "the module was compiled by another runner");
}
