use twincall_abi::types::TypeDefinition;

use super::*;
use crate::model_check::samples::{bits, field, int, named, signature, structure};

const NATIVE: Target = Target::X86_64LinuxGnu;

fn differences(types: Vec<TypeDefinition>, target: Target, numbers: &[u32], bits: &[u8]) -> Vec<String> {
    let generated = signature(types, vec![named("S")], Type::Void);
    let mut found: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    found.extend(bits);
    // What lies behind is room that nobody wrote.
    found.extend([0xA5; 64]);
    numbers_differ(&generated, target, "everybody", &found)
        .into_iter()
        .map(|difference| {
            format!(
                "{}: {}, {}",
                difference.place, difference.model, difference.compiler
            )
        })
        .collect()
}

fn plain() -> Vec<TypeDefinition> {
    vec![structure("S", vec![field("a", Type::Bool), field("b", int())])]
}

#[test]
fn each_number_is_told_by_what_it_is_of() {
    let right = [8, 4, 0, 4, 8, 4];
    assert_eq!(differences(plain(), NATIVE, &right, &[]), Vec::<String>::new());
    for (index, what) in [
        "size of S is 8",
        "alignment of S is 4",
        "offset of S.a is 0",
        "offset of S.b is 4",
        "size of argument 1 is 8",
        "alignment of argument 1 is 4",
    ]
    .into_iter()
    .enumerate()
    {
        let mut wrong = right;
        wrong[index] = 77;
        assert_eq!(
            differences(plain(), NATIVE, &wrong, &[]),
            [format!("layout: {what}, 77")]
        );
    }
}

#[test]
fn numbers_are_those_of_the_target() {
    let pointer = Type::Pointer {
        pointee: Box::new(Type::Void),
        mutable: true,
        nullable: true,
    };
    for (target, word) in [(NATIVE, 8), (Target::Wasm32Unknown, 4)] {
        let types = vec![structure("S", vec![field("a", pointer.clone())])];
        assert!(
            differences(types, target, &[word, word, 0, word, word], &[]).is_empty(),
            "{target}"
        );
    }
}

#[test]
fn a_bit_field_must_have_the_bits_that_the_model_gives_it_and_no_others() {
    let types = || vec![structure("S", vec![bits("a", 3), bits("", 2), bits("b", 7)])];
    let numbers = [4, 4, 4, 4];
    let right = [[0x07, 0, 0, 0], [0xE0, 0x0F, 0, 0]].concat();
    assert_eq!(
        differences(types(), NATIVE, &numbers, &right),
        Vec::<String>::new()
    );
    for (at, what) in [
        (0, "the bits of S.a are [07, 00, 00, 00]"),
        (5, "the bits of S.b are [e0, 0f, 00, 00]"),
    ] {
        let mut wrong = right.clone();
        wrong[at] ^= 0x10;
        let told = differences(types(), NATIVE, &numbers, &wrong);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with(&format!("bit-field: {what}, ")), "{told:?}");
    }
    // Bits lie behind the numbers, so that they say nothing where those are wrong.
    let told = differences(types(), NATIVE, &[5, 4, 4, 4], &[0; 8]);
    assert_eq!(told, ["layout: size of S is 4, 5"]);
}

#[test]
fn types_that_are_too_large_for_their_bits_are_left_out() {
    let fields = vec![
        bits("a", 3),
        field(
            "b",
            Type::Array {
                element: Box::new(int()),
                length: Some(16),
            },
        ),
    ];
    let types = vec![structure("S", fields)];
    assert_eq!(
        differences(types, NATIVE, &[68, 4, 4, 68, 4], &[]),
        Vec::<String>::new()
    );
}
