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

/// Leaves of whole numbers by name, first bit and width; `f`, `g` and `h` are bit-fields. Of a union, which has no name, the first four bytes are used.
fn flat(leaves: &[(&str, u64, u64)]) -> Vec<Leaf> {
    let leaves = leaves.iter().map(|&(path, offset, width)| Leaf {
        path: path_of(path),
        offset: Bits(offset),
        width: Bits(width),
        kind: match path {
            "" => {
                let mut mask = vec![0xFF; 4];
                mask.resize((width / 8) as usize, 0);
                LeafKind::Bytes { mask }
            }
            _ => LeafKind::Scalar(Scalar::Integer { signed: false }),
        },
        bit_field: matches!(path, "f" | "g" | "h"),
    });
    leaves.collect()
}

/// What Rust has in the padding of a C type, and what it has that C lacks.
fn beside(c: (&[(&str, u64, u64)], u64), rust: &[(&str, u64, u64)]) -> (Vec<String>, Vec<String>) {
    let (c_leaves, rust_leaves) = (flat(c.0), flat(rust));
    let of = |leaves, size| Flat {
        leaves,
        size: Bytes(size),
        hollow: &[],
    };
    let found = pairing(of(&c_leaves, c.1), of(&rust_leaves, 16));
    let names = |indices: Vec<usize>| {
        let names = indices
            .into_iter()
            .map(|index| rust_leaves[index].path.to_string());
        names.collect()
    };
    (names(found.rust_in_padding), names(found.rust_alone))
}

#[test]
fn padding_ends_where_something_begins() {
    let byte = ("a", 0, 8);
    for (c, size, leaf, padding) in [
        (&[byte][..], 4, ("x", 8, 24), true),
        // One bit of it is used, the first or the last; or it reaches beyond the type.
        (&[byte, ("f", 31, 2)], 8, ("x", 8, 24), false),
        (&[byte, ("f", 8, 1)], 4, ("x", 8, 24), false),
        (&[byte, ("f", 32, 1)], 8, ("x", 8, 24), true),
        (&[byte], 3, ("x", 8, 24), false),
        (&[byte, ("f", 64, 8)], 9, ("x", 32, 32), true),
        // What no member of a union covers is the union's, to its end.
        (&[("", 0, 64)], 16, ("x", 32, 32), false),
        (&[("", 0, 64)], 16, ("x", 32, 24), false),
        (&[("", 0, 64)], 16, ("x", 64, 32), true),
        (&[("", 0, 64)], 16, ("x", 32, 64), true),
        (&[byte, ("", 64, 64)], 16, ("x", 32, 32), true),
        (&[byte, ("", 64, 64)], 16, ("x", 96, 32), false),
    ] {
        // The rest is on both sides, but a bit inside of the leaf.
        let rest = c
            .iter()
            .filter(|other| other.1 < leaf.1 || other.1 >= leaf.1 + leaf.2);
        let rest = rest.map(|&(name, at, width)| (name, at, width.min(32)));
        let rust: Vec<_> = rest.chain([leaf]).collect();
        let (found, _) = beside((c, size), &rust);
        assert_eq!(found == ["x"], padding, "{leaf:?} beside {c:?} of {size} bytes");
    }
}

/// Where one side has a field in the other's padding, and a unit is wider than the bit-fields that it stands for, fields moved.
#[test]
fn a_field_beside_a_wider_unit_is_none_in_padding() {
    let c = &[("f", 0, 3), ("g", 3, 5), ("n", 32, 32)];
    for (width, padding) in [(8, &["x"][..]), (16, &[])] {
        let rust = [("raw", 0, width), ("x", 16, 8), ("n", 32, 32)];
        assert_eq!(beside((c, 8), &rust).0, padding, "{width}");
    }
}

#[test]
fn padding_by_name_on_both_sides_is_padding() {
    let byte = |name: &'static str, at: u64| {
        move |table: &mut Table| {
            let (byte, int) = (table.unsigned(1), table.int());
            table.structure(8, &[(name, at, byte), ("length", 4, int)])
        }
    };
    for (one, other) in [("_pad", "_reserved"), ("Fill0", "spare"), ("unused", "pad_1")] {
        assert_eq!(compared(byte(one, 0), byte(other, 1)), [], "{one} and {other}");
    }
}

