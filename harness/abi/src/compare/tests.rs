//! Pairs of layouts that differ in one thing, and pairs that only look different.

use super::*;
use crate::layout::{Field, Layout};
use crate::slot::{Content, Extension, Location, Slot};
use crate::target::Target;
use crate::units::Bits;

mod attribute;
mod fields;
mod padding;
mod pointees;

/// Builds a table from types in order; the last one is compared.
#[derive(Default)]
struct Table(LayoutTable);

impl Table {
    fn add(&mut self, name: &str, size: u64, shape: Shape) -> TypeId {
        let (name, size, align) = (name.to_owned(), Bytes(size), None);
        self.0.types.push(Layout {
            name,
            size,
            align,
            shape,
        });
        TypeId(self.0.types.len() - 1)
    }

    fn scalar(&mut self, size: u64, scalar: Scalar) -> TypeId {
        self.add("scalar", size, Shape::Scalar(scalar))
    }

    fn int(&mut self) -> TypeId {
        self.scalar(4, Scalar::Integer { signed: true })
    }

    fn unsigned(&mut self, size: u64) -> TypeId {
        self.scalar(size, Scalar::Integer { signed: false })
    }

    fn float(&mut self) -> TypeId {
        self.scalar(4, Scalar::Float { x87: false })
    }

    fn pointer(&mut self, to: TypeId) -> TypeId {
        let to = Some(to);
        self.scalar(
            8,
            Scalar::Pointer {
                to,
                function: false,
                constant: false,
            },
        )
    }

    fn array(&mut self, element: TypeId, length: u64) -> TypeId {
        let size = self.0.get(element).size.0 * length;
        let vector = false;
        self.add(
            "array",
            size,
            Shape::Array {
                element,
                length,
                vector,
            },
        )
    }

    fn fields(&self, fields: &[(&str, u64, TypeId)]) -> Vec<Field> {
        fields
            .iter()
            .map(|&(name, offset, ty)| Field {
                name: name.to_owned(),
                offset: Bytes(offset).bits(),
                width: self.0.get(ty).size.bits(),
                bit_field: false,
                ty,
            })
            .collect()
    }

    fn structure(&mut self, size: u64, fields: &[(&str, u64, TypeId)]) -> TypeId {
        let fields = self.fields(fields);
        self.add("structure", size, Shape::Struct { fields })
    }

    fn union(&mut self, size: u64, members: &[(&str, TypeId)]) -> TypeId {
        let members: Vec<_> = members.iter().map(|&(name, ty)| (name, 0, ty)).collect();
        let fields = self.fields(&members);
        self.add("union", size, Shape::Union { fields })
    }

    /// Bit-fields of `unsigned int`, one after the other.
    fn bits(&mut self, widths: &[(&str, u64)]) -> TypeId {
        let ty = self.unsigned(4);
        let mut at = 0;
        let fields = widths
            .iter()
            .map(|&(name, width)| {
                let (offset, width) = (Bits(at), Bits(width));
                at += width.0;
                Field {
                    name: name.to_owned(),
                    offset,
                    width,
                    bit_field: true,
                    ty,
                }
            })
            .collect();
        self.add("bits", 4, Shape::Struct { fields })
    }
}

fn differences(
    c: impl FnOnce(&mut Table) -> TypeId,
    rust: impl FnOnce(&mut Table) -> TypeId,
) -> Vec<(TypeDifferenceKind, String)> {
    let mut all = compared(c, rust);
    all.retain(|(kind, _)| *kind != TypeDifferenceKind::InPadding);
    all
}

fn compared(
    c: impl FnOnce(&mut Table) -> TypeId,
    rust: impl FnOnce(&mut Table) -> TypeId,
) -> Vec<(TypeDifferenceKind, String)> {
    let (mut c_table, mut rust_table) = (Table::default(), Table::default());
    let (c_id, rust_id) = (c(&mut c_table), rust(&mut rust_table));
    compare_types(&c_table.0, c_id, &rust_table.0, rust_id, false)
        .into_iter()
        .map(|difference| (difference.kind, difference.path.to_string()))
        .collect()
}

