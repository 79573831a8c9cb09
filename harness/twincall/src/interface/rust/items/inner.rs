//! Finds what is declared or exported inside of bodies: of functions, of constants, of implementations.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{ForeignItem, Item, ItemFn, ItemForeignMod, ItemStatic, UseTree};
use twincall_abi::target::Target;

use super::super::attributes;
use super::foreign::Foreign;
use super::{linked_symbol, plain};

/// Collects the boundary items of a body.
pub(super) struct Inner<'ast> {
    target: Target,
    pub(super) functions: Vec<&'ast ItemFn>,
    pub(super) variables: Vec<&'ast ItemStatic>,
    pub(super) blocks: Vec<&'ast ItemForeignMod>,
    /// Link symbols, with their places, of what takes no part: it is a method, or in a module of the body.
    pub(super) refused: Vec<(String, Span)>,
    /// Names that mean something of the body's own.
    pub(super) names: BTreeSet<String>,
    in_module: bool,
}

impl<'ast> Inner<'ast> {
    pub(super) fn new(target: Target) -> Inner<'ast> {
        Inner {
            target,
            functions: Vec::new(),
            variables: Vec::new(),
            blocks: Vec::new(),
            refused: Vec::new(),
            names: BTreeSet::new(),
            in_module: false,
        }
    }

    /// The symbol under which an item is exported, or `None` where it is not, or is not there.
    fn exported(&self, attrs: &[syn::Attribute], ident: &syn::Ident) -> Option<String> {
        attributes::exported_symbol(&attributes::active(attrs, self.target)?, &plain(ident))
    }

    fn refuse_block(&mut self, block: &ItemForeignMod) {
        for item in &block.items {
            let (attrs, ident) = match Foreign::read(item).item {
                ForeignItem::Fn(function) => (function.attrs, function.sig.ident),
                ForeignItem::Static(variable) => (variable.attrs, variable.ident),
                _ => continue,
            };
            if let Some(metas) = attributes::active(&attrs, self.target) {
                self.refused.push((linked_symbol(&metas, &ident), ident.span()));
            }
        }
    }

    fn imports(&mut self, tree: &UseTree) {
        let name = match tree {
            UseTree::Path(path) => return self.imports(&path.tree),
            UseTree::Group(group) => return group.items.iter().for_each(|tree| self.imports(tree)),
            UseTree::Name(name) => name.ident.to_string(),
            UseTree::Rename(rename) => rename.rename.to_string(),
            UseTree::Glob(_) => return,
        };
        // C's types are known without an import.
        if !name.starts_with("c_") {
            self.names.insert(name);
        }
    }
}

impl<'ast> Visit<'ast> for Inner<'ast> {
    fn visit_item(&mut self, item: &'ast Item) {
        let name = match item {
            Item::Struct(item) => Some(&item.ident),
            Item::Union(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Type(item) => Some(&item.ident),
            Item::Const(item) => Some(&item.ident),
            _ => None,
        };
        self.names.extend(name.map(ToString::to_string));
        if let Item::Use(item) = item {
            self.imports(&item.tree);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if attributes::active(&module.attrs, self.target).is_some() {
            let outside = std::mem::replace(&mut self.in_module, true);
            visit::visit_item_mod(self, module);
            self.in_module = outside;
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if attributes::active(&function.attrs, self.target).is_none() {
            return;
        }
        match self.exported(&function.attrs, &function.sig.ident) {
            Some(symbol) if self.in_module => self.refused.push((symbol, function.sig.ident.span())),
            Some(_) => self.functions.push(function),
            None => {}
        }
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if attributes::active(&function.attrs, self.target).is_none() {
            return;
        }
        if let Some(symbol) = self.exported(&function.attrs, &function.sig.ident) {
            self.refused.push((symbol, function.sig.ident.span()));
        }
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_item_static(&mut self, variable: &'ast ItemStatic) {
        match self.exported(&variable.attrs, &variable.ident) {
            Some(symbol) if self.in_module => self.refused.push((symbol, variable.ident.span())),
            Some(_) => self.variables.push(variable),
            None => {}
        }
        visit::visit_item_static(self, variable);
    }

    fn visit_item_foreign_mod(&mut self, block: &'ast ItemForeignMod) {
        if attributes::active(&block.attrs, self.target).is_none() {
            return;
        }
        match self.in_module {
            true => self.refuse_block(block),
            false => self.blocks.push(block),
        }
    }
}

/// The first of these names that a type begins a path with.
pub(super) fn named(ty: &syn::Type, names: &BTreeSet<String>) -> Option<String> {
    struct Named<'a> {
        names: &'a BTreeSet<String>,
        found: Option<String>,
    }
    impl<'ast> Visit<'ast> for Named<'_> {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            let first = path.segments.first().map(|first| first.ident.to_string());
            if let Some(first) = first.filter(|first| self.names.contains(first)) {
                self.found.get_or_insert(first);
            }
            visit::visit_path(self, path);
        }
    }
    let mut named = Named { names, found: None };
    named.visit_type(ty);
    named.found
}
