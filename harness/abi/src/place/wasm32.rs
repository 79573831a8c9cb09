//! Where LLVM's WebAssembly back end puts arguments and results: in the parameters and results of the wasm
//! function type.
//!
//! | rule | its source in LLVM |
//! |---|---|
//! | one parameter for each legal value, `byval` as a pointer | `WebAssemblyTargetLowering::LowerFormalArguments`, `computeSignatureVTs` |
//! | aggregates as their leaves, wide integers in parts | SelectionDAGBuilder.cpp, see [`super::leaves`] |
//! | vectors without simd128 as scalars | TargetLoweringBase.cpp, see [`super::vector`] |
//! | more than one result value goes through memory | `WebAssemblyTargetLowering::CanLowerReturn`, then sret demotion |
//!
//! A variadic function has one more wasm parameter after the named ones, the address of the buffer of
//! variable arguments. It is no IR parameter and has no entry in [`Lowering::arguments`].
//!
//! The back end gives every function of a module the features of all of them
//! (`CoalesceFeaturesAndStripAtomics`): [`IrFunction::target_features`] must be that union.

use crate::ir::{IrFunction, IrParam, IrType};
use crate::slot::{Content, Extension, Location, Lowering, Slot};
use crate::units::Bytes;

use super::Unsupported;
use super::leaves::{DataLayout, check_attributes, check_integer, flatten, integer_parts, lane_bits};
use super::vector::{Breakdown, break_down};
use crate::features::enabled;

const POINTER: u64 = 4;
const STACK_ALIGN: u64 = 16;

/// The slots of a function of the C convention. `several` tells whether its wasm type has more than one result.
pub(super) fn place_with(
    function: &IrFunction,
    llvm_major: u32,
    several: Option<bool>,
) -> Result<Lowering, Unsupported> {
    if function.convention != 0 {
        return Err(Unsupported::new(format!(
            "LLVM calling convention {}",
            function.convention
        )));
    }
    let simd = enabled(&function.target_features, "simd128");
    let mut next = 0;
    let mut result = match results(function, simd, llvm_major, several)? {
        Some(slots) => slots,
        // The demoted result's pointer goes before every declared parameter.
        None => {
            let i128_align = if llvm_major >= 20 { 16 } else { 8 };
            let size = DataLayout {
                pointer: POINTER,
                i128_align,
            }
            .alloc_size(&function.result.ty);
            let to = size.ok_or_else(|| Unsupported::new("a result of unknown size"))?;
            vec![pointer(&mut next, to)]
        }
    };
    let mut arguments = Vec::with_capacity(function.params.len());
    for param in &function.params {
        check_attributes(param)?;
        match (param.attributes.sret, param.attributes.byval) {
            (Some(_), _) if !result.is_empty() => return Err(Unsupported::new("sret beside another result")),
            (Some(to), _) => result = vec![pointer(&mut next, to)],
            (None, Some(to)) => arguments.push(vec![pointer(&mut next, to)]),
            (None, None) => {
                let values = values_of(param, simd, llvm_major)?;
                arguments.push(
                    values
                        .into_iter()
                        .map(|value| value.at(param_at(&mut next)))
                        .collect(),
                );
            }
        }
    }
    Ok(Lowering {
        arguments,
        result,
        stack: Bytes(0),
        stack_align: Bytes(STACK_ALIGN),
        variadic: function.variadic,
    })
}

/// One wasm value: the bytes of it that the IR value fills.
#[derive(Clone, Copy, Debug)]
struct Value {
    width: u64,
    extension: Extension,
}

impl Value {
    fn at(self, location: Location) -> Slot {
        Slot {
            location,
            width: Bytes(self.width),
            extension: self.extension,
            content: Content::Value,
        }
    }
}

