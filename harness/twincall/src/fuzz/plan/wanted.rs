//! What each mistake is worth on each target: the table that is fixed before any run. It knows nothing of the code that
//! it judges, only what the two languages and the two ABIs say.

use twincall_abi::target::Target;

use super::kind::Kind;
use super::model::{Global, Length, Model, Of, Scalar, Ty};
use super::mutate::Mutation;
use super::{PairForm, Wanted};

/// What a mistake is seen by: the two views and where they part.
pub(super) struct Views<'a> {
    pub(super) base: &'a Model,
    pub(super) mutation: &'a Mutation,
    pub(super) form: PairForm,
}

impl Views<'_> {
    /// The table.
    pub(super) fn wanted(&self, target: Target) -> Wanted {
        use Kind as K;
        use Wanted::{Accidental, Diverges, DivergesOrAccidental, DivergesUnlessEqual, Equivalent};
        let wasm = target.is_wasm();
        let site = self.mutation.site;
        match self.mutation.kind {
            // The extension to 32 bits is of values that are passed; memory has none. psABI 3.2.3 leaves it to the caller of
            // a function what is above a small result in rax; on wasm a result is a whole i32.
            K::Sign8 | K::Sign16 => match self.passed() {
                Some(Of::Result | Of::CallbackResult) if !wasm => Equivalent,
                Some(_) => Diverges,
                None => Equivalent,
            },
            K::Sign32 | K::Sign64 => Equivalent,
            K::BoolAsByte | K::ByteAsBool | K::WordAsRustChar => Accidental,
            K::NonZero => Equivalent,
            // A type whose width follows the target against one whose width does not.
            K::LongAsI64
            | K::LongAsI32
            | K::LongLongAsLong
            | K::SizeAsU64
            | K::SizeAsInt
            | K::IntAsSize
            | K::TimeAsI32 => match self.widths(target) {
                Some((one, other)) if one == other => Equivalent,
                _ => Diverges,
            },
            K::PointerAsWord | K::WordAsPointer => Accidental,
            K::PointerAsInt if wasm => Accidental,
            K::PointeeByte => self.bytes_behind(),
            K::PointeeVoid | K::CallbackAsVoid => Equivalent,
            K::CallbackAsData => Accidental,
            K::ReferenceForNullable | K::BareFnForNullable => Accidental,
            K::SliceForPointer => DivergesOrAccidental,
            K::I128AsPair
            | K::FieldMissing
            | K::FieldAdditional
            | K::FieldsSwapped
            | K::PackedLost
            | K::PackedAdded
            | K::PackedOther
            | K::AlignLost
            | K::AlignAdded
            | K::AlignOther
            | K::UnionAsStruct
            | K::StructAsUnion
            | K::FlexibleAsPointer
            | K::FlexibleAsOne
            | K::ZeroLengthLost
            | K::BitsWider => DivergesUnlessEqual,
            K::ReprMissing | K::ReprPackedAlone => DivergesOrAccidental,
            // On wasm a struct that is no single scalar is passed behind a pointer anyway.
            K::ValueAsPointer
            | K::PointerAsValue
            | K::ResultAsPointer
            | K::PointerResultAsValue
            | K::CallbackValueAsPointer
            | K::CallbackPointerAsValue
                if wasm =>
            {
                DivergesOrAccidental
            }
            // An address and a word share a parameter there.
            K::ParamsSwapped | K::CallbackParamsSwapped if wasm => DivergesOrAccidental,
            K::ResultMissing | K::ResultAdditional => self.result(wasm),
            K::CallbackResultMissing | K::CallbackResultAdditional => DivergesOrAccidental,
            K::ConventionWin64 | K::CallbackConventionWin64 if wasm => {
                Wanted::NotApplicable("there is one convention on wasm")
            }
            K::CallbackConventionWin64 | K::ConventionRust | K::CallbackConventionRust => {
                DivergesOrAccidental
            }
            K::EnumVariantMissing | K::EnumValueChanged => Accidental,
            K::EnumVariantAdditional => Equivalent,
            K::GlobalMutability => {
                let global = self.base.globals.iter().find(|global| global.slot.id == site.id);
                self.mutability(global)
            }
            _ => Diverges,
        }
    }

    /// What the place of the mistake is, if it holds a value by itself and is not in memory.
    fn passed(&self) -> Option<Of> {
        let site = self.mutation.site;
        let slots = self.base.slots();
        let found = slots.iter().find(|(slot, ..)| slot.id == site.id);
        found
            .map(|(_, of, _)| *of)
            .filter(|of| !site.behind && of.is_passed())
    }

    /// The scalars of both views at the place of the mistake, as wide as they are on a target.
    fn widths(&self, target: Target) -> Option<(u32, u32)> {
        let mistaken = super::mutate::apply(self.mutation, self.base)?;
        let scalar = |model: &Model| -> Option<Scalar> {
            let ty = &model.slot(self.mutation.site.id)?.ty;
            if self.mutation.site.behind {
                ty.pointee()?.scalar()
            } else {
                ty.scalar()
            }
        };
        Some((scalar(self.base)?.bits(target), scalar(&mistaken)?.bits(target)))
    }

    /// Bytes for something wider: what nobody writes through, or what comes with a length, is a view of a buffer.
    fn bytes_behind(&self) -> Wanted {
        let site = self.mutation.site;
        let slots = self.base.slots();
        let Some((slot, _, owner)) = slots.iter().find(|(slot, ..)| slot.id == site.id) else {
            return Wanted::Diverges;
        };
        let mutable = matches!(&slot.ty, Ty::Pointer(pointer) if pointer.mutable);
        let length = slots.iter().any(|(other, of, around)| {
            let param = matches!(of, Of::Param | Of::CallbackParam) && around == owner;
            let scalar = other.ty.scalar();
            param
                && scalar.is_some_and(|scalar| {
                    scalar.is_integer() && scalar.fixed_bits().is_none_or(|bits| bits == 32 || bits == 64)
                })
        });
        if !mutable || length {
            Wanted::Equivalent
        } else {
            Wanted::Diverges
        }
    }

    /// A caller may leave a result in its register. One that looks for a result where there is none finds anything.
    fn result(&self, wasm: bool) -> Wanted {
        let kind = self.mutation.kind;
        let c_has = (kind == Kind::ResultMissing) != self.mutation.on_c;
        let ignored = match self.form {
            PairForm::Twins => false,
            PairForm::CDefines => c_has,
            PairForm::RustDefines => !c_has,
        };
        if ignored && !wasm {
            Wanted::DivergesOrAccidental
        } else {
            Wanted::Diverges
        }
    }

    /// Whoever defines a constant puts it where nobody may write.
    fn mutability(&self, global: Option<&Global>) -> Wanted {
        let base = global.is_none_or(|global| global.mutable);
        let (c, rust) = if self.mutation.on_c {
            (!base, base)
        } else {
            (base, !base)
        };
        let definer = if self.form == PairForm::CDefines { c } else { rust };
        if definer {
            Wanted::Equivalent
        } else {
            Wanted::DivergesOrAccidental
        }
    }
}

