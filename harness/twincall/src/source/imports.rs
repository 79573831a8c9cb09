//! What a Rust text uses without saying where it is from: C's types, the crate `libc`, and names of `std`.

use crate::directive::Edition;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;

use super::items::{at_root, blank, item_names};
use super::libc;

/// What is to follow the text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Imports {
    pub(crate) added: Vec<String>,
}

/// Names of `std` and where they are; those in small letters only count before `::`.
const STD: [(&str, &str); 24] = [
    ("CStr", "std::ffi::CStr"),
    ("CString", "std::ffi::CString"),
    ("c_void", "std::ffi::c_void"),
    ("VaList", "std::ffi::VaList"),
    ("MaybeUninit", "std::mem::MaybeUninit"),
    ("ManuallyDrop", "std::mem::ManuallyDrop"),
    ("NonNull", "std::ptr::NonNull"),
    ("PhantomData", "std::marker::PhantomData"),
    ("UnsafeCell", "std::cell::UnsafeCell"),
    ("HashMap", "std::collections::HashMap"),
    ("Arc", "std::sync::Arc"),
    ("Mutex", "std::sync::Mutex"),
    ("Rc", "std::rc::Rc"),
    ("RefCell", "std::cell::RefCell"),
    ("Cell", "std::cell::Cell"),
    ("size_of", "std::mem::size_of"),
    ("align_of", "std::mem::align_of"),
    ("transmute", "std::mem::transmute"),
    ("ptr", "std::ptr"),
    ("mem", "std::mem"),
    ("slice", "std::slice"),
    ("ffi", "std::ffi"),
    ("fmt", "std::fmt"),
    ("process", "std::process"),
];

/// Names that are used and bound.
#[derive(Default)]
struct Seen {
    /// Bare names, and whether `::` follows.
    bare: BTreeMap<String, bool>,
    /// `name` of `libc::name`.
    libc: BTreeSet<String>,
}

/// Leaves out what names crates that are not there, and appends what is missing.
pub(crate) fn mend(
    text: &mut String,
    file: &syn::File,
    lifted: &[String],
    edition: Option<Edition>,
    imports: &mut Imports,
    notes: &mut Vec<String>,
) {
    let mut uses = Uses {
        bound: file
            .items
            .iter()
            .flat_map(item_names)
            .chain(lifted.iter().cloned())
            .collect(),
        lifted,
        taken: BTreeSet::new(),
        globs: BTreeSet::new(),
        libc: BTreeSet::new(),
    };
    let mut seen = Seen::default();
    if let Ok(stream) = text.parse::<TokenStream>() {
        look(stream, &mut seen);
    }
    for item in &file.items {
        match item {
            syn::Item::ExternCrate(item) => {
                let name = item.ident.to_string();
                if !matches!(name.as_str(), "std" | "core" | "alloc" | "self") {
                    blank(text, item.span().byte_range());
                    if name != "libc" {
                        notes.push(format!(
                            "`extern crate {name}` is left out: no crates are at hand"
                        ));
                    }
                }
            }
            syn::Item::Use(item) => uses.one(text, item, imports, notes),
            _ => {}
        }
    }
    seen.libc.append(&mut uses.libc);
    let Uses {
        bound, taken, globs, ..
    } = uses;
    let provided = |name: &str| {
        bound.contains(name) || taken.contains(name) || globs.iter().any(|glob| brings(glob, name))
    };
    let raw: Vec<&str> = libc::RAW
        .into_iter()
        .filter(|name| seen.bare.contains_key(*name) && !provided(name))
        .collect();
    let mut named: Vec<String> = Vec::new();
    if !raw.is_empty() {
        imports
            .added
            .push(format!("use std::os::raw::{{{}}};", raw.join(", ")));
        named.extend(raw.iter().map(|name| (*name).to_owned()));
    }
    for (name, path) in STD {
        let module = name.starts_with(char::is_lowercase)
            && matches!(name, "ptr" | "mem" | "slice" | "ffi" | "fmt" | "process");
        let used = seen
            .bare
            .get(name)
            .is_some_and(|path_follows| !module || *path_follows);
        if used && !provided(name) {
            imports.added.push(format!("use {path};"));
            named.push(name.to_owned());
        }
    }
    let mut from_libc: Vec<&str> = Vec::new();
    for (name, _) in libc::TYPES {
        if seen.bare.contains_key(name) && !provided(name) && !globs.contains("libc") {
            from_libc.push(name);
            seen.libc.insert(name.to_owned());
        }
    }
    if !from_libc.is_empty() {
        imports
            .added
            .push(format!("use libc::{{{}}};", from_libc.join(", ")));
        named.extend(from_libc.iter().map(|name| (*name).to_owned()));
    }
    if !named.is_empty() {
        notes.push(format!(
            "the Rust part uses {} without an import, which is added",
            named.join(", ")
        ));
    }
    if globs.contains("libc") {
        let every = libc::RAW
            .into_iter()
            .chain(libc::TYPES.iter().map(|(name, _)| *name))
            .chain(["c_void"]);
        seen.libc.extend(every.map(str::to_owned));
        let functions = libc::FUNCTIONS.iter().map(|(name, _)| *name);
        seen.libc.extend(
            functions
                .filter(|name| seen.bare.contains_key(*name))
                .map(str::to_owned),
        );
    }
    if !seen.libc.is_empty() && !bound.contains("libc") {
        imports.added.push(libc::module(&seen.libc, edition, notes));
        notes.push(
            "the crate `libc` is replaced by a small module with the types that the report uses".to_owned(),
        );
    }
}

