//! The command line: exit codes, places where the result cannot go, and projects anywhere.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use twincall::facts::{SnapshotState, Verdict};

use crate::project::{Project, case, counts_add_up};

const GOOD: &str = "//@ about = \"is well\"";

#[test]
fn exit_codes_say_how_a_run_ended() {
    let project = Project::new();
    project.twins("good", GOOD);
    project
        .run(&mut project.check())
        .exits(0)
        .says(&["all as expected"]);
    project
        .run(project.check().arg("--nonsense"))
        .exits(2)
        .complains(&["--nonsense"]);
    project
        .run(project.check().args(["--target", "arm"]))
        .exits(2)
        .complains(&["known are native"]);
    project.run(project.check().args(["-O", "9"])).exits(2);
    project
        .run(project.check().arg("no_such_case"))
        .exits(4)
        .complains(&["no case of `", "` matches no_such_case"]);
    project
        .run(project.twincall("show").arg("goood"))
        .exits(4)
        .complains(&["no case `goood`; did you mean `good`?"]);
    project.run(project.twincall("list").arg("no_such_case")).exits(4);

    let name = "wrong_value";
    project.defined_in_c(
        name,
        "//@ about = \"x\"\n//@ call = [\"wrong_value(1) == 2\"]",
        "int wrong_value(int x) { return x; }",
    );
    let report = project.run(&mut project.check_json()).exits(100).report();
    assert_eq!(case(&report, name).verdict, Verdict::Diverges);
    assert_eq!((report.summary.executed, report.summary.unexpected), (2, 1));

    project.write("c-fixtures/broken.c", "//@ about = \"x\"\nint broken(\n");
    project.write("rust-fixtures/broken.rs", "");
    let report = project.run(&mut project.check_json()).exits(101).report();
    assert_eq!((report.summary.unexpected, report.summary.failed), (1, 1));
}

#[test]
fn an_expectation_that_vanished_names_the_line_to_delete() {
    let project = Project::new();
    let directives = "//@ about = \"x\"\n//@ expect = [\n//@   { rule = \"arity\", symbol = \"add_one\" },\n\
                      //@   { rule = \"arity\", symbol = \"other\" },\n//@   { rule = \"arity\", target = \"wasm\" },\n//@ ]";
    project.twins("good", directives);
    project.run(&mut project.check()).exits(100).says(&[
        "the expected `arity` of `add_one` did not occur: delete it from c-fixtures/good.c:3",
        "the expected `arity` of `other` did not occur: delete it from c-fixtures/good.c:4",
        "1 not as expected",
    ]);
    let report = project.run(&mut project.check_json()).exits(100).report();
    let vanished = &case(&report, "good").vanished;
    let lines: Vec<u32> = vanished.iter().map(|vanished| vanished.line).collect();
    assert_eq!(lines, [3, 4]);
}

#[test]
fn a_changed_snapshot_fails_and_one_that_cannot_be_recorded_is_no_success() {
    let project = Project::new();
    project.twins("a/good", GOOD);
    let state = |exit: i32| {
        let run = project.run(&mut project.check_json()).exits(exit);
        case(&run.report(), "a/good").snapshot.clone()
    };
    assert_eq!(state(0), SnapshotState::Missing);
    project.run(project.check().arg("--bless")).exits(0);
    assert_eq!(state(0), SnapshotState::Same);
    let code = "//@ about = \"x\"\nlong add_one(long a) { return a; }\n";
    project.write("c-fixtures/a/good.c", code);
    project.write(
        "rust-fixtures/a/good.rs",
        "#[unsafe(no_mangle)]\npub extern \"C\" fn add_one(a: i64) -> i64 { a }\n",
    );
    assert!(matches!(state(100), SnapshotState::Changed { .. }));
    project
        .run(&mut project.check())
        .exits(100)
        .says(&["the snapshot changed", "--bless"]);

    let snapshots = project.root().join("snapshots");
    fs::remove_dir_all(&snapshots).unwrap();
    fs::write(&snapshots, "not a folder").unwrap();
    project
        .run(project.check().arg("--bless"))
        .exits(101)
        .complains(&["no snapshot of a/good on native is recorded: it cannot be written"]);
}

