//! Reads just enough of C and Rust text to tell what it defines: no more is needed before a compiler reads it.

use std::collections::BTreeSet;

/// What a C or C++ text has at its top level.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Outline {
    pub(crate) defines: BTreeSet<String>,
    pub(crate) declares: BTreeSet<String>,
    /// Structs, unions and enums with a body, and their typedefs.
    pub(crate) types: BTreeSet<String>,
}

/// Words that are followed by a parenthesis and are no function.
const NO_FUNCTIONS: [&str; 12] = [
    "if",
    "while",
    "for",
    "switch",
    "return",
    "sizeof",
    "__attribute__",
    "__declspec",
    "_Static_assert",
    "static_assert",
    "_Alignas",
    "alignas",
];

/// The text with every comment and literal as spaces: bytes and lines stay where they are.
pub(crate) fn masked(text: &str, rust: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = if rest.starts_with(b"//") {
            at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())
        } else if rest.starts_with(b"/*") {
            at + find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4)
        } else if rest[0] == b'"' {
            at + quoted(rest, b'"')
        } else if rest[0] == b'\'' && (!rust || is_character(rest)) {
            at + quoted(rest, b'\'')
        } else {
            at += 1;
            continue;
        };
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end;
    }
    // Only whole characters were replaced, each byte by a space.
    String::from_utf8_lossy(&out).into_owned()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// The length of a literal with its quotes. An open one ends with its line.
fn quoted(bytes: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if at + 1 < bytes.len() && bytes[at + 1] != b'\n' => at += 1,
            b'\n' if quote == b'\'' => return at,
            byte if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Whether an apostrophe opens a character and no lifetime.
fn is_character(bytes: &[u8]) -> bool {
    match bytes.get(1) {
        Some(b'\\') => true,
        Some(first) if first.is_ascii() => bytes.get(2) == Some(&b'\''),
        Some(_) => bytes[1..].iter().take(5).any(|byte| *byte == b'\''),
        None => false,
    }
}

/// What a C or C++ text defines and declares.
pub(crate) fn outline(text: &str) -> Outline {
    let masked = masked(text, false);
    let mut outline = Outline::default();
    let mut words: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    // Blocks of `extern "C"` and of namespaces do not count.
    let mut open: Vec<bool> = Vec::new();
    let mut continued = false;
    for line in masked.lines() {
        let directive = continued || line.trim_start().starts_with('#');
        continued = directive && line.trim_end().ends_with('\\');
        if directive {
            continue;
        }
        for token in tokens(line) {
            match token {
                "{" => {
                    let transparent =
                        depth == 0 && words.iter().all(|word| word == "extern") && !words.is_empty()
                            || words.first().is_some_and(|word| word == "namespace");
                    if depth == 0 && !transparent {
                        head(&words, true, &mut outline);
                    }
                    open.push(transparent);
                    depth += usize::from(!transparent);
                    if transparent {
                        words.clear();
                    }
                }
                "}" => {
                    let transparent = open.pop().unwrap_or(true);
                    depth -= usize::from(!transparent && depth > 0);
                    if depth == 0 {
                        // After the body of a type its other names may follow.
                        let type_follows = words.iter().any(|word| is_type_word(word)) && !has_call(&words);
                        words.clear();
                        if type_follows {
                            words.push("}".to_owned());
                        }
                    }
                }
                ";" if depth == 0 => {
                    if words.first().is_some_and(|word| word == "}") {
                        let names = words[1..].iter().filter(|word| is_name(word));
                        outline.types.extend(names.cloned());
                    } else {
                        head(&words, false, &mut outline);
                    }
                    words.clear();
                }
                token if depth == 0 && words.len() < 4096 => words.push(token.to_owned()),
                _ => {}
            }
        }
    }
    outline
}

fn is_type_word(word: &str) -> bool {
    matches!(word, "struct" | "union" | "enum" | "class")
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn has_call(words: &[String]) -> bool {
    function_name(words).is_some()
}

/// The name before the first parenthesis that belongs to no attribute.
fn function_name(words: &[String]) -> Option<&str> {
    let mut depth = 0_usize;
    let mut skipped = false;
    for (index, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => {
                let name = index.checked_sub(1).map(|before| words[before].as_str());
                if depth == 0 && !skipped {
                    match name {
                        Some(name) if NO_FUNCTIONS.contains(&name) => skipped = true,
                        Some(name) if is_name(name) && index > 1 => return Some(name),
                        _ => skipped = true,
                    }
                }
                depth += 1;
            }
            ")" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    skipped = false;
                }
            }
            "=" if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn head(words: &[String], body: bool, outline: &mut Outline) {
    let typedef = words.first().is_some_and(|word| word == "typedef");
    if let Some(name) = function_name(words)
        && !typedef
    {
        let names = if body {
            &mut outline.defines
        } else {
            &mut outline.declares
        };
        names.insert(name.to_owned());
        return;
    }
    if body {
        let after = words.iter().rposition(|word| is_type_word(word));
        let name = after.and_then(|at| words[at + 1..].iter().find(|word| is_name(word)));
        outline.types.extend(name.cloned());
    } else if typedef {
        let name = words.iter().rev().find(|word| is_name(word));
        outline.types.extend(name.cloned());
    }
}

/// Words and single signs.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let end = if word(first) {
            rest.find(|c| !word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}
