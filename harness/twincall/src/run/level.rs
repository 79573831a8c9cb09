//! All calls of one optimisation level of a case, on either target.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use thiserror::Error;
use twincall_abi::run::{Batch, Call, Ending, Outcome};
use twincall_abi::target::Target;

use super::native::{self, NativeError};
use super::plan::{Known, Observation, PlannedBatch, Planner, Scope};
use super::wasm::{KeptModuleError, WasmCalls, WasmError, WasmRunner};
use crate::build::{BuildError, Builder, CaseBuild, LevelBuild};
use crate::cache::CacheError;
use crate::directive::OptLevel;
use crate::discover::Case;

/// What makes calls: the probe, and Wasmtime, which is started when it is first needed.
#[derive(Clone, Debug)]
pub struct Runners {
    probe: Result<std::path::PathBuf, Arc<NativeError>>,
    wasm: Arc<OnceLock<Result<WasmRunner, Arc<WasmError>>>>,
}

/// Why the calls of a level were not made.
#[derive(Debug, Error)]
pub enum RunError {
    #[error(transparent)]
    Plan(#[from] BuildError),
    #[error("failed to {0}")]
    Native(#[from] NativeError),
    #[error(transparent)]
    Library(#[from] CacheError),
    #[error(transparent)]
    Module(#[from] KeptModuleError),
    /// There is no probe for any case.
    #[error(transparent)]
    NoProbe(Arc<NativeError>),
    /// There is no wasm runner for any case.
    #[error(transparent)]
    NoWasm(Arc<WasmError>),
    #[error("a wasm batch has one module, and this one has {0}")]
    NoModule(usize),
    /// The dynamic linker takes no library of the case.
    #[error("{0}")]
    NotLoaded(String),
}

impl Runners {
    /// With the probe that is beside this program, or that the environment names.
    pub fn find() -> Runners {
        Runners {
            probe: native::find_probe().map_err(Arc::new),
            wasm: Arc::default(),
        }
    }

    /// The program in which native calls are made, or why there is none.
    pub(crate) fn probe(&self) -> Result<&Path, Arc<NativeError>> {
        self.probe.as_deref().map_err(Arc::clone)
    }

    /// Makes all calls of one level. A library that is linked once more with debug information comes from the builder.
    ///
    /// # Errors
    /// See [`RunError`].
    pub(crate) fn run(
        &self,
        builder: &Builder<'_>,
        case: &Case,
        build: &CaseBuild,
        level: &LevelBuild,
        target: Target,
        scope: Scope,
    ) -> Result<Vec<Observation>, RunError> {
        let planner = Planner {
            case,
            build,
            level,
            target,
            scope,
            known: Known::default(),
        };
        let mut observations = Vec::new();
        for planned in planner.plan()? {
            if planned.calls.is_empty() {
                continue;
            }
            if target.is_wasm() {
                observations.extend(self.run_wasm(builder, level, &planned)?);
                continue;
            }
            let outcomes = {
                let probe = self.probe().map_err(RunError::NoProbe)?;
                let tapped = level.linked.tapped.iter().map(|tapped| &tapped.library);
                for library in level.linked.libraries.iter().chain(tapped) {
                    library.write_out()?;
                }
                let written = RefCell::new(Vec::new());
                let debug_file = |path: &Path| {
                    let mut libraries = level.linked.libraries.iter();
                    let library = libraries.find(|library| library.path() == path)?;
                    // Without it a backtrace has names, which is no reason to fail.
                    let library = builder.with_debug_info(library).ok()?;
                    let path = library.write_out().ok();
                    written.borrow_mut().push(library);
                    path
                };
                native::run_batch_with(probe, &planned.batch, &build.system_libraries, &debug_file)?
            };
            if !case.link.is_empty()
                && let Some(reason) = not_loaded(&outcomes)
            {
                return Err(RunError::NotLoaded(reason));
            }
            observations.extend(read(&planned, outcomes, level.opt));
        }
        Ok(observations)
    }

    fn run_wasm(
        &self,
        builder: &Builder<'_>,
        level: &LevelBuild,
        planned: &PlannedBatch,
    ) -> Result<Vec<Observation>, RunError> {
        let runner = self.wasm.get_or_init(|| WasmRunner::new().map_err(Arc::new));
        let runner = runner
            .as_ref()
            .map_err(|error| RunError::NoWasm(Arc::clone(error)))?;
        if let Some(tapped) = level.linked.tapped.as_ref().filter(|_| planned.tapped) {
            let module = runner.kept(builder.cache, &tapped.library);
            let (outcomes, seen): (Vec<_>, Vec<_>) = match module {
                Ok(module) => {
                    let all = runner.run_watched(&module, &planned.batch, &tapped.functions);
                    all.into_iter().unzip()
                }
                Err(error @ KeptModuleError::Cache(_)) => return Err(error.into()),
                // A module that is not taken with the taps says nothing of the pair.
                Err(error) => refused(&planned.batch, &error.to_string()),
            };
            let mut observations = read(planned, outcomes, level.opt);
            for (observation, seen) in observations.iter_mut().zip(seen) {
                observation.machine = Some(seen.into());
            }
            return Ok(observations);
        }
        let [index] = planned.libraries[..] else {
            return Err(RunError::NoModule(planned.libraries.len()));
        };
        let library = &level.linked.libraries[index];
        let module = runner.kept(builder.cache, library)?;
        Ok(read(
            planned,
            runner.run_batch(&module, &planned.batch),
            level.opt,
        ))
    }
}

/// The outcomes of calls that cannot be made.
fn refused(batch: &Batch, reason: &str) -> (Vec<Outcome>, Vec<WasmCalls>) {
    let outcome = |call: &Call| {
        let reason = reason.to_owned();
        Outcome::unseen(call.id, Ending::Refused { reason })
    };
    let calls = batch.groups.iter().flat_map(|group| &group.calls);
    calls.map(|call| (outcome(call), WasmCalls::default())).unzip()
}

/// Reads outcomes by id; a call without one is said to be missing rather than forgotten.
fn read(planned: &PlannedBatch, outcomes: Vec<Outcome>, opt: OptLevel) -> Vec<Observation> {
    let mut by_id: BTreeMap<u32, Outcome> = outcomes
        .into_iter()
        .map(|outcome| (outcome.id, outcome))
        .collect();
    planned
        .calls
        .iter()
        .enumerate()
        .map(|(id, call)| {
            let id = id as u32;
            let outcome = by_id.remove(&id).unwrap_or_else(|| {
                let reason = "the runner gave no outcome".to_owned();
                Outcome::unseen(id, Ending::Refused { reason })
            });
            call.read(outcome, opt)
        })
        .collect()
}

/// Why the dynamic linker took no library, if none was taken.
fn not_loaded(outcomes: &[Outcome]) -> Option<String> {
    let mut reasons = outcomes.iter().map(|outcome| match &outcome.ending {
        Ending::NotLoaded { reason } => Some(reason),
        _ => None,
    });
    let first = reasons.next()??;
    reasons.all(|reason| reason.is_some()).then(|| first.clone())
}
