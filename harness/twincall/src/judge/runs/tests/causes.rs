//! What a trouble is laid to: the finding that explains it, an earlier one of its own kind, or none.

use super::*;

/// A world in which a call of `f` failed with a wrong second argument.
fn failed(symbol: &str) -> World {
    let mut world = World::new(
        &(declared("f(a: i32, b: i32)") + &declared("h(a: i32)")),
        &(defined("f(a: i32, b: i32)") + &declared("caller(a: i32)")),
    );
    world.observations = vec![Observation {
        symbol: symbol.to_owned(),
        sent: vec![vec![reading("argument 2.b", 1, 8)]],
        received: vec![vec![reading("argument 2.b", 2, 8)]],
        ..call(CallKind::Echo, TO_C)
    }];
    world
}

#[test]
fn a_trouble_is_the_effect_of_the_nearest_cause() {
    let draft = |symbol: &str, place: &str| Draft::new(Rule::FieldOffset, symbol, place, "", "");
    let accident = |symbol: &str, place: &str| draft(symbol, place).contract_only();
    let explained = |symbol: &str, known: Vec<Draft>| {
        let found = after(&failed(symbol), known);
        let with: Vec<_> = found
            .iter()
            .enumerate()
            .filter(|(_, finding)| !finding.effect.is_empty())
            .map(|(index, _)| index)
            .collect();
        let [index] = with.as_slice() else {
            panic!("{found:?}")
        };
        assert!(!found[*index].contract_only, "the machine did notice");
        *index
    };
    for (what, symbol, known, index) in [
        (
            "the same argument",
            "f",
            vec![draft("f", "argument 1"), draft("f", "argument 2")],
            1,
        ),
        (
            "a field of it",
            "f",
            vec![draft("f", "argument 1"), draft("f", "*argument 2.c")],
            1,
        ),
        (
            "an element",
            "f",
            vec![draft("f", "argument 1"), draft("f", "argument 2[3]")],
            1,
        ),
        (
            "a callback of it",
            "f",
            vec![draft("f", "argument 1"), draft("f", "argument 2, callback")],
            1,
        ),
        (
            "an accident there and a cause elsewhere",
            "f",
            vec![accident("f", "argument 2"), draft("f", "argument 1")],
            1,
        ),
        (
            "the only cause of the function",
            "f",
            vec![draft("h", "argument 2"), draft("f", "argument 1")],
            1,
        ),
        (
            "the only accident",
            "f",
            vec![draft("h", "argument 2"), accident("f", "argument 1")],
            1,
        ),
        (
            "no cause at this function",
            "f",
            vec![draft("h", "argument 2")],
            1,
        ),
        (
            "another function that only one side knows",
            "caller",
            vec![accident("h", ""), draft("h", "argument 1")],
            1,
        ),
        (
            "accidents of others explain nothing",
            "caller",
            vec![accident("h", "")],
            1,
        ),
    ] {
        assert_eq!(explained(symbol, known), index, "{what}");
    }
    let mut shared_type = draft("h", "argument 2.b");
    shared_type.types = Some(("struct pair".to_owned(), "Pair".to_owned()));
    let known = |symbol: &str| Draft {
        symbol: symbol.to_owned(),
        types: shared_type.types.clone(),
        ..draft(symbol, "argument 2.b")
    };
    assert_eq!(
        explained("f", vec![known("h"), known("f")]),
        0,
        "a type that `f` takes too"
    );
}

/// A run explains no run, except for what was seen at the link or at the entry of the call.
#[test]
fn some_rules_of_the_run_explain_others() {
    for (rule, explains) in [
        (Rule::SignatureStub, true),
        (Rule::SymbolMissing, true),
        (Rule::LinkRefused, true),
        (Rule::StackAlignment, true),
        (Rule::CalleeSaved, true),
        (Rule::ParamType, true),
        (Rule::Nullability, true),
        (Rule::Trap, false),
        (Rule::Crash, false),
        (Rule::Hang, false),
    ] {
        let found = after(&failed("f"), vec![Draft::new(rule, "f", "", "", "")]);
        assert_eq!(found.len(), if explains { 1 } else { 2 }, "{rule}");
        assert_eq!(found[0].effect.is_empty(), !explains, "{rule}");
    }
}

#[test]
fn the_same_trouble_on_other_paths_is_one_finding() {
    let died = |path: (Side, Side), label: &str, opt: u8| Observation {
        ending: crashed("SIGSEGV", None),
        label: label.to_owned(),
        opt: OptLevel::try_from(opt).unwrap(),
        ..call(CallKind::Body, path)
    };
    let (to_c, to_rust) = (TO_C, (Side::C, Side::Rust));
    let found = seen(vec![
        died(to_c, "a", 0),
        died(to_rust, "b", 2),
        died(to_rust, "b", 2),
    ]);
    let [one] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (one.c().as_str(), one.rust().as_str()),
        ("SIGSEGV", "SIGSEGV"),
        "both callees died"
    );
    assert_eq!(one.opt, [0, 2]);
    assert_eq!(one.effect.len(), 2, "each line once: {:?}", one.effect);

    let hung = Observation {
        ending: Ending::TimedOut,
        ..died(to_c, "a", 0)
    };
    let other = Observation {
        symbol: "g".to_owned(),
        ..died(to_c, "a", 0)
    };
    assert_eq!(seen(vec![died(to_c, "a", 0), hung]).len(), 2, "another rule");
    assert_eq!(seen(vec![died(to_c, "a", 0), other]).len(), 2, "another function");
}

#[test]
fn few_lines_tell_an_effect() {
    let many = |count: usize| {
        (0..count)
            .map(|number| Observation {
                ending: Ending::TimedOut,
                label: format!("edge {number}"),
                ..call(CallKind::Body, TO_C)
            })
            .collect::<Vec<_>>()
    };
    for (calls, lines) in [(1, 1), (MAX_EFFECTS, MAX_EFFECTS), (MAX_EFFECTS + 3, MAX_EFFECTS)] {
        let found = seen(many(calls));
        assert_eq!((found.len(), found[0].effect.len()), (1, lines));
        let mut world = World::agreed("f(a: i32) -> i32");
        world.observations = many(calls);
        world.observations.push(many(1).remove(0));
        let explained = after(&world, vec![Draft::new(Rule::Arity, "f", "", "", "")]);
        assert_eq!(
            (explained.len(), explained[0].effect.len()),
            (1, lines),
            "each line once"
        );
    }
}
