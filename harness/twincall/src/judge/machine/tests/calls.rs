//! Observed calls of whole functions: what they add to a report, and what they stand in for.

use super::*;
use crate::facts::{CallKind, Rule};
use crate::judge::Draft;
use crate::judge::testing::{World, called, declared, defined};

/// A call without a compiled caller: the callee reads its arguments from these slots and returns `word` in rax.
pub(in crate::judge) fn callee(side: Side, arguments: &[Vec<Slot>], result: Option<u64>) -> Observation {
    let (places, frame) = marked();
    let (results, value) = result_in_rax(result.unwrap_or_default());
    Observation {
        machine: Some(MachineSeen::Callee {
            places,
            arguments: arguments.iter().map(|slots| stored(&frame, slots)).collect(),
            results,
            result: result.map(|_| value),
            in_memory: false,
            lost: Vec::new(),
        }),
        ..called(CallKind::Machine, "f", side, side)
    }
}

fn caller(side: Side, arguments: &[Vec<Slot>]) -> Observation {
    let (places, frame) = marked();
    Observation {
        machine: Some(MachineSeen::Caller {
            places,
            arguments: arguments.iter().map(|slots| stored(&frame, slots)).collect(),
            aligned: true,
        }),
        ..called(CallKind::Echo, "f", side, side)
    }
}

fn at(observation: Observation, opt: u8) -> Observation {
    Observation {
        opt: opt.try_into().unwrap(),
        ..observation
    }
}

pub(in crate::judge) fn words(names: &[&str]) -> Vec<Vec<Slot>> {
    names.iter().map(|name| vec![register(name, 8)]).collect()
}

/// Places of the psABI are those of its own convention with a fixed list of arguments.
#[test]
fn only_plain_functions_of_the_psabi_are_looked_for() {
    let covered = |change: fn(&mut Function)| {
        let mut function = World::agreed("f(a: i64)").build.c.functions.remove(0);
        change(&mut function);
        is_covered(&function)
    };
    assert!(covered(|_| {}));
    assert!(covered(
        |function| function.signature.convention = Convention::CUnwind
    ));
    assert!(covered(
        |function| function.signature.convention = Convention::SysV64
    ));
    assert!(!covered(
        |function| function.signature.convention = Convention::Rust
    ));
    assert!(!covered(
        |function| function.signature.convention = Convention::Win64
    ));
    assert!(!covered(|function| function.signature.variadic = true));
    assert!(!covered(|function| function.signature.unprototyped = true));
}

#[test]
fn only_returned_calls_of_a_side_with_itself_are_looked_at() {
    let mine = || callee(Side::C, &words(&["rdi"]), None);
    let found = |observation: Observation| seen(&[observation], Side::C, "f", 0).callee.is_some();
    assert!(found(mine()));
    for other in [
        Observation {
            caller: Side::Rust,
            ..mine()
        },
        Observation {
            callee: Side::Rust,
            ..mine()
        },
        Observation {
            symbol: "g".to_owned(),
            ..mine()
        },
        at(mine(), 2),
        Observation {
            ending: Ending::TimedOut,
            ..mine()
        },
        Observation {
            machine: None,
            ..mine()
        },
    ] {
        assert!(!found(other));
    }
    let unaligned = Observation {
        machine: match caller(Side::C, &words(&["rdi"])).machine {
            Some(MachineSeen::Caller {
                places, arguments, ..
            }) => Some(MachineSeen::Caller {
                places,
                arguments,
                aligned: false,
            }),
            other => other,
        },
        ..caller(Side::C, &words(&["rdi"]))
    };
    let both = [unaligned, mine()];
    let seen = seen(&both, Side::C, "f", 0);
    assert!(seen.caller.is_some() && seen.callee.is_some() && !seen.aligned);
}

/// psABI 3.2.1 lists what a callee gives back, 3.2.2 the alignment of the stack.
#[test]
fn what_is_not_given_back_contradicts_the_rules() {
    let mut observation = callee(Side::C, &words(&["rdi"]), None);
    if let Some(MachineSeen::Callee { lost, .. }) = &mut observation.machine {
        lost.extend(["rbx", "r12"]);
    }
    let mut world = World::agreed("f(a: i64)");
    world.observations = vec![observation];
    let conflicts = world.judge().conflicts;
    let [one] = conflicts.as_slice() else {
        panic!("{conflicts:?}")
    };
    assert!(
        one.starts_with("C `f` at -O0:") && one.contains("rbx, r12"),
        "{one}"
    );
}

