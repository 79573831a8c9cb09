//! Everyday pairs of C and Rust by the dice: a small interface, written in both languages, in two of three pairs with one
//! mistake. The mistake is the truth that a verdict is held against, so nothing here asks the code under test.

use crate::facts::Root;
mod c;
mod dice;
mod kind;
mod layout;
mod model;
mod mutate;
mod oracle;
mod rust;
mod scalar;
mod shrink;
mod spelling;
mod style;
#[cfg(test)]
mod tests;
mod truth;
mod wanted;
mod words;

use std::collections::BTreeSet;

use fastrand::Rng;
pub use kind::Kind;
use model::{Model, Of, Ty};
use mutate::Mutation;
pub use spelling::Spelling;
use style::{Style, mix};
use twincall_abi::target::Target;

/// Neighbours that have one form and can share a fixture.
pub const BATCH: u64 = 24;

/// What stands before the C items of a fixture.
pub const C_HEAD: &str =
    "#include <stdarg.h>\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n";

/// What stands before the Rust items of a fixture.
pub const RUST_HEAD: &str = "#![allow(warnings)]\nuse core::ffi::*;\n";

/// Drawings of a pair until there is a place for its mistake.
const ATTEMPTS: u64 = 400;

/// A pair as it was drawn, before it is written in two languages. Everything follows from a seed and a number.
#[derive(Clone, Debug)]
pub struct Plan {
    pub number: u64,
    form: PairForm,
    base: Model,
    mutation: Option<Mutation>,
    style: u64,
    allowed: BTreeSet<Spelling>,
    used: BTreeSet<Spelling>,
}

/// Which side defines what both declare.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PairForm {
    Twins,
    CDefines,
    RustDefines,
}

impl PairForm {
    /// Every form.
    pub const ALL: [PairForm; 3] = [PairForm::Twins, PairForm::CDefines, PairForm::RustDefines];

    fn of_batch(batch: u64) -> PairForm {
        PairForm::ALL[(batch % 3) as usize]
    }
}

/// The text of a pair.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// Items without the common head, [`C_HEAD`].
    pub c: String,
    /// Items without the common head, [`RUST_HEAD`].
    pub rust: String,
    /// Link symbols of functions and variables.
    pub symbols: Vec<String>,
    /// Where the mistake is.
    pub place: Option<Mistake>,
    /// What tells whether the mistake changes anything on a target.
    pub oracle: Option<Oracle>,
}

/// Where a finding has to point: at one of these symbols, and there at one of these roots.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    pub symbols: Vec<String>,
    /// `argument 2`, `result`, or nothing for the function or variable as a whole.
    pub roots: Vec<Root>,
}

/// Both versions of what was changed in C, and constant expressions to ask the target's compiler for. Where the two of
/// every question are equal, the mistake changes nothing there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Oracle {
    pub c: String,
    pub questions: Vec<[String; 2]>,
}

/// What a verdict has to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// The pair is correct.
    Conforms,
    Diverges,
    Accidental,
    /// The machine or the letter may tell, but one of them has to.
    DivergesOrAccidental,
    /// The languages call it the same: no divergence.
    Equivalent,
    /// A divergence unless the oracle's answers are equal, and then none.
    DivergesUnlessEqual,
    NotApplicable(&'static str),
}

impl Plan {
    /// Draws pair `number` of a run. One of three pairs is correct, the others have one of these mistakes, or of all
    /// kinds where none is named. Where the form of the batch has no room for the kind, the pair is a correct one.
    pub fn draw(seed: u64, number: u64, kinds: &[Kind]) -> Plan {
        let form = PairForm::of_batch(number / BATCH);
        let drawn = mix(seed, number);
        let mut rng = Rng::with_seed(drawn);
        let kinds = if kinds.is_empty() { Kind::ALL } else { kinds };
        let wish = (!number.is_multiple_of(3)).then(|| kinds[rng.usize(0..kinds.len())]);
        let allowed = draw_spellings(&mut rng);
        for attempt in 0..ATTEMPTS {
            let mut rng = Rng::with_seed(mix(drawn, attempt + 1));
            let base = dice::draw(&mut rng, form, wish);
            let mutation = match wish {
                None => None,
                Some(kind) => match draw_mistake(&mut rng, kind, &base, form) {
                    Some(mutation) => Some(mutation),
                    None => continue,
                },
            };
            return Plan::new(number, form, base, mutation, drawn, allowed);
        }
        let base = dice::draw(&mut rng, form, None);
        Plan::new(number, form, base, None, drawn, allowed)
    }

