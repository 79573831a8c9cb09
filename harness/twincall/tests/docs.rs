//! The examples in `docs/fixtures.md`: every pair in it is checked, and every command line in it can be given.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const DOCUMENT: &str = "docs/fixtures.md";

/// A pair as the document shows it, with what the document says of it.
#[derive(Debug, Default)]
struct Example {
    /// `guide/add`.
    name: String,
    /// The line of its first marker, counted from 1.
    line: usize,
    /// Extension and text.
    files: Vec<(String, String)>,
    exit: Option<i32>,
    verdict: Option<String>,
}

/// A fenced block: the line of its fence, its language and its text.
struct Block {
    line: usize,
    language: String,
    text: String,
}

#[test]
fn pairs_do_what_the_text_says() {
    let text = read(DOCUMENT);
    let examples = examples(&text);
    assert!(
        examples.len() >= 10,
        "{DOCUMENT} has only {} pairs",
        examples.len()
    );
    let folders = tempfile::tempdir().unwrap();
    let (project, cache) = (folders.path().join("project"), folders.path().join("cache"));
    for example in &examples {
        for (extension, text) in &example.files {
            let folder = match extension.as_str() {
                "rs" => "rust-fixtures",
                _ => "c-fixtures",
            };
            let path = project.join(folder).join(format!("{}.{extension}", example.name));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }
    let mut wrong = Vec::new();
    for example in &examples {
        let arguments = ["--target", "native", "--format", "json", "--quiet"];
        let mut command = twincall(&["check", &example.name]);
        command.args(arguments).arg("--root").arg(&project);
        let output = command.env("TWINCALL_CACHE", &cache).output().unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let case = document["cases"]
            .as_array()
            .and_then(|cases| cases.iter().find(|case| case["name"] == *example.name));
        let verdict = case.and_then(|case| case["verdict"].as_str());
        if output.status.code() != example.exit || verdict != example.verdict.as_deref() {
            wrong.push(format!(
                "{DOCUMENT}:{}: `{}` is said to exit with {:?} and to be {:?}, but exits with {:?} and is {verdict:?}\n{}{:#}",
                example.line,
                example.name,
                example.exit,
                example.verdict,
                output.status.code(),
                String::from_utf8_lossy(&output.stderr),
                case.map_or(&Value::Null, |case| match case["reason"] {
                    Value::Null => &case["findings"],
                    _ => &case["reason"],
                }),
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn commands_can_be_given() {
    let text = read(DOCUMENT);
    let mut commands = 0;
    for block in blocks(&text).iter().filter(|block| block.language == "console") {
        for line in block.text.lines() {
            let Some(line) = line.strip_prefix("$ twincall ") else {
                continue;
            };
            let output = parse(line);
            assert!(
                output.status.success(),
                "{DOCUMENT}:{}: `twincall {line}`: {}",
                block.line,
                String::from_utf8_lossy(&output.stderr)
            );
            commands += 1;
        }
    }
    assert!(commands > 0, "{DOCUMENT} shows no command");
    // Help at the end does not excuse what stands before it.
    for wrong in [
        "chek",
        "check --targets native",
        "check --target mips",
        "check --deny all",
    ] {
        assert!(!parse(wrong).status.success(), "{wrong}");
    }
}

/// Has a command line read without doing what it says.
fn parse(line: &str) -> Output {
    let words: Vec<&str> = line
        .split('#')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    twincall(&words).arg("--help").output().unwrap()
}

fn twincall(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincall"));
    command.args(arguments);
    command
}

fn read(path: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(path).unwrap()
}

/// The pairs of a document. `<!-- pair: NAME -->` stands on the line before each file, `<!-- exit: 0 -->` and
/// `<!-- verdict: agrees -->` follow the pair.
fn examples(text: &str) -> Vec<Example> {
    let lines: Vec<&str> = text.lines().collect();
    let blocks = blocks(text);
    let mut examples: Vec<Example> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let number = index + 1;
        if let Some(name) = comment(line, "pair") {
            let block = blocks
                .iter()
                .find(|block| block.line == number + 1)
                .unwrap_or_else(|| panic!("{DOCUMENT}:{number}: no file follows `{name}`"));
            let extension = match block.language.as_str() {
                "c" => "c",
                "cpp" => "cpp",
                "rust" => "rs",
                other => panic!("{DOCUMENT}:{number}: `{other}` is the language of no fixture"),
            };
            if examples.last().is_none_or(|last| last.name != name) {
                let (name, line) = (name.to_owned(), number);
                examples.push(Example {
                    name,
                    line,
                    ..Example::default()
                });
            }
            let example = examples.last_mut().unwrap();
            example.files.push((extension.to_owned(), block.text.clone()));
        }
        if let Some(exit) = comment(line, "exit") {
            examples.last_mut().unwrap().exit = exit.parse().ok();
        }
        if let Some(verdict) = comment(line, "verdict") {
            examples.last_mut().unwrap().verdict = Some(verdict.to_owned());
        }
    }
    for (index, example) in examples.iter().enumerate() {
        let place = format!("{DOCUMENT}:{}: `{}`", example.line, example.name);
        assert_eq!(example.files.len(), 2, "{place} is no pair");
        assert!(example.exit.is_some(), "{place} says no exit code");
        assert!(example.verdict.is_some(), "{place} says no verdict");
        // Cases are selected by a part of their name.
        let alone = examples
            .iter()
            .enumerate()
            .all(|(other, one)| other == index || !one.name.contains(&example.name));
        assert!(alone, "{place} is part of another name");
    }
    examples
}

/// The value of `<!-- key: value -->`.
fn comment<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let inside = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    Some(inside.strip_prefix(key)?.strip_prefix(':')?.trim())
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                open = Some(Block {
                    line: index + 1,
                    language: language.trim().to_owned(),
                    text: String::new(),
                });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{DOCUMENT}: a block does not end");
    blocks
}
