use super::*;
use crate::discover::discover;
use crate::facts::{SideFacts, Verdict};
use twincall_abi::target::Target;

/// Cases that expect these rules; each has a text of its own length.
fn cases(of: &[(&str, &str, usize)]) -> Vec<Case> {
    let root = tempfile::tempdir().unwrap();
    for (name, expect, length) in of {
        for (folder, ending, text) in [
            (
                "c-fixtures",
                "c",
                format!("//@ expect = [{expect}]\nint a;\n{}", "/".repeat(*length)),
            ),
            ("rust-fixtures", "rs", String::new()),
        ] {
            let path = root.path().join(folder).join(format!("{name}.{ending}"));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }
    let discovery = discover(root.path());
    assert_eq!(discovery.errors, []);
    discovery.cases
}

const WIDTH: &str = "{ rule = \"field-width\" }";
const BOTH: &str = "{ rule = \"field-width\" }, { rule = \"field-offset\" }";

/// A pair of the rule's own name comes first, then one that breaks nothing else, then a short one.
#[test]
fn the_example_is_the_pair_that_teaches_most() {
    for (of, example, also) in [
        (
            vec![("a", BOTH, 2), ("b/field_width", BOTH, 90)],
            "b/field_width",
            vec!["a"],
        ),
        (vec![("a", BOTH, 2), ("b", WIDTH, 90)], "b", vec!["a"]),
        (vec![("a", WIDTH, 90), ("b", WIDTH, 2)], "b", vec!["a"]),
        (
            vec![("a", WIDTH, 2), ("field_width_not", WIDTH, 90)],
            "a",
            vec!["field_width_not"],
        ),
    ] {
        let explained = explain(Rule::FieldWidth, &cases(&of));
        assert_eq!(
            explained.example.map(|example| example.case),
            Some(example.to_owned()),
            "{of:?}"
        );
        assert_eq!(explained.also, also, "{of:?}");
    }
}

#[test]
fn a_rule_that_no_case_breaks_has_no_example() {
    let explained = explain(Rule::FieldOffset, &cases(&[("a", WIDTH, 2)]));
    assert_eq!((explained.example, explained.also), (None, vec![]));
    assert_eq!(explained.rule, Rule::FieldOffset);
    assert_eq!(explained.axis, Rule::FieldOffset.axis());
}

#[test]
fn an_example_is_code_without_directives_and_says_what_it_expects() {
    let expect = "{ rule = \"field-width\", symbol = \"f\", target = \"wasm\" }, { rule = \"field-width\", symbol = \"g\" }";
    let explained = explain(Rule::FieldWidth, &cases(&[("a b", expect, 2)]));
    let example = explained.example.unwrap();
    assert_eq!(example.c, "int a;\n//");
    assert_eq!(example.expects, "field-width of f on wasm, field-width of g");
    assert_eq!(example.command, "twincall show 'a b'");
}

#[test]
fn findings_of_the_rule_are_added_once() {
    let mut explained = explain(Rule::FieldWidth, &cases(&[("a", WIDTH, 2)]));
    let finding = |rule: Rule| crate::facts::Finding {
        rule,
        axis: rule.axis(),
        symbol: "f".to_owned(),
        also: Vec::new(),
        place: "".into(),
        types: None,
        cause: None,
        sides: SideFacts::default(),
        effect: Vec::new(),
        opt: Vec::new(),
        contract_only: false,
        expected: false,
        c_declaration: None,
        rust_declaration: None,
    };
    let mut report = CaseReport::listed("a", Target::Wasm32Unknown, Verdict::Diverges, String::new());
    report.findings = vec![
        finding(Rule::FieldWidth),
        finding(Rule::FieldWidth),
        finding(Rule::FieldOffset),
    ];
    explained.add_findings(&report);
    let findings = explained.example.unwrap().findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].starts_with("found on wasm: "), "{findings:?}");
}
