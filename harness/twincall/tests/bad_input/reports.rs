//! Reports that cannot be written, reports that cannot be read, and runs that do not belong together.

use std::fs;
use std::process::Command;

use crate::project::{Project, counts_add_up};

const GOOD: &str = "";

fn project() -> Project {
    let project = Project::new();
    project.twins("one", GOOD);
    project.twins("two", GOOD);
    project
}

#[test]
fn a_report_that_cannot_be_written_costs_no_other() {
    let project = project();
    let (good, page) = (project.beside("good.json"), project.beside("abi.html"));
    let run = project.run(project.check().args([
        "--report",
        "junit=/nowhere/abi.xml",
        "--report",
        &format!("json={}", good.display()),
        "--report",
        &format!("html={}", page.display()),
    ]));
    let run = run.exits(101).says(&["all as expected"]).complains(&[
        "warning: cannot write `/nowhere/abi.xml`",
        "error: cannot write `/nowhere/abi.xml`",
    ]);
    drop(run);
    counts_add_up(&serde_json::from_str(&fs::read_to_string(good).unwrap()).unwrap());
    assert!(fs::read_to_string(page).unwrap().trim_end().ends_with("</html>"));
}

#[test]
fn requests_that_contradict_each_other_are_refused_before_the_work() {
    let project = project();
    let refused = |arguments: &[&str], message: &str| {
        project
            .run(project.check().args(arguments))
            .exits(2)
            .complains(&[message]);
    };
    refused(
        &["--report", "html=a", "--report", "md=a"],
        "two reports are to be written to `a`",
    );
    refused(&["--report", "pdf=a"], "there is no form `pdf`");
    refused(&["--report", "html"], "html=FILE");
    refused(&["--shard", "3/2"], "there is no part 3 of 2");
    let mut dated = project.check();
    dated.env("SOURCE_DATE_EPOCH", "yesterday");
    project
        .run(&mut dated)
        .exits(2)
        .complains(&["SOURCE_DATE_EPOCH is `yesterday`"]);
    assert!(project.cached_files().is_empty(), "something was compiled");
}

#[test]
fn parts_that_do_not_make_a_run_are_refused_and_nothing_is_overwritten() {
    let project = project();
    let part = |number: u32| {
        let path = project.beside(&format!("part-{number}.json"));
        let mut check = project.check_json();
        check.args(["--shard", &format!("{number}/2"), "-o"]).arg(&path);
        project.run(&mut check).exits(0);
        path
    };
    let (one, other) = (part(1), part(2));
    let result = project.beside("merged.json");
    fs::write(&result, "as it was").unwrap();
    let refused = |files: &[&std::path::Path], message: &str| {
        let mut merge = Command::new(env!("CARGO_BIN_EXE_twincall"));
        merge
            .arg("merge")
            .args(files)
            .args(["--format", "json", "-o"])
            .arg(&result);
        project.run(&mut merge).exits(101).complains(&[message]);
        assert_eq!(fs::read_to_string(&result).unwrap(), "as it was");
    };
    refused(&[&one], "of 2 parts one is missing: 2/2");
    refused(&[&one, &one], "are both part 1/2");
    let cut = project.beside("cut.json");
    let text = fs::read_to_string(&other).unwrap();
    fs::write(&cut, &text[..text.len() / 3]).unwrap();
    refused(&[&one, &cut], "is cut short at line");
    let foreign = project.beside("foreign.json");
    fs::write(&foreign, "{\"version\": \"2.1.0\", \"runs\": []}").unwrap();
    refused(&[&one, &foreign], "is not a report of twincall");
    let older = project.beside("older.json");
    fs::write(
        &older,
        text.replace("\"schema_version\": 2", "\"schema_version\": 1"),
    )
    .unwrap();
    refused(&[&one, &older], "has schema version 1");
    // A part is no run to compare with.
    let mut diff = project.twincall("diff");
    project
        .run(diff.args([&one, &other]))
        .exits(101)
        .complains(&["is part 1/2 of a run"]);
}

#[test]
fn toolchains_that_contradict_each_other_are_refused_at_their_line() {
    let project = project();
    let refused = |text: &str, message: &str| {
        project.write("twincall.toml", text);
        project.run(&mut project.check()).exits(101).complains(&[message]);
    };
    refused(
        "[toolchain]\n\nc = \"rustc-1.96\"\n",
        "twincall.toml:3: `rustc-1.96` is no compiler of C",
    );
    refused(
        "[snapshots]\nrust = \"clang-22\"\n",
        "twincall.toml:2: `clang-22` is no compiler of Rust",
    );
    refused(
        "[toolchain]\nc = \"clang-14\"\n[snapshots]\nc = \"clang-22\"\n",
        "twincall.toml:2: [toolchain] says `clang-14` and [snapshots] says `clang-22`",
    );
}
