//! Standings of whole functions: who puts an argument or the result elsewhere than another.

use twincall_abi::interface::Convention;

use super::*;
use crate::facts::Place;
use crate::judge::Further;
use crate::judge::machine::tests::calls::{callee, words};
use crate::judge::testing::{World, declared, defined};
use crate::run::plan::Observation;

/// Who stands where: the text first, then each compiler; where only one departs, it is named.
#[test]
fn standings_are_told_where_voices_part() {
    let standings = |change: fn(&mut World)| {
        let mut world = World::agreed("f(a: i64, b: i64) -> i64");
        change(&mut world);
        world.judge().functions.remove(0).standings
    };
    assert_eq!(standings(|_| {}), []);
    let parted = standings(|world| {
        world.change_ir(Side::Rust, "f", |function| {
            function.params[0].ty = twincall_abi::ir::IrType::Double;
        });
    });
    let told: Vec<_> = parted
        .iter()
        .map(|standing| {
            (
                standing.place.clone(),
                standing.alone.join(" "),
                standing.voices.len(),
            )
        })
        .collect();
    let rustc = || "rustc-1.96".to_owned();
    assert_eq!(
        told,
        [(Place::argument(0), rustc(), 3), (Place::argument(1), rustc(), 3)]
    );
    let result = standings(|world| {
        world.change_ir(Side::C, "f", |function| {
            function.result.ty = twincall_abi::ir::IrType::Double;
        });
    });
    assert_eq!(result[0].place, "result");
    assert_eq!(result[0].alone, ["clang-22"]);
}

#[test]
fn a_third_compiler_speaks_for_the_c_side() {
    let with = |observations: Result<Vec<Observation>, String>| {
        let mut world = World::agreed("f(a: i64)");
        world.further = Some(Further {
            name: "gcc-12".to_owned(),
            observations,
        });
        world.judge().functions.remove(0).standings
    };
    assert_eq!(with(Ok(vec![callee(Side::C, &words(&["rdi"]), None)])), []);
    let parted = with(Ok(vec![callee(Side::C, &words(&["rsi"]), None)]));
    assert_eq!(parted[0].alone, ["gcc-12"]);
    assert_eq!(parted[0].voices.len(), 4);
    assert_eq!(with(Ok(Vec::new())), [], "what was not seen says nothing");
    assert_eq!(with(Err("not installed".to_owned())), []);
}

/// Where two declarations differ the Rust compiler follows its own text and is no witness about C's.
#[test]
fn rustc_has_a_voice_where_the_declarations_agree_on_the_place() {
    let world = World::new(&declared("f(a: i64)"), &defined("f(a: f64)"));
    let standings = world.judge().functions.remove(0).standings;
    assert_eq!(standings, [], "each compiler does what its declaration asks for");
    let mut same = World::new(&declared("f(a: i64)"), &defined("f(a: i32)"));
    same.change_ir(Side::Rust, "f", |function| {
        function.params[0].ty = twincall_abi::ir::IrType::Double;
    });
    let standings = same.judge().functions.remove(0).standings;
    assert_eq!(standings[0].alone, ["rustc-1.96"], "both texts name rdi");
}

/// What a convention moves is one cause at the function; at its arguments nobody stands alone, whatever another function does.
#[test]
fn a_cause_of_the_whole_function_is_no_standing_of_its_arguments() {
    use twincall_abi::ir::IrType;
    let text = |ty: &str| format!("g(a: {ty})");
    let mut world = World::new(
        &(declared("f(a: i64)") + &declared(&text("i64"))),
        &(defined("f(a: i64)") + &defined(&text("i64"))),
    );
    world.build.rust.functions[0].signature.convention = Convention::Rust;
    for symbol in ["f", "g"] {
        world.change_ir(Side::Rust, symbol, |function| {
            function.params[0].ty = IrType::Double
        });
    }
    let functions = world.judge().functions;
    let standings: Vec<_> = functions
        .iter()
        .map(|function| (function.symbol.as_str(), function.standings.len()))
        .collect();
    assert_eq!(standings, [("f", 0), ("g", 1)]);
}
