//! What compilers do with a declaration: it is compiled with a caller of it, and the lowering is read from the compiler's IR.

use std::path::Path;

use serde::Serialize;
use tempfile::TempDir;
use thiserror::Error;
use twincall_abi::compare::ArgumentSlots;
use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::model::Language;
use twincall_abi::slot::{Extension, Slot};
use twincall_abi::target::Target;
use twincall_abi::types::{Type, TypeKind};

use super::read::{self, TEXT, Text};
use super::view::{Row, slot_words};
use super::{Compilers, ExplainError, rust, side_of, translate};
use crate::build::{BuildError, LowerError, SideEvidence, read_side};
use crate::cache::Cache;
use crate::command::{
    self, CCall, CCompiler, CProduct, CallError, DebugInfo, MissingCompiler, RustCall, RustProduct, ToolCall,
    first_error,
};
use crate::directive::OptLevel;
use crate::emit::rust::Dialect;
use crate::emit::{self, Unit, UnitRequest};
use crate::facts::LevelSlots;
use crate::interface::c::is_variable;
use crate::judge::{Agreement, against_text};
use crate::toolchain::sysroot::{self, Extent, SysrootError};
use crate::toolchain::{self, CToolchain, RustToolchain};

const OBJECT: &str = "unit.o";
const BITCODE: &str = "unit.bc";

/// One compiler's slots of one function.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Column {
    /// `clang-22`.
    pub compiler: String,
    pub side: Side,
    #[serde(skip)]
    symbol: String,
    #[serde(skip)]
    target: Target,
    /// By argument of the source, named ones only; one entry for all where `attributed` is false.
    pub arguments: Vec<Vec<Slot>>,
    pub result: Vec<Slot>,
    pub attributed: bool,
    /// Why there are no slots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<String>,
}

impl Column {
    /// A column of what `show` knows of a case, at its first level.
    pub(super) fn of_level(
        compiler: &str,
        side: Side,
        symbol: &str,
        target: Target,
        level: &LevelSlots,
    ) -> Column {
        Column {
            arguments: level.arguments.clone(),
            result: level.result.clone(),
            attributed: level.attributed,
            unavailable: None,
            ..Column::unavailable(compiler, side, symbol, target, "")
        }
    }

    fn unavailable(compiler: &str, side: Side, symbol: &str, target: Target, reason: &str) -> Column {
        Column {
            compiler: compiler.to_owned(),
            side,
            symbol: symbol.to_owned(),
            target,
            arguments: Vec::new(),
            result: Vec::new(),
            attributed: false,
            unavailable: Some(reason.to_owned()),
        }
    }

    /// This compiler's cell beside a row of the written ABI: `same`, or its own slots.
    pub(super) fn against(&self, row: &Row) -> String {
        let slots = match row.number {
            0 => Some(&self.result),
            _ if row.unnamed => return "not in the declaration".to_owned(),
            1 if !self.attributed => self.arguments.first(),
            _ if !self.attributed => return "(above)".to_owned(),
            number => self.arguments.get(number - 1),
        };
        let Some(slots) = slots else {
            return "≠ no such argument".to_owned();
        };
        if row.unknown.is_some() && self.attributed {
            return crate::facts::lowering_text(slots);
        }
        if row.number > 0 && !self.attributed {
            return format!("all arguments: {}", crate::facts::lowering_text(slots));
        }
        let own: Vec<Slot> = row.slots.iter().map(|slot| slot.slot.clone()).collect();
        match against_text(&own, slots, row.number == 0, self.target) {
            Agreement::Same => return "same".to_owned(),
            Agreement::Extended(Extension::Sign) => return "same, sext".to_owned(),
            Agreement::Extended(_) => return "same, zext".to_owned(),
            Agreement::Elsewhere => {}
        }
        let words: Vec<String> = slots
            .iter()
            .map(|slot| match slot.extension {
                Extension::None => slot_words(slot, None),
                Extension::Sign => format!("{} sext", slot_words(slot, None)),
                Extension::Zero => format!("{} zext", slot_words(slot, None)),
            })
            .collect();
        match words.is_empty() {
            true => "≠ nothing".to_owned(),
            false => format!("≠ {}", words.join(" ")),
        }
    }
}

