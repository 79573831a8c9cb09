use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::*;
use crate::explain::samples::{drawing, field};

#[test]
fn bits_are_told_in_whole_bytes_where_they_are() {
    for (bits, place, size) in [
        (0, "0", "0 bytes"),
        (1, "0:1", "1 bit"),
        (7, "0:7", "7 bits"),
        (8, "1", "1 byte"),
        (9, "1:1", "1 byte and 1 bit"),
        (19, "2:3", "2 bytes and 3 bits"),
        (64, "8", "8 bytes"),
    ] {
        assert_eq!((offset(bits).as_str(), extent(bits).as_str()), (place, size));
    }
}

#[test]
fn a_word_is_fitted_by_its_end_where_that_is_a_field() {
    for (word, width, fitted) in [
        ("ab", 4, " ab "),
        ("abcd", 4, "abcd"),
        ("abcde", 4, "abc…"),
        ("outer.x", 4, " .x "),
        ("outer.inner", 4, "out…"),
        ("a.b.c", 4, " .c "),
        ("äöüß", 4, "äöüß"),
        ("ab", 1, "…"),
    ] {
        let found = fit(word, width);
        assert_eq!(found, fitted);
        assert_eq!(found.chars().count(), width, "{word}");
    }
}

#[test]
fn measures_say_size_alignment_and_padding() {
    let bare = drawing(12, vec![]);
    let padded = Drawing {
        align: None,
        padding_bits: 9,
        ..drawing(1, vec![])
    };
    assert_eq!(measures(&bare), "12 bytes, align 4, no padding");
    assert_eq!(measures(&padded), "1 byte, 1 byte and 1 bit of padding");
}

#[test]
fn a_title_names_sides_and_targets_as_a_table_only_where_it_is_one() {
    let of = |side, target, by: &str| Drawing {
        side,
        target,
        by: by.to_owned(),
        ..drawing(4, vec![])
    };
    let [native, wasm] = Target::ALL;
    let (c, rust) = (Side::C, Side::Rust);
    for (group, text) in [
        (vec![of(c, native, ABI)], "C, native"),
        (vec![of(c, native, ABI), of(c, wasm, ABI)], "C, native and wasm"),
        (
            vec![of(c, native, "clang-22"), of(rust, native, "rustc-1.96")],
            "C and Rust, native, by clang-22 and rustc-1.96",
        ),
        (
            vec![of(c, native, "clang-22"), of(rust, wasm, "clang-22")],
            "C native, Rust wasm, by clang-22",
        ),
    ] {
        let group: Vec<&Drawing> = group.iter().collect();
        assert_eq!(title(&group), text);
    }
}

#[test]
fn equal_drawings_are_drawn_once_and_others_beside_them() {
    let of = |side, size| Drawing {
        side,
        ..drawing(size, vec![field("a", 0, 4)])
    };
    let ty = |drawings| DrawnType {
        name: "T".to_owned(),
        drawings,
        across: None,
    };
    let titles = |text: String| text.lines().nth(1).unwrap_or_default().trim().to_owned();
    let alike = render_type(&ty(vec![of(Side::C, 4), of(Side::Rust, 4)]), Paint::new(false));
    assert_eq!(titles(alike), "C and Rust, native");
    let other = titles(render_type(
        &ty(vec![of(Side::C, 4), of(Side::Rust, 8)]),
        Paint::new(false),
    ));
    assert!(
        other.starts_with("C, native ") && other.ends_with(" Rust, native"),
        "{other}"
    );
}

#[test]
fn cells_are_as_wide_as_their_bytes() {
    let cell = |start, length, holds| Cell { start, length, holds };
    let cells = [
        cell(0, 2, Holds::Field("ab".to_owned())),
        cell(2, 1, Holds::Padding),
        cell(3, 1, Holds::Bits(vec!["a".to_owned(), "b".to_owned()])),
        cell(4, 4, Holds::Elsewhere),
    ];
    let text = row(&cells);
    assert_eq!(text, "│   ab    │ ·· │a+b │                   │");
    assert_eq!(text.chars().count(), 8 * BYTE + 1);
}
