use twincall_abi::interface::Side;
use twincall_abi::slot::{Extension, Slot};
use twincall_abi::target::Target;

use super::*;
use crate::explain::ExplainedSide;
use crate::explain::samples::{level, register, row, view};

const PLAIN: Paint = Paint::new(false);

fn settled(arguments: Vec<Row>) -> Answer {
    Answer::Settled(Box::new(view(arguments, row(0, &[register("rax", 4)]))))
}

#[test]
fn a_column_without_content_is_left_out_and_others_are_aligned() {
    let mut table = Table::new(&["a", "empty", "c"]);
    table.add(vec!["é1".to_owned(), String::new(), "x".to_owned()]);
    table.add(vec!["longer".to_owned()]);
    assert_eq!(table.render(" "), " a       c\n é1      x\n longer\n");
}

#[test]
fn a_line_is_marked_where_the_sides_part() {
    let extended = Slot {
        extension: Extension::Sign,
        ..register("rsi", 1)
    };
    let c = settled(vec![row(1, &[register("rdi", 4)]), row(2, &[extended])]);
    let rust = settled(vec![
        row(1, &[register("rdi", 4)]),
        row(2, &[register("rsi", 1)]),
        row(3, &[]),
    ]);
    let text = sides(&c, &rust, PLAIN);
    let lines: Vec<Vec<&str>> = text
        .lines()
        .skip(1)
        .map(|line| line.split("  ").collect())
        .collect();
    let words = |index: usize| {
        let words = lines[index].iter().map(|word| word.trim());
        words.filter(|word| !word.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(words(0), ["argument 1", "rdi:4", "|", "rdi:4"]);
    assert_eq!(words(1), ["argument 2", "rsi:1 sext", "≠", "rsi:1"]);
    assert_eq!(words(2), ["argument 3", "no such argument", "≠", "nothing"]);
    assert_eq!(words(3), ["result", "rax:4", "|", "rax:4"]);
    assert_eq!(sides(&c, &Answer::Unsupported("no".to_owned()), PLAIN), "");
}

#[test]
fn only_lines_that_part_are_painted() {
    let paint = Paint::new(true);
    let text = paint.only(&marked("one |\ntwo ≠\n", paint));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "one |");
    assert!(lines[1].starts_with("\u{1b}[31m"), "{text}");
}

/// A compiler that says nothing has no column, and a line with the reason.
#[test]
fn each_side_has_the_columns_of_its_compilers() {
    let column = |compiler: &str, side, unavailable: Option<&str>| {
        let level = level(vec![vec![register("rdi", 4)]], vec![register("rax", 4)]);
        let mut column = Column::of_level(compiler, side, "f", Target::X86_64LinuxGnu, &level);
        column.unavailable = unavailable.map(str::to_owned);
        column
    };
    let own = |side| ExplainedSide {
        side,
        declaration: String::new(),
        answer: settled(vec![row(1, &[register("rdi", 4)])]),
    };
    let target = ExplainedTarget {
        target: Target::X86_64LinuxGnu,
        sides: vec![own(Side::C), own(Side::Rust)],
        compilers: vec![
            column("clang-22", Side::C, None),
            column("clang-14", Side::C, Some("it does not compile")),
            column("rustc-1.96", Side::Rust, None),
        ],
    };
    let heads = |text: &str| {
        let heads = text.lines().filter(|line| line.contains("the written ABI"));
        heads
            .map(|line| ["clang-22", "clang-14", "rustc-1.96"].map(|name| line.contains(name)))
            .collect::<Vec<_>>()
    };
    let apart = compilers(&target, false, PLAIN);
    assert_eq!(heads(&apart), [[true, false, false], [false, false, true]]);
    let alike = compilers(&target, true, PLAIN);
    assert_eq!(heads(&alike), [[true, false, true]]);
    for text in [apart, alike] {
        assert!(
            text.contains("  clang-14: not known: it does not compile\n"),
            "{text}"
        );
    }
}
