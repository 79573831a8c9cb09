//! Readers of what compilers decided. None of them runs anything or sees another's answer.

pub mod backend;
pub mod constants;
pub mod debuginfo;
#[cfg(feature = "llvm")]
pub mod ir;
pub mod wasm_types;
