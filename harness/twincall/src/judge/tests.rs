//! What the judge makes of a whole: verdicts, the order and merging of findings, notes.

use crate::facts::Place;
use twincall_abi::interface::{Refusal, SourceLocation};

use super::testing::{World, called, declared, defined, reading};
use super::*;

mod expectations;

const C_TO_RUST: (Side, Side) = (Side::C, Side::Rust);

/// A struct pointer that C may pass as null into Rust that promises a reference: contracts differ, the machine does not.
fn nullable() -> World {
    let ty = "#[repr(C)] pub struct Node { value: i32 }\n";
    World::new(
        &format!("{ty}{}", declared("f(node: *const Node)")),
        &format!("{ty}{}", defined("f(node: &Node)")),
    )
}

fn refusal(symbol: &str) -> Refusal {
    Refusal {
        symbol: symbol.to_owned(),
        reason: "a type that is not known".to_owned(),
        location: SourceLocation::default(),
    }
}

fn finding(draft: Draft) -> Finding {
    World::agreed("f(a: i32)").with_findings(|findings| {
        findings.add(draft);
        findings.list.remove(0)
    })
}

#[test]
fn the_gravest_finding_makes_the_verdict() {
    let agreed = World::agreed("f(a: i32, b: f64) -> i64");
    let judged = agreed.judge();
    assert_eq!((judged.verdict, judged.findings), (Verdict::Conforms, Vec::new()));
    assert_eq!(judged.notes, Vec::<String>::new());
    assert_eq!(judged.conflicts, Vec::<String>::new());
    assert_eq!(judged.unsupported, None);
    assert_eq!(judged.crossings, None, "no call was watched");

    let accidental = nullable();
    assert_eq!(accidental.rules(), ["nullability"]);
    assert_eq!(accidental.judge().verdict, Verdict::Accidental);

    let mut diverging = nullable();
    diverging.side(Side::C).functions[0].signature.variadic = true;
    assert_eq!(
        diverging.rules(),
        ["variadic", "nullability"],
        "the graver one first"
    );
    assert_eq!(diverging.judge().verdict, Verdict::Diverges);
}

#[test]
fn findings_are_sorted_by_rule_then_name_then_place() {
    let c = declared("b(x: i32, y: i32)") + &declared("a(x: i32, y: i32)") + &declared("c(x: i32)");
    let rust = defined("b(x: f32, y: f32)") + &defined("a(x: f32, y: f32)") + &defined("c()");
    let found = World::new(&c, &rust).judge().findings;
    let order: Vec<_> = found
        .iter()
        .map(|finding| (finding.rule.id(), finding.symbol.as_str(), finding.place.clone()))
        .collect();
    assert_eq!(
        order,
        [
            ("arity", "c", Place::from("")),
            ("param-type", "a", Place::from("argument 1")),
            ("param-type", "a", Place::from("argument 2")),
            ("param-type", "b", Place::from("argument 1")),
            ("param-type", "b", Place::from("argument 2")),
            ("arg-location", "a", Place::from("argument 1")),
            ("arg-location", "a", Place::from("argument 2")),
            ("arg-location", "b", Place::from("argument 1")),
            ("arg-location", "b", Place::from("argument 2")),
        ]
    );
}

#[test]
fn the_same_place_at_another_level_is_one_finding() {
    let draft = |opt| Draft::new(Rule::ArgLocation, "f", "argument 1", "rdi:4", "rsi:4").at_level(opt);
    let levels = World::agreed("f(a: i32)").with_findings(|findings| {
        for opt in [0, 2, 0] {
            findings.add(draft(opt));
        }
        assert_eq!(findings.list.len(), 1);
        findings.list.remove(0).opt
    });
    assert_eq!(levels, [0, 2]);
    for other in [
        Draft::new(Rule::StackLayout, "f", "argument 1", "rdi:4", "rsi:4"),
        Draft::new(Rule::ArgLocation, "g", "argument 1", "rdi:4", "rsi:4"),
        Draft::new(Rule::ArgLocation, "f", "argument 2", "rdi:4", "rsi:4"),
        Draft::new(Rule::ArgLocation, "f", "argument 1", "rdx:4", "rsi:4"),
        Draft::new(Rule::ArgLocation, "f", "argument 1", "rdi:4", "rdx:4"),
    ] {
        let count = World::agreed("f(a: i32)").with_findings(|findings| {
            findings.add(draft(0));
            findings.add(other);
            findings.list.len()
        });
        assert_eq!(
            count, 2,
            "another rule, function, place or evidence is another finding"
        );
    }
}

