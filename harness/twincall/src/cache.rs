//! Keeps what compilers and linkers made, addressed by the content of everything that went in.
//!
//! An entry is a folder that appears by one rename, so a killed run leaves either all of it or
//! nothing. A file is checked against its hash whenever it is read; an entry found damaged is removed and
//! made again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Changes whenever the meaning of an entry does.
const FORMAT: &str = "v1";
const MANIFEST: &str = "manifest.json";

/// A store of entries below one folder.
#[derive(Debug)]
pub struct Cache {
    root: PathBuf,
    read: bool,
    /// Keeps the folder of a cache that could not be put in its place.
    _temporary: Option<tempfile::TempDir>,
}

/// The address of an entry.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key(String);

/// An entry's files on disk.
#[derive(Clone, Debug)]
pub struct Entry {
    folder: PathBuf,
    files: BTreeMap<String, FileRecord>,
}

/// Collects what a key depends on.
#[derive(Debug)]
pub struct KeyBuilder(blake3::Hasher);

/// What a new entry holds.
#[derive(Debug, Default)]
pub struct Contents {
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files outside the cache that went in besides what the key names: headers, included data.
    pub dependencies: Vec<PathBuf>,
}

#[derive(Debug, Error)]
pub enum CacheError {
    #[error("write the cache entry `{}`: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("the cache entry `{}` was damaged and is removed", path.display())]
    Damaged { path: PathBuf },
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    files: BTreeMap<String, FileRecord>,
    dependencies: Vec<Dependency>,
}

/// A file of an entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct FileRecord {
    length: u64,
    hash: String,
}

/// A file that went into an entry. System headers are large and seldom change: they are compared by size and
/// time first, by content when those differ.
#[derive(Serialize, Deserialize)]
struct Dependency {
    path: PathBuf,
    length: u64,
    modified_ns: u128,
    hash: String,
}

impl KeyBuilder {
    /// Starts a key of one kind of entry.
    pub fn new(kind: &str) -> KeyBuilder {
        let mut builder = KeyBuilder(blake3::Hasher::new());
        builder.add(FORMAT).add(kind);
        builder
    }

    /// Adds one thing that the entry depends on. Lengths are part of the hash, so that neighbours cannot flow
    /// into each other.
    pub fn add(&mut self, part: impl AsRef<[u8]>) -> &mut KeyBuilder {
        let part = part.as_ref();
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    /// The finished key.
    pub fn key(&self) -> Key {
        Key(self.0.finalize().to_hex().to_string())
    }
}

impl Key {
    /// The key as text, for keys built on it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Entry {
    /// The path of one file of the entry.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The content of one file of the entry, if it is what was stored.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, CacheError> {
        let bytes = fs::read(self.path(name)).unwrap_or_default();
        let stored = self.files.get(name).map(|record| record.hash.as_str());
        if stored == Some(blake3::hash(&bytes).to_hex().as_str()) {
            return Ok(bytes);
        }
        let _ = fs::remove_dir_all(&self.folder);
        Err(CacheError::Damaged {
            path: self.folder.clone(),
        })
    }

    /// The path of one file of the entry, for other programs to read, if it is what was stored.
    pub fn verified_path(&self, name: &str) -> Result<PathBuf, CacheError> {
        self.read(name).map(|_| self.path(name))
    }

    /// Whether the entry has such a file.
    pub fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }
}

