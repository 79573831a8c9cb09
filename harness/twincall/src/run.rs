//! Makes the calls: natively in a probe process, on wasm in Wasmtime.

pub mod level;
pub mod native;
pub mod plan;
pub mod wasm;
