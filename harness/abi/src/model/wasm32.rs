//! wasm32: from a signature to parameters and results of the wasm function type, by the Basic C ABI.

use crate::interface::Signature;
use crate::types::Type;

use super::ModelLowering;
use super::layout::Types;
use super::reader::Unsupported;

pub(super) fn lower<'t>(
    _types: &mut Types<'t>,
    _signature: &'t Signature,
    _unnamed: &'t [Type],
) -> Result<ModelLowering, Unsupported> {
    Err(Unsupported::new("wasm32"))
}
