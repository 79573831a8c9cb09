//! Promises of two declarations, changed one at a time.

use twincall_abi::interface::{Refusal, SourceLocation};

use super::walk::MAX_DEPTH;
use super::*;
use crate::build::{LinkRefusal, SideEvidence};
use crate::facts::Finding;
use crate::judge::testing::{NATIVE, WASM, World, declared, defined};

mod values;

/// Rule and place of everything found in contracts alone.
fn found(world: &World) -> Vec<(&'static str, String)> {
    list(world)
        .into_iter()
        .map(|finding| (finding.rule.id(), finding.place.to_string()))
        .collect()
}

fn list(world: &World) -> Vec<Finding> {
    world.with_findings(|findings| {
        judge(findings);
        std::mem::take(&mut findings.list)
    })
}

fn places(list: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    list.iter()
        .map(|(rule, place)| (*rule, (*place).to_owned()))
        .collect()
}

#[test]
fn signatures_are_compared_part_by_part() {
    let change = |change: fn(&mut Signature)| {
        let mut world = World::agreed("f(a: i32, b: i32) -> i32");
        change(&mut world.build.rust.functions[0].signature);
        list(&world)
    };
    assert_eq!(change(|_| {}), []);
    for (change_rust, rule, place, contract_only, evidence) in [
        (
            (|rust| rust.convention = Convention::Win64) as fn(&mut Signature),
            "calling-convention",
            "",
            true,
            ["C convention", "Windows"],
        ),
        (
            |rust| rust.variadic = true,
            "variadic",
            "",
            false,
            ["not variadic", "variadic"],
        ),
        (
            |rust| rust.params.truncate(1),
            "arity",
            "",
            false,
            ["2 parameters", "1 parameter"],
        ),
        (
            |rust| rust.result = Type::Void,
            "return-type",
            "result",
            false,
            ["a result", "no result"],
        ),
        (
            |rust| rust.result = Type::Never,
            "return-type",
            "result",
            false,
            ["a result", "no result"],
        ),
    ] {
        let list = change(change_rust);
        let [one] = list.as_slice() else {
            panic!("{rule}: {list:?}")
        };
        assert_eq!(
            (one.rule.id(), one.place.to_string().as_str(), one.contract_only),
            (rule, place, contract_only)
        );
        assert!(one.c().contains(evidence[0]), "{rule}: {}", one.c());
        assert!(one.rust().contains(evidence[1]), "{rule}: {}", one.rust());
    }
    let one_parameter = change(|rust| rust.params.truncate(1));
    assert!(!one_parameter[0].rust().ends_with('s'), "one thing is singular");
}

/// `f()` in C says nothing of parameters (C 6.7.6.3p14), only of the convention.
#[test]
fn a_declaration_without_a_prototype_is_compared_by_its_convention() {
    let mut world = World::agreed("f(a: i32) -> i32");
    let c = &mut world.build.c.functions[0].signature;
    (c.unprototyped, c.variadic, c.result) = (true, true, Type::Void);
    c.params.clear();
    assert_eq!(found(&world), []);
    world.build.rust.functions[0].signature.convention = Convention::Rust;
    assert_eq!(found(&world), places(&[("calling-convention", "")]));
}

/// psABI 3.2.3 is what `sysv64` names natively; wasm has no such convention. Unwinding changes no place.
#[test]
fn one_convention_may_have_several_names() {
    for (convention, target, same) in [
        (Convention::CUnwind, NATIVE, true),
        (Convention::CUnwind, WASM, true),
        (Convention::SysV64, NATIVE, true),
        (Convention::SysV64, WASM, false),
        (Convention::Win64, NATIVE, false),
        (Convention::Rust, NATIVE, false),
        (Convention::Other("vectorcall".to_owned()), NATIVE, false),
    ] {
        assert_eq!(
            canonical(&convention, target) == Convention::C,
            same,
            "{convention:?}"
        );
    }
}

