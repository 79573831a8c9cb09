//! The buffer of unnamed arguments: wasm Basic C ABI, *Varargs*.

use crate::slot::{Content, Extension, Location, Slot};
use crate::types::Type;
use crate::units::Bytes;

use super::super::layout::{Kind, NodeId, Types};
use super::super::reader::Unsupported;
use super::super::{ModelArgument, ModelSlot, clauses};
use super::POINTER;
use super::passing::{Passed, parameter};
use super::singleton::{Single, single};

/// The smallest wasm value, an i32, takes this much.
const SMALLEST: u64 = 4;

/// The buffer while a caller fills it.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    end: u64,
}

impl Buffer {
    /// Bytes used so far.
    pub(super) fn size(&self) -> u64 {
        self.end
    }

    /// Adds an argument. Its slot is at the buffer's own parameter, `param`: the bytes of the value at an
    /// offset, or a pointer to them at that offset.
    pub(super) fn argument<'t>(
        &mut self,
        types: &mut Types<'t>,
        ty: &'t Type,
        param: u32,
    ) -> Result<ModelArgument, Unsupported> {
        let mut argument = ModelArgument::default();
        let passed = parameter(types, ty, &mut argument)?;
        let (size, align, content) = match passed {
            Passed::Nothing => return Ok(argument),
            Passed::Indirect { to } => (POINTER, POINTER, Content::Pointer { to: Bytes(to) }),
            Passed::Values(parts) => {
                let size = parts.iter().map(|part| part.width).sum();
                let align = match ty {
                    Type::Array { .. } => POINTER,
                    _ => {
                        let id = types.lay(ty)?;
                        if is_vector(types, id) {
                            return Err(Unsupported::new("an unnamed vector argument on wasm32"));
                        }
                        // A 16-byte scalar lies at 16 whatever its type's own alignment.
                        match parts.as_slice() {
                            [part, _] if part.wide => 16,
                            _ => types.node(id).align,
                        }
                    }
                };
                (size, align, Content::Value)
            }
        };
        argument.because(clauses::WASM_VARIADIC);
        let too_large = || Unsupported::new("a buffer past the address space");
        let offset = self
            .end
            .checked_next_multiple_of(align.max(SMALLEST))
            .ok_or_else(too_large)?;
        self.end = offset.checked_add(size.max(SMALLEST)).ok_or_else(too_large)?;
        argument.slots = vec![ModelSlot {
            slot: Slot {
                location: Location::WasmParam { index: param },
                width: Bytes(size),
                extension: Extension::None,
                content,
            },
            value_offset: Bytes(0),
            in_buffer: Some(Bytes(offset)),
        }];
        Ok(argument)
    }
}

/// Whether a type is passed as one vector.
fn is_vector(types: &Types<'_>, id: NodeId) -> bool {
    let bare = types.bare(id);
    let vector = |id: NodeId| matches!(types.node(id).kind, Kind::Vector { .. });
    vector(bare) || matches!(single(types, bare), Ok(Single::Scalar(scalar)) if vector(scalar))
}
