//! What the person who reported can do where a report's code does not compile: the compilers' words, with the report's lines.

use twincall_abi::interface::SourceLocation;

use crate::repro::Reproduction;
use crate::repro::pair::Pair;

/// What to do about code that a compiler refuses.
pub(in crate::repro) const ADD: &str = "add to the report what the compiler does not find, in a block of the same language: \
     each type and each function that the code uses";

/// Errors that are told.
const MOST: usize = 6;

/// Notes for a report that no target could build.
pub fn notes(reproduction: &Reproduction) -> Vec<String> {
    if reproduction.found() || !reproduction.unknown() {
        return Vec::new();
    }
    let mut notes: Vec<String> = Vec::new();
    for reason in reproduction
        .answers
        .iter()
        .filter_map(|answer| answer.reason.as_deref())
    {
        for note in errors(&reproduction.pair, reason) {
            if notes.len() < MOST && !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    if !notes.is_empty() {
        notes.push(ADD.to_owned());
    }
    notes
}

/// What a compiler said of a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::repro) struct Complaint {
    pub(in crate::repro) location: SourceLocation,
    pub(in crate::repro) said: String,
}

/// `report.md:4: unknown type name 'foo_t'` of each error at a place that the report has.
fn errors(pair: &Pair, reason: &str) -> Vec<String> {
    let told = complaints(reason)
        .into_iter()
        .filter_map(|Complaint { location, said }| {
            let (file, number) = pair.place(&location)?;
            Some(format!("{file}:{number}: {said}"))
        });
    told.collect()
}

/// The errors in what a compiler printed.
pub(in crate::repro) fn complaints(reason: &str) -> Vec<Complaint> {
    let mut found = Vec::new();
    // rustc says what is wrong before it says where.
    let mut message = "";
    for line in reason.lines().map(str::trim) {
        let (place, said) = if let Some((place, said)) = line
            .split_once(": error: ")
            .or_else(|| line.split_once(": fatal error: "))
        {
            (place, said)
        } else if let Some(place) = line.strip_prefix("--> ") {
            (place, std::mem::take(&mut message))
        } else {
            if line.starts_with("error")
                && let Some((_, said)) = line.split_once(": ")
            {
                message = said;
            }
            continue;
        };
        if let Some(location) = location(place).filter(|_| !said.is_empty()) {
            let said = said.to_owned();
            found.push(Complaint { location, said });
        }
    }
    found
}

/// `file:line:column`.
fn location(text: &str) -> Option<SourceLocation> {
    let (rest, column) = text.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some(SourceLocation {
        file: file.to_owned(),
        line: line.parse().ok()?,
        column: column.parse().ok()?,
    })
}
