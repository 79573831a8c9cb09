//! Slots per argument, and where those of two sides part.

use crate::ir::{IrFunction, IrParam, IrType};
use crate::layout::{LayoutTable, LeafKind, Scalar, Shape, TypeId};
use crate::slot::{Content, Extension, Location, Lowering, Slot};
use crate::target::Target;
use crate::units::Bytes;

/// The slots of a function by source-level argument.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct ArgumentSlots {
    /// One entry for each parameter of the source.
    pub arguments: Vec<Vec<Slot>>,
    pub result: Vec<Slot>,
    /// Slots that belong to no parameter: the buffer pointer of a variadic wasm function.
    pub hidden: Vec<Slot>,
    pub stack: Bytes,
}

/// Distributes the slots of an IR function over the parameters of its source.
///
/// A front end may split one source parameter into several IR parameters (`{ double, i64 }` into a `double` and
/// an `i64`) or drop it (an empty struct). Parameters are consumed in order until the bytes
/// that carry the source value are covered. `None` where that does not come out even.
pub fn attribute(
    function: &IrFunction,
    lowering: &Lowering,
    table: &LayoutTable,
    params: &[TypeId],
    result: Option<TypeId>,
    target: Target,
) -> Option<ArgumentSlots> {
    let visible: Vec<&IrParam> = function
        .params
        .iter()
        .filter(|param| param.attributes.sret.is_none())
        .collect();
    let mut next = 0;
    let mut arguments = Vec::new();
    for &id in params {
        let units = carried_units(table, id, target, visible.get(next).copied());
        let mut slots = Vec::new();
        let mut covered = 0;
        let indirect = visible
            .get(next)
            .is_some_and(|param| is_indirect(param, function.convention, table, id, target));
        while covered < units {
            let param = visible.get(next)?;
            let mut own = lowering.arguments.get(next)?.clone();
            next += 1;
            if indirect {
                let to = table.get(id).size;
                for slot in &mut own {
                    slot.content = Content::Pointer { to };
                }
                slots.extend(own);
                break;
            }
            covered += ir_units(&param.ty, target);
            if param.attributes.byval.is_some() {
                covered = units;
            }
            slots.extend(own);
        }
        arguments.push(slots);
    }
    let hidden: Vec<Slot> = lowering
        .arguments
        .get(next..)?
        .iter()
        .flatten()
        .cloned()
        .collect();
    if next != visible.len() && !lowering.variadic {
        return None;
    }
    let result = match result {
        Some(_) => lowering.result.clone(),
        None => Vec::new(),
    };
    Some(ArgumentSlots {
        arguments,
        result,
        hidden,
        stack: lowering.stack,
    })
}

/// How many units (eightbytes natively, leaves on wasm) carry the value of a type whose first IR parameter is `first`.
fn carried_units(table: &LayoutTable, id: TypeId, target: Target, first: Option<&IrParam>) -> u64 {
    let layout = table.get(id);
    if layout.size == Bytes(0) {
        // clang gives a struct of nothing but a flexible array member a copy of no bytes on the stack.
        let no_bytes = first.is_some_and(|param| param.attributes.byval == Some(Bytes(0)));
        return u64::from(no_bytes);
    }
    if target.is_wasm() {
        // rustc before 1.89 passed a struct of two scalars as two IR parameters.
        let scalar = first
            .is_some_and(|param| matches!(param.ty, IrType::Integer { .. } | IrType::Float | IrType::Double));
        return match layout.shape {
            Shape::Struct { .. } if scalar => (table.leaves(id).len() as u64).max(1),
            _ => 1,
        };
    }
    let mask = table.value_mask(id);
    // An eightbyte of padding alone has class NO_CLASS and takes no register (psABI 3.2.3).
    let carried = mask
        .chunks(8)
        .filter(|chunk| chunk.iter().any(|&byte| byte != 0))
        .count() as u64;
    match layout.shape {
        // A C++ class without members has a size and no value; it is passed in nothing.
        Shape::Struct { .. } => carried,
        _ => carried.max(1),
    }
}

/// How many of those units one IR parameter covers.
fn ir_units(ty: &IrType, target: Target) -> u64 {
    if target.is_wasm() {
        return 1;
    }
    ir_bytes(ty).div_ceil(8).max(1)
}

fn ir_bytes(ty: &IrType) -> u64 {
    match ty {
        IrType::Void | IrType::Other(_) => 0,
        IrType::Integer { bits } => u64::from(*bits).div_ceil(8),
        IrType::Half | IrType::BFloat => 2,
        IrType::Float => 4,
        IrType::Double | IrType::Pointer => 8,
        IrType::X86Fp80 | IrType::Fp128 => 16,
        IrType::Vector { element, lanes } => ir_bytes(element).saturating_mul(u64::from(*lanes)),
        IrType::Array { element, length } => ir_bytes(element).saturating_mul(*length),
        // Each field of a first-class struct is placed on its own.
        IrType::Struct { fields, .. } => fields.iter().fold(0, |bytes: u64, field| {
            bytes.saturating_add(ir_bytes(field).div_ceil(8).saturating_mul(8))
        }),
    }
}

/// LLVM's number of the Windows x64 convention.
const WIN64: u32 = 79;

