//! Finds compilers and linkers and says what each can do. What was asked of a compiler is remembered by the
//! compiler's path, size and time, so that a warm run starts none of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use twincall_abi::target::Target;

use crate::cache::{Cache, CacheError, Contents, KeyBuilder};

mod c;
pub mod installed;
pub mod sysroot;

pub use c::{find_c, find_further_c};

/// A version: major, minor, patch.
pub type Version = (u32, u32, u32);

/// The C compiler of fixtures, with the tools that belong to it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CToolchain {
    /// `clang-22`, `gcc-12`.
    pub name: String,
    pub version: Version,
    /// Reads the declarations and drives the linker; compiles the fixtures too, unless `gcc` does.
    pub clang: PathBuf,
    /// `clang++` beside it; `None` where only C can be compiled.
    pub clangxx: Option<PathBuf>,
    /// What compiles the fixtures in place of clang.
    pub gcc: Option<Gcc>,
    /// `ld.lld`, for shared objects: of the same version, or of the default clang's.
    pub lld: Option<PathBuf>,
    /// The words that clang gives to `lld` for a shared object; without them clang is asked to link.
    pub link_words: Option<LinkWords>,
    /// `wasm-ld`, likewise.
    pub wasm_ld: Option<PathBuf>,
    /// compiler-rt's builtins for wasm32: 128-bit multiplication, binary128 arithmetic.
    pub wasm_builtins: Option<PathBuf>,
}

/// What a driver tells the linker for a shared object, before and behind what is linked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LinkWords {
    pub before: Vec<String>,
    pub behind: Vec<String>,
}

/// gcc writes native objects with debug information, and neither a syntax tree nor LLVM IR.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Gcc {
    pub gcc: PathBuf,
    /// `g++` of the same version.
    pub gxx: Option<PathBuf>,
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
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
    #[error("no toolchain `{name}` was found: looked at {looked_for}; {}", remedy(name))]
    Unknown { name: String, looked_for: String },
    #[error("`{}` is no compiler that Twincall can use: {reason}", path.display())]
    Unusable { path: PathBuf, reason: String },
    #[error(transparent)]
    Cache(#[from] CacheError),
}

/// The file of a cache entry that holds what a program answered.
pub(crate) const ANSWER: &str = "answer.json";

/// The C compiler used when nobody names one.
pub const DEFAULT_CLANG: &str = "clang-22";

/// The gcc that is asked beside clang.
pub const DEFAULT_GCC: &str = "gcc";

/// What `scripts/setup --old-compilers` provides.
pub const OLD_COMPILERS: [&str; 9] = [
    "clang-14",
    "clang-16",
    "clang-19",
    "gcc-12",
    "tcc",
    "rustc-1.63",
    "rustc-1.85",
    "zig-0.13.0",
    "zig-0.17.1",
];

/// How a toolchain of this name is had.
pub fn remedy(name: &str) -> String {
    if OLD_COMPILERS.contains(&name) {
        "`scripts/setup --old-compilers` installs it".to_owned()
    } else if name.starts_with("clang-") || name.starts_with("gcc-") {
        format!("`apt-get install {name}` may install it")
    } else {
        "`twincall doctor` shows what is there".to_owned()
    }
}

/// The program of a toolchain by its name, on PATH or in the cache's folder of toolchains. It is not started.
pub fn locate(name: &str, cache: &Cache) -> Option<PathBuf> {
    if let Some(path) = find_program(name) {
        return Some(path);
    }
    if name.contains('/') {
        return None;
    }
    let folder = cache.toolchains().join(name);
    let plain = name.split('-').next().unwrap_or(name);
    ["bin", "usr/bin"]
        .iter()
        .flat_map(|bin| [name, plain].map(|program| folder.join(bin).join(program)))
        .find(|path| path.is_file())
}

/// Whether a name or path asks for a Rust toolchain rather than a C one.
pub fn is_rust_name(name: &str) -> bool {
    let file = Path::new(name)
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or(name);
    file.starts_with("rustc") || matches!(file, "stable" | "beta" | "nightly")
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
    let mut candidates: Vec<PathBuf> = locate(name, cache).into_iter().collect();
    candidates.extend(default_rustcs());
    candidates.extend(rustc_below(cache.toolchains()));
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
        // What lies in `usr` may need the wrapper in `bin` to start.
        .filter_map(|entry| {
            let rustc = ["bin/rustc", "usr/bin/rustc"].map(|path| entry.path().join(path));
            rustc.into_iter().find(|path| path.exists())
        })
        .collect();
    found.sort();
    found
}

pub(crate) fn rustup_home() -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".rustup"));
    std::env::var_os("RUSTUP_HOME").map(PathBuf::from).or_else(home)
}

fn probe_remembered(cache: &Cache, path: &Path) -> Result<RustToolchain, ToolchainError> {
    // The libraries of a target can be added without a change to rustc.
    let holds = |rust: &RustToolchain| {
        let rustlib = rust.sysroot.join("lib/rustlib");
        Target::ALL.iter().all(|target| {
            !matches!(rust.libraries(*target), Libraries::Missing(_))
                || !has_core(&rustlib.join(target.triple()).join("lib"))
                    && !rustlib.join("src/rust/library/core").is_dir()
        })
    };
    remembered(cache, "rustc", path, || probe_rustc(path), holds)
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
/// whichever toolchain is the default, so its settings count too. What an answer misses may have been installed since, so
/// it counts only while it `holds`.
fn remembered<T: Serialize + serde::de::DeserializeOwned>(
    cache: &Cache,
    kind: &str,
    path: &Path,
    probe: impl FnOnce() -> Result<T, ToolchainError>,
    holds: impl FnOnce(&T) -> bool,
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
    if let Some(bytes) = cache.get(&key).and_then(|entry| entry.read(ANSWER).ok())
        && let Ok(answer) = serde_json::from_slice(&bytes)
        && holds(&answer)
    {
        cache.learn(&key, &bytes);
        return Ok(answer);
    }
    let answer = probe()?;
    if let Ok(bytes) = serde_json::to_vec(&answer) {
        cache.learn(&key, &bytes);
        let mut contents = Contents::default();
        contents.files.insert(ANSWER.to_owned(), bytes);
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
        assert!(error.contains("neither clang nor gcc"), "{error}");
        let error = find_c(Some("tcc-none"), &cache).unwrap_err().to_string();
        assert!(error.contains("doctor"), "{error}");
    }

    #[test]
    fn finds_toolchains_beside_the_cache() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, _) = Cache::open(folder.path(), true);
        assert_eq!(locate("rustc-0.1", &cache), None);
        let rustc = folder.path().join("toolchains/rustc-0.1/usr/bin/rustc");
        std::fs::create_dir_all(rustc.parent().unwrap()).unwrap();
        std::fs::write(&rustc, "").unwrap();
        assert_eq!(locate("rustc-0.1", &cache), Some(rustc));
        assert!(remedy("rustc-1.63").contains("--old-compilers"));
        assert_eq!(remedy("clang-17"), "`apt-get install clang-17` may install it");
    }
}
