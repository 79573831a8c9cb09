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
                RunError::Library(error)
                | RunError::Plan(BuildError::Cache(error))
                | RunError::Module(KeptModuleError::Cache(error)),
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn damaged() -> CacheError {
        CacheError::Damaged {
            path: PathBuf::from("entry"),
        }
    }

    fn unwritten() -> CacheError {
        CacheError::Write {
            path: PathBuf::from("entry"),
            source: std::io::ErrorKind::StorageFull.into(),
        }
    }

    /// The verdict and the reason of a case that is listed; nothing of one that failed.
    fn listed(stop: Stop) -> Option<(Verdict, String)> {
        match stop {
            Stop::Listed(verdict, reason) => Some((verdict, reason)),
            Stop::Failed(_) => None,
        }
    }

    fn of_run(error: RunError) -> Option<(Verdict, String)> {
        listed(Stop::of_run(error, ["clang-22", "rustc-1.96"]))
    }

    #[test]
    fn what_cannot_be_built_here_is_listed_and_the_rest_has_failed() {
        let missing = BuildError::MissingTool {
            what: "wasm-ld",
            message: "install lld".to_owned(),
        };
        let skipped = (Verdict::Skipped, "wasm-ld is missing: install lld".to_owned());
        assert_eq!(listed(missing.into()), Some(skipped));
        let unsupported = BuildError::Unsupported("no `va_list`".to_owned());
        let told = (Verdict::Unsupported, "no `va_list`".to_owned());
        assert_eq!(listed(unsupported.into()), Some(told));
        for error in [
            BuildError::Form("no twins".to_owned()),
            BuildError::Cache(damaged()),
            BuildError::Calls {
                call: "f()".to_owned(),
                message: "no such function".to_owned(),
            },
        ] {
            let text = error.to_string();
            assert_eq!(listed(error.into()), None, "{text}");
        }
        assert_eq!(listed(unwritten().into()), None);
    }

    #[test]
    fn a_library_or_module_that_nothing_here_takes_is_not_covered() {
        let library = PathBuf::from("pair.so");
        let needed = "libz.so.1".to_owned();
        for (error, words) in [
            (
                RunError::NotLoaded("no static TLS is left".to_owned()),
                "no static TLS is left",
            ),
            (
                RunError::Module(KeptModuleError::Proposal {
                    feature: "exceptions".to_owned(),
                }),
                "clang-22 and rustc-1.96 made a module with exceptions, which Wasmtime does not run",
            ),
            (
                RunError::Native(NativeError::Dependency(DependencyError::NotAllowed {
                    library: library.clone(),
                    needed: needed.clone(),
                })),
                "failed to load pair.so: it needs libz.so.1, but a fixture may only need the C and C++ runtimes",
            ),
            (
                RunError::Native(NativeError::Dependency(DependencyError::NotFound {
                    library: library.clone(),
                    needed,
                })),
                "failed to load pair.so: it needs libz.so.1, which is in none of the system's library folders",
            ),
        ] {
            assert_eq!(of_run(error), Some((Verdict::Unsupported, words.to_owned())));
        }
    }

    #[test]
    fn a_run_that_broke_has_failed_and_is_not_said_to_be_not_covered() {
        let library = PathBuf::from("pair.so");
        for error in [
            RunError::Native(NativeError::TooLarge { length: 1 << 40 }),
            RunError::Native(NativeError::Dependency(DependencyError::OtherKind { library })),
            RunError::NoProbe(Arc::new(NativeError::TooLarge { length: 1 })),
            RunError::NoModule(2),
            RunError::Module(KeptModuleError::Cache(damaged())),
        ] {
            let text = error.to_string();
            assert_eq!(of_run(error), None, "{text}");
        }
    }

    #[test]
    fn calls_that_cannot_be_planned_end_a_case_as_its_build_would() {
        let plan = |error| of_run(RunError::Plan(error));
        let unsupported = BuildError::Unsupported("no vectors".to_owned());
        assert_eq!(
            plan(unsupported),
            Some((Verdict::Unsupported, "no vectors".to_owned()))
        );
        assert_eq!(plan(BuildError::Form("no twins".to_owned())), None);
    }

    /// Only what is damaged is gone and may be made again; a full disk stays full.
    #[test]
    fn damage_is_seen_through_every_stage_that_reads_the_cache() {
        let stages: [fn(CacheError) -> CaseError; 5] = [
            CaseError::Cache,
            |error| CaseError::Run(RunError::Library(error)),
            |error| CaseError::Build(BuildError::Cache(error)),
            |error| CaseError::Run(RunError::Plan(BuildError::Cache(error))),
            |error| CaseError::Run(RunError::Module(KeptModuleError::Cache(error))),
        ];
        for (number, stage) in stages.into_iter().enumerate() {
            assert!(stage(damaged()).is_damage(), "{number}");
            assert!(!stage(unwritten()).is_damage(), "{number}");
        }
        assert!(!CaseError::Run(RunError::NoModule(2)).is_damage());
    }
}
