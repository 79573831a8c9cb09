//! Text of strangers in every place of a report and in every form: nothing of it acts, and it is recognised.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::process::Command;

use base64::Engine as _;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde_json::Value;
use twincall::diff::{Run, compare};
use twincall::facts::{Place, Report, SnapshotState, Verdict};
use twincall::report::format::{Context, Format, render, render_subject};
use twincall::report::human::Style;
use twincall::report::json;

#[path = "schema/full_report.rs"]
mod full_report;
mod hostile {
    mod real;
    pub(crate) mod repro;
    pub(crate) mod rules;
    pub(crate) mod texts;
}

use full_report::full_report;
use hostile::repro::{reproduction, sources};
use hostile::rules::{assert_harmless, assert_unmarked, commands, markdown, tags};
use hostile::texts::{COUNT, Text};

/// A small report with a diverging case that nobody expects, one that could not be built, and one of which nothing was judged.
fn base() -> Report {
    let full = full_report();
    let mut cases = full.cases;
    cases.retain(|case| {
        [
            "struct/pair",
            "snapshot/1",
            "verdict/error",
            "verdict/unsupported",
        ]
        .contains(&case.name.as_str())
    });
    for case in &mut cases {
        for finding in &mut case.findings {
            finding.expected = false;
        }
    }
    assert!(matches!(cases[3].snapshot, SnapshotState::Changed { .. }));
    let mut report = Report::new(full.toolchains, cases);
    report.project = full.project;
    report
}

/// The kinds of strings in a document: their places, without the numbers in lists.
fn kinds(value: &Value, place: &str, all: &mut BTreeSet<String>) {
    match value {
        Value::String(_) => {
            all.insert(place.to_owned());
        }
        Value::Array(members) => members
            .iter()
            .for_each(|one| kinds(one, &format!("{place}/*"), all)),
        Value::Object(members) => {
            for (name, one) in members {
                kinds(one, &format!("{place}/{name}"), all);
            }
        }
        _ => {}
    }
}

/// The document with texts in place of the strings of some kinds.
fn replaced(value: &Value, place: &str, texts: &Texts) -> Value {
    match value {
        Value::String(old) => texts.get(place).map_or(old.as_str(), |text| &text.whole).into(),
        Value::Array(members) => {
            let inner = format!("{place}/*");
            members.iter().map(|one| replaced(one, &inner, texts)).collect()
        }
        Value::Object(members) => members
            .iter()
            .map(|(name, one)| (name.clone(), replaced(one, &format!("{place}/{name}"), texts)))
            .collect(),
        other => other.clone(),
    }
}

/// The text of each kind of strings.
type Texts = BTreeMap<String, Text>;

/// The place of fields, which is no string of its own.
const FIELD: &str = "a field of a finding";

fn with(document: &Value, texts: &Texts) -> Result<Report, serde_json::Error> {
    let mut report: Report = serde_json::from_value(replaced(document, "", texts))?;
    if let Some(text) = texts.get(FIELD) {
        let findings = report.cases.iter_mut().flat_map(|case| &mut case.findings);
        findings.for_each(|finding| finding.place = Place::argument(0).field(&text.whole));
    }
    Ok(report)
}

/// The kinds of strings in which a report may have any text: all that are no word of a closed list.
fn free_kinds(document: &Value) -> Vec<String> {
    let mut all = BTreeSet::new();
    kinds(document, "", &mut all);
    all.insert(FIELD.to_owned());
    let is_free = |kind: &String| with(document, &Texts::from([(kind.clone(), Text::new(0, None))])).is_ok();
    all.into_iter().filter(is_free).collect()
}

/// Every form of a report, of what changed since the report without the text, and of an answer about it, under its name.
fn forms(base: &Report, report: &Report, text: &str) -> BTreeMap<String, String> {
    let mut forms = BTreeMap::new();
    let (before, after) = (
        Run {
            name: text,
            report: base,
        },
        Run { name: text, report },
    );
    let difference = compare(before, after);
    for format in Format::ALL {
        let name = format.name();
        let context = Context::default();
        forms.insert(name.to_owned(), render(report, format, context).unwrap());
        let changed = render_subject(&difference, format, context).unwrap();
        forms.insert(format!("diff {name}"), changed);
    }
    let colored = Context {
        style: Style {
            color: true,
            verbose: true,
        },
        ..Context::default()
    };
    forms.insert(
        "color".to_owned(),
        render(report, Format::Human, colored).unwrap(),
    );
    forms
}

