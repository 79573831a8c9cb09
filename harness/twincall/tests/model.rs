//! The written ABI's model against the compilers on a few hundred signatures, and its table of known disagreements.

use std::path::Path;
use std::process::Command;

use twincall::model_check::explanations_table;

#[test]
fn the_compilers_agree_with_the_model_or_are_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO_BIN_EXE_twincall"))
        .current_dir(root)
        .args([
            "model-check",
            "--quiet",
            "--verbose",
            "--count",
            "200",
            "--seed",
            "1",
        ])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for target in ["native", "wasm"] {
        assert!(text.contains(&format!("{target}: 200 signatures")), "{text}");
    }
}

/// LLVM trusts a caller to extend small integers, on both targets, once it optimises; gcc never does.
#[test]
fn callees_that_trust_in_extension_are_counted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO_BIN_EXE_twincall"))
        .current_dir(root)
        .args(["model-check", "--unextended", "--count", "80", "--seed", "2"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    let counts = |compiler: &str, opt: &str| -> Vec<(usize, usize)> {
        let lines = text
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>());
        lines
            .filter(|words| matches!(words.as_slice(), [name, level, ..] if name.starts_with(compiler) && level == &opt))
            .map(|words| (words[2].parse().unwrap(), words[4].parse().unwrap()))
            .collect()
    };
    for compiler in ["clang-", "rustc-"] {
        let counts = counts(compiler, "-O2:");
        assert_eq!(counts.len(), 2, "one for each target: {text}");
        for (relying, asked) in counts {
            assert!(relying > 0 && relying <= asked, "{compiler}: {text}");
        }
    }
    for opt in ["-O0:", "-O2:"] {
        for (relying, asked) in counts("gcc-", opt) {
            assert!(relying == 0 && asked > 0, "{text}");
        }
    }
    assert!(
        counts("clang-", "-O0:").iter().all(|(relying, _)| *relying == 0),
        "{text}"
    );
}

#[test]
fn the_table_in_the_documentation_is_that_of_the_code() {
    let page = include_str!("../../../docs/disagreements.md");
    assert!(
        page.contains(&explanations_table()),
        "docs/disagreements.md lacks this table:\n{}",
        explanations_table()
    );
}
