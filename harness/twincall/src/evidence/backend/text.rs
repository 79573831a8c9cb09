//! The outer form of the text: YAML documents, as far as LLVM writes YAML.

use super::BackendError;

/// The document of one function, cut into its top-level keys.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    pub(super) symbol: String,
    /// Lines under a key, with their numbers; the rest of the key's own line first, if there is any.
    pub(super) live_ins: Vec<(usize, &'a str)>,
    pub(super) frame_info: Vec<(usize, &'a str)>,
    pub(super) fixed_stack: Vec<(usize, &'a str)>,
    pub(super) body: Vec<(usize, &'a str)>,
}

impl Document<'_> {
    pub(super) fn form(&self, line: usize, expected: &'static str, text: &str) -> BackendError {
        BackendError::Form {
            line,
            symbol: self.symbol.clone(),
            expected,
            text: start_of(text),
        }
    }
}

/// The documents of all functions. The module's IR, which comes first, is checked for its target and left out.
pub(super) fn documents(text: &str) -> Result<Vec<Document<'_>>, BackendError> {
    let not_machine_ir = || BackendError::NotMachineIr {
        start: start_of(text.trim_start()),
    };
    let mut documents = Vec::new();
    let mut lines = (1..).zip(text.lines());
    let mut any = false;
    while let Some((number, line)) = lines.next() {
        match line.trim_end() {
            "" => continue,
            "--- |" => skip_module(&mut lines)?,
            "---" => documents.push(document(number, &mut lines)?),
            _ => return Err(not_machine_ir()),
        }
        any = true;
    }
    if any { Ok(documents) } else { Err(not_machine_ir()) }
}

fn skip_module<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) -> Result<(), BackendError> {
    for (_, line) in lines {
        if line.trim_end() == "..." {
            return Ok(());
        }
        let triple = line.trim().strip_prefix("target triple = \"");
        let triple = triple.and_then(|rest| rest.strip_suffix('"'));
        if let Some(triple) = triple.filter(|triple| !triple.starts_with("x86_64")) {
            return Err(BackendError::OtherTarget {
                triple: start_of(triple),
            });
        }
    }
    Err(BackendError::Truncated {
        within: "the module".to_owned(),
    })
}

fn document<'a>(
    first: usize,
    lines: &mut impl Iterator<Item = (usize, &'a str)>,
) -> Result<Document<'a>, BackendError> {
    let mut document = Document::default();
    let mut key = "";
    for (number, line) in lines {
        if line.trim_end() == "..." {
            if document.symbol.is_empty() {
                return Err(document.form(first, "a document with a name", line));
            }
            return Ok(document);
        }
        let mut content = line;
        if !line.starts_with([' ', '-']) && !line.is_empty() {
            let Some((name, rest)) = line.split_once(':') else {
                return Err(document.form(number, "`key: value`", line));
            };
            key = name;
            content = rest.trim();
            if key == "name" {
                document.symbol = scalar(content)
                    .filter(|symbol| !symbol.is_empty())
                    .ok_or_else(|| document.form(number, "the name of a function", line))?;
            }
        }
        let section = match key {
            "liveins" => &mut document.live_ins,
            "frameInfo" => &mut document.frame_info,
            "fixedStack" => &mut document.fixed_stack,
            "body" => &mut document.body,
            _ => continue,
        };
        if !content.trim().is_empty() {
            section.push((number, content));
        }
    }
    Err(BackendError::Truncated {
        within: match document.symbol.as_str() {
            "" => format!("the document of line {first}"),
            symbol => format!("`{}`", start_of(symbol)),
        },
    })
}

/// Keys and values in the order of the text.
pub(super) type Mapping<'a> = Vec<(&'a str, String)>;

/// Lists of flow mappings: `- { id: 0, offset: 8, ..,` over several lines up to the `}`; or `[]`.
/// Each mapping comes with the number of its first line.
pub(super) fn mappings<'a>(
    document: &Document<'_>,
    lines: &[(usize, &'a str)],
) -> Result<Vec<(usize, Mapping<'a>)>, BackendError> {
    let mut mappings = Vec::new();
    let mut open: Option<(usize, Mapping<'_>)> = None;
    for (number, line) in lines {
        let mut rest = line.trim();
        if open.is_none() {
            if rest == "[]" {
                continue;
            }
            rest = rest
                .strip_prefix("- {")
                .ok_or_else(|| document.form(*number, "a mapping, `- { .. }`", line))?;
            open = Some((*number, Vec::new()));
        }
        let (rest, closed) = match rest.strip_suffix('}') {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        if let Some((_, entries)) = &mut open {
            for entry in split_outside_quotes(rest, ',') {
                if entry.trim().is_empty() {
                    continue;
                }
                let parts = entry.split_once(':');
                let pair = parts.and_then(|(name, value)| Some((name.trim(), scalar(value.trim())?)));
                entries.push(pair.ok_or_else(|| document.form(*number, "`key: value`", line))?);
            }
        }
        if closed {
            mappings.extend(open.take());
        }
    }
    match open {
        None => Ok(mappings),
        Some((number, _)) => Err(document.form(number, "a mapping with an end", "- {")),
    }
}

/// The value of a key in a mapping.
pub(super) fn value<'a>(mapping: &'a [(&str, String)], key: &str) -> Option<&'a str> {
    let entry = mapping.iter().find(|(name, _)| *name == key);
    entry.map(|(_, value)| value.as_str())
}

/// Parts between separators that are not inside single quotes.
fn split_outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '\'';
        c == separator && !quoted
    })
}

/// A plain, single-quoted or double-quoted YAML scalar.
pub(super) fn scalar(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix('\'') {
        return Some(rest.strip_suffix('\'')?.replace("''", "'"));
    }
    let Some(rest) = text.strip_prefix('"') else {
        return Some(text.to_owned());
    };
    let mut chars = rest.strip_suffix('"')?.chars();
    let mut unescaped = String::new();
    while let Some(c) = chars.next() {
        if c != '\\' {
            unescaped.push(c);
            continue;
        }
        match chars.next()? {
            'x' => {
                let (high, low) = (chars.next()?.to_digit(16)?, chars.next()?.to_digit(16)?);
                unescaped.push(char::from_u32(high * 16 + low)?);
            }
            'n' => unescaped.push('\n'),
            't' => unescaped.push('\t'),
            other => unescaped.push(other),
        }
    }
    Some(unescaped)
}

/// Enough of a text to recognise it in a message.
pub(super) fn start_of(text: &str) -> String {
    text.chars().take_while(|c| *c != '\n').take(120).collect()
}
