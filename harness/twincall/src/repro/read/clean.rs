//! Takes out of a block what is no code: numbers of lines, `...`, the `# ` of rustdoc's hidden lines.

use super::MOST_BLOCKS;
use super::classify::{Classified, Kind, name_kind};
use super::markdown::{Block, Line};
use super::names::{Name, marker};
use super::transcript;

/// A block of C or Rust, or one of several files that a block holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
    pub(super) kind: Kind,
    pub(super) name: Option<String>,
    /// Its first line in the report.
    pub(super) line: u32,
    pub(super) lines: Vec<Line>,
}

impl Part {
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&line.text);
            text.push('\n');
        }
        text
    }

    /// For a note: `foo.h` or `the block at line 12`.
    pub(super) fn called(&self) -> String {
        match &self.name {
            Some(name) => format!("`{name}`"),
            None => format!("the block at line {}", self.line),
        }
    }
}

fn is_c(kind: Kind) -> bool {
    matches!(kind, Kind::C | Kind::Cpp | Kind::Header)
}

/// The files that a block holds, each cleaned.
pub(super) fn parts(block: &Block, classified: &Classified, notes: &mut Vec<String>) -> Vec<Part> {
    let mut block = block.clone();
    gutter(&mut block, notes);
    let mut parts = vec![Part {
        kind: classified.kind,
        name: classified.name.clone(),
        line: block.line,
        lines: Vec::new(),
    }];
    for line in block.lines {
        let next = marker(&line.text).and_then(|name| match name {
            Name::File(name) => {
                let kind = name_kind(&name)?;
                let same = is_c(kind) && is_c(classified.kind) || kind == classified.kind;
                (same || classified.unlabelled).then_some((kind, Some(name)))
            }
            Name::C if classified.unlabelled => Some((Kind::C, None)),
            Name::Rust if classified.unlabelled => Some((Kind::Rust, None)),
            Name::C | Name::Rust => None,
        });
        let few = parts.len() < MOST_BLOCKS;
        match (next, parts.last_mut()) {
            (Some((kind, name)), _) if few => parts.push(Part {
                kind,
                name,
                line: line.number,
                lines: Vec::new(),
            }),
            (_, Some(part)) => part.lines.push(line),
            (_, None) => {}
        }
    }
    parts.retain(|part| part.lines.iter().any(|line| !line.text.trim().is_empty()));
    for part in &mut parts {
        clean(part, notes);
    }
    parts
}

/// Takes away the numbers in front of each line, if they count up.
fn gutter(block: &mut Block, notes: &mut Vec<String>) {
    let mut last: Option<u64> = None;
    let mut count = 0;
    let mut without = Vec::new();
    for line in &block.lines {
        if line.text.trim().is_empty() {
            without.push(String::new());
            continue;
        }
        let trimmed = line.text.trim_start();
        let digits = trimmed.chars().take_while(char::is_ascii_digit).count();
        let Ok(number) = trimmed[..digits].parse::<u64>() else {
            return;
        };
        if last.is_some_and(|last| last.checked_add(1) != Some(number)) {
            return;
        }
        last = Some(number);
        count += 1;
        let rest = &trimmed[digits..];
        let rest = match rest.trim_start().strip_prefix(['|', ':']) {
            Some(rest) => rest.strip_prefix(' ').unwrap_or(rest),
            None if rest.is_empty() => rest,
            None => match rest.strip_prefix([' ', '\t']) {
                Some(rest) => rest,
                None => return,
            },
        };
        without.push(rest.to_owned());
    }
    if count < 2 {
        return;
    }
    for (line, text) in block.lines.iter_mut().zip(without) {
        line.text = text;
    }
    notes.push(format!(
        "line {}: the numbers of lines in front of the code are left out",
        block.line
    ));
}

