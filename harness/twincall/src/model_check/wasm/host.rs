//! The host as the callee of a module's callers: what came through an import, against the model.

use twincall_abi::model::{ModelArgument, ModelSlot};
use twincall_abi::slot::{Content, Extension};
use wasmtime::{Caller, Extern, Val};

use super::super::outcome::{Difference, Place, hex};
use super::Host;
use super::values::{extended, param, place, read, word};

/// The host's side of an import: notes what came and returns what the model says.
pub(super) fn answer(
    mut caller: Caller<'_, Host>,
    params: &[Val],
    results: &mut [Val],
) -> wasmtime::Result<()> {
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    let (Some(memory), Some(expected)) = (memory, caller.data().expected.clone()) else {
        return Err(wasmtime::Error::msg("an import was called that nobody asked for"));
    };
    let mut differences = Vec::new();
    let bytes = memory.data(&caller).to_vec();
    let buffer = expected
        .lowering
        .hidden
        .first()
        .and_then(|slot| param(params, &slot.location))
        .map_or(0, |bytes| word(&bytes));
    for (index, (argument, value)) in expected
        .lowering
        .arguments
        .iter()
        .zip(expected.arguments())
        .enumerate()
    {
        let place = Place::Argument(index);
        let in_params: Vec<ModelSlot> = argument
            .slots
            .iter()
            .filter(|slot| slot.in_buffer.is_none())
            .cloned()
            .collect();
        for slot in &argument.slots {
            let held = match slot.in_buffer {
                Some(offset) => {
                    let width = match slot.slot.content {
                        Content::Value => slot.slot.width.0 as usize,
                        Content::Pointer { .. } => 4,
                    };
                    Some(read(&bytes, buffer + offset.0 as u32, width))
                }
                None => param(params, &slot.slot.location),
            };
            let Some(held) = held else {
                differences.push(Difference::new(
                    place,
                    &slot.slot.to_string(),
                    "no such parameter",
                ));
                continue;
            };
            let from = slot.value_offset.0 as usize;
            let (wanted, got) = match slot.slot.content {
                Content::Pointer { .. } => {
                    let copy = read(&bytes, word(&held), value.size);
                    (value.expected(), value.masked(&copy))
                }
                Content::Value => {
                    let width = (slot.slot.width.0 as usize).min(held.len());
                    (
                        value.slot_expected(from, width),
                        value.slot_masked(from, &held[..width]),
                    )
                }
            };
            if wanted != got {
                let wanted = format!("{} = {}", slot.slot, hex(&wanted));
                differences.push(Difference::new(place, &wanted, &hex(&got)));
            }
        }
        let whole = ModelArgument {
            slots: in_params,
            ..argument.clone()
        };
        extension(&mut differences, &whole, params);
    }
    if let Some(value) = expected.result() {
        for slot in &expected.lowering.result.slots {
            match slot.slot.content {
                Content::Pointer { .. } => {
                    let at = param(params, &slot.slot.location).map_or(0, |bytes| word(&bytes));
                    // A wild pointer shows as a result that did not arrive.
                    let _ = memory.write(&mut caller, at as usize, &value.bytes);
                }
                Content::Value => place(results, &slot.slot.location, &extended(slot, value)),
            }
        }
    }
    caller.data_mut().seen = Some(differences);
    Ok(())
}

/// Whether small integers fill their parameter as their sign asks.
fn extension(differences: &mut Vec<Difference>, argument: &ModelArgument, params: &[Val]) {
    for slot in &argument.slots {
        let width = slot.slot.width.0 as usize;
        let Some(held) = param(params, &slot.slot.location).filter(|held| width > 0 && width < held.len())
        else {
            continue;
        };
        let fill = match slot.slot.extension {
            Extension::None => continue,
            Extension::Sign if held[width - 1] & 0x80 != 0 => 0xFF,
            Extension::Sign | Extension::Zero => 0,
        };
        if held[width..].iter().any(|byte| *byte != fill) {
            differences.push(Difference::new(
                Place::Extension,
                &slot.slot.to_string(),
                &hex(&held),
            ));
        }
    }
}
