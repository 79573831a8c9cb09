use fastrand::Rng;
use twincall_abi::target::Target;
use twincall_abi::types::{FloatKind, Type};

use super::*;
use crate::model_check::expected::Expected;
use crate::model_check::generate::Generated;
use crate::model_check::samples::{array, double, field, int, named, signature, structure, variadic};

/// The situations of a signature: classes, registers left, position.
fn met(generated: &Generated, target: Target) -> Vec<(String, Option<usize>, Option<usize>, &'static str)> {
    let all = Expected::of(generated, target, &mut Rng::with_seed(1)).unwrap();
    cells(&all[0].lowering, generated.signature.params.len())
        .into_iter()
        .map(|cell| (cell.classes, cell.general_left, cell.vectors_left, cell.position))
        .collect()
}

fn cell(
    classes: &str,
    left: Option<(usize, usize)>,
    position: &'static str,
) -> (String, Option<usize>, Option<usize>, &'static str) {
    let (general, vectors) = left.unzip();
    (classes.to_owned(), general, vectors, position)
}

#[test]
fn registers_are_used_up_by_what_came_before_and_by_the_address_of_the_result() {
    let types = vec![
        structure("Large", vec![field("a", array(double(), 3))]),
        structure(
            "Pair",
            vec![field("a", int()), field("b", double()), field("c", int())],
        ),
        structure("Mixed", vec![field("a", double()), field("b", int())]),
    ];
    let params = vec![int(), named("Mixed"), named("Pair"), double()];
    let generated = signature(types, params, named("Large"));
    assert_eq!(
        met(&generated, Target::X86_64LinuxGnu),
        [
            cell("MEMORY", None, "result"),
            cell("INTEGER", Some((5, 8)), "first"),
            cell("SSE INTEGER", Some((4, 8)), "later"),
            cell("MEMORY", Some((3, 7)), "later"),
            cell("SSE", Some((3, 7)), "later"),
        ]
    );
}

#[test]
fn arguments_behind_the_named_ones_are_unnamed() {
    let generated = variadic(vec![int(), int()], vec![double(), Type::Float(FloatKind::X87)]);
    assert_eq!(
        met(&generated, Target::X86_64LinuxGnu),
        [
            cell("INTEGER", Some((6, 8)), "first"),
            cell("INTEGER", Some((5, 8)), "later"),
            cell("SSE", Some((4, 8)), "unnamed"),
            cell("X87 X87UP", Some((4, 7)), "unnamed"),
        ]
    );
}

#[test]
fn on_wasm_a_situation_is_told_by_what_crosses() {
    let types = vec![
        structure("Empty", vec![]),
        structure("Pair", vec![field("a", int()), field("b", double())]),
    ];
    let wide = Type::Integer {
        bits: 128,
        signed: true,
        spelling: "__int128".to_owned(),
    };
    let generated = signature(types, vec![named("Empty"), named("Pair"), int(), wide], double());
    let words: Vec<String> = met(&generated, Target::Wasm32Unknown)
        .into_iter()
        .map(|(classes, ..)| classes)
        .collect();
    assert_eq!(
        words,
        ["value of 8", "nothing", "pointer", "value of 4", "2 values"]
    );
    let generated = variadic(vec![int()], vec![double()]);
    let words: Vec<String> = met(&generated, Target::Wasm32Unknown)
        .into_iter()
        .map(|(classes, ..)| classes)
        .collect();
    assert_eq!(words, ["value of 4", "value of 8 in buffer"]);
}

#[test]
fn only_what_was_not_met_is_a_gain() {
    let of = |params| {
        let generated = signature(vec![], params, Type::Void);
        let all = Expected::of(&generated, Target::X86_64LinuxGnu, &mut Rng::with_seed(1)).unwrap();
        cells(&all[0].lowering, generated.signature.params.len())
    };
    let mut coverage = Coverage::default();
    assert_eq!(coverage.gain(&of(vec![int(), int()])), 2);
    coverage.add(of(vec![int(), int()]));
    assert_eq!(coverage.gain(&of(vec![int(), int()])), 0);
    assert_eq!(coverage.gain(&of(vec![int(), double(), int()])), 2);
    coverage.add(of(vec![int()]));
    assert_eq!(coverage.reached(), 2);
}

#[test]
fn the_table_counts_by_the_registers_that_were_left() {
    let generated = signature(vec![], vec![double(), int(), int()], int());
    let all = Expected::of(&generated, Target::X86_64LinuxGnu, &mut Rng::with_seed(1)).unwrap();
    let mut coverage = Coverage::default();
    coverage.add(cells(&all[0].lowering, 3));
    let table = coverage.table();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect())
        .collect();
    let zeros = |many: usize| vec!["0"; many];
    let later = [
        vec!["INTEGER", "later"],
        zeros(5),
        vec!["1", "1", "|"],
        zeros(7),
        vec!["2", "0"],
    ];
    let first = [
        vec!["SSE", "first"],
        zeros(6),
        vec!["1", "|"],
        zeros(8),
        vec!["1"],
    ];
    assert_eq!(
        rows,
        [later.concat(), vec!["INTEGER", "result", "1"], first.concat()]
    );
}
