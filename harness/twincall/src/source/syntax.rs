//! Parses Rust that nobody vouches for: syn descends as deeply as the text nests, so the depth is measured first.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::scan::masked;

/// The deepest text that is parsed: brackets, and within them signs and words that make a parser, or whatever walks over its
/// result, descend.
const DEEPEST: usize = 256;

/// Why a text is no Rust.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum NoRust {
    TooDeep,
    /// In syn's words, with the line counted from 1.
    Syntax {
        line: u32,
        message: String,
    },
}

/// The text as a file.
pub(crate) fn parse(text: &str) -> Result<syn::File, NoRust> {
    measured(text)?;
    syn::parse_file(text).map_err(|error| syntax(&error))
}

/// The text as the inside of a function.
pub(crate) fn parse_statements(text: &str) -> Result<Vec<syn::Stmt>, NoRust> {
    measured(text)?;
    syn::parse::Parser::parse_str(syn::Block::parse_within, text).map_err(|error| syntax(&error))
}

/// The text as the inside of an `extern` block.
pub(crate) fn parse_foreign(text: &str) -> Result<Vec<syn::ForeignItem>, NoRust> {
    measured(text)?;
    let parser = |input: syn::parse::ParseStream<'_>| {
        let mut items = Vec::new();
        while !input.is_empty() {
            items.push(input.parse::<syn::ForeignItem>()?);
        }
        Ok(items)
    };
    syn::parse::Parser::parse_str(parser, text).map_err(|error| syntax(&error))
}

fn syntax(error: &syn::Error) -> NoRust {
    NoRust::Syntax {
        line: error.span().start().line as u32,
        message: error.to_string(),
    }
}

/// Whether the text may be parsed.
pub(crate) fn measured(text: &str) -> Result<(), NoRust> {
    let stream: TokenStream = text.parse().map_err(|_| {
        unbalanced(text).unwrap_or_else(|| NoRust::Syntax {
            line: 1,
            message: "it has no words of Rust".to_owned(),
        })
    })?;
    // The tokens of each open group, what makes the parser descend in it so far, and the cost of opening it.
    let mut open = vec![(stream.into_iter().peekable(), 0_usize, 0_usize)];
    // The cost of everything around the innermost group.
    let mut around = 0;
    while let Some((tokens, chain, cost)) = open.last_mut() {
        let Some(token) = tokens.next() else {
            around -= *cost;
            open.pop();
            continue;
        };
        match token {
            TokenTree::Group(group) => {
                let cost = *chain + 1;
                let ends_statement = group.delimiter() == Delimiter::Brace
                    && !matches!(tokens.peek(), Some(TokenTree::Ident(word)) if word == "else");
                // `a()()()` is as deep as it is long.
                *chain = if ends_statement { 0 } else { cost };
                around += cost;
                open.push((group.stream().into_iter().peekable(), 0, cost));
            }
            TokenTree::Punct(sign) if matches!(sign.as_char(), ';' | ',') => *chain = 0,
            TokenTree::Punct(_) => *chain += 1,
            TokenTree::Ident(word) if descends(&word.to_string()) => *chain += 1,
            TokenTree::Ident(_) | TokenTree::Literal(_) => {}
        }
        if around + open.last().map_or(0, |(_, chain, _)| *chain) > DEEPEST {
            return Err(NoRust::TooDeep);
        }
    }
    Ok(())
}

fn descends(word: &str) -> bool {
    matches!(
        word,
        "as" | "if"
            | "else"
            | "match"
            | "return"
            | "break"
            | "while"
            | "for"
            | "in"
            | "loop"
            | "async"
            | "move"
            | "yield"
            | "const"
            | "mut"
            | "ref"
            | "fn"
            | "dyn"
            | "impl"
            | "unsafe"
            | "static"
            | "let"
            | "raw"
            | "become"
    )
}

/// The bracket that is not closed, or was not opened.
fn unbalanced(text: &str) -> Option<NoRust> {
    let mut open: Vec<(char, u32)> = Vec::new();
    let wrong = |line: u32, message: String| Some(NoRust::Syntax { line, message });
    for (line, number) in masked(text, true).lines().zip(1..) {
        for c in line.chars() {
            let opener = match c {
                '(' | '[' | '{' => {
                    open.push((c, number));
                    continue;
                }
                ')' => '(',
                ']' => '[',
                '}' => '{',
                _ => continue,
            };
            match open.pop() {
                Some((last, _)) if last == opener => {}
                Some((last, line)) => return wrong(line, format!("`{last}` is not closed")),
                None => return wrong(number, format!("`{c}` closes nothing")),
            }
        }
    }
    let (last, line) = open.pop()?;
    wrong(line, format!("`{last}` is not closed"))
}
