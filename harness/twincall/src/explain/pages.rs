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
