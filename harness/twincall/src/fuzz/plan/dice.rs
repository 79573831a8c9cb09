//! Draws a small interface as people write them: handles, buffers with lengths, callbacks with user data, options.

mod records;

use fastrand::Rng;

use super::PairForm;
use super::kind::Kind as Mistake;
use super::model::{Callback, Convention, Function, Global, Model, Scalar, Slot, Ty};
use super::words;

/// Draws the interface of a pair in which this mistake is wished for.
pub(super) fn draw(rng: &mut Rng, form: PairForm, wish: Option<Mistake>) -> Model {
    let mut dice = Dice {
        rng,
        model: Model::default(),
        favourites: favourites(wish),
        form,
        wish,
    };
    dice.types();
    let functions = match dice.rng.u32(0..10) {
        0..=4 => 1,
        5..=7 => 2,
        8 => 3,
        _ => 4,
    };
    for _ in 0..functions {
        dice.function();
    }
    let wants_global = wish.is_some_and(|kind| kind.id().starts_with("global"));
    if form != PairForm::Twins && (wants_global || dice.one_in(4)) {
        dice.global();
    }
    let mut model = dice.model;
    model.prune();
    model
}

/// Scalars that a wished mistake needs and that are rare otherwise.
fn favourites(wish: Option<Mistake>) -> &'static [Scalar] {
    use Mistake as M;
    match wish {
        Some(M::Sign8 | M::ByteAsBool) => &[Scalar::I8, Scalar::U8],
        Some(M::Sign16) => &[Scalar::I16, Scalar::U16],
        Some(M::BoolAsByte | M::BoolAsInt) => &[Scalar::Bool],
        Some(M::FloatAsDouble) => &[Scalar::F32],
        Some(M::DoubleAsFloat) => &[Scalar::F64],
        Some(M::ScalarAsPointer) => &[Scalar::F32, Scalar::F64],
        Some(M::CharAsRustChar) => &[Scalar::Char],
        Some(M::LongAsI64 | M::LongAsI32) => &[Scalar::Long, Scalar::ULong],
        Some(M::SizeAsInt | M::SizeAsU64) => &[Scalar::Size],
        Some(M::WordAsPointer) => &[Scalar::UIntPtr, Scalar::IntPtr],
        Some(M::TimeAsI32) => &[Scalar::Time, Scalar::WideTime],
        Some(M::WcharAsU16 | M::WcharAsByte) => &[Scalar::Wchar],
        Some(M::I128AsI64 | M::I128AsPair) => &[Scalar::I128, Scalar::U128],
        _ => &[],
    }
}

struct Dice<'r> {
    rng: &'r mut Rng,
    model: Model,
    favourites: &'static [Scalar],
    form: PairForm,
    wish: Option<Mistake>,
}

