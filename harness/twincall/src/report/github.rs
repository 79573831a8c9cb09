//! What GitHub Actions shows: annotations beside the lines of a pull request, and a table in the summary of the step.

use std::fmt::Write as _;

use super::causes::{Cause, causes};
use super::human::headline;
use super::markdown;
use super::results::{Item, Results};
use crate::facts::{CaseReport, Report, SnapshotState, Unchecked, Verdict, path_from};

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
        let all: Vec<String> = items.map(|item| command(results, item, level)).collect();
        some(&mut text, level, &all, &format!(" {}", results.plural));
    }
    text
}

fn command(results: &Results<'_>, item: &Item<'_>, level: &str) -> String {
    let at = item.of.1.map_or(String::new(), |at| {
        let file = property(&path_from(results.project, &at.location.file));
        format!("file={file},line={},", at.location.line)
    });
    let message = format!("{}{}", item.text, item.further);
    format!("::{level} {at}title={}::{}", property(item.kind), data(&message))
}

/// As many as are shown, the last of which tells how many are not, and what they are.
fn some(text: &mut String, level: &str, all: &[String], what: &str) {
    let shown = if all.len() > SHOWN { SHOWN - 1 } else { all.len() };
    for line in &all[..shown] {
        let _ = writeln!(text, "{line}");
    }
    if all.len() > shown {
        let more = all.len() - shown;
        let _ = writeln!(
            text,
            "::{level} title=Twincall::{more} more{what}; the summary of the step has them"
        );
    }
}

/// What is wrong with a case besides its findings.
fn trouble(report: &Report, case: &CaseReport) -> Option<String> {
    let on = format!("{} on {}", case.name, case.target.short());
    if case.verdict == Verdict::Error {
        let reason = case.reason.as_deref().unwrap_or_default();
        let message = format!("{on}: {reason}");
        return Some(format!(
            "::error title={}::{}",
            property("not built or run"),
            data(&message)
        ));
    }
    if let Some(vanished) = case.vanished.first() {
        let message = format!(
            "{on}: the expected `{}` did not occur; delete this line",
            vanished.rule
        );
        return Some(format!(
            "::error file={},line={},title=vanished::{}",
            property(&report.path(&vanished.file)),
            vanished.line,
            data(&message)
        ));
    }
    matches!(case.snapshot, SnapshotState::Changed { .. }).then(|| {
        format!(
            "::error title=snapshot::{}",
            data(&format!("{on}: the snapshot changed"))
        )
    })
}

/// What was compared with nothing.
fn unchecked(report: &Report, case: &CaseReport, one: &Unchecked) -> String {
    let mut at = String::new();
    if let Some(location) = &one.location {
        at = format!(
            "file={},line={},",
            property(&report.path(&location.file)),
            location.line
        );
    }
    let name = match (one.side, &one.symbol) {
        (Some(side), Some(symbol)) => format!("{side} `{symbol}` of "),
        _ => String::new(),
    };
    let message = format!("{name}{} on {}: {}", case.name, case.target.short(), one.reason);
    format!("::warning {at}title=unchecked::{}", data(&message))
}

fn annotation(report: &Report, cause: &Cause<'_>, level: &str) -> String {
    let finding = cause.finding;
    let mut at = String::new();
    let declaration = finding
        .rust_declaration
        .as_ref()
        .or(finding.c_declaration.as_ref());
    if let Some(declaration) = declaration {
        let location = &declaration.location;
        at = format!(
            "file={},line={},col={},",
            property(&report.path(&location.file)),
            location.line,
            location.column
        );
    }
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
    format!(
        "::{level} {at}title={}::{}",
        property(finding.rule.id()),
        data(&message)
    )
}

/// The table for `$GITHUB_STEP_SUMMARY`.
pub fn summary(report: &Report) -> String {
    markdown::render(report)
}

/// The text of a workflow command. A log is shown by terminals too, which obey other control characters.
fn data(text: &str) -> String {
    let plain = |letter: &char| !letter.is_control() || matches!(letter, '\r' | '\n' | '\t');
    let text: String = text.chars().filter(plain).collect();
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
