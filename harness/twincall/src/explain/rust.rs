//! Reads a Rust text: what it declares counts as exported, with a body or without.

use std::ops::Range;

use syn::spanned::Spanned as _;
use syn::{Item, TraitItemFn};
use tempfile::TempDir;
use twincall_abi::target::Target;

use super::ExplainError;
use super::read::{SHOWN, TEXT, Text};
use crate::command::{RustCall, RustProduct};
use crate::interface;
use crate::interface::rust::Places;
use crate::source::imports::{self, Imports};
use crate::source::syntax::{self, NoRust};
use crate::text;
use crate::toolchain::RustToolchain;

/// What to do with items of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Want {
    Functions,
    Types,
}

/// The functions or the types of a Rust text. Messages are rustc's where there is one.
pub(super) fn read(
    rustc: Option<&RustToolchain>,
    text: &str,
    target: Target,
    want: Want,
) -> Result<Text, ExplainError> {
    let mut ended = format!("{text}{}", ending(text));
    let file = match syntax::parse(&ended) {
        Ok(file) => file,
        Err(NoRust::TooDeep) => return Err(ExplainError::TooDeep),
        Err(NoRust::Syntax { line, message }) => {
            let own = format!("{TEXT}:{line}: {message}");
            return Err(refused(rustc, &bodied(&ended), &own));
        }
    };
    let lines = ended.lines().count();
    let mut imports = Imports::default();
    // Of what it does to a whole crate, the imports alone are of interest here.
    imports::mend(&mut ended, &file, &[], None, &mut imports, &mut Vec::new());
    let (mut source, names) = match want {
        Want::Functions => (functions(&ended, &file.items), Vec::new()),
        Want::Types => types(&ended, &file.items),
    };
    for line in &imports.added {
        source.push('\n');
        // Compilers that are asked have no `std`.
        source.push_str(
            &line
                .replace("std::os::raw", "core::ffi")
                .replace("std::ffi::c_", "core::ffi::c_"),
        );
    }
    let Places {
        mut interface,
        unresolved,
        written,
    } = interface::rust::read_places(TEXT, &source, target)
        .map_err(|error| refused(rustc, &source, &error.to_string()))?;
    interface
        .functions
        .retain(|function| function.location.line as usize <= lines);
    Ok(Text {
        interface,
        source,
        names,
        unresolved,
        written,
        notes: note(&imports.added).into_iter().collect(),
        ..Text::default()
    })
}

/// The imports that were added, in words; the module of the name `libc` is no more than what that name means.
fn note(added: &[String]) -> Option<String> {
    let imports = added.iter().filter(|line| line.starts_with("use "));
    let imports: Vec<String> = imports
        .map(|line| format!("`{}`", line.trim_end_matches(';')))
        .collect();
    (!imports.is_empty()).then(|| format!("read with {}", text::listed(&imports)))
}

/// What rustc says of a source that cannot be explained, where it refuses it.
pub(super) fn complaint(rustc: Option<&RustToolchain>, source: &str) -> Option<String> {
    let rustc = rustc?;
    let folder = TempDir::new().ok()?;
    std::fs::write(folder.path().join(TEXT), source).ok()?;
    let call = RustCall::new(rustc, Target::X86_64LinuxGnu, RustProduct::Check);
    let mut call = call.tool_call();
    let output = call
        .metadata_in(folder.path())
        .file(TEXT)
        .run_in(folder.path())
        .run(None)
        .ok()?;
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

fn refused(rustc: Option<&RustToolchain>, text: &str, own: &str) -> ExplainError {
    ExplainError::Refused(complaint(rustc, text).unwrap_or_else(|| own.to_owned()))
}

/// A function without a body is no error of the person's.
fn bodied(text: &str) -> String {
    let end = text.trim_end();
    let last = end
        .rfind(['}', ';'])
        .filter(|at| at + 1 == end.len() && end.ends_with(';'));
    let item = last.and_then(|at| {
        end[..at]
            .rfind(['}', ';'])
            .map_or(Some(0), |before| Some(before + 1))
    });
    match (last, item) {
        (Some(at), Some(item)) if end[item..at].contains("fn ") => format!("{} {{ loop {{}} }}", &end[..at]),
        _ => text.to_owned(),
    }
}

fn ending(text: &str) -> &'static str {
    match text.trim_end().chars().last() {
        None | Some(';' | '}') => "",
        _ => ";",
    }
}