/// Bytes that only lie next to bit-fields are no unit of theirs.
#[test]
fn an_array_beside_bit_fields_is_an_array() {
    let (first, second) = (("raw[0]", 8, 8), ("raw[1]", 16, 8));
    let bits = [("f", 0, 4), ("g", 4, 4)];
    for c in [&[bits[0], bits[1], first][..], &[first, ("f", 24, 4)]] {
        let rust: Vec<_> = c.iter().copied().chain([second]).collect();
        let (padding, alone) = beside((c, 4), &rust);
        assert!(padding.is_empty(), "{c:?}: {padding:?}");
        assert_eq!(alone, ["raw[1]"], "{c:?}");
    }
    // A whole byte behind some is the end of their run, and so is one before them.
    for rust in [
        [bits[0], bits[1], ("h", 8, 8)],
        [("h", 8, 8), ("f", 16, 4), ("g", 20, 4)],
    ] {
        let c: Vec<_> = rust.into_iter().filter(|leaf| leaf.0 != "h").collect();
        let (padding, alone) = beside((&c, 4), &rust);
        assert!(padding.is_empty(), "{c:?}: {padding:?}");
        assert_eq!(alone, ["h"], "{c:?}");
    }
    // Around them it is one, of which some bytes need not be used.
    let (padding, alone) = beside((&[("f", 8, 4), ("g", 12, 4)], 4), &[first, second]);
    assert_eq!((padding, alone), (vec!["raw[1]".to_owned()], vec![]));
}

#[test]
fn what_is_divided_stays_so_beside_a_leaf_that_is_alone() {
    fn of(leaves: &[Leaf], size: u64) -> Flat<'_> {
        Flat {
            leaves,
            size: Bytes(size),
            hollow: &[],
        }
    }
    let c = flat(&[("f", 0, 3), ("g", 3, 5), ("n", 32, 32), ("p", 64, 32)]);
    for name in ["n", "m"] {
        let rust = flat(&[("raw", 0, 8), (name, 32, 32)]);
        let found = pairing(of(&c, 12), of(&rust, 8));
        assert_eq!(found.divided, [(vec![0, 1], vec![0])], "{name}");
        assert_eq!((found.pairs, found.c_alone), (vec![(2, 1)], vec![3]), "{name}");
        let found = pairing(of(&rust, 8), of(&c, 12));
        assert_eq!(found.divided, [(vec![0], vec![0, 1])], "{name}");
        assert_eq!((found.pairs, found.rust_alone), (vec![(1, 2)], vec![3]), "{name}");
    }
}

/// Of two widths they are no parts of each other; the size tells.
#[test]
fn unions_are_not_divided_by_unions() {
    let (c, rust) = (flat(&[("", 0, 64), ("n", 128, 32)]), flat(&[("", 0, 128)]));
    for (c, rust) in [((&c, 20), (&rust, 16)), ((&rust, 16), (&c, 20))] {
        let [c, rust] = [c, rust].map(|(leaves, size)| Flat {
            leaves,
            size: Bytes(size),
            hollow: &[],
        });
        let found = pairing(c, rust);
        assert_eq!((found.pairs, found.divided), (vec![(0, 0)], vec![]));
    }
    // By a member of it one is.
    let (union, member) = (flat(&[("", 0, 64)]), flat(&[("x", 0, 32)]));
    assert_eq!(pair_leaves(&union, &member), None);
    assert_eq!(pair_leaves(&member, &union), None);
}

/// A name that stands for two leaves tells of neither.
#[test]
fn names_pair_leaves_only_where_each_is_used_once() {
    for (c, rust, pairs) in [
        (["a", "b"], ["b", "a"], Some(vec![(0, 1), (1, 0)])),
        (["a", "a"], ["a", "a"], Some(vec![(0, 0), (1, 1)])),
        (["a", "b"], ["a", "a"], Some(vec![(0, 0), (1, 1)])),
        (["a", "a"], ["b", "a"], Some(vec![(0, 0), (1, 1)])),
        (["type", "b"], ["b", "type_"], Some(vec![(0, 1), (1, 0)])),
    ] {
        let (c, rust) = (
            flat(&[(c[0], 0, 32), (c[1], 32, 32)]),
            flat(&[(rust[0], 0, 32), (rust[1], 32, 32)]),
        );
        assert_eq!(pair_leaves(&c, &rust), pairs, "{c:?} and {rust:?}");
    }
    let (one, two) = (flat(&[("a", 0, 32)]), flat(&[("a", 0, 32), ("a", 32, 32)]));
    assert_eq!(pair_leaves(&one, &two), None);
    assert_eq!(pair_leaves(&two, &one), None);
}