/// What the crate's root binds.
struct Uses<'a> {
    /// By items.
    bound: BTreeSet<String>,
    /// Modules whose inside is at the root.
    lifted: &'a [String],
    /// By imports so far.
    taken: BTreeSet<String>,
    /// Paths of `use path::*`.
    globs: BTreeSet<String>,
    /// What is imported from `libc`.
    libc: BTreeSet<String>,
}

impl Uses<'_> {
    /// A module that the path of an import at the root goes through, and that is not there.
    fn gone(&self, (path, name): &(String, String)) -> Option<String> {
        let mut segments = path.split("::");
        segments
            .next()
            .filter(|first| matches!(*first, "crate" | "self" | "super"))?;
        let module = segments.next()?;
        let leads_on = segments.next().is_some() || name == "*";
        let known = self.bound.contains(module) || self.taken.contains(module) || module == "libc";
        (leads_on && !known).then(|| module.to_owned())
    }

    /// Leaves an import out, in whole or in part, where it would be refused.
    fn one(
        &mut self,
        text: &mut String,
        item: &syn::ItemUse,
        imports: &mut Imports,
        notes: &mut Vec<String>,
    ) {
        let mut leaves = Vec::new();
        leaf(&item.tree, String::new(), &mut leaves);
        let root = match &item.tree {
            syn::UseTree::Path(path) => Some(path.ident.to_string()),
            syn::UseTree::Name(name) => Some(name.ident.to_string()),
            syn::UseTree::Rename(name) => Some(name.ident.to_string()),
            _ => None,
        };
        if let Some(root) = root {
            if root == "libc" && matches!(item.tree, syn::UseTree::Name(_)) {
                // The module of this name is in scope.
                blank(text, item.span().byte_range());
                return;
            }
            let known = ["std", "core", "alloc", "crate", "self", "super", "libc"];
            if !known.contains(&root.as_str()) && !self.bound.contains(&root) {
                blank(text, item.span().byte_range());
                notes.push(format!("`use {root}::..` is left out: the report's own code is one crate here, and no others are at hand"));
                return;
            }
        }
        if let Some(module) = leaves.iter().find_map(|leaf| self.gone(leaf)) {
            blank(text, item.span().byte_range());
            notes.push(format!(
                "`use crate::{module}::..` is left out, since the report does not show `{module}`"
            ));
            return;
        }
        let here = |(path, name): &(String, String)| match name.as_str() {
            "*" => at_root(path, self.lifted) == Some(""),
            // `use libc::{self}` beside the module of this name.
            "libc" if path == "libc" => true,
            _ => {
                at_root(path, self.lifted).is_some_and(|inner| inner.is_empty() || self.bound.contains(inner))
            }
        };
        // A block further down imports again what one above does, or what is at the root now.
        let again = leaves
            .iter()
            .any(|leaf| self.taken.contains(&leaf.1) || here(leaf));
        if again {
            blank(text, item.span().byte_range());
        }
        leaves.retain(|leaf| {
            let renamed = at_root(&leaf.0, self.lifted)
                .is_some_and(|inner| !inner.is_empty() && inner != leaf.1 && leaf.1 != "*");
            !here(leaf) || renamed
        });
        for (path, name) in leaves {
            if name == "*" {
                self.globs.insert(path.clone());
                if again {
                    imports.added.push(format!("use {path}::*;"));
                }
                continue;
            }
            if let Some(rest) = path.strip_prefix("libc::") {
                self.libc.insert(rest.to_owned());
            }
            if (name == "_" || self.taken.insert(name.clone())) && again {
                imports.added.push(format!("use {path} as {name};"));
            }
        }
    }
}

