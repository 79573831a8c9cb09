//! Keeps what compilers and linkers made, addressed by the content of everything that went in.
//!
//! An entry is one file that appears by one rename, so a killed run leaves either all of it or nothing; what it was about to
//! rename, the next run removes. What is in it is compressed and checked against its hash whenever it is read; an entry found
//! damaged is removed and made again. A file that another program reads is written out for as long as somebody holds the entry.
//! Above a size the entries that were not used for longest go.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::account::{self, Part};

mod pack;
#[cfg(test)]
mod tests;
mod trim;

use pack::{Pack, PackedFile};

/// Changes whenever the meaning of an entry does.
const FORMAT: &str = "v2";
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
    outside: Outside,
    /// The folder of entries that only this run has.
    _temporary: Option<tempfile::TempDir>,
    _in_use: Option<File>,
}

/// Where files of entries are written for other programs, a folder for each that holds an entry.
#[derive(Debug)]
struct Outside {
    folder: PathBuf,
    /// Whether what is written stays.
    keep: bool,
    next: AtomicU64,
    /// Removes the folder itself.
    _temporary: Option<tempfile::TempDir>,
}

/// The address of an entry.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key(String);

/// An entry. What is written out of it is removed with the last clone.
#[derive(Clone, Debug)]
pub struct Entry {
    file: PathBuf,
    files: Arc<[PackedFile]>,
    input_key: Key,
    written: Arc<Written>,
}

/// The files of an entry that other programs read.
#[derive(Debug)]
struct Written {
    folder: PathBuf,
    names: Mutex<BTreeSet<String>>,
    keep: bool,
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

/// A file that went into an entry. System headers are large and seldom change: they are compared by size and
/// time first, by content when those differ.
#[derive(Debug, Serialize, Deserialize)]
struct Dependency {
    path: PathBuf,
    length: u64,
    modified_ns: u128,
    hash: [u8; 32],
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
    /// Where [`Entry::write_out`] writes a file of the entry.
    pub fn path(&self, name: &str) -> PathBuf {
        self.written.folder.join(name)
    }

    /// The content of one file of the entry, if it is what was stored.
    ///
    /// # Errors
    /// A damaged entry, which is removed.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, CacheError> {
        let _counting = account::count(Part::Files);
        let file = self.files.iter().find(|file| file.name == name);
        let content = file.and_then(|file| file.read(&mut File::open(&self.file).ok()?));
        content.ok_or_else(|| {
            let _ = fs::remove_file(&self.file);
            CacheError::Damaged {
                path: self.file.clone(),
            }
        })
    }

    /// Writes one file of the entry where other programs can read it, if it is what was stored. It lies there as long as
    /// somebody holds the entry.
    ///
    /// # Errors
    /// A damaged entry, or a folder that cannot be written.
    pub fn write_out(&self, name: &str) -> Result<PathBuf, CacheError> {
        let _counting = account::count(Part::Files);
        let path = self.path(name);
        let mut names = self.written.names.lock().unwrap_or_else(PoisonError::into_inner);
        if !names.contains(name) {
            let content = self.read(name)?;
            fs::create_dir_all(&self.written.folder)
                .and_then(|()| fs::write(&path, content))
                .map_err(|source| CacheError::Write {
                    path: path.clone(),
                    source,
                })?;
            names.insert(name.to_owned());
        }
        Ok(path)
    }

    /// The key for what is made from this entry. Unlike the one under which the entry is found it knows of the
    /// headers that went in.
    pub fn input_key(&self) -> &Key {
        &self.input_key
    }

