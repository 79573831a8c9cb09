//! The form of an entry on disk: a head that says what is in it, then its files, each compressed where that makes it smaller.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};

use super::Dependency;

/// Most heads are read at once with this many bytes.
const FIRST_READ: usize = 4096;
/// The length of the head in four bytes, then its hash.
const PREFIX: usize = 4 + 32;
/// Objects and debug information shrink to a third at the lowest level already, in a hundredth of the time that it took to
/// make them.
const LEVEL: Compression = Compression::fast();

/// What an entry holds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Pack {
    pub(super) files: Vec<PackedFile>,
    pub(super) dependencies: Vec<Dependency>,
}

/// A file inside an entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PackedFile {
    pub(super) name: String,
    /// Bytes from the beginning of the entry; follows from what stands before it.
    #[serde(skip)]
    start: u64,
    /// Bytes in the entry.
    stored: u64,
    /// Bytes of the content, where that is compressed.
    inflated: Option<u64>,
    /// Of what is stored.
    hash: [u8; 32],
}

impl Pack {
    /// An entry and its bytes.
    ///
    /// # Errors
    /// A head that cannot be written.
    pub(super) fn new(
        contents: &BTreeMap<String, Vec<u8>>,
        dependencies: Vec<Dependency>,
    ) -> io::Result<(Pack, Vec<u8>)> {
        let mut files = Vec::new();
        let mut body = Vec::new();
        for (name, bytes) in contents {
            let compressed = deflated(bytes)?;
            let smaller = compressed.len() < bytes.len();
            let stored = if smaller { &compressed } else { bytes };
            files.push(PackedFile {
                name: name.clone(),
                start: 0,
                stored: stored.len() as u64,
                inflated: smaller.then_some(bytes.len() as u64),
                hash: blake3::hash(stored).into(),
            });
            body.extend_from_slice(stored);
        }
        let mut pack = Pack { files, dependencies };
        let head = postcard::to_stdvec(&pack).map_err(io::Error::other)?;
        let length = u32::try_from(head.len()).map_err(io::Error::other)?;
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend_from_slice(blake3::hash(&head).as_bytes());
        bytes.extend_from_slice(&head);
        pack.place_behind(bytes.len());
        bytes.append(&mut body);
        Ok((pack, bytes))
    }

    /// The head of an entry that is as long as it says. `None` where it is damaged.
    pub(super) fn of(file: &mut File) -> Option<Pack> {
        let mut bytes = Vec::with_capacity(FIRST_READ);
        file.take(FIRST_READ as u64).read_to_end(&mut bytes).ok()?;
        let length = bytes.first_chunk().copied().map(u32::from_le_bytes)?;
        let end = usize::try_from(length).ok()? + PREFIX;
        if end > bytes.len() {
            let missing = end - bytes.len();
            file.take(missing as u64).read_to_end(&mut bytes).ok()?;
        }
        let head = bytes.get(PREFIX..end)?;
        if bytes.get(4..PREFIX)? != blake3::hash(head).as_bytes() {
            return None;
        }
        let mut pack: Pack = postcard::from_bytes(head).ok()?;
        let whole = file.metadata().ok()?.len() == pack.place_behind(end);
        whole.then_some(pack)
    }

    /// Says where each file begins behind a head that ends here, and gives the length of the whole.
    fn place_behind(&mut self, head: usize) -> u64 {
        self.files.iter_mut().fold(head as u64, |start, file| {
            file.start = start;
            start.saturating_add(file.stored)
        })
    }
}

impl PackedFile {
    /// The content, read from the entry. `None` where it is not what was stored.
    pub(super) fn read(&self, entry: &mut File) -> Option<Vec<u8>> {
        entry.seek(SeekFrom::Start(self.start)).ok()?;
        let mut stored = Vec::with_capacity(usize::try_from(self.stored).ok()?);
        entry.take(self.stored).read_to_end(&mut stored).ok()?;
        if blake3::hash(&stored) != self.hash {
            return None;
        }
        let Some(length) = self.inflated else {
            return Some(stored);
        };
        let mut content = Vec::with_capacity(usize::try_from(length).ok()?);
        DeflateDecoder::new(&*stored).read_to_end(&mut content).ok()?;
        Some(content)
    }
}

fn deflated(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 2), LEVEL);
    encoder.write_all(bytes)?;
    encoder.finish()
}