#[test]
fn a_field_of_a_type_is_told_once_for_all_functions_that_take_it() {
    let draft = |symbol: &str, place: &str, types: Option<(&str, &str)>| Draft {
        types: types.map(|(c, rust)| (c.to_owned(), rust.to_owned())),
        ..Draft::new(Rule::FieldWidth, symbol, place, "4 bytes", "8 bytes")
    };
    let pair = Some(("struct pair", "Pair"));
    for (second, also, count) in [
        (draft("g", "argument 2.b", pair), vec!["g".to_owned()], 1),
        (draft("f", "argument 2.b", pair), vec![], 1),
        (draft("g", "argument 1.a", pair), vec![], 2),
        (
            draft("g", "argument 1.b", Some(("struct other", "Pair"))),
            vec![],
            2,
        ),
        (draft("g", "argument 1.b", None), vec![], 2),
        (
            Draft {
                sides: SideFacts {
                    c: "4 bytes".into(),
                    rust: "2 bytes".into(),
                },
                ..draft("g", "argument 1.b", pair)
            },
            vec![],
            2,
        ),
    ] {
        let World { .. } = World::agreed("f(a: i32)").with_findings(|findings| {
            let place = second.place.clone();
            findings.add(draft("f", "argument 1.b", pair));
            findings.add(second);
            assert_eq!(
                (&findings.list[0].also, findings.list.len()),
                (&also, count),
                "{place}"
            );
            World::agreed("f(a: i32)")
        });
    }
    let twice = World::agreed("f(a: i32)").with_findings(|findings| {
        for (symbol, place) in [
            ("f", "argument 1.b"),
            ("g", "argument 1.b"),
            ("g", "argument 2.b"),
        ] {
            findings.add(draft(symbol, place, pair));
        }
        findings.list[0].also.clone()
    });
    assert_eq!(twice, ["g"], "each name once");
    let untyped = World::agreed("f(a: i32)").with_findings(|findings| {
        findings.add(draft("f", "argument 1.b", None));
        findings.add(draft("g", "argument 2.b", None));
        findings.list.len()
    });
    assert_eq!(untyped, 2, "without a type nothing is shared");
}

#[test]
fn a_finding_shows_both_declarations() {
    let c = "unsafe extern \"C\" { static shared: i32; fn f(a: i32); }";
    let rust = "#[unsafe(no_mangle)] pub static shared: i32 = 0;".to_owned() + &defined("f(a: i32)");
    let world = World::new(c, &rust);
    for (symbol, c, rust) in [
        ("f", Some(false), Some(true)),
        ("shared", Some(false), Some(true)),
        ("unknown", None, None),
    ] {
        world.with_findings(|findings| {
            findings.add(Draft::new(Rule::Value, symbol, "", "", ""));
            let found = &findings.list[0];
            let defines = |declaration: &Option<Declaration>| {
                let declaration = declaration.as_ref()?;
                assert!(declaration.text.contains(symbol), "{declaration:?}");
                Some(declaration.defined)
            };
            let both = (defines(&found.c_declaration), defines(&found.rust_declaration));
            assert_eq!(both, (c, rust), "{symbol}");
        });
    }
}

#[test]
fn a_refused_item_that_the_other_side_knows_makes_the_case_unsupported() {
    let c = "unsafe extern \"C\" { static shared: i32; fn f(a: i32); }";
    let rust = "#[unsafe(no_mangle)] pub static shared: i32 = 0;".to_owned() + &defined("f(a: i32)");
    for (side, symbol, unsupported) in [
        (Side::Rust, "f", true),
        (Side::Rust, "shared", true),
        (Side::C, "f", true),
        (Side::C, "private", false),
    ] {
        let mut world = World::new(c, &rust);
        world
            .side(side)
            .functions
            .retain(|function| function.symbol != symbol);
        world.side(side).data.retain(|data| data.symbol != symbol);
        world.side(side).refused.push(refusal(symbol));
        let judged = world.judge();
        assert_eq!(judged.unsupported.is_some(), unsupported, "{side} {symbol}");
        let named = |text: &String| text.starts_with(&format!("{side} `{symbol}`"));
        let listed = |one: &Unchecked| named(&one.to_string());
        assert!(judged.unchecked.iter().any(listed), "{:?}", judged.unchecked);
        assert!(judged.unsupported.iter().all(named));
    }
    let mut two = World::new(c, &rust);
    two.side(Side::Rust).functions.clear();
    two.side(Side::Rust).data.clear();
    two.side(Side::Rust)
        .refused
        .extend([refusal("f"), refusal("shared")]);
    assert!(
        two.judge()
            .unsupported
            .is_some_and(|reason| reason.contains("`f`")),
        "the first"
    );
}

