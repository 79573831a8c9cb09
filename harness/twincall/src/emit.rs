//! The one place that writes C and Rust: drivers, echoes, type tables and size tables for a fixture.
//!
//! A *unit* is what is compiled for one side: the fixture itself and, after it, the generated part in the
//! same language, so that the fixture's own types are in scope and one compiler call yields everything.
//! For each function `f` of the side's interface it holds, with `S` for `c` or `rust`:
//!
//! | symbol | what it is |
//! |---|---|
//! | `tc_S_address_f` | constant: the address of `f` as this side links it |
//! | `tc_S_target_f` | variable: what the driver calls, at first `f` |
//! | `tc_S_call_f` | the driver `(const void *const *args, void *ret)`: reads each argument from `args[i]` in this side's own type, calls through the target, writes the result to `ret` |
//! | `tc_S_echo_f` | a function of exactly `f`'s type that stores each parameter it receives to `tc_S_frame[i]` and returns what `tc_S_frame[number of parameters]` points to |
//! | `tc_S_echo_address_f` | constant: the address of the echo |
//! | `tc_S_types_f` | a struct of pointers to each parameter type and the result type, from which debug information tells the layouts |
//!
//! and once for the unit `tc_S_frame`, `tc_S_same`, `tc_S_data`, `tc_S_sizes` (a 16-byte marker, then size and
//! alignment of each type of [`Unit::types`] as 64-bit words), and on the C side `tc_arena`.

use crate::call::VariadicType;
pub mod c;
pub mod rust;

use serde::{Deserialize, Serialize};
use twincall_abi::interface::Interface;

/// Stands before the size table in an object file; relocatable wasm objects have no addresses to find it by.
pub const SIZES_MARKER: [u8; 16] = *b"twincall-sizes\x01\0";

/// Bytes of `tc_arena`.
pub const ARENA_SIZE: usize = 4096;

/// What the emitter needs to write one side's unit.
#[derive(Clone, Debug)]
pub struct UnitRequest<'a> {
    pub interface: &'a Interface,
    /// The fixture as `#include` and `include!` find it.
    pub source_path: &'a str,
    /// Spellings, in this side's language, of the types that the directive `same` pairs.
    pub same: &'a [String],
    /// The argument lists with which variadic functions are called.
    pub variadic_calls: &'a [VariadicCall],
    /// Rust only: inner attributes taken from the fixture (`#![allow(..)]`, without `#![no_std]`).
    pub inner_attributes: &'a [String],
    /// Rust only: unstable features to enable.
    pub features: &'a [String],
    /// Rust only: what the compiler reads.
    pub dialect: rust::Dialect,
    /// Rust only: link the standard library. Without it the unit is `no_std` and aborts on panic.
    pub std: bool,
}

/// An explicit arity of a variadic function. Its driver is `tc_S_call_f__v0`, `tc_S_call_f__v1`, … in the
/// order of the requests for `f`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VariadicCall {
    pub symbol: String,
    /// Types of the arguments after the named ones.
    pub extra: Vec<VariadicType>,
}

/// A generated unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unit {
    pub source: String,
    /// The types in the size table, in its order.
    pub types: Vec<TypeKey>,
    /// Generated symbols that a module or library must export.
    pub exports: Vec<String>,
    /// Functions and data for which nothing could be generated, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// Which type a row of the size table describes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum TypeKey {
    Param { symbol: String, index: usize },
    Result { symbol: String },
    Same { index: usize },
    Data { symbol: String },
}
