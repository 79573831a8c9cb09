//! The declaration of a C text around a place.

use std::ops::Range;

use super::{Cut, CutKind};
use crate::source::scan::{masked, outline, tokens};

/// A declaration or definition at the top level, or within a block of `extern "C"` or of a namespace.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Unit {
    range: Range<usize>,
    /// The braces of a function.
    body: Option<Range<usize>>,
}

/// What to leave out where a compiler complains of a byte.
pub(super) fn cut(text: &str, at: usize, said: &str) -> Option<Cut> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let end = text[start..]
        .find('\n')
        .map_or(text.len(), |length| start + length);
    if text[start..end].trim_start().starts_with('#') {
        let missing = said.ends_with("file not found") || said.ends_with("No such file or directory");
        let name = text[start..end].split(['<', '>', '"']).nth(1);
        return missing.then(|| Cut {
            edits: vec![(start..end, String::new())],
            names: name.map(str::to_owned).into_iter().collect(),
            kind: CutKind::Include,
        });
    }
    let unit = units(text).into_iter().find(|unit| unit.range.contains(&at))?;
    let outline = outline(&text[unit.range.clone()]);
    let names: Vec<String> = [outline.defines, outline.declares, outline.types]
        .into_iter()
        .flatten()
        .collect();
    // Nobody else defines what only this text can see, and there is no program without its `main`.
    let of_others = |head: &str| !tokens(head).any(|word| matches!(word, "static" | "inline" | "main"));
    if let Some(body) = unit.body.filter(|body| body.contains(&at))
        && of_others(&text[unit.range.start..body.start])
    {
        return Some(Cut {
            edits: vec![(body, ";".to_owned())],
            names,
            kind: CutKind::Body,
        });
    }
    Some(Cut {
        edits: vec![(unit.range, String::new())],
        names,
        kind: CutKind::Whole,
    })
}

/// A declaration of nothing but this function.
pub(super) fn declaration(text: &str, name: &str) -> Option<Range<usize>> {
    let declares = |unit: &Unit| {
        let outline = outline(&text[unit.range.clone()]);
        unit.body.is_none() && outline.declares.len() == 1 && outline.declares.contains(name)
    };
    Some(units(text).into_iter().find(declares)?.range)
}

/// Whether the type at a byte is behind a pointer.
pub(super) fn points(text: &str, at: usize) -> bool {
    let rest = masked(text.get(at..).unwrap_or_default(), false);
    let mut next = tokens(&rest).skip(1);
    next.find(|word| !matches!(*word, "const" | "volatile")) == Some("*")
}

/// Whether a word is used, and only as the type that pointers lead to.
pub(super) fn is_pointed_to(text: &str, name: &str) -> bool {
    let masked = masked(text, false);
    let words: Vec<&str> = tokens(&masked).collect();
    let pointed = |at: usize| {
        let mut next = words[at + 1..]
            .iter()
            .skip_while(|word| matches!(**word, "const" | "volatile"));
        // `a * b` is a product where no declaration begins.
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let declares = before.is_none_or(|before| {
            matches!(
                *before,
                ";" | "{"
                    | "}"
                    | "("
                    | ","
                    | "const"
                    | "volatile"
                    | "extern"
                    | "static"
                    | "typedef"
                    | "inline"
            )
        });
        declares && next.next() == Some(&"*")
    };
    let mut uses = (0..words.len()).filter(|at| words[*at] == name).peekable();
    uses.peek().is_some() && uses.all(pointed)
}

/// The text cut into its declarations.
fn units(text: &str) -> Vec<Unit> {
    let masked = without_directives(&masked(text, false));
    let mut units = Vec::new();
    let mut start: Option<usize> = None;
    let mut depth = 0_usize;
    let mut body: Option<usize> = None;
    for (at, c) in masked.char_indices() {
        if depth == 0 && start.is_none() && !c.is_whitespace() && !matches!(c, '}' | ';') {
            start = Some(at);
        }
        match c {
            '{' if depth == 0 => {
                let head = masked.get(start.unwrap_or(at)..at).unwrap_or_default();
                if is_transparent(head) {
                    start = None;
                } else {
                    depth = 1;
                    let is_function = !outline(&format!("{head} {{ }}")).defines.is_empty();
                    body = is_function.then_some(at);
                }
            }
            '{' => depth += 1,
            '}' => {
                // One that closes a block of `extern "C"` opened nothing that counts.
                depth = depth.saturating_sub(1);
                if let (0, Some(open), Some(from)) = (depth, body, start) {
                    units.push(Unit {
                        range: from..at + 1,
                        body: Some(open..at + 1),
                    });
                    (start, body) = (None, None);
                }
            }
            ';' if depth == 0 => {
                if let Some(from) = start.take() {
                    units.push(Unit {
                        range: from..at + 1,
                        body: None,
                    });
                }
            }
            _ => {}
        }
    }
    units
}

/// Whether what a brace opens is still the top level.
fn is_transparent(head: &str) -> bool {
    let words: Vec<&str> = tokens(head).collect();
    words == ["extern"] || words.first() == Some(&"namespace")
}

/// Lines of the preprocessor as spaces.
fn without_directives(masked: &str) -> String {
    let mut text = String::with_capacity(masked.len());
    let mut continued = false;
    for line in masked.split_inclusive('\n') {
        let directive = continued || line.trim_start().starts_with('#');
        continued = directive && line.trim_end().ends_with('\\');
        match directive {
            true => text.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' })),
            false => text.push_str(line),
        }
    }
    text
}
