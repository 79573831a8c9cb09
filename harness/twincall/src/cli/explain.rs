//! `explain`: a signature, a case or a rule in the words of the written ABI.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use twincall_abi::interface::Side;
use twincall_abi::model::{self, Language};
use twincall_abi::target::Target;

use super::output::Output;
use super::{AnswerFormat, Color, Exit, complain, find_root, parse_target, progress};
use crate::cache::Cache;
use crate::cache::default_cache;
use crate::discover::{Case, DiscoverError, Discovery, discover};
use crate::events::Events;
use crate::explain::{self, Compilers, ExplainError, Explanation, Question};
use crate::facts::Rule;
use crate::session::{Options, Session};
use crate::toolchain::{self, CToolchain, RustToolchain, ToolchainChoice};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A function of C, C++ or Rust with the types it needs, a file with some or - for standard input, a case, or a rule
    #[arg(value_name = "SIGNATURE|CASE|RULE", required_unless_present = "rust")]
    what: Option<String>,
    /// With a case: only this function
    symbol: Option<String>,
    /// The same as Rust, whatever it looks like
    #[arg(long, value_name = "SIGNATURE", conflicts_with = "what")]
    rust: Option<String>,
    /// Types of unnamed arguments, as C writes them: 'int, double'
    #[arg(long, value_name = "TYPES")]
    unnamed: Option<String>,
    /// Add what the installed compilers do
    #[arg(long)]
    compilers: bool,
    #[command(flatten)]
    ask: AskArgs,
}

/// What `explain` and `layout` have in common.
#[derive(Debug, Args)]
pub(super) struct AskArgs {
    /// The folder with c-fixtures/ and rust-fixtures/ in it [default: this folder or the nearest above it]
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// Only this target: native, wasm or a triple; may be given more than once
    #[arg(long, value_name = "TARGET", value_parser = parse_target)]
    pub(super) target: Vec<Target>,
    /// A C or Rust toolchain by name (clang-22, rustc-1.96, nightly) or path; once for each language
    #[arg(long, value_name = "NAME")]
    pub(super) toolchain: Vec<String>,
    /// A feature of the machine or compiler that the ABI depends on; may be given more than once
    #[arg(long, value_name = "FEATURE", value_parser = ["avx", "avx512", "simd128", "short-enums"])]
    pub(super) feature: Vec<String>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = AnswerFormat::Human)]
    pub(super) format: AnswerFormat,
    /// Also draw it into a file
    #[arg(long, value_name = "FILE")]
    pub(super) svg: Option<PathBuf>,
    /// Colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
}

/// Why there is no answer, with how the process is to end.
pub(super) type Failed = (Exit, String);

pub(super) fn explain(arguments: &ExplainArgs) -> Exit {
    let ask = &arguments.ask;
    let done = match (&arguments.rust, &arguments.what) {
        (Some(text), _) => given_as_rust(text).and_then(|given| text_answer(arguments, &given)),
        (None, Some(what)) => match looked_up(arguments, what) {
            Ok(Found::Answered(exit)) => return exit,
            Ok(Found::Text(given)) => text_answer(arguments, &given),
            Err(failed) => Err(failed),
        },
        (None, None) => Err((Exit::Usage, "a signature, a case or a rule is needed".to_owned())),
    };
    finish(done.and_then(|explanation| written(&explanation, ask)))
}

/// Ends the command: a message of a compiler is shown as it is.
pub(super) fn finish(done: Result<Exit, Failed>) -> Exit {
    match done {
        Ok(exit) => exit,
        Err((exit, message)) => {
            complain(&crate::text::printable(message.trim_end()));
            exit
        }
    }
}

/// What a word turned out to be.
enum Found {
    /// A rule or a case, which is answered.
    Answered(Exit),
    Text(Given),
}

