//! Runs the compilers: one call for each unit, target and level yields object, bitcode and debug information.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use twincall_abi::interface::{Interface, Side};
use twincall_abi::target::Target;

use super::scratch;
use super::{BuildError, Builder, SideUnit};
use crate::cache::{Contents, Entry, KeyBuilder};
use crate::confine;
use crate::directive::{Edition, OptLevel};
use crate::discover::{C_FOLDER, Case};
use crate::interface;
use crate::toolchain::Version;
use crate::toolchain::sysroot::ReadyLibraries;

/// Changes whenever the meaning of a cached interface does.
const INTERFACE_FORMAT: &str = "interface-2";

/// The object of one unit.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// For what is made from it.
    pub(super) key: crate::cache::Key,
    pub(super) entry: Entry,
    /// The archive with the standard library inside, where the fixture uses it.
    pub(super) archive: bool,
}

impl Object {
    /// Makes sure that what a linker is about to read is what the compiler wrote.
    pub(super) fn verify(&self) -> Result<(), BuildError> {
        self.entry.verified_path(OBJECT)?;
        if self.archive {
            self.entry.verified_path(ARCHIVE)?;
        }
        Ok(())
    }
}

pub(super) const OBJECT: &str = "unit.o";
pub(super) const BITCODE: &str = "unit.bc";
pub(super) const ARCHIVE: &str = "unit.a";

