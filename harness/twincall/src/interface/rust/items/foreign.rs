//! Items of `extern` blocks as edition 2024 writes them.

use syn::ForeignItem;
use syn::parse::{ParseStream, Parser as _};

/// A foreign item, without the `safe` or `unsafe` that syn 2 does not parse.
pub(super) struct Foreign {
    pub(super) item: ForeignItem,
    /// Whether it is marked `safe`.
    pub(super) safe: bool,
}

impl Foreign {
    pub(super) fn read(item: &ForeignItem) -> Foreign {
        let ForeignItem::Verbatim(tokens) = item else {
            return Foreign {
                item: item.clone(),
                safe: false,
            };
        };
        let mut safe = false;
        let qualified = |input: ParseStream<'_>| {
            let attrs = input.call(syn::Attribute::parse_outer)?;
            let vis: syn::Visibility = input.parse()?;
            if input.parse::<Option<syn::Token![unsafe]>>()?.is_none() {
                let qualifier: syn::Ident = input.parse()?;
                if qualifier != "safe" {
                    return Err(syn::Error::new(qualifier.span(), "expected `safe`"));
                }
                safe = true;
            }
            let mut item: ForeignItem = input.parse()?;
            match &mut item {
                ForeignItem::Fn(function) => (function.attrs, function.vis) = (attrs, vis),
                ForeignItem::Static(variable) => (variable.attrs, variable.vis) = (attrs, vis),
                _ => {}
            }
            Ok(item)
        };
        match qualified.parse2(tokens.clone()) {
            Ok(item) => Foreign { item, safe },
            Err(_) => Foreign {
                item: item.clone(),
                safe: false,
            },
        }
    }
}
