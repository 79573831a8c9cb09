//! Running the cases that a command line selects.

use std::collections::BTreeSet;
use std::path::Path;
use std::thread;

use rayon::prelude::*;
use twincall_abi::target::Target;

use super::check::selected;
use super::progress::{self, Progress};
use super::{Exit, complain};
use crate::discover::{Case, DiscoverError, Discovery};
use crate::facts::{CaseReport, Report, Shard};
use crate::session::{Session, Timings};

/// The times of each job, under its name.
pub(super) type CaseTimings = Vec<(String, Timings)>;

/// What to run.
#[derive(Debug)]
pub(super) struct Work<'a> {
    pub(super) filters: &'a [String],
    pub(super) targets: Vec<Target>,
    pub(super) jobs: Option<usize>,
    pub(super) quiet: bool,
    pub(super) shard: Option<Shard>,
}

impl Work<'_> {
    /// Runs every selected case on every target, in parallel. What is wrong with the whole is said, and comes back as the exit
    /// code.
    pub(super) fn run(&self, session: &Session) -> Result<(Report, CaseTimings), Exit> {
        for warning in session.warnings() {
            progress::announce(&format!("warning: {warning}"));
        }
        let incomplete = |error: &str| {
            complain(error);
            Exit::Incomplete
        };
        let Discovery { cases, errors } = session.discover();
        let cases: Vec<Case> = cases
            .into_iter()
            .filter(|case| selected(&case.name, self.filters))
            .collect();
        let errors: Vec<DiscoverError> = errors
            .into_iter()
            .filter(|error| error.case_name().is_none_or(|name| selected(name, self.filters)))
            .collect();
        // Without a case to charge it to, an error is one of the whole project.
        if let Some(error) = errors.iter().find(|error| error.case_name().is_none()) {
            complain(&error.to_string());
            return Err(super::exit_of(error));
        }
        if cases.is_empty() && errors.is_empty() {
            complain(&self.no_case(session.root()));
            return Err(Exit::NoCase);
        }
        let (mut reports, timings) = self
            .run_cases(session, &cases)
            .map_err(|error| incomplete(&error))?;
        // One part tells what is wrong with the project's files, or each would count it.
        if self.shard.is_none_or(|shard| shard.number == 1) {
            for error in &errors {
                let targets = self.targets.iter();
                reports.extend(targets.map(|target| error.report(*target)));
            }
        }
        reports.sort_by(|one, other| (&one.name, one.target).cmp(&(&other.name, other.target)));
        let mut report = Report::new(session.toolchains(), reports);
        report.project = below_repository(session.root());
        report.shard = self.shard;
        Ok((report, timings))
    }

    fn no_case(&self, root: &Path) -> String {
        if self.filters.is_empty() {
            format!("there is no case in `{}`", root.display())
        } else {
            format!(
                "no case of `{}` matches {}",
                root.display(),
                self.filters.join(" ")
            )
        }
    }

    fn run_cases(&self, session: &Session, cases: &[Case]) -> Result<(Vec<CaseReport>, CaseTimings), String> {
        let mut jobs: Vec<(&Case, Target)> = cases
            .iter()
            .flat_map(|case| self.targets.iter().map(move |target| (case, *target)))
            .enumerate()
            .filter(|(index, _)| self.shard.is_none_or(|shard| shard.has(*index)))
            .map(|(_, job)| job)
            .collect();
        // What needs no libraries that have to be built first goes on while they are built.
        jobs.sort_by_key(|(case, target)| session.needs(case, *target));
        let progress = Progress::new(jobs.len() as u64, self.quiet);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.jobs.unwrap_or(0))
            .build()
            .map_err(|error| format!("cannot start threads: {error}"))?;
        let needed: BTreeSet<_> = jobs
            .iter()
            .filter_map(|(case, target)| session.needs(case, *target))
            .collect();
        let done: Vec<(CaseReport, Timings)> = thread::scope(|scope| {
            scope.spawn(move || {
                for (target, extent) in needed {
                    // Why there are none is told by the cases that need them.
                    let _ = session.libraries(target, extent);
                }
            });
            pool.install(|| {
                // One after the other: the halves of a slice would have a thread wait for libraries from the start.
                jobs.iter()
                    .par_bridge()
                    .map(|(case, target)| {
                        let done = session.run(case, *target);
                        let verdict = done.0.verdict.name();
                        progress.done(1, || format!("{verdict} {} on {}", case.name, target.short()));
                        done
                    })
                    .collect()
            })
        });
        drop(progress);
        let timings = done
            .iter()
            .map(|(report, timings)| (format!("{} on {}", report.name, report.target), *timings));
        let timings = timings.collect();
        Ok((done.into_iter().map(|(report, _)| report).collect(), timings))
    }
}

/// The folder of a project below the root of the git repository that it is in.
fn below_repository(root: &Path) -> String {
    let repository = root.ancestors().find(|folder| folder.join(".git").exists());
    let below = repository.and_then(|repository| root.strip_prefix(repository).ok());
    let names = below.into_iter().flat_map(Path::components);
    let names: Vec<_> = names.map(|name| name.as_os_str().to_string_lossy()).collect();
    names.join("/")
}
