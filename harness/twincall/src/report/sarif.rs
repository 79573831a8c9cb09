//! SARIF 2.1.0, for code scanning: a rule for each kind of disagreement, a result for each cause, at both declarations.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::causes::{Cause, causes};
use super::human::headline;
use super::results::Results;
use crate::facts::{Declaration, MendReport, Report, Rule, ToolchainReport, Verdict, path_from};
use crate::text;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The document.
///
/// # Errors
/// As `serde_json`; none is known.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    let rules: Vec<Value> = Rule::ALL.iter().map(|rule| describe(*rule)).collect();
    let results: Vec<Value> = causes(report)
        .iter()
        .filter_map(|cause| result(report, cause))
        .collect();
    let failures: Vec<Value> = report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Error)
        .map(|case| {
            json!({
                "level": "error",
                "message": {"text": format!("{} on {}: {}", case.name, case.target.short(), case.reason.as_deref().unwrap_or_default())},
            })
        })
        .collect();
    let unchecked = report.unchecked().map(|(case, one)| {
        let name = one.symbol.as_ref().map_or(String::new(), |_| format!("{one} of "));
        json!({
            "level": "warning",
            "message": {"text": format!("unchecked: {name}{} on {}: {}", case.name, case.target.short(), one.reason)},
        })
    });
    let notifications: Vec<Value> = failures.iter().cloned().chain(unchecked).collect();
    document(
        &report.toolchains,
        rules,
        results,
        failures.is_empty(),
        &notifications,
    )
}

/// The document of what is no report.
///
/// # Errors
/// As `serde_json`; none is known.
pub(super) fn results(results: &Results<'_>) -> Result<String, serde_json::Error> {
    let rules = results
        .kinds
        .iter()
        .map(|(id, summary)| json!({"id": id, "shortDescription": {"text": summary}}))
        .collect();
    let listed = results
        .items
        .iter()
        .filter(|item| !item.needs_file || item.of.1.is_some())
        .map(|item| {
            let (symbol, declaration) = item.of;
            let location = match declaration {
                Some(declaration) => location(results.project, symbol, declaration),
                None => json!({"logicalLocations": [{"name": symbol, "kind": "declaration"}]}),
            };
            let (mark, words) = &item.mark;
            let mut result = json!({
                "ruleId": item.kind,
                "ruleIndex": results.kinds.iter().position(|(id, _)| *id == item.kind),
                "level": if item.error { "error" } else { "warning" },
                "message": {"text": format!("{}{}", item.text, item.further)},
                "locations": [location],
                "partialFingerprints": {*mark: hash(words)},
            });
            if !item.properties.is_empty() {
                result["properties"] = json!(item.properties);
            }
            result
        });
    document(results.toolchains, rules, listed.collect(), true, &[])
}

/// One run of this tool.
fn document(
    toolchains: &[ToolchainReport],
    rules: Vec<Value>,
    results: Vec<Value>,
    successful: bool,
    notifications: &[Value],
) -> Result<String, serde_json::Error> {
    let toolchains: Vec<Value> = toolchains
        .iter()
        .map(|toolchain| json!({"name": toolchain.name, "version": toolchain.version}))
        .collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "Twincall",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                },
                "extensions": toolchains,
            },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": successful,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    text::json(&without_links(document))
}

/// The document without links in its messages: in SARIF, `[words](place)` in a message is one.
fn without_links(value: Value) -> Value {
    match value {
        Value::Array(all) => all.into_iter().map(without_links).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| match member {
                Value::String(text) if name == "text" => (name, text.replace("](", "] (").into()),
                // Code that is to be inserted, and no message.
                member if name == "insertedContent" => (name, member),
                member => (name, without_links(member)),
            })
            .collect(),
        other => other,
    }
}

fn describe(rule: Rule) -> Value {
    json!({
        "id": rule.id(),
        "shortDescription": {"text": rule.summary()},
        "help": {"text": format!("{}\n\nSource: {}", rule.help(), rule.reference())},
        "properties": {"tags": ["abi"]},
    })
}