/// The results, or `None` where LLVM returns through memory.
fn results(
    function: &IrFunction,
    simd: bool,
    llvm_major: u32,
    several: Option<bool>,
) -> Result<Option<Vec<Slot>>, Unsupported> {
    let values = values_of(&function.result, simd, llvm_major)?;
    if values.len() > 1 {
        let multivalue = enabled(&function.target_features, "multivalue");
        let aggregate = matches!(function.result.ty, IrType::Struct { .. } | IrType::Array { .. });
        match (multivalue, llvm_major) {
            (false, _) => return Ok(None),
            // What the compiler made of it says more than any feature.
            (true, _) if several == Some(true) => {}
            (true, _) if several == Some(false) => return Ok(None),
            // Before LLVM 19 the feature alone decided.
            (true, ..19) => {}
            // Since then `-target-abi experimental-mv` decides, which is written nowhere in the module. The
            // default ABI of C never returns an aggregate of several values in the IR.
            (true, 19..) if aggregate => {
                return Err(Unsupported::new(
                    "several result values with the feature multivalue: the IR does not say which target-abi holds, \
                     the wasm function type does",
                ));
            }
            (true, 19..) => return Ok(None),
        }
    }
    let slots = (0..)
        .zip(values)
        .map(|(index, value)| value.at(Location::WasmResult { index }));
    Ok(Some(slots.collect()))
}

/// The wasm values of one IR parameter or result.
fn values_of(param: &IrParam, simd: bool, llvm_major: u32) -> Result<Vec<Value>, Unsupported> {
    let mut values = Vec::new();
    for leaf in flatten(&param.ty)? {
        push_values(leaf, param.attributes.extension, simd, llvm_major, &mut values)?;
    }
    Ok(values)
}

fn push_values(
    leaf: &IrType,
    extension: Extension,
    simd: bool,
    llvm_major: u32,
    values: &mut Vec<Value>,
) -> Result<(), Unsupported> {
    let plain = |width| Value {
        width,
        extension: Extension::None,
    };
    match leaf {
        IrType::Integer { bits } => {
            check_integer(*bits)?;
            let parts = integer_parts(*bits, extension);
            values.extend(parts.iter().map(|part| Value {
                width: part.width,
                extension: part.extension,
            }));
        }
        IrType::Pointer => values.push(plain(POINTER)),
        IrType::Float => values.push(plain(4)),
        IrType::Double => values.push(plain(8)),
        IrType::Fp128 => values.extend([plain(8), plain(8)]),
        // An i32 since LLVM 22, an f32 in older versions, which no C front end ever wrote.
        IrType::Half if llvm_major >= 22 => values.push(plain(2)),
        IrType::Half | IrType::BFloat => return Err(Unsupported::new("16-bit floating point on wasm")),
        IrType::X86Fp80 => return Err(Unsupported::new("x86_fp80 on wasm")),
        IrType::Vector { element, lanes } => push_vector(element, *lanes, simd, llvm_major, values)?,
        IrType::Void | IrType::Array { .. } | IrType::Struct { .. } | IrType::Other(_) => {
            return Err(Unsupported::new("a vector of aggregates"));
        }
    }
    Ok(())
}

fn push_vector(
    element: &IrType,
    lanes: u32,
    simd: bool,
    llvm_major: u32,
    values: &mut Vec<Value>,
) -> Result<(), Unsupported> {
    let scalar_lane = matches!(
        element,
        IrType::Integer {
            bits: 8 | 16 | 32 | 64
        } | IrType::Pointer
    ) || matches!(element, IrType::Float | IrType::Double);
    if lanes == 0 || lanes > 4096 || !scalar_lane {
        return Err(Unsupported::new(format!(
            "a vector of {lanes} lanes of {element:?} on wasm"
        )));
    }
    let bits = lane_bits(element, POINTER).ok_or_else(|| Unsupported::new("a vector of aggregates"))?;
    let plain = |width| Value {
        width,
        extension: Extension::None,
    };
    match break_down(bits, lanes, if simd { &[128] } else { &[] }) {
        Breakdown::Whole { .. } => values.push(plain((bits * u64::from(lanes)).div_ceil(8))),
        Breakdown::Split { count, register_bits } => {
            values.extend((0..count).map(|_| plain(register_bits / 8)));
        }
        Breakdown::Scalars => {
            for _ in 0..lanes {
                push_values(element, Extension::None, simd, llvm_major, values)?;
            }
        }
    }
    Ok(())
}

/// The next wasm parameter.
fn param_at(next: &mut u32) -> Location {
    let index = *next;
    *next = next.saturating_add(1);
    Location::WasmParam { index }
}

fn pointer(next: &mut u32, to: Bytes) -> Slot {
    Slot {
        location: param_at(next),
        width: Bytes(POINTER),
        extension: Extension::None,
        content: Content::Pointer { to },
    }
}

#[cfg(test)]
mod tests;
