//! Markdown for a comment on a pull request: the answer first, a table of causes, the evidence folded away.

use std::fmt::Write as _;

use super::causes::{Cause, causes};
use super::human::{self, Style};
use crate::facts::{CaseReport, Report, SnapshotState, Verdict};
use crate::text::printable;

/// So many causes are in the table. A comment on GitHub may have 65,536 characters.
const ROWS: usize = 20;
/// So many cases are explained below it.
const EXPLAINED: usize = 5;
/// An explanation is cut after so many lines.
const LINES: usize = 60;

/// The text.
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    let summary = report.summary;
    let count = |verdict: Verdict| report.cases.iter().filter(|case| case.verdict == verdict).count();
    let answer = match (summary.failed, summary.unexpected) {
        (0, 0) if summary.unchecked == 0 => "✅ **Twincall: all as expected**".to_owned(),
        (0, 0) => format!(
            "⚠️ **Twincall: all as expected, {} unchecked**",
            summary.unchecked
        ),
        (0, unexpected) => format!("❌ **Twincall: {unexpected} not as expected**"),
        (failed, unexpected) => {
            format!("❌ **Twincall: {failed} failed, {unexpected} not as expected**")
        }
    };
    let compilers: Vec<String> = report
        .toolchains
        .iter()
        .map(|toolchain| format!("{} ({})", toolchain.name, toolchain.version))
        .collect();
    let _ = writeln!(text, "{answer} · {}\n", escape(&compilers.join(", ")));
    let _ = writeln!(
        text,
        "{} conform, {} agree, {} ambiguous, {} accidental, {} diverge · {} calls",
        count(Verdict::Conforms),
        count(Verdict::Agrees),
        count(Verdict::Ambiguous),
        count(Verdict::Accidental),
        count(Verdict::Diverges),
        summary.calls
    );
    let _ = writeln!(text, "{summary}; {} unchecked", summary.unchecked);
    let all = causes(report);
    let new: Vec<&Cause<'_>> = all.iter().filter(|cause| cause.is_news()).collect();
    table(&mut text, &new);
    others(&mut text, report);
    unchecked(&mut text, report);
    let bad: Vec<&CaseReport> = report.cases.iter().filter(|case| is_bad(case)).collect();
    for case in bad.iter().take(EXPLAINED) {
        let _ = writeln!(
            text,
            "\n<details><summary>{} on {}</summary>\n",
            html(&case.name),
            case.target.short()
        );
        code(&mut text, &human::explain(case, Style::default()));
        text.push_str("\n</details>\n");
    }
    if bad.len() > EXPLAINED {
        let _ = writeln!(text, "\n{} more are not shown here.", bad.len() - EXPLAINED);
    }
    text
}

fn is_bad(case: &CaseReport) -> bool {
    case.verdict == Verdict::Error || case.executed() && case.unexpected()
}

fn table(text: &mut String, causes: &[&Cause<'_>]) {
    if causes.is_empty() {
        return;
    }
    text.push_str("\n| | rule | where | C | Rust | reaches |\n|---|---|---|---|---|---|\n");
    for cause in causes.iter().take(ROWS) {
        let finding = cause.finding;
        let place = match finding.place.is_whole() {
            true => String::new(),
            false => format!(", {}", finding.place),
        };
        let targets: Vec<&str> = cause.targets().iter().map(|target| target.short()).collect();
        let _ = writeln!(
            text,
            "| {} | `{}` | `{}`{} | {} | {} | {} of {}, {} |",
            if cause.expected() { "⚠️" } else { "❌" },
            finding.rule.id(),
            finding.symbol,
            escape(&place),
            escape(&finding.c()),
            escape(&finding.rust()),
            cause.affected().len(),
            escape(&cause.case.name),
            targets.join(" and ")
        );
    }
    if causes.len() > ROWS {
        let _ = writeln!(text, "\n{} more causes are not shown here.", causes.len() - ROWS);
    }
}

/// What is wrong without a finding.
fn others(text: &mut String, report: &Report) {
    let mut lines = Vec::new();
    for case in &report.cases {
        let on = format!("{} on {}", escape(&case.name), case.target.short());
        for vanished in &case.vanished {
            lines.push(format!(
                "- {on}: the expected `{}` did not occur; delete it from {}:{}",
                vanished.rule,
                escape(&report.path(&vanished.file)),
                vanished.line
            ));
        }
        if let SnapshotState::Changed { .. } = case.snapshot {
            lines.push(format!("- {on}: the snapshot changed"));
        }
        if case.verdict == Verdict::Error {
            let reason = case.reason.as_deref().unwrap_or_default();
            let reason = reason.lines().next().unwrap_or_default();
            lines.push(format!("- {on}: {}", escape(reason)));
        }
    }
    if lines.is_empty() {
        return;
    }
    text.push('\n');
    for line in lines.iter().take(ROWS) {
        let _ = writeln!(text, "{line}");
    }
    if lines.len() > ROWS {
        let _ = writeln!(text, "- {} more", lines.len() - ROWS);
    }
}

/// What was compared with nothing.
fn unchecked(text: &mut String, report: &Report) {
    let count = report.summary.unchecked;
    if count == 0 {
        return;
    }
    text.push_str("\nCompared with nothing:\n\n");
    for (case, one) in report.unchecked().take(ROWS) {
        let name = match one.symbol {
            Some(_) => format!("{}, ", escape(&one.to_string())),
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "- {name}{} on {}: {}",
            escape(&case.name),
            case.target.short(),
            escape(one.reason.lines().next().unwrap_or_default())
        );
    }
    if count > ROWS {
        let _ = writeln!(text, "- {} more", count - ROWS);
    }
}

/// A block of code in a fence that nothing in it can end.
fn code(text: &mut String, content: &str) {
    let longest = content
        .lines()
        .map(|line| line.trim_start().chars().take_while(|mark| *mark == '`').count())
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let count = content.lines().count();
    let _ = writeln!(text, "{fence}text");
    for line in content.lines().take(LINES) {
        let _ = writeln!(text, "{line}");
    }
    if count > LINES {
        let _ = writeln!(text, "… {} more lines", count - LINES);
    }
    let _ = writeln!(text, "{fence}");
}

/// Text in a line of Markdown, where nothing of it is markup.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in printable(text).chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '@' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\n' | '\r' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
