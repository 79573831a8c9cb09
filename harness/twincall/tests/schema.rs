//! The published schemas, held against real output of the binary, against every variant of the report and against the
//! rules of the code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use serde_json::{Value, json};
use tempfile::TempDir;
use twincall::facts::Axis;
use twincall::facts::{Report, Verdict};
use twincall::report::json;
use twincall::session::Config;
use twincall_abi::target::Target;

#[path = "schema/full_report.rs"]
mod full_report;

use full_report::{VERDICTS, full_report};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn schema(name: &str) -> Value {
    let path = root().join("docs").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn validator(name: &str) -> Validator {
    let schema = schema(name);
    jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
    jsonschema::draft202012::new(&schema).unwrap()
}

/// What the schema has against a document, with the place of each fault.
fn faults(validator: &Validator, document: &Value) -> Vec<String> {
    validator
        .iter_errors(document)
        .map(|error| {
            let mut text = error.to_string();
            // A fault in a whole case quotes the case.
            text.truncate(text.char_indices().nth(300).map_or(text.len(), |(at, _)| at));
            format!("{}: {text}", error.instance_path())
        })
        .collect()
}

/// Runs `check` and returns its exit code and its document.
fn check(root: &Path, cache: Option<&Path>, arguments: &[&str]) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincall"));
    command
        .args(["check", "--quiet", "--format", "json", "--root"])
        .arg(root);
    command.args(arguments);
    if let Some(cache) = cache {
        command.env("TWINCALL_CACHE", cache);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{said}"));
    (output.status.code().unwrap(), document)
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no count"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The identities between the counts, which no schema can state.
fn assert_counts(document: &Value) {
    let (summary, cases) = (&document["summary"], list(&document["cases"]));
    let count = |name: &str| number(&summary[name]);
    let planned = count("planned");
    assert_eq!(planned, cases.len() as u64);
    let parts = ["executed", "not_applicable", "skipped", "unsupported", "failed"];
    assert_eq!(planned, parts.map(count).iter().sum::<u64>(), "{summary}");
    for (name, verdict) in [
        ("not_applicable", "not-applicable"),
        ("skipped", "skipped"),
        ("unsupported", "unsupported"),
        ("failed", "error"),
    ] {
        let with = cases.iter().filter(|case| case["verdict"] == verdict).count();
        assert_eq!(count(name), with as u64, "{name}");
    }
    assert!(count("unexpected") <= count("executed"));
    assert_eq!(
        count("calls"),
        cases.iter().map(|case| number(&case["calls"])).sum::<u64>()
    );
    for case in cases {
        let observations = list(&case["observations"]);
        let of = |name: &str| {
            observations
                .iter()
                .map(|observation| number(&observation[name]))
                .sum::<u64>()
        };
        assert_eq!(number(&case["calls"]), of("calls"), "{}", case["name"]);
        assert!(of("returned") <= of("calls"), "{}", case["name"]);
    }
    // One entry for each case on each target, in order.
    let keys: Vec<String> = cases
        .iter()
        .map(|case| case["command"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{keys:?}");
}

fn verdicts(document: &Value) -> BTreeSet<&str> {
    list(&document["cases"])
        .iter()
        .filter_map(|case| case["verdict"].as_str())
        .collect()
}

#[test]
fn reports_of_the_corpus_fit() {
    let (_, document) = check(&root(), None, &["broken/", "misbehave/", "vector/"]);
    assert_eq!(faults(&validator("report.schema.json"), &document), [""; 0]);
    assert_counts(&document);
    let verdicts = verdicts(&document);
    for verdict in ["diverges", "accidental", "not-applicable"] {
        assert!(verdicts.contains(verdict), "no case {verdict} in {verdicts:?}");
    }
}

#[test]
fn reports_of_every_verdict_fit() {
    let project = scratch_project();
    let cache = tempfile::tempdir().unwrap();
    let validator = validator("report.schema.json");
    let run = |arguments: &[&str]| {
        let arguments = [&["--target", "native"], arguments].concat();
        let (exit, document) = check(project.path(), Some(cache.path()), &arguments);
        assert_eq!(faults(&validator, &document), [""; 0], "{arguments:?}");
        assert_counts(&document);
        (exit, document)
    };
    let (exit, document) = run(&[]);
    assert_eq!(exit, 101);
    let found: BTreeMap<&str, &str> = list(&document["cases"])
        .iter()
        .map(|case| (case["name"].as_str().unwrap(), case["verdict"].as_str().unwrap()))
        .collect();
    let wanted = [
        ("accidental/null", "accidental"),
        ("agrees/number", "conforms"),
        ("diverges/swapped", "diverges"),
        ("error/alone", "error"),
        ("error/directive", "error"),
        ("error/syntax", "error"),
        ("listed/anonymous", "unsupported"),
        ("listed/wasm_only", "not-applicable"),
    ];
    assert_eq!(found, BTreeMap::from(wanted));
    let vanished = list(&document["cases"])
        .iter()
        .flat_map(|case| list(&case["vanished"]));
    let vanished: Vec<&Value> = vanished.map(|vanished| &vanished["rule"]).collect();
    assert_eq!(vanished, ["arity"]);

    let snapshot = |arguments: &[&str]| {
        let (_, document) = run(&[arguments, &["agrees/number"]].concat());
        document["cases"][0]["snapshot"]["state"].clone()
    };
    assert_eq!(snapshot(&[]), "missing");
    assert_eq!(snapshot(&["-O", "0"]), "not-compared");
    assert_eq!(snapshot(&["--bless"]), "written");
    assert_eq!(snapshot(&[]), "same");
    let file = project.path().join("snapshots/agrees__number@native.snap");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("verdict: conforms", "verdict: diverges")).unwrap();
    assert_eq!(snapshot(&[]), "changed");
    assert_eq!(snapshot(&["-O", "3"]), "none");
    assert_eq!(
        verdicts(&run(&["-O", "3", "agrees/number"]).1),
        BTreeSet::from(["skipped"])
    );
}

/// Pairs that come to every verdict that a project can reach natively without the help of the command line.
fn scratch_project() -> TempDir {
    const NUMBER: &str = "#[unsafe(no_mangle)]\npub extern \"C\" fn number() -> i32 {\n    1\n}\n";
    let project = tempfile::tempdir().unwrap();
    let pair = |name: &str, c: &str, rust: &str| {
        for (folder, extension, text) in [("c-fixtures", "c", c), ("rust-fixtures", "rs", rust)] {
            if !text.is_empty() {
                let path = project.path().join(folder).join(name).with_extension(extension);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
        }
    };
    pair(
        "agrees/number",
        "//@ about = \"One number.\"\nint number(void) { return 1; }\n",
        NUMBER,
    );
    pair(
        "accidental/null",
        "//@ call = [\"value_at(&7) == 7\"]\n//@ expect = [{ rule = \"arity\", symbol = \"value_at\" }]\n\
         unsigned value_at(const unsigned *p) { return *p; }\n",
        "#[unsafe(no_mangle)]\npub extern \"C\" fn value_at(p: &u32) -> u32 {\n    *p\n}\n",
    );
    pair(
        "diverges/swapped",
        "struct extent { unsigned width, height; };\n\
         unsigned width_of(struct extent e) { return e.width; }\n",
        "#[repr(C)]\npub struct Extent {\n    pub height: u32,\n    pub width: u32,\n}\n\
         #[unsafe(no_mangle)]\npub extern \"C\" fn width_of(e: Extent) -> u32 {\n    e.width\n}\n",
    );
    pair(
        "listed/wasm_only",
        "//@ targets = [\"wasm\"]\n//@ not-applicable = { native = \"native code has no linear memory\" }\n\
         int number(void) { return 1; }\n",
        NUMBER,
    );
    pair(
        "listed/anonymous",
        "struct { int n; } number(void);\nint call_number(void) { return number().n; }\n",
        NUMBER,
    );
    pair("error/syntax", "int number(void) { return }\n", NUMBER);
    pair("error/directive", "//@ abuot = \"One number.\"\n", NUMBER);
    pair("error/alone", "int number(void) { return 1; }\n", "");
    project
}

/// What `repro` prints is in its JSON too.
#[test]
fn answers_to_reports_fit() {
    let repro = |report: &str, format: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twincall"));
        command
            .current_dir(root())
            .args(["repro", "--color", "never", "--format", format]);
        command.args(["--target", "native"]).args(arguments);
        let report = format!("c-fixtures/reports/{report}.md");
        String::from_utf8(command.arg(report).output().unwrap().stdout).unwrap()
    };
    let validator = validator("report.schema.json");
    for (report, arguments) in [
        ("guid_by_value", &["--minimize", "20"][..]),
        ("null_callback", &[]),
    ] {
        let document: Value = serde_json::from_str(&repro(report, "json", arguments)).unwrap();
        assert_eq!(faults(&validator, &document), [""; 0], "{report}");
        let text = repro(report, "human", arguments);
        let answer = &document["repro"];
        assert_eq!(text.lines().next(), answer["answer"].as_str(), "{report}");
        let mut sentences = list(&answer["notes"]).to_vec();
        let first = &answer["answers"][0];
        sentences.extend(list(&first["declarations"]).iter().cloned());
        sentences.extend(list(&first["crossed"]).iter().cloned());
        sentences.push(first["certainty"].clone());
        sentences.push(first["crash"]["frames"][0].clone());
        for sentence in sentences
            .iter()
            .filter_map(|one| one.as_str().or(one["text"].as_str()))
        {
            assert!(
                text.contains(sentence),
                "{report}: `{sentence}` is not in\n{text}"
            );
        }
    }
}

#[test]
fn rules_are_those_of_the_code() {
    let schema = schema("report.schema.json");
    let text = std::fs::read_to_string(root().join("docs/report.schema.json")).unwrap();
    let written = twincall::explain::pages::schema(&text).unwrap();
    assert!(
        written == text,
        "`twincall rules --schema docs/report.schema.json` brings the rules up to date"
    );
    let consts = |definition: &str| -> Vec<Value> {
        list(&schema["$defs"][definition]["oneOf"])
            .iter()
            .map(|one| one["const"].clone())
            .collect()
    };
    assert_eq!(consts("verdict"), VERDICTS.map(|verdict| json!(verdict)));
    assert_eq!(consts("verdict"), VERDICTS.map(Verdict::name));
    assert_eq!(consts("target"), Target::ALL.map(Target::triple));
    let axes = [Axis::Location, Axis::Type, Axis::Domain, Axis::Run];
    assert_eq!(consts("axis"), axes.map(|axis| json!(axis)));
}

#[test]
fn every_variant_fits_and_every_member_is_used() {
    let document = document(&full_report());
    assert_eq!(faults(&validator("report.schema.json"), &document), [""; 0]);
    assert_counts(&document);
    let mut declared = BTreeSet::new();
    members_of_schema(&schema("report.schema.json"), &mut declared);
    let mut used = BTreeSet::new();
    members(&document, &mut used);
    assert_eq!(declared, used);
}

#[test]
fn damaged_documents_are_refused() {
    let validator = validator("report.schema.json");
    let whole = document(&full_report());
    let place = |path: &str| {
        whole
            .pointer(path)
            .unwrap_or_else(|| panic!("the document has no {path}"));
        path.to_owned()
    };
    // The diverging case comes first in `full_report`, then one for each verdict.
    let finding = place("/cases/0/findings/0");
    let slots = place("/cases/0/functions/0/c/levels/0");
    let agrees = "/cases/2";
    let listed = "/cases/6";
    assert_eq!(whole.pointer(agrees).unwrap()["verdict"], "agrees");
    assert_eq!(whole.pointer(listed).unwrap()["verdict"], "not-applicable");
    let damages: Vec<(String, &str, Option<Value>)> = vec![
        (String::new(), "schema_version", Some(json!(1))),
        (String::new(), "summary", None),
        (String::new(), "time", Some(json!("noon"))),
        (place("/summary"), "planned", None),
        (place("/summary"), "calls", Some(json!(-1))),
        (place("/toolchains/0"), "language", Some(json!("fortran"))),
        (place("/cases/0"), "target", Some(json!("native"))),
        (place("/cases/0"), "verdict", Some(json!("fine"))),
        (place("/cases/0"), "form", None),
        (place("/cases/0"), "snapshot", Some(json!({ "state": "changed" }))),
        (place("/cases/0"), "snapshot", Some(json!({ "state": "none" }))),
        (place("/cases/0"), "findings", Some(json!([]))),
        (place("/cases/0"), "command", Some(json!("rm -r"))),
        (
            agrees.to_owned(),
            "findings",
            Some(json!([whole.pointer(&finding)])),
        ),
        (agrees.to_owned(), "reason", Some(json!("because"))),
        (listed.to_owned(), "reason", None),
        (listed.to_owned(), "calls", Some(json!(1))),
        (finding.clone(), "rule", Some(json!("bad-luck"))),
        (finding.clone(), "axis", Some(json!("run"))),
        (finding.clone(), "types", Some(json!(["struct pair"]))),
        (finding.clone(), "opt", Some(json!([4]))),
        (finding.clone(), "also", Some(json!([]))),
        (place("/cases/0/vanished/0"), "line", Some(json!(0))),
        (
            place("/cases/0/functions/0/c/declaration"),
            "defined",
            Some(json!("yes")),
        ),
        (place("/cases/0/functions/0/c"), "wasm_type", Some(json!("i32"))),
        (slots.clone(), "attributed", Some(json!(false))),
        (format!("{slots}/arguments/0/0"), "width", Some(json!("8"))),
        (format!("{slots}/arguments/0/0"), "extension", Some(json!("Sign"))),
        (
            format!("{slots}/arguments/0/0"),
            "content",
            Some(json!("Pointer")),
        ),
        (
            format!("{slots}/arguments/0/0/location"),
            "wasm-param",
            Some(json!({ "index": 0 })),
        ),
        (
            format!("{slots}/arguments/0/0/location"),
            "register",
            Some(json!("edi")),
        ),
        (
            place("/cases/0/types/0/c/fields/0"),
            "offset_bits",
            Some(json!(1.5)),
        ),
        (place("/cases/0/observations/0"), "kind", Some(json!("Echo"))),
        (place("/cases/0/observations/0"), "path", Some(json!("c->go"))),
        (place("/cases/0/observations/0"), "opt", Some(json!(4))),
    ];
    for (path, member, value) in damages {
        let mut damaged = whole.clone();
        let object = damaged.pointer_mut(&path).unwrap().as_object_mut().unwrap();
        match &value {
            Some(value) => object.insert(member.to_owned(), value.clone()),
            None => object.remove(member),
        };
        assert!(
            !faults(&validator, &damaged).is_empty(),
            "{path}/{member} was set to {value:?}, and the schema does not mind"
        );
    }
}

#[test]
fn configurations_fit_where_the_tool_takes_them() {
    let validator = validator("config.schema.json");
    let ours = std::fs::read_to_string(root().join("twincall.toml")).unwrap();
    let texts = [
        (ours.as_str(), true),
        ("", true),
        (
            "[toolchain]\nc = \"clang-22\"\nrust = \"nightly\"\n[snapshots]\nc = \"clang-22\"\n",
            true,
        ),
        ("[toolchian]\n", false),
        ("[toolchain]\ncpp = \"clang-22\"\n", false),
        ("[snapshots]\nrust = 1.96\n", false),
        ("toolchain = \"clang-22\"\n", false),
    ];
    for (text, valid) in texts {
        let table: toml::Table = text.parse().unwrap();
        let document = serde_json::to_value(table).unwrap();
        let faults = faults(&validator, &document);
        assert_eq!(faults.is_empty(), valid, "{text:?}: {faults:?}");
        assert_eq!(toml::from_str::<Config>(text).is_ok(), valid, "{text:?}");
    }
}

/// Names of all members that a schema declares.
fn members_of_schema(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            // Only objects that are closed declare members; conditions repeat them.
            if object.contains_key("additionalProperties")
                && let Some(Value::Object(properties)) = object.get("properties")
            {
                names.extend(properties.keys().cloned());
            }
            for value in object.values() {
                members_of_schema(value, names);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| members_of_schema(value, names)),
        _ => {}
    }
}

/// Names of all members of a document.
fn members(document: &Value, names: &mut BTreeSet<String>) {
    match document {
        Value::Object(object) => {
            for (name, value) in object {
                names.insert(name.clone());
                // A map: its keys are registers and no members.
                if name != "registers" {
                    members(value, names);
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| members(value, names)),
        _ => {}
    }
}

fn document(report: &Report) -> Value {
    serde_json::from_str(&json::render(report).unwrap()).unwrap()
}
