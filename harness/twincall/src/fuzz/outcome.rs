//! What became of one pair: the judge's answer held against what was wanted of it before the run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::plan::{Mistake, Wanted};
use crate::facts::{Axis, CaseReport, Finding, FunctionReport, Place, Root, Verdict};
use crate::judge::agreement;

#[cfg(test)]
mod tests;

/// What became of a pair on a target.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A correct pair that conforms, or is ambiguous where the text is.
    Correct,
    /// A correct pair without a finding of which no clause promises that it works.
    Unproven,
    /// The verdict is as wanted, and a finding is at the mistake's place.
    Found,
    /// The verdict is as wanted, and all that is said is about the function as a whole or about a run.
    Vague,
    /// The verdict is as wanted, and what is said is about another place.
    Elsewhere,
    /// Nothing is said, or a warning where the sides diverge.
    Missed,
    /// The mistake makes no difference on this target, and nobody says that it does.
    Equivalent,
    /// A correct or equivalent pair is said to diverge, or a mistake without an effect is said to have one.
    Accused,
    /// Sources of evidence contradict each other.
    Contradiction,
    /// Not compared: unsupported, or compared with nothing.
    Refused,
    /// Not built or not run.
    Failed,
    /// The mistake cannot be written for this target, or its compilers disagree on the declaration as such.
    NotApplicable,
}

impl Outcome {
    /// All outcomes, in the order of the enum.
    pub const ALL: [Outcome; 12] = [
        Outcome::Correct,
        Outcome::Unproven,
        Outcome::Found,
        Outcome::Vague,
        Outcome::Elsewhere,
        Outcome::Missed,
        Outcome::Equivalent,
        Outcome::Accused,
        Outcome::Contradiction,
        Outcome::Refused,
        Outcome::Failed,
        Outcome::NotApplicable,
    ];

    /// The word in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Correct => "correct",
            Outcome::Unproven => "unproven",
            Outcome::Found => "found",
            Outcome::Vague => "vague",
            Outcome::Elsewhere => "elsewhere",
            Outcome::Missed => "missed",
            Outcome::Equivalent => "equivalent",
            Outcome::Accused => "accused",
            Outcome::Contradiction => "contradiction",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
            Outcome::NotApplicable => "not-applicable",
        }
    }

    /// One sentence.
    pub const fn about(self) -> &'static str {
        match self {
            Outcome::Correct => "A correct pair conforms.",
            Outcome::Unproven => {
                "A correct pair has no finding, and no clause of the ABI promises that it works."
            }
            Outcome::Found => "The mistake is found at its place.",
            Outcome::Vague => "The mistake is found, and no place is named.",
            Outcome::Elsewhere => "The mistake is found, and told at another place.",
            Outcome::Missed => "The mistake is not found.",
            Outcome::Equivalent => "The mistake makes no difference on the target, and none is told.",
            Outcome::Accused => "A pair without a difference is said to have one.",
            Outcome::Contradiction => "Sources of evidence about one side contradict each other.",
            Outcome::Refused => "The pair was not compared.",
            Outcome::Failed => "The pair could not be built or run.",
            Outcome::NotApplicable => {
                "The mistake cannot be written for the target, or its compilers disagree on the declaration as such."
            }
        }
    }

    /// Whether the pair came out as wanted.
    pub const fn is_wanted(self) -> bool {
        matches!(
            self,
            Outcome::Correct | Outcome::Found | Outcome::Equivalent | Outcome::NotApplicable
        )
    }

    /// Whether the judge is wrong: what makes a run fail.
    pub const fn is_wrong(self) -> bool {
        matches!(self, Outcome::Missed | Outcome::Accused | Outcome::Contradiction)
    }
}

/// What is known of a pair before it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Truth<'a> {
    /// What the verdict has to be, after the compilers told which mutants are equivalent: never
    /// [`Wanted::DivergesUnlessEqual`].
    pub wanted: Wanted,
    /// The functions and variables of the pair.
    pub symbols: &'a [String],
    pub place: Option<&'a Mistake>,
}

