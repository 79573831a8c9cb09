//! Calls of rustc.

use std::path::Path;

use twincall_abi::target::Target;

use super::{DebugInfo, ToolCall};
use crate::directive::{Edition, OptLevel};
use crate::evidence::backend::{Compiler, assembler_arguments};
use crate::toolchain::RustToolchain;

/// What rustc shall make of a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RustProduct<'a> {
    /// Nothing but messages; see [`ToolCall::metadata_in`].
    Check,
    /// The `cfg` that are set, on standard output.
    Configuration,
    /// Object and bitcode under these names; where there is one, also the archive with the standard library, and the files that
    /// were read as a rule of a makefile.
    Object {
        object: &'a Path,
        bitcode: Option<&'a Path>,
        archive: Option<&'a Path>,
        dependencies: Option<&'a Path>,
    },
    /// The source with its macros expanded, on standard output.
    Expanded,
    /// LLVM's IR as text, on standard output.
    IrText,
    /// LLVM's machine IR in place of assembly.
    MachineIr,
    /// A library for a C linker.
    StaticLibrary,
    /// A library that can be opened, without what starts and ends a process.
    DynamicLibrary,
    Program,
    /// The program that runs the source's tests.
    Tests,
}

/// A call of rustc; the source, and the output where no product names one, are added to the [`ToolCall`] that it gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RustCall<'a> {
    pub(crate) rust: &'a RustToolchain,
    pub(crate) target: Target,
    pub(crate) product: RustProduct<'a>,
    pub(crate) edition: Edition,
    pub(crate) crate_name: &'a str,
    /// Nothing where no code is made.
    pub(crate) opt: Option<OptLevel>,
    pub(crate) debug: DebugInfo,
    /// Whether a panic unwinds rather than ends the process.
    pub(crate) unwinds: bool,
    /// Whether what it warns of is of interest.
    pub(crate) warns: bool,
    /// Whether a stable compiler takes what is unstable.
    pub(crate) unstable: bool,
    /// Where the libraries of the target are, if not the compiler's own.
    pub(crate) sysroot: Option<&'a Path>,
    pub(crate) flags: &'a [String],
}

/// The newest edition that a rustc has, or this one where it has it.
fn edition_for(rust: &RustToolchain, wanted: Edition) -> Edition {
    if rust.version < (1, 85, 0) {
        wanted.min(Edition::E2021)
    } else {
        wanted
    }
}

impl ToolCall {
    /// Has rustc make no code and leave what it does make in a folder.
    pub(crate) fn metadata_in(&mut self, folder: &Path) -> &mut ToolCall {
        self.say("--emit=metadata").say("--out-dir").file(folder)
    }
}

impl<'a> RustCall<'a> {
    /// What rustc says of a text by itself: no debug information, no warnings, no level.
    pub(crate) fn new(rust: &'a RustToolchain, target: Target, product: RustProduct<'a>) -> RustCall<'a> {
        RustCall {
            rust,
            target,
            product,
            edition: Edition::default(),
            crate_name: "text",
            opt: None,
            debug: DebugInfo::No,
            unwinds: false,
            warns: false,
            unstable: false,
            sysroot: None,
            flags: &[],
        }
    }

    pub(crate) fn tool_call(&self) -> ToolCall {
        let mut call = ToolCall::new("rustc", &self.rust.rustc, self.rust.release.clone());
        call.say("--edition")
            .say(edition_for(self.rust, self.edition).name());
        call.say("--crate-name").say(self.crate_name);
        match self.debug {
            DebugInfo::No => {}
            DebugInfo::Full => {
                call.say("-g");
            }
            DebugInfo::Dwarf4 => {
                call.say_all(["-g", "-Zdwarf-version=4"]);
            }
        }
        call.say("--target").say(self.target.triple());
        if let Some(opt) = self.opt {
            call.say(format!("-Copt-level={}", opt.number()))
                .say("-Ccodegen-units=1");
            let program = matches!(self.product, RustProduct::Program | RustProduct::Tests);
            if self.target == Target::X86_64LinuxGnu && !program {
                call.say("-Crelocation-model=pic");
            }
            call.say(match self.unwinds {
                true => "-Cpanic=unwind",
                false => "-Cpanic=abort",
            });
        }
        if let Some(sysroot) = self.sysroot {
            call.say("--sysroot").say(sysroot);
        }
        if !self.warns {
            call.say_all(["--cap-lints", "allow"]);
        }
        call.say_all(self.flags);
        if self.unstable || self.debug == DebugInfo::Dwarf4 {
            call.set("RUSTC_BOOTSTRAP", "1");
        }
        self.make(&mut call);
        call
    }

    fn make(&self, call: &mut ToolCall) {
        let kind = match self.product {
            RustProduct::Configuration => {
                call.say_all(["--print", "cfg"]);
                return;
            }
            RustProduct::Check | RustProduct::Expanded | RustProduct::IrText | RustProduct::MachineIr => {
                "lib"
            }
            RustProduct::Object { archive, .. } => match archive {
                Some(_) => "staticlib",
                None => "lib",
            },
            RustProduct::StaticLibrary => "staticlib",
            RustProduct::DynamicLibrary => "cdylib",
            RustProduct::Program => "bin",
            RustProduct::Tests => {
                call.say("--test");
                return;
            }
        };
        call.say("--crate-type").say(kind);
        match self.product {
            RustProduct::Object {
                object,
                bitcode,
                archive,
                dependencies,
            } => {
                let files = [
                    ("--emit=obj=", Some(object)),
                    ("--emit=llvm-bc=", bitcode),
                    ("--emit=dep-info=", dependencies),
                    ("--emit=link=", archive),
                ];
                for (before, path) in files {
                    if let Some(path) = path {
                        call.file_behind(before, path);
                    }
                }
            }
            RustProduct::IrText => {
                call.say_all(["--emit=llvm-ir", "-o", "-"]);
            }
            RustProduct::MachineIr => {
                call.say_all(assembler_arguments(Compiler::Rustc));
            }
            RustProduct::DynamicLibrary => {
                call.say_all(["-Clink-arg=-nostartfiles", "-Clink-arg=-lc"]);
            }
            RustProduct::Expanded => {
                call.say("-Zunpretty=expanded");
            }
            RustProduct::Check
            | RustProduct::Configuration
            | RustProduct::StaticLibrary
            | RustProduct::Program
            | RustProduct::Tests => {}
        }
    }
}
