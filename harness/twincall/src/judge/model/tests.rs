//! The text's word on one side: where it is followed, where a compiler departs from it, and what that is worth.

use twincall_abi::ir::IrType;
use twincall_abi::model::ModelArgument;
use twincall_abi::slot::{Extension, Location};
use twincall_abi::units::Bytes;

use super::*;
use crate::judge::testing::{NATIVE, World, declared, defined, register, stack};

mod layouts;

/// The opinion on one side's `f` after all evidence was read.
fn of(world: &World, side: Side) -> ModelReport {
    let functions = world.judge().functions;
    let function = functions
        .into_iter()
        .find(|function| function.symbol == "f")
        .unwrap();
    let described = match side {
        Side::C => function.c,
        Side::Rust => function.rust,
    };
    described.unwrap().model.unwrap()
}

#[test]
fn a_function_where_the_text_puts_it_follows() {
    let world = World::agreed("f(a: i32, b: f64, c: *const u8) -> i64");
    for side in Side::BOTH {
        let report = of(&world, side);
        assert_eq!(report.state, ModelState::Follows);
        assert_eq!(report.departures, Vec::<String>::new());
        assert_eq!(report.reason, None);
        let lowering = report.lowering.unwrap();
        // psABI 3.2.3: INTEGER from rdi on, SSE from xmm0 on, results in rax.
        assert_eq!(lowering, "(rdi:4, xmm0:8, rsi:8) -> rax:8");
        // Passing and returning each rest on their clause, told once.
        let clauses = report.clauses;
        assert!(clauses.iter().any(|id| id.contains("passing (2)")), "{clauses:?}");
        assert!(clauses.iter().any(|id| id.contains("returning")), "{clauses:?}");
        let mut once = clauses.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), clauses.len(), "{clauses:?}");
    }
    let judged = world.judge();
    assert_eq!(judged.verdict, Verdict::Conforms);
}

#[test]
fn both_sides_alike_against_the_text_only_agree() {
    let mut world = World::agreed("f(a: i32, b: i32)");
    for side in Side::BOTH {
        // As if both compilers thought the first argument a float.
        world.change_ir(side, "f", |function| function.params[0].ty = IrType::Float);
    }
    let judged = world.judge();
    assert_eq!((judged.verdict, judged.findings), (Verdict::Agrees, Vec::new()));
    let report = of(&world, Side::C);
    assert_eq!(report.state, ModelState::Departs);
    let [first, second] = report.departures.as_slice() else {
        panic!("{:?}", report.departures)
    };
    assert!(
        first.starts_with("argument 1 is xmm0:4 here and rdi:4 by psABI 3.2.3, passing (2)"),
        "{first}"
    );
    assert!(
        second.starts_with("argument 2 is rdi:4 here and rsi:4 by "),
        "{second}"
    );
    for side in Side::BOTH {
        world.change_ir(side, "f", |function| {
            function.result.ty = IrType::Integer { bits: 32 }
        });
    }
    // Without a type the result is not the function's: nothing departs there.
    assert_eq!(of(&world, Side::C).departures.len(), 2);
}

#[test]
fn a_result_elsewhere_departs_too() {
    let mut world = World::agreed("f() -> i64");
    world.change_ir(Side::Rust, "f", |function| function.result.ty = IrType::Double);
    let report = of(&world, Side::Rust);
    assert_eq!(report.departures.len(), 1);
    assert!(
        report.departures[0].starts_with("the result is xmm0:8 here and rax:8 by "),
        "{:?}",
        report.departures
    );
    assert_eq!(of(&world, Side::C).state, ModelState::Follows);
}

#[test]
fn what_is_not_known_of_a_compiler_is_not_held_against_the_text() {
    let mut world = World::agreed("f(a: i32)");
    world.build.levels[1].rust.ir = Err(crate::build::NoIr::NoBitcode);
    let report = of(&world, Side::Rust);
    assert_eq!(report.state, ModelState::Unsupported);
    assert!(report.reason.is_some());
    assert_eq!(of(&world, Side::C).state, ModelState::Follows);
    assert_eq!(world.judge().verdict, Verdict::Agrees);
    let mut rust = World::agreed("f(a: i32)");
    rust.build.c.functions[0].signature.convention = twincall_abi::interface::Convention::Win64;
    let report = of(&rust, Side::C);
    assert_eq!(report.state, ModelState::Unsupported);
    assert!(report.reason.unwrap().contains("Win64"));
}

