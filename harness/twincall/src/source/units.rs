//! Cuts a text into its declarations, so that one can be left out without the others.

use std::ops::Range;

use super::scan::{masked, outline, tokens};

/// A declaration or definition at the top level, or within a block of `extern "C"` or of a namespace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Unit {
    pub(crate) range: Range<usize>,
    /// The braces of a function.
    pub(crate) body: Option<Range<usize>>,
}

/// The longest text before the braces of a function.
const LONGEST_HEAD: usize = 4096;

/// A C or C++ text cut into its declarations.
pub(crate) fn units(text: &str) -> Vec<Unit> {
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
                if head.len() <= LONGEST_HEAD && is_transparent(head) {
                    start = None;
                } else {
                    depth = 1;
                    let is_function =
                        head.len() <= LONGEST_HEAD && !outline(&format!("{head} {{ }}")).defines.is_empty();
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

/// A declaration of nothing but this function.
pub(crate) fn declaration(text: &str, name: &str) -> Option<Range<usize>> {
    let declares = |unit: &Unit| {
        let outline = outline(&text[unit.range.clone()]);
        unit.body.is_none() && outline.declares.len() == 1 && outline.declares.contains(name)
    };
    Some(units(text).into_iter().find(declares)?.range)
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