/// Every form of an answer of `repro`.
fn answers(text: &str) -> BTreeMap<String, String> {
    let (sources, mut answer) = (sources(text), reproduction(text, base()));
    answer.report.repro = Some(twincall::repro::section(&answer));
    BTreeMap::from([
        ("human".to_owned(), twincall::repro::human::render(&answer)),
        (
            "md".to_owned(),
            twincall::repro::markdown::render(&sources, &answer),
        ),
        ("json".to_owned(), json::render(&answer.report).unwrap()),
    ])
}

/// Holds every form with hostile texts against the same form with ordinary ones.
fn hold(
    hostile: &BTreeMap<String, String>,
    ordinary: &BTreeMap<String, String>,
    texts: &[&Text],
    place: &str,
) {
    let breaks = texts.iter().any(|text| text.whole.contains('\n'));
    for (name, shown) in hostile {
        let about = format!("{name} with {place}");
        let plain = &ordinary[name];
        let read = match name.trim_start_matches("diff ") {
            "human" => {
                assert_harmless(shown, &about);
                shown.clone()
            }
            "color" => {
                let bare = ["0", "1", "2", "31", "32", "33"]
                    .iter()
                    .fold(shown.clone(), |rest, code| {
                        rest.replace(&format!("\u{1b}[{code}m"), "")
                    });
                let codes = |text: &str| text.matches('\u{1b}').count();
                assert_harmless(&bare, &about);
                // Where a text has more lines, more of them are painted.
                assert!(breaks || codes(shown) <= codes(plain), "{about}: {shown:?}");
                bare
            }
            "md" => {
                assert_harmless(shown, &about);
                let (structure, outside, code) = markdown(shown, &about);
                let (plain_structure, plain_outside, plain_code) = markdown(plain, &about);
                assert_eq!(structure, plain_structure, "{about}");
                // What breaks out of its cell of a table is not shown at all.
                for mark in texts.iter().flat_map(|text| &text.marks).filter(|_| !breaks) {
                    let count = |outside: &str, code: &str| {
                        outside.matches(mark).count() + code.matches(mark).count()
                    };
                    let (seen, wanted) = (count(&outside, &code), count(&plain_outside, &plain_code));
                    assert_eq!(seen, wanted, "{about}: {mark}");
                }
                outside + &code
            }
            "github" => {
                let all = commands(shown, &about);
                assert_eq!(all.len(), commands(plain, &about).len(), "{about}: {shown}");
                for (_, _, message) in &all {
                    assert_harmless(message, &about);
                }
                shown.clone()
            }
            "html" => held_page(shown, plain, &about),
            "junit" => {
                assert_harmless(shown, &about);
                let read = xml(shown, &about);
                assert_eq!(read.0, xml(plain, &about).0, "{about}");
                assert_unmarked(&read.1, &about);
                read.1
            }
            "json" | "sarif" => {
                assert_harmless(shown, &about);
                let document: Value = serde_json::from_str(shown).unwrap();
                let read = strings(&document);
                if name == "json" {
                    // Of some values no more is read than what is told of them elsewhere.
                    let all = texts.iter().filter(|text| plain.contains(&text.marks[0]));
                    let unsaid = all
                        .into_iter()
                        .find(|text| !read.iter().any(|one| one.contains(&text.whole)));
                    assert!(unsaid.is_none(), "{about}: {unsaid:?} is not in it");
                }
                if name.ends_with("sarif") {
                    let links = messages(&document).into_iter().find(|one| one.contains("]("));
                    assert_eq!(links, None, "{about}");
                }
                read.join("\n")
            }
            other => panic!("nothing is known of {other}"),
        };
        for text in texts {
            // Of a text of several lines only the first may be shown, and of an explanation in a comment not every line.
            let cut = text.whole.contains('\n') || breaks && name.ends_with("md");
            let marks = if cut { &text.marks[..0] } else { &text.marks[..] };
            for mark in marks {
                assert!(
                    !plain.contains(mark) || read.contains(mark),
                    "{about}: {text:?} is not recognised"
                );
            }
        }
    }
}

