//! Leaves out of a report's sources what a compiler refuses, so that one declaration does not take the others with it.
//! Nothing is left out of what compiles.

use std::ops::Range;

use twincall_abi::interface::{Side, SourceLocation};

use super::pair::{Omitted, Pair, Sources};
use super::read::failure::{Complaint, complaints};
use crate::source::items::blank;
use crate::source::scan::{masked, outline, tokens};
use crate::source::units::declaration;

mod c;
pub(super) mod question;
mod rust;

/// Attempts after which a report is given up. What is left out may be missing elsewhere, and a header that is not there hides
/// what comes after it.
pub(super) const MOST_ROUNDS: usize = 10;

/// What stands in the place of code that is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Cut {
    /// Bytes, and what replaces them. Lines of the preprocessor within stay.
    edits: Vec<(Range<usize>, String)>,
    /// What the code binds.
    names: Vec<String>,
    kind: CutKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum CutKind {
    /// All of it.
    Whole,
    /// Its body: it is declared still.
    Body,
    /// A header that is not there.
    Include,
}

/// Leaves out what the compilers complain of, and says what in notes. Nothing where they complain of nothing that can be.
pub(super) fn without_refused<'a>(
    sources: &mut Sources,
    pair: &Pair,
    reasons: impl Iterator<Item = &'a str>,
) -> Option<Vec<String>> {
    let mut notes = Vec::new();
    let all: Vec<Complaint> = reasons.flat_map(told).collect();
    // From the last to the first, so that the places of the others stay right.
    let mut located: Vec<(Side, usize, Complaint)> = all
        .into_iter()
        .filter_map(|complaint| {
            let (side, at) = offset(sources, pair, &complaint.location)?;
            Some((side, at, complaint))
        })
        .collect();
    located.sort_by_key(|(side, at, _)| (*side, std::cmp::Reverse(*at)));
    located.dedup_by_key(|(side, at, _)| (*side, *at));
    // What only points to a type may stay once what needs more of it is gone.
    let (pointing, refused): (Vec<_>, Vec<_>) = located
        .into_iter()
        .partition(|(side, at, complaint)| points(*side, sources, *at, &complaint.said));
    for (side, at, complaint) in &refused {
        notes.extend(leave_out(sources, pair, *side, *at, complaint));
    }
    let mut opaque: Vec<(Side, String)> = Vec::new();
    let nothing_else = notes.is_empty();
    for (side, at, complaint) in &pointing {
        let name = missing(&complaint.said).unwrap_or_default();
        let known = (*side, name.to_owned());
        if is_pointed_to(*side, sources, name) {
            opaque.extend((!opaque.contains(&known)).then_some(known));
        } else if nothing_else {
            notes.extend(leave_out(sources, pair, *side, *at, complaint));
        }
    }
    for (side, name) in opaque {
        let (source, at, line) = match side {
            Side::C => (&mut sources.c, 0, format!("typedef struct {name} {name};\n")),
            Side::Rust => {
                let at = sources.rust.lines.len();
                let line = format!("#[repr(C)] pub struct {name} {{ _opaque: [u8; 0] }}\n");
                (&mut sources.rust, at, line)
            }
        };
        match at {
            0 => source.text.insert_str(0, &line),
            _ => source.text.push_str(&line),
        }
        source.lines.insert(at, None);
        notes.push(format!(
            "the report does not define `{name}`, to which the {side} part only points: it counts as a type of which nothing is known"
        ));
    }
    (!notes.is_empty()).then_some(notes)
}

/// Leaves out what is around a byte, and says so.
fn leave_out(
    sources: &mut Sources,
    pair: &Pair,
    side: Side,
    at: usize,
    complaint: &Complaint,
) -> Option<String> {
    let cut = match side {
        Side::C => c::cut(&sources.c.text, at, &complaint.said),
        Side::Rust => rust::cut(&sources.rust.text, at, sources.edition),
    }?;
    let gone = |name: &str| {
        let of_name = |one: &&Omitted| one.side == side && one.names.iter().any(|gone| gone == name);
        sources.omitted.iter().find(of_name)
    };
    let why = match missing(&complaint.said) {
        Some(name) => match gone(name) {
            Some(Omitted { why, .. }) => format!("it uses `{name}`, which is left out too: {why}"),
            None => format!("it uses `{name}`, which the report does not define"),
        },
        None => format!("the compiler says: {}", complaint.said),
    };
    let place = pair.place(&complaint.location);
    let place = place.map_or(String::new(), |(file, line)| format!("{file}:{line}: "));
    let note = format!("{place}{}", told_of(side, &cut, &why));
    for (range, text) in cut.edits {
        replace(side, text_of(sources, side), range, &text);
    }
    if cut.kind == CutKind::Whole && !cut.names.is_empty() {
        // Declared on one side alone, it would count as a symbol that is missing.
        let gone: Vec<String> = cut
            .names
            .into_iter()
            .filter(|name| !is_known(sources, side, name))
            .collect();
        for name in &gone {
            let declaration = match side {
                Side::Rust => declaration(&sources.c.text, name),
                Side::C => rust::declaration(&sources.rust.text, name),
            };
            if let Some(range) = declaration {
                replace(side.other(), text_of(sources, side.other()), range, "");
            }
        }
        sources.omitted.push(Omitted {
            side,
            names: gone,
            why,
        });
    }
    Some(note)
}

fn text_of(sources: &mut Sources, side: Side) -> &mut String {
    match side {
        Side::C => &mut sources.c.text,
        Side::Rust => &mut sources.rust.text,
    }
}

/// Whether a compiler, or Twincall, complains of a place.
pub(super) fn complains(reason: &str) -> bool {
    !told(reason).is_empty()
}

