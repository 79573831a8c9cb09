//! The command line: results on standard output, everything else on standard error.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use twincall_abi::target::Target;

use crate::confine;
use crate::directive::OptLevel;
use crate::discover::DiscoverError;
use crate::facts::Shard;
use crate::fuzz::report::FuzzReport;
use crate::repro::upstream::KINDS;
use crate::session::Options;
use crate::temporary;
use crate::text::printable;
use crate::toolchain::{self, ToolchainChoice};

mod cargo;
mod check;
mod diff;
mod exit;
mod explain;
mod fuzz;
mod init;
mod layout;
mod merge;
mod model;
mod output;
pub mod progress;
mod reports;
mod repro;
mod run;

pub use exit::Exit;

/// What a run of generated pairs is worth.
impl From<&FuzzReport> for Exit {
    fn from(report: &FuzzReport) -> Exit {
        match (report.is_incomplete(), report.is_wrong()) {
            (true, _) => Exit::Incomplete,
            (false, true) => Exit::Unexpected,
            (false, false) => Exit::Expected,
        }
    }
}

/// Do the two sides of a C and Rust boundary agree, natively and in WebAssembly?
#[derive(Debug, Parser)]
#[command(name = "twincall", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build, run and compare cases
    Check(CheckArgs),
    /// Put the JSON reports of a divided run together, and write other forms of a report
    Merge(merge::MergeArgs),
    /// Show what changed between two runs, or between two toolchains
    Diff(diff::DiffArgs),
    /// Show one case over all installed versions of the compilers
    Timeline(diff::TimelineArgs),
    /// Write a first pair, a configuration and a workflow
    Init(init::InitArgs),
    /// Name the cases
    List(ListArgs),
    /// Show all evidence of one case
    Show(ShowArgs),
    /// Show which tools are needed, found and missing
    Doctor(ProjectArgs),
    /// Hold the written ABI's model against the compilers on generated signatures
    ModelCheck(ModelCheckArgs),
    /// Hold the judge against generated pairs, correct and mistaken
    Fuzz(fuzz::FuzzArgs),
    /// Explain a rule, or list the rules
    Rules(RulesArgs),
    /// Explain where a signature's arguments go, or a case's, or a rule
    Explain(explain::ExplainArgs),
    /// Draw types byte by byte
    Layout(layout::LayoutArgs),
    /// Write the completions of a shell to standard output
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write a manual page to standard output
    Man {
        /// The command that it is of; without it, of twincall
        page: Option<String>,
    },
    /// Reproduce a bug report: what is wrong at its boundary, and what mends it
    Repro(repro::ReproArgs),
    /// The other end of `repro`, which confines itself
    #[command(name = confine::COMMAND, hide = true)]
    Confined,
}

/// Which project.
#[derive(Clone, Debug, Args)]
struct ProjectArgs {
    /// The folder with c-fixtures/ and rust-fixtures/ in it [default: this folder or the nearest above it]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

/// What to run and with what.
#[derive(Clone, Debug, Args)]
struct RunArgs {
    #[command(flatten)]
    project: ProjectArgs,
    /// Only this target: native, wasm or a triple; may be given more than once
    #[arg(long, value_name = "TARGET", value_parser = parse_target)]
    target: Vec<Target>,
    /// A C or Rust toolchain by name (clang-22, rustc-1.96, nightly) or path; once for each language
    #[arg(long, value_name = "NAME")]
    toolchain: Vec<String>,
    /// Only this optimisation level; may be given more than once
    #[arg(short = 'O', value_name = "LEVEL", value_parser = parse_opt)]
    opt: Vec<OptLevel>,
    /// Make everything again
    #[arg(long)]
    no_cache: bool,
    /// Also ask each compiler's back end where arguments live, and hold its answer against the IR (native, -O0)
    #[arg(long)]
    back_end: bool,
    /// Ask gcc of every case, not only where it may say who departs from the text
    #[arg(long)]
    witness: bool,
    /// Keep the inputs of every compiler and linker call in DIR, and the calls in DIR/commands.sh
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Cases built at once [default: one for each processor]
    #[arg(short, value_name = "N")]
    jobs: Option<usize>,
    /// Colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// A folder with fixtures in it, or text that the name of a case contains; may be given more than once
    #[arg(value_name = "FILTER|DIR")]
    filters: Vec<String>,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    reports: reports::ReportArgs,
    /// Only this part of the run, as in 2/8; `merge` puts the parts' JSON together
    #[arg(long, value_name = "NUMBER/OF", conflicts_with = "bless")]
    shard: Option<Shard>,
    /// Record the facts as the new snapshots
    #[arg(long)]
    bless: bool,
    /// Look for the change of declarations with which each divergent pair conforms, and tell it
    #[arg(long)]
    mend: bool,
    /// Write that change into the pair's file, unless a generator wrote it
    #[arg(long, conflicts_with = "bless")]
    fix: bool,
    /// Count this verdict as a failure, or what was compared with nothing
    #[arg(long, value_name = "VERDICT", value_parser = ["accidental", "ambiguous", "unchecked"])]
    deny: Vec<String>,
    /// Show each case
    #[arg(short, long)]
    verbose: bool,
    /// Show no progress
    #[arg(short, long)]
    quiet: bool,
    /// Show where the time went, by tool and by part of this program; as JSON into FILE, if one is named
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    timings: Option<Option<PathBuf>>,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Text that the name of a case contains
    filters: Vec<String>,
    #[command(flatten)]
    project: ProjectArgs,
}

#[derive(Debug, Args)]
struct ShowArgs {
    /// The case: struct/three_floats
    case: String,
    /// Write the case as a test for LLVM's or rustc's tree, or as a state of Compiler Explorer, in place of the evidence
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    emit: Option<String>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Args)]
struct ModelCheckArgs {
    #[command(flatten)]
    run: RunArgs,
    /// How many signatures for each target
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    count: usize,
    /// The same seed gives the same signatures
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Show every difference that has no explanation
    #[arg(short, long)]
    verbose: bool,
    /// Call callees with nothing promised above their small integers, and count those that depend on it
    #[arg(long, conflicts_with = "bench")]
    unextended: bool,
    /// Measure instead of checking: a run against its compiler calls alone, with N signatures; may be given more than once
    #[arg(long, value_name = "N")]
    bench: Vec<usize>,
    /// Show no progress
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Debug, Args)]
struct RulesArgs {
    /// The rule: field-offset
    rule: Option<String>,
    /// Write a page of Markdown for each rule into DIR, with examples from the project
    #[arg(long, value_name = "DIR", conflicts_with = "rule")]
    pages: Option<PathBuf>,
    /// Bring the rules in FILE, a schema of reports, up to date
    #[arg(long, value_name = "FILE", conflicts_with = "rule")]
    schema: Option<PathBuf>,
}

