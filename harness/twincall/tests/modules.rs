//! The structure of the crate `twincall`: its top-level modules import each other in one direction.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item};

/// Who imports whom, each with a file that does.
type Imports = BTreeMap<String, BTreeMap<String, String>>;

#[test]
fn no_two_modules_import_each_other() {
    let imports = imports();
    assert!(imports["judge"].contains_key("facts"), "the test reads imports");
    assert!(imports["session"].contains_key("judge"), "the test reads imports");
    let mut path = Vec::new();
    let mut done = BTreeSet::new();
    for module in imports.keys() {
        if let Some(cycle) = cycle(&imports, module, &mut path, &mut done) {
            let shown: Vec<String> = cycle
                .windows(2)
                .map(|pair| {
                    format!(
                        "{} imports {} in {}",
                        pair[0], pair[1], imports[&pair[0]][&pair[1]]
                    )
                })
                .collect();
            panic!("a circle of modules:\n{}", shown.join("\n"));
        }
    }
}

/// The words of judge and reports lie below everything that makes or shows them.
#[test]
fn facts_stand_on_nothing_but_text() {
    let imports = imports();
    let below: Vec<&String> = imports["facts"].keys().collect();
    assert_eq!(below, ["text"]);
}

/// The modules from one that leads back to itself.
fn cycle(
    imports: &Imports,
    module: &str,
    path: &mut Vec<String>,
    done: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if let Some(start) = path.iter().position(|known| known == module) {
        let mut found = path[start..].to_vec();
        found.push(module.to_owned());
        return Some(found);
    }
    if done.contains(module) {
        return None;
    }
    path.push(module.to_owned());
    let next = imports.get(module).into_iter().flat_map(BTreeMap::keys);
    let found = next.into_iter().find_map(|next| cycle(imports, next, path, done));
    path.pop();
    done.insert(module.to_owned());
    found
}

fn imports() -> Imports {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    read(&source.join("lib.rs"), &source, &[], &mut files);
    let modules: BTreeSet<&String> = files.iter().filter_map(|(module, ..)| module.first()).collect();
    let mut imports: Imports = modules
        .iter()
        .map(|module| ((*module).clone(), BTreeMap::new()))
        .collect();
    for (module, file, named) in &files {
        let Some(own) = module.first() else { continue };
        for name in named.iter().filter(|name| modules.contains(name) && *name != own) {
            let of_module = imports.entry(own.clone()).or_default();
            of_module
                .entry(name.clone())
                .or_insert_with(|| file.display().to_string());
        }
    }
    imports
}

/// The module of a file, the file, and the top-level modules that its code names.
type Named = (Vec<String>, PathBuf, BTreeSet<String>);

/// Reads a file and the modules in it, tests aside.
fn read(file: &Path, folder: &Path, module: &[String], files: &mut Vec<Named>) {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut named = BTreeSet::new();
    for item in &parsed.items {
        if is_test(attributes(item)) {
            continue;
        }
        match item {
            Item::Mod(inner) if inner.content.is_none() => {
                let name = inner.ident.to_string();
                let mut path = module.to_vec();
                path.push(name.clone());
                read(
                    &folder.join(&name).with_extension("rs"),
                    &folder.join(&name),
                    &path,
                    files,
                );
            }
            item => find(item.to_token_stream(), module.len(), &mut named),
        }
    }
    files.push((module.to_vec(), file.to_owned(), named));
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.to_token_stream().to_string().contains("test")
    })
}

/// The first names behind `crate::`, and behind as many `super::` as lead to the root.
fn find(tokens: TokenStream, depth: usize, named: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => find(group.stream(), depth, named),
            TokenTree::Ident(word) if word == "crate" => after(&tokens, at + 1, named),
            TokenTree::Ident(word) if word == "super" && !behind_path(&tokens, at) => {
                let step =
                    |at: usize| matches!(&tokens.get(at), Some(TokenTree::Ident(word)) if *word == "super");
                let supers = (0..).take_while(|count| step(at + 3 * count)).count();
                if supers == depth {
                    after(&tokens, at + 3 * supers - 2, named);
                }
            }
            _ => {}
        }
    }
}

/// Whether `::` stands before a word.
fn behind_path(tokens: &[TokenTree], at: usize) -> bool {
    matches!(at.checked_sub(1).map(|before| &tokens[before]), Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
}

/// The names behind the `::` that begins here: one, or those of a group.
fn after(tokens: &[TokenTree], at: usize, named: &mut BTreeSet<String>) {
    match tokens.get(at + 2) {
        Some(TokenTree::Ident(word)) => {
            named.insert(word.to_string());
        }
        Some(TokenTree::Group(group)) => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let parts =
                inner.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','));
            named.extend(parts.filter_map(|part| match part.first() {
                Some(TokenTree::Ident(word)) => Some(word.to_string()),
                _ => None,
            }));
        }
        _ => {}
    }
}
