//! One side's declarations written anew for all targets at once: what targets declare differently is there once for each.

use std::collections::BTreeSet;

use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::target::Target;

use super::{Judged, Unmade, text};
use crate::explain::translate::{Part, Style, Untranslatable, Writer, alone};

/// How one function is written.
pub(super) type Form = fn(&Writer<'_>, &Function) -> Result<String, Untranslatable>;

/// A source in parts.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) types: Vec<String>,
    /// By symbol.
    pub(super) functions: Vec<Part>,
    /// What could not be written, in words.
    pub(super) left_out: Vec<String>,
}

impl Source {
    /// All of it, and nothing else.
    pub(super) fn plain(&self) -> String {
        let functions = self.functions.iter().map(|part| &part.text);
        let all: Vec<&str> = self.types.iter().chain(functions).map(String::as_str).collect();
        all.join("\n\n") + "\n"
    }
}

/// The functions of these symbols, with their types.
///
/// # Errors
/// Not one of them can be written.
pub(super) fn write(
    judged: &[Judged<'_>],
    symbols: &[String],
    side: Side,
    form: Form,
) -> Result<Source, Unmade> {
    let mut left_out = Vec::new();
    let mut first = None;
    let mut kept: Vec<&String> = Vec::new();
    for symbol in symbols {
        match judged.iter().try_for_each(|on| probe(on, symbol, side, form)) {
            Ok(()) => kept.push(symbol),
            Err(reason) => {
                left_out.push(format!("`{symbol}` is left out: {reason}"));
                first.get_or_insert(Unmade::Unwritable {
                    symbol: symbol.clone(),
                    side,
                    reason,
                });
            }
        }
    }
    if let (Some(error), true) = (first, kept.is_empty()) {
        return Err(error);
    }
    let mut types = Vec::new();
    let mut functions = Vec::new();
    for on in judged {
        let interface = together(on.side(side), &kept);
        let writer = Writer::new(&interface, side, on.target(), Style::Own);
        let unwritable = |reason: Untranslatable| Unmade::Unwritable {
            symbol: kept.first().map_or(String::new(), |symbol| (*symbol).clone()),
            side,
            reason: reason.to_string(),
        };
        types.push((on.target(), writer.types().map_err(unwritable)?));
        let written: Result<Vec<Part>, Untranslatable> = interface
            .functions
            .iter()
            .map(|function| {
                Ok(Part {
                    name: function.symbol.clone(),
                    text: form(&writer, function)?,
                })
            })
            .collect();
        functions.push((on.target(), written.map_err(unwritable)?));
    }
    Ok(Source {
        types: merge(side, &types).into_iter().map(|part| part.text).collect(),
        functions: merge(side, &functions),
        left_out,
    })
}

/// Whether one function can be written alone, or why not.
fn probe(on: &Judged<'_>, symbol: &str, side: Side, form: Form) -> Result<(), String> {
    let Some(function) = on.function(side, symbol) else {
        return Err(format!("{side} does not declare it on {}", on.target().triple()));
    };
    let interface = alone(on.side(side), function);
    let writer = Writer::new(&interface, side, on.target(), Style::Own);
    let written = writer.types().and_then(|_| form(&writer, function));
    written.map(|_| ()).map_err(|reason| reason.to_string())
}

/// Several functions of an interface with the types that they reach.
fn together(interface: &Interface, symbols: &[&String]) -> Interface {
    let functions: Vec<Function> = symbols
        .iter()
        .filter_map(|symbol| interface.function(symbol).cloned())
        .collect();
    let reached: BTreeSet<String> = functions
        .iter()
        .flat_map(|function| alone(interface, function).types)
        .map(|definition| definition.name)
        .collect();
    let mut all = interface.clone();
    all.functions = functions;
    all.types.retain(|definition| reached.contains(&definition.name));
    all
}

/// Parts of the same name as one, in the order of the first target; what only some targets have, or have differently, is there
/// for each of them under its condition.
fn merge(side: Side, all: &[(Target, Vec<Part>)]) -> Vec<Part> {
    let mut merged: Vec<Part> = Vec::new();
    for part in all.iter().flat_map(|(_, parts)| parts) {
        if merged.iter().any(|known| known.name == part.name) {
            continue;
        }
        let own: Vec<(Target, Option<&str>)> = all
            .iter()
            .map(|(target, parts)| {
                let same = parts.iter().find(|other| other.name == part.name);
                (*target, same.map(|same| same.text.as_str()))
            })
            .collect();
        let text = match own.iter().all(|(_, text)| *text == Some(part.text.as_str())) {
            true => part.text.clone(),
            false => conditional(side, &own),
        };
        merged.push(Part {
            name: part.name.clone(),
            text: text::without_orders(&text),
        });
    }
    merged
}

fn conditional(side: Side, own: &[(Target, Option<&str>)]) -> String {
    let texts = own.iter().filter_map(|(target, text)| Some((target, (*text)?)));
    let guarded = texts.map(|(target, text)| match (side, target.is_wasm()) {
        (Side::C, true) => format!("#ifdef __wasm__\n{text}\n#endif"),
        (Side::C, false) => format!("#ifndef __wasm__\n{text}\n#endif"),
        (Side::Rust, true) => format!("#[cfg(target_arch = \"wasm32\")]\n{text}"),
        (Side::Rust, false) => format!("#[cfg(not(target_arch = \"wasm32\"))]\n{text}"),
    });
    guarded.collect::<Vec<_>>().join("\n")
}
