//! What ends the run of a case before it is judged: what is listed, and what has failed.

use std::sync::Arc;

use thiserror::Error;
use twincall_abi::run::{Ending, NOT_LOADED, Outcome};

use crate::build::{BuildError, DependencyError};
use crate::cache::CacheError;
use crate::facts::Verdict;
use crate::run::native::NativeError;
use crate::run::wasm::{KeptModuleError, WasmError};
use crate::toolchain::sysroot::SysrootError;

/// Why there is no judgement.
pub(super) enum Stop {
    /// The case is listed, with the reason.
    Listed(Verdict, String),
    /// It is an error.
    Failed(Box<CaseError>),
}

/// What failed while a case was built or run.
#[derive(Debug, Error)]
pub enum CaseError {
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(transparent)]
    Cache(#[from] CacheError),
    #[error("failed to {0}")]
    Native(#[from] NativeError),
    #[error(transparent)]
    Module(#[from] KeptModuleError),
    #[error(transparent)]
    Libraries(#[from] Arc<SysrootError>),
    /// There is no probe for any case.
    #[error(transparent)]
    Probe(Arc<NativeError>),
    /// There is no wasm runner for any case.
    #[error(transparent)]
    Wasm(Arc<WasmError>),
    #[error("a wasm batch has one module, and this one has {0}")]
    NoModule(usize),
}

impl CaseError {
    /// Whether a damaged entry of the cache was met, which is gone now.
    pub(super) fn is_damage(&self) -> bool {
        let cache = match self {
            CaseError::Cache(error)
            | CaseError::Build(BuildError::Cache(error))
            | CaseError::Module(KeptModuleError::Cache(error)) => error,
            _ => return false,
        };
        matches!(cache, CacheError::Damaged { .. })
    }
}

impl From<BuildError> for Stop {
    fn from(error: BuildError) -> Stop {
        match error {
            BuildError::MissingTool { .. } => Stop::Listed(Verdict::Skipped, error.to_string()),
            BuildError::Unsupported(reason) => Stop::Listed(Verdict::Unsupported, reason),
            error => CaseError::from(error).into(),
        }
    }
}

impl From<CaseError> for Stop {
    fn from(error: CaseError) -> Stop {
        Stop::Failed(Box::new(error))
    }
}

impl From<CacheError> for Stop {
    fn from(error: CacheError) -> Stop {
        CaseError::from(error).into()
    }
}

impl From<KeptModuleError> for Stop {
    fn from(error: KeptModuleError) -> Stop {
        CaseError::from(error).into()
    }
}

impl From<NativeError> for Stop {
    fn from(error: NativeError) -> Stop {
        match error {
            // What may not be loaded, or is not there, says nothing about the two sides.
            NativeError::Dependency(
                DependencyError::NotAllowed { .. } | DependencyError::NotFound { .. },
            ) => Stop::Listed(Verdict::Unsupported, format!("failed to {error}")),
            _ => CaseError::from(error).into(),
        }
    }
}

/// Why the dynamic linker took no library, if none was taken.
pub(super) fn not_loaded(outcomes: &[Outcome]) -> Option<String> {
    let mut reasons = outcomes.iter().map(|outcome| match &outcome.ending {
        Ending::Refused { reason } if reason.contains(NOT_LOADED) => Some(reason),
        _ => None,
    });
    let first = reasons.next()??;
    reasons.all(|reason| reason.is_some()).then(|| first.clone())
}
