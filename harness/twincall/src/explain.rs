//! What `explain` and `layout` tell of a signature, a type or a case, by the written ABI and, where asked, by the compilers.
//! Nothing is run and nothing is judged here.
//!
//! Everything that is shown is data first ([`Explanation`], [`layout::Layouts`]); text, JSON and drawings are made from it.

use crate::command::{CallError, MissingCompiler};

use serde::Serialize;
use thiserror::Error;
use twincall_abi::interface::{Interface, Side};
use twincall_abi::model::{Clause, Language, Options};
use twincall_abi::target::Target;

use crate::events::Events;
use crate::facts::{FunctionReport, ToolchainReport};
use crate::source;
use crate::toolchain::{CToolchain, RustToolchain};

pub mod across;
mod compilers;
mod frame;
pub mod human;
pub mod layout;
mod mend;
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
pub use view::{Row, SlotWords, Unknown, View};

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
    /// Compilers would exhaust their stack, or give up after a long time.
    #[error("the text nests brackets, stars or signs more than 256 deep, which no compiler reads")]
    TooDeep,
    #[error("the compiler crashed while it read the text, and says nothing of it")]
    Crashed,
    /// None of the languages that were tried takes the text.
    #[error("{error}\nthis is what it says of {likely}; as {} the text does not read either", crate::text::listed(.others))]
    NoLanguage {
        likely: &'static str,
        others: Vec<String>,
        error: Box<ExplainError>,
    },
    #[error(transparent)]
    NoCompiler(#[from] MissingCompiler),
    #[error("prepare a folder for the compiler: {0}")]
    Folder(std::io::Error),
    /// The compiler was not run.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl ExplainError {
    /// Whether the person's text is at fault, rather than the machine.
    pub fn is_usage(&self) -> bool {
        match self {
            ExplainError::Refused(_)
            | ExplainError::Text(_)
            | ExplainError::TooDeep
            | ExplainError::Crashed
            | ExplainError::NoLanguage { .. } => true,
            ExplainError::Folder(_) | ExplainError::NoCompiler(_) | ExplainError::Call(_) => false,
        }
    }
}

/// Signatures explained.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Explanation {
    pub schema_version: u32,
    /// What one has to know to understand the answer.
    pub notes: Vec<String>,
    pub functions: Vec<ExplainedFunction>,
    /// Functions of which nothing can be told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedFunction>,
}

/// A function of which nothing can be told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RefusedFunction {
    pub symbol: String,
    pub reason: String,
    pub targets: Vec<Target>,
}

impl RefusedFunction {
    /// As both text and drawings have it.
    fn words(&self) -> String {
        let on = match self.targets.as_slice() {
            [target] => format!(" on {target}"),
            _ => String::new(),
        };
        format!("not explained{on}: `{}`: {}", self.symbol, self.reason)
    }
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
    /// Of some arguments, or of the result, the place is not known.
    Partial(Box<View>),
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
            Answer::Settled(view) | Answer::Partial(view) => vec![(None, &**view)],
            Answer::Ambiguous(readings) => readings
                .iter()
                .map(|reading| (Some(reading), &reading.view))
                .collect(),
            Answer::Unsupported(_) => Vec::new(),
        }
    }

    /// Whether it tells all that was asked.
    pub fn is_whole(&self) -> bool {
        matches!(self, Answer::Settled(_) | Answer::Ambiguous(_))
    }

    /// Whether it tells where some argument goes.
    fn places_some(&self) -> bool {
        let known = |view: &View| view.arguments.iter().any(|row| row.unknown.is_none());
        match self {
            Answer::Settled(_) | Answer::Ambiguous(_) => true,
            Answer::Partial(view) => known(view),
            Answer::Unsupported(_) => false,
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
    /// Nothing where the text itself is to tell.
    pub language: Option<Language>,
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
    in_some_language(question.text, question.language, &mut |attempt| {
        explain_in(tools, cache, question, attempt)
    })
}

/// How a text is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Attempt {
    language: Language,
    /// The text is taken to be in this language, so that its errors are of interest.
    likely: bool,
    /// What the compiler refuses is left out.
    mends: bool,
}