/// Why nothing can be wanted of any pair with these types on a target: compilers that disagree about a type that is the same.
pub(super) fn beyond_words(model: &Model, target: Target) -> Option<Wanted> {
    let passed = |of: Of| matches!(of, Of::Param | Of::Result);
    let slots = model.slots();
    let mut passed = slots.iter().filter(|(_, of, _)| passed(*of));
    let unions = target.is_wasm() && passed.any(|(slot, ..)| is_lone_union(model, &slot.ty, target));
    unions.then_some(Wanted::NotApplicable(
        "rustc passes a union of one size by value on wasm and clang by address: docs/disagreements.md",
    ))
}

/// Whether a type is a union whose members all fill it as scalars, or a struct or array of nothing else.
fn is_lone_union(model: &Model, ty: &Ty, target: Target) -> bool {
    match ty {
        Ty::Array(element, Length::Known(1)) => is_lone_union(model, element, target),
        Ty::Named(id) => match model.record(*id) {
            Some(record) if record.union => {
                let words: Vec<Option<u32>> = record
                    .fields
                    .iter()
                    .map(|field| word(&field.ty, target))
                    .collect();
                words.iter().all(|word| word.is_none() || *word == words[0])
            }
            Some(record) => match record.fields.as_slice() {
                [field] => is_lone_union(model, &field.ty, target),
                _ => false,
            },
            None => false,
        },
        _ => false,
    }
}

/// The bits of a member that is one scalar; nothing for what may be several.
fn word(ty: &Ty, target: Target) -> Option<u32> {
    match ty {
        Ty::Scalar(scalar) => Some(scalar.bits(target)),
        Ty::Pointer(_) | Ty::Callback(_) => Some(target.pointer_size().bits().0 as u32),
        _ => None,
    }
}
