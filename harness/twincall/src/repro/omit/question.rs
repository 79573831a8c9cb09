//! Whether the function that a report is about was left out, which is told before anything else.

use twincall_abi::interface::Side;

use crate::facts::Verdict;
use crate::repro::Reproduction;
use crate::repro::answer::{Answer, Certainty};
use crate::repro::pair::{Omitted, Sources};
use crate::repro::read::failure::ADD;
use crate::source::items::item_names;
use crate::source::scan::{outline, tokens};
use crate::source::syntax;

/// Tells in the answers of the function in question where it was left out: the one that the title names, and otherwise
/// the first that the other side knows. `whole` is the report before anything was left out. Nothing is acquitted where what
/// was asked is not known.
pub(in crate::repro) fn tell(reproduction: &mut Reproduction, whole: &Sources, omitted: &[Omitted]) {
    let lost = lost(whole, omitted);
    let titled: Vec<&str> = tokens(&whole.title).collect();
    let named = lost.iter().find(|(name, _)| titled.contains(&name.as_str()));
    let Some((name, omitted)) = named.or(lost.first()) else {
        return;
    };
    let further = match lost.len() {
        1 => String::new(),
        2 => " (and one more function)".to_owned(),
        count => format!(" (and {} more functions)", count - 1),
    };
    let first = format!(
        "{name} is not compared: its {} declaration is left out, since {}{further}",
        omitted.side, omitted.why
    );
    // The title may name one that was compared.
    let about_another = named.is_none() && functions(whole).any(|known| titled.contains(&known.as_str()));
    let built = |answer: &&mut Answer| answer.verdict != Verdict::NotApplicable;
    for answer in reproduction.answers.iter_mut().filter(built) {
        let compared = answer.reason.is_none() && answer.certainty != Certainty::NotCompared;
        if answer.primary.is_none() && compared && !about_another {
            answer.certainty = Certainty::Missed;
        }
        head(answer, &first, compared, named.is_some());
    }
    reproduction.notes.push(ADD.to_owned());
}

fn head(answer: &mut Answer, first: &str, compared: bool, named: bool) {
    answer.headline = match (&answer.primary, compared) {
        (Some(_), _) if named => format!("{first}; {}", answer.headline),
        (Some(_), _) => format!("{}; {first}", answer.headline),
        (None, true) => format!("{first}; nothing else that crosses the boundary is wrong"),
        (None, false) => first.to_owned(),
    };
}

/// Every function that either part of a report has.
fn functions(whole: &Sources) -> impl Iterator<Item = String> {
    c_functions(&whole.c.text)
        .into_iter()
        .chain(rust_functions(&whole.rust.text))
}

/// The functions that were left out and that the other side knows, in the order of the report.
fn lost<'a>(whole: &Sources, omitted: &'a [Omitted]) -> Vec<(String, &'a Omitted)> {
    let (in_c, in_rust) = (c_functions(&whole.c.text), rust_functions(&whole.rust.text));
    let mut lost: Vec<(String, &Omitted)> = Vec::new();
    for one in omitted {
        let other = match one.side {
            Side::C => &in_rust,
            Side::Rust => &in_c,
        };
        for name in &one.names {
            if other.contains(name) && lost.iter().all(|(known, _)| known != name) {
                lost.push((name.clone(), one));
            }
        }
    }
    lost
}

fn c_functions(text: &str) -> Vec<String> {
    let outline = outline(text);
    outline.defines.into_iter().chain(outline.declares).collect()
}

fn rust_functions(text: &str) -> Vec<String> {
    let Ok(file) = syntax::parse(text) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    for item in &file.items {
        let crosses = match item {
            syn::Item::ForeignMod(_) => true,
            syn::Item::Fn(function) => function.sig.abi.is_some(),
            _ => false,
        };
        if crosses {
            let all = item_names(item).into_iter();
            names.extend(all.map(|name| name.trim_start_matches("r#").to_owned()));
        }
    }
    names
}