#[test]
fn calls_that_agree_with_the_ir_are_listed_and_others_are_conflicts() {
    let judged = |observations: Vec<Observation>, change: fn(&mut World)| {
        let mut world = World::agreed("f(a: i64, b: i64) -> i64");
        world.observations = observations;
        change(&mut world);
        let judged = world.judge();
        let c = judged.functions[0].c.clone().unwrap();
        (c.machine, judged.conflicts.len())
    };
    let right = words(&["rdi", "rsi"]);
    let as_read = |slots: &[Vec<Slot>]| slots.iter().cloned().map(Some).collect::<Vec<_>>();
    let (machine, conflicts) = judged(
        vec![
            caller(Side::C, &right),
            callee(Side::C, &right, Some(0x1122_3344_5566_7788)),
        ],
        |_| {},
    );
    assert_eq!(conflicts, 0);
    let [level] = machine.as_slice() else {
        panic!("nothing was called at -O2: {machine:?}")
    };
    assert_eq!(
        (level.opt, &level.wrote, &level.read),
        (0, &as_read(&right), &as_read(&right))
    );
    assert_eq!(level.returned, Some(vec![register("rax", 8)]));
    // Only one of the two is enough to be listed.
    let (machine, conflicts) = judged(vec![caller(Side::C, &right)], |_| {});
    assert_eq!((machine.len(), machine[0].read.len(), conflicts), (1, 0, 0));
    let (machine, conflicts) = judged(vec![callee(Side::C, &right, None)], |_| {});
    assert_eq!((machine.len(), machine[0].wrote.len(), conflicts), (1, 0, 0));

    let swapped = words(&["rsi", "rdi"]);
    let (_, conflicts) = judged(vec![callee(Side::C, &swapped, None)], |_| {});
    assert_eq!(conflicts, 2, "one for each argument");
    // What comes from the machine is not held against itself, nor what is not known by argument.
    let (_, conflicts) = judged(vec![callee(Side::C, &swapped, Some(1))], |world| {
        world.without_ir(Side::C)
    });
    assert_eq!(conflicts, 0);
    let (machine, conflicts) = judged(vec![callee(Side::C, &swapped, None)], |world| {
        world.change_ir(Side::C, "f", |function| {
            function.params.push(function.params[0].clone());
        });
    });
    assert_eq!((machine.len(), conflicts), (1, 0));
    let (machine, _) = judged(vec![callee(Side::C, &right, None)], |world| {
        world.build.c.functions[0].signature.variadic = true;
    });
    assert_eq!(
        machine,
        [],
        "the places of a variadic function are not looked for"
    );
    let (machine, _) = judged(vec![callee(Side::C, &right, None)], |world| {
        world.target = Target::Wasm32Unknown;
    });
    assert_eq!(machine, [], "wasm has no registers");
}

/// gcc writes no IR, so that its calls tell where it looks.
#[test]
fn the_machine_stands_in_for_ir() {
    let levels = |observations: Vec<Observation>, change: fn(&mut World)| {
        let mut world = World::agreed("f(a: i64, b: i64) -> i64");
        world.without_ir(Side::C);
        world.observations = observations;
        change(&mut world);
        let judged = world.judge();
        (judged.functions[0].c.clone().unwrap().levels, judged.notes.len())
    };
    let right = words(&["rdi", "rsi"]);
    let result = Some(0x1122_3344_5566_7788);
    let (found, notes) = levels(
        vec![
            callee(Side::C, &right, result),
            at(callee(Side::C, &right, result), 2),
        ],
        |_| {},
    );
    let [first, second] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!((first.opt, second.opt, notes), (0, 2, 0));
    for level in [first, second] {
        assert_eq!((level.source, level.attributed), (SlotSource::Machine, true));
        assert_eq!(level.arguments, right);
        assert_eq!(level.result, [register("rax", 8)]);
    }
    let none = |observations: Vec<Observation>, change: fn(&mut World)| levels(observations, change).0.len();
    let all = || vec![callee(Side::C, &right, result)];
    assert_eq!(none(all(), |_| {}), 1);
    assert_eq!(
        none(vec![callee(Side::C, &right[..1], result)], |_| {}),
        0,
        "an argument is missing"
    );
    assert_eq!(
        none(vec![caller(Side::C, &right)], |_| {}),
        0,
        "a caller alone tells no result"
    );
    assert_eq!(
        none(all(), |world| world.build.c.functions[0].signature.variadic =
            true),
        0
    );
    assert_eq!(
        none(all(), |world| {
            let Some(MachineSeen::Callee { result, .. }) = &mut world.observations[0].machine else {
                panic!("a callee")
            };
            // A value that came back in no register.
            result.as_mut().unwrap().bytes = vec![0xEE; 8];
        }),
        0
    );
    // A function without a result needs none.
    let (found, _) = levels(vec![callee(Side::C, &right, None)], |world| {
        world.build.c.functions[0].signature.result = twincall_abi::types::Type::Void;
    });
    assert_eq!(found[0].result, []);
}

