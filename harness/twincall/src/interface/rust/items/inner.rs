//! Finds what is declared or exported below the root of a file, where generated code does not reach it.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{ForeignItem, ItemFn, ItemForeignMod, ItemStatic};
use twincall_abi::target::Target;

use super::super::attributes;
use super::foreign::Foreign;
use super::{linked_symbol, plain};

/// Collects boundary items below the root.
pub(super) struct Inner {
    target: Target,
    /// Link symbols with their places.
    pub(super) found: Vec<(String, Span)>,
}

impl Inner {
    pub(super) fn new(target: Target) -> Inner {
        Inner {
            target,
            found: Vec::new(),
        }
    }

    fn exported(&mut self, attrs: &[syn::Attribute], ident: &syn::Ident) -> bool {
        let Some(metas) = attributes::active(attrs, self.target) else {
            return false;
        };
        if let Some(symbol) = attributes::exported_symbol(&metas, &plain(ident)) {
            self.found.push((symbol, ident.span()));
        }
        true
    }
}

impl<'ast> Visit<'ast> for Inner {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if attributes::active(&module.attrs, self.target).is_some() {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if self.exported(&function.attrs, &function.sig.ident) {
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if self.exported(&function.attrs, &function.sig.ident) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_static(&mut self, variable: &'ast ItemStatic) {
        self.exported(&variable.attrs, &variable.ident);
    }

    fn visit_item_foreign_mod(&mut self, block: &'ast ItemForeignMod) {
        if attributes::active(&block.attrs, self.target).is_none() {
            return;
        }
        for item in &block.items {
            let (attrs, ident) = match Foreign::read(item).item {
                ForeignItem::Fn(function) => (function.attrs, function.sig.ident),
                ForeignItem::Static(variable) => (variable.attrs, variable.ident),
                _ => continue,
            };
            if let Some(metas) = attributes::active(&attrs, self.target) {
                self.found.push((linked_symbol(&metas, &ident), ident.span()));
            }
        }
    }
}
