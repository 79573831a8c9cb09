//! `fuzz`: the judge against generated pairs.

use std::path::{Path, PathBuf};

use clap::Args;
use twincall_abi::target::Target;

use super::check::{show_account, targets};
use super::progress::{self, Progress};
use super::reports::ReportArgs;
use super::{Exit, RunArgs, complain, find_root, options, print, print_rendered};
use crate::facts::Shard;
use crate::fuzz::plan::{Kind, Spelling, Wanted};
use crate::fuzz::report::FuzzReport;
use crate::fuzz::{Alone, Fuzz, FuzzTimings, drawn, forms, keep, read, trust};
use crate::report::format::render_subject;
use crate::report::human::{self, Style};
use crate::session::Session;
use crate::text::nearest;

/// For so many causes the smallest pair is looked for.
const SHRINK: usize = 8;

#[derive(Debug, Args)]
pub(super) struct FuzzArgs {
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    reports: ReportArgs,
    /// The same seed gives the same pairs
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many pairs for each target
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    count: u64,
    /// Only these kinds of mistakes, with commas between them; a third of the pairs is correct all the same
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = parse_kind)]
    kinds: Vec<Kind>,
    /// Run this pair alone, and show its two files and all that is said of it
    #[arg(long, value_name = "N", conflicts_with_all = ["shard", "keep", "trust", "list", "output", "report", "format"])]
    number: Option<u64>,
    /// Name the kinds of mistakes and the ways of writing, and run nothing
    #[arg(long, conflicts_with_all = ["output", "report", "format"])]
    list: bool,
    /// Only this part of the run, as in 2/8; `merge` puts the parts' JSON together
    #[arg(long, value_name = "NUMBER/OF")]
    shard: Option<Shard>,
    /// Write what is not as wanted as fixtures into DIR
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Write --count correct pairs as fixtures into DIR, and run nothing
    #[arg(long, value_name = "DIR", conflicts_with_all = ["keep", "number", "shard"])]
    write: Option<PathBuf>,
    /// For so many causes look for the smallest pair
    #[arg(long, value_name = "N", default_value_t = SHRINK)]
    shrink: usize,
    /// Run nothing, and write `docs/trust.md` of these reports
    #[arg(long, value_name = "REPORT.json", num_args = 1.., conflicts_with_all = ["shard", "keep", "list", "report", "format"])]
    trust: Vec<PathBuf>,
    /// Show no progress
    #[arg(short, long)]
    quiet: bool,
    /// Show where the time went, by tool and by part of this program; as JSON into FILE, if one is named
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    timings: Option<Option<PathBuf>>,
}

fn parse_kind(id: &str) -> Result<Kind, String> {
    let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.id()).collect();
    Kind::from_id(id).ok_or_else(|| {
        let near = nearest(id, &known);
        format!("there is no kind `{id}`{near}; `twincall fuzz --list` names all")
    })
}

fn incomplete(error: &str) -> Exit {
    complain(error);
    Exit::Incomplete
}

pub(super) fn fuzz(arguments: &FuzzArgs) -> Exit {
    if arguments.list {
        print(&list());
        return Exit::Expected;
    }
    if !arguments.trust.is_empty() {
        return write_trust(arguments);
    }
    let options = match options(&arguments.run) {
        Ok(options) => options,
        Err(error) => {
            complain(&error);
            return Exit::Usage;
        }
    };
    let places = match arguments.reports.open(arguments.run.color, false) {
        Ok(places) => places,
        Err(exit) => return exit,
    };
    if let Some(folder) = &arguments.keep
        && let Err(error) = std::fs::create_dir_all(folder)
    {
        return incomplete(&format!("cannot write to `{}`: {error}", folder.display()));
    }
    let root = arguments.run.project.root.clone().unwrap_or_else(find_root);
    let session = match Session::open(&root, options) {
        Ok(session) => session,
        Err(error) => return incomplete(&error.to_string()),
    };
    for warning in session.warnings() {
        progress::announce(&format!("warning: {warning}"));
    }
    let fuzz = Fuzz {
        session: &session,
        targets: targets(&arguments.run),
        seed: arguments.seed,
        count: arguments.count,
        kinds: arguments.kinds.clone(),
        shard: arguments.shard,
        jobs: arguments.run.jobs.unwrap_or(0),
        shrink: arguments.shrink,
        truth: drawn,
    };
    if let Some(folder) = &arguments.write {
        return match keep::write_correct(arguments.seed, arguments.count, folder) {
            Ok(()) => Exit::Expected,
            Err(error) => incomplete(&format!("cannot write to `{}`: {error}", folder.display())),
        };
    }
    if let Some(number) = arguments.number {
        return one(&fuzz, number, arguments);
    }
    let planned = fuzz.planned();
    let progress = Progress::new(planned, arguments.quiet);
    let done = fuzz.run(&|target, pairs| {
        progress.done(pairs, || format!("pairs on {}", target.short()));
    });
    drop(progress);
    let (report, timings) = match done {
        Ok(done) => done,
        Err(error) => return incomplete(&format!("failed to {error}")),
    };
    let mut exit = Exit::from(&report);
    if let Some(folder) = &arguments.keep
        && let Err(error) = keep::keep(&report, folder)
    {
        exit = exit.max(incomplete(&format!(
            "cannot write to `{}`: {error}",
            folder.display()
        )));
    }
    if let Some(file) = &arguments.timings {
        show_timings(timings, &report);
        exit = exit.max(show_account(file.as_deref()));
    }
    exit.max(places.write_with(
        |format, context| render_subject(&report, format, context),
        || forms::in_markdown(&report),
    ))
}

