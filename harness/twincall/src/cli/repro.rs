//! `repro`.

use std::path::PathBuf;

use clap::Args;
use twincall_abi::target::Target;

use super::output::Output;
use super::{Exit, Format, RunArgs, complain, options};
use crate::report::json;
use crate::repro::pair::{Source, Sources};
use crate::repro::{self, Reproduction, human};

#[derive(Debug, Args)]
pub(super) struct ReproArgs {
    /// The C part as a file
    #[arg(long, value_name = "FILE", requires = "rust")]
    c: Option<PathBuf>,
    /// The C part is C++
    #[arg(long)]
    cpp: bool,
    /// The Rust part as a file
    #[arg(long, value_name = "FILE", requires = "c")]
    rust: Option<PathBuf>,
    #[command(flatten)]
    run: RunArgs,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write the result to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
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
    let sources = match sources(arguments) {
        Ok(sources) => sources,
        Err(error) => return usage(&error),
    };
    let output = match Output::open(arguments.output.as_deref()) {
        Ok(output) => output,
        Err(error) => return incomplete(&format!("cannot write the result: {error}")),
    };
    let targets = match arguments.run.target.as_slice() {
        [] => Target::ALL.to_vec(),
        targets => targets.to_vec(),
    };
    let reproduction = match repro::reproduce(&sources, &targets, options) {
        Ok(reproduction) => reproduction,
        Err(error) => return incomplete(&error.to_string()),
    };
    let text = match arguments.format {
        Format::Human => human::render(&reproduction),
        Format::Json => match json::render(&reproduction.report) {
            Ok(text) => text,
            Err(error) => return incomplete(&format!("cannot write JSON: {error}")),
        },
    };
    if let Err(error) = output.write(&text) {
        return incomplete(&format!("cannot write the result: {error}"));
    }
    exit(&reproduction)
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

fn sources(arguments: &ReproArgs) -> Result<Sources, String> {
    let read = |path: &PathBuf| {
        let text =
            std::fs::read_to_string(path).map_err(|error| format!("read `{}`: {error}", path.display()))?;
        Ok::<_, String>(Source::of_file(&path.display().to_string(), &text))
    };
    let (Some(c), Some(rust)) = (&arguments.c, &arguments.rust) else {
        return Err("give a C part with --c and a Rust part with --rust".to_owned());
    };
    Ok(Sources {
        title: "a report".to_owned(),
        cpp: arguments.cpp
            || c.extension()
                .is_some_and(|extension| ["cpp", "cc", "cxx"].iter().any(|known| extension == *known)),
        c: read(c)?,
        rust: read(rust)?,
        ..Sources::default()
    })
}
