//! `diff` and `timeline`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::check::targets;
use super::reports::ReportArgs;
use super::run::Work;
use super::{Exit, RunArgs, complain, exit_of, find_root, options, print_rendered};
use crate::cache::Cache;
use crate::cache::default_cache;
use crate::diff::timeline::timeline as line_up;
use crate::diff::{Difference, Run, compare};
use crate::discover::Discovery;
use crate::facts::{CaseReport, Report, ToolchainReport, Verdict};
use crate::report::format::{Format, render_subject};
use crate::report::read::read;
use crate::report::results::Subject as _;
use crate::session::{Options, Session};
use crate::toolchain::installed::{installed_c, installed_rust};
use crate::toolchain::{ToolchainChoice, is_rust_name};

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// Two reports of `check --format json`, the old one first; or, with --toolchain twice, text that the name of a case
    /// contains
    #[arg(value_name = "OLD NEW|FILTER")]
    arguments: Vec<String>,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    reports: ReportArgs,
    /// Show no progress
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct TimelineArgs {
    /// The case: struct/three_floats
    case: String,
    /// Only the versions of this compiler
    #[arg(long, value_name = "COMPILER", value_parser = ["rustc", "clang"])]
    compiler: Option<String>,
    #[command(flatten)]
    run: RunArgs,
    /// Form of the result
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = ["human", "json"])]
    format: String,
}

fn incomplete(error: &str) -> Exit {
    complain(error);
    Exit::Incomplete
}

fn usage(error: &str) -> Exit {
    complain(error);
    Exit::Usage
}

pub(super) fn diff(arguments: &DiffArgs) -> Exit {
    let difference = match arguments.run.toolchain.as_slice() {
        [] => of_files(&arguments.arguments),
        [old, new] => of_toolchains(arguments, old, new),
        some => Err(usage(&format!(
            "--toolchain names the old and the new toolchain, and is given {} times",
            some.len()
        ))),
    };
    let difference = match difference {
        Ok(difference) => difference,
        Err(exit) => return exit,
    };
    let places = match arguments.reports.open(arguments.run.color, false) {
        Ok(places) => places,
        Err(exit) => return exit,
    };
    let written = places.write_with(
        |format: Format, context| render_subject(&difference, format, context),
        || difference.markdown(),
    );
    let exit = match difference.cases.is_empty() {
        true => Exit::Expected,
        false => Exit::Unexpected,
    };
    exit.max(written)
}

fn of_files(files: &[String]) -> Result<Difference, Exit> {
    let [old, new] = files else {
        return Err(usage(
            "give two reports, `diff old.json new.json`, or two toolchains, `diff --toolchain rustc-1.63 --toolchain rustc-1.96`",
        ));
    };
    let open = |file: &String| read(Path::new(file)).map_err(|error| incomplete(&error.to_string()));
    let (before, now) = (open(old)?, open(new)?);
    for (file, report) in [(old, &before), (new, &now)] {
        if let Some(shard) = report.shard {
            let message =
                format!("`{file}` is part {shard} of a run; `twincall merge` puts the parts together");
            return Err(incomplete(&message));
        }
    }
    Ok(changed(old, &before, new, &now))
}

fn changed(old: &str, before: &Report, new: &str, now: &Report) -> Difference {
    compare(
        Run {
            name: old,
            report: before,
        },
        Run {
            name: new,
            report: now,
        },
    )
}

fn of_toolchains(arguments: &DiffArgs, old: &str, new: &str) -> Result<Difference, Exit> {
    if old == new {
        return Err(usage(&format!("--toolchain names `{old}` twice")));
    }
    let run = |name: &str| -> Result<Report, Exit> {
        let session = open(&arguments.run, name)?;
        let work = Work {
            filters: &arguments.arguments,
            targets: targets(&arguments.run),
            jobs: arguments.run.jobs,
            quiet: arguments.quiet,
            shard: None,
        };
        let (report, _) = work.run(&session)?;
        Ok(report)
    };
    let (before, now) = (run(old)?, run(new)?);
    Ok(changed(old, &before, new, &now))
}

