//! Names of Rust's items, and text of them that is left out.

use std::ops::Range;

/// The names that an item binds in its module, but for imports.
pub(crate) fn item_names(item: &syn::Item) -> Vec<String> {
    let ident = match item {
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Union(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Const(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Mod(item) => &item.ident,
        syn::Item::ForeignMod(foreign) => {
            let name = |item: &syn::ForeignItem| match item {
                syn::ForeignItem::Fn(item) => Some(item.sig.ident.to_string()),
                syn::ForeignItem::Static(item) => Some(item.ident.to_string()),
                syn::ForeignItem::Type(item) => Some(item.ident.to_string()),
                _ => None,
            };
            return foreign.items.iter().filter_map(name).collect();
        }
        _ => return Vec::new(),
    };
    vec![ident.to_string()]
}

/// What a path names at the root, if it leads there: `Config` of `crate::ffi::Config` where `ffi` was opened.
pub(crate) fn at_root<'a>(path: &'a str, lifted: &[String]) -> Option<&'a str> {
    let mut rest = path;
    let mut shortened = false;
    loop {
        let (first, after) = rest.split_once("::").unwrap_or((rest, ""));
        let leads =
            matches!(first, "crate" | "self") && !shortened || lifted.iter().any(|name| name == first);
        if !leads {
            break;
        }
        shortened = true;
        rest = after;
    }
    (shortened && !rest.contains("::")).then_some(rest)
}

/// Overwrites with spaces.
pub(crate) fn blank(text: &mut String, range: Range<usize>) {
    if let Some(part) = text.get(range.clone()) {
        let mut blanked = String::with_capacity(part.len());
        for c in part.chars() {
            if c == '\n' {
                blanked.push(c);
            } else {
                blanked.extend(std::iter::repeat_n(' ', c.len_utf8()));
            }
        }
        text.replace_range(range, &blanked);
    }
}
