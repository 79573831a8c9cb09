//! Where a result comes back: psABI 3.2.3, *Returning of Values*.

use crate::slot::Location;
use crate::types::Type;

use super::super::layout::{Kind, Types};
use super::super::reader::{Reader, Unsupported};
use super::super::{Class, Language, ModelArgument, ModelSlot, clauses};
use super::arguments::{Arguments, extended, parts, slot, vector_register};
use super::{Passing, Value, classified};

const GENERAL: [&str; 2] = ["rax", "rdx"];
const VECTORS: usize = 2;
/// LLVM returns a vector that it splits in at most this many registers.
const SPLIT_VECTORS: u64 = 4;
const X87_BYTES: u64 = 10;

/// The slots of a result. A result in memory takes the first pointer register of the arguments.
pub(super) fn lower<'t>(
    types: &mut Types<'t>,
    ty: &'t Type,
    arguments: &mut Arguments,
) -> Result<ModelArgument, Unsupported> {
    let mut result = ModelArgument::default();
    match ty {
        Type::Void | Type::Never => return Ok(result),
        Type::Array { .. } if types.language != Language::Rust => {
            return Err(Unsupported::new("a function that returns an array"));
        }
        Type::Opaque(name) if name == "va_list" => {
            return Err(Unsupported::new(
                "a function that returns a va_list, which is an array",
            ));
        }
        _ => {}
    }
    let id = types.lay(ty)?;
    if types.node(id).traits.non_trivial {
        let size = types.node(id).size;
        result.classes = vec![Class::Memory];
        result.because(clauses::SYSV_NON_TRIVIAL);
        return hidden(result, size, arguments);
    }
    let passing = Passing {
        named: true,
        variadic: false,
    };
    let value = classified(types, id, passing, &mut result)?;
    result.classes = value.classes.clone();
    if value.classes.is_empty() {
        return Ok(result);
    }
    if value.classes.contains(&Class::Memory) {
        if let Some(slots) = split_vector(types, &value) {
            result.because(clauses::SYSV_WIDE_VECTOR_RESULT);
            result.slots = slots;
            return Ok(result);
        }
        return hidden(result, value.size, arguments);
    }
    result.because(clauses::SYSV_RETURN);
    result.slots = in_registers(&value)?;
    Ok(result)
}

/// The caller's pointer to the result.
fn hidden(
    mut result: ModelArgument,
    size: u64,
    arguments: &mut Arguments,
) -> Result<ModelArgument, Unsupported> {
    result.because(clauses::SYSV_RETURN_MEMORY);
    result.slots = vec![arguments.pointer(Some(size))?];
    Ok(result)
}

fn in_registers(value: &Value) -> Result<Vec<ModelSlot>, Unsupported> {
    let (mut general, mut vectors) = (0, 0);
    let mut slots = Vec::new();
    if value.classes.first() == Some(&Class::ComplexX87) {
        let part = |index: u64| {
            let register = Location::Register(format!("st{index}"));
            slot(register, X87_BYTES, index * value.size / 2)
        };
        return Ok(vec![part(0), part(1)]);
    }
    for part in parts(value) {
        let register = match part.class {
            Class::Integer => {
                general += 1;
                GENERAL.get(general - 1).map(ToString::to_string)
            }
            Class::Sse | Class::SseUp => {
                vectors += 1;
                (vectors <= VECTORS).then(|| vector_register(part.width, vectors - 1))
            }
            Class::X87 => {
                slots.push(slot(Location::Register("st0".to_owned()), X87_BYTES, part.offset));
                continue;
            }
            _ => continue,
        };
        let register = register.ok_or_else(|| Unsupported::new("more result registers than there are"))?;
        slots.push(extended(
            slot(Location::Register(register), part.width, part.offset),
            value,
        ));
    }
    Ok(slots)
}

/// A bare vector of class MEMORY: gcc returns it in memory, clang leaves it to LLVM, which takes as many of
/// the widest registers as the vector fills, up to four.
fn split_vector(types: &mut Types<'_>, value: &Value) -> Option<Vec<ModelSlot>> {
    if !matches!(types.node(value.bare).kind, Kind::Vector { .. }) {
        return None;
    }
    types.fork(clauses::SYSV_WIDE_VECTOR_RESULT);
    if types.reader != Reader::Clang {
        return None;
    }
    let width = types.widest_vector().min(value.size);
    let count = value.size / width;
    (count <= SPLIT_VECTORS).then(|| {
        (0..count)
            .map(|index| {
                let register = vector_register(width, index as usize);
                slot(Location::Register(register), width, index * width)
            })
            .collect()
    })
}