/// A result needs a place in the repository; a finding without a declaration has none.
fn result(report: &Report, cause: &Cause<'_>) -> Option<Value> {
    let finding = cause.finding;
    let declarations = [
        ("the C declaration", &finding.c_declaration),
        ("the Rust declaration", &finding.rust_declaration),
    ];
    let mut known = declarations
        .into_iter()
        .filter_map(|(name, declaration)| Some((name, declaration.as_ref()?)));
    // What is declared is mended, and what is defined is what it has to match; of two definitions the Rust one is a twin.
    let (main, other) = match (known.next(), known.next()) {
        (Some(c), Some(rust)) if rust.1.defined && !c.1.defined => (c, Some(rust)),
        (Some(c), Some(rust)) => (rust, Some(c)),
        (Some(one), None) => (one, None),
        (None, _) => return None,
    };
    let mut text = format!("{}: {}.", finding.symbol, headline(finding));
    let affected = cause.affected();
    if affected.len() > 1 {
        text.push_str(&format!(" It reaches {} functions or variables.", affected.len()));
    }
    if let Some(effect) = cause
        .findings
        .iter()
        .find_map(|(_, finding)| finding.effect.first())
    {
        text.push_str(&format!(" Seen: {effect}."));
    }
    let mut result = json!({
        "ruleId": finding.rule.id(),
        "ruleIndex": Rule::ALL.iter().position(|rule| *rule == finding.rule),
        "level": if cause.expected() && cause.is_news() { "warning" } else { "error" },
        "message": {"text": text},
        "locations": [location(&report.project, &finding.symbol, main.1)],
        // A line may move and a value may change; what is broken where stays.
        "partialFingerprints": {
            "twincall/v1": fingerprint(cause),
        },
        "properties": {
            "cases": cause.findings.iter().map(|(case, _)| case.name.as_str()).collect::<std::collections::BTreeSet<_>>(),
            "targets": cause.targets().iter().map(|target| target.triple()).collect::<Vec<_>>(),
            "command": cause.case.command,
        },
    });
    // One change mends all that is wrong with a pair, and is to be made once.
    let first = cause
        .case
        .findings
        .iter()
        .find(|finding| !finding.expected && !finding.contract_only);
    if let Some(mended) = cause.case.mended.as_ref().filter(|_| first == Some(finding)) {
        result["fixes"] = fixes(report, mended);
    }
    if let Some((name, declaration)) = other {
        let mut related = location(&report.project, &finding.symbol, declaration);
        related["id"] = json!(1);
        related["message"] = json!({"text": name});
        result["relatedLocations"] = json!([related]);
    }
    if cause.findings.iter().all(|(_, finding)| finding.expected) {
        result["suppressions"] = json!([{
            "kind": "inSource",
            "justification": "a directive `expect` of the fixture names it",
        }]);
    }
    Some(result)
}

/// The change of a file that mends a pair.
fn fixes(report: &Report, mended: &MendReport) -> Value {
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for change in &mended.changes {
        let (Some(place), Some(region)) = (&change.place, &change.region) else {
            continue;
        };
        let number = |line: &str| line.bytes().all(|byte| byte.is_ascii_digit());
        let split = place.rsplit_once(':').filter(|(_, line)| number(line));
        let file = split.map_or(place.as_str(), |(file, _)| file);
        files
            .entry(uri(&path_from(&report.project, file)))
            .or_default()
            .push(json!({
                "deletedRegion": {
                    "startLine": region.line,
                    "startColumn": region.column,
                    "endLine": region.end_line,
                    "endColumn": region.end_column,
                },
                "insertedContent": {"text": change.after},
            }));
    }
    let changes = files.into_iter().map(|(uri, replacements)| {
        json!({
            "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
            "replacements": replacements,
        })
    });
    json!([{
        "description": {"text": mended.words("pair")},
        "artifactChanges": changes.collect::<Vec<_>>(),
    }])
}

fn location(project: &str, symbol: &str, declaration: &Declaration) -> Value {
    let at = &declaration.location;
    json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri(&path_from(project, &at.file)), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": at.line.max(1), "startColumn": at.column.max(1)},
        },
        "logicalLocations": [{"name": symbol, "kind": "function"}],
    })
}

/// A path as a relative reference of RFC 3986.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

fn fingerprint(cause: &Cause<'_>) -> String {
    let finding = cause.finding;
    let types = finding
        .types
        .as_ref()
        .map_or(("", ""), |(c, rust)| (c.as_str(), rust.as_str()));
    hash(&[
        cause.case.name.as_str(),
        finding.rule.id(),
        // A type that one function more takes is still the same type.
        if finding.types.is_some() {
            ""
        } else {
            &finding.symbol
        },
        &if finding.types.is_some() {
            finding.place.path.to_string()
        } else {
            finding.place.to_string()
        },
        types.0,
        types.1,
    ])
}

/// A fingerprint of words.
fn hash(words: &[&str]) -> String {
    let mut hash = blake3::Hasher::new();
    for word in words {
        hash.update(word.as_bytes());
        hash.update(&[0]);
    }
    hash.finalize().to_hex()[..32].to_owned()
}
