//! The published schemas, held against real output of the binary, against every variant of the report and against the
//! rules of the code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use serde_json::{Value, json};
use tempfile::TempDir;
use twincall::build::Form;
use twincall::judge::rules::{Axis, Rule};
use twincall::report::{
    CallResult, CaseReport, Declaration, FieldRow, Finding, FunctionReport, LevelSlots, ObservationReport,
    Report, SideFunction, SideType, SnapshotState, ToolchainReport, TypeReport, Vanished, Verdict, json,
    show_command,
};
use twincall::run::plan::CallKind;
use twincall::session::Config;
use twincall_abi::interface::SourceLocation;
use twincall_abi::slot::{Content, Extension, Location, Slot};
use twincall_abi::target::Target;
use twincall_abi::units::Bytes;

const VERDICTS: [Verdict; 9] = [
    Verdict::Conforms,
    Verdict::Agrees,
    Verdict::Accidental,
    Verdict::Diverges,
    Verdict::Ambiguous,
    Verdict::NotApplicable,
    Verdict::Skipped,
    Verdict::Unsupported,
    Verdict::Error,
];

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
        ("agrees/number", "agrees"),
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
    std::fs::write(&file, text.replace("verdict: agrees", "verdict: diverges")).unwrap();
    assert_eq!(snapshot(&[]), "changed");
    assert_eq!(snapshot(&["-O", "3"]), "none");
    assert_eq!(
        verdicts(&run(&["-O", "3", "agrees/number"]).1),
        BTreeSet::from(["skipped"])
    );

    // A folder without fixtures is a document too, with one error that belongs to no pair.
    let empty = tempfile::tempdir().unwrap();
    let (exit, document) = check(empty.path(), Some(cache.path()), &["--target", "native"]);
    assert_eq!(faults(&validator, &document), [""; 0]);
    assert_eq!((exit, verdicts(&document)), (101, BTreeSet::from(["error"])));
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
        "struct { int n; } number(void) { return number(); }\n",
        NUMBER,
    );
    pair("error/syntax", "int number(void) { return }\n", NUMBER);
    pair("error/directive", "//@ abuot = \"One number.\"\n", NUMBER);
    pair("error/alone", "int number(void) { return 1; }\n", "");
    project
}

#[test]
fn rules_are_those_of_the_code() {
    let schema = schema("report.schema.json");
    let rules: Vec<(&str, &str)> = list(&schema["$defs"]["rule"]["oneOf"])
        .iter()
        .map(|rule| {
            (
                rule["const"].as_str().unwrap(),
                rule["description"].as_str().unwrap(),
            )
        })
        .collect();
    let known: Vec<(&str, &str)> = Rule::ALL.iter().map(|rule| (rule.id(), rule.summary())).collect();
    assert_eq!(rules, known);
    // Each axis has its rules in a condition of its own.
    let mut by_axis: BTreeMap<Value, Vec<&str>> = BTreeMap::new();
    for rule in Rule::ALL {
        let axis = serde_json::to_value(rule.axis()).unwrap();
        by_axis.entry(axis).or_default().push(rule.id());
    }
    let conditions: BTreeMap<Value, Vec<&str>> = list(&schema["$defs"]["finding"]["allOf"])
        .iter()
        .map(|condition| {
            let rules = list(&condition["if"]["properties"]["rule"]["enum"]);
            let axis = condition["then"]["properties"]["axis"]["const"].clone();
            (axis, rules.iter().filter_map(Value::as_str).collect())
        })
        .collect();
    assert_eq!(conditions, by_axis);
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
        (String::new(), "schema_version", Some(json!(2))),
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
        (format!("{slots}/arguments/0/0"), "extension", Some(json!("sign"))),
        (
            format!("{slots}/arguments/0/0"),
            "content",
            Some(json!("Pointer")),
        ),
        (
            format!("{slots}/arguments/0/0/location"),
            "WasmParam",
            Some(json!({ "index": 0 })),
        ),
        (
            format!("{slots}/arguments/0/0/location"),
            "Register",
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
            names.extend(object.keys().cloned());
            object.values().for_each(|value| members(value, names));
        }
        Value::Array(values) => values.iter().for_each(|value| members(value, names)),
        _ => {}
    }
}

fn document(report: &Report) -> Value {
    serde_json::from_str(&json::render(report).unwrap()).unwrap()
}

/// A report in which every member and every variant occurs: a diverging case first, then one for each verdict, then
/// one for each state of a snapshot.
fn full_report() -> Report {
    let toolchain = |name: &str, version: &str, language: &str| ToolchainReport {
        name: name.to_owned(),
        version: version.to_owned(),
        language: language.to_owned(),
    };
    let toolchains = vec![
        toolchain("clang-22", "22.1.8", "c"),
        toolchain("rustc-1.97", "1.97.0-nightly", "rust"),
    ];
    let mut cases = vec![full_case()];
    for (index, verdict) in VERDICTS.into_iter().enumerate() {
        let target = Target::ALL[index % 2];
        let name = format!("verdict/{}", verdict.name());
        let mut case = CaseReport::listed(&name, target, verdict, "a reason".to_owned());
        if case.executed() {
            case.reason = None;
            case.form = Some(Form::Boundary);
            case.snapshot = SnapshotState::Same;
        }
        match verdict {
            Verdict::Accidental => case.findings = vec![finding(Rule::Nullability, true)],
            Verdict::Diverges => {
                case.findings = Rule::ALL.iter().map(|rule| finding(*rule, false)).collect();
            }
            _ => {}
        }
        cases.push(case);
    }
    let (reason, diff) = ("other toolchains".to_owned(), "-old\n+new\n".to_owned());
    let states = [
        SnapshotState::Missing,
        SnapshotState::Changed { diff },
        SnapshotState::NotCompared { reason },
        SnapshotState::Written,
    ];
    for (index, state) in states.into_iter().enumerate() {
        let mut case = full_case();
        case.name = format!("snapshot/{index}");
        case.command = show_command(&case.name, case.target);
        case.snapshot = state;
        cases.push(case);
    }
    Report::new(toolchains, cases)
}

