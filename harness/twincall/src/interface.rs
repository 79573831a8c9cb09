//! What each side's source declares: C through clang's AST, Rust through `syn`, into one vocabulary.

pub mod c;
pub mod rust;
