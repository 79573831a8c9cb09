//! Slots, rows and drawings for the tests of what is shown.

use twincall_abi::interface::Side;
use twincall_abi::slot::{Content, Extension, Location, Slot};
use twincall_abi::target::Target;
use twincall_abi::units::Bytes;

use super::layout::{ABI, Drawing, FieldPlace};
use super::view::{Row, SlotWords, View, slot_words};
use crate::facts::LevelSlots;

pub(super) fn register(name: &str, width: u64) -> Slot {
    Slot {
        location: Location::Register(name.to_owned()),
        width: Bytes(width),
        extension: Extension::None,
        content: Content::Value,
    }
}

pub(super) fn stack(offset: u64, width: u64) -> Slot {
    Slot {
        location: Location::Stack {
            offset: Bytes(offset),
        },
        ..register("", width)
    }
}

/// A row of the table; number 0 is the result.
pub(super) fn row(number: usize, slots: &[Slot]) -> Row {
    let words = |slot: &Slot| SlotWords {
        words: slot_words(slot, None),
        slot: slot.clone(),
        value_offset: 0,
        in_buffer: None,
    };
    Row {
        number,
        name: None,
        ty: "int".to_owned(),
        unnamed: false,
        size: None,
        align: None,
        classes: Vec::new(),
        slots: slots.iter().map(words).collect(),
        clauses: Vec::new(),
        unknown: None,
    }
}

/// A function that is known by its rows alone.
pub(super) fn view(arguments: Vec<Row>, result: Row) -> View {
    View {
        arguments,
        result,
        stack: 0,
        stack_align: 16,
        al: None,
        hidden: Vec::new(),
        buffer: None,
        frame: Vec::new(),
        wasm_type: None,
    }
}

/// The slots of a level at which each belongs to its argument.
pub(super) fn level(arguments: Vec<Vec<Slot>>, result: Vec<Slot>) -> LevelSlots {
    LevelSlots {
        opt: 0,
        arguments,
        result,
        attributed: true,
        ir: None,
        source: Default::default(),
    }
}

/// A field of bytes.
pub(super) fn field(path: &str, offset: u64, size: u64) -> FieldPlace {
    FieldPlace {
        path: path.to_owned(),
        offset_bits: offset * 8,
        width_bits: size * 8,
        kind: "signed integer".to_owned(),
        bit_field: false,
    }
}

pub(super) fn bits(path: &str, offset_bits: u64, width_bits: u64) -> FieldPlace {
    FieldPlace {
        offset_bits,
        width_bits,
        bit_field: true,
        ..field(path, 0, 0)
    }
}

pub(super) fn drawing(size: u64, fields: Vec<FieldPlace>) -> Drawing {
    Drawing {
        target: Target::X86_64LinuxGnu,
        side: Side::C,
        by: ABI.to_owned(),
        clause: None,
        unsupported: None,
        size,
        align: Some(4),
        padding_bits: 0,
        fields,
    }
}
