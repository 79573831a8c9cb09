//! Holds the judge against generated pairs of which it is known before the run what is wrong with them.
//!
//! Pairs are drawn ([`plan`]), written in both languages, and go in fixtures of some [`plan::BATCH`] through the same discover,
//! build, run, judge and report as `check`. What does not come out as wanted is run again alone, and what it does alone counts.
//! The model of the ABI is held against compilers elsewhere, in [`crate::model_check`].

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use rayon::prelude::*;
use thiserror::Error;
use twincall_abi::target::Target;

use crate::facts::{CaseReport, Shard};
use crate::session::{Session, SessionError};
use crate::toolchain::sysroot::{Extent, SysrootError};

mod batch;
mod cause;
pub mod forms;
pub mod keep;
mod oracle;
pub mod outcome;
pub mod plan;
mod project;
pub mod read;
pub mod report;
mod shrink;
pub mod trust;

pub use batch::FuzzTimings;
use batch::Runner;
pub use cause::{CORRECT, Cause};
pub use oracle::OracleError;
use outcome::{Judged, Outcome};
use plan::{BATCH, Kind, Plan, Wanted, Written};
use report::{Causes, FuzzReport, TargetReport};

/// What is wanted of a pair on a target, and which kind of mistake it has.
pub type Truth = fn(&Plan, Target) -> (Option<Kind>, Wanted);

/// The truth that the pair was drawn with.
pub fn drawn(plan: &Plan, target: Target) -> (Option<Kind>, Wanted) {
    (plan.kind(), plan.wanted(target))
}

/// A run of generated pairs.
#[derive(Clone, Debug)]
pub struct Fuzz<'a> {
    pub session: &'a Session,
    pub targets: Vec<Target>,
    pub seed: u64,
    /// How many pairs on each target.
    pub count: u64,
    /// Only these kinds of mistakes, beside correct pairs; all where it is empty.
    pub kinds: Vec<Kind>,
    pub shard: Option<Shard>,
    /// Fixtures at once; 0 for one on each processor.
    pub jobs: usize,
    /// For so many causes the smallest pair is looked for.
    pub shrink: usize,
    /// By what outcomes are told; [`drawn`] unless a test lies.
    #[doc(hidden)]
    pub truth: Truth,
}

#[derive(Debug, Error)]
pub enum FuzzError {
    #[error("prepare a scratch folder: {0}")]
    Scratch(#[from] io::Error),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Libraries(#[from] Arc<SysrootError>),
    #[error(transparent)]
    Oracle(#[from] OracleError),
    #[error("start threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// One pair on one target, run alone.
#[derive(Debug)]
pub struct Alone {
    pub kind: Option<Kind>,
    pub written: Written,
    /// What is wanted, after the oracle was asked.
    pub wanted: Wanted,
    /// Both files as they were given to the compilers, C first.
    pub texts: [String; 2],
    pub report: CaseReport,
    pub judged: Judged,
}

/// What a run has found so far.
#[derive(Debug, Default)]
struct Found {
    targets: BTreeMap<Target, TargetReport>,
    causes: Causes,
    error: Option<FuzzError>,
}

impl Fuzz<'_> {
    /// Runs all pairs on all targets. `progress` hears of every fixture with the number of its pairs.
    ///
    /// # Errors
    /// What keeps the whole from being done; a pair that is not built is an outcome.
    pub fn run(
        &self,
        progress: &(dyn Fn(Target, u64) + Sync),
    ) -> Result<(FuzzReport, FuzzTimings), FuzzError> {
        let start = Instant::now();
        for target in &self.targets {
            self.session.libraries(*target, Extent::Alloc)?;
        }
        let runner = Runner::new(self.session, self.truth);
        let found = Mutex::new(Found {
            // A part of a run may be too small for a pair on each target.
            targets: self
                .targets
                .iter()
                .map(|target| (*target, TargetReport::new(*target)))
                .collect(),
            ..Found::default()
        });
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.jobs).build()?;
        pool.install(|| {
            self.batches().into_par_iter().for_each(|(target, numbers)| {
                if lock(&found).error.is_some() {
                    return;
                }
                let size = numbers.end - numbers.start;
                let plans: Vec<Plan> = numbers
                    .map(|number| Plan::draw(self.seed, number, &self.kinds))
                    .collect();
                let rows = runner.batch(target, plans);
                let mut found = lock(&found);
                match rows {
                    Ok(rows) => {
                        for row in rows {
                            let counted = found.targets.entry(target);
                            counted.or_insert_with(|| TargetReport::new(target)).add(&row);
                            found.causes.add(&row);
                        }
                    }
                    Err(error) => {
                        found.error.get_or_insert(error);
                    }
                }
                progress(target, size);
            });
        });
        let found = found
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(error) = found.error {
            return Err(error);
        }
        let kinds = self.kinds.iter().map(|kind| kind.id().to_owned()).collect();
        let mut report = FuzzReport::new(self.seed, self.count, kinds, self.session.toolchains());
        report.shard = self.shard;
        report.targets = found.targets.into_values().collect();
        report.causes = found.causes.finish(self.seed, &report.kinds);
        pool.install(|| {
            let causes = report.causes.par_iter_mut().take(self.shrink);
            causes.try_for_each(|cause| {
                cause.smallest = shrink::smallest(&runner, self.seed, &self.kinds, cause)?;
                Ok::<_, FuzzError>(())
            })
        })?;
        report.seconds = start.elapsed().as_secs_f64();
        Ok((report, runner.timings()))
    }

    /// Fixtures to make: a target and the numbers of neighbours.
    fn batches(&self) -> Vec<(Target, std::ops::Range<u64>)> {
        let batches = (0..self.count.div_ceil(BATCH))
            .map(|batch| batch * BATCH..self.count.min((batch + 1) * BATCH))
            .enumerate()
            .filter(|(index, _)| self.shard.is_none_or(|shard| shard.has(*index)));
        batches
            .flat_map(|(_, numbers)| self.targets.iter().map(move |target| (*target, numbers.clone())))
            .collect()
    }

    /// Pairs times targets that [`Fuzz::run`] is going to run.
    pub fn planned(&self) -> u64 {
        self.batches()
            .iter()
            .map(|(_, numbers)| numbers.end - numbers.start)
            .sum()
    }

    /// Runs one pair of the run alone.
    ///
    /// # Errors
    /// As [`Fuzz::run`].
    pub fn alone(&self, number: u64, target: Target) -> Result<Alone, FuzzError> {
        self.session.libraries(target, Extent::Alloc)?;
        let plan = Plan::draw(self.seed, number, &self.kinds);
        Runner::new(self.session, self.truth).alone(target, &plan)
    }
}

impl Alone {
    /// Where the mistake is, in words.
    pub fn place(&self) -> Option<String> {
        self.written.place.as_ref().map(batch::place_text)
    }

    /// Whether the judge is wrong about the pair.
    pub fn is_wrong(&self) -> bool {
        self.judged.outcome.is_wrong()
    }

    /// Whether the pair could not be built or run.
    pub fn is_incomplete(&self) -> bool {
        self.judged.outcome == Outcome::Failed
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
