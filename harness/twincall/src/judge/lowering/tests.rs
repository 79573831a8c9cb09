//! Slots of two sides: which rule their difference breaks, and when it is the effect of another cause.

use twincall_abi::interface::Convention;
use twincall_abi::ir::{IrAttributes, IrParam, IrType};
use twincall_abi::slot::Extension;
use twincall_abi::units::Bytes;

use super::*;
use crate::facts::Finding;
use crate::judge::testing::{NATIVE, WASM, World, declared, defined, pointer_in, register};
use twincall_abi::wasm::{ValueType, WasmFunction};

fn rules(world: &World) -> Vec<(&'static str, String)> {
    let findings = world.judge().findings;
    findings
        .into_iter()
        .map(|finding| (finding.rule.id(), finding.place.to_string()))
        .collect()
}

fn one(rule: &'static str, place: &str) -> Vec<(&'static str, String)> {
    vec![(rule, place.to_owned())]
}

fn integer(bits: u32) -> IrParam {
    IrParam {
        ty: IrType::Integer { bits },
        attributes: IrAttributes::default(),
    }
}

/// psABI 3.2.3: the first six INTEGER arguments travel in registers, the others on the stack in order.
#[test]
fn places_that_differ_break_the_rule_of_their_kind() {
    let seven = "f(a: i64, b: i64, c: i64, d: i64, e: i64, g: i64, h: i64)";
    let change = |signature: &str, change: fn(&mut IrFunction)| {
        let mut world = World::agreed(signature);
        world.change_ir(Side::Rust, "f", change);
        rules(&world)
    };
    assert_eq!(change("f(a: i32)", |_| {}), []);
    assert_eq!(
        change("f(a: i32)", |function| function.params[0].ty = IrType::Float),
        one("arg-location", "argument 1")
    );
    assert_eq!(
        change("f() -> i32", |function| function.result.ty = IrType::Float),
        one("return-location", "result")
    );
    assert_eq!(
        change("f(a: i8)", |function| function.params[0].attributes.extension =
            Extension::Zero),
        one("integer-extension", "argument 1")
    );
    // A caller must not rely on the upper bits of a small result (psABI 3.2.3).
    assert_eq!(
        change("f() -> i8", |function| function.result.attributes.extension =
            Extension::None),
        []
    );
    // An eighth word before the seventh moves it on the stack.
    let world = |extra: fn(&mut IrFunction)| {
        let mut world = World::agreed(seven);
        world.change_ir(Side::Rust, "f", extra);
        world
    };
    let moved = world(|function| {
        function.params[6].ty = IrType::Pointer;
        function.params[6].attributes.byval = Some(Bytes(8));
        function.params[6].attributes.align = Some(Bytes(8));
    });
    assert_eq!(
        rules(&moved),
        [],
        "a copy of eight bytes lies where the word lies"
    );
}

#[test]
fn the_rule_follows_from_the_kind_and_the_place() {
    let difference = |kind, argument| SlotDifference {
        kind,
        argument,
        c: vec![register("rdi", 8)],
        rust: vec![register("rsi", 8)],
    };
    use SlotDifferenceKind::{Extension, Indirect, Location, Stack};
    for (kind, argument, features, rule) in [
        (Location, Some(0), false, Rule::ArgLocation),
        (Stack, Some(0), false, Rule::StackLayout),
        (Indirect, Some(0), false, Rule::Indirect),
        (Extension, Some(0), false, Rule::IntegerExtension),
        (Location, None, false, Rule::ReturnLocation),
        (Stack, None, false, Rule::ReturnLocation),
        (Indirect, None, false, Rule::Indirect),
        (Extension, None, false, Rule::IntegerExtension),
        (Location, Some(0), true, Rule::TargetFeatures),
        (Location, None, true, Rule::TargetFeatures),
    ] {
        let found = World::agreed("f(a: i32)").with_findings(|findings| {
            explain(findings, "f", 2, &difference(kind, argument), features, true);
            findings.list.remove(0)
        });
        let place = if argument.is_some() {
            "argument 1"
        } else {
            "result"
        };
        assert_eq!(
            (found.rule, found.place.to_string().as_str()),
            (rule, place),
            "{kind:?} {argument:?}"
        );
        assert_eq!((found.c().as_str(), found.rust().as_str()), ("rdi:8", "rsi:8"));
        assert_eq!(found.opt, [2]);
    }
}

