//! `repro`.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use twincall_abi::target::Target;

use super::output::Output;
use super::progress::announce;
use super::{Exit, RunArgs, complain, find_root, options};
use crate::report::json;
use crate::repro::pair::{Source, Sources};
use crate::repro::read::{self, Reading};
use crate::repro::{self, Reproduction, Request, human, markdown, matrix, save};

#[derive(Debug, Args)]
pub(super) struct ReproArgs {
    /// The report in Markdown, with code of both languages in it; `-` is standard input
    #[arg(value_name = "REPORT", conflicts_with_all = ["c", "rust", "cpp"])]
    report: Option<PathBuf>,
    /// The C part as a file
    #[arg(long, value_name = "FILE", requires = "rust")]
    c: Option<PathBuf>,
    /// The C part is C++
    #[arg(long)]
    cpp: bool,
    /// The Rust part as a file
    #[arg(long, value_name = "FILE", requires = "c")]
    rust: Option<PathBuf>,
    /// Keep the pair as c-fixtures/reports/NAME.c and its twin, with what it shows as the expected outcome
    #[arg(long, value_name = "NAME")]
    save: Option<String>,
    /// Ask every pair of installed toolchains
    #[arg(long)]
    matrix: bool,
    /// Shrink the pair while it shows the same, for at most this many seconds
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "60", value_parser = clap::value_parser!(u64).range(1..=3600))]
    minimize: Option<u64>,
    #[command(flatten)]
    run: RunArgs,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = ReproFormat::Human)]
    format: ReproFormat,
    /// Write the result to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum ReproFormat {
    Human,
    /// The same as of `check`, with the answer beside it
    Json,
    /// A text to paste into an issue
    Markdown,
}

pub(super) fn repro(arguments: &ReproArgs) -> Exit {
    let usage = |error: &str| {
        complain(error);
        Exit::Usage
    };
    let incomplete = |error: &str| {
        complain(error);
        Exit::Incomplete
    };
    let options = match options(&arguments.run) {
        Ok(options) => options,
        Err(error) => return usage(&error),
    };
    let reading = match sources(arguments) {
        Ok(reading) => reading,
        Err((exit, error)) => {
            complain(&error);
            return exit;
        }
    };
    let output = match Output::open(arguments.output.as_deref()) {
        Ok(output) => output,
        Err(error) => return incomplete(&format!("cannot write the result: {error}")),
    };
    let targets = match arguments.run.target.as_slice() {
        [] => Target::ALL.to_vec(),
        targets => targets.to_vec(),
    };
    let root = arguments.run.project.root.clone().unwrap_or_else(find_root);
    if let Some(name) = &arguments.save
        && let Err(error) = save::check_name(name).and_then(|()| save::check_root(&root))
    {
        return usage(&format!("failed to {error}"));
    }
    let request = Request {
        sources: &reading.sources,
        name: arguments.save.as_deref().unwrap_or(repro::NAME),
        targets: &targets,
        options,
    };
    let mut reproduction = match repro::reproduce(&request) {
        Ok(reproduction) => reproduction,
        Err(error) => return incomplete(&error.to_string()),
    };
    if let Some(seconds) = arguments.minimize
        && let Err(error) = reproduction.minimize(&request, Duration::from_secs(seconds))
    {
        return incomplete(&error.to_string());
    }
    if arguments.matrix {
        reproduction.matrix = match matrix::matrix(&request) {
            Ok(matrix) => Some(matrix),
            Err(error) => return incomplete(&error.to_string()),
        };
    }
    reproduction.notes.extend(read::failure::notes(&reproduction));
    reproduction.notes.extend(reading.notes);
    reproduction.suggestions.extend(
        reading
            .suggestions
            .into_iter()
            .filter(|one| !given(arguments, one)),
    );
    let text = match arguments.format {
        ReproFormat::Human => human::render(&reproduction),
        ReproFormat::Markdown => markdown::render(request.sources, &reproduction),
        ReproFormat::Json => {
            reproduction.report.repro = Some(repro::section(&reproduction));
            match json::render(&reproduction.report) {
                Ok(text) => text,
                Err(error) => return incomplete(&format!("cannot write JSON: {error}")),
            }
        }
    };
    if let Err(error) = output.write(&text) {
        return incomplete(&format!("cannot write the result: {error}"));
    }
    if arguments.save.is_some() {
        let saved = save::save(&request, &reproduction)
            .and_then(|saved| save::write(&root, &saved).map(|()| saved).map_err(Into::into));
        match saved {
            Ok(saved) => announce(&format!(
                "saved as {}; `twincall check {}` runs it",
                saved.case, saved.case
            )),
            Err(error) => return incomplete(&format!("failed to {error}")),
        }
    }
    exit(&reproduction)
}

/// Whether the command line has what a suggestion asks for.
fn given(arguments: &ReproArgs, suggestion: &str) -> bool {
    let run = &arguments.run;
    let target = |target: &Target| suggestion.ends_with(&format!(" --target {}", target.short()));
    let toolchain = |name: &String| suggestion.ends_with(&format!(" --toolchain {name}"));
    run.target.iter().any(target) || run.toolchain.iter().any(toolchain)
}

fn exit(reproduction: &Reproduction) -> Exit {
    if reproduction.failed() {
        Exit::Incomplete
    } else if reproduction.found() {
        Exit::Unexpected
    } else {
        Exit::Expected
    }
}

fn sources(arguments: &ReproArgs) -> Result<Reading, (Exit, String)> {
    let usage = |error: String| (Exit::Usage, error);
    if let Some(report) = &arguments.report {
        let (name, bytes) = report_bytes(report).map_err(usage)?;
        return read::read_bytes(&name, &bytes).map_err(|error| (Exit::Incomplete, error.to_string()));
    }
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path)
            .map_err(|error| usage(format!("read `{}`: {error}", path.display())))?;
        Ok::<_, (Exit, String)>(Source::of_file(&path.display().to_string(), &text))
    };
    let (Some(c), Some(rust)) = (&arguments.c, &arguments.rust) else {
        return Err(usage(
            "give a report in Markdown, or a C part with --c and a Rust part with --rust".to_owned(),
        ));
    };
    let sources = Sources {
        title: "a report".to_owned(),
        cpp: arguments.cpp
            || c.extension()
                .is_some_and(|extension| ["cpp", "cc", "cxx"].iter().any(|known| extension == *known)),
        c: read(c)?,
        rust: read(rust)?,
        ..Sources::default()
    };
    Ok(Reading {
        sources,
        ..Reading::default()
    })
}

/// A report's name and text; of one that is too long only as much as it takes to see that.
fn report_bytes(path: &Path) -> Result<(String, Vec<u8>), String> {
    let mut bytes = Vec::new();
    let most = read::LONGEST as u64 + 1;
    let (name, result) = if path == Path::new("-") {
        let name = "report.md".to_owned();
        (name, std::io::stdin().lock().take(most).read_to_end(&mut bytes))
    } else {
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        let file = std::fs::File::open(path);
        (
            name,
            file.and_then(|file| file.take(most).read_to_end(&mut bytes)),
        )
    };
    match result {
        Ok(_) => Ok((name, bytes)),
        Err(error) => Err(format!("read `{}`: {error}", path.display())),
    }
}
