//! Layouts of every type that crosses, held against each other, and debug information against constants.

use std::collections::BTreeMap;

use twincall_abi::compare::{
    CallbackValue, TypeDifference, TypeDifferenceKind, compare_types, may_be_length,
};
use twincall_abi::fact::ScalarFact;
use twincall_abi::interface::Side;
use twincall_abi::layout::{LayoutTable, LeafKind, Shape, SizeAlign, TypeId};
use twincall_abi::target::Target;

use super::{Draft, Evidence, Findings};
use crate::build::{LevelBuild, SideEvidence};
use crate::emit::TypeKey;
use crate::facts::{Fact, FieldRow, Place, Rule, SideType, TypeReport};

#[cfg(test)]
mod tests;

pub(super) fn judge(findings: &mut Findings<'_>) {
    let evidence = findings.evidence;
    for level in &evidence.build.levels {
        for side in Side::BOTH {
            held_against_constants(findings, level.side(side), side);
        }
        for pair in pairs(level) {
            let (c, rust) = (&level.c.layouts, &level.rust.layouts);
            let differences = compare_types(c, pair.c, rust, pair.rust, pair.with_length);
            let by_value = differences
                .iter()
                .any(|difference| matches!(difference.kind, TypeDifferenceKind::ByValue { .. }));
            for difference in differences {
                // A caller must not rely on the upper bits of a small result (psABI 3.2.3); on wasm it reads all 32.
                if difference.kind == TypeDifferenceKind::Extension
                    && difference.of_callback == Some(CallbackValue::Result)
                    && !evidence.target.is_wasm()
                {
                    continue;
                }
                if difference.kind == TypeDifferenceKind::InPadding {
                    findings.notes.push(format!(
                        "`{}`: {} of `{}` and `{}` is no field to both: C {}, Rust {}; its value is not carried",
                        pair.symbol,
                        difference.path,
                        difference.types.0,
                        difference.types.1,
                        difference.c,
                        difference.rust
                    ));
                    continue;
                }
                if by_value && difference.path.is_empty() {
                    findings.by_value.push((pair.symbol.clone(), pair.place.root));
                }
                let new = finding(&pair, difference, level, evidence.target);
                if let Some(types) = new.types.as_ref().filter(|_| !new.contract_only) {
                    let at = (pair.symbol.clone(), pair.place.root);
                    findings.differing.entry(at).or_insert_with(|| types.clone());
                }
                findings.add(new);
            }
            if !by_value {
                alignment(findings, &pair, level);
            }
        }
    }
    // Layouts do not depend on the level; a finding that shows at all of them needs no level.
    let levels = evidence.build.levels.len();
    for finding in &mut findings.list {
        if finding.opt.len() == levels {
            finding.opt.clear();
        }
    }
}

/// Two types in the same position.
struct Pair {
    key: TypeKey,
    symbol: String,
    place: Place,
    c: TypeId,
    rust: TypeId,
    /// A parameter beside it may say how much lies behind a pointer.
    with_length: bool,
}

fn pairs(level: &LevelBuild) -> Vec<Pair> {
    let (c, rust) = (&level.c.layouts, &level.rust.layouts);
    let mut pairs = Vec::new();
    for (symbol, c_types) in &c.functions {
        let Some(rust_types) = rust.functions.get(symbol) else {
            continue;
        };
        let with_length = c_types.params.iter().any(|&id| may_be_length(c, id))
            || rust_types.params.iter().any(|&id| may_be_length(rust, id));
        for (index, (&c, &rust)) in c_types.params.iter().zip(&rust_types.params).enumerate() {
            let key = TypeKey::Param {
                symbol: symbol.clone(),
                index,
            };
            pairs.push(Pair {
                key,
                symbol: symbol.clone(),
                place: Place::argument(index),
                c,
                rust,
                with_length,
            });
        }
        if let (Some(c), Some(rust)) = (c_types.result, rust_types.result) {
            let key = TypeKey::Result {
                symbol: symbol.clone(),
            };
            pairs.push(Pair {
                key,
                symbol: symbol.clone(),
                place: Place::RESULT,
                c,
                rust,
                with_length,
            });
        }
    }
    for (index, (&c_id, &rust_id)) in c.same.iter().zip(&rust.same).enumerate() {
        let (key, symbol) = (TypeKey::Same { index }, c.get(c_id).name.clone());
        pairs.push(Pair {
            key,
            symbol,
            place: Place::WHOLE,
            c: c_id,
            rust: rust_id,
            with_length: false,
        });
    }
    for (symbol, &c) in &c.data {
        let Some(&rust) = rust.data.get(symbol) else {
            continue;
        };
        let key = TypeKey::Data {
            symbol: symbol.clone(),
        };
        pairs.push(Pair {
            key,
            symbol: symbol.clone(),
            place: Place::WHOLE,
            c,
            rust,
            with_length: false,
        });
    }
    pairs
}

