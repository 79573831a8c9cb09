//! What a person is told of a crash: the calls that led there, in the languages of both sides.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The first crash of this function on this path, unoptimised.
fn crash(report: &Value, symbol: &str, path: &str) -> Value {
    let observations = report["cases"][0]["observations"].as_array().unwrap();
    let found = observations.iter().find(|observation| {
        observation["symbol"] == symbol
            && observation["path"] == path
            && observation["opt"] == 0
            && observation.get("crash").is_some()
    });
    found.unwrap_or_else(|| panic!("{symbol} did not crash on {path}"))["crash"].clone()
}

/// Function, file and line of each frame that has them.
fn frames(crash: &Value) -> Vec<(&str, &str, u64)> {
    let known = crash["frames"].as_array().unwrap().iter().filter_map(|frame| {
        Some((
            frame["function"].as_str()?,
            frame["file"].as_str()?,
            frame["line"].as_u64()?,
        ))
    });
    known.collect()
}

/// The line of a file on which this text is.
fn line(file: &str, text: &str) -> u64 {
    let source = std::fs::read_to_string(root().join(file)).unwrap();
    let index = source.lines().position(|line| line.contains(text)).unwrap();
    index as u64 + 1
}

fn twincall(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_twincall"))
        .current_dir(root())
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        !output.stdout.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_backtrace_crosses_the_boundary() {
    const C: &str = "c-fixtures/misbehave/divide_by_zero.c";
    const RUST: &str = "rust-fixtures/misbehave/divide_by_zero.rs";
    let case = ["misbehave/divide_by_zero", "--target", "native"];
    let report = twincall(&[&["check", "--quiet", "--format", "json"], &case[..]].concat());
    let report: Value = serde_json::from_str(&report).unwrap();

    let into_c = crash(&report, "divide_raw", "rust->c");
    assert_eq!(into_c["signal"], "SIGFPE");
    assert!(into_c["registers"]["rip"].as_str().unwrap().starts_with("0x"));
    let [inner, driver] = frames(&into_c)[..] else {
        panic!("{into_c}");
    };
    assert_eq!(inner, ("divide_raw", C, line(C, "return dividend / by;")));
    assert_eq!((driver.0, driver.1), ("tc_rust_call_divide_raw", "unit.rs"));

    let into_rust = crash(&report, "divide_raw", "c->rust");
    let [inner, driver] = frames(&into_rust)[..] else {
        panic!("{into_rust}");
    };
    assert_eq!(inner, ("divide_raw", RUST, line(RUST, "unchecked_div(")));
    assert_eq!((driver.0, driver.1), ("tc_c_call_divide_raw", "unit.c"));

    let text = twincall(&[&["show"], &case[..]].concat());
    for (file, code) in [(C, "return dividend / by;"), (RUST, "unchecked_div(")] {
        let frame = format!("      #0 divide_raw at {file}:{}\n", line(file, code));
        assert!(text.contains(&frame), "{frame}is not in\n{text}");
    }
}
