//! A side's back end beside its IR, function by function.

use std::collections::BTreeMap;

use super::*;
use crate::build::{NoBackEnd, SideEvidence};
use crate::judge::testing::{World, declared, defined};

type Functions = BTreeMap<String, BackendFunction>;

/// The conflicts after the back end said so of the C side, which defines `f(long long)`.
fn conflicts(change: impl FnOnce(&mut SideEvidence)) -> (Vec<String>, Vec<String>) {
    let mut world = World::new(&defined("f(a: i64)"), &declared("f(a: i64)"));
    change(&mut world.build.levels[0].c);
    let judged = world.judge();
    (judged.conflicts, judged.notes)
}

fn says(symbol: &str, function: BackendFunction) -> Functions {
    BTreeMap::from([(symbol.to_owned(), function)])
}

fn right() -> BackendFunction {
    taken(general(1), Vec::new())
}

fn wrong() -> BackendFunction {
    taken(vec![register("rsi", 8)], Vec::new())
}

#[test]
fn a_back_end_is_held_against_the_ir_of_its_own_side() {
    let none = (Vec::new(), Vec::new());
    assert_eq!(conflicts(|_| {}), none, "it was not asked");
    assert_eq!(conflicts(|c| c.back_end = Some(Ok(says("f", right())))), none);
    let (found, _) = conflicts(|c| c.back_end = Some(Ok(says("f", wrong()))));
    let [one] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert!(one.starts_with("C `f`: argument 1 is rdi:8 by its IR"), "{one}");
    assert_eq!(
        conflicts(|c| c.back_end = Some(Ok(says("g", wrong())))),
        none,
        "another function"
    );
    let (found, notes) =
        conflicts(|c| c.back_end = Some(Err(NoBackEnd::Unreadable("llc failed".to_owned()))));
    assert_eq!((found.len(), notes.len()), (0, 1));
    assert!(
        notes[0].contains("of C") && notes[0].contains("llc failed"),
        "{notes:?}"
    );
    let (found, notes) = conflicts(|c| {
        c.back_end = Some(Err(NoBackEnd::Unreadable("llc failed".to_owned())));
        c.ir = Err(crate::build::NoIr::NoBitcode);
    });
    assert_eq!(found.len(), 0);
    assert!(notes.iter().any(|note| note.contains("llc failed")), "{notes:?}");
}

/// Only a definition shows how a function is entered: the echo where there is one, else the function itself.
#[test]
fn definitions_are_looked_up_by_the_names_they_have() {
    let with = |name: &str, defined: bool, back_end: BackendFunction| {
        let (found, _) = conflicts(|c| {
            let ir = c.ir.as_mut().unwrap();
            let mut echo = ir[0].clone();
            name.clone_into(&mut echo.symbol);
            echo.defined = defined;
            ir.push(echo);
            c.back_end = Some(Ok(says(name, back_end)));
        });
        found.len()
    };
    for name in ["tc_c_echo_f", "tc_c_echo_f__v0"] {
        assert_eq!(with(name, true, wrong()), 1, "{name}");
        assert_eq!(with(name, true, right()), 0, "{name}");
        assert_eq!(with(name, false, wrong()), 0, "{name} is only declared");
    }
    assert_eq!(with("tc_rust_echo_f", true, wrong()), 0, "the other side's");
    assert_eq!(views(Side::Rust, "f")[0], "tc_rust_echo_f");
}

#[test]
fn a_result_is_compared_by_its_registers() {
    let placed = |result: Vec<Slot>| Lowering {
        arguments: vec![vec![register("rdi", 8)]],
        result,
        stack: Bytes(0),
        stack_align: Bytes(16),
        variadic: false,
    };
    let hidden = || Slot {
        content: Content::Pointer { to: Bytes(24) },
        ..register("rdi", 8)
    };
    let returning = |incoming: Vec<Slot>, results: Option<Vec<Slot>>| BackendFunction {
        results,
        ..taken(incoming, Vec::new())
    };
    let parts = |placed: &Lowering, taken: &BackendFunction| difference(placed, None, taken).is_some();
    let rax = || vec![register("rax", 8)];
    assert!(!parts(&placed(rax()), &returning(general(1), Some(rax()))));
    assert!(parts(
        &placed(rax()),
        &returning(general(1), Some(vec![register("xmm0", 8)]))
    ));
    assert!(
        !parts(&placed(rax()), &returning(general(1), None)),
        "it was not said"
    );
    // A result in memory: rdi comes in, and rax goes back with it (psABI 3.2.3).
    let mut in_memory = placed(vec![hidden()]);
    in_memory.arguments = vec![vec![register("rsi", 8)]];
    assert!(!parts(&in_memory, &returning(general(2), Some(rax()))));
    assert!(parts(&in_memory, &returning(general(2), Some(Vec::new()))));
    assert!(
        parts(&in_memory, &returning(vec![register("rsi", 8)], Some(rax()))),
        "rdi is not taken"
    );
}

/// Widths are not compared, and words of the stack count one by one.
#[test]
fn places_are_registers_and_words_of_the_stack() {
    let at = |offset| Location::Stack {
        offset: Bytes(offset),
    };
    let stack = |offset, size| stack_slot(&object(offset, size), Bytes(size));
    let of = |slots: &[Slot]| places(slots).into_iter().collect::<Vec<_>>();
    assert_eq!(of(&[]), []);
    assert_eq!(of(&[register("rdi", 4)]), of(&[register("rdi", 8)]));
    assert_eq!(of(&[stack(0, 8)]), [at(0)]);
    assert_eq!(of(&[stack(0, 1)]), [at(0)]);
    assert_eq!(of(&[stack(8, 24)]), [at(8), at(16), at(24)]);
    assert_eq!(of(&[stack(16, 17)]), [at(16), at(24), at(32)]);
    assert_eq!(
        of(&[stack(4, 8)]),
        [at(0), at(8)],
        "what straddles takes both words"
    );
    assert_eq!(of(&[stack(0, 8), stack(8, 8)]), of(&[stack(0, 16)]));
    assert_eq!(of(&[register("rax", 8), stack(0, 8)]).len(), 2);
}

#[test]
fn the_argument_that_was_lost_is_named_or_none_is() {
    let arguments = [vec![register("rdi", 8)], vec![register("rsi", 8)]];
    let placed = Lowering {
        arguments: arguments.to_vec(),
        result: Vec::new(),
        stack: Bytes(0),
        stack_align: Bytes(16),
        variadic: false,
    };
    let found = taken(vec![register("rdi", 8), register("rdx", 8)], Vec::new());
    let text = difference(&placed, Some(&arguments), &found).unwrap();
    assert!(
        text.starts_with("argument 2 is rsi:8 ") && text.contains(" and rdx:8 by"),
        "{text}"
    );
    let unnamed = difference(&placed, None, &found).unwrap();
    assert!(
        unnamed.starts_with("an argument is rsi:8 ") && unnamed.contains(" and rdx:8 by"),
        "{unnamed}"
    );
    let more = taken(
        vec![register("rdi", 8), register("rsi", 8), register("rdx", 8)],
        Vec::new(),
    );
    let text = difference(&placed, Some(&arguments), &more).unwrap();
    assert!(
        text.starts_with("an argument is nothing ") && text.contains("rdx:8"),
        "{text}"
    );
}
