//! The report as one file for a browser: no network, no second file, nothing left to install.
//!
//! What is seen first is plain HTML; the table of cases and the page of each case are drawn by the file's own script from
//! data in it. The data is the report itself, deflated in pieces that are unpacked when they are looked at, so that a report of
//! thousands of cases opens at once. No text of a fixture is ever made into markup: the template escapes, and the script sets
//! text only.

use std::collections::BTreeSet;
use std::io::Write as _;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde::Serialize;

use super::causes::causes;
use super::human::headline;
use crate::facts::{CallKind, CallPath, CaseReport, ObservationReport, Report, Rule, SnapshotState, Verdict};
use crate::report::format::RenderError;
use crate::text::{json_for_a_page, printable};

/// So many cases are in one piece of the data.
pub(crate) const PIECE: usize = 32;
/// So many causes are in the first view.
pub(crate) const CAUSES: usize = 25;

#[derive(Template)]
#[template(path = "report.html")]
pub(crate) struct Page<'a> {
    pub(crate) title: String,
    pub(crate) answer: Answer,
    pub(crate) toolchains: Vec<String>,
    pub(crate) sums: Vec<Sum>,
    pub(crate) planned: String,
    /// What stands above the list of causes.
    pub(crate) heading: &'static str,
    pub(crate) causes: Vec<CauseRow>,
    pub(crate) more_causes: usize,
    pub(crate) date: Option<String>,
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    pub(crate) index: String,
    pub(crate) pieces: &'a [String],
}

/// A count that leads to what it counts.
pub(crate) struct Sum {
    pub(crate) name: &'static str,
    /// The filter that it sets.
    pub(crate) filter: &'static str,
    pub(crate) count: usize,
}

pub(crate) struct Answer {
    pub(crate) good: bool,
    pub(crate) text: String,
}

pub(crate) struct CauseRow {
    pub(crate) case: String,
    pub(crate) symbol: String,
    pub(crate) headline: String,
    pub(crate) reaches: usize,
    pub(crate) targets: String,
    pub(crate) expected: bool,
    pub(crate) effect: Option<String>,
}

/// What the table of cases shows.
#[derive(Serialize)]
pub(crate) struct Index<'a> {
    /// `check` or `diff`: what the pieces hold.
    pub(crate) mode: &'static str,
    pub(crate) piece: usize,
    pub(crate) paths: [CallPath; 4],
    pub(crate) toolchains: Vec<&'a str>,
    pub(crate) rules: Vec<RuleRow>,
    pub(crate) rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
pub(crate) struct RuleRow {
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) help: &'static str,
    pub(crate) reference: &'static str,
}

/// A case with all its targets.
#[derive(Serialize)]
pub(crate) struct Row<'a> {
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    /// Its functions, for the filter.
    pub(crate) symbols: String,
    pub(crate) on: Vec<OnTarget<'a>>,
}

#[derive(Serialize)]
pub(crate) struct OnTarget<'a> {
    /// The place of the case in the data.
    pub(crate) at: usize,
    pub(crate) target: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) unexpected: bool,
    /// Places in the list of rules.
    pub(crate) rules: Vec<usize>,
    /// The compilers that depart from the text somewhere.
    pub(crate) alone: BTreeSet<&'a str>,
    /// One of [`Path`] for each path.
    pub(crate) grid: [Path; 4],
}

/// How the calls of a path went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Path {
    /// No call was made.
    None,
    /// Every call came back with what was expected.
    Same,
    /// Something arrived otherwise.
    Differs,
    /// A call did not come back.
    Ended,
}

/// The page.
///
/// # Errors
/// What the template engine and the encoders report; none is known.
pub fn render(report: &Report, date: Option<u64>) -> Result<String, RenderError> {
    let pieces: Vec<String> = report.cases.chunks(PIECE).map(packed).collect::<Result<_, _>>()?;
    let all = causes(report);
    let summary = report.summary;
    let count = |verdict: Verdict| report.cases.iter().filter(|case| case.verdict == verdict).count();
    let text = match (summary.failed, summary.unexpected) {
        (0, 0) if summary.unchecked == 0 => "all as expected".to_owned(),
        (0, 0) => format!("all as expected, {} unchecked", summary.unchecked),
        (0, unexpected) => format!("{unexpected} not as expected"),
        (failed, unexpected) => format!("{failed} failed, {unexpected} not as expected"),
    };
    let page = Page {
        title: format!("Twincall: {text}"),
        answer: Answer {
            good: summary.failed == 0 && summary.unexpected == 0 && summary.unchecked == 0,
            text,
        },
        toolchains: report
            .toolchains
            .iter()
            .map(|toolchain| format!("{} ({})", toolchain.name, toolchain.version))
            .collect(),
        sums: [
            Verdict::Conforms,
            Verdict::Agrees,
            Verdict::Ambiguous,
            Verdict::Accidental,
            Verdict::Diverges,
            Verdict::Error,
        ]
        .map(|verdict| Sum {
            name: verdict.name(),
            filter: "verdict",
            count: count(verdict),
        })
        .into(),
        planned: summary.line(),
        heading: match all.first() {
            Some(first) if !first.expected() => "What to mend, the most important first",
            _ => "What differs as expected",
        },
        causes: all
            .iter()
            .take(CAUSES)
            .map(|cause| CauseRow {
                case: cause.case.name.clone(),
                symbol: cause.finding.symbol.clone(),
                headline: headline(cause.finding),
                reaches: cause.affected().len(),
                targets: cause
                    .targets()
                    .iter()
                    .map(|target| target.short())
                    .collect::<Vec<_>>()
                    .join(", "),
                expected: cause.expected(),
                effect: cause
                    .findings
                    .iter()
                    .find_map(|(_, finding)| finding.effect.first().map(ToString::to_string)),
            })
            .collect(),
        more_causes: all.len().saturating_sub(CAUSES),
        date: date.map(day),
        style: include_str!("html/style.css"),
        script: include_str!("html/script.js"),
        index: packed(&index(report))?,
        pieces: &pieces,
    };
    finished(&page)
}

