//! Bugs that people reported: `docs/reports.md` says for each of them what `twincall repro` has to answer, and this test asks it.
//! A second table there has public reports of the last years, with what was held to be true of them before the tool was asked.
//! A report that needs an older compiler is ignored where that is not installed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use twincall::cache::Cache;
use twincall::cache::default_cache;
use twincall::testing::may_be_left_out;
use twincall::toolchain::{locate, remedy};

const PAGE: &str = "docs/reports.md";
const REPORTS: &str = "c-fixtures/reports";
const PAIRS: &str = "rust-fixtures/reports";
/// The reports of the second table.
const PUBLIC: &str = "harness/twincall/tests/reports/public";
/// Bugs that are known, and how many of them have to be answered as expected.
const BUGS: usize = 51;
const EXPECTED: usize = 45;
/// Toolchains other than the default ones.
const DEFAULT: &str = "default";

/// A line of the page's second table.
#[derive(Clone, Debug)]
struct PublicRow {
    report: String,
    /// The status with which the command ends.
    exit: i32,
    /// What the first line of the answer contains.
    says: String,
    score: String,
}

/// A line of the page's table.
#[derive(Clone, Debug)]
struct Row {
    bug: String,
    /// Without one it says why there is none.
    report: String,
    toolchains: Vec<String>,
    target: String,
    verdict: String,
    rule: String,
    symbol: String,
    place: String,
    /// What the whole answer contains.
    effect: String,
    /// What its first line contains.
    says: String,
    as_expected: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let page = std::fs::read_to_string(root().join(PAGE)).unwrap_or_default();
    let rows = rows(&page);
    let (cache, _) = Cache::open(&default_cache(), true);
    let counted = rows.clone();
    let mut trials = vec![Trial::test("the_table_is_whole", move || {
        whole(&counted).map_err(Failed::from)
    })];
    let whole_page = page.clone();
    trials.push(Trial::test("every_report_is_a_pair_or_says_why", move || {
        pairs(&whole_page).map_err(Failed::from)
    }));
    let public = public_rows(&page);
    let listed = public.clone();
    trials.push(Trial::test("every_public_report_has_a_row", move || {
        public_whole(&listed).map_err(Failed::from)
    }));
    for row in public {
        let name = format!("public::{}", row.report);
        trials.push(Trial::test(name, move || {
            judge_public(&row).map_err(Failed::from)
        }));
    }
    for row in rows.into_iter().filter(|row| !row.rule.is_empty()) {
        let missing: Vec<String> = row
            .toolchains
            .iter()
            .filter(|name| locate(name, &cache).is_none())
            .cloned()
            .collect();
        let ignored = !missing.is_empty() && may_be_left_out();
        let name = format!("{}::{}::{}", row.bug, row.report, row.toolchains.join("+"));
        let run = move || match missing.first() {
            // Asked for by `--ignored`, it fails with what installs the toolchain.
            Some(toolchain) => Err(Failed::from(remedy(toolchain))),
            None => judge(&row).map_err(Failed::from),
        };
        trials.push(Trial::test(name.trim_end_matches(':').to_owned(), run).with_ignored_flag(ignored));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rows(page: &str) -> Vec<Row> {
    let lines = page.lines().filter(|line| line.starts_with("| B-"));
    lines.filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
    let [
        bug,
        _,
        report,
        toolchains,
        target,
        verdict,
        rule,
        symbol,
        place,
        effect,
        says,
        as_expected,
    ] = cells.as_slice()
    else {
        return None;
    };
    let code = |cell: &str| {
        let doubled = cell.strip_prefix("`` ").and_then(|cell| cell.strip_suffix(" ``"));
        doubled.unwrap_or(cell.trim_matches('`')).to_owned()
    };
    Some(Row {
        bug: (*bug).to_owned(),
        report: code(report),
        toolchains: toolchains
            .split(", ")
            .filter(|name| !name.is_empty() && *name != DEFAULT)
            .map(str::to_owned)
            .collect(),
        target: (*target).to_owned(),
        verdict: (*verdict).to_owned(),
        rule: code(rule),
        symbol: code(symbol),
        place: (*place).to_owned(),
        effect: code(effect),
        says: code(says),
        as_expected: (*as_expected).to_owned(),
    })
}

/// Every bug has a row, every report too, and enough rows are as expected.
fn whole(rows: &[Row]) -> Result<(), String> {
    let bugs: BTreeSet<&str> = rows.iter().map(|row| row.bug.as_str()).collect();
    if (rows.len(), bugs.len()) != (BUGS, BUGS) {
        return Err(format!("{PAGE} has {} rows for {} bugs", rows.len(), bugs.len()));
    }
    for row in rows {
        let told = !row.report.is_empty();
        let right = match row.as_expected.as_str() {
            "yes" | "partly" | "weak" => told && !row.rule.is_empty(),
            "missed" => told && row.rule.is_empty(),
            "no" => !told,
            _ => false,
        };
        if !right || row.says.is_empty() {
            return Err(format!("the row of {} is not whole", row.bug));
        }
    }
    let expected = rows.iter().filter(|row| row.as_expected == "yes").count();
    if expected < EXPECTED {
        return Err(format!("{expected} of {BUGS} bugs are answered as expected"));
    }
    let named: BTreeSet<String> = rows
        .iter()
        .filter(|row| !row.report.is_empty())
        .map(|row| row.report.clone())
        .collect();
    let mut there = BTreeSet::new();
    for entry in std::fs::read_dir(root().join(REPORTS)).map_err(|error| format!("{REPORTS}: {error}"))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|extension| extension == "md")
            && let Some(stem) = path.file_stem()
        {
            there.insert(stem.to_string_lossy().into_owned());
        }
    }
    if named != there {
        let differ: Vec<&String> = named.symmetric_difference(&there).collect();
        return Err(format!("in {PAGE} or in {REPORTS}, and not in both: {differ:?}"));
    }
    Ok(())
}

