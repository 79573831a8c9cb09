//! Reads what a person typed: C and C++ through clang and the interface reader, as fixtures are read.

use std::path::Path;

use tempfile::TempDir;
use twincall_abi::interface::{Function, Interface};
use twincall_abi::model;
use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::ExplainError;
use super::mend::{self, LeftOut, Mended};
use super::prepare::{self, Lent};
use crate::command::{CCall, CCompiler, CProduct, Language};
use crate::interface;
use crate::interface::c::Purpose;
use crate::interface::rust::{Unresolved, Written};
use crate::source::headers::{self, Missing};
use crate::source::scan;
use crate::text;
use crate::toolchain::CToolchain;

/// The name of the text in the compiler's messages.
pub(super) const TEXT: &str = "text";
/// The variables that hold the types of `layout`, and the function that holds those of `--unnamed`.
pub(super) const SHOWN: &str = "twincall_shown_";
const UNNAMED: &str = "twincall_unnamed";

/// What a text declares.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
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
    /// Names that only the source has.
    pub(super) lent: Vec<Lent>,
    /// Declarations that the compiler refuses.
    pub(super) left_out: Vec<LeftOut>,
    /// Types that nothing declares.
    pub(super) unknown: Vec<String>,
    /// What the compiler says of the whole text, where it refuses that.
    pub(super) complaint: Option<String>,
    /// Types that cannot be told, by function and parameter.
    pub(super) unresolved: Vec<Unresolved>,
    /// Types as the text has them, where the interface spells them otherwise.
    pub(super) written: Vec<Written>,
}

impl Text {
    /// A function with the types that the source names for the compiler's sake as they were written.
    pub(super) fn as_written(&self, function: &Function) -> Function {
        let mut own = function.clone();
        if let Some(written) = self.written.iter().find(|own| own.symbol == function.symbol) {
            for (parameter, spelling) in own.signature.params.iter_mut().zip(&written.params) {
                parameter.spelling.clone_from(spelling);
            }
            if !own.result_spelling.is_empty() {
                own.result_spelling.clone_from(&written.result);
            }
        }
        for parameter in &mut own.signature.params {
            // Clang writes what it decays to.
            if matches!(&parameter.ty, Type::Opaque(name) if name == "va_list") && self.written.is_empty() {
                "va_list".clone_into(&mut parameter.spelling);
            }
        }
        for lent in &self.lent {
            own.declaration = lent.restore(&own.declaration);
            own.result_spelling = lent.restore_short(&own.result_spelling);
            for parameter in &mut own.signature.params {
                parameter.spelling = lent.restore_short(&parameter.spelling);
            }
        }
        own
    }

    /// Words about a type, as it was written.
    pub(super) fn restored(&self, words: &str) -> String {
        let all = self.lent.iter();
        all.fold(words.to_owned(), |words, lent| lent.restore_short(&words))
    }

    /// Why a parameter, counted from 0, or the result has no type, where the text tells.
    pub(super) fn unresolved(&self, function: &Function, index: Option<usize>) -> Option<String> {
        let known = |own: &&Unresolved| own.symbol == function.symbol && own.parameter == index;
        if let Some(own) = self.unresolved.iter().find(known) {
            return Some(own.reason.clone());
        }
        let ty = match index {
            Some(index) => &function.signature.params.get(index)?.ty,
            None => &function.signature.result,
        };
        let unknown = |name: &&String| matches!(ty, Type::Named(own) if own == *name);
        let name = self.unknown.iter().find(unknown)?;
        Some(format!("nothing declares `{name}`"))
    }

    /// By what a function is known: as it is written in C++, where its symbol is made of its types too.
    pub(super) fn called(&self, function: &Function, language: model::Language) -> String {
        if language != model::Language::Cpp {
            return function.symbol.clone();
        }
        let same = |own: &&Function| own.name == function.name;
        match self.interface.functions.iter().filter(same).count() {
            0 | 1 => function.name.clone(),
            _ => {
                let params = function.signature.params.iter();
                let params: Vec<&str> = params.map(|parameter| parameter.spelling.as_str()).collect();
                format!("{}({})", function.name, params.join(", "))
            }
        }
    }
}

/// What a C or C++ text is read with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    pub(super) c: &'a CToolchain,
    pub(super) cpp: bool,
    pub(super) target: Target,
    pub(super) flags: &'a [String],
    /// Whether what the compiler refuses is left out, where functions are asked for.
    pub(super) mends: bool,
}

