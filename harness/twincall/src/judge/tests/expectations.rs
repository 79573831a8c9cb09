//! Directives `expect`: which findings they know, when they apply, and when their silence is a failure.

use super::*;
use crate::facts::{CallPath, Effect, SeenOn};

fn expectation(text: &str) -> Expectation {
    World::agreed("f(a: i32)")
        .expecting(&format!("//@ expect = [{{ {text} }}]"))
        .case
        .expect
        .remove(0)
}

/// Each filter that is present has to hold; one that is absent holds for everything.
#[test]
fn filters_name_a_finding_by_all_they_say() {
    let found = Finding {
        also: vec!["other".to_owned()],
        types: Some(("struct pair".to_owned(), "Pair".to_owned())),
        opt: vec![2],
        effect: vec![Effect {
            text: "rust->c at -O2, graffiti: sent 1, received 2".to_owned(),
            calls: vec![SeenOn {
                path: CallPath::new(Side::Rust, Side::C),
                opt: 2,
            }],
        }],
        ..finding(Draft::new(Rule::FieldWidth, "f", "argument 1.b", "", ""))
    };
    for (filter, named) in [
        ("", true),
        (", symbol = 'f'", true),
        (", symbol = 'other'", true),
        (", symbol = 'struct pair'", true),
        (", symbol = 'Pair'", true),
        (", symbol = 'pair'", false),
        (", opt = 2", true),
        (", opt = 0", false),
        (", path = 'rust->c'", true),
        (", path = 'c->rust'", false),
        (", symbol = 'f', opt = 2, path = 'rust->c'", true),
        (", symbol = 'g', opt = 2, path = 'rust->c'", false),
        (", symbol = 'f', opt = 0, path = 'rust->c'", false),
        (", symbol = 'f', opt = 2, path = 'c->rust'", false),
    ] {
        let expectation = expectation(&format!("rule = 'field-width'{filter}"));
        assert_eq!(names(&expectation, &found), named, "{filter}");
    }
    let at_all_levels = Finding {
        opt: Vec::new(),
        types: None,
        ..found
    };
    assert!(names(
        &expectation("rule = 'field-width', opt = 0"),
        &at_all_levels
    ));
    assert!(!names(
        &expectation("rule = 'field-width', symbol = 'Pair'"),
        &at_all_levels
    ));
}

#[test]
fn an_expectation_applies_where_its_filters_hold() {
    let world = World::agreed("f(a: i32)");
    for (filter, expected) in [
        ("", true),
        (", target = 'native'", true),
        (", target = 'x86_64-unknown-linux-gnu'", true),
        (", target = 'wasm'", false),
        (", toolchain = 'clang'", true),
        (", toolchain = 'rustc-1.96'", true),
        (", toolchain = 'gcc'", false),
        (", opt = 2", true),
        (", opt = 3", false),
        (", target = 'wasm', toolchain = 'clang', opt = 2", false),
        (", target = 'native', toolchain = 'gcc', opt = 2", false),
        (", target = 'native', toolchain = 'clang', opt = 3", false),
        (", target = 'native', toolchain = 'clang', opt = 2", true),
    ] {
        let expectation = expectation(&format!("rule = 'arity'{filter}"));
        assert_eq!(applies(&expectation, &world.evidence()), expected, "{filter}");
    }
}

#[test]
fn what_is_expected_is_marked_and_what_does_not_come_is_reported() {
    let world = |expect: &str| {
        World::new(&declared("f(a: i32)"), &defined("f()")).expecting(&format!("//@ expect = [{expect}]"))
    };
    let met = world("{ rule = 'arity' }").judge();
    assert_eq!(met.vanished, []);
    assert!(met.findings[0].expected);

    let other = world("{ rule = 'variadic', symbol = 'f' }").judge();
    assert!(!other.findings[0].expected, "another rule knows nothing of it");
    let [vanished] = other.vanished.as_slice() else {
        panic!("{:?}", other.vanished)
    };
    assert_eq!(
        (vanished.rule, vanished.symbol.as_deref()),
        (Rule::Variadic, Some("f"))
    );
    assert_eq!(
        (vanished.file.ends_with("pair.c"), vanished.line),
        (true, 1),
        "the line to delete"
    );

    let elsewhere = world("{ rule = 'arity', symbol = 'g' }").judge();
    assert!(!elsewhere.findings[0].expected);
    assert_eq!(elsewhere.vanished.len(), 1);

    let silent = world("{ rule = 'arity' }, { rule = 'variadic', target = 'wasm' }").judge();
    assert_eq!(silent.vanished, [], "what does not apply cannot vanish");
}

/// Without IR nobody looked at slots: an expected difference there has not vanished, and what it does in a run is known.
#[test]
fn a_rule_that_could_not_be_looked_for_does_not_vanish() {
    let crash = || Draft::new(Rule::Crash, "f", "", "SIGSEGV", "");
    let arity = || Draft::new(Rule::Arity, "f", "", "1 parameter", "no parameters");
    let stack = || Draft::new(Rule::StackLayout, "f", "argument 7", "", "");
    let other = || Draft::new(Rule::Crash, "g", "", "SIGSEGV", "");
    let asked = |rule: &str, no_ir: &[Side], without_slots: Option<&str>, drafts: Vec<Draft>| {
        let mut world = World::agreed("f(a: i32)")
            .expecting(&format!("//@ expect = [{{ rule = '{rule}', symbol = 'f' }}]"));
        for side in no_ir {
            world.without_ir(*side);
        }
        let mut list = world.with_findings(|findings| {
            drafts.into_iter().for_each(|draft| findings.add(draft));
            std::mem::take(&mut findings.list)
        });
        let mut notes = Vec::new();
        let vanished = match_expectations(&world.evidence(), &mut list, &mut notes, without_slots);
        let expected: Vec<_> = list.iter().map(|finding| finding.expected).collect();
        (vanished.len(), notes.len(), expected)
    };
    let all = || vec![crash(), arity(), stack(), other()];
    let c = &[Side::C][..];
    for (what, answer, wanted) in [
        (
            "no IR of C",
            asked("arg-location", c, None, all()),
            (0, 1, vec![true, false, true, false]),
        ),
        (
            "slots that could not be compared",
            asked("arg-location", &[], Some("no IR"), all()),
            (0, 1, vec![true, false, true, false]),
        ),
        (
            "all IR",
            asked("arg-location", &[], None, all()),
            (1, 0, vec![false; 4]),
        ),
        (
            "a rule that needs no slots",
            asked("field-width", c, None, all()),
            (1, 0, vec![false; 4]),
        ),
        (
            "found all the same",
            asked("stack-layout", c, None, all()),
            (0, 0, vec![false, false, true, false]),
        ),
        // Only Rust's IR shows what was not promoted.
        (
            "promotion without IR of C",
            asked("vararg-promotion", c, None, all()),
            (1, 0, vec![false; 4]),
        ),
        (
            "promotion without IR of Rust",
            asked("vararg-promotion", &[Side::Rust], None, all()),
            (0, 1, vec![true, false, true, false]),
        ),
    ] {
        assert_eq!(answer, wanted, "{what}");
    }
}
