//! Slots of both sides held against each other, per function, argument and level.

use twincall_abi::compare::{ArgumentSlots, SlotDifference, SlotDifferenceKind, compare_slots};
use twincall_abi::features::vector_level;
use twincall_abi::interface::Side;
use twincall_abi::ir::IrFunction;
use twincall_abi::layout::{Scalar, Shape};
use twincall_abi::slot::{Content, Location, Slot};

use super::{Draft, Findings, declaration_of};
use crate::build::{LevelBuild, LowerError, Lowered};
use crate::facts::{
    Effect, FunctionReport, LevelSlots, Place, Root, Rule, SideFunction, SlotSource, lowering_text,
};

#[cfg(test)]
mod tests;

/// Adds findings and describes the slots of every function.
pub(super) fn judge(findings: &mut Findings<'_>) -> Vec<FunctionReport> {
    let build = findings.evidence.build;
    let mut symbols: Vec<&str> = build
        .c
        .functions
        .iter()
        .map(|function| function.symbol.as_str())
        .collect();
    for function in &build.rust.functions {
        if !symbols.contains(&function.symbol.as_str()) {
            symbols.push(&function.symbol);
        }
    }
    let mut reports = Vec::new();
    for symbol in symbols {
        let mut report = FunctionReport {
            symbol: symbol.to_owned(),
            c: None,
            rust: None,
            standings: Vec::new(),
        };
        let mut missing = Vec::new();
        for side in Side::BOTH {
            let Some(function) = build.interface(side).function(symbol) else {
                continue;
            };
            let wasm_type = build
                .levels
                .first()
                .and_then(|level| level.side(side).wasm.get(symbol));
            let mut described = SideFunction {
                declaration: declaration_of(function),
                levels: Vec::new(),
                wasm_type: wasm_type.map(ToString::to_string),
                machine: Vec::new(),
                model: None,
            };
            for level in &build.levels {
                match read_slots(findings, level, side, symbol) {
                    Ok(slots) => described.levels.push(slots),
                    Err(note) => missing.push((side, level.opt.number(), note)),
                }
            }
            match side {
                Side::C => report.c = Some(described),
                Side::Rust => report.rust = Some(described),
            }
        }
        for (side, opt, note) in missing {
            from_the_machine(findings, &mut report, side, opt, note);
        }
        compare(findings, &report);
        settle_by_value(findings, &report);
        reports.push(report);
    }
    reports
}

/// Takes the slots that could not be read from a call's registers and stack, where there was one.
fn from_the_machine(
    findings: &mut Findings<'_>,
    report: &mut FunctionReport,
    side: Side,
    opt: u8,
    note: String,
) {
    let (own, other) = match side {
        Side::C => (&mut report.c, &report.rust),
        Side::Rust => (&mut report.rust, &report.c),
    };
    let shared = other.is_some();
    let at =
        |function: Option<&SideFunction>| function?.levels.iter().find(|level| level.opt == opt).cloned();
    let other = at(other.as_ref());
    let elsewhere = own.as_ref().and_then(|own| own.levels.first().cloned());
    let likely = [elsewhere.as_ref(), other.as_ref()];
    let evidence = findings.evidence;
    let found = if evidence.target.is_wasm() {
        elsewhere.and_then(|known| same_wasm_type(evidence, side, &report.symbol, opt, known))
    } else {
        super::machine::level_slots(evidence, side, &report.symbol, opt, likely)
    };
    match (own, found) {
        (Some(own), Some(slots)) => {
            own.levels.push(slots);
            own.levels.sort_by_key(|level| level.opt);
        }
        _ => {
            if shared {
                findings.without_slots.get_or_insert_with(|| note.clone());
            }
            findings.notes.push(note);
        }
    }
}

/// The slots of another level, where the function has the same wasm type at this one: it is made of the same declaration.
fn same_wasm_type(
    evidence: &super::Evidence<'_>,
    side: Side,
    symbol: &str,
    opt: u8,
    known: LevelSlots,
) -> Option<LevelSlots> {
    let ty = |opt: u8| {
        let level = evidence
            .build
            .levels
            .iter()
            .find(|level| level.opt.number() == opt)?;
        level.side(side).wasm.get(symbol)
    };
    (ty(opt)? == ty(known.opt)?).then_some(LevelSlots {
        opt,
        ir: None,
        source: SlotSource::WasmType,
        ..known
    })
}

/// The slots of one side's function at one level, or a note on why there are none.
fn read_slots(
    findings: &Findings<'_>,
    level: &LevelBuild,
    side: Side,
    symbol: &str,
) -> Result<LevelSlots, String> {
    let (target, llvm) = (
        findings.evidence.target,
        findings.evidence.llvm[usize::from(side == Side::Rust)],
    );
    let found = level.side(side).lower(symbol, target, llvm);
    let (function, lowered) = found.map_err(|error| match error {
        LowerError::NoIr(reason) => format!("no IR of {side}: {reason}"),
        LowerError::NotInIr => format!("{side} `{symbol}` is not in the IR: nothing refers to it"),
        error => format!("{side} `{symbol}`: {error}"),
    })?;
    Ok(at_level(level, function, lowered))
}

