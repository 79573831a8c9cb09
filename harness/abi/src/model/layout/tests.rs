//! Layouts as tables: `size/align offset:size ..`, bit-fields as `first bit.width`.

use super::super::testing::{Parser, Setting, show};
use super::super::{Answer, Language, Model, Options};
use crate::interface::SourceLocation;
use crate::layout::{Scalar, Shape, TypeId};
use crate::target::Target;
use crate::types::{FieldDefinition, Type, TypeAttributes, TypeDefinition, TypeKind};

mod enums;

const C: Setting = Setting {
    target: Target::X86_64LinuxGnu,
    language: Language::C,
    options: Options {
        avx: false,
        avx512: false,
        simd128: false,
        short_enums: false,
    },
};
const CPP: Setting = Setting {
    language: Language::Cpp,
    ..C
};
const RUST: Setting = Setting {
    language: Language::Rust,
    ..C
};
const WASM: Setting = Setting {
    target: Target::Wasm32Unknown,
    ..C
};
const WASM_RUST: Setting = Setting {
    target: Target::Wasm32Unknown,
    ..RUST
};

fn check(setting: Setting, rows: &[(&str, &str)]) {
    for (ty, expected) in rows {
        assert_eq!(setting.layout(ty), *expected, "{ty}");
    }
}

#[test]
fn scalars_natively() {
    let rows = [
        ("bool", "1/1"),
        ("i8", "1/1"),
        ("u16", "2/2"),
        ("i64", "8/8"),
        ("i128", "16/16"),
        ("*", "8/8"),
        ("f16", "2/2"),
        ("bf16", "2/2"),
        ("f32", "4/4"),
        ("f64", "8/8"),
        ("ld", "16/16"),
        ("f128", "16/16"),
        ("%f32", "8/4 0:4 4:4"),
        ("%ld", "32/16 0:16 16:16"),
        ("%i8", "2/1 0:1 1:1"),
        ("B7", "1/1"),
        ("B17", "4/4"),
        ("B33", "8/8"),
        ("B65", "16/8"),
        ("B129", "24/8"),
        ("<4 f32>", "16/16"),
        ("<8 f64>", "64/64"),
        ("<1 f64>", "8/8"),
        ("va_list", "24/8"),
        ("char", "4/4"),
        ("i24", "unsupported: an integer of 24 bits"),
        ("void", "unsupported: an object of type void"),
    ];
    check(C, &rows);
    check(
        RUST,
        &[
            ("void", "0/1"),
            (
                "slice",
                "unsupported: a slice reference is an address and a length, for which no C ABI has a place",
            ),
        ],
    );
}

#[test]
fn scalars_on_wasm() {
    let rows = [
        ("*", "4/4"),
        ("va_list", "4/4"),
        ("i64", "8/8"),
        // B-W05.
        ("i128", "16/16"),
        // B-W14.
        ("f128", "16/16"),
        ("B64", "8/8"),
        ("B100", "the text 16/16 | practice 16/8"),
        ("B128", "the text 16/16 | practice 16/8"),
        ("f16", "unsupported: 16-bit floating point on wasm32"),
        ("ld", "unsupported: x87 floating point on wasm32"),
        ("B129", "unsupported: _BitInt(129) on wasm32"),
    ];
    check(WASM, &rows);
}

