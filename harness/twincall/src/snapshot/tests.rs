use super::*;
use crate::facts::Verdict;

const USED: [&str; 2] = ["clang-22", "rustc-1.96"];

fn keeper(root: &Path) -> Keeper<'_> {
    Keeper {
        root,
        pinned: USED.map(Some),
        used: USED,
        all_levels: true,
        bless: false,
    }
}

fn report(verdict: Verdict) -> CaseReport {
    CaseReport {
        reason: None,
        ..CaseReport::listed("a/one", Target::Wasm32Unknown, verdict, String::new())
    }
}

/// What a run says that can be held against a snapshot; without LLVM there is no such run.
fn kept(keeper: Keeper<'_>, verdict: Verdict) -> Option<SnapshotState> {
    cfg!(feature = "llvm").then(|| keeper.keep(&report(verdict)))
}

#[test]
fn a_case_that_was_not_judged_has_no_snapshot_and_gets_none() {
    let root = tempfile::tempdir().unwrap();
    let keeper = Keeper {
        bless: true,
        ..keeper(root.path())
    };
    for verdict in [
        Verdict::NotApplicable,
        Verdict::Skipped,
        Verdict::Unsupported,
        Verdict::Error,
    ] {
        assert_eq!(keeper.keep(&report(verdict)), SnapshotState::None, "{verdict:?}");
    }
    assert!(!root.path().join(FOLDER).exists());
}

#[test]
fn what_was_recorded_is_the_same_until_a_fact_changes() {
    let root = tempfile::tempdir().unwrap();
    let compare = keeper(root.path());
    let bless = Keeper {
        bless: true,
        ..compare
    };
    let Some(missing) = kept(compare, Verdict::Agrees) else {
        return;
    };
    assert_eq!(missing, SnapshotState::Missing);
    assert_eq!(kept(bless, Verdict::Agrees), Some(SnapshotState::Written));
    assert!(root.path().join("snapshots/a__one@wasm.snap").is_file());
    assert_eq!(kept(compare, Verdict::Agrees), Some(SnapshotState::Same));
    let Some(SnapshotState::Changed { diff }) = kept(compare, Verdict::Diverges) else {
        panic!("another verdict is a change");
    };
    assert!(
        diff.contains("-verdict: agrees") && diff.contains("+verdict: diverges"),
        "{diff}"
    );
    // To compare is not to write.
    assert_eq!(kept(compare, Verdict::Agrees), Some(SnapshotState::Same));
}

/// Facts of a run at some levels, or by other compilers, are no facts of the snapshots.
#[test]
fn facts_of_another_run_are_neither_compared_nor_recorded() {
    let root = tempfile::tempdir().unwrap();
    let keeper = keeper(root.path());
    let some_levels = Keeper {
        all_levels: false,
        ..keeper
    };
    let other_c = Keeper {
        used: ["clang-14", USED[1]],
        ..keeper
    };
    let other_rust = Keeper {
        used: [USED[0], "rustc-1.63"],
        ..keeper
    };
    for (keeper, reason) in [
        (some_levels, "not all levels were run"),
        (other_c, "snapshots are of clang-22, this run is of clang-14"),
        (
            other_rust,
            "snapshots are of rustc-1.96, this run is of rustc-1.63",
        ),
    ] {
        for bless in [false, true] {
            let Some(state) = kept(Keeper { bless, ..keeper }, Verdict::Agrees) else {
                return;
            };
            let reason = reason.to_owned();
            assert_eq!(state, SnapshotState::NotCompared { reason });
        }
    }
    assert!(!root.path().join(FOLDER).exists());
}

#[test]
fn without_a_pin_every_toolchain_is_compared() {
    let root = tempfile::tempdir().unwrap();
    for pinned in [[None, None], [Some(USED[0]), None], [None, Some(USED[1])]] {
        let keeper = Keeper {
            pinned,
            ..keeper(root.path())
        };
        let state = kept(keeper, Verdict::Agrees);
        assert!(
            matches!(state, None | Some(SnapshotState::Missing)),
            "{pinned:?}: {state:?}"
        );
    }
}

#[test]
fn a_snapshot_that_cannot_be_written_is_told_of() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join(FOLDER), "a file").unwrap();
    let keeper = Keeper {
        bless: true,
        ..keeper(root.path())
    };
    let Some(state) = kept(keeper, Verdict::Agrees) else {
        return;
    };
    assert!(
        matches!(&state, SnapshotState::NotCompared { reason } if reason.starts_with("it cannot be written: ")),
        "{state:?}"
    );
}

/// Someone who writes a snapshot by hand, or by insta, adds no lines to the facts.
#[test]
fn the_header_and_the_last_line_break_of_a_snapshot_are_no_facts() {
    let root = tempfile::tempdir().unwrap();
    let report = report(Verdict::Agrees);
    let path = root.path().join(path(&report.name, report.target));
    std::fs::create_dir(root.path().join(FOLDER)).unwrap();
    for (text, state) in [
        ("verdict: agrees", SnapshotState::Same),
        ("verdict: agrees\n\n", SnapshotState::Same),
        ("---\nsource: x\n---\nverdict: agrees\n", SnapshotState::Same),
        (
            "---\nsource: x\nexpression: facts\n---\nverdict: agrees\n",
            SnapshotState::Same,
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        assert_eq!(compare(root.path(), &report), state, "{text}");
    }
    std::fs::write(&path, "verdict: agrees\nmore\n").unwrap();
    assert!(matches!(
        compare(root.path(), &report),
        SnapshotState::Changed { .. }
    ));
}

#[test]
fn a_long_snapshot_is_cut_and_says_how_much_is_missing() {
    let function = |number: usize| FunctionReport {
        symbol: format!("f{number}"),
        c: None,
        rust: None,
        standings: Vec::new(),
    };
    // Each function is a blank line and its name, below one line with the verdict.
    let lines_of = |count: usize| {
        let report = CaseReport {
            functions: (0..count).map(function).collect(),
            ..report(Verdict::Agrees)
        };
        let text = render(&report);
        text.lines().map(str::to_owned).collect::<Vec<String>>()
    };
    let whole = lines_of(29);
    assert_eq!((whole.len(), whole[58].as_str()), (59, "f28:"));
    let cut = lines_of(30);
    assert_eq!(cut.len(), MAX_LINES);
    assert_eq!(
        cut[MAX_LINES - 1],
        "… 2 more lines; `twincall show a/one` has them"
    );
}
