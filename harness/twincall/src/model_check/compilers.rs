//! The compilers that the model is held against: which they are, which types each has, and how each makes a unit.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::generate::{Features, Generated, Vocabulary};
use super::spell::{CUnit, members, passed};
use super::{ModelCheck, ModelCheckError};
use crate::directive::OptLevel;

/// What kind of program compiles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Any driver in the manner of gcc, clang among them.
    C,
    /// The same for C++.
    Cpp,
    Rust,
}

/// A compiler for one target.
#[derive(Clone, Debug)]
pub(super) struct Compiler {
    /// `gcc-12`, `clang-22`, `rustc-1.96`.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) target: Target,
    program: PathBuf,
    linker: PathBuf,
    /// wasm: archives with what compilers call by themselves.
    archives: Vec<PathBuf>,
    sysroot: Option<PathBuf>,
    /// Which of the types that not every compiler has, by their C text.
    available: BTreeMap<String, bool>,
}

/// The compilers of a target that are installed, C first.
pub(super) fn compilers(check: &ModelCheck<'_>) -> Vec<Compiler> {
    let mut found = Vec::new();
    let ModelCheck {
        c, rust, libraries, ..
    } = check;
    let wasm = check.target.is_wasm();
    let compiler = |name: &str, kind: Kind, program: &Path| Compiler {
        name: name.to_owned(),
        kind,
        target: check.target,
        program: program.to_owned(),
        linker: c.wasm_ld.clone().unwrap_or_default(),
        archives: Vec::new(),
        sysroot: None,
        available: BTreeMap::new(),
    };
    let gcc = check.gcc.as_ref().filter(|_| !wasm);
    if let Some((toolchain, gcc)) = gcc.and_then(|toolchain| Some((toolchain, toolchain.gcc.as_ref()?))) {
        found.push(compiler(&toolchain.name, Kind::C, &gcc.gcc));
    }
    if let Some((toolchain, gxx)) =
        gcc.and_then(|toolchain| Some((toolchain, toolchain.gcc.as_ref()?.gxx.as_ref()?)))
    {
        found.push(compiler(&toolchain.name.replace("gcc", "g++"), Kind::Cpp, gxx));
    }
    if !wasm || c.wasm_ld.is_some() {
        if let Some(clangxx) = &c.clangxx {
            let mut clang = compiler(&c.name.replace("clang", "clang++"), Kind::Cpp, clangxx);
            clang.archives.extend(c.wasm_builtins.clone().filter(|_| wasm));
            found.push(clang);
        }
        let mut clang = compiler(&c.name, Kind::C, &c.clang);
        clang.archives.extend(c.wasm_builtins.clone().filter(|_| wasm));
        found.push(clang);
        let mut rustc = compiler(&rust.name, Kind::Rust, &rust.rustc);
        rustc.sysroot = libraries.sysroot.clone();
        if wasm {
            rustc.archives = libraries.archives(&["libcore-", "libcompiler_builtins-"]);
        }
        found.push(rustc);
    }
    found
}

/// Every type in a signature and in the types it needs.
fn types_of(generated: &Generated) -> impl Iterator<Item = &Type> {
    let fields = generated.types.iter().flat_map(members).map(|field| &field.ty);
    fields.chain(passed(generated))
}

