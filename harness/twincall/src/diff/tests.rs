use twincall_abi::interface::SourceLocation;
use twincall_abi::slot::{Content, Extension, Location, Slot};
use twincall_abi::target::Target;
use twincall_abi::units::Bytes;

use super::timeline::timeline;
use super::{ChangeKind, Run, changes, compare};
use crate::facts::{
    CallKind, CallResult, CaseReport, Declaration, EndedCall, Endings, FieldRow, FunctionReport, LevelSlots,
    ObservationReport, Report, SideFunction, SideType, SlotSource, ToolchainReport, TypeReport, Verdict,
};

fn register(name: &str) -> Vec<Slot> {
    vec![Slot {
        location: Location::Register(name.to_owned()),
        width: Bytes(8),
        extension: Extension::None,
        content: Content::Value,
    }]
}

fn side(argument: &str) -> SideFunction {
    let level = |opt| LevelSlots {
        opt,
        arguments: vec![register(argument)],
        result: register("rax"),
        attributed: true,
        ir: Some(format!("a text that names {argument} and may change")),
        source: SlotSource::Ir,
    };
    SideFunction {
        declaration: Declaration {
            text: "long f(struct pair p)".to_owned(),
            location: SourceLocation {
                file: "c-fixtures/pair.c".to_owned(),
                line: 1,
                column: 1,
            },
            defined: true,
        },
        levels: vec![level(0), level(2)],
        wasm_type: None,
        machine: Vec::new(),
        model: None,
    }
}

fn layout(size: u64, second: u64) -> SideType {
    let field = |path: &str, offset: u64| FieldRow {
        path: path.to_owned(),
        offset_bits: offset * 8,
        width_bits: 64,
        kind: "64-bit signed integer".to_owned(),
    };
    SideType {
        name: "struct pair".to_owned(),
        size,
        align: Some(8),
        fields: vec![field("a", 0), field("b", second)],
    }
}

fn case() -> CaseReport {
    let mut case = CaseReport::listed("pair", Target::X86_64LinuxGnu, Verdict::Conforms, String::new());
    case.reason = None;
    case.functions = vec![FunctionReport {
        symbol: "f".to_owned(),
        c: Some(side("rdi")),
        rust: Some(side("rdi")),
        standings: Vec::new(),
    }];
    case.types = vec![TypeReport {
        c: Some(layout(16, 8)),
        rust: Some(layout(16, 8)),
    }];
    let observation = |opt| ObservationReport {
        symbol: "f".to_owned(),
        kind: CallKind::Body,
        path: "c->rust".parse().unwrap(),
        opt,
        calls: 1,
        returned: 1,
        endings: Default::default(),
        crash: None,
        results: vec![CallResult {
            number: None,
            call: "f(1)".to_owned(),
            values: vec!["result: 2".to_owned()],
        }],
    };
    case.observations = vec![observation(0), observation(2)];
    case
}

/// What changed, a line each: `kind sentence`.
fn told(old: &CaseReport, new: &CaseReport) -> Vec<String> {
    let changes = changes(Some(old), Some(new));
    changes
        .iter()
        .map(|change| format!("{} {}", change.kind.name(), change.sentence()))
        .collect()
}

#[test]
fn texts_that_mean_nothing_are_no_change() {
    let (old, mut new) = (case(), case());
    new.notes.push("another note".to_owned());
    new.about = "another sentence".to_owned();
    new.command = "another command".to_owned();
    for function in &mut new.functions {
        for side in [&mut function.c, &mut function.rust].into_iter().flatten() {
            side.declaration.location.line = 90;
            side.levels.iter_mut().for_each(|level| level.ir = None);
        }
    }
    assert!(told(&old, &new).is_empty());
}

#[test]
fn an_argument_that_moved_at_both_levels_is_one_change() {
    let (old, mut new) = (case(), case());
    new.functions[0].rust = Some(side("rsi"));
    assert_eq!(
        told(&old, &new),
        ["lowering Rust f, argument 1 at -O0 and -O2: rdi:8 before, rsi:8 now"]
    );
}

#[test]
fn arguments_that_one_run_could_not_tell_apart_are_compared_together() {
    let (old, mut new) = (case(), case());
    let mut unattributed = side("rdi");
    for level in &mut unattributed.levels {
        level.attributed = false;
    }
    new.functions[0].c = Some(unattributed.clone());
    assert!(told(&old, &new).is_empty());
    // An address that stands for a value is seen as one only where arguments are told apart.
    let mut pointing = case();
    for level in &mut pointing.functions[0].c.as_mut().unwrap().levels {
        level.arguments[0][0].content = Content::Pointer { to: Bytes(24) };
    }
    assert!(told(&pointing, &new).is_empty());
    unattributed.levels[1].arguments = vec![[register("rdi"), register("rsi")].concat()];
    new.functions[0].c = Some(unattributed);
    assert_eq!(
        told(&old, &new),
        ["lowering C f, arguments at -O2: rdi:8 before, rdi:8 rsi:8 now"]
    );
}

