use super::*;
use crate::model_check::explain::EXPLANATIONS;

fn disagreement(number: usize, compiler: &str, signature: &str, known: bool) -> Disagreement {
    Disagreement {
        number,
        compiler: compiler.to_owned(),
        target: twincall_abi::target::Target::Wasm32Unknown,
        opt: 2,
        role: Role::Callee,
        difference: Difference::new(Place::Argument(1), "rdi", "rsi"),
        signature: signature.to_owned(),
        explanation: known.then(|| &EXPLANATIONS[0]),
    }
}

#[test]
fn a_call_that_does_not_return_is_told_by_its_end() {
    let reason = || "no such symbol".to_owned();
    for (ending, seen) in [
        (Ending::Exited { status: 3 }, "exit with status 3"),
        (Ending::TimedOut, "no return in time"),
        (
            Ending::Trapped {
                trap: "unreachable".to_owned(),
                frames: Vec::new(),
            },
            "trap unreachable",
        ),
        (Ending::Refused { reason: reason() }, "no such symbol"),
        (Ending::NotLoaded { reason: reason() }, "no such symbol"),
    ] {
        let difference = Difference::ended(&ending);
        assert_eq!(
            difference,
            Difference::new(Place::Call, "a call that returns", seen)
        );
    }
}

#[test]
fn places_and_disagreements_read_as_sentences() {
    let places = [
        (Place::Unit, "compiling it"),
        (Place::Call, "the call"),
        (Place::Argument(0), "argument 1"),
        (Place::Result, "the result"),
        (Place::VectorCount, "al"),
        (Place::Bits, "bit-field"),
    ];
    for (place, text) in places {
        assert_eq!(place.to_string(), text);
    }
    assert_eq!(
        disagreement(1, "clang-22", "void f(int);", false).to_string(),
        "clang-22 as callee on wasm at -O2, argument 2: model rdi, compiler rsi\n  void f(int);"
    );
}

/// One signature has several differences, at several levels; it is counted once.
#[test]
fn signatures_are_counted_by_explanation_and_compiler_with_the_shortest_as_example() {
    let all = [
        disagreement(1, "clang-22", "void f(int, int);", true),
        disagreement(1, "clang-22", "void f(int, int);", true),
        disagreement(2, "clang-22", "void f(int);", true),
        disagreement(3, "clang-22", "void f(long, long);", true),
        disagreement(3, "clang-22", "void f(long, long);", false),
        disagreement(3, "gcc-12", "void f(long, long);", true),
    ];
    let id = Some(EXPLANATIONS[0].id);
    let table = by_explanation(&all);
    let told: Vec<_> = table
        .iter()
        .map(|((id, compiler), (count, example))| {
            (*id, compiler.as_str(), *count, example.signature.as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            (None, "clang-22", 1, "void f(long, long);"),
            (id, "clang-22", 3, "void f(int);"),
            (id, "gcc-12", 1, "void f(long, long);"),
        ]
    );
}

#[test]
fn bytes_are_told_in_the_order_of_memory() {
    assert_eq!(hex(&[0x01, 0xAB, 0]), "01ab00");
    assert_eq!(hex(&[]), "");
}
