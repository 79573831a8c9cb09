//! What GitHub Actions shows: annotations beside the lines of a pull request, and a table in the summary of the step.

use std::fmt::Write as _;

use super::causes::{Cause, causes};
use super::human::headline;
use super::markdown;
use super::results::{Item, Results};
use crate::facts::{CaseReport, Report, SnapshotState, Unchecked, Verdict, path_from};
use crate::text::printable;

/// GitHub shows ten errors and ten warnings of a step and drops the others without a word.
const SHOWN: usize = 10;

/// Workflow commands, one for each cause that is not expected, the most important first.
pub fn annotations(report: &Report) -> String {
    let mut text = String::new();
    let all = causes(report);
    let (warnings, errors): (Vec<&Cause<'_>>, Vec<&Cause<'_>>) = all
        .iter()
        .filter(|cause| cause.is_news())
        .partition(|cause| cause.expected());
    let mut others: Vec<String> = report
        .cases
        .iter()
        .filter_map(|case| trouble(report, case))
        .collect();
    others.extend(errors.iter().map(|cause| annotation(report, cause, "error")));
    some(&mut text, "error", &others, "");
    let mut warnings: Vec<String> = warnings
        .iter()
        .map(|cause| annotation(report, cause, "warning"))
        .collect();
    warnings.extend(report.unchecked().map(|(case, one)| unchecked(report, case, one)));
    some(&mut text, "warning", &warnings, "");
    text
}

/// Workflow commands of what is no report, a result each.
pub(super) fn results(results: &Results<'_>) -> String {
    let mut text = String::new();
    for (level, error) in [("error", true), ("warning", false)] {
        let items = results.items.iter().filter(|item| item.error == error);
        let all: Vec<String> = items.map(|item| result(results, item, level)).collect();
        some(&mut text, level, &all, &format!(" {}", results.plural));
    }
    text
}

fn result(results: &Results<'_>, item: &Item<'_>, level: &str) -> String {
    let at = item.of.1.map(|at| At {
        file: path_from(results.project, &at.location.file),
        line: at.location.line,
        column: None,
    });
    let message = format!("{}{}", item.text, item.further);
    command(level, at.as_ref(), item.kind, &message)
}

/// Where an annotation stands.
struct At {
    file: String,
    line: u32,
    column: Option<u32>,
}

/// The one way in which a command is written: whatever is in its file, title and message, it is one line and one command.
fn command(level: &str, at: Option<&At>, title: &str, message: &str) -> String {
    let at = at.map_or(String::new(), |at| {
        let column = at.column.map_or(String::new(), |column| format!("col={column},"));
        format!("file={},line={},{column}", property(&at.file), at.line)
    });
    format!("::{level} {at}title={}::{}", property(title), data(message))
}

/// As many as are shown, the last of which tells how many are not, and what they are.
fn some(text: &mut String, level: &str, all: &[String], what: &str) {
    let shown = if all.len() > SHOWN { SHOWN - 1 } else { all.len() };
    for line in &all[..shown] {
        let _ = writeln!(text, "{line}");
    }
    if all.len() > shown {
        let more = all.len() - shown;
        let message = format!("{more} more{what}; the summary of the step has them");
        let _ = writeln!(text, "{}", command(level, None, "Twincall", &message));
    }
}

/// What is wrong with a case besides its findings.
fn trouble(report: &Report, case: &CaseReport) -> Option<String> {
    let on = format!("{} on {}", case.name, case.target.short());
    if case.verdict == Verdict::Error {
        let reason = case.reason.as_deref().unwrap_or_default();
        let message = format!("{on}: {reason}");
        return Some(command("error", None, "not built or run", &message));
    }
    if let Some(vanished) = case.vanished.first() {
        let message = format!(
            "{on}: the expected `{}` did not occur; delete this line",
            vanished.rule
        );
        let at = At {
            file: report.path(&vanished.file),
            line: vanished.line,
            column: None,
        };
        return Some(command("error", Some(&at), "vanished", &message));
    }
    matches!(case.snapshot, SnapshotState::Changed { .. }).then(|| {
        let message = format!("{on}: the snapshot changed");
        command("error", None, "snapshot", &message)
    })
}

/// What was compared with nothing.
fn unchecked(report: &Report, case: &CaseReport, one: &Unchecked) -> String {
    let at = one.location.as_ref().map(|location| At {
        file: report.path(&location.file),
        line: location.line,
        column: None,
    });
    let name = match (one.side, &one.symbol) {
        (Some(side), Some(symbol)) => format!("{side} `{symbol}` of "),
        _ => String::new(),
    };
    let message = format!("{name}{} on {}: {}", case.name, case.target.short(), one.reason);
    command("warning", at.as_ref(), "unchecked", &message)
}

fn annotation(report: &Report, cause: &Cause<'_>, level: &str) -> String {
    let finding = cause.finding;
    let declaration = finding
        .rust_declaration
        .as_ref()
        .or(finding.c_declaration.as_ref());
    let at = declaration.map(|declaration| At {
        file: report.path(&declaration.location.file),
        line: declaration.location.line,
        column: Some(declaration.location.column),
    });
    let mut message = format!("{}: {}", finding.symbol, headline(finding));
    let affected = cause.affected().len();
    if affected > 1 {
        let _ = write!(message, "\nreaches {affected} functions or variables");
    }
    if let Some(effect) = cause
        .findings
        .iter()
        .find_map(|(_, finding)| finding.effect.first())
    {
        let _ = write!(message, "\n{effect}");
    }
    let _ = write!(message, "\n{}", cause.case.command);
    command(level, at.as_ref(), finding.rule.id(), &message)
}

/// The table for `$GITHUB_STEP_SUMMARY`.
pub fn summary(report: &Report) -> String {
    markdown::render(report)
}

/// The text of a workflow command. What the runner makes of it is shown by terminals and pages, which obey other characters.
fn data(text: &str) -> String {
    printable(text).replace('%', "%25").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
