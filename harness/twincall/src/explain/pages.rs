//! A page of Markdown for each rule, and the page that lists them: `docs/rules/`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::rule::{ExplainedRule, explain};
use crate::discover::Case;
use crate::facts::{Axis, Rule};

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

fn page(rule: &ExplainedRule) -> String {
    let mut text = format!("# `{}`\n\n{}\n\n{}\n\n", rule.rule.id(), rule.summary, rule.help);
    let _ = writeln!(text, "It is about {}.", about(rule.axis));
    if !rule.reference.is_empty() {
        let _ = writeln!(text, "Source: {}.", rule.reference.trim_end_matches('.'));
    }
    let Some(example) = &rule.example else {
        return text;
    };
    let _ = writeln!(
        text,
        "\n## A pair that breaks it\n\n`{}`: {}",
        example.case, example.about
    );
    for (language, code) in [("c", &example.c), ("rust", &example.rust)] {
        let _ = writeln!(text, "\n```{language}\n{code}\n```");
    }
    let _ = writeln!(
        text,
        "\nExpected there: {}.\n\n```console\n$ {}\n```",
        example.expects, example.command
    );
    if !rule.also.is_empty() {
        let also: Vec<String> = rule.also.iter().map(|case| format!("`{case}`")).collect();
        let _ = writeln!(text, "\nAlso broken in {}.", also.join(", "));
    }
    text
}
