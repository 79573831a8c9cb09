//! Keeps this folder true: every snapshot belongs to a case, and none waits for review.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use twincall::discover::discover;
use twincall::snapshot;
use twincall_abi::target::Target;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files() -> BTreeSet<String> {
    let folder = root().join(snapshot::FOLDER);
    let entries = std::fs::read_dir(folder).expect("the folder of snapshots is in the repository");
    entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn every_snapshot_belongs_to_a_case() {
    let mut known = BTreeSet::new();
    for case in discover(&root()).cases {
        for target in Target::ALL {
            if case.not_applicable(target).is_none() {
                let path = snapshot::path(&case.name, target);
                known.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
            }
        }
    }
    let snapshots: BTreeSet<String> = files()
        .into_iter()
        .filter(|name| name.ends_with(".snap"))
        .collect();
    let orphans: Vec<&String> = snapshots.difference(&known).collect();
    assert!(
        orphans.is_empty(),
        "no case has these snapshots; delete them: {orphans:?}"
    );
    let missing: Vec<&String> = known.difference(&snapshots).collect();
    assert!(
        missing.is_empty(),
        "`twincall check --bless` records these: {missing:?}"
    );
}

#[test]
fn nothing_waits_for_review() {
    let pending: Vec<String> = files()
        .into_iter()
        .filter(|name| name.ends_with(".snap.new") || name.ends_with(".pending-snap"))
        .collect();
    assert!(
        pending.is_empty(),
        "`cargo insta review` decides these: {pending:?}"
    );
}

#[test]
fn snapshots_are_short_and_hold_no_path() {
    for name in files().into_iter().filter(|name| name.ends_with(".snap")) {
        let text =
            std::fs::read_to_string(root().join(snapshot::FOLDER).join(&name)).expect("it was just listed");
        assert!(text.lines().count() <= 66, "{name} is longer than a screen");
        let root = root().canonicalize().expect("the repository exists");
        assert!(
            !text.contains(&root.display().to_string()),
            "{name} names a path of one machine"
        );
    }
}
