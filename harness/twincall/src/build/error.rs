//! Why a case is not built.

use thiserror::Error;
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::{DependencyError, rename};
use crate::cache::CacheError;
use crate::command::{CallError, MissingCompiler};
use crate::directive::OptLevel;

/// Why a case is not built.
#[derive(Debug, Error)]
pub enum BuildError {
    #[error(
        "{side} does not compile for {target} at {opt} (`--record DIR` keeps what the command reads)\n{command}\n{message}"
    )]
    Compile {
        side: Side,
        target: Target,
        opt: OptLevel,
        command: String,
        message: String,
    },
    #[error("{side} cannot be read for {target}\n{command}\n{message}")]
    Parse {
        side: Side,
        target: Target,
        command: String,
        message: String,
    },
    /// A compiler or linker was not run.
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("{target} cannot be linked\n{command}\n{message}")]
    Link {
        target: Target,
        command: String,
        message: String,
    },
    #[error("{side}: {reader} of the {target} object: {message}")]
    Evidence {
        side: Side,
        target: Target,
        reader: &'static str,
        message: String,
    },
    #[error("`{call}`: {message}")]
    Calls { call: String, message: String },
    /// The pair is neither twins nor a boundary.
    #[error("{0}")]
    Form(String),
    #[error("rename the imports of an object: {0}")]
    Rename(#[from] rename::RenameError),
    #[error("failed to {0}")]
    Dependency(#[from] DependencyError),
    /// What was read or linked cannot be put into the cache, or got out of it.
    #[error("keep {what}: {source}")]
    Record {
        what: &'static str,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("{0}")]
    Unsupported(String),
    #[error("{what} is missing: {message}")]
    MissingTool { what: &'static str, message: String },
    #[error(transparent)]
    Cache(#[from] CacheError),
    #[error("prepare a scratch folder: {0}")]
    Scratch(std::io::Error),
}

impl BuildError {
    /// What a value cannot be written or read by that the cache keeps.
    pub(super) fn record<E: std::error::Error + Send + Sync + 'static>(
        what: &'static str,
    ) -> impl Fn(E) -> BuildError {
        move |source| BuildError::Record {
            what,
            source: Box::new(source),
        }
    }
}

impl From<MissingCompiler> for BuildError {
    fn from(missing: MissingCompiler) -> BuildError {
        BuildError::MissingTool {
            what: "the C++ compiler",
            message: missing.to_string(),
        }
    }
}