/// The forms of an answer that is no report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum AnswerFormat {
    Human,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// Whether standard output gets colours.
    fn enabled(self) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let given = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
                let forced = given("CLICOLOR_FORCE").is_some_and(|value| value != "0");
                let off = given("CLICOLOR").is_some_and(|value| value == "0");
                given("NO_COLOR").is_none() && (forced || !off && std::io::stdout().is_terminal())
            }
        }
    }
}

fn parse_target(name: &str) -> Result<Target, String> {
    let known: Vec<String> = Target::ALL
        .iter()
        .map(|target| format!("{} ({})", target.short(), target.triple()))
        .collect();
    Target::from_name(name).ok_or_else(|| format!("known are {}", known.join(" and ")))
}

/// The names of the forms of `--emit`.
fn kinds() -> PossibleValuesParser {
    KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().into()
}

fn parse_opt(level: &str) -> Result<OptLevel, String> {
    let number: u8 = level.parse().map_err(|_| "expected 0, 1, 2 or 3".to_owned())?;
    OptLevel::try_from(number)
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    run(std::env::args_os()).into()
}

/// Runs the command line of this process, which cargo started as its subcommand.
pub fn cargo_main() -> ExitCode {
    cargo::main()
}

/// Runs a command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let parsed = exit::command().try_get_matches_from(arguments);
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            print_usage(&error);
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Expected
            };
        }
    };
    // The confined worker must have one thread, and ends with the tool.
    if !matches!(cli.command, Command::Confined) {
        temporary::removed_on_signals();
    }
    match cli.command {
        Command::Check(arguments) => check::check(&arguments),
        Command::Merge(arguments) => merge::merge(&arguments),
        Command::Diff(arguments) => diff::diff(&arguments),
        Command::Timeline(arguments) => diff::timeline(&arguments),
        Command::Init(arguments) => init::init(&arguments),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut exit::command(), "twincall", &mut script);
            print(&String::from_utf8_lossy(&script));
            Exit::Expected
        }
        Command::Man { page } => man(page.as_deref()),
        Command::List(arguments) => check::list(&arguments),
        Command::Show(arguments) => check::show(&arguments),
        Command::Doctor(arguments) => {
            let doctor = crate::doctor::examine(&arguments.root.unwrap_or_else(find_root));
            print(&doctor.to_string());
            if doctor.complete() {
                Exit::Expected
            } else {
                Exit::Incomplete
            }
        }
        Command::ModelCheck(arguments) => model::model_check(&arguments),
        Command::Fuzz(arguments) => fuzz::fuzz(&arguments),
        Command::Rules(arguments) => match (&arguments.pages, &arguments.schema) {
            (None, None) => rules(arguments.rule.as_deref()),
            (pages, schema) => {
                let pages = pages.as_deref().map_or(Exit::Expected, rule_pages);
                pages.max(schema.as_deref().map_or(Exit::Expected, rules_in_schema))
            }
        },
        Command::Explain(arguments) => explain::explain(&arguments),
        Command::Layout(arguments) => layout::layout(&arguments),
        Command::Repro(arguments) => repro::repro(&arguments),
        Command::Confined => confine::worker::main(repro::work),
    }
}

