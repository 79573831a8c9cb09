//! wasm32: from a signature to parameters and results of the wasm function type, by the Basic C ABI.
//!
//! ```text
//!  param 0         hidden pointer to the result, if there is one
//!  param 1, ...    named arguments: a value each, two i64 for 16 bytes, or a pointer to a copy
//!  last param      pointer to the buffer of unnamed arguments, if the function is variadic
//!
//!  buffer          [0] first unnamed argument   [4] or [8] second   ...   each at its alignment
//! ```

use crate::interface::Signature;
use crate::slot::{Content, Extension, Location, Slot};
use crate::types::Type;
use crate::units::Bytes;

use super::layout::Types;
use super::reader::{Place, Reader, Unsupported};
use super::{ModelArgument, ModelLowering, ModelSlot, clauses};

mod buffer;
mod passing;
mod singleton;
#[cfg(test)]
mod tests;

use buffer::Buffer;
use passing::{Part, Passed};

const POINTER: u64 = 4;
const STACK_ALIGN: u64 = 16;

/// Where a function has its arguments and its result; `unnamed` are the promoted types behind `...`.
pub(super) fn lower<'t>(
    types: &mut Types<'t>,
    signature: &'t Signature,
    unnamed: &'t [Type],
) -> Result<ModelLowering, Unsupported> {
    if !unnamed.is_empty() && !signature.variadic && !signature.unprototyped {
        return Err(Unsupported::new("unnamed arguments of a function without `...`"));
    }
    let mut params = Params::default();
    types.at = Place::Result;
    let result = result(types, &signature.result, &mut params)?;
    let mut arguments = Vec::new();
    for (index, parameter) in signature.params.iter().enumerate() {
        types.at = Place::Argument(index);
        arguments.push(params.argument(types, &parameter.ty)?);
    }
    let mut buffer = Buffer::default();
    for (index, ty) in unnamed.iter().enumerate() {
        types.at = Place::Argument(signature.params.len() + index);
        let mut argument = if signature.variadic {
            buffer.argument(types, ty, params.next)?
        } else {
            params.argument(types, ty)?
        };
        argument.because(clauses::C_PROMOTIONS);
        arguments.push(argument);
    }
    let mut hidden = Vec::new();
    if signature.variadic {
        hidden.push(pointer(params.location(), buffer.size()));
    }
    Ok(ModelLowering {
        arguments,
        result,
        stack: Bytes(0),
        stack_align: Bytes(STACK_ALIGN),
        vector_count: None,
        hidden,
        buffer: signature.variadic.then(|| Bytes(buffer.size())),
    })
}

/// The parameters of the wasm function type, in order.
#[derive(Debug, Default)]
struct Params {
    next: u32,
}

impl Params {
    fn location(&mut self) -> Location {
        let index = self.next;
        self.next = self.next.saturating_add(1);
        Location::WasmParam { index }
    }

    fn argument<'t>(&mut self, types: &mut Types<'t>, ty: &'t Type) -> Result<ModelArgument, Unsupported> {
        let mut argument = ModelArgument::default();
        argument.slots = match passing::parameter(types, ty, &mut argument)? {
            Passed::Nothing => Vec::new(),
            Passed::Values(parts) => parts
                .into_iter()
                .map(|part| value(self.location(), part))
                .collect(),
            Passed::Indirect { to } => vec![at_start(pointer(self.location(), to))],
        };
        Ok(argument)
    }
}

/// A scalar comes back as the result of the wasm function, anything else through the first parameter.
fn result<'t>(
    types: &mut Types<'t>,
    ty: &'t Type,
    params: &mut Params,
) -> Result<ModelArgument, Unsupported> {
    let mut result = ModelArgument::default();
    if matches!(ty, Type::Void | Type::Never) {
        return Ok(result);
    }
    if matches!(ty, Type::Array { .. }) {
        return Err(Unsupported::new("a function that returns an array"));
    }
    let id = types.lay(ty)?;
    let size = types.node(id).size;
    let parts = match passing::passed(types, id, &mut result)? {
        Passed::Nothing => return Ok(result),
        Passed::Values(parts) => parts,
        Passed::Indirect { to } => {
            result.because(clauses::WASM_RESULT);
            result.slots = vec![at_start(pointer(params.location(), to))];
            return Ok(result);
        }
    };
    let direct = match parts.as_slice() {
        [] | [_] => true,
        [first, _] if first.wide => {
            types.fork(clauses::WASM_WIDE_RESULT);
            result.because(clauses::WASM_WIDE_RESULT);
            types.reader == Reader::Text
        }
        _ => false,
    };
    if direct {
        let slots = (0..)
            .zip(parts)
            .map(|(index, part)| value(Location::WasmResult { index }, part));
        result.slots = slots.collect();
    } else {
        result.because(clauses::WASM_RESULT);
        result.slots = vec![at_start(pointer(params.location(), size))];
    }
    Ok(result)
}

/// A value or a part of it.
fn value(location: Location, part: Part) -> ModelSlot {
    ModelSlot {
        slot: Slot {
            location,
            width: Bytes(part.width),
            extension: part.extension,
            content: Content::Value,
        },
        value_offset: Bytes(part.offset),
        in_buffer: None,
    }
}

/// The address of `to` bytes.
fn pointer(location: Location, to: u64) -> Slot {
    Slot {
        location,
        width: Bytes(POINTER),
        extension: Extension::None,
        content: Content::Pointer { to: Bytes(to) },
    }
}

fn at_start(slot: Slot) -> ModelSlot {
    ModelSlot {
        slot,
        value_offset: Bytes(0),
        in_buffer: None,
    }
}
