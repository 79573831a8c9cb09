//! Finds compilers and linkers and says what each can do. What was asked of a compiler is remembered by the
//! compiler's path, size and time, so that a warm run starts none of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use twincall_abi::target::Target;

use crate::cache::{Cache, CacheError, Contents, KeyBuilder};

pub mod doctor;
pub mod sysroot;

/// A version: major, minor, patch.
pub type Version = (u32, u32, u32);

/// The C compiler of fixtures, with the tools that belong to it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CToolchain {
    /// `clang-22`.
    pub name: String,
    pub version: Version,
    pub clang: PathBuf,
    /// `clang++` beside it; `None` where only C can be compiled.
    pub clangxx: Option<PathBuf>,
    /// `ld.lld` of the same version, for shared objects.
    pub lld: Option<PathBuf>,
    /// `wasm-ld` of the same version.
    pub wasm_ld: Option<PathBuf>,
    /// compiler-rt's builtins for wasm32: 128-bit multiplication, binary128 arithmetic.
    pub wasm_builtins: Option<PathBuf>,
}

/// The Rust compiler of fixtures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RustToolchain {
    /// `rustc-1.96`.
    pub name: String,
    pub version: Version,
    /// The version as rustc writes it, with the channel: `1.97.0-nightly`.
    pub release: String,
    pub rustc: PathBuf,
    /// The LLVM it was built with.
    pub llvm: Version,
    pub sysroot: PathBuf,
    pub native: Libraries,
    pub wasm: Libraries,
}

/// Where `core`, `alloc` and `std` of a target come from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Libraries {
    /// In this folder of rlibs.
    Installed(PathBuf),
    /// They can be built from this `library` folder of rustc's source.
    Source(PathBuf),
    /// Neither; what was looked for.
    Missing(String),
}

impl RustToolchain {
    /// Where the libraries of a target come from.
    pub fn libraries(&self, target: Target) -> &Libraries {
        match target {
            Target::X86_64LinuxGnu => &self.native,
            Target::Wasm32Unknown => &self.wasm,
        }
    }
}

/// What a person asked for: a name (`clang-22`, `rustc-1.63`, `nightly`) or a path.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ToolchainChoice {
    pub c: Option<String>,
    pub rust: Option<String>,
}

#[derive(Debug, Error)]
pub enum ToolchainError {
    #[error("no C compiler was found: looked for {looked_for}; `twincall doctor` shows what installs it")]
    NoClang { looked_for: String },
    #[error(
        "no rustc was found that can compile fixtures: {looked_for}; `twincall doctor` shows what installs it"
    )]
    NoRustc { looked_for: String },
    #[error("no toolchain `{name}` was found: looked at {looked_for}")]
    Unknown { name: String, looked_for: String },
    #[error("`{}` is no compiler that Twincall can use: {reason}", path.display())]
    Unusable { path: PathBuf, reason: String },
    #[error(transparent)]
    Cache(#[from] CacheError),
}

/// The C compiler used when nobody names one.
pub const DEFAULT_CLANG: &str = "clang-22";

/// Whether a name or path asks for a Rust toolchain rather than a C one.
pub fn is_rust_name(name: &str) -> bool {
    let file = Path::new(name)
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or(name);
    file.starts_with("rustc") || matches!(file, "stable" | "beta" | "nightly")
}

/// The C toolchain by choice: a name on PATH, a path, or the default.
pub fn find_c(choice: Option<&str>, cache: &Cache) -> Result<CToolchain, ToolchainError> {
    let name = choice.unwrap_or(DEFAULT_CLANG);
    let Some(path) = find_program(name) else {
        return Err(match choice {
            Some(_) => ToolchainError::Unknown {
                name: name.to_owned(),
                looked_for: "PATH".to_owned(),
            },
            None => ToolchainError::NoClang {
                looked_for: format!("`{DEFAULT_CLANG}` on PATH"),
            },
        });
    };
    remembered(cache, "clang", &path, || probe_clang(&path))
}

fn probe_clang(path: &Path) -> Result<CToolchain, ToolchainError> {
    let unusable = |reason: String| ToolchainError::Unusable {
        path: path.to_owned(),
        reason,
    };
    let text = output(Command::new(path).arg("--version")).map_err(&unusable)?;
    let version = text
        .lines()
        .next()
        .filter(|line| line.contains("clang version"))
        .and_then(|line| line.split("version ").nth(1))
        .and_then(parse_version)
        .ok_or_else(|| {
            unusable(
                "it does not call itself clang; only clang writes the AST and the IR that are read"
                    .to_owned(),
            )
        })?;
    // `clang-22` is a link into the folder of its LLVM, where the other tools carry no version.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let sibling = |name: &str| {
        let versioned = format!("{name}-{}", version.0);
        path.parent()
            .map(|folder| folder.join(&versioned))
            .filter(|tool| tool.exists())
            .or_else(|| {
                real.parent()
                    .map(|folder| folder.join(name))
                    .filter(|tool| tool.exists())
            })
            .or_else(|| find_program(&versioned))
    };
    let resources = output(Command::new(path).arg("-print-resource-dir")).map_err(&unusable)?;
    let libraries = Path::new(resources.trim()).join("lib");
    let wasm_builtins = [
        "wasi/libclang_rt.builtins-wasm32.a",
        "wasm32-unknown-unknown/libclang_rt.builtins.a",
    ]
    .iter()
    .map(|name| libraries.join(name))
    .find(|path| path.exists());
    Ok(CToolchain {
        name: format!("clang-{}", version.0),
        version,
        clang: path.to_owned(),
        clangxx: sibling("clang++"),
        lld: sibling("ld.lld"),
        wasm_ld: sibling("wasm-ld"),
        wasm_builtins,
    })
}

