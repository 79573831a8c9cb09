//! Names for padding, units of bit-fields, and fields that only look like either.

use super::*;

/// Bytes that only one side has a name for are padding, whatever the name and the type.
#[test]
fn padding_that_one_side_writes_out_is_no_field() {
    let plain = |table: &mut Table| {
        let (byte, int) = (table.unsigned(1), table.int());
        table.structure(8, &[("kind", 0, byte), ("length", 4, int)])
    };
    let written = |table: &mut Table| {
        let (byte, int) = (table.unsigned(1), table.int());
        let padding = table.array(byte, 3);
        table.structure(8, &[("kind", 0, byte), ("_pad", 1, padding), ("length", 4, int)])
    };
    let reserved = |table: &mut Table| {
        let (byte, short, int) = (table.unsigned(1), table.unsigned(2), table.int());
        table.structure(8, &[("kind", 0, byte), ("x", 2, short), ("size", 4, int)])
    };
    assert_eq!(differences(plain, written), []);
    assert_eq!(differences(written, plain), []);
    let word = [found(TypeDifferenceKind::InPadding, "x")];
    type Make = fn(&mut Table) -> TypeId;
    let (plain, reserved): (Make, Make) = (plain, reserved);
    for (c, rust) in [(plain, reserved), (reserved, plain)] {
        assert_eq!(compared(c, rust), word, "worth a word");
        assert_eq!(differences(c, rust), []);
    }
    // Two fields in each other's padding have moved.
    let at = |offset: u64| {
        move |table: &mut Table| {
            let (byte, int) = (table.unsigned(1), table.int());
            table.structure(8, &[("kind", offset, byte), ("length", 4, int)])
        }
    };
    assert_eq!(
        differences(at(0), at(1)),
        [found(TypeDifferenceKind::Offset, "kind")]
    );
    let unnamed = |offset: u64, name: &'static str| {
        move |table: &mut Table| {
            let (byte, int) = (table.unsigned(1), table.int());
            table.structure(8, &[(name, offset, byte), ("length", 4, int)])
        }
    };
    assert_eq!(
        differences(unnamed(0, "a"), unnamed(1, "b")),
        [found(TypeDifferenceKind::Offset, "a")]
    );
}

/// The unit around bit-fields is compared by its bits, whatever else is in the struct.
#[test]
fn units_of_bit_fields_are_compared_beside_anything() {
    let with = |scalar: Scalar, size: u64| {
        move |table: &mut Table| {
            let other = table.scalar(size, scalar);
            let bits = table.bits(&[("ver", 4), ("len", 28)]);
            let Shape::Struct { mut fields } = table.0.get(bits).shape.clone() else {
                unreachable!("bits are a struct");
            };
            fields.extend(table.fields(&[("p", 8, other)]));
            table.add("with bits", 16, Shape::Struct { fields })
        }
    };
    let unit = |scalar: Scalar, size: u64, width: u64, at: u64| {
        move |table: &mut Table| {
            let other = table.scalar(size, scalar);
            let unit = table.unsigned(width);
            table.structure(16, &[("unit", at, unit), ("q", 8, other)])
        }
    };
    let bytes = |scalar: Scalar, size: u64| {
        move |table: &mut Table| {
            let other = table.scalar(size, scalar);
            let byte = table.unsigned(1);
            let unit = table.array(byte, 4);
            table.structure(16, &[("_bitfield_1", 0, unit), ("p", 8, other)])
        }
    };
    let address = Scalar::Pointer {
        to: None,
        function: false,
        constant: false,
    };
    for (scalar, size) in [(address, 8), (Scalar::Float { x87: false }, 8), (Scalar::Bool, 1)] {
        let c = || with(scalar.clone(), size);
        assert_eq!(
            differences(c(), unit(scalar.clone(), size, 4, 0)),
            [],
            "{scalar:?}"
        );
        assert_eq!(differences(c(), bytes(scalar.clone(), size)), [], "{scalar:?}");
        // A unit that covers other bits.
        assert_ne!(
            differences(c(), unit(scalar.clone(), size, 2, 0)),
            [],
            "{scalar:?}"
        );
        assert_ne!(
            differences(c(), unit(scalar.clone(), size, 2, 2)),
            [],
            "{scalar:?}"
        );
    }
}