/// The steps of `a.b[2]`.
fn path_of(text: &str) -> Path {
    let mut path = Path::WHOLE;
    for part in text.split_terminator(['.', ']']) {
        for (at, piece) in part.split('[').enumerate() {
            path = match at {
                0 => path.field(piece),
                _ => path.then(Step::Element(piece.parse().unwrap())),
            };
        }
    }
    path
}

fn found(kind: TypeDifferenceKind, path: &str) -> (TypeDifferenceKind, String) {
    (kind, path.to_owned())
}

#[test]
fn members_of_unions_are_compared() {
    let of = |float: bool| {
        move |table: &mut Table| {
            let member = if float { table.float() } else { table.int() };
            table.union(4, &[("value", member)])
        }
    };
    assert_eq!(
        differences(of(true), of(false)),
        [found(TypeDifferenceKind::Kind, "value")]
    );
    assert_eq!(differences(of(true), of(true)), []);
}

#[test]
fn structs_in_unions_are_compared_by_field() {
    let of = |names: [&'static str; 2]| {
        move |table: &mut Table| {
            let int = table.int();
            let inner = table.structure(8, &[(names[0], 0, int), (names[1], 4, int)]);
            let word = table.unsigned(8);
            table.union(8, &[("s", inner), ("word", word)])
        }
    };
    let swapped = differences(of(["a", "b"]), of(["b", "a"]));
    assert_eq!(
        swapped,
        [
            found(TypeDifferenceKind::Offset, "s.a"),
            found(TypeDifferenceKind::Offset, "s.b")
        ]
    );
}

#[test]
fn members_of_unions_may_have_other_names_and_another_order() {
    let c = |table: &mut Table| {
        let (float, int) = (table.float(), table.int());
        table.union(4, &[("f", float), ("i", int)])
    };
    let rust = |table: &mut Table| {
        let (float, int) = (table.float(), table.int());
        table.union(4, &[("integer", int), ("floating", float)])
    };
    let fewer = |table: &mut Table| {
        let int = table.int();
        table.union(4, &[("integer", int)])
    };
    assert_eq!(differences(c, rust), []);
    assert_eq!(differences(c, fewer), []);
}

#[test]
fn types_behind_pointers_in_unions_are_compared() {
    let of = |float: bool| {
        move |table: &mut Table| {
            let value = if float { table.float() } else { table.int() };
            let inner = table.structure(4, &[("x", 0, value)]);
            let pointer = table.pointer(inner);
            table.union(8, &[("p", pointer)])
        }
    };
    assert_eq!(
        differences(of(true), of(false)),
        [found(TypeDifferenceKind::Kind, "*p.x")]
    );
}

#[test]
fn elements_of_long_arrays_are_compared() {
    let of = |float: bool| {
        move |table: &mut Table| {
            let element = if float { table.float() } else { table.int() };
            let array = table.array(element, 100);
            table.structure(400, &[("values", 0, array)])
        }
    };
    assert_eq!(
        differences(of(true), of(false)),
        [found(TypeDifferenceKind::Kind, "values[0]")]
    );
    let narrow = |table: &mut Table| {
        let element = table.unsigned(2);
        let array = table.array(element, 200);
        table.structure(400, &[("values", 0, array)])
    };
    assert_eq!(
        differences(narrow, of(false)),
        [found(TypeDifferenceKind::Width, "values[0]")]
    );
}