/// What became of a pair, and by what that shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judged {
    pub outcome: Outcome,
    /// The rule of the finding that decided; empty where none did.
    pub rule: String,
    pub at: At,
}

/// Where it shows what became of a pair.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum At {
    /// Nowhere: nothing was found.
    Nowhere,
    Place(Place),
    /// The words of what is no finding.
    Words(String),
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Nowhere => Ok(()),
            At::Place(place) => place.fmt(f),
            At::Words(words) => f.write_str(words),
        }
    }
}

impl Judged {
    fn plain(outcome: Outcome) -> Judged {
        Judged {
            outcome,
            rule: String::new(),
            at: At::Nowhere,
        }
    }

    fn words(outcome: Outcome, words: impl Into<String>) -> Judged {
        Judged {
            at: At::Words(words.into()),
            ..Judged::plain(outcome)
        }
    }

    fn by(outcome: Outcome, finding: Option<&Finding>) -> Judged {
        match finding {
            Some(finding) => Judged {
                outcome,
                rule: finding.rule.id().to_owned(),
                at: At::Place(finding.place.clone()),
            },
            None => Judged::plain(outcome),
        }
    }
}

/// Whether a report says nothing of single pairs: the fixture as a whole was not built, not run or not compared.
pub(super) fn refused(report: &CaseReport) -> Option<Judged> {
    let reason = report.reason.as_deref().unwrap_or_default();
    match report.verdict {
        Verdict::Error if report.contradictions.is_empty() => {
            Some(Judged::words(Outcome::Failed, reason_line(reason)))
        }
        Verdict::Unsupported | Verdict::Skipped | Verdict::NotApplicable => {
            Some(Judged::words(Outcome::Refused, reason_line(reason)))
        }
        _ => None,
    }
}

/// The line of a reason that says what is wrong.
fn reason_line(reason: &str) -> &str {
    let mut lines = reason.lines();
    let told = lines.clone().find(|line| line.contains("error"));
    told.or(lines.next()).unwrap_or_default().trim()
}

/// Findings and contradictions of a fixture that name none of these symbols: nobody knows whose they are.
pub(super) fn has_stray(report: &CaseReport, symbols: &[&String]) -> bool {
    let known = |text: &str| symbols.iter().any(|symbol| names(text, symbol));
    let findings = report.findings.iter();
    findings.clone().any(|finding| {
        let told = [finding.c(), finding.rust()];
        !symbols.contains(&&finding.symbol) && !told.iter().any(|text| known(text))
    }) || report.contradictions.iter().any(|text| !known(text))
}

/// What became of one pair of a fixture that was judged.
pub fn judged(report: &CaseReport, truth: Truth<'_>) -> Judged {
    if let Wanted::NotApplicable(reason) = truth.wanted {
        return Judged::words(Outcome::NotApplicable, reason);
    }
    if let Some(refused) = refused(report) {
        return refused;
    }
    let mine = |symbol: &String| truth.symbols.contains(symbol);
    let told = |text: &str| truth.symbols.iter().any(|symbol| names(text, symbol));
    if let Some(text) = report.contradictions.iter().find(|text| told(text)) {
        return Judged::words(Outcome::Contradiction, text);
    }
    let findings: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| {
            let texts = [finding.c(), finding.rust()];
            mine(&finding.symbol) || finding.also.iter().any(mine) || texts.iter().any(|text| told(text))
        })
        .collect();
    let errors: Vec<&Finding> = findings
        .iter()
        .copied()
        .filter(|finding| !finding.contract_only)
        .collect();
    match (truth.wanted, errors.first(), findings.first()) {
        (Wanted::Conforms, _, Some(first)) => Judged::by(Outcome::Accused, Some(first)),
        (Wanted::Equivalent | Wanted::Accidental, Some(error), _) => {
            Judged::by(Outcome::Accused, Some(error))
        }
        (Wanted::Equivalent, None, Some(_)) => Judged::plain(Outcome::Equivalent),
        (Wanted::Accidental | Wanted::DivergesOrAccidental, _, Some(_)) => placed(&findings, truth),
        (_, Some(_), _) => placed(&errors, truth),
        (_, None, Some(warning)) => Judged::by(Outcome::Missed, Some(warning)),
        (wanted, None, None) => {
            if let Some(refused) = unchecked(report, truth.symbols) {
                return refused;
            }
            match wanted {
                Wanted::Conforms => Judged::plain(agreed(report, truth.symbols)),
                Wanted::Equivalent => Judged::plain(Outcome::Equivalent),
                _ => {
                    let root = truth.place.and_then(|place| place.roots.first());
                    Judged {
                        at: root.map_or(At::Nowhere, |root| At::Place((*root).into())),
                        ..Judged::plain(Outcome::Missed)
                    }
                }
            }
        }
    }
}