/// The text of a page and of the data in it.
fn held_page(shown: &str, plain: &str, about: &str) -> String {
    assert_harmless(shown, about);
    let split = |page: &str| -> (String, Vec<String>) {
        let (head, rest) = page.split_once("<style>").unwrap();
        let (_, rest) = rest.split_once("</style>").unwrap();
        let (body, data) = rest.split_once("<script type=").unwrap();
        let pieces = data.split("</script>").filter_map(|piece| {
            let packed = piece.rsplit_once('>')?.1;
            let bytes = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
            let mut text = String::new();
            flate2::read::ZlibDecoder::new(bytes.as_slice())
                .read_to_string(&mut text)
                .ok()?;
            Some(text)
        });
        (format!("{head}{body}"), pieces.collect())
    };
    let ((shown, data), (plain, plain_data)) = (split(shown), split(plain));
    assert_eq!(tags(&shown), tags(&plain), "{about}");
    assert!(!data.is_empty() && data.len() == plain_data.len(), "{about}");
    let mut read = shown;
    for piece in data {
        let document: Value = serde_json::from_str(&piece).unwrap();
        let text = strings(&document).join("\n");
        assert_unmarked(&text, about);
        read.push_str(&text);
    }
    read
}

/// The elements of a document with the names of their attributes, and everything that is said in it.
fn xml(text: &str, about: &str) -> (Vec<String>, String) {
    let document =
        roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{about}: {error}\n{text}"));
    let (mut elements, mut said) = (Vec::new(), String::new());
    for node in document.descendants() {
        let names: Vec<&str> = node.attributes().map(|attribute| attribute.name()).collect();
        if node.is_element() {
            elements.push(format!("{} {}", node.tag_name().name(), names.join(" ")));
        }
        said.extend(
            node.attributes()
                .map(|attribute| format!("{}\n", attribute.value())),
        );
        said.push_str(node.text().unwrap_or_default());
    }
    (elements, said)
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().flat_map(strings).collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, one)| [vec![name.clone()], strings(one)].concat())
            .collect(),
        _ => Vec::new(),
    }
}