    fn new(
        number: u64,
        form: PairForm,
        base: Model,
        mutation: Option<Mutation>,
        style: u64,
        allowed: BTreeSet<Spelling>,
    ) -> Plan {
        let mut plan = Plan {
            number,
            form,
            base,
            mutation,
            style,
            allowed,
            used: BTreeSet::new(),
        };
        let mut style = plan.new_style();
        plan.write_with(&mut style);
        plan.used = style.used();
        if plan.used.is_empty() {
            plan.used.insert(Spelling::Plain);
        }
        plan
    }

    /// The number of the pair in its run.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The mistake; nothing in a correct pair.
    pub fn kind(&self) -> Option<Kind> {
        self.mutation.as_ref().map(|mutation| mutation.kind)
    }

    /// The ways of writing that the pair uses.
    pub fn spellings(&self) -> &BTreeSet<Spelling> {
        &self.used
    }

    /// Which side defines.
    pub fn form(&self) -> PairForm {
        self.form
    }

    /// The pair in both languages.
    pub fn write(&self) -> Written {
        self.write_with(&mut self.new_style())
    }

    /// What the verdict has to be on a target, from the table that is fixed before the run.
    pub fn wanted(&self, target: Target) -> Wanted {
        if let Some(wanted) = wanted::beyond_words(&self.base, target) {
            return wanted;
        }
        let spelled = [
            Spelling::ConstForMut,
            Spelling::MutForConst,
            // What it leads to may be written, also where C says `const`.
            Spelling::NonNull,
            Spelling::OptionNonNull,
        ];
        match &self.mutation {
            None => Wanted::Conforms,
            // Bytes are a view of what nobody writes, and here the two sides say different things of that.
            Some(mutation)
                if mutation.kind == Kind::PointeeByte
                    && spelled.iter().any(|spelling| self.used.contains(spelling)) =>
            {
                Wanted::NotApplicable("whether a byte is written through is a matter of spelling here")
            }
            Some(mutation) => {
                let views = wanted::Views {
                    base: &self.base,
                    mutation,
                    form: self.form,
                };
                views.wanted(target)
            }
        }
    }

    /// What is wanted of a mistake that moves nothing on a target. A field in the other side's padding is no field; where that
    /// side names the padding, two names stand in one place, and either answer will do.
    ///
    /// By value such a field may still take a register of its own, which the psABI gives to each eightbyte that has a class.
    pub fn wanted_if_equal(&self, target: Target) -> Wanted {
        let written_out = [
            Spelling::PadBytes,
            Spelling::PadInteger,
            Spelling::PadBindgen,
            Spelling::PadMaybeUninit,
        ];
        let named = written_out.iter().any(|spelling| self.used.contains(spelling));
        match self.kind() {
            Some(Kind::FieldMissing | Kind::FieldAdditional) if named => {
                Wanted::NotApplicable("padding is written out where the other side may have a field")
            }
            Some(Kind::FieldMissing | Kind::FieldAdditional) if !target.is_wasm() && self.is_by_value() => {
                Wanted::NotApplicable("a field in the other side's padding may take a register of its own")
            }
            _ => Wanted::Equivalent,
        }
    }

    /// Whether what is mistaken crosses as a value somewhere.
    fn is_by_value(&self) -> bool {
        let Some(mutation) = &self.mutation else {
            return false;
        };
        let mut slots = self.base.slots().into_iter();
        slots.any(|(slot, of, _)| {
            of != Of::Field
                && matches!(slot.ty, Ty::Named(_))
                && self.base.reaches(&slot.ty, mutation.site.id)
        })
    }

