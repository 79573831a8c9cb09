//! Slots of IR parameters, given back to the parameters of the source.

use super::*;
use crate::ir::{IrAttributes, IrFunction, IrParam, IrType};
use crate::place::place;
use crate::slot::Placement;

const NATIVE: Target = Target::X86_64LinuxGnu;
const WASM: Target = Target::Wasm32Unknown;

fn int(bits: u32) -> IrType {
    IrType::Integer { bits }
}

fn plain(ty: IrType) -> IrParam {
    with(ty, IrAttributes::default())
}

fn with(ty: IrType, attributes: IrAttributes) -> IrParam {
    IrParam { ty, attributes }
}

fn pointer() -> IrParam {
    plain(IrType::Pointer)
}

fn dereferenceable(bytes: u64) -> IrParam {
    let dereferenceable = Some(Bytes(bytes));
    with(
        IrType::Pointer,
        IrAttributes {
            dereferenceable,
            ..IrAttributes::default()
        },
    )
}

/// Slots of each parameter between `; `, then what belongs to none after `+`.
fn attributed(
    target: Target,
    source: impl FnOnce(&mut Table) -> Vec<TypeId>,
    params: &[IrParam],
    variadic: bool,
) -> Option<String> {
    let function = IrFunction {
        text: String::new(),
        symbol: "f".to_owned(),
        convention: 0,
        params: params.to_vec(),
        result: plain(IrType::Void),
        variadic,
        defined: true,
        target_features: String::new(),
        nounwind: false,
    };
    let Placement::Placed(lowering) = place(&function, target, 22) else {
        panic!("{params:?} has no place");
    };
    let mut table = Table::default();
    let source = source(&mut table);
    let slots = attribute(&function, &lowering, &table.0, &source, None, target)?;
    let list = |slots: &[Slot]| {
        let slots: Vec<String> = slots.iter().map(ToString::to_string).collect();
        slots.join(" ")
    };
    let arguments: Vec<String> = slots.arguments.iter().map(|slots| list(slots)).collect();
    Some(match slots.hidden.as_slice() {
        [] => arguments.join("; "),
        hidden => format!("{} + {}", arguments.join("; "), list(hidden)),
    })
}

/// A struct of fields by offset and size, and an `int` behind it.
fn structure(size: u64, fields: &[(u64, Scalar)]) -> impl Fn(&mut Table) -> Vec<TypeId> {
    move |table| {
        let members: Vec<_> = fields
            .iter()
            .map(|(at, scalar)| {
                let size = match scalar {
                    Scalar::Integer { signed: true } | Scalar::Float { .. } => 4,
                    _ => 8,
                };
                ("x", *at, table.scalar(size, scalar.clone()))
            })
            .collect();
        vec![table.structure(size, &members), table.int()]
    }
}

const WORD: Scalar = Scalar::Integer { signed: false };
const INT: Scalar = Scalar::Integer { signed: true };
const DOUBLE: Scalar = Scalar::Float { x87: false };
const FLOAT: Scalar = Scalar::Float { x87: false };
const ADDRESS: Scalar = Scalar::Pointer {
    to: None,
    function: false,
    constant: false,
};

fn bare(size: u64, scalar: Scalar) -> impl Fn(&mut Table) -> Vec<TypeId> {
    move |table| vec![table.scalar(size, scalar.clone()), table.int()]
}

