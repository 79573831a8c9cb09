//! Keeps what compilers and linkers made, addressed by the content of everything that went in.
//!
//! An entry is a folder that appears by one rename, so a killed run leaves either all of it or
//! nothing; what it was about to rename, the next run removes. A file is checked against its hash whenever
//! it is read; an entry found damaged is removed and made again. Above a size the entries that were not used for longest go.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use crate::account::{self, Part};

use serde::{Deserialize, Serialize};
use thiserror::Error;

#[cfg(test)]
mod tests;
mod trim;

/// Changes whenever the meaning of an entry does.
const FORMAT: &str = "v1";
const MANIFEST: &str = "manifest.json";
/// Names of what is not finished yet start like this.
const UNFINISHED: &str = "new-";
/// Every run holds a shared lock on this file; who gets it alone may remove what is not finished.
const IN_USE: &str = "in-use";

/// A store of entries below one folder.
#[derive(Debug)]
pub struct Cache {
    root: PathBuf,
    /// Where folders lie that are no entries.
    shared: PathBuf,
    /// Where `scripts/setup --old-compilers` puts compilers.
    toolchains: PathBuf,
    /// What this run was told about programs, by key.
    learned: Mutex<BTreeMap<String, Vec<u8>>>,
    /// The folder of entries that only this run has.
    _temporary: Option<tempfile::TempDir>,
    _in_use: Option<File>,
}

/// The address of an entry.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key(String);

/// An entry's files on disk.
#[derive(Clone, Debug)]
pub struct Entry {
    folder: PathBuf,
    files: BTreeMap<String, FileRecord>,
    input_key: Key,
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
        let _counting = account::count(Part::Files);
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
        let _counting = account::count(Part::Files);
        self.read(name).map(|_| self.path(name))
    }

    /// The key for what is made from this entry. Unlike the one under which the entry is found it knows of the
    /// headers that went in.
    pub fn input_key(&self) -> &Key {
        &self.input_key
    }

    /// Whether the entry has such a file.
    pub fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }
}

impl Cache {
    /// Opens the cache in `root`. With `read` off the run starts without entries and keeps none. Where the folder
    /// cannot be written, a temporary one serves this run, and the reason is returned for the user.
    pub fn open(root: &Path, read: bool) -> (Cache, Option<String>) {
        // Compilers run in other folders than this process, and are given paths inside the cache.
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        let shared = root.join(FORMAT);
        let toolchains = root.join("toolchains");
        // A confined run has its cache elsewhere than its compilers. What was learned of them is found by their path.
        let toolchains = fs::read_link(&toolchains).unwrap_or(toolchains);
        let limit = trim::limit();
        let opened = claim(&shared, limit.as_ref().ok().copied().flatten()).and_then(|in_use| {
            let temporary = (!read).then(|| unfinished(&shared)).transpose()?;
            Ok((in_use, temporary))
        });
        let (in_use, temporary, shared, warning) = match opened {
            Ok((in_use, temporary)) => {
                let warning = limit.err().map(|value| {
                    format!(
                        "`{}` is `{value}`, which is no size: give a number of bytes, `500M`, `20G` or `off`; nothing is removed",
                        trim::VARIABLE
                    )
                });
                (Some(in_use), temporary, shared, warning)
            }
            Err(error) => {
                let warning = format!(
                    "the cache folder `{}` cannot be written ({error}); this run starts from nothing",
                    shared.display()
                );
                let temporary = tempfile::tempdir().ok();
                let folder = temporary
                    .as_ref()
                    .map_or(std::env::temp_dir(), |dir| dir.path().to_owned());
                (None, temporary, folder, Some(warning))
            }
        };
        let cache = Cache {
            root: temporary
                .as_ref()
                .map_or(shared.clone(), |dir| dir.path().to_owned()),
            shared,
            toolchains,
            learned: Mutex::default(),
            _temporary: temporary,
            _in_use: in_use,
        };
        (cache, warning)
    }

    /// A folder for what a compiler writes before it becomes an entry. Should this run be killed, the next one
    /// removes it.
    pub fn scratch(&self) -> io::Result<tempfile::TempDir> {
        unfinished(&self.root)
    }

