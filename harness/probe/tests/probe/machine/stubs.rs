//! Stubs in unusual company: each other, threads, jumps, exceptions, and code that keeps no rules.

use super::capture::{capture, captured, forwarded, recorded, word};
use super::{FREE, call_with, free, naked, run_one, symbol};
use crate::support::{PRELUDE, compile, crash, library, run};
use twincall_abi::machine::{
    CAPTURE_STUBS, CaptureRecord, CaptureRequest, capture_forward, capture_record, capture_stub,
};
use twincall_abi::run::{Assignment, Call, Group, Word};

/// Puts the address of a stub into the table of the fixture. The next calls of the group find it there.
fn set(index: u32, word: Word) -> Call {
    let mut call = call_with(symbol("set"), &[]);
    call.fixups[0].word = word;
    call.arena[FREE as usize] = index as u8;
    call
}

/// Defines the table and its driver.
const TABLE: &str = r#"
    typedef long (*entry_t)(long);
    __attribute__((visibility("hidden"))) entry_t volatile table[16];
    DRIVER(set) { table[*(char *)ret] = (entry_t)args[0]; }
    DRIVER(print) { UNUSED; puts("!"); }
"#;

#[test]
fn stubs_may_be_nested_and_each_has_its_own_record() {
    let source = r#"
        long step(long n) { return n == 0 ? 1000 : 2 * table[n - 1](n - 1) + n; }
        DRIVER(call_all) { *(long *)ret = table[15](15); }
    "#;
    let library = library(&format!("{TABLE}{source}"));
    let record = CaptureRequest::default().encode();
    let place = |number| 8192 + 2048 * number;
    let mut call = call_with(symbol("call_all"), &[]);
    call.arena.resize(place(CAPTURE_STUBS) as usize, 0);
    let mut calls = Vec::new();
    for number in 0..CAPTURE_STUBS {
        calls.push(set(number, Word::Address(capture_stub(number).unwrap())));
        let offset = place(number);
        call.arena[offset as usize..offset as usize + record.len()].copy_from_slice(&record);
        call.assignments.push(Assignment {
            variable: capture_record(number).unwrap(),
            word: Word::Arena { offset },
        });
        call.assignments.push(Assignment {
            variable: capture_forward(number).unwrap(),
            word: Word::Address(symbol("step")),
        });
    }
    calls.push(call);
    let outcome = run(&library.batch(vec![Group { calls }])).pop().unwrap();
    let expected = |n: u64| (1..=n).fold(1000, |sum, step| 2 * sum + step);
    assert_eq!(word(free(&outcome), 0), expected(15));
    for number in 0..CAPTURE_STUBS {
        let seen = CaptureRecord::decode(&outcome.arena[place(number) as usize..]).unwrap();
        assert_eq!(seen.calls, 1, "stub {number}");
        let seen = seen.captured.unwrap();
        assert_eq!(seen.state.general[0], number.into(), "stub {number}");
        assert_eq!(seen.result.unwrap().rax, expected(number.into()), "stub {number}");
    }
}

/// A call through stub 0 of a driver that calls `table[0]`.
fn through_table(driver: &str, to: Option<&str>, request: &CaptureRequest) -> Call {
    let mut call = capture(driver, "unused", request);
    call.assignments.truncate(1);
    call.assignments.extend(to.map(|to| Assignment {
        variable: capture_forward(0).unwrap(),
        word: Word::Address(symbol(to)),
    }));
    call
}

fn set_stub() -> Call {
    set(0, Word::Address(capture_stub(0).unwrap()))
}