#[test]
fn eightbytes_are_counted_until_the_value_is_covered() {
    let vector = |element, lanes| IrType::Vector {
        element: Box::new(element),
        lanes,
    };
    let array = |element, length| IrType::Array {
        element: Box::new(element),
        length,
    };
    let aggregate = |fields: &[IrType]| IrType::Struct {
        fields: fields.to_vec(),
        packed: false,
    };
    let two = || structure(16, &[(0, WORD), (8, WORD)]);
    let rest = || plain(int(32));
    let check = |source: &dyn Fn(&mut Table) -> Vec<TypeId>, first: &[IrParam], expected: &str| {
        let params = [first, &[rest()]].concat();
        let got = attributed(NATIVE, source, &params, false);
        assert_eq!(got.as_deref(), Some(expected), "{first:?}");
    };
    check(
        &two(),
        &[plain(int(64)), plain(IrType::Double)],
        "rdi:8 xmm0:8; rsi:4",
    );
    check(&two(), &[plain(int(128))], "rdi:8 rsi:8; rdx:4");
    check(&two(), &[plain(vector(IrType::Float, 4))], "xmm0:16; rdi:4");
    check(&two(), &[plain(array(int(64), 2))], "rdi:8 rsi:8; rdx:4");
    check(
        &two(),
        &[plain(aggregate(&[int(32), int(64)]))],
        "rdi:4 rsi:8; rdx:4",
    );
    check(&two(), &[plain(IrType::Fp128)], "xmm0:16; rdi:4");
    check(
        &two(),
        &[plain(IrType::Half), plain(IrType::Float)],
        "xmm0:2 xmm1:4; rdi:4",
    );
    // Less than an eightbyte more would be one too many.
    for (first, second, slots) in [
        (array(int(64), 1), int(64), "rdi:8 rsi:8; rdx:4"),
        (vector(IrType::Double, 1), IrType::Double, "xmm0:8 xmm1:8; rdi:4"),
        (vector(int(8), 8), int(64), "xmm0:8 rdi:8; rsi:4"),
        (aggregate(&[int(64)]), int(64), "rdi:8 rsi:8; rdx:4"),
        (
            array(int(8), 8),
            int(64),
            "rdi:1 rsi:1 rdx:1 rcx:1 r8:1 r9:1 [rsp+8]:1 [rsp+16]:1 [rsp+24]:8; [rsp+32]:4",
        ),
    ] {
        check(&two(), &[plain(first), plain(second)], slots);
    }
    // Each field of a struct takes a register of its own, however small it is.
    check(
        &structure(16, &[(0, FLOAT), (8, FLOAT)]),
        &[plain(aggregate(&[IrType::Float, IrType::Float]))],
        "xmm0:4 xmm1:4; rdi:4",
    );
    check(
        &structure(16, &[(0, INT), (8, INT)]),
        &[plain(aggregate(&[int(32), int(32)]))],
        "rdi:4 rsi:4; rdx:4",
    );
    // An integer of 65 bits takes two.
    check(&two(), &[plain(int(65))], "rdi:8 rsi:1; rdx:4");
    // Padding alone travels in nothing, and neither does a class without members.
    check(&structure(16, &[(0, WORD)]), &[plain(int(64))], "rdi:8; rsi:4");
    check(&structure(1, &[]), &[], "; rdi:4");
    check(&structure(0, &[]), &[], "; rdi:4");
    // Whatever `byval` copies is the whole of it.
    let copied = IrAttributes {
        byval: Some(Bytes(32)),
        ..IrAttributes::default()
    };
    check(
        &structure(32, &[(0, WORD), (8, WORD), (16, WORD), (24, WORD)]),
        &[with(IrType::Pointer, copied)],
        "[rsp+8]:32; rdi:4",
    );
    check(
        &bare(16, Scalar::Float { x87: true }),
        &[plain(IrType::X86Fp80)],
        "[rsp+8]:10; rdi:4",
    );
}

/// A target, the source's parameters, the IR parameters of the first, and the slots of all.
type Row<'a> = (
    Target,
    &'a dyn Fn(&mut Table) -> Vec<TypeId>,
    &'a [IrParam],
    &'a str,
);

#[test]
fn a_plain_pointer_is_a_copy_where_the_source_passes_no_pointer() {
    let rest = plain(int(32));
    let rows: &[Row<'_>] = &[
        // Rust's own convention.
        (
            NATIVE,
            &structure(16, &[(0, WORD), (8, WORD)]),
            &[pointer()],
            "rdi -> 16 bytes; rsi:4",
        ),
        (NATIVE, &bare(16, WORD), &[pointer()], "rdi -> 16 bytes; rsi:4"),
        (NATIVE, &bare(8, WORD), &[pointer()], "rdi:8; rsi:4"),
        (
            NATIVE,
            &structure(8, &[(0, WORD)]),
            &[pointer()],
            "rdi -> 8 bytes; rsi:4",
        ),
        (
            NATIVE,
            &structure(8, &[(0, FLOAT), (4, FLOAT)]),
            &[pointer()],
            "rdi -> 8 bytes; rsi:4",
        ),
        (
            NATIVE,
            &structure(8, &[(0, ADDRESS)]),
            &[pointer()],
            "rdi:8; rsi:4",
        ),
        // What follows a value is a part of the value.
        (
            NATIVE,
            &structure(16, &[(0, INT), (8, ADDRESS)]),
            &[plain(int(32)), pointer()],
            "rdi:4 rsi:8; rdx:4",
        ),
        (
            NATIVE,
            &structure(16, &[(0, DOUBLE), (8, ADDRESS)]),
            &[plain(IrType::Double), pointer()],
            "xmm0:8 rdi:8; rsi:4",
        ),
        // Of more than two eightbytes only the address of a copy can be one IR pointer.
        (
            NATIVE,
            &structure(24, &[(0, ADDRESS), (8, WORD), (16, WORD)]),
            &[pointer()],
            "rdi -> 24 bytes; rsi:4",
        ),
        // More than the pointer that it begins with.
        (
            NATIVE,
            &structure(16, &[(0, ADDRESS)]),
            &[pointer()],
            "rdi:8; rsi:4",
        ),
        (
            NATIVE,
            &structure(16, &[(0, ADDRESS)]),
            &[dereferenceable(16)],
            "rdi -> 16 bytes; rsi:4",
        ),
        (
            NATIVE,
            &structure(16, &[(0, ADDRESS), (8, WORD)]),
            &[pointer(), plain(int(64))],
            "rdi:8 rsi:8; rdx:4",
        ),
        (
            NATIVE,
            &structure(16, &[(0, ADDRESS), (8, WORD)]),
            &[dereferenceable(16)],
            "rdi -> 16 bytes; rsi:4",
        ),
        (
            NATIVE,
            &structure(16, &[(0, ADDRESS), (8, WORD)]),
            &[dereferenceable(8), plain(int(64))],
            "rdi:8 rsi:8; rdx:4",
        ),
        (
            WASM,
            &structure(16, &[(0, ADDRESS), (8, WORD)]),
            &[pointer()],
            "param 0 -> 16 bytes; param 1:4",
        ),
        (WASM, &bare(4, ADDRESS), &[pointer()], "param 0:4; param 1:4"),
        (
            WASM,
            &bare(8, WORD),
            &[pointer()],
            "param 0 -> 8 bytes; param 1:4",
        ),
        (
            WASM,
            &structure(4, &[(0, INT)]),
            &[plain(int(32))],
            "param 0:4; param 1:4",
        ),
        // rustc before 1.89.
        (
            WASM,
            &structure(8, &[(0, INT), (4, FLOAT)]),
            &[plain(int(32)), plain(IrType::Float)],
            "param 0:4 param 1:4; param 2:4",
        ),
        (
            WASM,
            &structure(8, &[(0, FLOAT), (4, FLOAT)]),
            &[plain(IrType::Float), plain(IrType::Float)],
            "param 0:4 param 1:4; param 2:4",
        ),
        (
            WASM,
            &structure(16, &[(0, INT), (4, INT), (8, INT), (12, INT)]),
            &[plain(IrType::Vector {
                element: Box::new(int(32)),
                lanes: 4,
            })],
            "param 0:4 param 1:4 param 2:4 param 3:4; param 4:4",
        ),
        (
            WASM,
            &structure(16, &[(0, WORD), (8, WORD)]),
            &[plain(IrType::Double), plain(int(64))],
            "param 0:8 param 1:8; param 2:4",
        ),
    ];
    for (target, source, first, expected) in rows {
        let params = [*first, std::slice::from_ref(&rest)].concat();
        let got = attributed(*target, source, &params, false);
        assert_eq!(got.as_deref(), Some(*expected), "{target:?} {first:?}");
    }
}

