//! The memory of one call while it is laid out.

use twincall_abi::run::{Assignment, Call, Fixup, SymbolIn, Word};
use twincall_abi::target::Target;

use super::POISON;

/// Bytes, and what is only known when the code is loaded.
pub(crate) struct Arena {
    pub(crate) bytes: Vec<u8>,
    fixups: Vec<Fixup>,
    word: usize,
    scratch: Option<usize>,
}

impl Arena {
    pub(crate) fn new(target: Target) -> Arena {
        Arena {
            bytes: Vec::new(),
            fixups: Vec::new(),
            word: target.pointer_size().0 as usize,
            scratch: None,
        }
    }

    pub(crate) fn word(&self) -> usize {
        self.word
    }

    /// Values are aligned to 64 bytes, the most that any type here needs.
    pub(crate) fn allocate(&mut self, size: usize, fill: u8) -> usize {
        let at = self.bytes.len().next_multiple_of(64);
        self.bytes.resize(at, POISON);
        self.bytes.resize(at + size, fill);
        at
    }

    pub(crate) fn pointers(&mut self, count: usize) -> usize {
        self.allocate((count * self.word).max(self.word), 0)
    }

    pub(crate) fn fix(&mut self, at: usize, word: Word) {
        self.fixups.push(Fixup { at: at as u32, word });
    }

    pub(crate) fn point(&mut self, at: usize, to: usize) {
        self.fix(at, Word::Arena { offset: to as u32 });
    }

    /// Memory that synthesised addresses point to.
    pub(crate) fn scratch(&mut self) -> usize {
        if let Some(at) = self.scratch {
            return at;
        }
        let at = self.allocate(64, POISON);
        self.scratch = Some(at);
        at
    }

    pub(crate) fn finish(
        mut self,
        driver: SymbolIn,
        assignments: Vec<Assignment>,
        arguments_at: usize,
        result_at: usize,
    ) -> Call {
        let end = self.bytes.len().next_multiple_of(64);
        self.bytes.resize(end, POISON);
        Call {
            id: 0,
            driver,
            assignments,
            arena: self.bytes,
            fixups: self.fixups,
            arguments_at: arguments_at as u32,
            result_at: result_at as u32,
        }
    }
}
