//! What calls showed: which values count as equal, what a trouble is laid to, and how it is told.

use std::collections::BTreeMap;

use twincall_abi::run::Trace;

use super::*;
use crate::facts::Finding;
use crate::judge::Draft;
use crate::judge::testing::{World, address, called, declared, defined, reading};

mod causes;

const TO_C: (Side, Side) = (Side::Rust, Side::C);

fn call(kind: CallKind, (caller, callee): (Side, Side)) -> Observation {
    called(kind, "f", caller, callee)
}

fn crashed(signal: &str, address: Option<u64>) -> Ending {
    Ending::Crashed {
        signal: signal.to_owned(),
        address,
        registers: BTreeMap::new(),
        trace: Trace::Unknown,
    }
}

/// What the run adds to findings that are there already.
fn after(world: &World, known: Vec<Draft>) -> Vec<Finding> {
    world.with_findings(|findings| {
        known.into_iter().for_each(|draft| findings.add(draft));
        judge(findings);
        std::mem::take(&mut findings.list)
    })
}

fn seen(observations: Vec<Observation>) -> Vec<Finding> {
    let mut world = World::agreed("f(a: i32) -> i32");
    world.observations = observations;
    after(&world, Vec::new())
}

#[test]
fn the_bits_that_both_have_are_compared() {
    let of = |value, width| reading("argument 1", value, width);
    for (one, other, equal) in [
        (of(0, 1), of(1, 1), false),
        (of(0b10, 2), of(0b10, 2), true),
        (of(0b10, 2), of(0b00, 2), false),
        (of(0x1_0000_00ff, 64), of(0xff, 32), true),
        (of(0x1_0000_00ff, 64), of(0xff, 64), false),
        (of(0x1_0000_00ff, 64), of(0x0_0000_00ff, 33), false),
        (of(0x7fff, 16), of(0xffff, 16), false),
        (of(0x7fff, 15), of(0xffff, 16), true),
        (of(0x00ff, 16), of(0xff00, 16), false),
        (of(0x0100, 16), of(0x0200, 16), false),
        (of(0x0101, 16), of(0x0101, 16), true),
        (of(0, 0), of(1, 1), true),
    ] {
        assert_eq!(same(&one, &other), equal, "{one:?} {other:?}");
        assert_eq!(same(&other, &one), equal, "{one:?} {other:?}");
    }
}

/// Addresses change from run to run, so that of them only null counts.
#[test]
fn addresses_are_null_or_not() {
    let of = |value| address("argument 1", value);
    let number = |value| reading("argument 1", value, 64);
    for (one, other, equal) in [
        (of(0x7f00), of(0x5500), true),
        (of(0), of(0), true),
        (of(0), of(0x0100_0000_0000), false),
        (of(0x7f00), number(0x5500), true),
        (of(0x7f00), number(0), false),
        (of(0), number(0), true),
    ] {
        assert_eq!(same(&one, &other), equal, "{one:?} {other:?}");
        assert_eq!(same(&other, &one), equal, "{one:?} {other:?}");
    }
}

#[test]
fn readings_are_paired_by_path_and_else_by_position() {
    let list = |paths: &[&str]| {
        paths
            .iter()
            .map(|path| reading(&format!("argument 1.{path}"), 0, 8))
            .collect::<Vec<_>>()
    };
    let paths = |one: &[&str], other: &[&str]| {
        let (one, other) = (list(one), list(other));
        let pairs = pair(&one, &other)?;
        Some(
            pairs
                .into_iter()
                .map(|(one, other)| format!("{}-{}", one.place.path, other.place.path))
                .collect::<Vec<_>>(),
        )
    };
    let expected = |pairs: &[&str]| Some(pairs.iter().map(|pair| (*pair).to_owned()).collect::<Vec<_>>());
    assert_eq!(paths(&["a", "b"], &["b", "a"]), expected(&["a-a", "b-b"]));
    assert_eq!(paths(&["a", "b"], &["x", "y"]), expected(&["a-x", "b-y"]));
    assert_eq!(
        paths(&["a", "b"], &["b", "y"]),
        expected(&["a-b", "b-y"]),
        "one name alone pairs nothing"
    );
    assert_eq!(paths(&["a", "b"], &["a"]), None);
}

