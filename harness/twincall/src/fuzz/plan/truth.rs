//! Where a finding about a mistake has to point: every function and variable that reaches what was changed.

use super::Mistake;
use super::kind::Kind;
use super::model::{Model, Slot, Ty};
use super::mutate::Mutation;
use crate::facts::Root;

/// The symbols and roots from which the mistake can be seen, in either view.
pub(super) fn place(mutation: &Mutation, c: &Model, rust: &Model, prefix: &str) -> Mistake {
    let (mut symbols, mut roots) = (Vec::new(), Vec::new());
    let site = mutation.site;
    for model in [c, rust] {
        for function in &model.functions {
            let before = roots.len();
            let whole = function.id == site.id;
            for (index, slot) in function.params.iter().enumerate() {
                let shifted =
                    whole && shifts(mutation.kind, model, function.params.as_slice(), index, mutation);
                if shifted || sees(model, slot, site.id) || sees(model, slot, site.changed()) {
                    roots.push(Root::Argument(index));
                }
            }
            let result = whole && matches!(mutation.kind, Kind::ResultMissing | Kind::ResultAdditional);
            let convention = matches!(mutation.kind, Kind::ConventionRust | Kind::ConventionWin64);
            if result || whole && convention || sees(model, &function.result, site.id) {
                roots.push(Root::Result);
            }
            if whole {
                roots.push(Root::Whole);
            }
            if roots.len() > before {
                symbols.push(format!("{prefix}{}", function.name));
            }
        }
        for global in &model.globals {
            if sees(model, &global.slot, site.id) {
                symbols.push(format!("{prefix}{}", global.slot.name));
                roots.push(Root::Whole);
            }
        }
    }
    symbols.sort();
    symbols.dedup();
    roots.sort();
    roots.dedup();
    Mistake { symbols, roots }
}

/// Whether a change of the whole signature changes the argument at this index.
fn shifts(kind: Kind, model: &Model, params: &[Slot], index: usize, mutation: &Mutation) -> bool {
    match kind {
        Kind::ParamsSwapped => [mutation.site.inner, mutation.site.other].contains(&params[index].id),
        // A result in memory takes the first register for itself.
        Kind::ResultMissing | Kind::ResultAdditional => matches!(
            model.functions.iter().find(|function| function.id == mutation.site.id),
            Some(function) if matches!(function.result.ty, Ty::Named(_) | Ty::Void)
        ),
        _ => true,
    }
}

fn sees(model: &Model, slot: &Slot, id: u32) -> bool {
    slot.id == id || model.reaches(&slot.ty, id)
}
