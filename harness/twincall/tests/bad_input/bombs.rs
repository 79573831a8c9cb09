//! Reports that are too much: each ends in an answer of its own, and leaves nothing behind.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::process::ends_within;

fn report(c: &str, rust: &str) -> String {
    format!("```c\n{c}\n```\n```rust\n{rust}\n```\n")
}

/// Asks natively, with temporary files in a folder of the test, and returns exit code and answer.
fn ask(text: &str) -> (Option<i32>, String) {
    let (folder, temporary) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let path = folder.path().join("report.md");
    fs::write(&path, text).unwrap();
    let output = repro(&path, temporary.path()).output().unwrap();
    assert_eq!(left(temporary.path()), 0);
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text)
}

fn repro(path: &Path, temporary: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincall"));
    command
        .args(["repro", "--target", "native"])
        .arg(path)
        .env("TMPDIR", temporary)
        .stdin(Stdio::null());
    command
}

fn left(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn more_functions_than_anybody_waits_for() {
    let (mut c, mut rust) = (String::new(), "extern \"C\" {\n".to_owned());
    for number in 0..3000 {
        // The last that is compared and the first that is not are both wrong.
        let ty = if number >= 255 { "u64" } else { "i32" };
        let _ = writeln!(c, "int f{number}(int a);");
        let _ = writeln!(rust, "fn f{number}(a: {ty}) -> i32;");
    }
    let (code, text) = ask(&report(&c, &(rust + "}")));
    assert_eq!(code, Some(100), "{text}");
    assert!(text.starts_with("argument 1 of f255: "), "{text}");
    assert!(!text.contains("f256"), "{text}");
    let left_out = "2744 further functions that both sides know: of a report the first 256 are compared";
    assert!(text.contains(left_out), "{text}");
}

#[test]
fn more_parameters_than_anybody_writes() {
    let list =
        |parameter: &dyn Fn(usize) -> String| (0..10_000).map(parameter).collect::<Vec<_>>().join(", ");
    let c = format!(
        "int f({}) {{ return 0; }}",
        list(&|number| format!("int a{number}"))
    );
    let rust = format!(
        "extern \"C\" {{ fn f({}) -> i32; }}",
        list(&|number| format!("a{number}: i32"))
    );
    let (code, text) = ask(&report(&c, &rust));
    assert_eq!(code, Some(101), "{text}");
    let first = text.lines().next().unwrap();
    assert_eq!(
        first,
        "nothing was compared: `f`: it has 10000 parameters, and functions of more than 255 are not compared"
    );
}

#[test]
fn macros_and_types_that_grow_without_end() {
    let macros = "#define A(x) x x x x x x x x x x\n#define B(x) A(A(A(x)))\n#define C(x) B(B(B(x)))\nint f(int a) { return 0 C(+ 1); }";
    let mut types = (
        "struct S0 { int a; };\n".to_owned(),
        "#[repr(C)] struct S0 { a: i32 }\n".to_owned(),
    );
    for number in 1..12 {
        let before = number - 1;
        let _ = writeln!(types.0, "struct S{number} {{ struct S{before} a[16], b; }};");
        let _ = writeln!(
            types.1,
            "#[repr(C)] struct S{number} {{ a: [S{before}; 16], b: S{before} }}"
        );
    }
    let declares = |name: &str, ty: &str| format!("extern \"C\" {{ fn {name}(a: {ty}) -> i32; }}");
    for (c, rust, reason) in [
        (
            macros.to_owned(),
            declares("f", "i32"),
            "it was stopped at a limit of this run, of time or of memory",
        ),
        (
            types.0 + "int f(struct S11 *p) { return 0; }",
            types.1 + &declares("f", "*mut S11"),
            "`struct S11`: it contains itself, or is too large or too deeply nested",
        ),
    ] {
        let (code, text) = ask(&report(&c, &rust));
        assert_eq!(code, Some(101), "{text}");
        let first = text.lines().next().unwrap();
        assert!(
            first.starts_with("nothing was compared: ") && first.contains(reason),
            "{text}"
        );
    }
}

#[test]
fn a_macro_that_never_ends_costs_itself() {
    let rust = "macro_rules! grow { ($($x:tt)*) => { grow! { $($x)* x } } }\ngrow! { x }\nextern \"C\" { fn f(a: i32) -> i32; }";
    let (code, text) = ask(&report("int f(int a) { return a; }", rust));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("checked: 1 function: f"), "{text}");
    assert!(
        text.contains("is left out: the compiler says: recursion limit reached while expanding `grow!`"),
        "{text}"
    );
}

#[test]
fn a_run_that_is_ended_leaves_nothing_behind() {
    let (folder, temporary) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let path = folder.path().join("report.md");
    let endless = report(
        "int f(int a) { for (;;) {} }",
        "extern \"C\" { fn f(a: i32) -> i32; }\nfn main() { unsafe { f(1); } }",
    );
    fs::write(&path, endless).unwrap();
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut tool = repro(&path, temporary.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let pid = Pid::from_child(&tool);
        while left(temporary.path()) == 0 {
            assert!(!ends_within(tool.id(), std::time::Duration::from_millis(10)));
        }
        kill_process(pid, signal).unwrap();
        let status = tool.wait().unwrap();
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&status),
            Some(signal.as_raw())
        );
        assert_eq!(left(temporary.path()), 0, "{signal:?}");
    }
}
