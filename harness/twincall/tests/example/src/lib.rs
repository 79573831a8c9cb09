//! A binding of zlib, as far as this example goes: `tests/abi.rs` holds it against the library.

#[path = "../rust-fixtures/zlib.rs"]
pub mod zlib;
