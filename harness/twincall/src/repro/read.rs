//! Reads a bug report as people write them: which of its blocks is the C part, which the Rust part, what is left out, and
//! what was added to make two files of it. Nothing is compiled or run here, and no text makes it fail otherwise than by an error.

use thiserror::Error;

use super::pair::Sources;
use crate::source::{scan, syntax};

mod c_part;
mod classify;
mod clean;
mod edition;
pub mod failure;
mod flags;
mod lift;
mod link;
mod markdown;
mod names;
mod prose;
mod rust_part;
mod salvage;
mod transcript;

#[cfg(test)]
mod tests;

use classify::Kind;
use clean::Part;

/// The longest report that is read, in bytes.
pub const LONGEST: usize = 4 << 20;
/// The blocks of code that are read.
pub const MOST_BLOCKS: usize = 200;
/// The code that is read, in bytes.
pub const MOST_CODE: usize = 1 << 20;
/// The longest declaration within a sentence.
const LONGEST_SPAN: usize = 400;
/// Notes that are kept.
const MOST_NOTES: usize = 100;

/// What was made of a report.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reading {
    pub sources: Sources,
    /// What was guessed, added or left out.
    pub notes: Vec<String>,
    /// What its prose asks for and nobody applied.
    pub suggestions: Vec<String>,
}

/// Why nothing can be made of a report.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ReadError {
    #[error(
        "the report has more than {LONGEST} bytes, which is more than is read; shorten it to the code of both sides"
    )]
    TooLong,
    #[error("the report has {blocks} blocks of code, and at most {MOST_BLOCKS} are read")]
    TooManyBlocks { blocks: usize },
    #[error("the report has {bytes} bytes of code, and at most {MOST_CODE} are read")]
    TooMuchCode { bytes: usize },
    #[error("the report has no C or Rust code{}\n{ADVICE}", understood(.notes))]
    NoCode { notes: Vec<String> },
    #[error(
        "the report has no {missing} code; {found}{}\nadd what the {missing} side declares or defines, in a block that begins with ```{label}",
        understood(.notes)
    )]
    OneLanguage {
        missing: &'static str,
        label: &'static str,
        found: String,
        notes: Vec<String>,
    },
    #[error("the Rust part nests too deeply at line {line} to be read")]
    TooDeep { line: u32 },
    #[error(
        "the Rust part is no Rust at line {line}: {message}{}\nmend that line, or leave out the block it is in",
        understood(.notes)
    )]
    NoRust {
        line: u32,
        message: String,
        notes: Vec<String>,
    },
}

const ADVICE: &str =
    "add the declaration or definition of each side, in blocks that begin with ```c and ```rust";

fn understood(notes: &[String]) -> String {
    notes.iter().map(|note| format!("\n  {note}")).collect()
}

