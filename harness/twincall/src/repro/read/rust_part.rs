//! Puts the Rust blocks of a report together as one crate, with what a person left out behind them.

use crate::directive::Edition;
use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned;
use twincall_abi::interface::Side;

use super::c_part::same_names;
use super::clean::Part;
use super::lift;
use super::names::file_name;
use super::salvage::{Gone, salvage};
use crate::repro::pair::{Omitted, Source};
use crate::source::imports::{self, Imports};
use crate::source::items::{blank, item_names};
use crate::source::syntax::{self, NoRust};

/// The Rust part of a report.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct RustPart {
    pub(super) source: Source,
    /// Of `#![feature(..)]`.
    pub(super) features: Vec<String>,
    pub(super) defines: BTreeSet<String>,
    pub(super) declares: BTreeSet<String>,
    /// It has a `main` or tests.
    pub(super) runs: bool,
    /// Items that are no Rust.
    pub(super) omitted: Vec<Omitted>,
    /// A report's line, and why it cannot be read.
    pub(super) broken: Option<(u32, NoRust)>,
}

/// A text with the number of each line in the report.
#[derive(Clone, Debug, Default)]
struct Numbered {
    text: String,
    lines: Vec<Option<u32>>,
}

impl Numbered {
    fn of(part: &Part) -> Numbered {
        Numbered {
            text: part.text(),
            lines: part.lines.iter().map(|line| Some(line.number)).collect(),
        }
    }

    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines.push(None);
    }

    fn append(&mut self, other: Numbered) {
        self.text.push_str(&other.text);
        self.lines.extend(other.lines);
    }
}

/// Joins blocks in their order. `report` is the report's name.
pub(super) fn join(
    parts: Vec<Part>,
    report: &str,
    edition: Option<Edition>,
    notes: &mut Vec<String>,
) -> RustPart {
    let mut part = RustPart::default();
    let parts = without_excerpts(same_names(parts, notes), notes);
    let shown = shown_modules(&parts);
    let mut front: Vec<String> = Vec::new();
    let mut joined = Numbered::default();
    let mut known = BTreeSet::new();
    let mut statements = Numbered::default();
    for one in parts {
        let (line, called) = (one.line, one.called());
        let mut chunk = Numbered::of(&one);
        let file = match syntax::parse(&chunk.text) {
            // syn keeps a function without a body as text.
            Ok(file)
                if !file
                    .items
                    .iter()
                    .any(|item| matches!(item, syn::Item::Verbatim(_))) =>
            {
                file
            }
            tried => match repair(&mut chunk, &mut statements, line, notes)
                .or_else(|| salvaged(&mut chunk, &mut part.omitted, notes))
            {
                Some(file) => file,
                None => {
                    if let (Err(error), None) = (tried, &part.broken) {
                        part.broken = Some(place(&chunk, error));
                    }
                    joined.append(chunk);
                    continue;
                }
            },
        };
        let repeated = blank_repeated(&mut chunk.text, &file, &mut known);
        if !repeated.is_empty() {
            let listed: Vec<String> = repeated.iter().take(8).map(|name| format!("`{name}`")).collect();
            notes.push(format!(
                "line {line}: {} of {called} is left out, since it is there already",
                listed.join(", ")
            ));
        }
        let first = joined.text.is_empty();
        tidy(
            &mut chunk,
            &file,
            first,
            &mut front,
            &mut part.features,
            &shown,
            notes,
        );
        joined.append(chunk);
    }
    if !statements.text.trim().is_empty() {
        notes.push("the statements outside of functions are put in a `fn main`".to_owned());
        joined.push("fn main() {");
        joined.append(statements);
        joined.push("}");
    }
    if part.broken.is_none()
        && let Err(error) = complete(&mut joined, &shown, edition, &mut part, notes)
    {
        part.broken = Some(place(&joined, error));
    }
    let count = front.len();
    let mut text: String = front.iter().map(|line| format!("{line}\n")).collect();
    text.push_str(&joined.text);
    let lines = joined
        .lines
        .into_iter()
        .map(|number| Some((report.to_owned(), number?)));
    part.source = Source {
        text,
        lines: std::iter::repeat_n(None, count).chain(lines).collect(),
    };
    // Lines that were added may be longer than one.
    part.source.lines.resize(part.source.text.lines().count(), None);
    part
}

fn place(text: &Numbered, error: NoRust) -> (u32, NoRust) {
    let line = match &error {
        NoRust::Syntax { line, .. } => (*line as usize).saturating_sub(1),
        NoRust::TooDeep => 0,
    };
    // The end of a text has no line of its own.
    let number = text.lines.iter().take(line + 1).rev().find_map(|number| *number);
    (number.unwrap_or(1), error)
}