/// Each path that a `use` names, and the name that it binds.
fn leaf(tree: &syn::UseTree, path: String, leaves: &mut Vec<(String, String)>) {
    let join = |name: &syn::Ident| match path.as_str() {
        "" => name.to_string(),
        path => format!("{path}::{name}"),
    };
    match tree {
        syn::UseTree::Path(one) => leaf(&one.tree, join(&one.ident), leaves),
        syn::UseTree::Name(one) if one.ident == "self" => {
            let name = path.rsplit("::").next().unwrap_or_default().to_owned();
            leaves.push((path, name));
        }
        syn::UseTree::Name(one) => leaves.push((join(&one.ident), one.ident.to_string())),
        syn::UseTree::Rename(one) => leaves.push((join(&one.ident), one.rename.to_string())),
        syn::UseTree::Glob(_) => leaves.push((path, "*".to_owned())),
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                leaf(tree, path.clone(), leaves);
            }
        }
    }
}

/// Whether a glob import brings a name.
fn brings(glob: &str, name: &str) -> bool {
    match glob {
        "std::os::raw" => libc::RAW.contains(&name) || name == "c_void",
        "std::ffi" | "core::ffi" => {
            libc::RAW.contains(&name) || matches!(name, "c_void" | "CStr" | "CString" | "VaList")
        }
        "libc" => {
            libc::RAW.contains(&name)
                || name == "c_void"
                || libc::TYPES.iter().any(|(known, _)| *known == name)
        }
        // Of a module of the report it is not known.
        glob => !glob.starts_with("std") && !glob.starts_with("core") && glob != "super",
    }
}

fn look(stream: TokenStream, seen: &mut Seen) {
    let mut open = vec![stream.into_iter().peekable()];
    let mut before = Before::default();
    while let Some(tokens) = open.last_mut() {
        let Some(token) = tokens.next() else {
            open.pop();
            before = Before::default();
            continue;
        };
        match token {
            TokenTree::Group(group) => {
                before = Before::default();
                open.push(group.stream().into_iter().peekable());
            }
            TokenTree::Ident(word) => {
                let word = word.to_string();
                if before.path && before.word == "libc" {
                    seen.libc.insert(word.clone());
                }
                if !before.path && !before.dot {
                    let joint = proc_macro2::Spacing::Joint;
                    let follows = matches!(tokens.peek(), Some(TokenTree::Punct(sign)) if sign.as_char() == ':' && sign.spacing() == joint);
                    *seen.bare.entry(word.clone()).or_default() |= follows;
                }
                before = Before {
                    word,
                    ..Before::default()
                };
            }
            TokenTree::Punct(sign) if sign.as_char() == ':' => {
                if before.colon {
                    before.path = true;
                } else if sign.spacing() == proc_macro2::Spacing::Joint {
                    before.colon = true;
                } else {
                    before = Before::default();
                }
            }
            TokenTree::Punct(sign) => {
                before = Before {
                    dot: sign.as_char() == '.',
                    ..Before::default()
                };
            }
            TokenTree::Literal(_) => before = Before::default(),
        }
    }
}

/// What stands before a word.
#[derive(Default)]
struct Before {
    /// The word before `::`.
    word: String,
    /// The first sign of `::`.
    colon: bool,
    /// `::`
    path: bool,
    dot: bool,
}
