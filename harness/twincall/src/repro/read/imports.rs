//! What a Rust text uses without saying where it is from: C's types, the crate `libc`, and names of `std`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;

use super::rust_part::blank;

/// What is to follow the text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Imports {
    pub(super) added: Vec<String>,
}

/// Types of C that `std::os::raw` has in every version of Rust.
const RAW: [&str; 13] = [
    "c_char",
    "c_schar",
    "c_uchar",
    "c_short",
    "c_ushort",
    "c_int",
    "c_uint",
    "c_long",
    "c_ulong",
    "c_longlong",
    "c_ulonglong",
    "c_float",
    "c_double",
];

/// What else `libc` calls types, and what they are on the targets.
const LIBC_TYPES: [(&str, &str); 20] = [
    ("size_t", "usize"),
    ("ssize_t", "isize"),
    ("ptrdiff_t", "isize"),
    ("intptr_t", "isize"),
    ("uintptr_t", "usize"),
    ("int8_t", "i8"),
    ("int16_t", "i16"),
    ("int32_t", "i32"),
    ("int64_t", "i64"),
    ("uint8_t", "u8"),
    ("uint16_t", "u16"),
    ("uint32_t", "u32"),
    ("uint64_t", "u64"),
    ("wchar_t", "i32"),
    ("off_t", "i64"),
    ("time_t", "i64"),
    ("pid_t", "i32"),
    ("uid_t", "u32"),
    ("gid_t", "u32"),
    ("mode_t", "u32"),
];

/// Functions of C's library that reports call through `libc`.
const LIBC_FUNCTIONS: [(&str, &str); 18] = [
    ("malloc", "(size: usize) -> *mut core::ffi::c_void"),
    ("calloc", "(count: usize, size: usize) -> *mut core::ffi::c_void"),
    (
        "realloc",
        "(old: *mut core::ffi::c_void, size: usize) -> *mut core::ffi::c_void",
    ),
    ("free", "(old: *mut core::ffi::c_void)"),
    (
        "memcpy",
        "(to: *mut core::ffi::c_void, from: *const core::ffi::c_void, size: usize) -> *mut core::ffi::c_void",
    ),
    (
        "memmove",
        "(to: *mut core::ffi::c_void, from: *const core::ffi::c_void, size: usize) -> *mut core::ffi::c_void",
    ),
    (
        "memset",
        "(to: *mut core::ffi::c_void, value: i32, size: usize) -> *mut core::ffi::c_void",
    ),
    (
        "memcmp",
        "(one: *const core::ffi::c_void, other: *const core::ffi::c_void, size: usize) -> i32",
    ),
    ("strlen", "(text: *const std::os::raw::c_char) -> usize"),
    (
        "strcmp",
        "(one: *const std::os::raw::c_char, other: *const std::os::raw::c_char) -> i32",
    ),
    (
        "strdup",
        "(text: *const std::os::raw::c_char) -> *mut std::os::raw::c_char",
    ),
    ("puts", "(text: *const std::os::raw::c_char) -> i32"),
    ("printf", "(format: *const std::os::raw::c_char, ...) -> i32"),
    ("abort", "() -> !"),
    ("exit", "(status: i32) -> !"),
    ("abs", "(value: i32) -> i32"),
    ("getpid", "() -> i32"),
    ("atoi", "(text: *const std::os::raw::c_char) -> i32"),
];

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
pub(super) fn mend(
    text: &mut String,
    file: &syn::File,
    edition: Option<&str>,
    imports: &mut Imports,
    notes: &mut Vec<String>,
) {
    let mut bound: BTreeSet<String> = BTreeSet::new();
    for item in &file.items {
        bound.extend(item_name(item));
    }
    let mut seen = Seen::default();
    if let Ok(stream) = text.parse::<TokenStream>() {
        look(stream, &mut seen);
    }
    let mut globs: BTreeSet<String> = BTreeSet::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
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
            syn::Item::Use(item) => one_use(
                text, item, &bound, &mut taken, &mut globs, &mut seen, imports, notes,
            ),
            _ => {}
        }
    }
    let provided = |name: &str| {
        bound.contains(name) || taken.contains(name) || globs.iter().any(|glob| brings(glob, name))
    };
    let raw: Vec<&str> = RAW
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
    for (name, _) in LIBC_TYPES {
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
        let every = RAW
            .into_iter()
            .chain(LIBC_TYPES.iter().map(|(name, _)| *name))
            .chain(["c_void"]);
        seen.libc.extend(every.map(str::to_owned));
        let functions = LIBC_FUNCTIONS.iter().map(|(name, _)| *name);
        seen.libc.extend(
            functions
                .filter(|name| seen.bare.contains_key(*name))
                .map(str::to_owned),
        );
    }
    if !seen.libc.is_empty() && !bound.contains("libc") {
        imports.added.push(libc(&seen.libc, edition, notes));
        notes.push(
            "the crate `libc` is replaced by a small module with the types that the report uses".to_owned(),
        );
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "one step of a loop that gathers several sets"
)]
fn one_use(
    text: &mut String,
    item: &syn::ItemUse,
    bound: &BTreeSet<String>,
    taken: &mut BTreeSet<String>,
    globs: &mut BTreeSet<String>,
    seen: &mut Seen,
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
        if !known.contains(&root.as_str()) && !bound.contains(&root) {
            blank(text, item.span().byte_range());
            notes.push(format!("`use {root}::..` is left out: the report's own code is one crate here, and no others are at hand"));
            return;
        }
    }
    let again = leaves.iter().any(|(_, name)| taken.contains(name));
    if again {
        // A block further down imports again what one above does.
        blank(text, item.span().byte_range());
    }
    for (path, name) in leaves {
        if name == "*" {
            globs.insert(path.clone());
            if again {
                imports.added.push(format!("use {path}::*;"));
            }
            continue;
        }
        if let Some(rest) = path.strip_prefix("libc::") {
            seen.libc.insert(rest.to_owned());
        }
        if taken.insert(name.clone()) && again {
            imports.added.push(format!("use {path} as {name};"));
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
        "std::os::raw" => RAW.contains(&name) || name == "c_void",
        "std::ffi" | "core::ffi" => {
            RAW.contains(&name) || matches!(name, "c_void" | "CStr" | "CString" | "VaList")
        }
        "libc" => {
            RAW.contains(&name) || name == "c_void" || LIBC_TYPES.iter().any(|(known, _)| *known == name)
        }
        // Of a module of the report it is not known.
        glob => !glob.starts_with("std") && !glob.starts_with("core") && glob != "super",
    }
}