/// Answers a rule or a case, or reads a text.
fn looked_up(arguments: &ExplainArgs, what: &str) -> Result<Found, Failed> {
    let ask = &arguments.ask;
    let root = ask.root.clone().unwrap_or_else(find_root);
    if let Some(rule) = Rule::from_id(what) {
        let text = rule_answer(ask, &root, rule);
        let text = match ask.format {
            AnswerFormat::Human => text.render(),
            AnswerFormat::Json => json(&text)?,
        };
        super::print_rendered(&text);
        return Ok(Found::Answered(Exit::Expected));
    }
    if let Some(given) = given(what)? {
        return Ok(Found::Text(given));
    }
    let case = find_case(&root, what)?;
    Ok(Found::Answered(finish(
        case_answer(arguments, &root, &case).and_then(|explanation| written(&explanation, ask)),
    )))
}

/// Explains a rule; its example is run, so that the finding can be shown, where that is possible.
fn rule_answer(ask: &AskArgs, root: &Path, rule: Rule) -> explain::rule::ExplainedRule {
    let cases = discover(root).cases;
    let mut explained = explain::rule::explain(rule, &cases);
    let name = explained.example.as_ref().map(|example| example.case.clone());
    let case = cases.iter().find(|case| Some(&case.name) == name.as_ref());
    if let (Some(case), Ok(session)) = (case, session(ask, root)) {
        for target in tools_targets(ask) {
            let (report, _) = session.run(case, target);
            explained.add_findings(&report);
        }
    }
    explained
}

/// A text, and the language that is known of it.
pub(super) struct Given {
    pub(super) text: String,
    pub(super) language: Option<Language>,
}

/// The longest text that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// The text that a word is or leads to: `-` to standard input, the name of a file to what is in it. Nothing where it is a name of
/// something else.
pub(super) fn given(what: &str) -> Result<Option<Given>, Failed> {
    if what == "-" {
        let text = whole("standard input", std::io::stdin().lock())?;
        return Ok(Some(Given { text, language: None }));
    }
    let path = Path::new(what);
    if path.is_file() {
        let file = std::fs::File::open(path).map_err(|error| unreadable(what, &error))?;
        return Ok(Some(Given {
            text: whole(what, file)?,
            language: language_of(path),
        }));
    }
    let text = is_text(what).then(|| what.to_owned());
    Ok(text.map(|text| Given { text, language: None }))
}

/// The same where it is Rust.
pub(super) fn given_as_rust(what: &str) -> Result<Given, Failed> {
    let text = given(what)?.map_or_else(|| what.to_owned(), |given| given.text);
    let language = Some(Language::Rust);
    Ok(Given { text, language })
}

fn unreadable(name: &str, error: &std::io::Error) -> Failed {
    (Exit::Incomplete, format!("cannot read `{name}`: {error}"))
}

