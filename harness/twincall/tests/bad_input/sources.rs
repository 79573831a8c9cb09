//! Fixtures that are wrong: in their language, their directives, their calls or their names.

use std::os::unix::ffi::OsStringExt;

use twincall::facts::Verdict;

use crate::project::{Project, case, reason};

const GOOD: &str = "//@ about = \"is well\"";

#[test]
fn a_syntax_error_in_c_is_shown_as_the_compiler_says_it() {
    let project = Project::new();
    project.twins("good", GOOD);
    project.twins("a/bad", GOOD);
    project.write(
        "c-fixtures/a/bad.c",
        "//@ about = \"x\"\nint add_one(int a) {\n    return a +;\n}\n",
    );
    project.run(&mut project.check()).exits(101).says(&[
        "a/bad on native",
        "C cannot be read for native",
        "clang-22 --target=x86_64-unknown-linux-gnu ",
        " c-fixtures/a/bad.c\n",
        "c-fixtures/a/bad.c:3:15: error: expected expression",
        "planned 2 = executed 1 + not-applicable 0 + skipped 0 + unsupported 0 + failed 1",
    ]);
    let report = project.run(&mut project.check_json()).exits(101).report();
    assert_eq!(case(&report, "good").verdict, Verdict::Conforms);
    assert_eq!(case(&report, "a/bad").verdict, Verdict::Error);
}

#[test]
fn the_command_that_is_shown_can_be_repeated() {
    let project = Project::new();
    for name in ["a/c side", "a/rust side"] {
        project.twins(name, GOOD);
    }
    project.write(
        "c-fixtures/a/c side.c",
        "//@ about = \"x\"\nint f(void) { return +; }\n",
    );
    project.write("rust-fixtures/a/rust side.rs", "fn f() -> i32 { 1 + }\n");
    let report = project.run(&mut project.check_json()).exits(101).report();
    for name in ["a/c side", "a/rust side"] {
        let reason = reason(&report, name);
        let mut lines = reason.lines().skip(1);
        let command = lines.next().unwrap();
        let mut shell = std::process::Command::new("sh");
        let again = project.run(shell.args(["-c", command]).current_dir(project.root()));
        let shown: Vec<&str> = lines.collect();
        let messages: Vec<&str> = again.stderr.lines().collect();
        assert_eq!(shown, messages, "{command}");
    }
}

#[test]
fn an_error_in_rust_is_shown_as_the_compiler_says_it() {
    let project = Project::new();
    project.twins("good", GOOD);
    project.twins("a/syntax", GOOD);
    project.twins("a/types", GOOD);
    let function = "\n#[unsafe(no_mangle)]\npub extern \"C\" fn add_one(a: i32) -> i32 ";
    project.write("rust-fixtures/a/syntax.rs", format!("{function}{{ a + }}\n"));
    project.write(
        "rust-fixtures/a/types.rs",
        format!("{function}{{ let b: u8 = a; b.into() }}\n"),
    );
    project.run(&mut project.check()).exits(101).says(&[
        "a/syntax on native",
        "rustc --edition 2024 --crate-name fixture --target x86_64-unknown-linux-gnu --crate-type lib rust-fixtures/a/syntax.rs\n",
        "error: expected expression, found `}`",
        "--> rust-fixtures/a/syntax.rs:3:",
        "a/types on native",
        "Rust does not compile for native at -O0",
        "rustc --edition 2024 ",
        "error[E0308]: mismatched types",
        "rust-fixtures/a/types.rs:3:",
        "planned 3 = executed 1 + not-applicable 0 + skipped 0 + unsupported 0 + failed 2",
    ]);
}