fn item_name(item: &syn::Item) -> Option<String> {
    match item {
        syn::Item::Fn(item) => Some(item.sig.ident.to_string()),
        syn::Item::Struct(item) => Some(item.ident.to_string()),
        syn::Item::Union(item) => Some(item.ident.to_string()),
        syn::Item::Enum(item) => Some(item.ident.to_string()),
        syn::Item::Static(item) => Some(item.ident.to_string()),
        syn::Item::Const(item) => Some(item.ident.to_string()),
        syn::Item::Type(item) => Some(item.ident.to_string()),
        syn::Item::Trait(item) => Some(item.ident.to_string()),
        syn::Item::Mod(item) => Some(item.ident.to_string()),
        _ => None,
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

/// A module with these names.
fn libc(names: &BTreeSet<String>, edition: Option<&str>, notes: &mut Vec<String>) -> String {
    let mut types = String::new();
    let mut functions = String::new();
    let mut unknown = Vec::new();
    for name in names {
        if RAW.contains(&name.as_str()) {
            types.push_str(&format!("pub use std::os::raw::{name}; "));
        } else if name == "c_void" {
            types.push_str("pub use std::ffi::c_void; ");
        } else if let Some((_, ty)) = LIBC_TYPES.iter().find(|(known, _)| known == name) {
            types.push_str(&format!("pub type {name} = {ty}; "));
        } else if let Some((_, signature)) = LIBC_FUNCTIONS.iter().find(|(known, _)| known == name) {
            functions.push_str(&format!("pub fn {name}{signature}; "));
        } else if name == "FILE" {
            types.push_str("#[repr(C)] pub struct FILE { _opaque: [u8; 0] } ");
        } else {
            unknown.push(format!("`libc::{name}`"));
        }
    }
    if !unknown.is_empty() {
        notes.push(format!("no replacement is known for {}", unknown.join(", ")));
    }
    if !functions.is_empty() {
        let unsafety = if edition >= Some("2024") { "unsafe " } else { "" };
        functions = format!("{unsafety}extern \"C\" {{ {functions}}} ");
    }
    format!("#[allow(non_camel_case_types)] mod libc {{ {types}{functions}}}")
}
