//! Tests of the type name parser on texts such as clang prints.

use super::{ArrayLength, CType, parse_type_name};

fn parse(text: &str) -> CType {
    parse_type_name(text)
        .unwrap_or_else(|| panic!("`{text}` is a type name"))
        .ty
}

fn name(text: &str) -> Box<CType> {
    Box::new(CType::Name(text.to_owned()))
}

#[test]
fn base_types() {
    assert_eq!(parse("unsigned long long"), *name("unsigned long long"));
    assert_eq!(parse("struct pair"), *name("struct pair"));
    assert_eq!(parse("unsigned _BitInt(17)"), *name("unsigned _BitInt(17)"));
    assert_eq!(parse("const volatile int"), CType::Const(name("int")));
    assert_eq!(parse("_Complex double"), CType::Complex(name("double")));
    assert_eq!(parse("_Atomic(int)"), CType::Atomic(name("int")));
    assert_eq!(parse("ns::box<int, 3>::inner"), *name("ns::box<int, 3>::inner"));
    assert_eq!(
        parse("union fam::(anonymous struct)::#5"),
        *name("union fam::(anonymous struct)::#5")
    );
    assert_eq!(parse("typeof (def)"), CType::Unknown("typeof (def)".to_owned()));
    assert_eq!(parse("typeof(int *)"), CType::Pointer(name("int")));
    let vector = "__attribute__((__vector_size__(4 * sizeof(float)))) float";
    assert_eq!(parse(vector), CType::Vector(name("float"), 4));
    assert_eq!(
        parse("float __attribute__((ext_vector_type(3)))"),
        CType::Vector(name("float"), 3)
    );
}

#[test]
fn pointers_and_arrays() {
    let pointer = |ty| CType::Pointer(Box::new(ty));
    assert_eq!(parse("const char *"), pointer(CType::Const(name("char"))));
    assert_eq!(
        parse("char *const"),
        CType::Const(Box::new(CType::Pointer(name("char"))))
    );
    assert_eq!(parse("int *restrict"), CType::Pointer(name("int")));
    let three = CType::Array(name("int"), ArrayLength::Known(3));
    assert_eq!(parse("int (*)[3]"), pointer(three));
    let pointers = CType::Array(Box::new(CType::Pointer(name("int"))), ArrayLength::Known(3));
    assert_eq!(parse("int *[3]"), pointers);
    let grid = CType::Array(
        Box::new(CType::Array(name("int"), ArrayLength::Known(3))),
        ArrayLength::Known(2),
    );
    assert_eq!(parse("int[2][3]"), grid);
    assert_eq!(parse("int[]"), CType::Array(name("int"), ArrayLength::Absent));
    assert_eq!(parse("int[n]"), CType::Array(name("int"), ArrayLength::Variable));
    assert_eq!(
        parse("const int &"),
        CType::Reference(Box::new(CType::Const(name("int"))))
    );
}

#[test]
fn functions() {
    let text = "int (*(*)(const char *, ...))[3]";
    let CType::Pointer(function) = parse(text) else {
        panic!("a pointer to a function")
    };
    let CType::Function(function) = *function else {
        panic!("a function")
    };
    assert!(function.variadic && !function.empty);
    assert_eq!(function.params[0].1, "const char *");
    let three = CType::Array(name("int"), ArrayLength::Known(3));
    assert_eq!(function.result, CType::Pointer(Box::new(three)));
    let CType::Function(plain) = parse("void ()") else {
        panic!("a function")
    };
    assert!(plain.empty && plain.params.is_empty());
    let CType::Function(plain) = parse("void (void)") else {
        panic!("a function")
    };
    assert!(!plain.empty && plain.params.is_empty());
    let CType::Function(ms) = parse("int (int) __attribute__((ms_abi)) __attribute__((noreturn))") else {
        panic!("a function")
    };
    assert_eq!(ms.attributes, ["ms_abi", "noreturn"]);
    let CType::Function(nested) = parse("void (void (*)(int (*)(int, long), char), double)") else {
        panic!("a function")
    };
    assert_eq!(nested.params.len(), 2);
    assert_eq!(nested.params[0].1, "void (*)(int (*)(int, long), char)");
}

#[test]
fn result_text_and_name() {
    let result = |text: &str| parse_type_name(text).and_then(|parsed| parsed.result_text);
    assert_eq!(result("int (int)").as_deref(), Some("int"));
    assert_eq!(result("int *(void)").as_deref(), Some("int *"));
    assert_eq!(
        result("int (*(int (*)(int)))(long)").as_deref(),
        Some("int (*)(long)")
    );
    assert_eq!(result("int (*(void))[3]").as_deref(), Some("int (*)[3]"));
    assert_eq!(
        result("int (int, ...) __attribute__((ms_abi))").as_deref(),
        Some("int")
    );
    assert_eq!(
        result("auto (int) -> int (*)(int)").as_deref(),
        Some("int (*)(int)")
    );
    assert_eq!(result("int (*)(int)"), None);
    let named = |text: &str| {
        let at = parse_type_name(text).map_or(0, |parsed| parsed.name_at);
        format!("{}@{}", &text[..at], &text[at..])
    };
    assert_eq!(named("int (*)[3]"), "int (*@)[3]");
    assert_eq!(named("const char *const[3]"), "const char *const@[3]");
    assert_eq!(named("int"), "int@");
}

#[test]
fn what_is_no_type_name_is_refused() {
    for text in [
        "",
        "*",
        "int (",
        "int )",
        "int [3",
        "int int x y",
        "3",
        "int (*",
        "a b",
    ] {
        assert!(parse_type_name(text).is_none(), "`{text}`");
    }
    assert!(parse_type_name(&format!("int {}", "(*".repeat(10_000))).is_none());
    assert!(parse_type_name(&format!("int{}", " (int".repeat(10_000))).is_none());
}
