//! Reads what a person typed: C through clang and the interface reader, as fixtures are read.

use std::path::Path;

use tempfile::TempDir;
use twincall_abi::interface::{Function, Interface};
use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::ExplainError;
use super::prepare;
use crate::command::{CCall, CCompiler, CProduct, Language};
use crate::interface;
use crate::toolchain::CToolchain;

/// The name of the text in the compiler's messages.
pub(super) const TEXT: &str = "text";
/// The variables that hold the types of `layout`, and the function that holds those of `--unnamed`.
pub(super) const SHOWN: &str = "twincall_shown_";
const UNNAMED: &str = "twincall_unnamed";

/// What a text declares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Text {
    pub(super) interface: Interface,
    /// The source that was read, for who compiles it.
    pub(super) source: String,
    /// What one has to know to understand the answer.
    pub(super) notes: Vec<String>,
    /// Types of the unnamed arguments with their spelling.
    pub(super) unnamed: Vec<(String, Type)>,
    /// Options of the compiler that the text needs.
    pub(super) arguments: Vec<String>,
    /// What to call the types in the variables [`SHOWN`].
    pub(super) names: Vec<String>,
}

/// Names that people write without including what declares them.
const COMMON: &[&str] = &[
    "-include",
    "stdint.h",
    "-include",
    "stddef.h",
    "-include",
    "stdbool.h",
    "-include",
    "stdarg.h",
];

/// The functions of a C text.
pub(super) fn prototypes(
    c: &CToolchain,
    text: &str,
    unnamed: Option<&str>,
    target: Target,
    flags: &[String],
) -> Result<Text, ExplainError> {
    let whole = match unnamed {
        None => text.to_owned(),
        Some(types) => format!(
            "{}\n#line 1 \"--unnamed\"\nvoid {UNNAMED}({types});\n",
            prepare::ended(text)
        ),
    };
    let prepared = prepare::prototypes(&whole);
    let original = prepared.changed.then(|| prepare::ended(&whole));
    let mut read = read(c, &prepared.source, original.as_deref(), target, flags)?;
    let holds = |function: &Function| function.symbol == UNNAMED;
    let holder = read.interface.functions.iter().position(holds);
    if let Some(index) = holder {
        let holder = read.interface.functions.remove(index);
        let types = holder.signature.params.into_iter();
        read.unnamed = types
            .map(|parameter| (parameter.spelling, parameter.ty))
            .collect();
    }
    read.notes.splice(0..0, prepared.notes);
    if unnamed.is_some_and(|types| !types.trim().is_empty()) && read.unnamed.is_empty() {
        let reason = read
            .interface
            .refused
            .iter()
            .find(|refusal| refusal.symbol == UNNAMED);
        let reason = reason.map_or("expected types", |refusal| &refusal.reason);
        return Err(ExplainError::Text(format!("--unnamed: {reason}")));
    }
    Ok(read)
}

/// The types of a C text.
pub(super) fn types(
    c: &CToolchain,
    text: &str,
    target: Target,
    flags: &[String],
) -> Result<Text, ExplainError> {
    let prepared = prepare::types(text, SHOWN);
    match read(c, &prepared.source, None, target, flags) {
        Ok(text) => Ok(Text {
            names: prepared.names,
            ..text
        }),
        // What was typed is wrong in its own words, if it is wrong without ours.
        Err(ExplainError::Refused(message)) => {
            let folder = TempDir::new().map_err(ExplainError::Folder)?;
            let own = syntax(c, folder.path(), &prepare::ended(text), target, flags)?;
            Err(ExplainError::Refused(own.err().unwrap_or(message)))
        }
        Err(error) => Err(error),
    }
}

/// Reads a source; `original` is what the person typed, where that is not the same.
fn read(
    c: &CToolchain,
    source: &str,
    original: Option<&str>,
    target: Target,
    flags: &[String],
) -> Result<Text, ExplainError> {
    let folder = TempDir::new().map_err(ExplainError::Folder)?;
    let mut arguments: Vec<String> = flags.to_vec();
    let mut notes = Vec::new();
    // Messages are about what was typed. With what people forget to include it may still be C.
    if let Err(message) = syntax(c, folder.path(), original.unwrap_or(source), target, &arguments)? {
        let with_common: Vec<String> = COMMON
            .iter()
            .map(|word| (*word).to_owned())
            .chain(arguments)
            .collect();
        if syntax(c, folder.path(), original.unwrap_or(source), target, &with_common)?.is_err() {
            return Err(ExplainError::Refused(message));
        }
        notes.push("read with <stdint.h>, <stddef.h>, <stdbool.h> and <stdarg.h>".to_owned());
        arguments = with_common;
    }
    let output = clang(c, folder.path(), source, target, &arguments, CProduct::SyntaxTree)?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(ExplainError::Refused(message));
    }
    let is_text = |file: &str| file == TEXT;
    let source_of = |file: &str| (file == TEXT).then(|| source.to_owned());
    let interface = interface::c::read_ast(&output.stdout, target, &is_text, &source_of)
        .map_err(|error| ExplainError::Text(error.to_string()))?;
    Ok(Text {
        interface,
        source: source.to_owned(),
        notes,
        unnamed: Vec::new(),
        arguments,
        names: Vec::new(),
    })
}

/// Whether the compiler takes a source, or what it says.
fn syntax(
    c: &CToolchain,
    folder: &Path,
    source: &str,
    target: Target,
    arguments: &[String],
) -> Result<Result<(), String>, ExplainError> {
    let output = clang(c, folder, source, target, arguments, CProduct::Check)?;
    Ok(if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    })
}

fn clang(
    c: &CToolchain,
    folder: &Path,
    source: &str,
    target: Target,
    arguments: &[String],
    product: CProduct,
) -> Result<std::process::Output, ExplainError> {
    std::fs::write(folder.join(TEXT), source).map_err(ExplainError::Folder)?;
    let call = CCall {
        flags: arguments,
        ..CCall::new(CCompiler::clang(c), target, product)
    };
    let mut call = call.tool_call();
    call.language(Language::C).file(TEXT);
    Ok(call.run_in(folder).run(None)?)
}
