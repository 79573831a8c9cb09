//! What a run found, and its text.

use std::collections::BTreeMap;
use std::fmt::Write;

use twincall_abi::target::Target;

use super::Coverage;
use super::outcome::{self, Disagreement};

/// What was found.
#[derive(Debug, Default)]
pub struct ModelReport {
    pub compilers: Vec<String>,
    pub signatures: usize,
    /// Signatures on which the text allows several readings: how many compilers took each.
    pub ambiguous: BTreeMap<(String, String), usize>,
    /// Checks made, by compiler: signatures times roles and levels.
    pub checks: BTreeMap<String, usize>,
    pub coverage: Coverage,
    pub disagreements: Vec<Disagreement>,
    /// What the model does not cover: reason and number of signatures.
    pub unsupported: BTreeMap<String, usize>,
    /// Types that a compiler does not have.
    pub missing: Vec<(String, Vec<String>)>,
    /// Seconds of the run.
    pub seconds: f64,
}

impl ModelReport {
    /// Disagreements without an explanation.
    pub fn unexplained(&self) -> impl Iterator<Item = &Disagreement> {
        self.disagreements
            .iter()
            .filter(|disagreement| disagreement.explanation.is_none())
    }

    /// The whole report as text.
    pub fn render(&self, target: Target) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{target}: {} signatures, {} situations reached",
            self.signatures,
            self.coverage.reached()
        );
        for (compiler, checks) in &self.checks {
            let wrong = self
                .disagreements
                .iter()
                .filter(|one| one.compiler == *compiler)
                .count();
            let _ = writeln!(text, "  {compiler:<12} {checks} checks, {wrong} differences");
        }
        for (compiler, missing) in &self.missing {
            if !missing.is_empty() {
                let _ = writeln!(text, "  {compiler} lacks {}", missing.join(", "));
            }
        }
        for ((compiler, by), count) in &self.ambiguous {
            let _ = writeln!(
                text,
                "  where readings part, {compiler} reads as {by}: {count} checks"
            );
        }
        for (reason, count) in &self.unsupported {
            let _ = writeln!(
                text,
                "  the model does not cover {count} drawn signatures: {reason}"
            );
        }
        let _ = writeln!(text, "\n{}", self.coverage.table());
        for ((id, _), (count, example)) in outcome::by_explanation(&self.disagreements) {
            let id = id.unwrap_or("UNEXPLAINED");
            let _ = writeln!(text, "{id}: {count} signatures, such as\n  {example}");
        }
        text
    }
}
