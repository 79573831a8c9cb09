//! Brings what crosses the boundary from modules to the root of the crate, where alone it takes part in a comparison.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::spanned::Spanned;

use crate::source::items::{blank, item_names};

/// Opens every module at the root with a function of the boundary in it, and says which. Its lines stay where they are.
pub(super) fn lift(text: &mut String, file: &syn::File) -> Vec<String> {
    let mut at_root: BTreeSet<String> = file.items.iter().flat_map(item_names).collect();
    let mut lifted = Vec::new();
    for item in &file.items {
        let syn::Item::Mod(module) = item else {
            continue;
        };
        let Some((brace, items)) = &module.content else {
            continue;
        };
        let own: BTreeSet<String> = items.iter().flat_map(item_names).collect();
        if !items.iter().any(crosses)
            || !module.attrs.iter().all(harmless)
            || own.intersection(&at_root).next().is_some()
        {
            continue;
        }
        let (open, close): (Span, Span) = (brace.span.open(), brace.span.close());
        let (start, end) = (module.span().byte_range().start, close.byte_range().end);
        // A path that began in the module begins at the root; both words have the same length.
        if let Some(inner) = text.get(open.byte_range().end..close.byte_range().start) {
            let inner = inner.replace("super::", "crate::").replace("(super)", "(crate)");
            text.replace_range(open.byte_range().end..close.byte_range().start, &inner);
        }
        blank(text, start..open.byte_range().end);
        blank(text, close.byte_range().start..end);
        for attribute in &module.attrs {
            blank(text, attribute.span().byte_range());
        }
        at_root.extend(own);
        lifted.push(module.ident.to_string());
    }
    lifted
}

/// A function or variable that C may know.
fn crosses(item: &syn::Item) -> bool {
    match item {
        syn::Item::ForeignMod(_) => true,
        syn::Item::Fn(function) => function.sig.abi.is_some(),
        _ => false,
    }
}

fn harmless(attribute: &syn::Attribute) -> bool {
    let path = attribute.path();
    let test = || {
        attribute
            .parse_args::<syn::Ident>()
            .is_ok_and(|condition| condition == "test")
    };
    ["allow", "doc", "warn", "expect", "rustfmt"]
        .iter()
        .any(|name| path.is_ident(name))
        || path.is_ident("cfg") && test()
}