#[test]
fn a_result_that_cannot_be_written_is_said_before_the_work() {
    let project = Project::new();
    project.twins("good", GOOD);
    let output = |path: &str| project.run(project.check_json().args(["-o", path]));
    output("/nowhere/report.json")
        .exits(101)
        .complains(&["cannot write `/nowhere/report.json`"]);
    output(project.root().to_str().unwrap())
        .exits(101)
        .complains(&["cannot write"]);
    let compiled = project.cached_files().iter().any(|path| path.ends_with("unit.o"));
    assert!(!compiled, "nothing is compiled for a result that nobody can read");
    output("/dev/full")
        .exits(101)
        .complains(&["cannot write `/dev/full`"]);

    let path = project.beside("report.json");
    fs::write(&path, "old").unwrap();
    let run = output(path.to_str().unwrap()).exits(0);
    assert_eq!(run.stdout, "");
    let report = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    counts_add_up(&report);
    output("/dev/null").exits(0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn standard_output_may_be_closed_or_full() {
    let project = Project::new();
    project.twins("good", GOOD);
    // A reader like `head` that is gone before the first line.
    let mut check = project.check_json();
    let mut child = check
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""));
    // A disk that is full loses the result, which is no success.
    let full = File::options().write(true).open("/dev/full").unwrap();
    let status = project
        .check_json()
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(101));
}

#[test]
fn any_folder_with_fixtures_is_a_project() {
    let project = Project::new();
    project.twins("a/good", GOOD);
    let twincall = || {
        let mut command = project.twincall("check");
        command = std::process::Command::new(command.get_program());
        command
            .args(["check", "--target", "native"])
            .env("TWINCALL_CACHE", project.cache());
        command
    };
    let one = "planned 1 = executed 1 + ";
    project.run(twincall().arg(project.root())).exits(0).says(&[one]);
    let above = project.root().parent().unwrap();
    for arguments in [&["project"][..], &["./project"], &["a/good", "project/"]] {
        project
            .run(twincall().args(arguments).current_dir(above))
            .exits(0)
            .says(&[one]);
    }
    project
        .run(twincall().current_dir(project.root().join("c-fixtures/a")))
        .exits(0)
        .says(&[one]);

    let other = project.beside("other");
    fs::create_dir_all(other.join("c-fixtures")).unwrap();
    project
        .run(twincall().arg(project.root()).arg(&other))
        .exits(2)
        .complains(&["one run checks one project"]);
    project
        .run(twincall().arg(&other))
        .exits(4)
        .complains(&["there is no case in `"]);
    fs::remove_dir(other.join("c-fixtures")).unwrap();
    let none = "has neither `c-fixtures` nor `rust-fixtures` in it";
    project.run(twincall().arg(&other)).exits(4).complains(&[none]);
    for arguments in [
        &["list"][..],
        &["show", "good"],
        &["timeline", "good", "--compiler", "clang"],
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_twincall"));
        command.args(arguments).arg("--root").arg(&other);
        command.env("TWINCALL_CACHE", project.cache());
        project.run(&mut command).exits(4).complains(&[none]);
    }
    project
        .run(twincall().arg("/nowhere"))
        .exits(101)
        .complains(&["`/nowhere` is no folder"]);
}