/// Every report is a pair of the project, or the page says why not.
fn pairs(page: &str) -> Result<(), String> {
    for row in rows(page).iter().filter(|row| !row.report.is_empty()) {
        let name = &row.report;
        let saved = root().join(PAIRS).join(format!("{name}.rs")).exists();
        let reasons = page
            .lines()
            .filter(|line| line.starts_with(&format!("| `{name}` | ")));
        match (saved, reasons.count()) {
            (true, 0) | (false, 1) => {}
            (true, _) => return Err(format!("{PAGE} says why `{name}` is no pair, and it is one")),
            (false, _) => {
                return Err(format!(
                    "`{name}` is no pair, and {PAGE} does not say why; scripts/save-reports saves it"
                ));
            }
        }
    }
    Ok(())
}

fn judge(row: &Row) -> Result<(), String> {
    let report: Value = serde_json::from_str(&answer(row, "json")?).map_err(|error| error.to_string())?;
    let text = answer(row, "human")?;
    let case = &report["cases"][0];
    let findings = case["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
    let fail = |what: String| Err(format!("{what}\n{text}"));
    if case["verdict"] != row.verdict.as_str() {
        return fail(format!("the verdict is {}, not {}", case["verdict"], row.verdict));
    }
    let wanted = |finding: &Value| {
        finding["rule"] == row.rule.as_str()
            && finding["symbol"] == row.symbol.as_str()
            && finding["place"] == row.place.as_str()
    };
    if !findings.iter().any(wanted) {
        return fail(format!(
            "there is no `{}` at {} of `{}`",
            row.rule, row.place, row.symbol
        ));
    }
    // The line of the finding that the answer is about.
    let first = text.lines().find(|line| {
        let at_levels = line.contains(" at every level: ") || line.contains(" at -O");
        line.starts_with("  ") && at_levels && (line.contains(": C ") || line.contains(": Rust "))
    });
    if !first.is_some_and(|line| line.trim_start().starts_with(&format!("{} at ", row.rule))) {
        return fail(format!("the answer is not about `{}`", row.rule));
    }
    let line = text.lines().next().unwrap_or_default();
    if !line.contains(&row.says) || !line.contains(&row.symbol) {
        return fail(format!("the first line does not say `{}`", row.says));
    }
    if !text.contains(&row.effect) {
        return fail(format!("nothing shows `{}`", row.effect));
    }
    Ok(())
}

/// What the command says of a report.
fn answer(row: &Row, format: &str) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincall"));
    command
        .current_dir(root())
        // These reports are the project's own, and what was compiled for them is found again.
        .args(["repro", "--unsandboxed", "--color", "never", "--format", format])
        .args(["--target", &row.target])
        .arg(format!("{REPORTS}/{}.md", row.report));
    for toolchain in &row.toolchains {
        command.args(["--toolchain", toolchain]);
    }
    let output = command.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // 0 is for what only contracts say, 100 for what was found.
    match output.status.code() {
        Some(0) if row.verdict != "diverges" => Ok(text),
        Some(100) if row.verdict == "diverges" => Ok(text),
        code => Err(format!(
            "`twincall repro` ended with {code:?}\n{text}{}",
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

fn public_rows(page: &str) -> Vec<PublicRow> {
    let lines = page.lines().filter(|line| line.starts_with("| P"));
    let row = |line: &str| {
        let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
        let cells: Vec<&str> = inner.split(" | ").map(str::trim).collect();
        let [_, report, _, _, _, _, exit, says, score] = cells.as_slice() else {
            return None;
        };
        let doubled = says.strip_prefix("`` ").and_then(|says| says.strip_suffix(" ``"));
        Some(PublicRow {
            report: report.trim_matches('`').to_owned(),
            exit: exit.parse().ok()?,
            says: doubled.unwrap_or(says.trim_matches('`')).to_owned(),
            score: (*score).to_owned(),
        })
    };
    lines.filter_map(row).collect()
}

/// None that was tried is left out.
fn public_whole(rows: &[PublicRow]) -> Result<(), String> {
    let named: BTreeSet<String> = rows.iter().map(|row| format!("{}.md", row.report)).collect();
    let mut there = BTreeSet::new();
    for entry in std::fs::read_dir(root().join(PUBLIC)).map_err(|error| format!("{PUBLIC}: {error}"))? {
        let entry = entry.map_err(|error| error.to_string())?;
        there.insert(entry.file_name().to_string_lossy().into_owned());
    }
    if named != there || named.len() != rows.len() {
        let differ: Vec<&String> = named.symmetric_difference(&there).collect();
        return Err(format!(
            "in {PAGE} or in {PUBLIC}, and not once in both: {differ:?}"
        ));
    }
    let scores = ["right", "partly", "refused", "missed", "wrong"];
    match rows.iter().find(|row| !scores.contains(&row.score.as_str())) {
        Some(row) => Err(format!("`{}` has the score `{}`", row.report, row.score)),
        None => Ok(()),
    }
}

fn judge_public(row: &PublicRow) -> Result<(), String> {
    let output = Command::new(env!("CARGO_BIN_EXE_twincall"))
        .current_dir(root())
        .args(["repro", "--unsandboxed", "--color", "never"])
        .arg(format!("{PUBLIC}/{}.md", row.report))
        .output()
        .map_err(|error| error.to_string())?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let first = text.lines().next().unwrap_or_default();
    if output.status.code() != Some(row.exit) || !first.contains(&row.says) {
        return Err(format!(
            "it ended with {:?}, and its first line is to say `{}`\n{text}",
            output.status.code(),
            row.says
        ));
    }
    Ok(())
}
