//! Fields that pair or do not, and what one difference is counted as.

use super::*;
use crate::fact::{Domain, Fact};
use TypeDifferenceKind::{Kind, Missing, Offset, Size, Width};

type Build = fn(&mut Table) -> TypeId;

/// What it shows, C, Rust, and every difference.
type Row = (
    &'static str,
    Build,
    Build,
    &'static [(TypeDifferenceKind, &'static str)],
);

#[test]
fn each_difference_is_found_once_and_at_its_place() {
    let rows: [Row; 15] = [
        ("an opaque type against a known one", opaque, pair, &[]),
        ("and the other way", pair, opaque, &[]),
        (
            "behind a pointer a type without size is a handle",
            to_empty,
            to_pair,
            &[],
        ),
        ("on either side", to_pair, to_empty, &[]),
        (
            "a scalar is no aggregate",
            half_word,
            to_pair,
            &[(Width, ""), (Kind, "")],
        ),
        (
            "a struct against a smaller scalar",
            pair,
            |table| table.unsigned(4),
            &[(Size, ""), (Missing, "b")],
        ),
        (
            "a pointer to one of another size is none to an element",
            |table| to(table, Table::int),
            |table| to_array(table, 2, 4),
            &[(Size, "*"), (Missing, "*[2]"), (Missing, "*[3]")],
        ),
        (
            "and the other way",
            |table| to_array(table, 2, 4),
            |table| to(table, Table::int),
            &[(Size, "*"), (Missing, "*[2]"), (Missing, "*[3]")],
        ),
        (
            "arrays of one length are compared by element",
            |table| to_array(table, 2, 2),
            |table| to_array(table, 4, 2),
            &[(Size, "*"), (Offset, "*[1]"), (Width, "*[0]"), (Width, "*[1]")],
        ),
        (
            "arrays of two lengths by one",
            |table| to_array(table, 2, 2),
            |table| to_array(table, 4, 3),
            &[(Size, "*"), (Width, "*[0]")],
        ),
        (
            "names tell which field is missing",
            |table| ints(table, &["a", "b", "c"]),
            |table| ints(table, &["a", "c"]),
            &[(Size, ""), (Missing, "b"), (Offset, "c")],
        ),
        (
            "where no name is shared the last is missing",
            |table| ints(table, &["x", "y"]),
            |table| ints(table, &["z"]),
            &[(Size, ""), (Missing, "y")],
        ),
        (
            "and where a name is used twice in C",
            |table| ints(table, &["a", "a", "b"]),
            |table| ints(table, &["a", "c"]),
            &[(Size, ""), (Missing, "b")],
        ),
        (
            "or in Rust",
            |table| ints(table, &["a", "c"]),
            |table| ints(table, &["a", "a", "b"]),
            &[(Size, ""), (Missing, "b")],
        ),
        (
            "floats are no parts of an integer",
            |table| {
                let float = table.float();
                table.structure(8, &[("a", 0, float), ("b", 4, float)])
            },
            |table| {
                let word = table.unsigned(8);
                table.structure(8, &[("raw", 0, word)])
            },
            &[(Missing, "b"), (Width, "a"), (Kind, "a")],
        ),
    ];
    for (shows, c, rust, expected) in rows {
        let mut got = differences(c, rust);
        let mut expected: Vec<_> = expected.iter().map(|&(kind, path)| found(kind, path)).collect();
        got.sort();
        expected.sort();
        assert_eq!(got, expected, "{shows}");
    }
}

fn opaque(table: &mut Table) -> TypeId {
    table.add("opaque", 0, Shape::Incomplete)
}

fn pair(table: &mut Table) -> TypeId {
    ints(table, &["a", "b"])
}

fn half_word(table: &mut Table) -> TypeId {
    table.unsigned(4)
}

fn to_pair(table: &mut Table) -> TypeId {
    to(table, pair)
}

fn to_empty(table: &mut Table) -> TypeId {
    to(table, |table| table.structure(0, &[]))
}

fn to(table: &mut Table, pointee: impl FnOnce(&mut Table) -> TypeId) -> TypeId {
    let pointee = pointee(table);
    table.pointer(pointee)
}

