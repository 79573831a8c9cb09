//! The HTML report in headless Chromium, used as a reader would: `browser/report.mjs` opens, filters, expands and prints it.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::json;
use twincall::report::format::{Context, Format, render};
use twincall::report::{CaseReport, Report, Verdict};

#[path = "forms/findings.rs"]
mod findings;

const CHROMIUM: &str = "/usr/bin/chromium";

fn main() -> ExitCode {
    let playwright = playwright();
    let there = Path::new(CHROMIUM).is_file() && playwright.is_dir();
    let trial = |name: &str, report: fn() -> Report| {
        let playwright = playwright.clone();
        let test = move || visit(&playwright, &report());
        Trial::test(name, test).with_ignored_flag(!there)
    };
    let trials = vec![
        trial("findings_of_every_kind", findings::report),
        trial("a_hundred_cases", || many(100)),
        trial("five_thousand_cases", || many(5_000)),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Where `scripts/setup --tests` puts the library that drives the browser.
fn playwright() -> PathBuf {
    twincall::session::default_cache().join("browser/node_modules/playwright-core")
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
    let folder = tempfile::tempdir()?;
    let page = folder.path().join("a report.html");
    std::fs::write(&page, render(report, Format::Html, Context::default())?)?;
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
        "verdict": "diverges",
        "ofVerdict": with(&|case| case.verdict == Verdict::Diverges),
        "last": names.last(),
        "open": diverging.name,
        // Two layouts, a call with what parts in it, the IR, the table of calls.
        "drawn": {"figure svg": 3, "svg .differs": 2, "svg .wire.part": 2, "pre.ir .part": 2, "table td": 5, ".finding": 3},
        "names": names,
    });
    let expectation = folder.path().join("expected.json");
    std::fs::write(&expectation, expected.to_string())?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/report.mjs");
    let output = Command::new("node")
        .arg(script)
        .arg(playwright)
        .arg(CHROMIUM)
        .arg(&page)
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
