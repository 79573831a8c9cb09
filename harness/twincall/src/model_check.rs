//! Holds the written ABI's model against real compilers on generated signatures.
//!
//! Each compiler is asked twice about each signature. As a *caller* it calls a stub that records registers and stack,
//! which must hold the values where the model says. As a *callee* it is called with registers and stack that the model
//! chose, and must find the values. Sizes, alignments, offsets and bit-fields are compared as numbers. One
//! compiler call makes a whole batch of signatures.

mod batch;
mod bench;
mod compilers;
mod coverage;
mod draw;
mod expected;
mod explain;
mod generate;
mod native;
mod numbers;
mod outcome;
mod report;
#[cfg(test)]
mod samples;
mod spell;
mod unextended;
mod wasm;

use std::path::Path;
use std::time::Instant;

use rayon::prelude::*;
use thiserror::Error;
use twincall_abi::target::Target;

use crate::command::CallError;
use crate::directive::OptLevel;
use crate::run::native::NativeError;
use crate::session::Session;
use crate::toolchain::sysroot::{Extent, ReadyLibraries, SysrootError};
use crate::toolchain::{CToolchain, RustToolchain};
use batch::BatchResult;
pub use bench::ModelBench;
use compilers::Compiler;
pub use coverage::Coverage;
use expected::Expected;
pub use explain::{EXPLANATIONS, Explanation, table as explanations_table};
use generate::Generated;
pub use outcome::{Difference, Disagreement, Place, Role};
pub use report::ModelReport;
pub use unextended::{Relying, UnextendedReport};

/// Signatures of one unit.
const BATCH: usize = 250;

/// What to check.
#[derive(Clone, Debug)]
pub struct ModelCheck<'a> {
    pub c: &'a CToolchain,
    pub rust: &'a RustToolchain,
    pub libraries: ReadyLibraries,
    pub target: Target,
    pub probe: &'a Path,
    pub seed: u64,
    pub count: usize,
    pub levels: Vec<OptLevel>,
    /// A gcc for native code, where one is installed.
    pub gcc: Option<CToolchain>,
}

#[derive(Debug, Error)]
pub enum ModelCheckError {
    #[error(transparent)]
    Libraries(#[from] std::sync::Arc<SysrootError>),
    #[error(transparent)]
    Probe(std::sync::Arc<NativeError>),
    #[error("prepare a scratch folder: {0}")]
    Scratch(std::io::Error),
    /// A compiler or linker was not run.
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("{compiler} does not compile a generated unit\n{message}")]
    Compile { compiler: String, message: String },
    #[error("run what {compiler} made\n{message}")]
    Wasm { compiler: String, message: String },
    #[error(transparent)]
    Native(#[from] NativeError),
}

/// A signature with the model's answer.
struct Item {
    generated: Generated,
    /// One for each reading of the text.
    expected: Vec<Expected>,
}

/// What a run needs before its first compiler call.
struct Prepared {
    items: Vec<Item>,
    compilers: Vec<Compiler>,
    /// By compiler and signature.
    has: Vec<Vec<bool>>,
}

/// One unit to make: the signatures of a batch that a compiler can read.
struct Job<'p> {
    compiler: &'p Compiler,
    wanted: Vec<&'p Item>,
    opt: OptLevel,
}

impl<'a> ModelCheck<'a> {
    /// With a session's compilers and levels, and gcc where it is installed.
    ///
    /// # Errors
    /// See [`ModelCheckError`].
    pub fn of(
        session: &'a Session,
        target: Target,
        seed: u64,
        count: usize,
    ) -> Result<ModelCheck<'a>, ModelCheckError> {
        let (c, rust) = session.compilers();
        Ok(ModelCheck {
            c,
            rust,
            gcc: session.gcc(),
            libraries: session.libraries(target, Extent::Alloc)?,
            target,
            probe: session.probe().map_err(ModelCheckError::Probe)?,
            seed,
            count,
            levels: match session.levels() {
                [] => OptLevel::DEFAULT.to_vec(),
                some => some.to_vec(),
            },
        })
    }
}

impl ModelCheck<'_> {
    /// Generates, compiles, calls and compares.
    pub fn run(&self, progress: &(dyn Fn(usize) + Sync)) -> Result<ModelReport, ModelCheckError> {
        let started = Instant::now();
        let mut report = ModelReport::default();
        let prepared = self.prepare(&mut report);
        let results: Vec<Result<BatchResult, ModelCheckError>> = self
            .jobs(&prepared)
            .into_par_iter()
            .map(|job| {
                let result = self.batch(job.compiler, &job.wanted, job.opt);
                progress(job.wanted.len());
                result
            })
            .collect();
        for result in results {
            let result = result?;
            *report.checks.entry(result.compiler).or_default() += result.checks;
            report.disagreements.extend(result.disagreements);
            for key in result.readings {
                *report.ambiguous.entry(key).or_default() += 1;
            }
        }
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    /// Draws the signatures and asks each compiler once for each type that not all have.
    fn prepare(&self, report: &mut ModelReport) -> Prepared {
        let items = draw::draw(self.target, self.seed, self.count, report);
        let mut compilers = compilers::compilers(self);
        report.compilers = compilers.iter().map(|compiler| compiler.name.clone()).collect();
        report.signatures = items.len();
        compilers
            .par_iter_mut()
            .for_each(|compiler| compiler.ask(items.iter().map(|item| &item.generated)));
        let has = compilers
            .iter()
            .map(|compiler| items.iter().map(|item| compiler.has(&item.generated)).collect())
            .collect();
        for compiler in &compilers {
            let missing: Vec<String> = compiler.missing().map(str::to_owned).collect();
            report.missing.push((compiler.name.clone(), missing));
        }
        Prepared {
            items,
            compilers,
            has,
        }
    }

    /// One compiler call each: by compiler, batch and level.
    fn jobs<'p>(&self, prepared: &'p Prepared) -> Vec<Job<'p>> {
        let mut jobs = Vec::new();
        for (compiler, has) in prepared.compilers.iter().zip(&prepared.has) {
            for (chunk, has) in prepared.items.chunks(BATCH).zip(has.chunks(BATCH)) {
                let wanted = || {
                    let both = chunk.iter().zip(has);
                    both.filter(|(_, has)| **has).map(|(item, _)| item).collect()
                };
                for &opt in &self.levels {
                    jobs.push(Job {
                        compiler,
                        wanted: wanted(),
                        opt,
                    });
                }
            }
        }
        jobs
    }
}
