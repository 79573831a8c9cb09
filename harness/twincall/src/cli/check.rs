//! `check`, `list` and `show`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use twincall_abi::target::Target;

use super::run::{CaseTimings, Work};
use super::{
    CheckArgs, Exit, ListArgs, RunArgs, ShowArgs, complain, exit_of, find_root, options, print,
    print_rendered, progress,
};
use crate::account::Account;
use crate::discover::{Case, DiscoverError, Discovery, discover};
use crate::facts::{CaseReport, Report, SnapshotState, Verdict};
use crate::report::human::{self, Style};
use crate::repro::ReproError;
use crate::repro::mend::project::Trial;
use crate::repro::upstream::{Found, Kind, OnTarget, Unmade};
use crate::session::{Options, Session, Timings};
use crate::text::{printable, quote};

pub(super) fn check(arguments: &CheckArgs) -> Exit {
    let (root, filters) = match split_filters(arguments) {
        Ok(split) => split,
        Err(error) => return usage(&error),
    };
    let mut options = match options(&arguments.run) {
        Ok(options) => options,
        Err(error) => return usage(&error),
    };
    options.bless = arguments.bless;
    let places = match arguments.reports.open(arguments.run.color, arguments.verbose) {
        Ok(places) => places,
        Err(exit) => return exit,
    };
    let session = match Session::open(&root, options) {
        Ok(session) => session,
        Err(error) => return incomplete(&error.to_string()),
    };
    let work = Work {
        filters: &filters,
        targets: targets(&arguments.run),
        jobs: arguments.run.jobs,
        quiet: arguments.quiet,
        shard: arguments.shard,
    };
    let start = Instant::now();
    let (mut report, timings) = match work.run(&session) {
        Ok(done) => done,
        Err(exit) => return exit,
    };
    if (arguments.mend || arguments.fix)
        && let Err(error) = mend(&session, &mut report, arguments.fix)
    {
        return incomplete(&printable(&format!("failed to {error}")));
    }
    if let Some(option) = root_option(&root) {
        for case in &mut report.cases {
            case.command.push_str(&option);
        }
    }
    let written = places.write(&report);
    if let Some(reason) = session.snapshots().other_toolchains() {
        progress::announce(&format!("snapshots not compared: {reason}"));
    }
    let mut exit = exit_code(&report, &arguments.deny).max(written);
    if let Some(file) = &arguments.timings {
        show_timings(&timings, start.elapsed().as_secs_f64());
        exit = exit.max(show_account(file.as_deref()));
    }
    if arguments.bless && session.snapshots().other_toolchains().is_none() {
        return exit.max(unrecorded(&report));
    }
    exit
}

/// Looks for what mends the divergent pairs, and writes it where that is asked for.
fn mend(session: &Session, report: &mut Report, write: bool) -> Result<(), ReproError> {
    let unexpected = |case: &CaseReport| case.verdict == Verdict::Diverges && case.unexpected();
    let names: BTreeSet<String> = report
        .cases
        .iter()
        .filter(|case| unexpected(case))
        .map(|case| case.name.clone())
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    let trial = Trial::of(session)?;
    for case in session.discover().cases {
        if !names.contains(&case.name) {
            continue;
        }
        let of_case: Vec<CaseReport> = report
            .cases
            .iter()
            .filter(|report| report.name == case.name)
            .cloned()
            .collect();
        let Some(fix) = trial.mend(&case, &of_case)? else {
            progress::announce(&format!("no change of declarations mends {}", case.name));
            continue;
        };
        for report in report.cases.iter_mut().filter(|report| report.name == case.name) {
            report.mended = Some(fix.mend.clone());
        }
        if write {
            fix.write(session.root())?;
            progress::announce(&format!("{} is changed in {}", fix.mend.side, fix.path.display()));
        }
    }
    Ok(())
}

