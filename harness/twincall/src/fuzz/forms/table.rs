//! The tables of a run as rows of text, which every form draws in its own way.

use crate::fuzz::outcome::Outcome;
use crate::fuzz::report::{Counts, TargetReport};

/// What the columns of the table of kinds are.
pub(crate) const COLUMNS: [Outcome; 9] = [
    Outcome::Found,
    Outcome::Vague,
    Outcome::Elsewhere,
    Outcome::Missed,
    Outcome::Refused,
    Outcome::Equivalent,
    Outcome::Accused,
    Outcome::Contradiction,
    Outcome::Failed,
];

/// What can become of a correct pair.
pub(crate) const OF_CORRECT: [Outcome; 6] = [
    Outcome::Correct,
    Outcome::Unproven,
    Outcome::Accused,
    Outcome::Contradiction,
    Outcome::Refused,
    Outcome::Failed,
];

/// A row for each kind of mistake, and one for all of them at the end: the name, then a count for each of [`COLUMNS`].
pub(crate) fn kinds(target: &TargetReport) -> Vec<(String, Vec<u64>)> {
    let cells = |counts: &Counts| COLUMNS.map(|outcome| counts.of(outcome)).to_vec();
    let mut rows: Vec<(String, Vec<u64>)> = target
        .kinds
        .iter()
        .map(|row| (row.kind.clone(), cells(&row.counts)))
        .collect();
    rows.push(("all mistakes".to_owned(), cells(&target.mistaken())));
    rows
}

/// `330 correct, 2 accused of 332 correct pairs`: what did not occur is left out.
pub(crate) fn correct(target: &TargetReport) -> String {
    let all = &target.correct;
    let parts: Vec<String> = OF_CORRECT
        .iter()
        .filter(|outcome| all.of(**outcome) > 0)
        .map(|outcome| match outcome {
            Outcome::Correct => format!("{} conform", all.of(Outcome::Correct)),
            other => format!("{} {}", all.of(*other), other.name()),
        })
        .collect();
    let judged = all.sum() - all.of(Outcome::NotApplicable);
    match parts.is_empty() {
        true => "no correct pairs".to_owned(),
        false => format!("{judged} correct pairs: {}", parts.join(", ")),
    }
}

/// A row for each way of writing: its name, how many correct pairs have it, and how many of these were accused.
pub(crate) fn spellings(target: &TargetReport) -> Vec<(String, u64, u64)> {
    let rows = target.spellings.iter();
    rows.map(|row| (row.spelling.clone(), row.pairs, row.accused))
        .collect()
}

/// What is told of a target beside its tables.
pub(crate) fn remarks(target: &TargetReport) -> Vec<String> {
    let mut remarks = Vec::new();
    let not_applicable = target.all().of(Outcome::NotApplicable);
    if not_applicable > 0 {
        remarks.push(format!("{not_applicable} pairs do not apply to the target"));
    }
    if target.in_company > 0 {
        remarks.push(format!(
            "{} pairs come out otherwise among others in one fixture; what they do alone is counted",
            target.in_company
        ));
    }
    remarks
}
