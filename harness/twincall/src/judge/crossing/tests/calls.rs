//! Watched calls of whole pairs: which are listed, what they break, and which was the first to go wrong.

use twincall_abi::machine::Preserved;

use super::*;
use crate::build::{LinkedLibrary, Tapped};
use crate::facts::CallKind;
use crate::judge::testing::{World, called, declared, defined};
use crate::run::plan::Record;

/// A call of `f` from C into Rust, as recorded.
fn seen(order: u64) -> CrossingSeen {
    seen_as(Captured { order, ..captured() })
}

pub(super) fn seen_as(captured: Captured) -> CrossingSeen {
    CrossingSeen {
        symbol: "f".to_owned(),
        record: Record::Machine(Box::new(captured)),
    }
}

fn body(calls: Vec<CrossingSeen>, further: u64) -> Observation {
    Observation {
        label: "main()".to_owned(),
        machine: Some(MachineSeen::Tapped { calls, further }),
        ..called(CallKind::Tapped, "main", Side::C, Side::C)
    }
}

/// C calls Rust's `f(int, long long)`, which reads both as they were written.
fn world(observations: Vec<Observation>) -> World {
    let mut world = World::new(
        &declared("f(a: i32, b: i64) -> i32"),
        &defined("f(a: i32, b: i64) -> i32"),
    );
    for level in &mut world.build.levels {
        level.linked.tapped = Some(Tapped {
            library: LinkedLibrary::for_tests(),
            functions: vec!["f".to_owned()],
        });
    }
    world.observations = observations;
    world
}

fn crossings(world: &World) -> Crossings {
    world.judge().crossings.unwrap()
}

#[test]
fn a_recorded_call_is_described_in_terms_of_both_sides() {
    let world = world(vec![body(vec![seen(3)], 0)]);
    let crossings = crossings(&world);
    assert_eq!(
        (crossings.watched.as_slice(), crossings.unwatched.len()),
        (&["f".to_owned()][..], 0)
    );
    assert_eq!(crossings.first_disagreement, None);
    let [call] = crossings.calls.as_slice() else {
        panic!("{crossings:?}")
    };
    assert_eq!(
        (call.order, call.symbol.as_str(), call.path.to_string().as_str()),
        (3, "f", "c->rust")
    );
    assert_eq!(
        (call.during.as_str(), call.opt, call.returned),
        ("main()", 0, true)
    );
    assert!(call.aligned && call.lost.is_empty());
    let texts: Vec<_> = call
        .arguments
        .iter()
        .map(|value| (value.text.as_str(), value.agree))
        .collect();
    assert_eq!(
        texts,
        [
            ("argument 1 (i32): edi = 1", true),
            ("argument 2 (i64): rsi = 0x7f0000000010", true),
        ]
    );
    assert_eq!(
        call.result.as_ref().map(|value| value.text.as_str()),
        Some("result: eax = 5")
    );
    assert_eq!(world.rules(), Vec::<&str>::new());
}

#[test]
fn calls_are_watched_only_in_a_library_with_taps() {
    let mut untapped = world(Vec::new());
    for level in &mut untapped.build.levels {
        level.linked.tapped = None;
    }
    assert_eq!(untapped.judge().crossings, None);
    untapped.build.levels[1].linked.untapped = Some("the linker refused".to_owned());
    let crossings_of = crossings(&untapped);
    assert_eq!(crossings_of.watched, Vec::<String>::new());
    assert_eq!(
        crossings_of.unwatched,
        ["calls across at -O2: the linker refused"]
    );
    let watched = crossings(&world(Vec::new()));
    assert_eq!(watched.watched, ["f"], "once for both levels");
    assert_eq!(watched.unwatched, Vec::<String>::new());
}

