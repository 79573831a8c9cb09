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
    let words = [1u64, 2, 3].map(u64::to_le_bytes).concat();
    assert_eq!(first.parameters[1].behind[..24], words);
    let results = |call: &WasmCall| call.results.as_ref().unwrap()[0].bytes.clone();
    assert_eq!(
        (results(first), results(second)),
        (vec![3, 0, 0, 0], vec![4, 0, 0, 0])
    );
    assert_eq!(first.mismatch, None);
    assert!(first.stack_kept());
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

#[test]
fn a_callee_that_keeps_the_stack_is_seen() {
    let broken = WRAPPED.replace(
        "{ return x + (u32)v->c; }",
        "{ __asm__(\".globaltype __stack_pointer, i32\\nglobal.get __stack_pointer\\ni32.const 16\\ni32.sub\\n\
         global.set __stack_pointer\"); return x + (u32)v->c; }",
    );
    let (outcome, seen) = watched(&from_c(&[&broken]), &["f"], 1);
    assert_eq!(result(&outcome), 3);
    let call = &seen.calls[0];
    assert_eq!(call.stack_off(), 0);
    assert!(!call.stack_kept(), "{call:?}");
    assert_eq!(call.stack.unwrap() - call.stack_after.unwrap(), 16);
}