impl Builder<'_> {
    /// The C interface, from clang's syntax tree of the fixture alone.
    pub(super) fn read_c_interface(&self, case: &Case, target: Target) -> Result<Interface, BuildError> {
        let compiler = self.c_reader(case.c.cpp)?;
        let mut arguments = self.c_arguments(case, target, false);
        arguments.extend(["-fsyntax-only", "-Xclang", "-ast-dump=json"].map(OsString::from));
        let mut key = KeyBuilder::new(INTERFACE_FORMAT);
        self.add_c_compiler(&mut key, compiler);
        key.add(joined(&arguments))
            .add(case.c.path.as_os_str().as_encoded_bytes())
            .add(&case.c.text);
        key.add(self.root.as_os_str().as_encoded_bytes());
        let entry = self.cache.get_or_make(&key.key(), || {
            let scratch = scratch::scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
            let dependencies = scratch.path().join("deps.d");
            let mut command = Command::new(compiler);
            command.current_dir(self.root).args(&arguments).arg(&case.c.path);
            let shown = scratch::show(&command, self.root);
            command.arg("-MD").arg("-MF").arg(&dependencies);
            scratch::record(self.recorder, &command).map_err(BuildError::Scratch)?;
            let output = confine::output(&mut command).map_err(|source| start_error(compiler, source))?;
            if !output.status.success() {
                let message = String::from_utf8_lossy(&output.stderr).into_owned();
                return Err(BuildError::Parse {
                    side: Side::C,
                    target,
                    command: shown,
                    message,
                });
            }
            let is_user_file = |file: &str| is_user_file(file, self.root);
            let source_of = |file: &str| std::fs::read_to_string(self.root.join(file)).ok();
            let interface = interface::c::read_ast(&output.stdout, target, &is_user_file, &source_of)
                .map_err(|error| BuildError::Parse {
                    side: Side::C,
                    target,
                    command: shown.clone(),
                    message: error.to_string(),
                })?;
            let mut contents = Contents::default();
            let bytes = serde_json::to_vec(&interface).map_err(BuildError::record("an interface"))?;
            contents.files.insert("interface.json".to_owned(), bytes);
            contents.dependencies = read_dependencies(&dependencies, self.root, scratch.path());
            Ok::<_, BuildError>(contents)
        })?;
        let bytes = entry.read("interface.json")?;
        serde_json::from_slice(&bytes).map_err(BuildError::record("an interface"))
    }

    /// Compiles the C unit.
    pub(super) fn compile_c(
        &self,
        case: &Case,
        target: Target,
        opt: OptLevel,
        unit: &SideUnit,
    ) -> Result<Object, BuildError> {
        let compiler = self.c_compiler(case.c.cpp)?;
        let gcc = self.c.gcc.is_some();
        let mut arguments = self.c_arguments(case, target, gcc);
        arguments.extend(["-g", "-c"].map(OsString::from));
        // The bitcode is embedded in the object, so that one call yields both. Code is then generated from the bitcode, and
        // clang forgets on the way what `-Xclang` asks of the code generator (`-target-abi`).
        let handed_on = case
            .c
            .directives
            .flags
            .iter()
            .any(|flag| flag.starts_with("-Xclang"));
        let apart = !gcc && handed_on;
        if !gcc && !apart {
            arguments.push("-fembed-bitcode=all".into());
        }
        arguments.push(format!("-O{}", opt.number()).into());
        let name = if case.c.cpp { "unit.cpp" } else { "unit.c" };
        let mut key = KeyBuilder::new("c-object");
        self.add_c_compiler(&mut key, compiler);
        key.add(joined(&arguments))
            .add(&unit.unit.source)
            .add(&case.c.text);
        let key = key.key();
        let entry = self.cache.get_or_make(&key, || {
            let scratch = scratch::scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
            let source = scratch.path().join(name);
            std::fs::write(&source, &unit.unit.source).map_err(BuildError::Scratch)?;
            let object = scratch.path().join(OBJECT);
            let dependencies = scratch.path().join("deps.d");
            let mut command = Command::new(compiler);
            command
                .current_dir(self.root)
                .args(&arguments)
                .arg("-MD")
                .arg("-MF")
                .arg(&dependencies);
            command.arg(&source).arg("-o").arg(&object);
            self.run_compiler(command, Side::C, target, opt)?;
            let mut contents = Contents::default();
            let bytes = std::fs::read(&object).map_err(BuildError::Scratch)?;
            contents.files.insert(OBJECT.to_owned(), bytes);
            if apart {
                let bitcode = scratch.path().join(BITCODE);
                let mut command = Command::new(compiler);
                command.current_dir(self.root).args(&arguments).arg("-emit-llvm");
                command.arg(&source).arg("-o").arg(&bitcode);
                self.run_compiler(command, Side::C, target, opt)?;
                let bytes = std::fs::read(&bitcode).map_err(BuildError::Scratch)?;
                contents.files.insert(BITCODE.to_owned(), bytes);
            }
            contents.dependencies = read_dependencies(&dependencies, self.root, scratch.path());
            Ok::<_, BuildError>(contents)
        })?;
        Ok(Object {
            // What is made from the object depends on the headers too.
            key: entry.input_key().clone(),
            entry,
            archive: false,
        })
    }

    /// Compiles the Rust unit.
    pub(super) fn compile_rust(
        &self,
        case: &Case,
        target: Target,
        opt: OptLevel,
        libraries: &ReadyLibraries,
        unit: &SideUnit,
    ) -> Result<Object, BuildError> {
        let rust = self.rust;
        let directives = &case.rust.directives;
        let arguments = self.rust_arguments(case, target, opt, libraries);
        let mut key = KeyBuilder::new("rust-object");
        key.add(rust.rustc.as_os_str().as_encoded_bytes())
            .add(&rust.release);
        key.add(joined(&arguments))
            .add(&unit.unit.source)
            .add(&case.rust.text);
        key.add(if directives.std { "std" } else { "core" });
        let key = key.key();
        let entry = self.cache.get_or_make(&key, || {
            let scratch = scratch::scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
            let at = |name: &str| scratch.path().join(name);
            add_rust_source(case, unit, scratch.path())?;
            let mut command = Command::new(&rust.rustc);
            // rustc leaves temporary files named after the crate where it runs.
            command.current_dir(scratch.path()).args(&arguments);
            command.args(["--remap-path-prefix", &format!("{}/=", self.root.display())]);
            command.args(["--remap-path-prefix", &format!("{}/=", scratch.path().display())]);
            let kind = if directives.std { "staticlib" } else { "lib" };
            command.args(["--crate-type", kind]);
            let mut emit = format!(
                "--emit=obj={},llvm-bc={}",
                at(OBJECT).display(),
                at(BITCODE).display()
            );
            emit.push_str(&format!(",dep-info={}", at("deps.d").display()));
            if directives.std {
                emit.push_str(&format!(",link={}", at(ARCHIVE).display()));
            }
            command.arg(emit).arg(at("unit.rs"));
            if !directives.rust_features.is_empty() {
                command.env("RUSTC_BOOTSTRAP", "1");
            }
            self.run_compiler(command, Side::Rust, target, opt)?;
            let mut contents = Contents::default();
            let mut names = vec![OBJECT, BITCODE];
            if directives.std {
                names.push(ARCHIVE);
            }
            for name in names {
                let bytes = std::fs::read(at(name)).map_err(BuildError::Scratch)?;
                contents.files.insert(name.to_owned(), bytes);
            }
            contents.dependencies = read_dependencies(&at("deps.d"), self.root, scratch.path());
            Ok::<_, BuildError>(contents)
        })?;
        Ok(Object {
            // What is made from the object depends on the headers too.
            key: entry.input_key().clone(),
            entry,
            archive: directives.std,
        })
    }

    /// Arguments that every call of rustc for this case has.
    pub(super) fn rust_arguments(
        &self,
        case: &Case,
        target: Target,
        opt: OptLevel,
        libraries: &ReadyLibraries,
    ) -> Vec<OsString> {
        let directives = &case.rust.directives;
        let edition = self.edition(case).name();
        let mut arguments: Vec<OsString> = ["--edition", edition, "--crate-name", "fixture", "-g"]
            .map(Into::into)
            .into();
        arguments.push("--target".into());
        arguments.push(target.triple().into());
        arguments.push(format!("-Copt-level={}", opt.number()).into());
        arguments.push("-Ccodegen-units=1".into());
        if target == Target::X86_64LinuxGnu {
            arguments.push("-Crelocation-model=pic".into());
        }
        let unwinds = directives.std && !target.is_wasm();
        arguments.push(
            if unwinds {
                "-Cpanic=unwind"
            } else {
                "-Cpanic=abort"
            }
            .into(),
        );
        if let Some(sysroot) = &libraries.sysroot {
            arguments.push("--sysroot".into());
            arguments.push(sysroot.into());
        }
        arguments.extend(directives.flags.iter().map(Into::into));
        arguments
    }

    /// Why a Rust fixture cannot be read: in the compiler's own words, where it refuses the source too.
    pub(super) fn rust_parse_error(
        &self,
        case: &Case,
        target: Target,
        error: &interface::rust::RustParseError,
    ) -> BuildError {
        let mut command = Command::new(&self.rust.rustc);
        command
            .current_dir(self.root)
            .args(["--edition", self.edition(case).name(), "--crate-type", "lib"]);
        command.arg(&case.rust.path);
        let shown = scratch::show(&command, self.root);
        let refused = scratch::scratch(self.cache, None).ok().and_then(|scratch| {
            command.args(["--emit=metadata", "--out-dir"]).arg(scratch.path());
            let output = confine::output(&mut command).ok()?;
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            (!output.status.success()).then_some(message)
        });
        let (command, message) = match refused {
            Some(message) => (shown, message),
            None => (String::new(), error.to_string()),
        };
        BuildError::Parse {
            side: Side::Rust,
            target,
            command,
            message,
        }
    }

    /// The LLVM that wrote a side's IR, where one did.
    pub fn llvm_version(&self, side: Side) -> Option<Version> {
        match side {
            Side::C => self.c.gcc.is_none().then_some(self.c.version),
            Side::Rust => Some(self.rust.llvm),
        }
    }

    pub(super) fn run_compiler(
        &self,
        mut command: Command,
        side: Side,
        target: Target,
        opt: OptLevel,
    ) -> Result<String, BuildError> {
        let shown = scratch::show(&command, self.root);
        scratch::record(self.recorder, &command).map_err(BuildError::Scratch)?;
        let program = PathBuf::from(command.get_program());
        let output = confine::output(&mut command).map_err(|source| start_error(&program, source))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        if let Some(reason) = self.too_old(side, &message) {
            return Err(BuildError::Unsupported(reason));
        }
        Err(BuildError::Compile {
            side,
            target,
            opt,
            command: shown,
            message,
        })
    }

    /// The edition of a fixture, or the newest that the compiler has, where its syntax is old enough for that.
    fn edition(&self, case: &Case) -> Edition {
        let edition = case.rust.directives.edition.unwrap_or_default();
        if self.rust.version < (1, 85, 0) {
            edition.min(Edition::E2021)
        } else {
            edition
        }
    }

    /// What compiles C.
    pub(super) fn c_compiler(&self, cpp: bool) -> Result<&Path, BuildError> {
        match &self.c.gcc {
            None => self.c_reader(cpp),
            Some(gcc) if !cpp => Ok(&gcc.gcc),
            Some(gcc) => gcc.gxx.as_deref().ok_or_else(|| BuildError::MissingTool {
                what: "the C++ compiler",
                message: format!(
                    "there is no g++ beside {}; `apt-get install g++` may install it",
                    gcc.gcc.display()
                ),
            }),
        }
    }

    /// What reads declarations: only clang writes its syntax tree.
    fn c_reader(&self, cpp: bool) -> Result<&Path, BuildError> {
        if !cpp {
            return Ok(&self.c.clang);
        }
        self.c.clangxx.as_deref().ok_or_else(|| BuildError::MissingTool {
            what: "the C++ compiler",
            message: format!("there is no clang++ beside {}", self.c.clang.display()),
        })
    }

    pub(super) fn add_c_compiler(&self, key: &mut KeyBuilder, compiler: &Path) {
        key.add(compiler.as_os_str().as_encoded_bytes());
        key.add(format!("{:?}", self.c.version));
    }

    /// Arguments that every call of the C compiler for this case has, for clang or for gcc.
    pub(super) fn c_arguments(&self, case: &Case, target: Target, gcc: bool) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = if gcc {
            vec!["-fdiagnostics-color=never".into()]
        } else {
            vec![
                format!("--target={}", target.triple()).into(),
                "-fno-color-diagnostics".into(),
                "-Wno-unused-command-line-argument".into(),
            ]
        };
        // An include of the fixture's own folder works from the unit too.
        arguments.push("-iquote".into());
        arguments.push(self.root.join(C_FOLDER).into());
        if target == Target::X86_64LinuxGnu {
            arguments.push("-fPIC".into());
        }
        // Unwinding through C frames is part of what unwind fixtures look at.
        if target == Target::X86_64LinuxGnu && !case.c.cpp {
            arguments.push("-fexceptions".into());
        }
        if target.is_wasm() && case.c.cpp {
            // There is no C++ runtime library for this target.
            arguments.extend(["-fno-exceptions", "-fno-rtti"].map(OsString::from));
        }
        if case.c.cpp {
            // Without it classes that are only reached through pointers are left out of the debug information.
            arguments.push(
                if gcc {
                    "-femit-class-debug-always"
                } else {
                    "-fstandalone-debug"
                }
                .into(),
            );
        }
        let root = self.root.display();
        arguments.push(format!("-ffile-prefix-map={root}/=").into());
        arguments.extend(case.c.directives.flags.iter().map(Into::into));
        arguments
    }
}

