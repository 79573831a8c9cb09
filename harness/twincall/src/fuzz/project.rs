//! The fixture that several pairs share: a project of one case in a scratch folder.

use std::io;
use std::path::Path;

use super::plan::{C_HEAD, RUST_HEAD, Written};
use crate::discover::{C_FOLDER, Case, RUST_FOLDER, discover};

/// The name of the case.
const NAME: &str = "pairs";

/// Milliseconds after which a call is said to hang. The bodies of generated pairs do nothing that takes time, and one that runs
/// on a length which the other side does not mean never ends.
const TIMEOUT_MS: u64 = 1000;

/// Text of both sides, C first.
pub(super) fn texts<'w>(pairs: impl Iterator<Item = &'w Written>) -> [String; 2] {
    let mut c = format!("//@ timeout-ms = {TIMEOUT_MS}\n{C_HEAD}");
    let mut rust = RUST_HEAD.to_owned();
    for pair in pairs {
        c.push('\n');
        c.push_str(&pair.c);
        rust.push('\n');
        rust.push_str(&pair.rust);
    }
    [c, rust]
}

/// Text of both sides of one pair, with directives of its own.
pub(super) fn texts_of(directives: &str, c: &str, rust: &str) -> [String; 2] {
    [
        format!("{directives}//@ timeout-ms = {TIMEOUT_MS}\n{C_HEAD}\n{c}"),
        format!("{RUST_HEAD}\n{rust}"),
    ]
}

/// Writes the fixture and finds it again as any other.
pub(super) fn write(root: &Path, texts: &[String; 2]) -> io::Result<Case> {
    write_as(root, NAME, texts)?;
    let discovery = discover(root);
    discovery.cases.into_iter().next().ok_or_else(|| {
        let errors: Vec<String> = discovery.errors.iter().map(ToString::to_string).collect();
        io::Error::other(errors.join("; "))
    })
}

/// Writes both files of a case.
pub(super) fn write_as(root: &Path, name: &str, texts: &[String; 2]) -> io::Result<()> {
    for (folder, extension, text) in [(C_FOLDER, "c", &texts[0]), (RUST_FOLDER, "rs", &texts[1])] {
        let path = root.join(folder).join(format!("{name}.{extension}"));
        std::fs::create_dir_all(path.parent().unwrap_or(root))?;
        std::fs::write(path, text)?;
    }
    Ok(())
}