fn finding(pair: &Pair, difference: TypeDifference, level: &LevelBuild, target: Target) -> Draft {
    let at_top = difference.path.is_empty();
    let scalars = |table: &LayoutTable, id| matches!(table.get(id).shape, Shape::Scalar(_));
    let bare = at_top && (scalars(&level.c.layouts, pair.c) || scalars(&level.rust.layouts, pair.rust));
    let of_type = match &pair.key {
        TypeKey::Result { .. } => Rule::ReturnType,
        TypeKey::Data { .. } => Rule::DataSymbol,
        _ => Rule::ParamType,
    };
    let rule = match difference.kind {
        TypeDifferenceKind::Domain => Rule::InvalidValue,
        TypeDifferenceKind::Missing | TypeDifferenceKind::InPadding => Rule::FieldMissing,
        TypeDifferenceKind::Align => Rule::LayoutAlign,
        TypeDifferenceKind::Extension => Rule::IntegerExtension,
        _ if bare => of_type,
        _ if difference.of_callback == Some(CallbackValue::Argument) => Rule::ParamType,
        _ if difference.of_callback == Some(CallbackValue::Result) => Rule::ReturnType,
        TypeDifferenceKind::Size if at_top && matches!(pair.key, TypeKey::Data { .. }) => Rule::DataSymbol,
        TypeDifferenceKind::Size => Rule::LayoutSize,
        TypeDifferenceKind::Offset => Rule::FieldOffset,
        TypeDifferenceKind::Width => Rule::FieldWidth,
        TypeDifferenceKind::Kind | TypeDifferenceKind::ByValue { .. } => Rule::FieldKind,
    };
    let place = pair.place.join(&difference.path);
    let mut new = Draft::new(rule, &pair.symbol, place, difference.c, difference.rust);
    if !bare && difference.of_callback.is_none() {
        new.types = Some(difference.types);
    }
    // A callback's aggregate of several scalars is an address by the wasm Basic C ABI too, so that only the types differ.
    let address_either_way = target.is_wasm()
        && difference.of_callback.is_some()
        && matches!(difference.kind, TypeDifferenceKind::ByValue { scalars } if scalars > 1);
    let crosses = matches!(pair.key, TypeKey::Param { .. } | TypeKey::Result { .. });
    let by_value = matches!(difference.kind, TypeDifferenceKind::ByValue { .. });
    new.contract_only = difference.contract_only && (crosses || !by_value) || address_either_way;
    new.at_level(level.opt.number())
}

fn alignment(findings: &mut Findings<'_>, pair: &Pair, level: &LevelBuild) {
    let (Some(c), Some(rust)) = (constant(&level.c, &pair.key), constant(&level.rust, &pair.key)) else {
        return;
    };
    let table = &level.c.layouts;
    // A scalar's alignment differs only where its type does, which has a finding of its own.
    let scalar = |table: &LayoutTable, id| matches!(table.get(id).shape, Shape::Scalar(_));
    let (c_scalar, rust_scalar) = (scalar(table, pair.c), scalar(&level.rust.layouts, pair.rust));
    // An aggregate against an address is another finding; one against a scalar of its size is not.
    let other = c_scalar && rust_scalar || c_scalar != rust_scalar && c.size != rust.size;
    if other || c.align == rust.align || c.size.0 == 0 {
        return;
    }
    let names = (
        table.get(pair.c).name.clone(),
        level.rust.layouts.get(pair.rust).name.clone(),
    );
    let [c, rust] = [c.align, rust.align].map(|bytes| Fact::Align { bytes });
    let mut new = Draft::new(Rule::LayoutAlign, &pair.symbol, pair.place.clone(), c, rust);
    new.types = Some(names);
    findings.add(new.at_level(level.opt.number()));
}