#[test]
fn values_are_shown_as_numbers_where_they_are_small() {
    let float = |bits: u64, width| Reading {
        float: true,
        ..reading("", bits, width)
    };
    let wide = |bits: Vec<u8>, width| Reading {
        bits,
        width,
        ..reading("", 0, 8)
    };
    for (reading, text) in [
        (reading("", 0, 32), "0"),
        (reading("", 42, 8), "42"),
        (reading("", (1 << 20) - 1, 32), "1048575"),
        (reading("", 1 << 20, 32), "0x100000"),
        (reading("", (1 << 20) + 1, 32), "0x100001"),
        (reading("", 7, 64), "7"),
        (reading("", u64::MAX, 64), "0xffffffffffffffff"),
        (address("", 0), "null"),
        (address("", 0x0100_0000_0000), "an address"),
        (float(1.5f32.to_bits().into(), 32), "1.5 (0x3fc00000)"),
        (float((-2.0f64).to_bits(), 64), "-2 (0xc000000000000000)"),
        (float(0, 32), "0 (0x0)"),
        (float(1e-300f64.to_bits(), 64), "1e-300 (0x1a56e1fc2f8f359)"),
        (float(5, 64), "2.5e-323 (0x5)"),
        (float((-3e300f64).to_bits(), 64), "-3e300 (0xfe51eb2d66005835)"),
        (float(f64::INFINITY.to_bits(), 64), "inf (0x7ff0000000000000)"),
        // Half precision has no number of Rust's.
        (float(0x3c00, 16), "15360"),
        // Integers of 128 bits, and leaves of bytes, in hexadecimal whatever they hold.
        (wide(vec![5; 16], 128), &format!("0x5{}", "05".repeat(15))),
        (wide(vec![0; 16], 128), "0x0"),
        (wide([vec![1], vec![0; 8]].concat(), 64), "0x1"),
        (wide(vec![9], 72), "0x9"),
    ] {
        assert_eq!(reading.show(), text, "{reading:?}");
    }
}

#[test]
fn an_echo_shows_the_first_value_that_did_not_arrive() {
    let echo = |sent: Vec<Reading>, received: Vec<Reading>, path| Observation {
        sent: sent.into_iter().map(|reading| vec![reading]).collect(),
        received: received.into_iter().map(|reading| vec![reading]).collect(),
        ..call(CallKind::Echo, path)
    };
    let argument = |number: u64, value| reading(&format!("argument {number}"), value, 32);
    let result = |value| reading("result", value, 32);
    assert_eq!(
        seen(vec![echo(vec![argument(1, 7)], vec![argument(1, 7)], TO_C)]),
        []
    );

    let sent = || vec![argument(1, 7), argument(2, 8), argument(3, 9)];
    let received = || vec![argument(1, 7), argument(2, 80), argument(3, 90)];
    for (path, columns) in [(TO_C, ["80", "8"]), ((Side::C, Side::Rust), ["8", "80"])] {
        let found = seen(vec![echo(sent(), received(), path)]);
        let [one] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(
            (one.rule, one.place.to_string().as_str()),
            (Rule::Value, "argument 2")
        );
        assert!(
            one.c().ends_with(&format!(" {}", columns[0])),
            "who sent it: {}",
            one.c()
        );
        assert!(
            one.rust().ends_with(&format!(" {}", columns[1])),
            "{}",
            one.rust()
        );
        assert_eq!(one.opt, [0]);
        assert_eq!(one.effect.len(), 1);
        assert!(
            one.effect[0].text.starts_with(&format!("{}->", path.0.tag())),
            "{:?}",
            one.effect
        );
    }
    // The callee sends the result.
    let found = seen(vec![echo(vec![result(1)], vec![result(2)], TO_C)]);
    assert!(
        found[0].c().starts_with("sent ") && found[0].rust().starts_with("received "),
        "{found:?}"
    );
    let argument_found = seen(vec![echo(vec![argument(1, 1)], vec![argument(1, 2)], TO_C)]);
    assert!(
        argument_found[0].rust().starts_with("sent "),
        "{argument_found:?}"
    );

    // Of a call that did not come back nothing is believed, and what has other parts is told by its layout.
    let lost = Observation {
        ending: Ending::TimedOut,
        ..echo(vec![argument(1, 1)], vec![argument(1, 2)], TO_C)
    };
    assert_eq!(
        seen(vec![lost]).iter().map(|one| one.rule).collect::<Vec<_>>(),
        [Rule::Hang]
    );
    let parts = Observation {
        received: vec![vec![argument(1, 1), argument(1, 2)], vec![argument(2, 9)]],
        ..echo(vec![argument(1, 1), argument(2, 8)], Vec::new(), TO_C)
    };
    assert_eq!(
        seen(vec![parts])[0].place,
        "argument 2",
        "what follows is still compared"
    );
    // Bodies send nothing that is compared so.
    let body = Observation {
        kind: CallKind::Body,
        ..echo(vec![argument(1, 1)], vec![argument(1, 2)], TO_C)
    };
    assert_eq!(seen(vec![body]), []);
}

