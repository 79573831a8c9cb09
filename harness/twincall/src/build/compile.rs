//! Runs the compilers: one call for each unit, target and level yields object, bitcode and debug information.

use std::path::{Path, PathBuf};

use twincall_abi::interface::{Interface, Side};
use twincall_abi::target::Target;

use super::link::Input;
use super::{BuildError, Builder, SideUnit};
use crate::cache::{Contents, Entry, KeyBuilder};
use crate::command::{
    CCall, CCompiler, CProduct, DebugInfo, Language, RustCall, RustProduct, ToolCall, complaint, scratch,
};
use crate::directive::OptLevel;
use crate::discover::{C_FOLDER, Case};
use crate::interface;
use crate::toolchain::Version;
use crate::toolchain::sysroot::ReadyLibraries;

/// Changes whenever the meaning of a cached interface does.
const INTERFACE_FORMAT: &str = "interface-3";

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
    /// The object as a linker reads it.
    pub(super) fn input(&self, side: Side) -> Input {
        Input {
            entry: self.entry.clone(),
            name: OBJECT,
            shown: match side {
                Side::C => "c.o",
                Side::Rust => "rust.o",
            },
        }
    }
}

pub(super) const OBJECT: &str = "unit.o";
pub(super) const BITCODE: &str = "unit.bc";
pub(super) const ARCHIVE: &str = "unit.a";
/// A rule of a makefile with the files that a compiler read.
const DEPENDENCIES: &str = "deps.d";

