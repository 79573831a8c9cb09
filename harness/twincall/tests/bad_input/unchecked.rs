//! What was compared with nothing: named and counted in every form, and a failure where that is asked for.

use twincall::facts::Verdict;

use crate::project::{Project, case};

/// A pair in which all is well but for a function that only Rust declares, on line 3.
fn lonely() -> Project {
    let project = Project::new();
    project.pair(
        "pair",
        "//@ about = \"x\"\n//@ opt = 0\nint half(int n) { return n / 2; }\n",
        "unsafe extern \"C\" {\n    pub fn half(n: i32) -> i32;\n    pub safe fn abs(n: i32) -> i32;\n}\n",
    );
    project
}

#[test]
fn it_is_never_green() {
    let project = lonely();
    let run = project.run(&mut project.check()).exits(0).says(&[
        "unchecked: Rust `abs` (rust-fixtures/pair.rs:3) of pair on native: declared here and nowhere else in the pair\n",
        " calls; 1 unchecked\n",
        "all as expected, 1 unchecked\n",
    ]);
    assert!(!run.stdout.contains("all as expected\n"), "{run}");
    let report = project.run(&mut project.check_json()).exits(0).report();
    let checked = case(&report, "pair");
    assert_eq!((checked.verdict, checked.unchecked.len()), (Verdict::Conforms, 1));
    assert_eq!(report.summary.unchecked, 1);
    for form in ["md", "junit", "github", "sarif"] {
        project
            .run(project.check().args(["--format", form]))
            .exits(0)
            .says(&["abs", "declared here and nowhere else in the pair", "unchecked"]);
    }
    project
        .run(project.check().args(["--format", "html"]))
        .exits(0)
        .says(&["all as expected, 1 unchecked"]);
    let mut show = project.twincall("show");
    project
        .run(show.args(["pair", "--target", "native"]))
        .exits(0)
        .says(&["  unchecked: Rust `abs` (rust-fixtures/pair.rs:3): declared here"]);
}

#[test]
fn it_is_a_failure_where_that_is_asked_for() {
    let project = lonely();
    let deny = ["--deny", "unchecked"];
    project.run(project.check().args(deny)).exits(100);
    let path = project.beside("report.json");
    let path = path.to_str().unwrap();
    project.run(project.check_json().args(["-o", path])).exits(0);
    let merge = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_twincall"));
        command.args(["merge", path]).args(arguments);
        project.run(&mut command)
    };
    merge(&[]).exits(0);
    merge(&deny).exits(100);
    // Where nothing is unchecked, nothing fails.
    project.twins("pair", "//@ about = \"x\"\n//@ opt = 0");
    project
        .run(project.check().args(deny))
        .exits(0)
        .says(&["; 0 unchecked\nexecuted", "all as expected\n"]);
}

#[test]
fn a_case_that_is_listed_is_unchecked_as_a_whole() {
    let project = Project::new();
    project.pair(
        "pair",
        "//@ about = \"x\"\n//@ opt = 0\nint half(int n) { return n / 2; }\n",
        "pub fn f() {\n    struct Own(i32);\n    unsafe extern \"C\" { safe fn half(n: Own) -> i32; }\n}\n",
    );
    project.run(&mut project.check()).exits(0).says(&[
        "unchecked: pair on native: Rust `half` (rust-fixtures/pair.rs:3): parameter 1: `Own` means something only in the body",
        "all as expected, 1 unchecked\n",
    ]);
    project
        .run(project.check().args(["--deny", "unchecked"]))
        .exits(100);
    let report = project.run(&mut project.check_json()).exits(0).report();
    assert_eq!(case(&report, "pair").verdict, Verdict::Unsupported);
    assert_eq!(report.summary.unchecked, 1);
}
