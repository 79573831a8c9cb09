//! Mistakes in the type of a parameter, a result, a field, a variable or what a pointer there points to.

use super::Site;
use crate::fuzz::plan::PairForm;
use crate::fuzz::plan::kind::Kind;
use crate::fuzz::plan::model::{
    Definition, Kind as Sort, Length, Model, Of, Pointer, PointerForm, Record, Scalar, Slot, Ty,
};

/// In which places a mistake is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spots {
    of: &'static [Of],
    /// The type itself.
    top: bool,
    /// What a pointer points to.
    behind: bool,
    /// Whether C can be the mistaken one.
    pub(super) symmetric: bool,
}

const ALL: &[Of] = &[
    Of::Param,
    Of::Result,
    Of::Field,
    Of::Global,
    Of::CallbackParam,
    Of::CallbackResult,
];
const VALUES: &[Of] = &[
    Of::Param,
    Of::Result,
    Of::Field,
    Of::CallbackParam,
    Of::CallbackResult,
];

/// The places of a mistake in a type; nothing for one of another sort.
pub(super) fn spots(kind: Kind) -> Option<Spots> {
    use Kind as K;
    let spots = |of, top, behind, symmetric| {
        Some(Spots {
            of,
            top,
            behind,
            symmetric,
        })
    };
    match kind {
        K::ParamWidth => spots(&[Of::Param], true, false, true),
        K::ResultWidth => spots(&[Of::Result], true, false, true),
        K::FieldWidth => spots(&[Of::Field], true, false, true),
        K::GlobalWidth => spots(&[Of::Global], true, false, true),
        K::PointeeWidth => spots(&[Of::Param, Of::Result, Of::Field, Of::Global], false, true, true),
        K::CallbackParamWidth => spots(&[Of::CallbackParam], true, false, true),
        K::CallbackResultWidth => spots(&[Of::CallbackResult], true, false, true),
        K::CallbackPointeeWidth => spots(&[Of::CallbackParam, Of::CallbackResult], false, true, true),
        K::Sign8 | K::Sign16 | K::Sign32 | K::Sign64 => spots(ALL, true, true, true),
        K::BoolAsByte | K::ByteAsBool => spots(ALL, true, false, true),
        K::BoolAsInt | K::IntAsBool => spots(ALL, true, true, true),
        K::FloatAsDouble | K::DoubleAsFloat | K::FloatAsInteger => spots(ALL, true, true, true),
        K::IntegerAsFloat => spots(ALL, true, false, true),
        K::PointeeFloat => spots(ALL, false, true, true),
        K::CharAsRustChar | K::WordAsRustChar => {
            spots(&[Of::Param, Of::Field, Of::CallbackParam], true, false, false)
        }
        K::NonZero => spots(&[Of::Param], true, false, false),
        K::LongAsI64 | K::LongAsI32 | K::LongLongAsLong | K::SizeAsU64 | K::SizeAsInt | K::IntAsSize => {
            spots(ALL, true, true, true)
        }
        K::TimeAsI32 | K::WcharAsU16 | K::I128AsI64 => spots(ALL, true, true, true),
        K::WcharAsByte => spots(ALL, true, false, true),
        K::I128AsPair => spots(&[Of::Param, Of::Result, Of::Field], true, false, false),
        K::PointerAsWord | K::WordAsPointer | K::PointerAsInt => spots(VALUES, true, false, true),
        K::PointerDeeper | K::PointerShallower => spots(ALL, true, false, true),
        K::PointeeByte => spots(&[Of::Param, Of::CallbackParam], false, true, true),
        K::PointeeVoid => spots(ALL, false, true, true),
        K::ReferenceForNullable | K::BareFnForNullable => spots(&[Of::Param, Of::Result], true, false, false),
        K::SliceForPointer => spots(&[Of::Param], true, false, false),
        K::ArrayLength | K::ArrayAsScalar | K::ArrayAsPointer | K::PointerAsArray => {
            spots(&[Of::Field], true, false, true)
        }
        K::FlexibleAsPointer | K::FlexibleAsOne => spots(&[Of::Field], true, false, true),
        K::ValueAsPointer | K::PointerAsValue => spots(&[Of::Param], true, false, true),
        K::ResultAsPointer | K::PointerResultAsValue => spots(&[Of::Result], true, false, true),
        K::FieldAsPointer | K::PointerFieldAsValue => spots(&[Of::Field], true, false, true),
        K::CallbackValueAsPointer | K::CallbackPointerAsValue => {
            spots(&[Of::CallbackParam], true, false, true)
        }
        K::ScalarAsPointer => spots(&[Of::Param, Of::CallbackParam], true, false, true),
        K::CallbackAsVoid | K::CallbackAsData => spots(ALL, true, false, true),
        K::GlobalArrayLength | K::GlobalArrayAsPointer | K::GlobalPointerAsArray => {
            spots(&[Of::Global], true, false, true)
        }
        _ => None,
    }
}