/// A body that ends once it is watched, and not without taps, was not watched to its end.
#[test]
fn an_ending_that_only_the_taps_bring_is_said() {
    let ending = Ending::Trapped {
        trap: "unreachable".to_owned(),
        frames: vec!["f".to_owned()],
    };
    let watched = |ending: &Ending| Observation {
        ending: ending.clone(),
        ..body(vec![seen(1)], 0)
    };
    let ordinary = |ending: &Ending| Observation {
        kind: CallKind::Body,
        machine: None,
        ..watched(ending)
    };
    let lines = |observations| crossings(&world(observations)).unwatched;
    let returned = Ending::Returned;
    assert_eq!(
        lines(vec![ordinary(&returned), watched(&ending)]),
        ["`main()` at -O0 once it was watched: trap unreachable in f"]
    );
    assert_eq!(lines(vec![ordinary(&ending), watched(&ending)]), [""; 0]);
    assert_eq!(lines(vec![ordinary(&ending), watched(&returned)]), [""; 0]);
}

#[test]
fn what_is_not_watched_is_said() {
    let lines = |further| crossings(&world(vec![body(vec![seen(1)], further)])).unwatched;
    assert_eq!(lines(0), Vec::<String>::new());
    let [line] = &lines(2)[..] else { panic!("one line") };
    assert!(line.starts_with("2 calls during `main()` at -O0"), "{line}");
    assert_eq!(lines(1).len(), 1);

    let mut many = world(Vec::new());
    for level in &mut many.build.levels {
        let names = (0..=FUNCTIONS_WATCHED).map(|number| format!("g{number}"));
        level.linked.tapped.as_mut().unwrap().functions = names.collect();
    }
    let [line] = &crossings(&many).unwatched[..] else {
        panic!("once for both levels")
    };
    assert!(line.starts_with(&format!("`g{FUNCTIONS_WATCHED}`")), "{line}");

    // The linker redirects names, and an address that travels has none.
    let callback = "f(hook: Option<unsafe extern \"C\" fn()>)";
    let with_pointer = |tapped: bool| {
        let mut world = World::new(&declared(callback), &defined(callback));
        if tapped {
            world.build.levels = super::calls::world(Vec::new()).build.levels;
        }
        world.with_findings(|findings| unwatched(findings))
    };
    assert_eq!(with_pointer(false), Vec::<String>::new(), "nothing is watched");
    assert_eq!(with_pointer(true).len(), 1);
    assert!(with_pointer(true)[0].starts_with("`f`"));
}

/// psABI 3.2.2: rsp + 8 is a multiple of 16 where a function is entered. The caller answers for it.
#[test]
fn a_misaligned_stack_is_its_callers_fault() {
    let at = |rsp_modulo_64| {
        let call = seen_as(Captured {
            rsp_modulo_64,
            ..captured()
        });
        let judged = world(vec![body(vec![call], 0)]).judge();
        let aligned = judged.crossings.unwrap().calls[0].aligned;
        (judged.findings, aligned)
    };
    for good in [8, 24, 40, 56] {
        assert_eq!(at(good), (Vec::new(), true), "{good}");
    }
    for (bad, off) in [(0, 8), (16, 8), (12, 4), (48, 8)] {
        let (findings, aligned) = at(bad);
        let [one] = findings.as_slice() else {
            panic!("{bad}: {findings:?}")
        };
        assert_eq!((one.rule, aligned), (Rule::StackAlignment, false));
        assert!(
            one.c().contains(&format!("is {off} modulo")) && one.rust().is_empty(),
            "{one:?}"
        );
        assert_eq!(one.opt, [0]);
    }
}

/// psABI 3.2.1: rbx, rbp and r12 to r15 belong to the caller. The callee answers for them.
#[test]
fn what_a_callee_does_not_give_back_is_its_fault() {
    let giving_back = |preserved| {
        seen_as(Captured {
            preserved: Some(preserved),
            ..captured()
        })
    };
    let call = giving_back(Preserved::ALL);
    assert_eq!(world(vec![body(vec![call], 0)]).rules(), Vec::<&str>::new());
    let call = giving_back(Preserved {
        rbx: false,
        ..Preserved::ALL
    });
    let judged = world(vec![body(vec![call], 0)]).judge();
    let [one] = judged.findings.as_slice() else {
        panic!("{:?}", judged.findings)
    };
    assert_eq!((one.rule, one.c().as_str()), (Rule::CalleeSaved, ""));
    assert!(one.rust().contains("rbx"), "{one:?}");
    assert_eq!(judged.crossings.unwrap().calls[0].lost, ["rbx"]);
}