/// The Rust toolchain by choice; by default the first of `$RUSTC`, the `rustc` on PATH and `/usr/bin/rustc` that can
/// produce wasm, and where none can, the first that works natively.
pub fn find_rust(choice: Option<&str>, cache: &Cache) -> Result<RustToolchain, ToolchainError> {
    match choice {
        Some(name) if name.contains('/') => {
            let path = std::path::absolute(name).unwrap_or_else(|_| PathBuf::from(name));
            probe_remembered(cache, &path)
        }
        Some(name) => find_rust_by_name(name, cache),
        None => find_default_rust(cache),
    }
}

fn find_default_rust(cache: &Cache) -> Result<RustToolchain, ToolchainError> {
    let candidates = default_rustcs();
    let mut looked_for = Vec::new();
    let mut native_only = None;
    for path in &candidates {
        match probe_remembered(cache, path) {
            Ok(toolchain) if !matches!(toolchain.wasm, Libraries::Missing(_)) => return Ok(toolchain),
            Ok(toolchain) => {
                looked_for.push(format!("`{}` has no wasm32-unknown-unknown", path.display()));
                native_only.get_or_insert(toolchain);
            }
            Err(error) => looked_for.push(error.to_string()),
        }
    }
    native_only.ok_or_else(|| ToolchainError::NoRustc {
        looked_for: if looked_for.is_empty() {
            "neither $RUSTC nor `rustc` on PATH nor `/usr/bin/rustc` exists".to_owned()
        } else {
            looked_for.join("; ")
        },
    })
}

/// The candidates for the default, in order and without repetition.
pub fn default_rustcs() -> Vec<PathBuf> {
    let mut candidates: Vec<PathBuf> = Vec::new();
    let named = std::env::var_os("RUSTC").and_then(|value| find_program(value.to_str()?));
    for path in [
        named,
        find_program("rustc"),
        Some(PathBuf::from("/usr/bin/rustc")),
    ]
    .into_iter()
    .flatten()
    {
        if path.exists() && !candidates.contains(&path) {
            candidates.push(path);
        }
    }
    candidates
}

fn find_rust_by_name(name: &str, cache: &Cache) -> Result<RustToolchain, ToolchainError> {
    let wanted = name.strip_prefix("rustc-").unwrap_or(name);
    let mut candidates: Vec<PathBuf> = find_program(name).into_iter().collect();
    candidates.extend(default_rustcs());
    candidates.extend(rustc_below(&cache.folder("toolchains")));
    if let Some(rustup) = rustup_home() {
        candidates.extend(rustc_below(&rustup.join("toolchains")));
    }
    let mut seen = Vec::new();
    for path in &candidates {
        let Ok(toolchain) = probe_remembered(cache, path) else {
            continue;
        };
        let in_folder = path.ancestors().any(|folder| {
            folder
                .file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with(wanted))
        });
        let by_version = toolchain.release == wanted || toolchain.release.starts_with(&format!("{wanted}."));
        if by_version || in_folder || find_program(name).as_ref() == Some(path) {
            return Ok(toolchain);
        }
        seen.push(toolchain.release);
    }
    Err(ToolchainError::Unknown {
        name: name.to_owned(),
        looked_for: format!(
            "PATH, the cache and rustup's toolchains (found {})",
            seen.join(", ")
        ),
    })
}

fn rustc_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .flat_map(|entry| ["bin/rustc", "usr/bin/rustc"].map(|path| entry.path().join(path)))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found
}

fn rustup_home() -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".rustup"));
    std::env::var_os("RUSTUP_HOME").map(PathBuf::from).or_else(home)
}

fn probe_remembered(cache: &Cache, path: &Path) -> Result<RustToolchain, ToolchainError> {
    remembered(cache, "rustc", path, || probe_rustc(path))
}