pub(super) fn sites(kind: Kind, spots: Spots, model: &Model, form: PairForm) -> Vec<Site> {
    let mut sites = Vec::new();
    for (slot, of, _) in model.slots() {
        if !spots.of.contains(&of) || slot.anonymous || !is_open(kind, of, form) {
            continue;
        }
        for (behind, allowed) in [(false, spots.top), (true, spots.behind)] {
            if allowed {
                sites.push(Site {
                    behind,
                    ..Site::at(slot.id)
                });
            }
        }
    }
    sites
}

/// What may not be null matters where C hands it to Rust.
fn is_open(kind: Kind, of: Of, form: PairForm) -> bool {
    match kind {
        Kind::ReferenceForNullable | Kind::BareFnForNullable => match of {
            Of::Param => form != PairForm::CDefines,
            // A Rust body would have to make one.
            _ => form == PairForm::CDefines,
        },
        Kind::NonZero => form != PairForm::CDefines,
        _ => true,
    }
}

pub(super) fn apply(kind: Kind, model: &mut Model, site: Site, choice: u32) -> Option<()> {
    let slot = model.slot(site.id)?.clone();
    let changed = match (site.behind, &slot.ty) {
        (true, Ty::Pointer(pointer)) => {
            let to = change(kind, model, &pointer.to, &slot, true, choice)?;
            Ty::Pointer(Pointer {
                to: Box::new(to),
                ..pointer.clone()
            })
        }
        (true, _) => return None,
        (false, ty) => change(kind, model, &ty.clone(), &slot, false, choice)?,
    };
    model.slot_mut(site.id)?.ty = changed;
    Some(())
}

