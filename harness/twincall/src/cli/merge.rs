//! `merge`: one report of the parts of a divided run, or of runs of different cases; of one report alone, its other forms.

use std::path::PathBuf;

use clap::Args;

use super::check::exit_code;
use super::reports::ReportArgs;
use super::{Color, Exit, complain, fuzz};
use crate::fuzz::forms;
use crate::report::format::render_subject;
use crate::report::read::{ReadError, merge as put_together, parse};

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// Reports that `check --format json` or `fuzz --format json` wrote
    #[arg(value_name = "REPORT.json", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    reports: ReportArgs,
    /// Count this verdict as a failure, or what was compared with nothing
    #[arg(long, value_name = "VERDICT", value_parser = ["accidental", "ambiguous", "unchecked"])]
    deny: Vec<String>,
    /// Show each case
    #[arg(short, long)]
    verbose: bool,
    /// Colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
}

pub(super) fn merge(arguments: &MergeArgs) -> Exit {
    let incomplete = |error: String| {
        complain(&error);
        Exit::Incomplete
    };
    let mut documents = Vec::new();
    for path in &arguments.files {
        match std::fs::read(path) {
            Ok(text) => documents.push((path.clone(), text)),
            Err(source) => {
                let path = path.clone();
                return incomplete(format!("failed to {}", ReadError::Open { path, source }));
            }
        }
    }
    if let Some(merged) = fuzz::of_documents(&documents) {
        let merged = match merged {
            Ok(merged) => merged,
            Err(error) => return incomplete(error),
        };
        let places = match arguments.reports.open(arguments.color, arguments.verbose) {
            Ok(places) => places,
            Err(exit) => return exit,
        };
        let written = places.write_with(
            |format, context| render_subject(&merged, format, context),
            || forms::in_markdown(&merged),
        );
        return written.max(Exit::from(&merged));
    }
    let mut reports = Vec::new();
    for (path, text) in &documents {
        match parse(path, text) {
            Ok(report) => reports.push((path.display().to_string(), report)),
            Err(error) => return incomplete(format!("failed to {error}").replace("failed to `", "`")),
        }
    }
    let merged = match put_together(reports) {
        Ok(merged) => merged,
        Err(error) => return incomplete(error.to_string()),
    };
    let places = match arguments.reports.open(arguments.color, arguments.verbose) {
        Ok(places) => places,
        Err(exit) => return exit,
    };
    places.write(&merged).max(exit_code(&merged, &arguments.deny))
}
