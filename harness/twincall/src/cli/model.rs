//! `model-check`: the written ABI's model against the compilers.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use twincall_abi::target::Target;

use super::progress::announce;
use super::{Exit, ModelCheckArgs, complain, find_root, options, print};
use crate::model_check::ModelCheck;
use crate::session::Session;

/// How long nothing is said of the progress.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

pub(super) fn model_check(arguments: &ModelCheckArgs) -> Exit {
    let root = arguments.run.project.root.clone().unwrap_or_else(find_root);
    let options = match options(&arguments.run) {
        Ok(options) => options,
        Err(error) => {
            complain(&error);
            return Exit::Usage;
        }
    };
    let session = match Session::open(&root, options) {
        Ok(session) => session,
        Err(error) => {
            complain(&error.to_string());
            return Exit::Incomplete;
        }
    };
    let targets = match arguments.run.target.as_slice() {
        [] => Target::ALL.to_vec(),
        some => some.to_vec(),
    };
    let mut exit = Exit::Expected;
    if !arguments.bench.is_empty() {
        for target in targets {
            exit = exit.max(bench(&session, target, arguments));
        }
        return exit;
    }
    if arguments.unextended {
        for target in targets {
            match ModelCheck::of(&session, target, arguments.seed, arguments.count)
                .and_then(|check| check.unextended())
            {
                Ok(report) => print(&report.render(target)),
                Err(error) => {
                    complain(&error.to_string());
                    exit = Exit::Incomplete;
                }
            }
        }
        return exit;
    }
    for target in targets {
        let started = Instant::now();
        let done = AtomicUsize::new(0);
        let shown = Mutex::new(started);
        let progress = |batch: usize| {
            let done = done.fetch_add(batch, Ordering::Relaxed) + batch;
            if let Ok(mut shown) = shown.try_lock()
                && shown.elapsed() >= BETWEEN_LINES
            {
                *shown = Instant::now();
                announce(&format!(
                    "{target}: {done} signatures compiled and called, each once for a compiler and level"
                ));
            }
        };
        let quiet = |_: usize| {};
        let progress: &(dyn Fn(usize) + Sync) = if arguments.quiet { &quiet } else { &progress };
        match ModelCheck::of(&session, target, arguments.seed, arguments.count)
            .and_then(|check| check.run(progress))
        {
            Ok(report) => {
                print(&report.render(target));
                if arguments.verbose {
                    for disagreement in report.unexplained() {
                        print(&format!("{disagreement}\n"));
                    }
                }
                let checks: usize = report.checks.values().sum();
                let unexplained = report.unexplained().count();
                let seconds = started.elapsed().as_secs_f64();
                print(&format!(
                    "{target}: {checks} checks in {seconds:.1} s, {:.0} a second; {unexplained} differences without an explanation\n\n",
                    checks as f64 / seconds
                ));
                if unexplained > 0 {
                    exit = exit.max(Exit::Unexpected);
                }
            }
            Err(error) => {
                complain(&error.to_string());
                exit = Exit::Incomplete;
            }
        }
    }
    exit
}

/// Prints a line for each size, and how the cost of a signature grows from the first size to the last.
fn bench(session: &Session, target: Target, arguments: &ModelCheckArgs) -> Exit {
    let mut costs = Vec::new();
    for &count in &arguments.bench {
        match ModelCheck::of(session, target, arguments.seed, count).and_then(|check| check.bench()) {
            Ok(bench) => {
                print(&format!("{target}: {}\n", bench.render()));
                costs.push((bench.signatures, bench.cost()));
            }
            Err(error) => {
                complain(&error.to_string());
                return Exit::Incomplete;
            }
        }
    }
    if let (Some((few, first)), Some((many, last))) = (costs.first(), costs.last())
        && few != many
    {
        print(&format!(
            "{target}: a signature costs {:.2} times as much among {many} as among {few}\n",
            last / first
        ));
    }
    Exit::Expected
}
