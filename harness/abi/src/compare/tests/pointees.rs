//! What pointers lead to: buffers of bytes, functions, and values that one side passes by address.

use super::*;

type Make = fn(&mut Table) -> TypeId;

impl Table {
    fn pointer_to_const(&mut self, to: TypeId) -> TypeId {
        let to = Some(to);
        self.scalar(
            8,
            Scalar::Pointer {
                to,
                function: false,
                constant: true,
            },
        )
    }

    fn callback(&mut self, params: Vec<TypeId>, result: Option<TypeId>) -> TypeId {
        let to = Some(self.add("function", 0, Shape::Function { params, result }));
        self.scalar(
            8,
            Scalar::Pointer {
                to,
                function: true,
                constant: false,
            },
        )
    }

    fn byte(&mut self) -> TypeId {
        self.unsigned(1)
    }
}

fn kinds(c: Make, rust: Make, with_length: bool) -> Vec<(TypeDifferenceKind, String)> {
    let (mut c_table, mut rust_table) = (Table::default(), Table::default());
    let (c_id, rust_id) = (c(&mut c_table), rust(&mut rust_table));
    compare_types(&c_table.0, c_id, &rust_table.0, rust_id, with_length)
        .into_iter()
        .map(|difference| (difference.kind, difference.path.to_string()))
        .collect()
}

fn to_byte(table: &mut Table) -> TypeId {
    let byte = table.byte();
    table.pointer(byte)
}

fn to_int(table: &mut Table) -> TypeId {
    let int = table.int();
    table.pointer(int)
}

fn to_const_int(table: &mut Table) -> TypeId {
    let int = table.int();
    table.pointer_to_const(int)
}

fn to_pointer(table: &mut Table) -> TypeId {
    let inner = to_int(table);
    table.pointer(inner)
}

fn to_structure(table: &mut Table) -> TypeId {
    let int = table.int();
    let inner = table.structure(8, &[("a", 0, int), ("b", 4, int)]);
    table.pointer(inner)
}

/// C 6.5p7 lets bytes alias everything; it does not make room for an `int` where there is a byte.
#[test]
fn bytes_are_a_view_only_of_what_nobody_writes_past() {
    use TypeDifferenceKind::{Kind, Width};
    let width = [found(Width, "*")];
    for (one, other) in [(to_byte as Make, to_int as Make), (to_int, to_byte)] {
        assert_eq!(kinds(one, other, false), width, "an out-parameter");
        assert_eq!(kinds(one, other, true), [], "a buffer with its length");
    }
    assert_eq!(kinds(to_byte, to_const_int, false), [], "only read");
    assert_eq!(kinds(to_const_int, to_byte, false), [], "only read");
    assert_eq!(
        kinds(to_pointer, to_byte, false),
        [found(Width, "*"), found(Kind, "*")]
    );
    let to_const_enum: Make = |table| {
        let values = [("NONE".to_owned(), 0), ("BUSY".to_owned(), 71)].into();
        let phase = table.scalar(
            4,
            Scalar::Enumeration {
                signed: false,
                values,
            },
        );
        table.pointer_to_const(phase)
    };
    assert_eq!(
        kinds(to_const_enum, to_byte, true),
        width,
        "nobody reads an enum as bytes"
    );
    let to_bool: Make = |table| {
        let bool = table.scalar(1, Scalar::Bool);
        table.pointer(bool)
    };
    assert_eq!(
        kinds(to_byte, to_bool, true),
        [found(TypeDifferenceKind::Domain, "*")]
    );
}

/// `char *` for a struct is how handles are written; whether it is one nobody can tell.
#[test]
fn bytes_for_a_struct_are_a_matter_of_contract() {
    let (mut c, mut rust) = (Table::default(), Table::default());
    let (c_id, rust_id) = (to_structure(&mut c), to_byte(&mut rust));
    let differences = compare_types(&c.0, c_id, &rust.0, rust_id, false);
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert!(differences[0].contract_only);
    assert_eq!(kinds(to_structure, to_byte, true), []);
}

