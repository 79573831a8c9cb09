//! Reads what a C or C++ fixture declares and defines from clang's syntax tree; it does not run clang, and
//! it lays nothing out.
//!
//! The tree is what `clang -fsyntax-only -Xclang -ast-dump=json` prints. It lacks the operands of some
//! attributes (`target`, `pragma pack`), which are taken from the source text.

mod declarations;
pub(crate) mod declarator;
mod json;
mod records;
mod resolve;
mod text;

#[cfg(test)]
mod tests;

use crate::account::{self, Part};
use thiserror::Error;
use twincall_abi::interface::Interface;
use twincall_abi::target::Target;

use declarations::Unit;

/// Why a syntax tree could not be read. The texts read after "failed to read the C interface: ".
#[derive(Debug, Error, PartialEq, Eq)]
pub enum AstError {
    #[error("clang's output is not JSON at byte {offset}")]
    Json { offset: usize },
    #[error("clang's output ends too early")]
    Truncated,
    #[error("clang's output is not the syntax tree of a translation unit")]
    NotATranslationUnit,
    #[error("declarations are nested too deeply; the limit is 200 levels")]
    TooDeep,
}

/// Reads the interface from `json`, the output of clang for `target`.
///
/// `main_files` says whether a file, as clang names it, belongs to the user; `source` gives the text of a
/// file under that name, or `None` where it cannot be read, in which case declarations are put together
/// from the tree.
pub fn read_ast(
    json: &[u8],
    target: Target,
    main_files: &dyn Fn(&str) -> bool,
    source: &dyn Fn(&str) -> Option<String>,
) -> Result<Interface, AstError> {
    read_for(Purpose::Calls, json, target, main_files, source)
}

/// What declarations are read for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Calls from the other side: what only C++ can call, or generated code cannot write down, takes no part.
    Calls,
    /// To tell where arguments go, of everything that has a signature.
    Places,
}

/// Whether the type that a text names contains a length that is not a constant.
pub(crate) fn is_variable(text: &str) -> bool {
    declarator::parse_type_name(text).is_some_and(|parsed| declarations::is_variably_modified(&parsed.ty))
}

/// As [`read_ast`], for any purpose.
pub fn read_for(
    purpose: Purpose,
    json: &[u8],
    target: Target,
    main_files: &dyn Fn(&str) -> bool,
    source: &dyn Fn(&str) -> Option<String>,
) -> Result<Interface, AstError> {
    let _counting = account::count(Part::Declarations);
    let root = json::read(json)?;
    Ok(Unit::read(purpose, &root, target, main_files, source).into_interface())
}