#[test]
fn the_first_value_that_arrives_wrong_is_named() {
    let mut world = world(vec![body(vec![seen(1), seen(2)], 0)]);
    // Rust reads a float, which travels in another register.
    world.change_ir(Side::Rust, "f", |function| {
        function.params[0].ty = twincall_abi::ir::IrType::Float
    });
    let crossings_of = crossings(&world);
    assert_eq!(crossings_of.calls.len(), 2);
    let text = crossings_of.first_disagreement.unwrap();
    assert!(
        text.starts_with("call 1 of `f` during `main()` at -O0 (c->rust): argument 1"),
        "{text}"
    );
    let agree: Vec<_> = crossings_of.calls[0]
        .arguments
        .iter()
        .map(|value| value.agree)
        .collect();
    assert!(agree.contains(&false), "{agree:?}");
}

/// The same bytes are an address to one side and the value to the other.
#[test]
fn a_value_against_its_address_never_agrees() {
    let agree = |draft: Option<Draft>| {
        let world = world(vec![body(vec![seen(1)], 0)]);
        world.with_findings(|findings| {
            let functions = crate::judge::lowering::judge(findings);
            draft.into_iter().for_each(|draft| findings.add(draft));
            let crossings = judge(findings, &functions).unwrap();
            let values = crossings.calls[0].arguments.iter();
            values.map(|value| value.agree).collect::<Vec<_>>()
        })
    };
    let draft = |rule, symbol: &str, place: &str| Some(Draft::new(rule, symbol, place, "", ""));
    assert_eq!(agree(None), [true, true]);
    assert_eq!(agree(draft(Rule::Indirect, "f", "argument 2")), [true, false]);
    assert_eq!(agree(draft(Rule::Indirect, "f", "argument 1")), [false, true]);
    assert_eq!(agree(draft(Rule::Indirect, "g", "argument 1")), [true, true]);
    assert_eq!(agree(draft(Rule::ArgLocation, "f", "argument 1")), [true, true]);
}

#[test]
fn results_are_shown_where_they_came_back_in_registers() {
    let result = |c: &str, rust: &str, returned: bool| {
        let ty = "#[repr(C)] pub struct Big { a: [i64; 3] }\n";
        let mut pair = World::new(&(ty.to_owned() + &declared(c)), &(ty.to_owned() + &defined(rust)));
        let mut registers = captured();
        if !returned {
            registers.result = None;
        }
        let call = seen_as(registers);
        pair.observations = vec![body(vec![call], 0)];
        pair.build.levels[0].linked.tapped = world(Vec::new()).build.levels[0].linked.tapped.clone();
        let call = crossings(&pair).calls.remove(0);
        assert_eq!(call.returned, returned);
        call.result.map(|value| value.text)
    };
    let (word, void, big) = ("f() -> i32", "f()", "f() -> Big");
    assert_eq!(result(word, word, true).as_deref(), Some("result: eax = 5"));
    assert_eq!(result(word, word, false), None);
    assert_eq!(result(void, void, true), None);
    assert_eq!(
        result(big, big, true),
        None,
        "what the hidden pointer leads to is not recorded"
    );
    assert_eq!(result(word, big, true), None);
    assert_eq!(result(big, word, true), None);
    let read = result(word, void, true).unwrap();
    assert!(
        read.contains("rustc-1.96 returned nothing") && read.contains("clang-22 reads eax"),
        "{read}"
    );
    let unread = result(void, word, true).unwrap();
    assert!(
        unread.contains("rustc-1.96 returned eax") && unread.contains("clang-22 reads nothing"),
        "{unread}"
    );
}

