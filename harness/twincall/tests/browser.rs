//! The HTML pages in headless Chromium, used as a reader would: `browser/report.mjs` opens, filters, expands and prints a report,
//! `browser/difference.mjs` what changed between two.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};
use twincall::diff::{CaseDifference, ChangeKind, Run, compare, forms};
use twincall::facts::{CaseReport, Report, Verdict};
use twincall::report::format::{Context, Format, render, render_subject};
use twincall::testing::may_be_left_out;

#[path = "forms/findings.rs"]
mod findings;

const CHROMIUM: &str = "/usr/bin/chromium";

fn main() -> ExitCode {
    let playwright = playwright();
    let there = Path::new(CHROMIUM).is_file() && playwright.is_dir();
    let trial = |name: &str, visit: fn(&Path) -> Result<(), Failed>| {
        let playwright = playwright.clone();
        Trial::test(name, move || visit(&playwright)).with_ignored_flag(!there && may_be_left_out())
    };
    let trials = vec![
        trial("findings_of_every_kind", |with| visit(with, &findings::report())),
        trial("a_hundred_cases", |with| visit(with, &many(100))),
        trial("five_thousand_cases", |with| visit(with, &many(5_000))),
        trial("what_changed", visit_difference),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Where `scripts/setup --tests` puts the library that drives the browser.
fn playwright() -> PathBuf {
    twincall::cache::default_cache().join("browser/node_modules/playwright-core")
}

/// So many cases on both targets, one in ten of which diverges.
fn many(count: usize) -> Report {
    let model = findings::report();
    let wrong: Vec<&CaseReport> = model
        .cases
        .iter()
        .filter(|case| case.name == "lib/header")
        .collect();
    let mut cases = Vec::new();
    for number in 0..count {
        for case in &wrong {
            let mut case = (*case).clone();
            case.name = format!("family_{}/case_{number:04}", number % 40);
            if number % 10 != 0 {
                case.verdict = Verdict::Conforms;
                case.findings.clear();
            }
            for seen in &mut case.observations {
                seen.returned = seen.calls;
            }
            cases.push(case);
        }
    }
    cases.sort_by(|one, other| (&one.name, one.target).cmp(&(&other.name, other.target)));
    Report::new(model.toolchains.clone(), cases)
}

fn visit(playwright: &Path, report: &Report) -> Result<(), Failed> {
    let mut names: Vec<&str> = report.cases.iter().map(|case| case.name.as_str()).collect();
    names.dedup();
    let with = |keep: &dyn Fn(&&CaseReport) -> bool| {
        let mut names: Vec<&str> = report
            .cases
            .iter()
            .filter(|case| keep(case))
            .map(|case| case.name.as_str())
            .collect();
        names.dedup();
        names.len()
    };
    let departs = |case: &&CaseReport| {
        let mut standings = case.functions.iter().flat_map(|function| &function.standings);
        standings.any(|standing| standing.alone.iter().any(|name| name == "rustc-1.96"))
    };
    let filter = "layout-size";
    let diverging = report
        .cases
        .iter()
        .find(|case| !case.types.is_empty() && !case.findings.is_empty())
        .ok_or("no case to open")?;
    let (failed, unexpected) = (report.summary.failed, report.summary.unexpected);
    let answer = match failed {
        0 => format!("{unexpected} not as expected"),
        failed => format!("{failed} failed, {unexpected} not as expected"),
    };
    let expected = json!({
        "answer": answer,
        "rows": names.len(),
        "filter": filter,
        "filtered": with(&|case| case.findings.iter().any(|finding| finding.rule.id() == filter)),
        "alone": "rustc-1.96",
        "ofAlone": with(&departs),
        "verdict": "diverges",
        "ofVerdict": with(&|case| case.verdict == Verdict::Diverges),
        "last": names.last(),
        "open": diverging.name,
        // Two layouts, a call with what parts in it, the IR, the table of calls.
        "drawn": {"figure svg": 3, "svg .differs": 2, "svg .wire.part": 2, "pre.ir .part": 2, "table td": 5, ".finding": 3},
        "names": names,
    });
    let page = render(report, Format::Html, Context::default())?;
    drive("report.mjs", playwright, &page, &expected)
}

/// What changed where a type and a call moved and a case went.
fn visit_difference(playwright: &Path) -> Result<(), Failed> {
    let (old, mut new) = (findings::report(), findings::report());
    let changed = new
        .cases
        .iter()
        .position(|case| !case.types.is_empty())
        .ok_or("no case with a type")?;
    let case = &mut new.cases[changed];
    let ty = case.types[0].rust.as_mut().ok_or("no type")?;
    ty.size = 16;
    ty.fields[1].offset_bits = 64;
    let c = case.functions[0].c.clone().ok_or("no function")?;
    let rust = case.functions[0].rust.as_mut().ok_or("no function")?;
    rust.levels[0].arguments.clone_from(&c.levels[0].arguments);
    let drawn = case.name.clone();
    new.cases.remove(0);
    let difference = compare(
        Run {
            name: "old.json",
            report: &old,
        },
        Run {
            name: "new.json",
            report: &new,
        },
    );
    let mut names: Vec<&str> = difference.cases.iter().map(|case| case.name.as_str()).collect();
    names.dedup();
    let of_kind = |case: &&CaseDifference| {
        let mut changes = case.changes.iter();
        changes.any(|change| change.kind == ChangeKind::Layout)
    };
    // The page shows the target that changed first.
    let texts = |name: &str| -> Vec<&str> {
        let case = difference.cases.iter().find(|case| case.name == name);
        let changes = case.map_or(&[][..], |case| &case.changes);
        changes
            .iter()
            .flat_map(|change| [change.old.as_str(), change.new.as_str()])
            .collect()
    };
    let expected = json!({
        "answer": forms::answer(&difference),
        "kind": ChangeKind::Layout.name(),
        "ofKind": difference.cases.iter().filter(of_kind).count(),
        "changes": names.iter().map(|name| ((*name).to_owned(), texts(name).into())).collect::<serde_json::Map<_, _>>(),
        "names": names,
        "drawn": drawn,
        // The type before and now, and the call.
        "figures": 3,
    });
    let page = render_subject(&difference, Format::Html, Context::default())?;
    drive("difference.mjs", playwright, &page, &expected)
}

/// Has a script use a page.
fn drive(script: &str, playwright: &Path, page: &str, expected: &Value) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("a report.html");
    std::fs::write(&file, page)?;
    let expectation = folder.path().join("expected.json");
    std::fs::write(&expectation, expected.to_string())?;
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let output = Command::new("node")
        .arg(scripts.join(script))
        .arg(playwright)
        .arg(CHROMIUM)
        .arg(&file)
        .arg(&expectation)
        .output()
        .map_err(|error| format!("start node: {error}"))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{text}{}", String::from_utf8_lossy(&output.stdout)).into());
    }
    // What was measured is for whoever asks with --nocapture.
    println_measured(&output.stdout);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a test's own output")]
fn println_measured(measured: &[u8]) {
    print!("{}", String::from_utf8_lossy(measured));
}
