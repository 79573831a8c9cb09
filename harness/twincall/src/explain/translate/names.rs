//! How C and Rust call things: identifiers that both take, and names for the other's integer types.

/// A name that is one in both languages: `outer.member` of a member's type without a name is `outer_member`.
pub(super) fn plain(name: &str) -> String {
    let words = name.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("_")
}

/// A name that Rust takes, also where it is a word of the language.
pub(super) fn rust_name(name: &str) -> String {
    match syn::parse_str::<syn::Ident>(name) {
        Ok(_) => name.to_owned(),
        // These words are no raw identifiers either.
        Err(_) if matches!(name, "self" | "Self" | "super" | "crate" | "_") => format!("{name}_"),
        Err(_) => format!("r#{name}"),
    }
}

/// What Rust calls an integer type of C.
pub(super) fn c_name_in_rust(spelling: &str) -> Option<&'static str> {
    Some(match spelling {
        "char" => "core::ffi::c_char",
        "signed char" | "int8_t" => "i8",
        "unsigned char" | "uint8_t" => "u8",
        "short" | "int16_t" => "i16",
        "unsigned short" | "uint16_t" => "u16",
        "int" => "core::ffi::c_int",
        "unsigned int" | "unsigned" => "core::ffi::c_uint",
        "int32_t" => "i32",
        "uint32_t" => "u32",
        "long" => "core::ffi::c_long",
        "unsigned long" => "core::ffi::c_ulong",
        "long long" | "int64_t" => "i64",
        "unsigned long long" | "uint64_t" => "u64",
        "size_t" | "uintptr_t" => "usize",
        "ssize_t" | "ptrdiff_t" | "intptr_t" => "isize",
        _ => return None,
    })
}

/// What C calls an integer type of Rust.
pub(super) fn rust_name_in_c(spelling: &str) -> Option<&'static str> {
    let name = spelling.rsplit("::").next().unwrap_or(spelling);
    Some(match name {
        "i8" | "int8_t" => "int8_t",
        "u8" | "uint8_t" => "uint8_t",
        "i16" | "int16_t" => "int16_t",
        "u16" | "uint16_t" => "uint16_t",
        "i32" | "int32_t" => "int32_t",
        "u32" | "uint32_t" => "uint32_t",
        "i64" | "int64_t" => "int64_t",
        "u64" | "uint64_t" => "uint64_t",
        "usize" | "size_t" => "size_t",
        "isize" | "ptrdiff_t" => "ptrdiff_t",
        "c_char" | "char" => "char",
        "c_schar" => "signed char",
        "c_uchar" => "unsigned char",
        "c_short" | "short" => "short",
        "c_ushort" => "unsigned short",
        "c_int" | "int" => "int",
        "c_uint" => "unsigned int",
        "c_long" | "long" => "long",
        "c_ulong" => "unsigned long",
        "c_longlong" => "long long",
        "c_ulonglong" => "unsigned long long",
        _ => return None,
    })
}

/// What C calls an integer whose width depends on the target, without any header: the same text is right on every target. By its
/// name in a source that includes headers.
pub(super) fn c_name_of_target(spelling: &str) -> Option<&'static str> {
    Some(match spelling {
        "char" => "char",
        "long" => "long",
        "unsigned long" => "unsigned long",
        "size_t" => "__SIZE_TYPE__",
        "ssize_t" | "ptrdiff_t" => "__PTRDIFF_TYPE__",
        "intptr_t" => "__INTPTR_TYPE__",
        "uintptr_t" => "__UINTPTR_TYPE__",
        _ => return None,
    })
}

/// What C calls an integer of this width that has no name of its own.
pub(super) fn c_name_by_width(bits: u32, signed: bool) -> Option<&'static str> {
    Some(match (bits, signed) {
        (8, true) => "signed char",
        (8, false) => "unsigned char",
        (16, true) => "short",
        (16, false) => "unsigned short",
        (32, true) => "int",
        (32, false) => "unsigned int",
        (64, true) => "long long",
        (64, false) => "unsigned long long",
        (128, true) => "__int128",
        (128, false) => "unsigned __int128",
        _ => return None,
    })
}