#[test]
fn a_field_that_moved_is_told_with_the_size() {
    let (old, mut new) = (case(), case());
    new.types[0].c = Some(layout(24, 16));
    assert_eq!(
        told(&old, &new),
        [
            "layout C struct pair: 16 bytes, align 8 before, 24 bytes, align 8 now",
            "layout C struct pair, field b: byte 8, 64-bit signed integer before, byte 16, 64-bit signed integer now",
        ]
    );
}

#[test]
fn a_result_that_changed_is_told_once_for_all_levels_and_a_crash_without_its_address() {
    let (mut old, mut new) = (case(), case());
    for seen in &mut new.observations {
        seen.results[0].values = vec!["result: 3".to_owned()];
    }
    assert_eq!(
        told(&old, &new),
        [
            "result f, calls c->rust -O0, c->rust -O2: 1 of 1 returned; f(1) gave result: 2 before, \
          1 of 1 returned; f(1) gave result: 3 now"
        ]
    );
    for (case, address) in [(&mut old, "0x10"), (&mut new, "0x7f")] {
        for seen in &mut case.observations {
            seen.returned = 0;
            seen.results.clear();
            seen.endings = Endings(vec![EndedCall {
                what: "SIGSEGV".to_owned(),
                address: Some(address.to_owned()),
                registers: vec![format!("rip={address}")],
            }]);
        }
    }
    assert!(told(&old, &new).is_empty(), "an address is no fact");
}

#[test]
fn a_case_that_was_not_judged_has_a_verdict_and_no_facts_to_compare() {
    let old = case();
    let mut new = CaseReport::listed(
        "pair",
        Target::X86_64LinuxGnu,
        Verdict::Unsupported,
        "needs rustc 1.66\nand more".to_owned(),
    );
    new.about.clear();
    assert_eq!(
        told(&old, &new),
        ["verdict conforms before, unsupported (needs rustc 1.66) now"]
    );
}

#[test]
fn cases_that_came_and_went_are_told_and_the_others_are_counted() {
    let named = |names: &[&str]| {
        let cases = names.iter().map(|name| {
            let mut case = case();
            case.name = (*name).to_owned();
            case
        });
        Report::new(Vec::new(), cases.collect())
    };
    let (old, new) = (named(&["gone", "same"]), named(&["came", "same"]));
    let run = |name, report| Run { name, report };
    let difference = compare(run("old", &old), run("new", &new));
    assert_eq!(difference.unchanged, 1);
    let kinds: Vec<(&str, ChangeKind)> = difference
        .cases
        .iter()
        .map(|case| (case.name.as_str(), case.changes[0].kind))
        .collect();
    assert_eq!(
        kinds,
        [("came", ChangeKind::Added), ("gone", ChangeKind::Removed)]
    );
    let none = compare(run("old", &old), run("new", &old));
    assert!(none.cases.is_empty());
    assert_eq!(none.unchanged, 2);
}

#[test]
fn a_version_is_held_against_the_last_one_that_was_judged() {
    let toolchain = |minor: u32| ToolchainReport {
        name: format!("rustc-1.{minor}"),
        version: format!("1.{minor}.0"),
        language: "rust".to_owned(),
    };
    let mut moved = case();
    moved.functions[0].rust = Some(side("rsi"));
    let skipped = CaseReport::listed("pair", Target::X86_64LinuxGnu, Verdict::Skipped, "no".to_owned());
    let reports = vec![
        (toolchain(63), case()),
        (toolchain(70), skipped),
        (toolchain(85), case()),
        (toolchain(96), moved),
    ];
    let lines = timeline("pair", Target::X86_64LinuxGnu, reports);
    let counts: Vec<usize> = lines.rows.iter().map(|row| row.changes.len()).collect();
    assert_eq!(counts, [0, 0, 0, 1]);
    assert!(lines.changed());
    let text = lines.human(false);
    let marked: Vec<&str> = text.lines().filter(|line| line.starts_with('≠')).collect();
    assert_eq!(marked, ["≠ rustc-1.96  1.96.0      conforms"]);
}
