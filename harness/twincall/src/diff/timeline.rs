//! One case over all versions of a compiler: a row for each, with what changed from the row before.

use std::fmt::Write as _;

use serde::Serialize;
use twincall_abi::target::Target;

use super::{Change, changes};
use crate::facts::{CaseReport, TOOL, ToolchainReport};
use crate::report::human::Paint;

/// A case over versions.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Timeline {
    pub tool: &'static str,
    pub schema_version: u32,
    pub case: String,
    pub target: Target,
    /// The oldest version first.
    pub rows: Vec<Row>,
}

/// One version.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Row {
    pub toolchain: ToolchainReport,
    pub verdict: crate::facts::Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is otherwise than in the last version before that was judged; nothing in the first.
    pub changes: Vec<Change>,
}

/// Puts the reports of one case together, the oldest version first.
pub fn timeline(case: &str, target: Target, reports: Vec<(ToolchainReport, CaseReport)>) -> Timeline {
    let mut rows = Vec::new();
    let mut before: Option<CaseReport> = None;
    for (toolchain, report) in reports {
        let changes = match &before {
            Some(before) if report.executed() => changes(Some(before), Some(&report)),
            _ => Vec::new(),
        };
        rows.push(Row {
            toolchain,
            verdict: report.verdict,
            reason: report.reason.clone(),
            changes,
        });
        if report.executed() {
            before = Some(report);
        }
    }
    Timeline {
        tool: TOOL,
        schema_version: super::SCHEMA_VERSION,
        case: case.to_owned(),
        target,
        rows,
    }
}

impl Timeline {
    /// Whether some version differs from the one before it.
    pub fn changed(&self) -> bool {
        self.rows.iter().any(|row| !row.changes.is_empty())
    }

    /// A line for each version, and a mark where it differs.
    pub fn human(&self, color: bool) -> String {
        let paint = Paint::new(color);
        let mut text = format!("{} on {}\n", paint.bold(&self.case), self.target);
        let width = self
            .rows
            .iter()
            .map(|row| row.toolchain.name.len())
            .max()
            .unwrap_or_default();
        for row in &self.rows {
            let mark = if row.changes.is_empty() { " " } else { "≠" };
            let reason = row.reason.as_deref().and_then(|reason| reason.lines().next());
            let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
            let line = format!(
                "{mark} {:<width$}  {:<10}  {}{reason}",
                row.toolchain.name,
                row.toolchain.version,
                row.verdict.name()
            );
            let line = match row.changes.is_empty() {
                true => line,
                false => paint.warn(&line),
            };
            let _ = writeln!(text, "{line}");
            for change in &row.changes {
                let _ = writeln!(text, "      {} {}", change.kind.name(), change.sentence());
            }
        }
        paint.only(&text)
    }
}
