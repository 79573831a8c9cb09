//! What `explain` and `layout` tell of a signature, a type or a case, by the written ABI and, where asked, by the compilers.
//! Nothing is run and nothing is judged here.
//!
//! Everything that is shown is data first ([`Explanation`], [`layout::Layouts`]); text, JSON and drawings are made from it.

use crate::command::CallError;

use serde::Serialize;
use thiserror::Error;
use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::model::{Clause, Language, Options};
use twincall_abi::target::Target;
use twincall_abi::types::Type;

use crate::events::Events;
use crate::facts::{FunctionReport, ToolchainReport};
use crate::toolchain::{CToolchain, RustToolchain};

pub mod across;
mod compilers;
mod frame;
pub mod human;
pub mod layout;
pub mod pages;
mod prepare;
mod read;
pub mod rule;
mod rust;
#[cfg(test)]
mod samples;
pub mod svg;
pub(crate) mod translate;
mod view;

pub use compilers::Column;
pub use frame::FrameRow;
pub use view::{Row, SlotWords, View};

/// The version of the JSON of [`Explanation`] and [`layout::Layouts`].
pub const SCHEMA_VERSION: u32 = 1;

/// Why there is nothing to tell.
#[derive(Debug, Error)]
pub enum ExplainError {
    /// The compiler's own words.
    #[error("the compiler refuses the text\n{0}")]
    Refused(String),
    #[error("{0}")]
    Text(String),
    #[error("prepare a folder for the compiler: {0}")]
    Folder(std::io::Error),
    /// The compiler was not run.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl ExplainError {
    /// Whether the person's text is at fault, rather than the machine.
    pub fn is_usage(&self) -> bool {
        matches!(self, ExplainError::Refused(_) | ExplainError::Text(_))
    }
}

/// Signatures explained.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Explanation {
    pub schema_version: u32,
    /// What one has to know to understand the answer.
    pub notes: Vec<String>,
    pub functions: Vec<ExplainedFunction>,
}

/// One function on every target.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ExplainedFunction {
    pub symbol: String,
    pub targets: Vec<ExplainedTarget>,
}

/// One function on one target.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ExplainedTarget {
    pub target: Target,
    /// One side for a text, both for a case.
    pub sides: Vec<ExplainedSide>,
    /// What compilers do, where it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compilers: Vec<Column>,
}

/// What the written ABI says to one side's declaration.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ExplainedSide {
    pub side: Side,
    pub declaration: String,
    pub answer: Answer,
}

/// The model's answer, ready to be shown.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    Settled(Box<View>),
    Ambiguous(Vec<ReadingView>),
    Unsupported(String),
}

/// One way to read the text.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ReadingView {
    /// Who reads it so.
    pub by: String,
    /// The clause on which the readings part.
    pub clause: Clause,
    pub view: View,
}

impl Answer {
    /// Every view, with who reads it so.
    pub fn views(&self) -> Vec<(Option<&ReadingView>, &View)> {
        match self {
            Answer::Settled(view) => vec![(None, &**view)],
            Answer::Ambiguous(readings) => readings
                .iter()
                .map(|reading| (Some(reading), &reading.view))
                .collect(),
            Answer::Unsupported(_) => Vec::new(),
        }
    }
}

/// The compilers at hand.
#[derive(Clone, Copy, Debug)]
pub struct Compilers<'a> {
    pub c: &'a CToolchain,
    /// Needed only for its messages and for columns.
    pub rust: Option<&'a RustToolchain>,
    pub events: &'a Events,
}

/// What a person asks about a signature.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    pub text: &'a str,
    pub side: Side,
    /// Types of unnamed arguments, as C writes them.
    pub unnamed: Option<&'a str>,
    pub targets: &'a [Target],
    pub options: Options,
    /// Whether to ask the compilers too.
    pub compilers: bool,
}