impl Dice<'_> {
    fn one_in(&mut self, n: u32) -> bool {
        self.rng.u32(0..n) == 0
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.rng.usize(0..of.len())].clone()
    }

    fn wishes(&self, words: &str) -> bool {
        self.wish.is_some_and(|kind| kind.id().contains(words))
    }

    fn slot(&mut self, name: &str, ty: Ty) -> Slot {
        Slot {
            id: self.model.fresh(),
            name: name.to_owned(),
            ty,
            anonymous: false,
        }
    }

    fn scalar(&mut self) -> Scalar {
        use Scalar as S;
        if !self.favourites.is_empty() && self.one_in(2) {
            return self.pick(self.favourites);
        }
        match self.rng.u32(0..100) {
            0..=22 => S::I32,
            23..=34 => S::U32,
            35..=41 => S::U8,
            42..=44 => S::I8,
            45..=46 => S::Char,
            47..=49 => S::I16,
            50..=54 => S::U16,
            55..=59 => S::I64,
            60..=64 => S::U64,
            65..=67 => S::Bool,
            68..=73 => S::F32,
            74..=80 => S::F64,
            81..=86 => S::Size,
            87..=89 => S::Long,
            90 => S::ULong,
            91 => S::IntPtr,
            92 => S::UIntPtr,
            93 => S::Wchar,
            94..=95 => S::Time,
            96 => S::WideTime,
            97..=98 => S::I128,
            _ => S::U128,
        }
    }

    /// A definition of this sort, if there is one.
    fn named(&mut self, wanted: impl Fn(&Model, &Ty) -> bool) -> Option<Ty> {
        let known: Vec<Ty> = (self.model.types.iter())
            .map(|definition| Ty::Named(definition.id))
            .filter(|ty| {
                wanted(&self.model, ty) && !matches!(ty, Ty::Named(id) if self.model.is_anonymous(*id))
            })
            .collect();
        (!known.is_empty()).then(|| self.pick(&known))
    }

    /// A type whose values can be passed.
    fn value(&mut self, depth: u32) -> Ty {
        let by_value = if self.wishes("value") { 40 } else { 22 };
        match self.rng.u32(0..100) {
            roll if roll < by_value => {
                let plain = |model: &Model, ty: &Ty| model.is_complete(ty) && !model.has_tail(ty);
                self.named(plain).unwrap_or(Ty::Scalar(Scalar::I32))
            }
            roll if roll < 62 => {
                let scalar = self.scalar();
                Ty::Scalar(scalar)
            }
            roll if roll < 92 => self.pointer(depth),
            roll if roll < 98 && depth < 2 => self.callback(depth),
            98 => Ty::VaList,
            _ => Ty::pointer(Ty::Void, true),
        }
    }

    fn pointer(&mut self, depth: u32) -> Ty {
        let mutable = self.rng.bool();
        let to = match self.rng.u32(0..20) {
            0..=2 => return Ty::pointer(Ty::Scalar(Scalar::Char), self.one_in(4)),
            3 => Ty::Void,
            4..=11 => self.named(|_, _| true).unwrap_or(Ty::Void),
            12..=16 => Ty::Scalar(self.scalar()),
            17 | 18 => {
                let inner = if self.one_in(3) {
                    Ty::Scalar(Scalar::Char)
                } else {
                    self.pointee()
                };
                Ty::pointer(inner, true)
            }
            _ if depth < 2 && self.one_in(2) => self.callback(depth),
            _ => Ty::array(Ty::Scalar(self.scalar()), self.rng.u64(2..6)),
        };
        Ty::pointer(to, mutable)
    }

    fn pointee(&mut self) -> Ty {
        if self.one_in(2)
            && let Some(ty) = self.named(|_, _| true)
        {
            return ty;
        }
        Ty::Scalar(self.scalar())
    }

    fn callback(&mut self, depth: u32) -> Ty {
        let count = self.pick(&[0, 1, 1, 2, 2, 2, 3]);
        let mut params = Vec::new();
        for index in 0..count {
            let name = format!("p{index}");
            let ty = self.value(depth + 1);
            params.push(self.slot(&name, ty));
        }
        if self.rng.bool() {
            params.push(self.slot("user", Ty::pointer(Ty::Void, true)));
        }
        let result = match self.rng.u32(0..4) {
            0 => self.value(depth + 1),
            1 => Ty::Scalar(self.scalar()),
            _ => Ty::Void,
        };
        let result = if result == Ty::VaList { Ty::Void } else { result };
        Ty::Callback(Box::new(Callback {
            params,
            result: self.slot("", result),
            convention: Convention::C,
            bare: false,
        }))
    }

    fn unused(&mut self, pool: &[&str], used: &[String]) -> String {
        for _ in 0..40 {
            let name = self.pick(pool);
            if !used.iter().any(|known| known == name) {
                return name.to_owned();
            }
        }
        format!("{}_{}", pool[0], used.len())
    }

    fn function(&mut self) {
        let used: Vec<String> = self
            .model
            .functions
            .iter()
            .map(|function| function.name.clone())
            .collect();
        let name = self.unused(&words::FUNCTIONS, &used);
        let lost = self.wishes("variadic-lost") && self.rng.bool();
        let variadic = self.form == PairForm::CDefines && (lost || self.one_in(12));
        let count = match self.rng.u32(0..20) {
            0 => 0,
            1..=6 => 1,
            7..=12 => 2,
            13..=15 => 3,
            16..=17 => self.rng.usize(4..7),
            _ => self.rng.usize(7..13),
        };
        let mut params = Vec::new();
        for index in 0..count.max(usize::from(variadic)) {
            let ty = if self.wishes("callback") && self.one_in(3) {
                self.callback(0)
            } else {
                self.value(0)
            };
            params.push(self.slot(&format!("a{index}"), ty));
            // A buffer comes with its length more often than not.
            let buffer = params
                .last()
                .is_some_and(|slot| matches!(&slot.ty, Ty::Pointer(_)));
            if buffer && params.len() < 12 && self.one_in(3) {
                let length = self.pick(&[Scalar::Size, Scalar::Size, Scalar::I32, Scalar::U32]);
                params.push(self.slot(&format!("n{index}"), Ty::Scalar(length)));
            }
        }
        params.truncate(12);
        // The last parameter before the dots has to be one that `va_start` takes.
        if variadic {
            let ty = Ty::Scalar(self.pick(&[Scalar::I32, Scalar::Size, Scalar::F64]));
            let last = self.slot("last", ty);
            params.pop();
            params.push(last);
        }
        let result = match self.rng.u32(0..10) {
            0..=2 => Ty::Void,
            3 | 4 => Ty::Scalar(self.scalar()),
            5 | 6 if !params.is_empty() => {
                let index = self.rng.usize(0..params.len());
                params[index].ty.clone()
            }
            _ => self.value(0),
        };
        let result = self.renumbered(result);
        let returns = params.iter().find(|slot| slot.ty == result).map(|slot| slot.id);
        let id = self.model.fresh();
        let result = self.slot("", result);
        self.model.functions.push(Function {
            id,
            name,
            params,
            result,
            variadic,
            convention: Convention::C,
            returns,
        });
    }

    /// Neither a list of arguments nor a callback is handed back: the one has no value, the other's places would be two.
    fn renumbered(&mut self, ty: Ty) -> Ty {
        match ty {
            Ty::VaList => Ty::Scalar(Scalar::I32),
            Ty::Callback(_) => Ty::pointer(Ty::Void, true),
            Ty::Pointer(pointer) if matches!(*pointer.to, Ty::Callback(_)) => Ty::pointer(Ty::Void, true),
            ty => ty,
        }
    }

    fn global(&mut self) {
        let name = self.pick(&words::GLOBALS).to_owned();
        let ty = match self.rng.u32(0..8) {
            0 => Ty::array(Ty::Scalar(self.scalar()), self.rng.u64(2..20)),
            1 => Ty::pointer(Ty::Scalar(Scalar::Char), false),
            2 => self.callback(0),
            3 | 4 => {
                let plain = |model: &Model, ty: &Ty| model.is_complete(ty) && !model.has_tail(ty);
                self.named(plain).unwrap_or(Ty::Scalar(Scalar::I32))
            }
            _ => Ty::Scalar(self.scalar()),
        };
        let simple = |ty: &Ty| match ty {
            Ty::Scalar(_) => true,
            Ty::Array(element, _) => matches!(**element, Ty::Scalar(_)),
            _ => false,
        };
        // A constant that holds a pointer needs more than a declaration in Rust.
        let mutable = !(simple(&ty) && self.one_in(3));
        let slot = self.slot(&name, ty);
        self.model.globals.push(Global { slot, mutable });
    }
}
