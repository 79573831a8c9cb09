//! Puts the C or C++ blocks of a report together in one text: headers where they are included, the rest in order, and the
//! standard headers that are missing in front.

use std::collections::BTreeSet;

use super::classify::Kind;
use super::clean::Part;
use super::markdown::Line;
use super::names::file_name;
use super::{MOST_BLOCKS, MOST_CODE};
use crate::repro::pair::{Omitted, Source};
use crate::source::headers;
use crate::source::items::blank;
use crate::source::language::is_cpp;
use crate::source::scan::{Outline, masked, outline, tokens};
use crate::source::units::{declaration, units};

/// The C part of a report.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct CPart {
    pub(super) source: Source,
    pub(super) cpp: bool,
    /// Of everything, headers included.
    pub(super) outline: Outline,
}

/// Joins blocks in their order. `report` is the report's name.
pub(super) fn join(mut parts: Vec<Part>, report: &str, notes: &mut Vec<String>) -> CPart {
    for part in &mut parts {
        // A prototype that was cut off before its semicolon.
        if let Some(last) = part.lines.iter_mut().rfind(|line| !line.text.trim().is_empty())
            && last.text.trim_end().ends_with(')')
            && !last.text.trim_start().starts_with('#')
        {
            last.text = format!("{};", last.text.trim_end());
            notes.push(format!("line {}: `;` is added at the end", last.number));
        }
    }
    let parts = same_names(parts, notes);
    let mut parts = repeated(parts, notes);
    types_once(&mut parts, notes);
    let included: BTreeSet<String> = parts
        .iter()
        .flat_map(|part| quoted_includes(&part.lines))
        .collect();
    // A person has few; more are nobody's.
    if included.len() <= MOST_BLOCKS {
        guess_header(&mut parts, &included, notes);
    }
    number_headers(&mut parts);
    let cpp = parts
        .iter()
        .any(|part| part.kind == Kind::Cpp || part.kind != Kind::Rust && is_cpp(&part.text()));
    if cpp && parts.iter().all(|part| part.kind != Kind::Cpp) {
        notes.push("the C part is C++ by its text".to_owned());
    }
    let mut all = Outline::default();
    for part in &parts {
        let one = outline(&part.text());
        all.defines.extend(one.defines);
        all.declares.extend(one.declares);
        all.types.extend(one.types);
    }
    let everything: String = parts.iter().map(Part::text).collect();
    let (headers, bodies): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| is_header(part, &included));
    let mut part = CPart {
        cpp,
        outline: all,
        ..CPart::default()
    };
    let missing = headers::missing(&everything, &part.outline, cpp);
    if !missing.is_empty() {
        let listed: Vec<String> = missing.iter().map(|header| format!("<{header}>")).collect();
        notes.push(format!(
            "`#include {}` is added to the C part",
            listed.join("`, `")
        ));
        for header in &missing {
            push(&mut part.source, &format!("#include <{header}>"), None);
        }
    }
    let mixed = cpp && bodies.iter().any(|body| body.kind == Kind::Cpp);
    let mut writer = Writer {
        source: std::mem::take(&mut part.source),
        report,
        headers: headers
            .iter()
            .map(|header| {
                (
                    header.name.as_deref().map(header_name).unwrap_or_default(),
                    header,
                )
            })
            .collect(),
        once: BTreeSet::new(),
        open: Vec::new(),
        full: false,
    };
    let entered: BTreeSet<String> = headers
        .iter()
        .chain(&bodies)
        .flat_map(|part| &part.lines)
        .filter_map(|line| include(&line.text))
        .map(|(name, _)| header_name(name))
        .collect();
    for header in &headers {
        // Nobody includes it, and it is a part of the report.
        let name = header.name.as_deref().map(header_name).unwrap_or_default();
        if !entered.contains(&name) {
            writer.lines(&header.lines, notes);
        }
    }
    for body in &bodies {
        // What is labelled C beside C++ is compiled by a C compiler in the person's build.
        let wrapped = mixed && body.kind == Kind::C && !is_cpp(&body.text());
        if wrapped {
            notes.push(format!(
                "{} is C beside C++, and is put in `extern \"C\"`",
                body.called()
            ));
            push(&mut writer.source, "extern \"C\" {", None);
        }
        writer.lines(&body.lines, notes);
        if wrapped {
            push(&mut writer.source, "}", None);
        }
    }
    part.source = writer.source;
    part
}

/// The deepest nesting of headers.
const DEEPEST: usize = 16;

/// Writes lines of C, with the report's own headers in the place of their `#include`: so each line keeps its number.
struct Writer<'a> {
    source: Source,
    report: &'a str,
    headers: Vec<(String, &'a Part)>,
    /// Headers with `#pragma once` that were written.
    once: BTreeSet<String>,
    /// Headers that are being written.
    open: Vec<String>,
    /// The text has grown beyond what is read.
    full: bool,
}

