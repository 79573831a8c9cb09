//! The run as Markdown, for a comment on a pull request, and as a page for a browser.

use std::fmt::Write as _;

use askama::Template;

use super::{pace, table, what_was_run};
use crate::fuzz::report::{CauseReport, FuzzReport, TargetReport};
use crate::report::format::RenderError;
use crate::report::html::day;
use crate::report::markdown::escape;

/// So many causes are in a comment.
const ROWS: usize = 30;

/// A comment on a pull request.
pub fn in_markdown(report: &FuzzReport) -> String {
    let mark = if report.is_wrong() || report.is_incomplete() {
        "❌"
    } else {
        "✅"
    };
    let mut text = format!(
        "{mark} **Twincall: {}**\n\n{}\n",
        escape(&report.answer()),
        escape(&what_was_run(report)),
    );
    for target in &report.targets {
        let _ = writeln!(text, "\n### {}\n\n{}", target.target, tables(target));
    }
    if !report.causes.is_empty() {
        text.push_str("\n### Causes\n\n| cause | pairs | shown by |\n|---|--:|---|\n");
    }
    for one in report.causes.iter().take(ROWS) {
        let sentence = escape(&one.cause.sentence());
        let _ = writeln!(text, "| {sentence} | {} | `{}` |", one.pairs, one.command);
    }
    if report.causes.len() > ROWS {
        let _ = writeln!(
            text,
            "\n{} more causes are not shown here.",
            report.causes.len() - ROWS
        );
    }
    let _ = writeln!(text, "\n{}", escape(&pace(report)));
    text
}

/// The tables of one target in Markdown.
pub(crate) fn tables(target: &TargetReport) -> String {
    let mut text = String::from("| kind |");
    for outcome in table::COLUMNS {
        let _ = write!(text, " {} |", outcome.name());
    }
    let _ = writeln!(text, "\n|---|{}", "--:|".repeat(table::COLUMNS.len()));
    for (name, counts) in table::kinds(target) {
        let _ = write!(text, "| {} |", escape(&name));
        for count in counts {
            match count {
                0 => text.push_str(" |"),
                count => {
                    let _ = write!(text, " {count} |");
                }
            }
        }
        text.push('\n');
    }
    let _ = write!(text, "\n{}.", table::correct(target));
    for remark in table::remarks(target) {
        let _ = write!(text, " {remark}.");
    }
    text.push('\n');
    let spellings = table::spellings(target);
    if !spellings.is_empty() {
        text.push_str("\n| correct pairs written with | pairs | false alarms |\n|---|--:|--:|\n");
    }
    for (name, pairs, accused) in spellings {
        let _ = writeln!(text, "| {} | {pairs} | {accused} |", escape(&name));
    }
    text
}

#[derive(Template)]
#[template(path = "fuzz.html")]
struct Page<'r> {
    answer: String,
    good: bool,
    remarks: Vec<String>,
    date: Option<String>,
    style: &'static str,
    columns: Vec<&'static str>,
    targets: Vec<TargetTables>,
    causes: &'r [CauseReport],
}

struct TargetTables {
    name: String,
    kinds: Vec<(String, Vec<u64>)>,
    correct: String,
    remarks: Vec<String>,
    spellings: Vec<(String, u64, u64)>,
}

/// One file that works without a network.
pub(super) fn page(report: &FuzzReport, date: Option<u64>) -> Result<String, RenderError> {
    let page = Page {
        answer: report.answer(),
        good: !report.is_wrong() && !report.is_incomplete(),
        remarks: vec![what_was_run(report), pace(report)],
        date: date.map(day),
        style: include_str!("../../report/html/style.css"),
        columns: table::COLUMNS.map(|outcome| outcome.name()).to_vec(),
        targets: report
            .targets
            .iter()
            .map(|target| TargetTables {
                name: target.target.to_string(),
                kinds: table::kinds(target),
                correct: table::correct(target),
                remarks: table::remarks(target),
                spellings: table::spellings(target),
            })
            .collect(),
        causes: &report.causes,
    };
    page.render().map_err(RenderError::from)
}