/// What a note says of a cut.
fn told_of(side: Side, cut: &Cut, why: &str) -> String {
    let names: Vec<String> = cut.names.iter().map(|name| format!("`{name}`")).collect();
    let names = names.join(", ");
    match cut.kind {
        CutKind::Include => format!("`#include` of {names} is left out, since the report does not show it"),
        CutKind::Whole if names.is_empty() => format!("a line of the {side} part is left out: {why}"),
        CutKind::Whole => format!("{names} is left out of the {side} part: {why}"),
        CutKind::Body => {
            format!(
                "the body of {names} is left out of the {side} part, where it counts as declared only: {why}"
            )
        }
    }
}

/// The complaints of compilers, and those of Twincall about a declaration: `` C `f` (a.c:3): .. ``.
fn told(reason: &str) -> Vec<Complaint> {
    let mut found = complaints(reason);
    for line in reason.lines() {
        let own = line.split_once("` (").and_then(|(_, rest)| {
            let (place, said) = rest.split_once("): ")?;
            let (file, line) = place.rsplit_once(':')?;
            Some(Complaint {
                location: SourceLocation {
                    file: file.to_owned(),
                    line: line.parse().ok()?,
                    column: 0,
                },
                said: said.to_owned(),
            })
        });
        found.extend(own);
    }
    found
}

/// Which side a place of the pair is in, and which byte of its source.
fn offset(sources: &Sources, pair: &Pair, location: &SourceLocation) -> Option<(Side, usize)> {
    let file = std::path::Path::new(&location.file);
    let (side, text, before) = if file == pair.c_path.as_path() {
        let start = pair.c.text.find(&sources.c.text)?;
        (
            Side::C,
            &sources.c.text,
            pair.c.text[..start].matches('\n').count(),
        )
    } else if file == pair.rust_path.as_path() {
        (Side::Rust, &sources.rust.text, pair.rust.directives())
    } else {
        return None;
    };
    let line = (location.line as usize).checked_sub(1 + before)?;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let of_line = text.get(start..)?.lines().next()?;
    let indent = of_line.len() - of_line.trim_start().len();
    let column = match (side, (location.column as usize).checked_sub(1)) {
        (_, None) => indent,
        (Side::C, Some(column)) => column,
        (Side::Rust, Some(column)) => of_line
            .char_indices()
            .nth(column)
            .map_or(of_line.len(), |(at, _)| at),
    };
    Some((side, start + column.min(of_line.len())))
}

/// The name that a compiler does not know.
fn missing(said: &str) -> Option<&str> {
    const BEFORE: [&str; 13] = [
        "unknown type name ",
        "unknown class name ",
        "use of undeclared identifier ",
        "call to undeclared function ",
        "call to undeclared library function ",
        "incomplete type ",
        "incomplete result type ",
        "cannot find ",
        "unresolved import ",
        "unresolved module or unlinked crate ",
        "undeclared type ",
        "undefined type ",
        "must use 'struct' tag to refer to type ",
    ];
    const INSIDE: &str = " is declared inside its parameter list";
    let quotes = ['\'', '`', '\u{2018}', '\u{2019}'];
    let rest = match said.find(INSIDE) {
        Some(_) => said,
        None => BEFORE
            .iter()
            .find_map(|before| said.split_once(before).map(|(_, rest)| rest))?,
    };
    let name = rest.split(quotes).nth(1)?;
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ' | ':');
    (!name.is_empty() && name.chars().all(word)).then_some(name)
}

/// Whether a complaint is about a type that is missing and behind a pointer where it is missed.
fn points(side: Side, sources: &Sources, at: usize, said: &str) -> bool {
    let is_type = said.contains("unknown type name") || said.contains("cannot find type");
    is_type
        && match side {
            Side::C => c::points(&sources.c.text, at),
            Side::Rust => rust::points(&sources.rust.text, at),
        }
}

/// Whether a type that is missing is only ever behind a pointer, so that nothing has to be known of it.
fn is_pointed_to(side: Side, sources: &Sources, name: &str) -> bool {
    match side {
        Side::C => c::is_pointed_to(&sources.c.text, name),
        Side::Rust => rust::is_pointed_to(&sources.rust.text, name),
    }
}

/// Replaces bytes without moving what follows, so that the places of complaints stay right. In C's text what the preprocessor
/// reads of them stays where nothing takes its place.
fn replace(side: Side, text: &mut String, range: Range<usize>, new: &str) {
    let Some(old) = text.get(range.clone()) else {
        return;
    };
    if !new.is_empty() {
        let lines = old.matches('\n').count();
        let padding = old.len().saturating_sub(new.len() + lines);
        text.replace_range(
            range,
            &format!("{new}{}{}", "\n".repeat(lines), " ".repeat(padding)),
        );
        return;
    }
    let pieces: Vec<(usize, bool)> = old
        .split_inclusive('\n')
        .map(|line| (line.len(), line.trim_start().starts_with('#')))
        .collect();
    let several = pieces.len() > 1;
    let mut start = range.start;
    for (length, directive) in pieces {
        if !(directive && several && side == Side::C) {
            blank(text, start..start + length);
        }
        start += length;
    }
}

/// Whether a side still has a function of this name.
fn is_known(sources: &Sources, side: Side, name: &str) -> bool {
    match side {
        Side::C => {
            let outline = outline(&sources.c.text);
            outline.defines.contains(name) || outline.declares.contains(name)
        }
        Side::Rust => {
            let masked = masked(&sources.rust.text, true);
            let words: Vec<&str> = tokens(&masked).collect();
            words.windows(2).any(|two| two == ["fn", name])
        }
    }
}

#[cfg(test)]
mod tests;