impl Cache {
    /// Opens the cache in `root`. Where that cannot be written, a temporary folder serves this run, and the
    /// reason is returned for the user.
    pub fn open(root: &Path, read: bool) -> (Cache, Option<String>) {
        let versioned = root.join(FORMAT);
        let usable = fs::create_dir_all(&versioned).and_then(|()| {
            let probe = tempfile::Builder::new()
                .prefix("write-test")
                .tempfile_in(&versioned)?;
            probe.close()
        });
        match usable {
            Ok(()) => (
                Cache {
                    root: versioned,
                    read,
                    _temporary: None,
                },
                None,
            ),
            Err(error) => {
                let temporary = tempfile::tempdir().ok();
                let root = temporary
                    .as_ref()
                    .map_or(std::env::temp_dir(), |dir| dir.path().to_owned());
                let message = format!(
                    "the cache folder `{}` cannot be written ({error}); this run starts from nothing",
                    versioned.display()
                );
                (
                    Cache {
                        root,
                        read,
                        _temporary: temporary,
                    },
                    Some(message),
                )
            }
        }
    }

    /// A folder inside the cache for what is not an entry, such as a built sysroot.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The entry of a key, made by `make` where there is none that is whole. Processes and threads that ask for the
    /// same key at once wait for one of them to make it.
    pub fn get_or_make<E: From<CacheError>>(
        &self,
        key: &Key,
        make: impl FnOnce() -> Result<Contents, E>,
    ) -> Result<Entry, E> {
        if self.read
            && let Some(entry) = self.get(key)
        {
            return Ok(entry);
        }
        let _lock = self.lock(key);
        if self.read
            && let Some(entry) = self.get(key)
        {
            return Ok(entry);
        }
        let contents = make()?;
        Ok(self.put(key, &contents)?)
    }

    /// The entry of a key, if it is there and nothing that went into it has changed.
    pub fn get(&self, key: &Key) -> Option<Entry> {
        let folder = self.path(key);
        let manifest = fs::read(folder.join(MANIFEST)).ok()?;
        if let Ok(manifest) = serde_json::from_slice::<Manifest>(&manifest)
            && manifest.files.iter().all(|(name, record)| {
                // Hashes wait until a file is read: most objects of a warm run never are.
                let metadata = fs::metadata(folder.join(name));
                metadata.is_ok_and(|metadata| metadata.len() == record.length)
            })
            && manifest.dependencies.iter().all(Dependency::holds)
        {
            return Some(Entry {
                folder,
                files: manifest.files,
            });
        }
        let _ = fs::remove_dir_all(&folder);
        None
    }

    /// Stores an entry, replacing one of the same key.
    pub fn put(&self, key: &Key, contents: &Contents) -> Result<Entry, CacheError> {
        let folder = self.path(key);
        let failed = |source| CacheError::Write {
            path: folder.clone(),
            source,
        };
        let parent = folder.parent().unwrap_or(&self.root);
        fs::create_dir_all(parent).map_err(failed)?;
        let staging = tempfile::Builder::new()
            .prefix("new-")
            .tempdir_in(&self.root)
            .map_err(failed)?;
        let mut manifest = Manifest {
            files: BTreeMap::new(),
            dependencies: Vec::new(),
        };
        for (name, bytes) in &contents.files {
            fs::write(staging.path().join(name), bytes).map_err(failed)?;
            let hash = blake3::hash(bytes).to_hex().to_string();
            let record = FileRecord {
                length: bytes.len() as u64,
                hash,
            };
            manifest.files.insert(name.clone(), record);
        }
        for path in &contents.dependencies {
            manifest.dependencies.extend(Dependency::of(path));
        }
        let text = serde_json::to_vec(&manifest).map_err(|error| failed(error.into()))?;
        fs::write(staging.path().join(MANIFEST), text).map_err(failed)?;
        let _ = fs::remove_dir_all(&folder);
        let staged = staging.keep();
        if let Err(error) = fs::rename(&staged, &folder) {
            // Another process may have put the same content there first.
            let _ = fs::remove_dir_all(&staged);
            if self.get(key).is_none() {
                return Err(failed(error));
            }
        }
        Ok(Entry {
            folder,
            files: manifest.files,
        })
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.root.join(&key.0[..2]).join(&key.0)
    }