/// rustc's and clang's data may be compared with each other; the text has nothing to say of them.
#[test]
fn what_agreement_is_worth() {
    let verdict = |world: &World| world.judge().verdict;
    assert_eq!(verdict(&World::agreed("f(a: i32)")), Verdict::Conforms);
    let data = "unsafe extern \"C\" { static v: i32; }\n";
    let with_data = World::new(&(data.to_owned() + &declared("f(a: i32)")), &defined("f(a: i32)"));
    assert_eq!(verdict(&with_data), Verdict::Agrees);
    let same = World::agreed("f(a: i32)").expecting("//@ same = [['int', 'i32']]");
    assert_eq!(verdict(&same), Verdict::Agrees);
    let nothing = World::new(&declared("g(a: i32)"), &defined("f(a: i32)"));
    assert_eq!(verdict(&nothing), Verdict::Agrees, "no function is shared");
}

/// psABI 3.2.3 is silent on vectors wider than the registers as results: gcc and clang read it in their own ways.
#[test]
fn states_of_both_sides_make_the_verdict() {
    let world = World::agreed("f(a: i32)");
    let judged = |c: ModelState, rust: ModelState| {
        let mut functions = world.judge().functions;
        let function = &mut functions[0];
        for (side, state) in [(&mut function.c, c), (&mut function.rust, rust)] {
            side.as_mut().unwrap().model.as_mut().unwrap().state = state;
        }
        world.with_findings(|findings| verdict(findings, &functions))
    };
    use ModelState::{Ambiguous, Departs, Follows, Unsupported};
    for (c, rust, wanted) in [
        (Follows, Follows, Verdict::Conforms),
        (Follows, Ambiguous, Verdict::Ambiguous),
        (Ambiguous, Ambiguous, Verdict::Ambiguous),
        (Follows, Departs, Verdict::Agrees),
        (Unsupported, Follows, Verdict::Agrees),
        (Ambiguous, Departs, Verdict::Agrees),
        (Unsupported, Ambiguous, Verdict::Agrees),
    ] {
        assert_eq!(judged(c, rust), wanted, "{c:?} {rust:?}");
    }
}

/// Which classes are empty, and what an enum is, depends on the language.
#[test]
fn each_side_is_read_in_its_own_language() {
    let mut world = World::agreed("f(a: i32)");
    let language = |world: &World, side: Side| {
        world.with_findings(|findings| {
            let function = &findings.evidence.build.interface(side).functions[0];
            model(findings, side, function).language
        })
    };
    assert_eq!(language(&world, Side::C), Language::C);
    assert_eq!(language(&world, Side::Rust), Language::Rust);
    world.case.c.cpp = true;
    assert_eq!(language(&world, Side::C), Language::Cpp);
    assert_eq!(language(&world, Side::Rust), Language::Rust);
}

#[test]
fn features_are_those_of_the_ir_and_else_of_the_source() {
    let asked = |ir: Option<&str>, source: Option<&str>| {
        let mut world = World::agreed("f(a: i32)");
        match ir {
            Some(features) => world.change_ir(Side::C, "f", |function| {
                features.clone_into(&mut function.target_features);
            }),
            None => world.without_ir(Side::C),
        }
        world.build.c.functions[0].target_features = source.map(str::to_owned);
        let options = world.with_findings(|findings| {
            let function = &findings.evidence.build.c.functions[0];
            options(findings, Side::C, function)
        });
        assert!(!options.short_enums);
        [options.avx, options.avx512, options.simd128]
    };
    assert_eq!(asked(Some(""), None), [false; 3]);
    assert_eq!(asked(Some("+sse2,+avx"), None), [true, false, false]);
    assert_eq!(asked(Some("+sse2,-avx"), None), [false; 3]);
    assert_eq!(asked(Some("+avx2"), None), [true, false, false], "it implies AVX");
    assert_eq!(asked(Some("+fma"), None), [true, false, false], "so does it");
    assert_eq!(
        asked(Some("+avxother"), None),
        [false; 3],
        "another feature that begins alike"
    );
    assert_eq!(asked(Some("+avx,+avx512f"), None), [true, true, false]);
    assert_eq!(asked(Some("+simd128"), None), [false, false, true]);
    assert_eq!(asked(Some(""), Some("avx")), [false; 3], "the IR knows better");
    assert_eq!(asked(None, Some("avx,avx512f")), [true, true, false]);
    assert_eq!(asked(None, None), [false; 3]);
}

