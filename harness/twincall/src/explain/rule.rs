//! A rule explained: its help, its source, and the fixture of the project that breaks it.

use std::fmt::Write as _;

use serde::Serialize;

use crate::discover::Case;
use crate::facts::{Axis, CaseReport, Rule};
use crate::text::printable;

/// All that is known of a rule without running anything.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ExplainedRule {
    pub schema_version: u32,
    pub rule: Rule,
    pub axis: Axis,
    pub summary: String,
    pub help: String,
    /// The text that promises what the rule checks; empty for a limit of ours.
    pub reference: String,
    /// The smallest pair of the project that breaks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Example>,
    /// Other cases that break it.
    pub also: Vec<String>,
}

/// A pair of fixtures that breaks a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Example {
    pub case: String,
    pub about: String,
    /// The sources without their directives.
    pub c: String,
    pub rust: String,
    /// What the fixture expects: `arg-location at second on native`.
    pub expects: String,
    /// What the finding says, where it was made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// The command that shows it.
    pub command: String,
}

/// Explains a rule with an example out of `cases`.
pub fn explain(rule: Rule, cases: &[Case]) -> ExplainedRule {
    let expects = |case: &&Case| case.expect.iter().any(|expectation| expectation.rule == rule);
    let mut breaking: Vec<&Case> = cases.iter().filter(expects).collect();
    // A pair that is named after the rule or breaks it alone teaches most; among those the shortest.
    let own_name = rule.id().replace('-', "_");
    breaking.sort_by_key(|case| {
        let named = case.name.rsplit('/').next() == Some(own_name.as_str());
        let others = case
            .expect
            .iter()
            .filter(|expectation| expectation.rule != rule)
            .count();
        (!named, others, case.c.text.len() + case.rust.text.len())
    });
    let example = breaking.first().map(|case| example(rule, case));
    ExplainedRule {
        schema_version: super::SCHEMA_VERSION,
        rule,
        axis: rule.axis(),
        summary: rule.summary().to_owned(),
        help: rule.help().to_owned(),
        reference: rule.reference().to_owned(),
        also: breaking.iter().skip(1).map(|case| case.name.clone()).collect(),
        example,
    }
}

fn example(rule: Rule, case: &Case) -> Example {
    let own = case.expect.iter().filter(|expectation| expectation.rule == rule);
    let expects: Vec<String> = own
        .map(|expectation| {
            let mut text = rule.id().to_owned();
            if let Some(symbol) = &expectation.symbol {
                let _ = write!(text, " of {symbol}");
            }
            if let Some(target) = &expectation.target {
                let _ = write!(text, " on {target}");
            }
            text
        })
        .collect();
    Example {
        case: case.name.clone(),
        about: case.about.clone(),
        c: code(&case.c.text),
        rust: code(&case.rust.text),
        expects: expects.join(", "),
        findings: Vec::new(),
        command: format!("twincall show {}", crate::text::quote(&case.name)),
    }
}

/// A source without its directives.
fn code(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//@"))
        .collect();
    lines.join("\n").trim().to_owned()
}

impl ExplainedRule {
    /// Adds what the findings of this rule say in a report of the example.
    pub fn add_findings(&mut self, report: &CaseReport) {
        let Some(example) = &mut self.example else { return };
        for finding in report.findings.iter().filter(|finding| finding.rule == self.rule) {
            let line = format!(
                "found on {}: {}",
                report.target,
                crate::report::human::headline(finding)
            );
            if !example.findings.contains(&line) {
                example.findings.push(line);
            }
        }
    }

    /// For a person at a terminal.
    pub fn render(&self) -> String {
        let axis = match self.axis {
            Axis::Location => "where a value lives",
            Axis::Type => "whether both declarations name the same type",
            Axis::Domain => "which values are allowed",
            Axis::Run => "what happened when it ran or was linked",
        };
        let mut text = format!("{}: {}\n\n{}\n\n", self.rule.id(), self.summary, self.help);
        let _ = writeln!(text, "about: {axis}");
        if !self.reference.is_empty() {
            let _ = writeln!(text, "source: {}", self.reference);
        }
        let Some(example) = &self.example else {
            return printable(&text);
        };
        let _ = writeln!(text, "\nexample: {}: {}", example.case, example.about);
        for (language, code) in [("C", &example.c), ("Rust", &example.rust)] {
            let _ = writeln!(text, "\n  {language}");
            for line in code.lines() {
                let _ = writeln!(text, "{}", format!("    {line}").trim_end());
            }
        }
        let _ = writeln!(text, "\n  expected there: {}", example.expects);
        for finding in &example.findings {
            let _ = writeln!(text, "  {finding}");
        }
        let _ = writeln!(text, "  {}", example.command);
        if !self.also.is_empty() {
            let _ = writeln!(text, "\nalso broken in: {}", self.also.join(", "));
        }
        printable(&text)
    }
}

#[cfg(test)]
mod tests;
