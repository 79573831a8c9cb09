//! `twincall doctor`: what is needed, what was found and where, and what installs the rest.

use std::fmt;
use std::path::Path;

use crate::cache::Cache;
use crate::cache::default_cache;
use crate::confine;
use crate::session::Config;
use crate::toolchain::{
    CToolchain, Libraries, OLD_COMPILERS, RustToolchain, ToolchainError, Version, default_rustcs, find_c,
    find_rust, locate,
};

/// What was found.
#[derive(Debug)]
pub struct Doctor {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: &'static str,
    state: State,
    detail: String,
    /// The command that installs it on Debian.
    remedy: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Found,
    /// Works without; says what is lost.
    Partial,
    Missing,
}

impl Doctor {
    /// Whether everything that the default run needs is there.
    pub fn complete(&self) -> bool {
        self.rows.iter().all(|row| row.state != State::Missing)
    }
}

/// Looks at the machine for the project in `root`.
pub fn examine(root: &Path) -> Doctor {
    let (cache, warning) = Cache::open(&default_cache(), true);
    let config: Config = std::fs::read_to_string(root.join(crate::session::CONFIG_FILE))
        .ok()
        .and_then(|text| toml::from_str(&text).ok())
        .unwrap_or_default();
    let mut rows = Vec::new();
    c_rows(&mut rows, find_c(config.toolchain.c.as_deref(), &cache));
    let rust = find_rust(config.toolchain.rust.as_deref(), &cache);
    rust_rows(&mut rows, rust.as_ref());
    for other in default_rustcs() {
        let used = rust.as_ref().is_ok_and(|rust| rust.rustc == other);
        if !used {
            rows.push(Row {
                what: "other rustc",
                state: State::Found,
                detail: format!("{}, not used for fixtures by default", other.display()),
                remedy: None,
            });
        }
    }
    old_compilers(&mut rows, &cache);
    llvm_row(&mut rows, rust.as_ref().ok().map(|rust| rust.llvm));
    rows.push(match crate::run::native::find_probe() {
        Ok(path) => found("probe", path.display().to_string()),
        Err(error) => Row {
            what: "probe",
            state: State::Missing,
            detail: error.to_string(),
            remedy: Some("cargo build --release -p twincall-probe"),
        },
    });
    rows.push(match warning {
        None => found("cache", default_cache().display().to_string()),
        Some(warning) => Row {
            what: "cache",
            state: State::Partial,
            detail: warning,
            remedy: None,
        },
    });
    confinement_rows(&mut rows);
    Doctor { rows }
}

/// The layers in which the code of a bug report is confined.
fn confinement_rows(rows: &mut Vec<Row>) {
    let what = "sandbox of repro";
    let missing = |detail: String| Row {
        what,
        state: State::Partial,
        detail,
        remedy: Some("twincall repro --unsandboxed runs a report's code with your rights"),
    };
    let confinement = match confine::examine(&[]) {
        Ok(confinement) => confinement,
        Err(error) => {
            rows.push(missing(format!("failed to {error}")));
            return;
        }
    };
    for state in &confinement.layers {
        let layer = state.layer.words();
        rows.push(match &state.reason {
            None => found(what, layer),
            Some(reason) => Row {
                what,
                state: State::Partial,
                detail: format!(
                    "{} {layer}: {reason}",
                    if state.present { "an old" } else { "no" }
                ),
                remedy: None,
            },
        });
    }
    if !confinement.protects_files() {
        rows.push(missing(
            "nothing keeps files from a report's code, which is not run".to_owned(),
        ));
    }
    for attack in &confinement.not_stopped {
        rows.push(Row {
            what,
            state: State::Partial,
            detail: format!("not stopped: {attack}"),
            remedy: None,
        });
    }
}

fn found(what: &'static str, detail: String) -> Row {
    Row {
        what,
        state: State::Found,
        detail,
        remedy: None,
    }
}