    /// A folder inside the cache for what is not an entry, such as a built sysroot.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.shared.join(name)
    }

    /// Where such a folder lies below the folder of the cache.
    pub fn place_of(&self, folder: &Path) -> Option<PathBuf> {
        let root = self.shared.parent()?;
        folder.strip_prefix(root).ok().map(Path::to_owned)
    }

    /// Remembers what a program was asked and answered.
    pub(crate) fn learn(&self, key: &Key, answer: &[u8]) {
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        learned.insert(key.0.clone(), answer.to_owned());
    }

    /// All that was learned, for [`Cache::teach`].
    pub(crate) fn learned(&self) -> Vec<(String, Vec<u8>)> {
        let learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        learned
            .iter()
            .map(|(key, answer)| (key.clone(), answer.clone()))
            .collect()
    }

    /// Puts what another cache learned where it is looked for.
    pub(crate) fn teach(&self, name: &str, learned: Vec<(String, Vec<u8>)>) -> Result<(), CacheError> {
        for (key, answer) in learned {
            let mut contents = Contents::default();
            contents.files.insert(name.to_owned(), answer);
            self.put(&Key(key), &contents)?;
        }
        Ok(())
    }

    /// The folder of compilers that were put beside the cache. They outlive its format.
    pub fn toolchains(&self) -> &Path {
        &self.toolchains
    }

    /// The entry of a key, made by `make` where there is none that is whole. Processes and threads that ask for the
    /// same key at once wait for one of them to make it.
    pub fn get_or_make<E: From<CacheError>>(
        &self,
        key: &Key,
        make: impl FnOnce() -> Result<Contents, E>,
    ) -> Result<Entry, E> {
        let _counting = account::count(Part::Files);
        if let Some(entry) = self.get(key) {
            return Ok(entry);
        }
        let _lock = self.lock(key);
        if let Some(entry) = self.get(key) {
            return Ok(entry);
        }
        let contents = make()?;
        Ok(self.put(key, &contents)?)
    }

    /// The entry of a key, if it is there and nothing that went into it has changed.
    pub fn get(&self, key: &Key) -> Option<Entry> {
        let _counting = account::count(Part::Files);
        let folder = self.path(key);
        trim::note_use(&folder.join(MANIFEST));
        let manifest = fs::read(folder.join(MANIFEST)).ok()?;
        if let Ok(manifest) = serde_json::from_slice::<Manifest>(&manifest)
            && manifest.files.iter().all(|(name, record)| {
                // Hashes wait until a file is read: most objects of a warm run never are.
                let metadata = fs::metadata(folder.join(name));
                metadata.is_ok_and(|metadata| metadata.len() == record.length)
            })
            && manifest.dependencies.iter().all(Dependency::holds)
        {
            return Some(manifest.entry(key, folder));
        }
        // It stays until another takes its place: meanwhile someone else may have put a whole one there.
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
        if !parent.is_dir() {
            remove(parent);
        }
        fs::create_dir_all(parent).map_err(failed)?;
        let staging = self.scratch().map_err(failed)?;
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
        remove(&folder);
        let staged = staging.keep();
        if let Err(error) = fs::rename(&staged, &folder) {
            // Another process may have put the same content there first.
            let _ = fs::remove_dir_all(&staged);
            if self.get(key).is_none() {
                return Err(failed(error));
            }
        }
        Ok(manifest.entry(key, folder))
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

impl Manifest {
    fn entry(self, key: &Key, folder: PathBuf) -> Entry {
        let mut input_key = KeyBuilder::new("inputs");
        input_key.add(key.as_str());
        for dependency in &self.dependencies {
            input_key.add(dependency.path.as_os_str().as_encoded_bytes());
            input_key.add(&dependency.hash);
        }
        Entry {
            folder,
            files: self.files,
            input_key: input_key.key(),
        }
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

/// Makes sure that the folder is there and can be written, and says to other runs that it is in use.
fn claim(folder: &Path, limit: Option<u64>) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    unfinished(folder)?.close()?;
    let in_use = File::create(folder.join(IN_USE))?;
    // Where files cannot be locked, nobody knows what has an owner, and nothing is removed.
    if in_use.try_lock().is_ok() {
        remove_unfinished(folder);
        if let Some(limit) = limit {
            // What could not be removed now is tried again tomorrow.
            let _ = trim::trim_if_due(folder, limit);
        }
        in_use.unlock()?;
    }
    let _ = in_use.lock_shared();
    Ok(in_use)
}

fn unfinished(folder: &Path) -> io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(folder)
}

/// Removes what killed runs left.
fn remove_unfinished(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            remove(&entry.path());
        }
    }
}

/// Removes a file or folder, if it is there.
fn remove(path: &Path) {
    if fs::remove_file(path).is_err() {
        let _ = fs::remove_dir_all(path);
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

/// `$TWINCALL_CACHE`, else `twincall` in the user's cache folder.
pub fn default_cache() -> PathBuf {
    let named = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(folder) = named("TWINCALL_CACHE") {
        return folder;
    }
    // The standard asks to ignore a relative path here.
    let user = named("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
    let home = || named("HOME").map(|home| home.join(".cache"));
    user.or_else(home)
        .unwrap_or_else(std::env::temp_dir)
        .join("twincall")
}
