//! The answer for a person at a terminal.

use std::fmt::Write as _;

use super::Reproduction;
use super::answer::{Answer, Certainty};
use super::program::Frame;
use crate::facts::Finding;
use crate::text::printable;

/// Findings beyond the first that are shown in a line each.
const MOST_OTHERS: usize = 12;
/// Further functions and types that are wrong by themselves, a line each directly below the first.
const MOST_ELSEWHERE: usize = 2;
/// Lines of the program's own output.
const MOST_OUTPUT: usize = 8;
/// What is said where there is nothing to say.
pub(super) const NO_TARGET: &str = "no target was tried";
/// Lines of effects of the first finding.
const MOST_EFFECTS: usize = 6;

/// The whole text; the first line is the answer.
pub fn render(reproduction: &Reproduction) -> String {
    let mut text = String::new();
    let Some(first) = reproduction.first() else {
        return format!("{NO_TARGET}\n");
    };
    let _ = writeln!(text, "{}", headline(reproduction, first));
    for other in first.elsewhere.iter().take(MOST_ELSEWHERE) {
        let _ = writeln!(text, "and {other}");
    }
    if !first.declarations.is_empty() {
        text.push('\n');
    }
    for shown in &first.declarations {
        let verb = if shown.defined { "defines" } else { "declares" };
        let _ = writeln!(
            text,
            "  {:<4} {verb:<8} {}   {}",
            shown.side.to_string(),
            shown.text,
            shown.place
        );
    }
    text.push_str(&mend(reproduction, first));
    let fault = matches!(&reproduction.program, Some(Ok(run)) if !run.faults.is_empty());
    let sure = match first.certainty {
        Certainty::Nothing | Certainty::Unexplained if fault => {
            "certain that the program does so, for valgrind saw it; nothing that crosses the boundary differs, as far as it was checked"
        }
        Certainty::Nothing | Certainty::Unexplained if reproduction.spoiled() => {
            "not known: nothing that was compared differs, and the program could not be watched; nothing is acquitted"
        }
        certainty => certainty.words(),
    };
    let _ = writeln!(text, "\nhow sure: {sure}");
    for answer in &reproduction.answers {
        text.push('\n');
        target(&mut text, answer, std::ptr::eq(answer, first));
    }
    program(&mut text, reproduction);
    if let Some(minimized) = &reproduction.minimized {
        let end = if minimized.complete {
            ""
        } else {
            "; time ran out before the smallest was found"
        };
        let _ = writeln!(
            text,
            "\nthe smaller pair that shows the same ({} steps{end}):",
            minimized.steps
        );
        for (language, source) in [("C", &minimized.c), ("Rust", &minimized.rust)] {
            let _ = writeln!(text, "  {language}");
            for line in source.lines().filter(|line| !line.is_empty()) {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    if let Some(matrix) = &reproduction.matrix {
        text.push('\n');
        text.push_str(&matrix.render());
    }
    notes(&mut text, reproduction);
    if let Some(confinement) = &reproduction.report.confinement {
        let _ = write!(text, "\n{}", confinement.render());
    }
    printable(&text)
}

/// What mends it; nothing where nothing that was tried does.
fn mend(reproduction: &Reproduction, first: &Answer) -> String {
    let mut text = String::new();
    if let Some(advice) = &first.mend {
        let _ = writeln!(text, "\nto mend it, {advice}");
    }
    if let Some(regenerate) = &reproduction.regenerate {
        let _ = writeln!(text, "\nto mend it, {regenerate}");
    }
    let Some(mended) = reproduction.mended.as_ref().map(|mended| &mended.report) else {
        return text;
    };
    let _ = writeln!(text, "\nto mend it, {}:", mended.words("report"));
    text + &crate::report::human::mend(mended)
}

/// The answer; where the boundary explains nothing, with what the program does instead.
pub(super) fn headline(reproduction: &Reproduction, first: &Answer) -> String {
    let acquitted = matches!(first.certainty, Certainty::Nothing | Certainty::Unexplained);
    if acquitted && reproduction.spoiled() {
        return "not known: the program spoiled what valgrind saw of it".to_owned();
    }
    let fault = match &reproduction.program {
        Some(Ok(run)) if matches!(first.certainty, Certainty::Nothing | Certainty::Unexplained) => {
            run.faults.first()
        }
        _ => None,
    };
    let Some(fault) = fault else {
        // What another target does not show is told with its own.
        let elsewhere = |answer: &Answer| {
            answer.target != first.target && answer.primary.is_none() && answer.reason.is_none()
        };
        return match first.primary.is_some() && reproduction.answers.iter().any(elsewhere) {
            true => format!("on {}: {}", first.target.short(), first.headline),
            false => first.headline.clone(),
        };
    };
    format!(
        "not an ABI matter: the program {}{}",
        fault.kind.words(),
        fault
            .frames
            .iter()
            .find_map(|frame| Some(format!(" in {} ({})", frame.function, frame.place.as_ref()?)))
            .unwrap_or_default()
    )
}

/// What valgrind saw.
fn program(text: &mut String, reproduction: &Reproduction) {
    let run = match &reproduction.program {
        None => return,
        Some(Err(reason)) => {
            let _ = writeln!(text, "\nthe program was not run under valgrind: {reason}");
            return;
        }
        Some(Ok(run)) => run,
    };
    let _ = writeln!(
        text,
        "\nthe program under valgrind, natively at -O0: {}",
        run.ending
    );
    if run.faults.is_empty() {
        text.push_str("  no invalid access was seen\n");
    }
    for fault in &run.faults {
        let _ = writeln!(text, "  {}", fault.what);
        frames(text, &fault.frames);
        if let Some(detail) = &fault.detail {
            let _ = writeln!(text, "    the address {detail}");
            frames(text, &fault.origin);
        }
    }
    if !run.output.trim().is_empty() {
        text.push_str("  it printed\n");
        for line in run.output.lines().take(MOST_OUTPUT) {
            let _ = writeln!(text, "    {line}");
        }
    }
}

/// Frames down to the outermost one that stands in the report.
fn frames(text: &mut String, frames: &[Frame]) {
    let last = frames.iter().rposition(|frame| frame.place.is_some());
    for frame in frames.iter().take(last.map_or(1, |last| last + 1)) {
        let place = frame.place.as_deref().map(|place| format!(" at {place}"));
        let _ = writeln!(text, "    {}{}", frame.function, place.unwrap_or_default());
    }
}

fn target(text: &mut String, answer: &Answer, first: bool) {
    let _ = writeln!(text, "{}: {}", answer.target.short(), answer.verdict.name());
    if let Some(reason) = &answer.reason {
        for line in reason.lines().take(8) {
            let _ = writeln!(text, "  {line}");
        }
    }
    if !first && answer.primary.is_some() {
        let _ = writeln!(text, "  {}", answer.headline);
    }
    if let Some(finding) = &answer.primary {
        evidence(text, finding);
    }
    for finding in answer.others.iter().take(MOST_OTHERS) {
        let _ = writeln!(text, "  also {}", line(finding));
    }
    if answer.others.len() > MOST_OTHERS {
        let _ = writeln!(text, "  and {} more", answer.others.len() - MOST_OTHERS);
    }
    for line in &answer.witnesses {
        let _ = writeln!(text, "  {line}");
    }
    for ended in &answer.program {
        let _ = writeln!(text, "  the program at -O{} {ended}", ended.opt);
    }
    if let Some(crash) = &answer.crash {
        let _ = writeln!(text, "  {}", crash.what);
        for line in crash.registers.chunks(5) {
            let _ = writeln!(text, "    {}", line.join("  "));
        }
        for frame in &crash.frames {
            let _ = writeln!(text, "    {frame}");
        }
    }
    if answer.primary.is_none() || answer.verdict == crate::facts::Verdict::Error {
        for one in &answer.checked {
            let _ = writeln!(text, "  checked: {one}");
        }
        for one in &answer.unchecked {
            let _ = writeln!(text, "  not checked: {one}");
        }
    } else if let Some(left_out) = &answer.left_out {
        let _ = writeln!(text, "  not checked: {left_out}");
    }
}

fn evidence(text: &mut String, finding: &Finding) {
    let levels: Vec<String> = finding.opt.iter().map(|opt| format!("-O{opt}")).collect();
    let levels = match levels.as_slice() {
        [] => "at every level".to_owned(),
        levels => format!("at {}", levels.join(" and ")),
    };
    let _ = writeln!(
        text,
        "  {} {levels}: {}   {}",
        finding.rule.id(),
        sides(finding),
        finding.rule.reference()
    );
    for effect in finding.effect.iter().take(MOST_EFFECTS) {
        let _ = writeln!(text, "    {effect}");
    }
}

fn line(finding: &Finding) -> String {
    format!(
        "{} at {}: {}",
        finding.rule.id(),
        finding.whereabouts(),
        sides(finding)
    )
}

/// What each side has, of those that the finding tells of.
fn sides(finding: &Finding) -> String {
    let [c, rust] = [finding.c(), finding.rust()];
    match (c.as_str(), rust.as_str()) {
        (c, "") => format!("C {c}"),
        ("", rust) => format!("Rust {rust}"),
        (c, rust) => format!("C {c}, Rust {rust}"),
    }
}

fn notes(text: &mut String, reproduction: &Reproduction) {
    if !reproduction.notes.is_empty() {
        text.push('\n');
    }
    for note in &reproduction.notes {
        let _ = writeln!(text, "note: {note}");
    }
    for suggestion in &reproduction.suggestions {
        let _ = writeln!(text, "not applied: {suggestion}");
    }
}