fn argument(slots: Vec<(Slot, u64)>) -> ModelArgument {
    let slots = slots
        .into_iter()
        .map(|(slot, offset)| twincall_abi::model::ModelSlot {
            slot,
            value_offset: Bytes(offset),
            in_buffer: None,
        });
    ModelArgument {
        slots: slots.collect(),
        ..ModelArgument::default()
    }
}

fn lowering(arguments: Vec<ModelArgument>, result: ModelArgument) -> ModelLowering {
    ModelLowering {
        arguments,
        result,
        stack: Bytes(0),
        stack_align: Bytes(16),
        vector_count: None,
        hidden: Vec::new(),
        buffer: None,
    }
}

fn level(arguments: Vec<Vec<Slot>>, result: Vec<Slot>, source: SlotSource) -> LevelSlots {
    LevelSlots {
        opt: 0,
        arguments,
        result,
        attributed: true,
        ir: None,
        source,
    }
}

/// psABI 3.2.3 asks for the extension of `_Bool` only; what else a compiler promises is its own affair.
#[test]
fn an_extension_counts_where_the_text_asks_for_it() {
    let of = |extension| Slot {
        extension,
        ..register("rdi", 1)
    };
    let differs = |asked, found, source| {
        let model = lowering(vec![argument(vec![(of(asked), 0)])], ModelArgument::default());
        let level = level(vec![vec![of(found)]], Vec::new(), source);
        !differences(&model, &level, NATIVE).is_empty()
    };
    use Extension::{None, Sign, Zero};
    for (asked, found, source, differ) in [
        (Zero, Zero, SlotSource::Ir, false),
        (Zero, Sign, SlotSource::Ir, true),
        (Zero, None, SlotSource::Ir, true),
        (None, Zero, SlotSource::Ir, false),
        (None, None, SlotSource::Ir, false),
        // The machine shows bits and no promises.
        (Zero, None, SlotSource::Machine, false),
        (Zero, Sign, SlotSource::Machine, false),
        (Zero, Sign, SlotSource::WasmType, true),
    ] {
        assert_eq!(
            differs(asked, found, source),
            differ,
            "{asked:?} {found:?} {source:?}"
        );
    }
    // Places count whoever tells them.
    let model = lowering(
        vec![argument(vec![(register("rdi", 4), 0)])],
        ModelArgument::default(),
    );
    for source in [SlotSource::Ir, SlotSource::Machine] {
        let elsewhere = level(vec![vec![register("rsi", 4)]], Vec::new(), source);
        assert_eq!(differences(&model, &elsewhere, NATIVE).len(), 1);
    }
}

/// The layouts of the types in a signature, as the text has them.
fn table(types: &str, signature: &str) -> (LayoutTable, FunctionTypes) {
    let world = World::new(&(types.to_owned() + &declared(signature)), &declared("g()"));
    let table = world.build.levels[0].c.layouts.clone();
    let types = table.functions["f"].clone();
    (table, types)
}

