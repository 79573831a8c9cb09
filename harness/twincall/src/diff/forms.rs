//! What changed between two runs, in every form that a report has.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use twincall_abi::target::Target;

use super::page;
use super::{CaseDifference, Change, ChangeKind, Difference};
use crate::facts::{CaseReport, Declaration, FunctionReport};
use crate::report::format::RenderError;
use crate::report::human::Paint;
use crate::report::human::table::{two_layouts, two_slots};
use crate::report::results::{Item, Results, Subject, Suite, Test, TestState};
use crate::text::markdown::Markdown;

impl Subject for Difference {
    fn human(&self, paint: Paint) -> String {
        human(self, paint)
    }

    fn markdown(&self) -> String {
        in_markdown(self)
    }

    fn page(&self, date: Option<u64>) -> Result<String, RenderError> {
        page::render(self, date)
    }

    fn results(&self) -> Results<'_> {
        let kinds = ChangeKind::ALL.iter().map(|kind| (kind.name(), kind.summary()));
        let items = self.cases.iter().flat_map(|case| {
            case.changes.iter().map(move |change| Item {
                kind: change.kind.name(),
                error: false,
                text: format!("{} on {}: {}", case.name, case.target.short(), change.sentence()),
                further: String::new(),
                of: (&change.of, declaration(case, change)),
                needs_file: true,
                mark: (
                    "twincallChange/v1",
                    vec![
                        &case.name,
                        case.target.short(),
                        change.kind.name(),
                        &change.side,
                        &change.of,
                        &change.place,
                    ],
                ),
                properties: serde_json::Map::new(),
            })
        });
        Results {
            verb: "diff",
            toolchains: &self.new.toolchains,
            project: &self.project,
            kinds: kinds.collect(),
            items: items.collect(),
            suites: suites(self),
            plural: "changes",
        }
    }
}

/// How many changes of each kind there are, without those of which there is none.
pub fn counts(difference: &Difference) -> Vec<(ChangeKind, usize)> {
    let count = |kind| {
        let all = difference.cases.iter().flat_map(|case| &case.changes);
        all.filter(|change| change.kind == kind).count()
    };
    ChangeKind::ALL
        .into_iter()
        .map(|kind| (kind, count(kind)))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// `3 of 40 cases changed: 2 layouts, 1 verdict`.
pub fn answer(difference: &Difference) -> String {
    let all = difference.unchanged + difference.cases.len();
    if difference.cases.is_empty() {
        return format!("nothing changed in {all} cases");
    }
    let counts: Vec<String> = counts(difference)
        .iter()
        .map(|(kind, count)| format!("{count} {}", kind.name()))
        .collect();
    format!(
        "{} of {all} cases changed: {}",
        difference.cases.len(),
        counts.join(", ")
    )
}

/// `rustc-1.63 (1.63.0), clang-22 (22.1.8)`, without what both runs share where anything differs.
fn runs(difference: &Difference) -> (String, String) {
    let of = |run: &super::RunReport, other: &super::RunReport| {
        let own: Vec<String> = run
            .toolchains
            .iter()
            .filter(|one| !other.toolchains.contains(one) || run.toolchains == other.toolchains)
            .map(|one| format!("{} ({})", one.name, one.version))
            .collect();
        let own = own.join(", ");
        let named = run.toolchains.iter().any(|one| one.name == run.name);
        if named {
            own
        } else {
            format!("{} of {own}", run.name)
        }
    };
    (
        of(&difference.old, &difference.new),
        of(&difference.new, &difference.old),
    )
}

fn human(difference: &Difference, paint: Paint) -> String {
    let (old, new) = runs(difference);
    let mut text = format!("{}\n", paint.dim(&format!("old: {old}; new: {new}")));
    for case in &difference.cases {
        let _ = writeln!(text, "\n{} on {}", paint.bold(&case.name), case.target);
        for change in &case.changes {
            let _ = writeln!(text, "  {} {}", paint.bold(change.kind.name()), change.sentence());
        }
        text.push_str(&drawings(case, paint));
    }
    let answer = answer(difference);
    let answer = match difference.cases.is_empty() {
        true => paint.good(&answer),
        false => paint.warn(&answer),
    };
    let _ = writeln!(text, "\n{answer}");
    text
}

/// The layouts and slots that changed, old beside new.
fn drawings(case: &CaseDifference, paint: Paint) -> String {
    let (Some(old), Some(new)) = (&case.old, &case.new) else {
        return String::new();
    };
    let mut text = String::new();
    let mut seen: Vec<(&str, &str, ChangeKind)> = Vec::new();
    for change in &case.changes {
        let key = (change.side.as_str(), change.of.as_str(), change.kind);
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        match change.kind {
            ChangeKind::Layout => {
                let of = |case: &'_ CaseReport| {
                    let sides = case.types.iter().filter_map(|ty| match change.side.as_str() {
                        "C" => ty.c.clone(),
                        _ => ty.rust.clone(),
                    });
                    let mut sides = sides.filter(|side| side.name == change.of);
                    sides.next()
                };
                if let (Some(old), Some(new)) = (of(old), of(new)) {
                    text.push_str(&two_layouts(("old", &old), ("new", &new), paint));
                }
            }
            ChangeKind::Lowering => {
                let of = |case: &'_ CaseReport| side_of(case, change);
                if let (Some(old), Some(new)) = (of(old), of(new)) {
                    let title = |age: &str| format!("{age} {} {}", change.side, change.of);
                    text.push_str(&two_slots(
                        (&title("old"), &old.levels),
                        (&title("new"), &new.levels),
                        paint,
                    ));
                }
            }
            _ => {}
        }
    }
    text
}