/// The type that the mistaken side has for `ty`.
fn change(kind: Kind, model: &mut Model, ty: &Ty, slot: &Slot, behind: bool, choice: u32) -> Option<Ty> {
    use Kind as K;
    if let Some(scalar) = ty.scalar() {
        if let Some(changed) = change_scalar(kind, scalar, behind, choice) {
            return Some(Ty::Scalar(changed));
        }
    }
    let mutable = choice % 2 == 0;
    let record = |model: &Model, ty: &Ty| match ty {
        Ty::Named(id) if model.record(*id).is_some() && !model.has_tail(ty) => Some(*id),
        _ => None,
    };
    match (kind, ty) {
        (K::I128AsPair, Ty::Scalar(Scalar::I128 | Scalar::U128)) => Some(pair(model)),
        (K::PointerAsWord, Ty::Pointer(_) | Ty::Callback(_)) => Some(Ty::Scalar(Scalar::UIntPtr)),
        (K::WordAsPointer, Ty::Scalar(Scalar::Size | Scalar::UIntPtr | Scalar::IntPtr)) => {
            Some(Ty::pointer(Ty::Void, mutable))
        }
        (K::PointerAsInt, Ty::Pointer(_) | Ty::Callback(_)) => Some(Ty::Scalar(Scalar::integer(32, mutable))),
        (K::PointerDeeper, Ty::Pointer(pointer)) if is_told_from_pointer(model, &pointer.to) => {
            let inner = Ty::Pointer(pointer.clone());
            Some(Ty::pointer(inner, true))
        }
        (K::PointerShallower, Ty::Pointer(pointer)) => match &*pointer.to {
            Ty::Pointer(inner) if is_told_from_pointer(model, &inner.to) => Some(Ty::Pointer(inner.clone())),
            _ => None,
        },
        (K::PointeeByte, Ty::Scalar(scalar)) => {
            let wide = scalar.fixed_bits().is_some_and(|bits| (16..=64).contains(&bits));
            let byte = [Scalar::U8, Scalar::Char, Scalar::I8][choice as usize % 3];
            wide.then_some(Ty::Scalar(byte))
        }
        (K::PointeeVoid, ty) => (*ty != Ty::Void && behind).then_some(Ty::Void),
        (K::ReferenceForNullable | K::SliceForPointer, Ty::Pointer(pointer)) => {
            let complete = model.is_complete(&pointer.to) && !model.has_tail(&pointer.to);
            let form = if kind == K::SliceForPointer {
                PointerForm::Slice
            } else {
                PointerForm::Reference
            };
            complete.then(|| {
                Ty::Pointer(Pointer {
                    form,
                    ..pointer.clone()
                })
            })
        }
        (K::BareFnForNullable, Ty::Callback(callback)) => {
            let mut callback = callback.clone();
            callback.bare = true;
            Some(Ty::Callback(callback))
        }
        (K::ArrayLength | K::GlobalArrayLength, Ty::Array(element, Length::Known(length))) if *length > 0 => {
            let other = [length + 1, length * 2, length - 1][choice as usize % 3].max(1);
            let other = if other == *length { length + 1 } else { other };
            Some(Ty::array((**element).clone(), other))
        }
        (K::ArrayAsScalar, Ty::Array(element, Length::Known(length))) if *length > 1 => {
            Some((**element).clone())
        }
        (K::ArrayAsPointer, Ty::Array(element, Length::Known(length))) => {
            let bytes = u64::from(element.scalar()?.fixed_bits()?) / 8 * length;
            // As wide as a pointer, the two would differ in kind alone.
            (!matches!(bytes, 0 | 4 | 8)).then(|| Ty::pointer((**element).clone(), mutable))
        }
        (K::GlobalArrayAsPointer, Ty::Array(element, _)) => Some(Ty::pointer((**element).clone(), mutable)),
        (K::PointerAsArray | K::GlobalPointerAsArray, Ty::Pointer(pointer)) => {
            pointer.to.scalar()?;
            Some(Ty::array(
                (*pointer.to).clone(),
                [16, 32, 12][choice as usize % 3],
            ))
        }
        (K::FlexibleAsPointer, Ty::Array(element, Length::Flexible)) => {
            Some(Ty::pointer((**element).clone(), true))
        }
        (K::FlexibleAsOne, Ty::Array(element, Length::Flexible)) => Some(Ty::array((**element).clone(), 1)),
        (K::ValueAsPointer | K::ResultAsPointer | K::FieldAsPointer | K::CallbackValueAsPointer, ty) => {
            record(model, ty)?;
            Some(Ty::pointer(ty.clone(), mutable))
        }
        (
            K::PointerAsValue | K::PointerResultAsValue | K::PointerFieldAsValue | K::CallbackPointerAsValue,
            Ty::Pointer(pointer),
        ) => {
            let id = record(model, &pointer.to)?;
            let owner = owner(model, slot.id);
            let at = |id: u32| model.types.iter().position(|definition| definition.id == id);
            // C defines a type before it is held by value.
            let ordered = owner.is_none_or(|owner| at(id) < at(owner));
            ordered.then(|| (*pointer.to).clone())
        }
        (K::ScalarAsPointer, Ty::Scalar(Scalar::F32 | Scalar::F64 | Scalar::I16 | Scalar::U16)) => {
            Some(Ty::pointer(ty.clone(), mutable))
        }
        (K::CallbackAsVoid, Ty::Callback(_)) => Some(Ty::pointer(Ty::Void, true)),
        (K::CallbackAsData, Ty::Callback(_)) => Some(Ty::pointer(Ty::Scalar(Scalar::I32), true)),
        _ => None,
    }
}

