//! Snapshots: the facts of one case on one target as a short text, and the files that keep them.
//!
//! A snapshot holds layouts, slots and the verdict, nothing that changes from machine to machine or with a
//! compiler's version.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use twincall_abi::target::Target;

use crate::account::{self, Part};
use crate::facts::{
    CaseReport, FunctionReport, LevelSlots, SideFunction, SideType, SnapshotState, TypeReport, lowering_text,
};

/// The folder of snapshots below a project's root.
pub const FOLDER: &str = "snapshots";
/// A snapshot has at most about this many lines; what is longer is cut and says so.
const MAX_LINES: usize = 60;

/// The step of a run in which the facts of a case are held against its snapshot, or become it.
#[derive(Clone, Copy, Debug)]
pub struct Keeper<'a> {
    pub root: &'a Path,
    /// The toolchains whose facts the snapshots hold, C first; any where none is named.
    pub pinned: [Option<&'a str>; 2],
    /// The toolchains of the run, C first.
    pub used: [&'a str; 2],
    /// Whether all levels of each fixture are run.
    pub all_levels: bool,
    /// Record snapshots instead of comparing them.
    pub bless: bool,
}

impl Keeper<'_> {
    /// What became of a case's snapshot.
    pub fn keep(&self, report: &CaseReport) -> SnapshotState {
        let _counting = account::count(Part::Reports);
        if !report.executed() {
            return SnapshotState::None;
        }
        if !self.all_levels {
            let reason = "not all levels were run".to_owned();
            return SnapshotState::NotCompared { reason };
        }
        if let Some(reason) = self.other_toolchains() {
            return SnapshotState::NotCompared { reason };
        }
        if !self.bless {
            return compare(self.root, report);
        }
        match write(self.root, report) {
            Ok(()) => SnapshotState::Written,
            Err(error) => SnapshotState::NotCompared {
                reason: format!("it cannot be written: {error}"),
            },
        }
    }

    /// Why the facts of the run are not those of the snapshots.
    pub fn other_toolchains(&self) -> Option<String> {
        if cfg!(not(feature = "llvm")) {
            return Some("this twincall reads no IR".to_owned());
        }
        let pairs = self.pinned.into_iter().zip(self.used);
        pairs.into_iter().find_map(|(pinned, used)| {
            let pinned = pinned.filter(|pinned| *pinned != used)?;
            Some(format!("snapshots are of {pinned}, this run is of {used}"))
        })
    }
}

/// The path of a case's snapshot below the project's root.
pub fn path(name: &str, target: Target) -> PathBuf {
    Path::new(FOLDER).join(format!("{}.snap", insta_name(name, target)))
}

/// The name under which insta knows the snapshot: `struct__three_floats@wasm`.
pub fn insta_name(name: &str, target: Target) -> String {
    format!("{}@{}", name.replace('/', "__"), target.short())
}

