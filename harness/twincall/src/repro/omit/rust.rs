//! The item of a Rust text around a place.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;

use super::{Cut, CutKind};
use crate::directive::Edition;
use crate::source::items::item_names;
use crate::source::syntax;

/// What to leave out where a compiler complains of a byte.
pub(super) fn cut(text: &str, at: usize, edition: Option<Edition>) -> Option<Cut> {
    let file = syntax::parse(text).ok()?;
    among(&file.items, text, at, edition)
}

fn among(items: &[syn::Item], text: &str, at: usize, edition: Option<Edition>) -> Option<Cut> {
    let item = items.iter().find(|item| covers(item, at))?;
    let inner = match item {
        syn::Item::Mod(module) => module
            .content
            .as_ref()
            .and_then(|(_, items)| among(items, text, at, edition)),
        syn::Item::ForeignMod(block) => block.items.iter().find(|item| covers(item, at)).map(of_foreign),
        syn::Item::Impl(block) => block.items.iter().find(|item| covers(item, at)).and_then(of_impl),
        syn::Item::Fn(function) if covers(&function.block, at) => declared(function, text, edition),
        _ => None,
    };
    Some(inner.unwrap_or_else(|| whole(item, item_names(item))))
}

fn covers(node: &impl Spanned, at: usize) -> bool {
    node.span().byte_range().contains(&at)
}

fn whole(node: &impl Spanned, names: Vec<String>) -> Cut {
    Cut {
        edits: vec![(node.span().byte_range(), String::new())],
        names,
        kind: CutKind::Whole,
    }
}

fn of_foreign(item: &syn::ForeignItem) -> Cut {
    let names = match item {
        syn::ForeignItem::Fn(function) => vec![function.sig.ident.to_string()],
        syn::ForeignItem::Static(variable) => vec![variable.ident.to_string()],
        _ => Vec::new(),
    };
    whole(item, names)
}

/// A method. An `impl` of a trait without one that it has to have is refused in its turn, and goes then.
fn of_impl(item: &syn::ImplItem) -> Option<Cut> {
    match item {
        syn::ImplItem::Fn(function) => Some(whole(item, vec![function.sig.ident.to_string()])),
        _ => None,
    }
}

/// An exported function without its body: C may know it still.
fn declared(function: &syn::ItemFn, text: &str, edition: Option<Edition>) -> Option<Cut> {
    let exports = |attribute: &syn::Attribute| {
        text.get(attribute.span().byte_range())
            .is_some_and(|text| text.contains("no_mangle"))
    };
    let signature = &function.sig;
    if !function.attrs.iter().any(exports) || !signature.generics.params.is_empty() {
        return None;
    }
    let abi = text.get(signature.abi.as_ref()?.span().byte_range())?;
    let start = function.span().byte_range().start;
    let head = start..signature.fn_token.span().byte_range().start;
    let unsafety = if edition >= Some(Edition::E2024) {
        "unsafe "
    } else {
        ""
    };
    // The later one first, so that the place of the other stays right.
    let edits = vec![
        (function.block.span().byte_range(), "; }".to_owned()),
        (head, format!("{unsafety}{abi} {{ pub ")),
    ];
    Some(Cut {
        edits,
        names: vec![signature.ident.to_string()],
        kind: CutKind::Body,
    })
}

/// A declaration of this function.
pub(super) fn declaration(text: &str, name: &str) -> Option<Range<usize>> {
    let file = syntax::parse(text).ok()?;
    let blocks = file.items.iter().filter_map(|item| match item {
        syn::Item::ForeignMod(block) => Some(&block.items),
        _ => None,
    });
    let mut functions = blocks.flatten().filter_map(|item| match item {
        syn::ForeignItem::Fn(function) => Some(function),
        _ => None,
    });
    let function = functions.find(|function| function.sig.ident == name)?;
    Some(function.span().byte_range())
}

/// Whether the type at a byte is behind a raw pointer.
pub(super) fn points(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end();
    ["const", "mut"].iter().any(|word| {
        before
            .strip_suffix(word)
            .is_some_and(|before| before.trim_end().ends_with('*'))
    })
}

/// Whether a word is used, and only as the type that raw pointers lead to.
pub(super) fn is_pointed_to(text: &str, name: &str) -> bool {
    let Ok(stream) = text.parse::<TokenStream>() else {
        return false;
    };
    let mut used = false;
    let mut pending = vec![stream];
    // Only what stands directly before a word counts, and a group there is no pointer.
    while let Some(stream) = pending.pop() {
        let mut before = [String::new(), String::new()];
        for token in stream {
            let word = match token {
                TokenTree::Group(group) => {
                    pending.push(group.stream());
                    String::new()
                }
                token => token.to_string(),
            };
            let [far, near] = &before;
            if word == name {
                used = true;
                if far != "*" || !matches!(near.as_str(), "const" | "mut") {
                    return false;
                }
            }
            let [_, near] = before;
            before = [near, word];
        }
    }
    used
}