/// What looks like padding and is a field that moved or was cut.
#[test]
fn fields_that_moved_into_padding_are_found() {
    use TypeDifferenceKind::{Missing, Offset};
    let bits = |table: &mut Table| {
        let word = table.unsigned(4);
        let bits = table.bits(&[("a", 4), ("b", 4), ("c", 1)]);
        let mut fields = table.fields(&[("scale", 0, word)]);
        let Shape::Struct { fields: bits } = table.0.get(bits).shape.clone() else {
            unreachable!("bits are a struct");
        };
        fields.extend(bits.into_iter().map(|field| Field {
            offset: field.offset + Bits(32),
            ..field
        }));
        table.add("with bits", 8, Shape::Struct { fields })
    };
    let unit = |width: u64| {
        move |table: &mut Table| {
            let (word, unit) = (table.unsigned(4), table.unsigned(width));
            table.structure(8, &[("scale", 0, word), ("unit", 4, unit)])
        }
    };
    assert_eq!(differences(bits, unit(2)), []);
    assert_ne!(differences(bits, unit(1)), [], "a unit that is too narrow");
    // An array that is longer, where the other side has padding.
    let array = |length: u64| {
        move |table: &mut Table| {
            let (word, byte) = (table.unsigned(4), table.unsigned(1));
            let array = table.array(byte, length);
            table.structure(8, &[("type", 0, word), ("name", 4, array)])
        }
    };
    assert_eq!(
        differences(array(4), array(3)),
        [found(Missing, "name[3]")],
        "an element is no padding"
    );
    // A pointer in the place of a flexible array, where the alignment leaves room for it.
    let tail = |table: &mut Table, pointer: bool| {
        let (word, byte) = (table.unsigned(4), table.unsigned(1));
        let (array, address) = (table.array(byte, 0), table.pointer(byte));
        match pointer {
            false => table.structure(16, &[("a", 0, word), ("tail", 16, array)]),
            true => table.structure(16, &[("a", 0, word), ("tail", 8, address)]),
        }
    };
    assert_ne!(
        differences(|table| tail(table, false), |table| tail(table, true)),
        []
    );
    let members = |name: &'static str, width: u64| {
        move |table: &mut Table| {
            let (long, other) = (table.unsigned(8), table.unsigned(width));
            table.union(8, &[("value", long), (name, other)])
        }
    };
    assert_eq!(differences(members("ref", 8), members("ref_", 8)), []);
    assert_eq!(
        differences(members("ref", 8), members("ref_", 4)),
        [found(TypeDifferenceKind::Width, "ref")]
    );
    // What C reaches through a member without a name has one of bindgen's around it.
    let inner = |table: &mut Table, name: &'static str, width: u64| {
        let (long, first, second) = (table.unsigned(8), table.unsigned(width), table.unsigned(2));
        let inner = table.structure(2 * width, &[("high", 0, first), ("raw", width, second)]);
        table.structure(16, &[("a", 0, long), (name, 8, inner)])
    };
    let bindgen = |width: u64| move |table: &mut Table| inner(table, "__bindgen_anon_1", width);
    assert_eq!(differences(|table| inner(table, "", 2), bindgen(2)), []);
    assert_ne!(differences(|table| inner(table, "", 2), bindgen(4)), []);
    // A union that is wider, where the alignment leaves room for it.
    let beside_union = |name: &'static str, width: u64| {
        move |table: &mut Table| {
            let (long, word) = (table.unsigned(8), table.unsigned(width));
            let union = table.union(width, &[("raw", word)]);
            table.structure(16, &[("a", 0, long), (name, 8, union)])
        }
    };
    assert_eq!(differences(beside_union("", 4), beside_union("x", 4)), []);
    assert_ne!(differences(beside_union("", 4), beside_union("x", 8)), []);
    // Of the bytes around bit-fields not all need be used.
    let few_bits = |table: &mut Table| table.bits(&[("a", 3), ("b", 2)]);
    let all_bytes = |table: &mut Table| {
        let byte = table.unsigned(1);
        let bytes = table.array(byte, 4);
        table.structure(4, &[("bytes", 0, bytes)])
    };
    assert_eq!(differences(few_bits, all_bytes), []);
    // Padding inside of the elements is padding all the same.
    let elements = |padded: bool| {
        move |table: &mut Table| {
            let (byte, short) = (table.unsigned(1), table.unsigned(2));
            let padding = table.array(byte, 1);
            let mut fields = vec![("kind", 0, byte), ("code", 2, short)];
            if padded {
                fields.push(("_pad", 1, padding));
            }
            let element = table.structure(4, &fields);
            table.array(element, 2)
        }
    };
    assert_eq!(differences(elements(false), elements(true)), []);
    assert_eq!(differences(elements(true), elements(false)), []);
    // A keyword has another name in Rust, and is the same field.
    let keyword = |name: &'static str, at: u64| {
        move |table: &mut Table| {
            let word = table.unsigned(4);
            table.structure(16, &[("a", 0, word), (name, at, word)])
        }
    };
    assert_eq!(
        differences(keyword("type", 12), keyword("type_", 4)),
        [found(Offset, "type")]
    );
    // A member of a union does not lie behind the others.
    let union = |table: &mut Table| {
        let word = table.unsigned(4);
        let words = table.array(word, 4);
        table.union(32, &[("words", words), ("one", word)])
    };
    let members = |table: &mut Table| {
        let word = table.unsigned(4);
        let words = table.array(word, 4);
        table.structure(32, &[("words", 0, words), ("one", 16, word)])
    };
    assert_ne!(differences(union, members), []);
}