#[test]
fn a_tag_and_a_union_are_held_against_an_enum_with_fields() {
    let c = |float: bool| {
        move |table: &mut Table| {
            let tag = table.unsigned(4);
            let payload = if float { table.float() } else { table.int() };
            let union = table.union(4, &[("value", payload)]);
            table.structure(8, &[("tag", 0, tag), ("u", 4, union)])
        }
    };
    let rust = |table: &mut Table| {
        let (tag, float) = (table.unsigned(4), table.float());
        let variant = table.structure(8, &[("0", 4, float)]);
        let tag = table.fields(&[("tag", 0, tag)]).pop();
        let variants = table.fields(&[("A", 0, variant)]);
        table.add("enum", 8, Shape::Variants { tag, variants })
    };
    assert_eq!(differences(c(true), rust), []);
    assert_eq!(
        differences(c(false), rust),
        [found(TypeDifferenceKind::Kind, "A.0")]
    );
    // Each element of an array is a place.
    let array = |table: &mut Table| {
        let (tag, float) = (table.unsigned(4), table.float());
        let floats = table.array(float, 2);
        table.structure(12, &[("tag", 0, tag), ("xs", 4, floats)])
    };
    let elements = |second: u64| {
        move |table: &mut Table| {
            let (tag, float) = (table.unsigned(4), table.float());
            let variant = table.structure(12, &[("0", 4, float), ("1", second, float)]);
            let tag = table.fields(&[("tag", 0, tag)]).pop();
            let variants = table.fields(&[("A", 0, variant)]);
            table.add("enum", 12, Shape::Variants { tag, variants })
        }
    };
    assert_eq!(differences(array, elements(8)), []);
    assert_eq!(
        differences(array, elements(6)),
        [found(TypeDifferenceKind::Missing, "A.1")]
    );
}

#[test]
fn padding_is_not_part_of_an_integer() {
    let c = |table: &mut Table| {
        let (byte, word) = (table.unsigned(1), table.unsigned(4));
        table.structure(8, &[("a", 0, byte), ("b", 4, word)])
    };
    let rust = |table: &mut Table| {
        let word = table.unsigned(8);
        table.structure(8, &[("raw", 0, word)])
    };
    assert_ne!(differences(c, rust), []);
    let full = |table: &mut Table| {
        let word = table.unsigned(4);
        table.structure(8, &[("a", 0, word), ("b", 4, word)])
    };
    assert_eq!(differences(full, rust), []);
}

#[test]
fn bit_fields_may_be_masks_on_an_integer() {
    let rust = |table: &mut Table| {
        let word = table.unsigned(4);
        table.structure(4, &[("raw", 0, word)])
    };
    assert_eq!(differences(|table| table.bits(&[("a", 3), ("b", 5)]), rust), []);
    assert_eq!(differences(|table| table.bits(&[("a", 3)]), rust), []);
    // The same name promises the same field.
    assert_eq!(
        differences(|table| table.bits(&[("raw", 3)]), rust),
        [found(TypeDifferenceKind::Width, "raw")]
    );
}

/// Bindings hold the bytes in which bit-fields lie as an array.
#[test]
fn bit_fields_may_be_an_array_of_bytes() {
    let bytes = |length: u64| {
        move |table: &mut Table| {
            let byte = table.unsigned(1);
            let array = table.array(byte, length);
            table.structure(4, &[("raw", 0, array)])
        }
    };
    let fields = |table: &mut Table| table.bits(&[("a", 3), ("b", 9), ("c", 17)]);
    assert_eq!(differences(fields, bytes(4)), []);
    assert_ne!(differences(fields, bytes(3)), [], "bits outside of the bytes");
}