/// Every byte of a value has to lie in a slot; padding needs none.
#[test]
fn a_slot_may_be_too_narrow_for_its_bytes() {
    let types = "#[repr(C)] pub struct Odd { a: i64, b: i32, c: u8 }\n";
    let (table, types) = table(types, "f(odd: Odd, word: i64) -> Odd");
    let two = |width| argument(vec![(register("rdi", 8), 0), (register("rsi", width), 8)]);
    let word = || argument(vec![(register("rdx", 8), 0)]);
    let returned = || argument(vec![(register("rax", 8), 0), (register("rdx", 8), 8)]);
    let model = lowering(vec![two(8), word()], returned());
    let lines = |odd: [u64; 2], word: u64, result: [u64; 2]| {
        let level = level(
            vec![
                vec![register("rdi", odd[0]), register("rsi", odd[1])],
                vec![register("rdx", word)],
            ],
            vec![register("rax", result[0]), register("rdx", result[1])],
            SlotSource::Ir,
        );
        narrowed(&model, &level, &table, &types)
    };
    let none = Vec::<String>::new();
    assert_eq!(lines([8, 8], 8, [8, 8]), none);
    assert_eq!(lines([8, 5], 8, [8, 5]), none, "three bytes are padding");
    for (what, lines, place, found, needed) in [
        (
            "a byte of the second word",
            lines([8, 4], 8, [8, 8]),
            "argument 1",
            "4 of 5 bytes in rsi",
            1,
        ),
        (
            "half of the first word",
            lines([4, 8], 8, [8, 8]),
            "argument 1",
            "4 of 8 bytes in rdi",
            1,
        ),
        (
            "a whole integer",
            lines([8, 8], 4, [8, 8]),
            "argument 2",
            "4 of 8 bytes in rdx",
            1,
        ),
        (
            "the result",
            lines([8, 8], 8, [8, 4]),
            "the result",
            "4 of 5 bytes in rdx",
            1,
        ),
        (
            "nothing at all",
            lines([8, 0], 8, [8, 8]),
            "argument 1",
            "0 of 5 bytes in rsi",
            1,
        ),
    ] {
        assert_eq!(lines.len(), needed, "{what}: {lines:?}");
        assert!(
            lines[0].starts_with(place) && lines[0].contains(found),
            "{what}: {lines:?}"
        );
    }
    // Another place is a departure of its own, and an address does not hold the value.
    let with = |odd: Vec<Slot>, model_slot: Slot| {
        let model = lowering(vec![argument(vec![(model_slot, 0)])], ModelArgument::default());
        narrowed(
            &model,
            &level(vec![odd], Vec::new(), SlotSource::Ir),
            &table,
            &types,
        )
    };
    let address = |width| Slot {
        content: Content::Pointer { to: Bytes(16) },
        ..register("rdi", width)
    };
    assert_eq!(with(vec![register("rcx", 4)], register("rdi", 8)), none);
    assert_eq!(with(vec![address(4)], register("rdi", 8)), none);
    assert_eq!(with(vec![register("rdi", 4)], address(8)), none);
    assert_eq!(with(vec![register("rdi", 4)], register("rdi", 8)).len(), 1);
    let beyond = with(
        vec![stack(0, 8)],
        Slot {
            width: Bytes(64),
            ..stack(0, 0)
        },
    );
    assert_eq!(beyond.len(), 1, "a slot on the stack holds 13 bytes: {beyond:?}");
}

#[test]
fn narrow_slots_are_told_in_the_opinion() {
    let mut world = World::agreed("f(a: i64)");
    world.change_ir(Side::Rust, "f", |function| {
        function.params[0].ty = IrType::Integer { bits: 32 }
    });
    let report = of(&world, Side::Rust);
    assert_eq!(report.state, ModelState::Departs);
    assert_eq!(
        report.departures.len(),
        1,
        "once for both levels: {:?}",
        report.departures
    );
    assert!(
        report.departures[0].contains("4 of 8 bytes"),
        "{:?}",
        report.departures
    );
    assert_eq!(of(&world, Side::C).state, ModelState::Follows);
}

#[test]
fn a_departure_names_its_place_and_its_clause() {
    let mut model = lowering(
        vec![argument(vec![(register("rdi", 8), 0)])],
        argument(vec![(register("rax", 8), 0)]),
    );
    model.arguments[0].clauses = vec![
        twincall_abi::model::clauses::SYSV_CLASSES,
        twincall_abi::model::clauses::SYSV_PASS_INTEGER,
    ];
    let difference = |argument| SlotDifference {
        kind: SlotDifferenceKind::Location,
        argument,
        c: vec![register("rdi", 8)],
        rust: vec![Slot {
            location: Location::Stack { offset: Bytes(0) },
            ..register("", 8)
        }],
    };
    let text = departure(&model, &difference(Some(0)));
    assert_eq!(
        text, "argument 1 is [rsp+8]:8 here and rdi:8 by psABI 3.2.3, passing (2)",
        "the last clause decides"
    );
    assert_eq!(
        departure(&model, &difference(None)),
        "the result is [rsp+8]:8 here and rdi:8",
        "without a clause none is named"
    );
}
