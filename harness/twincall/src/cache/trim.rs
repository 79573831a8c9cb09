//! Keeps the cache below a size: what was not used for longest goes first.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The variable that sets the limit: `20G`, `500M`, a number of bytes, or `off`.
pub(super) const VARIABLE: &str = "TWINCALL_CACHE_LIMIT";
const DEFAULT: u64 = 10 << 30;

/// Its time says when the cache was last looked through.
const STAMP: &str = "trimmed";
/// Looking through some ten thousand entries takes longer than a warm run.
const INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);

/// The limit in bytes, `None` for no limit; or the value that is none.
pub(super) fn limit() -> Result<Option<u64>, String> {
    match std::env::var(VARIABLE) {
        Ok(text) if !text.is_empty() => parse(&text).ok_or(text),
        _ => Ok(Some(DEFAULT)),
    }
}

fn parse(text: &str) -> Option<Option<u64>> {
    if text == "off" {
        return Some(None);
    }
    let (digits, shift) = match text.strip_suffix(['K', 'M', 'G']) {
        Some(digits) if text.ends_with('K') => (digits, 10),
        Some(digits) if text.ends_with('M') => (digits, 20),
        Some(digits) => (digits, 30),
        None => (text, 0),
    };
    let number: u64 = digits.parse().ok()?;
    Some(Some(number.checked_mul(1 << shift)?))
}

/// Removes entries if it is time to look and there are too many. Only for who has the folder alone.
pub(super) fn trim_if_due(folder: &Path, limit: u64) -> io::Result<()> {
    let stamp = folder.join(STAMP);
    let age = fs::metadata(&stamp).and_then(|metadata| metadata.modified());
    if age.is_ok_and(|time| time.elapsed().is_ok_and(|age| age < INTERVAL)) {
        return Ok(());
    }
    trim(folder, limit)?;
    File::create(&stamp)?.set_modified(SystemTime::now())
}

/// Removes what was not used for longest, until a tenth of the limit is free.
fn trim(folder: &Path, limit: u64) -> io::Result<()> {
    let mut entries = entries(folder)?;
    let mut total: u64 = entries.iter().map(|entry| entry.size).sum();
    if total <= limit {
        return Ok(());
    }
    entries.sort_by_key(|entry| entry.used);
    for entry in entries {
        if total <= limit - limit / 10 {
            break;
        }
        fs::remove_file(&entry.file)?;
        total -= entry.size;
    }
    Ok(())
}

struct Found {
    file: PathBuf,
    size: u64,
    used: SystemTime,
}

/// The entries below a folder; what is no entry is left alone.
fn entries(folder: &Path) -> io::Result<Vec<Found>> {
    let is_hex = |path: &Path, length: usize| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.len() == length && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let mut found = Vec::new();
    for group in fs::read_dir(folder)? {
        let group = group?.path();
        if !is_hex(&group, 2) || !group.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&group)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            let file = entry.path();
            if is_hex(&file, 64) && metadata.is_file() {
                found.push(Found {
                    file,
                    size: metadata.len(),
                    used: metadata.modified()?,
                });
            }
        }
    }
    Ok(found)
}

/// Notes that an entry is in use. Once a day is enough to tell what was used last.
pub(super) fn note_use(entry: &File) {
    let stale = |time: SystemTime| time.elapsed().is_ok_and(|age| age >= INTERVAL);
    let time = entry.metadata().and_then(|metadata| metadata.modified());
    if time.is_ok_and(stale) {
        // In a cache that cannot be written nothing is removed either.
        let _ = entry.set_modified(SystemTime::now());
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cache, CacheError, Contents, Key, KeyBuilder};
    use super::*;

    const DAY: Duration = INTERVAL;

    fn put(cache: &Cache, name: &str, size: usize) -> Key {
        let key = KeyBuilder::new("trim").add(name).key();
        let make = || {
            let mut contents = Contents::default();
            // Nothing that compression makes smaller.
            let bytes = (0..size).map(|_| fastrand::u8(..)).collect();
            contents.files.insert("out".to_owned(), bytes);
            Ok::<_, CacheError>(contents)
        };
        cache.get_or_make(&key, make).unwrap();
        key
    }

    fn age(cache: &Cache, key: &Key, days: u32) {
        let file = File::options().append(true).open(cache.path(key)).unwrap();
        file.set_modified(SystemTime::now() - DAY * days).unwrap();
    }

    #[test]
    fn what_was_not_used_for_longest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, _) = Cache::open(folder.path(), true);
        let keys = ["first", "second", "third"].map(|name| put(&cache, name, 10_000));
        age(&cache, &keys[0], 3);
        age(&cache, &keys[1], 2);
        age(&cache, &keys[2], 4);
        // Asking for it counts as use.
        assert!(cache.get(&keys[2]).is_some());
        let beside = cache.folder("sysroot");
        fs::create_dir_all(&beside).unwrap();
        fs::write(beside.join("big"), vec![1; 50_000]).unwrap();

        trim(&cache.shared, 40_000).unwrap();
        assert!(keys.iter().all(|key| cache.get(key).is_some()), "all fit");
        age(&cache, &keys[0], 3);
        age(&cache, &keys[1], 2);
        trim(&cache.shared, 25_000).unwrap();
        let left = keys.each_ref().map(|key| cache.get(key).is_some());
        assert_eq!(left, [false, true, true]);
        assert!(beside.join("big").exists());
    }

    #[test]
    fn it_is_looked_at_once_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, _) = Cache::open(folder.path(), true);
        let key = put(&cache, "one", 10_000);
        // Opening has looked already.
        trim_if_due(&cache.shared, 1).unwrap();
        assert!(cache.get(&key).is_some());
        let stamp = File::options()
            .append(true)
            .open(cache.shared.join(STAMP))
            .unwrap();
        stamp.set_modified(SystemTime::now() - DAY * 2).unwrap();
        trim_if_due(&cache.shared, 1).unwrap();
        assert!(cache.get(&key).is_none());
    }

    #[test]
    fn limits_are_read() {
        for (text, limit) in [
            ("off", Some(None)),
            ("0", Some(Some(0))),
            ("500", Some(Some(500))),
            ("3K", Some(Some(3 << 10))),
            ("20G", Some(Some(20 << 30))),
            ("20GB", None),
            ("", None),
            ("-1", None),
            ("99999999999G", None),
        ] {
            assert_eq!(parse(text), limit, "{text}");
        }
    }
}
