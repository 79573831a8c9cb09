//! What a confined run gets to see, put together by the tool outside: the toolchains that were asked for, their libraries, what
//! was learned about them, and the few variables by which compilers are found.

use std::path::{Path, PathBuf};

use twincall_abi::target::Target;

use crate::cache::Cache;
use crate::cache::default_cache;
use crate::confine::View;
use crate::events::Events;
use crate::run::native::{PROBE_VARIABLE, find_probe};
use crate::session::{Options, SessionError};
use crate::toolchain::{self, CToolchain, Libraries, RustToolchain, ToolchainChoice, installed, sysroot};

/// Of a toolchain that is not part of the system, these folders: what else lies beside them is none of its own.
const OF_TOOLCHAIN: [&str; 5] = ["bin", "lib", "lib64", "libexec", "include"];

/// Variables that decide which compilers are found.
const SEARCHED: [&str; 3] = ["PATH", "RUSTC", "RUSTUP_TOOLCHAIN"];

/// What is seen inside, and what was found out outside.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    pub view: View,
    /// The toolchains that were asked for, by their paths.
    pub toolchains: ToolchainChoice,
    /// For the cache inside.
    pub learned: Vec<(String, Vec<u8>)>,
}

/// Which toolchains take part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// Those that the options name.
    Chosen,
    /// And the default ones, by which a pair is kept.
    AndDefault,
    /// Every one that is installed.
    All,
}

impl Prepared {
    /// For a run with these options. Libraries that a toolchain lacks are built here, by nothing of the report's.
    ///
    /// # Errors
    /// A toolchain that is not there.
    pub fn new(options: &Options, targets: &[Target], extent: Extent) -> Result<Prepared, SessionError> {
        let mut all = Prepared {
            view: View::system(),
            ..Prepared::default()
        };
        let folder = options.cache.clone().unwrap_or_else(default_cache);
        let (cache, _) = Cache::open(&folder, !options.no_cache);
        let choice = &options.toolchains;
        let c = toolchain::find_c(choice.c.as_deref(), &cache)?;
        let found = toolchain::find_rust(choice.rust.as_deref(), &cache)?;
        let rust = behind_proxy(&found, &cache);
        // A path means the same inside, whatever else is found there.
        let path = |path: &Path| path.display().to_string();
        all.toolchains = ToolchainChoice {
            c: choice.c.as_ref().map(|_| {
                let gcc = c.gcc.as_ref().map(|gcc| path(&gcc.gcc));
                gcc.unwrap_or_else(|| path(&c.clang))
            }),
            rust: (choice.rust.is_some() || rust != found).then(|| path(&rust.rustc)),
        };
        let mut all_c: Vec<CToolchain> = vec![c];
        let mut all_rust: Vec<RustToolchain> = vec![rust];
        if extent != Extent::Chosen {
            all_c.extend(toolchain::find_c(None, &cache).ok());
            let rust = toolchain::find_rust(None, &cache).ok();
            all_rust.extend(rust.map(|rust| behind_proxy(&rust, &cache)));
        }
        if extent == Extent::All {
            all_c.extend(installed::installed_c(&cache));
            let installed = installed::installed_rust(&cache);
            all_rust.extend(installed.iter().map(|rust| behind_proxy(rust, &cache)));
        }
        let further: Vec<CToolchain> = all_c
            .iter()
            .filter_map(|c| toolchain::find_further_c(c, &cache))
            .collect();
        for c in all_c.iter().chain(&further) {
            all.show_c(c);
        }
        for rust in &all_rust {
            all.show_rust(rust);
            for target in targets {
                all.show_libraries(rust, *target, &cache, &options.events);
            }
        }
        if let Ok(probe) = find_probe() {
            all.view.set(PROBE_VARIABLE, path(&probe));
            all.view.show(&probe);
        }
        all.view.show(cache.toolchains());
        let toolchains = cache.toolchains().to_owned();
        all.view.show_in_cache(PathBuf::from("toolchains"), toolchains);
        for name in SEARCHED {
            if let Ok(value) = std::env::var(name) {
                all.view.set(name, value);
            }
        }
        if let Some(rustup) = toolchain::rustup_home() {
            // What was learned of a compiler holds while these settings do.
            all.view.show(&rustup.join("settings.toml"));
            all.view.set("RUSTUP_HOME", path(&rustup));
        }
        all.learned = cache.learned();
        Ok(all)
    }

    fn show_c(&mut self, c: &CToolchain) {
        let gcc = c.gcc.as_ref();
        let programs = [
            Some(&c.clang),
            c.clangxx.as_ref(),
            c.lld.as_ref(),
            c.wasm_ld.as_ref(),
            gcc.map(|gcc| &gcc.gcc),
            gcc.and_then(|gcc| gcc.gxx.as_ref()),
        ];
        for program in programs.into_iter().flatten() {
            self.show_program(program);
        }
        if let Some(builtins) = &c.wasm_builtins {
            self.view.show(builtins);
        }
    }

    fn show_rust(&mut self, rust: &RustToolchain) {
        self.show_program(&rust.rustc);
        for folder in OF_TOOLCHAIN {
            self.view.show(&rust.sysroot.join(folder));
        }
    }

    fn show_libraries(&mut self, rust: &RustToolchain, target: Target, cache: &Cache, events: &Events) {
        if !matches!(rust.libraries(target), Libraries::Source(_)) {
            return;
        }
        // What cannot be built is told by the run itself.
        let Ok(libraries) = sysroot::prepare(rust, target, sysroot::Extent::Std, cache, events) else {
            return;
        };
        let Some(sysroot) = libraries.sysroot else { return };
        self.view.show(&sysroot);
        if let Some(below) = cache.place_of(&sysroot) {
            self.view.show_in_cache(below, sysroot);
        }
    }

    /// A program, with what lies where its toolchain's files do.
    fn show_program(&mut self, program: &Path) {
        let real = program.canonicalize().unwrap_or_else(|_| program.to_owned());
        let prefix = real
            .parent()
            .filter(|bin| bin.ends_with("bin"))
            .and_then(Path::parent);
        match prefix {
            Some(prefix) if prefix != Path::new("/") => {
                for folder in OF_TOOLCHAIN {
                    self.view.show(&prefix.join(folder));
                }
            }
            _ => self.view.show(&real),
        }
        self.view.show(program);
    }
}

/// The compiler itself behind rustup's proxy, which wants to write into its own folders.
fn behind_proxy(rust: &RustToolchain, cache: &Cache) -> RustToolchain {
    let is_proxy = rust
        .rustc
        .canonicalize()
        .is_ok_and(|path| path.ends_with("rustup"));
    let real = rust.sysroot.join("bin/rustc");
    match real.to_str().filter(|_| is_proxy) {
        Some(real) => toolchain::find_rust(Some(real), cache).unwrap_or_else(|_| rust.clone()),
        None => rust.clone(),
    }
}
