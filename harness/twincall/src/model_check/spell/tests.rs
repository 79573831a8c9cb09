use twincall_abi::types::{FloatKind, TypeAttributes};

use super::*;
use crate::model_check::generate::{RustForm, Vocabulary};
use crate::model_check::samples::{
    array, bits, double, enumeration, field, int, integer, named, signature, structure, union, variadic,
};

fn with(change: fn(&mut TypeAttributes)) -> TypeDefinition {
    let mut definition = structure("T", vec![field("a", int())]);
    change(&mut definition.attributes);
    definition
}

fn request(signatures: &[Generated]) -> Request<'_> {
    Request {
        signatures,
        wasm: false,
        cpp: false,
        widen: false,
    }
}

/// What the unit says of `T`, from its definition to the end of that line.
fn rust_definition(generated: Generated) -> String {
    let unit = RustUnit::write(request(&[generated]));
    let line = unit
        .lines()
        .find(|line| line.contains(" T ") && line.contains("pub "));
    line.unwrap_or_default().to_owned()
}

#[test]
fn types_are_spelled_in_c_as_they_are_declared() {
    let pointer = Type::Pointer {
        pointee: Box::new(Type::Void),
        mutable: true,
        nullable: true,
    };
    let bit_int = |bits, signed| Type::BitInt { bits, signed };
    let float = Type::Float(FloatKind::F32);
    let vector = Type::Vector {
        element: Box::new(float),
        lanes: 4,
    };
    for (ty, c) in [
        (Type::Bool, "_Bool"),
        (integer("unsigned long long", 64, false), "unsigned long long"),
        (pointer, "void *"),
        (Type::Float(FloatKind::F16), "_Float16"),
        (Type::Float(FloatKind::BF16), "__bf16"),
        (Type::Float(FloatKind::F32), "float"),
        (Type::Float(FloatKind::X87), "long double"),
        (Type::Float(FloatKind::F128), "__float128"),
        (Type::Complex(FloatKind::F64), "_Complex double"),
        (bit_int(7, true), "_BitInt(7)"),
        (bit_int(8, false), "unsigned _BitInt(8)"),
        (Type::Atomic(Box::new(int())), "_Atomic(int)"),
        (vector, "tc_float_x4"),
    ] {
        let text = in_c(&signature(vec![], vec![ty.clone()], double()));
        assert_eq!(text, format!("double f({c});"), "{ty:?}");
    }
    assert_eq!(
        in_c(&variadic(vec![int()], vec![double(), int()])),
        "void f(int, ... /* double, int */);"
    );
}

#[test]
fn definitions_in_c_have_their_attributes_and_bits() {
    let base = structure("B", vec![field("a", int())]);
    let mut class = structure("T", vec![field("B", named("B")), field("a", int())]);
    class.attributes.non_trivial = true;
    let aligned = FieldDefinition {
        align: Some(8),
        ..field("a", int())
    };
    let flexible = Type::Array {
        element: Box::new(int()),
        length: None,
    };
    for (types, c) in [
        (vec![with(|_| ())], "typedef struct T { int a; } T;"),
        (
            vec![with(|attributes| attributes.packed = Some(1))],
            "typedef struct __attribute__((packed)) T { int a; } T;",
        ),
        (
            vec![with(|attributes| attributes.packed = Some(2))],
            "#pragma pack(push, 2) typedef struct T { int a; } T; #pragma pack(pop)",
        ),
        (
            vec![with(|attributes| attributes.align = Some(16))],
            "typedef struct __attribute__((aligned(16))) T { int a; } T;",
        ),
        (
            vec![with(|attributes| attributes.transparent = true)],
            "typedef int T;",
        ),
        (
            vec![structure("T", vec![bits("a", 3), bits("", 0), bits("b", 5)])],
            "typedef struct T { int a : 3; int : 0; int b : 5; } T;",
        ),
        (
            vec![structure(
                "T",
                vec![
                    aligned,
                    field("b", array(array(int(), 3), 2)),
                    field("c", flexible),
                ],
            )],
            "typedef struct T { int a __attribute__((aligned(8))); int b[2][3]; int c[]; } T;",
        ),
        (
            vec![union("T", vec![field("a", int())])],
            "typedef union T { int a; } T;",
        ),
        (
            vec![enumeration("T", None, &[0, 127])],
            "typedef enum T { T_V0 = 0, T_V1 = 127, } T;",
        ),
        (
            vec![enumeration("T", Some(integer("unsigned char", 8, false)), &[0])],
            "typedef unsigned char T;",
        ),
        (
            vec![base, class],
            "typedef struct B { int a; } B; typedef struct T : B { int a; ~T() {} } T;",
        ),
    ] {
        let text = in_c(&signature(types, vec![named("T")], Type::Void));
        assert_eq!(text, format!("{c} void f(T);"));
    }
}

