//! The model's answer for one declaration as rows of a table: argument, classes, slots, clauses.

use serde::Serialize;
use twincall_abi::features;
use twincall_abi::interface::Function;
use twincall_abi::layout::{LayoutTable, LeafKind, Scalar, TypeId};
use twincall_abi::model::{self, Class, Clause, Model, ModelArgument, ModelLowering, ModelSlot, Options};
use twincall_abi::slot::{Content, Extension, Location, Slot};
use twincall_abi::types::Type;

use super::frame::{self, FrameRow};
use super::{About, Answer, ReadingView};

mod partial;

/// Where a function has its arguments and its result, by one reading.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct View {
    pub arguments: Vec<Row>,
    pub result: Row,
    /// Bytes of the stack argument area and its alignment at the call; natively only.
    pub stack: u64,
    pub stack_align: u64,
    /// The value of `al` at the call of a variadic function, at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub al: Option<u8>,
    /// Slots that belong to no argument.
    pub hidden: Vec<SlotWords>,
    /// Bytes of the buffer of unnamed arguments on wasm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffer: Option<u64>,
    /// The stack argument area natively, the buffer of unnamed arguments on wasm, from its lowest byte up.
    pub frame: Vec<FrameRow>,
    /// The type of the wasm function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wasm_type: Option<String>,
}

/// One argument or the result.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Row {
    /// Counted from 1; 0 is the result.
    pub number: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// As the source spells it.
    pub ty: String,
    /// Behind the `...`.
    pub unnamed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub align: Option<u64>,
    /// One for each eightbyte, natively.
    pub classes: Vec<String>,
    pub slots: Vec<SlotWords>,
    pub clauses: Vec<Clause>,
    /// Why its place is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Unknown>,
}

/// Why a place is not known.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// The text says nothing of its type, in words.
    Reason(String),
    /// It comes after this argument, or the result where that is 0, of which the place is not known.
    Behind(usize),
}

/// A slot, with its words.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SlotWords {
    /// `xmm0:8`, `[rsp+8]:16`, `rdi -> 24 bytes`, `buffer[8]:8`.
    pub words: String,
    pub slot: Slot,
    /// Where in the value the bytes of this slot begin.
    pub value_offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_buffer: Option<u64>,
}

impl View {
    /// Whether the place of something is not known.
    pub fn is_partial(&self) -> bool {
        let mut rows = self.arguments.iter().chain([&self.result]);
        rows.any(|row| row.unknown.is_some())
    }
}

impl Row {
    /// `argument 2`, `result`.
    pub fn place(&self) -> String {
        match self.number {
            0 => "result".to_owned(),
            number => format!("argument {number}"),
        }
    }

    /// `2 v: struct vec3`.
    pub fn title(&self) -> String {
        let name = self
            .name
            .as_deref()
            .map(|name| format!("{name}: "))
            .unwrap_or_default();
        let behind = if self.unnamed { " (unnamed)" } else { "" };
        match self.number {
            0 => format!("result: {}", self.ty),
            number => format!("{number} {name}{}{behind}", self.ty),
        }
    }

    /// `xmm0:8 xmm1:4`; `nothing` where no place is taken.
    pub fn words(&self) -> String {
        match &self.unknown {
            None => words(&self.slots),
            Some(Unknown::Reason(_)) => "not known".to_owned(),
            Some(Unknown::Behind(0)) => "not known without the result's".to_owned(),
            Some(Unknown::Behind(number)) => format!("behind argument {number}"),
        }
    }

    /// ``argument 2 `v`: …``
    pub fn complaint(&self) -> Option<String> {
        let Some(Unknown::Reason(reason)) = &self.unknown else {
            return None;
        };
        let name = self
            .name
            .as_deref()
            .map(|name| format!(" `{name}`"))
            .unwrap_or_default();
        Some(format!("{}{name}: {reason}", self.place()))
    }

    /// `sext`, `zext` where a slot is extended.
    pub fn extension(&self) -> String {
        let word = |slot: &SlotWords| match slot.slot.extension {
            Extension::None => None,
            Extension::Sign => Some("sext"),
            Extension::Zero => Some("zext"),
        };
        let mut words: Vec<&str> = self.slots.iter().filter_map(word).collect();
        words.dedup();
        words.join(" ")
    }

