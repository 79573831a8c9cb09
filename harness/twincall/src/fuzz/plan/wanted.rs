//! What each mistake is worth on each target: the table that is fixed before any run. It knows nothing of the code that
//! it judges, only what the two languages and the two ABIs say.

use twincall_abi::target::Target;

use super::kind::Kind;
use super::model::{Global, Model, Of, Scalar, Ty};
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
            // The extension to 32 bits is of values that are passed; memory has none.
            K::Sign8 | K::Sign16 if self.is_passed() => Diverges,
            K::Sign8 | K::Sign16 | K::Sign32 | K::Sign64 => Equivalent,
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

    /// Whether the place of the mistake holds a value by itself.
    fn is_passed(&self) -> bool {
        let site = self.mutation.site;
        let slots = self.base.slots();
        let of = slots
            .iter()
            .find(|(slot, ..)| slot.id == site.id)
            .map(|(_, of, _)| *of);
        !site.behind && of.is_some_and(Of::is_passed)
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
                    scalar.is_integer() && scalar.fixed_bits().is_none_or(|bits| bits >= 32)
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