#[test]
fn a_float_is_not_divided_into_bytes() {
    let float = |table: &mut Table| {
        let float = table.float();
        table.structure(4, &[("x", 0, float)])
    };
    let bytes = |table: &mut Table| {
        let byte = table.unsigned(1);
        table.structure(
            4,
            &[("a", 0, byte), ("b", 1, byte), ("c", 2, byte), ("d", 3, byte)],
        )
    };
    let word = |table: &mut Table| {
        let word = table.unsigned(4);
        table.structure(4, &[("x", 0, word)])
    };
    assert_ne!(differences(float, bytes), []);
    assert_ne!(differences(bytes, float), []);
    assert_eq!(differences(word, bytes), []);
    assert_eq!(differences(bytes, word), []);
}

/// A part that reaches beyond every whole is none, and a whole without a part is not divided.
#[test]
fn parts_lie_in_their_wholes() {
    let whole = ("raw", 0, 32);
    for (parts, divided) in [
        (&[("a", 0, 8), ("b", 8, 24)][..], true),
        (&[("a", 0, 3), ("b", 3, 29)], true),
        (&[("a", 0, 8), ("b", 24, 16)], false),
        (&[("a", 0, 3), ("b", 30, 3)], false),
    ] {
        let (c, rust) = (flat(&[whole]), flat(parts));
        for (c, rust) in [(&c, &rust), (&rust, &c)] {
            let of = |leaves| Flat {
                leaves,
                size: Bytes(5),
                hollow: &[],
            };
            let found = pairing(of(c), of(rust));
            assert_eq!(!found.divided.is_empty(), divided, "{parts:?}");
        }
    }
}

/// A field behind bit-fields is none of their run, and may lie in padding like any other.
#[test]
fn a_field_behind_bit_fields_is_a_field_of_its_own() {
    let c = |table: &mut Table| {
        let (long, void) = (table.unsigned(8), table.add("void", 0, Shape::Incomplete));
        let (bits, pointer) = (table.unsigned(4), table.pointer(void));
        let id = table.structure(16, &[("kind", 0, long), ("name", 12, pointer)]);
        let bit = |name: &str, offset, width| Field {
            name: name.to_owned(),
            offset: Bits(offset),
            width: Bits(width),
            bit_field: true,
            ty: bits,
        };
        table.0.types[pointer.0].size = Bytes(4);
        if let Shape::Struct { fields } = &mut table.0.types[id.0].shape {
            fields[1].width = Bits(32);
            fields.splice(1..1, [bit("owner_0", 64, 31), bit("owner_1", 95, 1)]);
        }
        id
    };
    let rust = |table: &mut Table| {
        let (long, word) = (table.unsigned(8), table.unsigned(4));
        table.structure(16, &[("kind", 0, long), ("owner", 8, word)])
    };
    assert_eq!(differences(c, rust), []);
    assert_eq!(compared(c, rust), [found(TypeDifferenceKind::InPadding, "name")]);
}

/// An integer that has the name of bit-fields is their unit, wherever it lies.
#[test]
fn a_unit_is_known_by_the_name_of_its_bit_fields() {
    let c = |table: &mut Table| {
        let (long, word) = (table.unsigned(8), table.unsigned(4));
        let id = table.structure(24, &[("user", 0, long), ("index", 16, long)]);
        let bit = |name: &str, offset, width| Field {
            name: name.to_owned(),
            offset: Bits(offset),
            width: Bits(width),
            bit_field: true,
            ty: word,
        };
        if let Shape::Struct { fields } = &mut table.0.types[id.0].shape {
            fields.splice(1..1, [bit("port_0", 64, 17), bit("port_1", 81, 15)]);
        }
        id
    };
    let rust = |named: &'static str| {
        move |table: &mut Table| {
            let (long, word) = (table.unsigned(8), table.unsigned(4));
            let fields = [
                ("user", 0, long),
                ("first", 8, word),
                (named, 12, word),
                ("index", 16, long),
            ];
            table.structure(24, &fields)
        }
    };
    assert_eq!(
        differences(c, rust("second")),
        [],
        "what holds the bits has any name"
    );
    assert_ne!(differences(c, rust("port")), [], "this one is elsewhere");
}