    /// The machine's part, without reasons.
    pub fn machine(&self) -> Vec<(Slot, u64, Option<u64>)> {
        let part = |slot: &'_ SlotWords| (slot.slot.clone(), slot.value_offset, slot.in_buffer);
        self.slots.iter().map(part).collect()
    }
}

fn words(slots: &[SlotWords]) -> String {
    match slots {
        [] => "nothing".to_owned(),
        slots => slots
            .iter()
            .map(|slot| slot.words.as_str())
            .collect::<Vec<_>>()
            .join(" "),
    }
}

/// The answer of the model to one declaration.
pub(super) fn answer(
    about: &About<'_>,
    function: &Function,
    unnamed: &[(String, Type)],
    unresolved: &Unresolved<'_>,
) -> Answer {
    let own = function.target_features.as_deref().map(features::of_attribute);
    let model = Model {
        target: about.target,
        language: about.language,
        types: &about.interface.types,
        options: about.options.or(Options::of_features(&own.unwrap_or_default())),
    };
    let signature = &function.signature;
    let types: Vec<Type> = unnamed
        .iter()
        .filter(|_| signature.variadic || signature.unprototyped)
        .map(|(_, ty)| ty.clone())
        .collect();
    let view = |lowering: &ModelLowering| view(&model, function, unnamed, lowering);
    match model.lower(signature, &types) {
        model::Answer::Settled(lowering) => Answer::Settled(Box::new(view(&lowering))),
        model::Answer::Unsupported(reason) => {
            partial::answer(&model, function, unnamed, unresolved).unwrap_or(Answer::Unsupported(reason))
        }
        model::Answer::Ambiguous { readings } => Answer::Ambiguous(
            readings
                .into_iter()
                .map(|reading| ReadingView {
                    view: view(&reading.value),
                    by: reading.by,
                    clause: reading.clause,
                })
                .collect(),
        ),
    }
}

fn view(
    model: &Model<'_>,
    function: &Function,
    unnamed: &[(String, Type)],
    lowering: &ModelLowering,
) -> View {
    let sources = sources(function, unnamed);
    let rows = lowering.arguments.iter().zip(&sources).enumerate();
    let arguments: Vec<Row> = rows
        .map(|(index, (argument, source))| row(model, index + 1, source, argument))
        .collect();
    let result = result(function);
    let hidden = lowering.hidden.iter().map(|slot| SlotWords {
        words: slot_words(slot, None),
        slot: slot.clone(),
        value_offset: 0,
        in_buffer: None,
    });
    let wasm_type = model
        .target
        .is_wasm()
        .then(|| wasm_type(model, &sources, &result, lowering));
    let frame = match lowering.buffer {
        Some(buffer) => frame::buffer(&arguments, buffer.0),
        None => frame::stack(&arguments, lowering.stack.0),
    };
    View {
        arguments,
        frame,
        result: row(model, 0, &result, &lowering.result),
        stack: lowering.stack.0,
        stack_align: lowering.stack_align.0,
        al: lowering.vector_count,
        hidden: hidden.collect(),
        buffer: lowering.buffer.map(|bytes| bytes.0),
        wasm_type,
    }
}

/// Why a parameter, counted from 0, or the result has no type, where the reader of the text knows it.
pub(super) type Unresolved<'a> = dyn Fn(Option<usize>) -> Option<String> + 'a;

/// The named and then the unnamed arguments.
fn sources<'a>(function: &'a Function, unnamed: &'a [(String, Type)]) -> Vec<Source<'a>> {
    let named = function.signature.params.iter().map(|parameter| Source {
        name: parameter.name.clone(),
        ty: &parameter.ty,
        spelling: &parameter.spelling,
        unnamed: false,
    });
    let behind = unnamed.iter().map(|(spelling, ty)| Source {
        name: None,
        ty,
        spelling,
        unnamed: true,
    });
    named.chain(behind).collect()
}

/// What a function gives back.
fn result(function: &Function) -> Source<'_> {
    let spelling = match (&function.signature.result, function.result_spelling.as_str()) {
        (Type::Void, _) => "void",
        (Type::Never, "") => "never",
        (_, spelling) => spelling,
    };
    Source {
        name: None,
        ty: &function.signature.result,
        spelling,
        unnamed: false,
    }
}