impl Compiler {
    /// Asks the compiler, in one call, for each type that not all have.
    pub(super) fn ask<'g>(&mut self, all: impl Iterator<Item = &'g Generated>) {
        if self.kind == Kind::Rust {
            return;
        }
        let mut sources = BTreeSet::new();
        for generated in all.filter(|one| (one.vocabulary == Vocabulary::Cpp) == (self.kind == Kind::Cpp)) {
            for ty in types_of(generated) {
                sources.extend(CUnit::probe(ty));
            }
        }
        let sources: Vec<String> = sources.into_iter().collect();
        let refused = match self.refused_lines(&sources) {
            Some(lines) => lines,
            // What it says is not understood, or it crashes: each type alone.
            None => (1..=sources.len())
                .filter(|line| !self.compiles(&sources[line - 1]).0)
                .collect(),
        };
        for (index, source) in sources.into_iter().enumerate() {
            self.available.insert(source, !refused.contains(&(index + 1)));
        }
    }

    /// Whether the compiler has every type of a signature that it was asked about.
    pub(super) fn has(&self, generated: &Generated) -> bool {
        match self.kind {
            Kind::Rust => super::spell::can_write_in_rust(generated),
            kind if (kind == Kind::Cpp) != (generated.vocabulary == Vocabulary::Cpp) => false,
            Kind::C | Kind::Cpp => types_of(generated)
                .filter_map(CUnit::probe)
                .all(|source| self.available.get(&source).copied().unwrap_or(false)),
        }
    }

    /// The lines, counted from 1, of a unit with one function on each, that have an error.
    fn refused_lines(&self, sources: &[String]) -> Option<BTreeSet<usize>> {
        let numbered = sources.iter().enumerate();
        let unit: String = numbered
            .map(|(index, source)| source.replace(" echo(", &format!(" echo_{index}(")) + "\n")
            .collect();
        let (accepted, message) = self.compiles(&unit);
        let line = |text: &str| -> Option<usize> {
            let (place, _) = text.split_once(" error:")?;
            place.strip_prefix("<stdin>:")?.split(':').next()?.parse().ok()
        };
        let lines: BTreeSet<usize> = message.lines().filter_map(line).collect();
        (accepted == lines.is_empty()).then_some(lines)
    }

    fn compiles(&self, source: &str) -> (bool, String) {
        use std::io::Write;
        let mut command = self.driver(OptLevel::NONE);
        let language = if self.kind == Kind::Cpp { "c++" } else { "c" };
        command.args(["-w", "-x", language, "-c", "-o", "/dev/null", "-"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let Ok(mut child) = command.spawn() else {
            return (false, String::new());
        };
        if let Some(mut input) = child.stdin.take() {
            // A compiler that ends early has answered.
            let _ = input.write_all(source.as_bytes());
        }
        match child.wait_with_output() {
            Ok(output) => (
                output.status.success(),
                String::from_utf8_lossy(&output.stderr).into_owned(),
            ),
            Err(_) => (false, String::new()),
        }
    }

    /// The types that were asked for and are missing.
    pub(super) fn missing(&self) -> impl Iterator<Item = &str> {
        self.available
            .iter()
            .filter(|(_, available)| !**available)
            .map(|(source, _)| source.split(" echo(").next().unwrap_or(source).trim())
    }

    /// Compiles a unit in a folder and returns the library or module that can be called.
    pub(super) fn compile(
        &self,
        source: &str,
        opt: OptLevel,
        features: Features,
        folder: &Path,
    ) -> Result<PathBuf, ModelCheckError> {
        let extension = match self.kind {
            Kind::C => "c",
            Kind::Cpp => "cpp",
            Kind::Rust => "rs",
        };
        let stem = format!("{}-{}-{}", self.name, self.target, opt.number());
        let unit = folder.join(format!("{stem}.{extension}"));
        std::fs::write(&unit, source).map_err(ModelCheckError::Scratch)?;
        let library = folder.join(format!("{stem}.linked"));
        let compile = |output: &Path| {
            let mut command = self.compile_command(&unit, output, opt, features, folder);
            // A compiler that dies leaves the unit and its call there; they go with the folder.
            command.env("TMPDIR", folder);
            command
        };
        if self.target.is_wasm() {
            let object = folder.join(format!("{stem}.o"));
            self.run(compile(&object))?;
            let mut link = Command::new(&self.linker);
            link.args([
                "--no-entry",
                "--export-all",
                "--allow-undefined",
                "--stack-first",
                "-o",
            ]);
            link.arg(&library).arg(&object).args(&self.archives);
            self.run(link)?;
        } else {
            self.run(compile(&library))?;
        }
        Ok(library)
    }

    fn compile_command(
        &self,
        unit: &Path,
        output: &Path,
        opt: OptLevel,
        features: Features,
        folder: &Path,
    ) -> Command {
        let wasm = self.target.is_wasm();
        match self.kind {
            Kind::C | Kind::Cpp => {
                let mut command = self.driver(opt);
                // The generated text is right by construction; what a compiler thinks of its style is no evidence.
                command.args(["-w", if wasm { "-c" } else { "-shared" }, "-o"]);
                command.arg(output).arg(unit);
                command.args(features.name().map(|name| format!("-m{name}")));
                if self.kind == Kind::Cpp {
                    // Nothing here throws, and no library of C++ is linked.
                    command.args(["-fno-exceptions", "-fno-rtti", "-fno-strict-aliasing"]);
                }
                command
            }
            Kind::Rust => {
                let mut command = Command::new(&self.program);
                command.current_dir(folder);
                command.args([
                    "--edition",
                    "2024",
                    "--crate-name",
                    "unit",
                    "--cap-lints",
                    "allow",
                ]);
                command.args([
                    "--target",
                    self.target.triple(),
                    "-Cpanic=abort",
                    "-Ccodegen-units=1",
                ]);
                command.arg(format!("-Copt-level={}", opt.number()));
                command.args(features.name().map(|name| format!("-Ctarget-feature=+{name}")));
                if let Some(sysroot) = &self.sysroot {
                    command.arg("--sysroot").arg(sysroot);
                }
                if wasm {
                    command.args(["--crate-type", "lib"]);
                    command.arg(format!("--emit=obj={}", output.display()));
                } else {
                    command.args([
                        "--crate-type",
                        "cdylib",
                        "-Clink-arg=-nostartfiles",
                        "-Clink-arg=-lc",
                        "-o",
                    ]);
                    command.arg(output);
                }
                command.arg(unit);
                command
            }
        }
    }

    /// The C compiler with the arguments that the target and the level need.
    fn driver(&self, opt: OptLevel) -> Command {
        let mut build = cc::Build::new();
        build
            .cargo_metadata(false)
            .cargo_warnings(false)
            .compiler(&self.program)
            .host(Target::X86_64LinuxGnu.triple())
            .target(self.target.triple())
            .opt_level(opt.number().into())
            .pic(!self.target.is_wasm())
            .debug(false)
            .warnings(false);
        match build.try_get_compiler() {
            Ok(tool) => tool.to_command(),
            // Starting it will tell what is wrong with it.
            Err(_) => Command::new(&self.program),
        }
    }

    fn run(&self, mut command: Command) -> Result<(), ModelCheckError> {
        let output = command.output().map_err(|source| ModelCheckError::Start {
            compiler: self.name.clone(),
            source,
        })?;
        if output.status.success() {
            return Ok(());
        }
        Err(ModelCheckError::Compile {
            compiler: self.name.clone(),
            message: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}
