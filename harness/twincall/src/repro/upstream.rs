//! What was found, in the form in which the projects of compilers take it: a test for their own trees, or a state of Compiler
//! Explorer. The declarations are written anew, so that the text stands alone, and the compilers have to take it before it is told.

use thiserror::Error;
use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::target::Target;

use super::answer::headline;
use crate::command::CallError;
use crate::discover::Case;
use crate::facts::CaseReport;
use crate::session::Session;
use crate::toolchain::sysroot::SysrootError;

mod compile;
mod expect;
mod filecheck;
mod godbolt;
mod ir;
mod rustc_ui;
mod source;
mod text;
mod wanted;

/// A form in which something is handed on.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The name on the command line.
    pub name: &'static str,
    make: fn(&Found<'_>) -> Result<String, Unmade>,
}

/// All of them, in the order in which they are named to users.
pub static KINDS: [Kind; 3] = [
    Kind {
        name: "filecheck",
        make: filecheck::make,
    },
    Kind {
        name: "rustc-ui",
        make: rustc_ui::make,
    },
    Kind {
        name: "godbolt",
        make: godbolt::make,
    },
];

impl Kind {
    /// The form of this name.
    pub fn named(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// The text of it.
    ///
    /// # Errors
    /// What cannot be said in this form, see [`Unmade`].
    pub fn make(&self, found: &Found<'_>) -> Result<String, Unmade> {
        (self.make)(found)
    }
}

/// What was found, and whom to ask about it.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    pub session: &'a Session,
    pub case: &'a Case,
    pub targets: Vec<OnTarget<'a>>,
}

/// The same on one target.
#[derive(Clone, Copy, Debug)]
pub struct OnTarget<'a> {
    pub report: &'a CaseReport,
    /// C first.
    pub interfaces: Option<&'a (Interface, Interface)>,
}

/// Why a form cannot be made. Each text stands behind "failed to".
#[derive(Debug, Error)]
pub enum Unmade {
    #[error("write the C side alone: the C part is C++")]
    Cpp,
    #[error("make anything of it: nothing was compared: {0}")]
    NotCompared(String),
    #[error("make anything of it: the two sides have no function in common")]
    NothingCrosses,
    #[error("make anything of it: what was found is about `{0}`, which is no function")]
    NoFunction(String),
    #[error("write `{symbol}` alone in {side}: {reason}")]
    Unwritable {
        symbol: String,
        side: Side,
        reason: String,
    },
    #[error("make a test that its compiler takes: {compiler} says: {message}")]
    Refused { compiler: String, message: String },
    #[error("find `{symbol}` in the IR of {compiler}")]
    NotInIr { symbol: String, compiler: String },
    #[error("prepare a folder for the compiler: {0}")]
    Folder(#[from] std::io::Error),
    #[error("run a compiler: {0}")]
    Call(#[from] CallError),
    #[error("compile Rust: {0}")]
    Libraries(String),
}

impl From<std::sync::Arc<SysrootError>> for Unmade {
    fn from(error: std::sync::Arc<SysrootError>) -> Unmade {
        Unmade::Libraries(error.to_string())
    }
}

/// One target on which something was compared.
#[derive(Clone, Copy, Debug)]
struct Judged<'a> {
    report: &'a CaseReport,
    interfaces: &'a (Interface, Interface),
}

impl<'a> Judged<'a> {
    fn target(&self) -> Target {
        self.report.target
    }

    fn side(&self, side: Side) -> &'a Interface {
        match side {
            Side::C => &self.interfaces.0,
            Side::Rust => &self.interfaces.1,
        }
    }

    fn function(&self, side: Side, symbol: &str) -> Option<&'a Function> {
        self.side(side).function(symbol)
    }
}

impl<'a> Found<'a> {
    /// The targets on which something was compared.
    fn judged(&self) -> Result<Vec<Judged<'a>>, Unmade> {
        let judged: Vec<Judged<'_>> = self
            .targets
            .iter()
            .filter(|on| on.report.executed())
            .filter_map(|on| {
                Some(Judged {
                    report: on.report,
                    interfaces: on.interfaces?,
                })
            })
            .collect();
        if judged.is_empty() {
            let reasons = self.targets.iter().filter_map(|on| on.report.reason.as_deref());
            let reason = reasons.flat_map(str::lines).next();
            return Err(Unmade::NotCompared(
                reason.unwrap_or("no target was asked for").to_owned(),
            ));
        }
        Ok(judged)
    }

    /// The functions that it is about: those with findings, or else all that cross.
    fn symbols(&self, judged: &[Judged<'_>]) -> Result<Vec<String>, Unmade> {
        let own = |symbol: &String| !self.case.program.contains(symbol);
        let findings = || judged.iter().flat_map(|on| &on.report.findings);
        let named: Vec<String> = findings()
            .flat_map(|finding| std::iter::once(&finding.symbol).chain(&finding.also))
            .filter(|symbol| own(symbol))
            .cloned()
            .collect();
        let crossing = judged.iter().flat_map(|on| {
            let both = |function: &&Function| on.function(Side::Rust, &function.symbol).is_some();
            on.side(Side::C).functions.iter().filter(both)
        });
        let crossing = crossing.map(|function| function.symbol.clone()).filter(own);
        let all = match named.first() {
            Some(_) => named.clone(),
            None => crossing.collect(),
        };
        let mut symbols: Vec<String> = Vec::new();
        for symbol in all {
            let is_function = judged.iter().any(|on| {
                Side::BOTH
                    .iter()
                    .any(|side| on.function(*side, &symbol).is_some())
            });
            if is_function && !symbols.contains(&symbol) {
                symbols.push(symbol);
            }
        }
        match (symbols.is_empty(), named.into_iter().next()) {
            (false, _) => Ok(symbols),
            (true, Some(other)) => Err(Unmade::NoFunction(other)),
            (true, None) => Err(Unmade::NothingCrosses),
        }
    }

    /// What was found on each target, or why nothing was, in one sentence.
    fn headlines(&self, judged: &[Judged<'_>], symbols: &[String]) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for on in judged {
            let about = on
                .report
                .findings
                .iter()
                .find(|finding| symbols.contains(&finding.symbol));
            let said = match about {
                Some(finding) => headline(finding, Some(on.interfaces), on.report),
                None => "nothing that crosses differs".to_owned(),
            };
            all.push(format!("{}: {said}", on.target().triple()));
        }
        for on in self.targets.iter().filter(|on| !on.report.executed()) {
            let reason = on
                .report
                .reason
                .as_deref()
                .and_then(|reason| reason.lines().next());
            let triple = on.report.target.triple();
            all.push(format!(
                "{triple}: not compared: {}",
                reason.unwrap_or("it was not asked for")
            ));
        }
        all
    }

    /// The name of the compiler whose IR is looked at.
    fn compiler(&self, side: Side) -> String {
        let (c, rust) = self.session.compilers();
        match (side, &c.gcc) {
            (Side::Rust, _) => rust.name.clone(),
            (Side::C, None) => c.name.clone(),
            (Side::C, Some(_)) => "clang".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