#[test]
fn fields_that_exchanged_places_are_seen_beside_a_renamed_one() {
    let of = |names: [&'static str; 3]| {
        move |table: &mut Table| {
            let int = table.int();
            table.structure(12, &[(names[0], 0, int), (names[1], 4, int), (names[2], 8, int)])
        }
    };
    assert_eq!(
        differences(of(["x", "y", "len"]), of(["y", "x", "length"])),
        [
            found(TypeDifferenceKind::Offset, "x"),
            found(TypeDifferenceKind::Offset, "y")
        ]
    );
    // A name that is used for the neighbouring field is no exchange, whether others keep theirs or not.
    assert_eq!(differences(of(["x", "y", "len"]), of(["y", "z", "len"])), []);
    assert_eq!(differences(of(["x", "y", "len"]), of(["a", "x", "b"])), []);
    assert_eq!(differences(of(["x", "y", "len"]), of(["a", "y", "b"])), []);
    // Three may go round.
    let four = |names: [&'static str; 4]| {
        move |table: &mut Table| {
            let int = table.int();
            let fields: Vec<_> = names.into_iter().zip([0, 4, 8, 12]).collect();
            let fields: Vec<_> = fields.into_iter().map(|(name, at)| (name, at, int)).collect();
            table.structure(16, &fields)
        }
    };
    let moved: Vec<_> = ["x", "y", "z"]
        .map(|name| found(TypeDifferenceKind::Offset, name))
        .into();
    assert_eq!(
        differences(four(["x", "y", "z", "len"]), four(["y", "z", "x", "length"])),
        moved
    );
}

#[test]
fn a_pointer_to_the_first_element_is_a_pointer_to_the_array() {
    let one = |table: &mut Table| {
        let int = table.int();
        table.pointer(int)
    };
    let array = |float: bool| {
        move |table: &mut Table| {
            let element = if float { table.float() } else { table.int() };
            let array = table.array(element, 4);
            table.pointer(array)
        }
    };
    assert_eq!(differences(one, array(false)), []);
    assert_eq!(differences(array(false), one), []);
    assert_eq!(
        differences(one, array(true)),
        [found(TypeDifferenceKind::Kind, "*")]
    );
}

#[test]
fn alignment_behind_a_pointer_counts_where_both_sides_state_it() {
    let of = |align: Option<u64>| {
        move |table: &mut Table| {
            let int = table.int();
            let inner = table.structure(16, &[("a", 0, int)]);
            table.0.types[inner.0].align = align.map(Bytes);
            table.pointer(inner)
        }
    };
    assert_eq!(
        differences(of(Some(16)), of(Some(4))),
        [found(TypeDifferenceKind::Align, "*")]
    );
    assert_eq!(differences(of(None), of(Some(4))), []);
}

#[test]
fn types_that_hold_themselves_in_unions_come_to_an_end() {
    let node = |table: &mut Table| {
        // The pointer comes first and points to the struct that is added last.
        let pointer = table.pointer(TypeId(2));
        let union = table.union(8, &[("next", pointer), ("other", pointer)]);
        let node = table.structure(8, &[("u", 0, union)]);
        assert_eq!(node, TypeId(2));
        node
    };
    assert_eq!(differences(node, node), []);
}

#[test]
fn sizes_of_aggregates_are_compared() {
    let of = |size: u64| {
        move |table: &mut Table| {
            let int = table.int();
            table.structure(size, &[("a", 0, int)])
        }
    };
    assert_eq!(differences(of(4), of(8)), [found(TypeDifferenceKind::Size, "")]);
}

#[test]
fn an_aggregate_against_an_address_is_one_difference() {
    let aggregate = |table: &mut Table| {
        let int = table.int();
        table.structure(12, &[("a", 0, int), ("b", 4, int), ("c", 8, int)])
    };
    let address = |table: &mut Table| {
        let int = table.int();
        table.pointer(int)
    };
    assert_eq!(
        differences(aggregate, address),
        [found(TypeDifferenceKind::ByValue { scalars: 3 }, "")]
    );
}