/// The columns of all functions of a text: every clang and rustc that is installed, those that read the text first.
pub(super) fn columns(
    tools: Compilers<'_>,
    cache: &Cache,
    text: &Text,
    language: Language,
    target: Target,
    flags: &[String],
) -> Vec<Column> {
    let side = side_of(language);
    let job = Job {
        cpp: language == Language::Cpp,
        tools,
        cache,
        target,
        flags,
    };
    let mut columns = Vec::new();
    let mut callable = text.interface.clone();
    callable
        .functions
        .retain(|function| uncallable(function, &text.interface, side).is_none());
    for own in [side, side.other()] {
        let compilers = job.installed(own);
        let written = match own == side {
            true => {
                let around = if own == Side::Rust { STD } else { "" };
                let source = format!("{}{around}", text.source);
                Ok((callable.clone(), source, text.arguments.clone()))
            }
            false => job.translated(&callable, own),
        };
        for compiler in &compilers {
            let evidence = match &written {
                Ok((interface, source, arguments)) => job
                    .evidence(compiler, interface, source, arguments)
                    .map_err(|reason| reason.to_string()),
                Err(reason) => Err(reason.to_string()),
            };
            for function in &text.interface.functions {
                let symbol = &function.symbol;
                if let Some(reason) = uncallable(function, &text.interface, side) {
                    columns.push(Column::unavailable(compiler.name(), own, symbol, target, &reason));
                    continue;
                }
                let slots = evidence.as_ref().map_err(Clone::clone).and_then(|evidence| {
                    slots_of(evidence, symbol, target, compiler.llvm()).map_err(|reason| reason.to_string())
                });
                columns.push(match slots {
                    Ok((slots, attributed)) => Column {
                        arguments: slots.arguments,
                        result: slots.result,
                        attributed,
                        unavailable: None,
                        ..Column::unavailable(compiler.name(), own, symbol, target, "")
                    },
                    Err(reason) => Column::unavailable(compiler.name(), own, symbol, target, &reason),
                });
            }
        }
    }
    columns
}

/// What a text may call `std` where there is none.
const STD: &str = "\nmod std { pub use core::*; pub mod os { pub mod raw { pub use core::ffi::*; } } }\n";

/// Why no caller of a function can be written.
fn uncallable(function: &Function, interface: &Interface, side: Side) -> Option<String> {
    let same = interface
        .functions
        .iter()
        .filter(|other| other.name == function.name);
    let params = &function.signature.params;
    let spellings = params.iter().map(|parameter| parameter.spelling.as_str());
    let mut spellings = spellings.chain([function.result_spelling.as_str()]);
    let types = params.iter().map(|parameter| &parameter.ty);
    let incomplete = types.chain([&function.signature.result]).find_map(|ty| match ty {
        Type::Named(name) => {
            let definition = interface.type_definition(name)?;
            matches!(definition.kind, TypeKind::Incomplete).then_some(name)
        }
        _ => None,
    });
    if let Some(name) = incomplete {
        return Some(format!("a value of `{name}` has no size"));
    }
    let reason = if side == Side::C && function.name.contains("::") {
        "it stands in a namespace"
    } else if side == Side::C && same.count() > 1 {
        "it is overloaded"
    } else if side == Side::C && spellings.any(|spelling| spelling.contains('&') || is_variable(spelling)) {
        "its types cannot be written down once more"
    } else {
        return None;
    };
    Some(format!("{reason}, so that no caller of it is made"))
}

/// A compiler whose IR can be asked for.
enum Compiler {
    C(CToolchain),
    Rust(RustToolchain),
}

impl Compiler {
    fn name(&self) -> &str {
        match self {
            Compiler::C(c) => &c.name,
            Compiler::Rust(rust) => &rust.name,
        }
    }

    /// The major version of the LLVM that wrote its IR.
    fn llvm(&self) -> u32 {
        match self {
            Compiler::C(c) => c.version.0,
            Compiler::Rust(rust) => rust.llvm.0,
        }
    }
}

/// The columns of one function.
pub(super) fn take(columns: &[Column], symbol: &str) -> Vec<Column> {
    columns
        .iter()
        .filter(|column| column.symbol == symbol)
        .cloned()
        .collect()
}

struct Job<'a> {
    /// The text is C++.
    cpp: bool,
    tools: Compilers<'a>,
    cache: &'a Cache,
    target: Target,
    flags: &'a [String],
}

