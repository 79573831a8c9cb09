//! What changed between two runs, in every form that a report has.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};
use twincall_abi::target::Target;

use super::page;
use super::{CaseDifference, Change, ChangeKind, Difference};
use crate::facts::{CaseReport, Declaration, FunctionReport, Report};
use crate::report::format::{Context, Format, RenderError};
use crate::report::human::Paint;
use crate::report::human::table::{two_layouts, two_slots};
use crate::report::{markdown, sarif};

/// Writes a difference in a form.
///
/// # Errors
/// What the form's library has against it; none is known.
pub fn render(difference: &Difference, format: Format, context: Context) -> Result<String, RenderError> {
    match format {
        Format::Human => {
            let color = context.style.color;
            Ok(Paint(color).only(&human(difference, color)))
        }
        Format::Json => serde_json::to_string_pretty(difference)
            .map(|text| text + "\n")
            .map_err(RenderError::from),
        Format::Html => page::render(difference, context.date),
        Format::Markdown => Ok(in_markdown(difference)),
        Format::Junit => junit(difference, context.date),
        Format::Sarif => in_sarif(difference).map_err(RenderError::from),
        Format::Github => Ok(annotations(difference)),
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

fn human(difference: &Difference, color: bool) -> String {
    let paint = Paint(color);
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
    let mark = if difference.cases.is_empty() {
        "✅"
    } else {
        "🔀"
    };
    let mut text = format!(
        "{mark} **Twincall: {}**\n\nold: {}; new: {}\n",
        markdown::escape(&answer(difference)),
        markdown::escape(&old),
        markdown::escape(&new)
    );
    if !difference.cases.is_empty() {
        text.push_str("\n| case | target | what | old | new |\n|---|---|---|---|---|\n");
    }
    let rows: Vec<(&CaseDifference, &Change)> = difference
        .cases
        .iter()
        .flat_map(|case| case.changes.iter().map(move |change| (case, change)))
        .collect();
    for (case, change) in rows.iter().take(ROWS) {
        let of = [change.side.as_str(), change.of.as_str(), change.place.as_str()];
        let of: Vec<&str> = of.into_iter().filter(|word| !word.is_empty()).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} {} | {} | {} |",
            markdown::escape(&case.name),
            case.target.short(),
            change.kind.name(),
            markdown::escape(&of.join(", ")),
            markdown::escape(&change.old),
            markdown::escape(&change.new)
        );
    }
    if rows.len() > ROWS {
        let _ = writeln!(text, "\n{} more changes are not shown here.", rows.len() - ROWS);
    }
    text
}

fn junit(difference: &Difference, date: Option<u64>) -> Result<String, RenderError> {
    let mut suites: BTreeMap<String, TestSuite> = BTreeMap::new();
    for case in &difference.cases {
        let family = case.name.split_once('/').map_or("", |(family, _)| family);
        let name = format!("{family} on {}", case.target.short());
        let suite = suites
            .entry(name.clone())
            .or_insert_with(|| TestSuite::new(name.trim_start()));
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        if let Some(first) = case.changes.first() {
            status.set_type(first.kind.name()).set_message(first.sentence());
        }
        let lines: Vec<String> = case
            .changes
            .iter()
            .map(|change| format!("{} {}", change.kind.name(), change.sentence()))
            .collect();
        status.set_description(lines.join("\n"));
        let mut test = TestCase::new(case.name.as_str(), status);
        test.set_classname(format!("{}.{}", case.target.short(), case.name.replace('/', ".")));
        suite.add_test_case(test);
    }
    let mut document = Document::new("twincall diff");
    if let Some(date) = date {
        let date = std::time::UNIX_EPOCH + Duration::from_secs(date);
        document.set_timestamp(chrono::DateTime::<chrono::Utc>::from(date));
    }
    document.add_test_suites(suites.into_values());
    document.to_string().map_err(RenderError::from)
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

/// The project in which declarations are, for [`Report::path`].
fn place_of(difference: &Difference) -> Report {
    let mut report = Report::new(Vec::new(), Vec::new());
    report.project.clone_from(&difference.project);
    report
}

fn in_sarif(difference: &Difference) -> Result<String, serde_json::Error> {
    let project = place_of(difference);
    let rules: Vec<Value> = ChangeKind::ALL
        .iter()
        .map(|kind| json!({"id": kind.name(), "shortDescription": {"text": kind.summary()}}))
        .collect();
    let mut results = Vec::new();
    for case in &difference.cases {
        for change in &case.changes {
            let Some(at) = declaration(case, change) else {
                continue;
            };
            let text = format!("{} on {}: {}", case.name, case.target.short(), change.sentence());
            let mark = [
                case.name.as_str(),
                case.target.short(),
                change.kind.name(),
                &change.side,
                &change.of,
                &change.place,
            ];
            results.push(json!({
                "ruleId": change.kind.name(),
                "ruleIndex": ChangeKind::ALL.iter().position(|kind| *kind == change.kind),
                "level": "warning",
                "message": {"text": text},
                "locations": [sarif::location(&project, &change.of, at)],
                "partialFingerprints": {"twincallChange/v1": sarif::hash(&mark)},
            }));
        }
    }
    sarif::document(&difference.new.toolchains, rules, results, true, &[])
}

/// GitHub shows so many warnings of a step.
const SHOWN: usize = 10;

fn annotations(difference: &Difference) -> String {
    let project = place_of(difference);
    let mut text = String::new();
    let all: Vec<(&CaseDifference, &Change)> = difference
        .cases
        .iter()
        .flat_map(|case| case.changes.iter().map(move |change| (case, change)))
        .collect();
    let shown = if all.len() > SHOWN { SHOWN - 1 } else { all.len() };
    for (case, change) in &all[..shown] {
        use crate::report::github::{data, property};
        let at = declaration(case, change).map_or(String::new(), |at| {
            let file = property(&project.path(&at.location.file));
            format!("file={file},line={},", at.location.line)
        });
        let message = format!("{} on {}: {}", case.name, case.target.short(), change.sentence());
        let _ = writeln!(
            text,
            "::warning {at}title={}::{}",
            property(change.kind.name()),
            data(&message)
        );
    }
    if all.len() > shown {
        let more = all.len() - shown;
        let _ = writeln!(
            text,
            "::warning title=Twincall::{more} more changes; the summary of the step has them"
        );
    }
    text
}

/// For the summary of a step in GitHub Actions.
pub fn summary(difference: &Difference) -> String {
    in_markdown(difference)
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
