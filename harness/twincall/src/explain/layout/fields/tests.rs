use twincall_abi::interface::SourceLocation;
use twincall_abi::model::{Answer, Language, Model, Options};
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeAttributes, TypeDefinition, TypeKind};

use super::*;

fn member(name: &str, ty: Type) -> FieldDefinition {
    FieldDefinition {
        name: Some(name.to_owned()),
        ty,
        bit_width: None,
        anonymous: None,
        align: None,
        packed: false,
    }
}

fn definition(name: &str, kind: TypeKind) -> TypeDefinition {
    TypeDefinition {
        name: name.to_owned(),
        kind,
        attributes: TypeAttributes {
            c: true,
            ..TypeAttributes::default()
        },
        location: SourceLocation::default(),
    }
}

fn int() -> Type {
    Type::Integer {
        bits: 32,
        signed: true,
        spelling: "int".to_owned(),
    }
}

fn array(element: Type, length: u64) -> Type {
    Type::Array {
        element: Box::new(element),
        length: Some(length),
    }
}

/// The fields of a struct or union as path, first byte and bits, and its bits of padding.
fn laid(kind: TypeKind) -> (Vec<(String, u64, u64)>, u64) {
    let inner = TypeKind::Struct {
        fields: vec![member("c", Type::Bool), member("i", int())],
    };
    let types = [definition("Inner", inner), definition("T", kind)];
    let model = Model {
        target: Target::X86_64LinuxGnu,
        language: Language::C,
        types: &types,
        options: Options::default(),
    };
    let Answer::Settled((table, id)) = model.layout(&Type::Named("T".to_owned())) else {
        panic!("no layout of {types:?}");
    };
    let found = places(&table, id)
        .into_iter()
        .map(|place| (place.path, place.offset_bits / 8, place.width_bits))
        .collect();
    (found, padding(&table, id))
}

fn place(path: &str, byte: u64, bits: u64) -> (String, u64, u64) {
    (path.to_owned(), byte, bits)
}

#[test]
fn aggregates_inside_are_flattened_and_arrays_of_scalars_stay_whole() {
    let inner = Type::Named("Inner".to_owned());
    let fields = vec![
        member("a", array(inner, 2)),
        member("b", array(array(int(), 2), 1)),
        member("d", array(int(), 0)),
    ];
    let (found, padding) = laid(TypeKind::Struct { fields });
    let expected = [
        place("a[0].c", 0, 8),
        place("a[0].i", 4, 32),
        place("a[1].c", 8, 8),
        place("a[1].i", 12, 32),
        place("b[0]", 16, 64),
    ];
    assert_eq!(found, expected);
    assert_eq!(padding, 48);
}

#[test]
fn a_long_array_of_aggregates_is_one_field() {
    let inner = || Type::Named("Inner".to_owned());
    let of = |length| {
        laid(TypeKind::Struct {
            fields: vec![member("a", array(inner(), length))],
        })
    };
    assert_eq!(of(64).0.len(), 128);
    assert_eq!(of(65).0, [place("a", 0, 65 * 64)]);
}

#[test]
fn members_of_a_union_all_count_and_padding_is_what_none_of_them_covers() {
    let fields = vec![
        member("a", Type::Named("Inner".to_owned())),
        member("b", array(Type::Bool, 2)),
    ];
    let (found, padding) = laid(TypeKind::Union { fields });
    assert_eq!(
        found,
        [place("a.c", 0, 8), place("a.i", 4, 32), place("b", 0, 16)]
    );
    assert_eq!(padding, 16);
}

#[test]
fn an_x87_number_leaves_six_of_its_bytes_free() {
    let long_double = || Type::Float(FloatKind::X87);
    let fields = vec![member("a", long_double()), member("b", array(long_double(), 2))];
    let (found, padding) = laid(TypeKind::Struct { fields });
    assert_eq!(
        found,
        [place("a", 0, 80), place("b[0]", 16, 80), place("b[1]", 32, 80)]
    );
    assert_eq!(padding, 3 * 48);
}

#[test]
fn bit_fields_lie_where_their_bits_are() {
    let bits = |name: &str, width| FieldDefinition {
        bit_width: Some(width),
        ..member(name, int())
    };
    let (found, padding) = laid(TypeKind::Struct {
        fields: vec![bits("a", 3), bits("b", 7)],
    });
    assert_eq!(found, [place("a", 0, 3), place("b", 0, 7)]);
    assert_eq!(padding, 22);
}