/// What another level of this side promises about the same places, it promises at this one.
#[test]
fn extensions_of_another_level_hold_where_the_places_are_the_same() {
    let with = |arguments: Vec<Vec<Slot>>, result: Option<u64>, own: fn(&mut LevelSlots)| {
        let mut world = World::agreed("f(a: i64) -> i64");
        world.observations = vec![callee(Side::C, &arguments, result)];
        let mut known = level(
            vec![vec![Slot {
                extension: Extension::Sign,
                ..register("rdi", 8)
            }]],
            vec![register("rax", 8)],
        );
        known.opt = 2;
        own(&mut known);
        level_slots(&world.evidence(), Side::C, "f", 0, [Some(&known), None]).map(|level| {
            assert_eq!((level.opt, level.source), (0, SlotSource::Machine));
            level.arguments[0][0].extension
        })
    };
    let result = Some(0x1122_3344_5566_7788);
    let rdi = || words(&["rdi"]);
    assert_eq!(with(rdi(), result, |_| {}), Some(Extension::Sign));
    assert_eq!(
        with(words(&["rsi"]), result, |_| {}),
        Some(Extension::None),
        "another place"
    );
    let elsewhere = with(rdi(), result, |own| own.result = vec![register("xmm0", 8)]);
    assert_eq!(elsewhere, Some(Extension::None), "another result");
    let unattributed = with(rdi(), result, |own| own.attributed = false);
    assert_eq!(unattributed, Some(Extension::None));
    let more = with(rdi(), result, |own| own.arguments.push(vec![register("rsi", 8)]));
    assert_eq!(more, Some(Extension::None), "another number of arguments");
    assert_eq!(
        with(words(&["rdi", "rsi"]), result, |_| {}),
        None,
        "more than were declared"
    );
    let world = World::agreed("f(a: i64)");
    assert!(level_slots(&world.evidence(), Side::C, "g", 0, [None, None]).is_none());
}

/// Of several ways to pass a value the first is taken that the callee shows whole: compilers leave copies behind.
#[test]
fn the_first_candidate_that_holds_every_byte_is_taken() {
    let (places, frame) = marked();
    let rdi = || vec![register("rdi", 8)];
    let arguments = [stored(&frame, &rdi())];
    let (results, value) = result_in_rax(0x1122_3344_5566_7788);
    let seen = |in_memory, with_callee: bool| Seen {
        caller: None,
        callee: with_callee.then_some(Callee {
            places: &places,
            arguments: &arguments,
            results: &results,
            result: Some(&value),
            in_memory,
        }),
        aligned: true,
        lost: Vec::new(),
    };
    let first = |place, candidates: &[Vec<Slot>]| seen(false, true).first_that_holds(place, candidates);
    let extended = vec![Slot {
        extension: Extension::Zero,
        ..register("rdi", 8)
    }];
    let address = vec![hidden_pointer(8)];
    let rsi = || vec![register("rsi", 8)];
    assert_eq!(first(Some(0), &[rsi(), rdi()]), Some(rdi()));
    assert_eq!(first(Some(0), &[rsi()]), None);
    assert_eq!(
        first(Some(0), &[Vec::new(), rdi()]),
        Some(rdi()),
        "no place holds nothing"
    );
    assert_eq!(
        first(Some(0), &[address, rdi()]),
        Some(rdi()),
        "an address is not the value"
    );
    assert_eq!(
        first(Some(0), std::slice::from_ref(&extended)),
        Some(extended.clone())
    );
    assert_eq!(first(Some(1), &[rdi()]), None, "no such argument");
    let rax = || vec![register("rax", 8)];
    assert_eq!(first(None, &[rdi(), rax()]), Some(rax()));
    assert_eq!(
        seen(true, true).first_that_holds(None, &[rax()]),
        None,
        "it is in memory"
    );
    assert_eq!(seen(true, true).first_that_holds(Some(0), &[rdi()]), Some(rdi()));
    assert_eq!(seen(false, false).first_that_holds(Some(0), &[rdi()]), None);
}

