//! How a run ends: the exit codes, and the table of them that every `--help` and docs/reference.md have.

use std::process::ExitCode;

use clap::{Command, CommandFactory};

use super::Cli;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Exit {
    /// Everything as expected; warnings included.
    Expected = 0,
    /// The command line is wrong.
    Usage = 2,
    /// There is nothing to look at.
    NoCase = 4,
    /// A divergence nobody expects, an expectation that vanished, or a changed snapshot.
    Unexpected = 100,
    /// Something could not be built, run or written; wins over [`Exit::Unexpected`].
    Incomplete = 101,
}

impl Exit {
    /// All of them, in the order of their codes.
    pub const ALL: [Exit; 5] = [
        Exit::Expected,
        Exit::Usage,
        Exit::NoCase,
        Exit::Unexpected,
        Exit::Incomplete,
    ];

    /// What the code says, for the table.
    pub const fn meaning(self) -> &'static str {
        match self {
            Exit::Expected => "as expected, warnings included",
            Exit::Usage => "wrong usage",
            Exit::NoCase => {
                "selects nothing: no case matches, the folder has no fixtures, or the report has no code of both sides"
            }
            Exit::Unexpected => {
                "an unexpected divergence, an expectation that no longer comes true, a changed snapshot, or what --deny names; \
                 `repro`: something is wrong at the boundary; `diff`, `timeline`: something changed; `fuzz`: something was missed or accused"
            }
            Exit::Incomplete => {
                "could not complete: something could not be read, built or run, or a result could not be written; `explain`: something was not explained; wins over 100"
            }
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// The command line with the exit codes below the help of every command.
pub(super) fn command() -> Command {
    let codes = help();
    Cli::command()
        .after_help(codes.clone())
        .mut_subcommands(|command| command.after_help(codes.clone()))
}

/// The table as `--help` shows it.
fn help() -> String {
    let rows: Vec<String> = Exit::ALL
        .iter()
        .map(|exit| format!("{:>5}  {}", *exit as u8, exit.meaning()))
        .collect();
    format!("Exit codes:\n{}", rows.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCE: &str = include_str!("../../../../docs/reference.md");

    /// The rows of the table of the page, in its order.
    fn documented() -> Vec<(u8, String)> {
        let rows = REFERENCE.lines().filter_map(|line| {
            let (code, meaning) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
            // Markdown wants options as code.
            Some((code.parse().ok()?, meaning.replace("`--deny`", "--deny")))
        });
        rows.collect()
    }

    /// The rows of a help text.
    fn shown(help: &str) -> Vec<(u8, String)> {
        let table = help
            .split_once("Exit codes:\n")
            .expect("a help without the table")
            .1;
        let rows = table.lines().map(|line| {
            let (code, meaning) = line.trim().split_once("  ").expect("a row of two columns");
            (code.parse().expect("a code"), meaning.to_owned())
        });
        rows.collect()
    }

    #[test]
    fn every_help_has_the_table_of_the_reference() {
        let documented = documented();
        assert_eq!(documented.len(), Exit::ALL.len());
        let mut program = command();
        assert_eq!(shown(&program.render_help().to_string()), documented);
        assert_eq!(shown(&program.render_long_help().to_string()), documented);
        program.build();
        let mut commands = 0;
        for command in program.get_subcommands_mut() {
            assert_eq!(
                shown(&command.render_help().to_string()),
                documented,
                "{}",
                command.get_name()
            );
            commands += 1;
        }
        assert!(commands > 10);
    }

    #[test]
    fn a_code_is_what_the_process_ends_with() {
        let codes = Exit::ALL.map(|exit| exit as u8);
        assert_eq!(codes, [0, 2, 4, 100, 101]);
    }
}
