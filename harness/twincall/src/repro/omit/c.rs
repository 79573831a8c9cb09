//! The declaration of a C text around a place.

use super::{Cut, CutKind};
use crate::source::scan::{masked, outline, tokens};
use crate::source::units::units;

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