fn side_of(case: &CaseReport, change: &Change) -> Option<crate::facts::SideFunction> {
    let function = case
        .functions
        .iter()
        .find(|function| function.symbol == change.of)?;
    match change.side.as_str() {
        "C" => function.c.clone(),
        _ => function.rust.clone(),
    }
}

/// So many changed cases are in a comment.
const ROWS: usize = 50;

fn in_markdown(difference: &Difference) -> String {
    let (old, new) = runs(difference);
    let mut page = Markdown::default();
    page.own(match difference.cases.is_empty() {
        true => "✅",
        false => "🔀",
    });
    page.own(" **Twincall: ").text(&answer(difference)).own("**\n\n");
    page.own("old: ").text(&old).own("; new: ").text(&new).own("\n");
    if !difference.cases.is_empty() {
        page.own("\n| case | target | what | old | new |\n|---|---|---|---|---|\n");
    }
    let rows: Vec<(&CaseDifference, &Change)> = difference
        .cases
        .iter()
        .flat_map(|case| case.changes.iter().map(move |change| (case, change)))
        .collect();
    for (case, change) in rows.iter().take(ROWS) {
        let of = [change.side.as_str(), change.of.as_str(), change.place.as_str()];
        let of: Vec<&str> = of.into_iter().filter(|word| !word.is_empty()).collect();
        page.own("| ").text(&case.name);
        page.own(" | ").own(case.target.short());
        page.own(" | ").own(change.kind.name());
        page.own(" ").text(&of.join(", "));
        page.own(" | ").text(&change.old);
        page.own(" | ").text(&change.new).own(" |\n");
    }
    if rows.len() > ROWS {
        let more = format!("{} more changes are not shown here.", rows.len() - ROWS);
        page.own("\n").text(&more).own("\n");
    }
    page.finish()
}

/// A suite for each family and target, with the cases that changed.
fn suites(difference: &Difference) -> Vec<Suite<'_>> {
    let mut suites: BTreeMap<String, Suite<'_>> = BTreeMap::new();
    for case in &difference.cases {
        let family = case.name.split_once('/').map_or("", |(family, _)| family);
        let name = format!("{family} on {}", case.target.short());
        let suite = suites.entry(name.clone()).or_insert_with(|| Suite {
            name: name.trim_start().to_owned(),
            ..Suite::default()
        });
        let lines: Vec<String> = case
            .changes
            .iter()
            .map(|change| format!("{} {}", change.kind.name(), change.sentence()))
            .collect();
        suite.tests.push(Test {
            name: &case.name,
            class: format!("{}.{}", case.target.short(), case.name.replace('/', ".")),
            properties: Vec::new(),
            state: TestState::Failed {
                error: false,
                first: case
                    .changes
                    .first()
                    .map(|first| (first.kind.name(), first.sentence())),
                text: lines.join("\n"),
            },
        });
    }
    suites.into_values().collect()
}

/// The declaration that a change is at.
fn declaration<'a>(case: &'a CaseDifference, change: &Change) -> Option<&'a Declaration> {
    let report = case.new.as_ref().or(case.old.as_ref())?;
    let of = |function: &'a FunctionReport| match change.side.as_str() {
        "C" => function.c.as_ref(),
        "Rust" => function.rust.as_ref(),
        _ => function.rust.as_ref().or(function.c.as_ref()),
    };
    let named = report
        .functions
        .iter()
        .find(|function| function.symbol == change.of);
    let side = named
        .and_then(of)
        .or_else(|| report.functions.iter().find_map(of))?;
    Some(&side.declaration)
}

/// A target's cases in order: what a reader of the page sees first.
pub(crate) fn first_changes(difference: &Difference, most: usize) -> Vec<(&str, Target, String)> {
    difference
        .cases
        .iter()
        .flat_map(|case| {
            case.changes.iter().map(move |change| {
                let text = format!("{} {}", change.kind.name(), change.sentence());
                (case.name.as_str(), case.target, text)
            })
        })
        .take(most)
        .collect()
}