/// Twins define the same functions; a boundary pair needs each definition once.
#[test]
fn a_twin_without_a_twin_is_missing() {
    let both = || defined("f(a: i32)");
    let refused = |symbol: &str| Refusal {
        symbol: symbol.to_owned(),
        reason: String::new(),
        location: SourceLocation::default(),
    };
    let symbols = |world: &World| {
        let missing = list(world)
            .into_iter()
            .filter(|finding| finding.rule == Rule::SymbolMissing);
        missing
            .map(|finding| (finding.symbol.clone(), finding.c(), finding.rust()))
            .collect::<Vec<_>>()
    };
    let named = |symbol: &str, c: &str, rust: &str| vec![(symbol.to_owned(), c.to_owned(), rust.to_owned())];
    let c_only = World::new(&(both() + &defined("g(a: i32)")), &both());
    assert_eq!(symbols(&c_only), named("g", "defined", "not known"));
    let rust_only = World::new(&both(), &(both() + &defined("h(a: i32)")));
    assert_eq!(symbols(&rust_only), named("h", "not known", "defined"));
    let only_declared = World::new(&(both() + &declared("g(a: i32)")), &both());
    assert_eq!(symbols(&only_declared), []);
    let mut refused_there = World::new(&(both() + &defined("g(a: i32)")), &both());
    refused_there.build.rust.refused.push(refused("other"));
    assert_eq!(symbols(&refused_there).len(), 1);
    refused_there.build.rust.refused.push(refused("g"));
    assert_eq!(symbols(&refused_there), []);
    let data = "#[unsafe(no_mangle)] pub static g: i32 = 0;".to_owned() + &both();
    assert_eq!(symbols(&World::new(&(both() + &defined("g(a: i32)")), &data)), []);
    let boundary = World::new(&both(), &declared("f(a: i32)"));
    assert_eq!(symbols(&boundary), []);
    let unused = World::new(&(both() + &defined("g(a: i32)")), &declared("f(a: i32)"));
    assert_eq!(symbols(&unused), [], "a boundary may define more than is used");
}

