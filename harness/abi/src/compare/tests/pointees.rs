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
