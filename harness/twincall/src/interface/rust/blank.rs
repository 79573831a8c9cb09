//! Makes a fixture's text fit for `include!`, which takes items but no attributes of the file.

use proc_macro2::{LineColumn, Span};
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::{File, Item};

/// The text with spaces in place of the shebang, inner attributes, inner doc comments and panic handlers.
/// Lines and columns stay where they were.
pub(super) fn blank(text: &str, file: &File) -> String {
    let mut ranges: Vec<(LineColumn, LineColumn)> = Vec::new();
    for attribute in &file.attrs {
        ranges.push(extent(attribute));
    }
    for item in &file.items {
        // A unit has a panic handler of its own, or that of the standard library.
        if let Item::Fn(function) = item
            && function
                .attrs
                .iter()
                .any(|attribute| attribute.path().is_ident("panic_handler"))
        {
            ranges.push(extent(function));
        }
    }
    if file.shebang.is_some() {
        let end = text.lines().next().map_or(0, |line| line.chars().count());
        ranges.push((
            LineColumn { line: 1, column: 0 },
            LineColumn { line: 1, column: end },
        ));
    }
    let mut blanked = String::with_capacity(text.len());
    let mut here = LineColumn { line: 1, column: 0 };
    for character in text.strip_prefix('\u{feff}').unwrap_or(text).chars() {
        let inside = ranges.iter().any(|(start, end)| *start <= here && here < *end);
        blanked.push(if inside && !character.is_whitespace() {
            ' '
        } else {
            character
        });
        if character == '\n' {
            here = LineColumn {
                line: here.line + 1,
                column: 0,
            };
        } else {
            here.column += 1;
        }
    }
    blanked
}

fn extent(tokens: &(impl ToTokens + ?Sized)) -> (LineColumn, LineColumn) {
    let span: Span = tokens.span();
    (span.start(), span.end())
}