fn full_case() -> CaseReport {
    let name = "struct/pair";
    let mut case = CaseReport::listed(name, Target::X86_64LinuxGnu, Verdict::Diverges, String::new());
    case.reason = None;
    case.about = "Two numbers.".to_owned();
    case.references = vec!["psABI 3.2.3".to_owned()];
    case.form = Some(Form::Twins);
    case.findings = vec![
        finding(Rule::FieldOffset, false),
        finding(Rule::Nullability, true),
    ];
    case.vanished = vec![Vanished {
        rule: Rule::Arity,
        symbol: Some("sum_of".to_owned()),
        file: "c-fixtures/struct/pair.c".to_owned(),
        line: 2,
    }];
    let side = SideFunction {
        declaration: declaration(),
        levels: vec![level_slots()],
        wasm_type: Some("(i32) -> (i64)".to_owned()),
    };
    let function = |c: bool, rust: bool| FunctionReport {
        symbol: "sum_of".to_owned(),
        c: c.then(|| side.clone()),
        rust: rust.then(|| side.clone()),
    };
    case.functions = vec![function(true, true), function(true, false), function(false, true)];
    let layout = |align| SideType {
        name: "struct pair".to_owned(),
        size: 8,
        align,
        fields: vec![FieldRow {
            path: "a".to_owned(),
            offset_bits: 0,
            width_bits: 32,
            kind: "32-bit signed integer".to_owned(),
        }],
    };
    case.types = vec![TypeReport {
        c: Some(layout(Some(4))),
        rust: Some(layout(None)),
    }];
    let observation = |kind, path: &str, opt| ObservationReport {
        symbol: "sum_of".to_owned(),
        kind,
        path: path.to_owned(),
        opt,
        calls: 2,
        returned: 1,
        endings: vec!["SIGSEGV at address 0x0 (rip=0x0)".to_owned()],
        results: vec![CallResult {
            call: "sum_of({1, 2}) == 3".to_owned(),
            values: vec!["result: 3".to_owned()],
        }],
    };
    case.observations = vec![
        observation(CallKind::Echo, "c->c", 0),
        observation(CallKind::Echo, "c->rust", 1),
        observation(CallKind::Body, "rust->c", 2),
        observation(CallKind::Body, "rust->rust", 3),
    ];
    case.calls = 8;
    case.notes = vec!["C `sum_of`: slots not known: the Win64 calling convention".to_owned()];
    case.snapshot = SnapshotState::Same;
    case
}

fn finding(rule: Rule, contract_only: bool) -> Finding {
    Finding {
        rule,
        axis: rule.axis(),
        symbol: "sum_of".to_owned(),
        also: vec!["difference_of".to_owned()],
        place: "argument 1.a".to_owned(),
        types: Some(("struct pair".to_owned(), "Pair".to_owned())),
        c: "byte 0".to_owned(),
        rust: "byte 4".to_owned(),
        effect: vec!["c->rust at -O0, graffiti: argument 1.a sent 1, received 2".to_owned()],
        opt: vec![0, 2],
        contract_only,
        expected: true,
        c_declaration: Some(declaration()),
        rust_declaration: Some(declaration()),
    }
}

fn declaration() -> Declaration {
    Declaration {
        text: "int sum_of(struct pair p)".to_owned(),
        location: SourceLocation {
            file: "c-fixtures/struct/pair.c".to_owned(),
            line: 4,
            column: 5,
        },
        defined: true,
    }
}

/// Slots of every kind, though no function has them all.
fn level_slots() -> LevelSlots {
    let slot = |location, extension, content| Slot {
        location,
        width: Bytes(8),
        extension,
        content,
    };
    let register = |name: &str| Location::Register(name.to_owned());
    let pointer = Content::Pointer { to: Bytes(24) };
    let names = ["rdi", "r9", "xmm15", "ymm0", "zmm7", "st1"];
    let mut arguments: Vec<Vec<Slot>> = names
        .map(|name| vec![slot(register(name), Extension::None, Content::Value)])
        .to_vec();
    arguments.push(Vec::new());
    arguments.push(vec![
        slot(
            Location::Stack { offset: Bytes(16) },
            Extension::Sign,
            Content::Value,
        ),
        slot(Location::WasmParam { index: 1 }, Extension::Zero, pointer),
    ]);
    LevelSlots {
        opt: 2,
        arguments,
        result: vec![slot(
            Location::WasmResult { index: 0 },
            Extension::None,
            Content::Value,
        )],
        attributed: true,
    }
}