#[test]
fn definitions_in_rust_have_the_same_representation() {
    let underlying = enumeration("T", Some(integer("signed char", 8, true)), &[-1, 7]);
    for (definition, rust) in [
        (
            with(|_| ()),
            "#[repr(C)] #[derive(Clone, Copy)] pub struct T { a: i32, }",
        ),
        (
            with(|attributes| attributes.packed = Some(1)),
            "#[repr(C, packed)] #[derive(Clone, Copy)] pub struct T { a: i32, }",
        ),
        (
            with(|attributes| attributes.packed = Some(2)),
            "#[repr(C, packed(2))] #[derive(Clone, Copy)] pub struct T { a: i32, }",
        ),
        (
            with(|attributes| attributes.align = Some(16)),
            "#[repr(C, align(16))] #[derive(Clone, Copy)] pub struct T { a: i32, }",
        ),
        (
            with(|attributes| (attributes.c, attributes.transparent) = (false, true)),
            "#[repr(transparent)] #[derive(Clone, Copy)] pub struct T { a: i32, }",
        ),
        (
            union("T", vec![field("a", array(double(), 2)), field("b", Type::Bool)]),
            "#[repr(C)] #[derive(Clone, Copy)] pub union T { a: [f64; 2], b: bool, }",
        ),
        (
            underlying,
            "#[repr(i8)] #[derive(Clone, Copy)] pub enum T { V0 = -1, V1 = 7, }",
        ),
    ] {
        let text = rust_definition(signature(vec![definition], vec![named("T")], Type::Void));
        assert_eq!(text, rust);
    }
}

#[test]
fn what_rust_writes_otherwise_stands_in_its_own_form() {
    let with = |form| {
        let mut generated = signature(vec![with(|_| ())], vec![named("T")], Type::Void);
        generated.forms.insert("T".to_owned(), form);
        generated
    };
    let alias = with(RustForm::Alias("Option<&'static u8>"));
    assert_eq!(rust_definition(alias), "pub type T = Option<&'static u8>;");
    let data = with(RustForm::DataEnum {
        repr: "C, u8".to_owned(),
        tag_in_union: None,
        variants: vec![vec![field("f0", int()), field("f1", Type::Bool)], vec![]],
    });
    assert_eq!(
        rust_definition(data),
        "#[repr(C, u8)] #[derive(Clone, Copy)] pub enum T { V0 { f0: i32, f1: bool }, V1 {  }, }"
    );
}

/// C 6.5.2.2p6: `va_arg` of a type that is promoted has no defined value.
#[test]
fn unnamed_arguments_are_read_as_what_they_are_promoted_to() {
    let small = [
        Type::Bool,
        integer("short", 16, true),
        Type::Float(FloatKind::F32),
        int(),
    ];
    let unit = CUnit::write(request(&[variadic(vec![int()], small.to_vec())]));
    for read in [
        "va_start(rest, a0);",
        "*(_Bool *)to[1] = va_arg(rest, int);",
        "*(short *)to[2] = va_arg(rest, int);",
        "*(float *)to[3] = va_arg(rest, double);",
        "*(int *)to[4] = va_arg(rest, int);",
    ] {
        assert!(unit.contains(read), "{read} is not in {unit}");
    }
}

#[test]
fn callees_store_small_integers_as_64_bits_where_that_is_asked() {
    let params = vec![Type::Bool, integer("unsigned char", 8, false), int()];
    let generated = [signature(vec![], params, Type::Void)];
    for (widen, c, rust) in [
        (
            false,
            [
                "*(_Bool *)to[0] = a0;",
                "*(unsigned char *)to[1] = a1;",
                "*(int *)to[2] = a2;",
            ],
            [
                "cast::<bool>() = a0;",
                "cast::<u8>() = a1;",
                "cast::<i32>() = a2;",
            ],
        ),
        (
            true,
            [
                "*(long long *)to[0] = a0;",
                "*(long long *)to[1] = a1;",
                "*(int *)to[2] = a2;",
            ],
            [
                "cast::<i64>() = i64::from(a0);",
                "cast::<i64>() = i64::from(a1);",
                "cast::<i32>() = a2;",
            ],
        ),
    ] {
        let request = Request {
            widen,
            ..request(&generated)
        };
        let (in_c, in_rust) = (CUnit::write(request), RustUnit::write(request));
        for (c, rust) in c.iter().zip(rust) {
            assert!(in_c.contains(c), "{c} is not in {in_c}");
            assert!(in_rust.contains(rust), "{rust} is not in {in_rust}");
        }
    }
}

