//! Names: which item a path in a fixture means. Types are not looked into here.

use std::collections::BTreeMap;

use syn::{ForeignItem, Item, ItemConst, ItemEnum, ItemStruct, ItemType, ItemUnion, Meta, UseTree};
use twincall_abi::target::Target;

use super::{attributes, external};

/// Imports may refer to one another in a circle; no real chain is this long.
const MAX_IMPORTS: u32 = 32;

/// The modules of a file, the root first.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    modules: Vec<Module<'a>>,
}

#[derive(Debug, Default)]
struct Module<'a> {
    path: String,
    parent: Option<usize>,
    types: BTreeMap<String, LocalItem<'a>>,
    constants: BTreeMap<String, LocalItem<'a>>,
    imports: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

/// An item of the file that a type or a constant expression may name.
#[derive(Clone, Copy, Debug)]
pub(super) enum LocalItem<'a> {
    Struct(&'a ItemStruct),
    Union(&'a ItemUnion),
    Enum(&'a ItemEnum),
    Alias(&'a ItemType),
    Constant(&'a ItemConst),
    /// `extern { type T; }`
    Foreign(proc_macro2::Span),
    Module(usize),
    Trait,
}

/// What a path means.
#[derive(Clone, Debug)]
pub(super) enum Found<'a> {
    /// `name` is unique in the file: `Pair`, `shapes::Pair`.
    Local {
        item: LocalItem<'a>,
        module: usize,
        name: String,
    },
    /// A primitive, an item of the prelude or of another crate.
    External(Vec<String>),
    Missing,
}

/// Types (and modules) and values have names of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Space {
    Type,
    Value,
}

/// How far a name may still be followed.
#[derive(Clone, Copy)]
struct Left {
    imports: u32,
    /// Glob imports whose own path is looked up. Each may be brought by another one; a chain of them is nobody's, and to try
    /// all chains takes as long as there are ways through them.
    globs: u32,
}

impl Left {
    const ALL: Left = Left {
        imports: MAX_IMPORTS,
        globs: 2,
    };

    fn import(self) -> Option<Left> {
        let imports = self.imports.checked_sub(1)?;
        Some(Left { imports, ..self })
    }

    fn glob(self) -> Option<Left> {
        let globs = self.globs.checked_sub(1)?;
        Some(Left { globs, ..self })
    }
}

impl<'a> Scope<'a> {
    pub(super) const ROOT: usize = 0;

    pub(super) fn read(items: &'a [Item], target: Target) -> Scope<'a> {
        let mut scope = Scope {
            modules: vec![Module::default()],
        };
        scope.add_items(Scope::ROOT, items, target);
        scope
    }

    /// The item that `path`, written in `module`, names.
    pub(super) fn find(&self, module: usize, path: &[String], space: Space) -> Found<'a> {
        self.find_path(module, path, space, Left::ALL)
    }

    fn find_path(&self, mut module: usize, path: &[String], space: Space, left: Left) -> Found<'a> {
        let mut rest = path;
        let mut anchored = false;
        while let Some((first, tail)) = rest.split_first() {
            module = match first.as_str() {
                "crate" => Scope::ROOT,
                "self" => module,
                "super" => self.modules[module].parent.unwrap_or(Scope::ROOT),
                _ => break,
            };
            anchored = true;
            rest = tail;
        }
        let Some((first, tail)) = rest.split_first() else {
            return Found::Local {
                item: LocalItem::Module(module),
                module,
                name: String::new(),
            };
        };
        let first_space = if tail.is_empty() { space } else { Space::Type };
        match self.look_up(module, first, first_space, left) {
            found if tail.is_empty() && !matches!(found, Found::Missing) => found,
            Found::Local {
                item: LocalItem::Module(inner),
                ..
            } => {
                let path: Vec<String> = std::iter::once("self".to_owned())
                    .chain(tail.iter().cloned())
                    .collect();
                self.find_path(inner, &path, space, left)
            }
            Found::External(prefix) => Found::External(prefix.iter().chain(tail).cloned().collect()),
            Found::Missing if !anchored && (!tail.is_empty() || external::is_known(first)) => {
                Found::External(rest.to_vec())
            }
            _ => Found::Missing,
        }
    }

    fn look_up(&self, module: usize, name: &str, space: Space, left: Left) -> Found<'a> {
        let Some(imported) = left.import() else {
            return Found::Missing;
        };
        let inside = &self.modules[module];
        let items = if space == Space::Type {
            &inside.types
        } else {
            &inside.constants
        };
        if let Some(item) = items.get(name) {
            let name = if inside.path.is_empty() {
                name.to_owned()
            } else {
                format!("{}::{name}", inside.path)
            };
            return Found::Local {
                item: *item,
                module,
                name,
            };
        }
        if let Some(path) = inside.imports.get(name) {
            return self.find_path(module, path, space, imported);
        }
        let Some(through) = imported.glob() else {
            return Found::Missing;
        };
        for glob in &inside.globs {
            match self.find_path(module, glob, Space::Type, through) {
                Found::Local {
                    item: LocalItem::Module(inner),
                    ..
                } if inner != module => {
                    let found = self.look_up(inner, name, space, imported);
                    if !matches!(found, Found::Missing) {
                        return found;
                    }
                }
                Found::External(mut path) if space == Space::Type && external::is_known(name) => {
                    path.push(name.to_owned());
                    return Found::External(path);
                }
                _ => {}
            }
        }
        Found::Missing
    }

    fn add_items(&mut self, module: usize, items: &'a [Item], target: Target) {
        for item in items {
            let (attrs, name, local) = match item {
                Item::Struct(item) => (&item.attrs, &item.ident, LocalItem::Struct(item)),
                Item::Union(item) => (&item.attrs, &item.ident, LocalItem::Union(item)),
                Item::Enum(item) => (&item.attrs, &item.ident, LocalItem::Enum(item)),
                Item::Type(item) => (&item.attrs, &item.ident, LocalItem::Alias(item)),
                Item::Trait(item) => (&item.attrs, &item.ident, LocalItem::Trait),
                Item::Const(item) => (&item.attrs, &item.ident, LocalItem::Constant(item)),
                Item::Mod(item) => {
                    let active = attributes::active(&item.attrs, target).is_some();
                    if let (true, Some((_, items))) = (active, &item.content) {
                        let inner = self.add_module(module, item.ident.to_string());
                        self.add_items(inner, items, target);
                    }
                    continue;
                }
                Item::ForeignMod(block) => {
                    self.add_foreign_types(module, block, target);
                    continue;
                }
                Item::Use(item) => {
                    if attributes::active(&item.attrs, target).is_some() {
                        self.add_imports(module, &item.tree, Vec::new());
                    }
                    continue;
                }
                _ => continue,
            };
            if attributes::active(attrs, target).is_none() {
                continue;
            }
            let inside = &mut self.modules[module];
            match local {
                LocalItem::Constant(_) => inside.constants.insert(name.to_string(), local),
                _ => inside.types.insert(name.to_string(), local),
            };
        }
    }

    fn add_module(&mut self, parent: usize, name: String) -> usize {
        let outer = &self.modules[parent].path;
        let path = if outer.is_empty() {
            name.clone()
        } else {
            format!("{outer}::{name}")
        };
        let inner = self.modules.len();
        self.modules.push(Module {
            path,
            parent: Some(parent),
            ..Module::default()
        });
        self.modules[parent].types.insert(name, LocalItem::Module(inner));
        inner
    }

    fn add_foreign_types(&mut self, module: usize, block: &'a syn::ItemForeignMod, target: Target) {
        if attributes::active(&block.attrs, target).is_none() {
            return;
        }
        for item in &block.items {
            if let ForeignItem::Type(item) = item
                && attributes::active(&item.attrs, target).is_some()
            {
                let local = LocalItem::Foreign(item.ident.span());
                self.modules[module].types.insert(item.ident.to_string(), local);
            }
        }
    }

    fn add_imports(&mut self, module: usize, tree: &UseTree, mut prefix: Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.add_imports(module, &path.tree, prefix);
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                // `use core::ffi::{self, c_int}` imports the module under its own name.
                let known_as = if name == "self" {
                    prefix.last().cloned().unwrap_or_default()
                } else {
                    name.clone()
                };
                if name != "self" {
                    prefix.push(name);
                }
                self.modules[module].imports.insert(known_as, prefix);
            }
            UseTree::Rename(rename) => {
                if rename.ident != "self" {
                    prefix.push(rename.ident.to_string());
                }
                self.modules[module]
                    .imports
                    .insert(rename.rename.to_string(), prefix);
            }
            UseTree::Glob(_) => self.modules[module].globs.push(prefix),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_imports(module, tree, prefix.clone());
                }
            }
        }
    }
}

impl LocalItem<'_> {
    /// The item's generics and attributes, where it can have them.
    pub(super) fn generics(&self) -> Option<&syn::Generics> {
        match self {
            LocalItem::Struct(item) => Some(&item.generics),
            LocalItem::Union(item) => Some(&item.generics),
            LocalItem::Enum(item) => Some(&item.generics),
            LocalItem::Alias(item) => Some(&item.generics),
            _ => None,
        }
    }

    /// The attributes of a type definition that hold on `target`.
    pub(super) fn attributes(&self, target: Target) -> Vec<Meta> {
        let attributes = match self {
            LocalItem::Struct(item) => &item.attrs,
            LocalItem::Union(item) => &item.attrs,
            LocalItem::Enum(item) => &item.attrs,
            _ => return Vec::new(),
        };
        attributes::active(attributes, target).unwrap_or_default()
    }
}

/// The names of a path's segments.
pub(super) fn names(path: &syn::Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect()
}
