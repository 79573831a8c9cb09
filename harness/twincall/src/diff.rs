//! What changed between two runs: layouts, slots, results, findings and verdicts, case by case.
//!
//! Two runs differ in many texts that mean nothing, such as addresses and notes. What is compared here is what a program that
//! was compiled by the one toolchain would notice of the other.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use twincall_abi::slot::{Content, Slot};
use twincall_abi::target::Target;

use crate::facts::{
    CallKind, CallPath, CaseReport, FieldRow, Finding, FunctionReport, LevelSlots, ObservationReport, Report,
    SideFacts, SideFunction, SideType, TOOL, ToolchainReport, TypeReport, lowering_text,
};

pub mod forms;
mod page;
pub mod timeline;

/// The version of the JSON that [`Difference`] serialises to.
pub const SCHEMA_VERSION: u32 = 2;

/// What changed from one run to another.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Difference {
    pub tool: String,
    pub schema_version: u32,
    pub old: RunReport,
    pub new: RunReport,
    /// Cases times targets that both runs have and in which nothing changed.
    pub unchanged: usize,
    pub cases: Vec<CaseDifference>,
    /// Where the files that declarations name are, as in [`Report::project`].
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub project: String,
}

/// One of the two runs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RunReport {
    /// The file or the toolchain that it is of.
    pub name: String,
    pub toolchains: Vec<ToolchainReport>,
}

/// What changed in one case on one target.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CaseDifference {
    pub name: String,
    pub target: Target,
    pub changes: Vec<Change>,
    /// The case as it was, where it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub old: Option<CaseReport>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new: Option<CaseReport>,
}

/// One thing that is otherwise now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Change {
    pub kind: ChangeKind,
    /// `C` or `Rust`, where it is of one side.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub side: String,
    /// The type, function or rule; empty for the case.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub of: String,
    /// `argument 1`, a field, a path of calls; empty for the whole.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub place: String,
    /// Empty where there was nothing.
    pub old: String,
    pub new: String,
}

/// What kind of thing changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A size, an alignment or a field of a type.
    Layout,
    /// Where an argument or result lives.
    Lowering,
    /// What a call left or how it ended.
    Result,
    /// A finding is new or gone.
    Finding,
    Verdict,
    /// The case is new.
    Added,
    /// The case is gone.
    Removed,
}

impl ChangeKind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [ChangeKind; 7] = [
        ChangeKind::Layout,
        ChangeKind::Lowering,
        ChangeKind::Result,
        ChangeKind::Finding,
        ChangeKind::Verdict,
        ChangeKind::Added,
        ChangeKind::Removed,
    ];

    /// The word in reports.
    pub const fn name(self) -> &'static str {
        match self {
            ChangeKind::Layout => "layout",
            ChangeKind::Lowering => "lowering",
            ChangeKind::Result => "result",
            ChangeKind::Finding => "finding",
            ChangeKind::Verdict => "verdict",
            ChangeKind::Added => "added",
            ChangeKind::Removed => "removed",
        }
    }

    /// One sentence.
    pub const fn summary(self) -> &'static str {
        match self {
            ChangeKind::Layout => "A type has another size, alignment or field than before.",
            ChangeKind::Lowering => "An argument or result lives in another place than before.",
            ChangeKind::Result => "A call leaves another result, or ends otherwise, than before.",
            ChangeKind::Finding => "A disagreement of the two sides is new, or gone.",
            ChangeKind::Verdict => "The case has another verdict than before.",
            ChangeKind::Added => "The case was not in the old run.",
            ChangeKind::Removed => "The case is not in the new run.",
        }
    }
}

impl Change {
    /// `C struct pair, field a: byte 0 before, byte 4 now`.
    pub fn sentence(&self) -> String {
        let subject: Vec<&str> = [self.side.as_str(), self.of.as_str()]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        let mut text = subject.join(" ");
        if !self.place.is_empty() {
            let comma = if text.is_empty() { "" } else { ", " };
            text = format!("{text}{comma}{}", self.place);
        }
        let colon = if text.is_empty() { "" } else { ": " };
        match (self.old.is_empty(), self.new.is_empty()) {
            (true, true) => text,
            (true, false) => format!("{text}{colon}new: {}", self.new),
            (false, true) => format!("{text}{colon}gone: {}", self.old),
            (false, false) => format!("{text}{colon}{} before, {} now", self.old, self.new),
        }
    }
}