/// Whether the first IR parameter of an argument is a plain pointer to an aggregate that the source passes by value. What
/// follows a first parameter that is a value is a part of the value too.
fn is_indirect(param: &IrParam, convention: u32, table: &LayoutTable, id: TypeId, target: Target) -> bool {
    if param.ty != IrType::Pointer || param.attributes.byval.is_some() {
        return false;
    }
    let layout = table.get(id);
    if matches!(layout.shape, Shape::Scalar(_)) {
        return layout.size > target.pointer_size();
    }
    let leaves = table.leaves(id);
    let single_pointer = leaves.len() == 1
        && matches!(leaves[0].kind, LeafKind::Scalar(Scalar::Pointer { .. }))
        && layout.size == target.pointer_size();
    if single_pointer {
        return false;
    }
    // Windows x64 passes by address what does not fill 1, 2, 4 or 8 bytes. More than two eightbytes are in memory by psABI
    // 3.2.3, as a copy (`byval`) unless they are passed by address, and Rust's own convention passes an address too.
    if convention == WIN64 {
        return !matches!(layout.size.0, 1 | 2 | 4 | 8);
    }
    if !target.is_wasm() && layout.size > Bytes(16) {
        return true;
    }
    // A union or a struct that begins with a pointer may itself travel as one; an indirect
    // argument says how many bytes it points to.
    let begins_with_pointer = leaves.first().is_some_and(|leaf| {
        matches!(
            leaf.kind,
            LeafKind::Bytes { .. } | LeafKind::Scalar(Scalar::Pointer { .. })
        )
    });
    !begins_with_pointer || param.attributes.dereferenceable == Some(layout.size) || target.is_wasm()
}

/// How the slots of one argument or result differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SlotDifferenceKind {
    /// Other registers, or a register against the stack.
    Location,
    /// The stack on both sides, at other offsets.
    Stack,
    /// The value on one side, its address on the other.
    Indirect,
    /// Sign-extended on one side, zero-extended or nothing on the other.
    Extension,
}

/// A difference in the slots of one argument (`Some(index)`) or the result (`None`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SlotDifference {
    pub kind: SlotDifferenceKind,
    pub argument: Option<usize>,
    pub c: Vec<Slot>,
    pub rust: Vec<Slot>,
}

/// Where two sides' slots part. Widths are not compared: `i32` and `i64` in one register carry the
/// same eightbyte, and which of its bytes count is a matter of the types.
pub fn compare_slots(c: &ArgumentSlots, rust: &ArgumentSlots, target: Target) -> Vec<SlotDifference> {
    let mut differences = Vec::new();
    let count = c.arguments.len().max(rust.arguments.len());
    let none = Vec::new();
    for index in 0..count {
        let c = c.arguments.get(index).unwrap_or(&none);
        let rust = rust.arguments.get(index).unwrap_or(&none);
        if let Some(kind) = compare_one(c, rust, true) {
            differences.push(SlotDifference {
                kind,
                argument: Some(index),
                c: c.clone(),
                rust: rust.clone(),
            });
        }
    }
    // Natively the caller must not rely on the upper bits of a small result (psABI 3.2.3), so only one side
    // marking it makes no difference; on wasm the value is an i32 and its upper bits are read.
    let result_extension = target.is_wasm();
    if let Some(kind) = compare_one(&c.result, &rust.result, result_extension) {
        let (c, rust) = (c.result.clone(), rust.result.clone());
        differences.push(SlotDifference {
            kind,
            argument: None,
            c,
            rust,
        });
    }
    differences
}

fn compare_one(c: &[Slot], rust: &[Slot], extension: bool) -> Option<SlotDifferenceKind> {
    let indirect = |slots: &[Slot]| {
        slots
            .iter()
            .any(|slot| matches!(slot.content, Content::Pointer { .. }))
    };
    if indirect(c) != indirect(rust) && !c.is_empty() && !rust.is_empty() {
        return Some(SlotDifferenceKind::Indirect);
    }
    let locations = |slots: &[Slot]| slots.iter().flat_map(occupied).collect::<Vec<_>>();
    let (c_locations, rust_locations) = (locations(c), locations(rust));
    if c_locations != rust_locations {
        let on_stack = |locations: &[Location]| {
            !locations.is_empty() && locations.iter().all(|at| matches!(at, Location::Stack { .. }))
        };
        let both = on_stack(&c_locations) && on_stack(&rust_locations);
        return Some(if both {
            SlotDifferenceKind::Stack
        } else {
            SlotDifferenceKind::Location
        });
    }
    let small = |slot: &Slot| slot.width.0 < 4;
    let differ = c.iter().zip(rust).any(|(c, rust)| {
        let both_known = c.extension != Extension::None && rust.extension != Extension::None;
        c.extension != rust.extension && (small(c) || small(rust)) && (extension || both_known)
    });
    differ.then_some(SlotDifferenceKind::Extension)
}

/// The locations a slot occupies, by eightbyte on the stack, so that one slot of 16 bytes equals two of 8.
fn occupied(slot: &Slot) -> Vec<Location> {
    match &slot.location {
        Location::Stack { offset } => (0..slot.width.0.div_ceil(8).max(1))
            .map(|word| Location::Stack {
                offset: Bytes(offset.0 + 8 * word),
            })
            .collect(),
        other => vec![other.clone()],
    }
}
