//! The results of a group whose calls are made at one go.
//!
//! They go into a file in memory, one record for each call at an offset that both sides know: out of reach of a fixture
//! that writes wildly. The records that are there say which calls came back; the first that is missing is that of the call
//! that did not.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use twincall_abi::run::Call;

use crate::child::FILE_SIZE;

/// How often to look whether a burst is still at the same call. By so much a call may exceed its time limit.
pub(crate) const PATIENCE: Duration = Duration::from_millis(50);

/// Written behind each record: a call that did not come back leaves zeros.
const MARK: u8 = 1;

/// Bytes behind the arena in a record: the length of the output so far, and the mark.
const TAIL: usize = size_of::<u32>() + 1;

/// Where the records of a group lie.
#[derive(Debug)]
pub(crate) struct Results<'a> {
    file: &'a OwnedFd,
    /// Offset in the file and length of each call's record, in bytes.
    records: Vec<(usize, usize)>,
}

/// What one call of a burst gave.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) arena: Vec<u8>,
    /// How long the output of the burst was when the call had come back, in bytes.
    pub(crate) output_end: usize,
}

impl Results<'_> {
    /// `None` where the records are more than a child may write.
    pub(crate) fn for_calls<'a>(file: &'a OwnedFd, calls: &[Call]) -> Option<Results<'a>> {
        let mut total = 0usize;
        let mut records = Vec::with_capacity(calls.len());
        for call in calls {
            let length = call.arena.len() + TAIL;
            records.push((total, length));
            total = total.checked_add(length)?;
        }
        (total as u64 <= FILE_SIZE).then_some(Results { file, records })
    }

    /// Forgets what the last burst left.
    pub(crate) fn clear(&self) -> io::Result<()> {
        Ok(rustix::fs::ftruncate(self.file, 0)?)
    }

    /// Writes what a call left behind. Says whether it could.
    pub(crate) fn write(&self, call: usize, record: Record) -> bool {
        let (Some(&(offset, length)), Ok(output_end)) =
            (self.records.get(call), u32::try_from(record.output_end))
        else {
            return false;
        };
        let mut bytes = record.arena;
        bytes.extend(output_end.to_le_bytes());
        bytes.push(MARK);
        bytes.len() == length && rustix::io::pwrite(self.file, &bytes, offset as u64) == Ok(length)
    }

    /// The records of the calls from this one on, up to the first that did not come back.
    pub(crate) fn read(&self, from: usize) -> io::Result<Vec<Record>> {
        let records = self.records.get(from..).unwrap_or_default();
        let start = records.first().map_or(0, |(offset, _)| *offset);
        let size = usize::try_from(rustix::fs::fstat(self.file)?.st_size).unwrap_or(0);
        let mut content = vec![0; size.saturating_sub(start)];
        let length = match content.as_mut_slice() {
            [] => 0,
            content => rustix::io::pread(self.file, content, start as u64)?,
        };
        content.truncate(length);
        let record = |(offset, length): &(usize, usize)| {
            let at = offset - start;
            let (mark, bytes) = content.get(at..at + *length)?.split_last()?;
            let (arena, output_end) = bytes.split_last_chunk()?;
            (*mark == MARK).then(|| Record {
                arena: arena.to_vec(),
                output_end: u32::from_le_bytes(*output_end) as usize,
            })
        };
        Ok(records.iter().map_while(record).collect())
    }
}
