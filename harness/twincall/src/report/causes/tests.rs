use twincall_abi::target::Target;

use super::causes;
use crate::facts::{CaseReport, Finding, Report, Rule, SideFacts, Verdict};

fn finding(rule: Rule, symbol: &str, place: &str) -> Finding {
    Finding {
        rule,
        axis: rule.axis(),
        symbol: symbol.to_owned(),
        also: Vec::new(),
        place: place.into(),
        types: None,
        cause: None,
        sides: SideFacts {
            c: "one".into(),
            rust: "other".into(),
        },
        effect: Vec::new(),
        opt: Vec::new(),
        contract_only: false,
        expected: false,
        c_declaration: None,
        rust_declaration: None,
    }
}

fn types() -> Option<(String, String)> {
    Some(("struct header".to_owned(), "Header".to_owned()))
}

fn case(name: &str, target: Target, findings: Vec<Finding>) -> CaseReport {
    let mut case = CaseReport::listed(name, target, Verdict::Diverges, String::new());
    case.findings = findings;
    case
}

fn report(cases: Vec<CaseReport>) -> Report {
    Report::new(Vec::new(), cases)
}

/// A struct whose size is wrong, taken by 40 functions that find it elsewhere.
fn wrong_struct() -> Vec<Finding> {
    let mut size = finding(Rule::LayoutSize, "take_0", "argument 1");
    size.types = types();
    size.also = (1..40).map(|number| format!("take_{number}")).collect();
    let moved = (0..40).map(|number| {
        let mut moved = finding(Rule::ArgLocation, &format!("take_{number}"), "argument 1");
        moved.cause = types();
        moved
    });
    moved.chain([size.clone()]).collect()
}

#[test]
fn one_wrong_struct_is_one_cause_with_all_that_it_reaches() {
    let report = report(vec![
        case("lib", Target::X86_64LinuxGnu, wrong_struct()),
        case("lib", Target::Wasm32Unknown, wrong_struct()),
    ]);
    let causes = causes(&report);
    assert_eq!(causes.len(), 1);
    assert_eq!(causes[0].finding.rule, Rule::LayoutSize, "the type tells most");
    assert_eq!(causes[0].affected().len(), 40, "functions, once for both targets");
    assert_eq!(causes[0].targets().len(), 2);
    assert_eq!(causes[0].findings.len(), 82);
}

#[test]
fn types_of_one_name_in_two_cases_are_two_causes() {
    let report = report(vec![
        case("one", Target::X86_64LinuxGnu, wrong_struct()),
        case("other", Target::X86_64LinuxGnu, wrong_struct()),
    ]);
    assert_eq!(causes(&report).len(), 2);
}

#[test]
fn what_nobody_expects_comes_first_and_what_ran_before_what_was_read() {
    let mut known = finding(Rule::Crash, "known", "");
    known.expected = true;
    let read = finding(Rule::Arity, "read", "");
    let mut ran = finding(Rule::Value, "ran", "result");
    ran.effect = vec!["sent 1, received 0".to_owned().into()];
    let mut words = finding(Rule::Nullability, "words", "argument 1");
    words.contract_only = true;
    let report = report(vec![case(
        "case",
        Target::X86_64LinuxGnu,
        vec![known, words, read, ran],
    )]);
    let order: Vec<&str> = causes(&report)
        .iter()
        .map(|cause| cause.finding.symbol.as_str())
        .collect();
    assert_eq!(order, ["ran", "read", "known", "words"]);
}