impl Job<'_> {
    /// The compiler in use, then the others of its language.
    fn installed(&self, side: Side) -> Vec<Compiler> {
        match side {
            Side::C => {
                let mut all = vec![self.tools.c.clone()];
                let others = toolchain::installed::clang_names();
                let others = others
                    .iter()
                    .filter_map(|name| toolchain::find_c(Some(name), self.cache).ok());
                all.extend(others.filter(|other| other.name != self.tools.c.name));
                all.into_iter().map(Compiler::C).collect()
            }
            Side::Rust => {
                let mut all: Vec<RustToolchain> = self.tools.rust.cloned().into_iter().collect();
                for path in toolchain::default_rustcs() {
                    let found = toolchain::find_rust(path.to_str(), self.cache);
                    if let Ok(found) = found
                        && all.iter().all(|known| known.release != found.release)
                    {
                        all.push(found);
                    }
                }
                all.into_iter().map(Compiler::Rust).collect()
            }
        }
    }

    /// The declarations in the other language: what they declare, their source, and the options they need.
    fn translated(
        &self,
        interface: &Interface,
        into: Side,
    ) -> Result<(Interface, String, Vec<String>), NoSlots> {
        let source = translate::translate(interface, into, self.target, translate::Style::Exact)?;
        let read = match into {
            Side::Rust => rust::read(None, &source, self.target, rust::Want::Functions),
            Side::C => {
                let reader = read::Reader {
                    c: self.tools.c,
                    cpp: false,
                    target: self.target,
                    flags: self.flags,
                    mends: false,
                };
                read::prototypes(&reader, &source, None)
            }
        };
        let read = read.map_err(|error| NoSlots::Refused(first_line(&error)))?;
        Ok((read.interface, source, Vec::new()))
    }

    /// Compiles a text with what calls it, and reads the object.
    fn evidence(
        &self,
        compiler: &Compiler,
        interface: &Interface,
        source: &str,
        arguments: &[String],
    ) -> Result<SideEvidence, NoSlots> {
        let folder = TempDir::new().map_err(NoSlots::Folder)?;
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at(TEXT), source).map_err(NoSlots::Folder)?;
        let request = UnitRequest {
            interface,
            source_path: TEXT,
            same: &[],
            variadic_calls: &[],
            inner_attributes: &[],
            features: &[],
            std: false,
            dialect: match compiler {
                Compiler::C(_) => Dialect::default(),
                Compiler::Rust(rust) => Dialect::of(rust.version),
            },
        };
        let (side, unit, bitcode, llvm) = match compiler {
            Compiler::C(c) => {
                let unit = emit::c::write_unit(&request, self.cpp);
                self.clang(c, &unit, arguments, folder.path())?;
                (Side::C, unit, None, c.version)
            }
            Compiler::Rust(rust) => {
                let unit = emit::rust::write_unit(&request);
                self.rustc(rust, &unit, folder.path())?;
                let bitcode = std::fs::read(at(BITCODE)).map_err(NoSlots::Folder)?;
                (Side::Rust, unit, Some(bitcode), rust.llvm)
            }
        };
        let object = std::fs::read(at(OBJECT)).map_err(NoSlots::Folder)?;
        Ok(read_side(
            side,
            self.target,
            &object,
            bitcode.as_deref(),
            &unit,
            Some(llvm),
        )?)
    }

    fn clang(&self, c: &CToolchain, unit: &Unit, arguments: &[String], folder: &Path) -> Result<(), NoSlots> {
        let flags: Vec<String> = self.flags.iter().chain(arguments).cloned().collect();
        let compiler = CCompiler::reader_of(c, command::Language::of(self.cpp))?;
        let call = CCall {
            opt: Some(OptLevel::NONE),
            debug: DebugInfo::Full,
            flags: &flags,
            ..CCall::new(compiler, self.target, CProduct::ObjectWithBitcode)
        };
        let name = if self.cpp { "unit.cpp" } else { "unit.c" };
        let mut call = call.tool_call();
        call.file(name).output(OBJECT);
        run(call, name, unit, folder)
    }

    fn rustc(&self, rust: &RustToolchain, unit: &Unit, folder: &Path) -> Result<(), NoSlots> {
        let libraries = sysroot::prepare(rust, self.target, Extent::Alloc, self.cache, self.tools.events)?;
        let product = RustProduct::Object {
            object: Path::new(OBJECT),
            bitcode: Some(Path::new(BITCODE)),
            archive: None,
            dependencies: None,
        };
        let call = RustCall {
            opt: Some(OptLevel::NONE),
            debug: DebugInfo::Full,
            sysroot: libraries.sysroot.as_deref(),
            ..RustCall::new(rust, self.target, product)
        };
        let mut call = call.tool_call();
        call.file("unit.rs");
        run(call, "unit.rs", unit, folder)
    }
}

/// Why a compiler's slots are not known.
#[derive(Debug, Error)]
enum NoSlots {
    #[error(transparent)]
    Folder(std::io::Error),
    #[error(transparent)]
    Libraries(#[from] SysrootError),
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    NoCompiler(#[from] MissingCompiler),
    /// What the compiler says first.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Evidence(#[from] BuildError),
    #[error("{}", no_places(.0))]
    Lowering(LowerError),
    /// The other language cannot say it.
    #[error(transparent)]
    Untranslated(#[from] translate::Untranslatable),
}

/// As it stands behind `not known: `.
fn no_places(error: &LowerError) -> String {
    match error {
        LowerError::NotInIr => "the function is not in the compiler's IR".to_owned(),
        LowerError::NoIr(reason) => reason.to_string(),
        LowerError::Unsupported(reason) => reason.clone(),
    }
}

/// The slots of a function, and whether they are those of its parameters one by one.
fn slots_of(
    evidence: &SideEvidence,
    symbol: &str,
    target: Target,
    llvm: u32,
) -> Result<(ArgumentSlots, bool), NoSlots> {
    let lowered = evidence.lower(symbol, target, llvm);
    let (_, lowered) = lowered.map_err(NoSlots::Lowering)?;
    Ok(lowered.slots())
}

fn run(mut call: ToolCall, name: &str, unit: &Unit, folder: &Path) -> Result<(), NoSlots> {
    std::fs::write(folder.join(name), &unit.source).map_err(NoSlots::Folder)?;
    let output = call.run_in(folder).run(None)?;
    if output.status.success() {
        return Ok(());
    }
    let first = first_error(&output.stderr);
    Err(NoSlots::Refused(
        first.unwrap_or_else(|| "it does not compile".to_owned()),
    ))
}

fn first_line(error: &ExplainError) -> String {
    let text = error.to_string();
    text.lines()
        .find(|line| line.contains("error"))
        .or(text.lines().next())
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests;