impl<'a> Writer<'a> {
    fn lines(&mut self, lines: &'a [Line], notes: &mut Vec<String>) {
        for line in lines {
            if self.source.text.len() > 2 * MOST_CODE {
                if !std::mem::replace(&mut self.full, true) {
                    notes.push(format!(
                        "line {}: the headers include each other too often",
                        line.number
                    ));
                }
                return;
            }
            let place = Some((self.report, line.number));
            if line.text.trim() == "#pragma once" {
                self.once.extend(self.open.last().cloned());
                push(&mut self.source, "", place);
                continue;
            }
            let Some((name, quoted)) = include(&line.text) else {
                push(&mut self.source, &line.text, place);
                continue;
            };
            let own = header_name(name);
            let header = self
                .headers
                .iter()
                .find(|(name, _)| *name == own)
                .map(|(_, part)| *part);
            let leads_away = name.starts_with('/') || name.split(['/', '\\']).any(|part| part == "..");
            if let Some(header) = header {
                if !self.once.contains(&own) && !self.open.contains(&own) && self.open.len() < DEEPEST {
                    self.open.push(own);
                    self.lines(&header.lines, notes);
                    self.open.pop();
                }
            } else if quoted && headers::is_known(name) {
                push(&mut self.source, &format!("#include <{name}>"), place);
            } else if quoted || leads_away {
                let note = "is left out, since the report does not show it";
                let name: String = name.chars().take(60).collect();
                notes.push(format!("line {}: `#include` of `{name}` {note}", line.number));
                push(&mut self.source, "", place);
            } else {
                push(&mut self.source, &line.text, place);
            }
        }
    }
}

fn push(source: &mut Source, text: &str, place: Option<(&str, u32)>) {
    source.text.push_str(text);
    source.text.push('\n');
    source
        .lines
        .push(place.map(|(file, line)| (file.to_owned(), line)));
}

/// Joins what has the same name: a later block replaces an earlier one that it repeats, and otherwise goes on with it.
pub(super) fn same_names(parts: Vec<Part>, notes: &mut Vec<String>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        let same = joined.iter_mut().find(|other| {
            part.name.is_some()
                && other.name == part.name
                && (other.kind == Kind::Rust) == (part.kind == Kind::Rust)
        });
        let Some(earlier) = same else {
            joined.push(part);
            continue;
        };
        let name = part.called();
        if repeats(earlier, &part) {
            notes.push(format!(
                "line {}: {name} is shown again and replaces the one at line {}",
                part.line, earlier.line
            ));
            *earlier = part;
        } else {
            notes.push(format!("line {}: {name} goes on", part.line));
            earlier.lines.extend(part.lines);
        }
    }
    joined
}

/// Leaves out blocks that define a function or type again, since only one can be compiled: the first stays, unless a later
/// one has all of it and more.
fn repeated(parts: Vec<Part>, notes: &mut Vec<String>) -> Vec<Part> {
    let mut kept: Vec<(Part, Outline)> = Vec::new();
    for part in parts {
        let own = outline(&part.text());
        let clash = kept.iter().position(|(_, earlier)| {
            own.defines.intersection(&earlier.defines).next().is_some()
                || own.types.intersection(&earlier.types).next().is_some()
        });
        let Some(at) = clash else {
            kept.push((part, own));
            continue;
        };
        let (other, earlier) = &kept[at];
        let (all, all_earlier) = (everything(&own), everything(earlier));
        let excerpt = earlier.defines.is_empty() || all_earlier.len() < all.len();
        if excerpt && all_earlier.is_subset(&all) {
            notes.push(format!(
                "line {}: {} is left out, since {} has all of it",
                other.line,
                other.called(),
                part.called()
            ));
            kept[at] = (part, own);
        } else if let Some(name) = own.defines.intersection(&earlier.defines).next() {
            notes.push(format!(
                "line {}: {} is left out, since it defines `{name}` again after line {}",
                part.line,
                part.called(),
                other.line
            ));
        } else if all.is_subset(&all_earlier) {
            notes.push(format!(
                "line {}: {} is left out, since {} has all of it",
                part.line,
                part.called(),
                other.called()
            ));
        } else {
            kept.push((part, own));
        }
    }
    kept.into_iter().map(|(part, _)| part).collect()
}

/// Leaves out types that an earlier block defines.
fn types_once(parts: &mut [Part], notes: &mut Vec<String>) {
    let mut known: BTreeSet<String> = BTreeSet::new();
    for part in parts {
        let mut text = part.text();
        let own = outline(&text).types;
        if own.is_disjoint(&known) {
            known.extend(own);
            continue;
        }
        for unit in units(&text) {
            let Outline {
                types,
                defines,
                declares,
            } = outline(&text[unit.range.clone()]);
            let again = !types.is_empty() && types.is_subset(&known);
            if again && defines.is_empty() && declares.is_empty() {
                blank(&mut text, unit.range);
                let names: Vec<String> = types.iter().map(|name| format!("`{name}`")).collect();
                notes.push(format!(
                    "line {}: {} is left out, since it is there already",
                    part.line,
                    names.join(", ")
                ));
            }
        }
        for (line, text) in part.lines.iter_mut().zip(text.lines()) {
            text.clone_into(&mut line.text);
        }
        known.extend(own);
    }
}