#[test]
fn a_pointer_in_a_struct_has_its_length_beside_it() {
    let of: fn(&mut Table, Make, u64) -> TypeId = |table, pointee, length| {
        let data = pointee(table);
        let length = table.unsigned(length);
        table.structure(16, &[("data", 0, data), ("length", 8, length)])
    };
    let compared = |length: u64| {
        let (mut c, mut rust) = (Table::default(), Table::default());
        let (c_id, rust_id) = (of(&mut c, to_byte, length), of(&mut rust, to_int, length));
        compare_types(&c.0, c_id, &rust.0, rust_id, false).len()
    };
    assert_eq!(compared(8), 0);
    assert_eq!(compared(1), 1, "a byte is no length");
    // One side's word for it is enough.
    let with = |pointee: Make, length: Scalar| {
        move |table: &mut Table| {
            let (data, length) = (pointee(table), table.scalar(8, length));
            table.structure(16, &[("data", 0, data), ("length", 8, length)])
        }
    };
    let (word, float) = (Scalar::Integer { signed: false }, Scalar::Float { x87: false });
    let kind = [found(TypeDifferenceKind::Kind, "length")];
    for (c, rust) in [(&word, &float), (&float, &word)] {
        let found = differences(with(to_byte, c.clone()), with(to_int, rust.clone()));
        assert_eq!(found, kind);
    }
}

/// So has one that a callback takes, whichever side names it.
#[test]
fn a_pointer_of_a_callback_has_its_length_beside_it() {
    let callback = |pointee: Make, length: Option<u64>| {
        move |table: &mut Table| {
            let mut params = vec![pointee(table)];
            params.extend(length.map(|size| table.unsigned(size)));
            table.callback(params, None)
        }
    };
    let width = [found(TypeDifferenceKind::Width, "*callback argument 1")];
    for (c, rust, expected) in [
        (Some(8), Some(8), &[][..]),
        (Some(4), None, &[]),
        (None, Some(8), &[]),
        (None, None, &width),
        (Some(2), Some(2), &width),
    ] {
        let found = differences(callback(to_byte, c), callback(to_int, rust));
        assert_eq!(found, expected, "{c:?} and {rust:?}");
    }
    // The length belongs to the callback, not to what stands beside it.
    let beside = |pointee: Make| {
        move |table: &mut Table| {
            let (length, data) = (table.unsigned(8), pointee(table));
            let callback = table.callback(vec![length], None);
            table.callback(vec![callback, data], None)
        }
    };
    let width = [found(TypeDifferenceKind::Width, "*callback argument 2")];
    assert_eq!(differences(beside(to_byte), beside(to_int)), width);
}

#[test]
fn what_a_callback_takes_and_returns_is_compared() {
    use TypeDifferenceKind::{ByValue, Offset, Size, Width};
    fn of_pair(table: &mut Table, width: u64) -> TypeId {
        let (byte, word) = (table.byte(), table.unsigned(width));
        table.structure(2 * width, &[("kind", 0, byte), ("code", width, word)])
    }
    let by_value: fn(&mut Table, u64) -> TypeId = |table, width| {
        let pair = of_pair(table, width);
        table.callback(vec![pair], None)
    };
    let by_pointer: fn(&mut Table, u64) -> TypeId = |table, width| {
        let pair = of_pair(table, width);
        let pointer = table.pointer(pair);
        table.callback(vec![pointer], None)
    };
    let wider = |make: fn(&mut Table, u64) -> TypeId| {
        let (mut c, mut rust) = (Table::default(), Table::default());
        let (c_id, rust_id) = (make(&mut c, 2), make(&mut rust, 8));
        compare_types(&c.0, c_id, &rust.0, rust_id, false)
    };
    for (make, star) in [(by_value, ""), (by_pointer, "*")] {
        // What differs inside of what it takes is no difference of the whole.
        assert!(
            wider(make)
                .iter()
                .all(|difference| difference.of_callback.is_none())
        );
        let found: Vec<_> = wider(make)
            .into_iter()
            .map(|difference| (difference.kind, difference.path.to_string()))
            .collect();
        let at = format!("{star}callback argument 1");
        assert_eq!(
            found,
            [
                (Size, at.clone()),
                (Offset, format!("{at}.code")),
                (Width, format!("{at}.code"))
            ]
        );
    }
    let against_pointer = kinds(
        |table| {
            let pair = {
                let (byte, word) = (table.byte(), table.unsigned(2));
                table.structure(4, &[("kind", 0, byte), ("code", 2, word)])
            };
            table.callback(vec![pair], None)
        },
        |table| {
            let int = to_int(table);
            table.callback(vec![int], None)
        },
        false,
    );
    assert_eq!(
        against_pointer,
        [found(ByValue { scalars: 2 }, "callback argument 1")]
    );
    let returning = |table: &mut Table, width: u64| {
        let result = table.unsigned(width);
        let inner = table.callback(vec![], Some(result));
        table.callback(vec![inner], None)
    };
    let (mut c, mut rust) = (Table::default(), Table::default());
    let (c_id, rust_id) = (returning(&mut c, 4), returning(&mut rust, 8));
    let inside = compare_types(&c.0, c_id, &rust.0, rust_id, false);
    assert_eq!(inside.len(), 1, "{inside:?}");
    assert_eq!(inside[0].path.to_string(), "callback argument 1, callback result");
    assert_eq!(inside[0].of_callback, Some(CallbackValue::Result));
    assert!(!inside[0].contract_only);
}

