//! What people paste between lines of code: commands and what they print, sessions of a debugger, compilers' messages,
//! disassemblies, and changes as a diff shows them.

use super::markdown::Line;
use crate::source::scan::outline;

/// Why a line is no code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pasted {
    Command,
    Debugger,
    Message,
    Disassembly,
}

impl Pasted {
    fn words(self) -> &'static str {
        match self {
            Pasted::Command => "commands and what they print",
            Pasted::Debugger => "a debugger's session",
            Pasted::Message => "compiler output",
            Pasted::Disassembly => "a disassembly",
        }
    }
}

/// Empties the lines that are no code, and says which.
pub(super) fn leave_out(lines: &mut [Line], rust: bool, notes: &mut Vec<String>) {
    changes(lines, notes);
    let mut current: Option<(Pasted, u32, u32)> = None;
    let mut found: Vec<(Pasted, u32, u32)> = Vec::new();
    let mut in_comment = false;
    for line in lines.iter_mut() {
        let begins = if in_comment { None } else { pasted(&line.text) };
        in_comment = match in_comment {
            true => !line.text.contains("*/"),
            false => begins.is_none() && line.text.rfind("/*") > line.text.rfind("*/"),
        };
        let goes_on = match current {
            Some((pasted, ..)) if begins.is_none() => !in_comment && goes_on(pasted, &line.text, rust),
            _ => false,
        };
        match (begins, &mut current) {
            (Some(kind), Some((known, _, last))) if *known == kind => *last = line.number,
            (Some(kind), _) => {
                found.extend(current.take());
                current = Some((kind, line.number, line.number));
            }
            (None, Some((_, _, last))) if goes_on => {
                if !line.text.trim().is_empty() {
                    *last = line.number;
                }
            }
            (None, _) => {
                found.extend(current.take());
                continue;
            }
        }
        line.text.clear();
    }
    found.extend(current);
    for (kind, first, last) in found {
        let place = match first == last {
            true => format!("line {first}"),
            false => format!("lines {first} to {last}"),
        };
        notes.push(format!("{place}: {} within the code: left out", kind.words()));
    }
}

/// What a line by itself shows to be no code.
fn pasted(line: &str) -> Option<Pasted> {
    let text = line.trim_start();
    let starts = |all: &[&str]| all.iter().any(|one| text.starts_with(one));
    if starts(&[
        "(gdb)",
        "(lldb)",
        "Program received signal",
        "Dump of assembler code",
        "End of assembler dump",
    ]) || is_frame(text)
    {
        return Some(Pasted::Debugger);
    }
    if starts(&["$ ", "% ", ">>> ", "C:\\>", "PS C:\\", "user@", "root@"]) {
        return Some(Pasted::Command);
    }
    if is_message(text) {
        return Some(Pasted::Message);
    }
    is_instruction(text).then_some(Pasted::Disassembly)
}

/// `#0  0x0000 in f (a=3) at a.c:3`
fn is_frame(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('#') else {
        return false;
    };
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    digits > 0 && rest[digits..].starts_with("  ") && (rest.contains(" at ") || rest.contains(" in "))
}

/// `error[E0308]: ..`, `a.c:3:9: warning: ..`, `  --> src/main.rs:3:5`, `   | ^^^^`
fn is_message(text: &str) -> bool {
    let level = ["error", "warning", "note", "help"].iter().any(|level| {
        text.strip_prefix(level)
            .is_some_and(|rest| rest.starts_with(": ") || rest.starts_with('[') && rest.contains("]: "))
    });
    let placed = [": error: ", ": warning: ", ": note: ", ": fatal error: "]
        .iter()
        .any(|level| text.split_once(level).is_some_and(|(place, _)| is_place(place)));
    let marks = |text: &str| {
        !text.is_empty()
            && text.contains(['^', '~'])
            && text.chars().all(|c| matches!(c, '^' | '~' | ' ' | '|'))
    };
    let bar = text.split_once('|').is_some_and(|(number, rest)| {
        let number = number.trim();
        number.chars().all(|c| c.is_ascii_digit())
            && (number.is_empty() && (rest.trim().is_empty() || rest.contains("^") || rest.contains("---"))
                || marks(rest))
            && !rest.starts_with('|')
    });
    level
        || placed
        || bar
        || marks(text)
        || text.starts_with("--> ")
        || text.starts_with("thread '") && text.contains("panicked at")
}