/// Reads a report from bytes, with a note where they are not UTF-8.
///
/// # Errors
/// As of [`read`].
pub fn read_bytes(name: &str, bytes: &[u8]) -> Result<Reading, ReadError> {
    if bytes.len() > LONGEST {
        return Err(ReadError::TooLong);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut reading = read(name, &text)?;
    if matches!(text, std::borrow::Cow::Owned(_)) {
        reading.notes.insert(
            0,
            "the report is not UTF-8; what is not is replaced by U+FFFD".to_owned(),
        );
    }
    Ok(reading)
}

/// Reads a report. `name` is what its lines are known by.
///
/// # Errors
/// A report that is too big, that lacks a language, or whose Rust is none.
pub fn read(name: &str, text: &str) -> Result<Reading, ReadError> {
    if text.len() > LONGEST {
        return Err(ReadError::TooLong);
    }
    let mut notes = Vec::new();
    let mut text = text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    if text.contains('\0') {
        text.retain(|c| c != '\0');
        notes.push("NUL bytes are left out".to_owned());
    }
    let document = markdown::read(&text);
    if document.blocks.len() > MOST_BLOCKS {
        return Err(ReadError::TooManyBlocks {
            blocks: document.blocks.len(),
        });
    }
    let code: usize = document
        .blocks
        .iter()
        .flat_map(|block| &block.lines)
        .map(|line| line.text.len() + 1)
        .sum();
    if code > MOST_CODE {
        return Err(ReadError::TooMuchCode { bytes: code });
    }
    let mut reading = Reading {
        sources: Sources {
            title: if document.title.is_empty() {
                "a report".to_owned()
            } else {
                document.title.clone()
            },
            references: document.references.clone(),
            ..Sources::default()
        },
        ..Reading::default()
    };
    let mut hints = document.prose.clone();
    let (c, rust) = sort(&document, &mut reading.sources, &mut hints, &mut notes);
    reading.suggestions = prose::suggestions(&hints);
    let sources = &reading.sources;
    let flags = [&sources.c_flags, &sources.rust_flags];
    let applied = |suggestion: &String| {
        let mut flags = flags.into_iter().flatten();
        flags.any(|flag| suggestion.contains(&format!("-flags = [\"{flag}\"]")))
    };
    reading.suggestions.retain(|suggestion| !applied(suggestion));
    let count = c.len() + rust.len();
    if count > MOST_BLOCKS {
        return Err(ReadError::TooManyBlocks { blocks: count });
    }
    let mut parts = Parts { c, rust };
    set_edition(&hints, &mut parts.rust, &mut reading.sources, &mut notes);
    assemble(name, &document, parts, &mut reading, &mut notes)?;
    standard(&hints, &mut reading, &mut notes);
    reading.notes = kept(&notes);
    Ok(reading)
}

/// Applies the standard of the language that the text names, if it names one, and one of the part's language.
fn standard(hints: &str, reading: &mut Reading, notes: &mut Vec<String>) {
    let sources = &mut reading.sources;
    let words = hints.split(|c: char| c.is_whitespace() || matches!(c, '`' | '(' | ')' | ',' | ';' | '"'));
    let mut named: Vec<&str> = words
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| flags::c_allowed(word) && word.starts_with("-std="))
        .filter(|word| word.contains("++") == sources.cpp)
        .collect();
    named.dedup();
    let given = sources.c_flags.iter().any(|flag| flag.starts_with("-std="));
    if let (false, [flag]) = (given, named.as_slice()) {
        notes.push(format!("the report names `{flag}`, which is applied"));
        reading
            .suggestions
            .retain(|suggestion| !suggestion.contains(flag));
        sources.c_flags.push((*flag).to_owned());
    }
}

/// Applies the edition that the report names, and where it names none, the one that its text needs.
fn set_edition(hints: &str, rust: &mut [Part], sources: &mut Sources, notes: &mut Vec<String>) {
    for part in rust.iter_mut() {
        let mut text = part.text();
        let names = edition::raw_names(&mut text);
        for (line, text) in part.lines.iter_mut().zip(text.lines()) {
            text.clone_into(&mut line.text);
        }
        for name in names {
            notes.push(format!(
                "{}: the name `{name}` has become a word of Rust, and is written `r#{name}`",
                part.called()
            ));
        }
    }
    if sources.edition.is_some() {
        return;
    }
    if let Some(edition) = edition::stated(hints) {
        notes.push(format!(
            "the report names edition {}, which is applied",
            edition.name()
        ));
        sources.edition = Some(edition);
        return;
    }
    let text: String = rust.iter().map(Part::text).collect();
    if let Some((edition, why)) = edition::guessed(&text) {
        notes.push(format!("edition {} is guessed, since {why}", edition.name()));
        sources.edition = Some(edition);
    }
}

struct Parts {
    c: Vec<Part>,
    rust: Vec<Part>,
}