/// A value and the address of such a value share a register; what the callee makes of it is another matter.
#[test]
fn a_value_is_no_address_at_any_size() {
    let words: fn(&mut Table, u64, u64) -> TypeId = |table, count, width| {
        let word = table.unsigned(width);
        let fields: Vec<_> = ["a", "b", "c"][..count as usize]
            .iter()
            .zip(0..)
            .map(|(name, index)| (*name, index * width, word))
            .collect();
        table.structure(count * width, &fields)
    };
    for (count, width) in [(2, 1), (3, 1), (2, 2), (3, 2), (1, 4), (1, 8), (2, 8)] {
        for swapped in [false, true] {
            let (mut one, mut other) = (Table::default(), Table::default());
            let value = words(&mut one, count, width);
            let behind = words(&mut other, count, width);
            let pointer = other.pointer(behind);
            let found = match swapped {
                false => compare_types(&one.0, value, &other.0, pointer, false),
                true => compare_types(&other.0, pointer, &one.0, value, false),
            };
            assert_eq!(found.len(), 1, "{count} of {width}: {found:?}");
            assert_eq!(
                found[0].kind,
                TypeDifferenceKind::ByValue {
                    scalars: count as usize
                }
            );
        }
    }
    // A struct around one address, or one number, is passed like it.
    let handle: Make = |table| {
        let inner = to_int(table);
        table.structure(8, &[("raw", 0, inner)])
    };
    assert_eq!(kinds(handle, to_int, false), []);
}

/// A struct around one pointer takes as much room as its own address.
#[test]
fn a_field_is_told_from_its_own_address() {
    fn handle(table: &mut Table) -> TypeId {
        let void = table.add("void", 0, Shape::Incomplete);
        let inside = table.pointer(void);
        table.structure(8, &[("time", 0, inside)])
    }
    let by_value: Make = |table| {
        let (handle, int) = (handle(table), table.int());
        table.structure(16, &[("head", 0, handle), ("n", 8, int)])
    };
    let by_pointer: Make = |table| {
        let (handle, int) = (handle(table), table.int());
        let pointer = table.pointer(handle);
        table.structure(16, &[("head", 0, pointer), ("n", 8, int)])
    };
    let told = [found(TypeDifferenceKind::ByValue { scalars: 1 }, "head")];
    assert_eq!(kinds(by_value, by_pointer, false), told);
    assert_eq!(kinds(by_pointer, by_value, false), told);
    assert_eq!(kinds(by_value, by_value, false), []);
    // A newtype around a pointer to something else stands for that pointer.
    let another: Make = |table| {
        let (int, n) = (to_int(table), table.int());
        table.structure(16, &[("head", 0, int), ("n", 8, n)])
    };
    assert_eq!(kinds(by_value, another, false), []);
    // A list's pointer lies in what it leads to, whatever is around it.
    let list = |table: &mut Table, depth: usize| {
        let pointer = table.pointer(TypeId(0));
        let mut ty = table.structure(8, &[("next", 0, pointer)]);
        if let Shape::Scalar(Scalar::Pointer { to, .. }) = &mut table.0.types[pointer.0].shape {
            *to = Some(ty);
        }
        for _ in 0..depth {
            ty = table.structure(8, &[("first", 0, ty)]);
        }
        ty
    };
    for (one, other) in [(1, 1), (1, 2), (2, 1)] {
        assert_eq!(
            differences(|table| list(table, one), |table| list(table, other)),
            []
        );
    }
}

