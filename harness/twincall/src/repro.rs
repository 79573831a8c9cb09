//! `twincall repro`: from the text of a bug report to what is wrong at the boundary.
//!
//! The two languages' parts of a report become a pair of fixtures ([`pair`]), which is built, run and judged like any other;
//! from its report comes the answer ([`answer`]): one sentence, both declarations, the change that mends it, and how sure it is.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;
use twincall_abi::interface::{Interface, Side};
use twincall_abi::target::Target;

use crate::cache::default_cache;
use crate::discover::Discovery;
use crate::facts::{CaseReport, Finding, Matrix, Report, Rule, Verdict};
use crate::session::{Options, Session, SessionError};
use crate::temporary;

mod accessors;
pub mod answer;
pub mod confined;
pub mod human;
pub mod markdown;
pub mod matrix;
pub mod mend;
pub mod minimize;
mod omit;
pub mod pair;
pub mod program;
pub mod read;
pub mod save;
mod section;
pub mod upstream;

use answer::{Answer, Certainty, answer};
use pair::{ENTRY, Pair, Sources};
pub use section::section;

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

impl Request<'_> {
    /// Where the report's pair is built. What is compiled is kept by its content and its place, so that the same report
    /// finds it again only where the place is the same.
    fn folder(&self, purpose: &str) -> io::Result<PathBuf> {
        let text = format!("{}{:?}", self.name, self.sources);
        let hash = blake3::hash(text.as_bytes()).to_hex();
        let cache = self.options.cache.clone().unwrap_or_else(default_cache);
        let folder = cache.join("reports").join(format!("{}-{purpose}", &hash[..20]));
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// What came of a report.
#[derive(Debug)]
pub struct Reproduction {
    /// What was compared: of the report's sources what compiles.
    pub sources: Sources,
    pub pair: Pair,
    /// One for each target.
    pub answers: Vec<Answer>,
    /// What reading the report guessed, added or left out.
    pub notes: Vec<String>,
    /// What its prose asks for and nobody applied.
    pub suggestions: Vec<String>,
    /// The same as `twincall check` reports it.
    pub report: Report,
    /// The report's own program under valgrind, where nothing that crosses the boundary is wrong; or why that was not done.
    pub program: Option<Result<program::Run, program::NoProgram>>,
    /// The change of a declaration with which it conforms, where that was asked for and one was found.
    pub mended: Option<mend::Mended>,
    /// How to have it mended by what generated the Rust part.
    pub regenerate: Option<String>,
    /// What both sides declare on the targets of `answers`.
    pub interfaces: Vec<Option<(Interface, Interface)>>,
    /// The smallest pair that shows the same, where that was asked for.
    pub minimized: Option<minimize::Minimized>,
    /// The same with every installed toolchain, where that was asked for.
    pub matrix: Option<Matrix>,
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
    #[error(transparent)]
    Unmade(#[from] upstream::Unmade),
}

impl Reproduction {
    /// The answer of the target that tells most.
    pub fn first(&self) -> Option<&Answer> {
        let weight = |answer: &&Answer| (answer.certainty, answer.target);
        self.answers.iter().min_by_key(weight)
    }

    /// Looks for the change that mends what is declared wrongly, and tries it.
    ///
    /// # Errors
    /// As of [`reproduce`].
    pub fn mend(&mut self, request: &Request<'_>) -> Result<(), ReproError> {
        // Where a compiler departs from the written ABI, the declarations say the same.
        if self.answers.iter().any(|answer| answer.mend.is_some()) {
            return Ok(());
        }
        let sources = self.sources.clone();
        let request = &Request {
            sources: &sources,
            ..request.clone()
        };
        self.regenerate = mend::regenerate(request, &self.pair, &self.report.cases, &self.interfaces);
        if self.regenerate.is_none() {
            self.mended = mend::find(request, &self.pair, &self.report.cases, &self.interfaces)?;
        }
        Ok(())
    }

    /// Shrinks the pair of the first answer, see [`minimize::minimize`].
    ///
    /// # Errors
    /// As [`minimize::minimize`].
    pub fn minimize(&mut self, request: &Request<'_>, limit: Duration) -> Result<(), ReproError> {
        let Some(first) = self.first() else { return Ok(()) };
        let at = self
            .answers
            .iter()
            .position(|answer| answer.target == first.target);
        let interfaces = at.and_then(|at| self.interfaces.get(at)?.as_ref());
        if let (Some(finding), Some(interfaces)) = (&first.primary, interfaces) {
            let request = &Request {
                sources: &self.sources,
                ..request.clone()
            };
            self.minimized = minimize::minimize(request, interfaces, finding, first.target, limit)?;
        }
        Ok(())
    }

    /// What was found as a test or state for somebody else, see [`upstream`].
    ///
    /// # Errors
    /// As of [`reproduce`], and what cannot be said in this form.
    pub fn emit(&self, request: &Request<'_>, kind: &upstream::Kind) -> Result<String, ReproError> {
        let request = Request {
            sources: &self.sources,
            ..request.clone()
        };
        let folder = request.folder("pair")?;
        let session = Session::open(&folder, request.options.clone())?;
        let Discovery { cases, errors } = session.discover();
        let Some(case) = cases.first() else {
            let reason = errors
                .first()
                .map_or("there is no pair".to_owned(), ToString::to_string);
            return Err(upstream::Unmade::NotCompared(reason).into());
        };
        let targets = self.report.cases.iter().zip(&self.interfaces);
        let targets = targets.map(|(report, interfaces)| upstream::OnTarget {
            report,
            interfaces: interfaces.as_ref(),
        });
        let found = upstream::Found {
            session: &session,
            case,
            targets: targets.collect(),
        };
        Ok(kind.make(&found)?)
    }

    /// Whether some target shows a difference that has an effect or could have one.
    pub fn found(&self) -> bool {
        let shows = |answer: &Answer| {
            matches!(
                answer.certainty,
                Certainty::Seen | Certainty::Died | Certainty::Read
            )
        };
        self.answers.iter().any(shows)
    }

    /// Why no target was compared, where none was, and why what both sides know counts as missing on one.
    fn refusals(&self) -> Vec<String> {
        let refused = |answer: &Answer| answer.primary.is_none() && answer.reason.is_some();
        let nothing_compared = self.answers.iter().all(refused);
        let mut reasons: Vec<String> = Vec::new();
        for (answer, interfaces) in self.answers.iter().zip(&self.interfaces) {
            let failed = matches!(answer.verdict, Verdict::Error | Verdict::Unsupported);
            if nothing_compared && failed {
                reasons.extend(answer.reason.clone());
            }
            let unsupported = nothing_compared && answer.verdict == Verdict::Unsupported;
            let missing = |symbol: &str| {
                let mut findings = answer.primary.iter().chain(&answer.others);
                findings.any(|finding| finding.rule == Rule::SymbolMissing && finding.symbol == symbol)
            };
            let Some((c, rust)) = interfaces else { continue };
            for (side, own, other) in [(Side::C, c, rust), (Side::Rust, rust, c)] {
                let shared = own.refused.iter().filter(|refusal| {
                    other.function(&refusal.symbol).is_some() && (unsupported || missing(&refusal.symbol))
                });
                reasons.extend(shared.map(|refusal| {
                    let (symbol, place) = (&refusal.symbol, &refusal.location);
                    format!("{side} `{symbol}` ({place}): {}", refusal.reason)
                }));
            }
        }
        reasons
    }

    /// Whether the program spoiled what valgrind was to see of it.
    fn spoiled(&self) -> bool {
        matches!(&self.program, Some(Err(program::NoProgram::Spoiled)))
    }

    /// Whether nothing is known: no target was compared, nobody saw how calls ended, or the program died of what neither the
    /// boundary nor its run explains.
    pub fn unknown(&self) -> bool {
        let explained = matches!(&self.program, Some(Ok(run)) if !run.faults.is_empty());
        let unexplained = |answer: &Answer| answer.certainty == Certainty::Unexplained && !explained;
        let unwatched = |answer: &Answer| answer.certainty == Certainty::Unwatched;
        let missed = |answer: &Answer| answer.certainty == Certainty::Missed && !self.found();
        let not_compared = |answer: &Answer| answer.certainty == Certainty::NotCompared;
        self.spoiled()
            || self.answers.iter().any(unexplained)
            || self.answers.iter().any(unwatched)
            || self.answers.iter().any(missed)
            || self.answers.iter().all(not_compared)
    }
}

/// What calls cannot prove, where some were made. wasm cannot reach what records its calls.
fn forgeable(reports: &[CaseReport]) -> Option<String> {
    let mut native = reports.iter().filter(|case| !case.target.is_wasm());
    native.any(|case| case.calls > 0).then(|| {
        "native calls were recorded in the process of the report's own code, which could have forged what they showed; what the \
         compilers decided was read where none of it runs"
            .to_owned()
    })
}

/// Builds, runs and judges a report's sources, without what no compiler takes.
///
/// # Errors
/// Files that cannot be written, and toolchains that are not there. What does not compile is an answer.
pub fn reproduce(request: &Request<'_>) -> Result<Reproduction, ReproError> {
    let whole = attempt(request)?;
    let mut done = without_refused(request, &whole)?.unwrap_or(whole);
    let omitted = done.sources.omitted.clone();
    omit::question::tell(&mut done, request.sources, &omitted);
    Ok(done)
}

/// The report without what the compilers refuse, where something is left that they take.
fn without_refused(request: &Request<'_>, whole: &Reproduction) -> Result<Option<Reproduction>, ReproError> {
    let mut sources = request.sources.clone();
    let mut notes: Vec<String> = Vec::new();
    let mut last: Option<Reproduction> = None;
    for _ in 0..omit::MOST_ROUNDS {
        let failed = last.as_ref().unwrap_or(whole);
        let refusals = failed.refusals();
        if refusals.iter().all(|reason| !omit::complains(reason)) {
            // Nothing may be left to compare, which is an answer too.
            return Ok(last.map(|mut last| {
                notes.append(&mut last.notes);
                last.notes = notes;
                last
            }));
        }
        let Some(further) =
            omit::without_refused(&mut sources, &failed.pair, refusals.iter().map(String::as_str))
        else {
            return Ok(None);
        };
        notes.extend(further);
        last = Some(attempt(&Request {
            sources: &sources,
            ..request.clone()
        })?);
    }
    Ok(None)
}

/// Builds, runs and judges sources as they are.
fn attempt(request: &Request<'_>) -> Result<Reproduction, ReproError> {
    let pair = request.sources.pair(request.name);
    let folder = request.folder("pair")?;
    pair.write(&folder)?;
    let session = Session::open(&folder, request.options.clone())?;
    let Discovery { cases, errors } = session.discover();
    let mut reports: Vec<CaseReport> = Vec::new();
    let mut answers = Vec::new();
    let mut all_interfaces = Vec::new();
    for target in request.targets {
        let mut interfaces = None;
        let mut case = match (cases.first(), errors.first()) {
            (Some(case), _) => {
                interfaces = session.interfaces(case, *target).ok();
                let mut report = without_library(session.run(case, *target).0);
                if let Some((c, rust)) = &interfaces {
                    accessors::judge(request, (c, rust), &mut report)?;
                }
                report
            }
            (None, Some(error)) => error.report(*target),
            (None, None) => continue,
        };
        let mut answer = answer(&pair, interfaces.as_ref(), &case);
        // What only contracts differ in has killed the program.
        if answer.certainty == Certainty::Died && case.verdict == Verdict::Accidental {
            case.verdict = Verdict::Diverges;
            answer.verdict = case.verdict;
            if let Some(primary) = &mut answer.primary {
                let same = |finding: &&mut Finding| **finding == *primary;
                if let Some(finding) = case.findings.iter_mut().find(same) {
                    finding.contract_only = false;
                }
                primary.contract_only = false;
            }
        }
        answers.push(answer);
        all_interfaces.push(interfaces);
        reports.push(case);
    }
    let program = observe(request, &session, &answers);
    Ok(Reproduction {
        sources: request.sources.clone(),
        program,
        pair,
        notes: forgeable(&reports).into_iter().collect(),
        answers,
        suggestions: Vec::new(),
        report: Report::new(session.toolchains(), reports),
        interfaces: all_interfaces,
        mended: None,
        regenerate: None,
        minimized: None,
        matrix: None,
    })
}

/// wasm32-unknown-unknown has no C library: a part that needs one says nothing about the boundary.
fn without_library(case: CaseReport) -> CaseReport {
    let header = case.reason.as_deref().and_then(|reason| {
        let (before, _) = reason.split_once("' file not found")?;
        before.rsplit_once('\'').map(|(_, header)| header)
    });
    match header {
        Some(header) if case.target.is_wasm() && case.verdict == Verdict::Error => {
            let reason = format!(
                "the C part includes `{header}`, and {} has no C library",
                case.target.triple()
            );
            CaseReport::listed(&case.name, case.target, Verdict::NotApplicable, reason)
        }
        _ => case,
    }
}

/// Runs the program where the boundary explains nothing.
fn observe(
    request: &Request<'_>,
    session: &Session,
    answers: &[Answer],
) -> Option<Result<program::Run, program::NoProgram>> {
    let explained = |answer: &Answer| {
        answer
            .primary
            .as_ref()
            .is_some_and(|finding| !finding.contract_only)
    };
    let native = answers.iter().find(|answer| !answer.target.is_wasm())?;
    if native.reason.is_some() || answers.iter().any(explained) {
        return None;
    }
    let (c, rust) = session.compilers();
    let run = temporary::Folder::new()
        .map_err(program::NoProgram::Output)
        .and_then(|folder| program::run(request.sources, c, rust, folder.path()));
    Some(run)
}

/// Whether a symbol starts the report's own program, rather than being part of it.
fn is_entry(pair: &Pair, symbol: &str) -> bool {
    symbol == ENTRY
        || pair
            .calls
            .iter()
            .any(|call| call.split('(').next() == Some(symbol))
}