/// `a.c:3:9`
fn is_place(text: &str) -> bool {
    let mut parts = text.rsplit(':');
    let number = |part: Option<&str>| part.is_some_and(|part| part.parse::<u32>().is_ok());
    number(parts.next()) && parts.next().is_some() && !text.contains(['(', '"', ';'])
}

/// `   0x0000555 <+4>:  mov ..`, `  401136:  55   push %rbp`
fn is_instruction(text: &str) -> bool {
    let text = text.strip_prefix("=> ").unwrap_or(text).trim_start();
    let Some((address, rest)) = text.split_once(':') else {
        return false;
    };
    let (number, mark) = address.split_once(' ').unwrap_or((address, ""));
    let plain = number.strip_prefix("0x").unwrap_or(number);
    let hexadecimal = plain.len() >= 3
        && plain.chars().all(|c| c.is_ascii_hexdigit())
        && plain.contains(|c: char| c.is_ascii_digit());
    let marked = mark.is_empty() || mark.starts_with('<') && mark.ends_with('>');
    let separated = rest.starts_with(['\t', ' ']) && !rest.trim().is_empty() && !rest.contains([';', '{']);
    hexadecimal && marked && separated
}

/// Whether a line goes on with what was pasted above it: what a command prints looks like anything but code.
fn goes_on(pasted: Pasted, line: &str, rust: bool) -> bool {
    let trimmed = line.trim();
    match pasted {
        Pasted::Command | Pasted::Debugger => trimmed.is_empty() || !begins_code(line, rust),
        Pasted::Message => is_quoted(trimmed),
        Pasted::Disassembly => trimmed.is_empty(),
    }
}

/// A line of the source within a message: `3 |     f(1)`.
fn is_quoted(text: &str) -> bool {
    let number = text.split('|').next().unwrap_or_default().trim();
    text.contains('|') && number.chars().all(|c| c.is_ascii_digit()) || text.starts_with("= ")
}

/// Whether a line begins a declaration.
fn begins_code(line: &str, rust: bool) -> bool {
    let words: &[&str] = match rust {
        true => &[
            "use ", "pub ", "fn ", "extern ", "unsafe ", "struct ", "enum ", "union ", "mod ", "const ",
            "static ", "type ", "impl ", "let ", "trait ", "#[", "#![", "//", "/*",
        ],
        false => &[
            "#",
            "typedef ",
            "struct ",
            "union ",
            "enum ",
            "extern ",
            "static ",
            "inline ",
            "const ",
            "//",
            "/*",
            "class ",
            "namespace ",
            "template",
        ],
    };
    let ends = line
        .trim_end()
        .ends_with([';', '{', '}', ',', ')', ']', '/', '>', '"']);
    let declares = !rust && ends && line.starts_with(|c: char| c.is_alphabetic() || c == '_') && {
        let head = line.split(['{', ';']).next().unwrap_or_default();
        !outline(&format!("{head} {{ }}")).defines.is_empty()
    };
    words.iter().any(|word| line.starts_with(word)) && ends || declares
}

/// Of a change as a diff shows it, what was there before stays: that is what was reported.
fn changes(lines: &mut [Line], notes: &mut Vec<String>) {
    let mut before = String::new();
    let mut changed: Vec<usize> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let text = line.text.trim_end();
        let sign = text.chars().next().filter(|c| matches!(c, '+' | '-'));
        let rest = text.get(1..).unwrap_or_default();
        // An expression may go on with a sign, and then no statement ended above it.
        let stands_alone = before.is_empty() || before.ends_with([';', '{', '}', '>', '"', ']', '/', ',']);
        let is_code = rest.is_empty() || rest.ends_with([';', '{', '}', ',', '>', '"', ']', ')', '(', '/']);
        if sign.is_some() && stands_alone && is_code && !rest.starts_with(['+', '-']) {
            changed.push(index);
            before = rest.trim_end().to_owned();
        } else if sign.is_some() {
            return;
        } else if !text.is_empty() {
            before = text.to_owned();
        }
    }
    let (Some(first), Some(last)) = (changed.first(), changed.last()) else {
        return;
    };
    let numbers = (lines[*first].number, lines[*last].number);
    for index in &changed {
        let line = &mut lines[*index];
        match line.text.strip_prefix('-') {
            Some(rest) => line.text = format!(" {rest}"),
            None => line.text.clear(),
        }
    }
    notes.push(format!(
        "lines {} to {}: a change as a diff shows it: `-` lines are read, and `+` lines are left out",
        numbers.0, numbers.1
    ));
}
