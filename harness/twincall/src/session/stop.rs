//! What ends the run of a case before it is judged: what is listed, and what has failed.

use std::sync::Arc;

use thiserror::Error;

use crate::build::{BuildError, DependencyError};
use crate::cache::CacheError;
use crate::facts::Verdict;
use crate::run::level::RunError;
use crate::run::native::NativeError;
use crate::run::wasm::KeptModuleError;
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
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(transparent)]
    Libraries(#[from] Arc<SysrootError>),
}

impl CaseError {
    /// Whether a damaged entry of the cache was met, which is gone now.
    pub(super) fn is_damage(&self) -> bool {
        let cache = match self {
            CaseError::Cache(error)
            | CaseError::Build(BuildError::Cache(error))
            | CaseError::Run(
                RunError::Plan(BuildError::Cache(error)) | RunError::Module(KeptModuleError::Cache(error)),
            ) => error,
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

impl Stop {
    /// Why calls were not made. What these compilers made and nothing here can load or run says nothing about the two sides.
    pub(super) fn of_run(error: RunError, compilers: [&str; 2]) -> Stop {
        let [c, rust] = compilers;
        let reason = match error {
            RunError::Plan(error) => return error.into(),
            RunError::NotLoaded(reason) => reason,
            RunError::Module(KeptModuleError::Proposal { feature }) => {
                format!("{c} and {rust} made a module with {feature}, which Wasmtime does not run")
            }
            RunError::Native(NativeError::Dependency(
                DependencyError::NotAllowed { .. } | DependencyError::NotFound { .. },
            )) => error.to_string(),
            error => return CaseError::from(error).into(),
        };
        Stop::Listed(Verdict::Unsupported, reason)
    }
}
