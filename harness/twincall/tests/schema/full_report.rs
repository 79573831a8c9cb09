//! A report made by hand in which every member and every variant occurs, also those that no case of today comes to.

use twincall::facts::CallKind;
use twincall::facts::Form;
use twincall::facts::Rule;
use twincall::facts::{
    AnswerReport, CallPath, ChangeReport, DeclarationReport, Effect, End, EndedReport, FaultReport,
    MendReport, MinimizedReport, Place, ProgramEnd, ProgramReport, Region, ReproReport, Root, SeenOn,
    ShownCrash,
};
use twincall::facts::{
    CallResult, CaseReport, CrashReport, Crossing, CrossingValue, Crossings, Declaration, FieldRow, Finding,
    FrameReport, FunctionReport, LevelSlots, MachineSlots, ModelReport, ModelState, ObservationReport,
    Report, Shard, SideFunction, SideType, SlotSource, SnapshotState, Standing, ToolchainReport, TypeReport,
    Unchecked, Vanished, Verdict, Voice, show_command,
};
use twincall::facts::{Cell, Change, Matrix, State};
use twincall::facts::{Confinement, Layer, LayerState};
use twincall::facts::{Fact, SideFacts};
use twincall_abi::fact::{Domain, LeafFact, ScalarFact, ScalarKind};
use twincall_abi::interface::{Side, SourceLocation};
use twincall_abi::path::Step;
use twincall_abi::slot::{Content, Extension, Location, Slot};
use twincall_abi::target::Target;
use twincall_abi::units::{Bits, Bytes};

