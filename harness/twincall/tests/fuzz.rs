//! Generated pairs through the whole pipeline: a small run is clean, a wrong truth is told, parts make up the whole, and what
//! the documents say of the kinds is what the code has.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use twincall::Session;
use twincall::cli::Exit;
use twincall::fuzz::outcome::Outcome;
use twincall::fuzz::plan::{Kind, Plan, Spelling, Wanted};
use twincall::fuzz::report::FuzzReport;
use twincall::fuzz::{Fuzz, Truth, drawn};
use twincall::session::Options;
use twincall_abi::target::Target;

/// The seed of CI.
const SEED: u64 = 1;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn run(targets: &[Target], count: u64, kinds: &[Kind], truth: Truth) -> FuzzReport {
    let session = Session::open(&root(), Options::default()).unwrap();
    let fuzz = Fuzz {
        session: &session,
        targets: targets.to_vec(),
        seed: SEED,
        count,
        kinds: kinds.to_vec(),
        shard: None,
        jobs: 0,
        shrink: 0,
        truth,
    };
    fuzz.run(&|_, _| ()).unwrap().0
}

#[test]
fn a_small_run_accuses_nobody_and_contradicts_nothing() {
    let report = run(&Target::ALL, 48, &[], drawn);
    assert_eq!(report.judged(), 96);
    let all = report.all();
    for outcome in [Outcome::Accused, Outcome::Contradiction, Outcome::Failed] {
        assert_eq!(all.of(outcome), 0, "{}: {:#?}", outcome.name(), report.causes);
    }
    // Two of three pairs have a mistake, and nearly all of them are found.
    assert!(all.of(Outcome::Found) >= 40, "{:#?}", report.targets);
    for target in &report.targets {
        assert!(target.correct.of(Outcome::Correct) >= 14, "{target:#?}");
    }
}

/// Mistakes that are one everywhere.
const CERTAIN: [Kind; 1] = [Kind::ParamMissing];

#[test]
fn a_mistaken_pair_that_is_said_to_be_correct_is_a_false_alarm() {
    let lie = |_: &Plan, _: Target| (None, Wanted::Conforms);
    let native = [Target::X86_64LinuxGnu];
    let honest = run(&native, 12, &CERTAIN, drawn);
    let lied = run(&native, 12, &CERTAIN, lie);
    let mistakes = honest.targets[0].mistaken().sum();
    assert!(mistakes > 0, "no pair has a mistake: {:#?}", honest.targets);
    let more = lied.all().of(Outcome::Accused) - honest.all().of(Outcome::Accused);
    assert_eq!(more, mistakes, "{:#?}", lied.causes);
    assert_eq!(Exit::from(&lied), Exit::Unexpected);
    assert_eq!(Exit::Unexpected as u8, 100);
}

#[test]
fn a_correct_pair_that_is_said_to_be_mistaken_is_missed() {
    let lie = |plan: &Plan, target: Target| match drawn(plan, target) {
        (None, Wanted::Conforms) => (Some(Kind::ParamMissing), Wanted::Diverges),
        other => other,
    };
    let native = [Target::X86_64LinuxGnu];
    let honest = run(&native, 12, &CERTAIN, drawn);
    let lied = run(&native, 12, &CERTAIN, lie);
    let correct = honest.targets[0].correct.of(Outcome::Correct);
    assert!(correct > 0, "{:#?}", honest.targets);
    let more = lied.all().of(Outcome::Missed) - honest.all().of(Outcome::Missed);
    assert_eq!(more, correct, "{:#?}", lied.causes);
    assert_eq!(Exit::from(&lied), Exit::Unexpected);
}

fn twincall(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincall"));
    command.current_dir(root()).args(arguments).output().unwrap()
}

#[test]
fn parts_make_up_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let run = |name: &str, more: &[&str]| {
        let path = file(name);
        let arguments = [
            "fuzz", "--quiet", "--target", "native", "--seed", "3", "--count", "30", "--shrink", "0",
            "--format", "json", "--output", &path,
        ];
        let output = twincall(&[&arguments, more].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(0 | 100)), "{said}");
        path
    };
    let whole = run("whole.json", &[]);
    let parts = [
        run("1.json", &["--shard", "1/2"]),
        run("2.json", &["--shard", "2/2"]),
    ];
    let merge = |files: &[&str]| twincall(&[&["merge", "--format", "json"], files].concat());
    let document = |bytes: &[u8]| {
        let mut document: Value = serde_json::from_slice(bytes).unwrap();
        document["seconds"] = Value::Null;
        document
    };
    let merged = merge(&[&parts[0], &parts[1]]);
    assert_eq!(
        document(&merged.stdout),
        document(&std::fs::read(&whole).unwrap())
    );
    for (files, with) in [
        (&[&parts[0], &parts[0]][..], "are both part 1/2 on native"),
        (&[&parts[1]], "of 2 parts on native one is missing: 1/2"),
        (
            &[&parts[0], &whole],
            "are of different runs: 2 parts, and one part",
        ),
    ] {
        let files: Vec<&str> = files.iter().map(|file| file.as_str()).collect();
        let refused = merge(&files);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(101), "{said}");
        assert!(said.contains(with), "{said}");
    }
}

#[test]
fn one_pair_is_shown_with_all_that_is_said_of_it() {
    let output = twincall(&["fuzz", "--number", "0", "--target", "wasm", "--color", "never"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("pair 0 on wasm: correct; wanted conforms; "),
        "{text}"
    );
    for part in [
        "\n--- C\n",
        "\n--- Rust\n",
        "#include <stdint.h>",
        "use core::ffi::*;",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn the_documents_have_the_kinds_of_the_code() {
    let page = std::fs::read_to_string(root().join("docs/trust.md")).unwrap();
    let listed = |heading: &str| -> Vec<(String, String)> {
        let section = page.split_once(&format!("\n## {heading}\n")).unwrap().1;
        let section = section.split("\n## ").next().unwrap();
        let rows = section.lines().filter_map(|line| {
            let (id, about) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
            Some((id.to_owned(), about.replace(['\\', '`'], "")))
        });
        rows.skip(1).collect()
    };
    let plain = |text: &str| {
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        text.replace(['\\', '`'], "")
    };
    let kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.id().to_owned(), plain(kind.about())));
    assert_eq!(listed("The mistakes"), kinds.collect::<Vec<_>>());
    let spellings = Spelling::ALL
        .iter()
        .map(|spelling| (spelling.id().to_owned(), plain(spelling.about())));
    assert_eq!(listed("The ways of writing"), spellings.collect::<Vec<_>>());
    let list = String::from_utf8(twincall(&["fuzz", "--list"]).stdout).unwrap();
    for kind in Kind::ALL {
        assert!(list.contains(kind.about()), "{}", kind.id());
        assert_eq!(Kind::from_id(kind.id()), Some(*kind));
    }
    let help = String::from_utf8(twincall(&["--help"]).stdout).unwrap();
    assert!(help.contains("\n  fuzz "), "{help}");
    let reference = std::fs::read_to_string(root().join("docs/reference.md")).unwrap();
    assert!(
        reference.contains("| `twincall fuzz"),
        "docs/reference.md does not list it"
    );
}
