//! Calls of compilers of C and C++.

use std::path::Path;

use thiserror::Error;
use twincall_abi::target::Target;

use super::{DebugInfo, ToolCall};
use crate::directive::OptLevel;
use crate::evidence::backend::{Compiler, assembler_arguments};
use crate::toolchain::{CToolchain, Version};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Language {
    C,
    Cpp,
}

impl Language {
    pub(crate) fn of(cpp: bool) -> Language {
        if cpp { Language::Cpp } else { Language::C }
    }

    fn name(self) -> &'static str {
        match self {
            Language::C => "c",
            Language::Cpp => "c++",
        }
    }
}

/// Whose options a compiler takes where they differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Family {
    Clang,
    Gcc,
}

/// A program that compiles one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CCompiler<'a> {
    pub(crate) program: &'a Path,
    pub(crate) language: Language,
    family: Family,
    version: Version,
}

/// The toolchain has no compiler for the language.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{0}")]
pub struct MissingCompiler(String);

impl<'a> CCompiler<'a> {
    /// What compiles fixtures.
    pub(crate) fn of(c: &'a CToolchain, language: Language) -> Result<CCompiler<'a>, MissingCompiler> {
        let Some(gcc) = &c.gcc else {
            return CCompiler::reader_of(c, language);
        };
        let program = match language {
            Language::C => &gcc.gcc,
            Language::Cpp => gcc.gxx.as_ref().ok_or_else(|| {
                MissingCompiler(format!(
                    "there is no g++ beside {}; `apt-get install g++` may install it",
                    gcc.gcc.display()
                ))
            })?,
        };
        Ok(CCompiler {
            program,
            language,
            family: Family::Gcc,
            version: c.version,
        })
    }

    /// What reads declarations: only clang writes its syntax tree.
    pub(crate) fn reader_of(c: &'a CToolchain, language: Language) -> Result<CCompiler<'a>, MissingCompiler> {
        let clang = CCompiler::clang(c);
        let program = match language {
            Language::C => clang.program,
            Language::Cpp => c.clangxx.as_ref().ok_or_else(|| {
                MissingCompiler(format!("there is no clang++ beside {}", c.clang.display()))
            })?,
        };
        Ok(CCompiler {
            program,
            language,
            ..clang
        })
    }

    /// The clang of a toolchain, for C.
    pub(crate) fn clang(c: &'a CToolchain) -> CCompiler<'a> {
        CCompiler {
            program: &c.clang,
            language: Language::C,
            family: Family::Clang,
            version: c.version,
        }
    }

    /// A call without words.
    pub(super) fn start(&self, purpose: &'static str) -> ToolCall {
        let (major, minor, patch) = self.version;
        ToolCall::new(purpose, self.program, format!("{major}.{minor}.{patch}"))
    }

    pub(crate) fn is_gcc(&self) -> bool {
        self.family == Family::Gcc
    }
}

/// What a compiler shall make of a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CProduct {
    /// Nothing but messages.
    Check,
    /// The declarations, as JSON on standard output.
    SyntaxTree,
    /// The macros it defines, on standard output.
    Macros,
    Object,
    /// An object with the bitcode it was made from inside, so that one call yields both.
    ObjectWithBitcode,
    Bitcode,
    /// LLVM's machine IR in place of assembly.
    MachineIr,
}

/// A call of a compiler; source and output are added to the [`ToolCall`] that it gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CCall<'a> {
    pub(crate) compiler: CCompiler<'a>,
    pub(crate) target: Target,
    pub(crate) product: CProduct,
    /// Nothing where no code is made.
    pub(crate) opt: Option<OptLevel>,
    pub(crate) debug: DebugInfo,
    /// Whether what it warns of is of interest.
    pub(crate) warns: bool,
    /// The project's root and the folder whose headers `#include "…"` finds, where a fixture is compiled.
    pub(crate) fixture: Option<(&'a Path, &'a str)>,
    pub(crate) flags: &'a [String],
}

impl<'a> CCall<'a> {
    /// What clang says of a C text by itself: no debug information, no warnings, no level.
    pub(crate) fn new(compiler: CCompiler<'a>, target: Target, product: CProduct) -> CCall<'a> {
        CCall {
            compiler,
            target,
            product,
            opt: None,
            debug: DebugInfo::No,
            warns: false,
            fixture: None,
            flags: &[],
        }
    }

    fn purpose(&self) -> &'static str {
        match (self.compiler.family, self.product) {
            (Family::Gcc, _) => "gcc",
            (Family::Clang, CProduct::SyntaxTree) => "clang: syntax trees",
            (Family::Clang, CProduct::Object | CProduct::ObjectWithBitcode) => "clang: objects",
            (Family::Clang, _) => "clang: other",
        }
    }