fn to_array(table: &mut Table, element: u64, length: u64) -> TypeId {
    let element = table.unsigned(element);
    let array = table.array(element, length);
    table.pointer(array)
}

/// Fields of four bytes, one after the other.
fn ints(table: &mut Table, names: &[&str]) -> TypeId {
    let int = table.int();
    let places = (0..).step_by(4).zip(names);
    let fields: Vec<_> = places.map(|(at, name)| (*name, at, int)).collect();
    table.structure(4 * names.len() as u64, &fields)
}

#[test]
fn unions_are_compared_by_the_bits_in_use_and_by_member() {
    let union = |size: u64, names: &'static [(&str, u64)]| {
        move |table: &mut Table| {
            let members: Vec<_> = names
                .iter()
                .map(|&(name, width)| (name, table.unsigned(width)))
                .collect();
            table.union(size, &members)
        }
    };
    let float_beside_int = |names: [&'static str; 2]| {
        move |table: &mut Table| {
            let (float, int) = (table.float(), table.int());
            table.union(4, &[(names[0], float), (names[1], int)])
        }
    };
    let narrow = |table: &mut Table| {
        let union = union(4, &[("a", 4)])(table);
        if let Shape::Union { fields } = &mut table.0.types[union.0].shape {
            (fields[0].width, fields[0].bit_field) = (Bits(3), true);
        }
        union
    };
    assert_eq!(
        differences(union(8, &[("a", 4)]), union(8, &[("b", 8)])),
        [found(Width, ""), found(Width, "a")]
    );
    // Of two sizes the sizes tell.
    assert_eq!(
        differences(union(4, &[("a", 4)]), union(8, &[("a", 8)])),
        [found(Size, ""), found(Width, "")]
    );
    assert_eq!(
        differences(narrow, union(4, &[("a", 4)])),
        [found(Width, ""), found(Width, "a")]
    );
    let beside_int = |name: &'static str, scalar: Scalar| {
        move |table: &mut Table| {
            let (int, other) = (table.int(), table.scalar(4, scalar));
            table.union(4, &[("a", int), (name, other)])
        }
    };
    assert_eq!(
        differences(
            beside_int("x", Scalar::Float { x87: false }),
            beside_int("y", Scalar::UnicodeScalar)
        ),
        [found(Kind, "x")]
    );
    assert_eq!(
        differences(float_beside_int(["a", "b"]), float_beside_int(["b", "a"])),
        [found(Kind, "a"), found(Kind, "b")]
    );
}

