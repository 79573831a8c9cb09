use twincall_abi::slot::Content;
use twincall_abi::units::Bytes;

use super::*;
use crate::explain::samples::{register, row, stack};

fn column(arguments: Vec<Vec<Slot>>, result: Vec<Slot>) -> Column {
    Column {
        arguments,
        result,
        attributed: true,
        unavailable: None,
        ..Column::unavailable("clang-22", Side::C, "f", Target::X86_64LinuxGnu, "")
    }
}

fn extended(slot: Slot, extension: Extension) -> Slot {
    Slot { extension, ..slot }
}

#[test]
fn a_cell_says_where_the_compiler_departs_from_the_text() {
    let rdi = || register("rdi", 4);
    let small = || register("rdi", 1);
    let pointer = Slot {
        content: Content::Pointer { to: Bytes(24) },
        ..register("rdi", 8)
    };
    for (found, text, cell) in [
        (vec![rdi()], vec![rdi()], "same"),
        (
            vec![extended(small(), Extension::Sign)],
            vec![small()],
            "same, sext",
        ),
        (
            vec![extended(small(), Extension::Zero)],
            vec![small()],
            "same, zext",
        ),
        // What the text promises must be kept.
        (vec![small()], vec![extended(small(), Extension::Sign)], "≠ rdi:1"),
        (vec![register("rsi", 4)], vec![rdi()], "≠ rsi:4"),
        (
            vec![rdi(), extended(stack(8, 2), Extension::Zero)],
            vec![rdi()],
            "≠ rdi:4 [rsp+16]:2 zext",
        ),
        (vec![pointer], vec![rdi()], "≠ rdi -> 24 bytes"),
        (vec![], vec![rdi()], "≠ nothing"),
        (vec![], vec![], "same"),
    ] {
        let argument = column(vec![found.clone()], vec![]);
        assert_eq!(argument.against(&row(1, &text)), cell, "{found:?}");
    }
}

#[test]
fn each_row_is_held_against_its_own_slots() {
    let column = column(
        vec![vec![register("rdi", 4)], vec![register("xmm0", 8)]],
        vec![register("rax", 4)],
    );
    for (number, text, cell) in [
        (0, register("rax", 4), "same"),
        (0, register("rdi", 4), "≠ rax:4"),
        (1, register("rdi", 4), "same"),
        (2, register("xmm0", 8), "same"),
        (2, register("rdi", 4), "≠ xmm0:8"),
        (3, register("rsi", 4), "≠ no such argument"),
    ] {
        assert_eq!(column.against(&row(number, &[text])), cell, "{number}");
    }
}

#[test]
fn an_unnamed_argument_is_in_no_declaration() {
    let unnamed = Row {
        unnamed: true,
        ..row(2, &[register("rsi", 4)])
    };
    let column = column(vec![vec![register("rdi", 4)]], vec![]);
    assert_eq!(column.against(&unnamed), "not in the declaration");
}

/// Where nobody knows which slot is whose argument, the first row says all of them and none is called the same.
#[test]
fn slots_that_belong_to_no_argument_are_told_once() {
    let column = Column {
        attributed: false,
        ..column(
            vec![vec![register("rdi", 4), register("rsi", 8)]],
            vec![register("rax", 4)],
        )
    };
    let all = [register("rdi", 4), register("rsi", 8)];
    assert_eq!(column.against(&row(1, &all)), "all arguments: rdi:4 rsi:8");
    assert_eq!(column.against(&row(2, &[])), "(above)");
    assert_eq!(column.against(&row(0, &[register("rax", 4)])), "same");
}

#[test]
fn a_function_takes_its_own_columns() {
    let of = |symbol: &str| Column::unavailable("clang-22", Side::C, symbol, Target::Wasm32Unknown, "none");
    let columns = [of("f"), of("g"), of("f")];
    assert_eq!(take(&columns, "f"), [of("f"), of("f")]);
    assert_eq!(take(&columns, "h"), []);
}
