//! Builds `core`, `alloc` and `std` for a target whose libraries a rustc does not bring, from rustc's own source.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use rustc_build_sysroot::{BuildMode, SysrootBuilder, SysrootConfig};
use thiserror::Error;
use twincall_abi::target::Target;

use super::{Libraries, RustToolchain};
use crate::cache::{Cache, KeyBuilder};
use crate::events::{Event, Events};

/// Which of Rust's libraries a source needs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Extent {
    /// `core` and `alloc`, which are built in a fifth of the time.
    Alloc,
    Std,
}

impl Extent {
    /// What a source needs that uses `std` or does not.
    pub fn of(std: bool) -> Extent {
        if std { Extent::Std } else { Extent::Alloc }
    }

    /// The crates, for people.
    pub fn crates(self) -> &'static str {
        match self {
            Extent::Alloc => "core and alloc",
            Extent::Std => "core, alloc and std",
        }
    }
}

/// Libraries that are ready to compile and link against.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadyLibraries {
    /// For `--sysroot`, where it is not rustc's own.
    pub sysroot: Option<PathBuf>,
    /// The folder of rlibs.
    pub folder: PathBuf,
}

impl ReadyLibraries {
    /// The archives whose names begin so, in the order of their names.
    pub fn archives(&self, prefixes: &[&str]) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let wanted = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".rlib") && prefixes.iter().any(|prefix| name.starts_with(prefix))
        };
        let mut archives: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(wanted)
            .collect();
        archives.sort();
        archives
    }
}

#[derive(Debug, Error)]
pub enum SysrootError {
    #[error("{rustc} has no libraries for {target} and no source to build them from ({looked_for})")]
    Missing {
        rustc: String,
        target: Target,
        looked_for: String,
    },
    #[error("build the Rust libraries for {target} with {rustc}: {message}")]
    Build {
        rustc: String,
        target: Target,
        message: String,
    },
}

/// The libraries of a target, built into the cache first where they have to be. A build of all takes about half a
/// minute and is told of.
///
/// # Errors
/// See [`SysrootError`].
pub fn prepare(
    toolchain: &RustToolchain,
    target: Target,
    extent: Extent,
    cache: &Cache,
    events: &Events,
) -> Result<ReadyLibraries, SysrootError> {
    let source = match toolchain.libraries(target) {
        Libraries::Installed(folder) => {
            return Ok(ReadyLibraries {
                sysroot: None,
                folder: folder.clone(),
            });
        }
        Libraries::Source(source) => source,
        Libraries::Missing(looked_for) => {
            let (rustc, looked_for) = (toolchain.name.clone(), looked_for.clone());
            return Err(SysrootError::Missing {
                rustc,
                target,
                looked_for,
            });
        }
    };
    let failed = |message: String| SysrootError::Build {
        rustc: toolchain.name.clone(),
        target,
        message,
    };
    // In the source of older versions the compiler's builtins are not there, and only std leads to them.
    let extent = match source.join(BUILTINS).is_file() {
        true => extent,
        false => Extent::Std,
    };
    let [place, all] = [extent, Extent::Std].map(|extent| Place::of(toolchain, target, extent, cache));
    // Where all of them are there already, nothing is built beside them.
    if let Some(place) = [&place, &all].into_iter().find(|place| place.is_complete()) {
        return Ok(place.libraries());
    }
    fs::create_dir_all(&place.sysroot).map_err(|error| failed(error.to_string()))?;
    let lock = File::create(&place.lock);
    let _lock = lock
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|error| failed(error.to_string()))?;
    if place.is_complete() {
        return Ok(place.libraries());
    }
    events.send(&Event::BuildsLibraries {
        target,
        crates: extent.crates(),
        compiler: toolchain.name.clone(),
    });
    let start = Instant::now();
    build(toolchain, target, extent, source, &place.sysroot).map_err(failed)?;
    place
        .remove_metadata()
        .map_err(|error| failed(error.to_string()))?;
    fs::write(place.sysroot.join(COMPLETE), "").map_err(|error| failed(error.to_string()))?;
    events.send(&Event::BuiltLibraries {
        target,
        crates: extent.crates(),
        seconds: start.elapsed().as_secs(),
    });
    Ok(place.libraries())
}

