//! Every toolchain on this machine that can compile fixtures, the oldest first.

use std::path::PathBuf;

use super::{CToolchain, DEFAULT_GCC, RustToolchain, default_rustcs, find_c, probe_remembered, rustc_below};
use crate::cache::Cache;

/// clang in each version on PATH, and gcc.
pub fn installed_c(cache: &Cache) -> Vec<CToolchain> {
    let mut all: Vec<CToolchain> = clang_names()
        .iter()
        .rev()
        .filter_map(|name| find_c(Some(name), cache).ok())
        .collect();
    all.extend(
        find_c(Some(DEFAULT_GCC), cache)
            .ok()
            .filter(|found| found.gcc.is_some()),
    );
    all
}

/// rustc in each release: the candidates for the default, those in the cache and those of rustup.
pub fn installed_rust(cache: &Cache) -> Vec<RustToolchain> {
    let mut candidates: Vec<PathBuf> = default_rustcs();
    candidates.extend(rustc_below(cache.toolchains()));
    if let Some(rustup) = super::rustup_home() {
        candidates.extend(rustc_below(&rustup.join("toolchains")));
    }
    let mut all: Vec<RustToolchain> = Vec::new();
    for path in candidates {
        if let Ok(found) = probe_remembered(cache, &path)
            && all.iter().all(|known| known.release != found.release)
        {
            all.push(found);
        }
    }
    all.sort_by_key(|rust| rust.version);
    all
}

/// The names `clang-22`, `clang-14`, … of programs on PATH, the newest first.
pub(crate) fn clang_names() -> Vec<String> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut versions: Vec<u32> = std::env::split_paths(&folders)
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flat_map(|entries| entries.flatten())
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix("clang-")?.parse().ok())
        .collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    versions.dedup();
    versions
        .iter()
        .map(|version| format!("clang-{version}"))
        .collect()
}
