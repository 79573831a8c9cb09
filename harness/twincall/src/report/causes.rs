//! Causes: what is wrong once, however many functions, cases and targets it reaches.
//!
//! One wrong struct in a binding gives a finding for each of its fields, and for each function that takes it a finding of where
//! the argument lives and of what arrived. A reader mends one declaration. So findings are put together here: those that
//! name the same two types, those that follow from such a difference, and the same finding on another target.

use std::collections::BTreeSet;

use twincall_abi::target::Target;

use crate::facts::{CaseReport, Finding, Report, Root};

/// One thing to mend.
#[derive(Clone, PartialEq, Debug)]
pub struct Cause<'a> {
    /// The finding that tells most of it, and where it was seen first.
    pub finding: &'a Finding,
    pub case: &'a CaseReport,
    /// Every finding that belongs to it, with its case; the first is [`Cause::finding`].
    pub findings: Vec<(&'a CaseReport, &'a Finding)>,
}

impl<'a> Cause<'a> {
    /// The functions and variables it reaches, each with its case, once for all targets.
    pub fn affected(&self) -> BTreeSet<(&'a str, &'a str)> {
        let mut affected = BTreeSet::new();
        for (case, finding) in &self.findings {
            affected.insert((case.name.as_str(), finding.symbol.as_str()));
            affected.extend(
                finding
                    .also
                    .iter()
                    .map(|also| (case.name.as_str(), also.as_str())),
            );
        }
        affected
    }

    /// The targets on which it shows.
    pub fn targets(&self) -> BTreeSet<Target> {
        self.findings.iter().map(|(case, _)| case.target).collect()
    }

    /// Whether every finding of it is expected or without an effect.
    pub fn expected(&self) -> bool {
        self.findings
            .iter()
            .all(|(_, finding)| finding.expected || finding.contract_only)
    }

    /// Whether no directive names some finding of it, be it one that only warns.
    pub fn is_news(&self) -> bool {
        self.findings.iter().any(|(_, finding)| !finding.expected)
    }

    /// Whether a call showed it.
    pub fn effective(&self) -> bool {
        self.findings
            .iter()
            .any(|(_, finding)| !finding.effect.is_empty())
    }

    /// Whether it is of declarations only.
    pub fn contract_only(&self) -> bool {
        self.findings.iter().all(|(_, finding)| finding.contract_only)
    }
}

/// What findings have to share to be of one cause.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    /// Two types, wherever the case meets them. Another case may have other types of these names.
    Types {
        case: &'a str,
        c: &'a str,
        rust: &'a str,
    },
    /// Anything else belongs to the argument or result where it shows, on every target alike.
    Place {
        case: &'a str,
        symbol: &'a str,
        root: Root,
    },
}

fn key<'a>(case: &'a CaseReport, finding: &'a Finding) -> Key<'a> {
    match finding.types.as_ref().or(finding.cause.as_ref()) {
        Some((c, rust)) => Key::Types {
            case: &case.name,
            c,
            rust,
        },
        None => Key::Place {
            case: &case.name,
            symbol: &finding.symbol,
            root: finding.place.root,
        },
    }
}

/// The causes of a report, the most important first: what nobody expects before what is known, what a call showed before what was
/// only read, what reaches much before what reaches little; then in the order of rules and names.
pub fn causes(report: &Report) -> Vec<Cause<'_>> {
    let mut keys = std::collections::BTreeMap::new();
    let mut causes: Vec<Cause<'_>> = Vec::new();
    for case in &report.cases {
        for finding in &case.findings {
            let index = *keys.entry(key(case, finding)).or_insert_with(|| {
                causes.push(Cause {
                    finding,
                    case,
                    findings: Vec::new(),
                });
                causes.len() - 1
            });
            causes[index].findings.push((case, finding));
        }
    }
    for cause in &mut causes {
        // The type itself tells more than an argument that is elsewhere because of it.
        let weight = |(_, finding): &(&CaseReport, &Finding)| {
            (finding.expected, finding.types.is_none(), finding.contract_only)
        };
        cause.findings.sort_by_key(weight);
        if let Some((case, finding)) = cause.findings.first() {
            (cause.case, cause.finding) = (case, finding);
        }
    }
    causes.sort_by_cached_key(|cause| {
        (
            cause.expected(),
            cause.contract_only(),
            !cause.effective(),
            std::cmp::Reverse(cause.affected().len()),
            cause.finding.rule,
            cause.case.name.clone(),
            cause.finding.symbol.clone(),
        )
    });
    causes
}

#[cfg(test)]
mod tests;
