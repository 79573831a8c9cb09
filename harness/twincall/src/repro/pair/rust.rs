//! Makes a Rust part's `main` and `#[test]` functions callable without losing a line number.

use proc_macro2::{LineColumn, Span};
use syn::spanned::Spanned;
use syn::visit::Visit;

use super::ENTRY;
use crate::directive::Edition;

/// A Rust text whose program can be called.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    pub(super) text: String,
    /// Exported functions without parameters that start it.
    pub(super) entries: Vec<String>,
    /// What is to follow the text.
    pub(super) appended: String,
}

/// Tests lose their attribute and become functions that C can call; `main` gets a function that calls it.
pub(super) fn prepare(text: &str, edition: Edition) -> Prepared {
    let no_mangle = if edition >= Edition::E2024 {
        "#[unsafe(no_mangle)]"
    } else {
        "#[no_mangle]"
    };
    let Ok(file) = syn::parse_file(text) else {
        return Prepared {
            text: text.to_owned(),
            ..Prepared::default()
        };
    };
    let mut found = Found::default();
    found.visit_file(&file);
    let mut prepared = Prepared::default();
    if found.main {
        prepared.entries.push(ENTRY.to_owned());
        prepared.appended = format!("{no_mangle} pub extern \"C\" fn {ENTRY}() {{ let _ = main(); }}\n");
    }
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for span in found.blanked {
        if let Some((start, end)) = bytes(text, span) {
            let blank = text[start..end].chars().map(|c| if c == '\n' { c } else { ' ' });
            edits.push((start, end, blank.collect()));
        }
    }
    if !found.main {
        for test in found.tests {
            if let Some((start, end)) = bytes(text, test.head) {
                edits.push((start, end, format!("{no_mangle} pub extern \"C\" fn")));
                prepared.entries.push(test.name);
            }
        }
    }
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.0));
    prepared.text = text.to_owned();
    for (start, end, new) in edits {
        prepared.text.replace_range(start..end, &new);
    }
    prepared
}

#[derive(Default)]
struct Found {
    main: bool,
    tests: Vec<Test>,
    /// Attributes that would take code out of a build that is no test.
    blanked: Vec<Span>,
    depth: usize,
}

struct Test {
    name: String,
    /// From the visibility to `fn`.
    head: Span,
}

impl<'ast> Visit<'ast> for Found {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        let name = function.sig.ident.to_string();
        self.main |= self.depth == 0 && name == "main";
        if function.attrs.iter().any(is_test) && function.sig.inputs.is_empty() {
            let ignored = |attribute: &&syn::Attribute| {
                is_test(attribute)
                    || ["should_panic", "ignore"]
                        .iter()
                        .any(|name| attribute.path().is_ident(name))
            };
            let attributes = function.attrs.iter().filter(ignored);
            self.blanked.extend(attributes.map(Spanned::span));
            let first = match &function.vis {
                syn::Visibility::Inherited => function.sig.fn_token.span(),
                visibility => visibility.span(),
            };
            let head = first.join(function.sig.fn_token.span());
            // An `unsafe` or `async` test has no plain head to put in its place.
            let plain = function.sig.unsafety.is_none() && function.sig.asyncness.is_none();
            if let (Some(head), true) = (head, plain) {
                self.tests.push(Test { name, head });
            }
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let tests = module.attrs.iter().filter(|attribute| is_cfg_test(attribute));
        self.blanked.extend(tests.map(Spanned::span));
        self.depth += 1;
        syn::visit::visit_item_mod(self, module);
        self.depth -= 1;
    }
}

fn is_test(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("test")
}

fn is_cfg_test(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute
            .parse_args::<syn::Ident>()
            .is_ok_and(|condition| condition == "test")
}

/// The bytes of a span.
fn bytes(text: &str, span: Span) -> Option<(usize, usize)> {
    Some((offset(text, span.start())?, offset(text, span.end())?))
}

fn offset(text: &str, at: LineColumn) -> Option<usize> {
    let start = match at.line {
        1 => 0,
        line => text.match_indices('\n').nth(line - 2)?.0 + 1,
    };
    let line = &text[start..];
    let column = line
        .char_indices()
        .nth(at.column)
        .map_or(line.len(), |(at, _)| at);
    Some(start + column)
}
