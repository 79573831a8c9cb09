//! A run of generated pairs made by hand, in which every member and outcome occurs.

use std::collections::{BTreeMap, BTreeSet};

use twincall::facts::{Shard, TOOL, ToolchainReport};
use twincall::fuzz::outcome::Outcome;
use twincall::fuzz::report::{
    CauseReport, Counts, FuzzReport, KindRow, SCHEMA_VERSION, Smallest, SpellingRow, TargetReport, VERB,
};
use twincall::fuzz::{CORRECT, Cause};
use twincall_abi::target::Target;

use super::findings::HOSTILE;

fn cause(outcome: Outcome, kind: &str, rule: &str, place: &str) -> CauseReport {
    CauseReport {
        cause: Cause {
            target: Target::X86_64LinuxGnu,
            outcome,
            kind: kind.to_owned(),
            rule: rule.to_owned(),
            place: place.to_owned(),
        },
        pairs: 4,
        examples: vec![3, 5, 7],
        spellings: BTreeSet::from(["newtype".to_owned(), "pad-bytes".to_owned()]),
        command: "twincall fuzz --seed 7 --number 3 --target native".to_owned(),
        smallest: None,
    }
}

/// Text of a pair and of a message may hold anything.
pub(super) fn run() -> FuzzReport {
    let toolchain = |name: &str, language: &str| ToolchainReport {
        name: name.to_owned(),
        version: "1.2.3".to_owned(),
        language: language.to_owned(),
    };
    let every = |outcomes: &[Outcome]| {
        let counted = outcomes.iter().enumerate();
        Counts(
            counted
                .map(|(index, outcome)| (*outcome, index as u64 + 1))
                .collect(),
        )
    };
    let mistakes: Vec<Outcome> = Outcome::ALL[2..].to_vec();
    let correct = [
        Outcome::Correct,
        Outcome::Unproven,
        Outcome::Accused,
        Outcome::Contradiction,
    ];
    let quiet = |kind: &str| KindRow {
        kind: kind.to_owned(),
        counts: Counts(BTreeMap::from([(Outcome::Found, 12)])),
    };
    let mut native = TargetReport {
        target: Target::X86_64LinuxGnu,
        pairs: 0,
        in_company: 2,
        correct: every(&correct),
        kinds: vec![
            KindRow {
                kind: "field-width".to_owned(),
                counts: every(&mistakes),
            },
            quiet("param-width"),
        ],
        spellings: vec![SpellingRow {
            spelling: "newtype".to_owned(),
            pairs: 6,
            accused: 2,
        }],
    };
    native.pairs = native.all().sum();
    let mut wasm = TargetReport {
        target: Target::Wasm32Unknown,
        in_company: 0,
        correct: Counts(BTreeMap::from([(Outcome::Correct, 3)])),
        kinds: vec![quiet("param-width")],
        spellings: Vec::new(),
        pairs: 0,
    };
    wasm.pairs = wasm.all().sum();
    let mut first = cause(Outcome::Accused, CORRECT, "param-type", "argument N.field");
    first.smallest = Some(Smallest {
        number: 3,
        c: format!("void p3_take(int x); // {HOSTILE}\n"),
        rust: "extern \"C\" { fn p3_take(x: i32); }\n".to_owned(),
        said: vec![format!("p3_take: param-type at argument 1: {HOSTILE}")],
    });
    FuzzReport {
        tool: TOOL.to_owned(),
        verb: VERB.to_owned(),
        schema_version: SCHEMA_VERSION,
        seed: 7,
        count: 90,
        kinds: vec!["field-width".to_owned(), "param-width".to_owned()],
        shard: Some(Shard { number: 2, of: 3 }),
        toolchains: vec![toolchain("clang-22", "c"), toolchain("rustc-1.96", "rust")],
        seconds: 12.5,
        targets: vec![native, wasm],
        causes: vec![
            first,
            cause(Outcome::Missed, "field-width", "", "argument N"),
            cause(Outcome::Failed, CORRECT, "", "error: expected `;`"),
            cause(Outcome::Vague, "param-width", "crash", ""),
        ],
    }
}