/// A result in memory is where rdi points (psABI 3.2.3), whatever else lies in registers; a result of no bytes is nowhere.
#[test]
fn a_result_in_memory_is_its_hidden_pointer() {
    let (results, value) = result_in_rax(7);
    let (places, _) = marked();
    let returned = |in_memory, value: &Passed| {
        let seen = Seen {
            caller: None,
            callee: Some(Callee {
                places: &places,
                arguments: &[],
                results: &results,
                result: Some(value),
                in_memory,
            }),
            aligned: true,
            lost: Vec::new(),
        };
        seen.slots(0, &LikelySlots(None)).returned
    };
    assert_eq!(returned(true, &value), Some(vec![hidden_pointer(8)]));
    assert_eq!(returned(false, &value), Some(vec![register("rax", 8)]));
    let empty = Passed {
        bytes: Vec::new(),
        mask: Vec::new(),
        ..Passed::default()
    };
    assert_eq!(returned(true, &empty), Some(Vec::new()));
}

#[test]
fn likely_places_are_those_of_known_arguments() {
    let mut known = level(vec![vec![register("rdi", 8)]], vec![register("rax", 8)]);
    let argument = |level: &LevelSlots, index| LikelySlots(Some(level)).argument(index).to_vec();
    assert_eq!(argument(&known, 0), [register("rdi", 8)]);
    assert_eq!(argument(&known, 1), []);
    assert_eq!(LikelySlots(Some(&known)).result(), [register("rax", 8)]);
    known.attributed = false;
    assert_eq!(
        argument(&known, 0),
        [],
        "one row for all arguments is no argument's"
    );
    assert_eq!(LikelySlots(None).argument(0), []);
    assert_eq!(LikelySlots(None).result(), []);
}

/// The log of a finding about an argument: what one side's caller wrote, and where the other side's callee reads it.
#[test]
fn a_finding_about_an_argument_shows_both_ends_of_the_call() {
    let (c_slots, rust_slots) = (words(&["rdi", "rsi"]), words(&["rdi", "rdx"]));
    let logged = |draft: Draft, observations: Vec<Observation>| {
        let mut world = World::new(&declared("f(a: i64, b: i64)"), &defined("f(a: i64, b: i64)"));
        world.observations = observations;
        // The places are known from the machine alone, which IR would contradict.
        for level in &mut world.build.levels {
            level.c.ir = Err(crate::build::NoIr::NoBitcode);
            level.rust.ir = Err(crate::build::NoIr::NoBitcode);
        }
        world.with_findings(|findings| {
            let mut functions = crate::judge::lowering::judge(findings);
            findings.list.clear();
            findings.add(draft);
            judge(findings, &mut functions);
            let effects = findings.list.remove(0).effect.into_iter();
            effects.map(|effect| effect.text).collect::<Vec<_>>()
        })
    };
    let draft = |place: &str| Draft::new(Rule::ArgLocation, "f", place, "", "");
    let calls = || {
        vec![
            caller(Side::C, &c_slots),
            callee(Side::C, &c_slots, None),
            caller(Side::Rust, &rust_slots),
            callee(Side::Rust, &rust_slots, None),
        ]
    };
    let lines = logged(draft("argument 2"), calls());
    assert_eq!(
        lines,
        [
            "argument 2 (i64): clang-22 wrote rsi, rustc-1.96 reads rdx",
            "argument 2 (i64): rustc-1.96 wrote rdx, clang-22 reads rsi",
        ]
    );
    let none = Vec::<String>::new();
    assert_eq!(
        logged(draft("argument 1"), calls()),
        none,
        "both have it in one place"
    );
    assert_eq!(logged(draft("argument 3"), calls()), none);
    assert_eq!(logged(draft("result"), calls()), none);
    let other = Draft::new(Rule::ArgLocation, "g", "argument 2", "", "");
    assert_eq!(logged(other, calls()), none);
    let of_type = Draft::new(Rule::ParamType, "f", "argument 2", "", "");
    assert_eq!(logged(of_type, calls()), none, "a rule that places do not show");
    assert_eq!(
        logged(draft("argument 2").at_level(2), calls()),
        none,
        "nothing was called at that level"
    );
    assert_eq!(logged(draft("argument 2").at_level(0), calls()).len(), 2);
    let one_way = vec![caller(Side::C, &c_slots), callee(Side::Rust, &rust_slots, None)];
    assert_eq!(logged(draft("argument 2"), one_way).len(), 1);
}