/// Says which snapshots were to be recorded and are not.
fn unrecorded(report: &Report) -> Exit {
    let mut exit = Exit::Expected;
    for case in &report.cases {
        if let SnapshotState::NotCompared { reason } = &case.snapshot {
            complain(&format!(
                "no snapshot of {} on {} is recorded: {reason}",
                case.name, case.target
            ));
            exit = Exit::Incomplete;
        }
    }
    exit
}

pub(super) fn list(arguments: &ListArgs) -> Exit {
    let root = arguments.project.root.clone().unwrap_or_else(find_root);
    let discovery = discover(&root);
    let mut shown = false;
    for case in discovery
        .cases
        .iter()
        .filter(|case| selected(&case.name, &arguments.filters))
    {
        let targets: Vec<&str> = Target::ALL
            .into_iter()
            .filter(|target| case.not_applicable(*target).is_none())
            .map(Target::short)
            .collect();
        print(&format!(
            "{:<40} {:<12} {}\n",
            case.name,
            targets.join(" "),
            case.about
        ));
        shown = true;
    }
    for error in &discovery.errors {
        complain(&error.to_string());
    }
    match (discovery.errors.is_empty(), shown) {
        (false, _) => worst(&discovery.errors),
        (true, true) => Exit::Expected,
        (true, false) => Exit::NoCase,
    }
}

pub(super) fn show(arguments: &ShowArgs) -> Exit {
    let root = arguments.run.project.root.clone().unwrap_or_else(find_root);
    let options = match options(&arguments.run) {
        Ok(options) => Options {
            witness: true,
            ..options
        },
        Err(error) => return usage(&error),
    };
    let session = match Session::open(&root, options) {
        Ok(session) => session,
        Err(error) => return incomplete(&error.to_string()),
    };
    let Discovery { cases, errors } = session.discover();
    let Some(case) = cases.iter().find(|case| case.name == arguments.case) else {
        if let Some(error) = errors
            .iter()
            .find(|error| error.case_name() == Some(&arguments.case))
        {
            return incomplete(&error.to_string());
        }
        if let Some(error) = errors.iter().find(|error| error.case_name().is_none()) {
            complain(&error.to_string());
            return exit_of(error);
        }
        let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        complain(&format!(
            "no case `{}`{}",
            arguments.case,
            near(&arguments.case, &names)
        ));
        return Exit::NoCase;
    };
    let style = Style {
        color: arguments.run.color.enabled(),
        verbose: true,
    };
    let kind = arguments.emit.as_deref().and_then(Kind::named);
    let mut reports = Vec::new();
    for target in targets(&arguments.run) {
        let (report, _) = session.run(case, target);
        if kind.is_none() {
            print_rendered(&human::show(&report, style));
        }
        reports.push(report);
    }
    if let Some(kind) = kind {
        match emitted(kind, &session, case, &reports) {
            Ok(text) => print(&printable(&text)),
            Err(error) => return incomplete(&printable(&format!("failed to {error}"))),
        }
    }
    exit_code(&Report::new(session.toolchains(), reports), &[])
}

/// A case in a form for somebody else.
fn emitted(kind: &Kind, session: &Session, case: &Case, reports: &[CaseReport]) -> Result<String, Unmade> {
    let interfaces: Vec<_> = reports
        .iter()
        .map(|report| session.interfaces(case, report.target).ok())
        .collect();
    let targets = reports
        .iter()
        .zip(&interfaces)
        .map(|(report, interfaces)| OnTarget {
            report,
            interfaces: interfaces.as_ref(),
        });
    kind.make(&Found {
        session,
        case,
        targets: targets.collect(),
    })
}

/// What several errors come to.
fn worst(errors: &[DiscoverError]) -> Exit {
    errors.iter().map(exit_of).max().unwrap_or(Exit::Incomplete)
}

/// The nearest case names; the whole list would fill the screen.
fn near(name: &str, names: &[&str]) -> String {
    let near = crate::text::nearest(name, names);
    if near.contains("did you mean") {
        near
    } else {
        "; `twincall list` names them".to_owned()
    }
}