/// The compiler's builtins below the source of Rust's libraries.
const BUILTINS: &str = "compiler-builtins/compiler-builtins/Cargo.toml";
/// The file that says that all was built.
const COMPLETE: &str = "complete";

/// Where libraries are built.
struct Place {
    sysroot: PathBuf,
    folder: PathBuf,
    lock: PathBuf,
}

impl Place {
    fn of(toolchain: &RustToolchain, target: Target, extent: Extent, cache: &Cache) -> Place {
        let mut key = KeyBuilder::new("sysroot");
        key.add(toolchain.rustc.as_os_str().as_encoded_bytes())
            .add(&toolchain.release)
            .add(target.triple());
        let what = match extent {
            Extent::Alloc => "alloc",
            Extent::Std => "std",
        };
        let name = format!("sysroot-{what}-{}-{}", toolchain.name, &key.key().as_str()[..16]);
        let sysroot = cache.folder(&name);
        let folder = sysroot.join("lib/rustlib").join(target.triple()).join("lib");
        Place {
            sysroot,
            folder,
            lock: cache.folder(&format!("{name}.lock")),
        }
    }

    fn is_complete(&self) -> bool {
        self.sysroot.join(COMPLETE).exists() && self.folder.is_dir()
    }

    /// Removes what every rlib has inside once more: half of all the bytes.
    fn remove_metadata(&self) -> std::io::Result<()> {
        for file in fs::read_dir(&self.folder)? {
            let path = file?.path();
            if path.extension().is_some_and(|extension| extension == "rmeta")
                && path.with_extension("rlib").exists()
            {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    fn libraries(&self) -> ReadyLibraries {
        ReadyLibraries {
            sysroot: Some(self.sysroot.clone()),
            folder: self.folder.clone(),
        }
    }
}

fn build(
    toolchain: &RustToolchain,
    target: Target,
    extent: Extent,
    source: &Path,
    sysroot: &Path,
) -> Result<(), String> {
    let cargo = cargo_beside(&toolchain.rustc).ok_or("there is no cargo beside this rustc or on PATH")?;
    let version = rustc_version(&toolchain.rustc)?;
    let mut cargo = Command::new(cargo);
    // Only stable features are used in fixtures unless they say so, but building std itself needs unstable ones.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", &toolchain.rustc);
    cargo
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_TARGET_DIR");
    cargo
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTC_WORKSPACE_WRAPPER");
    // Distributions ship the sources that std depends on; with them the build needs no registry.
    let vendored = source.join("vendor");
    if vendored.is_dir() {
        cargo.args([
            "--config",
            "source.crates-io.replace-with='vendored-std'",
            "--config",
        ]);
        cargo.arg(format!("source.vendored-std.directory='{}'", vendored.display()));
    }
    SysrootBuilder::new(sysroot, target.triple())
        .build_mode(BuildMode::Build)
        .rustc_version(version)
        .cargo(cargo)
        .sysroot_config(match extent {
            Extent::Alloc => SysrootConfig::NoStd,
            Extent::Std => SysrootConfig::WithStd {
                std_features: Vec::new(),
            },
        })
        .build_from_source(source)
        .map(|_| ())
        .map_err(|error| format!("{error:#}"))
}

fn rustc_version(rustc: &Path) -> Result<rustc_version::VersionMeta, String> {
    rustc_version::VersionMeta::for_command(Command::new(rustc)).map_err(|error| error.to_string())
}

fn cargo_beside(rustc: &Path) -> Option<PathBuf> {
    let beside = rustc
        .parent()
        .map(|folder| folder.join("cargo"))
        .filter(|path| path.exists());
    beside.or_else(|| super::find_program("cargo"))
}