#[test]
fn enums_take_int_unless_a_value_needs_more() {
    let rows = [
        ("E=0,1", "4/4"),
        ("E=-1,5", "4/4"),
        ("E=0,4294967295", "4/4"),
        ("E=-1,4294967295", "8/8"),
        ("E=4294967296", "8/8"),
        ("E=-2147483648,2147483647", "4/4"),
        ("E=-2147483649", "8/8"),
        ("E=-9223372036854775808,9223372036854775807", "8/8"),
        ("E=18446744073709551615", "8/8"),
        (
            "E=-1,9223372036854775808",
            "unsupported: an enum with values of more than 64 bits",
        ),
        ("Eu8=0", "1/1"),
        ("Ei64=0", "8/8"),
        ("Ebool=0,1", "1/1"),
        ("Ef32=0", "unsupported: an enum over a type that is no integer"),
    ];
    check(C, &rows);
    check(WASM, &rows);
    let short = Setting {
        options: Options {
            short_enums: true,
            ..Options::default()
        },
        ..C
    };
    // B-N55.
    check(
        short,
        &[
            ("E=0,255", "1/1"),
            ("E=-1,255", "2/2"),
            ("E=65536", "4/4"),
            ("E=-128,127", "1/1"),
            ("E=-129,127", "2/2"),
            ("E=-128,128", "2/2"),
        ],
    );
    check(
        RUST,
        &[
            ("E=0,1", "4/4"),
            ("Eu16=0", "2/2"),
            ("E", "unsupported: an enum without values"),
        ],
    );
}

#[test]
fn structs_and_unions() {
    let rows = [
        ("{ i8 i32 i8 }", "12/4 0:1 4:4 8:1"),
        ("{ u8 i128 }", "32/16 0:1 16:16"),
        ("{ i8 { i16 i8 } i8 }", "8/2 0:1 2:4 6:1"),
        ("( i8 | i32 | [5 i16] )", "12/4 0:1 0:4 0:10"),
        ("{ [3 { i8 i16 }] i8 }", "14/2 0:12 12:1"),
        ("{ i32 [i64] }", "8/8 0:4 8:0"),
        ("{ i32 [0 i64] }", "8/8 0:4 8:0"),
        ("{ [i32] }", "0/4 0:0"),
        (
            "{ [i8] i32 }",
            "unsupported: a field after a flexible array member",
        ),
        ("{ }", "0/1"),
        ("{ { } i32 { } }", "4/4 0:0 0:4 4:0"),
        ("( )", "0/1"),
        ("T9", "unsupported: `T9` is not defined"),
        ("{ T9 }", "unsupported: `T9` is not defined"),
        ("{ ^{ i32 } i8 }", "8/4 0:4 4:1"),
    ];
    check(C, &rows);
    check(
        WASM,
        &[
            ("{ u8 i128 }", "32/16 0:1 16:16"),
            ("{ i8 * i64 }", "16/8 0:1 4:4 8:8"),
            // B-W02.
            ("{ u8 u32 u32 }", "12/4 0:1 4:4 8:4"),
        ],
    );
    // B-N04.
    check(RUST, &[("{ u8 u128 }", "32/16 0:1 16:16")]);
}

#[test]
fn packed_and_aligned() {
    let rows = [
        ("{ i8 i32 i8 }p", "6/1 0:1 1:4 5:1"),
        ("{ i8 i32 i8 }p2", "8/2 0:1 2:4 6:1"),
        ("{ i8 i32 i8 }p8", "12/4 0:1 4:4 8:1"),
        ("{ i8 i32 }a16", "16/16 0:1 4:4"),
        // B-N22: packed and aligned(8) is not packed(8).
        ("{ i64 i64 i32 i64 }pa8", "32/8 0:8 8:8 16:4 20:8"),
        ("{ i64 i64 i32 i64 }p8", "32/8 0:8 8:8 16:4 24:8"),
        ("{ i8 i32@8 }", "16/8 0:1 8:4"),
        // An alignment of the field's own stands against packed, and #pragma pack(2) cuts it down.
        ("{ i8 i32@8 }p", "16/8 0:1 8:4"),
        ("{ i8 i32@8 }p2", "6/2 0:1 2:4"),
        ("{ i8 { i32 }a16 }p", "17/1 0:1 1:16"),
        ("{ i8 }p3", "unsupported: an alignment of 3 bytes"),
        ("{ i8 }a0", "unsupported: an alignment of 0 bytes"),
        ("{ i8@0 }", "unsupported: an alignment of 0 bytes"),
        ("{ i8@12 }", "unsupported: an alignment of 12 bytes"),
    ];
    check(C, &rows);
    check(
        RUST,
        &[
            ("{ i8 i32 i8 }p2", "8/2 0:1 2:4 6:1"),
            (
                "{ i8 }p1a8",
                "unsupported: a Rust type that is both packed and aligned",
            ),
        ],
    );
}

