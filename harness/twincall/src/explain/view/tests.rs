use twincall_abi::interface::{Convention, Interface, Parameter, Signature, SourceLocation};
use twincall_abi::model::Language;
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, FloatKind, TypeAttributes, TypeDefinition, TypeKind};
use twincall_abi::units::Bytes;

use super::*;
use crate::explain::samples::{register, row, stack};

fn integer(bits: u32) -> Type {
    Type::Integer {
        bits,
        signed: true,
        spelling: "int".to_owned(),
    }
}

fn double() -> Type {
    Type::Float(FloatKind::F64)
}

/// What the text says of `f` on a target, where `pair` is a struct of a double and an int.
fn seen(target: Target, params: &[Type], result: Type, unnamed: &[Type]) -> View {
    let field = |name: &str, ty| FieldDefinition {
        name: Some(name.to_owned()),
        ty,
        bit_width: None,
        anonymous: None,
        align: None,
        packed: false,
    };
    let pair = TypeDefinition {
        name: "pair".to_owned(),
        kind: TypeKind::Struct {
            fields: vec![field("a", double()), field("b", integer(32))],
        },
        attributes: TypeAttributes {
            c: true,
            ..TypeAttributes::default()
        },
        location: SourceLocation::default(),
    };
    let parameter = |ty: &Type| Parameter {
        name: None,
        ty: ty.clone(),
        spelling: "T".to_owned(),
    };
    let function = Function {
        symbol: "f".to_owned(),
        name: "f".to_owned(),
        signature: Signature {
            convention: Convention::C,
            params: params.iter().map(parameter).collect(),
            result,
            variadic: !unnamed.is_empty(),
            unprototyped: false,
        },
        result_spelling: "R".to_owned(),
        defined: false,
        unsafe_to_call: false,
        passes_classes: false,
        target_features: None,
        declaration: String::new(),
        location: SourceLocation::default(),
    };
    let interface = Interface {
        types: vec![pair],
        ..Interface::default()
    };
    let about = About {
        target,
        language: Language::C,
        options: Options::default(),
        interface: &interface,
    };
    let unnamed: Vec<(String, Type)> = unnamed.iter().map(|ty| ("U".to_owned(), ty.clone())).collect();
    match answer(&about, &function, &unnamed, &|_| None) {
        Answer::Settled(view) => *view,
        other => panic!("{other:?}"),
    }
}

fn pair() -> Type {
    Type::Named("pair".to_owned())
}

#[test]
fn rows_have_numbers_from_one_and_the_result_has_none() {
    let named = Row {
        name: Some("v".to_owned()),
        ..row(2, &[])
    };
    let unnamed = Row {
        unnamed: true,
        ..row(3, &[])
    };
    for (row, place, title) in [
        (row(0, &[]), "result", "result: int"),
        (row(1, &[]), "argument 1", "1 int"),
        (named, "argument 2", "2 v: int"),
        (unnamed, "argument 3", "3 int (unnamed)"),
    ] {
        assert_eq!((row.place().as_str(), row.title().as_str()), (place, title));
    }
}

#[test]
fn slots_are_told_by_place_and_width_or_by_what_they_point_to() {
    let pointer = Slot {
        content: Content::Pointer { to: Bytes(24) },
        ..register("rdi", 8)
    };
    for (slot, in_buffer, words) in [
        (register("xmm0", 8), None, "xmm0:8"),
        (stack(8, 16), None, "[rsp+16]:16"),
        (pointer.clone(), None, "rdi -> 24 bytes"),
        (register("rdi", 4), Some(12), "buffer[12]:4"),
        (pointer, Some(0), "buffer[0] -> 24 bytes"),
    ] {
        assert_eq!(slot_words(&slot, in_buffer), words);
    }
    assert_eq!(row(1, &[]).words(), "nothing");
    assert_eq!(
        row(1, &[register("rdi", 8), register("xmm0", 4)]).words(),
        "rdi:8 xmm0:4"
    );
}

