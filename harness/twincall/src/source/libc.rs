//! The crate `libc`, as far as reports use it: types, and functions of C's library.

use crate::directive::Edition;
use std::collections::BTreeSet;

/// Types of C that `std::os::raw` has in every version of Rust.
pub(super) const RAW: [&str; 13] = [
    "c_char",
    "c_schar",
    "c_uchar",
    "c_short",
    "c_ushort",
    "c_int",
    "c_uint",
    "c_long",
    "c_ulong",
    "c_longlong",
    "c_ulonglong",
    "c_float",
    "c_double",
];

/// What else `libc` calls types, and what they are on the targets.
pub(super) const TYPES: [(&str, &str); 20] = [
    ("size_t", "usize"),
    ("ssize_t", "isize"),
    ("ptrdiff_t", "isize"),
    ("intptr_t", "isize"),
    ("uintptr_t", "usize"),
    ("int8_t", "i8"),
    ("int16_t", "i16"),
    ("int32_t", "i32"),
    ("int64_t", "i64"),
    ("uint8_t", "u8"),
    ("uint16_t", "u16"),
    ("uint32_t", "u32"),
    ("uint64_t", "u64"),
    ("wchar_t", "i32"),
    ("off_t", "i64"),
    ("time_t", "i64"),
    ("pid_t", "i32"),
    ("uid_t", "u32"),
    ("gid_t", "u32"),
    ("mode_t", "u32"),
];

/// Functions of C's library that reports call through `libc`.
pub(super) const FUNCTIONS: [(&str, &str); 18] = [
    ("malloc", "(size: usize) -> *mut core::ffi::c_void"),
    ("calloc", "(count: usize, size: usize) -> *mut core::ffi::c_void"),
    (
        "realloc",
        "(old: *mut core::ffi::c_void, size: usize) -> *mut core::ffi::c_void",
    ),
    ("free", "(old: *mut core::ffi::c_void)"),
    (
        "memcpy",
        "(to: *mut core::ffi::c_void, from: *const core::ffi::c_void, size: usize) -> *mut core::ffi::c_void",
    ),
    (
        "memmove",
        "(to: *mut core::ffi::c_void, from: *const core::ffi::c_void, size: usize) -> *mut core::ffi::c_void",
    ),
    (
        "memset",
        "(to: *mut core::ffi::c_void, value: i32, size: usize) -> *mut core::ffi::c_void",
    ),
    (
        "memcmp",
        "(one: *const core::ffi::c_void, other: *const core::ffi::c_void, size: usize) -> i32",
    ),
    ("strlen", "(text: *const std::os::raw::c_char) -> usize"),
    (
        "strcmp",
        "(one: *const std::os::raw::c_char, other: *const std::os::raw::c_char) -> i32",
    ),
    (
        "strdup",
        "(text: *const std::os::raw::c_char) -> *mut std::os::raw::c_char",
    ),
    ("puts", "(text: *const std::os::raw::c_char) -> i32"),
    ("printf", "(format: *const std::os::raw::c_char, ...) -> i32"),
    ("abort", "() -> !"),
    ("exit", "(status: i32) -> !"),
    ("abs", "(value: i32) -> i32"),
    ("getpid", "() -> i32"),
    ("atoi", "(text: *const std::os::raw::c_char) -> i32"),
];

/// A module with these names.
pub(super) fn module(names: &BTreeSet<String>, edition: Option<Edition>, notes: &mut Vec<String>) -> String {
    let mut types = String::new();
    let mut functions = String::new();
    let mut unknown = Vec::new();
    for name in names {
        if RAW.contains(&name.as_str()) {
            types.push_str(&format!("pub use std::os::raw::{name}; "));
        } else if name == "c_void" {
            types.push_str("pub use std::ffi::c_void; ");
        } else if let Some((_, ty)) = TYPES.iter().find(|(known, _)| known == name) {
            types.push_str(&format!("pub type {name} = {ty}; "));
        } else if let Some((_, signature)) = FUNCTIONS.iter().find(|(known, _)| known == name) {
            functions.push_str(&format!("pub fn {name}{signature}; "));
        } else if name == "FILE" {
            types.push_str("#[repr(C)] pub struct FILE { _opaque: [u8; 0] } ");
        } else {
            unknown.push(format!("`libc::{name}`"));
        }
    }
    if !unknown.is_empty() {
        notes.push(format!("no replacement is known for {}", unknown.join(", ")));
    }
    if !functions.is_empty() {
        let unsafety = if edition >= Some(Edition::E2024) {
            "unsafe "
        } else {
            ""
        };
        functions = format!("{unsafety}extern \"C\" {{ {functions}}} ");
    }
    format!("#[allow(non_camel_case_types)] mod libc {{ {types}{functions}}}")
}
