//! What ends the run of a case before it is judged: what is listed, and what has failed.

use twincall_abi::run::{Ending, NOT_LOADED, Outcome};

use crate::build::BuildError;
use crate::cache::CacheError;
use crate::facts::Verdict;
use crate::run::native::{DependencyError, NativeError};

/// Why there is no judgement.
pub(super) enum Stop {
    /// The case is listed, with the reason.
    Listed(Verdict, String),
    /// It is an error.
    Failed(Box<BuildError>),
}

impl From<BuildError> for Stop {
    fn from(error: BuildError) -> Stop {
        match error {
            BuildError::MissingTool { .. } => Stop::Listed(Verdict::Skipped, error.to_string()),
            BuildError::Unsupported(reason) => Stop::Listed(Verdict::Unsupported, reason),
            error => Stop::Failed(Box::new(error)),
        }
    }
}

impl From<CacheError> for Stop {
    fn from(error: CacheError) -> Stop {
        Stop::Failed(Box::new(error.into()))
    }
}

impl From<NativeError> for Stop {
    fn from(error: NativeError) -> Stop {
        let message = format!("failed to {error}");
        match error {
            // What may not be loaded, or is not there, says nothing about the two sides.
            NativeError::Dependency(
                DependencyError::NotAllowed { .. } | DependencyError::NotFound { .. },
            ) => Stop::Listed(Verdict::Unsupported, message),
            _ => failed(message),
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

pub(super) fn failed(message: String) -> Stop {
    Stop::Failed(Box::new(BuildError::Form(message)))
}