/// The functions of a C or C++ text.
pub(super) fn prototypes(
    reader: &Reader<'_>,
    text: &str,
    unnamed: Option<&str>,
) -> Result<Text, ExplainError> {
    let whole = match unnamed {
        None => text.to_owned(),
        Some(types) => format!(
            "{}\n#line 1 \"--unnamed\"\nvoid {UNNAMED}({types});\n",
            prepare::ended(text)
        ),
    };
    let mut read = reader.functions(&whole)?;
    let holds = |function: &Function| function.name == UNNAMED;
    let holder = read.interface.functions.iter().position(holds);
    if let Some(index) = holder {
        let holder = read.interface.functions.remove(index);
        let types = holder.signature.params.into_iter();
        read.unnamed = types
            .map(|parameter| (parameter.spelling, parameter.ty))
            .collect();
    }
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

/// The types of a C or C++ text.
pub(super) fn types(reader: &Reader<'_>, text: &str) -> Result<Text, ExplainError> {
    shallow(text)?;
    let prepared = prepare::types(text, SHOWN);
    let folder = TempDir::new().map_err(ExplainError::Folder)?;
    let front = match reader.front(folder.path(), &prepared.source, text)? {
        Ok(front) => front,
        // What was typed is wrong in its own words, if it is wrong without ours.
        Err((_, message)) => {
            let own = reader.front(folder.path(), &prepare::ended(text), text)?;
            return Err(ExplainError::Refused(own.err().map_or(message, |(_, own)| own)));
        }
    };
    Ok(Text {
        names: prepared.names,
        notes: front.notes(reader.target),
        ..reader.tree(folder.path(), &prepared.source, &front)?
    })
}

/// What stands before a text that relies on names that it does not declare.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Front {
    includes: Vec<&'static str>,
    /// Types that stand for a header.
    types: Vec<(&'static str, &'static str)>,
    /// Types of which no more than the name is known.
    unknown: Vec<String>,
}

impl Front {
    fn of(missing: Missing) -> Front {
        Front {
            includes: missing.includes,
            types: missing.types,
            unknown: Vec::new(),
        }
    }

    fn arguments(&self, flags: &[String]) -> Vec<String> {
        let includes = self.includes.iter().flat_map(|header| ["-include", header]);
        flags.iter().cloned().chain(includes.map(str::to_owned)).collect()
    }

    /// The text behind what it needs, which messages do not count as lines.
    fn before(&self, text: &str, cpp: bool) -> String {
        let unknown = self.unknown.iter().map(|name| match cpp {
            true => format!("struct {name};\n"),
            false => format!("typedef struct {name} {name};\n"),
        });
        let types = self
            .types
            .iter()
            .map(|(_, declaration)| format!("{declaration}\n"));
        let lines: String = types.chain(unknown).collect();
        match lines.is_empty() {
            true => text.to_owned(),
            false => format!("{lines}#line 1 \"{TEXT}\"\n{text}"),
        }
    }

    fn notes(&self, target: Target) -> Vec<String> {
        let mut notes = Vec::new();
        let headers: Vec<String> = self.includes.iter().map(|header| format!("<{header}>")).collect();
        if !headers.is_empty() {
            notes.push(format!("read with {}", text::listed(&headers)));
        }
        let library = self.types.iter().filter(|(name, _)| *name != "bool");
        let types: Vec<String> = library.map(|(name, _)| format!("`{name}`")).collect();
        if !types.is_empty() && target.is_wasm() {
            notes.push(format!(
                "{target} has no C library of its own: {} as in wasi-libc",
                text::listed(&types)
            ));
        }
        let unknown: Vec<String> = self.unknown.iter().map(|name| format!("`{name}`")).collect();
        match unknown.len() {
            0 => {}
            1 => notes.push(format!("nothing declares {}", text::listed(&unknown))),
            _ => notes.push(format!("nothing declares any of {}", text::listed(&unknown))),
        }
        notes
    }
}

/// Refuses what would exhaust a compiler's stack.
fn shallow(text: &str) -> Result<(), ExplainError> {
    match prepare::too_deep(text) {
        true => Err(ExplainError::TooDeep),
        false => Ok(()),
    }
}