/// Of what crosses by value the compilers' own constants tell the alignment, so that it is told once.
#[test]
fn alignment_is_told_here_of_what_no_constant_tells() {
    fn aligned(table: &mut Table, align: u64) -> TypeId {
        let int = table.int();
        let inner = table.structure(16, &[("a", 0, int)]);
        table.0.types[inner.0].align = Some(Bytes(align));
        inner
    }
    let by_value: fn(&mut Table, u64) -> TypeId = aligned;
    let in_union: fn(&mut Table, u64) -> TypeId = |table, align| {
        let inner = aligned(table, align);
        table.union(16, &[("u", inner)])
    };
    let by_pointer: fn(&mut Table, u64) -> TypeId = |table, align| {
        let inner = aligned(table, align);
        table.pointer(inner)
    };
    let taken: fn(&mut Table, u64) -> TypeId = |table, align| {
        let inner = aligned(table, align);
        table.callback(vec![inner], None)
    };
    let returned: fn(&mut Table, u64) -> TypeId = |table, align| {
        let inner = aligned(table, align);
        table.callback(vec![], Some(inner))
    };
    for (make, told) in [
        (by_value, None),
        (in_union, None),
        (by_pointer, Some("*")),
        (taken, Some("callback argument 1")),
        (returned, Some("callback result")),
    ] {
        for (c_align, rust_align) in [(16, 4), (4, 16)] {
            let found = differences(|table| make(table, c_align), |table| make(table, rust_align));
            let expected: Vec<_> = told
                .iter()
                .map(|path| super::found(TypeDifferenceKind::Align, path))
                .collect();
            assert_eq!(found, expected);
        }
        assert_eq!(differences(|table| make(table, 8), |table| make(table, 8)), []);
    }
}

/// `core::ffi::VaList` is what C passes as `va_list`: a struct to Rust, a pointer to C, whose arrays decay.
#[test]
fn a_list_of_arguments_is_passed_as_its_address() {
    fn list(table: &mut Table, name: &str) -> TypeId {
        let (word, address) = (table.unsigned(4), to_byte(table));
        let fields = [
            ("gp_offset", 0, word),
            ("fp_offset", 4, word),
            ("overflow_arg_area", 8, address),
            ("reg_save_area", 16, address),
        ];
        let list = table.structure(24, &fields);
        name.clone_into(&mut table.0.types[list.0].name);
        list
    }
    let by_value = found(TypeDifferenceKind::ByValue { scalars: 4 }, "");
    for (name, expected) in [
        ("VaList", &[][..]),
        ("VaList<'_>", &[]),
        ("Valist", std::slice::from_ref(&by_value)),
        ("__va_list_tag", std::slice::from_ref(&by_value)),
    ] {
        assert_eq!(
            differences(to_byte, |table| list(table, name)),
            expected,
            "{name}"
        );
    }
    // It is Rust that has such a type.
    assert_eq!(differences(|table| list(table, "VaList"), to_byte), [by_value]);
}

/// What a callback takes or returns in less than 32 bits is extended by its sign (wasm Basic C ABI; psABI 3.2.3 in practice).
#[test]
fn small_integers_of_a_callback_are_extended_by_their_sign() {
    use TypeDifferenceKind::{Extension, Width};
    fn integer(table: &mut Table, size: u64, signed: bool, layers: usize) -> TypeId {
        let inner = table.scalar(size, Scalar::Integer { signed });
        (0..layers).fold(inner, |inner, _| table.structure(size, &[("0", 0, inner)]))
    }
    let found = |c: (u64, bool, usize), rust: (u64, bool, usize), result: bool| {
        let of = |table: &mut Table, (size, signed, layers)| {
            let inner = integer(table, size, signed, layers);
            match result {
                true => table.callback(vec![], Some(inner)),
                false => table.callback(vec![inner], None),
            }
        };
        differences(|table| of(table, c), |table| of(table, rust))
    };
    for (result, at) in [(false, "callback argument 1"), (true, "callback result")] {
        let extension = [super::found(Extension, at)];
        for size in [1, 2] {
            assert_eq!(found((size, true, 0), (size, false, 0), result), extension);
            assert_eq!(found((size, false, 0), (size, true, 0), result), extension);
            // A newtype is passed like what it is around.
            assert_eq!(found((size, true, 0), (size, false, 2), result), extension);
            assert_eq!(found((size, true, 1), (size, false, 0), result), extension);
            assert_eq!(found((size, true, 0), (size, true, 1), result), []);
        }
        for size in [4, 8] {
            assert_eq!(found((size, true, 0), (size, false, 0), result), []);
        }
        assert_eq!(
            found((1, true, 0), (2, false, 0), result),
            [super::found(Width, at)]
        );
    }
    // It is a difference of the whole, whatever is around the integer.
    for (c, rust) in [(0, 0), (0, 1), (1, 0)] {
        let (mut c_table, mut rust_table) = (Table::default(), Table::default());
        let inner = [
            integer(&mut c_table, 2, true, c),
            integer(&mut rust_table, 2, false, rust),
        ];
        let ids = [
            c_table.callback(vec![inner[0]], None),
            rust_table.callback(vec![inner[1]], None),
        ];
        let found = compare_types(&c_table.0, ids[0], &rust_table.0, ids[1], false);
        let of: Vec<_> = found.iter().map(|difference| difference.of_callback).collect();
        assert_eq!(of, [Some(CallbackValue::Argument)], "{c} and {rust}");
    }
    // Of what a pointer leads to nothing is extended, and of what crosses itself the slots tell.
    fn behind(table: &mut Table, signed: bool) -> TypeId {
        let inner = integer(table, 2, signed, 0);
        table.pointer(inner)
    }
    assert_eq!(
        differences(|table| behind(table, true), |table| behind(table, false)),
        []
    );
    assert_eq!(
        differences(
            |table| integer(table, 2, true, 0),
            |table| integer(table, 2, false, 0)
        ),
        []
    );
}

