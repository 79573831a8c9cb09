use twincall_abi::model::clauses;
use twincall_abi::slot::Slot;
use twincall_abi::units::Bytes;

use super::*;
use crate::explain::samples::{register, row, view};
use crate::explain::{FrameRow, Row};

fn settled(view: View) -> Answer {
    Answer::Settled(Box::new(view))
}

fn pointer(name: &str) -> Slot {
    Slot {
        content: Content::Pointer { to: Bytes(24) },
        ..register(name, 8)
    }
}

#[test]
fn a_document_is_named_once_for_clauses_that_follow_each_other() {
    let [one, two] = [clauses::SYSV_CLASSES, clauses::SYSV_COMPLEX];
    for (list, text) in [
        (vec![], ""),
        (vec![one], "psABI 3.2.3, classes of basic types"),
        (
            vec![one, two],
            "psABI 3.2.3, classes of basic types; complex types",
        ),
        (
            vec![one, clauses::C_PROMOTIONS, two],
            "psABI 3.2.3, classes of basic types; C 6.5.2.2 (6); psABI 3.2.3, complex types",
        ),
    ] {
        assert_eq!(short_ids(&list), text);
    }
}

/// Names, types and reasons are no part of the machine; every place is.
#[test]
fn answers_are_alike_when_no_call_can_tell_them_apart() {
    let plain = || view(vec![row(1, &[register("rdi", 4)])], row(0, &[]));
    let renamed = View {
        arguments: vec![Row {
            name: Some("other".to_owned()),
            ty: "i32".to_owned(),
            clauses: vec![clauses::SYSV_CLASSES],
            ..row(1, &[register("rdi", 4)])
        }],
        ..plain()
    };
    let mut part = plain();
    part.arguments[0].slots[0].value_offset = 4;
    let buffered = View {
        buffer: Some(8),
        ..plain()
    };
    let typed = View {
        wasm_type: Some("(param i32)".to_owned()),
        ..plain()
    };
    for (other, alike) in [
        (renamed, true),
        (view(vec![row(1, &[register("rsi", 4)])], row(0, &[])), false),
        (
            view(vec![row(1, &[register("rdi", 4)])], row(0, &[register("rax", 4)])),
            false,
        ),
        (view(vec![], row(0, &[])), false),
        (part, false),
        (View { stack: 16, ..plain() }, false),
        (buffered, false),
        (typed, false),
    ] {
        let found = same_machine(&settled(plain()), &settled(other.clone()));
        assert_eq!(found, alike, "{other:?}");
    }
    let unknown = || Answer::Unsupported("no".to_owned());
    assert!(!same_machine(&unknown(), &unknown()));
}

#[test]
fn hidden_pointers_are_remarked_with_whom_they_are_for() {
    let both = view(vec![row(1, &[pointer("rsi")])], row(0, &[pointer("rdi")]));
    let result = "hidden pointer: the 24 bytes of the result are written to the address in rdi";
    let back = format!("{result}, which the callee returns in rax");
    assert_eq!(remarks(&both, true), [back.as_str()]);
    let copy = "hidden pointer: argument 1 is a copy of 24 bytes at the address in rsi";
    assert_eq!(remarks(&both, false), [result, copy]);
}

#[test]
fn who_asks_about_dots_is_told_how_to_fill_them() {
    let hint = "`--unnamed 'int, double'` places unnamed arguments";
    let variadic = View {
        al: Some(2),
        ..view(vec![row(1, &[])], row(0, &[]))
    };
    let al = "al: at least 2 at the call, the number of vector registers used";
    assert_eq!(remarks(&variadic, true), [al, hint]);
    let filled = View {
        arguments: vec![Row {
            unnamed: true,
            ..row(1, &[])
        }],
        ..variadic
    };
    assert_eq!(remarks(&filled, true), [al]);
}

/// The same place is eight bytes further from the stack pointer once the call has pushed its return address.
#[test]
fn the_stack_is_drawn_downwards_with_both_addresses_of_each_row() {
    let held = |offset, size, holds: Option<&str>| FrameRow {
        offset,
        size,
        holds: holds.map(str::to_owned),
    };
    let view = View {
        stack: 16,
        frame: vec![held(0, 4, Some("argument 7 v")), held(4, 12, None)],
        ..view(vec![], row(0, &[]))
    };
    let text = stack(&view);
    let words = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().take(5).collect();
        words.join(" ")
    };
    let lines: Vec<String> = text.lines().skip(2).map(words).collect();
    assert!(
        text.starts_with("  stack: 16 bytes of arguments, aligned to 16 before the call\n"),
        "{text}"
    );
    assert!(lines[0].starts_with("[rsp+24] [rsp+16] ┌"), "{text}");
    assert_eq!(lines[1], "[rsp+12] [rsp+4] │ ·· padding,");
    assert_eq!(lines[2], "[rsp+8] [rsp] │ argument 7");
    assert_eq!(lines[3], "[rsp] [rsp-8] │ return address,");
}

#[test]
fn each_clause_is_told_once_in_the_order_of_the_rows() {
    let with = |number, clauses: &[Clause]| Row {
        clauses: clauses.to_vec(),
        ..row(number, &[])
    };
    let [one, two, three] = [clauses::SYSV_VECTOR, clauses::SYSV_CLASSES, clauses::SYSV_COMPLEX];
    let view = view(
        vec![with(1, &[one, two]), with(2, &[two, one])],
        with(0, &[two, three]),
    );
    assert_eq!(clauses(&view), [one, two, three]);
}
