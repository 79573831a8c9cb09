//! What a fixture's library may bring into the probe: the C and C++ runtimes and nothing else.
//!
//! Loading a library runs its constructors, so this is decided by reading files.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use object::elf;
use object::elf::FileHeader64;
use object::read::elf::FileHeader;
use object::{LittleEndian, ReadCache};

/// Libraries that are allowed, by the start of their names: what follows is a version.
const ALLOWED: [&str; 8] = [
    "libc.so",
    "libm.so",
    "libmvec.so",
    "libgcc_s.so",
    "libstdc++.so",
    "ld-linux-x86-64.so",
    "libpthread.so",
    "libdl.so",
];

/// Where the dynamic linker finds them. No fixture is given a search path of its own.
const FOLDERS: [&str; 4] = [
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/lib64",
    "/usr/lib64",
];

/// Why a library is not loaded.
#[derive(Debug, thiserror::Error)]
pub enum DependencyError {
    #[error("load {}: {source}", .library.display())]
    Open { library: PathBuf, source: io::Error },
    #[error("load {}: {source}", .library.display())]
    Read { library: PathBuf, source: object::Error },
    #[error("load {}: it is not a shared library for x86-64", .library.display())]
    OtherKind { library: PathBuf },
    #[error("load {}: it needs {needed}, but a fixture may only need the C and C++ runtimes", .library.display())]
    NotAllowed { library: PathBuf, needed: String },
    #[error("load {}: it needs {needed}, which is in none of the system's library folders", .library.display())]
    NotFound { library: PathBuf, needed: String },
}

/// Checks that everything a library needs, directly or through others, is one of the allowed runtimes and
/// is installed. Nothing is loaded. `further` are the SONAMEs of libraries that the pair is about; what those need is theirs to
/// choose.
pub fn check_dependencies(library: &Path, further: &[String]) -> Result<(), DependencyError> {
    let mut seen = BTreeSet::new();
    let mut open = vec![(library.to_owned(), false)];
    while let Some((path, free)) = open.pop() {
        for needed in needed_by(&path)? {
            let free = free || further.contains(&needed);
            if !free && !is_allowed(&needed) {
                return Err(DependencyError::NotAllowed {
                    library: path,
                    needed,
                });
            }
            if seen.contains(&needed) {
                continue;
            }
            match FOLDERS
                .iter()
                .map(|folder| Path::new(folder).join(&needed))
                .find(|file| file.is_file())
            {
                Some(file) => open.push((file, free)),
                None => {
                    return Err(DependencyError::NotFound {
                        library: path,
                        needed,
                    });
                }
            }
            seen.insert(needed);
        }
    }
    Ok(())
}

/// Whether a name is an allowed one: `libm.so`, `libm.so.6`, but not `libm.so/../x` or `libmine.so`.
fn is_allowed(needed: &str) -> bool {
    let is_version = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || c == '.');
    ALLOWED
        .iter()
        .any(|name| needed.strip_prefix(name).is_some_and(is_version))
}

/// The names that make the dynamic linker load another library.
pub(crate) fn needed_by(library: &Path) -> Result<Vec<String>, DependencyError> {
    let file = File::open(library).map_err(|source| DependencyError::Open {
        library: library.to_owned(),
        source,
    })?;
    let unreadable = |source| DependencyError::Read {
        library: library.to_owned(),
        source,
    };
    // The cache reads the few parts that are asked for, of files of some megabytes.
    let cache = ReadCache::new(file);
    let header = FileHeader64::<LittleEndian>::parse(&cache).map_err(unreadable)?;
    let endian = header.endian().map_err(unreadable)?;
    if header.e_machine(endian) != elf::EM_X86_64 || header.e_type(endian) != elf::ET_DYN {
        return Err(DependencyError::OtherKind {
            library: library.to_owned(),
        });
    }
    let sections = header.sections(endian, &cache).map_err(unreadable)?;
    let table = sections.dynamic_table(endian, &cache).map_err(unreadable)?;
    if table.is_empty() {
        // The dynamic linker would look elsewhere, so an empty list here says nothing.
        return Err(DependencyError::OtherKind {
            library: library.to_owned(),
        });
    }
    let loads = |tag| matches!(tag, elf::DT_NEEDED | elf::DT_AUXILIARY | elf::DT_FILTER);
    let names = table.iter().filter(|entry| loads(entry.tag)).map(|entry| {
        table
            .string(entry)
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .map_err(unreadable)
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_whole() {
        for name in ["libc.so.6", "libm.so", "ld-linux-x86-64.so.2", "libstdc++.so.6"] {
            assert!(is_allowed(name), "{name}");
        }
        for name in [
            "libcurl.so.4",
            "libc.so/../evil",
            "libc.so.6.evil",
            "/elsewhere/libc.so.6",
            "",
            "libc",
        ] {
            assert!(!is_allowed(name), "{name}");
        }
    }
}