    /// Waits for the lock of a key. Without one the work is done twice, which is slower and still right.
    fn lock(&self, key: &Key) -> Option<File> {
        let locks = self.root.join("locks");
        fs::create_dir_all(&locks).ok()?;
        // A few hundred locks are shared by all keys, so that their files do not pile up.
        let file = File::create(locks.join(&key.0[..2])).ok()?;
        file.lock().ok()?;
        Some(file)
    }
}

impl Dependency {
    fn of(path: &Path) -> Option<Dependency> {
        let (length, modified_ns) = stamp(path)?;
        Some(Dependency {
            path: path.to_owned(),
            length,
            modified_ns,
            hash: file_hash(path)?,
        })
    }

    fn holds(&self) -> bool {
        match stamp(&self.path) {
            Some(stamp) if stamp == (self.length, self.modified_ns) => true,
            Some(_) => file_hash(&self.path).as_ref() == Some(&self.hash),
            None => false,
        }
    }
}

fn stamp(path: &Path) -> Option<(u64, u128)> {
    let metadata = fs::metadata(path).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((metadata.len(), modified.as_nanos()))
}

fn file_hash(path: &Path) -> Option<String> {
    Some(blake3::hash(&fs::read(path).ok()?).to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(text: &str) -> Contents {
        let files = BTreeMap::from([("out".to_owned(), text.as_bytes().to_vec())]);
        Contents {
            files,
            dependencies: Vec::new(),
        }
    }

    #[test]
    fn a_damaged_entry_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, warning) = Cache::open(folder.path(), true);
        assert_eq!(warning, None);
        let key = KeyBuilder::new("test").add("input").key();
        let make = |text: &'static str| move || Ok::<_, CacheError>(contents(text));
        let entry = cache.get_or_make(&key, make("first")).unwrap();
        assert_eq!(
            cache
                .get_or_make(&key, make("second"))
                .unwrap()
                .read("out")
                .unwrap(),
            b"first"
        );
        fs::write(entry.path("out"), "damaged").unwrap();
        assert_eq!(
            cache
                .get_or_make(&key, make("third"))
                .unwrap()
                .read("out")
                .unwrap(),
            b"third"
        );
        fs::write(entry.path(MANIFEST), "{").unwrap();
        assert_eq!(
            cache
                .get_or_make(&key, make("fourth"))
                .unwrap()
                .read("out")
                .unwrap(),
            b"fourth"
        );
    }

    #[test]
    fn a_changed_dependency_makes_it_again() {
        let folder = tempfile::tempdir().unwrap();
        let header = folder.path().join("a.h");
        fs::write(&header, "one").unwrap();
        let (cache, _) = Cache::open(&folder.path().join("cache"), true);
        let key = KeyBuilder::new("test").key();
        let with_header = |text: &str| {
            let mut contents = contents(text);
            contents.dependencies.push(header.clone());
            Ok::<_, CacheError>(contents)
        };
        cache.get_or_make(&key, || with_header("first")).unwrap();
        assert_eq!(
            cache
                .get_or_make(&key, || with_header("x"))
                .unwrap()
                .read("out")
                .unwrap(),
            b"first"
        );
        fs::write(&header, "two!").unwrap();
        assert_eq!(
            cache
                .get_or_make(&key, || with_header("second"))
                .unwrap()
                .read("out")
                .unwrap(),
            b"second"
        );
    }

    #[test]
    fn neighbouring_parts_do_not_flow_together() {
        let one = KeyBuilder::new("t").add("ab").add("c").key();
        let other = KeyBuilder::new("t").add("a").add("bc").key();
        assert_ne!(one, other);
    }

    #[test]
    fn an_unwritable_folder_is_replaced_and_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let (cache, warning) = Cache::open(&file, true);
        assert!(warning.unwrap().contains("cannot be written"));
        let key = KeyBuilder::new("test").key();
        assert!(
            cache
                .get_or_make(&key, || Ok::<_, CacheError>(contents("x")))
                .is_ok()
        );
    }
}
