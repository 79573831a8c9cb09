//! The findings that every form of the report is tried with: one wrong struct that reaches two functions on both targets, what is
//! known, what is only said, what vanished, what failed, and texts that would be markup in some form.

use twincall::facts::CallKind;
use twincall::facts::Rule;
use twincall::facts::{
    CallPath, CaseReport, Declaration, Effect, FieldRow, Finding, FunctionReport, LevelSlots,
    ObservationReport, Place, Report, SeenOn, SideFacts, SideFunction, SideType, SlotSource, SnapshotState,
    Standing, ToolchainReport, TypeReport, Vanished, Verdict, Voice,
};
use twincall_abi::interface::{Side, SourceLocation};
use twincall_abi::slot::{Content, Extension, Location, Slot};
use twincall_abi::target::Target;
use twincall_abi::units::Bytes;

/// Markup in HTML, XML, Markdown and workflow commands, and a control sequence of terminals.
pub(crate) const HOSTILE: &str =
    "<script>alert(1)</script> ]]> | `x` *b* %0A::error::no \"q\" 'a' & \u{1b}[31m";

fn declaration(text: &str, file: &str, line: u32, defined: bool) -> Declaration {
    Declaration {
        text: text.to_owned(),
        location: SourceLocation {
            file: file.to_owned(),
            line,
            column: 1,
        },
        defined,
    }
}

pub(crate) fn finding(rule: Rule, symbol: &str, place: Place, c: &str, rust: &str) -> Finding {
    Finding {
        rule,
        axis: rule.axis(),
        symbol: symbol.to_owned(),
        also: Vec::new(),
        place,
        types: None,
        cause: None,
        sides: SideFacts {
            c: c.into(),
            rust: rust.into(),
        },
        effect: Vec::new(),
        opt: Vec::new(),
        contract_only: false,
        expected: false,
        c_declaration: Some(declaration(
            &format!("long {symbol}(struct header h)"),
            "c-fixtures/lib/header.c",
            12,
            true,
        )),
        rust_declaration: Some(declaration(
            &format!("extern \"C\" {{ fn {symbol}(h: Header) -> i64; }}"),
            "rust-fixtures/lib/header.rs",
            7,
            false,
        )),
    }
}

fn case(name: &str, target: Target, verdict: Verdict) -> CaseReport {
    let mut case = CaseReport::listed(name, target, verdict, String::new());
    case.reason = None;
    case.snapshot = SnapshotState::Same;
    case
}

fn ty(name: &str, size: u64, fields: &[(&str, u64, u64)]) -> SideType {
    SideType {
        name: name.to_owned(),
        size,
        align: Some(8),
        fields: fields
            .iter()
            .map(|(path, offset_bits, width_bits)| FieldRow {
                path: (*path).to_owned(),
                offset_bits: *offset_bits,
                width_bits: *width_bits,
                kind: format!("{width_bits}-bit signed integer"),
            })
            .collect(),
    }
}

fn slots(location: Location) -> Vec<Slot> {
    vec![Slot {
        location,
        width: Bytes(8),
        extension: Extension::None,
        content: Content::Value,
    }]
}

fn side(declaration: Declaration, argument: Vec<Slot>, ir: &str) -> SideFunction {
    SideFunction {
        declaration,
        levels: vec![LevelSlots {
            opt: 0,
            arguments: vec![argument],
            result: slots(Location::Register("rax".to_owned())),
            attributed: true,
            ir: Some(ir.to_owned()),
            source: SlotSource::Ir,
        }],
        wasm_type: None,
        machine: Vec::new(),
        model: None,
    }
}

fn voice(name: &str, location: Location, clause: Option<&str>) -> Voice {
    Voice {
        name: name.to_owned(),
        slots: slots(location),
        clause: clause.map(str::to_owned),
    }
}