/// C may redirect a name to another symbol (an asm label): Rust that links the plain name reaches another function.
#[test]
fn redirected_names_are_followed_to_their_symbols() {
    let c = |symbol: &str| {
        let mut world = World::new(
            &declared("read(a: i32)"),
            &(declared("read(a: i32)") + &declared("write(a: i32)")),
        );
        symbol.clone_into(&mut world.build.c.functions[0].symbol);
        list(&world)
            .into_iter()
            .map(|finding| {
                (
                    finding.rule.id(),
                    finding.symbol.clone(),
                    finding.c(),
                    finding.rust(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(c("read"), []);
    let [(rule, symbol, c_reaches, rust_reaches)] = &c("read64")[..] else {
        panic!("one finding")
    };
    assert_eq!((*rule, symbol.as_str()), ("symbol-redirected", "read"));
    assert!(c_reaches.contains("`read64`") && rust_reaches.contains("`read`"));
    let mut mended = World::new(&declared("read(a: i32)"), &declared("read(a: i32)"));
    "read64".clone_into(&mut mended.build.c.functions[0].symbol);
    "read64".clone_into(&mut mended.build.rust.functions[0].symbol);
    assert_eq!(found(&mended), [], "`#[link_name]` reaches the same symbol");
}

/// A null pointer endangers Rust only where C hands it over: as an argument of Rust's functions, as a result of C's, as the
/// argument of a callback that C calls.
#[test]
fn null_is_a_danger_where_it_travels_from_c_to_rust() {
    let node = "#[repr(C)] pub struct Node { next: *const i32, hook: Option<unsafe extern \"C\" fn()> }\n";
    let strict = "#[repr(C)] pub struct Node { next: &'static i32, hook: unsafe extern \"C\" fn() }\n";
    let pair =
        |c: String, rust: String| found(&World::new(&(node.to_owned() + &c), &(strict.to_owned() + &rust)));
    let nullability = |list: &[&'static str]| {
        list.iter()
            .map(|place| ("nullability", (*place).to_owned()))
            .collect::<Vec<_>>()
    };
    let to_rust = |c: &str, rust: &str| pair(declared(c), defined(rust));
    let to_c = |c: &str, rust: &str| pair(defined(c), declared(rust));

    let (c, rust) = ("f(a: i32, p: *const i32)", "f(a: i32, p: &i32)");
    assert_eq!(to_rust(c, rust), nullability(&["argument 2"]));
    assert_eq!(to_c(c, rust), []);
    assert_eq!(to_rust(c, "f(a: i32, p: Option<&i32>)"), []);

    let (c, rust) = ("f() -> *const i32", "f() -> &'static i32");
    assert_eq!(to_c(c, rust), nullability(&["result"]));
    assert_eq!(to_rust(c, rust), []);

    // What lies behind a pointer and in a struct by value goes the same way.
    for (c, rust, places) in [
        (
            "f(n: *const Node)",
            "f(n: *const Node)",
            ["*argument 1.next", "*argument 1.hook"],
        ),
        ("f(n: Node)", "f(n: Node)", ["argument 1.next", "argument 1.hook"]),
    ] {
        assert_eq!(to_rust(c, rust), nullability(&places));
        assert_eq!(to_c(c, rust), []);
    }

    let hook = |argument: &str, result: &str| {
        format!("f(h: Option<unsafe extern \"C\" fn(a: i32, p: {argument}) -> {result}>)")
    };
    let loose = hook("*const i32", "*const i32");
    // C calls what Rust hands to it, so that its arguments come from C.
    assert_eq!(
        to_c(&loose, &hook("&i32", "*const i32")),
        nullability(&["argument 1, callback argument 2"])
    );
    assert_eq!(to_rust(&loose, &hook("&i32", "*const i32")), []);
    assert_eq!(
        to_rust(&loose, &hook("*const i32", "&'static i32")),
        nullability(&["argument 1, callback result"])
    );
    assert_eq!(to_c(&loose, &hook("*const i32", "&'static i32")), []);
    let bare = "f(h: unsafe extern \"C\" fn(a: i32, p: *const i32) -> *const i32)";
    assert_eq!(to_rust(&loose, bare), nullability(&["argument 1"]));
    assert_eq!(to_c(&loose, bare), []);
}

#[test]
fn nonzero_is_a_promise_of_rust_to_itself() {
    let ty = |ty: &str| format!("f(a: {ty})");
    let nonzero = ty("core::num::NonZeroU32");
    let world = World::new(&declared(&ty("u32")), &defined(&nonzero));
    assert_eq!(found(&world), places(&[("invalid-value", "argument 1")]));
    assert!(list(&world)[0].contract_only);
    assert_eq!(found(&World::new(&defined(&ty("u32")), &declared(&nonzero))), []);
    assert_eq!(
        found(&World::new(&declared(&ty("u32")), &defined(&ty("u32")))),
        []
    );
    let mut atomic = World::new(&declared(&ty("u32")), &defined(&nonzero));
    let plain = atomic.build.c.functions[0].signature.params[0].ty.clone();
    atomic.build.c.functions[0].signature.params[0].ty = Type::Atomic(Box::new(plain));
    assert_eq!(
        found(&atomic),
        places(&[("invalid-value", "argument 1")]),
        "behind _Atomic too"
    );
}

#[test]
fn structs_are_compared_by_name_where_they_have_not_as_many_fields() {
    let c = "#[repr(C)] pub struct Node { a: i32, next: *const i32 }\n";
    let world = |rust: &str| {
        World::new(
            &(c.to_owned() + &declared("f(n: *const Node)")),
            &(rust.to_owned() + &defined("f(n: *const Node)")),
        )
    };
    let named = "#[repr(C)] pub struct Node { a: i32, pad: u32, next: &'static i32 }\n";
    assert_eq!(
        found(&world(named)),
        places(&[("nullability", "*argument 1.next")])
    );
    let other = "#[repr(C)] pub struct Node { first: &'static i32 }\n";
    assert_eq!(found(&world(other)), [], "which field is which is not known");
}

/// The Rust reference leaves the layout of a type without `repr(C)` to the compiler.
#[test]
fn a_type_without_a_promised_layout_agrees_by_accident() {
    let c = "#[repr(C)] pub struct Pair { a: i64, b: i32 }\n";
    let world = |rust: &str, signature: &str| {
        World::new(
            &(c.to_owned() + &declared(signature)),
            &(rust.to_owned() + &defined(signature)),
        )
    };
    let bare = "pub struct Pair { a: i64, b: i32 }\n";
    for (signature, place) in [
        ("f(p: *const Pair)", "*argument 1"),
        ("f(p: *const *const Pair)", "**argument 1"),
        (
            "f(p: Option<unsafe extern \"C\" fn(p: *mut Pair)>)",
            "*argument 1, callback argument 1",
        ),
    ] {
        for (repr, found_it) in [("", true), ("#[repr(C)] ", false), ("#[repr(C, packed)] ", false)] {
            let world = world(&format!("{repr}{bare}"), signature);
            let mut list = list(&world);
            list.retain(|finding| finding.rule == Rule::UnspecifiedLayout);
            assert_eq!(list.len(), usize::from(found_it), "{repr} {signature}");
            for finding in list {
                assert_eq!(finding.place, place);
                assert!(finding.contract_only);
            }
        }
    }
    let handle = "pub struct Pair { _private: [u8; 0] }\n";
    assert_eq!(found(&world(handle, "f(p: *const Pair)")), []);
}

/// Debug information of C has no alignment that nobody asked for, and the text has one for each type.
#[test]
fn alignment_behind_a_pointer_is_that_of_the_declarations() {
    let world = |c: &str, rust: &str| {
        let signature = "f(p: *const Words)";
        found(&World::new(
            &format!(
                "#[repr(C)] pub struct Words {{ a: u16, tail: [{c}; 0] }}\n{}",
                declared(signature)
            ),
            &format!(
                "#[repr(C)] pub struct Words {{ a: u16, tail: [{rust}; 0] }}\n{}",
                defined(signature)
            ),
        ))
    };
    assert_eq!(world("u16", "u16"), []);
    let align = places(&[("layout-align", "*argument 1")]);
    assert_eq!(world("u64", "u16"), align);
    assert_eq!(world("u16", "u64"), align);
}

/// A list of nodes has no end, and callbacks may take callbacks.
#[test]
fn types_are_followed_to_a_limit() {
    let c = "#[repr(C)] pub struct Node { next: *const Node }\n";
    let rust = "#[repr(C)] pub struct Node { next: &'static Node }\n";
    let list = World::new(
        &(c.to_owned() + &declared("f(n: *const Node)")),
        &(rust.to_owned() + &defined("f(n: *const Node)")),
    );
    let places: Vec<String> = found(&list).into_iter().map(|(_, place)| place).collect();
    // Each field counts twice, and the limit itself is followed.
    let depths: Vec<String> = (1..=MAX_DEPTH / 2)
        .map(|depth| format!("{}argument 1{}", "*".repeat(depth), ".next".repeat(depth)))
        .collect();
    assert_eq!(places, depths);
    let nest = |inner: &str, times: usize| {
        (0..times).fold(inner.to_owned(), |inner, _| {
            format!("Option<unsafe extern \"C\" fn({inner})>")
        })
    };
    for (times, found_it) in [(2, true), (MAX_DEPTH, true), (MAX_DEPTH + 2, false)] {
        let world = |to_rust: bool| {
            let (c, rust) = (nest("*const i32", times), nest("&i32", times));
            let (c, rust) = (format!("f(h: {c})"), format!("f(h: {rust})"));
            match to_rust {
                true => World::new(&declared(&c), &defined(&rust)),
                false => World::new(&defined(&c), &declared(&rust)),
            }
        };
        // An even number of callbacks leads back to the direction of the outer call.
        assert_eq!(!found(&world(times % 2 == 0)).is_empty(), found_it, "{times}");
        assert_eq!(found(&world(times % 2 == 1)), [], "{times}");
    }
}

#[test]
fn results_of_callbacks_nest_as_arguments_do() {
    let nest = |inner: &str, times: usize| {
        (0..times).fold(inner.to_owned(), |inner, _| {
            format!("Option<unsafe extern \"C\" fn() -> {inner}>")
        })
    };
    for (times, found_it) in [(1, true), (MAX_DEPTH, true), (MAX_DEPTH + 1, false)] {
        let (c, rust) = (nest("*const i32", times), nest("&'static i32", times));
        let world = World::new(
            &declared(&format!("f(h: {c})")),
            &defined(&format!("f(h: {rust})")),
        );
        assert_eq!(!found(&world).is_empty(), found_it, "{times}");
    }
}

#[test]
fn a_name_is_a_function_or_a_variable() {
    let variable = "unsafe extern \"C\" { static mut shared: i32; }";
    let function = declared("shared(a: i32)");
    for (c, rust, evidence) in [
        (variable, function.as_str(), ("a variable", "a function")),
        (function.as_str(), variable, ("a function", "a variable")),
    ] {
        let list = list(&World::new(c, rust));
        let [one] = list.as_slice() else {
            panic!("{list:?}")
        };
        assert_eq!(one.rule, Rule::DataSymbol);
        assert_eq!((one.c().as_str(), one.rust().as_str()), evidence);
    }
}

/// What is defined constant may lie in memory that traps on writing; the reverse promises less than is there.
#[test]
fn who_defines_a_variable_decides_whether_it_is_written() {
    let data = |defined: bool, mutable: bool| {
        let mutable = if mutable { "mut " } else { "" };
        match defined {
            true => format!("#[unsafe(no_mangle)] pub static {mutable}v: i32 = 0;"),
            false => format!("unsafe extern \"C\" {{ static {mutable}v: i32; }}"),
        }
    };
    for (c_mutable, rust_mutable, bad) in [
        (false, true, true),
        (true, false, false),
        (true, true, false),
        (false, false, false),
    ] {
        let c_defines = World::new(&data(true, c_mutable), &data(false, rust_mutable));
        assert_eq!(
            found(&c_defines).len(),
            usize::from(bad),
            "{c_mutable} {rust_mutable}"
        );
        let rust_defines = World::new(&data(false, rust_mutable), &data(true, c_mutable));
        assert_eq!(
            found(&rust_defines).len(),
            usize::from(bad),
            "{c_mutable} {rust_mutable}"
        );
    }
    let list = list(&World::new(&data(true, false), &data(false, true)));
    assert_eq!(list[0].rule, Rule::DataSymbol);
    assert_eq!(
        (list[0].c().as_str(), list[0].rust().as_str()),
        ("constant", "may be written")
    );
    let mut local = World::new(&data(true, true), &data(false, true));
    local.build.c.data[0].thread_local = true;
    assert_eq!(found(&local), places(&[("data-symbol", "")]));
    local.build.rust.data[0].thread_local = true;
    assert_eq!(found(&local), []);
}

/// A constant that C defines keeps its value; a variable that it may write, or that it only declares, may become null.
#[test]
fn null_in_a_variable_is_a_danger_where_c_may_write_it() {
    let c = |text: &str| format!("{text} v: *const i32");
    let rust = "unsafe extern \"C\" { static v: &'static i32; }";
    for (text, danger) in [
        (
            format!("#[unsafe(no_mangle)] pub {} = core::ptr::null();", c("static")),
            false,
        ),
        (
            format!(
                "#[unsafe(no_mangle)] pub {} = core::ptr::null();",
                c("static mut")
            ),
            true,
        ),
        (format!("unsafe extern \"C\" {{ {}; }}", c("static")), true),
    ] {
        let nullability: Vec<_> = found(&World::new(&text, rust))
            .into_iter()
            .filter(|(rule, _)| *rule == "nullability")
            .collect();
        assert_eq!(nullability.len(), usize::from(danger), "{text}");
    }
}

#[test]
fn what_the_linker_says_is_told_in_terms_of_both_sides() {
    let refusal = |undefined: &[&str]| LinkRefusal {
        undefined: undefined.iter().map(|symbol| (*symbol).to_owned()).collect(),
        message: (1..=9).map(|line| format!("line {line}\n")).collect(),
        command: String::new(),
    };
    let with = |refusal: LinkRefusal| {
        let data = "unsafe extern \"C\" { static v: i32; }";
        let mut world = World::new(
            &(data.to_owned() + &declared("g(a: i32)")),
            &declared("f(a: i32)"),
        );
        world.build.levels[1].linked.refusals.push(refusal);
        let list = list(&world).into_iter();
        list.map(|one| (one.rule.id(), one.symbol.clone(), one.c(), one.rust(), one.opt))
            .collect::<Vec<_>>()
    };
    let missing = |symbol: &str, c: &str, rust: &str| {
        let [symbol, c, rust] = [symbol, c, rust].map(str::to_owned);
        ("symbol-missing", symbol, c, rust, vec![2])
    };
    let (wanted, unknown) = ("declared, not defined", "not known");
    assert_eq!(with(refusal(&["f"])), [missing("f", unknown, wanted)]);
    assert_eq!(with(refusal(&["v"])), [missing("v", wanted, unknown)]);
    assert_eq!(with(refusal(&["g"])), [missing("g", wanted, unknown)]);
    assert_eq!(with(refusal(&["puts"])), [missing("puts", unknown, unknown)]);
    let refused = with(refusal(&[]));
    assert_eq!(
        (refused.len(), refused[0].0, refused[0].4.as_slice()),
        (1, "link-refused", &[2][..])
    );
    assert_eq!(
        refused[0].2.lines().count(),
        6,
        "the head of the message tells enough"
    );
}

/// What no level defines is told without a level.
#[test]
fn a_symbol_that_is_missing_at_every_level_does_not_depend_on_one() {
    let mut world = World::new(&defined("g(a: i32)"), &declared("f(a: i32)"));
    let refusal = LinkRefusal {
        undefined: vec!["f".to_owned()],
        message: String::new(),
        command: String::new(),
    };
    for level in &mut world.build.levels {
        level.linked.refusals.push(refusal.clone());
    }
    let missing: Vec<Vec<u8>> = list(&world)
        .into_iter()
        .filter(|finding| finding.rule == Rule::SymbolMissing && finding.symbol == "f")
        .map(|finding| finding.opt)
        .collect();
    assert_eq!(missing, [Vec::<u8>::new()]);
}

/// wasm-ld replaces a call whose function types differ by a stub that traps, and only warns.
#[test]
fn a_signature_mismatch_is_a_stub_of_a_boundary() {
    use twincall_abi::wasm::{ValueType, WasmFunction};
    let mut world = World::on(WASM, &defined("f(a: i32)"), &declared("f(a: i64)"));
    let ty = |param| WasmFunction {
        params: vec![param],
        results: Vec::new(),
        defined: true,
    };
    let set = |evidence: &mut SideEvidence, param| evidence.wasm.insert("f".to_owned(), ty(param));
    set(&mut world.build.levels[0].c, ValueType::I32);
    set(&mut world.build.levels[0].rust, ValueType::I64);
    let warnings = ["function signature mismatch: f", "another warning"];
    world.build.levels[0].linked.warnings = warnings.map(str::to_owned).into();
    let stubs = list(&world);
    let [one] = stubs.as_slice() else {
        panic!("{stubs:?}")
    };
    assert_eq!((one.rule, one.symbol.as_str()), (Rule::SignatureStub, "f"));
    assert!(
        one.c().contains("i32") && one.rust().contains("i64"),
        "{} {}",
        one.c(),
        one.rust()
    );
    world.build.form = crate::facts::Form::Twins;
    assert_eq!(found(&world), [], "twins are never called directly");
}
