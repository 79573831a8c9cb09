//! The answer for a person at a terminal.

use std::fmt::Write as _;

use super::Reproduction;
use super::answer::{Answer, Certainty};
use crate::report::Finding;

/// Findings beyond the first that are shown in a line each.
const MOST_OTHERS: usize = 12;
/// Lines of effects of the first finding.
const MOST_EFFECTS: usize = 6;

/// The whole text; the first line is the answer.
pub fn render(reproduction: &Reproduction) -> String {
    let mut text = String::new();
    let Some(first) = reproduction.first() else {
        return "no target was tried\n".to_owned();
    };
    let _ = writeln!(text, "{}", first.headline);
    text.push('\n');
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
    if let Some(mend) = &first.mend {
        let mut lines = mend.lines();
        let _ = writeln!(
            text,
            "\nto mend it, {}",
            lower_first(lines.next().unwrap_or_default())
        );
        for line in lines {
            let _ = writeln!(text, "    {line}");
        }
    }
    let _ = writeln!(text, "\nhow sure: {}", first.certainty.words());
    for answer in &reproduction.answers {
        text.push('\n');
        target(&mut text, answer, std::ptr::eq(answer, first));
    }
    notes(&mut text, reproduction);
    text
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
    for ended in &answer.program {
        let _ = writeln!(text, "  the program at -O{}: {}", ended.opt, ended.how);
    }
    if answer.certainty == Certainty::Nothing || answer.verdict == crate::report::Verdict::Error {
        for one in &answer.checked {
            let _ = writeln!(text, "  checked: {one}");
        }
        for one in &answer.unchecked {
            let _ = writeln!(text, "  not checked: {one}");
        }
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
        "  {} {levels}: C {}, Rust {}   {}",
        finding.rule.id(),
        finding.c,
        finding.rust,
        finding.rule.reference()
    );
    for effect in finding.effect.iter().take(MOST_EFFECTS) {
        let _ = writeln!(text, "    {effect}");
    }
}

fn line(finding: &Finding) -> String {
    let place = match finding.place.as_str() {
        "" => finding.symbol.clone(),
        place => format!("{place} of {}", finding.symbol),
    };
    format!(
        "{} at {place}: C {}, Rust {}",
        finding.rule.id(),
        finding.c,
        finding.rust
    )
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

fn lower_first(line: &str) -> String {
    let mut chars = line.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}