#[test]
fn spaces_and_other_alphabets_are_names_like_any_other() {
    let project = Project::named("größe 大きさ (copy) $HOME %s 'x' #1");
    let names = [
        "with space/and more",
        "ÿ/naïve",
        "大きさ",
        "-O3",
        "--help",
        "a,b=c",
        "$x",
        "per%cent",
        "{0}",
        "it's",
    ];
    for name in names {
        project.twins(name, "//@ about = \"is well\"\n//@ opt = 0");
    }
    let report = project.run(project.check_json().arg("--bless")).exits(0).report();
    assert_eq!(report.summary.executed, names.len());
    for name in names {
        let case = case(&report, name);
        assert_eq!(
            (case.verdict, case.calls > 0),
            (Verdict::Conforms, true),
            "{name}: {:?}",
            case.findings
        );
        assert_eq!(case.snapshot, SnapshotState::Written, "{name}");
    }
    let again = project.run(&mut project.check_json()).exits(0).report();
    for case in &again.cases {
        assert_eq!(case.snapshot, SnapshotState::Same, "{}", case.name);
    }
    project
        .run(&mut project.twincall("list"))
        .exits(0)
        .says(&["大きさ", "with space/and more"]);
}

#[test]
fn a_header_that_changes_is_seen_whatever_its_name() {
    for name in ["a project", "a project #1 for $5"] {
        let project = Project::named(name);
        project.write("c-fixtures/the type.h", "typedef int type;\n");
        project.pair(
            "header",
            "//@ about = \"x\"\n#include \"the type.h\"\ntype add_one(type a) { return a; }\n",
            "#[unsafe(no_mangle)]\npub extern \"C\" fn add_one(a: i32) -> i32 { a }\n",
        );
        project.run(&mut project.check()).exits(0);
        project.write("c-fixtures/the type.h", "typedef long type;\n");
        project.run(&mut project.check()).exits(100);
    }
}

#[test]
fn a_project_whose_path_no_compiler_can_be_given_is_refused() {
    let project = Project::named("quo\"te");
    project.twins("good", GOOD);
    project
        .run(&mut project.check())
        .exits(101)
        .complains(&["the path of the project, `", "holds a double quote"]);
}

#[test]
fn generated_pairs_are_asked_for_in_words_that_exist() {
    let project = Project::new();
    let fuzz = |arguments: &[&str]| project.run(project.twincall("fuzz").args(arguments));
    fuzz(&["--kinds", "param-widht"])
        .exits(2)
        .complains(&["there is no kind `param-widht`; did you mean `param-width`?"]);
    fuzz(&["--count", "0"]).exits(2).complains(&["--count"]);
    fuzz(&["--shard", "3/2"])
        .exits(2)
        .complains(&["there is no part 3 of 2"]);
    fuzz(&["--number", "1", "--shard", "1/2"])
        .exits(2)
        .complains(&["cannot be used with"]);
    let missing = project.root().join("no/folder/fuzz.json").display().to_string();
    fuzz(&["--output", &missing])
        .exits(101)
        .complains(&["cannot write `", "no/folder/fuzz.json`"]);
    project.write("file", "");
    let keep = project.root().join("file/fixtures").display().to_string();
    fuzz(&["--keep", &keep])
        .exits(101)
        .complains(&["cannot write to `", "file/fixtures`"]);
    fuzz(&["--trust", &missing])
        .exits(101)
        .complains(&["no/folder/fuzz.json`"]);
    project.twins("good", GOOD);
    let report = project.run(&mut project.check_json()).exits(0);
    project.write("check.json", &report.stdout);
    project.write(
        "fuzz.json",
        r#"{"tool": "twincall", "verb": "fuzz", "schema_version": 1}"#,
    );
    let merge = |files: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twincall"));
        command.current_dir(project.root()).arg("merge").args(files);
        project.run(&mut command)
    };
    merge(&["check.json", "fuzz.json"])
        .exits(101)
        .complains(&["`fuzz.json` is a report of `fuzz`, and `check.json` is not"]);
    merge(&["fuzz.json"])
        .exits(101)
        .complains(&["`fuzz.json` does not follow docs/fuzz.schema.json"]);
    let check = project.root().join("check.json").display().to_string();
    fuzz(&["--trust", &check])
        .exits(101)
        .complains(&["check.json` is no report of `twincall fuzz`"]);
}