#[test]
fn bit_fields_natively_and_on_wasm() {
    let rows = [
        ("{ i32:3 i32:30 }", "8/4 0.3 32.30"),
        ("{ i32:3 i32:29 i8 }", "8/4 0.3 3.29 4:1"),
        ("{ i8:4 i8:5 }", "2/1 0.4 8.5"),
        // A narrower type looks at its own unit only.
        ("{ i32:20 i8:6 }", "4/4 0.20 24.6"),
        ("{ i32:3 i64:40 i8 }", "8/8 0.3 3.40 6:1"),
        ("{ i64:40 i64:40 }", "16/8 0.40 64.40"),
        ("{ i8 i32:12 }", "4/4 0:1 8.12"),
        ("{ i8 i32:_0 i8 }", "5/1 0:1 4:1"),
        ("{ i8 i32:_4 i8 }", "3/1 0:1 2:1"),
        ("{ i32:_4 }", "1/1"),
        ("{ bool:1 i32:_0 i8 }", "5/1 0.1 4:1"),
        ("{ i32:3 }p", "1/1 0.3"),
        ("{ i8 i32:30 i16:10 }p", "6/1 0:1 8.30 38.10"),
        ("{ i8 i32:_0 i8 }p", "5/1 0:1 4:1"),
        ("{ i8 i32:30 i32:30 }p2", "10/2 0:1 8.30 38.30"),
        ("( i32:3 | i8 )", "4/4 0.3 0:1"),
        ("( i8 | i32:_17 )", "3/1 0:1"),
        ("{ i8:4 i8:3@4 }", "8/4 0.4 32.3"),
        ("{ i8:4 i8:3@2 }p4", "4/2 0.4 16.3"),
        ("{ i8:4 i8:3@2 }p2", "4/2 0.4 16.3"),
        ("{ i8:4 i32:30 }p2", "6/2 0.4 4.30"),
        ("{ i8:4 i8:3@4 }p", "8/4 0.4 32.3"),
        ("{ i8:4 i8:3@2 }p", "4/2 0.4 16.3"),
        ("{ i8 i16:3 }p2", "2/2 0:1 8.3"),
        ("{ i32:32 }", "4/4 0.32"),
        (
            "{ i32:33 }",
            "unsupported: a bit-field of 33 bits in a type of 32",
        ),
        ("{ i32:0 }", "unsupported: a named bit-field of width 0"),
        ("{ f32:3 }", "unsupported: a bit-field of this type"),
    ];
    check(C, &rows);
    check(WASM, &rows);
    // B-N23: three bytes, not four.
    check(C, &[("{ u32:5 u32:4 u32:15 }p", "3/1 0.5 5.4 9.15")]);
    check(
        C,
        &[
            ("{ i128:100 i128:100 }", "32/16 0.100 128.100"),
            ("{ B40:33 i8 }", "8/8 0.33 5:1"),
        ],
    );
    check(RUST, &[("{ i32:3 }", "unsupported: a bit-field of this type")]);
}

#[test]
fn atomic_types_are_aligned_to_their_size() {
    check(
        C,
        &[
            ("{ ~i32 ~i8 }", "8/4 0:4 4:1"),
            ("~{ i8 i8 }", "2/2 0:1 1:1"),
            ("~{ i64 i64 }", "16/16 0:8 8:8"),
            ("~{ [3 i8] }", "gcc 3/1 0:3 | clang 4/4 0:3"),
            ("{ i8 ~{ [9 i8] } }", "gcc 10/1 0:1 1:9 | clang 32/16 0:1 16:16"),
            ("~{ [17 i8] }", "17/1 0:17"),
        ],
    );
    check(
        WASM,
        &[("~{ [3 i8] }", "4/4 0:3"), ("~{ i64 i64 }", "16/8 0:8 8:8")],
    );
}

