//! Calls of a module's own functions that pass the host.

use super::*;

/// `f` is called through its import by `call_f`, by way of as many calls as the argument says.
const WRAPPED: &str = "
    struct big { u64 a, b, c; };
    u32 f(u32 x, struct big *v) { return x + (u32)v->c; }
    __attribute__((import_module(\"env\"), import_name(\"tc_tap_f\"))) u32 wrapped(u32 x, struct big *v);
    DRIVER(call_f) {
        struct big v = {1, 2, 3};
        u32 sum = 0;
        for (u32 i = 0; i < ARG(u32, 0); i++) sum += wrapped(i, &v);
        *(u32 *)ret = sum;
    }";

fn watched(module: &[u8], names: &[&str], calls: u32) -> (Outcome, WasmCalls) {
    let runner = WasmRunner::new().unwrap();
    let batch = batch(vec![vec![call("call_f", &[&calls.to_le_bytes()])]]);
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut all = runner.run_watched(&runner.compile(module).unwrap(), &batch, &names);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[test]
fn a_call_through_the_host_is_written_down_and_passed_on() {
    let (outcome, seen) = watched(&from_c(&[WRAPPED]), &["f"], 2);
    assert_eq!(result(&outcome), 3 + 4);
    assert_eq!(seen.further, 0);
    let [first, second] = seen.calls.as_slice() else {
        panic!("{seen:?}")
    };
    assert_eq!((first.order, second.order), (1, 2));
    assert_eq!(first.symbol, "f");
    let numbers = |call: &WasmCall| {
        let parameter = |value: &WasmValue| value.bytes.clone();
        call.parameters.iter().map(parameter).collect::<Vec<_>>()[0].clone()
    };
    assert_eq!((numbers(first), numbers(second)), (vec![0; 4], vec![1, 0, 0, 0]));
    let words = [1u64, 2].map(u64::to_le_bytes).concat();
    assert_eq!(first.parameters[1].behind, words, "the first bytes");
    let results = |call: &WasmCall| call.results.as_ref().unwrap()[0].bytes.clone();
    assert_eq!(
        (results(first), results(second)),
        (vec![3, 0, 0, 0], vec![4, 0, 0, 0])
    );
    assert_eq!(first.mismatch, None);
    assert!(!first.stack.lost());
}

#[test]
fn a_list_of_calls_has_an_end() {
    let most = crate::run::plan::CALLS_WATCHED;
    let (outcome, seen) = watched(&from_c(&[WRAPPED]), &["f"], most as u32 + 5);
    assert_eq!(outcome.ending, Ending::Returned);
    assert_eq!((seen.calls.len(), seen.further), (most, 5));
}

#[test]
fn only_functions_that_are_watched_may_be_imported() {
    let module = from_c(&[WRAPPED]);
    for names in [&[][..], &["g"]] {
        let (outcome, seen) = watched(&module, names, 1);
        assert!(refusal(&outcome).starts_with("imports that nothing provides: env::tc_tap_f"));
        assert_eq!(seen, WasmCalls::default());
    }
    let elsewhere = WRAPPED.replace("\"env\"", "\"host\"");
    let (outcome, _) = watched(&from_c(&[&elsewhere]), &["f"], 1);
    assert!(refusal(&outcome).starts_with("imports that nothing provides: host::tc_tap_f"));
}

#[test]
fn a_call_by_another_type_is_not_passed_on() {
    let other = WRAPPED.replace("u32 f(u32 x,", "u32 f(u64 x,");
    let (outcome, seen) = watched(&from_c(&[&other]), &["f"], 1);
    assert_eq!(trap(&outcome).0, "unreachable");
    let [call] = seen.calls.as_slice() else {
        panic!("{seen:?}")
    };
    let (called_as, own) = call.mismatch.clone().unwrap();
    assert_eq!(called_as, "func (i32, i32) -> i32");
    assert_eq!(own, "func (i64, i32) -> i32");
    assert_eq!(call.results, None);
}

/// Takes bytes of the linear stack and keeps them.
const TAKE: &str = "
    __asm__(\".globaltype __stack_pointer, i32\");
    #define TAKE(bytes) __asm__ volatile(\"global.get __stack_pointer\\ni32.const \" #bytes \"\\ni32.sub\\n\" \
        \"global.set __stack_pointer\")
";

/// `outer` is called through its import and calls `inner` through that one's.
fn nested(outer: &str, inner: &str) -> String {
    format!(
        "{TAKE}
        __attribute__((import_module(\"env\"), import_name(\"tc_tap_inner\"))) u32 to_inner(u32 x);
        __attribute__((import_module(\"env\"), import_name(\"tc_tap_outer\"))) u32 to_outer(u32 x);
        u32 inner(u32 x) {{ {inner} }}
        u32 outer(u32 x) {{ {outer} }}
        DRIVER(call_f) {{ *(u32 *)ret = to_outer(ARG(u32, 0)); }}"
    )
}

#[test]
fn who_takes_of_the_stack_is_blamed_and_nobody_around() {
    let module = from_c(&[&nested("return to_inner(x) + 1;", "TAKE(16); return x;")]);
    let (outcome, seen) = watched(&module, &["inner", "outer"], 5);
    assert_eq!(result(&outcome), 6);
    let [outer, inner] = seen.calls.as_slice() else {
        panic!("{seen:?}")
    };
    assert_eq!((outer.symbol.as_str(), outer.order), ("outer", 1));
    assert_eq!((inner.symbol.as_str(), inner.order), ("inner", 2));
    let taken = |call: &WasmCall| call.stack.entry.unwrap() - call.stack.exit.unwrap();
    assert_eq!((taken(inner), taken(outer)), (16, 16));
    assert_eq!((inner.stack.lost(), outer.stack.lost()), (true, false));
    assert_eq!((inner.stack.off(), outer.stack.off()), (0, 0));
}

#[test]
fn who_puts_the_stack_off_is_blamed_and_nobody_within() {
    let module = from_c(&[&nested("return to_inner(x) + 1;", "return x;")
        .replace("*(u32 *)ret = to_outer", "TAKE(8); *(u32 *)ret = to_outer")]);
    let (_, seen) = watched(&module, &["inner", "outer"], 5);
    let off: Vec<u32> = seen.calls.iter().map(|call| call.stack.off()).collect();
    assert_eq!(off, [8, 0]);
    let entries: Vec<u32> = seen
        .calls
        .iter()
        .map(|call| call.stack.entry.unwrap() % 16)
        .collect();
    assert_eq!(entries, [8, 8]);
}

#[test]
fn a_stack_that_was_lost_is_not_the_next_calls() {
    let module = from_c(&[&nested("TAKE(8); return x;", "return x;")]);
    let runner = WasmRunner::new().unwrap();
    let calls = vec![call("call_f", &[&1u32.to_le_bytes()]); 2];
    let names = ["inner", "outer"].map(str::to_owned);
    let all = runner.run_watched(&runner.compile(&module).unwrap(), &batch(vec![calls]), &names);
    for (outcome, seen) in all {
        assert_eq!(outcome.ending, Ending::Returned);
        assert_eq!(seen.calls[0].stack.off(), 0);
        assert!(seen.calls[0].stack.lost());
    }
}

#[test]
fn a_trap_behind_a_tap_ends_the_call_and_what_was_seen_stays() {
    let module = from_c(&[&nested("return to_inner(x) + 1;", "__builtin_trap();")]);
    let (outcome, seen) = watched(&module, &["inner", "outer"], 5);
    assert_eq!(trap(&outcome).0, "unreachable");
    assert_eq!(seen.calls.len(), 2);
    assert!(seen.calls.iter().all(|call| call.results.is_none()));
}

#[test]
fn calls_that_go_out_and_in_without_an_end_are_stopped() {
    let module = from_c(&[&nested("return to_inner(x) + 1;", "return to_outer(x) + 1;")]);
    let (outcome, seen) = watched(&module, &["inner", "outer"], 5);
    assert_eq!(trap(&outcome).0, "stack-overflow");
    assert_eq!(seen.calls.len(), 2 * crate::run::plan::CALLS_WATCHED);
    assert!(seen.further > 0);
}

#[test]
fn a_stack_pointer_of_another_kind_tells_nothing() {
    let module = from_c(&[&nested("return to_inner(x);", "return x;")]);
    // The name is in the section of exports and in that of names; of both only the first is looked at.
    let name = b"\x0f__stack_pointer";
    let at = module
        .windows(name.len())
        .position(|bytes| bytes == name)
        .unwrap();
    let mut other = module.clone();
    other[at + 1] = b'x';
    let (outcome, seen) = watched(&other, &["inner", "outer"], 5);
    assert_eq!(result(&outcome), 5);
    assert!(seen.calls.iter().all(|call| call.stack == LinearStack::default()));
}

/// A module whose constructors the linker leaves to the host runs them before each call, as each of its exports would have.
#[test]
fn constructors_run_once_for_a_call_and_not_for_each_tap() {
    let unit = WRAPPED.replace(
        "u32 f(u32 x, struct big *v) { return",
        "
        u32 runs, calls;
        __attribute__((constructor)) static void construct(void) { runs++; calls = 0; }
        u32 f(u32 x, struct big *v) { calls++; return 100 * runs + 10 * calls +",
    );
    let module = from_c(&[&unit]);
    let (outcome, seen) = watched(&module, &["f"], 2);
    // (100 + 10 + 0 + 3) + (100 + 20 + 1 + 3)
    assert_eq!(result(&outcome), 113 + 124);
    assert_eq!(seen.calls.len(), 2);
}
