//! One mistake: where it can be made in an interface, and what the mistaken side has then.

mod functions;
mod records;
mod slots;

use super::PairForm;
use super::kind::Kind;
use super::model::{Kind as Definition, Model, Record, Ty};

/// A mistake at a place.
#[derive(Clone, Debug)]
pub(super) struct Mutation {
    pub kind: Kind,
    pub site: Site,
    /// Which of several ways, where there are some.
    pub choice: u32,
    /// Whether it is C that is mistaken.
    pub on_c: bool,
}

/// Where a mistake is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Site {
    /// The number of a place, a definition or a function.
    pub id: u32,
    /// The mistake is about what the pointer there points to.
    pub behind: bool,
    /// The number of a place inside, such as the field that is missing.
    pub inner: u32,
    /// The number of a second place inside.
    pub other: u32,
}

impl Site {
    fn at(id: u32) -> Site {
        Site {
            id,
            behind: false,
            inner: 0,
            other: 0,
        }
    }

    fn inside(id: u32, inner: u32) -> Site {
        Site {
            inner,
            ..Site::at(id)
        }
    }

    /// The number of what is changed, the innermost first.
    pub(super) fn changed(self) -> u32 {
        if self.inner > 0 { self.inner } else { self.id }
    }
}

/// All places where this mistake can be made.
pub(super) fn sites(kind: Kind, model: &Model, form: PairForm) -> Vec<Site> {
    let candidates = if let Some(spots) = slots::spots(kind) {
        slots::sites(kind, spots, model, form)
    } else if records::is_of_record(kind) {
        records::sites(kind, model)
    } else {
        functions::sites(kind, model, form)
    };
    let right = |site: &Site| {
        apply(
            &Mutation {
                kind,
                site: *site,
                choice: 0,
                on_c: false,
            },
            model,
        )
        .is_some()
    };
    candidates.into_iter().filter(right).collect()
}

/// The view of the mistaken side, or nothing where the mistake cannot be made.
pub(super) fn apply(mutation: &Mutation, base: &Model) -> Option<Model> {
    let mut model = base.clone();
    let Mutation {
        kind, site, choice, ..
    } = mutation;
    if slots::spots(*kind).is_some() {
        slots::apply(*kind, &mut model, *site, *choice)?;
    } else if records::is_of_record(*kind) {
        records::apply(*kind, &mut model, *site, *choice)?;
    } else {
        functions::apply(*kind, &mut model, *site, *choice)?;
    }
    (model != *base && is_valid(&model)).then_some(model)
}

/// Whether C can make this mistake as well as Rust.
pub(super) fn is_symmetric(kind: Kind, model: &Model, site: Site) -> bool {
    if let Some(spots) = slots::spots(kind) {
        return spots.symmetric;
    }
    // Bit-fields of C move into room that another field leaves.
    let bits = |record: &Record| record.fields.iter().any(|field| matches!(field.ty, Ty::Bits(_)));
    let fields = matches!(
        kind,
        Kind::FieldMissing | Kind::FieldAdditional | Kind::FieldsSwapped
    );
    match kind {
        Kind::PackedLost | Kind::PackedAdded | Kind::PackedOther => !model.record(site.id).is_some_and(bits),
        Kind::AlignLost | Kind::AlignAdded | Kind::AlignOther => true,
        Kind::UnionAsStruct | Kind::StructAsUnion => true,
        _ if fields => !model.record(site.id).is_some_and(bits),
        _ => functions::is_symmetric(kind),
    }
}

/// What no compiler of Rust takes: alignment inside of what is packed, and a constant that holds a pointer.
fn is_valid(model: &Model) -> bool {
    if model
        .globals
        .iter()
        .any(|global| !global.mutable && !global.is_plain())
    {
        return false;
    }
    let aligned = |_: &Ty, inner: Option<&Record>| inner.is_some_and(|inner| inner.align.is_some());
    model.types.iter().all(|definition| match &definition.kind {
        Definition::Record(record) if record.packed.is_some() => {
            record.align.is_none() && !record.fields.iter().any(|field| model.holds(&field.ty, &aligned))
        }
        _ => true,
    })
}
