use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use crate::facts::{Cell, Matrix, State};

/// Two versions of a C compiler against two of rustc; `state` tells what each pair comes to.
fn grid(state: impl Fn(&str, &str) -> State) -> Matrix {
    let c = ["clang-14", "clang-22"].map(str::to_owned).to_vec();
    let rust = ["rustc-1.63", "rustc-1.96"].map(str::to_owned).to_vec();
    let mut cells = Vec::new();
    for caller in &rust {
        for callee in &c {
            let state = state(callee, caller);
            cells.push(Cell {
                target: Target::X86_64LinuxGnu,
                caller: caller.clone(),
                callee: callee.clone(),
                caller_side: Side::Rust,
                opt: 0,
                state,
                reason: (state == State::NotRun).then(|| "there is no linker".to_owned()),
            });
        }
    }
    let mut matrix = Matrix {
        c,
        rust,
        cells,
        changes: Vec::new(),
    };
    matrix.changes = matrix.find_changes();
    matrix
}

#[test]
fn a_change_is_between_two_versions_with_all_else_the_same() {
    let matrix = grid(|c, rust| match (c, rust) {
        ("clang-14", "rustc-1.96") => State::Values,
        _ => State::Agrees,
    });
    let changes: Vec<(&str, &str, &str, bool)> = matrix
        .changes
        .iter()
        .map(|one| {
            (
                one.with.as_str(),
                one.last_bad.as_str(),
                one.first_good.as_str(),
                one.regression,
            )
        })
        .collect();
    // Newer clang mends it for the newer rustc; newer rustc breaks it with the older clang.
    assert_eq!(
        changes,
        [
            ("rustc-1.96", "clang-14", "clang-22", false),
            ("clang-14", "rustc-1.96", "rustc-1.63", true),
        ]
    );
    let text = matrix.render();
    assert!(
        text.contains("last bad clang-14, first good clang-22\n    native with rustc-1.96"),
        "{text}"
    );
    assert!(text.contains("first good rustc-1.63, so it broke"), "{text}");
}

#[test]
fn what_was_not_run_is_no_change_and_says_why() {
    let matrix = grid(|c, rust| match (c, rust) {
        ("clang-22", _) => State::Crashes,
        (_, "rustc-1.63") => State::NotRun,
        _ => State::Accidental,
    });
    let bad: Vec<&str> = matrix.changes.iter().map(|change| change.with.as_str()).collect();
    assert_eq!(bad, ["rustc-1.96"]);
    let text = matrix.render();
    assert!(text.contains("not run on native: there is no linker"), "{text}");
    assert!(text.contains("  rustc-1.63  -           x"), "{text}");
}
