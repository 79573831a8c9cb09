//! A test for rustc's tree: Rust declarations with the IR that rustc has to write for them. It is a codegen test, which needs no
//! library of the target (`minicore`) and runs nothing: a ui test could only run, and would need the C side beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use twincall_abi::interface::{Function, Side};
use twincall_abi::target::Target;

use super::expect::{Expected, expected};
use super::filecheck::prefix;
use super::source;
use super::{Found, Judged, Unmade, compile, text};
use crate::explain::translate::{Untranslatable, Writer};

/// Flags with which nothing is moved or removed, on every target.
const FLAGS: [&str; 3] = ["-Copt-level=0", "-Cno-prepopulate-passes", "-Ccodegen-units=1"];

/// Lints about code that nobody wrote by hand.
const ALLOWED: &str =
    "#![allow(non_camel_case_types, non_snake_case, improper_ctypes, improper_ctypes_definitions)]";

/// The text of the file.
pub(super) fn make(found: &Found<'_>) -> Result<String, Unmade> {
    let judged = found.judged()?;
    let symbols = found.symbols(&judged)?;
    let source = source::write(&judged, &symbols, Side::Rust, written)?;
    let mut test = directives(found, &judged);
    test.push('\n');
    test.push_str(&text::comment(
        "Where rustc has arguments and results of functions that cross between C and Rust. What was found:",
    ));
    for line in found.headlines(&judged, &symbols).iter().chain(&source.left_out) {
        test.push_str(&text::comment(line));
    }
    test.push('\n');
    let body = source.plain();
    let features = features(&body);
    let tried = format!("{}{body}", head(&features, Library::Core));
    let words = words(found);
    let mut checks: BTreeMap<&str, String> = BTreeMap::new();
    for on in &judged {
        let module = found.rust_ir(on.target(), &words, &tried)?;
        for part in &source.functions {
            let expected = expected(found, on, Side::Rust, &part.name, &module)?;
            checks
                .entry(&part.name)
                .or_default()
                .push_str(&told(on, &judged, &part.name, &expected));
        }
    }
    test.push_str(&head(&features, Library::Minicore));
    for ty in &source.types {
        let _ = writeln!(test, "{ty}\n");
    }
    for part in &source.functions {
        let check = checks.get(part.name.as_str()).map_or("", String::as_str);
        let _ = writeln!(test, "{check}{}\n", part.text);
    }
    // Its tidy counts columns, and complains of needless words too.
    if test.lines().any(|line| line.chars().count() > 100) {
        test.insert_str(0, "// ignore-tidy-linelength\n");
    }
    Ok(test.trim_end().to_owned() + "\n")
}

fn told(on: &Judged<'_>, judged: &[Judged<'_>], symbol: &str, expected: &Expected) -> String {
    let Expected { says, line } = expected;
    let mut told = text::comment(&format!("{symbol} on {}: {says}", on.target().triple()));
    let prefix = prefix(judged, on.target());
    // rustc writes functions in an order of its own.
    let _ = writeln!(told, "// {prefix}-DAG: {}", line.pattern(symbol));
    told
}

/// A definition; of a variadic function, which only C can define, a declaration with a caller.
pub(super) fn written(writer: &Writer<'_>, function: &Function) -> Result<String, Untranslatable> {
    if !function.signature.variadic {
        return writer.function(function);
    }
    let name = writer.declared_name(function)?;
    let convention = writer.rust_convention(&function.signature.convention)?;
    let (params, result) = writer.rust_parts(&function.signature)?;
    let named = params.trim_end_matches("...").trim_end_matches(", ");
    let values: Vec<String> = function
        .signature
        .params
        .iter()
        .enumerate()
        .map(|(index, parameter)| writer.rust_label(index, parameter.name.as_deref()))
        .collect();
    Ok(format!(
        "extern \"{convention}\" {{\n    fn {name}({params}){result};\n}}\n\
         #[no_mangle]\npub unsafe fn calls_{name}({named}){result} {{\n    {name}({})\n}}",
        values.join(", ")
    ))
}

/// Whose items a source stands on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Library {
    /// rustc's own stub of `core`, which its tests are compiled with for every target.
    Minicore,
    Core,
}

/// What stands before the items.
pub(super) fn head(features: &[&str], library: Library) -> String {
    let mut all: Vec<&str> = features.to_vec();
    if library == Library::Minicore {
        all.insert(0, "no_core");
    }
    let mut head = "#![crate_type = \"lib\"]\n".to_owned();
    if !all.is_empty() {
        let _ = writeln!(head, "#![feature({})]", all.join(", "));
    }
    head.push_str("#![no_std]\n");
    if library == Library::Minicore {
        head.push_str("#![no_core]\n");
    }
    let _ = writeln!(head, "{ALLOWED}\n");
    head.push_str(match library {
        Library::Minicore => "extern crate minicore;\nuse minicore::*;\n\n",
        Library::Core => "#[allow(unused_imports)]\nuse core::mem::ManuallyDrop;\n\n",
    });
    head
}

/// Unstable types that a text has.
fn features(body: &str) -> Vec<&'static str> {
    let words = || body.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    ["f16", "f128"]
        .into_iter()
        .filter(|name| words().any(|word| word == *name))
        .collect()
}

fn directives(found: &Found<'_>, judged: &[Judged<'_>]) -> String {
    let mut text = format!("//@ add-minicore\n//@ edition: {}\n", compile::EDITION.name());
    let _ = writeln!(text, "//@ compile-flags: {}", words(found).join(" "));
    let several = judged.len() > 1;
    if several {
        let names: Vec<&str> = judged.iter().map(|on| prefix(judged, on.target())).collect();
        let _ = writeln!(text, "//@ revisions: {}", names.join(" "));
    }
    for on in judged {
        let target = on.target();
        let of = match several {
            true => format!("[{}]", prefix(judged, target)),
            false => " ".to_owned(),
        };
        let space = if several { " " } else { "" };
        let _ = writeln!(text, "//@{of}{space}compile-flags: --target {}", target.triple());
        let component = match target {
            Target::X86_64LinuxGnu => "x86",
            Target::Wasm32Unknown => "webassembly",
        };
        let _ = writeln!(text, "//@{of}{space}needs-llvm-components: {component}");
    }
    text
}

/// The flags of the test on every target.
pub(super) fn words(found: &Found<'_>) -> Vec<String> {
    let own = FLAGS.iter().map(|flag| (*flag).to_owned());
    own.chain(flags(found)).collect()
}

/// The flags of the Rust part that decide where something is passed.
pub(super) fn flags(found: &Found<'_>) -> Vec<String> {
    let mut flags = Vec::new();
    let mut given = found.case.rust.directives.flags.iter();
    while let Some(flag) = given.next() {
        let option = match flag.as_str() {
            "-C" | "--codegen" => given.next().map(String::as_str),
            flag => flag.strip_prefix("-C"),
        };
        let decides = |option: &&str| {
            ["target-feature=", "target-cpu="]
                .iter()
                .any(|name| option.starts_with(name))
                && option
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_.+,=".contains(c))
        };
        flags.extend(option.filter(decides).map(|option| format!("-C{option}")));
    }
    flags
}