/// The kinds and spellings, each with its sentence.
fn list() -> String {
    let mut text = String::from("mistakes\n");
    for kind in Kind::ALL {
        text.push_str(&format!("  {:<28} {}\n", kind.id(), kind.about()));
    }
    text.push_str("\nways of writing a correct pair\n");
    for spelling in Spelling::ALL {
        text.push_str(&format!("  {:<28} {}\n", spelling.id(), spelling.about()));
    }
    text
}

/// One pair alone, on every target.
fn one(fuzz: &Fuzz<'_>, number: u64, arguments: &FuzzArgs) -> Exit {
    let mut exit = Exit::Expected;
    for target in &fuzz.targets {
        let alone = match fuzz.alone(number, *target) {
            Ok(alone) => alone,
            Err(error) => return incomplete(&format!("failed to {error}")),
        };
        print_rendered(&shown(&alone, number, *target, arguments.run.color.enabled()));
        exit = exit.max(match (alone.is_incomplete(), alone.is_wrong()) {
            (true, _) => Exit::Incomplete,
            (false, true) => Exit::Unexpected,
            (false, false) => Exit::Expected,
        });
    }
    exit
}

fn shown(alone: &Alone, number: u64, target: Target, color: bool) -> String {
    let wanted = match alone.wanted {
        Wanted::Conforms => "conforms".to_owned(),
        Wanted::Diverges | Wanted::DivergesUnlessEqual => "diverges".to_owned(),
        Wanted::Accidental => "accidental".to_owned(),
        Wanted::DivergesOrAccidental => "diverges or accidental".to_owned(),
        Wanted::Equivalent => "anything but diverges: it makes no difference here".to_owned(),
        Wanted::NotApplicable(reason) => format!("nothing: {reason}"),
    };
    let kind = alone.kind.map_or("correct", Kind::id);
    let place = alone
        .place()
        .map_or(String::new(), |place| format!(" at {place}"));
    let style = Style { color, verbose: true };
    format!(
        "pair {number} on {target}: {kind}{place}; wanted {wanted}; {}\n\n--- C\n{}\n--- Rust\n{}\n{}\n",
        alone.judged.outcome.name(),
        alone.texts[0],
        alone.texts[1],
        human::show(&alone.report, style)
    )
}

fn write_trust(arguments: &FuzzArgs) -> Exit {
    let merged = match merged(&arguments.trust) {
        Ok(merged) => merged,
        Err(error) => return incomplete(&error),
    };
    match arguments.reports.open(arguments.run.color, false) {
        Ok(places) => places.write_with(|_, _| Ok(trust::page(&merged)), String::new),
        Err(exit) => exit,
    }
}

fn merged(files: &[PathBuf]) -> Result<FuzzReport, String> {
    let mut reports = Vec::new();
    for path in files {
        let report = read::read(path).map_err(|error| error.to_string())?;
        reports.push((path.display().to_string(), report));
    }
    read::merge(&reports).map_err(|error| error.to_string())
}

/// For `merge`: the run that these documents are parts of, where they are of this verb. An error where some are and others are
/// not.
pub(super) fn of_documents(files: &[(PathBuf, Vec<u8>)]) -> Option<Result<FuzzReport, String>> {
    let ours: Vec<bool> = files.iter().map(|(_, text)| read::is_fuzz(text)).collect();
    let first = ours.iter().position(|ours| *ours)?;
    if let Some(other) = ours.iter().position(|ours| !*ours) {
        let name = |at: usize| files[at].0.display();
        return Some(Err(format!(
            "`{}` is a report of `fuzz`, and `{}` is not",
            name(first),
            name(other)
        )));
    }
    let all = || {
        let mut reports = Vec::new();
        for (path, text) in files {
            let report = read::parse(Path::new(path), text).map_err(|error| error.to_string())?;
            reports.push((path.display().to_string(), report));
        }
        read::merge(&reports).map_err(|error| error.to_string())
    };
    Some(all())
}

fn show_timings(timings: FuzzTimings, report: &FuzzReport) {
    progress::announce(&format!(
        "time: {:.2} s in all; over all threads {:.2} s preparing, {:.2} s building, {:.2} s running, {:.2} s judging; \
         {} fixtures, of which {} of one pair took {:.2} s",
        report.seconds,
        timings.prepare,
        timings.build,
        timings.run,
        timings.judge,
        timings.fixtures,
        timings.fixtures_alone,
        timings.alone
    ));
}