/// Targets asked for, or all.
pub(super) fn targets(run: &RunArgs) -> Vec<Target> {
    if run.target.is_empty() {
        return Target::ALL.to_vec();
    }
    Target::ALL
        .into_iter()
        .filter(|target| run.target.contains(target))
        .collect()
}

/// An argument that is a folder with fixtures is the project; the others are filters.
fn split_filters(arguments: &CheckArgs) -> Result<(PathBuf, Vec<String>), String> {
    let mut root: Option<PathBuf> = None;
    let mut filters = Vec::new();
    for argument in &arguments.filters {
        let folder = Path::new(argument);
        let is_project = folder.join(crate::discover::C_FOLDER).is_dir()
            || folder.join(crate::discover::RUST_FOLDER).is_dir();
        let is_path = argument.starts_with(['.', '/']);
        if arguments.run.project.root.is_some() || !(is_project || is_path) {
            filters.push(argument.clone());
        } else if let Some(other) = root.replace(folder.to_owned()) {
            return Err(format!(
                "one run checks one project, not both `{}` and `{argument}`",
                other.display()
            ));
        }
    }
    let root = arguments.run.project.root.clone().or(root);
    Ok((root.unwrap_or_else(find_root), filters))
}

/// What a command of this project needs besides the case, where it is started here.
pub(super) fn root_option(root: &Path) -> Option<String> {
    let same = root.canonicalize().ok() == find_root().canonicalize().ok();
    (!same).then(|| format!(" --root {}", quote(&root.display().to_string())))
}

pub(super) fn selected(name: &str, filters: &[String]) -> bool {
    filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()))
}

fn show_timings(timings: &CaseTimings, elapsed: f64) {
    let sum = |part: fn(&Timings) -> f64| timings.iter().map(|(_, timing)| part(timing)).sum::<f64>();
    progress::announce(&format!(
        "time: {elapsed:.2} s in all; over all threads {:.2} s building, {:.2} s running, {:.2} s judging",
        sum(|timing| timing.build),
        sum(|timing| timing.run),
        sum(|timing| timing.judge)
    ));
    let mut slowest: Vec<&(String, Timings)> = timings.iter().collect();
    slowest.sort_by(|(_, one), (_, other)| (other.build + other.run).total_cmp(&(one.build + one.run)));
    for (name, timing) in slowest.iter().take(5) {
        progress::announce(&format!(
            "  {:.2} s building, {:.2} s running: {name}",
            timing.build, timing.run
        ));
    }
}

/// Where the processor time of this process went: as a table, and as JSON into a file where one is named.
pub(super) fn show_account(file: Option<&Path>) -> Exit {
    let account = Account::of_this_process();
    progress::announce(&account.to_string());
    let Some(file) = file else {
        return Exit::Expected;
    };
    let text = crate::text::json(&account).map_err(std::io::Error::from);
    match text.and_then(|text| std::fs::write(file, text)) {
        Ok(()) => Exit::Expected,
        Err(error) => incomplete(&format!("cannot write to `{}`: {error}", file.display())),
    }
}

pub(super) fn exit_code(report: &Report, deny: &[String]) -> Exit {
    let denied = report
        .cases
        .iter()
        .any(|case| deny.iter().any(|verdict| verdict == case.verdict.name()));
    let unchecked = report.summary.unchecked > 0 && deny.iter().any(|denied| denied == "unchecked");
    let unexpected = report
        .cases
        .iter()
        .any(|case| case.executed() && case.unexpected());
    if report.cases.iter().any(|case| case.verdict == Verdict::Error) {
        Exit::Incomplete
    } else if unexpected || denied || unchecked {
        Exit::Unexpected
    } else {
        Exit::Expected
    }
}

fn incomplete(message: &str) -> Exit {
    complain(message);
    Exit::Incomplete
}

fn usage(message: &str) -> Exit {
    complain(message);
    Exit::Usage
}
