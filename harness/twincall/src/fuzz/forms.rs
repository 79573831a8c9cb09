//! What a run of generated pairs came to, in every form that a report has.

use std::fmt::Write as _;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

use super::outcome::Outcome;
use super::report::{CauseReport, Counts, FuzzReport, TargetReport};
use crate::report::format::{Context, Format, RenderError};
use crate::report::github::{data, property};
use crate::report::human::Paint;
use crate::report::sarif;

mod human;
mod page;
pub(super) mod table;

pub use page::in_markdown;
pub(super) use page::tables;

/// Writes a run in a form.
///
/// # Errors
/// What the form's library has against it; none is known.
pub fn render(report: &FuzzReport, format: Format, context: Context) -> Result<String, RenderError> {
    match format {
        Format::Human => {
            let paint = Paint(context.style.color);
            Ok(paint.only(&human::human(report, paint)))
        }
        Format::Json => serde_json::to_string_pretty(report)
            .map(|text| text + "\n")
            .map_err(RenderError::from),
        Format::Html => page::page(report, context.date),
        Format::Markdown => Ok(in_markdown(report)),
        Format::Junit => junit(report, context.date),
        Format::Sarif => in_sarif(report).map_err(RenderError::from),
        Format::Github => Ok(annotations(report)),
    }
}

/// `seed 1, pairs 0 to 999, part 2/8`.
pub(super) fn what_was_run(report: &FuzzReport) -> String {
    let toolchains: Vec<String> = report
        .toolchains
        .iter()
        .map(|toolchain| format!("{} ({})", toolchain.name, toolchain.version))
        .collect();
    let mut text = format!(
        "{}; seed {}, {} pairs",
        toolchains.join(", "),
        report.seed,
        report.count
    );
    if !report.kinds.is_empty() {
        let _ = write!(text, ", {} only", report.kinds.join(", "));
    }
    if let Some(shard) = report.shard {
        let _ = write!(text, ", part {shard}");
    }
    text
}

/// `0.12 s a pair and target`.
pub(super) fn pace(report: &FuzzReport) -> String {
    let judged = report.judged().max(1);
    format!(
        "{judged} pairs in {:.0} s, {:.2} s a pair",
        report.seconds,
        report.seconds / judged as f64
    )
}

/// A suite for each target: a test for each kind, one for all correct pairs.
fn junit(report: &FuzzReport, date: Option<u64>) -> Result<String, RenderError> {
    let mut document = Document::new("twincall fuzz");
    if let Some(date) = date {
        let date = std::time::UNIX_EPOCH + Duration::from_secs(date);
        document.set_timestamp(chrono::DateTime::<chrono::Utc>::from(date));
    }
    for target in &report.targets {
        let mut suite = TestSuite::new(target.target.short());
        for toolchain in &report.toolchains {
            suite.add_property((toolchain.name.as_str(), toolchain.version.as_str()));
        }
        let kinds = target.kinds.iter().map(|row| (row.kind.as_str(), &row.counts));
        for (kind, counts) in kinds.chain([(super::CORRECT, &target.correct)]) {
            let mut test = TestCase::new(kind, status(report, target, kind, counts));
            test.set_classname(format!("fuzz.{}", target.target.short()));
            test.add_property(("pairs", counts.sum().to_string().as_str()));
            suite.add_test_case(test);
        }
        document.add_test_suite(suite);
    }
    document.to_string().map_err(RenderError::from)
}

fn status(report: &FuzzReport, target: &TargetReport, kind: &str, counts: &Counts) -> TestCaseStatus {
    let wrong = counts.0.keys().any(|outcome| outcome.is_wrong());
    let failed = counts.of(Outcome::Failed) > 0;
    let mut status = match (failed, wrong) {
        (true, _) => TestCaseStatus::non_success(NonSuccessKind::Error),
        (false, true) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        (false, false) => return TestCaseStatus::success(),
    };
    let mine = |cause: &&CauseReport| cause.cause.kind == kind && cause.cause.target == target.target;
    let causes: Vec<&CauseReport> = report.causes.iter().filter(mine).collect();
    if let Some(first) = causes.first() {
        status
            .set_type(first.cause.outcome.name())
            .set_message(first.cause.sentence());
    }
    let lines: Vec<String> = causes
        .iter()
        .map(|cause| {
            format!(
                "{} pairs: {}; {}",
                cause.pairs,
                cause.cause.sentence(),
                cause.command
            )
        })
        .collect();
    status.set_description(lines.join("\n"));
    status
}

/// A result for each cause. Generated pairs are in no file, so that results have a command in place of a location.
fn in_sarif(report: &FuzzReport) -> Result<String, serde_json::Error> {
    let outcomes: Vec<Outcome> = Outcome::ALL
        .into_iter()
        .filter(|outcome| !outcome.is_wanted())
        .collect();
    let rules: Vec<Value> = outcomes
        .iter()
        .map(|outcome| json!({"id": outcome.name(), "shortDescription": {"text": outcome.about()}}))
        .collect();
    let results: Vec<Value> = report
        .causes
        .iter()
        .map(|one| {
            let cause = &one.cause;
            let text = format!(
                "{}: {} pairs. `{}` shows the first.",
                cause.sentence(),
                one.pairs,
                one.command
            );
            let mark = [
                cause.target.short(),
                cause.outcome.name(),
                &cause.kind,
                &cause.rule,
                &cause.place,
            ];
            json!({
                "ruleId": cause.outcome.name(),
                "ruleIndex": outcomes.iter().position(|outcome| *outcome == cause.outcome),
                "level": level(cause.outcome),
                "message": {"text": text},
                "locations": [{"logicalLocations": [{"name": cause.kind, "kind": "declaration"}]}],
                "partialFingerprints": {"twincallFuzz/v1": sarif::hash(&mark)},
                "properties": {"pairs": one.pairs, "command": one.command},
            })
        })
        .collect();
    sarif::document(&report.toolchains, rules, results, true, &[])
}

fn level(outcome: Outcome) -> &'static str {
    match outcome.is_wrong() || outcome == Outcome::Failed {
        true => "error",
        false => "warning",
    }
}

/// GitHub shows so many annotations of a level and step.
const SHOWN: usize = 10;

fn annotations(report: &FuzzReport) -> String {
    let mut text = String::new();
    for wanted in ["error", "warning"] {
        let all: Vec<&CauseReport> = report
            .causes
            .iter()
            .filter(|one| level(one.cause.outcome) == wanted)
            .collect();
        let shown = if all.len() > SHOWN { SHOWN - 1 } else { all.len() };
        for one in &all[..shown] {
            let message = format!("{}: {} pairs\n{}", one.cause.sentence(), one.pairs, one.command);
            let title = property(one.cause.outcome.name());
            let _ = writeln!(text, "::{wanted} title={title}::{}", data(&message));
        }
        if all.len() > shown {
            let more = all.len() - shown;
            let _ = writeln!(
                text,
                "::{wanted} title=Twincall::{more} more causes; the summary of the step has them"
            );
        }
    }
    text
}
