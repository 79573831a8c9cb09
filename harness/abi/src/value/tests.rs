//! Synthesised values: what they say, how they are stored, and that both sides agree on them.

use super::*;
use crate::path::Path;
use crate::units::Bits;

fn leaf(offset: u64, width: u64, scalar: Scalar) -> Leaf {
    Leaf {
        path: Path::WHOLE,
        offset: Bits(offset),
        width: Bits(width),
        kind: LeafKind::Scalar(scalar),
        bit_field: false,
    }
}

#[test]
fn graffiti_names_argument_and_byte() {
    let leaf = leaf(0, 32, Scalar::Integer { signed: false });
    let value = synthesize(Pattern::Graffiti, 2, 4, &leaf, &Domain::Any);
    assert_eq!(value, LeafValue::Bits(vec![0x34, 0x35, 0x36, 0x37]));
}

#[test]
fn bit_fields_round_trip_and_leave_neighbours_alone() {
    let field = leaf(3, 5, Scalar::Integer { signed: true });
    let mut bytes = [0xFF, 0xFF];
    store(&mut bytes, &field, &[0b10010]);
    assert_eq!(bytes, [0b1001_0111, 0xFF]);
    assert_eq!(load(&bytes, &field), [0b10010]);
}

#[test]
fn edges_are_the_boundaries() {
    let int = leaf(0, 32, Scalar::Integer { signed: true });
    let edge = |n| match synthesize(Pattern::Edge(n), 0, 0, &int, &Domain::Signed) {
        LeafValue::Bits(bits) => i32::from_le_bytes(bits.try_into().unwrap()),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        [edge(0), edge(1), edge(2), edge(3), edge(4)],
        [i32::MIN, i32::MAX, -1, -3, 1]
    );
    let double = float_edge(1, 64);
    assert!(f64::from_le_bytes(double.try_into().unwrap()).is_nan());
    assert_eq!(
        f32::from_le_bytes(float_edge(2, 32).try_into().unwrap()),
        f32::NEG_INFINITY
    );
}

#[test]
fn restricted_domains_win() {
    let values = Domain::Values(vec![0, 1, 7]);
    assert_eq!(values.clone().meet(Domain::Signed), values);
    assert_eq!(values.meet(Domain::Values(vec![7, 9])), Domain::Values(vec![7]));
    assert_eq!(Domain::Any.meet(Domain::Bool), Domain::Bool);
}

#[test]
fn both_sides_send_the_same_values_of_an_enum() {
    let c = Domain::Values(vec![2, 0, 0, 1]);
    let rust = Domain::Values(vec![0, 1, 2, 9]);
    assert_eq!(c.clone().meet(rust.clone()), rust.clone().meet(c.clone()));
    assert_eq!(c.meet(rust), Domain::Values(vec![0, 1, 2]));
    let (one, other) = (Domain::Values(vec![1]), Domain::Values(vec![3]));
    assert_eq!(one.clone().meet(other.clone()), other.meet(one));
}

#[test]
fn meet_does_not_depend_on_the_side() {
    let domains = [
        Domain::Any,
        Domain::Signed,
        Domain::Float,
        Domain::Bool,
        Domain::UnicodeScalar,
        Domain::Values(vec![]),
        Domain::Values(vec![1, 0]),
        Domain::Values(vec![5, 7]),
        Domain::DataPointer,
        Domain::FunctionPointer,
    ];
    for one in &domains {
        for other in &domains {
            assert_eq!(
                one.clone().meet(other.clone()),
                other.clone().meet(one.clone()),
                "{one:?} and {other:?}"
            );
        }
    }
}

/// A bool has no value that such an enum has: either's own are better than none.
#[test]
fn a_bool_against_an_enum_takes_what_both_have() {
    for (values, sent) in [
        (&[0, 1, 2][..], &[0, 1][..]),
        (&[2, 1], &[1]),
        (&[-1, 0], &[0]),
        (&[7, 5, 2], &[2, 5, 7]),
        (&[], &[]),
    ] {
        let met = Domain::Values(values.to_vec()).meet(Domain::Bool);
        assert_eq!(met, Domain::Values(sent.to_vec()), "{values:?}");
    }
}

