//! The tokens of a C text, as far as brackets, words and directives need to be told apart.

use std::ops::Range;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Word,
    Punctuation,
    /// A number, a string or a character.
    Literal,
    /// A line of the preprocessor.
    Directive,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Bytes of the text.
    pub(super) range: Range<usize>,
    /// How many brackets of any kind are open around it. A bracket counts as outside itself.
    pub(super) depth: usize,
}

/// All tokens of a text. Nothing is an error: what ends too early ends with the text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut depth = 0usize;
    let mut at = 0;
    let mut fresh_line = true;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = match c {
            '\n' => {
                fresh_line = true;
                at += 1;
                continue;
            }
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '/' if rest.starts_with("//") => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            '/' if rest.starts_with("/*") => {
                at += rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
                continue;
            }
            '#' if fresh_line => (Kind::Directive, directive(rest)),
            '"' | '\'' => (Kind::Literal, quoted(rest, c)),
            c if c.is_ascii_digit() => (Kind::Literal, run(rest)),
            c if c.is_alphabetic() || c == '_' || c == '$' => (Kind::Word, run(rest)),
            _ => (Kind::Punctuation, c.len_utf8()),
        };
        fresh_line = kind == Kind::Directive;
        if matches!(c, ')' | ']' | '}') && kind == Kind::Punctuation {
            depth = depth.saturating_sub(1);
        }
        tokens.push(Token {
            kind,
            range: at..at + length,
            depth,
        });
        if matches!(c, '(' | '[' | '{') && kind == Kind::Punctuation {
            depth += 1;
        }
        at += length;
    }
    tokens
}

/// The index of the bracket that closes the one at `open`, or of the last token.
pub(super) fn matching(text: &str, tokens: &[Token], open: usize) -> usize {
    let Some(first) = tokens.get(open) else {
        return tokens.len().saturating_sub(1);
    };
    let closes =
        |token: &Token| token.depth == first.depth && matches!(&text[token.range.clone()], ")" | "]" | "}");
    let after = tokens.iter().skip(open + 1).position(closes);
    after.map_or(tokens.len() - 1, |after| open + 1 + after)
}

fn run(rest: &str) -> usize {
    rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
        .unwrap_or(rest.len())
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return at,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn directive(rest: &str) -> usize {
    let mut from = 0;
    while let Some(end) = rest[from..].find('\n') {
        let end = from + end;
        if !rest[..end].ends_with('\\') {
            return end;
        }
        from = end + 1;
    }
    rest.len()
}
