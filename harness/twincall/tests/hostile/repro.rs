//! What `repro` answers about a report in which every text is the same.

use twincall::facts::{ChangeReport, MendReport};
use twincall::facts::{
    Confinement, Declaration, Finding, Layer, LayerState, Place, ProgramEnd, Report, Rule, SideFacts, Verdict,
};
use twincall::repro::Reproduction;
use twincall::repro::answer::{Answer, Certainty, Crash, Shown};
use twincall::repro::mend::Mended;
use twincall::repro::minimize::Minimized;
use twincall::repro::pair::{Pair, Source, Sources};
use twincall::repro::program::{Fault, Frame, Kind, Run};
use twincall_abi::interface::{Side, SourceLocation};
use twincall_abi::target::Target;

use crate::full_report::full_report;

/// The report's parts.
pub(crate) fn sources(text: &str) -> Sources {
    let source = || Source {
        text: text.to_owned(),
        lines: Vec::new(),
    };
    Sources {
        title: text.to_owned(),
        c: source(),
        rust: source(),
        headers: vec![(text.to_owned(), text.to_owned())],
        c_flags: vec![text.to_owned()],
        rust_flags: vec![text.to_owned()],
        ..Sources::default()
    }
}

fn finding(text: &str) -> Finding {
    let declaration = Declaration {
        text: text.to_owned(),
        location: SourceLocation {
            file: text.to_owned(),
            line: 1,
            column: 1,
        },
        defined: true,
    };
    let mut finding = full_report().cases[0].findings[0].clone();
    finding.rule = Rule::ParamType;
    finding.symbol = text.to_owned();
    finding.place = Place::argument(0).field(text);
    finding.sides = SideFacts {
        c: text.into(),
        rust: text.into(),
    };
    finding.effect[0].text = text.to_owned();
    finding.c_declaration = Some(declaration.clone());
    finding.rust_declaration = Some(declaration);
    finding
}

fn answer(text: &str, target: Target, findings: Vec<Finding>) -> Answer {
    let all = || vec![text.to_owned(), text.to_owned()];
    let program = full_report().cases[0].program[0].clone();
    let mut findings = findings.into_iter();
    Answer {
        target,
        verdict: Verdict::Diverges,
        headline: text.to_owned(),
        primary: findings.next(),
        others: findings.collect(),
        elsewhere: all(),
        declarations: vec![Shown {
            side: Side::C,
            text: text.to_owned(),
            defined: true,
            place: text.to_owned(),
        }],
        mend: Some(text.to_owned()),
        certainty: Certainty::Seen,
        witnesses: all(),
        program: vec![ProgramEnd {
            call: text.to_owned(),
            call_ended: Some(text.to_owned()),
            message: Some(text.to_owned()),
            ..program
        }],
        crash: Some(Crash {
            what: text.to_owned(),
            registers: all(),
            frames: all(),
        }),
        checked: all(),
        unchecked: all(),
        left_out: Some(text.to_owned()),
        reason: Some(text.to_owned()),
    }
}

/// An answer that shows everything that one can show: the first target diverges, the second tells what was checked.
pub(crate) fn reproduction(text: &str, report: Report) -> Reproduction {
    let all = || vec![text.to_owned(), text.to_owned()];
    let frame = Frame {
        function: text.to_owned(),
        file: Some(text.to_owned()),
        line: Some(1),
        place: Some(text.to_owned()),
    };
    let source = || Source::default();
    let mut report = report;
    // What is missing of a sandbox is told by the system, a line for each layer.
    let told = text.replace('\n', " ");
    report.confinement = Some(Confinement {
        sandboxed: true,
        layers: vec![LayerState {
            layer: Layer::Landlock,
            present: false,
            reason: Some(told.clone()),
            alone: Some(told.clone()),
        }],
        not_stopped: vec![told],
    });
    let [native, wasm] = [Target::ALL[0], Target::ALL[1]];
    Reproduction {
        sources: sources(text),
        pair: Pair {
            name: text.to_owned(),
            c_path: "c.c".into(),
            rust_path: "r.rs".into(),
            c: source(),
            rust: source(),
            headers: Vec::new(),
            calls: all(),
        },
        answers: vec![
            answer(text, native, vec![finding(text), finding(text)]),
            answer(text, wasm, Vec::new()),
        ],
        notes: all(),
        suggestions: all(),
        report,
        program: Some(Ok(Run {
            ending: text.to_owned(),
            faults: vec![Fault {
                kind: Kind::Null,
                what: text.to_owned(),
                detail: Some(text.to_owned()),
                frames: vec![frame.clone()],
                origin: vec![frame],
            }],
            output: format!("{text}\n{text}\n"),
        })),
        mended: Some(Mended {
            text: String::new(),
            report: MendReport {
                side: Side::Rust,
                changes: vec![ChangeReport {
                    region: None,
                    place: Some(text.to_owned()),
                    before: text.to_owned(),
                    after: text.to_owned(),
                }],
                breaks: all(),
                targets: vec![native],
            },
        }),
        regenerate: Some(text.to_owned()),
        interfaces: Vec::new(),
        minimized: Some(Minimized {
            c: text.to_owned(),
            rust: text.to_owned(),
            steps: 1,
            complete: true,
        }),
        matrix: None,
    }
}
