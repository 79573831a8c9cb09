//! One test for each case and target: `struct/three_floats::wasm`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use twincall::discover::{Case, Discovery};
use twincall::report::human::{self, Style};
use twincall::report::{SnapshotState, Verdict};
use twincall::session::{Options, Session};
use twincall::snapshot;
use twincall_abi::target::Target;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let trials = match Session::open(&root, Options::default()) {
        Ok(session) => trials(Arc::new(session)),
        // Without a compiler nothing can be listed; a failing test says why.
        Err(error) => vec![Trial::test("toolchains", move || Err(error.to_string().into()))],
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trials(session: Arc<Session>) -> Vec<Trial> {
    let Discovery { cases, errors } = session.discover();
    let mut trials: Vec<Trial> = errors
        .into_iter()
        .map(|error| {
            let name = error.case_name().unwrap_or("project").to_owned();
            Trial::test(name, move || Err(error.to_string().into()))
        })
        .collect();
    for case in cases {
        for target in Target::ALL {
            // A trial that ignores itself would count as passed under nextest, so it is decided here.
            let ignored = case.not_applicable(target).is_some();
            let name = format!("{}::{}", case.name, target.short());
            let (session, case) = (Arc::clone(&session), case.clone());
            let trial = Trial::test(name, move || run(&session, &case, target));
            trials.push(trial.with_ignored_flag(ignored));
        }
    }
    trials
}

fn run(session: &Session, case: &Case, target: Target) -> Result<(), Failed> {
    let (mut report, _) = session.run(case, target);
    // insta compares the snapshot here, so that its review works.
    let compared = std::mem::take(&mut report.snapshot);
    if report.verdict == Verdict::Error || report.verdict == Verdict::Skipped || report.unexpected() {
        return Err(human::explain(&report, Style::default()).into());
    }
    if matches!(compared, SnapshotState::NotCompared { .. }) {
        return Ok(());
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(session.root().join(snapshot::FOLDER));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let facts = snapshot::render(&report);
    settings.bind(|| insta::assert_snapshot!(snapshot::insta_name(&case.name, target), facts));
    Ok(())
}