#[test]
fn calls_for_the_machine_are_judged_elsewhere() {
    for kind in [CallKind::Machine, CallKind::Tapped] {
        let died = Observation {
            ending: crashed("SIGSEGV", None),
            ..call(kind, TO_C)
        };
        assert_eq!(seen(vec![died]), []);
    }
}

#[test]
fn bodies_agree_on_every_path_or_are_told() {
    let body = |path, value: u64| Observation {
        label: "f(1)".to_owned(),
        outputs: vec![vec![reading("result", value, 32)]],
        ..call(CallKind::Body, path)
    };
    let (c, rust) = ((Side::C, Side::C), (Side::Rust, Side::Rust));
    assert_eq!(seen(vec![body(c, 5), body(TO_C, 5), body(rust, 5)]), []);
    let found = seen(vec![body(c, 5), body(TO_C, 5), body(rust, 6)]);
    let [one] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (one.rule, one.place.to_string().as_str()),
        (Rule::Value, "result")
    );
    assert!(one.c().contains('5') && one.c().contains("c->c"), "{}", one.c());
    assert!(
        one.rust().contains('6') && one.rust().contains("rust->rust"),
        "{}",
        one.rust()
    );
    assert_eq!(one.effect.len(), 1, "one pair tells enough");

    for (what, other) in [
        (
            "another call",
            Observation {
                label: "f(2)".to_owned(),
                ..body(rust, 6)
            },
        ),
        (
            "another function",
            Observation {
                symbol: "g".to_owned(),
                ..body(rust, 6)
            },
        ),
        (
            "an echo",
            Observation {
                kind: CallKind::Echo,
                ..body(rust, 6)
            },
        ),
    ] {
        assert_eq!(seen(vec![body(c, 5), other]), [], "{what}");
    }
    let lost = Observation {
        ending: Ending::TimedOut,
        ..body(rust, 6)
    };
    let rules: Vec<_> = seen(vec![body(c, 5), lost]).iter().map(|one| one.rule).collect();
    assert_eq!(rules, [Rule::Hang], "what a lost call left is no result");
}

#[test]
fn buffers_are_compared_after_the_result() {
    let body = |values: &[(&str, u64)], path| Observation {
        outputs: values
            .iter()
            .map(|(place, value)| vec![reading(place, *value, 8)])
            .collect(),
        ..call(CallKind::Body, path)
    };
    let one = body(&[("result", 1), ("buffer of argument 1", 2)], TO_C);
    let other = body(&[("result", 1), ("buffer of argument 1", 3)], (Side::C, Side::C));
    let [place, first, second] = first_difference(&one, &other)
        .map(|(place, first, second)| [place.to_string(), first, second])
        .unwrap();
    assert_eq!(
        [place.as_str(), &first, &second],
        ["buffer of argument 1", "2", "3"]
    );
    assert_eq!(first_difference(&one, &one), None);
    assert_eq!(seen(vec![one, other])[0].place, "buffer of argument 1");
}

#[test]
fn a_pinned_result_is_held_against_every_path() {
    let body = |path, expected: Option<u64>, value| Observation {
        expected: expected.map(|value| vec![reading("result", value, 32)]),
        outputs: vec![vec![reading("result", value, 32)]],
        ..call(CallKind::Body, path)
    };
    assert_eq!(seen(vec![body(TO_C, Some(5), 5)]), []);
    assert_eq!(seen(vec![body(TO_C, None, 5)]), []);
    let found = seen(vec![body(TO_C, Some(4), 5), body((Side::C, Side::C), Some(4), 5)]);
    let [one] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (one.rule, one.place.to_string().as_str()),
        (Rule::Value, "result")
    );
    assert!(
        one.c().ends_with('4') && one.rust().ends_with('5'),
        "{} {}",
        one.c(),
        one.rust()
    );
    let nothing = Observation {
        outputs: vec![Vec::new()],
        ..body(TO_C, Some(4), 5)
    };
    assert_eq!(seen(vec![nothing]), []);
}

#[test]
fn a_function_that_ends_its_process_is_told_and_is_no_finding() {
    let mut world = World::agreed("f(a: i32) -> i32");
    world.observations.push(Observation {
        ending: Ending::Exited { status: 3 },
        ..call(CallKind::Body, (Side::Rust, Side::C))
    });
    let judged = world.judge();
    assert_eq!(judged.findings, []);
    assert_eq!(
        judged.notes,
        ["`f` ended the process with status 3, so that nothing of the call was compared"]
    );
}