/// Where slots are not known by argument they are compared as one row.
#[test]
fn slots_that_belong_to_no_argument_are_compared_together() {
    let mut world = World::agreed("f(a: i32, b: i32)");
    // Three IR parameters for two of the source cannot be told apart.
    world.change_ir(Side::Rust, "f", |function| function.params.push(integer(32)));
    assert_eq!(rules(&world), one("arg-location", "all arguments"));
    world.change_ir(Side::C, "f", |function| function.params.push(integer(32)));
    assert_eq!(rules(&world), []);
}

/// Two conventions, or an ellipsis on one side, move every argument: the moves are the effect of one cause.
#[test]
fn a_difference_of_the_whole_function_explains_its_arguments() {
    let mut world = World::agreed("f(a: i64, b: i64) -> i64");
    world.build.rust.functions[0].signature.convention = Convention::Rust;
    assert_eq!(rules(&world), one("calling-convention", ""), "nothing moved yet");
    assert!(world.judge().findings[0].contract_only);
    world.change_ir(Side::Rust, "f", |function| {
        for param in &mut function.params {
            param.ty = IrType::Double;
        }
    });
    let found = world.judge().findings;
    let [finding] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert!(!finding.contract_only, "the machine does notice");
    assert_eq!(
        finding.effect.len(),
        2,
        "each argument once for both levels: {:?}",
        finding.effect
    );
    assert!(
        finding.effect[0].text.contains("argument 1")
            && finding.effect[0].text.contains("C rdi:8, Rust xmm0:8"),
        "{:?}",
        finding.effect
    );
    // Causes of other functions, of callbacks and of other rules are none here.
    let draft = |rule, symbol: &str, place: &str| Draft::new(rule, symbol, place, "", "");
    for (known, rooted) in [
        (draft(Rule::CallingConvention, "f", ""), true),
        (draft(Rule::Variadic, "f", ""), true),
        (draft(Rule::Variadic, "g", ""), false),
        (draft(Rule::Variadic, "f", "argument 1, callback"), false),
        (draft(Rule::Arity, "f", ""), false),
    ] {
        let difference = SlotDifference {
            kind: SlotDifferenceKind::Location,
            argument: Some(0),
            c: vec![register("rdi", 8)],
            rust: vec![register("rcx", 8)],
        };
        let list: Vec<Finding> = World::agreed("f(a: i32)").with_findings(|findings| {
            findings.add(known);
            explain(findings, "f", 0, &difference, false, true);
            std::mem::take(&mut findings.list)
        });
        assert_eq!(
            (list.len() == 1, !list[0].effect.is_empty()),
            (rooted, rooted),
            "{list:?}"
        );
    }
}

/// A result that a caller does not look at changes nothing natively, except where it is in memory: there the caller has to
/// hand over an address (psABI 3.2.3, returning of values).
#[test]
fn a_result_that_is_not_read_is_an_accident_natively() {
    let judged = |target, c: &str, rust: &str| {
        let ty = "#[repr(C)] pub struct Big { a: [i64; 3] }\n";
        let found = World::on(target, &(ty.to_owned() + c), &(ty.to_owned() + rust))
            .judge()
            .findings;
        let of_result: Vec<_> = found
            .iter()
            .filter(|finding| finding.rule == Rule::ReturnType)
            .map(|finding| finding.contract_only)
            .collect();
        let elsewhere = found.iter().any(|finding| finding.rule == Rule::ReturnLocation);
        (of_result, elsewhere)
    };
    let (void, word, big) = ("f()", "f() -> i32", "f() -> Big");
    assert_eq!(
        judged(NATIVE, &declared(void), &defined(word)),
        (vec![true], false)
    );
    assert_eq!(
        judged(NATIVE, &defined(word), &declared(void)),
        (vec![true], false)
    );
    // Who defines a function without a result leaves nothing for the caller that reads one.
    assert_eq!(
        judged(NATIVE, &defined(void), &declared(word)),
        (vec![false], false)
    );
    assert_eq!(
        judged(NATIVE, &declared(word), &defined(void)),
        (vec![false], false)
    );
    assert_eq!(
        judged(NATIVE, &declared(void), &defined(big)),
        (vec![false], false)
    );
    // On wasm the result is part of the function's type.
    assert_eq!(
        judged(WASM, &declared(void), &defined(word)),
        (vec![false], false)
    );
}