/// Explains the functions of a text.
pub fn explain(
    tools: Compilers<'_>,
    cache: &crate::cache::Cache,
    question: &Question<'_>,
) -> Result<Explanation, ExplainError> {
    let mut explanation = Explanation {
        schema_version: SCHEMA_VERSION,
        notes: Vec::new(),
        functions: Vec::new(),
    };
    let mut refused = Refused::default();
    for &target in question.targets {
        let read = read_text(tools, question, target);
        let Some(text) = refused.unless(target, read)? else {
            continue;
        };
        for note in &text.notes {
            if !explanation.notes.contains(note) {
                explanation.notes.push(note.clone());
            }
        }
        if let Some(refusal) = text.interface.refused.first() {
            let message = format!("`{}` cannot be explained: {}", refusal.symbol, refusal.reason);
            return Err(ExplainError::Text(message));
        }
        if text.interface.functions.is_empty() {
            let message = "the text declares no function that others can call (a static one has no symbol); `twincall layout` draws types".to_owned();
            return Err(ExplainError::Text(message));
        }
        let columns = match question.compilers {
            true => {
                let flags = flags(question.options);
                compilers::columns(tools, cache, &text, question.side, target, &flags)
            }
            false => Vec::new(),
        };
        for function in &text.interface.functions {
            let about = About {
                target,
                language: language(question.side, false),
                options: question.options,
                interface: &text.interface,
            };
            let side = side(&about, question.side, function, &text.unnamed);
            if let (Answer::Unsupported(_), Side::Rust) = (&side.answer, question.side)
                && let Some(message) = rust::complaint(tools.rust, &text.source)
            {
                return Err(ExplainError::Refused(message));
            }
            let target = ExplainedTarget {
                target,
                sides: vec![side],
                compilers: compilers::take(&columns, &function.symbol),
            };
            explanation.add(&function.symbol, target);
        }
    }
    explanation
        .notes
        .extend(refused.notes(explanation.functions.is_empty())?);
    Ok(explanation)
}

/// Targets on which the compiler refuses a text. One that has no `stdio.h` does not hide the answer for another.
#[derive(Debug, Default)]
struct Refused {
    all: Vec<(Target, String)>,
}

impl Refused {
    /// What was read, or nothing where the compiler refuses it.
    fn unless<T>(
        &mut self,
        target: Target,
        read: Result<T, ExplainError>,
    ) -> Result<Option<T>, ExplainError> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(ExplainError::Refused(message)) => {
                self.all.push((target, message));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What to say of those targets; an error where there is no answer for any.
    fn notes(self, nothing: bool) -> Result<Vec<String>, ExplainError> {
        let mut all = self.all.into_iter();
        if nothing && let Some((_, message)) = all.next() {
            return Err(ExplainError::Refused(message));
        }
        let line = |message: &str| {
            let error = message.lines().find(|line| line.contains("error"));
            error.or(message.lines().next()).unwrap_or_default().to_owned()
        };
        Ok(all
            .map(|(target, message)| format!("not on {target}: {}", line(&message)))
            .collect())
    }
}

fn read_text(
    tools: Compilers<'_>,
    question: &Question<'_>,
    target: Target,
) -> Result<read::Text, ExplainError> {
    match question.side {
        Side::C => {
            let flags = flags(question.options);
            read::prototypes(tools.c, question.text, question.unnamed, target, &flags)
        }
        Side::Rust => {
            let mut text = rust::read(tools.rust, question.text, target, rust::Want::Functions)?;
            if let Some(unnamed) = question.unnamed {
                // Unnamed arguments are C's, whoever calls.
                let c = read::prototypes(tools.c, "", Some(unnamed), target, &[])?;
                text.unnamed = c.unnamed;
            }
            Ok(text)
        }
    }
}

/// The compiler's options that the model's options stand for.
fn flags(options: Options) -> Vec<String> {
    let words = [
        (options.avx, "-mavx"),
        (options.avx512, "-mavx512f"),
        (options.simd128, "-msimd128"),
        (options.short_enums, "-fshort-enums"),
    ];
    words
        .iter()
        .filter(|(on, _)| *on)
        .map(|(_, word)| (*word).to_owned())
        .collect()
}

/// Both sides' declarations.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    pub c: &'a Interface,
    pub rust: &'a Interface,
    /// The C side is C++.
    pub cpp: bool,
    /// What each side's ABI depends on besides types, C first.
    pub options: [Options; 2],
}

