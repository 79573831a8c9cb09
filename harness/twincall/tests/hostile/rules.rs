//! What holds for every form, told without the code under test.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Whether a character must not stand in any text that leaves the program.
fn is_order(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

const COMMANDS: [&str; 16] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "set-secret",
    "stop-commands",
    "warning",
];

/// Whether a runner obeys a line: `::name …::` at its start, or `##[name …]` anywhere. Cultures in which .NET compares
/// words leave aside what has no width.
fn is_obeyed(line: &str) -> bool {
    let seen: String = line
        .chars()
        .filter(|c| !is_order(*c) && !matches!(c, '\u{fe00}'..='\u{fe0f}'))
        .collect();
    let is_name = |text: &str, end: &str| {
        let name = text.split(end).next().unwrap().split(' ').next().unwrap();
        text.contains(end) && COMMANDS.contains(&name.to_lowercase().as_str())
    };
    let new = seen
        .trim_start()
        .strip_prefix("::")
        .is_some_and(|rest| is_name(rest, "::"));
    let old = seen.split("##[").skip(1).any(|rest| is_name(rest, "]"));
    new || old
}

/// Nothing in a text is an order to a terminal, or to a runner that reads it.
#[track_caller]
pub(crate) fn assert_harmless(text: &str, about: &str) {
    if let Some(c) = text.chars().find(|c| is_order(*c)) {
        panic!("{about}: {c:?} stands in {text:?}");
    }
    if let Some(line) = text.split(['\n', '\r']).find(|line| is_obeyed(line)) {
        panic!("{about}: a runner obeys {line:?}");
    }
}

/// The same of text that a form has decoded, which may hold lines of any kind.
#[track_caller]
pub(crate) fn assert_unmarked(text: &str, about: &str) {
    assert!(!text.chars().any(is_order), "{about}: {text:?}");
}

/// The commands of a text for a runner: level, properties and message of each. Every line is one, and only those that this
/// program writes.
#[track_caller]
pub(crate) fn commands(text: &str, about: &str) -> Vec<(String, Vec<String>, String)> {
    let known = ["file", "line", "col", "title"];
    let commands = text
        .split(['\n', '\r'])
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (head, message) = line[2..]
                .split_once("::")
                .unwrap_or_else(|| panic!("{about}: {line}"));
            assert!(line.starts_with("::"), "{about}: {line}");
            let (level, properties) = head.split_once(' ').unwrap_or_else(|| panic!("{about}: {line}"));
            assert!(["error", "warning"].contains(&level), "{about}: {line}");
            let names = properties.split(',').map(|property| {
                let (name, value) = property
                    .split_once('=')
                    .unwrap_or_else(|| panic!("{about}: {line}"));
                assert!(known.contains(&name) && !value.contains(':'), "{about}: {line}");
                name.to_owned()
            });
            assert!(!message.contains("##["), "{about}: {line}");
            let message = message
                .replace("%0A", "\n")
                .replace("%0D", "\r")
                .replace("%25", "%");
            (level.to_owned(), names.collect(), message)
        });
    commands.collect()
}

/// The structure of a Markdown text: its blocks and spans without what is in them; then the text outside of code, and the code.
#[track_caller]
pub(crate) fn markdown(text: &str, about: &str) -> (Vec<String>, String, String) {
    let (mut structure, mut plain, mut code, mut in_code) = (Vec::new(), String::new(), String::new(), false);
    let of_github = Options::ENABLE_GFM
        | Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH;
    for event in Parser::new_ext(text, of_github) {
        match event {
            Event::Start(tag) => {
                in_code |= matches!(tag, Tag::CodeBlock(_));
                structure.push(format!("{tag:?}"));
            }
            Event::End(tag) => {
                in_code &= !matches!(tag, TagEnd::CodeBlock);
                structure.push(format!("/{tag:?}"));
                plain.push('\n');
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let rest = [
                    "<details>",
                    "</details>",
                    "<summary>",
                    "</summary>",
                    "<code>",
                    "</code>",
                ]
                .iter()
                .fold(html.to_string(), |rest, own| rest.replace(own, ""));
                assert!(!rest.contains(['<', '>']), "{about}: {html}");
            }
            Event::Text(text) if !in_code => plain.push_str(&text),
            Event::Text(text) | Event::Code(text) => code.push_str(&text),
            Event::SoftBreak => {}
            other => structure.push(format!("{other:?}")),
        }
    }
    for acting in ["@someone", "#12", "://", "www.", "$x$"] {
        assert!(
            !plain.contains(acting),
            "{about}: {acting} is in text that GitHub looks through: {plain}"
        );
    }
    (structure, plain, code)
}

/// The tags of a page, with the names of their attributes.
pub(crate) fn tags(page: &str) -> Vec<String> {
    let tags = page.split('<').skip(1).map(|rest| {
        let tag = rest.split('>').next().unwrap();
        let names = tag.split('"').step_by(2).map(|piece| piece.trim().to_owned());
        names.collect::<Vec<_>>().join(" ")
    });
    tags.collect()
}