/// A function that takes a struct in memory is handed its address, and so is one that takes a pointer: rdi holds it in both.
#[test]
fn a_value_against_its_address_is_told_by_what_is_in_the_place() {
    let ty = "#[repr(C)] pub struct Pair { a: i32, b: i32 }\n#[repr(C)] pub struct Big { a: [i64; 3] }\n";
    let judged = |target, c: &str, rust: &str| {
        let world = World::on(
            target,
            &(ty.to_owned() + &declared(c)),
            &(ty.to_owned() + &defined(rust)),
        );
        let found = rules(&world);
        let slots: Vec<_> = found
            .into_iter()
            .filter(|(rule, _)| Rule::from_id(rule).unwrap().needs_slots())
            .collect();
        slots
    };
    assert_eq!(judged(NATIVE, "f(p: Pair)", "f(p: *const Pair)"), []);
    // Natively a big struct is copied to the stack, where nobody finds an address.
    assert_eq!(
        judged(NATIVE, "f(p: Big)", "f(p: *const Big)"),
        one("indirect", "argument 1")
    );
    assert_eq!(
        judged(WASM, "f(p: Pair)", "f(p: *const Pair)"),
        [],
        "wasm hands over an address"
    );
    assert_eq!(
        judged(NATIVE, "f() -> Big", "f() -> *const Big"),
        one("indirect", "result")
    );
}

#[test]
fn a_pair_of_value_and_address_needs_one_pointer() {
    let ty = "#[repr(C)] pub struct Pair { a: i32, b: i32 }\n";
    let asked = |c: &str, rust: &str, c_slots: Vec<Slot>, rust_slots: Vec<Slot>, argument| {
        let world = World::new(&(ty.to_owned() + &declared(c)), &(ty.to_owned() + &defined(rust)));
        let difference = SlotDifference {
            kind: SlotDifferenceKind::Indirect,
            argument,
            c: c_slots,
            rust: rust_slots,
        };
        let pointed = world.with_findings(|findings| value_against_address(findings, "f", 2, &difference));
        pointed.map(|pointed| pointed == Pointed::SamePlace)
    };
    let (value, address) = ("f(p: Pair)", "f(p: *const Pair)");
    let (in_rdi, at_rdi) = (|| vec![register("rdi", 8)], || vec![pointer_in("rdi", 8)]);
    assert_eq!(asked(value, address, at_rdi(), in_rdi(), Some(0)), Some(true));
    assert_eq!(asked(address, value, in_rdi(), at_rdi(), Some(0)), Some(true));
    assert_eq!(
        asked(value, address, in_rdi(), in_rdi(), Some(0)),
        Some(false),
        "a value in the place"
    );
    assert_eq!(
        asked(value, address, at_rdi(), vec![register("rsi", 8)], Some(0)),
        Some(false),
        "another place"
    );
    assert_eq!(asked(value, value, at_rdi(), in_rdi(), Some(0)), None);
    assert_eq!(asked(address, address, in_rdi(), in_rdi(), Some(0)), None);
    assert_eq!(
        asked(value, address, at_rdi(), in_rdi(), Some(1)),
        None,
        "no such argument"
    );
    assert_eq!(asked(value, address, at_rdi(), in_rdi(), None), None, "no result");
    let (value, address) = ("f() -> Pair", "f() -> *const Pair");
    assert_eq!(asked(value, address, at_rdi(), at_rdi(), None), Some(true));
}

