//! What a run of generated pairs came to, in every form that a report has.

use std::fmt::Write as _;

use serde_json::json;

use super::outcome::Outcome;
use super::report::{CauseReport, Counts, FuzzReport, TargetReport};
use crate::report::format::RenderError;
use crate::report::human::Paint;
use crate::report::results::{Item, Results, Subject, Suite, Test, TestState};

mod human;
mod page;
pub(super) mod table;

pub use page::in_markdown;
pub(super) use page::tables;

impl Subject for FuzzReport {
    fn human(&self, paint: Paint) -> String {
        human::human(self, paint)
    }

    fn markdown(&self) -> String {
        in_markdown(self)
    }

    fn page(&self, date: Option<u64>) -> Result<String, RenderError> {
        page::page(self, date)
    }

    /// A result for each cause. Generated pairs are in no file, so that results have a command in place of a location.
    fn results(&self) -> Results<'_> {
        let outcomes = Outcome::ALL.into_iter().filter(|outcome| !outcome.is_wanted());
        let items = self.causes.iter().map(|one| {
            let cause = &one.cause;
            let properties = json!({"pairs": one.pairs, "command": one.command});
            Item {
                kind: cause.outcome.name(),
                error: cause.outcome.is_wrong() || cause.outcome == Outcome::Failed,
                text: format!("{}: {} pairs", cause.sentence(), one.pairs),
                further: format!("\n{}", one.command),
                of: (&cause.kind, None),
                needs_file: false,
                mark: (
                    "twincallFuzz/v1",
                    vec![
                        cause.target.short(),
                        cause.outcome.name(),
                        &cause.kind,
                        &cause.rule,
                        &cause.place,
                    ],
                ),
                properties: properties.as_object().cloned().unwrap_or_default(),
            }
        });
        Results {
            verb: "fuzz",
            toolchains: &self.toolchains,
            project: "",
            kinds: outcomes
                .map(|outcome| (outcome.name(), outcome.about()))
                .collect(),
            items: items.collect(),
            suites: self.targets.iter().map(|target| suite(self, target)).collect(),
            plural: "causes",
        }
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

/// A test for each kind, one for all correct pairs.
fn suite<'r>(report: &'r FuzzReport, target: &'r TargetReport) -> Suite<'r> {
    let kinds = target.kinds.iter().map(|row| (row.kind.as_str(), &row.counts));
    let tests = kinds
        .chain([(super::CORRECT, &target.correct)])
        .map(|(kind, counts)| Test {
            name: kind,
            class: format!("fuzz.{}", target.target.short()),
            properties: vec![("pairs", counts.sum().to_string())],
            state: state(report, target, kind, counts),
        });
    Suite {
        name: target.target.short().to_owned(),
        names_toolchains: true,
        tests: tests.collect(),
    }
}

fn state(report: &FuzzReport, target: &TargetReport, kind: &str, counts: &Counts) -> TestState {
    let wrong = counts.0.keys().any(|outcome| outcome.is_wrong());
    let error = counts.of(Outcome::Failed) > 0;
    if !error && !wrong {
        return TestState::Passed;
    }
    let mine = |cause: &&CauseReport| cause.cause.kind == kind && cause.cause.target == target.target;
    let causes: Vec<&CauseReport> = report.causes.iter().filter(mine).collect();
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
    TestState::Failed {
        error,
        first: causes
            .first()
            .map(|first| (first.cause.outcome.name(), first.cause.sentence())),
        text: lines.join("\n"),
    }
}
