//! Vectors: psABI 3.2.3, rule 1 of *Classification*, and what the enabled features make of it.

use crate::types::FloatKind;

use super::super::layout::{Kind, NodeId, Types};
use super::super::reader::{Reader, Unsupported};
use super::super::{Class, clauses};
use super::classify::{Stop, Walk};

impl Walk<'_, '_> {
    /// Adds the classes of a vector of `size` bytes.
    pub(super) fn vector(&mut self, element: NodeId, lanes: u64, offset: u64, size: u64) -> Result<(), Stop> {
        let not_listed = || Unsupported::new(format!("a vector of {lanes} such lanes"));
        match (&self.types.node(element).kind, lanes) {
            (Kind::Float(FloatKind::F128), _) | (Kind::Float(FloatKind::F16 | FloatKind::BF16), 1) => {
                return Err(not_listed().into());
            }
            (Kind::Integer { bits: 128, .. }, 2..) => return Err(not_listed().into()),
            (Kind::Float(FloatKind::F32 | FloatKind::F64), 1) => {
                self.types.fork(clauses::SYSV_ONE_LANE);
                if self.types.reader == Reader::Clang && size == 4 {
                    return self.fill(offset, size, Class::Integer);
                }
                return Err(Stop::Memory(clauses::SYSV_ONE_LANE));
            }
            (Kind::Float(FloatKind::F16 | FloatKind::BF16), 2) => {
                self.types.fork(clauses::SYSV_HALF_LANES);
                let class = match self.types.reader {
                    Reader::Clang => Class::Integer,
                    _ => Class::Sse,
                };
                return self.fill(offset, size, class);
            }
            _ => {}
        }
        self.because(clauses::SYSV_VECTOR);
        match size {
            ..=4 => self.fill(offset, size, Class::Integer),
            5..=8 => self.fill(offset, size, Class::Sse),
            _ => {
                if size > 16 {
                    self.wide(size)?;
                }
                self.fill(offset, 8, Class::Sse)?;
                self.fill(offset + 8, size - 8, Class::SseUp)
            }
        }
    }

    /// Whether a vector of more than 16 bytes has a register to go to.
    fn wide(&mut self, size: u64) -> Result<(), Stop> {
        if size > self.types.widest_vector() {
            return Err(Stop::Memory(clauses::SYSV_WIDE_VECTOR));
        }
        if !self.passing.named {
            return Err(Stop::Memory(clauses::SYSV_UNNAMED_VECTOR));
        }
        if self.passing.variadic {
            self.types.fork(clauses::SYSV_NAMED_VECTOR);
            if self.types.reader == Reader::Clang {
                return Err(Stop::Memory(clauses::SYSV_NAMED_VECTOR));
            }
        }
        Ok(())
    }
}

impl Types<'_> {
    /// Bytes of the widest vector register that the enabled features have.
    pub(super) fn widest_vector(&self) -> u64 {
        match self.options {
            options if options.avx512 => 64,
            options if options.avx => 32,
            _ => 16,
        }
    }
}