/// psABI 3.2.3 classes __m256 as one register where there is one; without AVX LLVM splits it.
#[test]
fn vectors_part_where_only_one_side_has_their_registers() {
    let asked = |c: Option<&str>, rust: Option<&str>, registers: [&str; 2]| {
        let mut world = World::agreed("f(a: i32)");
        for (side, features) in [(Side::C, c), (Side::Rust, rust)] {
            match features {
                Some(features) => world.change_ir(side, "f", |function| {
                    features.clone_into(&mut function.target_features);
                }),
                None => world.without_ir(side),
            }
        }
        let difference = SlotDifference {
            kind: SlotDifferenceKind::Location,
            argument: Some(0),
            c: vec![register(registers[0], 16)],
            rust: vec![register(registers[1], 16)],
        };
        world.with_findings(|findings| features_differ(findings, "f", 0, &difference))
    };
    let wide = ["ymm0", "xmm0"];
    assert!(asked(Some("+sse2,+avx"), Some("+sse2"), wide));
    assert!(asked(Some("+sse2"), Some("+avx"), ["xmm0", "zmm0"]));
    assert!(!asked(Some("+avx"), Some("+avx"), wide), "both have them");
    assert!(!asked(Some(""), Some(""), wide));
    assert!(
        !asked(Some("+avx"), Some(""), ["xmm0", "rdi"]),
        "no wide register is in question"
    );
    assert!(
        asked(Some("+avx"), None, wide),
        "without IR flags and attributes tell, and there are none"
    );
}

#[test]
fn functions_of_either_side_are_described() {
    let world = World::new(
        &(declared("both(a: i32)") + &declared("c_only(a: i32)")),
        &(defined("rust_only(a: i32)") + &defined("both(a: i32)")),
    );
    let described: Vec<_> = world
        .judge()
        .functions
        .into_iter()
        .map(|function| {
            let levels = |side: Option<SideFunction>| side.map(|side| side.levels.len());
            (function.symbol, levels(function.c), levels(function.rust))
        })
        .collect();
    let named = |symbol: &str, c, rust| (symbol.to_owned(), c, rust);
    assert_eq!(
        described,
        [
            named("both", Some(2), Some(2)),
            named("c_only", Some(2), None),
            named("rust_only", None, Some(2)),
        ]
    );
}

#[test]
fn slots_that_cannot_be_read_are_noted() {
    let mut world = World::agreed("f(a: i32)");
    world.build.levels[1].rust.ir = Ok(Vec::new());
    let judged = world.judge();
    assert_eq!(judged.notes.len(), 1, "{:?}", judged.notes);
    assert!(judged.notes[0].contains("Rust `f`"), "{:?}", judged.notes);
    world.without_ir(Side::C);
    let notes = world.judge().notes;
    assert!(
        notes
            .iter()
            .any(|note| note.contains("no IR of C") && note.contains("gcc")),
        "{notes:?}"
    );
    // A contract that nobody saw kept cannot be an accident; a lonely function has nobody to part from.
    let without_slots = |world: &World| {
        world.with_findings(|findings| {
            judge(findings);
            findings.without_slots.is_some()
        })
    };
    assert!(without_slots(&world));
    let mut lonely = World::new(&declared("g(a: i32)"), &declared("f(a: i32)"));
    lonely.without_ir(Side::C);
    assert!(!without_slots(&lonely));
    let whole = World::agreed("f(a: i32)");
    assert!(!without_slots(&whole));
}

/// On wasm a function of the same declaration and the same type has the same places at each level.
#[test]
fn slots_of_another_level_hold_where_the_wasm_type_is_the_same() {
    let ty = |param| WasmFunction {
        params: vec![param],
        results: Vec::new(),
        defined: true,
    };
    let levels = |at_0: ValueType, at_2: ValueType| {
        let mut world = World::on(WASM, &defined("f(a: i32)"), &declared("f(a: i32)"));
        for (level, param) in world.build.levels.iter_mut().zip([at_0, at_2]) {
            level.rust.wasm.insert("f".to_owned(), ty(param));
        }
        world.build.levels[1].rust.ir = Ok(Vec::new());
        let described = world.judge().functions.remove(0).rust.unwrap();
        assert_eq!(
            described.wasm_type.as_deref(),
            Some(ty(at_0).to_string().as_str())
        );
        described.levels
    };
    let same = levels(ValueType::I32, ValueType::I32);
    assert_eq!(same.len(), 2);
    assert_eq!((same[1].opt, same[1].source), (2, SlotSource::WasmType));
    assert_eq!(same[1].arguments, same[0].arguments);
    assert_eq!(levels(ValueType::I32, ValueType::I64).len(), 1);
}