#[test]
fn extensions_are_told_once_where_neighbours_have_the_same() {
    let slot = |extension| Slot {
        extension,
        ..register("rdi", 1)
    };
    let (none, sign, zero) = (
        slot(Extension::None),
        slot(Extension::Sign),
        slot(Extension::Zero),
    );
    for (slots, words) in [
        (vec![], ""),
        (vec![none.clone()], ""),
        (vec![sign.clone()], "sext"),
        (vec![none, zero.clone(), zero.clone()], "zext"),
        (vec![sign, zero], "sext zext"),
    ] {
        assert_eq!(row(1, &slots).extension(), words, "{slots:?}");
    }
}

#[test]
fn a_view_of_a_native_function_has_classes_and_no_function_type() {
    let view = seen(Target::X86_64LinuxGnu, &[pair(), Type::Bool], Type::Void, &[]);
    let [first, second] = view.arguments.as_slice() else {
        panic!("{view:?}");
    };
    assert_eq!((first.size, first.align), (Some(16), Some(8)));
    assert_eq!(first.classes.len(), 2);
    assert_eq!(
        (first.words().as_str(), second.words().as_str()),
        ("xmm0:8 rdi:8", "rsi:1")
    );
    assert_eq!(first.slots[1].value_offset, 8);
    assert_eq!((view.result.ty.as_str(), view.result.size), ("void", None));
    assert_eq!(view.result.words(), "nothing");
    assert_eq!((view.wasm_type, view.al, view.frame), (None, None, vec![]));
}

#[test]
fn a_variadic_native_function_says_al_and_places_unnamed_arguments() {
    let unnamed = [double(), pair()];
    let view = seen(Target::X86_64LinuxGnu, &[double()], integer(32), &unnamed);
    let words: Vec<String> = view.arguments.iter().map(Row::words).collect();
    assert_eq!(words, ["xmm0:8", "xmm1:8", "xmm2:8 rdi:8"]);
    let behind: Vec<bool> = view.arguments.iter().map(|row| row.unnamed).collect();
    assert_eq!(behind, [false, true, true]);
    assert_eq!((view.al, view.buffer), (Some(3), None));
    assert_eq!(
        (view.arguments[1].ty.as_str(), view.result.ty.as_str()),
        ("U", "R")
    );
}

#[test]
fn a_wasm_function_type_has_what_crosses_in_its_order() {
    let float = Type::Float(FloatKind::F32);
    let wasm = Target::Wasm32Unknown;
    let pointer = Type::Pointer {
        pointee: Box::new(Type::Void),
        mutable: true,
        nullable: true,
    };
    for (params, result, text) in [
        (vec![], Type::Void, "(no parameters, no result)"),
        (vec![], integer(32), "(result i32)"),
        (vec![float.clone()], Type::Void, "(param f32)"),
        (
            vec![float, double(), integer(32), integer(64)],
            double(),
            "(param f32 f64 i32 i64) (result f64)",
        ),
        (
            vec![Type::Bool, pointer],
            integer(64),
            "(param i32 i32) (result i64)",
        ),
        (vec![integer(128)], Type::Void, "(param i64 i64)"),
        // Aggregates cross by their addresses, and a result's address comes first.
        (vec![pair(), double()], pair(), "(param i32 i32 f64)"),
    ] {
        let view = seen(wasm, &params, result, &[]);
        assert_eq!(view.wasm_type.as_deref(), Some(text), "{params:?}");
    }
}

#[test]
fn unnamed_arguments_on_wasm_are_in_a_buffer_behind_one_parameter() {
    let view = seen(
        Target::Wasm32Unknown,
        &[integer(32)],
        Type::Void,
        &[integer(32), double()],
    );
    assert_eq!(view.wasm_type.as_deref(), Some("(param i32 i32)"));
    let words: Vec<String> = view.arguments.iter().map(Row::words).collect();
    assert_eq!(words, ["param 0:4", "buffer[0]:4", "buffer[8]:8"]);
    assert_eq!((view.buffer, view.hidden.len()), (Some(16), 1));
    let places: Vec<(u64, u64)> = view.frame.iter().map(|row| (row.offset, row.size)).collect();
    assert_eq!(places, [(0, 4), (4, 4), (8, 8)]);
}
