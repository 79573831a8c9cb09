//! A project's pairs as tests under `cargo test`, one for each case and target: `struct/three_floats::wasm`.
//!
//! A crate needs three lines in `tests/abi.rs`, `harness = false` for that test in its `Cargo.toml`, and its pairs in
//! `c-fixtures/` and `rust-fixtures/`:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     twincall::testing::run(env!("CARGO_MANIFEST_DIR"))
//! }
//! ```
//!
//! A test fails where `twincall check` would end with 100 or 101: a divergence that nobody expects, an expectation that does not
//! come true, a snapshot that changed, a case that cannot be built. With `TWINCALL_BLESS=1` the snapshots, which are in the
//! crate's `snapshots/`, are written instead of compared.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use twincall_abi::target::Target;

use crate::discover::{Case, Discovery};
use crate::facts::{CaseReport, Verdict};
use crate::report::human::{self, Style};
use crate::session::{Options, Session};
use crate::text::{one_line, printable};

/// Where it is set, a test for which a tool is missing fails rather than being left out.
const EVERYTHING: &str = "TWINCALL_TEST_EVERYTHING";

/// Whether a test of this repository may be left out because a tool that it needs is not installed.
#[doc(hidden)]
pub fn may_be_left_out() -> bool {
    std::env::var_os(EVERYTHING).is_none_or(|value| value.is_empty())
}

/// Has the snapshots written.
pub const BLESS: &str = "TWINCALL_BLESS";

/// Runs the tests of the project in a folder, as the arguments of this process say.
pub fn run(root: impl AsRef<Path>) -> ExitCode {
    let options = Options {
        bless: std::env::var_os(BLESS).is_some_and(|value| !value.is_empty() && value != "0"),
        ..Options::default()
    };
    let trials = match Session::open(root.as_ref(), options) {
        Ok(session) => trials(session),
        // Without a compiler nothing can be listed; a failing test says why.
        Err(error) => vec![Trial::test("toolchains", move || {
            Err(printable(&error.to_string()).into())
        })],
    };
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The tests of a session, for a crate that chooses its toolchains or adds tests of its own.
pub fn trials(session: Session) -> Vec<Trial> {
    trials_with(session, judge)
}

/// As [`trials`], with another opinion on what a case has to be.
pub fn trials_with(session: Session, judge: fn(&Session, CaseReport) -> Result<(), Failed>) -> Vec<Trial> {
    let session = Arc::new(session);
    let Discovery { cases, errors } = session.discover();
    let mut trials: Vec<Trial> = errors
        .into_iter()
        .map(|error| {
            let name = one_line(error.case_name().unwrap_or("project"));
            Trial::test(name, move || Err(printable(&error.to_string()).into()))
        })
        .collect();
    for case in cases {
        for target in Target::ALL {
            // A trial that ignores itself would count as passed under nextest, so it is decided here.
            let ignored = case.not_applicable(target).is_some();
            let name = one_line(&format!("{}::{}", case.name, target.short()));
            let (session, case): (_, Case) = (Arc::clone(&session), case.clone());
            let trial = Trial::test(name, move || judge(&session, session.run(&case, target).0));
            trials.push(trial.with_ignored_flag(ignored));
        }
    }
    trials
}

/// Whether everything is as the fixture and the snapshot say.
fn judge(_: &Session, report: CaseReport) -> Result<(), Failed> {
    let broken = matches!(report.verdict, Verdict::Error | Verdict::Skipped) || report.unexpected();
    if broken {
        return Err(human::explain(&report, Style::default()).into());
    }
    Ok(())
}
