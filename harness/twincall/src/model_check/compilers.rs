//! The compilers that the model is held against: which they are, which types each has, and how each makes a unit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::ModelCheckError;
use super::generate::Generated;
use super::spell::{CUnit, members, passed};
use crate::directive::OptLevel;
use crate::toolchain::sysroot::ReadyLibraries;
use crate::toolchain::{CToolchain, RustToolchain, find_program};

/// What kind of program compiles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Any driver in the manner of gcc, clang among them.
    C,
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
pub(super) fn compilers(
    target: Target,
    c: &CToolchain,
    rust: &RustToolchain,
    libraries: &ReadyLibraries,
) -> Vec<Compiler> {
    let mut found = Vec::new();
    let wasm = target.is_wasm();
    let compiler = |name: String, kind: Kind, program: PathBuf| Compiler {
        name,
        kind,
        target,
        program,
        linker: c.wasm_ld.clone().unwrap_or_default(),
        archives: Vec::new(),
        sysroot: None,
        available: BTreeMap::new(),
    };
    if !wasm && let Some(gcc) = find_program("gcc") {
        found.push(compiler(gcc_name(&gcc), Kind::C, gcc));
    }
    if !wasm || c.wasm_ld.is_some() {
        let mut clang = compiler(c.name.clone(), Kind::C, c.clang.clone());
        clang.archives.extend(c.wasm_builtins.clone().filter(|_| wasm));
        found.push(clang);
        let mut rustc = compiler(rust.name.clone(), Kind::Rust, rust.rustc.clone());
        rustc.sysroot = libraries.sysroot.clone();
        if wasm {
            rustc.archives = libraries.archives(&["libcore-", "libcompiler_builtins-"]);
        }
        found.push(rustc);
    }
    found
}

fn gcc_name(gcc: &Path) -> String {
    let version = Command::new(gcc).arg("-dumpversion").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!("gcc-{}", version.unwrap_or_default())
}

impl Compiler {
    /// Whether the compiler has every type of a signature. Asks it once for each type that not all have.
    pub(super) fn has(&mut self, generated: &Generated) -> bool {
        match self.kind {
            Kind::Rust => super::spell::can_write_in_rust(generated),
            Kind::C => {
                let fields = generated.types.iter().flat_map(members).map(|field| &field.ty);
                let all: Vec<Type> = fields.chain(passed(generated)).cloned().collect();
                all.iter().all(|ty| self.has_type(ty))
            }
        }
    }

    fn has_type(&mut self, ty: &Type) -> bool {
        match ty {
            Type::Array { element, .. } => self.has_type(element),
            Type::Float(_)
            | Type::Complex(_)
            | Type::ComplexInteger { .. }
            | Type::BitInt { .. }
            | Type::Vector { .. } => {
                let source = CUnit::probe(ty);
                if let Some(known) = self.available.get(&source) {
                    return *known;
                }
                let available = self.accepts(&source);
                self.available.insert(source, available);
                available
            }
            _ => true,
        }
    }

    fn accepts(&self, source: &str) -> bool {
        use std::io::Write;
        let mut command = self.driver(OptLevel::NONE);
        command.args(["-x", "c", "-c", "-o", "/dev/null", "-"]);
        command
            .stdin(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null());
        let Ok(mut child) = command.spawn() else {
            return false;
        };
        if let Some(mut input) = child.stdin.take() {
            // A compiler that ends early has answered.
            let _ = input.write_all(source.as_bytes());
        }
        child.wait().is_ok_and(|status| status.success())
    }

    /// The types that were asked for and are missing.
    pub(super) fn missing(&self) -> impl Iterator<Item = &str> {
        self.available
            .iter()
            .filter(|(_, available)| !**available)
            .map(|(source, _)| source.split(" echo(").next().unwrap_or(source))
    }

    /// Compiles a unit in a folder and returns the library or module that can be called.
    pub(super) fn compile(
        &self,
        source: &str,
        opt: OptLevel,
        folder: &Path,
    ) -> Result<PathBuf, ModelCheckError> {
        let extension = match self.kind {
            Kind::C => "c",
            Kind::Rust => "rs",
        };
        let stem = format!("{}-{}-{}", self.name, self.target, opt.number());
        let unit = folder.join(format!("{stem}.{extension}"));
        std::fs::write(&unit, source).map_err(ModelCheckError::Scratch)?;
        let library = folder.join(format!("{stem}.linked"));
        if self.target.is_wasm() {
            let object = folder.join(format!("{stem}.o"));
            self.run(self.compile_command(&unit, &object, opt, folder))?;
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
            self.run(self.compile_command(&unit, &library, opt, folder))?;
        }
        Ok(library)
    }

    fn compile_command(&self, unit: &Path, output: &Path, opt: OptLevel, folder: &Path) -> Command {
        let wasm = self.target.is_wasm();
        match self.kind {
            Kind::C => {
                let mut command = self.driver(opt);
                // The generated text is right by construction; what a compiler thinks of its style is no evidence.
                command.args(["-w", if wasm { "-c" } else { "-shared" }, "-o"]);
                command.arg(output).arg(unit);
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
