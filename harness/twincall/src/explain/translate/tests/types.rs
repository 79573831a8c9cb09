//! Types, each in the other language.

use super::*;

/// A type in C around the name `x`, or in Rust.
fn spelled(ty: &Type, into: Side, target: Target, style: Style) -> Result<String, Untranslatable> {
    let interface = interface(vec![structure("S", vec![field("f", int())])], vec![]);
    let writer = Writer::new(&interface, into, target, style);
    match into {
        Side::C => writer.c(ty, "x"),
        Side::Rust => writer.rust(ty),
    }
}

#[test]
fn a_type_for_the_rust_compiler_is_known_by_its_width() {
    for (ty, rust) in [
        (Type::Void, "()"),
        (Type::Never, "!"),
        (Type::Bool, "bool"),
        (integer("long", 64, true), "i64"),
        (integer("long", 32, true), "i32"),
        (integer("char", 8, true), "i8"),
        (integer("unsigned __int128", 128, false), "u128"),
        (Type::Float(FloatKind::F32), "f32"),
        (Type::Float(FloatKind::F64), "f64"),
        (pointer(int(), true), "*mut i32"),
        (pointer(int(), false), "*const i32"),
        (pointer(Type::Void, true), "*mut core::ffi::c_void"),
        (
            pointer(Type::Named("S".to_owned()), false),
            "*const core::ffi::c_void",
        ),
        (
            pointer(Type::Complex(FloatKind::F32), true),
            "*mut core::ffi::c_void",
        ),
        (array(array(int(), Some(2)), Some(3)), "[[i32; 2]; 3]"),
        (Type::Named("S".to_owned()), "S"),
    ] {
        let found = spelled(&ty, Side::Rust, NATIVE, Style::Exact);
        assert_eq!(found.as_deref(), Ok(rust), "{ty:?}");
    }
}

#[test]
fn a_type_for_the_c_compiler_is_known_by_its_width() {
    for (ty, c) in [
        (Type::Void, "void x"),
        (Type::Bool, "_Bool x"),
        (integer("i8", 8, true), "signed char x"),
        (integer("u16", 16, false), "unsigned short x"),
        (integer("usize", 32, false), "unsigned int x"),
        (integer("usize", 64, false), "unsigned long long x"),
        (integer("i128", 128, true), "signed __int128 x"),
        (Type::UnicodeScalar, "unsigned int x"),
        (Type::Float(FloatKind::F16), "_Float16 x"),
        (Type::Float(FloatKind::F32), "float x"),
        (Type::Float(FloatKind::F64), "double x"),
        (Type::Float(FloatKind::F128), "__float128 x"),
        (pointer(int(), true), "void * x"),
        (array(array(int(), Some(2)), Some(3)), "signed int x[3][2]"),
        (Type::Named("S".to_owned()), "struct S x"),
    ] {
        let found = spelled(&ty, Side::C, NATIVE, Style::Exact);
        assert_eq!(found.as_deref(), Ok(c), "{ty:?}");
    }
}

/// `int` is no name of a width: the other compiler may have another one.
#[test]
fn a_person_reads_the_names_that_both_languages_have() {
    for (spelling, bits, rust) in [
        ("char", 8, "core::ffi::c_char"),
        ("int", 32, "core::ffi::c_int"),
        ("long", 64, "core::ffi::c_long"),
        ("uint8_t", 8, "u8"),
        ("size_t", 64, "usize"),
        ("wint_t", 32, "i32"),
    ] {
        let found = spelled(
            &integer(spelling, bits, true),
            Side::Rust,
            NATIVE,
            Style::Readable,
        );
        assert_eq!(found.as_deref(), Ok(rust), "{spelling}");
    }
    for (spelling, bits, c) in [
        ("i32", 32, "int32_t x"),
        ("usize", 64, "size_t x"),
        ("core::ffi::c_long", 64, "long x"),
        ("c_uchar", 8, "unsigned char x"),
        ("word", 16, "signed short x"),
    ] {
        let found = spelled(&integer(spelling, bits, true), Side::C, NATIVE, Style::Readable);
        assert_eq!(found.as_deref(), Ok(c), "{spelling}");
    }
    let named = pointer(Type::Named("S".to_owned()), true);
    let found = spelled(&named, Side::Rust, NATIVE, Style::Readable);
    assert_eq!(found.as_deref(), Ok("*mut S"));
    let found = spelled(&named, Side::C, NATIVE, Style::Readable);
    assert_eq!(found.as_deref(), Ok("struct S *x"));
}