/// The facts of a case.
pub fn render(case: &CaseReport) -> String {
    let mut lines = vec![format!("verdict: {}", case.verdict.name())];
    if let Some(reason) = &case.reason {
        lines.push(format!("reason: {reason}"));
    }
    for finding in &case.findings {
        let place = if finding.place.is_whole() {
            String::new()
        } else {
            format!(", {}", finding.place)
        };
        let contract = if finding.contract_only {
            " (contract only)"
        } else {
            ""
        };
        lines.push(format!("{}: {}{place}{contract}", finding.rule, finding.symbol));
        // What a run saw of a finding may differ from machine to machine; static evidence may not.
        if finding.axis != crate::facts::Axis::Run {
            lines.push(format!("  C:    {}", finding.sides.c));
            lines.push(format!("  Rust: {}", finding.sides.rust));
        }
    }
    for ty in &case.types {
        lines.push(String::new());
        describe_type(&mut lines, ty);
    }
    for function in &case.functions {
        lines.push(String::new());
        describe_function(&mut lines, function);
    }
    if lines.len() > MAX_LINES {
        let hidden = lines.len() - (MAX_LINES - 1);
        lines.truncate(MAX_LINES - 1);
        lines.push(format!(
            "… {hidden} more lines; `twincall show {}` has them",
            case.name
        ));
    }
    let mut text = String::new();
    for line in lines {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn describe_type(lines: &mut Vec<String>, ty: &TypeReport) {
    let (Some(c), Some(rust)) = (&ty.c, &ty.rust) else {
        return;
    };
    let same = c.size == rust.size
        && c.align == rust.align
        && c.fields.len() == rust.fields.len()
        && c.fields.iter().zip(&rust.fields).all(|(c, rust)| {
            (c.offset_bits, c.width_bits, &c.kind) == (rust.offset_bits, rust.width_bits, &rust.kind)
        });
    if same {
        lines.push(format!("{} / {}: {}", c.name, rust.name, size_of(c)));
        lines.extend(c.fields.iter().map(field_line));
        return;
    }
    for (language, side) in [("C", c), ("Rust", rust)] {
        lines.push(format!("{language} {}: {}", side.name, size_of(side)));
        lines.extend(side.fields.iter().map(field_line));
    }
}

fn size_of(ty: &SideType) -> String {
    match ty.align {
        Some(align) => format!("{} bytes, align {align}", ty.size),
        None => format!("{} bytes", ty.size),
    }
}

fn field_line(field: &crate::facts::FieldRow) -> String {
    let bits = match field.offset_bits % 8 {
        0 => String::new(),
        rest => format!(":{rest}"),
    };
    let path = if field.path.is_empty() {
        "(value)"
    } else {
        &field.path
    };
    format!("  {:>3}{bits} {path}: {}", field.offset_bits / 8, field.kind)
}

fn describe_function(lines: &mut Vec<String>, function: &FunctionReport) {
    let texts = |side: &Option<SideFunction>| side.as_ref().map(levels);
    let (c, rust) = (texts(&function.c), texts(&function.rust));
    match (c, rust) {
        (Some(c), Some(rust)) if c == rust => {
            lines.push(format!("{}:", function.symbol));
            lines.extend(c.into_iter().map(|line| format!("  {line}")));
        }
        (c, rust) => {
            lines.push(format!("{}:", function.symbol));
            for (language, side) in [("C", c), ("Rust", rust)] {
                lines.extend(
                    side.into_iter()
                        .flatten()
                        .map(|line| format!("  {language}: {line}")),
                );
            }
        }
    }
}

/// One line where all levels agree, else one for each.
fn levels(side: &SideFunction) -> Vec<String> {
    let all: Vec<(u8, String)> = side
        .levels
        .iter()
        .map(|level| (level.opt, slots_line(level)))
        .collect();
    match all.as_slice() {
        [] => vec!["slots not known".to_owned()],
        [(_, first), rest @ ..] if rest.iter().all(|(_, line)| line == first) => vec![first.clone()],
        many => many
            .iter()
            .map(|(opt, line)| format!("-O{opt}: {line}"))
            .collect(),
    }
}

fn slots_line(level: &LevelSlots) -> String {
    let arguments: Vec<String> = level.arguments.iter().map(|slots| lowering_text(slots)).collect();
    let result = if level.result.is_empty() {
        "nothing".to_owned()
    } else {
        lowering_text(&level.result)
    };
    format!("({}) -> {result}", arguments.join(", "))
}

/// Compares the facts with the kept ones.
pub fn compare(root: &Path, case: &CaseReport) -> SnapshotState {
    let facts = render(case);
    match std::fs::read_to_string(root.join(path(&case.name, case.target))) {
        Err(_) => SnapshotState::Missing,
        Ok(text) => {
            let kept = contents(&text);
            if kept.trim_end() == facts.trim_end() {
                return SnapshotState::Same;
            }
            let diff = similar::TextDiff::from_lines(kept, &facts);
            let diff = diff
                .unified_diff()
                .context_radius(2)
                .header("kept", "now")
                .to_string();
            SnapshotState::Changed { diff }
        }
    }
}

/// Writes the facts as the new snapshot.
pub fn write(root: &Path, case: &CaseReport) -> std::io::Result<()> {
    let path = root.join(path(&case.name, case.target));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, file_text(case))
}

/// The whole file that keeps a case's facts.
pub fn file_text(case: &CaseReport) -> String {
    format!(
        "---\nsource: harness/twincall/tests/corpus.rs\nexpression: facts\n---\n{}",
        render(case)
    )
}

/// A snapshot file without insta's header.
fn contents(text: &str) -> &str {
    text.strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .map_or(text, |(_, facts)| facts)
}

#[cfg(test)]
mod tests;
