//! Looks for the smallest pair that fails for the same cause.

use super::FuzzError;
use super::batch::Runner;
use super::outcome::Outcome;
use super::plan::{Kind, Plan};
use super::report::{CauseReport, Smallest};
use crate::report::human::headline;

/// So many smaller pairs are tried for one cause.
const TRIES: usize = 24;

/// So many findings of a pair are repeated.
const SAID: usize = 6;

/// Takes the first smaller pair that shows the same, again and again, from the first example of a cause. Nothing where the
/// example does not show it again.
pub(super) fn smallest(
    runner: &Runner<'_>,
    seed: u64,
    kinds: &[Kind],
    cause: &CauseReport,
) -> Result<Option<Smallest>, FuzzError> {
    let Some(&number) = cause.examples.first() else {
        return Ok(None);
    };
    let target = cause.cause.target;
    let mut plan = Plan::draw(seed, number, kinds);
    let Some(mut shown) = runner.shows(target, &plan, &cause.cause)? else {
        return Ok(None);
    };
    let mut tries = 0;
    'smaller: while tries < TRIES {
        for smaller in plan.smaller() {
            tries += 1;
            if let Some(again) = runner.shows(target, &smaller, &cause.cause)? {
                (plan, shown) = (smaller, again);
                continue 'smaller;
            }
            if tries == TRIES {
                break;
            }
        }
        break;
    }
    let mut said: Vec<String> = shown
        .report
        .reason
        .iter()
        .map(|reason| first_lines(reason))
        .collect();
    if shown.judged.outcome == Outcome::Refused {
        let unchecked = shown.report.unchecked.iter();
        said.extend(unchecked.map(|one| format!("{one}: {}", one.reason)));
        said.extend(shown.report.notes.iter().cloned());
    }
    said.extend(
        shown
            .report
            .findings
            .iter()
            .map(|finding| format!("{}: {}", finding.symbol, headline(finding))),
    );
    said.truncate(SAID);
    Ok(Some(Smallest {
        number,
        c: shown.written.c,
        rust: shown.written.rust,
        said,
    }))
}

/// A compiler's message may be long.
fn first_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(12).collect();
    lines.join("\n")
}