#[test]
fn cpp_classes() {
    let rows = [
        ("{ }", "1/1"),
        ("{ }a8", "8/8"),
        ("{ { } i32 }", "8/4 0:1 4:4"),
        ("{ [0 i32] }", "0/4 0:0"),
        ("{ i32:_0 }", "1/1"),
        ("{ ^{ } i32 }", "4/4 0:4"),
        // The empty base is within the object, although there is no room of its own for it.
        ("{ ^{ } [0 i16] }", "2/2 0:0"),
        // A member that is no plain C struct makes the base none either.
        (
            "{ ^{ !{ i32 i8 } i8 } i8 }",
            "unsupported: padding at the end of a C++ base class",
        ),
        ("{ ^{ } }", "1/1"),
        ("{ ^{ i32 i8 } i8 }", "12/4 0:8 8:1"),
        (
            "{ ^{ ^{ i32 i8 } i8 } i8 }",
            "unsupported: padding at the end of a C++ base class",
        ),
        ("!{ i32 }", "4/4 0:4"),
        ("{ ^{ } ^{ } i32 }", "4/4 0:4"),
        // Not trivial for calls, and no padding that a member could reuse.
        ("{ ^!{ i32 } i8 }", "8/4 0:4 4:1"),
    ];
    check(CPP, &rows);
    // struct E {}; struct D : E { E e; }; the two objects of class E must have two addresses.
    let mut parser = Parser::default();
    let empty = parser.types("{ }").remove(0);
    let named = |name: &str| FieldDefinition {
        name: Some(name.to_owned()),
        ..field(empty.clone())
    };
    let fields = vec![named("T0"), named("e")];
    let derived = parser.add(TypeKind::Struct { fields }, TypeAttributes::default());
    let answer = CPP.model(&parser.definitions).size_align(&Type::Named(derived));
    assert!(matches!(answer, Answer::Unsupported(_)));
    // The object may be a member of what is there, and need not be its first.
    for (holder, refused) in [("{ T0 i32 }", true), ("{ i32 T0 }", false)] {
        let mut parser = Parser::default();
        let empty = parser.types("{ }").remove(0);
        let holder = parser.types(holder).remove(0);
        let named = |name: &str, ty: &Type| FieldDefinition {
            name: Some(name.to_owned()),
            ..field(ty.clone())
        };
        let fields = vec![named("T0", &empty), named("h", &holder)];
        let derived = parser.add(TypeKind::Struct { fields }, TypeAttributes::default());
        let answer = CPP.model(&parser.definitions).size_align(&Type::Named(derived));
        assert_eq!(matches!(answer, Answer::Unsupported(_)), refused, "{answer:?}");
    }
}

/// Objects of one class at the start of a class: refused where the class is empty and has a size.
#[test]
fn cpp_objects_of_one_class_that_meet() {
    for (class, base, length, settled) in [
        ("{ }", "T0", 1, false),
        ("{ }", "T0", 0, true),
        ("{ }", "other", 1, true),
        ("{ [0 i32] }", "a", 1, true),
        ("{ i32 }", "T0", 1, true),
    ] {
        let mut parser = Parser::default();
        let class = parser.types(class).remove(0);
        let first = FieldDefinition {
            name: Some(base.to_owned()),
            ..field(class.clone())
        };
        let array = Type::Array {
            element: Box::new(class),
            length: Some(length),
        };
        let fields = vec![first, field(array)];
        let name = parser.add(TypeKind::Struct { fields }, TypeAttributes::default());
        let answer = CPP.model(&parser.definitions).size_align(&Type::Named(name));
        assert_eq!(
            matches!(answer, Answer::Settled(_)),
            settled,
            "{base} and {length} elements: {answer:?}"
        );
    }
}