/// The slots of a function as a caller with other features calls it.
pub(super) fn slots_of(
    findings: &Findings<'_>,
    level: &LevelBuild,
    side: Side,
    function: &IrFunction,
) -> Result<LevelSlots, LowerError> {
    let (target, llvm) = (
        findings.evidence.target,
        findings.evidence.llvm[usize::from(side == Side::Rust)],
    );
    let lowered = level
        .side(side)
        .lower_as(function, &function.symbol, target, llvm)?;
    Ok(at_level(level, function, lowered))
}

fn at_level(level: &LevelBuild, function: &IrFunction, lowered: Lowered) -> LevelSlots {
    let (slots, attributed) = lowered.slots();
    LevelSlots {
        opt: level.opt.number(),
        arguments: slots.arguments,
        result: slots.result,
        attributed,
        ir: Some(function.text.clone()),
        source: SlotSource::Ir,
    }
}

fn compare(findings: &mut Findings<'_>, report: &FunctionReport) {
    let (Some(c), Some(rust)) = (&report.c, &report.rust) else {
        return;
    };
    let symbol = &report.symbol;
    for c in &c.levels {
        let Some(rust) = rust.levels.iter().find(|level| level.opt == c.opt) else {
            continue;
        };
        let (c_slots, rust_slots) = if c.attributed && rust.attributed {
            // Arguments that only one side has are a matter of arity.
            let common = c.arguments.len().min(rust.arguments.len());
            (slots(c, Some(common)), slots(rust, Some(common)))
        } else {
            (flat(c), flat(rust))
        };
        for mut difference in compare_slots(&c_slots, &rust_slots, findings.evidence.target) {
            if no_result(findings, symbol, &difference) {
                unread_result(findings, symbol, &difference);
                continue;
            }
            // A register does not tell what is promised of its upper bits.
            let machine = [c.source, rust.source].contains(&SlotSource::Machine);
            if machine && difference.kind == SlotDifferenceKind::Extension {
                continue;
            }
            if let Some(pointed) = value_against_address(findings, symbol, c.opt, &difference) {
                // Both put an address of the same bytes into the same place.
                if pointed == Pointed::SamePlace {
                    continue;
                }
                difference.kind = SlotDifferenceKind::Indirect;
            }
            let features = features_differ(findings, symbol, c.opt, &difference);
            explain(
                findings,
                symbol,
                c.opt,
                &difference,
                features,
                c.attributed && rust.attributed,
            );
        }
    }
}

/// A value on one side and an address on the other agree by accident where the value travels by an address too. In a register it
/// is taken for an address, or the reverse, whatever its size.
fn settle_by_value(findings: &mut Findings<'_>, report: &FunctionReport) {
    let (Some(c), Some(rust)) = (&report.c, &report.rust) else {
        return;
    };
    let by_value = std::mem::take(&mut findings.by_value);
    for (_, root) in by_value.iter().filter(|(symbol, _)| *symbol == report.symbol) {
        let slots = |level: &LevelSlots| match root {
            Root::Argument(index) => level.arguments.get(*index).cloned(),
            _ => Some(level.result.clone()),
        };
        let place = Place::from(*root);
        let known = c
            .levels
            .iter()
            .chain(&rust.levels)
            .filter(|level| level.attributed);
        let known: Vec<_> = known.filter_map(slots).collect();
        let by_address = |slots: &Vec<Slot>| {
            slots
                .iter()
                .any(|slot| matches!(slot.content, Content::Pointer { .. }))
        };
        // Where the places differ too, that is the finding, and the types are its reason.
        let told = findings.list.iter().any(|finding| {
            finding.rule.needs_slots() && finding.symbol == report.symbol && finding.place == place
        });
        if known.is_empty() || told || known.iter().any(by_address) {
            continue;
        }
        for finding in &mut findings.list {
            let of_type = matches!(finding.rule, Rule::ParamType | Rule::ReturnType);
            if of_type && finding.symbol == report.symbol && finding.place == place {
                finding.contract_only = false;
            }
        }
    }
    findings.by_value = by_value;
}

/// A result that only one side has is a matter of its type.
fn no_result(findings: &Findings<'_>, symbol: &str, difference: &SlotDifference) -> bool {
    let known = findings
        .list
        .iter()
        .any(|finding| finding.rule == Rule::ReturnType && finding.symbol == symbol);
    difference.argument.is_none() && known && (difference.c.is_empty() || difference.rust.is_empty())
}

