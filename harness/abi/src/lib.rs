//! The vocabulary of calls at the C ABI, and the pure functions over it.
//!
//! This crate performs no input or output and cannot fail: what it does not cover is a value
//! ([`slot::Placement::Unsupported`]), never a panic or a guess. Compilers, files and processes
//! belong to the crate `twincall`.
//!
//! Sizes and alignments are in bytes, offsets and widths inside a type are in bits; the two never
//! share a type (see [`units`]).

pub mod compare;
pub mod fact;
pub mod features;
pub mod interface;
pub mod ir;
pub mod layout;
pub mod machine;
pub mod model;
pub mod path;
pub mod place;
pub mod run;
pub mod slot;
pub mod target;
pub mod types;
pub mod units;
pub mod value;
pub mod wasm;
