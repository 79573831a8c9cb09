//! One test for each case and target: `struct/three_floats::wasm`.

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use twincall::facts::{CaseReport, SnapshotState, Verdict};
use twincall::report::human::{self, Style};
use twincall::session::{Options, Session};
use twincall::{snapshot, testing};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let trials = match Session::open(&root, Options::default()) {
        Ok(session) => testing::trials_with(session, judge),
        Err(error) => vec![Trial::test("toolchains", move || Err(error.to_string().into()))],
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// As every project's tests, but for the snapshot, which insta compares so that its review works.
fn judge(session: &Session, mut report: CaseReport) -> Result<(), Failed> {
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
    let (name, facts) = (
        snapshot::insta_name(&report.name, report.target),
        snapshot::render(&report),
    );
    settings.bind(|| insta::assert_snapshot!(name, facts));
    Ok(())
}