fn clean(part: &mut Part, notes: &mut Vec<String>) {
    let rust = part.kind == Kind::Rust;
    hidden_lines(part, rust);
    transcript::leave_out(&mut part.lines, rust, notes);
    let kept: Vec<String> = part.lines.iter().map(|line| line.text.clone()).collect();
    let mut openers: Vec<String> = Vec::new();
    let mut before = String::new();
    for (index, line) in part.lines.iter_mut().enumerate() {
        let number = line.number;
        let trimmed = line.text.trim();
        if trimmed.starts_with("//@") {
            // Such lines are Twincall's own, and a report is not to command it.
            line.text = line.text.replacen("//@", "// @", 1);
            notes.push(format!("line {number}: a `//@` line counts as a comment"));
        } else if !rust && is_line_marker(trimmed) {
            line.text.clear();
            notes.push(format!("line {number}: `{}` is left out", short(&kept[index])));
        } else if is_gap(trimmed) {
            let next = kept[index + 1..]
                .iter()
                .map(|text| text.trim())
                .find(|text| !text.is_empty());
            // The last parameter of a variadic function may stand alone.
            let variadic = before.ends_with(',') && next.is_some_and(|next| next.starts_with(')'));
            if !variadic {
                let of_type = openers.last().is_some_and(|opener| opens_type(opener));
                let warning = if of_type {
                    ": fields that the report does not show are not compared, and the layout counts without them"
                } else {
                    ""
                };
                notes.push(format!("line {number}: `{trimmed}` is left out{warning}"));
                line.text.clear();
            }
        } else if let Some(text) = without_fields(&line.text, rust) {
            notes.push(format!(
                "line {number}: the fields of a type are `...` in the report; nothing is known of what is in it"
            ));
            line.text = text;
        } else if let Some(text) = without_body(&line.text, rust) {
            let what = if rust {
                "does nothing but panic"
            } else {
                "counts as declared only"
            };
            notes.push(format!(
                "line {number}: a body of `...` is not shown in the report; the function {what}"
            ));
            line.text = text;
        }
        let start: String = line.text.chars().take(200).collect();
        for c in line.text.chars() {
            match c {
                '{' if openers.len() < 1000 => openers.push(format!("{before} {start}")),
                '}' => {
                    openers.pop();
                }
                _ => {}
            }
        }
        if !line.text.trim().is_empty() {
            before = line.text.trim().chars().take(200).collect();
        }
    }
}

/// A line that stands for code that is not shown: `...`, `[snip]`, `... more fields ...`.
fn is_gap(line: &str) -> bool {
    let words = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | '\'' | '…' | '-'))
    };
    let marked = ["...", "…", "[...", "[…"]
        .iter()
        .any(|mark| line.starts_with(mark));
    let inner = line.trim_matches(['[', ']', '<', '>', '(', ')', '-', ' ']);
    let snipped = !line.contains([';', '{', '(', '"'])
        && ["snip", "snipped", "cut", "8<", ">8", "omitted"].contains(&inner.to_lowercase().as_str())
        && inner.len() < line.len();
    snipped || marked && words(line.trim_matches(['[', ']'])) && !line.ends_with(',')
}

fn opens_type(opener: &str) -> bool {
    crate::source::scan::tokens(opener).any(|word| matches!(word, "struct" | "union" | "enum" | "class"))
        && !opener.contains('(')
}

/// `#line 3 "foo.c"` and `# 1 "foo.c"`, with which the compiler's places would not be the report's.
fn is_line_marker(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('#') else {
        return false;
    };
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("line").map_or(rest, str::trim_start);
    rest.starts_with(|c: char| c.is_ascii_digit())
}

/// rustdoc hides lines that begin with `# `, and they are code all the same.
fn hidden_lines(part: &mut Part, rust: bool) {
    if !rust {
        return;
    }
    for line in &mut part.lines {
        let trimmed = line.text.trim_start();
        if trimmed == "#" {
            line.text.clear();
        } else if let Some(code) = trimmed.strip_prefix("# ") {
            line.text = code.to_owned();
        }
    }
    if let Some(first) = part.lines.first_mut()
        && first.text.starts_with("#!/")
    {
        first.text.clear();
    }
}

/// A type whose fields are `{ ... }`.
fn without_fields(line: &str, rust: bool) -> Option<String> {
    let start = line.find('{')?;
    let end = start + line[start..].find('}')?;
    let (head, tail) = (&line[..start], &line[end + 1..]);
    let inner = line[start + 1..end].trim();
    let inner = inner.trim_start_matches("/*").trim_end_matches("*/").trim();
    if !matches!(inner, "..." | "…") || !opens_type(head) {
        return None;
    }
    Some(match rust {
        true => format!("{head}{{ _opaque: [u8; 0] }}{tail}"),
        false => format!("{}{tail}", head.trim_end()),
    })
}

/// A function whose body is `{ ... }`.
fn without_body(line: &str, rust: bool) -> Option<String> {
    let start = line.find('{')?;
    let end = start + line[start..].find('}')?;
    let inner = line[start + 1..end].trim();
    let inner = inner.trim_start_matches("/*").trim_end_matches("*/").trim();
    if !matches!(inner, "..." | "…")
        || !line[..start].trim_end().ends_with(')') && !line[..start].contains("->")
    {
        return None;
    }
    let body = if rust { "{ todo!() }" } else { ";" };
    Some(format!("{}{body}{}", &line[..start], &line[end + 1..]))
}

fn short(text: &str) -> String {
    text.trim().chars().take(60).collect()
}
