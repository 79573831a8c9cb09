//! Every form of the report over one set of findings: as it was agreed on, under its schema, and with no text of a fixture
//! becoming markup.

use std::process::Command;

use serde_json::Value;
use twincall::diff::{self, Run, compare};
use twincall::facts::Report;
use twincall::facts::Rule;
use twincall::fuzz;
use twincall::report::format::{Context, Format, Request, render, render_subject};

#[path = "forms/findings.rs"]
mod findings;

#[path = "forms/generated.rs"]
mod generated;

use findings::{HOSTILE, report};

fn rendered(format: Format) -> String {
    render(&report(), format, Context::default()).unwrap()
}

/// The page without what the build of this tool puts into it.
fn visible(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    for (open, close) in [("<style>", "</style>"), ("<script type=", "</body>")] {
        let (before, behind) = rest.split_once(open).unwrap();
        let (_, behind) = behind.split_once(close).unwrap();
        text.push_str(before);
        text.push_str("[…]");
        rest = behind;
    }
    text + rest
}

#[test]
fn human() {
    insta::assert_snapshot!(rendered(Format::Human));
}

#[test]
fn junit() {
    insta::assert_snapshot!(rendered(Format::Junit));
}

#[test]
fn sarif() {
    insta::assert_snapshot!(rendered(Format::Sarif).replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(rendered(Format::Markdown));
}

#[test]
fn github() {
    insta::assert_snapshot!(rendered(Format::Github));
}

#[test]
fn html() {
    insta::assert_snapshot!(visible(&rendered(Format::Html)));
}

#[test]
fn json() {
    let read: Report = serde_json::from_str(&rendered(Format::Json)).unwrap();
    assert_eq!(read, report());
}

#[test]
fn the_same_report_gives_the_same_bytes_and_a_date_only_where_one_is_given() {
    for format in Format::ALL {
        assert_eq!(rendered(format), rendered(format), "{}", format.name());
        assert!(!rendered(format).contains("2001"), "{}", format.name());
    }
    let context = Context {
        date: Some(1_000_000_000),
        ..Context::default()
    };
    for format in [Format::Html, Format::Junit] {
        let dated = render(&report(), format, context).unwrap();
        assert!(dated.contains("2001-09-09"), "{}", format.name());
    }
}

#[test]
fn text_of_a_fixture_is_never_markup() {
    let page = rendered(Format::Html);
    assert!(
        !page.contains("<script>alert"),
        "the page has the script of a fixture"
    );
    let xml = rendered(Format::Junit);
    roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    assert!(!xml.contains('\u{1b}'), "XML has no escape character");
    for line in rendered(Format::Github).lines() {
        assert!(
            line.starts_with("::error ") || line.starts_with("::warning "),
            "{line}"
        );
    }
    let orders = |text: &str| text.contains(|c: char| c.is_control() && !"\n\t".contains(c));
    assert!(HOSTILE.contains(|c: char| c.is_control()));
    for format in [Format::Human, Format::Markdown] {
        assert!(!orders(&rendered(format)), "{}", format.name());
    }
    let comment = rendered(Format::Markdown);
    let table: Vec<&str> = comment.lines().filter(|line| line.starts_with("| ")).collect();
    for row in table {
        let cells = row.replace("\\|", "").matches('|').count();
        assert_eq!(cells, 7, "a text makes a column of its own: {row}");
        assert!(!row.contains("<script>"), "{row}");
    }
    assert!(HOSTILE.contains('|'));
}

#[test]
fn sarif_follows_its_schema_and_points_into_the_repository() {
    let text = rendered(Format::Sarif);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_follows_sarif(&document);
    let results = document["runs"][0]["results"].as_array().unwrap();
    for result in results {
        let places = result["locations"].as_array().unwrap().iter();
        let related = result["relatedLocations"].as_array();
        for place in places.chain(related.into_iter().flatten()) {
            let uri = place["physicalLocation"]["artifactLocation"]["uri"]
                .as_str()
                .unwrap();
            assert!(uri.starts_with("bindings/"), "{uri}");
            assert!(!uri.contains([' ', '\\']), "{uri}");
        }
    }
    let wrong = results
        .iter()
        .find(|result| result["ruleId"] == Rule::LayoutSize.id())
        .unwrap();
    let uri = &wrong["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(
        uri, "bindings/rust-fixtures/lib/header.rs",
        "the binding is what is wrong"
    );
    assert_eq!(wrong["properties"]["targets"].as_array().unwrap().len(), 2);
    assert_eq!(
        results
            .iter()
            .filter(|result| result["suppressions"].is_array())
            .count(),
        1,
        "what a fixture expects is suppressed"
    );
}

#[test]
fn junit_follows_its_schema() {
    assert_follows_junit(&rendered(Format::Junit));
    let broken = rendered(Format::Junit).replace("<testcase name=", "<testcase title=");
    assert!(junit_faults(&broken).contains("title"));
}

fn assert_follows_junit(document: &str) {
    let faults = junit_faults(document);
    assert!(faults.is_empty(), "{faults}");
}

/// What Jenkins' schema of JUnit XML has against a document: there is no official one, and this one is the strictest in use.
/// It is widened by the three things that it lacks and common readers know: the file and the properties of a test, and the
/// count of all skipped ones.
fn junit_faults(document: &str) -> String {
    let mut schema = include_str!("forms/junit-10.xsd").to_owned();
    let skipped = r#"<xs:attribute name="skipped" type="xs:string"/>"#;
    for (place, addition) in [
        (r#"<xs:element name="testsuites">"#, skipped),
        (
            r#"<xs:element name="testcase">"#,
            r#"<xs:attribute name="file" type="xs:string"/>"#,
        ),
    ] {
        let start = schema.find(place).unwrap();
        let end = start + schema[start..].find("</xs:complexType>").unwrap();
        schema.insert_str(end, addition);
    }
    schema = schema.replace(
        r#"<xs:element ref="skipped"/>"#,
        r#"<xs:element ref="properties"/><xs:element ref="skipped"/>"#,
    );
    let folder = tempfile::tempdir().unwrap();
    let [schema_file, file] = ["junit.xsd", "junit.xml"].map(|name| folder.path().join(name));
    std::fs::write(&schema_file, schema).unwrap();
    std::fs::write(&file, document).unwrap();
    let output = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(&schema_file)
        .arg(&file)
        .output()
        .expect("xmllint is there after `scripts/setup --tests`");
    match output.status.success() {
        true => String::new(),
        false => String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn fingerprints_stay_where_lines_and_values_move() {
    let fingerprints = |report: &Report| -> Vec<Value> {
        let text = render(report, Format::Sarif, Context::default()).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap();
        results
            .iter()
            .map(|result| result["partialFingerprints"].clone())
            .collect()
    };
    let before = report();
    let mut later = report();
    for finding in later.cases.iter_mut().flat_map(|case| &mut case.findings) {
        let both = [&mut finding.c_declaration, &mut finding.rust_declaration];
        for declaration in both.into_iter().flatten() {
            declaration.location.line += 40;
        }
        finding.effect.clear();
    }
    let mut one = fingerprints(&before);
    let mut other = fingerprints(&later);
    one.sort_by_key(Value::to_string);
    other.sort_by_key(Value::to_string);
    assert_eq!(one, other);
    one.dedup();
    assert_eq!(one.len(), other.len(), "two results share a fingerprint");
}

fn assert_follows_sarif(document: &Value) {
    // The published schema has a bracket too many in its pattern of languages, which is no regular expression to this validator.
    let schema = include_str!("forms/sarif-2.1.0.schema.json").replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    assert_follows(&serde_json::from_str(&schema).unwrap(), document);
}

fn assert_follows(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(document)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_difference_has_every_form() {
    let (old, mut new) = (report(), report());
    let ty = &mut new.cases[9].types[0].rust.as_mut().unwrap();
    ty.size = 16;
    ty.fields[1].offset_bits = 64;
    new.cases.remove(0);
    let difference = compare(
        Run {
            name: "old.json",
            report: &old,
        },
        Run {
            name: "new.json",
            report: &new,
        },
    );
    assert_eq!(difference.cases.len(), 2);
    for format in Format::ALL {
        let text = render_subject(&difference, format, Context::default()).unwrap();
        match format {
            Format::Html => {
                insta::assert_snapshot!("difference_html", visible(&text));
            }
            Format::Sarif => assert_follows_sarif(&serde_json::from_str(&text).unwrap()),
            Format::Junit => {
                assert_follows_junit(&text);
                insta::assert_snapshot!("difference_junit", text);
            }
            Format::Json => {
                let schema: Value =
                    serde_json::from_str(include_str!("../../../docs/diff.schema.json")).unwrap();
                assert_follows(&schema, &serde_json::from_str(&text).unwrap());
                let read: diff::Difference = serde_json::from_str(&text).unwrap();
                assert_eq!(read, difference);
            }
            format => insta::assert_snapshot!(format!("difference_{}", format.name()), text),
        }
    }
}

#[test]
fn a_run_of_generated_pairs_has_every_form() {
    let run = generated::run();
    for format in Format::ALL {
        let text = render_subject(&run, format, Context::default()).unwrap();
        match format {
            Format::Html => {
                assert!(!text.contains(HOSTILE), "a text became markup");
                let (_, body) = text.split_once("</style>").unwrap();
                insta::assert_snapshot!("generated_html", body);
            }
            Format::Sarif => assert_follows_sarif(&serde_json::from_str(&text).unwrap()),
            Format::Junit => {
                assert_follows_junit(&text);
                insta::assert_snapshot!("generated_junit", text);
            }
            Format::Json => {
                let schema: Value =
                    serde_json::from_str(include_str!("../../../docs/fuzz.schema.json")).unwrap();
                let document: Value = serde_json::from_str(&text).unwrap();
                assert_follows(&schema, &document);
                let read: fuzz::report::FuzzReport = serde_json::from_str(&text).unwrap();
                assert_eq!(read, run);
                let outcomes = schema["$defs"]["outcome"]["oneOf"].as_array().unwrap();
                let outcomes: Vec<(&str, &str)> = outcomes
                    .iter()
                    .map(|one| {
                        let text = |member: &str| one[member].as_str().unwrap();
                        (text("const"), text("description"))
                    })
                    .collect();
                let known = fuzz::outcome::Outcome::ALL.map(|one| (one.name(), one.about()));
                assert_eq!(outcomes, known);
                for (place, value) in [
                    ("/verb", Value::from("check")),
                    ("/targets/0/pairs", Value::from(-1)),
                    ("/targets/0/correct/correct", Value::from(0)),
                    ("/causes/0/outcome", Value::from("fine")),
                    ("/causes/0/command", Value::from("rm -r")),
                    ("/causes/0/smallest/c", Value::Null),
                ] {
                    let mut damaged = document.clone();
                    *damaged.pointer_mut(place).unwrap() = value;
                    assert!(
                        !jsonschema::is_valid(&schema, &damaged),
                        "the schema does not mind {place}"
                    );
                }
            }
            format => insta::assert_snapshot!(format!("generated_{}", format.name()), text),
        }
    }
}

#[test]
fn requests_name_a_form_and_a_place() {
    let good: Request = "html=abi.html".parse().unwrap();
    assert_eq!(
        (good.format, good.path.unwrap().to_str()),
        (Format::Html, Some("abi.html"))
    );
    let github: Request = "github".parse().unwrap();
    assert_eq!((github.format, github.path), (Format::Github, None));
    for (wrong, with) in [
        ("html", "html=FILE"),
        ("html=", "names no file"),
        ("pdf=x", "there is no form `pdf`"),
        ("juint=x", "junit"),
        ("", "there is no form"),
    ] {
        let error = wrong.parse::<Request>().unwrap_err();
        assert!(error.contains(with), "{wrong}: {error}");
    }
}
