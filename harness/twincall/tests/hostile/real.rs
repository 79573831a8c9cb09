//! A real pair whose symbol is hostile, as far as assembler and linker let it through, and a file whose name has a newline.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::rules::{assert_harmless, commands, markdown};
use crate::{strings, xml};

/// The symbol as both languages' escapes spell it, and what they mean by it.
const SPELLED: [&str; 2] = [
    r"a`b\n::error::x\033]52;c;eA\033[31m<b>|##[error]y",
    r"a`b\n::error::x\u{1b}]52;c;eA\u{1b}[31m<b>|##[error]y",
];
const SYMBOL: &str = "a`b\n::error::x\u{1b}]52;c;eA\u{1b}[31m<b>|##[error]y";

fn c() -> String {
    let name = SPELLED[0];
    format!("int plain(int x) __asm__(\"{name}\");\nint plain(int x) {{ return x; }}\n")
}

fn rust() -> String {
    let name = SPELLED[1];
    format!("unsafe extern \"C\" {{ #[link_name = \"{name}\"] pub fn plain(x: i64) -> i32; }}\n")
}

fn project() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (fixtures, extension, text) in [("c-fixtures", "c", c()), ("rust-fixtures", "rs", rust())] {
        let of_language = folder.path().join(fixtures).join("bad");
        std::fs::create_dir_all(&of_language).unwrap();
        for name in ["symbol", "line\n::error::b"] {
            std::fs::write(of_language.join(format!("{name}.{extension}")), &text).unwrap();
        }
    }
    folder
}

/// Standard output of a run that finds something, and standard error.
fn run(folder: &Path, arguments: &[&str]) -> [String; 2] {
    let output = Command::new(env!("CARGO_BIN_EXE_twincall"))
        .current_dir(folder)
        .args(arguments)
        .args(["--target", "native"])
        .output()
        .unwrap();
    assert!(
        matches!(output.status.code(), Some(100 | 101)),
        "{arguments:?}: {output:?}"
    );
    [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn a_hostile_pair_in_every_form() {
    let folder = project();
    for format in ["human", "md", "github", "junit", "sarif", "json"] {
        let [text, errors] = run(folder.path(), &["check", "--format", format]);
        assert_harmless(&errors, format);
        if format != "github" {
            assert_harmless(&text, format);
        }
        match format {
            "md" => {
                let (_, outside, _) = markdown(&text, format);
                assert!(!outside.contains("]52;"), "{outside}");
            }
            "github" => {
                let found = commands(&text, format);
                assert_eq!(found.len(), 2, "{text}");
                assert!(
                    found
                        .iter()
                        .any(|(.., said)| said.contains("link-refused at a`b\n")),
                    "{found:?}"
                );
            }
            "junit" => assert!(xml(&text, format).1.contains("]52;c;eA"), "{text}"),
            "sarif" | "json" => {
                let document: Value = serde_json::from_str(&text).unwrap();
                assert!(strings(&document).iter().any(|one| one == SYMBOL), "{text}");
            }
            _ => assert!(text.contains("]52;c;eA") && text.contains("bad/symbol"), "{text}"),
        }
    }
    let [shown, errors] = run(folder.path(), &["show", "bad/symbol", "--color", "always"]);
    assert!(
        shown.contains("]52;c;eA") && shown.contains("\u{1b}[1m"),
        "{shown}"
    );
    assert!(
        !shown.contains("\u{1b}]") && !shown.contains("eA\u{1b}"),
        "{shown}"
    );
    assert_harmless(&errors, "show");
}

#[test]
fn a_hostile_report_in_every_form() {
    let folder = TempDir::new().unwrap();
    let report = format!("# A report\n```c\n{}```\n```rust\n{}```\n", c(), rust());
    std::fs::write(folder.path().join("report.md"), report).unwrap();
    for format in ["human", "markdown", "json"] {
        let [text, errors] = run(folder.path(), &["repro", "report.md", "--format", format]);
        assert_harmless(&text, format);
        assert_harmless(&errors, format);
        match format {
            "human" => assert!(text.contains("]52;c;eA"), "{text}"),
            "json" => {
                let document: Value = serde_json::from_str(&text).unwrap();
                assert!(strings(&document).iter().any(|one| one == SYMBOL), "{text}");
            }
            _ => {
                let (structure, outside, _) = markdown(&text, format);
                assert!(structure.iter().any(|one| one.starts_with("Heading")), "{text}");
                assert!(
                    outside.contains("]52;c;eA") || text.contains("``a`b ::error::x"),
                    "{text}"
                );
            }
        }
    }
}