/// All verdicts, in the order of the code.
pub(super) const VERDICTS: [Verdict; 9] = [
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

/// Every layer, by turns present and absent.
fn confinement() -> Confinement {
    let state = |(index, layer): (usize, Layer)| LayerState {
        layer,
        present: index % 2 == 0,
        reason: (index % 2 == 1).then(|| "this kernel has none".to_owned()),
        alone: (index % 4 == 1).then(|| "files are kept from it by Landlock alone".to_owned()),
    };
    Confinement {
        sandboxed: true,
        layers: Layer::ALL.into_iter().enumerate().map(state).collect(),
        not_stopped: vec!["filling the disk with many files".to_owned()],
    }
}

/// A report in which every member and every variant occurs: a diverging case first, then one for each verdict, then
/// one for each state of a snapshot.
pub(super) fn full_report() -> Report {
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
    let mut report = Report::new(toolchains, cases);
    report.confinement = Some(confinement());
    report.project = "bindings".to_owned();
    report.shard = Some(Shard { number: 2, of: 3 });
    report.repro = Some(full_answer());
    report
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
        machine: vec![MachineSlots {
            opt: 0,
            wrote: vec![Some(level_slots().result), None],
            read: vec![Some(Vec::new()), None],
            returned: Some(level_slots().result),
        }],
        model: Some(ModelReport {
            state: ModelState::Departs,
            lowering: Some("(rdi:4) -> rax:4".to_owned()),
            clauses: vec!["psABI 3.2.3".to_owned()],
            departures: vec!["argument 1 is rsi:4 here and rdi:4 by psABI 3.2.3".to_owned()],
            readings: vec!["gcc: in memory".to_owned()],
            reason: Some("not covered".to_owned()),
        }),
    };
    let function = |c: bool, rust: bool| FunctionReport {
        symbol: "sum_of".to_owned(),
        c: c.then(|| side.clone()),
        rust: rust.then(|| side.clone()),
        standings: vec![Standing {
            place: Place::argument(0),
            voices: vec![
                Voice {
                    name: Voice::TEXT.to_owned(),
                    slots: level_slots().result,
                    clause: Some("psABI 3.2.3".to_owned()),
                },
                Voice {
                    name: "clang-22".to_owned(),
                    slots: Vec::new(),
                    clause: None,
                },
            ],
            groups: vec![vec![0], vec![1]],
            alone: vec!["clang-22".to_owned()],
        }],
    };
    case.functions = vec![function(true, true), function(true, false), function(false, true)];
    let value = |agree| CrossingValue {
        place: Place::argument(1),
        text: "argument 1 (int): edi = 1".to_owned(),
        agree,
    };
    let crossing = |result: bool| Crossing {
        order: 1,
        symbol: "sum_of".to_owned(),
        path: CallPath::new(Side::Rust, Side::C),
        during: "sums(1) == 2".to_owned(),
        opt: 2,
        arguments: vec![value(true), value(false)],
        result: result.then(|| value(true)),
        returned: result,
        refused: (!result).then(|| "the function is func () -> ()".to_owned()),
        aligned: !result,
        lost: vec!["rbx".to_owned()],
    };
    case.crossings = Some(Crossings {
        watched: vec!["sum_of".to_owned()],
        unwatched: vec!["`other`: there are stubs for 16 functions".to_owned()],
        first_disagreement: Some("call 1 of `sum_of`".to_owned()),
        calls: vec![crossing(true), crossing(false)],
    });
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
        path: path.parse().unwrap(),
        opt,
        calls: 2,
        returned: 1,
        endings: twincall::facts::Endings(vec![twincall::facts::EndedCall {
            what: "SIGSEGV".to_owned(),
            address: Some("0x0".to_owned()),
            registers: vec!["rip=0x0".to_owned()],
        }]),
        crash: Some(CrashReport {
            call: "sum_of({1, 2}) == 3".to_owned(),
            signal: "SIGSEGV".to_owned(),
            address: Some("0x0".to_owned()),
            registers: [("rip".to_owned(), "0xffffffffffffffff".to_owned())].into(),
            frames: vec![
                FrameReport {
                    function: Some("sum_of".to_owned()),
                    file: Some("c-fixtures/sum.c".to_owned()),
                    line: Some(3),
                    library: None,
                    offset: "0x1000".to_owned(),
                },
                FrameReport {
                    function: None,
                    file: None,
                    line: None,
                    library: Some("libc.so.6".to_owned()),
                    offset: "0x10".to_owned(),
                },
            ],
        }),
        results: vec![CallResult {
            call: "sum_of({1, 2}) == 3".to_owned(),
            values: vec!["result: 3".to_owned()],
            number: Some(3),
        }],
    };
    case.observations = vec![
        observation(CallKind::Echo, "c->c", 0),
        observation(CallKind::Echo, "c->rust", 1),
        observation(CallKind::Body, "rust->c", 2),
        observation(CallKind::Body, "rust->rust", 3),
        observation(CallKind::Machine, "c->c", 0),
    ];
    case.program = vec![ProgramEnd {
        call: "main_of_it()".to_owned(),
        opt: 0,
        end: End::Failed,
        call_ended: Some("SIGABRT".to_owned()),
        message: Some("assertion failed: x".to_owned()),
        at: Some(SourceLocation {
            file: "rust-fixtures/full.rs".to_owned(),
            line: 7,
            column: 1,
        }),
    }];
    case.calls = 10;
    case.unchecked = vec![Unchecked {
        side: Some(Side::Rust),
        symbol: Some("lonely".to_owned()),
        location: Some(SourceLocation {
            file: "rust-fixtures/full.rs".to_owned(),
            line: 3,
            column: 5,
        }),
        reason: "declared here and nowhere else in the pair".to_owned(),
    }];
    case.mended = Some(mended());
    case.calls_unknown = Some("the process that serves the calls ended with SIGKILL".to_owned());
    case.contradictions = vec!["C `sum_of`: torn".to_owned()];
    case.notes = vec!["C `sum_of`: slots not known: the Win64 calling convention".to_owned()];
    case.snapshot = SnapshotState::Same;
    case
}

/// Of all facts two for each rule, in turn.
fn sides(rule: Rule) -> SideFacts {
    let scalar = |scalar| ScalarFact {
        scalar,
        width_bits: Bits(32),
    };
    let facts = [
        Fact::Offset { bits: Bits(0) },
        Fact::NothingThere {
            offset_bits: Bits(32),
            width_bits: Bits(16),
        },
        Fact::Leaf {
            offset_bits: Bits(32),
            holds: LeafFact::Scalar(scalar(ScalarKind::Enumeration(3))),
        },
        Fact::Leaf {
            offset_bits: Bits(32),
            holds: LeafFact::UnionBytes(Bytes(8)),
        },
        Fact::Scalar(scalar(ScalarKind::SignedInteger)),
        Fact::Domain(Domain::AnyInteger),
        Fact::Domain(Domain::OneOf {
            values: vec!["-1".to_owned(), "7".to_owned()],
        }),
        Fact::Slots {
            slots: level_slots().result,
        },
        Fact::Parameters { count: 2 },
        Fact::Size { bytes: Bytes(8) },
        Fact::Align { bytes: Bytes(8) },
        Fact::Width { bits: Bits(7) },
        Fact::UsedBits { bits: 12 },
        Fact::Extended { signed: true },
        Fact::Padding,
        Fact::NoField,
        Fact::ByValue { bytes: Bytes(8) },
        Fact::Pointer,
        Fact::Words {
            text: "may be null".to_owned(),
        },
        Fact::Nothing,
    ];
    let at = Rule::ALL.iter().position(|known| *known == rule).unwrap() * 2;
    SideFacts {
        c: facts[at % facts.len()].clone(),
        rust: facts[(at + 1) % facts.len()].clone(),
    }
}

