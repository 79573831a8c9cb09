//! What a comparison of runs or a run of generated pairs found, as the forms for machines list it. A form that lists results
//! is written once and knows neither.

use serde::Serialize;

use super::human::Paint;
use crate::facts::{Declaration, ToolchainReport};
use crate::report::format::RenderError;

/// What can be written in every form besides a report.
pub trait Subject: Serialize {
    fn human(&self, paint: Paint) -> String;
    fn markdown(&self) -> String;

    /// The page for a browser, dated where there is a date.
    ///
    /// # Errors
    /// What the page's library has against it; none is known.
    fn page(&self, date: Option<u64>) -> Result<String, RenderError>;

    fn results(&self) -> Results<'_>;
}

/// Everything that was found.
#[derive(Clone, Debug)]
pub struct Results<'a> {
    /// The verb: `diff`, `fuzz`.
    pub verb: &'static str,
    pub toolchains: &'a [ToolchainReport],
    /// The project's folder below the root of the repository; empty for the root itself.
    pub project: &'a str,
    /// The kinds of results, each with a sentence.
    pub kinds: Vec<(&'static str, &'static str)>,
    pub items: Vec<Item<'a>>,
    pub suites: Vec<Suite<'a>>,
    /// What the items are called where there are more than are shown: `changes`.
    pub plural: &'static str,
}

/// One result.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    /// One of [`Results::kinds`].
    pub kind: &'static str,
    pub error: bool,
    pub text: String,
    /// What more an annotation says, on lines of its own.
    pub further: String,
    /// The symbol, and its declaration where it is in a file.
    pub of: (&'a str, Option<&'a Declaration>),
    /// Whether a place in a file belongs to every result of its kind.
    pub needs_file: bool,
    /// The same result in another run has the same words under this name.
    pub mark: (&'static str, Vec<&'a str>),
    pub properties: serde_json::Map<String, serde_json::Value>,
}

/// Results that belong together, the good ones too.
#[derive(Clone, Debug, Default)]
pub struct Suite<'a> {
    pub name: String,
    /// Whether the toolchains are named beside it.
    pub names_toolchains: bool,
    pub tests: Vec<Test<'a>>,
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Test<'a> {
    pub name: &'a str,
    pub class: String,
    pub properties: Vec<(&'static str, String)>,
    pub state: TestState,
}

/// What became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TestState {
    Passed,
    Failed {
        /// It could not be looked at, rather than that something was found.
        error: bool,
        /// The kind and the sentence of the first result.
        first: Option<(&'static str, String)>,
        /// All results, a line for each.
        text: String,
    },
}
