//! The written ABI as a third opinion: which side does with a function and its types what a clause says.

use std::collections::BTreeSet;

use twincall_abi::compare::{ArgumentSlots, SlotDifference, SlotDifferenceKind, compare_slots};
use twincall_abi::interface::{Function, Side};
use twincall_abi::layout::{FunctionTypes, LayoutTable, Scalar, Shape, TypeId};
use twincall_abi::model::{Answer, Language, Model, ModelLowering, Options};
use twincall_abi::slot::{Content, Slot};
use twincall_abi::types::Type;

use super::{Findings, Verdict};
use crate::facts::{FunctionReport, LevelSlots, ModelReport, ModelState, SideFunction, SlotSource};

/// How deep the types behind pointers are followed.
const MAX_DEPTH: usize = 4;

#[cfg(test)]
mod tests;

/// Adds the model's word to every function of both sides.
pub(super) fn judge(findings: &Findings<'_>, functions: &mut [FunctionReport]) {
    for report in functions {
        let symbol = report.symbol.clone();
        for (side, described) in [(Side::C, &mut report.c), (Side::Rust, &mut report.rust)] {
            let function = findings.evidence.build.interface(side).function(&symbol);
            if let (Some(described), Some(function)) = (described, function) {
                described.model = Some(opinion(findings, side, function, described));
            }
        }
    }
}

/// What agreement is worth: whether clauses promise it for everything that both sides know.
pub(super) fn verdict(findings: &Findings<'_>, functions: &[FunctionReport]) -> Verdict {
    let data = !findings.evidence.build.c.data.is_empty() || !findings.evidence.case.same.is_empty();
    if data {
        // Global variables and types behind `void *` are compared with each other only.
        return Verdict::Agrees;
    }
    agreement(functions)
}

/// What agreement on these functions alone is worth.
pub(crate) fn agreement<'f>(functions: impl IntoIterator<Item = &'f FunctionReport>) -> Verdict {
    let shared: Vec<[&SideFunction; 2]> = functions
        .into_iter()
        .filter_map(|function| Some([function.c.as_ref()?, function.rust.as_ref()?]))
        .collect();
    let states: BTreeSet<ModelState> = shared
        .iter()
        .flatten()
        .filter_map(|side| side.model.as_ref())
        .map(|model| model.state)
        .collect();
    if shared.is_empty() || states.contains(&ModelState::Departs) || states.contains(&ModelState::Unsupported)
    {
        Verdict::Agrees
    } else if states.contains(&ModelState::Ambiguous) {
        Verdict::Ambiguous
    } else {
        Verdict::Conforms
    }
}

/// The written ABI over one side's types, as one of its functions was compiled.
fn model<'a>(findings: &Findings<'a>, side: Side, function: &Function) -> Model<'a> {
    Model {
        options: options(findings, side, function),
        ..of_types(findings, side)
    }
}

/// The written ABI over one side's types, of which no layout depends on options.
pub(super) fn of_types<'a>(findings: &Findings<'a>, side: Side) -> Model<'a> {
    let evidence = findings.evidence;
    Model {
        target: evidence.target,
        language: match side {
            Side::C if evidence.case.c.cpp => Language::Cpp,
            Side::C => Language::C,
            Side::Rust => Language::Rust,
        },
        types: &evidence.build.interface(side).types,
        options: Options::default(),
    }
}

/// What the text says of one side's function. Nothing where that side does not know it.
pub(super) fn answer(findings: &Findings<'_>, side: Side, symbol: &str) -> Option<Answer<ModelLowering>> {
    let function = findings.evidence.build.interface(side).function(symbol)?;
    Some(model(findings, side, function).lower(&function.signature, &[]))
}

