//! The report for a person at a terminal: first what is not as expected, each with the evidence that explains it and the
//! command that shows it alone; then the counts.

use std::fmt::Write as _;

use crate::facts::{
    CallKind, CaseReport, Finding, FunctionReport, MendReport, Report, SideFacts, SideFunction,
    SnapshotState, TypeReport, Verdict, lowering_text,
};

mod crash;
mod crossings;
mod model;
mod paint;
pub(crate) mod table;
mod unchecked;

pub use paint::Paint;
use table::{layouts, slots};

/// How the text is to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Style {
    /// Use ANSI colours.
    pub color: bool,
    /// Show cases that are as expected, too.
    pub verbose: bool,
}

/// So many divergences are explained on the first screen; the others are a line each.
const EXPLAINED: usize = 3;

/// The whole report.
pub fn render(report: &Report, style: Style) -> String {
    let paint = Paint::new(style.color);
    paint.only(&whole(report, style, paint))
}

fn whole(report: &Report, style: Style, paint: Paint) -> String {
    let mut text = String::new();
    let toolchains: Vec<String> = report
        .toolchains
        .iter()
        .map(|toolchain| format!("{} ({})", toolchain.name, toolchain.version))
        .collect();
    let _ = writeln!(text, "{}", paint.dim(&toolchains.join(", ")));
    let bad: Vec<&CaseReport> = report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Error || case.executed() && case.unexpected())
        .collect();
    for (index, case) in bad.iter().enumerate() {
        if index < EXPLAINED || style.verbose {
            text.push('\n');
            text.push_str(&explain(case, style));
        } else {
            let _ = writeln!(text, "{}", one_line(case, paint));
        }
    }
    if style.verbose {
        text.push('\n');
        for case in &report.cases {
            let _ = writeln!(text, "{}", one_line(case, paint));
        }
    } else {
        warnings(&mut text, report, paint);
    }
    text.push_str(&unchecked::render(report, style.verbose));
    text.push('\n');
    text.push_str(&counts(report, paint));
    text
}

/// The contracts that differ without an effect.
fn warnings(text: &mut String, report: &Report, paint: Paint) {
    let accidental: Vec<&CaseReport> = report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Accidental && !case.unexpected())
        .collect();
    let unknown: Vec<&&CaseReport> = accidental
        .iter()
        .filter(|case| case.findings.iter().any(|f| !f.expected))
        .collect();
    if !unknown.is_empty() {
        text.push('\n');
    }
    for case in unknown {
        let _ = writeln!(text, "{}", one_line(case, paint));
        for finding in case.findings.iter().filter(|finding| !finding.expected) {
            let place = if finding.place.is_whole() {
                ""
            } else {
                &finding.symbol
            };
            let of = if place.is_empty() { "" } else { " in " };
            let _ = writeln!(text, "    {}{of}{place}", headline(finding));
        }
    }
}

/// The counts that close every run.
fn counts(report: &Report, paint: Paint) -> String {
    let summary = report.summary;
    let count = |verdict: Verdict| report.cases.iter().filter(|case| case.verdict == verdict).count();
    let diverging: Vec<&CaseReport> = report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Diverges)
        .collect();
    let known = diverging.iter().filter(|case| !case.unexpected()).count();
    let mut text = String::new();
    let _ = writeln!(text, "{}", summary.line());
    let _ = writeln!(
        text,
        "executed: {} conform, {} agree, {} ambiguous, {} accidental, {} diverge ({known} as expected)",
        count(Verdict::Conforms),
        count(Verdict::Agrees),
        count(Verdict::Ambiguous),
        count(Verdict::Accidental),
        diverging.len(),
    );
    let verdict = match (summary.failed, summary.unexpected) {
        (0, 0) if summary.unchecked == 0 => paint.good("all as expected"),
        (0, 0) => paint.warn(&format!("all as expected, {} unchecked", summary.unchecked)),
        (0, unexpected) => paint.bad(&format!("{unexpected} not as expected")),
        (failed, unexpected) => paint.bad(&format!("{failed} failed, {unexpected} not as expected")),
    };
    let _ = writeln!(text, "{verdict}");
    text
}