#[test]
fn common_bytes_are_those_that_both_sides_use() {
    let (mut c, mut rust) = (Table::default(), Table::default());
    let c_id = c.bits(&[("a", 3), ("b", 5)]);
    let word = rust.unsigned(4);
    let rust_id = rust.structure(4, &[("raw", 0, word)]);
    let mask = |leaf: &Leaf| match &leaf.kind {
        LeafKind::Bytes { mask } => mask.clone(),
        other => panic!("{other:?}"),
    };
    let common = common_leaves(&c.0, c_id, &rust.0, rust_id).unwrap();
    let [(mine, theirs)] = common.as_slice() else {
        panic!("{common:?}");
    };
    assert_eq!(mine, theirs);
    assert_eq!(mask(mine), [0xFF, 0, 0, 0]);
    // They begin and end where those bits do.
    let (mut c, mut rust) = (Table::default(), Table::default());
    let behind = |table: &mut Table, inner: TypeId| {
        let word = table.unsigned(4);
        table.structure(12, &[("before", 0, word), ("", 4, inner), ("behind", 8, word)])
    };
    let bits = c.bits(&[("a", 3), ("b", 5)]);
    let word = rust.unsigned(4);
    let raw = rust.structure(4, &[("raw", 0, word)]);
    let (c_id, rust_id) = (behind(&mut c, bits), behind(&mut rust, raw));
    let common = common_leaves(&c.0, c_id, &rust.0, rust_id).unwrap();
    let places: Vec<_> = common
        .iter()
        .map(|(mine, _)| (mine.path.to_string(), mine.offset.0, mine.width.0))
        .collect();
    assert_eq!(
        places,
        [("before", 0, 32), ("behind", 64, 32), ("[4..8]", 32, 32)].map(|(path, offset, width)| (
            path.to_owned(),
            offset,
            width
        ))
    );
    assert_eq!(mask(&common[2].0), [0xFF, 0, 0, 0]);
}

#[test]
fn scalars_of_one_width_are_told_apart() {
    let values = |values: &[i128]| Scalar::Enumeration {
        signed: true,
        values: values.iter().map(|value| (String::new(), *value)).collect(),
    };
    let pointer = |function, to: Option<usize>| Scalar::Pointer {
        to: to.map(TypeId),
        function,
        constant: false,
    };
    let float = |x87| Scalar::Float { x87 };
    let different = Compatibility::Different { contract_only: false };
    let contract = Compatibility::Different { contract_only: true };
    assert_eq!(compare_scalars(&float(true), &float(false)), different);
    assert_eq!(
        compare_scalars(&pointer(true, None), &pointer(false, Some(0))),
        contract
    );
    assert_eq!(
        compare_scalars(&pointer(true, None), &pointer(false, None)),
        Compatibility::Same
    );
    assert_eq!(
        compare_scalars(&values(&[0, 1]), &values(&[0, 1, 2])),
        Compatibility::Same
    );
    let lacking = compare_scalars(&values(&[0, 1, 2]), &values(&[0, 1]));
    assert!(matches!(lacking, Compatibility::Domain { .. }), "{lacking:?}");
}

fn slot(location: Location, width: u64) -> Slot {
    Slot {
        location,
        width: Bytes(width),
        extension: Extension::None,
        content: Content::Value,
    }
}

/// How one argument and how one result in these slots differ.
fn slot_differences(c: &[Slot], rust: &[Slot], target: Target) -> [Option<SlotDifferenceKind>; 2] {
    let side = |slots: &[Slot]| ArgumentSlots {
        arguments: vec![slots.to_vec()],
        result: slots.to_vec(),
        hidden: Vec::new(),
        stack: Bytes(0),
    };
    let found = compare_slots(&side(c), &side(rust), target);
    let kind = |argument| {
        found
            .iter()
            .find(|one| one.argument == argument)
            .map(|one| one.kind)
    };
    [kind(Some(0)), kind(None)]
}