#[test]
fn a_fixture_without_a_twin_is_named_with_the_file_that_is_missing() {
    let project = Project::new();
    project.twins("good", GOOD);
    project.write("c-fixtures/only/c.c", "int f(void);\n");
    project.write("rust-fixtures/only/rust.rs", "");
    project.run(&mut project.check()).exits(101).says(&[
        "`c-fixtures/only/c.c` has no twin: expected `rust-fixtures/only/c.rs`",
        "`rust-fixtures/only/rust.rs` has no twin: expected `c-fixtures/only/rust.c`",
        "planned 3 = executed 1 + ",
    ]);
    project
        .run(project.twincall("list").arg("good"))
        .exits(101)
        .says(&["good "])
        .complains(&["`c-fixtures/only/c.c` has no twin"]);
    // What was not asked for is not in the way.
    project.run(project.check().arg("good")).exits(0);
}

#[test]
fn directives_that_cannot_be_used_are_named_by_line_and_nearest_name() {
    let project = Project::new();
    project.twins("good", GOOD);
    let table = [
        (
            "key",
            "//@ cal = [\"add_one(1)\"]",
            "2: unknown directive `cal`; did you mean `call`?",
        ),
        (
            "rule",
            "//@ expect = [{ rule = \"feild-offset\" }]",
            "2: `expect`: unknown rule `feild-offset`; did you mean `field-offset`?",
        ),
        (
            "filter",
            "//@ expect = [\n//@   { rule = \"value\", symbl = \"f\" },\n//@ ]",
            "3: `expect`: unknown filter `symbl`; did you mean `symbol`?",
        ),
        (
            "path",
            "//@ expect = [{ rule = \"value\", path = \"rust>c\" }]",
            "2: `expect`: unknown path `rust>c`; did you mean `rust->c`?",
        ),
        (
            "target",
            "//\n//@ targets = [\"nativ\"]",
            "3: `targets`: unknown target `nativ`; did you mean `native`?",
        ),
        (
            "level",
            "//@ opt = [7]",
            "2: `opt`: 7 is no optimisation level; there are 0, 1, 2 and 3",
        ),
        ("no_level", "//@ opt = []", "2: `opt` names no level"),
        (
            "type",
            "//@ timeout-ms = \"soon\"",
            "2: `timeout-ms`: invalid type: string \"soon\"",
        ),
        ("zero", "//@ timeout-ms = 0", "2: `timeout-ms`: "),
        (
            "pages",
            "//@ wasm-memory = [2, 1]",
            "2: `wasm-memory`: needs 1 <= initial <= maximum",
        ),
        (
            "call",
            "//@ call = [\n//@   \"add_one(1)\",\n//@   \"add_one(1\",\n//@ ]",
            "4: `call`: expected `,`, at column 10 of `add_one(1`",
        ),
        ("toml", "//@ opt = = 2", "2: directives are not TOML"),
        (
            "twice",
            "//@ about = \"y\"",
            "2: directives are not TOML: duplicate key",
        ),
        ("side", "//@ std = true", "2: `std` belongs in the Rust fixture"),
        (
            "late",
            "#include <stdint.h>\n//@ opt = 2",
            "3: directives end where code",
        ),
        (
            "comment",
            "/* no directive stands below this */\n//@ opt = 2",
            "3: directives end where code",
        ),
    ];
    for (name, directives, _) in table {
        project.twins(name, &format!("//@ about = \"x\"\n{directives}"));
    }
    let report = project.run(&mut project.check_json()).exits(101).report();
    for (name, _, message) in table {
        let reason = reason(&report, name);
        let expected = format!("c-fixtures/{name}.c:{message}");
        assert!(reason.starts_with(&expected), "{expected}\n{reason}");
    }
    assert_eq!((report.summary.executed, report.summary.failed), (1, table.len()));
    // Every mistake of a file at once.
    project.twins("many", "//@ abuot = 1\n//@ opt = 9\n//@ targets = \"wsam\"");
    let run = project.run(project.check().arg("many")).exits(101);
    run.says(&[
        "many.c:1: unknown directive `abuot`",
        "many.c:2: `opt`",
        "many.c:3: `targets`",
    ]);
}

