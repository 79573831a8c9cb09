//! The other pages of the documentation: the guide's commands are run in its order, every command line anywhere can be given, the
//! pages of the rules are those of the rule table, and no page points to a file that is not there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use twincall::discover::discover;
use twincall::explain::pages::pages;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every page, by its path below the root.
fn documents() -> Vec<String> {
    let mut all = vec!["README.md".to_owned(), "ARCHITECTURE.md".to_owned()];
    for folder in ["docs", "docs/rules"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".md") {
                all.push(format!("{folder}/{name}"));
            }
        }
    }
    all.sort();
    all
}

fn read(document: &str) -> String {
    std::fs::read_to_string(root().join(document)).unwrap()
}

/// The lines behind `$ ` in blocks of the language `console`, each with its line number and the exit code that a comment
/// before the block names.
fn commands(text: &str) -> Vec<(usize, String, Option<i32>)> {
    let mut commands = Vec::new();
    let (mut language, mut exit): (Option<String>, Option<i32>) = (None, None);
    for (line, number) in text.lines().zip(1..) {
        if let Some(fence) = line.strip_prefix("```") {
            match language.take() {
                Some(_) => exit = None,
                None => language = Some(fence.trim().to_owned()),
            }
        } else if language.as_deref() == Some("console") {
            if let Some(command) = line.strip_prefix("$ ") {
                commands.push((number, command.to_owned(), exit));
            }
        } else if let Some(code) = line.strip_prefix("<!-- exit: ") {
            exit = code.trim_end_matches("-->").trim().parse().ok();
        }
    }
    commands
}

/// A command line as a shell reads it, with the binary that was built here.
fn shell(command: &str) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_twincall"));
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![binary.parent().unwrap().to_owned()];
    folders.extend(std::env::split_paths(&path));
    shell.env("PATH", std::env::join_paths(folders).unwrap());
    shell
}

#[test]
fn the_guide_can_be_followed() {
    let folder = tempfile::tempdir().unwrap();
    let document = "docs/getting-started.md";
    let mut run = 0;
    for (line, command, exit) in commands(&read(document)) {
        let Some(exit) = exit else { continue };
        let output = shell(&command).current_dir(folder.path()).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(exit),
            "{document}:{line}: {command}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        run += 1;
    }
    assert!(run >= 10, "{document} has only {run} commands with an exit code");
    for written in [
        "abi.html",
        "abi.xml",
        "abi.sarif",
        "abi.md",
        "abi.json",
        "merged.json",
    ] {
        assert!(folder.path().join(written).is_file(), "{written} was not written");
    }
    let [whole, merged] = ["abi.json", "merged.json"].map(|name| {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    });
    assert_eq!(
        whole, merged,
        "parts that were put together are not the run in one"
    );
    // A second start would overwrite what is there.
    let output = shell("twincall init")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(101));
}

#[test]
fn every_command_line_can_be_given() {
    let mut seen = 0;
    for document in documents() {
        for (line, command, _) in commands(&read(&document)) {
            let Some(rest) = command.strip_prefix("twincall ") else {
                let script = command.split_whitespace().next().unwrap_or_default();
                let known = script.starts_with("scripts/") && root().join(script).is_file();
                assert!(
                    known || script.contains('='),
                    "{document}:{line}: `{command}` is no command of ours"
                );
                continue;
            };
            let rest = rest.split(" # ").next().unwrap_or_default();
            let output = shell(&format!("twincall {rest} --help")).output().unwrap();
            assert!(
                output.status.success(),
                "{document}:{line}: `{command}`: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            seen += 1;
        }
    }
    assert!(seen > 40, "only {seen} commands in all documents");
}

#[test]
fn the_rules_pages_are_those_of_the_table() {
    let discovery = discover(&root());
    let made = pages(&discovery.cases);
    let folder = root().join("docs/rules");
    let there: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        there,
        made.keys().cloned().collect(),
        "`twincall rules --pages docs/rules` writes them"
    );
    for (name, text) in made {
        let written = std::fs::read_to_string(folder.join(&name)).unwrap();
        assert_eq!(
            written, text,
            "docs/rules/{name}: `twincall rules --pages docs/rules` writes it anew"
        );
    }
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    for document in documents() {
        let folder = root().join(&document).parent().unwrap().to_owned();
        for piece in read(&document).split("](").skip(1) {
            let target = piece.split([')', '#']).next().unwrap_or_default();
            let elsewhere =
                target.is_empty() || target.contains("://") || target.contains(char::is_whitespace);
            if !elsewhere && !folder.join(target).exists() {
                wrong.push(format!("{document}: {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