fn whole(name: &str, from: impl Read) -> Result<String, Failed> {
    let mut bytes = Vec::new();
    from.take(LONGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(name, &error))?;
    if bytes.len() as u64 > LONGEST {
        let message = format!("`{name}` has more than {LONGEST} bytes, which is more than is read");
        return Err((Exit::Usage, message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        (
            Exit::Usage,
            format!("`{name}` is no text in UTF-8 from byte {at} on"),
        )
    })
}

/// What the ending of a file's name says; a header may be of C and C++.
fn language_of(path: &Path) -> Option<Language> {
    match path.extension()?.to_str()? {
        "c" => Some(Language::C),
        "cpp" | "cc" | "cxx" | "C" | "hpp" | "hh" | "hxx" => Some(Language::Cpp),
        "rs" => Some(Language::Rust),
        _ => None,
    }
}

/// Whether words are a declaration rather than a name.
fn is_text(what: &str) -> bool {
    what.is_empty() || what.contains(|c: char| c.is_whitespace() || "(){};*".contains(c))
}

/// The case of this name, or what is near.
pub(super) fn find_case(root: &Path, name: &str) -> Result<Case, Failed> {
    let Discovery { cases, errors } = discover(root);
    if let Some(case) = cases.iter().find(|case| case.name == name) {
        return Ok(case.clone());
    }
    if let Some(error) = errors.iter().find(|error| error.case_name() == Some(name)) {
        return Err((Exit::Incomplete, error.to_string()));
    }
    let mut known: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    known.extend(Rule::ALL.iter().map(|rule| rule.id()));
    let near = crate::text::nearest(name, &known);
    let near = match near.contains("did you mean") {
        true => near,
        false => "; `twincall list` names the cases, `twincall rules` the rules".to_owned(),
    };
    let project = match errors.first() {
        Some(error @ DiscoverError::NoProject(_)) => format!(" ({error})"),
        _ => String::new(),
    };
    let exit = if name.contains('/') {
        Exit::NoCase
    } else {
        Exit::Usage
    };
    Err((exit, format!("`{name}` is no case and no rule{near}{project}")))
}

fn text_answer(arguments: &ExplainArgs, given: &Given) -> Result<Explanation, Failed> {
    let ask = &arguments.ask;
    if let Some(symbol) = arguments.symbol.as_deref() {
        return Err((
            Exit::Usage,
            format!("`{symbol}` can only follow the name of a case; a signature is one argument in quotes"),
        ));
    }
    let tools = Tools::find(ask)?;
    let targets = tools_targets(ask);
    let question = Question {
        text: &given.text,
        language: given.language,
        unnamed: arguments.unnamed.as_deref(),
        targets: &targets,
        options: options(&ask.feature),
        compilers: arguments.compilers,
    };
    explain::explain(tools.compilers(), &tools.cache, &question).map_err(|error| failed(&error))
}

fn case_answer(arguments: &ExplainArgs, root: &Path, case: &Case) -> Result<Explanation, Failed> {
    let ask = &arguments.ask;
    let session = session(ask, root)?;
    let mut explanation = Explanation::empty();
    let mut known: Vec<String> = Vec::new();
    for target in tools_targets(ask) {
        if let Some(reason) = case.not_applicable(target) {
            explanation.notes.push(format!("not on {target}: {reason}"));
            continue;
        }
        let (c, rust) = session
            .interfaces(case, target)
            .map_err(|error| (Exit::Incomplete, error.to_string()))?;
        for (side, interface) in [(Side::C, &c), (Side::Rust, &rust)] {
            known.extend(interface.functions.iter().map(|function| function.symbol.clone()));
            let asked = |symbol: &str| arguments.symbol.as_deref().is_none_or(|asked| asked == symbol);
            for refusal in interface.refused.iter().filter(|own| asked(&own.symbol)) {
                explanation.refuse(&refusal.symbol, &format!("{}, of {side}", refusal.reason), target);
            }
        }
        let options = case_options(&session, case, target, &ask.feature)?;
        let pair = explain::Pair {
            c: &c,
            rust: &rust,
            cpp: case.c.cpp,
            options,
        };
        explain::explain_pair(&pair, arguments.symbol.as_deref(), target, &mut explanation);
        if arguments.compilers {
            match session.examine(case, target) {
                Ok((_, judgement)) => explain::add_compilers(
                    &mut explanation,
                    target,
                    &session.toolchains(),
                    &judgement.functions,
                ),
                Err(error) => {
                    let message = error.to_string();
                    let note = format!("no compilers on {target}: {}", message.trim_end());
                    explanation.notes.push(note);
                }
            }
        }
    }
    match &arguments.symbol {
        Some(symbol) if explanation.functions.is_empty() && explanation.refused.is_empty() => {
            known.sort();
            known.dedup();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let near = crate::text::nearest(symbol, &known);
            Err((
                Exit::Usage,
                format!("`{}` has no function `{symbol}`{near}", case.name),
            ))
        }
        _ => Ok(explanation),
    }
}

fn written(explanation: &Explanation, ask: &AskArgs) -> Result<Exit, Failed> {
    let text = match ask.format {
        AnswerFormat::Human => explain::human::render(explanation, ask.color.enabled()),
        AnswerFormat::Json => json(explanation)?,
    };
    write(&text, ask, || explain::svg::frames(explanation))?;
    Ok(match explanation.is_whole() {
        true => Exit::Expected,
        false => Exit::Incomplete,
    })
}

/// Writes the drawing, then the result.
pub(super) fn write(text: &str, ask: &AskArgs, drawing: impl FnOnce() -> String) -> Result<(), Failed> {
    if let Some(path) = &ask.svg {
        let output = Output::open(Some(path)).and_then(|output| output.write(&drawing()));
        output.map_err(|error| {
            (
                Exit::Incomplete,
                format!("cannot write `{}`: {error}", path.display()),
            )
        })?;
    }
    super::print_rendered(text);
    Ok(())
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String, Failed> {
    crate::text::json(value).map_err(|error| (Exit::Incomplete, format!("cannot write JSON: {error}")))
}

/// The person's text is a usage error, the machine's state is not.
pub(super) fn failed(error: &ExplainError) -> Failed {
    let exit = if error.is_usage() {
        Exit::Usage
    } else {
        Exit::Incomplete
    };
    (exit, error.to_string())
}

/// Targets asked for, or all.
pub(super) fn tools_targets(ask: &AskArgs) -> Vec<Target> {
    Target::ALL
        .into_iter()
        .filter(|target| ask.target.is_empty() || ask.target.contains(target))
        .collect()
}

/// The compilers that read texts.
#[derive(Debug)]
pub(super) struct Tools {
    pub(super) cache: Cache,
    c: CToolchain,
    rust: Option<RustToolchain>,
    events: Events,
}

impl Tools {
    /// Finds them; Rust is only needed where it is asked about.
    pub(super) fn find(ask: &AskArgs) -> Result<Tools, Failed> {
        let choice = choice(&ask.toolchain)?;
        let (cache, _) = Cache::open(&default_cache(), true);
        let c = toolchain::find_c(choice.c.as_deref(), &cache)
            .map_err(|error| (Exit::Incomplete, error.to_string()))?;
        let rust = match toolchain::find_rust(choice.rust.as_deref(), &cache) {
            Ok(rust) => Some(rust),
            Err(error) if choice.rust.is_some() => return Err((Exit::Incomplete, error.to_string())),
            Err(_) => None,
        };
        Ok(Tools {
            cache,
            c,
            rust,
            events: progress::events(),
        })
    }

    pub(super) fn compilers(&self) -> Compilers<'_> {
        Compilers {
            c: &self.c,
            rust: self.rust.as_ref(),
            events: &self.events,
        }
    }
}

fn choice(names: &[String]) -> Result<ToolchainChoice, Failed> {
    super::toolchain_choice(names).map_err(|message| (Exit::Usage, message))
}

/// A session in which nothing is run.
pub(super) fn session(ask: &AskArgs, root: &Path) -> Result<Session, Failed> {
    let options = Options {
        toolchains: choice(&ask.toolchain)?,
        events: progress::events(),
        ..Options::default()
    };
    let session = Session::open(root, options).map_err(|error| (Exit::Incomplete, error.to_string()))?;
    for warning in session.warnings() {
        progress::announce(&format!("warning: {warning}"));
    }
    Ok(session)
}

pub(super) fn options(features: &[String]) -> model::Options {
    let on = |name: &str| features.iter().any(|feature| feature == name);
    model::Options {
        avx: on("avx") || on("avx512"),
        avx512: on("avx512"),
        simd128: on("simd128"),
        short_enums: on("short-enums"),
    }
}

/// The options of both sides of a case: those asked for and those that its own flags switch on.
pub(super) fn case_options(
    session: &Session,
    case: &Case,
    target: Target,
    asked: &[String],
) -> Result<[model::Options; 2], Failed> {
    let mut both = [options(asked); 2];
    for (own, side) in both.iter_mut().zip(Side::BOTH) {
        let switched = session.options_of(case, side, target);
        *own = own.or(switched.map_err(|error| (Exit::Incomplete, error.to_string()))?);
    }
    Ok(both)
}