fn c_rows(rows: &mut Vec<Row>, c: Result<CToolchain, ToolchainError>) {
    let c = match c {
        Ok(c) => c,
        Err(error) => {
            let remedy = Some("apt-get install clang-22 lld-22");
            rows.push(Row {
                what: "C compiler",
                state: State::Missing,
                detail: error.to_string(),
                remedy,
            });
            return;
        }
    };
    let (major, minor, patch) = c.version;
    rows.push(found(
        "C compiler",
        format!("{} {major}.{minor}.{patch}, {}", c.name, c.clang.display()),
    ));
    let mut tool = |what, path: &Option<std::path::PathBuf>, state, lost: &str, remedy| {
        rows.push(match path {
            Some(path) => found(what, path.display().to_string()),
            None => Row {
                what,
                state,
                detail: lost.to_owned(),
                remedy: Some(remedy),
            },
        });
    };
    tool(
        "C++ compiler",
        &c.clangxx,
        State::Partial,
        "C++ fixtures fail",
        "apt-get install clang-22",
    );
    tool(
        "wasm linker",
        &c.wasm_ld,
        State::Missing,
        "nothing links for wasm",
        "apt-get install lld-22",
    );
    tool(
        "native linker",
        &c.lld,
        State::Partial,
        "the system linker is used",
        "apt-get install lld-22",
    );
    tool(
        "wasm builtins",
        &c.wasm_builtins,
        State::Partial,
        "128-bit and long double arithmetic does not link for wasm",
        "apt-get install libclang-rt-22-dev-wasm32",
    );
}

fn rust_rows(rows: &mut Vec<Row>, rust: Result<&RustToolchain, &ToolchainError>) {
    let rust = match rust {
        Ok(rust) => rust,
        Err(error) => {
            let remedy = Some("apt-get install rustc-web cargo-web rust-web-src");
            rows.push(Row {
                what: "rustc for fixtures",
                state: State::Missing,
                detail: error.to_string(),
                remedy,
            });
            return;
        }
    };
    rows.push(found(
        "rustc for fixtures",
        format!("{} ({}), {}", rust.name, rust.release, rust.rustc.display()),
    ));
    let libraries = [
        ("Rust libraries, native", &rust.native),
        ("Rust libraries, wasm", &rust.wasm),
    ];
    for (what, libraries) in libraries {
        rows.push(match libraries {
            Libraries::Installed(folder) => found(what, folder.display().to_string()),
            Libraries::Source(source) => {
                found(what, format!("built into the cache once from {}", source.display()))
            }
            Libraries::Missing(looked_for) => Row {
                what,
                state: State::Missing,
                detail: format!("looked for {looked_for}"),
                remedy: Some(
                    "rustup target add wasm32-unknown-unknown, or apt-get install rustc-web cargo-web rust-web-src",
                ),
            },
        });
    }
}

/// The compilers for runs against known bugs. The default run needs none of them.
fn old_compilers(rows: &mut Vec<Row>, cache: &Cache) {
    let what = "old compiler";
    let mut missing = Vec::new();
    for name in OLD_COMPILERS {
        match locate(name, cache) {
            Some(path) => rows.push(found(what, format!("{name}, {}", path.display()))),
            None => missing.push(name),
        }
    }
    if !missing.is_empty() {
        rows.push(Row {
            what: "old compilers",
            state: State::Partial,
            detail: format!(
                "no {}; only runs against known bugs want them",
                missing.join(", ")
            ),
            remedy: Some("scripts/setup --old-compilers"),
        });
    }
}

/// Whether the IR of this rustc can be read.
fn llvm_row(rows: &mut Vec<Row>, rust: Option<Version>) {
    let what = "LLVM, for the IR";
    #[cfg(feature = "llvm")]
    {
        let (major, minor, patch) = crate::evidence::ir::linked_llvm();
        rows.push(match rust {
            Some(rust) if rust.0 > major => Row {
                what,
                state: State::Partial,
                detail: format!("linked {major}.{minor}.{patch}; rustc's LLVM {} is newer, its IR is not read, all else is", rust.0),
                remedy: None,
            },
            _ => found(what, format!("linked {major}.{minor}.{patch}")),
        });
    }
    #[cfg(not(feature = "llvm"))]
    {
        let _ = rust;
        rows.push(Row {
            what,
            state: State::Partial,
            detail: "built without the feature `llvm`: slots are not known, all else is".to_owned(),
            remedy: Some("apt-get install llvm-22-dev, then build with default features"),
        });
    }
}

impl fmt::Display for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .rows
            .iter()
            .map(|row| row.what.len())
            .max()
            .unwrap_or_default();
        for row in &self.rows {
            let state = match row.state {
                State::Found => "found  ",
                State::Partial => "partial",
                State::Missing => "missing",
            };
            writeln!(f, "{:<width$}  {state}  {}", row.what, row.detail)?;
            if let Some(remedy) = row.remedy {
                writeln!(f, "{:<width$}           {remedy}", "")?;
            }
        }
        Ok(())
    }
}