#[test]
fn calls_that_do_not_fit_the_prototype_say_which_value_does_not() {
    let project = Project::new();
    project.twins("good", GOOD);
    let prototype = "`int add_one(int a)`";
    let table = [
        ("many", "add_one(1, 2)", "2 values do not fit ", prototype),
        ("few", "add_one()", "0 values do not fit ", prototype),
        (
            "aggregate",
            "add_one({1, 2})",
            "argument 1: ",
            "does not fit a 32-bit signed integer",
        ),
        (
            "range",
            "add_one(99999999999)",
            "argument 1: 99999999999 does not fit 32 bits",
            "",
        ),
        (
            "float",
            "add_one(1.5)",
            "argument 1: ",
            "does not fit a 32-bit signed integer",
        ),
        (
            "buffer",
            "add_one(&[1])",
            "argument 1: an address does not fit a 32-bit signed integer",
            "",
        ),
        (
            "result",
            "add_one(1) == {1}",
            "does not fit a 32-bit signed integer",
            "",
        ),
        (
            "function",
            "add_on(1)",
            "no function `add_on` in this pair; did you mean `add_one`?",
            "",
        ),
    ];
    for (name, call, ..) in table {
        project.twins(name, &format!("//@ about = \"x\"\n//@ call = [\"{call}\"]"));
    }
    let report = project.run(&mut project.check_json()).exits(101).report();
    for (name, call, message, more) in table {
        let reason = reason(&report, name);
        assert!(reason.contains(&format!("`{call}`: ")), "{call}: {reason}");
        assert!(
            reason.contains(message) && reason.contains(more),
            "{call}: {reason}"
        );
    }
    assert_eq!((report.summary.executed, report.summary.failed), (1, table.len()));
}

#[test]
fn two_cases_of_one_name_are_an_error_and_neither_runs() {
    let project = Project::new();
    project.twins("good", GOOD);
    project.twins("a/one", GOOD);
    project.write("c-fixtures/a/one.cpp", "extern \"C\" int f(void);\n");
    // The file of a snapshot has no folders in its name.
    project.twins("b/c", GOOD);
    project.twins("b__c", GOOD);
    let report = project.run(&mut project.check_json()).exits(101).report();
    let message = reason(&report, "a/one");
    assert!(message.starts_with("two cases are named `a/one`: "), "{message}");
    assert!(message.contains("c-fixtures/a/one.c`") && message.contains("c-fixtures/a/one.cpp`"));
    assert_eq!((report.summary.executed, report.summary.failed), (2, 2));
    let message = reason(&report, "b__c");
    assert!(message.contains("`b/c` would share the snapshot"), "{message}");
}

#[test]
fn files_that_cannot_be_read_fail_alone() {
    let project = Project::new();
    project.twins("good", GOOD);
    project.twins("bytes", GOOD);
    project.write("c-fixtures/bytes.c", b"//@ about = \"\xff\"\n");
    project.twins("quo\"te", GOOD);
    project.twins("broken/link", GOOD);
    let link = project.root().join("c-fixtures/broken/link.c");
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("nowhere", &link).unwrap();
    project.twins("folder/one", GOOD);
    std::os::unix::fs::symlink("..", project.root().join("c-fixtures/folder/up")).unwrap();
    let name = std::ffi::OsString::from_vec(b"c-fixtures/n\xe4me.c".to_vec());
    project.write(std::path::Path::new(&name), "");
    let report = project.run(&mut project.check_json()).exits(101).report();
    for (name, message) in [
        ("bytes", "cannot read `c-fixtures/bytes.c`"),
        ("quo\"te", "holds a double quote"),
        ("broken/link", "cannot read `c-fixtures/broken/link.c`"),
        ("folder/up/", "it is a folder above itself"),
        ("n\u{fffd}me", "is not UTF-8"),
    ] {
        let reason = reason(&report, name);
        assert!(reason.contains(message), "{name}: {reason}");
    }
    assert_eq!(
        (report.summary.executed, report.summary.failed),
        (2, 5),
        "{:?}",
        report.summary
    );
}
