//! Direct calls of hand-written functions: what surrounds the arguments, and what happens when promises are broken.

use super::{AT, came_back, direct, frame, general, naked, run_one};
use crate::support::{crash, library};
use twincall_abi::machine::{DirectFrame, Preserved};
use twincall_abi::run::Group;

#[test]
fn what_is_unused_holds_poison() {
    let source = naked("registers", "leaq (%rdi,%r9), %rax; movq %r11, %rdx; ret")
        + &naked("below", "movq -128(%rsp), %rax; movq -8(%rsp), %rdx; ret")
        + &naked("above", "movq 16(%rsp), %rax; movq 8(%rsp), %rdx; ret")
        + &naked("upper", "movq %rax, %rdx; movq %r10, %rax; ret");
    let library = library(&source);
    let poison = u64::from_le_bytes([0x77; 8]);
    let mut wanted = DirectFrame::poisoned(0x77);
    let ask = |name, frame: &DirectFrame| {
        let result = came_back(&run_one(&library, direct(name, frame))).result;
        assert_eq!(result.vectors[0], [0x77; 64], "passed through untouched");
        (result.rax, result.rdx)
    };
    assert_eq!(ask("registers", &wanted), (poison.wrapping_mul(2), poison));
    assert_eq!(ask("below", &wanted), (poison, poison));
    wanted.state.al = 2;
    assert_eq!(ask("upper", &wanted), (poison, poison & !0xff | 2));
    wanted.stack = vec![1; 8];
    assert_eq!(ask("above", &wanted), (poison, u64::from_le_bytes([1; 8])));
}

#[test]
fn a_callee_that_breaks_a_promise_is_told_and_costs_nothing() {
    let broken = [
        ("rbx", "xorl %ebx, %ebx; ret", 0),
        ("rbp", "incq %rbp; ret", 0),
        ("r12", "movq %rsp, %r12; ret", 0),
        ("r13", "incq %r13; ret", 0),
        ("r14", "decq %r14; ret", 0),
        ("r15", "notq %r15; ret", 0),
        ("direction flag", "std; ret", 0),
        ("mxcsr", "movl $0x7f80, -8(%rsp); ldmxcsr -8(%rsp); ret", 0),
        (
            "x87 control word",
            "movw $0x027f, -8(%rsp); fldcw -8(%rsp); ret",
            0,
        ),
        ("rsp", "ret $8", 8),
        ("rsp", "popq %rcx; subq $24, %rsp; jmp *%rcx", -24),
        (
            "rsp",
            "popq %rcx; movabsq $0x5bad000000000000, %rsp; jmp *%rcx",
            i64::MIN,
        ),
    ];
    let source: String = (0..)
        .zip(&broken)
        .map(|(index, (_, code, _))| naked(&format!("broken_{index}"), code))
        .collect();
    let library = library(&format!("{source}{}", naked("kept", "movl $42, %eax; ret")));
    let mut calls = Vec::new();
    for index in 0..broken.len() {
        calls.push(direct(&format!("broken_{index}"), &frame(general(&[]))));
        calls.push(direct("kept", &frame(general(&[]))));
    }
    // Burst mode, then call by call, which printing forces.
    for by_call in [false, true] {
        if by_call {
            calls.push(crate::support::call(0, "print"));
        }
        let outcomes = crate::support::run(&library.batch(vec![Group { calls: calls.clone() }]));
        for (pair, (lost, code, off)) in outcomes.chunks(2).zip(&broken) {
            let result = came_back(&pair[0]);
            assert_eq!(result.preserved.lost(), [*lost], "{code}");
            if *off != i64::MIN {
                assert_eq!(result.rsp_off, *off, "{code}");
            }
            let kept = came_back(&pair[1]);
            assert_eq!(kept.preserved, Preserved::ALL, "after {code}");
            assert_eq!(kept.result.rax, 42);
        }
    }
}

#[test]
fn everything_at_once_may_be_lost() {
    let code = "xorl %ebx, %ebx; xorl %ebp, %ebp; xorl %r12d, %r12d; xorl %r13d, %r13d; xorl %r14d, %r14d; \
                xorl %r15d, %r15d; std; popq %rcx; xorl %esp, %esp; jmp *%rcx";
    let library = library(&naked("wreck", code));
    let result = came_back(&run_one(&library, direct("wreck", &frame(general(&[])))));
    assert_eq!(result.preserved.lost().len(), 8, "{:?}", result.preserved);
}

#[test]
fn a_direct_call_may_crash() {
    let library = library(&naked("trap", "ud2"));
    let outcome = run_one(&library, direct("trap", &frame(general(&[5]))));
    let (signal, _, registers) = crash(&outcome);
    assert_eq!((signal, registers["rdi"]), ("SIGILL", 5));
    assert_eq!(DirectFrame::decode(&outcome.arena[AT as usize..]), None);
    let mut null = direct("trap", &frame(general(&[])));
    null.fixups.pop();
    assert_eq!(crash(&run_one(&library, null)).1, Some(0));
}