fn finding(rule: Rule, contract_only: bool) -> Finding {
    Finding {
        rule,
        axis: rule.axis(),
        symbol: "sum_of".to_owned(),
        also: vec!["difference_of".to_owned()],
        place: match contract_only {
            true => Place::argument(0)
                .field("a")
                .then(Step::Callback)
                .then(Step::CallbackArgument(0)),
            false => Place::from(Root::Buffer(0))
                .then(Step::Pointee)
                .then(Step::Element(1))
                .then(Step::Bytes { start: 0, end: 2 }),
        },
        types: Some(("struct pair".to_owned(), "Pair".to_owned())),
        cause: Some(("struct pair".to_owned(), "Pair".to_owned())),
        sides: sides(rule),
        effect: vec![Effect {
            text: "c->rust at -O0, graffiti: argument 1.a sent 1, received 2".to_owned(),
            calls: vec![SeenOn {
                path: CallPath::new(Side::C, Side::Rust),
                opt: 0,
            }],
        }],
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
        source: SlotSource::Machine,
        ir: Some("define i32 @sum_of(i32 noundef %0)".to_owned()),
        result: vec![slot(
            Location::WasmResult { index: 0 },
            Extension::None,
            Content::Value,
        )],
        attributed: true,
    }
}

/// Everything that `repro` can answer.
fn full_answer() -> ReproReport {
    let words = || vec!["something".to_owned()];
    let target = Target::X86_64LinuxGnu;
    ReproReport {
        answer: "argument 1 of f: Rust passes u32 in edi, C reads size_t in rdi".to_owned(),
        target: Some(target),
        answers: vec![AnswerReport {
            target,
            verdict: Verdict::Diverges,
            headline: "argument 1 of f: Rust passes u32 in edi, C reads size_t in rdi".to_owned(),
            finding: Some(0),
            certainty: "certain".to_owned(),
            declarations: vec![DeclarationReport {
                side: Side::C,
                text: "void f(size_t n)".to_owned(),
                defined: true,
                place: "report.md:12".to_owned(),
            }],
            mend: Some("declare it as it is defined".to_owned()),
            crossed: words(),
            ended: vec![EndedReport {
                opt: 0,
                how: "SIGSEGV".to_owned(),
            }],
            crash: Some(ShownCrash {
                what: "SIGSEGV in main(), c->rust at -O0".to_owned(),
                registers: vec!["rip 0x1".to_owned()],
                frames: words(),
            }),
            checked: words(),
            not_checked: words(),
            reason: Some("a reason".to_owned()),
        }],
        program: Some(ProgramReport::Ran {
            ending: "ended with status 0".to_owned(),
            faults: vec![FaultReport {
                what: "Invalid write of size 1".to_owned(),
                detail: Some("is 0 bytes after a block".to_owned()),
                frames: words(),
                origin: words(),
            }],
            output: String::new(),
        }),
        mended: Some(mended()),
        regenerate: Some("give it `--opaque-type a`".to_owned()),
        minimized: Some(MinimizedReport {
            c: "void f(long n);".to_owned(),
            rust: "pub fn f() {}".to_owned(),
            steps: 2,
            complete: true,
        }),
        matrix: Some(Matrix {
            c: vec!["clang-22".to_owned()],
            rust: vec!["rustc-1.96".to_owned()],
            cells: vec![Cell {
                target,
                caller: "clang-22".to_owned(),
                callee: "rustc-1.96".to_owned(),
                caller_side: Side::C,
                opt: 0,
                state: State::NotRun,
                reason: Some("a reason".to_owned()),
            }],
            changes: vec![Change {
                target,
                with: "clang-22".to_owned(),
                last_bad: "rustc-1.63".to_owned(),
                first_good: "rustc-1.85".to_owned(),
                regression: false,
            }],
        }),
        notes: words(),
        not_applied: words(),
    }
}

/// A change that mends a pair.
fn mended() -> MendReport {
    MendReport {
        side: Side::Rust,
        changes: vec![ChangeReport {
            region: Some(Region {
                line: 3,
                column: 1,
                end_line: 4,
                end_column: 2,
            }),
            place: Some("report.md:3".to_owned()),
            before: "fn f(n: u32);".to_owned(),
            after: "fn f(n: u64);".to_owned(),
        }],
        breaks: vec!["report.md:9: mismatched types".to_owned()],
        targets: vec![Target::X86_64LinuxGnu],
    }
}
