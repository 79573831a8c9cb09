//! Every rule has a fixture that breaks it, so that no detector is trusted before it has caught something.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use twincall::discover::discover;
use twincall::facts::Rule;

#[test]
fn every_rule_is_expected_by_a_fixture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let discovery = discover(&root);
    assert!(discovery.errors.is_empty(), "{:?}", discovery.errors);
    let expected: BTreeSet<Rule> = discovery
        .cases
        .iter()
        .flat_map(|case| &case.expect)
        .map(|expectation| expectation.rule)
        .collect();
    let without: Vec<&str> = Rule::ALL
        .iter()
        .filter(|rule| !expected.contains(rule))
        .map(|rule| rule.id())
        .collect();
    assert!(
        without.is_empty(),
        "no fixture expects these rules: {}; write a minimal pair with `expect = [{{ rule = \"…\" }}]` for each",
        without.join(", ")
    );
}

/// What every rule finds over all fixtures, from the snapshots that the corpus holds the judge to: a new false alarm is one
/// added line.
#[test]
fn each_rule_finds_what_it_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots");
    let mut found: BTreeMap<&str, BTreeSet<String>> = Rule::ALL
        .iter()
        .map(|rule| (rule.id(), BTreeSet::new()))
        .collect();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().replace("__", "/");
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines() {
            if let Some((rule, place)) = line.split_once(": ")
                && let Some(lines) = found.get_mut(rule)
            {
                lines.insert(format!("  {name} {place}\n"));
            }
        }
    }
    let text: String = found
        .iter()
        .map(|(rule, lines)| format!("{rule}\n{}", lines.iter().map(String::as_str).collect::<String>()))
        .collect();
    insta::assert_snapshot!(text);
}
