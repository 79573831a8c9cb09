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

#[cfg(test)]
mod tests {
    use super::*;

    /// The configuration of a text.
    fn of(text: &str) -> Result<Config, SessionError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(CONFIG_FILE);
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    /// The line and the words of what is wrong with a text.
    fn refused(text: &str) -> (usize, String) {
        match of(text) {
            Err(SessionError::Config { line, message, .. }) => (line, message),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_file_that_is_not_there_says_nothing_and_one_that_cannot_be_read_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = read(&folder.path().join(CONFIG_FILE)).unwrap();
        assert_eq!(nothing, Config::default());
        assert_eq!(of("").unwrap(), Config::default());
        let unread = read(folder.path());
        assert!(matches!(unread, Err(SessionError::Read { .. })), "{unread:?}");
    }

    #[test]
    fn every_entry_is_kept_where_it_belongs() {
        let some = |name: &str| Some(name.to_owned());
        let config = of(
            "[toolchain]\nc = \"clang\"\nrust = \"beta\"\n[snapshots]\nc = \"gcc-12\"\nrust = \"rustc-1.96\"\n",
        );
        let expected = Config {
            toolchain: ToolchainConfig {
                c: some("clang"),
                rust: some("beta"),
            },
            snapshots: SnapshotConfig {
                c: some("gcc-12"),
                rust: some("rustc-1.96"),
            },
        };
        assert_eq!(config.unwrap(), expected);
    }

    #[test]
    fn what_is_no_entry_is_refused_at_its_line() {
        for (text, line, word) in [
            ("\n[toolchains]\n", 2, "toolchains"),
            ("[toolchain]\nc = \"clang-22\"\ncpp = \"clang++\"\n", 3, "cpp"),
            ("[snapshots]\n\nrust = 1.96\n", 3, "string"),
            ("# first\n[snapshots\n", 2, ""),
            ("\n\nc = \"clang-22\"\n", 3, "`c`"),
        ] {
            let (at, message) = refused(text);
            assert_eq!(at, line, "{text}: {message}");
            assert!(
                message.contains(word) && !message.contains('\n'),
                "{text}: {message}"
            );
        }
    }

    #[test]
    fn a_compiler_of_the_other_language_is_refused_in_either_section() {
        for section in ["toolchain", "snapshots"] {
            for (key, name, language) in [
                ("c", "rustc", "C"),
                ("c", "rustc-1.96", "C"),
                ("c", "nightly", "C"),
                ("c", "/opt/bin/rustc", "C"),
                ("rust", "clang", "Rust"),
                ("rust", "gcc-12", "Rust"),
            ] {
                let text = format!("[{section}]\n{key} = \"{name}\"\n");
                let message = format!("`{name}` is no compiler of {language}");
                assert_eq!(refused(&text), (2, message), "{text}");
            }
            for (key, name) in [("c", "my-wrapper"), ("rust", "my-wrapper"), ("c", "tcc")] {
                let text = format!("[{section}]\n{key} = \"{name}\"\n");
                assert!(of(&text).is_ok(), "{text}");
            }
        }
    }

    #[test]
    fn the_toolchain_may_be_the_pinned_one_unless_its_name_says_otherwise() {
        for (key, used, pinned, contradicts) in [
            ("c", "clang-22", "clang-22", false),
            ("c", "clang-14", "clang-22", true),
            ("c", "gcc-12", "clang-22", true),
            ("c", "clang-2", "clang-22", true),
            ("c", "clang-220", "clang-22", true),
            ("c", "clang", "clang-22", false),
            ("c", "gcc", "gcc-12", false),
            ("c", "/opt/clang-14", "clang-22", false),
            ("rust", "rustc-1.85", "rustc-1.96", true),
            ("rust", "rustc-1.96.0", "rustc-1.96", false),
            ("rust", "rustc-1.9", "rustc-1.96", true),
            ("rust", "stable", "rustc-1.96", false),
            ("rust", "nightly-2026-01-31", "rustc-1.96", false),
        ] {
            let text = format!("[snapshots]\n{key} = \"{pinned}\"\n[toolchain]\n{key} = \"{used}\"\n");
            if contradicts {
                let (line, message) = refused(&text);
                assert_eq!(line, 4, "{text}");
                assert!(
                    message.starts_with(&format!("[toolchain] says `{used}`")),
                    "{message}"
                );
            } else {
                assert!(of(&text).is_ok(), "{text}");
            }
        }
    }

    #[test]
    fn a_contradiction_stands_at_its_entry_however_that_is_written() {
        for (text, line) in [
            (
                "[snapshots]\nc = \"clang-22\"\n\n[ toolchain ] # used\n  c=\"rustc\"\n",
                5,
            ),
            ("snapshots.c = \"clang-22\"\ntoolchain.c = \"rustc\"\n", 2),
            ("\ntoolchain = { rust = \"stable\", c = \"rustc\" }\n", 2),
            (
                "[toolchain]\nrust = \"stable\"\n# c = \"clang\"\nc = \"rustc\"\n",
                4,
            ),
        ] {
            assert_eq!(refused(text).0, line, "{text}");
        }
    }
}