/// What lies above a width that is no whole number of bytes is zero in every value.
#[test]
fn values_have_no_bits_above_their_width() {
    for (value, width, bits) in [
        (-1, 12, &[0xFF, 0x0F][..]),
        (-1, 16, &[0xFF, 0xFF]),
        (-1, 1, &[1]),
        (5, 2, &[1]),
        (0x1234, 8, &[0x34]),
        (-2, 136, &[0xFE; 1]),
        (1, 136, &[1]),
        (0, 136, &[0]),
    ] {
        let mut expected = bits.to_vec();
        expected.resize((width as usize).div_ceil(8), if value < 0 { 0xFF } else { 0 });
        assert_eq!(integer(value, width), expected, "{value} in {width} bits");
    }
    for width in 1..40 {
        let field = leaf(0, width, Scalar::Integer { signed: false });
        for pattern in (0..EDGES).map(Pattern::Edge).chain([Pattern::Graffiti]) {
            for domain in [Domain::Any, Domain::Signed, Domain::Float] {
                let LeafValue::Bits(bits) = synthesize(pattern, 14, 0, &field, &domain) else {
                    panic!("an address");
                };
                let last = u32::from(*bits.last().unwrap());
                let used = (width - 1) % 8 + 1;
                assert_eq!(last >> used, 0, "{pattern:?} in {width} bits");
            }
        }
        let at = |edge| integer_edge(edge, width as u32);
        let number = |value: i128| integer(value, width as u32);
        assert_eq!(at(0), number(-(1 << (width - 1))), "the least of {width} bits");
        assert_eq!(
            at(1),
            number((1 << (width - 1)) - 1),
            "the greatest of {width} bits"
        );
        assert_eq!([at(2), at(3), at(4)], [-1, -3, 1].map(number));
        assert_eq!(at(5), at(0));
    }
}

/// Neighbours and calls take turns, whatever argument they are and wherever they begin.
#[test]
fn every_value_of_a_small_domain_has_its_turn() {
    let byte = leaf(0, 8, Scalar::Bool);
    let sent = |pattern, argument, first_byte, domain: &Domain| match synthesize(
        pattern, argument, first_byte, &byte, domain,
    ) {
        LeafValue::Bits(bits) => bits[0],
        other => panic!("{other:?}"),
    };
    let (bools, three) = (Domain::Bool, Domain::Values(vec![2, 4, 8]));
    assert_eq!((bools.edges(), three.edges()), (2, 3));
    for turn in 0..6 {
        let expected = (1 - turn as u8 % 2, [2, 4, 8][turn % 3]);
        for (pattern, argument, first_byte) in [
            (Pattern::Edge(turn as u32), 0, 0),
            (Pattern::Edge(0), turn, 0),
            (Pattern::Edge(0), 0, turn),
            (Pattern::Graffiti, turn, 7),
        ] {
            let found = [&bools, &three].map(|domain| sent(pattern, argument, first_byte, domain));
            assert_eq!(
                found,
                [expected.0, expected.1],
                "{pattern:?} {argument} {first_byte}"
            );
        }
    }
    assert_eq!(
        sent(Pattern::Edge(1), 2, 3, &three),
        2,
        "the sixth is the first again"
    );
    assert_eq!(sent(Pattern::Graffiti, 0, 0, &Domain::Values(vec![])), 0);
    let many = |count| Domain::Values((0..count).collect()).edges();
    assert_eq!([many(0), many(1), many(16), many(17)], [1, 1, 16, 16]);
    assert_eq!(
        [
            &Domain::DataPointer,
            &Domain::FunctionPointer,
            &Domain::UnicodeScalar
        ]
        .map(Domain::edges),
        [1, 1, 5]
    );
}