/// A session in which one toolchain is chosen and the other is the default.
fn open(run: &RunArgs, name: &str) -> Result<Session, Exit> {
    let mut options = session_options(run)?;
    let slot = match is_rust_name(name) {
        true => &mut options.toolchains.rust,
        false => &mut options.toolchains.c,
    };
    *slot = Some(name.to_owned());
    let root = run.project.root.clone().unwrap_or_else(find_root);
    Session::open(&root, options).map_err(|error| incomplete(&error.to_string()))
}

/// The options without the toolchains, which mean something else here.
fn session_options(run: &RunArgs) -> Result<Options, Exit> {
    let mut chosen = options(run).or_else(|_| {
        let mut without = run.clone();
        without.toolchain.clear();
        options(&without)
    });
    if let Ok(options) = &mut chosen {
        options.toolchains = ToolchainChoice::default();
    }
    chosen.map_err(|error| usage(&error))
}

pub(super) fn timeline(arguments: &TimelineArgs) -> Exit {
    let (cache, _) = Cache::open(&default_cache(), true);
    let wanted = |compiler: &str| arguments.compiler.as_deref().is_none_or(|one| one == compiler);
    let mut groups: Vec<Vec<PathBuf>> = Vec::new();
    if wanted("rustc") {
        groups.push(
            installed_rust(&cache)
                .into_iter()
                .map(|rust| rust.rustc)
                .collect(),
        );
    }
    if wanted("clang") {
        let all = installed_c(&cache).into_iter();
        groups.push(all.filter(|c| c.gcc.is_none()).map(|c| c.clang).collect());
    }
    let mut text = String::new();
    let mut documents = Vec::new();
    let (mut changed, mut failed) = (false, false);
    for (group, versions) in groups.iter().enumerate() {
        let is_rust = wanted("rustc") && group == 0;
        for target in targets(&arguments.run) {
            let mut reports: Vec<(ToolchainReport, CaseReport)> = Vec::new();
            for version in versions {
                match one(arguments, version, is_rust, target) {
                    Ok(report) => reports.push(report),
                    Err(exit) => return exit,
                }
            }
            let lines = line_up(&arguments.case, target, reports);
            changed |= lines.changed();
            failed |= lines.rows.iter().any(|row| row.verdict == Verdict::Error);
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&lines.human(arguments.run.color.enabled()));
            documents.push(lines);
        }
    }
    match arguments.format.as_str() {
        "json" => match crate::text::json(&documents) {
            Ok(json) => print_rendered(&json),
            Err(error) => return incomplete(&format!("cannot write JSON: {error}")),
        },
        _ => print_rendered(&text),
    }
    match (failed, changed) {
        (true, _) => Exit::Incomplete,
        (false, true) => Exit::Unexpected,
        (false, false) => Exit::Expected,
    }
}

/// The case with one version of a compiler.
fn one(
    arguments: &TimelineArgs,
    version: &Path,
    is_rust: bool,
    target: twincall_abi::target::Target,
) -> Result<(ToolchainReport, CaseReport), Exit> {
    let mut options = session_options(&arguments.run)?;
    let path = version.display().to_string();
    options.toolchains = match is_rust {
        true => ToolchainChoice {
            rust: Some(path),
            c: None,
        },
        false => ToolchainChoice {
            rust: None,
            c: Some(path),
        },
    };
    let root = arguments.run.project.root.clone().unwrap_or_else(find_root);
    let session = Session::open(&root, options).map_err(|error| incomplete(&error.to_string()))?;
    let Discovery { cases, errors } = session.discover();
    let Some(case) = cases.iter().find(|case| case.name == arguments.case) else {
        let error = errors
            .iter()
            .find(|error| error.case_name() == Some(&arguments.case));
        let nowhere = errors.iter().find(|error| error.case_name().is_none());
        return Err(match error.or(nowhere) {
            Some(error) => {
                complain(&error.to_string());
                exit_of(error)
            }
            None => {
                complain(&format!(
                    "no case `{}`; `twincall list` names them",
                    arguments.case
                ));
                Exit::NoCase
            }
        });
    };
    let (report, _) = session.run(case, target);
    let language = if is_rust { "rust" } else { "c" };
    let toolchain = session
        .toolchains()
        .into_iter()
        .find(|toolchain| toolchain.language == language);
    let toolchain = toolchain.ok_or_else(|| incomplete("a session has no toolchain"))?;
    Ok((toolchain, report))
}