/// Opens modules, and appends what is missing.
fn complete(
    joined: &mut Numbered,
    shown: &[String],
    edition: Option<Edition>,
    part: &mut RustPart,
    notes: &mut Vec<String>,
) -> Result<(), NoRust> {
    let file = syntax::parse(&joined.text)?;
    let mut lifted = lift::lift(&mut joined.text, &file);
    if !lifted.is_empty() {
        notes.push(format!(
            "the inside of `mod {}` is at the root of the crate here",
            lifted.join("`, `mod ")
        ));
    }
    lifted.extend(shown.iter().cloned());
    let file = syntax::parse(&joined.text)?;
    let mut imports = Imports::default();
    imports::mend(&mut joined.text, &file, &lifted, edition, &mut imports, notes);
    outline(&file.items, part);
    // Paths that go through the modules stay what they are.
    imports.added.extend(
        lifted
            .iter()
            .map(|name| format!("pub mod {name} {{ pub use super::*; }}")),
    );
    if edition == Some(Edition::E2015) {
        // What is generated beside the report names it by a path that begins with `::`.
        imports.added.push("extern crate core;".to_owned());
    }
    for line in imports.added {
        joined.push(&line);
    }
    Ok(())
}

/// Files that another file declares as `mod name;`: they are joined with the rest.
fn shown_modules(parts: &[Part]) -> Vec<String> {
    let mut stems: BTreeSet<String> = BTreeSet::new();
    for part in parts {
        if let Some(name) = part.name.as_deref() {
            let path = name.strip_suffix("/mod.rs").unwrap_or(name);
            stems.insert(file_name(path).trim_end_matches(".rs").to_owned());
        }
    }
    let mut shown = Vec::new();
    for part in parts {
        let items = syntax::parse(&part.text())
            .map(|file| file.items)
            .unwrap_or_default();
        for item in items {
            if let syn::Item::Mod(module) = item
                && module.content.is_none()
                && stems.contains(&module.ident.to_string())
                && !shown.contains(&module.ident.to_string())
            {
                shown.push(module.ident.to_string());
            }
        }
    }
    shown
}

/// Leaves out the items that are no Rust, where others are left.
fn salvaged(chunk: &mut Numbered, omitted: &mut Vec<Omitted>, notes: &mut Vec<String>) -> Option<syn::File> {
    for Gone { line, name, message } in salvage(&mut chunk.text)? {
        let what = name
            .as_ref()
            .map_or("an item".to_owned(), |name| format!("`{name}`"));
        let number = chunk.lines.get(line).copied().flatten();
        let place = number.map_or(String::new(), |number| format!("line {number}: "));
        notes.push(format!(
            "{place}{what} is left out, since it is no Rust: {message}"
        ));
        omitted.push(Omitted {
            side: Side::Rust,
            names: name.into_iter().collect(),
            why: format!("it is no Rust ({message})"),
        });
    }
    syntax::parse(&chunk.text).ok()
}

/// Statements go into a `main`; declarations without an `extern` block get one.
fn repair(
    chunk: &mut Numbered,
    statements: &mut Numbered,
    line: u32,
    notes: &mut Vec<String>,
) -> Option<syn::File> {
    if let Ok(items) = syntax::parse_foreign(&chunk.text)
        && !items.is_empty()
    {
        notes.push(format!("line {line}: the declarations are put in `extern \"C\"`"));
        let mut wrapped = Numbered::default();
        wrapped.push("extern \"C\" {");
        wrapped.append(std::mem::take(chunk));
        wrapped.push("}");
        *chunk = wrapped;
        return syntax::parse(&chunk.text).ok();
    }
    let without_attributes: String = chunk
        .text
        .split_inclusive('\n')
        .map(|line| {
            if line.trim_start().starts_with("#![") {
                line.chars().map(|c| if c == '\n' { c } else { ' ' }).collect()
            } else {
                line.to_owned()
            }
        })
        .collect();
    // A last expression without a semicolon is a statement too.
    let found = syntax::parse_statements(&without_attributes).ok()?;
    let mut rest = chunk.clone();
    for statement in &found {
        let range = statement.span().byte_range();
        match statement {
            syn::Stmt::Item(_) => blank(&mut rest.text, range),
            _ => blank(&mut chunk.text, range),
        }
    }
    let mut start = 0;
    for line in without_attributes.split_inclusive('\n') {
        let end = start + line.len();
        if line.trim().is_empty() {
            // An attribute of the crate, or empty anyway.
            blank(&mut rest.text, start..end);
        }
        start = end;
    }
    statements.append(rest);
    // A comment between statements is in both texts, where it does no harm.
    syntax::parse(&chunk.text).ok()
}