#[test]
fn anonymous_members_are_laid_out_in_place_to_a_depth() {
    let nested = |depth: u32| {
        let leaf = Type::Integer {
            bits: 32,
            signed: true,
            spelling: "int".to_owned(),
        };
        let definition = |member| TypeDefinition {
            name: String::new(),
            kind: TypeKind::Struct { fields: vec![member] },
            attributes: TypeAttributes::default(),
            location: SourceLocation::default(),
        };
        let outer = (0..depth).fold(definition(field(leaf)), |inner, _| {
            definition(FieldDefinition {
                name: None,
                anonymous: Some(Box::new(inner)),
                ..field(Type::Void)
            })
        });
        let mut parser = Parser::default();
        let name = parser.add(outer.kind, TypeAttributes::default());
        let answer = C.model(&parser.definitions).size_align(&Type::Named(name));
        show(&answer, |size| format!("{}/{}", size.size, size.align))
    };
    // A hundred beside each other are not deep.
    let beside = "{ i32 } ".repeat(120);
    let mut parser = Parser::default();
    let fields = parser.types(&beside).into_iter().zip(parser.definitions.clone());
    let fields = fields.map(|(_, definition)| FieldDefinition {
        name: None,
        anonymous: Some(Box::new(definition)),
        ..field(Type::Void)
    });
    let fields = fields.collect();
    let name = parser.add(TypeKind::Struct { fields }, TypeAttributes::default());
    let answer = C.model(&parser.definitions).size_align(&Type::Named(name));
    assert!(matches!(answer, Answer::Settled(size) if size.size.0 == 480));
    assert_eq!(nested(1), "4/4");
    assert_eq!(nested(9), "4/4");
    assert_eq!(nested(200), "unsupported: anonymous members nested too deep");
}

/// Names are for people: the target's own for each format.
#[test]
fn types_have_the_names_that_their_language_gives_them() {
    let name = |setting: Setting, text: &str| {
        let mut parser = Parser::default();
        let ty = parser.types(text).remove(0);
        let Answer::Settled((table, id)) = setting.model(&parser.definitions).layout(&ty) else {
            panic!("{text}");
        };
        table.get(id).name.clone()
    };
    for (text, expected) in [
        ("f16", "_Float16"),
        ("bf16", "__bf16"),
        ("f32", "float"),
        ("f64", "double"),
        ("ld", "long double"),
        ("f128", "__float128"),
        ("%f64", "_Complex double"),
        ("~f32", "_Atomic float"),
        ("B17", "_BitInt(17)"),
        ("<4 f32>", "float x4"),
        ("[3 f32]", "float[3]"),
        ("i32", "i32"),
        ("*", "pointer"),
    ] {
        assert_eq!(name(C, text), expected);
    }
    assert_eq!(name(WASM, "f128"), "long double");
}

#[test]
fn floats_are_shown_by_their_kind() {
    let shape = |text: &str| {
        let mut parser = Parser::default();
        let ty = parser.types(text).remove(0);
        let Answer::Settled((table, id)) = C.model(&parser.definitions).layout(&ty) else {
            panic!("{text}");
        };
        table.get(id).shape.clone()
    };
    for (text, x87) in [("ld", true), ("f64", false), ("f128", false)] {
        assert_eq!(shape(text), Shape::Scalar(Scalar::Float { x87 }), "{text}");
    }
}

/// psABI 3.5.7: an array of one struct. On wasm it is a pointer.
#[test]
fn a_list_of_arguments_is_four_places() {
    let list = |setting: Setting| {
        let ty = Type::Opaque("va_list".to_owned());
        let Answer::Settled((table, id)) = setting.model(&[]).layout(&ty) else {
            panic!("settled");
        };
        match &table.get(id).shape {
            Shape::Array {
                element, length: 1, ..
            } => match &table.get(*element).shape {
                Shape::Struct { fields } => fields
                    .iter()
                    .map(|field| format!("{} {}.{}", field.name, field.offset.0, field.width.0))
                    .collect(),
                other => vec![format!("{other:?}")],
            },
            Shape::Scalar(Scalar::Pointer { to: None, .. }) => vec!["pointer".to_owned()],
            other => vec![format!("{other:?}")],
        }
    };
    let fields = [
        "gp_offset 0.32",
        "fp_offset 32.32",
        "overflow_arg_area 64.64",
        "reg_save_area 128.64",
    ];
    assert_eq!(list(C), fields);
    assert_eq!(list(WASM), ["pointer"]);
}

