//! What a confined run gets to see, put together by the tool outside.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What every program needs, where it is.
const SYSTEM: [&str; 8] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    // Links, by which `cc` and others are found.
    "/etc/alternatives",
];

/// Files and variables that a confined run sees.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct View {
    pub(super) readable: Vec<PathBuf>,
    /// Links by their path and what they mean.
    pub(super) links: Vec<(PathBuf, PathBuf)>,
    /// Below the worker's cache.
    pub(super) cache_links: Vec<(PathBuf, PathBuf)>,
    pub(super) environment: Vec<(String, String)>,
}

impl View {
    /// The system's own programs.
    pub fn system() -> View {
        let mut view = View::default();
        for path in SYSTEM.iter().map(Path::new).filter(|path| path.exists()) {
            view.readable.push(path.to_owned());
        }
        view
    }

    /// A file or folder at its own path, which may be a link.
    pub fn show(&mut self, path: &Path) {
        let Ok(real) = path.canonicalize() else { return };
        let seen = |path: &Path, all: &[PathBuf]| all.iter().any(|known| path.starts_with(known));
        if real != path && !seen(path, &self.readable) {
            let link = (path.to_owned(), real.clone());
            if !self.links.contains(&link) {
                self.links.push(link);
            }
        }
        if !seen(&real, &self.readable) {
            self.readable.push(real);
        }
    }

    /// A path below the worker's cache that leads to one outside.
    pub fn show_in_cache(&mut self, below: PathBuf, real: PathBuf) {
        let link = (below, real);
        if !self.cache_links.contains(&link) {
            self.cache_links.push(link);
        }
    }

    /// A variable of the environment.
    pub fn set(&mut self, name: &str, value: String) {
        self.environment.push((name.to_owned(), value));
    }
}