/// A binding that packs a struct which C does not.
fn wrong_struct(target: Target) -> CaseReport {
    let mut case = case("lib/header", target, Verdict::Diverges);
    case.about = "a header as the library has it and as its binding has it".to_owned();
    let types = Some(("struct header".to_owned(), "Header".to_owned()));
    let mut size = finding(
        Rule::LayoutSize,
        "read_header",
        Place::argument(0),
        "16 bytes",
        "9 bytes",
    );
    size.also = vec!["write_header".to_owned()];
    size.types.clone_from(&types);
    size.effect = vec![Effect {
        text: "c->rust at -O0, graffiti: argument 1.length sent 17, received 0".to_owned(),
        calls: vec![SeenOn {
            path: CallPath::new(Side::C, Side::Rust),
            opt: 0,
        }],
    }];
    let mut offset = finding(
        Rule::FieldOffset,
        "read_header",
        Place::argument(0).field("length"),
        "byte 8",
        "byte 1",
    );
    offset.also = vec!["write_header".to_owned()];
    offset.types.clone_from(&types);
    let mut moved = finding(
        Rule::ArgLocation,
        "write_header",
        Place::argument(0),
        "rdi:8 rsi:8",
        "[rsp+8]:9",
    );
    moved.cause = types;
    case.findings = vec![size, offset, moved];
    case.types = vec![TypeReport {
        c: Some(ty("struct header", 16, &[("tag", 0, 8), ("length", 64, 64)])),
        rust: Some(ty("Header", 9, &[("tag", 0, 8), ("length", 8, 64)])),
    }];
    let finding = &case.findings[0];
    let (c, rust) = (finding.c_declaration.clone(), finding.rust_declaration.clone());
    case.functions = vec![FunctionReport {
        symbol: "read_header".to_owned(),
        c: c.map(|c| {
            side(
                c,
                slots(Location::Register("rdi".to_owned())),
                "define i64 @read_header(i64 %0, i64 %1)",
            )
        }),
        rust: rust.map(|rust| {
            side(
                rust,
                slots(Location::Stack { offset: Bytes(0) }),
                "declare i64 @read_header(ptr byval([9 x i8]) align 1)",
            )
        }),
        standings: vec![Standing {
            place: Place::argument(0),
            voices: vec![
                voice(
                    Voice::TEXT,
                    Location::Register("rdi".to_owned()),
                    Some("SysV 3.2.3"),
                ),
                voice("clang-22", Location::Register("rdi".to_owned()), None),
                voice("rustc-1.96", Location::Stack { offset: Bytes(0) }, None),
            ],
            groups: vec![vec![0, 1], vec![2]],
            alone: vec!["rustc-1.96".to_owned()],
        }],
    }];
    case.observations = vec![ObservationReport {
        symbol: "read_header".to_owned(),
        kind: CallKind::Echo,
        path: CallPath::new(Side::C, Side::Rust),
        opt: 0,
        calls: 4,
        returned: 3,
        endings: twincall::facts::Endings(vec![twincall::facts::EndedCall {
            what: "SIGSEGV".to_owned(),
            address: Some("0x10".to_owned()),
            registers: vec!["rip=0x1".to_owned()],
        }]),
        crash: None,
        results: Vec::new(),
    }];
    case.calls = 4;
    case
}

pub(crate) fn report() -> Report {
    let toolchain = |name: &str, version: &str, language: &str| ToolchainReport {
        name: name.to_owned(),
        version: version.to_owned(),
        language: language.to_owned(),
    };
    let (native, wasm) = (Target::X86_64LinuxGnu, Target::Wasm32Unknown);
    let mut known = case("call/known", native, Verdict::Diverges);
    known.findings = vec![finding(
        Rule::Arity,
        "known",
        Place::WHOLE,
        "2 parameters",
        "1 parameter",
    )];
    known.findings[0].expected = true;
    let mut words = case("cpp/words", native, Verdict::Accidental);
    words.findings = vec![finding(
        Rule::CallingConvention,
        "words",
        Place::WHOLE,
        "the C convention",
        "Rust's own convention",
    )];
    words.findings[0].contract_only = true;
    let mut hostile = case("text/hostile", native, Verdict::Diverges);
    hostile.about = HOSTILE.to_owned();
    hostile.findings = vec![finding(Rule::Value, "hostile", Place::RESULT, HOSTILE, HOSTILE)];
    hostile.findings[0].rust_declaration = Some(declaration(HOSTILE, "rust-fixtures/a b,c:%.rs", 3, true));
    let mut vanished = case("call/mended", native, Verdict::Conforms);
    vanished.vanished = vec![Vanished {
        rule: Rule::Arity,
        symbol: Some("mended".to_owned()),
        file: "c-fixtures/call/mended.c".to_owned(),
        line: 2,
    }];
    let mut changed = case("call/changed", native, Verdict::Conforms);
    changed.snapshot = SnapshotState::Changed {
        diff: "-verdict: agrees\n+verdict: conforms\n".to_owned(),
    };
    let mut cases = vec![
        case("call/good", native, Verdict::Conforms),
        case("call/good", wasm, Verdict::Agrees),
        CaseReport::listed(
            "call/skipped",
            wasm,
            Verdict::Skipped,
            "wasm-ld-22 is not installed".to_owned(),
        ),
        CaseReport::listed(
            "call/broken",
            native,
            Verdict::Error,
            "C does not compile\nclang-22 -c broken.c".to_owned(),
        ),
        known,
        words,
        hostile,
        vanished,
        changed,
        wrong_struct(native),
        wrong_struct(wasm),
    ];
    cases.sort_by(|one, other| (&one.name, one.target).cmp(&(&other.name, other.target)));
    let toolchains = vec![
        toolchain("clang-22", "22.1.8", "c"),
        toolchain("rustc-1.96", "1.96.0", "rust"),
    ];
    let mut report = Report::new(toolchains, cases);
    report.project = "bindings".to_owned();
    report
}