fn change_scalar(kind: Kind, scalar: Scalar, behind: bool, choice: u32) -> Option<Scalar> {
    use Kind as K;
    use Scalar as S;
    let signed = scalar.sort() == crate::fuzz::plan::scalar::Sort::Signed;
    let plain = matches!(
        scalar,
        S::I8 | S::U8 | S::I16 | S::U16 | S::I32 | S::U32 | S::I64 | S::U64
    );
    let bits = scalar.fixed_bits().unwrap_or(0);
    let flip = |width: u32| (plain && bits == width).then(|| S::integer(width, !signed));
    match (kind, scalar) {
        (
            K::ParamWidth
            | K::ResultWidth
            | K::FieldWidth
            | K::GlobalWidth
            | K::PointeeWidth
            | K::CallbackParamWidth
            | K::CallbackResultWidth
            | K::CallbackPointeeWidth,
            _,
        ) => {
            // Bytes behind a pointer are a kind of their own.
            let narrowest = if behind { 16 } else { 8 };
            let others: Vec<u32> = [8, 16, 32, 64]
                .into_iter()
                .filter(|other| *other != bits && *other >= narrowest)
                .collect();
            (plain && bits >= narrowest).then(|| S::integer(others[choice as usize % others.len()], signed))
        }
        (K::Sign8, _) => flip(8),
        (K::Sign16, _) => flip(16),
        (K::Sign32, _) => flip(32),
        (K::Sign64, _) => flip(64),
        (K::BoolAsByte, S::Bool) => Some(S::U8),
        (K::ByteAsBool, S::U8) => Some(S::Bool),
        (K::BoolAsInt, S::Bool) => Some(S::I32),
        (K::IntAsBool, S::I32 | S::U32) => Some(S::Bool),
        (K::FloatAsDouble, S::F32) => Some(S::F64),
        (K::DoubleAsFloat, S::F64) => Some(S::F32),
        (K::FloatAsInteger, S::F32) => Some(S::I32),
        (K::FloatAsInteger, S::F64) => Some(S::I64),
        (K::IntegerAsFloat | K::PointeeFloat, S::I32 | S::U32) => Some(S::F32),
        (K::IntegerAsFloat | K::PointeeFloat, S::I64 | S::U64) => Some(S::F64),
        (K::CharAsRustChar, S::Char) => Some(S::RustChar),
        (K::WordAsRustChar, S::U32) => Some(S::RustChar),
        (K::NonZero, S::U32) => Some(S::NonZeroU32),
        (K::LongAsI64, S::Long) => Some(S::I64),
        (K::LongAsI64, S::ULong) => Some(S::U64),
        (K::LongAsI32, S::Long) => Some(S::I32),
        (K::LongAsI32, S::ULong) => Some(S::U32),
        (K::LongLongAsLong, S::I64) => Some(S::Long),
        (K::LongLongAsLong, S::U64) => Some(S::ULong),
        (K::SizeAsU64, S::Size) => Some(S::U64),
        (K::SizeAsInt, S::Size) => Some(S::integer(32, choice % 2 == 0)),
        (K::IntAsSize, S::I32 | S::U32) => Some(S::Size),
        (K::TimeAsI32, S::Time | S::WideTime) => Some(S::I32),
        (K::WcharAsU16, S::Wchar) => Some(S::U16),
        (K::WcharAsByte, S::Wchar) => Some(S::U8),
        (K::I128AsI64, S::I128) => Some(S::I64),
        (K::I128AsI64, S::U128) => Some(S::U64),
        _ => None,
    }
}

/// A struct of the two halves of 128 bits, which only the mistaken side has.
fn pair(model: &mut Model) -> Ty {
    let mut half = |name: &str| Slot {
        id: model.fresh(),
        name: name.to_owned(),
        ty: Ty::Scalar(Scalar::U64),
        anonymous: false,
    };
    let fields = vec![half("low"), half("high")];
    let id = model.fresh();
    let record = Record {
        union: false,
        fields,
        packed: None,
        align: None,
        repr_c: true,
    };
    model.types.insert(
        0,
        Definition {
            id,
            name: "halves".to_owned(),
            kind: Sort::Record(record),
        },
    );
    Ty::Named(id)
}

/// Whether what a pointer points to cannot be taken for a pointer on any target.
fn is_told_from_pointer(model: &Model, ty: &Ty) -> bool {
    match ty {
        Ty::Scalar(scalar) => matches!(scalar, Scalar::F32 | Scalar::F64 | Scalar::I16 | Scalar::U16),
        Ty::Named(id) => model
            .record(*id)
            .is_some_and(|record| record.fields.len() > 1 && !record.union),
        _ => false,
    }
}

/// The definition that has this field.
fn owner(model: &Model, field: u32) -> Option<u32> {
    model
        .slots()
        .into_iter()
        .find(|(slot, of, _)| slot.id == field && *of == Of::Field)
        .map(|(.., owner)| owner)
}
