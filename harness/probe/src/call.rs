//! A call made ready: symbols become addresses and every offset is held against the arena. Nothing is run.

use twincall_abi::run::{Call, Word};

use crate::load::{Libraries, LoadError};

/// What a pipe takes without a reader on Linux.
const PIPE_CAPACITY: usize = 64 * 1024;

/// A call of which only what the child's own memory holds is still open.
#[derive(Debug)]
pub(crate) struct Prepared<'a> {
    pub(crate) driver: usize,
    /// Addresses of variables, with what they are set to.
    pub(crate) assignments: Vec<(usize, Value<'a>)>,
    /// Offsets in the arena, with what is written there.
    pub(crate) fixups: Vec<(usize, Value<'a>)>,
    pub(crate) arena: &'a [u8],
    pub(crate) arguments_at: usize,
    pub(crate) result_at: usize,
}

/// A [`Word`] with its symbols resolved.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    Address(usize),
    /// An offset in the arena.
    Arena(usize),
    /// The address of a pointer-sized variable.
    Load(usize),
    Pipe(&'a [u8]),
}

/// Why a call cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("{what} lies at {at}, outside of the arena of {size} bytes")]
    OutsideArena {
        what: &'static str,
        at: u32,
        size: usize,
    },
    #[error("a pipe holds {PIPE_CAPACITY} bytes, but its content has {length}")]
    PipeTooLong { length: usize },
}

/// Resolves and checks one call.
pub(crate) fn prepare<'a>(call: &'a Call, libraries: &Libraries) -> Result<Prepared<'a>, CallError> {
    let size = call.arena.len();
    let inside = |what, at: u32, width: usize| match (at as usize).checked_add(width) {
        Some(end) if end <= size => Ok(at as usize),
        _ => Err(CallError::OutsideArena { what, at, size }),
    };
    let value = |word: &'a Word| -> Result<Value<'a>, CallError> {
        Ok(match word {
            Word::Arena { offset } => Value::Arena(inside("a pointer's target", *offset, 0)?),
            Word::Load(symbol) => Value::Load(libraries.address(symbol)?),
            Word::Address(symbol) => Value::Address(libraries.address(symbol)?),
            Word::Pipe { content } if content.len() > PIPE_CAPACITY => {
                return Err(CallError::PipeTooLong {
                    length: content.len(),
                });
            }
            Word::Pipe { content } => Value::Pipe(content),
        })
    };
    let driver = libraries.address(&call.driver)?;
    let assignments = call
        .assignments
        .iter()
        .map(|assignment| Ok((libraries.address(&assignment.variable)?, value(&assignment.word)?)));
    let fixups = call.fixups.iter().map(|fixup| {
        let word = value(&fixup.word)?;
        Ok((inside("a fixup", fixup.at, word.width())?, word))
    });
    Ok(Prepared {
        driver,
        assignments: assignments.collect::<Result<_, CallError>>()?,
        fixups: fixups.collect::<Result<_, CallError>>()?,
        arena: &call.arena,
        arguments_at: inside("the argument list", call.arguments_at, 0)?,
        result_at: inside("the result", call.result_at, 0)?,
    })
}

impl Value<'_> {
    /// Bytes that are written: a descriptor is an `int`, everything else an address.
    pub(crate) fn width(&self) -> usize {
        match self {
            Value::Pipe(_) => 4,
            Value::Address(_) | Value::Arena(_) | Value::Load(_) => 8,
        }
    }
}
