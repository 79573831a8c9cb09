use twincall_abi::interface::{Side, SourceLocation};
use twincall_abi::target::Target;

use super::*;
use crate::facts::{Declaration, ModelReport, ModelState, Rule, SideFacts, SideFunction, Unchecked};

const TARGET: Target = Target::X86_64LinuxGnu;

fn symbols(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn finding(rule: Rule, symbol: &str, place: &str, contract_only: bool) -> Finding {
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
        contract_only,
        expected: false,
        c_declaration: None,
        rust_declaration: None,
    }
}

fn side(state: ModelState) -> SideFunction {
    let mut model = ModelReport::unsupported(String::new());
    model.state = state;
    SideFunction {
        declaration: Declaration {
            text: String::new(),
            location: SourceLocation {
                file: "pairs.c".to_owned(),
                line: 1,
                column: 1,
            },
            defined: true,
        },
        levels: Vec::new(),
        wasm_type: None,
        machine: Vec::new(),
        model: Some(model),
    }
}

fn function(symbol: &str, state: ModelState) -> FunctionReport {
    FunctionReport {
        symbol: symbol.to_owned(),
        c: Some(side(state)),
        rust: Some(side(state)),
        standings: Vec::new(),
    }
}

/// Two functions that follow the text, with these findings.
fn report(findings: Vec<Finding>) -> CaseReport {
    let mut report = CaseReport::listed("pairs", TARGET, Verdict::Conforms, String::new());
    report.reason = None;
    report.functions = vec![
        function("p1_f", ModelState::Follows),
        function("p2_f", ModelState::Follows),
    ];
    report.findings = findings;
    report
}

fn outcome(report: &CaseReport, wanted: Wanted, place: Option<(&str, &str)>) -> Outcome {
    let symbols = symbols(&["p1_f"]);
    let place = place.map(|(symbol, root)| Mistake {
        symbols: vec![symbol.to_owned()],
        roots: vec![Place::from(root).root],
    });
    let truth = Truth {
        wanted,
        symbols: &symbols,
        place: place.as_ref(),
    };
    judged(report, truth).outcome
}

#[test]
fn a_correct_pair_conforms_or_is_accused() {
    let quiet = report(Vec::new());
    assert_eq!(outcome(&quiet, Wanted::Conforms, None), Outcome::Correct);
    for contract_only in [false, true] {
        let loud = report(vec![finding(
            Rule::ParamType,
            "p1_f",
            "argument 1",
            contract_only,
        )]);
        assert_eq!(outcome(&loud, Wanted::Conforms, None), Outcome::Accused);
    }
    // What is said of its neighbour is not said of it.
    let other = report(vec![finding(Rule::ParamType, "p2_f", "argument 1", false)]);
    assert_eq!(outcome(&other, Wanted::Conforms, None), Outcome::Correct);
}

#[test]
fn agreement_counts_by_the_functions_of_the_pair() {
    let mut mixed = report(Vec::new());
    mixed.functions = vec![
        function("p1_f", ModelState::Ambiguous),
        function("p2_f", ModelState::Departs),
    ];
    assert_eq!(outcome(&mixed, Wanted::Conforms, None), Outcome::Correct);
    mixed.functions = vec![function("p1_f", ModelState::Departs)];
    assert_eq!(outcome(&mixed, Wanted::Conforms, None), Outcome::Unproven);
    // A variable alone has no clause that could promise anything.
    mixed.functions = vec![function("p2_f", ModelState::Departs)];
    assert_eq!(outcome(&mixed, Wanted::Conforms, None), Outcome::Correct);
}

#[test]
fn a_mistake_is_found_at_its_place_or_elsewhere() {
    let at = |place: &str| {
        let report = report(vec![finding(Rule::FieldOffset, "p1_f", place, false)]);
        outcome(&report, Wanted::Diverges, Some(("p1_f", "argument 2")))
    };
    assert_eq!(at("argument 2"), Outcome::Found);
    assert_eq!(at("*argument 2.flags"), Outcome::Found);
    assert_eq!(at("argument 2, callback argument 1.code"), Outcome::Found);
    assert_eq!(at("argument 1"), Outcome::Elsewhere);
    assert_eq!(at("result"), Outcome::Elsewhere);
    assert_eq!(at(""), Outcome::Vague);
    let run = report(vec![finding(Rule::Crash, "p1_f", "argument 2", false)]);
    let place = Some(("p1_f", "argument 2"));
    assert_eq!(outcome(&run, Wanted::Diverges, place), Outcome::Vague);
    let whole = report(vec![finding(Rule::Arity, "p1_f", "", false)]);
    assert_eq!(
        outcome(&whole, Wanted::Diverges, Some(("p1_f", ""))),
        Outcome::Found
    );
}

#[test]
fn a_field_of_a_variable_is_in_the_variable_as_a_whole() {
    let report = report(vec![finding(Rule::FieldOffset, "p1_f", "offset[3].low", false)]);
    let place = Some(("p1_f", ""));
    assert_eq!(outcome(&report, Wanted::Diverges, place), Outcome::Found);
    assert_eq!(root(&"*result.a".into()), Root::Result);
    assert_eq!(root(&"all arguments".into()), Root::Whole);
}