/// A run with the name under which its changes are told.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    pub name: &'a str,
    pub report: &'a Report,
}

/// What changed from `old` to `new`.
pub fn compare(old: Run<'_>, new: Run<'_>) -> Difference {
    let by_job = |report: &'_ Report| -> BTreeMap<(String, Target), CaseReport> {
        let cases = report.cases.iter();
        cases
            .map(|case| ((case.name.clone(), case.target), case.clone()))
            .collect()
    };
    let (mut before, mut now) = (by_job(old.report), by_job(new.report));
    let jobs: BTreeSet<(String, Target)> = before.keys().chain(now.keys()).cloned().collect();
    let mut unchanged = 0;
    let mut cases = Vec::new();
    for job in jobs {
        let (before, now) = (before.remove(&job), now.remove(&job));
        let changes = changes(before.as_ref(), now.as_ref());
        if changes.is_empty() {
            unchanged += 1;
            continue;
        }
        let (name, target) = job;
        cases.push(CaseDifference {
            name,
            target,
            changes,
            old: before,
            new: now,
        });
    }
    let run = |run: Run<'_>| RunReport {
        name: run.name.to_owned(),
        toolchains: run.report.toolchains.clone(),
    };
    Difference {
        tool: TOOL.to_owned(),
        schema_version: SCHEMA_VERSION,
        project: new.report.project.clone(),
        old: run(old),
        new: run(new),
        unchanged,
        cases,
    }
}

/// What changed in a case, in the order of [`ChangeKind`].
pub fn changes(old: Option<&CaseReport>, new: Option<&CaseReport>) -> Vec<Change> {
    let whole = |kind, old: &str, new: &str| Change {
        kind,
        side: String::new(),
        of: String::new(),
        place: String::new(),
        old: old.to_owned(),
        new: new.to_owned(),
    };
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (None, Some(new)) => return vec![whole(ChangeKind::Added, "", new.verdict.name())],
        (Some(old), None) => return vec![whole(ChangeKind::Removed, old.verdict.name(), "")],
        (None, None) => return Vec::new(),
    };
    let mut changes = Vec::new();
    // What was not judged on one side has no facts to compare.
    if old.executed() && new.executed() {
        layouts(&mut changes, old, new);
        lowerings(&mut changes, old, new);
        results(&mut changes, old, new);
        findings(&mut changes, old, new);
    }
    if old.verdict != new.verdict {
        let mut change = whole(ChangeKind::Verdict, old.verdict.name(), new.verdict.name());
        for (text, case) in [(&mut change.old, old), (&mut change.new, new)] {
            if let Some(reason) = case.reason.as_deref().and_then(|reason| reason.lines().next()) {
                text.push_str(&format!(" ({reason})"));
            }
        }
        changes.push(change);
    }
    changes
}

/// The sides of both reports of a type or function, where one of them has that side.
macro_rules! sides {
    ($old:expr, $new:expr) => {
        [
            (
                "C",
                $old.and_then(|old| old.c.as_ref()),
                $new.and_then(|new| new.c.as_ref()),
            ),
            (
                "Rust",
                $old.and_then(|old| old.rust.as_ref()),
                $new.and_then(|new| new.rust.as_ref()),
            ),
        ]
    };
}

fn layouts(changes: &mut Vec<Change>, old: &CaseReport, new: &CaseReport) {
    let named = |types: &'_ [TypeReport]| -> BTreeMap<String, TypeReport> {
        let key = |ty: &TypeReport| {
            let name =
                |side: &Option<SideType>| side.as_ref().map_or(String::new(), |side| side.name.clone());
            format!("{}/{}", name(&ty.c), name(&ty.rust))
        };
        types.iter().map(|ty| (key(ty), ty.clone())).collect()
    };
    let (before, now) = (named(&old.types), named(&new.types));
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    for name in names {
        for (side, old, new) in sides!(before.get(name), now.get(name)) {
            let (Some(old), Some(new)) = (old, new) else {
                continue;
            };
            let mut change = |place: &str, old: String, new: String| {
                if old != new {
                    changes.push(Change {
                        kind: ChangeKind::Layout,
                        side: side.to_owned(),
                        of: name_of(side, name).to_owned(),
                        place: place.to_owned(),
                        old,
                        new,
                    });
                }
            };
            change("", size(old), size(new));
            let paths: Vec<&str> = union(old.fields.iter(), new.fields.iter(), |field| field.path.as_str());
            for path in paths {
                let at = |ty: &SideType| {
                    let field = ty.fields.iter().find(|field| field.path == path);
                    field.map_or(String::new(), field_text)
                };
                let place = if path.is_empty() {
                    String::new()
                } else {
                    format!("field {path}")
                };
                change(&place, at(old), at(new));
            }
        }
    }
}

