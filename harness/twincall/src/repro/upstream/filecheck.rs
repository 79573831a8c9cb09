//! A test for LLVM's tree: C declarations with the IR that clang has to write for them, on each target.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::expect::{Expected, expected};
use super::source;
use super::{Found, Judged, Unmade, ir, text};

/// The text of the file.
pub(super) fn make(found: &Found<'_>) -> Result<String, Unmade> {
    if found.case.c.cpp {
        return Err(Unmade::Cpp);
    }
    let judged = found.judged()?;
    let symbols = found.symbols(&judged)?;
    let source = source::write(&judged, &symbols, Side::C, |writer, function| {
        writer.function(function)
    })?;
    let mut test = run_lines(found, &judged);
    test.push('\n');
    test.push_str(&text::comment(
        "Where clang has arguments and results of functions that cross between C and Rust. What was found:",
    ));
    for line in found.headlines(&judged, &symbols).iter().chain(&source.left_out) {
        test.push_str(&text::comment(line));
    }
    test.push('\n');
    let plain = source.plain();
    let mut types = Vec::new();
    let mut checks: BTreeMap<&str, String> = BTreeMap::new();
    for on in &judged {
        let prefix = prefix(&judged, on.target());
        let module = found.c_ir(&front_end(found, on.target()), &plain)?;
        let mut lines = Vec::new();
        for part in &source.functions {
            let Expected { says, line } = expected(found, on, Side::C, &part.name, &module)?;
            let check = checks.entry(&part.name).or_default();
            let triple = on.target().triple();
            check.push_str(&text::comment(&format!("{} on {triple}: {says}", part.name)));
            let _ = writeln!(check, "// {prefix}: {}", line.pattern(&part.name));
            lines.push(line);
        }
        types.extend(
            ir::types(&module, &lines)
                .iter()
                .map(|line| format!("// {prefix}: {line}\n")),
        );
    }
    for ty in &source.types {
        let _ = writeln!(test, "{ty}\n");
    }
    if !types.is_empty() {
        test.extend(types);
        test.push('\n');
    }
    for part in &source.functions {
        let check = checks.get(part.name.as_str()).map_or("", String::as_str);
        let _ = writeln!(test, "{check}{}\n", part.text);
    }
    Ok(test.trim_end().to_owned() + "\n")
}

fn run_lines(found: &Found<'_>, judged: &[Judged<'_>]) -> String {
    let mut lines = String::new();
    for on in judged {
        let words = front_end(found, on.target()).join(" ");
        let check = match prefix(judged, on.target()) {
            "CHECK" => String::new(),
            prefix => format!(" --check-prefix={prefix}"),
        };
        let _ = writeln!(lines, "// RUN: %clang_cc1 {words} %s | FileCheck %s{check}");
    }
    lines
}

/// What begins the lines of a target.
pub(super) fn prefix(judged: &[Judged<'_>], target: Target) -> &'static str {
    match (judged, target) {
        ([_], _) => "CHECK",
        (_, Target::X86_64LinuxGnu) => "X86",
        (_, Target::Wasm32Unknown) => "WASM32",
    }
}

/// The words of clang's front end.
pub(super) fn front_end(found: &Found<'_>, target: Target) -> Vec<String> {
    let mut words: Vec<String> = vec!["-triple".to_owned(), target.triple().to_owned()];
    for flag in &found.case.c.directives.flags {
        words.extend(of_driver(flag));
    }
    words.extend(["-emit-llvm", "-o", "-"].map(str::to_owned));
    words
}

/// What the driver tells the front end for a flag of its own that decides where something is passed.
fn of_driver(flag: &str) -> Vec<String> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let words = match flag {
        "-fshort-enums" => vec![flag],
        "-funsigned-char" => vec!["-fno-signed-char"],
        _ => match (flag.strip_prefix("-march="), flag.strip_prefix("-m")) {
            (Some(cpu), _) if is_word(cpu) => vec!["-target-cpu", cpu],
            (None, Some(feature)) if is_word(feature) => {
                let (sign, feature) = match feature.strip_prefix("no-") {
                    Some(feature) => ('-', feature),
                    None => ('+', feature),
                };
                return vec!["-target-feature".to_owned(), format!("{sign}{feature}")];
            }
            _ => Vec::new(),
        },
    };
    words.into_iter().map(str::to_owned).collect()
}