/// Takes out what does not stand in a crate of one file.
fn tidy(
    chunk: &mut Numbered,
    file: &syn::File,
    first: bool,
    front: &mut Vec<String>,
    features: &mut Vec<String>,
    shown: &[String],
    notes: &mut Vec<String>,
) {
    let mut blanked: Vec<Span> = Vec::new();
    for attribute in &file.attrs {
        let path = attribute.path();
        if path.is_ident("feature") {
            let _ = attribute.parse_nested_meta(|meta| {
                features.extend(meta.path.get_ident().map(ToString::to_string));
                Ok(())
            });
            blanked.push(attribute.span());
        } else if path.is_ident("deny") || path.is_ident("forbid") {
            // A warning is no reason not to compile a report.
            blanked.push(attribute.span());
        } else if !first {
            let text = chunk.text.get(attribute.span().byte_range()).unwrap_or_default();
            if !path.is_ident("doc") {
                front.push(text.replace('\n', " "));
            }
            blanked.push(attribute.span());
        }
    }
    for item in &file.items {
        match item {
            syn::Item::Mod(module) if module.content.is_none() => {
                let name = module.ident.to_string();
                if !shown.contains(&name) {
                    notes.push(format!(
                        "`mod {name};` is left out, since the report does not show it"
                    ));
                }
                blanked.push(module.span());
            }
            syn::Item::Macro(call) if call.mac.path.is_ident("include") => {
                notes.push("`include!` is left out, since the report does not show the file".to_owned());
                blanked.push(call.span());
            }
            _ => {}
        }
    }
    for span in blanked {
        blank(&mut chunk.text, span.byte_range());
    }
}

/// Leaves out blocks that a later one repeats with more around it: first the declaration, then the whole program.
fn without_excerpts(parts: Vec<Part>, notes: &mut Vec<String>) -> Vec<Part> {
    let names: Vec<BTreeSet<String>> = parts.iter().map(|part| defined(&part.text())).collect();
    let excerpt = |at: usize| {
        let one = &names[at];
        (at + 1..parts.len())
            .find(|later| !one.is_empty() && one.len() < names[*later].len() && one.is_subset(&names[*later]))
    };
    let mut kept = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        match excerpt(at) {
            Some(later) => notes.push(format!(
                "line {}: {} is left out, since {} has all of it",
                part.line,
                part.called(),
                parts[later].called()
            )),
            None => kept.push(part.clone()),
        }
    }
    kept
}

/// Overwrites what another block defined already, and says what.
fn blank_repeated(text: &mut String, file: &syn::File, known: &mut BTreeSet<String>) -> Vec<String> {
    let mut repeated = Vec::new();
    for item in &file.items {
        if let syn::Item::ForeignMod(foreign) = item {
            for inner in &foreign.items {
                let name = match inner {
                    syn::ForeignItem::Fn(function) => function.sig.ident.to_string(),
                    syn::ForeignItem::Static(variable) => variable.ident.to_string(),
                    syn::ForeignItem::Type(ty) => ty.ident.to_string(),
                    _ => continue,
                };
                if known.contains(&name) {
                    blank(text, inner.span().byte_range());
                    repeated.push(name);
                }
            }
        } else if let [name] = item_names(item).as_slice()
            && !matches!(item, syn::Item::Mod(_))
            && known.contains(name)
        {
            blank(text, item.span().byte_range());
            repeated.push(name.clone());
        }
    }
    known.extend(file.items.iter().flat_map(item_names));
    repeated
}

/// What a text defines, as far as it can be parsed.
pub(super) fn defined(text: &str) -> BTreeSet<String> {
    syntax::parse(text)
        .map(|file| file.items.iter().flat_map(item_names).collect())
        .unwrap_or_default()
}

fn outline(items: &[syn::Item], part: &mut RustPart) {
    for item in items {
        match item {
            syn::Item::Fn(function) => {
                let test = function
                    .attrs
                    .iter()
                    .any(|attribute| attribute.path().is_ident("test"));
                part.runs |= test || function.sig.ident == "main";
                if function.sig.abi.is_some() {
                    part.defines.insert(function.sig.ident.unraw().to_string());
                }
            }
            syn::Item::ForeignMod(foreign) => {
                for item in &foreign.items {
                    match item {
                        syn::ForeignItem::Fn(function) => {
                            part.declares.insert(function.sig.ident.unraw().to_string());
                        }
                        syn::ForeignItem::Static(item) => {
                            part.declares.insert(item.ident.unraw().to_string());
                        }
                        _ => {}
                    }
                }
            }
            syn::Item::Mod(module) if module.ident != "libc" => {
                if let Some((_, items)) = &module.content {
                    outline(items, part);
                }
            }
            _ => {}
        }
    }
}
