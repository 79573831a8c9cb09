//! Mistakes in a signature as a whole, of a function or a callback, and in what a variable promises.

use twincall_abi::target::Target;

use super::Site;
use crate::fuzz::plan::PairForm;
use crate::fuzz::plan::kind::Kind;
use crate::fuzz::plan::model::{Convention, Model, Scalar, Slot, Ty};
use crate::fuzz::plan::scalar::Sort;

pub(super) fn is_symmetric(kind: Kind) -> bool {
    use Kind as K;
    matches!(
        kind,
        K::ParamMissing
            | K::ParamAdditional
            | K::ParamsSwapped
            | K::ResultMissing
            | K::ResultAdditional
            | K::CallbackParamMissing
            | K::CallbackParamAdditional
            | K::CallbackParamsSwapped
            | K::CallbackResultMissing
            | K::CallbackResultAdditional
            | K::GlobalMutability
            | K::ConventionWin64
            | K::CallbackConventionWin64
    )
}

/// Whether the mistake is in a function pointer's signature.
pub(super) fn is_of_callback(kind: Kind) -> bool {
    use Kind as K;
    matches!(
        kind,
        K::CallbackConventionRust
            | K::CallbackConventionWin64
            | K::CallbackParamMissing
            | K::CallbackParamAdditional
            | K::CallbackParamsSwapped
            | K::CallbackResultMissing
            | K::CallbackResultAdditional
    )
}

pub(super) fn sites(kind: Kind, model: &Model, form: PairForm) -> Vec<Site> {
    use Kind as K;
    if kind == K::GlobalMutability {
        return model
            .globals
            .iter()
            .map(|global| Site::at(global.slot.id))
            .collect();
    }
    // Only C defines variadic functions.
    if matches!(kind, K::VariadicLost | K::VariadicAdded) && form != PairForm::CDefines {
        return Vec::new();
    }
    let mut signatures: Vec<(u32, &[Slot])> = Vec::new();
    if is_of_callback(kind) {
        for (slot, ..) in model.slots() {
            if let Some(callback) = model.callback(slot.id) {
                signatures.push((slot.id, &callback.params));
            }
        }
    } else {
        signatures.extend(
            model
                .functions
                .iter()
                .map(|function| (function.id, function.params.as_slice())),
        );
    }
    let mut sites = Vec::new();
    for (id, params) in signatures {
        match kind {
            K::ParamMissing | K::CallbackParamMissing => {
                sites.extend(params.iter().map(|slot| Site::inside(id, slot.id)));
            }
            K::ParamsSwapped | K::CallbackParamsSwapped => {
                for (index, one) in params.iter().enumerate() {
                    for other in &params[index + 1..] {
                        if are_told_apart(model, &one.ty, &other.ty) {
                            sites.push(Site {
                                other: other.id,
                                ..Site::inside(id, one.id)
                            });
                        }
                    }
                }
            }
            _ => sites.push(Site::at(id)),
        }
    }
    sites
}

pub(super) fn apply(kind: Kind, model: &mut Model, site: Site, choice: u32) -> Option<()> {
    use Kind as K;
    let fresh = model.fresh();
    if kind == K::GlobalMutability {
        let global = model
            .globals
            .iter_mut()
            .find(|global| global.slot.id == site.id)?;
        return global.is_plain().then(|| global.mutable = !global.mutable);
    }
    if is_of_callback(kind) {
        let callback = model.callback_mut(site.id)?;
        return match kind {
            K::CallbackConventionRust => change(&mut callback.convention, Convention::Rust),
            K::CallbackConventionWin64 => {
                starts_with_word(&callback.params)?;
                change(&mut callback.convention, Convention::Win64)
            }
            _ => signature(
                kind,
                &mut callback.params,
                &mut callback.result,
                (site, fresh, choice),
                false,
            ),
        };
    }
    let function = model.function_mut(site.id)?;
    match kind {
        K::ConventionRust if !function.variadic => change(&mut function.convention, Convention::Rust),
        K::ConventionWin64 if !function.variadic => {
            starts_with_word(&function.params)?;
            change(&mut function.convention, Convention::Win64)
        }
        K::VariadicLost if function.variadic => {
            function.variadic = false;
            Some(())
        }
        K::VariadicAdded if !function.variadic && !function.params.is_empty() => {
            function.variadic = true;
            Some(())
        }
        K::ConventionRust | K::ConventionWin64 | K::VariadicLost | K::VariadicAdded => None,
        _ => signature(
            kind,
            &mut function.params,
            &mut function.result,
            (site, fresh, choice),
            function.variadic,
        ),
    }
}