/// One side's name in `struct pair/Pair`.
fn name_of<'a>(side: &str, key: &'a str) -> &'a str {
    let (c, rust) = key.split_once('/').unwrap_or((key, key));
    if side == "C" { c } else { rust }
}

fn size(ty: &SideType) -> String {
    match ty.align {
        Some(align) => format!("{} bytes, align {align}", ty.size),
        None => format!("{} bytes", ty.size),
    }
}

fn field_text(field: &FieldRow) -> String {
    let whole = field.offset_bits.is_multiple_of(8) && field.width_bits.is_multiple_of(8);
    let place = if whole {
        format!("byte {}", field.offset_bits / 8)
    } else {
        format!("bit {}, {} bits", field.offset_bits, field.width_bits)
    };
    format!("{place}, {}", field.kind)
}

/// What either list has, in the order of the first.
fn union<'a, T: 'a, K: PartialEq + Copy>(
    one: impl Iterator<Item = &'a T>,
    other: impl Iterator<Item = &'a T>,
    key: impl Fn(&'a T) -> K,
) -> Vec<K> {
    let mut keys = Vec::new();
    for key in one.chain(other).map(key) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn lowerings(changes: &mut Vec<Change>, old: &CaseReport, new: &CaseReport) {
    let symbols = union(old.functions.iter(), new.functions.iter(), |function| {
        function.symbol.as_str()
    });
    for symbol in symbols {
        let find = |case: &'_ CaseReport| -> Option<FunctionReport> {
            case.functions
                .iter()
                .find(|function| function.symbol == symbol)
                .cloned()
        };
        let (before, now) = (find(old), find(new));
        for (side, old, new) in sides!(before.as_ref(), now.as_ref()) {
            let (Some(old), Some(new)) = (old, new) else {
                continue;
            };
            for (place, levels) in moved(old, new) {
                for ((old, new), levels) in levels {
                    let levels: Vec<String> = levels.iter().map(|level| format!("-O{level}")).collect();
                    changes.push(Change {
                        kind: ChangeKind::Lowering,
                        side: side.to_owned(),
                        of: symbol.to_owned(),
                        place: format!("{place} at {}", levels.join(" and ")),
                        old,
                        new,
                    });
                }
            }
            if let (Some(before), Some(now)) = (&old.wasm_type, &new.wasm_type)
                && before != now
            {
                changes.push(Change {
                    kind: ChangeKind::Lowering,
                    side: side.to_owned(),
                    of: symbol.to_owned(),
                    place: "wasm type".to_owned(),
                    old: before.clone(),
                    new: now.clone(),
                });
            }
        }
    }
}

/// The old and the new slots of a place, and the levels at which it has them.
type Moves = Vec<((String, String), Vec<u8>)>;

/// The places of all arguments. That one of them holds an address in place of the value is known only where they are told
/// apart.
fn places(level: &LevelSlots) -> Vec<Slot> {
    let mut slots = level.arguments.concat();
    for slot in &mut slots {
        slot.content = Content::Value;
    }
    slots
}

/// The places that moved, in the order of arguments, at the levels that both runs have.
fn moved(old: &SideFunction, new: &SideFunction) -> Vec<(String, Moves)> {
    let mut moved: Vec<(String, Moves)> = Vec::new();
    for before in &old.levels {
        let Some(now) = new.levels.iter().find(|now| now.opt == before.opt) else {
            continue;
        };
        let mut pairs: Vec<(String, Vec<Slot>, Vec<Slot>)> = match before.attributed && now.attributed {
            true => {
                let count = before.arguments.len().max(now.arguments.len());
                let at = |level: &LevelSlots, index| level.arguments.get(index).cloned().unwrap_or_default();
                (0..count)
                    .map(|index| {
                        (
                            format!("argument {}", index + 1),
                            at(before, index),
                            at(now, index),
                        )
                    })
                    .collect()
            }
            // Where one of the two could not tell its arguments apart, all of them together are what there is to compare.
            false => vec![("arguments".to_owned(), places(before), places(now))],
        };
        pairs.push(("result".to_owned(), before.result.clone(), now.result.clone()));
        for (place, old, new) in pairs {
            let texts = (lowering_text(&old), lowering_text(&new));
            if texts.0 == texts.1 {
                continue;
            }
            let index = match moved.iter().position(|(known, _)| *known == place) {
                Some(index) => index,
                None => {
                    moved.push((place, Vec::new()));
                    moved.len() - 1
                }
            };
            let moves = &mut moved[index].1;
            match moves.iter_mut().find(|(known, _)| *known == texts) {
                Some((_, levels)) => levels.push(before.opt),
                None => moves.push((texts, vec![before.opt])),
            }
        }
    }
    moved
}

fn results(changes: &mut Vec<Change>, old: &CaseReport, new: &CaseReport) {
    let runs = |case: &'_ CaseReport| -> BTreeMap<(String, &'static str, CallPath, u8), String> {
        let of_calls = |seen: &&ObservationReport| matches!(seen.kind, CallKind::Echo | CallKind::Body);
        let mut all = BTreeMap::new();
        for seen in case.observations.iter().filter(of_calls) {
            let kind = if seen.kind == CallKind::Echo {
                "echoes"
            } else {
                "calls"
            };
            let key = (seen.symbol.clone(), kind, seen.path, seen.opt);
            all.insert(key, outcome(seen));
        }
        all
    };
    let (before, now) = (runs(old), runs(new));
    // Levels and paths that changed alike are one change.
    type What<'a> = (String, &'a str, String, String);
    let mut alike: Vec<(What<'_>, Vec<String>)> = Vec::new();
    for (key, old) in &before {
        let Some(new) = now.get(key).filter(|new| *new != old) else {
            continue;
        };
        let (symbol, kind, path, opt) = key;
        let change = (symbol.clone(), *kind, old.clone(), new.clone());
        let place = format!("{path} -O{opt}");
        match alike.iter_mut().find(|(known, _)| *known == change) {
            Some((_, places)) => places.push(place),
            None => alike.push((change, vec![place])),
        }
    }
    for ((symbol, kind, old, new), places) in alike {
        changes.push(Change {
            kind: ChangeKind::Result,
            side: String::new(),
            of: symbol,
            place: format!("{kind} {}", places.join(", ")),
            old,
            new,
        });
    }
}

