//! Rust of which one item cannot be parsed: it goes, and the others stay.

use std::ops::Range;

use crate::source::items::blank;
use crate::source::scan::{masked, tokens};
use crate::source::syntax::{self, NoRust};

/// The longest text of which items are looked for, and the most items: a person pastes less.
const LONGEST: usize = 64 << 10;
const MOST: usize = 500;

/// An item that is no Rust.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Gone {
    /// The line of the text where it begins, from 0.
    pub(super) line: usize,
    /// The word after `fn`, `struct` and the like.
    pub(super) name: Option<String>,
    pub(super) message: String,
}

/// Overwrites what is no Rust. Nothing where no item is left, or where the items cannot be told apart.
pub(super) fn salvage(text: &mut String) -> Option<Vec<Gone>> {
    if text.len() > LONGEST {
        return None;
    }
    let masked = masked(text, true);
    let mut gone = Vec::new();
    let mut kept = false;
    let pieces_of_text = pieces(&masked, 0..text.len());
    if pieces_of_text.len() > MOST {
        return None;
    }
    for piece in pieces_of_text {
        let Err(error) = syntax::parse(text.get(piece.clone())?) else {
            kept = true;
            continue;
        };
        match block(&masked, &piece) {
            Some(inner) => kept |= foreign(text, &masked, inner, &mut gone),
            None => leave_out(text, &masked, piece, error, &mut gone),
        }
    }
    (kept && !gone.is_empty() && syntax::parse(text).is_ok()).then_some(gone)
}

/// The inside of an `extern` block.
fn block(masked: &str, piece: &Range<usize>) -> Option<Range<usize>> {
    let text = &masked[piece.clone()];
    let open = text.find('{')?;
    let close = text.rfind('}')?;
    let words: Vec<&str> = tokens(&text[..open]).collect();
    let is_block = words.contains(&"extern") && !words.contains(&"fn") && open < close;
    is_block.then(|| piece.start + open + 1..piece.start + close)
}

/// Overwrites declarations that are none; whether any is left.
fn foreign(text: &mut String, masked: &str, inner: Range<usize>, gone: &mut Vec<Gone>) -> bool {
    let mut kept = false;
    for piece in pieces(masked, inner) {
        match syntax::parse_foreign(&text[piece.clone()]) {
            Ok(_) => kept = true,
            Err(error) => leave_out(text, masked, piece, error, gone),
        }
    }
    kept
}

fn leave_out(text: &mut String, masked: &str, piece: Range<usize>, error: NoRust, gone: &mut Vec<Gone>) {
    let words: Vec<&str> = tokens(&masked[piece.clone()]).collect();
    let is_item = |word: &str| {
        matches!(
            word,
            "fn" | "struct" | "union" | "enum" | "static" | "const" | "type"
        )
    };
    let named = words.windows(2).find(|two| is_item(two[0]) && !is_item(two[1]));
    let leading = masked[piece.clone()].len() - masked[piece.clone()].trim_start().len();
    gone.push(Gone {
        line: masked[..piece.start + leading].matches('\n').count(),
        name: named.map(|two| two[1].to_owned()),
        message: match error {
            NoRust::TooDeep => "it nests too deeply".to_owned(),
            NoRust::Syntax { message, .. } => message,
        },
    });
    blank(text, piece);
}

/// Items: each ends with a `;` or with the braces of its body.
fn pieces(masked: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = within.start;
    let mut depth = 0_usize;
    let text = &masked[within.clone()];
    for (at, c) in text.char_indices() {
        let end = within.start + at + c.len_utf8();
        let ends = match c {
            '{' | '(' | '[' => {
                depth += 1;
                false
            }
            '}' | ')' | ']' => {
                depth = depth.saturating_sub(1);
                let next = text[at + 1..].trim_start();
                c == '}' && depth == 0 && !next.starts_with([';', ',', ')', '.'])
            }
            // A parenthesis that is not closed ends with its statement all the same.
            ';' => depth == 0,
            _ => false,
        };
        if ends {
            pieces.push(start..end);
            start = end;
        }
    }
    if !masked[start..within.end].trim().is_empty() {
        pieces.push(start..within.end);
    }
    pieces
}
