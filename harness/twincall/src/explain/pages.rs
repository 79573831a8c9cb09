//! A page of Markdown for each rule, and the page that lists them: `docs/rules/`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::rule::{ExplainedRule, explain};
use crate::discover::Case;
use crate::facts::{Axis, Rule};
use crate::text::markdown::Markdown;

/// The pages by file name, with examples out of `cases`.
pub fn pages(cases: &[Case]) -> BTreeMap<String, String> {
    let rules = Rule::ALL.iter().map(|rule| explain(*rule, cases));
    let mut pages: BTreeMap<String, String> = rules
        .map(|rule| (format!("{}.md", rule.rule.id()), page(&rule)))
        .collect();
    pages.insert("README.md".to_owned(), list());
    pages
}

/// The schema of reports with the rules of this program in place of those that it has: the definitions of a rule, and of which
/// promise each is about. Nothing where the text has no such definitions.
pub fn schema(text: &str) -> Option<String> {
    let start = text.find(RULE)?;
    let end = start + text[start..].find(AFTER_RULES)?;
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let rules: Vec<String> = Rule::ALL
        .iter()
        .map(|rule| {
            let (id, summary) = (quoted(rule.id()), quoted(rule.summary()));
            format!("        {{\"const\": {id}, \"description\": {summary}}}")
        })
        .collect();
    let axes = [Axis::Location, Axis::Type, Axis::Domain, Axis::Run].map(|axis| {
        let rules = Rule::ALL.iter().filter(|rule| rule.axis() == axis);
        let ids: Vec<String> = rules.map(|rule| quoted(rule.id())).collect();
        let name = serde_json::json!(axis);
        format!(
            "        {{\n          \"if\": {{\"properties\": {{\"rule\": {{\"enum\": [\n            {}\n          ]}}}}, \
             \"required\": [\"rule\"]}},\n          \"then\": {{\"properties\": {{\"axis\": {{\"const\": {name}}}}}}}\n        }}",
            ids.join(",\n            ")
        )
    });
    Some(format!(
        "{}{RULE}      \"description\": \"A kind of disagreement, by its stable id. `twincall rules ID` explains it.\",\n      \
         \"oneOf\": [\n{}\n      ]\n    }},\n    \"axis_of_rule\": {{\n      \"description\": \"Each rule is about one promise.\",\n      \
         \"allOf\": [\n{}\n      ]\n    }},{}",
        &text[..start],
        rules.join(",\n"),
        axes.join(",\n"),
        &text[end..]
    ))
}

/// Where the definitions of rules begin in the schema.
const RULE: &str = "\n    \"rule\": {\n";
/// The definition after them.
const AFTER_RULES: &str = "\n    \"axis\": {\n";

const fn about(axis: Axis) -> &'static str {
    match axis {
        Axis::Location => "where a value lives",
        Axis::Type => "whether both declarations name the same type",
        Axis::Domain => "which values are allowed",
        Axis::Run => "what happened when it ran or was linked",
    }
}

fn list() -> String {
    let mut text = String::from(
        "# Rules\n\n\
         A finding names a rule: a kind of disagreement between the two sides of a boundary. The ids are stable; fixtures name them in\n\
         `expect`. `twincall rules --pages docs/rules` writes these pages, and `twincall explain RULE` shows one in a terminal, with what\n\
         the example gives on this machine.\n",
    );
    for axis in [Axis::Location, Axis::Type, Axis::Domain, Axis::Run] {
        let _ = writeln!(text, "\n## {}\n\n| rule | |\n|---|---|", capital(about(axis)));
        for rule in Rule::ALL.iter().filter(|rule| rule.axis() == axis) {
            let id = rule.id();
            let _ = writeln!(text, "| [`{id}`]({id}.md) | {} |", rule.summary());
        }
    }
    text
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn page(explained: &ExplainedRule) -> String {
    let rule = explained.rule;
    let mut page = Markdown::default();
    page.own("# ").code(rule.id()).own("\n\n");
    page.own(rule.summary()).own("\n\n").own(rule.help());
    page.own("\n\nIt is about ").own(about(explained.axis)).own(".\n");
    if !rule.reference().is_empty() {
        page.own("Source: ")
            .own(rule.reference().trim_end_matches('.'))
            .own(".\n");
    }
    let Some(example) = &explained.example else {
        return page.finish();
    };
    page.own("\n## A pair that breaks it\n\n").code(&example.case);
    page.own(": ").text(&example.about).own("\n");
    for (language, code) in [("c", &example.c), ("rust", &example.rust)] {
        page.own("\n").fenced(language, code);
    }
    page.own("\nExpected there: ").text(&example.expects).own(".\n\n");
    page.fenced("console", &format!("$ {}", example.command));
    for (index, case) in explained.also.iter().enumerate() {
        page.own(if index == 0 { "\nAlso broken in " } else { ", " })
            .code(case);
    }
    if !explained.also.is_empty() {
        page.own(".\n");
    }
    page.finish()
}
