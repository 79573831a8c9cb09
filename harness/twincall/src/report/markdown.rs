//! Markdown for a comment on a pull request: the answer first, a table of causes, the evidence folded away.

use super::causes::{Cause, causes};
use super::human::{self, Style};
use crate::facts::{CaseReport, Report, SnapshotState, Verdict};
use crate::text::markdown::Markdown;

/// So many causes are in the table. A comment on GitHub may have 65,536 characters.
const ROWS: usize = 20;
/// So many cases are explained below it.
const EXPLAINED: usize = 5;
/// An explanation is cut after so many lines.
const LINES: usize = 60;

/// The text.
pub fn render(report: &Report) -> String {
    let mut page = Markdown::default();
    let summary = report.summary;
    let count = |verdict: Verdict| report.cases.iter().filter(|case| case.verdict == verdict).count();
    let (mark, answer) = match (summary.failed, summary.unexpected) {
        (0, 0) if summary.unchecked == 0 => ("✅", "all as expected".to_owned()),
        (0, 0) => ("⚠️", format!("all as expected, {} unchecked", summary.unchecked)),
        (0, unexpected) => ("❌", format!("{unexpected} not as expected")),
        (failed, unexpected) => ("❌", format!("{failed} failed, {unexpected} not as expected")),
    };
    let compilers: Vec<String> = report
        .toolchains
        .iter()
        .map(|toolchain| format!("{} ({})", toolchain.name, toolchain.version))
        .collect();
    page.own(mark).own(" **Twincall: ").text(&answer).own("** · ");
    page.text(&compilers.join(", ")).own("\n\n");
    let verdicts = format!(
        "{} conform, {} agree, {} ambiguous, {} accidental, {} diverge · {} calls",
        count(Verdict::Conforms),
        count(Verdict::Agrees),
        count(Verdict::Ambiguous),
        count(Verdict::Accidental),
        count(Verdict::Diverges),
        summary.calls
    );
    page.text(&verdicts).own("\n");
    page.text(&format!("{summary}; {} unchecked", summary.unchecked))
        .own("\n");
    let all = causes(report);
    let new: Vec<&Cause<'_>> = all.iter().filter(|cause| cause.is_news()).collect();
    table(&mut page, &new);
    others(&mut page, report);
    unchecked(&mut page, report);
    let bad: Vec<&CaseReport> = report.cases.iter().filter(|case| is_bad(case)).collect();
    for case in bad.iter().take(EXPLAINED) {
        page.own("\n")
            .fold(&format!("{} on {}", case.name, case.target.short()));
        page.fenced("text", &cut(&human::explain(case, Style::default())));
        page.unfold();
    }
    if bad.len() > EXPLAINED {
        let more = format!("{} more are not shown here.", bad.len() - EXPLAINED);
        page.own("\n").text(&more).own("\n");
    }
    page.finish()
}

fn is_bad(case: &CaseReport) -> bool {
    case.verdict == Verdict::Error || case.executed() && case.unexpected()
}

fn table(page: &mut Markdown, causes: &[&Cause<'_>]) {
    if causes.is_empty() {
        return;
    }
    page.own("\n| | rule | where | C | Rust | reaches |\n|---|---|---|---|---|---|\n");
    for cause in causes.iter().take(ROWS) {
        let finding = cause.finding;
        let targets: Vec<&str> = cause.targets().iter().map(|target| target.short()).collect();
        page.own(if cause.expected() {
            "| ⚠️ | "
        } else {
            "| ❌ | "
        });
        page.code(finding.rule.id()).own(" | ").code(&finding.symbol);
        if !finding.place.is_whole() {
            page.own(", ").text(&finding.place.to_string());
        }
        page.own(" | ")
            .text(&finding.c())
            .own(" | ")
            .text(&finding.rust());
        let reaches = format!("{} of {}", cause.affected().len(), cause.case.name);
        page.own(" | ").text(&reaches);
        page.own(", ").text(&targets.join(" and ")).own(" |\n");
    }
    if causes.len() > ROWS {
        let more = format!("{} more causes are not shown here.", causes.len() - ROWS);
        page.own("\n").text(&more).own("\n");
    }
}

/// What is wrong without a finding.
fn others(page: &mut Markdown, report: &Report) {
    let mut lines = Vec::new();
    for case in &report.cases {
        let vanished = case.vanished.iter();
        lines.extend(vanished.map(|vanished| (case, Some(vanished), "")));
        if let SnapshotState::Changed { .. } = case.snapshot {
            lines.push((case, None, "the snapshot changed"));
        }
        if case.verdict == Verdict::Error {
            let reason = case.reason.as_deref().unwrap_or_default();
            lines.push((case, None, reason.lines().next().unwrap_or_default()));
        }
    }
    if !lines.is_empty() {
        page.own("\n");
    }
    for (case, vanished, reason) in lines.iter().take(ROWS) {
        page.own("- ")
            .text(&case.name)
            .own(" on ")
            .own(case.target.short());
        match vanished {
            Some(vanished) => {
                let place = format!("{}:{}", report.path(&vanished.file), vanished.line);
                page.own(": the expected ").code(vanished.rule.id());
                page.own(" did not occur; delete it from ").text(&place);
            }
            None => {
                page.own(": ").text(reason);
            }
        }
        page.own("\n");
    }
    if lines.len() > ROWS {
        page.own("- ")
            .text(&format!("{} more", lines.len() - ROWS))
            .own("\n");
    }
}

/// What was compared with nothing.
fn unchecked(page: &mut Markdown, report: &Report) {
    let count = report.summary.unchecked;
    if count == 0 {
        return;
    }
    page.own("\nCompared with nothing:\n\n");
    for (case, one) in report.unchecked().take(ROWS) {
        page.own("- ");
        if one.symbol.is_some() {
            page.text(&one.to_string()).own(", ");
        }
        page.text(&case.name).own(" on ").own(case.target.short());
        page.own(": ").text(one.reason.lines().next().unwrap_or_default());
        page.own("\n");
    }
    if count > ROWS {
        page.own("- ").text(&format!("{} more", count - ROWS)).own("\n");
    }
}

/// As many lines as are shown.
fn cut(explanation: &str) -> String {
    let count = explanation.lines().count();
    let mut lines: Vec<&str> = explanation.lines().take(LINES).collect();
    let more = format!("… {} more lines", count.saturating_sub(LINES));
    if count > LINES {
        lines.push(&more);
    }
    lines.join("\n")
}