fn opinion(
    findings: &Findings<'_>,
    side: Side,
    function: &Function,
    described: &SideFunction,
) -> ModelReport {
    let evidence = findings.evidence;
    let model = model(findings, side, function);
    let answer = model.lower(&function.signature, &[]);
    if let Answer::Unsupported(reason) = &answer {
        return ModelReport::unsupported(reason.clone());
    }
    let levels: Vec<&LevelSlots> = described.levels.iter().filter(|level| level.attributed).collect();
    if levels.len() < evidence.build.levels.len() {
        return ModelReport::unsupported("the compiler's slots are not known".to_owned());
    }
    let mut report = ModelReport {
        state: ModelState::Follows,
        lowering: None,
        clauses: Vec::new(),
        departures: Vec::new(),
        readings: Vec::new(),
        reason: None,
    };
    let depart = |lowering: &ModelLowering| -> Vec<String> {
        let mut lines = Vec::new();
        for level in &levels {
            for difference in differences(lowering, level, evidence.target) {
                let line = departure(lowering, &difference);
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        lines
    };
    match &answer {
        Answer::Settled(lowering) => {
            report.departures = depart(lowering);
            describe(&mut report, lowering);
        }
        Answer::Ambiguous { readings } => {
            report.state = ModelState::Ambiguous;
            let matching = readings.iter().find(|reading| depart(&reading.value).is_empty());
            for reading in readings {
                let taken = matching.is_some_and(|matching| matching.by == reading.by);
                let mark = if taken { " (so here)" } else { "" };
                report
                    .readings
                    .push(format!("{}{mark}: {}", reading.by, reading.clause.says));
            }
            match (matching, readings.first()) {
                (Some(reading), _) => describe(&mut report, &reading.value),
                (None, Some(first)) => {
                    report.departures = depart(&first.value);
                    describe(&mut report, &first.value);
                }
                (None, None) => {}
            }
        }
        Answer::Unsupported(_) => {}
    }
    for level in &evidence.build.levels {
        let table = &level.side(side).layouts;
        let Some(types) = table.functions.get(&function.symbol) else {
            continue;
        };
        if let Some(lowering) = answer.values().first() {
            let found = levels.iter().find(|found| found.opt == level.opt.number());
            for departure in found
                .into_iter()
                .flat_map(|found| narrowed(lowering, found, table, types))
            {
                if !report.departures.contains(&departure) {
                    report.departures.push(departure);
                }
            }
        }
        let declared = function.signature.params.iter().map(|param| &param.ty);
        let declared = declared.chain(std::iter::once(&function.signature.result));
        for (ty, id) in declared.zip(types.params.iter().copied().chain(types.result)) {
            if let Some(departure) = layout_departs(&model, ty, table, id, 0)
                && !report.departures.contains(&departure)
            {
                report.departures.push(departure);
            }
        }
    }
    if !report.departures.is_empty() {
        report.state = ModelState::Departs;
    }
    report
}

/// What the text makes of the features with which the compiler made the function.
fn options(findings: &Findings<'_>, side: Side, function: &Function) -> Options {
    Options::of_features(&super::features::of_function(
        findings.evidence,
        side,
        function,
        None,
    ))
}

/// Where the compiler's slots are other than the model's. The model only speaks of extensions that the text asks for, and a
/// machine does not tell what is promised.
fn differences(
    lowering: &ModelLowering,
    level: &LevelSlots,
    target: twincall_abi::target::Target,
) -> Vec<SlotDifference> {
    let plain = |argument: &twincall_abi::model::ModelArgument| {
        argument
            .slots
            .iter()
            .map(|slot| slot.slot.clone())
            .collect::<Vec<_>>()
    };
    let model = ArgumentSlots {
        arguments: lowering.arguments.iter().map(plain).collect(),
        result: plain(&lowering.result),
        hidden: Vec::new(),
        stack: lowering.stack,
    };
    let found = ArgumentSlots {
        arguments: level.arguments.clone(),
        result: level.result.clone(),
        hidden: Vec::new(),
        stack: lowering.stack,
    };
    let mut differences = compare_slots(&model, &found, target);
    differences.retain(|difference| {
        let asked = difference
            .c
            .iter()
            .any(|slot| slot.extension != twincall_abi::slot::Extension::None);
        difference.kind != SlotDifferenceKind::Extension || asked && level.source != SlotSource::Machine
    });
    differences
}

/// Where the compiler's slot is in the right place and too narrow for the bytes of the value that belong there.
fn narrowed(
    lowering: &ModelLowering,
    level: &LevelSlots,
    table: &LayoutTable,
    types: &FunctionTypes,
) -> Vec<String> {
    let mut lines = Vec::new();
    let arguments = lowering.arguments.iter().zip(&level.arguments).zip(&types.params);
    let arguments = arguments
        .enumerate()
        .map(|(index, ((model, found), id))| (format!("argument {}", index + 1), model, found, *id));
    let result = types
        .result
        .map(|id| ("the result".to_owned(), &lowering.result, &level.result, id));
    for (place, model, found, id) in arguments.chain(result) {
        let mask = table.value_mask(id);
        for wanted in &model.slots {
            let Some(found) = found.iter().find(|slot| slot.location == wanted.slot.location) else {
                continue;
            };
            let start = wanted.value_offset.0 as usize;
            let end = (start + wanted.slot.width.0 as usize).min(mask.len());
            let carried = mask.get(start..end).unwrap_or_default();
            let needed = carried
                .iter()
                .rposition(|byte| *byte != 0)
                .map_or(0, |last| last as u64 + 1);
            let value = |slot: &Slot| slot.content == Content::Value;
            if value(found) && value(&wanted.slot) && found.width.0 < needed {
                lines.push(format!(
                    "{place} has only {} of {needed} bytes in {}",
                    found.width, found.location
                ));
            }
        }
    }
    lines
}

fn departure(lowering: &ModelLowering, difference: &SlotDifference) -> String {
    let (place, argument) = match difference.argument {
        Some(index) => (format!("argument {}", index + 1), lowering.arguments.get(index)),
        None => ("the result".to_owned(), Some(&lowering.result)),
    };
    let clause = argument
        .and_then(|argument| argument.clauses.last())
        .map(|clause| format!(" by {}", clause.id))
        .unwrap_or_default();
    format!(
        "{place} is {} here and {}{clause}",
        crate::facts::lowering_text(&difference.rust),
        crate::facts::lowering_text(&difference.c)
    )
}

fn describe(report: &mut ModelReport, lowering: &ModelLowering) {
    let all = lowering.arguments.iter().chain(std::iter::once(&lowering.result));
    for clause in all.flat_map(|argument| &argument.clauses) {
        if !report.clauses.iter().any(|id| id == clause.id) {
            report.clauses.push(clause.id.to_owned());
        }
    }
    let places = |argument: &twincall_abi::model::ModelArgument| {
        let slots: Vec<_> = argument.slots.iter().map(|slot| slot.slot.clone()).collect();
        crate::facts::lowering_text(&slots)
    };
    let arguments: Vec<String> = lowering.arguments.iter().map(places).collect();
    report.lowering = Some(format!(
        "({}) -> {}",
        arguments.join(", "),
        places(&lowering.result)
    ));
}

/// Holds a type's layout against the model's, and what pointers lead to. What the model has no layout for is passed over.
fn layout_departs(
    model: &Model<'_>,
    ty: &Type,
    table: &LayoutTable,
    id: TypeId,
    depth: usize,
) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    if let (Type::Pointer { pointee, .. }, Shape::Scalar(Scalar::Pointer { to: Some(to), .. })) =
        (ty, &table.get(id).shape)
    {
        return layout_departs(model, pointee, table, *to, depth + 1);
    }
    let Type::Named(name) = ty else { return None };
    let Answer::Settled((wanted, wanted_id)) = model.layout(ty) else {
        return None;
    };
    let (wanted_layout, found) = (wanted.get(wanted_id), table.get(id));
    if found.shape == Shape::Incomplete || wanted_layout.shape == Shape::Incomplete {
        return None;
    }
    if wanted_layout.size != found.size {
        return Some(format!(
            "`{name}` has {} bytes here and {} by the text",
            found.size, wanted_layout.size
        ));
    }
    let (wanted_leaves, leaves) = (wanted.leaves(wanted_id), table.leaves(id));
    if wanted_leaves.len() != leaves.len() {
        // Sources of evidence divide unions and enums in their own ways.
        return None;
    }
    let parts = wanted_leaves.iter().zip(&leaves);
    let mut parts =
        parts.filter(|(wanted, found)| (wanted.offset, wanted.width) != (found.offset, found.width));
    parts.next().map(|(wanted, found)| {
        format!(
            "`{name}.{}` lies at {} here and at {} by the text",
            found.path, found.offset, wanted.offset
        )
    })
}