fn constant(evidence: &SideEvidence, key: &TypeKey) -> Option<SizeAlign> {
    evidence
        .sizes
        .iter()
        .find(|(known, _)| known == key)
        .map(|(_, size)| *size)
}

/// Debug information and `sizeof` come from one compiler and must not contradict each other.
fn held_against_constants(findings: &mut Findings<'_>, evidence: &SideEvidence, side: Side) {
    for (key, constant) in &evidence.sizes {
        let Some(id) = type_of(&evidence.layouts, key) else {
            continue;
        };
        let layout = evidence.layouts.get(id);
        // Incomplete types have no size; their row is zero.
        if matches!(layout.shape, Shape::Incomplete) || constant.align.0 == 0 || layout.size == constant.size
        {
            continue;
        }
        let message = format!(
            "{side}: debug information gives `{}` {} bytes, the compiler's constant {} ({key:?})",
            layout.name, layout.size, constant.size
        );
        if !findings.conflicts.contains(&message) {
            findings.conflicts.push(message);
        }
    }
}

fn type_of(table: &LayoutTable, key: &TypeKey) -> Option<TypeId> {
    match key {
        TypeKey::Param { symbol, index } => table.functions.get(symbol)?.params.get(*index).copied(),
        TypeKey::Result { symbol } => table.functions.get(symbol)?.result,
        TypeKey::Same { index } => table.same.get(*index).copied(),
        TypeKey::Data { symbol } => table.data.get(symbol).copied(),
    }
}

/// The layouts of all aggregates that cross, once each, for reports.
pub(super) fn describe(evidence: &Evidence<'_>) -> Vec<TypeReport> {
    let Some(level) = evidence.build.levels.first() else {
        return Vec::new();
    };
    let mut reports: BTreeMap<(String, String), TypeReport> = BTreeMap::new();
    for pair in pairs(level) {
        let (c_id, rust_id) = pointees(level, pair.c, pair.rust);
        let aggregate = |table: &LayoutTable, id| {
            !matches!(
                table.get(id).shape,
                Shape::Scalar(_) | Shape::Function { .. } | Shape::Incomplete
            )
        };
        let (c, rust) = (&level.c.layouts, &level.rust.layouts);
        if !aggregate(c, c_id) && !aggregate(rust, rust_id) {
            continue;
        }
        let by_value = c_id == pair.c;
        let align = |evidence: &SideEvidence| {
            if by_value {
                constant(evidence, &pair.key).map(|size| size.align.0)
            } else {
                None
            }
        };
        let names = (c.get(c_id).name.clone(), rust.get(rust_id).name.clone());
        let entry = reports.entry(names).or_insert_with(|| TypeReport {
            c: Some(side_type(c, c_id, None)),
            rust: Some(side_type(rust, rust_id, None)),
        });
        for (side, align) in [
            (&mut entry.c, align(&level.c)),
            (&mut entry.rust, align(&level.rust)),
        ] {
            if let (Some(side), Some(align)) = (side.as_mut(), align) {
                side.align = Some(align);
            }
        }
    }
    reports.into_values().collect()
}

/// What two pointers point to, if both are pointers to something known.
fn pointees(level: &LevelBuild, c: TypeId, rust: TypeId) -> (TypeId, TypeId) {
    let target = |table: &LayoutTable, id: TypeId| match &table.get(id).shape {
        Shape::Scalar(twincall_abi::layout::Scalar::Pointer {
            to, function: false, ..
        }) => *to,
        _ => None,
    };
    match (target(&level.c.layouts, c), target(&level.rust.layouts, rust)) {
        (Some(c), Some(rust)) => (c, rust),
        _ => (c, rust),
    }
}

fn side_type(table: &LayoutTable, id: TypeId, align: Option<u64>) -> SideType {
    let layout = table.get(id);
    let fields = table
        .leaves(id)
        .into_iter()
        .map(|leaf| FieldRow {
            kind: match &leaf.kind {
                LeafKind::Scalar(scalar) => ScalarFact::of(scalar, leaf.width).to_string(),
                LeafKind::Bytes { .. } => "bytes of a union or enum".to_owned(),
            },
            path: leaf.path.to_string(),
            offset_bits: leaf.offset.0,
            width_bits: leaf.width.0,
        })
        .collect();
    SideType {
        name: layout.name.clone(),
        size: layout.size.0,
        align,
        fields,
    }
}
