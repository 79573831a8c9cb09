//! What changed between two runs, as a file for a browser.

use super::{ChangeKind, Difference, RunReport};
use crate::facts::CallPath;
use crate::report::format::RenderError;
use crate::report::html::{
    Answer, CAUSES, CauseRow, Index, OnTarget, PIECE, Page, Row, RuleRow, Sum, add, day, finished, on_target,
    packed,
};

/// The page of what changed between two runs.
///
/// # Errors
/// As [`crate::report::html::render`].
pub(super) fn render(difference: &Difference, date: Option<u64>) -> Result<String, RenderError> {
    let pieces: Vec<String> = difference
        .cases
        .chunks(PIECE)
        .map(packed)
        .collect::<Result<_, _>>()?;
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (at, changed) in difference.cases.iter().enumerate() {
        let Some(case) = changed.new.as_ref().or(changed.old.as_ref()) else {
            continue;
        };
        let mut rules: Vec<usize> = changed
            .changes
            .iter()
            .filter_map(|change| ChangeKind::ALL.iter().position(|kind| *kind == change.kind))
            .collect();
        rules.sort_unstable();
        rules.dedup();
        let on = OnTarget {
            unexpected: false,
            rules,
            ..on_target(at, case)
        };
        add(&mut rows, case, on);
    }
    let names = |run: &RunReport| {
        let all = run.toolchains.iter();
        all.map(|one| one.name.clone()).collect::<Vec<_>>().join(" and ")
    };
    let (old, new) = (
        format!("{} ({})", difference.old.name, names(&difference.old)),
        format!("{} ({})", difference.new.name, names(&difference.new)),
    );
    let index = Index {
        mode: "diff",
        piece: PIECE,
        paths: CallPath::ALL,
        toolchains: vec![&old, &new],
        rules: ChangeKind::ALL
            .iter()
            .map(|kind| RuleRow {
                id: kind.name(),
                summary: kind.summary(),
                help: "",
                reference: "",
            })
            .collect(),
        rows,
    };
    let text = super::forms::answer(difference);
    let changes = difference
        .cases
        .iter()
        .map(|case| case.changes.len())
        .sum::<usize>();
    let page = Page {
        title: format!("Twincall: {text}"),
        answer: Answer {
            good: difference.cases.is_empty(),
            text,
        },
        toolchains: vec![format!("old: {old}"), format!("new: {new}")],
        sums: super::forms::counts(difference)
            .into_iter()
            .map(|(kind, count)| Sum {
                name: kind.name(),
                filter: "rule",
                count,
            })
            .collect(),
        planned: String::new(),
        heading: "What changed",
        causes: super::forms::first_changes(difference, CAUSES)
            .into_iter()
            .map(|(case, target, text)| CauseRow {
                case: case.to_owned(),
                symbol: case.to_owned(),
                headline: text,
                reaches: 1,
                targets: target.short().to_owned(),
                expected: false,
                effect: None,
            })
            .collect(),
        more_causes: changes.saturating_sub(CAUSES),
        date: date.map(day),
        style: include_str!("../report/html/style.css"),
        script: include_str!("../report/html/script.js"),
        index: packed(&index)?,
        pieces: &pieces,
    };
    finished(&page)
}