    pub(crate) fn tool_call(&self) -> ToolCall {
        let CCompiler { language, family, .. } = self.compiler;
        let native = self.target == Target::X86_64LinuxGnu;
        let mut call = self.compiler.start(self.purpose());
        match family {
            Family::Gcc => call.say("-fdiagnostics-color=never"),
            Family::Clang => call
                .say(format!("--target={}", self.target.triple()))
                .say_all(["-fno-color-diagnostics", "-Wno-unused-command-line-argument"]),
        };
        if !self.warns {
            call.say("-w");
        }
        if let Some((root, folder)) = self.fixture {
            // An include of the fixture's own folder works from the unit too.
            call.say("-iquote").say(root.join(folder));
        }
        if native {
            call.say("-fPIC");
        }
        match language {
            // Unwinding through C frames is part of what unwind fixtures look at.
            Language::C if native => {
                call.say("-fexceptions");
            }
            // There is no C++ runtime library for this target.
            Language::Cpp if !native => {
                call.say_all(["-fno-exceptions", "-fno-rtti"]);
            }
            _ => {}
        }
        if language == Language::Cpp {
            // Without it classes that are only reached through pointers are left out of the debug information.
            call.say(match family {
                Family::Gcc => "-femit-class-debug-always",
                Family::Clang => "-fstandalone-debug",
            });
        }
        if let Some((root, _)) = self.fixture {
            call.say(format!("-ffile-prefix-map={}/=", root.display()));
        }
        call.say_all(self.flags);
        match self.debug {
            DebugInfo::No => {}
            DebugInfo::Full => {
                call.say("-g");
            }
            DebugInfo::Dwarf4 => {
                call.say("-gdwarf-4");
            }
        }
        match self.product {
            CProduct::Check => call.say("-fsyntax-only"),
            CProduct::SyntaxTree => call.say_all(["-fsyntax-only", "-Xclang", "-ast-dump=json"]),
            CProduct::Macros => call.say_all(["-dM", "-E"]),
            CProduct::Object => call.say("-c"),
            CProduct::ObjectWithBitcode => call.say_all(["-c", "-fembed-bitcode=all"]),
            CProduct::Bitcode => call.say_all(["-c", "-emit-llvm"]),
            CProduct::MachineIr => call.say_all(assembler_arguments(Compiler::Clang)),
        };
        if let Some(opt) = self.opt {
            call.say(format!("-O{}", opt.number()));
        }
        call
    }
}

impl ToolCall {
    /// Says the language of a source whose name does not tell it.
    pub(crate) fn language(&mut self, language: Language) -> &mut ToolCall {
        self.say("-x").say(language.name())
    }
}

/// A call of any driver in the manner of gcc, of which no more is known than its path: with the words that build scripts
/// give it by the crate `cc` for the target and the level.
pub(crate) fn by_convention(program: &Path, name: &str, target: Target, opt: OptLevel) -> ToolCall {
    let mut build = cc::Build::new();
    build
        .cargo_metadata(false)
        .cargo_warnings(false)
        .compiler(program)
        .host(Target::X86_64LinuxGnu.triple())
        .target(target.triple())
        .opt_level(opt.number().into())
        .pic(!target.is_wasm())
        .debug(false)
        .warnings(false);
    let mut call = ToolCall::new("model-check: C compilers", program, name);
    // Where it has no answer, starting the program tells what is wrong with it.
    if let Ok(tool) = build.try_get_compiler() {
        call.say_all(tool.args());
    }
    call
}
