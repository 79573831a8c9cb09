//! The results of a group whose calls are made at one go.
//!
//! They go into a file in memory, one record for each call at an offset that both sides know: out of reach of a fixture
//! that writes wildly, and complete only if every call came back.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use crate::call::{CallError, Prepared};
use crate::child::FILE_SIZE;

/// How long one call of a burst may take before the group is made call by call, where the real limit holds.
pub(crate) const PATIENCE: Duration = Duration::from_millis(50);

/// Written behind each record: a call that did not come back leaves zeros.
const MARK: u8 = 1;

/// Where the records of a group lie.
#[derive(Debug)]
pub(crate) struct Results<'a> {
    file: &'a OwnedFd,
    /// Offset in the file and length of each call's record, in bytes; nothing for a call that cannot be made.
    records: Vec<Option<(usize, usize)>>,
    total: usize,
}

impl Results<'_> {
    /// `None` where the records are more than a child may write.
    pub(crate) fn for_calls<'a>(
        file: &'a OwnedFd,
        calls: &[Result<Prepared<'_>, CallError>],
    ) -> Option<Results<'a>> {
        let mut total = 0usize;
        let mut records = Vec::with_capacity(calls.len());
        for call in calls {
            let Ok(call) = call else {
                records.push(None);
                continue;
            };
            let length = call.arena.len() + 1;
            records.push(Some((total, length)));
            total = total.checked_add(length)?;
        }
        (total as u64 <= FILE_SIZE).then_some(Results { file, records, total })
    }

    /// Forgets what the last group left.
    pub(crate) fn clear(&self) -> io::Result<()> {
        Ok(rustix::fs::ftruncate(self.file, 0)?)
    }

    /// Writes the arena that a call left behind. Says whether it could.
    pub(crate) fn write(&self, call: usize, mut arena: Vec<u8>) -> bool {
        let Some(&Some((offset, length))) = self.records.get(call) else {
            return false;
        };
        arena.push(MARK);
        arena.len() == length && rustix::io::pwrite(self.file, &arena, offset as u64) == Ok(length)
    }

    /// The arenas in the order of the calls, empty for those that cannot be made; `None` if one is missing.
    pub(crate) fn read(&self) -> io::Result<Option<Vec<Vec<u8>>>> {
        let mut content = vec![0; self.total];
        if self.total > 0 && rustix::io::pread(self.file, content.as_mut_slice(), 0)? != self.total {
            return Ok(None);
        }
        let arenas = self.records.iter().map(|record| {
            let Some((offset, length)) = *record else {
                return Some(Vec::new());
            };
            let (mark, arena) = content.get(offset..offset + length)?.split_last()?;
            (*mark == MARK).then(|| arena.to_vec())
        });
        Ok(arenas.collect())
    }
}
