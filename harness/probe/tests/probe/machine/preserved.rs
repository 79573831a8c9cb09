//! Direct calls of hand-written functions: what surrounds the arguments, and what happens when promises are broken.

use super::{AT, FREE, came_back, direct, frame, free, general, naked, run_one, symbol};
use crate::support::{crash, library};
use twincall_abi::machine::{DirectFrame, Preserved, direct_driver};
use twincall_abi::run::{Fixup, Group, Word};
use twincall_abi::slot::Location;

#[test]
fn what_is_unused_holds_poison() {
    let source = naked("registers", "leaq (%rdi,%r9), %rax; movq %r11, %rdx; ret")
        + &naked("below", "movq -128(%rsp), %rax; movq -8(%rsp), %rdx; ret")
        + &naked("above", "movq 16(%rsp), %rax; movq 8(%rsp), %rdx; ret")
        + &naked("upper", "movq %rax, %rdx; movq %r10, %rax; ret");
    let library = library(&source);
    let poison = u64::from_le_bytes([0x77; 8]);
    // As wide as the processor's registers are; what it does not have is recorded as zero.
    let width = match (
        is_x86_feature_detected!("avx512f"),
        is_x86_feature_detected!("avx"),
    ) {
        (true, _) => 64,
        (false, true) => 32,
        (false, false) => 16,
    };
    let mut vector = [0; 64];
    vector[..width].fill(0x77);
    let mut wanted = DirectFrame::poisoned(0x77);
    let ask = |name, frame: &DirectFrame| {
        let result = came_back(&run_one(&library, direct(name, frame))).result;
        assert_eq!(result.vectors[0], vector, "passed through untouched");
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
    let kept = naked(
        "kept",
        "stmxcsr -8(%rsp); fnstcw -16(%rsp); movl -8(%rsp), %eax; movzwl -16(%rsp), %edx; ret",
    );
    let library = library(&format!(
        "{source}{kept} DRIVER(print) {{ UNUSED; puts(\"!\"); }}"
    ));
    let mut calls = Vec::new();
    for index in 0..broken.len() {
        calls.push(direct(&format!("broken_{index}"), &frame(general(&[]))));
        calls.push(direct("kept", &frame(general(&[]))));
    }
    // At one go, and then call by call, which printing forces.
    for by_call in [false, true] {
        if by_call {
            calls.push(crate::support::call(0, "print"));
        }
        let outcomes = crate::support::run(&library.batch(vec![Group { calls: calls.clone() }]));
        assert_eq!(outcomes.last().unwrap().output.is_empty(), !by_call);
        for (pair, (lost, code, off)) in outcomes.chunks(2).zip(&broken) {
            let result = came_back(&pair[0]);
            assert_eq!(result.preserved.lost(), [*lost], "{code}");
            if *off != i64::MIN {
                assert_eq!(result.rsp_off, *off, "{code}");
            }
            let kept = came_back(&pair[1]);
            assert_eq!(kept.preserved, Preserved::ALL, "after {code}");
            // The state of a fresh process (psABI 3.4.1), but for what arithmetic leaves behind.
            assert_eq!((kept.result.rax & !0x3f, kept.result.rdx), (0x1f80, 0x37f));
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
fn a_direct_call_may_lead_to_another() {
    let source = r#"
        long inner(long a) { return a + 1; }
        long outer(void (*driver)(const void *const *, void *), const void *frame, const long *rax) {
            driver(&frame, 0);
            return *rax + 100;
        }
    "#;
    let library = library(source);
    let mut call = direct("outer", &frame(general(&[])));
    let inner = frame(general(&[7])).encode();
    call.arena[FREE as usize..FREE as usize + inner.len()].copy_from_slice(&inner);
    call.fixups
        .push(DirectFrame::target(FREE, Word::Address(symbol("inner"))));
    let register = |name: &str| Location::Register(name.to_owned());
    let rax = DirectFrame::result_at(FREE, &register("rax")).unwrap();
    let words = [
        ("rdi", Word::Address(direct_driver())),
        ("rsi", Word::Arena { offset: FREE }),
        ("rdx", Word::Arena { offset: rax }),
    ];
    for (name, word) in words {
        let at = DirectFrame::argument_at(AT, &register(name)).unwrap();
        call.fixups.push(Fixup { at, word });
    }
    let outcome = run_one(&library, call);
    let result = came_back(&outcome);
    assert_eq!((result.result.rax, result.preserved), (108, Preserved::ALL));
    let inner = DirectFrame::decode(free(&outcome)).unwrap();
    assert_eq!((inner.result.rax, inner.preserved), (8, Preserved::ALL));
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