/// Gives each block its place; what is neither C nor Rust may still hint at versions and flags.
fn sort(
    document: &markdown::Document,
    sources: &mut Sources,
    hints: &mut String,
    notes: &mut Vec<String>,
) -> (Vec<Part>, Vec<Part>) {
    let (mut c, mut rust) = (Vec::new(), Vec::new());
    for block in &document.blocks {
        let classified = classify::classify(block);
        let line = block.line;
        let text = || classify::text(block);
        match classified.kind {
            Kind::C | Kind::Cpp | Kind::Header | Kind::Rust => {
                if classified.guessed {
                    let language = if classified.kind == Kind::Rust {
                        "Rust"
                    } else {
                        "C"
                    };
                    notes.push(format!(
                        "line {line}: the block has no label and is taken as {language}"
                    ));
                }
                if let Some(edition) = classified.edition {
                    sources.edition = Some(edition);
                }
                for part in clean::parts(block, &classified, notes) {
                    match part.kind {
                        Kind::Rust => rust.push(part),
                        Kind::C | Kind::Cpp | Kind::Header => c.push(part),
                        _ => notes.push(format!("line {}: {} is left out", part.line, part.called())),
                    }
                }
            }
            Kind::Toml => flags::apply(&text(), line, sources, notes),
            Kind::BuildScript => {
                notes.push(format!("line {line}: a build script is left out"));
                hints.push_str(&quoted(&text()));
            }
            Kind::Shell => {
                notes.push(format!("line {line}: commands are left out"));
                hints.push_str(&text());
            }
            Kind::Other(what) => {
                if what != "empty" {
                    notes.push(format!("line {line}: {what} is left out"));
                }
                if what != "assembly" && what != "LLVM IR" {
                    hints.push_str(&text());
                }
            }
        }
    }
    (c, rust)
}

/// The strings of a build script, where its flags are.
fn quoted(text: &str) -> String {
    text.split('"')
        .skip(1)
        .step_by(2)
        .flat_map(|string| [string, "\n"])
        .collect()
}

fn assemble(
    name: &str,
    document: &markdown::Document,
    mut parts: Parts,
    reading: &mut Reading,
    notes: &mut Vec<String>,
) -> Result<(), ReadError> {
    from_prose(document, &mut parts, notes);
    let sources = &mut reading.sources;
    let rust = rust_part::join(parts.rust, name, sources.edition, notes);
    let c = c_part::join(parts.c, name, notes);
    let no_c = !c_part::has_code(&c.source.text);
    let no_rust = rust.broken.is_none() && rust.source.text.trim().is_empty();
    match (no_c, no_rust) {
        (true, true) => return Err(ReadError::NoCode { notes: kept(notes) }),
        (true, false) => {
            let found = format!("its Rust {}", listed(&rust.defines, &rust.declares));
            return Err(ReadError::OneLanguage {
                missing: "C",
                label: "c",
                found,
                notes: kept(notes),
            });
        }
        (false, true) => {
            let found = format!("its C {}", listed(&c.outline.defines, &c.outline.declares));
            return Err(ReadError::OneLanguage {
                missing: "Rust",
                label: "rust",
                found,
                notes: kept(notes),
            });
        }
        (false, false) => {}
    }
    match rust.broken {
        Some((line, syntax::NoRust::TooDeep)) => return Err(ReadError::TooDeep { line }),
        Some((line, syntax::NoRust::Syntax { message, .. })) => {
            return Err(ReadError::NoRust {
                line,
                message,
                notes: kept(notes),
            });
        }
        None => {}
    }
    for feature in rust.features {
        if !sources.rust_features.contains(&feature) {
            notes.push(format!("`#![feature({feature})]` is applied"));
            sources.rust_features.push(feature);
        }
    }
    let program = if rust.runs || c.outline.defines.contains("main") {
        ""
    } else {
        "; neither has a program, so that only generated calls are made"
    };
    notes.insert(
        0,
        format!(
            "the C part {}; the Rust part {}{program}",
            listed(&c.outline.defines, &c.outline.declares),
            listed(&rust.defines, &rust.declares)
        ),
    );
    if c.outline.defines.is_empty() && rust.defines.is_empty() {
        notes.push("neither side defines a function that crosses: the declarations are compared, and nothing of the report runs".to_owned());
    }
    sources.c = c.source;
    sources.cpp = c.cpp;
    sources.rust = rust.source;
    sources.omitted = rust.omitted;
    c_part::without_declarations(&mut sources.c.text, &sources.omitted);
    c_part::open_static(&mut sources.c.text, &rust.declares, notes);
    link::leave_out(&mut sources.rust.text, &c.outline.defines, notes);
    Ok(())
}

