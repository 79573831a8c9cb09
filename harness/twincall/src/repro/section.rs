//! The answer as a section of the report, for JSON.

use super::answer::Answer;
use super::program::{Fault, Frame};
use super::{Reproduction, human};
use crate::facts::{
    AnswerReport, CaseReport, DeclarationReport, EndedReport, FaultReport, Finding, MinimizedReport,
    ProgramReport, ReproReport, ShownCrash,
};

/// Everything that the answer for a person says.
pub fn section(reproduction: &Reproduction) -> ReproReport {
    let first = reproduction.first();
    let pairs = reproduction.answers.iter().zip(&reproduction.report.cases);
    ReproReport {
        answer: first.map_or_else(
            || human::NO_TARGET.to_owned(),
            |first| human::headline(reproduction, first),
        ),
        target: first.map(|first| first.target),
        answers: pairs.map(|(answer, case)| one(answer, case)).collect(),
        program: reproduction.program.as_ref().map(|program| match program {
            Ok(run) => ProgramReport::Ran {
                ending: run.ending.clone(),
                faults: run.faults.iter().map(fault).collect(),
                output: run.output.clone(),
            },
            Err(reason) => ProgramReport::NotRun {
                reason: reason.to_string(),
            },
        }),
        mended: reproduction.mended.as_ref().map(|mended| mended.report.clone()),
        regenerate: reproduction.regenerate.clone(),
        minimized: reproduction.minimized.as_ref().map(|minimized| MinimizedReport {
            c: minimized.c.clone(),
            rust: minimized.rust.clone(),
            steps: minimized.steps,
            complete: minimized.complete,
        }),
        matrix: reproduction.matrix.clone(),
        notes: reproduction.notes.clone(),
        not_applied: reproduction.suggestions.clone(),
    }
}

fn one(answer: &Answer, case: &CaseReport) -> AnswerReport {
    let place = |primary: &Finding| {
        let same = |finding: &Finding| {
            (finding.rule, &finding.symbol, &finding.place) == (primary.rule, &primary.symbol, &primary.place)
        };
        case.findings.iter().position(same)
    };
    AnswerReport {
        target: answer.target,
        verdict: answer.verdict,
        headline: answer.headline.clone(),
        finding: answer.primary.as_ref().and_then(place),
        certainty: answer.certainty.words().to_owned(),
        declarations: answer
            .declarations
            .iter()
            .map(|shown| DeclarationReport {
                side: shown.side,
                text: shown.text.clone(),
                defined: shown.defined,
                place: shown.place.clone(),
            })
            .collect(),
        mend: answer.mend.clone(),
        crossed: answer.witnesses.clone(),
        ended: answer
            .program
            .iter()
            .map(|ended| EndedReport {
                opt: ended.opt,
                how: ended.to_string(),
            })
            .collect(),
        crash: answer.crash.as_ref().map(|crash| ShownCrash {
            what: crash.what.clone(),
            registers: crash.registers.clone(),
            frames: crash.frames.clone(),
        }),
        checked: answer.checked.clone(),
        not_checked: answer.unchecked.clone(),
        reason: answer.reason.clone(),
    }
}

fn fault(fault: &Fault) -> FaultReport {
    let frames = |frames: &[Frame]| frames.iter().map(frame).collect();
    FaultReport {
        what: fault.what.clone(),
        detail: fault.detail.clone(),
        frames: frames(&fault.frames),
        origin: frames(&fault.origin),
    }
}

fn frame(frame: &Frame) -> String {
    match &frame.place {
        Some(place) => format!("{} at {place}", frame.function),
        None => frame.function.clone(),
    }
}
