//! x86-64 System V: from a signature to registers and stack, by psABI 3.2.3.
//!
//! ```text
//!  higher addresses
//!      ...
//!      [16]   third eightbyte of stack arguments     [rsp+24] at entry
//!      [8]    second                                 [rsp+16]
//!      [0]    first, aligned for all arguments       [rsp+8]
//!             return address, pushed by the call     [rsp]
//! ```

use crate::interface::Signature;
use crate::slot::{Extension, Location};
use crate::types::Type;
use crate::units::Bytes;

use super::layout::{Kind, NodeId, Types};
use super::reader::{Place, Reader, Unsupported};
use super::{Class, Clause, Language, ModelArgument, ModelLowering, clauses};

mod arguments;
mod classify;
mod results;
#[cfg(test)]
mod tests;
mod vectors;

use arguments::Arguments;

/// Where a function has its arguments and its result; `unnamed` are the promoted types behind `...`.
pub(super) fn lower<'t>(
    types: &mut Types<'t>,
    signature: &'t Signature,
    unnamed: &'t [Type],
) -> Result<ModelLowering, Unsupported> {
    if !unnamed.is_empty() && !signature.variadic && !signature.unprototyped {
        return Err(Unsupported::new("unnamed arguments of a function without `...`"));
    }
    let mut arguments = Arguments::new();
    types.at = Place::Result;
    let result = results::lower(types, &signature.result, &mut arguments)?;
    let mut placed = Vec::new();
    for (index, parameter) in signature.params.iter().enumerate() {
        types.at = Place::Argument(index);
        let passing = Passing {
            named: true,
            variadic: signature.variadic,
        };
        placed.push(argument(types, &parameter.ty, passing, &mut arguments)?);
    }
    for (index, ty) in unnamed.iter().enumerate() {
        types.at = Place::Argument(signature.params.len() + index);
        let passing = Passing {
            named: signature.unprototyped,
            variadic: !signature.unprototyped,
        };
        let mut argument = argument(types, ty, passing, &mut arguments)?;
        argument.because(clauses::C_PROMOTIONS);
        placed.push(argument);
    }
    let counted = signature.variadic || signature.unprototyped;
    Ok(ModelLowering {
        arguments: placed,
        result,
        stack: Bytes(arguments.stack()),
        stack_align: Bytes(arguments.stack_align()),
        vector_count: counted.then_some(arguments.vector_count()),
        hidden: Vec::new(),
        buffer: None,
    })
}

/// How a function takes an argument.
#[derive(Clone, Copy, Debug)]
struct Passing {
    /// Before the `...`, if there is one.
    named: bool,
    variadic: bool,
}

/// A type on its way through a call.
#[derive(Clone, Debug)]
struct Value {
    /// With the wrapper of a `repr(transparent)` type taken off.
    bare: NodeId,
    size: u64,
    align: u64,
    classes: Vec<Class>,
    /// A bare scalar fills this many bytes, which may be fewer than its size.
    scalar_width: Option<u64>,
    extension: Extension,
    /// A bare `__int128` has a slot for each half wherever it goes.
    halves: bool,
    /// The argument area has no place for it.
    never_on_stack: bool,
}

fn argument<'t>(
    types: &mut Types<'t>,
    ty: &'t Type,
    passing: Passing,
    arguments: &mut Arguments,
) -> Result<ModelArgument, Unsupported> {
    let mut argument = ModelArgument::default();
    let Some(id) = parameter_type(types, ty, &mut argument)? else {
        argument.classes = vec![Class::Integer];
        let slot = arguments.pointer(None)?;
        argument.because(match slot.slot.location {
            Location::Stack { .. } => clauses::SYSV_PASS_MEMORY,
            _ => clauses::SYSV_PASS_INTEGER,
        });
        argument.slots = vec![slot];
        return Ok(argument);
    };
    let size = types.node(id).size;
    if types.node(id).traits.non_trivial {
        argument.classes = vec![Class::Integer];
        argument.because(clauses::SYSV_NON_TRIVIAL);
        argument.slots = vec![arguments.pointer(Some(size))?];
        return Ok(argument);
    }
    let value = classified(types, id, passing, &mut argument)?;
    if value.classes.is_empty() && types.reader == Reader::Gcc && types.node(id).traits.flexible {
        argument.because(clauses::SYSV_FLEXIBLE);
        arguments.align(value.align)?;
    }
    argument.slots = arguments.pass(&value, &mut argument.clauses)?;
    if !argument.slots.is_empty() {
        argument.classes = value.classes;
    }
    Ok(argument)
}

/// The type of a parameter, or `None` where an array or a list has become a pointer.
fn parameter_type<'t>(
    types: &mut Types<'t>,
    ty: &'t Type,
    argument: &mut ModelArgument,
) -> Result<Option<NodeId>, Unsupported> {
    match ty {
        Type::Array { .. } if types.language != Language::Rust => {
            argument.because(clauses::C_ARRAY_PARAMETER);
            return Ok(None);
        }
        Type::Array { .. } => argument.because(clauses::SYSV_ARRAY),
        Type::Opaque(name) if name == "va_list" => {
            argument.because(clauses::SYSV_VA_LIST);
            return Ok(None);
        }
        _ => {}
    }
    types.lay(ty).map(Some)
}

fn push(because: &mut Vec<Clause>, clause: Clause) {
    if !because.contains(&clause) {
        because.push(clause);
    }
}

/// Classes and machine form of a type.
fn classified(
    types: &mut Types<'_>,
    id: NodeId,
    passing: Passing,
    argument: &mut ModelArgument,
) -> Result<Value, Unsupported> {
    let bare = types.bare(id);
    let classes = classify::classify(types, bare, passing, &mut argument.clauses)?;
    let node = types.node(id);
    let (size, align) = (node.size, node.align);
    let (scalar_width, extension) = match &types.node(bare).kind {
        Kind::Bool => {
            argument.because(clauses::SYSV_BOOL);
            (Some(1), Extension::Zero)
        }
        Kind::Integer { .. }
        | Kind::UnicodeScalar
        | Kind::Pointer { .. }
        | Kind::FunctionPointer { .. }
        | Kind::Enum { .. } => (Some(types.node(bare).size), Extension::None),
        Kind::BitInt { bits, .. } if *bits <= 64 => (Some(u64::from(bits.div_ceil(8))), Extension::None),
        Kind::Float(kind) => {
            let x87 = *kind == crate::types::FloatKind::X87;
            (
                Some(if x87 { 10 } else { types.node(bare).size }),
                Extension::None,
            )
        }
        _ => (None, Extension::None),
    };
    let halves = matches!(types.node(bare).kind, Kind::Integer { bits: 128, .. });
    if halves {
        argument.because(clauses::SYSV_INT128);
    }
    Ok(Value {
        bare,
        size,
        align,
        classes,
        scalar_width,
        extension,
        halves,
        never_on_stack: types.reader == Reader::Gcc && !types.node(id).traits.valued,
    })
}