#[test]
fn rust_leaves_its_own_layout_open() {
    check(
        RUST,
        &[
            ("{ i32 }r", "unsupported: Rust's own layout is not specified"),
            ("{ { } i32 }t", "4/4 0:0 0:4"),
            ("{ i32 [i32] }", "unsupported: an array without a length"),
            (
                "{ i32 i32 }t",
                "unsupported: a transparent type with more than one field",
            ),
        ],
    );
}

fn field(ty: Type) -> FieldDefinition {
    FieldDefinition {
        name: Some("0".to_owned()),
        ty,
        bit_width: None,
        anonymous: None,
        align: None,
        packed: false,
    }
}

/// Size, alignment and the offsets of each variant's fields of an enum with variants of these fields.
fn data_enum(setting: Setting, c: bool, underlying: Option<&str>, variants: &[&str]) -> String {
    let mut parser = Parser::default();
    let underlying = underlying.map(|text| parser.types(text).remove(0));
    let variants = variants
        .iter()
        .map(|text| {
            (
                "V".to_owned(),
                parser.types(text).into_iter().map(field).collect(),
            )
        })
        .collect();
    let attributes = TypeAttributes {
        c,
        ..TypeAttributes::default()
    };
    let name = parser.add(TypeKind::DataEnum { underlying, variants }, attributes);
    let answer = setting.model(&parser.definitions).layout(&Type::Named(name));
    show(&answer, |(table, id)| {
        let layout = table.get(*id);
        let Shape::Variants {
            tag: Some(tag),
            variants,
        } = &layout.shape
        else {
            return "not variants".to_owned();
        };
        assert_eq!(tag.width, table.get(tag.ty).size.bits(), "the tag is its type");
        for variant in variants {
            assert_eq!(variant.width, layout.size.bits(), "as large as the enum");
        }
        let offsets = variants.iter().map(|variant| match &table.get(variant.ty).shape {
            Shape::Struct { fields } => {
                let offsets = fields.iter().map(|field| (field.offset.0 / 8).to_string());
                offsets.collect::<Vec<_>>().join(",")
            }
            _ => "?".to_owned(),
        });
        let offsets = offsets.collect::<Vec<_>>().join(" ");
        format!(
            "{}/{} {offsets}",
            layout.size,
            layout.align.expect("an alignment")
        )
    })
}

#[test]
fn rust_enums_with_fields_follow_rfc_2195() {
    // repr(u8): fields may use the padding after the tag.
    let variants = ["u8 u32", "u16", ""];
    assert_eq!(data_enum(RUST, false, Some("u8"), &variants), "8/4 1,4 2 ");
    // repr(C): the union begins at its own alignment.
    assert_eq!(data_enum(RUST, true, None, &variants), "12/4 4,8 4 ");
    assert_eq!(data_enum(RUST, true, Some("u8"), &variants), "12/4 4,8 4 ");
    assert_eq!(data_enum(RUST, true, Some("u8"), &["u64", "u8"]), "16/8 8 8");
    assert_eq!(
        data_enum(WASM_RUST, false, Some("i16"), &["f64", "*"]),
        "16/8 8 4"
    );
    let unspecified = "unsupported: Rust's own layout is not specified";
    assert_eq!(data_enum(RUST, false, None, &variants), unspecified);
}

/// C 6.2.6.3: a signed integer has a sign bit and at least one more.
#[test]
fn bit_precise_integers_begin_at_one_value_bit() {
    let rows = [
        ("UB1", "1/1"),
        ("B2", "1/1"),
        ("B64", "8/8"),
        ("B65", "16/8"),
        ("UB65", "16/8"),
    ];
    check(C, &rows);
    assert!(C.layout("B1").starts_with("unsupported"), "{}", C.layout("B1"));
}

