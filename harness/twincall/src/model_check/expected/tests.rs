use twincall_abi::model::Reading;
use twincall_abi::model::clauses;
use twincall_abi::slot::Location;

use super::*;
use crate::model_check::generate::generate;
use crate::model_check::samples::{
    array, bits, double, enumeration, field, int, integer, named, signature, structure, union, variadic,
};

const NATIVE: Target = Target::X86_64LinuxGnu;

/// What the one reading of a signature expects, with values from one seed.
fn settled(generated: &Generated, seed: u64) -> Expected {
    let mut rng = Rng::with_seed(seed);
    let mut all = Expected::of(generated, NATIVE, &mut rng).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Values of one type, each from another seed.
fn values(types: Vec<TypeDefinition>, ty: Type) -> Vec<ValueOf> {
    let generated = signature(types, vec![ty], Type::Void);
    (0..128)
        .map(|seed| settled(&generated, seed).values.remove(0))
        .collect()
}

fn value(ty: Type, bytes: &[u8], mask: &[u8]) -> ValueOf {
    ValueOf {
        scalar: ty.clone(),
        ty,
        size: bytes.len(),
        bytes: bytes.to_vec(),
        mask: mask.to_vec(),
        promoted: None,
    }
}

#[test]
fn padding_is_no_part_of_a_value() {
    let types = vec![structure("S", vec![field("a", Type::Bool), field("b", int())])];
    for value in values(types, named("S")) {
        assert_eq!(
            (value.size, value.mask.as_slice()),
            (8, &[0xFF, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF][..])
        );
    }
    let types = vec![structure("B", vec![bits("a", 3), bits("b", 7)])];
    for value in values(types, named("B")) {
        assert_eq!(value.mask, [0xFF, 0x03, 0, 0]);
    }
    let ty = Type::BitInt {
        bits: 9,
        signed: true,
    };
    for value in values(vec![], ty) {
        assert_eq!(value.mask, [0xFF, 0x01]);
    }
    for value in values(vec![], Type::Float(FloatKind::X87)) {
        assert_eq!(value.mask, [[0xFF; 10].as_slice(), &[0; 6]].concat());
    }
}

/// What is sent must be a value of its type, or a compiler may do with it what it likes.
#[test]
fn only_values_that_their_types_have_are_sent() {
    let only = |name: &str, ty| vec![union(name, vec![field("a", ty)])];
    for value in values(only("U", Type::Bool), named("U")) {
        assert!(value.bytes[0] <= 1, "{:?}", value.bytes);
    }
    let mut seen = [false; 2];
    for value in values(vec![], Type::Bool) {
        seen[usize::from(value.bytes[0])] = true;
    }
    assert_eq!(seen, [true; 2]);
    let types = vec![enumeration("E", None, &[0, 70_000])];
    for value in values(types, named("E")) {
        let number = u32::from_le_bytes(value.bytes.try_into().unwrap());
        assert!(matches!(number, 0 | 70_000), "{number}");
    }
    // An infinity or NaN is met most often where the exponent is short.
    for value in values(vec![], Type::Float(FloatKind::F16)) {
        let exponent = u16::from_le_bytes(value.bytes.try_into().unwrap()) >> 10 & 0x1F;
        assert!(exponent < 0x1F, "{exponent}");
    }
    for value in values(vec![], Type::Float(FloatKind::X87)) {
        let exponent = u16::from_le_bytes([value.bytes[8], value.bytes[9]]) & 0x7FFF;
        assert!(
            exponent < 0x7FFF && value.bytes[7] & 0x80 != 0,
            "{:?}",
            value.bytes
        );
    }
}

#[test]
fn the_tag_in_an_enum_with_fields_names_a_variant() {
    let tag = enumeration("T", Some(integer("unsigned short", 16, false)), &[0, 1]);
    let variant = |name: &str, ty| structure(name, vec![field("tag", named("T")), field("f0", ty)]);
    let whole = union("W", vec![field("v0", named("V0")), field("v1", named("V1"))]);
    let types = vec![tag, variant("V0", int()), variant("V1", double()), whole];
    let mut generated = signature(types, vec![named("W")], Type::Void);
    let form = RustForm::DataEnum {
        repr: "u16".to_owned(),
        tag_in_union: Some(2),
        variants: vec![vec![field("f0", int())], vec![field("f0", double())]],
    };
    generated.forms.insert("W".to_owned(), form);
    let mut seen = [false; 2];
    for seed in 0..32 {
        let value = settled(&generated, seed).values.remove(0);
        assert_eq!(value.bytes[1], 0);
        seen[usize::from(value.bytes[0])] = true;
    }
    assert_eq!(seen, [true; 2]);
}

/// C 6.5.2.2p6.
#[test]
fn unnamed_arguments_cross_as_what_they_are_promoted_to() {
    let half = 0.5f32.to_le_bytes();
    let whole = 0.5f64.to_le_bytes();
    for (ty, bytes, crossing) in [
        (Type::Bool, &[1][..], &[1, 0, 0, 0][..]),
        (
            integer("signed char", 8, true),
            &[0x80],
            &[0x80, 0xFF, 0xFF, 0xFF],
        ),
        (integer("unsigned char", 8, false), &[0x80], &[0x80, 0, 0, 0]),
        (
            integer("short", 16, true),
            &[0x34, 0x82],
            &[0x34, 0x82, 0xFF, 0xFF],
        ),
        (integer("short", 16, true), &[0x34, 0x12], &[0x34, 0x12, 0, 0]),
        (int(), &[1, 2, 3, 0x84], &[1, 2, 3, 0x84]),
        (Type::Float(FloatKind::F32), &half, &whole),
    ] {
        let mut value = value(ty.clone(), bytes, &vec![0xFF; bytes.len()]);
        value.promote();
        assert_eq!(value.slot_bytes(0, 16), crossing, "{ty:?}");
        let mut expected = crossing.to_vec();
        expected.resize(16, 0);
        assert_eq!(value.slot_expected(0, 16), expected, "{ty:?}");
        // In memory it stays what it is.
        assert_eq!(value.expected(), bytes, "{ty:?}");
    }
}

#[test]
fn only_unnamed_arguments_are_promoted() {
    let short = || integer("short", 16, true);
    let expected = settled(&variadic(vec![short()], vec![short(), short()]), 1);
    let widths: Vec<usize> = expected
        .arguments()
        .iter()
        .map(|value| value.slot_bytes(0, 16).len())
        .collect();
    assert_eq!(widths, [2, 4, 4]);
}

#[test]
fn a_slot_has_its_part_of_the_value_and_no_padding() {
    let value = value(int(), &[1, 2, 3, 4], &[0xFF, 0x0F, 0, 0xFF]);
    assert_eq!(value.slot_bytes(2, 4), [3, 4]);
    assert_eq!(value.slot_expected(0, 6), [1, 2, 0, 4, 0, 0]);
    assert_eq!(value.slot_masked(1, &[0xFF; 4]), [0x0F, 0, 0xFF, 0]);
    assert_eq!(value.expected(), [1, 2, 0, 4]);
    assert_eq!(value.masked(&[0xFF; 4]), [0xFF, 0x0F, 0, 0xFF]);
}

#[test]
fn the_result_is_the_last_value_where_there_is_one() {
    let with = settled(&signature(vec![], vec![int(), double()], Type::Bool), 1);
    assert_eq!(with.arguments().len(), 2);
    assert_eq!(with.result().map(|value| value.ty.clone()), Some(Type::Bool));
    let without = settled(&signature(vec![], vec![int(), double()], Type::Void), 1);
    assert_eq!(without.arguments().len(), 2);
    assert!(without.result().is_none());
}

#[test]
fn an_answer_is_read_as_its_reader_reads_it_and_else_as_the_first_does() {
    let reading = |by: &str, value| Reading {
        value,
        by: by.to_owned(),
        clause: clauses::SYSV_ONE_LANE,
    };
    let ambiguous = Answer::Ambiguous {
        readings: vec![reading("gcc", 1), reading("clang", 2)],
    };
    for (answer, by, value) in [
        (Answer::Settled(7), "gcc", Some(7)),
        (ambiguous.clone(), "gcc", Some(1)),
        (ambiguous.clone(), "clang", Some(2)),
        (ambiguous.clone(), "everybody", Some(1)),
        (Answer::Unsupported("no".to_owned()), "gcc", None),
    ] {
        assert_eq!(read_by(&answer, by).copied(), value, "{answer:?} by {by}");
    }
    assert_eq!(
        readers(&ambiguous),
        Ok(vec!["gcc".to_owned(), "clang".to_owned()])
    );
    assert_eq!(
        readers::<u8>(&Answer::Unsupported("no".to_owned())),
        Err("no".to_owned())
    );
}

/// Two readings of one question have names of their own; nobody is everybody then.
#[test]
fn a_signature_that_is_doubted_has_one_expectation_for_each_reader() {
    let mut rng = Rng::with_seed(1);
    let mut doubted = 0;
    for number in 0..400 {
        let generated = generate(&mut rng, number, Vocabulary::C, false);
        let Ok(all) = Expected::of(&generated, NATIVE, &mut rng) else {
            continue;
        };
        let mut by: Vec<&str> = all.iter().map(|expected| expected.by.as_str()).collect();
        assert!(by.len() == 1 || !by.contains(&NO_DOUBT), "{by:?}");
        by.sort_unstable();
        by.dedup();
        assert_eq!(by.len(), all.len());
        doubted += usize::from(all.len() > 1);
    }
    assert!(doubted > 0);
}

#[test]
fn another_signature_in_its_place_has_the_same_values_elsewhere() {
    let of = [settled(
        &signature(vec![], vec![integer("long long", 64, true)], Type::Void),
        1,
    )];
    let other = signature(vec![], vec![double()], Type::Void);
    let instead = Expected::instead(&other, NATIVE, &of);
    let [instead] = instead.as_slice() else {
        panic!("{instead:?}");
    };
    let slot = &instead.lowering.arguments[0].slots[0].slot;
    assert_eq!(slot.location, Location::Register("xmm0".to_owned()));
    assert_eq!(instead.values[0].bytes, of[0].values[0].bytes);
    assert_eq!((&instead.values[0].scalar, &instead.by), (&double(), &of[0].by));
}

#[test]
fn a_scalar_is_found_through_everything_that_holds_nothing_else() {
    let types = [
        structure("Empty", vec![]),
        structure(
            "One",
            vec![field("e", named("Empty")), field("a", double()), bits("", 0)],
        ),
        structure("Two", vec![field("a", double()), field("b", double())]),
        union("U", vec![field("a", array(named("One"), 1))]),
    ];
    for (ty, scalar) in [
        (int(), int()),
        (named("One"), double()),
        (named("U"), double()),
        (array(named("U"), 1), double()),
        (array(int(), 2), array(int(), 2)),
        (named("Two"), named("Two")),
        (named("Empty"), named("Empty")),
        (Type::Atomic(Box::new(named("One"))), double()),
        (
            Type::Vector {
                element: Box::new(int()),
                lanes: 4,
            },
            int(),
        ),
    ] {
        assert_eq!(single_scalar(&ty, &types), &scalar);
    }
}

#[test]
fn what_holds_no_value_is_empty() {
    let types = [
        structure("Empty", vec![bits("", 0), field("a", array(int(), 0))]),
        structure("Full", vec![field("e", named("Empty")), bits("a", 1)]),
        enumeration("E", None, &[]),
    ];
    for (ty, empty) in [
        (named("Empty"), true),
        (array(named("Empty"), 3), true),
        (array(int(), 0), true),
        (named("Full"), false),
        (named("E"), false),
        (int(), false),
        (named("Unknown"), false),
    ] {
        assert_eq!(is_empty(&ty, &types), empty, "{ty:?}");
    }
}

#[test]
fn a_result_in_memory_is_one_with_a_hidden_pointer() {
    let large = || vec![structure("L", vec![field("a", array(double(), 3))])];
    for (types, result, hidden) in [
        (large(), named("L"), true),
        (vec![], double(), false),
        (vec![], Type::Void, false),
    ] {
        let expected = settled(&signature(types, vec![], result), 1);
        assert_eq!(in_memory(&expected.lowering.result), hidden);
    }
}
