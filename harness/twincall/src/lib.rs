//! Twincall: do the two sides of a C and Rust boundary agree, natively and in WebAssembly?
//!
//! The flow goes one way: fixtures are [`discover`]ed, planned and [`build`]-ed, read by [`evidence`]
//! readers and called by [`run`]ners; [`judge`] alone compares, and [`report`] shows the result.

pub mod account;
pub mod build;
pub mod cache;
pub mod call;
pub mod cli;
pub mod command;
pub mod confine;
pub mod diff;
pub mod directive;
pub mod discover;
pub mod doctor;
pub mod emit;
pub mod events;
pub mod evidence;
pub mod explain;
pub mod facts;
pub mod fuzz;
pub mod interface;
pub mod judge;
pub mod model_check;
pub mod report;
pub mod repro;
pub mod run;
pub mod session;
pub mod snapshot;
mod source;
mod temporary;
pub mod testing;
mod text;
pub mod toolchain;

pub use session::Session;