/// Writes the Rust unit, and beside it the copy of a fixture whose inner attributes are blanked.
pub(super) fn add_rust_source(case: &Case, unit: &SideUnit, folder: &Path) -> Result<(), BuildError> {
    std::fs::write(folder.join("unit.rs"), &unit.unit.source).map_err(BuildError::Scratch)?;
    if let Some(source) = &unit.replaced_source {
        let copy = folder.join(&case.rust.path);
        std::fs::create_dir_all(copy.parent().unwrap_or(folder)).map_err(BuildError::Scratch)?;
        std::fs::write(&copy, source).map_err(BuildError::Scratch)?;
    }
    Ok(())
}

/// Whether clang's name of a file is one of the user's rather than a system header.
fn is_user_file(file: &str, root: &Path) -> bool {
    let path = Path::new(file);
    path.is_relative() || path.starts_with(root)
}

/// Files named by a Makefile rule, without those of the scratch folder, which go into the key as text.
fn read_dependencies(rule_file: &Path, root: &Path, scratch: &Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(rule_file).unwrap_or_default();
    let joined = text.replace("\\\n", " ");
    let mut files = std::collections::BTreeSet::new();
    for line in joined.lines() {
        let Some((_, list)) = line.split_once(": ") else {
            continue;
        };
        let mut name = String::new();
        let mut chars = list.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' if matches!(chars.peek(), Some(' ' | '#')) => name.extend(chars.next()),
                '$' if chars.peek() == Some(&'$') => name.extend(chars.next()),
                ' ' => {
                    files.insert(root.join(std::mem::take(&mut name)));
                }
                c => name.push(c),
            }
        }
        files.insert(root.join(name));
    }
    files.retain(|file| !file.starts_with(scratch) && file != root && file.is_file());
    files.into_iter().collect()
}

fn joined(arguments: &[OsString]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for argument in arguments {
        bytes.extend_from_slice(argument.as_encoded_bytes());
        bytes.push(0);
    }
    bytes
}

fn start_error(program: &Path, source: std::io::Error) -> BuildError {
    BuildError::Start {
        program: program.to_owned(),
        source,
    }
}