fn one_line(case: &CaseReport, paint: Paint) -> String {
    let verdict = format!("{:<14}", case.verdict.name());
    let verdict = match case.verdict {
        Verdict::Agrees | Verdict::Conforms => paint.good(&verdict),
        Verdict::Diverges if !case.unexpected() => paint.dim(&verdict),
        Verdict::Diverges | Verdict::Error => paint.bad(&verdict),
        _ => paint.warn(&verdict),
    };
    let mut line = format!("{verdict} {} on {}", case.name, case.target);
    let expected = case.findings.iter().filter(|finding| finding.expected).count();
    if expected > 0 && !case.unexpected() {
        let rules: Vec<&str> = case.findings.iter().map(|finding| finding.rule.id()).collect();
        let _ = write!(line, " (expected: {})", unique(&rules).join(", "));
    }
    match &case.snapshot {
        SnapshotState::Changed { .. } => line.push_str(", snapshot changed"),
        SnapshotState::Missing => line.push_str(", no snapshot yet"),
        _ => {}
    }
    if let Some(reason) = case.reason.as_deref().filter(|_| !case.executed()) {
        let _ = write!(line, ": {}", reason.lines().next().unwrap_or_default());
    }
    line
}

fn unique<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for word in words {
        if !seen.contains(word) {
            seen.push(*word);
        }
    }
    seen
}

/// What is wrong with one case, with its evidence.
pub fn explain(case: &CaseReport, style: Style) -> String {
    let paint = Paint::new(style.color);
    paint.only(&explanation(case, style, paint))
}

