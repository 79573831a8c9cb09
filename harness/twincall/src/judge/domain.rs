//! Values that the fixture's own code sent across and that the type of whoever reads them does not have.

use twincall_abi::interface::Side;
use twincall_abi::layout::{LayoutTable, Scalar, Shape};
use twincall_abi::slot::{Content, Slot};

use super::Findings;
use crate::directive::OptLevel;
use crate::facts::{CallPath, Effect, FunctionReport, LevelSlots, Place, Rule, SeenOn};
use crate::run::plan::CrossingSeen;

/// A finding is shown with at most this many such values.
const MAX_VALUES: usize = 4;

/// One call that was watched.
#[derive(Clone, Copy)]
pub(super) struct Watched<'a> {
    pub(super) seen: &'a CrossingSeen,
    pub(super) callee: Side,
    pub(super) opt: OptLevel,
    /// The body in which it happened.
    pub(super) during: &'a str,
    pub(super) function: Option<&'a FunctionReport>,
}

/// Gives a difference of allowed values the calls that sent such a value. The reader may then do anything, so that the two
/// sides no longer agree by accident.
pub(super) fn judge(findings: &mut Findings<'_>, watched: Watched<'_>) {
    let evidence = findings.evidence;
    let Watched {
        seen,
        callee,
        opt,
        during,
        function,
    } = watched;
    let Some(level) = evidence.build.levels.iter().find(|level| level.opt == opt) else {
        return;
    };
    // Nobody reads what was not passed on.
    if seen.refused().is_some() {
        return;
    }
    let toolchain = |side: Side| evidence.toolchains[usize::from(side == Side::Rust)];
    for finding in &mut findings.list {
        if finding.rule != Rule::InvalidValue || finding.symbol != seen.symbol {
            continue;
        }
        let result = finding.place == Place::RESULT;
        let reader = if result { callee.other() } else { callee };
        let Some(slots) = function.and_then(|function| at_level(function, reader, opt)) else {
            continue;
        };
        let table = &level.side(reader).layouts;
        let place = if result {
            table
                .functions
                .get(&seen.symbol)
                .and_then(|types| types.result)
                .map(|ty| (ty, slots.result.as_slice()))
        } else {
            finding.place.as_argument().and_then(|index| {
                let ty = *table.functions.get(&seen.symbol)?.params.get(index)?;
                Some((ty, slots.arguments.get(index)?.as_slice()))
            })
        };
        let Some((ty, [slot])) = place else { continue };
        let Some(bytes) = read(seen, slot, result) else {
            continue;
        };
        let Shape::Scalar(scalar) = &table.get(ty).shape else {
            continue;
        };
        if allowed(scalar, &bytes) != Some(false) {
            continue;
        }
        finding.contract_only = false;
        let number = bytes
            .iter()
            .rev()
            .fold(0u64, |number, &byte| number << 8 | u64::from(byte));
        let what = match (result, reader) {
            (true, side) => format!("{} returned {number}", toolchain(side.other())),
            (false, side) => format!("{} passed {number}", toolchain(side.other())),
        };
        let path = CallPath::new(callee.other(), callee);
        let text = format!(
            "call {} of `{}` during `{during}` at {opt} ({path}): {what}, which `{}` of {reader} does not have",
            seen.order(),
            seen.symbol,
            name(table, ty),
        );
        let calls = vec![SeenOn {
            path,
            opt: opt.number(),
        }];
        let line = Effect { text, calls };
        if finding.effect.len() < MAX_VALUES && !finding.effect.contains(&line) {
            finding.effect.push(line);
        }
    }
}

fn at_level(function: &FunctionReport, side: Side, opt: OptLevel) -> Option<&LevelSlots> {
    let side = match side {
        Side::C => function.c.as_ref()?,
        Side::Rust => function.rust.as_ref()?,
    };
    let mut levels = side.levels.iter();
    levels.find(|level| level.opt == opt.number() && level.attributed)
}

fn read(seen: &CrossingSeen, slot: &Slot, result: bool) -> Option<Vec<u8>> {
    if slot.content != Content::Value || slot.width.0 > 8 {
        return None;
    }
    let width = slot.width.0 as usize;
    match result {
        false => seen.argument(&slot.location, width),
        true => seen.result(&slot.location, width),
    }
}

/// Whether a scalar has this value, little-endian. Nothing where any bits are a value.
fn allowed(scalar: &Scalar, bytes: &[u8]) -> Option<bool> {
    let unsigned = bytes
        .iter()
        .rev()
        .fold(0u64, |number, &byte| number << 8 | u64::from(byte));
    match scalar {
        Scalar::Bool => Some(unsigned <= 1),
        Scalar::UnicodeScalar => {
            Some(u32::try_from(unsigned).is_ok_and(|number| char::from_u32(number).is_some()))
        }
        Scalar::Enumeration { values, .. } => {
            let shift = 64 - 8 * bytes.len().clamp(1, 8) as u32;
            let signed = (unsigned << shift).cast_signed() >> shift;
            let has = |number: i128| values.iter().any(|(_, value)| *value == number);
            Some(has(i128::from(unsigned)) || has(i128::from(signed)))
        }
        _ => None,
    }
}

fn name(table: &LayoutTable, ty: twincall_abi::layout::TypeId) -> &str {
    &table.get(ty).name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_held_against_its_type() {
        let values = vec![("A".to_owned(), -1), ("B".to_owned(), 2)];
        let signed = Scalar::Enumeration { signed: true, values };
        for (scalar, bytes, expected) in [
            (&Scalar::Bool, &[1][..], Some(true)),
            (&Scalar::Bool, &[2], Some(false)),
            (&Scalar::UnicodeScalar, &[0x61, 0, 0, 0], Some(true)),
            (&Scalar::UnicodeScalar, &[0, 0xd8, 0, 0], Some(false)),
            (&signed, &[0xff, 0xff, 0xff, 0xff], Some(true)),
            (&signed, &[0xff], Some(true)),
            (&signed, &[2, 0, 0, 0], Some(true)),
            (&signed, &[3, 0, 0, 0], Some(false)),
            (&Scalar::Integer { signed: false }, &[2], None),
        ] {
            assert_eq!(allowed(scalar, bytes), expected, "{scalar:?} {bytes:?}");
        }
    }
}
