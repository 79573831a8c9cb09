//! Every rule has a fixture that breaks it, so that no detector is trusted before it has caught something.

use std::collections::BTreeSet;
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
