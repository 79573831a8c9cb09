//! The run for a person at a terminal: the tables, then what did not come out as wanted with its smallest pairs.

use std::fmt::Write as _;

use super::{pace, table, what_was_run};
use crate::fuzz::outcome::Outcome;
use crate::fuzz::report::{CauseReport, FuzzReport, TargetReport};
use crate::report::human::Paint;

/// The whole run.
pub(super) fn human(report: &FuzzReport, paint: Paint) -> String {
    let mut text = format!("{}\n", paint.dim(&what_was_run(report)));
    for target in &report.targets {
        let _ = writeln!(text, "\n{}", paint.bold(&target.target.to_string()));
        text.push_str(&tables(target, paint));
    }
    for cause in &report.causes {
        text.push('\n');
        text.push_str(&told(cause, paint));
    }
    let answer = report.answer();
    let answer = match (
        report.is_wrong() || report.is_incomplete(),
        report.causes.is_empty(),
    ) {
        (true, _) => paint.bad(&answer),
        (false, false) => paint.warn(&answer),
        (false, true) => paint.good(&answer),
    };
    let _ = writeln!(text, "\n{}\n{answer}", pace(report));
    text
}

fn tables(target: &TargetReport, paint: Paint) -> String {
    let rows = table::kinds(target);
    let names = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut head = format!("  {:<names$}", "kind");
    for outcome in table::COLUMNS {
        let _ = write!(head, "  {}", outcome.name());
    }
    let _ = writeln!(text, "{}", paint.dim(&head));
    for (name, counts) in &rows {
        let mut line = format!("  {name:<names$}");
        for (outcome, count) in table::COLUMNS.iter().zip(counts) {
            let width = outcome.name().len();
            let cell = match count {
                0 => format!("{:>width$}", "."),
                count => format!("{count:>width$}"),
            };
            let bad = *count > 0 && (outcome.is_wrong() || *outcome == Outcome::Failed);
            let _ = write!(line, "  {}", if bad { paint.bad(&cell) } else { cell });
        }
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "  {}", table::correct(target));
    let accused: Vec<String> = table::spellings(target)
        .into_iter()
        .filter(|(_, _, accused)| *accused > 0)
        .map(|(name, pairs, accused)| format!("{name} {accused} of {pairs}"))
        .collect();
    if !accused.is_empty() {
        let _ = writeln!(text, "  false alarms by spelling: {}", accused.join(", "));
    }
    for remark in table::remarks(target) {
        let _ = writeln!(text, "  {remark}");
    }
    text
}

fn told(cause: &CauseReport, paint: Paint) -> String {
    let sentence = cause.cause.sentence();
    let head = match cause.cause.outcome.is_wrong() {
        true => paint.bad(&sentence),
        false => paint.warn(&sentence),
    };
    let numbers: Vec<String> = cause.examples.iter().map(u64::to_string).collect();
    let more = if cause.pairs > cause.examples.len() as u64 {
        ", …"
    } else {
        ""
    };
    let mut text = format!(
        "{head}: {} {} (number {}{more})\n",
        cause.pairs,
        if cause.pairs == 1 { "pair" } else { "pairs" },
        numbers.join(", ")
    );
    if !cause.spellings.is_empty() {
        let spellings: Vec<&str> = cause.spellings.iter().map(String::as_str).collect();
        let _ = writeln!(text, "  written with {}", spellings.join(", "));
    }
    let _ = writeln!(text, "  {}", cause.command);
    if let Some(smallest) = &cause.smallest {
        for said in smallest.said.iter().flat_map(|said| said.lines()) {
            let _ = writeln!(text, "    {said}");
        }
        for (side, source) in [("C", &smallest.c), ("Rust", &smallest.rust)] {
            let _ = writeln!(text, "  {}", paint.dim(side));
            for line in source.lines().filter(|line| !line.trim().is_empty()) {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    text
}
