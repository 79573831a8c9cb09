//! The reports of a run: one on standard output or in the file of `-o`, and as many more as `--report` names.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::Output;
use super::{Color, Exit, complain, progress};
use crate::facts::Report;
use crate::report::format::{Context, Format, RenderError, Request, render};
use crate::report::github;
use crate::report::human::Style;

/// The variable that names the file of a step's summary in GitHub Actions.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Form of the result: human, json, html, md, junit, sarif or github
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
    /// Write the result to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also write the result in this form to a file, as in html=abi.html; may be given more than once. `github` alone
    /// annotates the lines in GitHub Actions and adds to the step's summary
    #[arg(long, value_name = "FORM=FILE")]
    report: Vec<Request>,
}

/// Places to write to, tried before the run.
#[derive(Debug)]
pub(super) struct Reports {
    format: Format,
    path: Option<PathBuf>,
    output: Output,
    further: Vec<Request>,
    context: Context,
}

impl ReportArgs {
    /// Tries every place. A further report that cannot be written is said now and tried again when there is a result,
    /// because a run may take long and the other reports are worth having.
    pub(super) fn open(&self, color: Color, verbose: bool) -> Result<Reports, Exit> {
        let usage = |error: &str| {
            complain(error);
            Exit::Usage
        };
        let date = date().map_err(|error| usage(&error))?;
        let mut paths: Vec<&Path> = self.output.as_deref().into_iter().collect();
        for path in self.report.iter().filter_map(|request| request.path.as_deref()) {
            if paths.contains(&path) {
                return Err(usage(&format!(
                    "two reports are to be written to `{}`",
                    path.display()
                )));
            }
            paths.push(path);
        }
        let output = Output::open(self.output.as_deref()).map_err(|error| {
            complain(&cannot_write(self.output.as_deref(), &error));
            Exit::Incomplete
        })?;
        for request in &self.report {
            if let Some(path) = &request.path
                && let Err(error) = Output::open(Some(path))
            {
                progress::announce(&format!("warning: {}", cannot_write(Some(path), &error)));
            }
        }
        let style = Style {
            color: self.output.is_none() && color.enabled(),
            verbose,
        };
        Ok(Reports {
            format: self.format,
            path: self.output.clone(),
            output,
            further: self.report.clone(),
            context: Context { style, date },
        })
    }
}

impl Reports {
    /// Writes everything that can be written, and says what cannot.
    pub(super) fn write(self, report: &Report) -> Exit {
        self.write_with(
            |format, context| render(report, format, context),
            || github::summary(report),
        )
    }

    /// As [`Reports::write`], of something that has the same forms.
    pub(super) fn write_with(
        self,
        render: impl Fn(Format, Context) -> Result<String, RenderError>,
        summary: impl Fn() -> String,
    ) -> Exit {
        let mut exit = Exit::Expected;
        let mut failed = |error: String| {
            complain(&error);
            exit = Exit::Incomplete;
        };
        match render(self.format, self.context) {
            Ok(text) => {
                if let Err(error) = self.output.write(&text) {
                    failed(cannot_write(self.path.as_deref(), &error));
                }
            }
            Err(error) => failed(format!("cannot write {}: {error}", self.format.name())),
        }
        // Only the terminal gets colours.
        let style = Style {
            color: false,
            ..self.context.style
        };
        let context = Context {
            style,
            ..self.context
        };
        for request in &self.further {
            let text = match render(request.format, context) {
                Ok(text) => text,
                Err(error) => {
                    failed(format!("cannot write {}: {error}", request.format.name()));
                    continue;
                }
            };
            match &request.path {
                Some(path) => {
                    let written = Output::open(Some(path)).and_then(|output| output.write(&text));
                    if let Err(error) = written {
                        failed(cannot_write(Some(path), &error));
                    }
                }
                None => {
                    // The runner reads commands from standard error too, and standard output is the result's.
                    let _ = std::io::stderr().lock().write_all(text.as_bytes());
                    if let Err(error) = add_to_summary(&summary()) {
                        failed(format!("cannot add to the step's summary: {error}"));
                    }
                }
            }
        }
        exit
    }
}

/// Adds to the file that GitHub Actions shows with the step, where there is one.
fn add_to_summary(text: &str) -> std::io::Result<()> {
    let Some(path) = std::env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// The date that reports are to have.
fn date() -> Result<Option<u64>, String> {
    let Ok(text) = std::env::var("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    let seconds: u64 = text
        .parse()
        .map_err(|_| format!("SOURCE_DATE_EPOCH is `{text}`, and not a number of seconds"))?;
    // Dates behind the year 9999 have no form.
    Ok(Some(seconds.min(253_402_300_799)))
}

fn cannot_write(path: Option<&Path>, error: &std::io::Error) -> String {
    match path {
        Some(path) => format!("cannot write `{}`: {error}", path.display()),
        None => format!("cannot write to standard output: {error}"),
    }
}