/// A pointer to a function of a constant string and of any number of arguments.
fn callback(nullable: bool) -> Type {
    let text = pointer(integer("char", 8, true), false);
    let mut signature = function(
        "",
        vec![("text", text, "const char *"), ("", int(), "int")],
        int(),
    )
    .signature;
    signature.variadic = true;
    Type::FunctionPointer {
        signature: Box::new(signature),
        nullable,
    }
}

#[test]
fn a_person_reads_what_a_pointer_to_a_function_takes_and_what_is_constant() {
    let rust = |ty: &Type| spelled(ty, Side::Rust, NATIVE, Style::Readable).unwrap();
    assert_eq!(
        rust(&callback(true)),
        "Option<unsafe extern \"C\" fn(text: *const core::ffi::c_char, core::ffi::c_int, ...) -> core::ffi::c_int>"
    );
    assert!(rust(&callback(false)).starts_with("unsafe extern \"C\" fn("));
    assert_eq!(
        rust(&Type::Opaque("va_list".to_owned())),
        "*mut core::ffi::c_void"
    );
    let c = |ty: &Type| spelled(ty, Side::C, NATIVE, Style::Readable).unwrap();
    assert_eq!(c(&callback(true)), "int (*x)(const char *text, int a1, ...)");
    assert_eq!(
        c(&pointer(callback(true), true)),
        "int (**x)(const char *text, int a1, ...)"
    );
    assert_eq!(c(&pointer(int(), false)), "const int *x");
    assert_eq!(c(&pointer(pointer(int(), true), false)), "int *const *x");
    assert_eq!(c(&pointer(array(int(), Some(2)), false)), "const int (*x)[2]");
    // Where only its place counts, any function will do.
    let exact = spelled(&callback(true), Side::Rust, NATIVE, Style::Exact);
    assert_eq!(exact.as_deref(), Ok("Option<unsafe extern \"C\" fn()>"));
}

#[test]
fn a_type_without_counterpart_is_a_reason_in_words() {
    let lanes = Type::Vector {
        element: Box::new(int()),
        lanes: 4,
    };
    let slice = Type::Slice {
        element: Box::new(int()),
        mutable: false,
    };
    let bits = Type::BitInt {
        bits: 7,
        signed: true,
    };
    for (ty, into, target, reason) in [
        (
            Type::Float(FloatKind::X87),
            Side::Rust,
            NATIVE,
            "the floating-point type X87 has no counterpart in Rust",
        ),
        (
            Type::Float(FloatKind::F16),
            Side::Rust,
            NATIVE,
            "the floating-point type F16 has no counterpart in Rust",
        ),
        (
            Type::Complex(FloatKind::F32),
            Side::Rust,
            NATIVE,
            "a complex number has no counterpart in Rust",
        ),
        (
            Type::Atomic(Box::new(int())),
            Side::Rust,
            NATIVE,
            "an atomic type has no counterpart in Rust",
        ),
        (bits, Side::Rust, NATIVE, "_BitInt(7) has no counterpart in Rust"),
        (lanes, Side::Rust, NATIVE, "a vector has no counterpart in Rust"),
        (
            array(int(), None),
            Side::Rust,
            NATIVE,
            "an array without length has no counterpart in Rust",
        ),
        (
            Type::Opaque("va_list".to_owned()),
            Side::Rust,
            NATIVE,
            "`va_list` has no counterpart in Rust",
        ),
        (slice, Side::C, NATIVE, "a slice has no counterpart in C"),
        (
            integer("i24", 24, true),
            Side::C,
            NATIVE,
            "a type has no counterpart in C",
        ),
        (
            Type::Float(FloatKind::F128),
            Side::C,
            Target::Wasm32Unknown,
            "the floating-point type F128 has no counterpart in C",
        ),
        (Type::Named("T".to_owned()), Side::C, NATIVE, "`T` is not known"),
    ] {
        let found = spelled(&ty, into, target, Style::Exact).map_err(|error| error.to_string());
        assert_eq!(found, Err(reason.to_owned()), "{ty:?}");
    }
}