/// All names of a text.
fn everything(outline: &Outline) -> BTreeSet<&str> {
    outline
        .defines
        .iter()
        .chain(&outline.types)
        .chain(&outline.declares)
        .map(String::as_str)
        .collect()
}

fn repeats(earlier: &Part, later: &Part) -> bool {
    if earlier.kind == Kind::Rust {
        return super::rust_part::defined(&earlier.text())
            .intersection(&super::rust_part::defined(&later.text()))
            .next()
            .is_some();
    }
    let (earlier, later) = (outline(&earlier.text()), outline(&later.text()));
    let all = |one: &Outline| one.defines.union(&one.types).cloned().collect::<BTreeSet<_>>();
    all(&earlier).intersection(&all(&later)).next().is_some()
        || earlier.defines.is_empty() && earlier.declares.intersection(&later.declares).next().is_some()
}

fn is_header(part: &Part, included: &BTreeSet<String>) -> bool {
    part.name
        .as_deref()
        .is_some_and(|name| part.kind == Kind::Header || included.contains(&header_name(name)))
}

/// Gives a name to blocks that another block seems to include.
fn guess_header(parts: &mut [Part], included: &BTreeSet<String>, notes: &mut Vec<String>) {
    let shown = |parts: &[Part], name: &str| {
        parts
            .iter()
            .any(|part| part.name.as_deref().map(header_name).as_deref() == Some(name))
    };
    let defining: Vec<bool> = parts
        .iter()
        .map(|part| !outline(&part.text()).defines.is_empty())
        .collect();
    for name in included {
        if shown(parts, name) {
            continue;
        }
        let declares_only = |part: &Part, defining: bool| {
            part.name.is_none() && !defining && !quoted_includes(&part.lines).contains(name)
        };
        let found = parts
            .iter_mut()
            .zip(&defining)
            .find(|(part, defining)| declares_only(part, **defining));
        if let Some((part, _)) = found {
            notes.push(format!(
                "line {}: the block is taken as the `{name}` that another includes",
                part.line
            ));
            part.name = Some(name.clone());
            part.kind = Kind::Header;
        }
    }
}

/// Gives a name to headers without one.
fn number_headers(parts: &mut [Part]) {
    let mut number = 0;
    for part in parts {
        if part.kind == Kind::Header && part.name.is_none() {
            number += 1;
            part.name = Some(format!("report{number}.h"));
        }
    }
}

/// By what a header is known: `a/b.h` is `b.h`.
fn header_name(name: &str) -> String {
    let name: String = file_name(name)
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .take(80)
        .collect();
    let name = name.trim_start_matches('.');
    let header = [".h", ".hpp", ".hh", ".hxx"]
        .iter()
        .any(|ending| name.ends_with(ending));
    if header {
        name.to_owned()
    } else {
        format!("{name}.h")
    }
}

/// What follows `#include`: the name, and whether it is in quotes.
fn include(line: &str) -> Option<(&str, bool)> {
    let rest = line
        .trim_start()
        .strip_prefix('#')?
        .trim_start()
        .strip_prefix("include")?
        .trim_start();
    let (close, quoted) = match rest.chars().next()? {
        '"' => ('"', true),
        '<' => ('>', false),
        _ => return None,
    };
    Some((rest[1..].split(close).next()?, quoted))
}

fn quoted_includes(lines: &[Line]) -> Vec<String> {
    lines
        .iter()
        .filter_map(|line| include(&line.text))
        .filter(|(name, quoted)| *quoted && !headers::is_known(name))
        .map(|(name, _)| header_name(name))
        .collect()
}

/// Leaves out what declares a function of which the Rust part was left out: alone it would be a symbol that is missing.
pub(super) fn without_declarations(text: &mut String, omitted: &[Omitted]) {
    for name in omitted.iter().flat_map(|one| &one.names) {
        if let Some(range) = declaration(text, name) {
            blank(text, range);
        }
    }
}

/// Opens functions that only C's file can see and that Rust declares, so that both can be compared.
pub(super) fn open_static(text: &mut String, declared: &BTreeSet<String>, notes: &mut Vec<String>) {
    let masked = masked(text, false);
    for unit in units(&masked) {
        let head = unit.range.start..unit.body.map_or(unit.range.end, |body| body.start);
        let own = outline(&format!("{};", masked[head.clone()].trim_end_matches(';'))).declares;
        let Some(name) = own.iter().find(|name| declared.contains(*name)) else {
            continue;
        };
        let words = ["static", "inline", "__inline__", "__inline"];
        if !tokens(&masked[head.clone()]).any(|word| word == "static") {
            continue;
        }
        for word in words {
            let at = masked[head.clone()].find(word).map(|at| head.start + at);
            let ends = |end: usize| !masked[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
            if let Some(at) = at.filter(|at| ends(at + word.len())) {
                blank(text, at..at + word.len());
            }
        }
        notes.push(format!(
            "`{name}` is `static` in C, so that nothing of Rust can be linked with it; it is compared as if it were not"
        ));
    }
}

/// Whether a text has words of C besides comments.
pub(super) fn has_code(text: &str) -> bool {
    tokens(&masked(text, false)).next().is_some()
}
