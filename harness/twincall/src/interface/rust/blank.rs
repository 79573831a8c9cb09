//! Makes a fixture's text fit for `include!`, which takes items but no attributes of the file.

use proc_macro2::{LineColumn, Span};
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{File, Item, Visibility};

/// The text with spaces in place of the shebang, inner attributes, inner doc comments and panic handlers.
/// Lines and columns stay where they were, but for the line in which something is `exposed`.
pub(super) fn blank(text: &str, file: &File, exposed: &[LineColumn]) -> String {
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
        if exposed.contains(&here) {
            blanked.push_str("pub(crate) ");
        }
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

/// Where the private types, constants and modules below the root of a file begin: generated code, which stands beside them,
/// names them once they are visible in the crate.
pub(super) fn private_below(file: &File) -> Vec<LineColumn> {
    let mut private = Private::default();
    private.visit_file(file);
    private.found
}

#[derive(Default)]
struct Private {
    depth: usize,
    found: Vec<LineColumn>,
}

impl Private {
    fn item(&mut self, vis: &Visibility, keyword: Span) {
        if self.depth > 0 && matches!(vis, Visibility::Inherited) {
            self.found.push(keyword.start());
        }
    }
}

impl<'ast> Visit<'ast> for Private {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Struct(item) => self.item(&item.vis, item.struct_token.span),
            Item::Union(item) => self.item(&item.vis, item.union_token.span),
            Item::Enum(item) => self.item(&item.vis, item.enum_token.span),
            Item::Type(item) => self.item(&item.vis, item.type_token.span),
            Item::Const(item) => self.item(&item.vis, item.const_token.span),
            Item::Mod(item) => {
                self.item(&item.vis, item.mod_token.span);
                self.depth += 1;
                visit::visit_item_mod(self, item);
                self.depth -= 1;
            }
            // What stands in a body is named by nothing outside.
            _ => {}
        }
    }
}

fn extent(tokens: &(impl ToTokens + ?Sized)) -> (LineColumn, LineColumn) {
    let span: Span = tokens.span();
    (span.start(), span.end())
}