#[test]
fn values_that_a_body_refuses_are_no_finding_where_they_were_made_up() {
    let judged = |label: &str, output: &str| {
        let mut world = World::agreed("f(a: i32) -> i32");
        world.observations.push(Observation {
            ending: crashed("SIGABRT", None),
            output: output.to_owned(),
            label: label.to_owned(),
            ..call(CallKind::Body, (Side::Rust, Side::C))
        });
        world.judge()
    };
    let overflow = "thread 'main' (7) panicked at a.rs:1:1:\nattempt to add with overflow\n";
    let made_up = judged("graffiti", overflow);
    assert_eq!(made_up.findings, []);
    assert_eq!(made_up.notes.len(), 1, "{:?}", made_up.notes);
    // Whoever writes a call down says that it is taken; and another panic is no matter of values.
    assert_eq!(judged("f(1)", overflow).findings.len(), 1);
    assert_eq!(
        judged("graffiti", "panicked at a.rs:1:1:\nno such key\n")
            .findings
            .len(),
        1
    );
}

#[test]
fn each_ending_has_its_rule() {
    let trap = |trap: &str, frames: &[&str]| Ending::Trapped {
        trap: trap.to_owned(),
        frames: frames.iter().map(|frame| (*frame).to_owned()).collect(),
    };
    for (ending, rule, short, words) in [
        (
            crashed("SIGSEGV", Some(0x10)),
            Rule::Crash,
            "SIGSEGV",
            "SIGSEGV at address 0x10",
        ),
        (crashed("SIGFPE", None), Rule::Crash, "SIGFPE", "SIGFPE"),
        (Ending::TimedOut, Rule::Hang, "time limit", "time limit"),
        (
            trap("memory-out-of-bounds", &["f", "main"]),
            Rule::OutOfBounds,
            "memory-out-of-bounds",
            "in `f`",
        ),
        (trap("unreachable", &[]), Rule::Trap, "unreachable", "unreachable"),
        (
            Ending::Refused {
                reason: "no symbol in /a/file".to_owned(),
            },
            Rule::LinkRefused,
            "not called",
            "no symbol in /a/file",
        ),
    ] {
        for callee in Side::BOTH {
            let found = seen(vec![Observation {
                ending: ending.clone(),
                ..call(CallKind::Body, (callee.other(), callee))
            }]);
            let [one] = found.as_slice() else {
                panic!("{found:?}")
            };
            assert_eq!(one.rule, rule, "{ending:?}");
            let (told, silent) = match callee {
                Side::C => (one.c(), one.rust()),
                Side::Rust => (one.rust(), one.c()),
            };
            // Addresses, frames and paths change from run to run; they are an effect and no evidence.
            assert!(
                told.contains(short) && !told.contains("0x") && !told.contains('`'),
                "{told}"
            );
            assert!(!told.contains('/'), "{told}");
            assert_eq!(silent, "", "the other side did nothing");
            assert!(
                one.effect[0].text.contains(words) && one.effect[0].text.contains("graffiti"),
                "{:?}",
                one.effect
            );
        }
    }
}

/// Only the words of a runtime beside an abort tell that something was to unwind.
#[test]
fn an_abort_with_the_words_of_a_runtime_is_an_unwinding() {
    let words = "panic in a function that cannot unwind\n 1: 0x1 - helper\n 2: 0x2 - g\n";
    let mut world = World::new(
        &(declared("f(a: i32)") + &declared("g(a: i32)")),
        &(defined("f(a: i32)") + &defined("g(a: i32)")),
    );
    for (signal, output, rule, symbol) in [
        ("SIGABRT", words, Rule::Unwind, "g"),
        ("SIGSEGV", words, Rule::Crash, "f"),
        ("SIGABRT", "", Rule::Crash, "f"),
        (
            "SIGABRT",
            "panic in a function that cannot unwind\n",
            Rule::Unwind,
            "f",
        ),
    ] {
        world.observations = vec![Observation {
            ending: crashed(signal, None),
            output: output.to_owned(),
            ..call(CallKind::Body, (Side::C, Side::Rust))
        }];
        let found = after(&world, Vec::new());
        assert_eq!(
            (found[0].rule, found[0].symbol.as_str()),
            (rule, symbol),
            "{signal} {output}"
        );
        let says = |text: &str| text.contains("cannot unwind");
        let unwind = rule == Rule::Unwind;
        assert_eq!(
            (says(&found[0].rust()), says(&found[0].effect[0].text)),
            (unwind, unwind)
        );
    }
}
