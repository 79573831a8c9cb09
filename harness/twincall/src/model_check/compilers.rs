//! The compilers that the model is held against: which they are, which types each has, and how each makes a unit.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::generate::{Features, Generated, Vocabulary};
use super::spell::{CUnit, members, passed};
use super::{ModelCheck, ModelCheckError};
use crate::command::{Language, RustCall, RustProduct, ToolCall, WasmLink, WasmSymbols, by_convention};
use crate::directive::OptLevel;
use crate::temporary;
use crate::toolchain::RustToolchain;

/// What kind of program compiles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Any driver in the manner of gcc, clang among them.
    C,
    /// The same for C++.
    Cpp,
    Rust,
}

/// What is started.
#[derive(Clone, Debug)]
enum Program {
    Driver(PathBuf),
    Rustc(Box<RustToolchain>),
}

/// The file with what a compiler is asked about its types.
const ASKED: &str = "asked";

/// A compiler for one target.
#[derive(Clone, Debug)]
pub(super) struct Compiler {
    /// `gcc-12`, `clang-22`, `rustc-1.96`.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) target: Target,
    program: Program,
    linker: PathBuf,
    linker_version: u32,
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
    let compiler = |name: &str, kind: Kind, program: Program| Compiler {
        name: name.to_owned(),
        kind,
        target: check.target,
        program,
        linker: c.wasm_ld.clone().unwrap_or_default(),
        linker_version: c.version.0,
        archives: Vec::new(),
        sysroot: None,
        available: BTreeMap::new(),
    };
    let gcc = check.gcc.as_ref().filter(|_| !wasm);
    if let Some((toolchain, gcc)) = gcc.and_then(|toolchain| Some((toolchain, toolchain.gcc.as_ref()?))) {
        found.push(compiler(
            &toolchain.name,
            Kind::C,
            Program::Driver(gcc.gcc.clone()),
        ));
    }
    if let Some((toolchain, gxx)) =
        gcc.and_then(|toolchain| Some((toolchain, toolchain.gcc.as_ref()?.gxx.as_ref()?)))
    {
        found.push(compiler(
            &toolchain.name.replace("gcc", "g++"),
            Kind::Cpp,
            Program::Driver(gxx.clone()),
        ));
    }
    if !wasm || c.wasm_ld.is_some() {
        if let Some(clangxx) = &c.clangxx {
            let mut clang = compiler(
                &c.name.replace("clang", "clang++"),
                Kind::Cpp,
                Program::Driver(clangxx.clone()),
            );
            clang.archives.extend(c.wasm_builtins.clone().filter(|_| wasm));
            found.push(clang);
        }
        let mut clang = compiler(&c.name, Kind::C, Program::Driver(c.clang.clone()));
        clang.archives.extend(c.wasm_builtins.clone().filter(|_| wasm));
        found.push(clang);
        let mut rustc = compiler(&rust.name, Kind::Rust, Program::Rustc(Box::new((*rust).clone())));
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
            let (_, place) = place.split_once(&format!("{ASKED}:"))?;
            place.split(':').next()?.parse().ok()
        };
        let lines: BTreeSet<usize> = message.lines().filter_map(line).collect();
        (accepted == lines.is_empty()).then_some(lines)
    }

    fn compiles(&self, source: &str) -> (bool, String) {
        let refused = (false, String::new());
        let (Program::Driver(driver), Ok(folder)) = (&self.program, temporary::Folder::new()) else {
            return refused;
        };
        if std::fs::write(folder.path().join(ASKED), source).is_err() {
            return refused;
        }
        let mut call = by_convention(driver, &self.name, self.target, OptLevel::NONE);
        call.language(Language::of(self.kind == Kind::Cpp))
            .say_all(["-w", "-c", ASKED]);
        match call.output("/dev/null").run_in(folder.path()).run(None) {
            Ok(output) => (
                output.status.success(),
                String::from_utf8_lossy(&output.stderr).into_owned(),
            ),
            Err(_) => refused,
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
            let mut call = self.compile_call(&unit, output, opt, features);
            // A compiler that dies leaves the unit and its call there; they go with the folder.
            call.set("TMPDIR", folder).run_in(folder);
            call
        };
        if self.target.is_wasm() {
            let object = folder.join(format!("{stem}.o"));
            self.run(&compile(&object))?;
            let link = WasmLink {
                linker: (&self.linker, self.linker_version),
                symbols: WasmSymbols::All,
                flags: &[],
                memory: None,
                first_counts: false,
            };
            let mut link = link.tool_call();
            link.output(&library).file(&object).say_all(&self.archives);
            self.run(&link)?;
        } else {
            self.run(&compile(&library))?;
        }
        Ok(library)
    }

    fn compile_call(&self, unit: &Path, output: &Path, opt: OptLevel, features: Features) -> ToolCall {
        let wasm = self.target.is_wasm();
        match &self.program {
            Program::Driver(driver) => {
                let mut call = by_convention(driver, &self.name, self.target, opt);
                // The generated text is right by construction; what a compiler thinks of its style is no evidence.
                call.say("-w").say(if wasm { "-c" } else { "-shared" });
                call.output(output).file(unit);
                call.say_all(features.name().map(|name| format!("-m{name}")));
                if self.kind == Kind::Cpp {
                    // Nothing here throws, and no library of C++ is linked.
                    call.say_all(["-fno-exceptions", "-fno-rtti", "-fno-strict-aliasing"]);
                }
                call
            }
            Program::Rustc(rust) => {
                let flags: Vec<String> = features
                    .name()
                    .map(|name| format!("-Ctarget-feature=+{name}"))
                    .into_iter()
                    .collect();
                let product = match wasm {
                    true => RustProduct::Object {
                        object: output,
                        bitcode: None,
                        archive: None,
                        dependencies: None,
                    },
                    false => RustProduct::DynamicLibrary,
                };
                let call = RustCall {
                    opt: Some(opt),
                    crate_name: "unit",
                    sysroot: self.sysroot.as_deref(),
                    flags: &flags,
                    ..RustCall::new(rust, self.target, product)
                };
                let mut call = call.tool_call();
                if !wasm {
                    call.output(output);
                }
                call.file(unit);
                call
            }
        }
    }

    fn run(&self, call: &ToolCall) -> Result<(), ModelCheckError> {
        let output = call.run(None)?;
        if output.status.success() {
            return Ok(());
        }
        Err(ModelCheckError::Compile {
            compiler: self.name.clone(),
            message: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}
