//! wasm values: which the model asks for, and how bytes go into them and come out.

use twincall_abi::model::{ModelArgument, ModelSlot};
use twincall_abi::slot::{Content, Extension, Location};
use twincall_abi::types::{FloatKind, Type};
use wasmtime::{FuncType, Val, ValType};

use super::super::expected::{Expected, ValueOf};
use super::super::outcome::{Difference, Place, hex};
use crate::run::wasm::value_bytes;

pub(super) fn compare_values(
    differences: &mut Vec<Difference>,
    place: Place,
    argument: &ModelArgument,
    value: &ValueOf,
    held: &[Val],
) {
    for slot in &argument.slots {
        let Some(found) = param(held, &slot.slot.location) else {
            differences.push(Difference::new(place, &slot.slot.to_string(), "nothing"));
            continue;
        };
        let from = slot.value_offset.0 as usize;
        let width = (slot.slot.width.0 as usize).min(found.len());
        let (wanted, got) = (
            value.slot_expected(from, width),
            value.slot_masked(from, &found[..width]),
        );
        if wanted != got {
            let wanted = format!("{} = {}", slot.slot, hex(&wanted));
            differences.push(Difference::new(place, &wanted, &hex(&got)));
        }
    }
}

/// Where the function type departs from what the model asks for.
pub(super) fn type_difference(ty: &FuncType, expected: &Expected) -> Option<Difference> {
    let mut params: Vec<(u32, &'static str)> = Vec::new();
    let mut results = Vec::new();
    let mut add = |slot: &twincall_abi::slot::Slot, kind: &'static str| match &slot.location {
        Location::WasmParam { index } => params.push((*index, kind)),
        Location::WasmResult { index } => results.push((*index, kind)),
        Location::Register(_) | Location::Stack { .. } => {}
    };
    let values = expected.arguments().iter().chain(expected.result());
    let places = expected
        .lowering
        .arguments
        .iter()
        .chain(std::iter::once(&expected.lowering.result));
    for (argument, value) in places.zip(values) {
        for slot in argument.slots.iter().filter(|slot| slot.in_buffer.is_none()) {
            add(&slot.slot, kind_of(slot, value));
        }
    }
    for slot in &expected.lowering.hidden {
        add(slot, "i32");
    }
    params.sort_unstable();
    results.sort_unstable();
    let wanted = (names(params), names(results));
    let found = (
        ty.params().map(|ty| ty.to_string()).collect::<Vec<_>>(),
        ty.results().map(|ty| ty.to_string()).collect::<Vec<_>>(),
    );
    let show = |(params, results): &(Vec<String>, Vec<String>)| {
        format!("({}) -> ({})", params.join(" "), results.join(" "))
    };
    (wanted != found).then(|| Difference::new(Place::FunctionType, &show(&wanted), &show(&found)))
}

fn names(slots: Vec<(u32, &'static str)>) -> Vec<String> {
    slots.into_iter().map(|(_, kind)| kind.to_owned()).collect()
}

/// The value type of a slot: a pointer, or the scalar that lies there.
fn kind_of(slot: &ModelSlot, value: &ValueOf) -> &'static str {
    if matches!(slot.slot.content, Content::Pointer { .. }) {
        return "i32";
    }
    if slot.slot.width.0 == 16 {
        return "v128";
    }
    let float = matches!(value.scalar, Type::Float(FloatKind::F32 | FloatKind::F64));
    match (float, slot.slot.width.0 > 4) {
        (true, true) => "f64",
        (true, false) => "f32",
        (false, true) => "i64",
        (false, false) => "i32",
    }
}

/// The bytes of a slot with a small integer's extension.
pub(super) fn extended(slot: &ModelSlot, value: &ValueOf) -> Vec<u8> {
    let width = slot.slot.width.0 as usize;
    let bytes = value.slot_bytes(slot.value_offset.0 as usize, width);
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let fill = match slot.slot.extension {
        Extension::Sign if negative => 0xFF,
        _ => 0,
    };
    with_above(slot, value, fill)
}

/// The bytes of a slot with this byte above a small integer.
pub(super) fn with_above(slot: &ModelSlot, value: &ValueOf, fill: u8) -> Vec<u8> {
    let width = slot.slot.width.0 as usize;
    let mut bytes = value.slot_bytes(slot.value_offset.0 as usize, width);
    if slot.in_buffer.is_none() && bytes.len() < 4 {
        bytes.resize(4, fill);
    }
    bytes
}

pub(super) fn param(values: &[Val], location: &Location) -> Option<Vec<u8>> {
    let (Location::WasmParam { index } | Location::WasmResult { index }) = location else {
        return None;
    };
    value_bytes(values.get(*index as usize)?)
}

/// Puts bytes into the parameter or result at a location; what is missing is zero.
pub(super) fn place(values: &mut [Val], location: &Location, bytes: &[u8]) {
    let (Location::WasmParam { index } | Location::WasmResult { index }) = location else {
        return;
    };
    let Some(value) = values.get_mut(*index as usize) else {
        return;
    };
    let mut wide = [0u8; 16];
    let length = bytes.len().min(16);
    wide[..length].copy_from_slice(&bytes[..length]);
    let bits = u128::from_le_bytes(wide);
    *value = match value {
        Val::I64(_) => Val::I64(bits as i64),
        Val::F32(_) => Val::F32(bits as u32),
        Val::F64(_) => Val::F64(bits as u64),
        Val::V128(_) => Val::V128(bits.into()),
        _ => Val::I32(bits as i32),
    };
}

pub(super) fn zero(ty: &ValType) -> Val {
    match ty {
        ValType::I64 => Val::I64(0),
        ValType::F32 => Val::F32(0),
        ValType::F64 => Val::F64(0),
        ValType::V128 => Val::V128(0.into()),
        _ => Val::I32(0),
    }
}

pub(super) fn read(memory: &[u8], at: u32, length: usize) -> Vec<u8> {
    let start = at as usize;
    memory.get(start..start + length).unwrap_or_default().to_vec()
}

pub(super) fn word(bytes: &[u8]) -> u32 {
    bytes.first_chunk().copied().map_or(0, u32::from_le_bytes)
}