/// Explains the functions of a pair; `symbol` names one of them.
pub fn explain_pair(pair: &Pair<'_>, symbol: Option<&str>, target: Target, explanation: &mut Explanation) {
    let Pair {
        c,
        rust,
        cpp,
        options,
    } = *pair;
    let mut symbols: Vec<&str> = Vec::new();
    for function in c.functions.iter().chain(&rust.functions) {
        let wanted = symbol.is_none_or(|symbol| symbol == function.symbol);
        if wanted && !symbols.contains(&function.symbol.as_str()) {
            symbols.push(&function.symbol);
        }
    }
    for symbol in symbols {
        let mut sides = Vec::new();
        for (own, interface) in [(Side::C, c), (Side::Rust, rust)] {
            let about = About {
                target,
                language: language(own, cpp),
                options: options[usize::from(own == Side::Rust)],
                interface,
            };
            if let Some(function) = interface.function(symbol) {
                sides.push(side(&about, own, function, &[]));
            }
        }
        let target = ExplainedTarget {
            target,
            sides,
            compilers: Vec::new(),
        };
        explanation.add(symbol, target);
    }
}

/// Adds what the compilers of a case do, as `show` has it at the first optimisation level.
pub fn add_compilers(
    explanation: &mut Explanation,
    target: Target,
    toolchains: &[ToolchainReport],
    functions: &[FunctionReport],
) {
    let name = |side: Side| {
        let own = toolchains
            .iter()
            .find(|toolchain| toolchain.language == side.tag());
        own.map_or(side.tag(), |toolchain| toolchain.name.as_str())
    };
    for explained in &mut explanation.functions {
        let Some(report) = functions.iter().find(|report| report.symbol == explained.symbol) else {
            continue;
        };
        let Some(own) = explained.targets.iter_mut().find(|own| own.target == target) else {
            continue;
        };
        for (side, function) in [(Side::C, &report.c), (Side::Rust, &report.rust)] {
            let level = function.as_ref().and_then(|function| function.levels.first());
            let column = level.map(|level| Column::of_level(name(side), side, &report.symbol, target, level));
            own.compilers.extend(column);
        }
    }
}

impl Explanation {
    /// An explanation of nothing yet.
    pub fn empty() -> Explanation {
        Explanation {
            schema_version: SCHEMA_VERSION,
            notes: Vec::new(),
            functions: Vec::new(),
        }
    }

    fn add(&mut self, symbol: &str, target: ExplainedTarget) {
        match self
            .functions
            .iter_mut()
            .find(|function| function.symbol == symbol)
        {
            Some(function) => function.targets.push(target),
            None => self.functions.push(ExplainedFunction {
                symbol: symbol.to_owned(),
                targets: vec![target],
            }),
        }
    }
}

/// By whose rules and on which target a declaration is read.
#[derive(Clone, Copy, Debug)]
struct About<'a> {
    target: Target,
    language: Language,
    options: Options,
    interface: &'a Interface,
}

fn language(side: Side, cpp: bool) -> Language {
    match side {
        Side::C if cpp => Language::Cpp,
        Side::C => Language::C,
        Side::Rust => Language::Rust,
    }
}

fn side(about: &About<'_>, side: Side, function: &Function, unnamed: &[(String, Type)]) -> ExplainedSide {
    ExplainedSide {
        side,
        declaration: function.declaration.clone(),
        answer: view::answer(about, function, unnamed),
    }
}

#[cfg(test)]
mod tests;
