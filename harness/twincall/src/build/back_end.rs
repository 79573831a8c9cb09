//! Asks each compiler's back end where the functions of a unit take their arguments: one more call of the compiler,
//! natively and at -O0 only, since there every parameter leaves a trace.
//!
//! What is read is the definition's view: an echo has exactly the type of the function it stands for and stores every
//! parameter. The caller's view is a sequence of copies and stores that depends on how values are made.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::compile::{Object, add_rust_source, c_unit_name};
use super::evidence::READERS;
use super::{BuildError, Builder, SideUnit};
use crate::cache::{Contents, Entry, KeyBuilder};
use crate::command::{CCall, CCompiler, CProduct, RustCall, RustProduct, ToolCall, scratch};
use crate::directive::OptLevel;
use crate::discover::Case;
use crate::evidence::backend::{self, BackendFunction, Compiler, known_source, self_test};
use crate::toolchain::sysroot::ReadyLibraries;

/// Changes whenever the meaning of the reader's answer does and its code does not show it.
const BACK_END_FORMAT: &str = "back-end-1";

/// Definitions by symbol, or why there are none.
pub type BackEnd = Result<BTreeMap<String, BackendFunction>, NoBackEnd>;

/// Why a back end says nothing.
#[derive(Clone, PartialEq, Eq, Debug, Error, Serialize, Deserialize)]
pub enum NoBackEnd {
    #[error("it has no back end of LLVM")]
    NotLlvm,
    /// The text is not written as the reader knows it.
    #[error("{0}")]
    Drift(String),
    #[error("{0}")]
    Unreadable(String),
    /// The compiler took the source before, and not now.
    #[error("{0}")]
    NotCompiled(String),
    #[error("the self-test of its reader does not compile: {0}")]
    NotTested(String),
}

const TEXT: &str = "unit.s";
const FOUND: &str = "back-end";

impl Builder<'_> {
    /// What the back end of one side says of a unit whose object is made; `None` where it has no say.
    pub(super) fn read_back_end(
        &self,
        case: &Case,
        (side, target, opt): (Side, Target, OptLevel),
        libraries: &ReadyLibraries,
        unit: &SideUnit,
        object: &Object,
    ) -> Result<Option<BackEnd>, BuildError> {
        let asked = self.back_end && target == Target::X86_64LinuxGnu && opt == OptLevel::NONE;
        let Some(llvm) = self.llvm_version(side).filter(|_| asked) else {
            return Ok(None);
        };
        if let Err(drift) = self.tested_back_end(side)? {
            return Ok(Some(Err(drift)));
        }
        let mut key = KeyBuilder::new(BACK_END_FORMAT);
        key.add(READERS).add(object.key.as_str());
        let made = self.cache.get_or_make(&key.key(), || {
            let scratch = scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
            let text = scratch.path().join(TEXT);
            let call = match side {
                Side::C => self.c_back_end(case, target, opt, unit, scratch.path())?,
                Side::Rust => self.rust_back_end(case, target, opt, libraries, unit, scratch.path())?,
            };
            self.compile(&call, side, target, opt)?;
            let text = std::fs::read_to_string(&text).map_err(BuildError::Scratch)?;
            let found =
                backend::read(&text, llvm.0).map_err(|error| NoBackEnd::Unreadable(error.to_string()));
            let found: BackEnd = found.map(|functions| {
                let definitions = functions.into_iter().map(|mut function| {
                    function.calls.clear();
                    (function.symbol.clone(), function)
                });
                definitions.collect()
            });
            contents(&found)
        });
        // A back end that cannot be asked costs this evidence, not the case.
        match made {
            Ok(entry) => stored(&entry).map(Some),
            Err(BuildError::Cache(error)) => Err(error.into()),
            Err(error) => Ok(Some(Err(NoBackEnd::NotCompiled(error.to_string())))),
        }
    }

    /// Whether the reader understands this compiler: once for each compiler and version.
    fn tested_back_end(&self, side: Side) -> Result<Result<(), NoBackEnd>, BuildError> {
        let Some(llvm) = self.llvm_version(side) else {
            return Ok(Err(NoBackEnd::NotLlvm));
        };
        let (target, opt) = (Target::X86_64LinuxGnu, OptLevel::NONE);
        let (compiler, mut call) = match side {
            Side::C => {
                let call = CCall {
                    opt: Some(opt),
                    ..CCall::new(CCompiler::clang(self.c), target, CProduct::MachineIr)
                };
                (Compiler::Clang, call.tool_call())
            }
            Side::Rust => {
                let call = RustCall {
                    opt: Some(opt),
                    ..RustCall::new(self.rust, target, RustProduct::MachineIr)
                };
                (Compiler::Rustc, call.tool_call())
            }
        };
        let (name, source) = known_source(compiler);
        call.file(name).output(TEXT);
        let mut key = KeyBuilder::new(BACK_END_FORMAT);
        call.add_to(&mut key).add("self-test").add(READERS).add(source);
        let made = self.cache.get_or_make(&key.key(), || {
            let scratch = scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
            std::fs::write(scratch.path().join(name), source).map_err(BuildError::Scratch)?;
            let mut call = call.clone();
            self.compile(call.run_in(scratch.path()), side, target, opt)?;
            let text = std::fs::read_to_string(scratch.path().join(TEXT)).map_err(BuildError::Scratch)?;
            let tested = self_test(&text, compiler, llvm.0);
            let found: BackEnd = tested
                .map(|()| BTreeMap::new())
                .map_err(|drift| NoBackEnd::Drift(drift.to_string()));
            contents(&found)
        });
        match made {
            Ok(entry) => stored(&entry).map(|found| found.map(|_| ())),
            Err(BuildError::Cache(error)) => Err(error.into()),
            Err(error) => Ok(Err(NoBackEnd::NotTested(error.to_string()))),
        }
    }

    fn c_back_end(
        &self,
        case: &Case,
        target: Target,
        opt: OptLevel,
        unit: &SideUnit,
        scratch: &Path,
    ) -> Result<ToolCall, BuildError> {
        let source = scratch.join(c_unit_name(case));
        std::fs::write(&source, &unit.unit.source).map_err(BuildError::Scratch)?;
        let call = CCall {
            opt: Some(opt),
            ..self.c_call(case, self.c_compiler(case)?, target, CProduct::MachineIr)
        };
        let mut call = call.tool_call();
        call.run_in(self.root).file(source).output(scratch.join(TEXT));
        Ok(call)
    }

    fn rust_back_end(
        &self,
        case: &Case,
        target: Target,
        opt: OptLevel,
        libraries: &ReadyLibraries,
        unit: &SideUnit,
        scratch: &Path,
    ) -> Result<ToolCall, BuildError> {
        add_rust_source(case, unit, scratch)?;
        let call = RustCall {
            opt: Some(opt),
            ..self.rust_call(case, target, libraries, RustProduct::MachineIr)
        };
        let mut call = call.tool_call();
        call.run_in(scratch)
            .file(scratch.join("unit.rs"))
            .output(scratch.join(TEXT));
        Ok(call)
    }
}

fn contents(found: &BackEnd) -> Result<Contents, BuildError> {
    let mut contents = Contents::default();
    let bytes = postcard::to_stdvec(found).map_err(BuildError::record("what a back end says"))?;
    contents.files.insert(FOUND.to_owned(), bytes);
    Ok(contents)
}

fn stored(entry: &Entry) -> Result<BackEnd, BuildError> {
    postcard::from_bytes(&entry.read(FOUND)?).map_err(BuildError::record("what a back end says"))
}