/// A struct around one word is as good as that word, unless it is what the pointer leads to.
#[test]
fn one_word_by_value_is_an_address_unless_it_lies_behind_it() {
    use TypeDifferenceKind::{ByValue, Kind};
    fn union(table: &mut Table, used: u64) -> TypeId {
        let member = table.unsigned(used);
        table.union(8, &[("m", member)])
    }
    fn word(table: &mut Table, at: u64) -> TypeId {
        let word = table.unsigned(8 - at);
        table.structure(8, &[("raw", at, word)])
    }
    let float: Make = |table| {
        let double = table.scalar(8, Scalar::Float { x87: false });
        table.structure(8, &[("raw", 0, double)])
    };
    let by_value = [found(ByValue { scalars: 1 }, "")];
    type Row<'a> = (Make, Make, &'a [(TypeDifferenceKind, String)]);
    let rows: [Row<'_>; 9] = [
        (|t| word(t, 0), |t| word(t, 0), &by_value),
        (|t| union(t, 8), |t| union(t, 8), &by_value),
        (|t| union(t, 4), |t| union(t, 8), &[]),
        (|t| word(t, 4), |t| word(t, 4), &by_value),
        // An integer for an address is told of as such.
        (|t| t.unsigned(8), |t| word(t, 0), &[found(Kind, "")]),
        (|t| t.unsigned(4), |t| word(t, 0), &[found(Kind, "")]),
        (|t| word(t, 4), |t| word(t, 0), &[found(Kind, "")]),
        (float, |t| word(t, 0), &[found(Kind, "")]),
        (|t| t.unsigned(8), float, &by_value),
    ];
    for (index, (pointee, value, expected)) in rows.into_iter().enumerate() {
        let pointer = |table: &mut Table| to(table, pointee);
        assert_eq!(differences(pointer, value), expected, "{index}");
        // The path is C's, and a pointer has none.
        let kinds =
            |found: &[(TypeDifferenceKind, String)]| found.iter().map(|one| one.0).collect::<Vec<_>>();
        let swapped = differences(value, pointer);
        assert_eq!(kinds(&swapped), kinds(expected), "{index} the other way");
    }
}

/// A union inside of a struct is no address of such a union either.
#[test]
fn a_union_by_value_in_a_struct_is_no_address_of_it() {
    fn union(table: &mut Table, used: u64) -> TypeId {
        let member = table.unsigned(used);
        table.union(8, &[("m", member)])
    }
    let by_value: Make = |table| {
        let union = union(table, 8);
        table.structure(8, &[("u", 0, union)])
    };
    let by_address: Make = |table| {
        let pointer = to(table, |table| union(table, 8));
        table.structure(8, &[("u", 0, pointer)])
    };
    let of_another: Make = |table| {
        let pointer = to(table, |table| union(table, 4));
        table.structure(8, &[("u", 0, pointer)])
    };
    let found = [found(TypeDifferenceKind::ByValue { scalars: 1 }, "u")];
    assert_eq!(differences(by_value, by_address), found);
    assert_eq!(differences(by_address, by_value), found);
    assert_eq!(differences(by_value, of_another), []);
}

fn to(table: &mut Table, pointee: Make) -> TypeId {
    let pointee = pointee(table);
    table.pointer(pointee)
}
