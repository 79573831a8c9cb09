//! Changes of a report's C part, where it declares what Rust defines: parameters and the result of the declarations that are wrong.

use std::ops::Range;

use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::align::{align, alike};
use super::{Both, Edit, Wrong};
use crate::explain::translate::{Style, Writer};
use crate::facts::Root;

/// Nothing where a type is at fault, or something has no counterpart in C.
pub(super) fn edits(text: &str, wrong: &Wrong, both: &Both<'_>) -> Option<Vec<Edit>> {
    if !wrong.types.is_empty() {
        return None;
    }
    let known = both
        .names(Side::Rust)
        .into_iter()
        .map(|(rust, c)| (rust, spelled(both, &c)));
    let writer =
        Writer::new(both.rust, Side::C, Target::X86_64LinuxGnu, Style::Readable).with_known(known.collect());
    let masked = crate::repro::read::masked(text);
    let mut edits = Vec::new();
    for (symbol, roots) in &wrong.functions {
        let (c, rust) = (both.c.function(symbol)?, both.rust.function(symbol)?);
        if c.defined {
            return None;
        }
        let declared = declaration(&masked, symbol)?;
        let slices = parameters(&masked, declared.parameters.clone());
        let (mine, theirs) = (&c.signature, &rust.signature);
        if slices.len() != mine.params.len() {
            return None;
        }
        let partners = align(&theirs.params, &mine.params);
        let shifted = theirs.params.len() != mine.params.len();
        let mut parts = Vec::new();
        for (index, param) in theirs.params.iter().enumerate() {
            let right = partners[index].filter(|partner| {
                let alike = alike(&param.ty, &mine.params[*partner].ty);
                alike && (shifted || !roots.contains(&Root::Argument(*partner)))
            });
            parts.push(match right {
                Some(partner) => text[slices[partner].clone()].trim().to_owned(),
                None => {
                    let name = param.name.clone().unwrap_or_else(|| format!("arg{index}"));
                    writer.c_parameter(param, &name).ok()?
                }
            });
        }
        if theirs.variadic {
            parts.push("...".to_owned());
        }
        if parts.is_empty() {
            parts.push("void".to_owned());
        }
        edits.push(Edit {
            range: declared.parameters.clone(),
            text: parts.join(", "),
            around: declared.whole.clone(),
        });
        if roots.contains(&Root::Result) {
            let result = writer.c(&theirs.result, "").ok()?;
            edits.push(Edit {
                range: declared.result.clone(),
                text: format!("{} ", result.trim()),
                around: declared.whole,
            });
        }
    }
    Some(edits)
}

/// A type's name as C writes it: with its keyword, unless a typedef has lent it the name.
fn spelled(both: &Both<'_>, name: &str) -> String {
    let mut functions = both.c.functions.iter();
    let tagged =
        |word: &str| functions.any(|function| function.declaration.contains(&format!("{word} {name}")));
    let mut tagged = tagged;
    match ["struct", "union", "enum"].into_iter().find(|word| tagged(word)) {
        Some(word) => format!("{word} {name}"),
        None => name.to_owned(),
    }
}

/// The parts of a declaration, as bytes.
struct Declaration {
    /// From the first word to the semicolon.
    whole: Range<usize>,
    /// The type of the result, without `extern`.
    result: Range<usize>,
    /// Between the parentheses.
    parameters: Range<usize>,
}

/// The first declaration of a function in a text without comments and literals.
fn declaration(masked: &str, symbol: &str) -> Option<Declaration> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    for (at, _) in masked.match_indices(symbol) {
        let before = masked[..at].chars().next_back();
        let after = &masked[at + symbol.len()..];
        if before.is_some_and(word) || !after.trim_start().starts_with('(') {
            continue;
        }
        let open = at + symbol.len() + after.find('(')?;
        let Some(close) = closing(masked, open) else {
            continue;
        };
        if !masked[close + 1..].trim_start().starts_with(';') {
            continue;
        }
        let end = close + 1 + masked[close + 1..].find(';')? + 1;
        let start = masked[..at].rfind([';', '{', '}', '\n']).map_or(0, |at| at + 1);
        let head = &masked[start..at];
        // A call in an expression has no type before it.
        if head.trim().is_empty() || head.contains(['=', '(', ',']) || head.trim() == "return" {
            continue;
        }
        let start = start + (head.len() - head.trim_start().len());
        let head = &masked[start..at];
        let storage = head
            .strip_prefix("extern ")
            .map_or(0, |rest| head.len() - rest.trim_start().len());
        return Some(Declaration {
            whole: start..end,
            result: start + storage..at,
            parameters: open + 1..close,
        });
    }
    None
}

fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text[open..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(open + at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The parameters in a list, as bytes; none for `void`.
fn parameters(masked: &str, list: Range<usize>) -> Vec<Range<usize>> {
    let text = &masked[list.clone()];
    if matches!(text.trim(), "" | "void") {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, list.start);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(start..list.start + at);
                start = list.start + at + 1;
            }
            _ => {}
        }
    }
    parts.push(start..list.end);
    parts.retain(|part| masked[part.clone()].trim() != "...");
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_found_beside_calls() {
        let text = "int g(void) { return f(1, (2)); }\nextern struct a *f(int (*cb)(int, int), int);\nint f2(void);\n";
        let found = declaration(text, "f").unwrap();
        assert_eq!(
            &text[found.whole],
            "extern struct a *f(int (*cb)(int, int), int);"
        );
        assert_eq!(&text[found.result], "struct a *");
        let parts = parameters(text, found.parameters);
        let parts: Vec<&str> = parts.into_iter().map(|part| text[part].trim()).collect();
        assert_eq!(parts, ["int (*cb)(int, int)", "int"]);
        let none = declaration(text, "f2").unwrap();
        assert!(parameters(text, none.parameters).is_empty());
    }
}