/// Surrogates are no Unicode scalar values, and a Rust `char` that holds one is undefined behaviour.
#[test]
fn characters_end_where_surrogates_begin() {
    let character = leaf(0, 32, Scalar::UnicodeScalar);
    let word = leaf(0, 32, Scalar::Integer { signed: false });
    let domain = Domain::of(&word).meet(Domain::of(&character));
    let mut sent = Vec::new();
    for pattern in (0..EDGES).map(Pattern::Edge).chain([Pattern::Graffiti]) {
        for argument in 0..3 {
            let LeafValue::Bits(bits) = synthesize(pattern, argument, 0, &character, &domain) else {
                panic!("an address");
            };
            let number = u32::from_le_bytes(bits.try_into().unwrap());
            sent.push(char::from_u32(number).expect("a Unicode scalar value"));
        }
    }
    for boundary in ['\0', '\u{D7FF}', '\u{E000}', char::MAX] {
        assert!(sent.contains(&boundary), "{boundary:?}");
    }
}

#[test]
fn x87_numbers_have_their_leading_one() {
    // 1.0, infinity and a quiet NaN as the processor writes them.
    assert_eq!(float_edge(4, 80), [0, 0, 0, 0, 0, 0, 0, 0x80, 0xFF, 0x3F]);
    assert_eq!(float_edge(2, 80), [0, 0, 0, 0, 0, 0, 0, 0x80, 0xFF, 0xFF]);
    assert_eq!(float_edge(1, 80), [0x2A, 0, 0, 0, 0, 0, 0, 0xC0, 0xFF, 0x7F]);
}

/// Negative zero, a quiet NaN with a payload, negative infinity, the least number above zero, and one.
#[test]
fn each_format_has_its_boundaries() {
    let formats: [(u64, [u128; 5]); 5] = [
        (16, [0x8000, 0x7E2A, 0xFC00, 1, 0x3C00]),
        (32, [0x8000_0000, 0x7FC0_002A, 0xFF80_0000, 1, 0x3F80_0000]),
        (64, [1 << 63, 0x7FF8_0000_0000_002A, 0xFFF << 52, 1, 0x3FF << 52]),
        (
            80,
            [
                1 << 79,
                0x7FFF_C000_0000_0000_002A,
                0xFFFF_8000_0000_0000_0000,
                1,
                0x3FFF_8000_0000_0000_0000,
            ],
        ),
        (
            128,
            [
                1 << 127,
                0x7FFF_8000 << 96 | 0x2A,
                0xFFFF << 112,
                1,
                0x3FFF << 112,
            ],
        ),
    ];
    for (width, numbers) in formats {
        let float = leaf(0, width, Scalar::Float { x87: width == 80 });
        for (edge, number) in (0..).zip(numbers) {
            let bits = number.to_le_bytes()[..(width / 8) as usize].to_vec();
            let value = synthesize(Pattern::Edge(edge), 0, 0, &float, &Domain::of(&float));
            assert_eq!(value, LeafValue::Bits(bits), "{width} bits, {edge}");
        }
    }
}

#[test]
fn a_float_against_a_long_union_still_gets_a_value() {
    let bytes = Leaf {
        path: Path::WHOLE,
        offset: Bits(0),
        width: Bits(480),
        kind: LeafKind::Bytes { mask: vec![0xFF; 60] },
        bit_field: false,
    };
    for edge in 0..EDGES {
        let value = synthesize(Pattern::Edge(edge), 0, 0, &bytes, &Domain::Float);
        assert!(matches!(value, LeafValue::Bits(bits) if bits.len() == 60));
    }
}

#[test]
fn bits_outside_the_mask_are_not_read() {
    let bytes = Leaf {
        path: Path::WHOLE,
        offset: Bits(0),
        width: Bits(16),
        kind: LeafKind::Bytes {
            mask: vec![0x0F, 0xFF],
        },
        bit_field: false,
    };
    assert_eq!(load(&[0xAB, 0xCD], &bytes), [0x0B, 0xCD]);
}

#[test]
fn neighbours_get_different_edges_and_every_enum_value_is_used() {
    let int = leaf(0, 32, Scalar::Integer { signed: true });
    let at = |argument, first_byte| synthesize(Pattern::Edge(0), argument, first_byte, &int, &Domain::Signed);
    assert_ne!(at(0, 0), at(0, 4));
    assert_ne!(at(0, 0), at(1, 0));
    assert_eq!(Domain::Values(vec![1, 2, 3]).edges(), 3);
}
