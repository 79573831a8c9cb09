use super::*;
use crate::judge::testing::register;

mod sides;

fn object(offset: u64, size: u64) -> StackObject {
    StackObject {
        offset: Bytes(offset),
        size: Bytes(size),
        align: Bytes(8),
    }
}

fn taken(incoming: Vec<Slot>, stack: Vec<StackObject>) -> BackendFunction {
    BackendFunction {
        symbol: "f".to_owned(),
        incoming,
        stack,
        results: Some(Vec::new()),
        variadic: None,
        calls: Vec::new(),
    }
}

fn general(count: usize) -> Vec<Slot> {
    let names = ["rdi", "rsi", "rdx", "rcx", "r8", "r9"];
    names[..count].iter().map(|name| register(name, 8)).collect()
}

/// Where LLVM places `unsigned __int128` after five words, from 18 on and before.
#[test]
fn sees_an_int128_that_is_split_against_one_that_is_not() {
    let mut arguments: Vec<Vec<Slot>> = general(5).into_iter().map(|slot| vec![slot]).collect();
    arguments.push(vec![
        stack_slot(&object(0, 8), Bytes(8)),
        stack_slot(&object(8, 8), Bytes(8)),
    ]);
    let placed = Lowering {
        arguments: arguments.clone(),
        result: Vec::new(),
        stack: Bytes(16),
        stack_align: Bytes(16),
        variadic: false,
    };
    let split = taken(general(6), vec![object(0, 8)]);
    assert_eq!(
        difference(&placed, Some(&arguments), &split).as_deref(),
        Some("argument 6 is [rsp+8]:8 [rsp+16]:8 by its IR, and r9:8 by the compiler's back end")
    );
    let whole = taken(general(5), vec![object(0, 8), object(8, 8)]);
    assert_eq!(difference(&placed, Some(&arguments), &whole), None);
    let returned = BackendFunction {
        results: Some(vec![register("rax", 8)]),
        ..whole
    };
    assert_eq!(
        difference(&placed, Some(&arguments), &returned).as_deref(),
        Some("the result is nothing by its IR, and rax:8 by the compiler's back end")
    );
}
