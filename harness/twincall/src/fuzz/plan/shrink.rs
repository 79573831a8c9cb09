//! Makes an interface smaller by one step, in every way that there is.

use super::model::{Kind, Model, Ty};

/// One step smaller each, most drastic first. What a mistake needs may be gone; the caller looks.
pub(super) fn smaller(model: &Model) -> Vec<Model> {
    let mut steps = Vec::new();
    let mut step = |change: &dyn Fn(&mut Model)| {
        let mut smaller = model.clone();
        change(&mut smaller);
        smaller.prune();
        let any = !smaller.functions.is_empty() || !smaller.globals.is_empty();
        if smaller != *model && any && smaller.has_whole_units() {
            steps.push(smaller);
        }
    };
    for index in 0..model.functions.len() {
        step(&|model| {
            model.functions.remove(index);
        });
    }
    for index in 0..model.globals.len() {
        step(&|model| {
            model.globals.remove(index);
        });
    }
    for (index, function) in model.functions.iter().enumerate() {
        for param in (0..function.params.len()).rev() {
            let needed = function.variadic && function.params.len() == 1;
            if !needed {
                step(&|model| {
                    let removed = model.functions[index].params.remove(param);
                    if model.functions[index].returns == Some(removed.id) {
                        model.functions[index].returns = None;
                    }
                });
            }
        }
        if function.result.ty != Ty::Void {
            step(&|model| {
                model.functions[index].result.ty = Ty::Void;
                model.functions[index].returns = None;
            });
        }
        if function.variadic {
            step(&|model| model.functions[index].variadic = false);
        }
    }
    for (index, definition) in model.types.iter().enumerate() {
        let Kind::Record(record) = &definition.kind else {
            continue;
        };
        for field in (0..record.fields.len()).rev() {
            if record.fields.len() > 1 {
                step(&|model| {
                    if let Kind::Record(record) = &mut model.types[index].kind {
                        record.fields.remove(field);
                    }
                });
            }
        }
        step(&|model| {
            if let Kind::Record(record) = &mut model.types[index].kind {
                (record.packed, record.align) = (None, None);
            }
        });
    }
    for id in model.slots().iter().map(|(slot, ..)| slot.id) {
        let Some(callback) = model.callback(id) else {
            continue;
        };
        for param in (0..callback.params.len()).rev() {
            step(&|model| {
                if let Some(callback) = model.callback_mut(id) {
                    callback.params.remove(param);
                }
            });
        }
        if callback.result.ty != Ty::Void {
            step(&|model| {
                if let Some(callback) = model.callback_mut(id) {
                    callback.result.ty = Ty::Void;
                }
            });
        }
    }
    steps
}
