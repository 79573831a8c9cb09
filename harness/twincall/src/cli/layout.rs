//! `layout`: types drawn byte by byte.

use clap::Args;
use twincall_abi::interface::Side;
use twincall_abi::model::Language;
use twincall_abi::target::Target;

use super::explain::{
    AskArgs, Failed, Given, Tools, case_options, failed, find_case, finish, given, given_as_rust, json,
    options, session, tools_targets, write,
};
use super::{AnswerFormat, Exit, find_root, parse_target};
use crate::explain::layout::{self, Layouts, TypesQuestion};
use crate::explain::{across, svg};

#[derive(Debug, Args)]
pub(super) struct LayoutArgs {
    /// Types of C, C++ or Rust, a file with some or - for standard input, or a case
    #[arg(value_name = "TYPES|CASE", required_unless_present = "rust")]
    what: Option<String>,
    /// The same as Rust, whatever it looks like
    #[arg(long, value_name = "TYPES", conflicts_with = "what")]
    rust: Option<String>,
    /// Say which types two targets can both read as they are: native,wasm
    #[arg(long, value_name = "TARGET,TARGET", value_delimiter = ',', value_parser = parse_target)]
    across: Vec<Target>,
    #[command(flatten)]
    ask: AskArgs,
}

pub(super) fn layout(arguments: &LayoutArgs) -> Exit {
    finish(draw(arguments))
}

fn draw(arguments: &LayoutArgs) -> Result<Exit, Failed> {
    let ask = &arguments.ask;
    let across = match arguments.across.as_slice() {
        [] => None,
        [one, other] if one != other => Some([*one, *other]),
        _ => return Err((Exit::Usage, "--across takes two targets: native,wasm".to_owned())),
    };
    let targets = match across {
        Some(across) => across.to_vec(),
        None => tools_targets(ask),
    };
    let mut layouts = match (&arguments.rust, arguments.what.as_deref()) {
        (Some(text), _) => of_text(arguments, &given_as_rust(text)?, &targets)?,
        (None, Some(what)) => match given(what)? {
            Some(given) => of_text(arguments, &given, &targets)?,
            None => of_case(arguments, what, &targets)?,
        },
        (None, None) => return Err((Exit::Usage, "types or a case are needed".to_owned())),
    };
    if let Some(targets) = across {
        across::compare(&mut layouts, targets);
    }
    let text = match ask.format {
        AnswerFormat::Human => layout::human::render(&layouts, ask.color.enabled()),
        AnswerFormat::Json => json(&layouts)?,
    };
    write(&text, ask, || svg::layouts(&layouts))?;
    Ok(Exit::Expected)
}

fn of_text(arguments: &LayoutArgs, given: &Given, targets: &[Target]) -> Result<Layouts, Failed> {
    let tools = Tools::find(&arguments.ask)?;
    let question = TypesQuestion {
        text: &given.text,
        language: given.language,
        targets,
        options: options(&arguments.ask.feature),
    };
    layout::of_text(tools.compilers(), &question).map_err(|error| failed(&error))
}

fn of_case(arguments: &LayoutArgs, name: &str, targets: &[Target]) -> Result<Layouts, Failed> {
    let ask = &arguments.ask;
    let root = ask.root.clone().unwrap_or_else(find_root);
    let case = match find_case(&root, name) {
        Ok(case) => case,
        // `int` and `uint64_t` are types without any sign of it.
        Err(failed) => {
            let given = Given {
                text: name.to_owned(),
                language: Some(Language::C),
            };
            return of_text(arguments, &given, targets).map_err(|_| failed);
        }
    };
    let session = session(ask, &root)?;
    let toolchains = session.toolchains();
    let names = [Side::C, Side::Rust].map(|side| {
        let own = toolchains
            .iter()
            .find(|toolchain| toolchain.language == side.tag());
        own.map_or(side.tag(), |toolchain| toolchain.name.as_str())
    });
    let mut layouts = Layouts::empty();
    for &target in targets {
        if let Some(reason) = case.not_applicable(target) {
            layouts.notes.push(format!("not on {target}: {reason}"));
            continue;
        }
        let (build, judgement) = session
            .examine(&case, target)
            .map_err(|error| (Exit::Incomplete, error.to_string()))?;
        let options = case_options(&session, &case, target, &ask.feature)?;
        let source = layout::CaseLayouts {
            target,
            build: &build,
            judgement: &judgement,
            compilers: names,
            options,
            cpp: case.c.cpp,
        };
        layout::add_case(&mut layouts, &source);
    }
    if layouts.types.is_empty() {
        layouts
            .notes
            .push(format!("no struct, union or array crosses in `{name}`"));
    }
    Ok(layouts)
}
