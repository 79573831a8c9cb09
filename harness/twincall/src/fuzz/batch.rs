//! Runs pairs: many in one fixture, fewer where the fixture as a whole comes to nothing, and alone what is not as wanted.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::time::Instant;

use rayon::prelude::*;
use twincall_abi::target::Target;

use super::cause::Cause;
use super::outcome::{self, Judged, Outcome};
use super::plan::{Mistake, Oracle, Plan, Wanted, Written};
use super::report::Row;
use super::{Alone, FuzzError, Truth, lock, oracle, project};
use crate::facts::{CaseReport, Root, Verdict};
use crate::session::{Session, Timings};
use crate::temporary;

/// Where the time of a run went, in seconds over all threads.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct FuzzTimings {
    /// Drawing and writing pairs, and asking the oracle.
    pub prepare: f64,
    pub build: f64,
    pub run: f64,
    pub judge: f64,
    /// Of the three before, the part for pairs that were run alone.
    pub alone: f64,
    /// Fixtures that were built.
    pub fixtures: u64,
    /// Fixtures of one pair among them.
    pub fixtures_alone: u64,
}

/// A pair with what is wanted of it on a target.
#[derive(Debug)]
struct Entry {
    plan: Plan,
    written: Written,
    kind: Option<super::Kind>,
    wanted: Wanted,
}

impl Entry {
    fn truth(&self) -> outcome::Truth<'_> {
        outcome::Truth {
            wanted: self.wanted,
            symbols: &self.written.symbols,
            place: self.written.place.as_ref(),
        }
    }
}

/// What became of a pair, and whether that was seen of it alone.
#[derive(Debug)]
struct Answer {
    judged: Judged,
    alone: bool,
}

/// Makes fixtures and has them judged.
#[derive(Debug)]
pub(super) struct Runner<'a> {
    session: &'a Session,
    truth: Truth,
    timings: Mutex<FuzzTimings>,
}

impl<'a> Runner<'a> {
    pub(super) fn new(session: &'a Session, truth: Truth) -> Runner<'a> {
        Runner {
            session,
            truth,
            timings: Mutex::default(),
        }
    }

    pub(super) fn timings(&self) -> FuzzTimings {
        *lock(&self.timings)
    }

    /// What became of these pairs, which share a form.
    pub(super) fn batch(&self, target: Target, plans: Vec<Plan>) -> Result<Vec<Row>, FuzzError> {
        let start = Instant::now();
        let entries = self.prepare(target, plans)?;
        lock(&self.timings).prepare += start.elapsed().as_secs_f64();
        let (listed, applicable): (Vec<Entry>, Vec<Entry>) = entries
            .into_iter()
            .partition(|entry| matches!(entry.wanted, Wanted::NotApplicable(_)));
        let together: Vec<&Entry> = applicable.iter().collect();
        let answers = self.together(target, &together)?;
        let mut rows: Vec<Row> = applicable
            .par_iter()
            .zip(answers)
            .map(|(entry, answer)| {
                let (judged, in_company) = match answer {
                    Some(answer) if answer.alone || answer.judged.outcome.is_wanted() => {
                        (answer.judged, false)
                    }
                    answer => {
                        let alone = self.judge(target, entry)?;
                        let differs = answer.is_some_and(|answer| answer.judged.outcome != alone.outcome);
                        (alone, differs)
                    }
                };
                Ok::<_, FuzzError>(row(target, entry, &judged, in_company))
            })
            .collect::<Result<_, _>>()?;
        let not_applicable = Judged {
            outcome: Outcome::NotApplicable,
            rule: String::new(),
            at: outcome::At::Nowhere,
        };
        rows.extend(
            listed
                .iter()
                .map(|entry| row(target, entry, &not_applicable, false)),
        );
        Ok(rows)
    }

    /// Writes the pairs and asks which mutants make no difference.
    fn prepare(&self, target: Target, plans: Vec<Plan>) -> Result<Vec<Entry>, FuzzError> {
        let mut entries: Vec<Entry> = plans
            .into_iter()
            .map(|plan| {
                let (kind, wanted) = (self.truth)(&plan, target);
                Entry {
                    written: plan.write(),
                    plan,
                    kind,
                    wanted,
                }
            })
            .collect();
        let mut asked: Vec<&mut Entry> = entries
            .iter_mut()
            .filter(|entry| entry.wanted == Wanted::DivergesUnlessEqual)
            .collect();
        let equal = {
            let oracles: Vec<&Oracle> = asked
                .iter()
                .filter_map(|entry| entry.written.oracle.as_ref())
                .collect();
            let folder = temporary::Folder::new()?;
            oracle::ask(self.session.compilers().0, target, &oracles, folder.path())?
        };
        let mut equal = equal.into_iter();
        for entry in &mut asked {
            // Where nobody can be asked the mutation is the truth.
            let same = entry.written.oracle.is_some() && equal.next().unwrap_or(false);
            entry.wanted = match same {
                true => entry.plan.wanted_if_equal(target),
                false => Wanted::Diverges,
            };
        }
        Ok(entries)
    }

    /// What became of each of several pairs in one fixture; where the fixture came to nothing, in its halves. Nothing of a pair
    /// of which only its company could be spoken.
    fn together(&self, target: Target, entries: &[&Entry]) -> Result<Vec<Option<Answer>>, FuzzError> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let alone = entries.len() == 1;
        let (report, _) = self.fixture(target, entries)?;
        let symbols: Vec<&String> = entries.iter().flat_map(|entry| &entry.written.symbols).collect();
        if !alone && (outcome::refused(&report).is_some() || outcome::has_stray(&report, &symbols)) {
            let (one, other) = entries.split_at(entries.len() / 2);
            let (one, other) = rayon::join(|| self.together(target, one), || self.together(target, other));
            let mut answers = one?;
            answers.extend(other?);
            return Ok(answers);
        }
        Ok(entries
            .iter()
            .map(|entry| {
                let judged = outcome::judged(&report, entry.truth());
                let merged = !alone && outcome::is_told_elsewhere(&report, &entry.written.symbols);
                (!merged || judged.outcome.is_wanted()).then_some(Answer { judged, alone })
            })
            .collect())
    }

