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

#[test]
fn the_table_in_the_documentation_is_that_of_the_code() {
    let page = include_str!("../../../docs/disagreements.md");
    assert!(
        page.contains(&explanations_table()),
        "docs/disagreements.md lacks this table:\n{}",
        explanations_table()
    );
}