#[test]
fn a_caller_that_keeps_no_rules_is_seen_as_it_is() {
    let source = naked(
        "misaligned",
        "subq $16, %rsp; callq *table(%rip); addq $16, %rsp; ret",
    ) + &naked("aligned", "subq $8, %rsp; callq *table(%rip); addq $8, %rsp; ret")
        + &naked(
            "backwards",
            "subq $8, %rsp; std; callq *table(%rip); cld; addq $8, %rsp; ret",
        );
    let library = library(&format!("{TABLE}{source}"));
    let mut calls = vec![set_stub()];
    for driver in ["misaligned", "aligned", "backwards"] {
        calls.push(through_table(driver, None, &CaptureRequest::default()));
    }
    // At one go, and then call by call, which printing forces.
    for by_call in [false, true] {
        if by_call {
            calls.push(call_with(symbol("print"), &[]));
        }
        let group = Group { calls: calls.clone() };
        let outcomes = run(&library.batch(vec![group]));
        assert_eq!(outcomes.last().unwrap().output.is_empty(), !by_call);
        let seen = [1, 2, 3].map(|index: usize| captured(&outcomes[index]));
        let facts = seen.map(|seen| (seen.rsp_modulo_64 % 16, seen.direction_flag_clear));
        assert_eq!(facts, [(0, true), (8, true), (8, false)]);
    }
}

#[test]
fn a_callee_that_moves_the_stack_pointer_comes_back_to_its_caller() {
    let source = naked("pops", "movl $6, %eax; ret $16")
        + "DRIVER(call_it) { long r = table[0](1); *(long *)ret = r + 1; }";
    // With a frame pointer the caller does not notice.
    let source = format!("{TABLE}{source}");
    let library = compile(
        "gcc",
        "c",
        &format!("{PRELUDE}{source}"),
        &["-O0", "-fno-omit-frame-pointer"],
    );
    let call = through_table("call_it", Some("pops"), &CaptureRequest::default());
    let plain = set(0, Word::Address(symbol("pops")));
    let calls = vec![plain, call_with(symbol("call_it"), &[]), set_stub(), call];
    let outcomes = run(&library.batch(vec![Group { calls }]));
    assert_eq!(word(free(&outcomes[1]), 0), 7, "{:?}", outcomes[1].ending);
    assert_eq!(word(free(&outcomes[3]), 0), 7);
    let seen = captured(&outcomes[3]);
    assert_eq!((seen.rsp_off, seen.result.unwrap().rax), (16, 6));
}

#[test]
fn jumps_out_of_a_stub_leave_nothing_that_harms() {
    let source = r#"
        #include <setjmp.h>
        static jmp_buf out;
        static int calls;
        long jump(long n) { longjmp(out, 1); }
        long plain(long n) { return n + 1; }
        DRIVER(jumps) {
            volatile char *room = __builtin_alloca(64 * ++calls);
            room[0] = 1;
            if (!setjmp(out)) table[0](1); else *(long *)ret = 5;
        }
        DRIVER(jumps_here) { if (!setjmp(out)) table[0](1); else *(long *)ret = 5; }
        DRIVER(returns) { *(long *)ret = table[0](1); }
    "#;
    let library = library(&format!("{TABLE}{source}"));
    let request = CaptureRequest::default();
    // From one place as often as it may be.
    let mut calls = vec![set_stub()];
    for _ in 0..100 {
        calls.push(through_table("jumps_here", Some("jump"), &request));
    }
    calls.push(through_table("returns", Some("plain"), &request));
    let outcomes = run(&library.batch(vec![Group { calls }]));
    assert!(outcomes[1..101].iter().all(|outcome| word(free(outcome), 0) == 5));
    assert_eq!(captured(&outcomes[101]).result.unwrap().rax, 2);
    // From more places than can be kept.
    let mut calls = vec![set_stub()];
    for _ in 0..40 {
        calls.push(through_table("jumps", Some("jump"), &request));
        calls.push(through_table("returns", Some("plain"), &request));
    }
    for _ in 0..40 {
        calls.push(through_table("jumps", Some("jump"), &request));
    }
    calls.push(through_table("returns", Some("plain"), &request));
    let outcomes = run(&library.batch(vec![Group { calls }]));
    for pair in outcomes[1..81].chunks(2) {
        assert_eq!((word(free(&pair[0]), 0), word(free(&pair[1]), 0)), (5, 2));
        assert_eq!(captured(&pair[0]).result, None);
        assert_eq!(captured(&pair[1]).result.unwrap().rax, 2);
    }
    for outcome in &outcomes[81..121] {
        assert_eq!(word(free(outcome), 0), 5);
        assert_eq!(captured(outcome).state.general[0], 1);
    }
    // No room is left to wait for this one: it is passed on, and only its result is not seen.
    assert_eq!(word(free(&outcomes[121]), 0), 2);
    assert_eq!(captured(&outcomes[121]).result, None);
}