/// Windows x64 passes by address what does not fill 1, 2, 4 or 8 bytes; one IR pointer may be either.
#[test]
fn a_pointer_of_windows_is_a_copy_by_its_size() {
    let register = |name: &str, width| slot(Location::Register(name.to_owned()), width);
    for (size, address) in [
        (1, false),
        (2, false),
        (3, true),
        (4, false),
        (5, true),
        (8, false),
        (12, true),
        (24, true),
    ] {
        let function = IrFunction {
            text: String::new(),
            symbol: "f".to_owned(),
            convention: 79,
            params: vec![pointer(), plain(int(32))],
            result: plain(IrType::Void),
            variadic: false,
            defined: true,
            target_features: String::new(),
            nounwind: false,
        };
        let lowering = crate::slot::Lowering {
            arguments: vec![vec![register("rcx", 8)], vec![register("rdx", 4)]],
            result: Vec::new(),
            stack: Bytes(0),
            stack_align: Bytes(16),
            variadic: false,
        };
        let mut table = Table::default();
        let byte = table.unsigned(1);
        let bytes = table.array(byte, size);
        let (aggregate, int) = (table.structure(size, &[("x", 0, bytes)]), table.int());
        let slots = attribute(&function, &lowering, &table.0, &[aggregate, int], None, NATIVE);
        let content = match address {
            true => Content::Pointer { to: Bytes(size) },
            false => Content::Value,
        };
        let first = Slot {
            content,
            ..register("rcx", 8)
        };
        let expected = [vec![first], vec![register("rdx", 4)]];
        assert_eq!(
            slots.map(|slots| slots.arguments),
            Some(expected.into()),
            "{size}"
        );
    }
}

/// A struct around one address is that address, unless there is more to it.
#[test]
fn a_handle_on_wasm_is_a_value() {
    let handle = |size: u64| {
        move |table: &mut Table| {
            let address = table.scalar(4, ADDRESS);
            vec![table.structure(size, &[("raw", 0, address)]), table.int()]
        }
    };
    let params = [pointer(), plain(int(32))];
    let of = |size| attributed(WASM, handle(size), &params, false);
    assert_eq!(of(4).as_deref(), Some("param 0:4; param 1:4"));
    assert_eq!(of(8).as_deref(), Some("param 0 -> 8 bytes; param 1:4"));
}

#[test]
fn parameters_that_do_not_come_out_even() {
    let one = || bare(4, INT);
    let ints = |count| vec![plain(int(32)); count];
    let sret = IrAttributes {
        sret: Some(Bytes(24)),
        ..IrAttributes::default()
    };
    for (params, variadic, expected) in [
        (ints(1), false, None),
        (ints(2), false, Some("rdi:4; rsi:4")),
        (ints(3), false, None),
        (ints(3), true, Some("rdi:4; rsi:4 + rdx:4")),
        (
            [vec![with(IrType::Pointer, sret)], ints(2)].concat(),
            false,
            Some("rsi:4; rdx:4"),
        ),
    ] {
        let got = attributed(NATIVE, one(), &params, variadic);
        assert_eq!(got.as_deref(), expected, "{params:?}");
    }
}
