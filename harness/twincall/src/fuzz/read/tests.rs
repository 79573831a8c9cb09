use super::*;
use crate::fuzz::outcome::Outcome;
use crate::fuzz::report::{CauseReport, Counts, KindRow, Smallest, SpellingRow};
use crate::fuzz::{CORRECT, Cause};

fn part(number: usize, of: usize) -> FuzzReport {
    let mut report = FuzzReport::new(7, 100, Vec::new(), Vec::new());
    report.shard = (of > 1).then_some(Shard { number, of });
    let mut target = TargetReport::new(Target::X86_64LinuxGnu);
    target.pairs = 3;
    target.correct = Counts(BTreeMap::from([(Outcome::Correct, 1), (Outcome::Accused, 1)]));
    target.kinds = vec![KindRow {
        kind: format!("kind-{number}"),
        counts: Counts(BTreeMap::from([(Outcome::Found, 1)])),
    }];
    target.spellings = vec![SpellingRow {
        spelling: "newtype".to_owned(),
        pairs: 2,
        accused: 1,
    }];
    report.targets = vec![target];
    report.causes = vec![CauseReport {
        cause: Cause {
            target: Target::X86_64LinuxGnu,
            outcome: Outcome::Accused,
            kind: CORRECT.to_owned(),
            rule: "param-type".to_owned(),
            place: "argument N".to_owned(),
        },
        pairs: 1,
        examples: vec![10 - number as u64],
        spellings: BTreeSet::from(["newtype".to_owned(), format!("spelling-{number}")]),
        command: String::new(),
        smallest: Some(Smallest {
            number: 10 - number as u64,
            c: String::new(),
            rust: String::new(),
            said: Vec::new(),
        }),
    }];
    report
}

fn named(reports: Vec<FuzzReport>) -> Vec<(String, FuzzReport)> {
    let names = ["a.json", "b.json", "c.json"];
    names.iter().map(|name| (*name).to_owned()).zip(reports).collect()
}

#[test]
fn parts_are_counted_together() {
    let merged = merge(&named(vec![part(1, 2), part(2, 2)])).unwrap();
    assert_eq!(merged.shard, None);
    let target = &merged.targets[0];
    assert_eq!((target.pairs, target.correct.of(Outcome::Accused)), (6, 2));
    let kinds: Vec<&str> = target.kinds.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, ["kind-1", "kind-2"]);
    let spelling = &target.spellings[0];
    assert_eq!((spelling.pairs, spelling.accused), (4, 2));
    let [cause] = &merged.causes[..] else {
        panic!("{:?}", merged.causes)
    };
    assert_eq!((cause.pairs, cause.examples.as_slice()), (2, &[8, 9][..]));
    assert_eq!(cause.spellings, BTreeSet::from(["newtype".to_owned()]));
    assert_eq!(cause.smallest.as_ref().unwrap().number, 8);
    assert!(
        cause.command.ends_with("--number 8 --target native"),
        "{}",
        cause.command
    );
}

#[test]
fn parts_of_different_runs_are_refused() {
    let refused = |reports: Vec<FuzzReport>| merge(&named(reports)).unwrap_err().to_string();
    let other = |change: fn(&mut FuzzReport)| {
        let mut other = part(2, 2);
        change(&mut other);
        refused(vec![part(1, 2), other])
    };
    assert_eq!(
        other(|report| report.seed = 8),
        "`a.json` and `b.json` are of different runs: seed 7, and seed 8"
    );
    assert!(other(|report| report.count = 99).ends_with("100 pairs, and 99 pairs"));
    let kinds = other(|report| report.kinds = vec!["width".to_owned()]);
    assert!(kinds.ends_with("all kinds, and width"), "{kinds}");
    assert!(refused(vec![part(1, 2), part(2, 3)]).ends_with("2 parts, and 3 parts"));
    assert_eq!(
        refused(vec![part(1, 2), part(1, 2)]),
        "`a.json` and `b.json` are both part 1/2 on native"
    );
    assert_eq!(
        refused(vec![part(1, 3), part(3, 3)]),
        "of 3 parts on native one is missing: 2/3"
    );
    assert_eq!(refused(Vec::new()), "there is no report to merge");
}

#[test]
fn targets_may_be_in_reports_of_their_own() {
    let mut wasm = part(1, 1);
    wasm.targets[0].target = Target::Wasm32Unknown;
    let merged = merge(&named(vec![wasm, part(1, 1)])).unwrap();
    let targets: Vec<Target> = merged.targets.iter().map(|target| target.target).collect();
    assert_eq!(targets, Target::ALL);
}

#[test]
fn a_report_is_known_by_its_content() {
    let path = Path::new("a.json");
    let text = serde_json::to_vec(&part(1, 1)).unwrap();
    assert_eq!(parse(path, &text).unwrap(), part(1, 1));
    let refused = |from: &str, to: &str| {
        let changed = String::from_utf8(text.clone()).unwrap().replacen(from, to, 1);
        parse(path, changed.as_bytes()).unwrap_err().to_string()
    };
    assert_eq!(
        refused("\"verb\":\"fuzz\"", "\"verb\":\"check\""),
        "`a.json` is no report of `twincall fuzz`"
    );
    assert!(refused("\"schema_version\":1", "\"schema_version\":2").contains("schema version 2"));
    assert!(refused("\"pairs\":3", "\"pairs\":4").ends_with("the counts of native do not add up"));
    assert!(refused("\"accused\":1", "\"accussed\":1").contains("docs/fuzz.schema.json"));
    assert!(!is_fuzz(b"[1, 2]") && !is_fuzz(b"") && !is_fuzz(b"{\"tool\":\"twincall\"}"));
}
