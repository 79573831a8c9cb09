//! Reads what a Rust fixture declares and defines at the boundary, from its source alone; it compiles nothing.

use crate::account::{self, Part};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use twincall_abi::interface::Interface;
use twincall_abi::target::Target;

mod attributes;
mod blank;
mod consts;
mod external;
mod items;
mod requires;
mod scope;
mod spelling;
#[cfg(test)]
mod tests;
mod types;

pub use requires::Requirement;

/// Reads the source of a Rust fixture, with its `cfg`s decided for `target`.
pub fn read_source(file_name: &str, text: &str, target: Target) -> Result<RustSource, RustParseError> {
    let _counting = account::count(Part::Declarations);
    let file = syn::parse_file(text).map_err(|error| RustParseError::new(file_name, &error))?;
    let requirement = requires::requirement(&file);
    // `#![cfg(..)]` can take the whole file away.
    let Some(metas) = attributes::active(&file.attrs, target) else {
        return Ok(RustSource {
            interface: Interface::default(),
            inner_attributes: Vec::new(),
            blanked: blank::blank(text, &file, &[]),
            requirement,
        });
    };
    let inner_attributes = metas
        .iter()
        .filter(|meta| !OWN_ATTRIBUTES.iter().any(|name| meta.path().is_ident(name)))
        .map(|meta| format!("#![{}]", spelling::fold(meta)))
        .collect();
    let scope = scope::Scope::read(&file.items, target);
    let interface = items::read(&file.items, &scope, target, file_name);
    let exposed = match interface.has_unnamed() {
        true => blank::private_below(&file),
        false => Vec::new(),
    };
    let blanked = blank::blank(text, &file, &exposed);
    Ok(RustSource {
        interface,
        inner_attributes,
        blanked,
        requirement,
    })
}

/// A parameter, or the result, whose type cannot be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unresolved {
    pub symbol: String,
    /// Counted from 0; the result where it is nothing.
    pub parameter: Option<usize>,
    pub reason: String,
}

/// A function's types as the text has them, where the interface spells them so that generated code can repeat them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    pub symbol: String,
    pub params: Vec<String>,
    /// Empty where nothing is written.
    pub result: String,
}

/// What is read to tell where arguments go.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Places {
    pub interface: Interface,
    pub unresolved: Vec<Unresolved>,
    pub written: Vec<Written>,
}

/// Reads a source to tell where arguments go: a function stays though one of its types cannot be told, which is then
/// [`twincall_abi::types::Type::Opaque`].
pub fn read_places(file_name: &str, text: &str, target: Target) -> Result<Places, RustParseError> {
    let _counting = account::count(Part::Declarations);
    let file = syn::parse_file(text).map_err(|error| RustParseError::new(file_name, &error))?;
    if attributes::active(&file.attrs, target).is_none() {
        return Ok(Places::default());
    }
    let scope = scope::Scope::read(&file.items, target);
    Ok(items::read_places(&file.items, &scope, target, file_name))
}

/// Attributes of a crate that the generated unit sets, or that its compiler's command line does.
const OWN_ATTRIBUTES: &[&str] = &["no_std", "no_main", "doc", "crate_name", "crate_type"];

/// What a Rust fixture's source says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RustSource {
    pub interface: Interface,
    /// The attributes of the file (`#![allow(..)]`) that the unit which includes it must repeat.
    pub inner_attributes: Vec<String>,
    /// The text without what `include!` does not take: inner attributes and doc comments of the file, and
    /// panic handlers, are spaces. Lines are those of the original, and columns where nothing private is declared in a module.
    pub blanked: String,
    /// The oldest rustc that reads the source, where that is not any.
    pub requirement: Option<Requirement>,
}

/// The source is not Rust.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("parse {file}:{line}:{column}: {message}")]
pub struct RustParseError {
    pub file: String,
    /// Line and column count from 1.
    pub line: u32,
    pub column: u32,
    pub message: String,
}

impl RustParseError {
    fn new(file: &str, error: &syn::Error) -> RustParseError {
        let start = error.span().start();
        RustParseError {
            file: file.to_owned(),
            line: start.line as u32,
            column: start.column as u32 + 1,
            message: error.to_string(),
        }
    }
}
