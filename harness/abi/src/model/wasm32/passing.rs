//! How one type travels: as wasm values, as a pointer, or not at all.

use crate::slot::Extension;
use crate::types::{FloatKind, Type};

use super::super::layout::{Kind, NodeId, Types};
use super::super::reader::{Reader, Unsupported};
use super::super::{Language, ModelArgument, clauses};
use super::POINTER;
use super::singleton::{Single, single};

/// More wasm values for one argument are refused.
const MOST_LANES: u64 = 64;

/// One wasm value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// In bytes from the start of the source value.
    pub(super) offset: u64,
    /// Bytes of the source value.
    pub(super) width: u64,
    pub(super) extension: Extension,
    /// A half of a 16-byte scalar.
    pub(super) wide: bool,
}

/// What becomes of a value.
#[derive(Clone, Debug)]
pub(super) enum Passed {
    Nothing,
    Values(Vec<Part>),
    /// The address of this many bytes.
    Indirect {
        to: u64,
    },
}

/// How a parameter travels, after what the language makes of its type.
pub(super) fn parameter<'t>(
    types: &mut Types<'t>,
    ty: &'t Type,
    argument: &mut ModelArgument,
) -> Result<Passed, Unsupported> {
    match ty {
        Type::Array { .. } if types.language != Language::Rust => {
            argument.because(clauses::C_ARRAY_PARAMETER);
            Ok(Passed::Values(vec![plain(POINTER)]))
        }
        Type::Array { .. } => {
            argument.because(clauses::WASM_ARRAY);
            let id = types.lay(ty)?;
            let to = types.node(id).size;
            Ok(Passed::Indirect { to })
        }
        _ => {
            let id = types.lay(ty)?;
            passed(types, id, argument)
        }
    }
}

/// How a value of a type travels.
pub(super) fn passed(
    types: &mut Types<'_>,
    id: NodeId,
    argument: &mut ModelArgument,
) -> Result<Passed, Unsupported> {
    let bare = types.bare(id);
    let size = types.node(bare).size;
    let indirect = Ok(Passed::Indirect { to: size });
    match &types.node(bare).kind {
        Kind::Record(_) if types.node(bare).traits.non_trivial => {
            argument.because(clauses::WASM_NON_TRIVIAL);
            indirect
        }
        Kind::Record(_) | Kind::Array { .. } | Kind::Variants { .. } | Kind::Atomic(_) => {
            aggregate(types, bare, size, argument)
        }
        // A struct of two parts.
        Kind::Complex { .. } => {
            argument.because(clauses::WASM_INDIRECT);
            indirect
        }
        _ => scalar(types, bare, true, argument),
    }
}

fn aggregate(
    types: &mut Types<'_>,
    id: NodeId,
    size: u64,
    argument: &mut ModelArgument,
) -> Result<Passed, Unsupported> {
    if !types.node(id).traits.valued {
        if types.node(id).traits.flexible {
            types.fork(clauses::WASM_FLEXIBLE);
            if types.reader == Reader::Practice {
                argument.because(clauses::WASM_FLEXIBLE);
                return Ok(Passed::Indirect { to: size });
            }
        }
        argument.because(clauses::WASM_EMPTY);
        return Ok(Passed::Nothing);
    }
    match single(types, id)? {
        Single::Scalar(scalar_id) => {
            argument.because(clauses::WASM_SINGLETON);
            // Only an integer type is extended, a struct around one is not.
            scalar(types, scalar_id, false, argument)
        }
        Single::No(clause) => {
            argument.because(clause);
            argument.because(clauses::WASM_INDIRECT);
            Ok(Passed::Indirect { to: size })
        }
    }
}

/// The wasm values of a scalar or vector.
fn scalar(
    types: &Types<'_>,
    id: NodeId,
    extends: bool,
    argument: &mut ModelArgument,
) -> Result<Passed, Unsupported> {
    let node = types.node(id);
    let by_sign = |signed: bool, bytes: u64| match (extends && bytes < 4, signed) {
        (false, _) => Extension::None,
        (true, true) => Extension::Sign,
        (true, false) => Extension::Zero,
    };
    let (width, extension) = match &node.kind {
        Kind::Bool => (1, by_sign(false, 1)),
        Kind::Integer { bits: 128, .. } | Kind::Float(FloatKind::F128) => return wide(argument),
        Kind::BitInt { bits: 65.., .. } => return wide(argument),
        Kind::BitInt { bits, signed } => (u64::from(bits.div_ceil(8)), by_sign(*signed, node.size)),
        Kind::Integer { signed, .. } | Kind::Enum { signed, .. } => (node.size, by_sign(*signed, node.size)),
        Kind::Vector { element, lanes } => return vector(types, *element, *lanes, argument),
        _ => (node.size, Extension::None),
    };
    argument.because(clauses::WASM_SCALAR);
    if extension != Extension::None {
        argument.because(clauses::WASM_EXTENSION);
    }
    Ok(Passed::Values(vec![Part {
        extension,
        ..plain(width)
    }]))
}

fn plain(width: u64) -> Part {
    Part {
        offset: 0,
        width,
        extension: Extension::None,
        wide: false,
    }
}

/// Two i64, low half first.
fn wide(argument: &mut ModelArgument) -> Result<Passed, Unsupported> {
    argument.because(clauses::WASM_WIDE);
    let half = |offset| Part {
        offset,
        wide: true,
        ..plain(8)
    };
    Ok(Passed::Values(vec![half(0), half(8)]))
}

fn vector(
    types: &Types<'_>,
    element: NodeId,
    lanes: u64,
    argument: &mut ModelArgument,
) -> Result<Passed, Unsupported> {
    argument.because(clauses::WASM_VECTOR);
    let lane = types.node(element).size;
    let size = lane.saturating_mul(lanes);
    if types.options.simd128 {
        return match size {
            16 => Ok(Passed::Values(vec![plain(16)])),
            _ => Err(Unsupported::new(format!("a vector of {size} bytes with simd128"))),
        };
    }
    if lane > 8 || lanes > MOST_LANES {
        return Err(Unsupported::new(format!(
            "a vector of {lanes} lanes of {lane} bytes"
        )));
    }
    let parts = (0..lanes).map(|index| Part {
        offset: index * lane,
        ..plain(lane)
    });
    Ok(Passed::Values(parts.collect()))
}