#[test]
fn what_is_missing_is_noted_once_and_in_order() {
    let mut world = World::agreed("f(a: i32)");
    let left_out = |symbol: &str| (Side::Rust, symbol.to_owned(), "no driver".to_owned());
    world.build.left_out = vec![left_out("z"), left_out("b"), left_out("z")];
    assert_eq!(
        world.judge().notes,
        ["Rust `b`: no driver", "Rust `z`: no driver"]
    );
    world.build.left_out.clear();
    world.further = Some(Further {
        name: "gcc-12".to_owned(),
        observations: Err("it is not installed".to_owned()),
    });
    let notes = world.judge().notes;
    assert_eq!(notes.len(), 1);
    assert!(
        notes[0].contains("gcc-12") && notes[0].contains("not installed"),
        "{notes:?}"
    );
    world.further = Some(Further {
        name: "gcc-12".to_owned(),
        observations: Ok(Vec::new()),
    });
    assert_eq!(world.judge().notes, Vec::<String>::new());
}

#[test]
fn shared_functions_are_known_to_both_sides() {
    let world = World::new(
        &(declared("both(a: i32)") + &declared("c_only(a: i32)")),
        &(defined("both(a: i32)") + &declared("rust_only(a: i32)")),
    );
    world.with_findings(|findings| {
        for (symbol, shared, known) in [
            ("both", true, true),
            ("c_only", false, true),
            ("rust_only", false, true),
            ("neither", false, false),
        ] {
            assert_eq!(
                (findings.shared(symbol), findings.knows(symbol)),
                (shared, known),
                "{symbol}"
            );
        }
        let both: Vec<_> = findings
            .shared_functions()
            .iter()
            .map(|(c, rust)| (c.symbol.clone(), c.defined, rust.defined))
            .collect();
        assert_eq!(both, [("both".to_owned(), false, true)], "C first");
    });
}

/// In a boundary pair only the side that defines a function has code behind the call; of twins both have.
#[test]
fn calls_lead_to_whoever_defines() {
    let boundary = World::agreed("f(a: i32)");
    let twins = World::new(&defined("f(a: i32)"), &defined("f(a: i32)"));
    for (world, callee, expected) in [
        (&boundary, Side::C, true),
        (&boundary, Side::Rust, false),
        (&twins, Side::C, true),
        (&twins, Side::Rust, true),
    ] {
        assert_eq!(calls_into(&world.evidence(), "f", callee), expected);
    }
    assert!(!calls_into(&boundary.evidence(), "unknown", Side::C));
}

#[test]
fn the_reason_for_missing_ir_is_that_of_the_sides_asked_for() {
    let mut world = World::agreed("f(a: i32)");
    assert_eq!(no_ir(&world.evidence()), None);
    world.without_ir(Side::C);
    let evidence = world.evidence();
    assert!(no_ir(&evidence).is_some());
    assert!(no_ir_of(&evidence, &[Side::C]).is_some());
    assert_eq!(no_ir_of(&evidence, &[Side::Rust]), None);
}

#[test]
fn contracts_that_nobody_saw_kept_are_no_accident() {
    let (c_to_rust, rust_to_rust) = (C_TO_RUST, (Side::Rust, Side::Rust));
    let value = |width| vec![vec![reading("argument 1", 1, width)]];
    let one = |kind, (caller, callee)| called(kind, "f", caller, callee);
    let echo = |sent: u64, received: usize| Observation {
        sent: value(sent),
        received: vec![vec![reading("argument 1", 1, 32); received]],
        ..one(CallKind::Echo, c_to_rust)
    };
    let other = called(CallKind::Body, "g", Side::C, Side::Rust);
    for (what, without_slots, observations, accidental) in [
        ("slots were compared", false, vec![], true),
        ("nothing was seen", true, vec![], false),
        ("a call across", true, vec![one(CallKind::Body, c_to_rust)], true),
        (
            "a call inside one side",
            true,
            vec![one(CallKind::Body, rust_to_rust)],
            false,
        ),
        ("another function", true, vec![other.clone()], false),
        ("values were compared", true, vec![echo(32, 1)], true),
        ("values have other parts", true, vec![echo(32, 2)], false),
        ("one of two calls", true, vec![other, echo(32, 1)], true),
    ] {
        let mut world = World::agreed("f(a: i32)");
        world.observations = observations;
        let kept = world.with_findings(|findings| {
            findings.add(Draft::new(Rule::Nullability, "f", "argument 1", "", "").contract_only());
            findings.without_slots = without_slots.then(|| "no IR".to_owned());
            unseen(findings);
            findings.list[0].contract_only
        });
        assert_eq!(kept, accidental, "{what}");
    }
}
