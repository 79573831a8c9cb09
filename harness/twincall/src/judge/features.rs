//! Calls by functions that were compiled for other vector registers than what they call (psABI 3.2.3; Rust RFC 2574).
//!
//! Where both declarations agree in every slot, a caller with target features of its own may still leave a vector where its
//! callee does not look.

use twincall_abi::compare::compare_slots;
use twincall_abi::features;
use twincall_abi::interface::{Function, Side};
use twincall_abi::ir::{FeatureCall, IrFunction};

use super::lowering::{slots, slots_of};
use super::variadic::function_name;
use super::{Draft, Evidence, Findings};
use crate::build::LevelBuild;
use crate::facts::{Fact, Place, Rule, lowering_text};

pub(super) fn judge(findings: &mut Findings<'_>) {
    let evidence = findings.evidence;
    if evidence.target.is_wasm() {
        return;
    }
    let mut new = Vec::new();
    for level in &evidence.build.levels {
        for side in Side::BOTH {
            for call in &level.side(side).feature_calls {
                new.extend(differences(findings, level, side, call));
            }
        }
    }
    for finding in new {
        findings.add(finding);
    }
}

/// Where the caller leaves something and its callee does not look.
fn differences(findings: &Findings<'_>, level: &LevelBuild, side: Side, call: &FeatureCall) -> Vec<Draft> {
    let Some(declared) = function(level, side, &call.callee) else {
        return Vec::new();
    };
    // A declaration has no body in which its features would count.
    let (callee_side, callee) = match (declared.defined, function(level, side.other(), &call.callee)) {
        (true, _) => (side, declared),
        (false, Some(defined)) if defined.defined => (side.other(), defined),
        (false, _) => return Vec::new(),
    };
    let as_called = IrFunction {
        target_features: call.caller_features.clone(),
        ..declared.clone()
    };
    let placed = |side, function: &IrFunction| {
        let level_slots = slots_of(findings, level, side, function).ok()?;
        level_slots.attributed.then(|| slots(&level_slots, None))
    };
    let (Some(wrote), Some(reads), Some(plain)) = (
        placed(side, &as_called),
        placed(callee_side, callee),
        placed(side, declared),
    ) else {
        return Vec::new();
    };
    // What differs whoever calls it is found without this call.
    let known = compare_slots(&plain, &reads, findings.evidence.target);
    let caller = function_name(&call.caller);
    let differences = compare_slots(&wrote, &reads, findings.evidence.target).into_iter();
    differences
        .filter(|difference| known.iter().all(|known| known.argument != difference.argument))
        .map(|difference| {
            let (mine, theirs) = (lowering_text(&difference.c), difference.rust.as_slice());
            let place = Place::of_value(difference.argument);
            let (verb, other) = match difference.argument {
                Some(_) => ("passes", "reads"),
                None => ("expects", "returns"),
            };
            let mut facts = [Fact::Nothing, Fact::Nothing];
            let of = |side: Side| usize::from(side == Side::Rust);
            if callee_side == side {
                facts[of(side)] = Fact::from(format!(
                    "`{caller}` {verb} it in {mine}, `{}` {other} it in {}",
                    call.callee,
                    lowering_text(theirs)
                ));
            } else {
                facts[of(side)] = Fact::from(format!("{mine} in a call in `{caller}`"));
                facts[of(callee_side)] = theirs.into();
            }
            let [c, rust] = facts;
            Draft::new(Rule::TargetFeatures, &call.callee, place, c, rust).at_level(level.opt.number())
        })
        .collect()
}

fn function<'l>(level: &'l LevelBuild, side: Side, symbol: &str) -> Option<&'l IrFunction> {
    let functions = level.side(side).ir.as_ref().ok()?;
    functions.iter().find(|function| function.symbol == symbol)
}

/// The features with which a function was compiled, as LLVM writes them: from the IR, and where there is none from the flags and
/// the function's own attribute. At one level, or at the first that tells.
pub(super) fn of_function(
    evidence: &Evidence<'_>,
    side: Side,
    function: &Function,
    opt: Option<u8>,
) -> String {
    let levels = evidence.build.levels.iter();
    let mut levels = levels.filter(|level| opt.is_none_or(|opt| level.opt.number() == opt));
    let known = levels.find_map(|level| {
        let functions = level.side(side).ir.as_ref().ok()?;
        let found = functions.iter().find(|known| known.symbol == function.symbol)?;
        Some(found.target_features.clone())
    });
    known.unwrap_or_else(|| {
        let own = function.target_features.as_deref().map(features::of_attribute);
        features::joined(
            &evidence.build.features[usize::from(side == Side::Rust)],
            &own.unwrap_or_default(),
        )
    })
}