/// The messages of a SARIF document, in which brackets make links.
fn messages(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().flat_map(messages).collect(),
        Value::Object(members) => {
            let own = members.get("text").and_then(Value::as_str);
            // What is to be inserted is code, and said as it is.
            let inner = members.iter().filter(|(name, _)| *name != "insertedContent");
            own.into_iter()
                .chain(inner.flat_map(|(_, member)| messages(member)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Every place of a report in which any text may stand, with every text: each kind of place has another text than its
/// neighbours, and in as many rounds as there are texts each of them.
#[test]
fn nothing_acts_wherever_it_stands() {
    let base = base();
    let document = serde_json::to_value(&base).unwrap();
    let kinds = free_kinds(&document);
    for part in [
        "/cases/*/name",
        "/cases/*/about",
        "/cases/*/reason",
        "/cases/*/findings/*/symbol",
        "/cases/*/findings/*/c",
        "/cases/*/findings/*/effect/*/text",
        "/cases/*/findings/*/c_declaration/text",
        "/cases/*/findings/*/rust_declaration/location/file",
        "/cases/*/types/*/c/name",
        "/cases/*/types/*/rust/fields/*/path",
        "/cases/*/observations/*/results/*/values/*",
        "/cases/*/vanished/*/file",
        "/cases/*/snapshot/diff",
        "/cases/*/unchecked/*/reason",
        "/cases/*/program/*/message",
        "/cases/*/command",
        "/toolchains/*/version",
        "/project",
        FIELD,
    ] {
        assert!(
            kinds.iter().any(|kind| kind == part),
            "{part} is not among {kinds:#?}"
        );
    }
    let texts = |number: &dyn Fn(usize) -> Option<usize>| -> Texts {
        let all = kinds.iter().enumerate();
        all.map(|(index, kind)| (kind.clone(), Text::new(index, number(index))))
            .collect()
    };
    let plain = forms(&base, &with(&document, &texts(&|_| None)).unwrap(), "name");
    let rounds: Vec<usize> = (0..COUNT).collect();
    rounds.par_iter().for_each(|round| {
        let texts = texts(&|index| Some((index + round) % COUNT));
        let shown = forms(&base, &with(&document, &texts).unwrap(), "name");
        hold(
            &shown,
            &plain,
            &texts.values().collect::<Vec<_>>(),
            &format!("texts shifted by {round}"),
        );
    });
}

/// One text in all places, so that names of one thing are the same: in a report, in what changed, and in an answer.
#[test]
fn nothing_acts_in_all_places_at_once() {
    let base = base();
    let document = serde_json::to_value(&base).unwrap();
    let kinds = free_kinds(&document);
    let all = |text: &Text| -> [BTreeMap<String, String>; 2] {
        let texts = kinds.iter().map(|kind| (kind.clone(), text.clone())).collect();
        let report = with(&document, &texts).unwrap();
        [forms(&base, &report, &text.whole), answers(&text.whole)]
    };
    let plain = all(&Text::new(0, None));
    let numbers: Vec<usize> = (0..COUNT).collect();
    numbers.par_iter().for_each(|number| {
        let text = Text::new(0, Some(*number));
        for (shown, plain) in all(&text).iter().zip(&plain) {
            hold(shown, plain, &[&text], &format!("{text:?}"));
        }
    });
}

/// What is to be pasted into a shell is the words that it was: nothing of them is a command of its own.
#[test]
fn commands_of_an_answer_are_words() {
    for flag in ["-DX='; touch y; '", "-DX=$(touch y)", "-DX=`touch y`", "-DX=1"] {
        let text = twincall::repro::markdown::render(&sources(flag), &reproduction("'; touch y; '", base()));
        let (_, behind) = text.split_once("```sh\n").unwrap();
        let (commands, _) = behind.split_once("\n```").unwrap();
        for line in commands.lines() {
            let words = shlex::split(line).unwrap();
            assert!(words.iter().any(|word| word == flag), "{line}");
            assert!(words.iter().any(|word| word == "@'; touch y; '("), "{line}");
        }
    }
}

/// Errors name what they are about: a rule, a case, a file, an option.
#[test]
fn nothing_acts_in_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_twincall"))
            .current_dir(&folder)
            .args(arguments)
            .output()
            .unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    for number in 0..COUNT {
        let text = Text::new(0, Some(number));
        let [start, end] = &text.marks;
        // No command line can hold it.
        let text = text.whole.replace('\0', "");
        let option = format!("--{text}");
        for arguments in [
            &["rules", text.as_str()][..],
            &["merge", &text],
            &["diff", &text, &text],
            &["man", &text],
            &["explain", "--root", &text, "no-such-case"],
            &["fuzz", "--kinds", &text],
            &["check", &option],
        ] {
            let (out, error) = run(arguments);
            let about = format!("{arguments:?}");
            assert_harmless(&error, &about);
            assert_harmless(&out, &about);
            if arguments[0] == "rules" && !text.contains('\n') {
                assert!(error.contains(start) && error.contains(end), "{about}: {error}");
            }
        }
    }
}

/// What this file holds true is not true of a text that nobody has cleaned.
#[test]
fn the_rules_know_what_acts() {
    let acts = |text: &str| std::panic::catch_unwind(|| assert_harmless(text, "")).is_err();
    for text in [
        "a\u{1b}[1m",
        "\u{9b}",
        "\u{202e}",
        "\r",
        " ::error::a",
        "a ##[error]b",
        "#\u{200b}#[error]",
    ] {
        assert!(acts(text), "{text:?}");
    }
    assert!(!acts("::std::os::raw\n: :error::\n# #[error]\n\ta → é\n"));
    let structure = |text: &str| markdown(text, "").0;
    assert_ne!(structure("a `b` c"), structure("a [b](c)"));
    assert_eq!(structure("a `b` c"), structure("a c"));
    assert!(std::panic::catch_unwind(|| markdown("@someone", "")).is_err());
    assert!(std::panic::catch_unwind(|| markdown("<b>", "")).is_err());
    assert_eq!(
        base()
            .cases
            .iter()
            .filter(|case| case.verdict == Verdict::Error)
            .count(),
        1
    );
}