#[test]
fn a_variant_is_looked_for_inside_a_union_and_only_where_it_lies() {
    let rust = |inside: bool| {
        move |table: &mut Table| {
            let (tag, float) = (table.unsigned(4), table.float());
            let variant = table.structure(12, &[("0", 4, float)]);
            let tag = table.fields(&[("tag", 0, tag)]).pop();
            let variants = table.fields(&[("A", 0, variant)]);
            let ty = table.add("enum", 12, Shape::Variants { tag, variants });
            match inside {
                true => table.structure(12, &[("e", 0, ty)]),
                false => ty,
            }
        }
    };
    let beside = |at: u64| {
        move |table: &mut Table| {
            let (tag, byte) = (table.unsigned(4), table.unsigned(1));
            table.structure(12, &[("tag", 0, tag), ("b", at, byte)])
        }
    };
    let missing = [found(Missing, "A.0")];
    for (at, expected) in [(4, &[][..]), (7, &[]), (8, &missing), (3, &missing)] {
        assert_eq!(differences(beside(at), rust(false)), expected, "a byte at {at}");
    }
    let union = |table: &mut Table| {
        let (tag, int) = (table.unsigned(4), table.int());
        let pair = table.structure(12, &[("tag", 0, tag), ("value", 4, int)]);
        let union = table.union(12, &[("u", pair)]);
        table.structure(12, &[("e", 0, union)])
    };
    assert_eq!(differences(union, rust(true)), [found(Kind, "e.A.0")]);
    // A tag may be a bit-field, which is as wide as it says.
    let tagged = |width: u64| {
        move |table: &mut Table| {
            let float = table.float();
            let bits = table.bits(&[("tag", width)]);
            let Shape::Struct { mut fields } = table.0.get(bits).shape.clone() else {
                unreachable!("bits are a struct");
            };
            fields.extend(table.fields(&[("value", 4, float)]));
            table.add("with bits", 8, Shape::Struct { fields })
        }
    };
    let by_byte = |table: &mut Table| {
        let (tag, float) = (table.unsigned(1), table.float());
        let variant = table.structure(8, &[("0", 4, float)]);
        let tag = table.fields(&[("tag", 0, tag)]).pop();
        let variants = table.fields(&[("A", 0, variant)]);
        table.add("enum", 8, Shape::Variants { tag, variants })
    };
    assert_eq!(differences(tagged(8), by_byte), []);
    assert_eq!(differences(tagged(7), by_byte), [found(Missing, "tag")]);
    // The parts of the enum may lie in the struct itself.
    let parts = |float: bool| {
        move |table: &mut Table| {
            let (tag, int, real) = (table.unsigned(4), table.int(), table.float());
            let value = if float { real } else { int };
            table.structure(12, &[("tag", 0, tag), ("value", 4, value)])
        }
    };
    assert_eq!(differences(parts(true), rust(true)), []);
    assert_eq!(differences(parts(false), rust(true)), [found(Kind, "e.A.0")]);
    // So may those of an array of enums.
    let array = |table: &mut Table| {
        let inner = rust(false)(table);
        let array = table.array(inner, 1);
        table.structure(12, &[("es", 0, array)])
    };
    assert_eq!(differences(parts(true), array), []);
    assert_eq!(differences(parts(false), array), [found(Kind, "es[0].A.0")]);
}

#[test]
fn only_bytes_of_one_array_are_one_whole_for_bit_fields() {
    let bits = |table: &mut Table| table.bits(&[("a", 3), ("b", 9), ("c", 17)]);
    let arrays = |element: u64, lengths: &'static [(&str, u64, u64)]| {
        move |table: &mut Table| {
            let fields: Vec<_> = lengths
                .iter()
                .map(|&(name, at, length)| {
                    let element = table.unsigned(element);
                    (name, at, table.array(element, length))
                })
                .collect();
            table.structure(4, &fields)
        }
    };
    assert_eq!(differences(bits, arrays(1, &[("raw", 0, 4)])), []);
    assert_ne!(differences(bits, arrays(2, &[("raw", 0, 2)])), []);
    assert_ne!(differences(bits, arrays(1, &[("x", 0, 2), ("y", 2, 2)])), []);
}

#[test]
fn types_without_leaves_have_no_bytes_in_common() {
    let (mut c, mut rust) = (Table::default(), Table::default());
    let empty = c.structure(4, &[]);
    let word = rust.unsigned(4);
    assert_eq!(common_leaves(&c.0, empty, &rust.0, word), Some(Vec::new()));
    assert_eq!(common_leaves(&rust.0, word, &c.0, empty), Some(Vec::new()));
    let float = c.float();
    let two = c.structure(8, &[("a", 0, float), ("b", 4, float)]);
    assert_eq!(common_leaves(&c.0, two, &rust.0, word), None, "floats");
}