fn explanation(case: &CaseReport, style: Style, paint: Paint) -> String {
    let mut text = header(case, paint);
    let shown: Vec<&Finding> = case
        .findings
        .iter()
        .filter(|finding| style.verbose || !finding.expected)
        .collect();
    text.push_str(&reasons(case, &shown, paint));
    let mut tables: Vec<String> = Vec::new();
    for finding in &shown {
        let ty = finding
            .types
            .as_ref()
            .and_then(|types| case.types.iter().find(|ty| names(ty, types)));
        tables.extend(ty.map(|ty| layouts(ty, paint)));
    }
    for function in &case.functions {
        let concerns =
            |finding: &&Finding| finding.symbol == function.symbol || finding.also.contains(&function.symbol);
        if shown.iter().any(concerns) {
            tables.push(slots(function, paint) + &by_the_text(function, paint));
        }
    }
    for (index, table) in tables.iter().enumerate() {
        if !tables[..index].contains(table) {
            text.push_str(table);
        }
    }
    text.push_str(&endings(case, paint));
    if let Some(mended) = &case.mended {
        let _ = writeln!(text, "  to mend it, {}:", mended.words("pair"));
        for line in mend(mended).lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    let _ = writeln!(text, "  {}", paint.dim(&case.command));
    text
}

/// What is changed, each declaration under its place, and what that breaks.
pub(crate) fn mend(mended: &MendReport) -> String {
    let mut text = String::new();
    for changed in &mended.changes {
        let place = changed.place.as_deref().unwrap_or("and add");
        let _ = writeln!(text, "    {place}");
        for line in changed.after.lines() {
            let _ = writeln!(text, "      {line}");
        }
    }
    for broken in &mended.breaks {
        let _ = writeln!(text, "    it breaks {broken}");
    }
    text
}

/// Findings by function, under both declarations.
fn reasons(case: &CaseReport, shown: &[&Finding], paint: Paint) -> String {
    let mut text = String::new();
    if let Some(reason) = &case.reason {
        for line in reason.lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    // A symbol may be declared by several types.
    let declared_as = |finding: &Finding| (finding.symbol.clone(), finding.rust_declaration.clone());
    let mut declarations = Vec::new();
    for finding in shown {
        if !declarations.contains(&declared_as(finding)) {
            declarations.push(declared_as(finding));
        }
    }
    let mut told: Vec<&str> = Vec::new();
    for declaration in &declarations {
        let symbol = declaration.0.as_str();
        let of_symbol: Vec<&&Finding> = shown
            .iter()
            .filter(|finding| declared_as(finding) == *declaration)
            .collect();
        if let Some(first) = of_symbol.first() {
            text.push_str(&declared(first, paint));
        }
        for finding in of_symbol {
            text.push_str(&show_finding(finding, paint));
        }
        if !told.contains(&symbol) {
            text.push_str(&crash::backtraces(case, symbol));
            told.push(symbol);
        }
    }
    text
}

/// Both declarations of what a finding is about.
fn declared(finding: &Finding, paint: Paint) -> String {
    let mut text = String::new();
    let declarations = [("C", &finding.c_declaration), ("Rust", &finding.rust_declaration)];
    for (language, declaration) in declarations {
        if let Some(declaration) = declaration {
            let what = if declaration.defined {
                "defines "
            } else {
                "declares"
            };
            let location = paint.dim(&declaration.location.to_string());
            let _ = writeln!(text, "  {language:<4} {what} {}   {location}", declaration.text);
        }
    }
    text
}

/// What expectations and the snapshot say.
fn endings(case: &CaseReport, paint: Paint) -> String {
    let mut text = String::new();
    for vanished in &case.vanished {
        let symbol = vanished
            .symbol
            .as_deref()
            .map(|symbol| format!(" of `{symbol}`"))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "  {} the expected `{}`{symbol} did not occur: delete it from {}:{}",
            paint.bad("vanished"),
            vanished.rule,
            vanished.file,
            vanished.line
        );
    }
    match &case.snapshot {
        SnapshotState::Changed { diff } => {
            let _ = writeln!(text, "  {}", paint.bad("the snapshot changed"));
            for line in diff.lines() {
                let _ = writeln!(text, "    {line}");
            }
            text.push_str("  `twincall check --bless` records the new facts\n");
        }
        SnapshotState::Missing => {
            text.push_str("  there is no snapshot yet; `twincall check --bless` records one\n");
        }
        _ => {}
    }
    text
}

fn names(ty: &TypeReport, (c, rust): &(String, String)) -> bool {
    ty.c.as_ref().is_some_and(|side| side.name == *c)
        && ty.rust.as_ref().is_some_and(|side| side.name == *rust)
}

fn header(case: &CaseReport, paint: Paint) -> String {
    let verdict = match case.verdict {
        Verdict::Agrees | Verdict::Conforms => paint.good(case.verdict.name()),
        Verdict::Diverges | Verdict::Error => paint.bad(case.verdict.name()),
        _ => paint.warn(case.verdict.name()),
    };
    let about = if case.about.is_empty() {
        String::new()
    } else {
        format!(": {}", case.about)
    };
    format!("{verdict} {} on {}{about}\n", paint.bold(&case.name), case.target)
}

/// A finding on one line: rule, place, and what each side does.
pub(crate) fn headline(finding: &Finding) -> String {
    let place = match finding.place.is_whole() {
        true => finding.symbol.clone(),
        false => finding.place.to_string(),
    };
    let SideFacts { c, rust } = &finding.sides;
    let sides = match (c.is_nothing(), rust.is_nothing()) {
        (true, true) => String::new(),
        (false, true) => format!(": {c}"),
        (true, false) => format!(": {rust}"),
        (false, false) if finding.rule == crate::facts::Rule::Value => format!(": {c}; {rust}"),
        (false, false) => format!(": C {c}, Rust {rust}"),
    };
    format!("{} at {place}{sides}", finding.rule)
}

fn show_finding(finding: &Finding, paint: Paint) -> String {
    let mut text = String::new();
    let headline = headline(finding);
    let rest = headline.strip_prefix(finding.rule.id()).unwrap_or(&headline);
    let level = match finding.opt.as_slice() {
        [] => String::new(),
        levels => {
            let levels: Vec<String> = levels.iter().map(|level| format!("-O{level}")).collect();
            format!(" ({})", levels.join(", "))
        }
    };
    let mark = if finding.expected {
        paint.dim(" [expected]")
    } else {
        String::new()
    };
    let reference = paint.dim(finding.rule.reference());
    let _ = writeln!(
        text,
        "  {}{rest}{level}{mark}   {reference}",
        paint.bold(finding.rule.id())
    );
    if !finding.also.is_empty() {
        let _ = writeln!(text, "    also in {}", finding.also.join(", "));
    }
    for effect in &finding.effect {
        let _ = writeln!(text, "    effect: {effect}");
    }
    if finding.contract_only {
        let _ = writeln!(
            text,
            "    nothing promises agreement here; the machine does the same"
        );
    }
    text
}

/// What the written ABI says of a function.
fn by_the_text(function: &FunctionReport, paint: Paint) -> String {
    let mut lines = model::opinion(function);
    lines.extend(model::standings(function));
    let lines = lines.iter().map(|line| format!("      {}\n", paint.dim(line)));
    lines.collect()
}

/// All evidence of one case.
pub fn show(case: &CaseReport, style: Style) -> String {
    let paint = Paint::new(style.color);
    paint.only(&evidence(case, paint))
}

fn evidence(case: &CaseReport, paint: Paint) -> String {
    let all: Vec<&Finding> = case.findings.iter().collect();
    let mut text = header(case, paint);
    text.push_str(&reasons(case, &all, paint));
    for ty in &case.types {
        text.push_str(&layouts(ty, paint));
    }
    for function in &case.functions {
        text.push_str(&declarations(function, paint));
        text.push_str(&slots(function, paint));
        text.push_str(&by_the_text(function, paint));
    }
    text.push_str(&observations(case));
    text.push_str(&case.crossings.as_ref().map_or(String::new(), crossings::render));
    for one in case.unchecked.iter().filter(|one| one.symbol.is_some()) {
        let _ = writeln!(text, "  unchecked: {one}: {}", one.reason);
    }
    for note in &case.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    text.push_str(&endings(case, paint));
    text
}

/// What the runs saw: paths that went the same way on one line, then the results of explicit calls.
fn observations(case: &CaseReport) -> String {
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    let mut registers = None;
    for observation in &case.observations {
        let kind = match observation.kind {
            CallKind::Echo => "echoes",
            CallKind::Body => "calls",
            // What these show is shown with the slots.
            CallKind::Machine | CallKind::Tapped => continue,
        };
        let mut outcome = format!("{} of {} returned", observation.returned, observation.calls);
        for ending in &observation.endings.0 {
            // Registers differ from path to path; those of the first stand for all.
            let _ = write!(outcome, "; {}", ending.without_registers());
            if registers.is_none() && !ending.registers.is_empty() {
                registers = Some(format!(
                    "  registers on {} -O{}: ({})",
                    observation.path,
                    observation.opt,
                    ending.registers.join(" ")
                ));
            }
        }
        let line = format!("{kind} of {}: {outcome}", observation.symbol);
        let path = format!("{} -O{}", observation.path, observation.opt);
        match lines.iter_mut().find(|(known, _)| *known == line) {
            Some((_, paths)) => paths.push(path),
            None => lines.push((line, vec![path])),
        }
        for result in &observation.results {
            let line = format!("{} gave {}", result.call, result.values.join("; "));
            let path = format!("{} -O{}", observation.path, observation.opt);
            match lines.iter_mut().find(|(known, _)| *known == line) {
                Some((_, paths)) => paths.push(path),
                None => lines.push((line, vec![path])),
            }
        }
    }
    let mut text = String::new();
    for (line, paths) in lines {
        let _ = writeln!(text, "  {line} ({})", paths.join(", "));
    }
    if let Some(line) = registers {
        let _ = writeln!(text, "{line}");
    }
    text
}

fn declarations(function: &FunctionReport, paint: Paint) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "  {}", paint.bold(&function.symbol));
    let side = |text: &mut String, language: &str, side: &Option<SideFunction>| {
        if let Some(side) = side {
            let wasm = side
                .wasm_type
                .as_ref()
                .map(|ty| format!("   wasm {ty}"))
                .unwrap_or_default();
            let _ = writeln!(
                text,
                "    {language:<4} {}   {}{wasm}",
                side.declaration.text,
                paint.dim(&side.declaration.location.to_string())
            );
        }
    };
    side(&mut text, "C", &function.c);
    side(&mut text, "Rust", &function.rust);
    text
}

/// The slots of one argument in words.
pub(crate) fn slot_text(slots: &[twincall_abi::slot::Slot]) -> String {
    lowering_text(slots)
}