    /// What becomes of a pair in a fixture of its own.
    fn judge(&self, target: Target, entry: &Entry) -> Result<Judged, FuzzError> {
        let (report, _) = self.fixture(target, &[entry])?;
        Ok(outcome::judged(&report, entry.truth()))
    }

    /// Runs one pair alone.
    pub(super) fn alone(&self, target: Target, plan: &Plan) -> Result<Alone, FuzzError> {
        let mut entries = self.prepare(target, vec![plan.clone()])?;
        let entry = entries.remove(0);
        let (report, texts) = self.fixture(target, &[&entry])?;
        let judged = outcome::judged(&report, entry.truth());
        Ok(Alone {
            kind: entry.kind,
            wanted: entry.wanted,
            written: entry.written,
            texts,
            report,
            judged,
        })
    }

    /// Whether a smaller plan still shows the same.
    pub(super) fn shows(
        &self,
        target: Target,
        plan: &Plan,
        cause: &Cause,
    ) -> Result<Option<Alone>, FuzzError> {
        // A step may make a pair of which nothing is known any more.
        let alone = match self.alone(target, plan) {
            Err(FuzzError::Oracle(oracle::OracleError::Compile(_))) => return Ok(None),
            other => other?,
        };
        let (kind, _) = (self.truth)(plan, target);
        let same = Cause::of(target, kind, &alone.judged).as_ref() == Some(cause);
        Ok(same.then_some(alone))
    }

    /// Builds, runs and judges one fixture of these pairs, and leaves nothing of it.
    fn fixture(&self, target: Target, entries: &[&Entry]) -> Result<(CaseReport, [String; 2]), FuzzError> {
        let folder = temporary::Folder::new()?;
        let texts = project::texts(entries.iter().map(|entry| &entry.written));
        let case = project::write(folder.path(), &texts)?;
        let session = self.session.passing(folder.path())?;
        // A pair that brings the judge down is one of the answers that a run is made for, and costs no other pair.
        let judged = panic::catch_unwind(AssertUnwindSafe(|| session.run(&case, target)));
        let (report, took) = judged.unwrap_or_else(|payload| {
            let reason = format!("error: twincall panicked: {}", message(payload.as_ref()));
            let report = CaseReport::listed(&case.name, target, Verdict::Error, reason);
            (report, Timings::default())
        });
        self.count(took, entries.len());
        Ok((report, texts))
    }

    fn count(&self, took: Timings, pairs: usize) {
        let mut timings = lock(&self.timings);
        timings.build += took.build;
        timings.run += took.run;
        timings.judge += took.judge;
        timings.fixtures += 1;
        if pairs == 1 {
            timings.fixtures_alone += 1;
            timings.alone += took.build + took.run + took.judge;
        }
    }
}

/// What a panic says.
fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or(payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}

fn row(target: Target, entry: &Entry, judged: &Judged, in_company: bool) -> Row {
    Row {
        number: entry.plan.number(),
        kind: entry.kind,
        spellings: entry.plan.spellings().clone(),
        outcome: judged.outcome,
        cause: Cause::of(target, entry.kind, judged),
        in_company,
    }
}

/// Where a finding of a pair has to be, for messages.
pub(super) fn place_text(place: &Mistake) -> String {
    let roots: Vec<String> = place
        .roots
        .iter()
        .map(|root| match root {
            Root::Whole => "the whole".to_owned(),
            root => root.to_string(),
        })
        .collect();
    format!("{} of {}", roots.join(" or "), place.symbols.join(" or "))
}