/// A result in registers that a caller does not look at changes nothing natively; on wasm it is part of the function's type.
fn unread_result(findings: &mut Findings<'_>, symbol: &str, difference: &SlotDifference) {
    let build = findings.evidence.build;
    let silent = if difference.c.is_empty() {
        Side::C
    } else {
        Side::Rust
    };
    let returned = if difference.c.is_empty() {
        &difference.rust
    } else {
        &difference.c
    };
    let in_registers = returned.iter().all(|slot| slot.content == Content::Value);
    let only_calls = build
        .interface(silent)
        .function(symbol)
        .is_some_and(|function| !function.defined);
    if findings.evidence.target.is_wasm() || !in_registers || !only_calls {
        return;
    }
    for finding in &mut findings.list {
        if finding.rule == Rule::ReturnType && finding.symbol == symbol {
            finding.contract_only = true;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pointed {
    SamePlace,
    OtherPlace,
}

/// Where the source has an aggregate by value on one side and a pointer on the other: whether both still come down to
/// an address in the same place. `None` where the types are not such a pair.
fn value_against_address(
    findings: &Findings<'_>,
    symbol: &str,
    opt: u8,
    difference: &SlotDifference,
) -> Option<Pointed> {
    let level = findings
        .evidence
        .build
        .levels
        .iter()
        .find(|level| level.opt.number() == opt)?;
    let is_pointer = |side: Side| {
        let table = &level.side(side).layouts;
        let types = table.functions.get(symbol)?;
        let id = match difference.argument {
            Some(index) => *types.params.get(index)?,
            None => types.result?,
        };
        Some(matches!(
            table.get(id).shape,
            Shape::Scalar(Scalar::Pointer { .. })
        ))
    };
    if is_pointer(Side::C)? == is_pointer(Side::Rust)? {
        return None;
    }
    let place = |slots: &[Slot]| slots.iter().map(|slot| slot.location.clone()).collect::<Vec<_>>();
    let same = place(&difference.c) == place(&difference.rust);
    let indirect = |slots: &[Slot]| {
        slots
            .iter()
            .any(|slot| matches!(slot.content, Content::Pointer { .. }))
    };
    let address = indirect(&difference.c) || indirect(&difference.rust);
    Some(if same && address {
        Pointed::SamePlace
    } else {
        Pointed::OtherPlace
    })
}

pub(super) fn slots(level: &LevelSlots, count: Option<usize>) -> ArgumentSlots {
    let count = count.unwrap_or(level.arguments.len());
    ArgumentSlots {
        arguments: level.arguments[..count].to_vec(),
        result: level.result.clone(),
        hidden: Vec::new(),
        stack: Default::default(),
    }
}

fn flat(level: &LevelSlots) -> ArgumentSlots {
    let mut slots = slots(level, None);
    slots.arguments = vec![slots.arguments.into_iter().flatten().collect()];
    slots
}

fn explain(
    findings: &mut Findings<'_>,
    symbol: &str,
    opt: u8,
    difference: &SlotDifference,
    features: bool,
    attributed: bool,
) {
    // Two conventions, or a variadic function against another, are one cause however many arguments move.
    let root = findings.list.iter_mut().find(|finding| {
        finding.symbol == symbol
            && finding.place.is_whole()
            && matches!(finding.rule, Rule::CallingConvention | Rule::Variadic)
    });
    let place = match (difference.argument, attributed) {
        (Some(_), false) => Root::Arguments.into(),
        (argument, _) => Place::of_value(argument),
    };
    if let Some(root) = root {
        root.contract_only = false;
        let line = Effect::from(format!(
            "{place}: C {}, Rust {}",
            lowering_text(&difference.c),
            lowering_text(&difference.rust)
        ));
        if !root.effect.contains(&line) {
            root.effect.push(line);
        }
        return;
    }
    let rule = match (difference.kind, difference.argument) {
        _ if features => Rule::TargetFeatures,
        (SlotDifferenceKind::Indirect, _) => Rule::Indirect,
        (SlotDifferenceKind::Extension, _) => Rule::IntegerExtension,
        (SlotDifferenceKind::Stack, Some(_)) => Rule::StackLayout,
        (_, None) => Rule::ReturnLocation,
        (SlotDifferenceKind::Location, Some(_)) => Rule::ArgLocation,
    };
    let new = Draft::new(
        rule,
        symbol,
        place,
        difference.c.as_slice(),
        difference.rust.as_slice(),
    );
    findings.add(new.at_level(opt));
}

/// Whether a vector is placed differently because only one side has the registers for it.
fn features_differ(findings: &Findings<'_>, symbol: &str, opt: u8, difference: &SlotDifference) -> bool {
    let wide = |slots: &[Slot]| {
        slots.iter().any(|slot| {
            matches!(&slot.location, Location::Register(name) if name.starts_with("ymm") || name.starts_with("zmm"))
        })
    };
    if !wide(&difference.c) && !wide(&difference.rust) {
        return false;
    }
    let features = |side: Side| {
        let function = findings.evidence.build.interface(side).function(symbol)?;
        Some(super::features::of_function(
            findings.evidence,
            side,
            function,
            Some(opt),
        ))
    };
    let registers = |side: Side| features(side).map(|features| vector_level(&features));
    matches!((registers(Side::C), registers(Side::Rust)), (Some(c), Some(rust)) if c != rust)
}
