//! Several calls through one stub, each in a record of its own, and what their callees did not give back.

use super::{FREE, call_with, free, naked, symbol};
use crate::support::{library, run};
use twincall_abi::machine::{
    CAPTURE_ORDER, CAPTURE_SEEN, CaptureRecord, CaptureRequest, Captured, capture_forward, capture_record,
    capture_stub,
};
use twincall_abi::run::{Assignment, Call, Ending, Group, SymbolIn, Word};

fn assign(variable: SymbolIn, word: Word) -> Assignment {
    Assignment { variable, word }
}

#[test]
fn calls_in_a_row_are_recorded_in_the_order_of_time() {
    let source = r#"
        long (*one)(long), (*two)(long);
        long twice(long n) { return 2 * n; }
        DRIVER(call_all) { UNUSED; *(long *)ret = one(1) + two(2) + one(3) + one(4) + two(5) + one(6); }
    "#;
    let library = library(source);
    let request = CaptureRequest {
        which: 1,
        ..CaptureRequest::default()
    };
    // Of four calls through the first stub the second and third, of two through the other the second.
    let (records, second) = (request.encode_many(2), request.encode_many(1));
    let at = |number: u32| 8192 + 4096 * number;
    let mut call = call_with(symbol("call_all"), &[]);
    call.arena.resize(at(2) as usize, 0);
    for (number, (variable, bytes)) in (0..).zip([("one", &records), ("two", &second)]) {
        let offset = at(number);
        call.arena[offset as usize..offset as usize + bytes.len()].copy_from_slice(bytes);
        call.assignments.extend([
            assign(symbol(variable), Word::Address(capture_stub(number).unwrap())),
            assign(capture_record(number).unwrap(), Word::Arena { offset }),
            assign(capture_forward(number).unwrap(), Word::Address(symbol("twice"))),
        ]);
    }
    // The order begins anew with each call.
    for outcome in run(&library.batch(vec![Group {
        calls: vec![call.clone(), call],
    }])) {
        assert_eq!(u64::from_le_bytes(free(&outcome)[..8].try_into().unwrap()), 42);
        let seen = |at: usize| {
            CaptureRecord::decode(&outcome.arena[at..])
                .unwrap()
                .captured
                .unwrap()
        };
        let first = at(0) as usize;
        let all = [first, first + request.size(), at(1) as usize].map(seen);
        let facts = all.map(|seen| (seen.state.general[0], seen.order, seen.result.unwrap().rax));
        assert_eq!(facts, [(3, 1, 6), (4, 2, 8), (5, 3, 10)]);
        let behind = first + 2 * request.size();
        let untouched = |offset: usize| outcome.arena[behind + offset..][..8] == [0; 8];
        assert!(
            untouched(CAPTURE_SEEN) && untouched(CAPTURE_ORDER),
            "no third record"
        );
    }
}

/// A call through stub 0 of a driver that saves what the function `broken` may lose.
fn lost(code: &str, wants_result: bool) -> Captured {
    let driver = "pushq %rbx; pushq %rbp; pushq %r12; pushq %r13; pushq %r14; pushq %r15; subq $24, %rsp; \
                  stmxcsr (%rsp); fnstcw 8(%rsp); movq target@GOTPCREL(%rip), %rax; callq *(%rax); ldmxcsr (%rsp); fldcw 8(%rsp); cld; \
                  addq $24, %rsp; popq %r15; popq %r14; popq %r13; popq %r12; popq %rbp; popq %rbx; ret";
    let source = naked("save", driver) + &naked("broken", code) + "void (*target)(void);\n";
    let library = library(&source);
    let request = CaptureRequest {
        wants_result,
        ..CaptureRequest::default()
    };
    let mut call: Call = call_with(symbol("save"), &[]);
    let bytes = request.encode();
    call.arena[FREE as usize..FREE as usize + bytes.len()].copy_from_slice(&bytes);
    call.assignments = vec![
        assign(symbol("target"), Word::Address(capture_stub(0).unwrap())),
        assign(capture_record(0).unwrap(), Word::Arena { offset: FREE }),
        assign(capture_forward(0).unwrap(), Word::Address(symbol("broken"))),
    ];
    let outcome = run(&library.batch(vec![Group { calls: vec![call] }])).remove(0);
    assert_eq!(outcome.ending, Ending::Returned, "{code}");
    CaptureRecord::decode(&outcome.arena[FREE as usize..])
        .unwrap()
        .captured
        .unwrap()
}

#[test]
fn what_a_callee_does_not_give_back_is_told() {
    for (code, names) in [
        ("ret", &[][..]),
        ("notq %rbx; incq %r15; ret", &["rbx", "r15"]),
        ("incq %rbp; notq %r12; ret", &["rbp", "r12"]),
        (
            "decq %r13; decq %r14; std; ret",
            &["r13", "r14", "direction flag"],
        ),
        ("movl $0x7f80, -8(%rsp); ldmxcsr -8(%rsp); ret", &["mxcsr"]),
        // A status bit is the callee's.
        ("movl $0x1fa0, -8(%rsp); ldmxcsr -8(%rsp); ret", &[]),
        (
            "movw $0x027f, -8(%rsp); fldcw -8(%rsp); ret",
            &["x87 control word"],
        ),
    ] {
        assert_eq!(lost(code, true).preserved.unwrap().lost(), names, "{code}");
    }
    assert_eq!(lost("ret", false).preserved, None, "nobody looked");
}