#[test]
fn slots_differ_by_place_content_and_extension() {
    let rdi = || Location::Register("rdi".to_owned());
    let stack = |offset| Location::Stack {
        offset: Bytes(offset),
    };
    let (native, wasm) = (Target::X86_64LinuxGnu, Target::Wasm32Unknown);
    let pointer = Slot {
        content: Content::Pointer { to: Bytes(24) },
        ..slot(rdi(), 8)
    };
    let indirect = Some(SlotDifferenceKind::Indirect);
    assert_eq!(
        slot_differences(&[pointer], &[slot(rdi(), 8)], native),
        [indirect; 2]
    );
    // One slot of 16 bytes on the stack is two of 8.
    let halves = [slot(stack(0), 8), slot(stack(8), 8)];
    assert_eq!(
        slot_differences(&[slot(stack(0), 16)], &halves, native),
        [None; 2]
    );
    let moved = Some(SlotDifferenceKind::Stack);
    assert_eq!(
        slot_differences(&[slot(stack(0), 8)], &[slot(stack(8), 8)], native),
        [moved; 2]
    );
    let extended = Slot {
        extension: Extension::Sign,
        ..slot(rdi(), 2)
    };
    let extension = Some(SlotDifferenceKind::Extension);
    let plain = [slot(rdi(), 2)];
    assert_eq!(
        slot_differences(std::slice::from_ref(&extended), &plain, native),
        [extension, None]
    );
    assert_eq!(slot_differences(&[extended], &plain, wasm), [extension; 2]);
}

/// What is promised of the upper bits reaches to 32: a value of four bytes has none of them (psABI 3.2.3, practice of LLVM).
#[test]
fn only_values_below_four_bytes_are_extended() {
    let of = |width, extension| Slot {
        extension,
        ..slot(Location::Register("rdi".to_owned()), width)
    };
    use Extension::{None as Plain, Sign, Zero};
    for (width, small) in [(1, true), (2, true), (3, true), (4, false), (8, false)] {
        let expected = small.then_some(SlotDifferenceKind::Extension);
        // Of a result the caller must not rely on them, so that there only two promises can contradict each other.
        for (c, rust, result) in [(Sign, Zero, expected), (Sign, Plain, None), (Plain, Zero, None)] {
            let found = slot_differences(&[of(width, c)], &[of(width, rust)], Target::X86_64LinuxGnu);
            assert_eq!(found, [expected, result], "{width} bytes, {c:?} and {rust:?}");
        }
        let same = slot_differences(&[of(width, Sign)], &[of(width, Sign)], Target::X86_64LinuxGnu);
        assert_eq!(same, [None; 2]);
    }
    let mixed = slot_differences(&[of(2, Sign)], &[of(4, Plain)], Target::Wasm32Unknown);
    assert_eq!(
        mixed,
        [Some(SlotDifferenceKind::Extension); 2],
        "one small side is enough"
    );
}

/// Where no slot is, nothing lies on the stack.
#[test]
fn no_slot_against_one_is_another_location() {
    let stack = Slot {
        location: Location::Stack { offset: Bytes(0) },
        ..slot(Location::Register(String::new()), 8)
    };
    let register = slot(Location::Register("rdi".to_owned()), 8);
    let location = [Some(SlotDifferenceKind::Location); 2];
    for other in [stack, register] {
        let native = Target::X86_64LinuxGnu;
        assert_eq!(
            slot_differences(&[], std::slice::from_ref(&other), native),
            location
        );
        assert_eq!(
            slot_differences(std::slice::from_ref(&other), &[], native),
            location
        );
        // Its address is no other way to pass what is not passed.
        let pointer = Slot {
            content: Content::Pointer { to: Bytes(8) },
            ..other
        };
        assert_eq!(slot_differences(&[pointer], &[], native), location);
    }
    assert_eq!(slot_differences(&[], &[], Target::X86_64LinuxGnu), [None; 2]);
    // Nor does what has a register on one side.
    let stack = Location::Stack { offset: Bytes(0) };
    let (stack, register) = (slot(stack, 8), slot(Location::Register("rdi".to_owned()), 8));
    for (c, rust) in [(&stack, &register), (&register, &stack)] {
        let found = slot_differences(
            std::slice::from_ref(c),
            std::slice::from_ref(rust),
            Target::X86_64LinuxGnu,
        );
        assert_eq!(found, location);
    }
}