impl Builder<'_> {
    /// The C interface, from clang's syntax tree of the fixture alone.
    pub(super) fn read_c_interface(&self, case: &Case, target: Target) -> Result<Interface, BuildError> {
        let compiler = CCompiler::reader_of(self.c, Language::of(case.c.cpp))?;
        let mut call = self
            .c_call(case, compiler, target, CProduct::SyntaxTree)
            .tool_call();
        call.run_in(self.root).file(&case.c.path);
        let mut key = KeyBuilder::new(INTERFACE_FORMAT);
        call.add_to(&mut key)
            .add(case.c.path.as_os_str().as_encoded_bytes())
            .add(&case.c.text)
            .add(self.root.as_os_str().as_encoded_bytes());
        let entry = self.cache.get_or_make(&key.key(), || {
            let scratch = scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
            let dependencies = scratch.path().join(DEPENDENCIES);
            let shown = call.show(self.root);
            let refused = |message: String| BuildError::Parse {
                side: Side::C,
                target,
                command: shown.clone(),
                message,
            };
            let mut call = call.clone();
            let output = call.dependencies(&dependencies).run(self.recorder)?;
            if !output.status.success() {
                return Err(refused(complaint(&output)));
            }
            let is_user_file = |file: &str| is_user_file(file, self.root);
            let source_of = |file: &str| std::fs::read_to_string(self.root.join(file)).ok();
            let interface = interface::c::read_ast(&output.stdout, target, &is_user_file, &source_of)
                .map_err(|error| refused(error.to_string()))?;
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
        let compiler = self.c_compiler(case)?;
        // Code is then generated from the bitcode, and clang forgets on the way what `-Xclang` asks of the code generator
        // (`-target-abi`).
        let mut flags = case.c.directives.flags.iter();
        let handed_on = flags.any(|flag| flag.starts_with("-Xclang"));
        let apart = !compiler.is_gcc() && handed_on;
        let product = match compiler.is_gcc() || apart {
            true => CProduct::Object,
            false => CProduct::ObjectWithBitcode,
        };
        let compile = |product: CProduct| {
            let call = CCall {
                opt: Some(opt),
                debug: DebugInfo::Full,
                ..self.c_call(case, compiler, target, product)
            };
            let mut call = call.tool_call();
            call.run_in(self.root);
            call
        };
        let call = compile(product);
        let mut key = KeyBuilder::new("c-object");
        call.add_to(&mut key).add(&unit.unit.source).add(&case.c.text);
        let key = key.key();
        let entry = self.cache.get_or_make(&key, || {
            let scratch = scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
            let at = |name: &str| scratch.path().join(name);
            let source = at(c_unit_name(case));
            std::fs::write(&source, &unit.unit.source).map_err(BuildError::Scratch)?;
            let mut call = call.clone();
            call.dependencies(at(DEPENDENCIES));
            call.file(&source).output(at(OBJECT));
            self.compile(&call, Side::C, target, opt)?;
            let mut contents = Contents::default();
            if apart {
                let mut call = compile(CProduct::Bitcode);
                call.file(&source).output(at(BITCODE));
                self.compile(&call, Side::C, target, opt)?;
            }
            for name in [OBJECT, BITCODE].iter().take(1 + usize::from(apart)) {
                let bytes = std::fs::read(at(name)).map_err(BuildError::Scratch)?;
                contents.files.insert((*name).to_owned(), bytes);
            }
            contents.dependencies = read_dependencies(&at(DEPENDENCIES), self.root, scratch.path());
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
        let std = case.rust.directives.std;
        let compile = |folder: &Path| {
            let [object, bitcode, archive, dependencies] =
                [OBJECT, BITCODE, ARCHIVE, DEPENDENCIES].map(|name| folder.join(name));
            let product = RustProduct::Object {
                object: &object,
                bitcode: Some(&bitcode),
                archive: std.then_some(archive.as_path()),
                dependencies: Some(&dependencies),
            };
            let call = RustCall {
                opt: Some(opt),
                ..self.rust_call(case, target, libraries, product)
            };
            // rustc leaves temporary files named after the crate where it runs.
            let mut call = call.tool_call();
            call.run_in(folder);
            call
        };
        let mut key = KeyBuilder::new("rust-object");
        compile(Path::new(""))
            .add_to(&mut key)
            .add(&unit.unit.source)
            .add(&case.rust.text);
        let key = key.key();
        let entry = self.cache.get_or_make(&key, || {
            let scratch = scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
            let at = |name: &str| scratch.path().join(name);
            add_rust_source(case, unit, scratch.path())?;
            let mut call = compile(scratch.path());
            for folder in [self.root, scratch.path()] {
                call.say("--remap-path-prefix")
                    .say(format!("{}/=", folder.display()));
            }
            call.file(at("unit.rs"));
            self.compile(&call, Side::Rust, target, opt)?;
            let mut contents = Contents::default();
            for name in [OBJECT, BITCODE, ARCHIVE].iter().take(2 + usize::from(std)) {
                let bytes = std::fs::read(at(name)).map_err(BuildError::Scratch)?;
                contents.files.insert((*name).to_owned(), bytes);
            }
            contents.dependencies = read_dependencies(&at(DEPENDENCIES), self.root, scratch.path());
            Ok::<_, BuildError>(contents)
        })?;
        Ok(Object {
            // What is made from the object depends on the headers too.
            key: entry.input_key().clone(),
            entry,
            archive: std,
        })
    }

    /// A call of a C compiler for a fixture.
    pub(super) fn c_call<'a>(
        &'a self,
        case: &'a Case,
        compiler: CCompiler<'a>,
        target: Target,
        product: CProduct,
    ) -> CCall<'a> {
        CCall {
            warns: true,
            fixture: Some((self.root, C_FOLDER)),
            flags: &case.c.directives.flags,
            ..CCall::new(compiler, target, product)
        }
    }

    /// A call of rustc for a fixture.
    pub(super) fn rust_call<'a>(
        &'a self,
        case: &'a Case,
        target: Target,
        libraries: &'a ReadyLibraries,
        product: RustProduct<'a>,
    ) -> RustCall<'a> {
        let directives = &case.rust.directives;
        RustCall {
            edition: directives.edition.unwrap_or_default(),
            crate_name: "fixture",
            debug: DebugInfo::Full,
            unwinds: directives.std && !target.is_wasm(),
            warns: true,
            unstable: !directives.rust_features.is_empty(),
            sysroot: libraries.sysroot.as_deref(),
            flags: &directives.flags,
            ..RustCall::new(self.rust, target, product)
        }
    }

    /// Why a Rust fixture cannot be read: in the compiler's own words, where it refuses the source too.
    pub(super) fn rust_parse_error(
        &self,
        case: &Case,
        target: Target,
        error: &interface::rust::RustParseError,
    ) -> BuildError {
        let call = RustCall {
            edition: case.rust.directives.edition.unwrap_or_default(),
            crate_name: "fixture",
            warns: true,
            ..RustCall::new(self.rust, Target::X86_64LinuxGnu, RustProduct::Check)
        };
        let mut call = call.tool_call();
        call.run_in(self.root).file(&case.rust.path);
        let refused = scratch(self.cache, None).ok().and_then(|scratch| {
            let output = call.clone().metadata_in(scratch.path()).run(None).ok()?;
            let message = complaint(&output);
            (!output.status.success()).then_some(message)
        });
        let (command, message) = match refused {
            Some(message) => (call.show(self.root), message),
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

    /// What a compiler that takes its source prints.
    pub(super) fn compile(
        &self,
        call: &ToolCall,
        side: Side,
        target: Target,
        opt: OptLevel,
    ) -> Result<String, BuildError> {
        let output = call.run(self.recorder)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let message = complaint(&output);
        if let Some(reason) = self.too_old(side, &message) {
            return Err(BuildError::Unsupported(reason));
        }
        Err(BuildError::Compile {
            side,
            target,
            opt,
            command: call.show(self.root),
            message,
        })
    }

    /// What compiles the C fixture.
    pub(super) fn c_compiler(&self, case: &Case) -> Result<CCompiler<'_>, BuildError> {
        Ok(CCompiler::of(self.c, Language::of(case.c.cpp))?)
    }
}

/// The name of the C unit, by which the compiler knows its language.
pub(super) fn c_unit_name(case: &Case) -> &'static str {
    if case.c.cpp { "unit.cpp" } else { "unit.c" }
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