fn probe_rustc(path: &Path) -> Result<RustToolchain, ToolchainError> {
    let unusable = |reason: String| ToolchainError::Unusable {
        path: path.to_owned(),
        reason,
    };
    let text = output(Command::new(path).arg("-vV")).map_err(&unusable)?;
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name))
            .map(|value| value.trim().to_owned())
    };
    let release = field("release:").ok_or_else(|| unusable("it prints no release".to_owned()))?;
    let version = parse_version(&release).ok_or_else(|| unusable(format!("its release is `{release}`")))?;
    let llvm = field("LLVM version:")
        .as_deref()
        .and_then(parse_version)
        .unwrap_or_default();
    let sysroot = output(Command::new(path).args(["--print", "sysroot"])).map_err(&unusable)?;
    let sysroot = PathBuf::from(sysroot.trim());
    let libraries = |target: Target| {
        let mut command = Command::new(path);
        command.args(["--print", "target-libdir", "--target", target.triple()]);
        let folder = output(&mut command)
            .map(|text| PathBuf::from(text.trim()))
            .unwrap_or_default();
        let source = sysroot.join("lib/rustlib/src/rust/library");
        if has_core(&folder) {
            Libraries::Installed(folder)
        } else if source.join("core/src/lib.rs").exists() {
            Libraries::Source(source)
        } else {
            Libraries::Missing(format!(
                "neither `{}` nor `{}`",
                folder.display(),
                source.display()
            ))
        }
    };
    Ok(RustToolchain {
        name: format!("rustc-{}.{}", version.0, version.1),
        version,
        rustc: path.to_owned(),
        llvm,
        native: libraries(Target::X86_64LinuxGnu),
        wasm: libraries(Target::Wasm32Unknown),
        release,
        sysroot,
    })
}

fn has_core(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libcore-") && name.ends_with(".rlib")
    })
}

/// Answers from the cache while the program at `path` is the same file; rustup's proxy stands for
/// whichever toolchain is the default, so its settings count too.
fn remembered<T: Serialize + serde::de::DeserializeOwned>(
    cache: &Cache,
    kind: &str,
    path: &Path,
    probe: impl FnOnce() -> Result<T, ToolchainError>,
) -> Result<T, ToolchainError> {
    let settings = rustup_home().map(|home| home.join("settings.toml"));
    let mut key = KeyBuilder::new("probe");
    key.add(kind).add(path.as_os_str().as_encoded_bytes());
    key.add(std::env::var("RUSTUP_TOOLCHAIN").unwrap_or_default());
    for file in [Some(path), settings.as_deref()].into_iter().flatten() {
        if let Ok(metadata) = std::fs::metadata(file) {
            let modified = metadata
                .modified()
                .ok()
                .and_then(|time| time.elapsed().ok().map(|_| time));
            key.add(format!("{} {modified:?}", metadata.len()));
        }
    }
    let key = key.key();
    if let Some(answer) = cache
        .get(&key)
        .and_then(|entry| entry.read("answer.json").ok())
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
    {
        return Ok(answer);
    }
    let answer = probe()?;
    if let Ok(bytes) = serde_json::to_vec(&answer) {
        let mut contents = Contents::default();
        contents.files.insert("answer.json".to_owned(), bytes);
        cache.put(&key, &contents)?;
    }
    Ok(answer)
}

/// A program by path, or by name on PATH.
pub fn find_program(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        // Compilers are started in other folders than this process.
        return std::path::absolute(name).ok().filter(|path| path.exists());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// Standard output of a command, or why there is none.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let message = String::from_utf8_lossy(&output.stderr);
        Err(message
            .lines()
            .next()
            .unwrap_or("it failed without a message")
            .to_owned())
    }
}

/// `22.1.8 (…)`, `1.97.0-nightly`: the leading numbers.
pub(crate) fn parse_version(text: &str) -> Option<Version> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let mut numbers = text[..end].split('.').map(|part| part.parse().ok());
    let major = numbers.next()??;
    Some((
        major,
        numbers.next().flatten().unwrap_or(0),
        numbers.next().flatten().unwrap_or(0),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions() {
        assert_eq!(parse_version("22.1.8 (1~deb12u1)"), Some((22, 1, 8)));
        assert_eq!(parse_version("1.97.0-nightly"), Some((1, 97, 0)));
        assert_eq!(parse_version("15"), Some((15, 0, 0)));
        assert_eq!(parse_version("none"), None);
    }

    #[test]
    fn tells_rust_from_c() {
        assert!(is_rust_name("rustc-1.63") && is_rust_name("/opt/rust/bin/rustc") && is_rust_name("nightly"));
        assert!(!is_rust_name("clang-14") && !is_rust_name("/usr/bin/clang-22"));
    }

    #[test]
    fn names_what_it_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, _) = Cache::open(folder.path(), true);
        let error = find_c(Some("clang-999"), &cache).unwrap_err().to_string();
        assert!(error.contains("clang-999") && error.contains("PATH"), "{error}");
        let error = find_rust(Some("rustc-9.99"), &cache).unwrap_err().to_string();
        assert!(error.contains("rustc-9.99"), "{error}");
        let error = find_c(Some("/bin/true"), &cache).unwrap_err().to_string();
        assert!(error.contains("does not call itself clang"), "{error}");
    }
}