/// A language without a block may have its declaration within a sentence.
fn from_prose(document: &markdown::Document, parts: &mut Parts, notes: &mut Vec<String>) {
    for kind in [Kind::C, Kind::Rust] {
        let missing = match kind {
            Kind::C => parts.c.is_empty() && !parts.rust.is_empty(),
            _ => parts.rust.is_empty() && !parts.c.is_empty(),
        };
        if !missing {
            continue;
        }
        for span in document.spans.iter().take(MOST_BLOCKS) {
            let text = span.text.trim();
            if text.len() > LONGEST_SPAN {
                continue;
            }
            let Some(declaration) = (if kind == Kind::C {
                prototype(text)
            } else {
                foreign(text)
            }) else {
                continue;
            };
            notes.push(format!(
                "line {}: `{text}` within the text is taken as a declaration",
                span.number
            ));
            let part = Part {
                kind,
                name: None,
                line: span.number,
                lines: vec![markdown::Line {
                    text: declaration,
                    number: span.number,
                }],
            };
            match kind {
                Kind::C => parts.c.push(part),
                _ => parts.rust.push(part),
            }
        }
    }
}

fn prototype(text: &str) -> Option<String> {
    let declaration = format!("{};", text.trim_end_matches(';').trim_end());
    let outline = scan::outline(&declaration);
    let named = outline.declares.len() == 1 && outline.defines.is_empty();
    (named && declaration.ends_with(");") && !text.contains(['{', '"']) && !text.starts_with("fn "))
        .then_some(declaration)
}

fn foreign(text: &str) -> Option<String> {
    let text = text.strip_prefix("extern \"C\" ").unwrap_or(text);
    if !text.contains("fn ") || text.contains('{') {
        return None;
    }
    let declaration = format!("{};", text.trim_end_matches(';').trim_end());
    let items = syntax::parse_foreign(&declaration).ok()?;
    matches!(items.as_slice(), [syn::ForeignItem::Fn(_)]).then_some(declaration)
}

/// `defines a, b and declares c`.
fn listed(
    defines: &std::collections::BTreeSet<String>,
    declares: &std::collections::BTreeSet<String>,
) -> String {
    let some = |names: &std::collections::BTreeSet<String>| {
        let mut shown: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
        if names.len() > shown.len() {
            shown.push("..");
        }
        shown.join(", ")
    };
    let only_declared: std::collections::BTreeSet<String> = declares.difference(defines).cloned().collect();
    match (defines.is_empty(), only_declared.is_empty()) {
        (true, true) => "has no function of the boundary".to_owned(),
        (false, true) => format!("defines {}", some(defines)),
        (true, false) => format!("declares {}", some(&only_declared)),
        (false, false) => format!("defines {} and declares {}", some(defines), some(&only_declared)),
    }
}

/// So many notes as a person reads.
fn kept(notes: &[String]) -> Vec<String> {
    let mut kept = notes.to_vec();
    if notes.len() > MOST_NOTES {
        kept.truncate(MOST_NOTES);
        kept.push(format!("and {} more", notes.len() - MOST_NOTES));
    }
    kept
}

/// C's text with every comment and literal as spaces: bytes and lines stay where they are.
pub(super) fn masked(text: &str) -> String {
    scan::masked(text, false)
}
