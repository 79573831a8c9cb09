use super::*;
use crate::explain::samples::{register, row, stack as at};
use crate::explain::view::SlotWords;

/// Offset, size and what is there.
fn told(rows: &[FrameRow]) -> Vec<(u64, u64, Option<&str>)> {
    rows.iter()
        .map(|row| (row.offset, row.size, row.holds.as_deref()))
        .collect()
}

#[test]
fn padding_fills_the_stack_between_arguments_and_after_them() {
    let named = Row {
        name: Some("v".to_owned()),
        ..row(3, &[at(16, 4)])
    };
    let rows = [row(1, &[register("rdi", 4)]), named, row(2, &[at(0, 10)])];
    assert_eq!(
        told(&stack(&rows, 32)),
        [
            (0, 10, Some("argument 2: int")),
            (10, 6, None),
            (16, 4, Some("argument 3 v")),
            (20, 12, None),
        ]
    );
    assert_eq!(stack(&[row(1, &[register("rdi", 4)])], 0), []);
}

#[test]
fn neighbours_of_one_argument_are_one_row() {
    let rows = [row(1, &[at(0, 8), at(8, 8), at(24, 8)]), row(2, &[at(16, 8)])];
    assert_eq!(
        told(&stack(&rows, 32)),
        [
            (0, 16, Some("argument 1: int")),
            (16, 8, Some("argument 2: int")),
            (24, 8, Some("argument 1: int")),
        ]
    );
    let apart = [row(1, &[at(0, 8), at(16, 8)])];
    let held = Some("argument 1: int");
    assert_eq!(
        told(&stack(&apart, 24)),
        [(0, 8, held), (8, 8, None), (16, 8, held)]
    );
}

#[test]
fn the_buffer_holds_what_lies_in_it_and_no_stack() {
    let mut unnamed = row(2, &[register("rdi", 8)]);
    let slots: Vec<SlotWords> = unnamed.slots.clone();
    unnamed.slots = slots
        .into_iter()
        .map(|slot| SlotWords {
            in_buffer: Some(8),
            ..slot
        })
        .collect();
    let rows = [row(1, &[at(0, 4)]), unnamed];
    assert_eq!(
        told(&buffer(&rows, 16)),
        [(0, 8, None), (8, 8, Some("argument 2: int"))]
    );
}

#[test]
fn addresses_are_counted_from_the_stack_pointer() {
    for (offset, text) in [(0, "[rsp]"), (8, "[rsp+8]"), (-8, "[rsp-8]")] {
        assert_eq!(address(offset), text);
    }
}