#[test]
fn a_type_that_is_told_at_another_function_is_found() {
    let mut shared = finding(Rule::LayoutSize, "p2_f", "argument 1", false);
    shared.types = Some(("struct p1_s".to_owned(), "P1S".to_owned()));
    shared.also = symbols(&["p1_f"]);
    let report = report(vec![shared]);
    let place = Some(("p1_f", "argument 2"));
    assert_eq!(outcome(&report, Wanted::Diverges, place), Outcome::Found);
    assert!(is_told_elsewhere(&report, &symbols(&["p1_f"])));
    assert!(!is_told_elsewhere(&report, &symbols(&["p2_f"])));
}

#[test]
fn a_warning_where_the_sides_diverge_is_a_miss() {
    let warned = report(vec![finding(Rule::ParamType, "p1_f", "argument 1", true)]);
    let place = Some(("p1_f", "argument 1"));
    assert_eq!(outcome(&warned, Wanted::Diverges, place), Outcome::Missed);
    assert_eq!(outcome(&warned, Wanted::Accidental, place), Outcome::Found);
    assert_eq!(
        outcome(&warned, Wanted::DivergesOrAccidental, place),
        Outcome::Found
    );
    assert_eq!(outcome(&warned, Wanted::Equivalent, place), Outcome::Equivalent);
    let quiet = report(Vec::new());
    for wanted in [Wanted::Diverges, Wanted::Accidental, Wanted::DivergesOrAccidental] {
        assert_eq!(outcome(&quiet, wanted, place), Outcome::Missed, "{wanted:?}");
    }
    assert_eq!(outcome(&quiet, Wanted::Equivalent, place), Outcome::Equivalent);
}

#[test]
fn what_has_no_effect_must_not_diverge() {
    let loud = report(vec![finding(Rule::ParamType, "p1_f", "argument 1", false)]);
    let place = Some(("p1_f", "argument 1"));
    assert_eq!(outcome(&loud, Wanted::Equivalent, place), Outcome::Accused);
    assert_eq!(outcome(&loud, Wanted::Accidental, place), Outcome::Accused);
    assert_eq!(
        outcome(&loud, Wanted::DivergesOrAccidental, place),
        Outcome::Found
    );
}

#[test]
fn contradictions_belong_to_whom_they_name() {
    let mut torn = report(Vec::new());
    torn.verdict = Verdict::Error;
    torn.contradictions = vec!["C `p1_f` is torn".to_owned(), "C `p3_f` is torn".to_owned()];
    let all = symbols(&["p1_f", "p2_f", "p3_f"]);
    let known: Vec<&String> = all.iter().collect();
    assert_eq!(outcome(&torn, Wanted::Conforms, None), Outcome::Contradiction);
    assert!(!has_stray(&torn, &known));
    assert!(has_stray(&torn, &known[..2]), "nobody knows whose p3_f is");
    torn.contradictions = vec!["C `p11_f` is torn".to_owned()];
    assert_eq!(outcome(&torn, Wanted::Conforms, None), Outcome::Correct);
}

#[test]
fn what_was_compared_with_nothing_is_refused() {
    let mut listed = report(Vec::new());
    listed.functions[0].rust = None;
    assert_eq!(outcome(&listed, Wanted::Conforms, None), Outcome::Refused);
    assert_eq!(outcome(&listed, Wanted::Equivalent, None), Outcome::Refused);
    listed.functions.remove(0);
    listed.unchecked = vec![Unchecked {
        side: Some(Side::Rust),
        symbol: Some("p1_f".to_owned()),
        location: None,
        reason: "it has a parameter pattern".to_owned(),
    }];
    assert_eq!(outcome(&listed, Wanted::Diverges, None), Outcome::Refused);
    let mut told = report(Vec::new());
    told.unchecked = vec![Unchecked {
        side: Some(Side::Rust),
        symbol: Some("p1_f".to_owned()),
        location: None,
        reason: "it is declared in one place".to_owned(),
    }];
    assert_eq!(outcome(&told, Wanted::Conforms, None), Outcome::Refused);
    told.unchecked[0].symbol = Some("p2_f".to_owned());
    assert_eq!(outcome(&told, Wanted::Conforms, None), Outcome::Correct);
    // A note about code that is only called differently is none about what was compared.
    let mut noted = report(Vec::new());
    noted.notes = vec!["C `p1_f`: no driver".to_owned()];
    assert_eq!(outcome(&noted, Wanted::Conforms, None), Outcome::Correct);
    // Nor is one about the padding of a variable, which is in no list of functions.
    noted.functions.clear();
    noted.notes = vec!["Rust `p1_f.reserved` is no field to both: its value is not carried".to_owned()];
    assert_eq!(outcome(&noted, Wanted::Conforms, None), Outcome::Correct);
}

#[test]
fn a_fixture_that_is_not_built_says_nothing_of_single_pairs() {
    let failed = CaseReport::listed(
        "pairs",
        TARGET,
        Verdict::Error,
        "C does not compile\npairs.c:3: error: expected `;`".to_owned(),
    );
    let refusal = refused(&failed).unwrap();
    assert_eq!(refusal.outcome, Outcome::Failed);
    assert_eq!(refusal.at.to_string(), "pairs.c:3: error: expected `;`");
    let unsupported = CaseReport::listed("pairs", TARGET, Verdict::Unsupported, "no".to_owned());
    assert_eq!(refused(&unsupported).unwrap().outcome, Outcome::Refused);
    assert_eq!(refused(&report(Vec::new())), None);
    let nothing = Wanted::NotApplicable("there is no other convention");
    assert_eq!(outcome(&failed, nothing, None), Outcome::NotApplicable);
}