    /// Whether the entry has such a file.
    pub fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.name == name)
    }

    /// An entry without files.
    #[cfg(test)]
    pub(crate) fn for_tests() -> Entry {
        Entry {
            file: PathBuf::new(),
            files: Arc::default(),
            input_key: Key(String::new()),
            written: Arc::new(Written {
                folder: PathBuf::new(),
                names: Mutex::default(),
                keep: true,
            }),
        }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let names = self.names.get_mut().unwrap_or_else(PoisonError::into_inner);
        if !self.keep && !names.is_empty() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

impl Outside {
    fn new(folder: PathBuf, keep: bool) -> Outside {
        Outside {
            folder,
            keep,
            next: AtomicU64::new(0),
            _temporary: None,
        }
    }

    fn below(folder: &Path) -> io::Result<Outside> {
        let temporary = unfinished(folder)?;
        let outside = Outside::new(temporary.path().to_owned(), false);
        Ok(Outside {
            _temporary: Some(temporary),
            ..outside
        })
    }

    /// A place that nobody has.
    fn place(&self) -> Written {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        Written {
            folder: self.folder.join(number.to_string()),
            names: Mutex::default(),
            keep: self.keep,
        }
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
            let root = temporary.as_ref().map_or(&*shared, |folder| folder.path());
            let outside = Outside::below(root)?;
            Ok((in_use, temporary, outside))
        });
        let (in_use, temporary, outside, shared, warning) = match opened {
            Ok((in_use, temporary, outside)) => {
                let warning = limit.err().map(|value| {
                    format!(
                        "`{}` is `{value}`, which is no size: give a number of bytes, `500M`, `20G` or `off`; nothing is removed",
                        trim::VARIABLE
                    )
                });
                (Some(in_use), temporary, outside, shared, warning)
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
                let outside = Outside::new(folder.join("outside"), false);
                (None, temporary, outside, folder, Some(warning))
            }
        };
        let cache = Cache {
            root: temporary
                .as_ref()
                .map_or(shared.clone(), |dir| dir.path().to_owned()),
            shared,
            toolchains,
            learned: Mutex::default(),
            outside,
            _temporary: temporary,
            _in_use: in_use,
        };
        (cache, warning)
    }

    /// Has what is written out of entries lie in a folder and stay there.
    pub(crate) fn keep_written(&mut self, folder: PathBuf) {
        self.outside = Outside::new(folder, true);
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
        let path = self.path(key);
        let mut file = File::open(&path).ok()?;
        // Hashes wait until a file is read: most objects of a warm run never are. What is damaged stays until another takes
        // its place: meanwhile someone else may have put a whole one there.
        let pack = Pack::of(&mut file)?;
        if !pack.dependencies.iter().all(Dependency::holds) {
            return None;
        }
        trim::note_use(&file);
        Some(self.entry(pack, key, path))
    }

    /// Stores an entry, replacing one of the same key.
    pub fn put(&self, key: &Key, contents: &Contents) -> Result<Entry, CacheError> {
        let path = self.path(key);
        let failed = |source| CacheError::Write {
            path: path.clone(),
            source,
        };
        let parent = path.parent().unwrap_or(&self.root);
        if !parent.is_dir() {
            remove(parent);
        }
        fs::create_dir_all(parent).map_err(failed)?;
        let dependencies = contents.dependencies.iter();
        let dependencies = dependencies.filter_map(|path| Dependency::of(path)).collect();
        let (pack, bytes) = Pack::new(&contents.files, dependencies).map_err(failed)?;
        let mut staged = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempfile_in(&self.root)
            .map_err(failed)?;
        staged.write_all(&bytes).map_err(failed)?;
        if path.is_dir() {
            remove(&path);
        }
        staged.persist(&path).map_err(|error| failed(error.error))?;
        Ok(self.entry(pack, key, path))
    }

    fn entry(&self, pack: Pack, key: &Key, file: PathBuf) -> Entry {
        let mut input_key = KeyBuilder::new("inputs");
        input_key.add(key.as_str());
        for dependency in &pack.dependencies {
            input_key.add(dependency.path.as_os_str().as_encoded_bytes());
            input_key.add(dependency.hash);
        }
        Entry {
            file,
            files: pack.files.into(),
            input_key: input_key.key(),
            written: Arc::new(self.outside.place()),
        }
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

fn file_hash(path: &Path) -> Option<[u8; 32]> {
    Some(blake3::hash(&fs::read(path).ok()?).into())
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