/// Without the slots of both sides the call is listed without its values.
#[test]
fn values_need_the_slots_of_both_sides() {
    let mut world = world(vec![body(vec![seen(1)], 0)]);
    world.without_ir(Side::C);
    let call = crossings(&world).calls.remove(0);
    assert_eq!((call.arguments.len(), call.result.is_some()), (0, false));
    // Slots of another level are not those of this one.
    let mut other_level = super::calls::world(vec![body(vec![seen(1)], 0)]);
    other_level.build.levels[0].rust.ir = Err(crate::build::NoIr::NoBitcode);
    assert_eq!(crossings(&other_level).calls[0].arguments.len(), 0);
}

#[test]
fn calls_of_functions_that_nobody_defines_are_left_out() {
    let mut call = seen(1);
    "puts".clone_into(&mut call.symbol);
    let crossings = crossings(&world(vec![body(vec![call, seen(2)], 0)]));
    let listed: Vec<_> = crossings.calls.iter().map(|call| call.symbol.as_str()).collect();
    assert_eq!(listed, ["f"]);
}

#[test]
fn a_list_of_calls_has_an_end_for_each_function_and_level() {
    let calls = |count: usize| (1..=count as u64).map(seen).collect::<Vec<_>>();
    let listed = |observations: Vec<Observation>| crossings(&world(observations)).calls.len();
    assert_eq!(listed(vec![body(calls(MAX_LISTED), 0)]), MAX_LISTED);
    assert_eq!(listed(vec![body(calls(MAX_LISTED + 3), 0)]), MAX_LISTED);
    let optimised = Observation {
        opt: 2.try_into().unwrap(),
        ..body(calls(3), 0)
    };
    assert_eq!(
        listed(vec![body(calls(MAX_LISTED), 0), optimised]),
        MAX_LISTED + 3
    );
    let mut two = World::new(
        &(declared("f(a: i32)") + &declared("g(a: i32)")),
        &(defined("f(a: i32)") + &defined("g(a: i32)")),
    );
    let other = CrossingSeen {
        symbol: "g".to_owned(),
        ..seen(99)
    };
    two.observations = vec![body([calls(MAX_LISTED), vec![other]].concat(), 0)];
    two.build.levels[0].linked.tapped = world(Vec::new()).build.levels[0].linked.tapped.clone();
    assert_eq!(crossings(&two).calls.len(), MAX_LISTED + 1);
}

/// A part of a register has a name of its own.
#[test]
fn places_have_the_names_of_their_widths() {
    for (whole, width, name) in [
        ("rax", 8, "rax"),
        ("rax", 4, "eax"),
        ("rax", 2, "ax"),
        ("rax", 1, "al"),
        ("rdx", 1, "dl"),
        ("rcx", 1, "cl"),
        ("rdi", 4, "edi"),
        ("rdi", 2, "di"),
        ("rdi", 1, "dil"),
        ("rsi", 1, "sil"),
        ("r8", 8, "r8"),
        ("r8", 4, "r8d"),
        ("r9", 2, "r9w"),
        ("r9", 1, "r9b"),
        ("r8", 3, "r8"),
        ("rdi", 3, "rdi"),
        ("xmm0", 4, "xmm0"),
        ("xmm0", 2, "xmm0"),
        ("xmm0", 1, "xmm0"),
    ] {
        assert_eq!(place_name(&register(whole, width)), name, "{whole}:{width}");
    }
    assert_eq!(place_name(&stack(8, 4)), "[rsp+16]");
}

#[test]
fn numbers_are_decimal_while_they_are_small() {
    for (value, text) in [
        (0u64, "0"),
        (7, "7"),
        ((1 << 20) - 1, "1048575"),
        (1 << 20, "0x100000"),
        ((1 << 20) + 1, "0x100001"),
        (u64::MAX, "0xffffffffffffffff"),
    ] {
        assert_eq!(number(&value.to_le_bytes()), text);
    }
    assert_eq!(number(&[0; 16]), "0");
    assert_eq!(
        number(&[vec![0; 15], vec![1]].concat()),
        "0x1000000000000000000000000000000"
    );
    assert_eq!(number(&[]), "0");
}
