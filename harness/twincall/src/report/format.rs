//! The forms in which a report can be written, and what one was asked for where.

use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;

use super::human::{self, Paint, Style};
use super::results::Subject;
use super::{github, html, json, junit, markdown, sarif};
use crate::account::{self, Part};
use crate::facts::Report;
use crate::text;

/// A form of the report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Format {
    /// For a terminal.
    Human,
    /// The report itself, under `docs/report.schema.json`.
    Json,
    /// One file for a browser.
    Html,
    /// For a comment on a pull request.
    Markdown,
    /// For test dashboards.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions, and its step summary.
    Github,
}

impl Format {
    /// All forms, in the order in which they are named to users.
    pub const ALL: [Format; 7] = [
        Format::Human,
        Format::Json,
        Format::Html,
        Format::Markdown,
        Format::Junit,
        Format::Sarif,
        Format::Github,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Json => "json",
            Format::Html => "html",
            Format::Markdown => "md",
            Format::Junit => "junit",
            Format::Sarif => "sarif",
            Format::Github => "github",
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Format, String> {
        let known = Format::ALL.map(Format::name);
        Format::ALL
            .into_iter()
            .find(|format| format.name() == name || name == "markdown" && *format == Format::Markdown)
            .ok_or_else(|| format!("there is no form `{name}`{}", text::nearest(name, &known)))
    }
}

/// What does not come from the run, and is the same for every form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Context {
    pub style: Style,
    /// Seconds since 1970 to date the report with. Without it no report has a date, so that equal runs give equal bytes.
    pub date: Option<u64>,
}

/// What the library of a form has against a report; no case of it is known.
#[derive(Debug, Error)]
pub enum RenderError {
    #[error("write JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("fill the page: {0}")]
    Page(#[from] askama::Error),
    #[error("compress the page's data: {0}")]
    Compress(#[from] std::io::Error),
    #[error("write XML: {0}")]
    Junit(#[from] quick_junit::SerializeError),
}

/// Writes a report in a form.
///
/// # Errors
/// See [`RenderError`].
pub fn render(report: &Report, format: Format, context: Context) -> Result<String, RenderError> {
    let _counting = account::count(Part::Reports);
    match format {
        Format::Human => Ok(human::render(report, context.style)),
        Format::Json => json::render(report).map_err(RenderError::from),
        Format::Html => html::render(report, context.date),
        Format::Markdown => Ok(markdown::render(report)),
        Format::Junit => junit::render(report, context.date),
        Format::Sarif => sarif::render(report).map_err(RenderError::from),
        Format::Github => Ok(github::annotations(report)),
    }
}

/// Writes what is no report in a form.
///
/// # Errors
/// See [`RenderError`].
pub fn render_subject<S: Subject>(
    subject: &S,
    format: Format,
    context: Context,
) -> Result<String, RenderError> {
    match format {
        Format::Human => {
            let paint = Paint::new(context.style.color);
            Ok(paint.only(&subject.human(paint)))
        }
        Format::Json => text::json(subject).map_err(RenderError::from),
        Format::Html => subject.page(context.date),
        Format::Markdown => Ok(subject.markdown()),
        Format::Junit => junit::results(&subject.results(), context.date),
        Format::Sarif => sarif::results(&subject.results()).map_err(RenderError::from),
        Format::Github => Ok(github::results(&subject.results())),
    }
}

/// A further report that a run is to write: `html=abi.html`, or `github` alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    pub format: Format,
    /// `None` is standard output.
    pub path: Option<PathBuf>,
}

impl FromStr for Request {
    type Err = String;

    fn from_str(text: &str) -> Result<Request, String> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) => (name, Some(path)),
            None => (text, None),
        };
        let format: Format = name.parse()?;
        match path {
            Some("") => Err(format!("`{text}` names no file")),
            None if format != Format::Github => Err(format!(
                "say where to write it: `{name}=FILE`; `--format {name}` writes to standard output"
            )),
            path => Ok(Request {
                format,
                path: path.map(PathBuf::from),
            }),
        }
    }
}