    /// One step smaller each, most drastic first, with the same mistake. A correct pair keeps at least one of its spellings.
    pub fn smaller(&self) -> Vec<Plan> {
        let mut plans = Vec::new();
        for base in shrink::smaller(&self.base) {
            let kept = self
                .mutation
                .as_ref()
                .is_none_or(|mutation| mutate::apply(mutation, &base).is_some());
            if kept {
                let allowed = self.allowed.clone();
                plans.push(Plan::new(
                    self.number,
                    self.form,
                    base,
                    self.mutation.clone(),
                    self.style,
                    allowed,
                ));
            }
        }
        for spelling in &self.allowed {
            let mut allowed = self.allowed.clone();
            allowed.remove(spelling);
            let base = self.base.clone();
            plans.push(Plan::new(
                self.number,
                self.form,
                base,
                self.mutation.clone(),
                self.style,
                allowed,
            ));
        }
        if self.mutation.is_none() {
            plans.retain(|plan| !plan.used.is_disjoint(&self.used));
        }
        plans
    }

    fn new_style(&self) -> Style {
        Style::new(self.style, self.allowed.clone())
    }

    /// The views of C and of Rust.
    fn views(&self) -> (Model, Model) {
        let mistaken = self
            .mutation
            .as_ref()
            .and_then(|mutation| mutate::apply(mutation, &self.base));
        let on_c = self.mutation.as_ref().is_some_and(|mutation| mutation.on_c);
        let (mut c, mut rust) = match mistaken {
            Some(mistaken) if on_c => (mistaken, self.base.clone()),
            Some(mistaken) => (self.base.clone(), mistaken),
            None => (self.base.clone(), self.base.clone()),
        };
        agree_on_bodies(&mut c, &mut rust);
        (c, rust)
    }

    fn write_with(&self, style: &mut Style) -> Written {
        let prefix = format!("p{}_", self.number);
        let (c, rust) = self.views();
        let changed = self.mutation.as_ref().map(|mutation| mutation.site.changed());
        let functions = self.base.functions.iter().map(|function| &function.name);
        let globals = self.base.globals.iter().map(|global| &global.slot.name);
        let asks = Target::ALL
            .iter()
            .any(|target| self.wanted(*target) == Wanted::DivergesUnlessEqual);
        Written {
            c: c::write(&c, &prefix, self.form != PairForm::RustDefines, style),
            rust: rust::write(&rust, self.form, &prefix, changed, style),
            symbols: functions
                .chain(globals)
                .map(|name| format!("{prefix}{name}"))
                .collect(),
            place: self
                .mutation
                .as_ref()
                .map(|mutation| truth::place(mutation, &c, &rust, &prefix)),
            oracle: asks.then(|| oracle::ask(&c, &rust, &prefix)),
        }
    }
}

/// A parameter is handed back only where both sides have it, and as the type of the result.
fn agree_on_bodies(c: &mut Model, rust: &mut Model) {
    for index in 0..c.functions.len() {
        let agreed = c.functions[index].returns.filter(|id| {
            [&*c, &*rust].into_iter().all(|model| {
                let function = &model.functions[index];
                function
                    .params
                    .iter()
                    .any(|slot| slot.id == *id && slot.ty == function.result.ty)
            })
        });
        c.functions[index].returns = agreed;
        rust.functions[index].returns = agreed;
    }
}

/// The spellings that a pair may use: some pairs none, most a handful.
fn draw_spellings(rng: &mut Rng) -> BTreeSet<Spelling> {
    let count = [0, 2, 4, 6, 8, 12][rng.usize(0..6)];
    (0..count)
        .map(|_| Spelling::ALL[rng.usize(0..Spelling::ALL.len())])
        .collect()
}

fn draw_mistake(rng: &mut Rng, kind: Kind, base: &Model, form: PairForm) -> Option<Mutation> {
    let sites = mutate::sites(kind, base, form);
    if sites.is_empty() {
        return None;
    }
    let site = sites[rng.usize(0..sites.len())];
    let on_c = mutate::is_symmetric(kind, base, site) && rng.u32(0..5) == 0;
    let mutation = Mutation {
        kind,
        site,
        choice: rng.u32(0..1000),
        on_c,
    };
    mutate::apply(&mutation, base).is_some().then_some(mutation)
}