/// Whether the findings that make the verdict are at the place of the mistake.
fn placed(findings: &[&Finding], truth: Truth<'_>) -> Judged {
    let Some(place) = truth.place else {
        return Judged::by(Outcome::Found, findings.first().copied());
    };
    let at = |finding: &&&Finding| {
        let root = root(&finding.place);
        let direct = place.symbols.contains(&finding.symbol) && place.roots.contains(&root);
        // A type that several functions have is told once, at the first of them.
        let shared =
            finding.types.is_some() && finding.also.iter().any(|symbol| place.symbols.contains(symbol));
        finding.axis != Axis::Run && (direct || shared)
    };
    if let Some(found) = findings.iter().find(at) {
        return Judged::by(Outcome::Found, Some(found));
    }
    let vague = |finding: &&&Finding| finding.axis == Axis::Run || root(&finding.place) == Root::Whole;
    match findings.iter().find(|finding| !vague(finding)) {
        Some(other) => Judged::by(Outcome::Elsewhere, Some(other)),
        None => Judged::by(Outcome::Vague, findings.first().copied()),
    }
}

/// The argument or result that a place is in; a variable and all arguments at once are the whole.
fn root(place: &Place) -> Root {
    match place.root {
        root @ (Root::Argument(_) | Root::Result) => root,
        _ => Root::Whole,
    }
}

/// What the agreement of a correct pair is worth. A variable is compared with its other declaration only, which is all that can
/// be asked.
fn agreed(report: &CaseReport, symbols: &[String]) -> Outcome {
    let functions: Vec<&FunctionReport> = of(report, symbols).collect();
    if functions.is_empty() {
        return Outcome::Correct;
    }
    match agreement(functions) {
        Verdict::Agrees => Outcome::Unproven,
        _ => Outcome::Correct,
    }
}

fn of<'r>(report: &'r CaseReport, symbols: &'r [String]) -> impl Iterator<Item = &'r FunctionReport> {
    let functions = report.functions.iter();
    functions.filter(|function| symbols.contains(&function.symbol))
}

/// A function that only one side has, or a symbol that is listed as unchecked, was compared with nothing. Notes are for readers:
/// one that speaks of a variable's padding says nothing against the variable.
fn unchecked(report: &CaseReport, symbols: &[String]) -> Option<Judged> {
    let listed = report.unchecked.iter().find(|one| {
        let symbol = one.symbol.as_ref();
        symbol.is_some_and(|symbol| symbols.contains(symbol))
    });
    if let Some(one) = listed {
        let place = format!("{one}: {}", one.reason);
        return Some(Judged::words(Outcome::Refused, place));
    }
    let one_sided = of(report, symbols).find(|function| function.c.is_none() || function.rust.is_none())?;
    let note = report.notes.iter().find(|note| names(note, &one_sided.symbol));
    let said = note.map_or("only one side has the function", String::as_str);
    Some(Judged::words(Outcome::Refused, said))
}

/// Whether a text has a name in it as a whole word.
fn names(text: &str, name: &str) -> bool {
    let part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    text.match_indices(name).any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        !part(before) && !part(bytes.get(at + name.len()))
    })
}

/// Whether some finding of these symbols is told at a symbol of another pair: the place that it has there says nothing of them.
pub(super) fn is_told_elsewhere(report: &CaseReport, symbols: &[String]) -> bool {
    let mine = |symbol: &String| symbols.contains(symbol);
    report
        .findings
        .iter()
        .any(|finding| !mine(&finding.symbol) && finding.also.iter().any(mine))
}
