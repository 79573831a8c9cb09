//! The run as Markdown, for a comment on a pull request, and as a page for a browser.

use askama::Template;

use super::{pace, table, what_was_run};
use crate::fuzz::report::{CauseReport, FuzzReport, TargetReport};
use crate::report::format::RenderError;
use crate::report::html::{day, shown};
use crate::text::markdown::Markdown;

/// So many causes are in a comment.
const ROWS: usize = 30;

/// A comment on a pull request.
pub fn in_markdown(report: &FuzzReport) -> String {
    let mut page = Markdown::default();
    page.own(match report.is_wrong() || report.is_incomplete() {
        true => "❌",
        false => "✅",
    });
    page.own(" **Twincall: ").text(&report.answer()).own("**\n\n");
    page.text(&what_was_run(report)).own("\n");
    for target in &report.targets {
        page.own("\n### ").own(target.target.short()).own("\n\n");
        tables(&mut page, target);
        page.own("\n");
    }
    if !report.causes.is_empty() {
        page.own("\n### Causes\n\n| cause | pairs | shown by |\n|---|--:|---|\n");
    }
    for one in report.causes.iter().take(ROWS) {
        page.own("| ").text(&one.cause.sentence());
        page.own(" | ").text(&one.pairs.to_string());
        page.own(" | ").code(&one.command).own(" |\n");
    }
    if report.causes.len() > ROWS {
        let more = format!("{} more causes are not shown here.", report.causes.len() - ROWS);
        page.own("\n").text(&more).own("\n");
    }
    page.own("\n").text(&pace(report)).own("\n");
    page.finish()
}

/// The tables of one target in Markdown.
pub(crate) fn tables(page: &mut Markdown, target: &TargetReport) {
    page.own("| kind |");
    for outcome in table::COLUMNS {
        page.own(" ").own(outcome.name()).own(" |");
    }
    page.own("\n|---|");
    for _ in table::COLUMNS {
        page.own("--:|");
    }
    page.own("\n");
    for (name, counts) in table::kinds(target) {
        page.own("| ").text(&name).own(" |");
        for count in counts {
            if count > 0 {
                page.own(" ").text(&count.to_string());
            }
            page.own(" |");
        }
        page.own("\n");
    }
    page.own("\n").text(&table::correct(target)).own(".");
    for remark in table::remarks(target) {
        page.own(" ").text(&remark).own(".");
    }
    page.own("\n");
    let spellings = table::spellings(target);
    if !spellings.is_empty() {
        page.own("\n| correct pairs written with | pairs | false alarms |\n|---|--:|--:|\n");
    }
    for (name, pairs, accused) in spellings {
        page.own("| ").text(&name);
        page.own(" | ").text(&pairs.to_string());
        page.own(" | ").text(&accused.to_string()).own(" |\n");
    }
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
    shown(&page)
}