#[test]
fn callers_on_wasm_call_an_import_and_elsewhere_what_they_are_given() {
    let generated = [signature(vec![], vec![int()], double())];
    for (wasm, c, rust) in [
        (
            false,
            "*(double *)ret = ((type_0)tc_target)(*(int *)args[0]);",
            "transmute::<*const c_void, unsafe extern \"C\" fn(i32) -> f64>",
        ),
        (
            true,
            "*(double *)ret = target_0(*(int *)args[0]);",
            "fn target_0(a0: i32) -> f64;",
        ),
    ] {
        let request = Request {
            wasm,
            ..request(&generated)
        };
        let (in_c, in_rust) = (CUnit::write(request), RustUnit::write(request));
        assert!(in_c.contains(c), "{c} is not in {in_c}");
        assert!(in_rust.contains(rust), "{rust} is not in {in_rust}");
    }
}

/// The numbers of both languages are read by position.
#[test]
fn layouts_are_written_in_one_order_by_both_languages() {
    let types = vec![structure("T", vec![field("a", int()), field("b", Type::Bool)])];
    let generated = [signature(types, vec![named("T")], double())];
    let (c, rust) = (
        CUnit::write(request(&generated)),
        RustUnit::write(request(&generated)),
    );
    let c_words = [
        "sizeof(T)",
        "__alignof__(T)",
        "offsetof(T, a)",
        "offsetof(T, b)",
        "sizeof(T)",
        "__alignof__(T)",
        "sizeof(double)",
    ];
    let rust_words = [
        "size_of::<T>()",
        "align_of::<T>()",
        "offset_of!(T, a)",
        "offset_of!(T, b)",
        "size_of::<T>()",
        "align_of::<T>()",
        "size_of::<f64>()",
    ];
    for (text, words) in [(&c, c_words), (&rust, rust_words)] {
        let mut rest = text.split("layout_0(").nth(1).unwrap_or_default();
        for word in words {
            let at = rest.find(word);
            assert!(at.is_some(), "{word} does not follow in {text}");
            rest = &rest[at.unwrap_or_default() + word.len()..];
        }
    }
}

#[test]
fn the_type_before_a_list_of_members_is_its_base_only_under_its_own_name() {
    let base = field("B", named("B"));
    assert_eq!(base_class(&base), Some("B"));
    assert_eq!(base_class(&field("a", named("B"))), None);
    assert_eq!(base_class(&field("B", int())), None);
    for (field, has) in [
        (base, false),
        (field("a", int()), true),
        (bits("a", 3), false),
        (bits("", 0), false),
    ] {
        assert_eq!(has_offset(&field), has, "{field:?}");
    }
}

#[test]
fn a_signature_is_written_in_rust_only_where_rust_has_all_of_it() {
    let of = |definition: TypeDefinition| signature(vec![definition], vec![named("T")], Type::Void);
    let plain = |ty| signature(vec![], vec![ty], Type::Void);
    let aligned = |packed| {
        let mut inner = structure("I", vec![field("a", int())]);
        inner.attributes.align = Some(16);
        let mut outer = structure("T", vec![field("i", array(named("I"), 2))]);
        outer.attributes.packed = packed;
        signature(vec![inner, outer], vec![named("T")], Type::Void)
    };
    let vector = |lanes, vocabulary| {
        let ty = Type::Vector {
            element: Box::new(double()),
            lanes,
        };
        Generated {
            vocabulary,
            ..plain(ty)
        }
    };
    for (generated, can) in [
        (plain(int()), true),
        (plain(integer("__int128", 128, true)), true),
        (plain(Type::Float(FloatKind::X87)), false),
        (plain(Type::Complex(FloatKind::F32)), false),
        (of(with(|attributes| attributes.packed = Some(1))), true),
        (
            of(with(|attributes| {
                (attributes.packed, attributes.align) = (Some(1), Some(4))
            })),
            false,
        ),
        (of(structure("T", vec![bits("a", 3)])), false),
        (of(structure("T", vec![])), true),
        (of(union("T", vec![])), false),
        (of(enumeration("T", None, &[0])), false),
        (of(enumeration("T", Some(int()), &[0])), true),
        // E0588.
        (aligned(None), true),
        (aligned(Some(1)), false),
        (vector(2, Vocabulary::Common), true),
        (vector(1, Vocabulary::Common), false),
        (vector(2, Vocabulary::C), false),
        // E0617.
        (variadic(vec![int()], vec![int(), double()]), true),
        (variadic(vec![int()], vec![Type::Bool]), false),
        (variadic(vec![int()], vec![Type::Float(FloatKind::F32)]), false),
        (
            Generated {
                vocabulary: Vocabulary::Cpp,
                ..plain(int())
            },
            false,
        ),
    ] {
        assert_eq!(can_write_in_rust(&generated), can, "{}", in_c(&generated));
    }
}