impl Reader<'_> {
    fn functions(&self, text: &str) -> Result<Text, ExplainError> {
        shallow(text)?;
        let folder = TempDir::new().map_err(ExplainError::Folder)?;
        let (mended, front, complaint) = match self.front(folder.path(), &prepare::ended(text), text)? {
            Ok(front) => (None, front, None),
            Err((front, message)) => match self.mended(folder.path(), text, front, &message)? {
                Some((mended, front)) => (Some(mended), front, Some(message)),
                None => return Err(ExplainError::Refused(message)),
            },
        };
        let prepared = prepare::prototypes(mended.as_ref().map_or(text, |mended| &mended.text));
        let read = self.tree(folder.path(), &prepared.source, &front)?;
        let mut notes = prepared.notes;
        notes.extend(front.notes(self.target));
        let left_out = mended.map(|mended| mended.left_out).unwrap_or_default();
        Ok(Text {
            notes,
            lent: prepared.lent,
            left_out,
            unknown: front.unknown,
            complaint,
            ..read
        })
    }

    /// What a text needs in front of it, or the best that is known of that with what the compiler says then.
    fn front(
        &self,
        folder: &Path,
        source: &str,
        text: &str,
    ) -> Result<Result<Front, (Front, String)>, ExplainError> {
        let plain = Front::default();
        let Some(message) = self.said(folder, source, &plain)? else {
            return Ok(Ok(plain));
        };
        let missing = headers::missing_types(text, &scan::outline(text), self.cpp, !self.target.is_wasm());
        if missing == Missing::default() {
            return Ok(Err((plain, message)));
        }
        let front = Front::of(missing);
        Ok(match self.said(folder, source, &front)? {
            None => Ok(front),
            // What is wrong with a header of ours is no fault of the text.
            Some(with) if with.lines().any(|line| line.starts_with(&format!("{TEXT}:"))) => {
                Err((front, with))
            }
            Some(_) => Err((plain, message)),
        })
    }

    fn mended(
        &self,
        folder: &Path,
        text: &str,
        front: Front,
        message: &str,
    ) -> Result<Option<(Mended, Front)>, ExplainError> {
        if !self.mends {
            return Ok(None);
        }
        let with = |unknown: &[String]| Front {
            unknown: unknown.to_vec(),
            ..front.clone()
        };
        let mut check =
            |text: &str, unknown: &[String]| self.said(folder, &prepare::ended(text), &with(unknown));
        let mended = mend::mend(text, message, &mut check)?;
        Ok(mended.map(|mended| {
            let front = with(&mended.unknown);
            (mended, front)
        }))
    }

    /// What the compiler says of a source that it refuses.
    fn said(&self, folder: &Path, source: &str, front: &Front) -> Result<Option<String>, ExplainError> {
        let output = self.clang(folder, source, front, CProduct::Check)?;
        match output.status.code() {
            Some(0) => Ok(None),
            Some(1) => Ok(Some(String::from_utf8_lossy(&output.stderr).into_owned())),
            _ => Err(ExplainError::Crashed),
        }
    }

    fn tree(&self, folder: &Path, source: &str, front: &Front) -> Result<Text, ExplainError> {
        let output = self.clang(folder, source, front, CProduct::SyntaxTree)?;
        match output.status.code() {
            Some(0) => {}
            Some(1) => {
                let message = String::from_utf8_lossy(&output.stderr).into_owned();
                return Err(ExplainError::Refused(message));
            }
            _ => return Err(ExplainError::Crashed),
        }
        let source = front.before(source, self.cpp);
        let is_text = |file: &str| file == TEXT;
        let source_of = |file: &str| (file == TEXT).then(|| source.clone());
        let interface =
            interface::c::read_for(Purpose::Places, &output.stdout, self.target, &is_text, &source_of)
                .map_err(|error| ExplainError::Text(error.to_string()))?;
        Ok(Text {
            interface,
            arguments: front.arguments(&[]),
            source,
            ..Text::default()
        })
    }

    fn clang(
        &self,
        folder: &Path,
        source: &str,
        front: &Front,
        product: CProduct,
    ) -> Result<std::process::Output, ExplainError> {
        std::fs::write(folder.join(TEXT), front.before(source, self.cpp)).map_err(ExplainError::Folder)?;
        let arguments = front.arguments(self.flags);
        let language = Language::of(self.cpp);
        let call = CCall {
            flags: &arguments,
            ..CCall::new(CCompiler::reader_of(self.c, language)?, self.target, product)
        };
        let mut call = call.tool_call();
        call.language(language).file(TEXT);
        Ok(call.run_in(folder).run(None)?)
    }
}