#[test]
fn threads_may_be_in_a_stub_at_the_same_time() {
    let source = r#"
        static pthread_barrier_t gate;
        long wait(long n) { pthread_barrier_wait(&gate); pthread_barrier_wait(&gate); return 7 * n; }
        static void *run(void *number) {
            long n = (long)number;
            return (void *)(table[n](n) - table[n](n) + table[n](n));
        }
        DRIVER(start) {
            pthread_t threads[4]; long sum = 0; void *result;
            pthread_barrier_init(&gate, 0, 4);
            for (long n = 0; n < 4; n++) pthread_create(&threads[n], 0, run, (void *)n);
            for (long n = 0; n < 4; n++) { pthread_join(threads[n], &result); sum += (long)result; }
            *(long *)ret = sum;
        }
    "#;
    let library = library(&format!("{TABLE}{source}"));
    let request = CaptureRequest {
        which: 1,
        ..CaptureRequest::default()
    };
    let record = request.encode();
    let place = |number| 4160 + 1024 * 2 * number;
    let mut call = call_with(symbol("start"), &[]);
    call.arena.resize(place(4) as usize, 0);
    let mut calls = Vec::new();
    for number in 0..4 {
        calls.push(set(number, Word::Address(capture_stub(number).unwrap())));
        let offset = place(number);
        call.arena[offset as usize..offset as usize + record.len()].copy_from_slice(&record);
        call.assignments.extend([
            Assignment {
                variable: capture_record(number).unwrap(),
                word: Word::Arena { offset },
            },
            Assignment {
                variable: capture_forward(number).unwrap(),
                word: Word::Address(symbol("wait")),
            },
        ]);
    }
    calls.push(call);
    let outcome = run(&library.batch(vec![Group { calls }])).pop().unwrap();
    assert_eq!(word(free(&outcome), 0), 42);
    for number in 0..4 {
        let seen = CaptureRecord::decode(&outcome.arena[place(number) as usize..]).unwrap();
        assert_eq!(seen.calls, 3);
        assert_eq!(seen.captured.unwrap().result.unwrap().rax, 7 * u64::from(number));
    }
}

#[test]
fn an_exception_passes_a_stub_that_wants_no_result() {
    let source = r#"
        extern "C" {
            long (*target)(long);
            long throws(long n) { throw n; }
            void call_it(const void *const *, void *ret) {
                try { target(9); } catch (long n) { *(long *)ret = n + 1; }
            }
        }
    "#;
    let library = compile("c++", "cc", source, &[]);
    for (wants_result, caught) in [(false, true), (true, false)] {
        let request = CaptureRequest {
            wants_result,
            ..CaptureRequest::default()
        };
        let outcome = run_one(&library, forwarded("call_it", "target", "throws", &request));
        if caught {
            assert_eq!(word(free(&outcome), 0), 10);
            assert_eq!(captured(&outcome).state.general[0], 9);
        } else {
            assert_eq!(crash(&outcome).0, "SIGABRT");
        }
    }
}

#[test]
fn a_stub_needs_a_record_or_somewhere_to_go() {
    let library = library(&format!(
        "{TABLE} long plain(long n) {{ return n + 1; }} DRIVER(call_it) {{ *(long *)ret = table[0](1); }}"
    ));
    let request = CaptureRequest::default();
    let mut unrecorded = through_table("call_it", Some("plain"), &request);
    unrecorded.assignments.remove(0);
    let calls = vec![
        set_stub(),
        through_table("call_it", Some("plain"), &request),
        unrecorded,
        through_table("call_it", None, &request),
        call_with(symbol("call_it"), &[]),
    ];
    let outcomes = run(&library.batch(vec![Group { calls }]));
    let results = [1, 2, 3].map(|index: usize| word(free(&outcomes[index]), 0));
    assert_eq!(results, [2, 2, 0], "what a call assigns ends with it");
    let counts = [1, 2, 3].map(|index: usize| recorded(&outcomes[index]).calls);
    assert_eq!(counts, [1, 0, 1]);
    assert_eq!(crash(&outcomes[4]).0, "SIGILL");
}