/// The text of a page, ended by a line end as every text file is.
pub(crate) fn finished(page: &Page<'_>) -> Result<String, RenderError> {
    Ok(shown(page)? + "\n")
}

/// The text of a page, whose template has escaped what would be markup: nothing in it acts where it is read or printed.
pub(crate) fn shown(page: &impl Template) -> Result<String, RenderError> {
    let text = page.render().map_err(RenderError::from)?;
    Ok(printable(&text))
}

/// `2026-11-26` of seconds since 1970.
pub(crate) fn day(seconds: u64) -> String {
    let date = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    chrono::DateTime::<chrono::Utc>::from(date)
        .format("%Y-%m-%d")
        .to_string()
}

/// JSON, deflated, in base 64. The script of the page shows its strings as they are.
pub(crate) fn packed<T: Serialize + ?Sized>(value: &T) -> Result<String, RenderError> {
    let json = json_for_a_page(value).map_err(RenderError::from)?;
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(json.as_bytes())
        .and_then(|()| encoder.finish())
        .map(|bytes| STANDARD.encode(bytes))
        .map_err(RenderError::from)
}

fn index(report: &Report) -> Index<'_> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (at, case) in report.cases.iter().enumerate() {
        add(&mut rows, case, on_target(at, case));
    }
    Index {
        mode: "check",
        piece: PIECE,
        paths: CallPath::ALL,
        toolchains: report
            .toolchains
            .iter()
            .map(|toolchain| toolchain.name.as_str())
            .collect(),
        rules: Rule::ALL
            .iter()
            .map(|rule| RuleRow {
                id: rule.id(),
                summary: rule.summary(),
                help: rule.help(),
                reference: rule.reference(),
            })
            .collect(),
        rows,
    }
}

/// Adds a target of a case to the case's row, which is the last where it is there.
pub(crate) fn add<'a>(rows: &mut Vec<Row<'a>>, case: &'a CaseReport, on: OnTarget<'a>) {
    match rows.last_mut().filter(|row| row.name == case.name) {
        Some(row) => row.on.push(on),
        None => rows.push(Row {
            name: &case.name,
            about: &case.about,
            symbols: case
                .functions
                .iter()
                .map(|function| function.symbol.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            on: vec![on],
        }),
    }
}

pub(crate) fn on_target(at: usize, case: &CaseReport) -> OnTarget<'_> {
    let mut rules: Vec<usize> = case
        .findings
        .iter()
        .filter_map(|finding| Rule::ALL.iter().position(|rule| *rule == finding.rule))
        .collect();
    rules.sort_unstable();
    rules.dedup();
    let standings = case.functions.iter().flat_map(|function| &function.standings);
    OnTarget {
        at,
        target: case.target.short(),
        verdict: case.verdict.name(),
        unexpected: case.unexpected || matches!(case.snapshot, SnapshotState::Changed { .. }),
        rules,
        alone: standings
            .flat_map(|standing| standing.alone.iter().map(String::as_str))
            .collect(),
        grid: CallPath::ALL.map(|path| went(case, path)),
    }
}

/// How the echoes and bodies of a path went, at the worst.
fn went(case: &CaseReport, path: CallPath) -> Path {
    let of_path =
        |seen: &&ObservationReport| seen.path == path && matches!(seen.kind, CallKind::Echo | CallKind::Body);
    let worst = case
        .observations
        .iter()
        .filter(of_path)
        .map(|seen| {
            if seen.returned < seen.calls {
                Path::Ended
            } else {
                Path::Same
            }
        })
        .max()
        .unwrap_or(Path::None);
    let mut effects = case.findings.iter().flat_map(|finding| &finding.effect);
    let differs = effects.any(|effect| effect.is_of(path));
    match worst {
        Path::Same if differs => Path::Differs,
        worst => worst,
    }
}