/// An argument or result as the source has it.
struct Source<'a> {
    name: Option<String>,
    ty: &'a Type,
    spelling: &'a str,
    unnamed: bool,
}

fn row(model: &Model<'_>, number: usize, source: &Source<'_>, argument: &ModelArgument) -> Row {
    let size = match source.ty {
        Type::Void | Type::Never => None,
        ty => model
            .size_align(ty)
            .values()
            .first()
            .map(|size| (size.size.0, size.align.0)),
    };
    Row {
        number,
        name: source.name.clone(),
        ty: source.spelling.to_owned(),
        unnamed: source.unnamed,
        size: size.map(|(size, _)| size),
        align: size.map(|(_, align)| align),
        classes: argument.classes.iter().map(Class::to_string).collect(),
        slots: argument
            .slots
            .iter()
            .map(
                |ModelSlot {
                     slot,
                     value_offset,
                     in_buffer,
                 }| SlotWords {
                    words: slot_words(slot, in_buffer.map(|offset| offset.0)),
                    slot: slot.clone(),
                    value_offset: value_offset.0,
                    in_buffer: in_buffer.map(|offset| offset.0),
                },
            )
            .collect(),
        clauses: argument.clauses.clone(),
        unknown: None,
    }
}

/// A slot without its extension, which has a column of its own.
pub(super) fn slot_words(slot: &Slot, in_buffer: Option<u64>) -> String {
    let place = match in_buffer {
        Some(offset) => format!("buffer[{offset}]"),
        None => slot.location.to_string(),
    };
    match slot.content {
        Content::Value => format!("{place}:{}", slot.width),
        Content::Pointer { to } => format!("{place} -> {to} bytes"),
    }
}

/// `(param i32 f32) (result i32)`.
fn wasm_type(
    model: &Model<'_>,
    sources: &[Source<'_>],
    result: &Source<'_>,
    lowering: &ModelLowering,
) -> String {
    let mut params: Vec<(u32, &str)> = Vec::new();
    let mut results: Vec<(u32, &str)> = Vec::new();
    let all = lowering
        .arguments
        .iter()
        .zip(sources)
        .chain([(&lowering.result, result)]);
    for (argument, source) in all {
        let layout = model.layout(source.ty);
        let table = layout.values().first().copied();
        for slot in argument.slots.iter().filter(|slot| slot.in_buffer.is_none()) {
            let word = value_type(slot, table);
            match slot.slot.location {
                Location::WasmParam { index } => params.push((index, word)),
                Location::WasmResult { index } => results.push((index, word)),
                _ => {}
            }
        }
    }
    for slot in &lowering.hidden {
        if let Location::WasmParam { index } = slot.location {
            params.push((index, "i32"));
        }
    }
    params.sort_unstable();
    results.sort_unstable();
    let list = |keyword: &str, words: &[(u32, &str)]| {
        let words: Vec<&str> = words.iter().map(|(_, word)| *word).collect();
        match words.is_empty() {
            true => String::new(),
            false => format!("({keyword} {})", words.join(" ")),
        }
    };
    let text = format!("{} {}", list("param", &params), list("result", &results));
    match text.trim() {
        "" => "(no parameters, no result)".to_owned(),
        text => text.to_owned(),
    }
}

/// The wasm value type of a slot: what scalar of the source it holds decides between integer and float.
fn value_type(slot: &ModelSlot, table: Option<&(LayoutTable, TypeId)>) -> &'static str {
    if let Content::Pointer { .. } = slot.slot.content {
        return "i32";
    }
    let float = table.is_some_and(|(table, id)| {
        table.leaves(*id).iter().any(|leaf| {
            matches!(leaf.kind, LeafKind::Scalar(Scalar::Float { .. }))
                && leaf.offset.0 == slot.value_offset.0 * 8
                && leaf.width.0 == slot.slot.width.0 * 8
        })
    });
    match (slot.slot.width.0, float) {
        (0..=4, true) => "f32",
        (0..=4, false) => "i32",
        (5..=8, true) => "f64",
        (5..=8, false) => "i64",
        _ => "v128",
    }
}

#[cfg(test)]
mod tests;