/// What the calls of a function on one path came to, without what differs from run to run.
fn outcome(seen: &ObservationReport) -> String {
    let mut parts = vec![format!("{} of {} returned", seen.returned, seen.calls)];
    // Addresses and registers differ from run to run.
    parts.extend(seen.endings.0.iter().map(|ending| ending.what.clone()));
    for result in &seen.results {
        parts.push(format!("{} gave {}", result.call, result.values.join("; ")));
    }
    parts.join("; ")
}

fn findings(changes: &mut Vec<Change>, old: &CaseReport, new: &CaseReport) {
    let text = |finding: &Finding| {
        let SideFacts { c, rust } = &finding.sides;
        match (c.is_nothing(), rust.is_nothing()) {
            (true, true) => "found".to_owned(),
            (false, true) => c.to_string(),
            (true, false) => rust.to_string(),
            (false, false) => format!("C {c}, Rust {rust}"),
        }
    };
    let same = |one: &Finding, other: &Finding| {
        (one.rule, &one.symbol, &one.place) == (other.rule, &other.symbol, &other.place)
    };
    let mut push = |finding: &Finding, old: String, new: String| {
        changes.push(Change {
            kind: ChangeKind::Finding,
            side: String::new(),
            of: finding.rule.id().to_owned(),
            place: finding.whereabouts(),
            old,
            new,
        });
    };
    for gone in &old.findings {
        if !new.findings.iter().any(|finding| same(finding, gone)) {
            push(gone, text(gone), String::new());
        }
    }
    for finding in &new.findings {
        if !old.findings.iter().any(|known| same(known, finding)) {
            push(finding, String::new(), text(finding));
        }
    }
}

#[cfg(test)]
mod tests;
