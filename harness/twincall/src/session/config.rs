//! What a project says of itself in `twincall.toml`.

use std::path::Path;

use serde::Deserialize;

use super::SessionError;
use crate::toolchain;

/// The name of the configuration file in a project's root.
pub const CONFIG_FILE: &str = "twincall.toml";

/// `twincall.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub toolchain: ToolchainConfig,
    pub snapshots: SnapshotConfig,
}

/// Which toolchains to use where the command line names none.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ToolchainConfig {
    pub c: Option<String>,
    pub rust: Option<String>,
}

/// The toolchains whose facts the snapshots hold.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SnapshotConfig {
    pub c: Option<String>,
    pub rust: Option<String>,
}

/// Reads a configuration; a file that is not there says nothing.
///
/// # Errors
/// The file cannot be read, is no such TOML, or contradicts itself; the line is said.
pub(super) fn read(path: &Path) -> Result<Config, SessionError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(source) => {
            return Err(SessionError::Read {
                path: path.to_owned(),
                source,
            });
        }
    };
    let refused = |line, message| SessionError::Config {
        path: path.to_owned(),
        line,
        message,
    };
    let config: Config = toml::from_str(&text).map_err(|error| {
        let line = error
            .span()
            .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        refused(line, error.message().replace('\n', "; "))
    })?;
    match config.contradiction() {
        Some((section, key, message)) => Err(refused(line_of_key(&text, section, key), message)),
        None => Ok(config),
    }
}

impl Config {
    /// The section and key of an entry that cannot be meant, and why.
    fn contradiction(&self) -> Option<(&'static str, &'static str, String)> {
        let Config { toolchain, snapshots } = self;
        let sides = [
            ("c", "C", false, &toolchain.c, &snapshots.c),
            ("rust", "Rust", true, &toolchain.rust, &snapshots.rust),
        ];
        for (key, language, is_rust, used, pinned) in sides {
            for (section, name) in [("toolchain", used), ("snapshots", pinned)] {
                // Any name may be a wrapper's; these are known to be of the other language.
                let of_c = |name: &str| ["clang", "gcc"].iter().any(|known| name.starts_with(known));
                let other = |name: &&str| match is_rust {
                    true => of_c(name),
                    false => toolchain::is_rust_name(name),
                };
                if let Some(name) = name.as_deref().filter(other) {
                    return Some((section, key, format!("`{name}` is no compiler of {language}")));
                }
            }
            if let (Some(used), Some(pinned)) = (used, pinned)
                && is_another(used, pinned)
            {
                let message = format!(
                    "[toolchain] says `{used}` and [snapshots] says `{pinned}`: no snapshot would ever be compared"
                );
                return Some(("toolchain", key, message));
            }
        }
        None
    }
}

/// Whether a toolchain cannot be the pinned one, as far as its name says. Without a version, as in `clang` and `stable`, and by
/// its path it may be.
fn is_another(used: &str, pinned: &str) -> bool {
    let versions = ["clang-", "gcc-", "rustc-"].map(|word| used.strip_prefix(word));
    let mut versions = versions.into_iter().flatten();
    let says_version = versions.any(|version| version.starts_with(|c: char| c.is_ascii_digit()));
    // `rustc-1.96.0` is known as `rustc-1.96`.
    let rest = used.strip_prefix(pinned);
    let is_finer = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    says_version && !is_finer
}

/// The line of a key that is in the text, counted from 1.
fn line_of_key(text: &str, section: &str, key: &str) -> usize {
    let mut current = "";
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            current = name.0.trim();
        }
        let name = line.split('=').next().unwrap_or_default().trim();
        // `toolchain.c = "…"` and `toolchain = { c = "…" }` are the same entry.
        if current == section && name == key
            || name == format!("{section}.{key}")
            || current.is_empty() && name == section
        {
            return number;
        }
    }
    1
}