/// The rules of a schema of reports.
fn rules_in_schema(file: &std::path::Path) -> Exit {
    let written = std::fs::read_to_string(file).and_then(|text| {
        let schema = crate::explain::pages::schema(&text);
        let schema = schema.ok_or_else(|| std::io::Error::other("it defines no rules"))?;
        std::fs::write(file, schema)
    });
    match written {
        Ok(()) => Exit::Expected,
        Err(error) => {
            complain(&format!("cannot write to `{}`: {error}", file.display()));
            Exit::Incomplete
        }
    }
}

/// A page for each rule.
fn rule_pages(folder: &std::path::Path) -> Exit {
    let discovery = crate::discover::discover(&find_root());
    let pages = crate::explain::pages::pages(&discovery.cases);
    let write = || {
        std::fs::create_dir_all(folder)?;
        pages
            .iter()
            .try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
    };
    match write() {
        Ok(()) => Exit::Expected,
        Err(error) => {
            complain(&format!("cannot write to `{}`: {error}", folder.display()));
            Exit::Incomplete
        }
    }
}

/// The manual page of a command.
fn man(page: Option<&str>) -> Exit {
    let mut command = exit::command();
    command.build();
    if let Some(page) = page {
        let Some(found) = command.find_subcommand(page) else {
            let known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
            complain(&format!(
                "there is no command `{page}`{}",
                crate::text::nearest(page, &known)
            ));
            return Exit::Usage;
        };
        command = found.clone();
    }
    // The page of a command is called after both words.
    let title = ["twincall"].into_iter().chain(page).collect::<Vec<_>>().join("-");
    let mut text = Vec::new();
    if let Err(error) = clap_mangen::Man::new(command).title(title).render(&mut text) {
        complain(&format!("cannot write the page: {error}"));
        return Exit::Incomplete;
    }
    print(&String::from_utf8_lossy(&text));
    Exit::Expected
}

fn rules(id: Option<&str>) -> Exit {
    use crate::facts::Rule;
    let Some(id) = id else {
        let lines: Vec<String> = Rule::ALL
            .iter()
            .map(|rule| format!("{:<20} {}\n", rule.id(), rule.summary()))
            .collect();
        print(&lines.concat());
        return Exit::Expected;
    };
    match Rule::from_id(id) {
        Some(rule) => {
            print(&format!(
                "{}: {}\n\n{}\n\n{}\n",
                rule.id(),
                rule.summary(),
                rule.help(),
                rule.reference()
            ));
            Exit::Expected
        }
        None => {
            let known: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
            complain(&format!(
                "there is no rule `{id}`{}",
                crate::text::nearest(id, &known)
            ));
            Exit::Usage
        }
    }
}

/// This folder or the nearest above it that has fixtures.
fn find_root() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let has_fixtures = |folder: &&std::path::Path| {
        folder.join(crate::discover::C_FOLDER).is_dir() && folder.join(crate::discover::RUST_FOLDER).is_dir()
    };
    here.ancestors()
        .find(has_fixtures)
        .map_or(here.clone(), std::path::Path::to_path_buf)
}

/// What the command line asks of a session, or what is wrong with it.
fn options(run: &RunArgs) -> Result<Options, String> {
    let toolchains = toolchain_choice(&run.toolchain)?;
    Ok(Options {
        toolchains,
        opt: run.opt.clone(),
        no_cache: run.no_cache,
        back_end: run.back_end,
        witness: run.witness,
        cache: None,
        bless: false,
        record: run.record.clone(),
        events: progress::events(),
    })
}

/// What an error of discovery comes to: a folder without fixtures has nothing to look at.
fn exit_of(error: &DiscoverError) -> Exit {
    match error {
        DiscoverError::NoProject(_) => Exit::NoCase,
        _ => Exit::Incomplete,
    }
}

/// At most one toolchain for each language.
fn toolchain_choice(names: &[String]) -> Result<ToolchainChoice, String> {
    let mut toolchains = ToolchainChoice::default();
    for name in names {
        let (language, slot) = if toolchain::is_rust_name(name) {
            ("Rust", &mut toolchains.rust)
        } else {
            ("C", &mut toolchains.c)
        };
        if let Some(other) = slot.replace(name.clone()) {
            return Err(format!(
                "--toolchain names two {language} toolchains, `{other}` and `{name}`"
            ));
        }
    }
    Ok(toolchains)
}

/// Writes a result to standard output. A reader that went away is no error.
fn write_out(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Writes what can be asked for again at any time; whatever is in it, nothing of it acts.
fn print(text: &str) {
    print_rendered(&printable(text));
}

/// Writes what a form has cleaned.
fn print_rendered(text: &str) {
    if let Err(error) = write_out(text) {
        complain(&format!("cannot write to standard output: {error}"));
    }
}

/// Tells the user what is wrong, on standard error.
fn complain(message: &str) {
    progress::announce(&format!("error: {message}"));
}

/// Shows the help, the version, or what is wrong with a command line, which may hold names of files.
fn print_usage(error: &clap::Error) {
    let plain = error.render().to_string();
    let clean = printable(&plain);
    if plain == clean {
        let _ = error.print();
    } else {
        progress::announce(clean.trim_end());
    }
}
