//! What compilers make of a text that was written: its IR, or whether they take it.

use twincall_abi::interface::Side;
use twincall_abi::model::{Language, Model};
use twincall_abi::target::Target;

use super::{Found, Judged, Unmade};
use crate::command::{CCall, CCompiler, CProduct, RustCall, RustProduct, ToolCall, first_error};
use crate::directive::{Edition, OptLevel};
use crate::toolchain::sysroot::Extent;

/// The edition of Rust of what is written.
pub(super) const EDITION: Edition = Edition::E2021;

impl Found<'_> {
    /// The IR of a C text by the words of a test's RUN line.
    pub(super) fn c_ir(&self, words: &[String], source: &str) -> Result<String, Unmade> {
        let (c, _) = self.session.compilers();
        let mut call = ToolCall::new("clang: other", &c.clang, format!("{:?}", c.version));
        call.say("-cc1").say_all(words);
        self.run(Side::C, call, source)
    }

    /// Whether clang takes a C text by itself.
    pub(super) fn check_c(&self, target: Target, source: &str) -> Result<(), Unmade> {
        let (c, _) = self.session.compilers();
        let call = CCall {
            flags: &self.case.c.directives.flags,
            ..CCall::new(CCompiler::clang(c), target, CProduct::Check)
        };
        self.run(Side::C, call.tool_call(), source).map(|_| ())
    }

    /// The IR of a Rust text that needs no more than `core`, by the words of a test's compile-flags.
    pub(super) fn rust_ir(&self, target: Target, words: &[String], source: &str) -> Result<String, Unmade> {
        let (_, rust) = self.session.compilers();
        let libraries = self
            .session
            .libraries(target, Extent::of(self.case.rust.directives.std))?;
        let call = RustCall {
            edition: EDITION,
            opt: Some(OptLevel::NONE),
            unstable: true,
            sysroot: libraries.sysroot.as_deref(),
            flags: words,
            ..RustCall::new(rust, target, RustProduct::IrText)
        };
        self.run(Side::Rust, call.tool_call(), source)
    }

    /// The written ABI over the types of one side. Nothing where its compiler cannot be asked what the flags switch on.
    pub(super) fn model<'m>(&self, on: &Judged<'m>, side: Side) -> Option<Model<'m>> {
        Some(Model {
            target: on.target(),
            language: match side {
                Side::C if self.case.c.cpp => Language::Cpp,
                Side::C => Language::C,
                Side::Rust => Language::Rust,
            },
            types: &on.side(side).types,
            options: self.session.options_of(self.case, side, on.target()).ok()?,
        })
    }

    /// What a compiler writes to standard output.
    fn run(&self, side: Side, mut call: ToolCall, source: &str) -> Result<String, Unmade> {
        let folder = tempfile::tempdir()?;
        let name = match side {
            Side::C => "test.c",
            Side::Rust => "test.rs",
        };
        std::fs::write(folder.path().join(name), source)?;
        call.file(name);
        let output = call.run_in(folder.path()).run(None)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let message = first_error(&output.stderr);
        Err(Unmade::Refused {
            compiler: self.compiler(side),
            message: message.unwrap_or_else(|| "it does not compile".to_owned()),
        })
    }
}