/// Gives bodies and symbols to functions that lack them.
fn functions(text: &str, items: &[Item]) -> String {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for item in items {
        match item {
            Item::Fn(function) if !has_symbol(&function.attrs) => {
                let at = function.span().byte_range().start;
                edits.push((at..at, "#[unsafe(no_mangle)] ".to_owned()));
            }
            Item::Verbatim(tokens) => {
                let Ok(function) = syn::parse2::<TraitItemFn>(without_visibility(tokens)) else {
                    continue;
                };
                let (start, end) = (tokens.span().byte_range().start, function.span().byte_range().end);
                let semicolon = end.saturating_sub(1)..end;
                match (&function.sig.abi, function.sig.variadic.is_some()) {
                    (Some(abi), true) => {
                        let abi_range = abi.span().byte_range();
                        let name = abi
                            .name
                            .as_ref()
                            .map_or("\"C\"".to_owned(), |name| format!("{:?}", name.value()));
                        edits.push((start..abi_range.end, format!("unsafe extern {name} {{")));
                        edits.push((semicolon, "; }".to_owned()));
                    }
                    _ => {
                        edits.push((start..start, "#[unsafe(no_mangle)] ".to_owned()));
                        edits.push((semicolon, " { loop {} }".to_owned()));
                    }
                }
            }
            _ => {}
        }
    }
    apply(text, edits)
}

/// Puts every type that stands for itself into a variable.
fn types(text: &str, items: &[Item]) -> (String, Vec<String>) {
    let names: Vec<String> = items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) if item.generics.params.is_empty() => Some(item.ident.to_string()),
            Item::Union(item) if item.generics.params.is_empty() => Some(item.ident.to_string()),
            Item::Enum(item) if item.generics.params.is_empty() => Some(item.ident.to_string()),
            Item::Type(item) if item.generics.params.is_empty() => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    let mut source = format!("{text}\nunsafe extern \"C\" {{\n");
    for (index, name) in names.iter().enumerate() {
        source.push_str(&format!("static {SHOWN}{index}: {name};\n"));
    }
    (source + "}\n", names)
}

fn has_symbol(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = quote::ToTokens::to_token_stream(&attribute.meta).to_string();
        text.contains("no_mangle") || text.contains("export_name")
    })
}

/// `pub fn f();` without its first word or words.
fn without_visibility(tokens: &proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    let mut trees = tokens.clone().into_iter().peekable();
    let is_pub =
        |tree: &proc_macro2::TokenTree| matches!(tree, proc_macro2::TokenTree::Ident(word) if word == "pub");
    if trees.next_if(is_pub).is_some() {
        trees.next_if(|tree| matches!(tree, proc_macro2::TokenTree::Group(_)));
    }
    trees.collect()
}

fn apply(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut source = String::new();
    let mut at = 0;
    for (range, new) in edits {
        source.push_str(text.get(at..range.start).unwrap_or_default());
        source.push_str(&new);
        at = range.end.max(at);
    }
    source.push_str(text.get(at..).unwrap_or_default());
    source
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_without_a_body_get_one() {
        let source = |text: &str| functions(text, &syn::parse_file(text).unwrap().items);
        assert_eq!(
            source("struct A(u8); extern \"C\" fn f(a: A) -> f32;"),
            "struct A(u8); #[unsafe(no_mangle)] extern \"C\" fn f(a: A) -> f32 { loop {} }"
        );
        assert_eq!(
            source("pub unsafe extern \"C\" fn f(a: u8, ...);"),
            "unsafe extern \"C\" { fn f(a: u8, ...); }"
        );
        assert_eq!(source("fn f() {}"), "#[unsafe(no_mangle)] fn f() {}");
    }
}