fn change(convention: &mut Convention, to: Convention) -> Option<()> {
    *convention = to;
    Some(())
}

/// The first parameter of a word is in another register for each convention; a float's may be the same.
fn starts_with_word(params: &[Slot]) -> Option<()> {
    let word = match &params.first()?.ty {
        Ty::Scalar(scalar) => scalar.is_integer() && scalar.fixed_bits().is_none_or(|bits| bits <= 64),
        ty => ty.is_pointer(),
    };
    word.then_some(())
}

fn signature(
    kind: Kind,
    params: &mut Vec<Slot>,
    result: &mut Slot,
    (site, fresh, choice): (Site, u32, u32),
    variadic: bool,
) -> Option<()> {
    use Kind as K;
    let at = |params: &[Slot], id: u32| params.iter().position(|slot| slot.id == id);
    match kind {
        K::ParamMissing | K::CallbackParamMissing => {
            let index = at(params, site.inner)?;
            // C has at least one parameter before the dots.
            (!variadic || params.len() > 1).then(|| {
                params.remove(index);
            })
        }
        K::ParamAdditional | K::CallbackParamAdditional => {
            let types = [
                Ty::Scalar(Scalar::I32),
                Ty::pointer(Ty::Void, true),
                Ty::Scalar(Scalar::Size),
                Ty::Scalar(Scalar::F64),
            ];
            let slot = Slot {
                id: fresh,
                name: "extra".to_owned(),
                ty: types[choice as usize % types.len()].clone(),
                anonymous: false,
            };
            let index = choice as usize / types.len() % (params.len() + 1);
            params.insert(index, slot);
            Some(())
        }
        K::ParamsSwapped | K::CallbackParamsSwapped => {
            let (one, other) = (at(params, site.inner)?, at(params, site.other)?);
            params.swap(one, other);
            Some(())
        }
        K::ResultMissing | K::CallbackResultMissing => (result.ty != Ty::Void).then(|| result.ty = Ty::Void),
        K::ResultAdditional | K::CallbackResultAdditional => {
            let types = [
                Ty::Scalar(Scalar::I32),
                Ty::pointer(Ty::Void, true),
                Ty::Scalar(Scalar::F64),
            ];
            (result.ty == Ty::Void).then(|| result.ty = types[choice as usize % types.len()].clone())
        }
        _ => None,
    }
}

/// Whether values of the two types are of another kind or width on every target.
fn are_told_apart(model: &Model, one: &Ty, other: &Ty) -> bool {
    Target::ALL.into_iter().all(
        |target| match (shape(model, one, target), shape(model, other, target)) {
            (Some(one), Some(other)) => one != other,
            (None, Some(_)) => is_large(model, one),
            (Some(_), None) => is_large(model, other),
            (None, None) => false,
        },
    )
}

#[derive(PartialEq, Eq)]
enum Shape {
    /// An integer or pointer, which are alike where they are of one width.
    Word(u32),
    Float(u32),
}

/// What a scalar is passed as; nothing for a struct.
fn shape(model: &Model, ty: &Ty, target: Target) -> Option<Shape> {
    Some(match ty {
        Ty::Scalar(scalar) if scalar.sort() == Sort::Float => Shape::Float(scalar.bits(target)),
        Ty::Scalar(scalar) => Shape::Word(scalar.bits(target)),
        Ty::Named(id) if model.enumeration(*id).is_some() => Shape::Word(32),
        Ty::Named(_) => return None,
        _ => Shape::Word(target.pointer_size().bits().0 as u32),
    })
}

/// Whether a struct is more than a scalar by another name.
fn is_large(model: &Model, ty: &Ty) -> bool {
    let Ty::Named(id) = ty else { return false };
    model
        .record(*id)
        .is_some_and(|record| record.fields.len() > 1 && !record.union)
}