/// Reads a text in its language, or in the first that takes it where nobody says which it is: Rust where it looks like it, else C,
/// then C++.
fn in_some_language<T: Noted>(
    text: &str,
    language: Option<Language>,
    read: &mut dyn FnMut(Attempt) -> Result<T, ExplainError>,
) -> Result<T, ExplainError> {
    let likely = language.unwrap_or_else(|| source::language::likely(text));
    let order: &[Language] = match (language, likely) {
        (Some(_), _) => &[likely],
        (None, Language::Rust) => &[Language::Rust, Language::C, Language::Cpp],
        (None, Language::C | Language::Cpp) => &[Language::C, Language::Cpp, Language::Rust],
    };
    let mut first = None;
    for &one in order {
        let attempt = Attempt {
            language: one,
            likely: one == likely,
            mends: false,
        };
        match read(attempt) {
            Ok(mut told) => {
                if language.is_none() && one != Language::C {
                    told.note(format!("read as {}", name(one)));
                }
                return Ok(told);
            }
            Err(error) if one == likely => {
                // A text that the compiler takes and that has nothing in it is no better in another language.
                if !error.is_usage() || matches!(error, ExplainError::Text(_) | ExplainError::TooDeep) {
                    return Err(error);
                }
                first = Some(error);
            }
            Err(error) if error.is_usage() || matches!(error, ExplainError::NoCompiler(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let mended = read(Attempt {
        language: likely,
        likely: true,
        mends: true,
    });
    match (mended, first) {
        (Ok(mut told), _) => {
            if language.is_none() && likely != Language::C {
                told.note(format!("read as {}", name(likely)));
            }
            Ok(told)
        }
        (Err(_), Some(error)) if order.len() > 1 => Err(ExplainError::NoLanguage {
            likely: name(likely),
            others: order
                .iter()
                .filter(|one| **one != likely)
                .map(|one| name(*one).to_owned())
                .collect(),
            error: Box::new(error),
        }),
        (Err(_), Some(error)) | (Err(error), None) => Err(error),
    }
}

/// An answer that has room for what one has to know to understand it.
trait Noted {
    /// Puts a note before the others.
    fn note(&mut self, note: String);
}

impl Noted for Explanation {
    fn note(&mut self, note: String) {
        self.notes.insert(0, note);
    }
}

fn name(language: Language) -> &'static str {
    match language {
        Language::C => "C",
        Language::Cpp => "C++",
        Language::Rust => "Rust",
    }
}

const NO_FUNCTION: &str = "the text declares no function that others can call (a static one has no symbol); `twincall layout` draws types";
const NO_FREE_FUNCTION: &str = "the text declares no function outside of a class (of a member, write it with its object as a pointer in \
    front); `twincall layout` draws types";

fn explain_in(
    tools: Compilers<'_>,
    cache: &crate::cache::Cache,
    question: &Question<'_>,
    attempt: Attempt,
) -> Result<Explanation, ExplainError> {
    let language = attempt.language;
    let side = side_of(language);
    let mut explanation = Explanation::empty();
    let mut refused = Refused::default();
    let mut complaint = None;
    for &target in question.targets {
        let read = read_text(tools, question, attempt, target);
        let Some(text) = refused.unless(target, read)? else {
            continue;
        };
        if text.interface.functions.is_empty() && text.interface.refused.is_empty() {
            let message = if language == Language::Cpp {
                NO_FREE_FUNCTION
            } else {
                NO_FUNCTION
            };
            return Err(ExplainError::Text(message.to_owned()));
        }
        explanation.take_in(&text, target);
        let columns = match question.compilers {
            true => {
                let flags = flags(question.options);
                compilers::columns(tools, cache, &text, language, target, &flags)
            }
            false => Vec::new(),
        };
        for function in &text.interface.functions {
            let about = About {
                target,
                language,
                options: question.options,
                interface: &text.interface,
            };
            let own = text.as_written(function);
            let unresolved = |index| text.unresolved(function, index);
            let side = ExplainedSide {
                side,
                declaration: own.declaration.clone(),
                answer: view::answer(&about, &own, &text.unnamed, &unresolved),
            };
            if complaint.is_none() && !side.answer.is_whole() && language == Language::Rust {
                complaint = rust::complaint(tools.rust.filter(|_| attempt.likely), &text.source);
            }
            let target = ExplainedTarget {
                target,
                sides: vec![side],
                compilers: compilers::take(&columns, &function.symbol),
            };
            explanation.add(&text.called(function, language), target);
        }
        complaint = complaint.or(text.complaint);
    }
    let places_some = explanation.answers().any(Answer::places_some);
    match complaint {
        // What a compiler says of a text of which nothing is known is worth more than that.
        Some(message) if !places_some => return Err(ExplainError::Refused(message)),
        _ => {}
    }
    if explanation.functions.is_empty() && !explanation.refused.is_empty() {
        let all = explanation.refused.iter();
        let all: Vec<String> = all
            .map(|own| format!("`{}` cannot be explained: {}", own.symbol, own.reason))
            .collect();
        return Err(ExplainError::Text(all.join("\n")));
    }
    explanation
        .notes
        .extend(refused.notes(explanation.functions.is_empty())?);
    Ok(explanation)
}

fn side_of(language: Language) -> Side {
    match language {
        Language::C | Language::Cpp => Side::C,
        Language::Rust => Side::Rust,
    }
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
    attempt: Attempt,
    target: Target,
) -> Result<read::Text, ExplainError> {
    let flags = flags(question.options);
    let reader = read::Reader {
        c: tools.c,
        cpp: attempt.language == Language::Cpp,
        target,
        flags: &flags,
        mends: attempt.mends,
    };
    match attempt.language {
        Language::C | Language::Cpp => read::prototypes(&reader, question.text, question.unnamed),
        Language::Rust => {
            let rustc = tools.rust.filter(|_| attempt.likely);
            let mut text = rust::read(rustc, question.text, target, rust::Want::Functions)?;
            if let Some(unnamed) = question.unnamed {
                // Unnamed arguments are C's, whoever calls.
                text.unnamed = read::prototypes(&reader, "", Some(unnamed))?.unnamed;
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
                sides.push(ExplainedSide {
                    side: own,
                    declaration: function.declaration.clone(),
                    answer: view::answer(&about, function, &[], &|_| None),
                });
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
            refused: Vec::new(),
        }
    }

    /// Whether everything that was asked about is told.
    pub fn is_whole(&self) -> bool {
        self.refused.is_empty() && self.answers().all(Answer::is_whole)
    }

    fn answers(&self) -> impl Iterator<Item = &Answer> {
        let targets = self.functions.iter().flat_map(|function| &function.targets);
        targets.flat_map(|target| &target.sides).map(|side| &side.answer)
    }

    /// Adds a function of which nothing can be told on a target.
    pub fn refuse(&mut self, symbol: &str, reason: &str, target: Target) {
        let known = self
            .refused
            .iter_mut()
            .find(|known| known.symbol == symbol && known.reason == reason);
        match known {
            Some(known) => known.targets.push(target),
            None => self.refused.push(RefusedFunction {
                symbol: symbol.to_owned(),
                reason: reason.to_owned(),
                targets: vec![target],
            }),
        }
    }

    /// What a text says besides its functions.
    fn take_in(&mut self, text: &read::Text, target: Target) {
        let left_out = text.left_out.iter().filter(|own| !own.is_function);
        let types = left_out.map(|own| format!("`{}` is left out: {}", own.name, own.reason));
        for note in text.notes.iter().cloned().chain(types) {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        for own in text.left_out.iter().filter(|own| own.is_function) {
            self.refuse(&own.name, &own.reason, target);
        }
        for refusal in &text.interface.refused {
            self.refuse(&refusal.symbol, &text.restored(&refusal.reason), target);
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

#[cfg(test)]
mod tests;
