//! `twincall repro`: from the text of a bug report to what is wrong at the boundary.
//!
//! The two languages' parts of a report become a pair of fixtures ([`pair`]), which is built, run and judged like any other;
//! from its report comes the answer ([`answer`]): one sentence, both declarations, the change that mends it, and how sure it is.

use std::io;

use thiserror::Error;
use twincall_abi::target::Target;

use crate::discover::Discovery;
use crate::report::{CaseReport, Report};
use crate::session::{Options, Session, SessionError, report_discovery_error};

pub mod answer;
pub mod human;
mod mend;
pub mod pair;
pub mod read;
pub mod save;

use answer::{Answer, Certainty, answer};
use pair::{Pair, Sources};

/// The name of a pair that is not kept.
pub const NAME: &str = "report";

/// What is asked of a report.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    pub sources: &'a Sources,
    /// The name of the pair below `reports/`.
    pub name: &'a str,
    pub targets: &'a [Target],
    pub options: Options,
}

/// What came of a report.
#[derive(Clone, Debug)]
pub struct Reproduction {
    pub pair: Pair,
    /// One for each target.
    pub answers: Vec<Answer>,
    /// What reading the report guessed, added or left out.
    pub notes: Vec<String>,
    /// What its prose asks for and nobody applied.
    pub suggestions: Vec<String>,
    /// The same as `twincall check` reports it.
    pub report: Report,
}

/// Why a report came to nothing.
#[derive(Debug, Error)]
pub enum ReproError {
    #[error("write the report's files: {0}")]
    Write(#[from] io::Error),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Save(#[from] save::SaveError),
}

impl Reproduction {
    /// The answer of the target that tells most.
    pub fn first(&self) -> Option<&Answer> {
        let weight = |answer: &&Answer| {
            let built = answer.reason.is_none();
            (
                !(built || answer.primary.is_some()),
                answer.certainty,
                answer.target,
            )
        };
        self.answers.iter().min_by_key(weight)
    }

    /// Whether some target shows a difference that has an effect or could have one.
    pub fn found(&self) -> bool {
        let shows = |answer: &Answer| matches!(answer.certainty, Certainty::Seen | Certainty::Read);
        self.answers.iter().any(shows)
    }

    /// Whether no target could be built and judged.
    pub fn failed(&self) -> bool {
        let failed = |answer: &Answer| answer.reason.is_some() && answer.primary.is_none();
        self.answers.iter().all(failed)
    }
}

/// Builds, runs and judges a report's sources.
///
/// # Errors
/// Files that cannot be written, and toolchains that are not there. What does not compile is an answer.
pub fn reproduce(request: &Request<'_>) -> Result<Reproduction, ReproError> {
    let folder = tempfile::tempdir()?;
    let pair = request.sources.pair(request.name);
    pair.write(folder.path())?;
    let session = Session::open(folder.path(), request.options.clone())?;
    let Discovery { cases, errors } = session.discover();
    let mut reports: Vec<CaseReport> = Vec::new();
    let mut answers = Vec::new();
    for target in request.targets {
        let mut interfaces = None;
        let case = match (cases.first(), errors.first()) {
            (Some(case), _) => {
                interfaces = session.interfaces(case, *target).ok();
                session.run(case, *target).0
            }
            (None, Some(error)) => report_discovery_error(error, *target),
            (None, None) => continue,
        };
        answers.push(answer(&pair, interfaces.as_ref(), &case));
        reports.push(case);
    }
    Ok(Reproduction {
        pair,
        answers,
        notes: Vec::new(),
        suggestions: Vec::new(),
        report: Report::new(session.toolchains(), reports),
    })
}