#[test]
fn arguments_beyond_those_of_both_are_a_matter_of_arity() {
    let more = World::new(&declared("f(a: i32, b: i32)"), &defined("f(a: i32)"));
    assert_eq!(rules(&more), one("arity", ""));
    let fewer = World::new(&declared("f(a: i32)"), &defined("f(a: i32, b: i32)"));
    assert_eq!(rules(&fewer), one("arity", ""));
    let moved = World::new(&declared("f(a: f32, b: i32)"), &defined("f(a: i32)"));
    assert!(rules(&moved).contains(&("arg-location", "argument 1".to_owned())));
}

/// Only the result that nobody reads is an accident: not another cause, and not another function's result.
#[test]
fn a_result_that_is_not_read_excuses_nothing_else() {
    let mut world = World::new(
        &(declared("f(a: i32)") + &declared("g() -> i32")),
        &(defined("f() -> i32") + &defined("g()")),
    );
    let contract_only = |world: &World| {
        let found = world.judge().findings.into_iter();
        found
            .map(|finding| (finding.rule, finding.symbol, finding.contract_only))
            .collect::<Vec<_>>()
    };
    let named = |rule, symbol: &str, contract_only| (rule, symbol.to_owned(), contract_only);
    assert_eq!(
        contract_only(&world),
        [
            named(Rule::Arity, "f", false),
            named(Rule::ReturnType, "g", false),
            named(Rule::ReturnType, "f", true),
        ]
    );
    world.build.c.functions.retain(|function| function.symbol == "g");
    assert_eq!(contract_only(&world), [named(Rule::ReturnType, "g", false)]);
}

/// Where no finding says that one side has no result, its place is what differs.
#[test]
fn a_result_of_one_side_is_a_place_where_no_type_tells_it() {
    let mut world = World::new(
        &(declared("f()") + &declared("g()")),
        &(defined("f() -> i32") + &defined("g() -> i32")),
    );
    // Without a prototype C promises nothing about `f` that could be compared.
    world.build.c.functions[0].signature.unprototyped = true;
    let found = world.judge().findings.into_iter();
    let found: Vec<_> = found.map(|finding| (finding.rule.id(), finding.symbol)).collect();
    assert_eq!(
        found,
        [
            ("return-location", "f".to_owned()),
            ("return-type", "g".to_owned()),
        ]
    );
}

/// A register shows a value's place and not what is promised of its upper bits.
#[test]
fn the_machine_tells_places_and_no_promises() {
    let differ = |source: SlotSource, change: fn(&mut Slot)| {
        World::agreed("f(a: i8)").with_findings(|findings| {
            let mut report = judge(findings).remove(0);
            for level in &mut report.c.as_mut().unwrap().levels {
                level.source = source;
                change(&mut level.arguments[0][0]);
            }
            compare(findings, &report);
            findings
                .list
                .iter()
                .map(|finding| finding.rule)
                .collect::<Vec<_>>()
        })
    };
    let unextended = |slot: &mut Slot| slot.extension = Extension::None;
    let elsewhere = |slot: &mut Slot| slot.location = register("rsi", 1).location;
    assert_eq!(differ(SlotSource::Ir, unextended), [Rule::IntegerExtension]);
    assert_eq!(differ(SlotSource::Machine, unextended), []);
    for source in [SlotSource::Ir, SlotSource::Machine] {
        assert_eq!(differ(source, elsewhere), [Rule::ArgLocation]);
    }
}

#[test]
fn features_are_those_of_the_level_in_question() {
    let mut world = World::agreed("f(a: i32)");
    "+avx".clone_into(&mut world.build.levels[0].c.ir.as_mut().unwrap()[0].target_features);
    let difference = SlotDifference {
        kind: SlotDifferenceKind::Location,
        argument: Some(0),
        c: vec![register("ymm0", 32)],
        rust: vec![register("xmm0", 16)],
    };
    for (opt, differ) in [(0, true), (2, false), (3, false)] {
        let asked = world.with_findings(|findings| features_differ(findings, "f", opt, &difference));
        assert_eq!(asked, differ, "-O{opt}");
    }
}