#[test]
fn leaves_are_described_in_words() {
    let leaf = |offset, width, kind| Leaf {
        path: Path::WHOLE,
        offset: Bits(offset),
        width: Bits(width),
        kind,
        bit_field: false,
    };
    let scalar = LeafKind::Scalar;
    let pointer = |function| Scalar::Pointer {
        to: None,
        function,
        constant: false,
    };
    let enumeration = Scalar::Enumeration {
        signed: true,
        values: vec![("A".to_owned(), 0), ("B".to_owned(), 1)],
    };
    for (leaf, text) in [
        (
            leaf(32, 32, scalar(Scalar::Integer { signed: true })),
            "byte 4, 32-bit signed integer",
        ),
        (
            leaf(35, 3, scalar(Scalar::Integer { signed: false })),
            "byte 4:3, 3-bit unsigned integer",
        ),
        (leaf(0, 8, scalar(Scalar::Bool)), "byte 0, bool"),
        (
            leaf(0, 32, scalar(Scalar::UnicodeScalar)),
            "byte 0, Unicode scalar value",
        ),
        (
            leaf(0, 64, scalar(Scalar::Float { x87: false })),
            "byte 0, 64-bit float",
        ),
        (
            leaf(0, 80, scalar(Scalar::Float { x87: true })),
            "byte 0, x87 extended float",
        ),
        (leaf(0, 64, scalar(pointer(false))), "byte 0, pointer"),
        (leaf(0, 64, scalar(pointer(true))), "byte 0, function pointer"),
        (
            leaf(0, 32, scalar(enumeration)),
            "byte 0, 32-bit enum of 2 values",
        ),
        (
            leaf(64, 12, LeafKind::Bytes { mask: Vec::new() }),
            "byte 8, 2 bytes of a union",
        ),
    ] {
        assert_eq!(Fact::leaf(&leaf).to_string(), text);
    }
}

#[test]
fn the_table_of_scalars() {
    let integer = || Scalar::Integer { signed: true };
    let values = |count: i128| Scalar::Enumeration {
        signed: false,
        values: (0..count).map(|value| (String::new(), value)).collect(),
    };
    let pointer = |function, to: Option<usize>| Scalar::Pointer {
        to: to.map(TypeId),
        function,
        constant: false,
    };
    let float = |x87| Scalar::Float { x87 };
    let domain = |c: Domain, rust: Domain| Compatibility::Domain { c, rust };
    let numbers = |count: usize| Domain::OneOf {
        values: (0..count).map(|value| value.to_string()).collect(),
    };
    let different = |contract_only| Compatibility::Different { contract_only };
    for (c, rust, expected) in [
        (Scalar::Bool, Scalar::Bool, Compatibility::Same),
        (Scalar::UnicodeScalar, Scalar::UnicodeScalar, Compatibility::Same),
        (integer(), Scalar::Integer { signed: false }, Compatibility::Same),
        (values(2), integer(), Compatibility::Same),
        (
            integer(),
            Scalar::Bool,
            domain(Domain::AnyInteger, Domain::ZeroOrOne),
        ),
        (
            Scalar::Bool,
            integer(),
            domain(Domain::ZeroOrOne, Domain::AnyInteger),
        ),
        (
            integer(),
            Scalar::UnicodeScalar,
            domain(Domain::AnyInteger, Domain::UnicodeScalars),
        ),
        (integer(), values(8), domain(Domain::AnyInteger, numbers(8))),
        (values(10), values(1), domain(numbers(10), numbers(1))),
        (float(false), float(false), Compatibility::Same),
        (float(false), integer(), different(false)),
        (
            pointer(false, Some(0)),
            pointer(false, Some(0)),
            Compatibility::Same,
        ),
        (pointer(true, None), pointer(true, Some(0)), Compatibility::Same),
        (pointer(false, Some(0)), pointer(true, Some(1)), different(true)),
        (pointer(false, None), pointer(true, Some(1)), Compatibility::Same),
        (pointer(true, Some(1)), pointer(false, None), Compatibility::Same),
        (pointer(false, None), integer(), different(true)),
        (integer(), pointer(false, None), different(true)),
    ] {
        assert_eq!(compare_scalars(&c, &rust), expected, "{c:?} against {rust:?}");
    }
}

/// A flexible array takes no bytes, and its elements begin somewhere all the same.
#[test]
fn a_flexible_array_begins_where_it_begins() {
    let buffer = |at: u64| {
        move |table: &mut Table| {
            let (long, byte) = (table.unsigned(8), table.unsigned(1));
            let none = table.add(
                "char[]",
                0,
                Shape::Array {
                    element: byte,
                    length: 0,
                    vector: false,
                },
            );
            table.structure(16, &[("a", 0, long), ("b", 8, byte), ("data", at, none)])
        }
    };
    assert_eq!(differences(buffer(9), buffer(9)), []);
    assert_eq!(differences(buffer(9), buffer(16)), [found(Offset, "data")]);
}