#[test]
fn tables_follow_pointers_and_end() {
    let mut parser = Parser::default();
    let types = parser.types("{ i32 }");
    let pointer = |name: &str| Type::Pointer {
        pointee: Box::new(Type::Named(name.to_owned())),
        mutable: true,
        nullable: true,
    };
    // A list that leads to itself, to another struct and to something unknown.
    let fields = vec![field(pointer("T1")), field(pointer("T0")), field(pointer("FILE"))];
    let list = parser.add(TypeKind::Struct { fields }, TypeAttributes::default());
    let model = C.model(&parser.definitions);
    let Answer::Settled((table, id)) = model.layout(&Type::Named(list)) else {
        panic!("settled");
    };
    assert_eq!(id, TypeId(0));
    let name = |name: &str| table.types.iter().filter(|layout| layout.name == name).count();
    assert_eq!((name("T1"), name("T0"), name("FILE")), (1, 1, 1));
    assert!(table.types.iter().all(|layout| layout.align.is_some()));
    assert_eq!(types, [Type::Named("T0".to_owned())]);
}

#[test]
fn types_without_end_are_refused() {
    let itself = Type::Array {
        element: Box::new(Type::Named("T0".to_owned())),
        length: Some(2),
    };
    let mut parser = Parser::default();
    let kind = TypeKind::Struct {
        fields: vec![field(itself)],
    };
    let name = parser.add(kind, TypeAttributes::default());
    let model: Model<'_> = C.model(&parser.definitions);
    assert!(matches!(model.layout(&Type::Named(name)), Answer::Unsupported(_)));
    for text in ["[18446744073709551615 i64]", "[4611686018427387904 [4 i8]]"] {
        assert!(C.layout(text).contains("larger than the address space"), "{text}");
    }
    assert!(WASM.layout("[4294967296 i8]").starts_with("unsupported"));
    let mut deep = Type::Bool;
    for _ in 0..200 {
        deep = Type::Array {
            element: Box::new(deep),
            length: Some(1),
        };
    }
    assert!(matches!(C.model(&[]).size_align(&deep), Answer::Unsupported(_)));
}

#[test]
fn large_types_have_a_size_up_to_the_address_space() {
    check(
        C,
        &[
            (
                "{ [72057594037927936 i8] }",
                "72057594037927936/1 0:72057594037927936",
            ),
            (
                "{ i8 [72057594037927936 i8] }",
                "72057594037927937/1 0:1 1:72057594037927936",
            ),
        ],
    );
    for text in ["[144115188075855872 i8]", "{ [144115188075855871 i8] i8 }"] {
        assert!(C.layout(text).starts_with("unsupported"), "{text}");
    }
    check(WASM, &[("{ [4294967295 i8] }", "4294967295/1 0:4294967295")]);
    assert!(WASM.layout("{ [4294967295 i8] i8 }").starts_with("unsupported"));
}

/// Of Rust's own types one has a layout that the standard library promises.
#[test]
fn phantom_data_has_no_size() {
    let size = |name: &str, fields: Vec<FieldDefinition>| {
        let definition = TypeDefinition {
            name: name.to_owned(),
            kind: TypeKind::Struct { fields },
            attributes: TypeAttributes::default(),
            location: SourceLocation::default(),
        };
        let answer = RUST
            .model(&[definition])
            .size_align(&Type::Named(name.to_owned()));
        show(&answer, |size| format!("{}/{}", size.size, size.align))
    };
    assert_eq!(size("PhantomData", Vec::new()), "0/1");
    let unspecified = "unsupported: Rust's own layout is not specified";
    assert_eq!(size("Marker", Vec::new()), unspecified);
    assert_eq!(size("PhantomData", vec![field(Type::Bool)]), unspecified);
}

#[test]
fn a_size_is_settled_where_all_readers_have_it() {
    for (text, expected) in [("~{ i8 i8 }", "2/2"), ("~{ [3 i8] }", "gcc 3/1 | clang 4/4")] {
        let mut parser = Parser::default();
        let ty = parser.types(text).remove(0);
        let answer = C.model(&parser.definitions).size_align(&ty);
        let text = show(&answer, |size| format!("{}/{}", size.size, size.align));
        assert_eq!(text, expected);
    }
}
