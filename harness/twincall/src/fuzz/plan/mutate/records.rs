//! Mistakes in a definition: fields, attributes, values of an enum, bit-fields.

use super::Site;
use crate::fuzz::plan::kind::Kind;
use crate::fuzz::plan::model::{Enumeration, Kind as Sort, Length, Model, Record, Scalar, Slot, Ty};
use crate::fuzz::plan::words::is_keyword;

pub(super) fn is_of_record(kind: Kind) -> bool {
    use Kind as K;
    matches!(
        kind,
        K::FieldMissing
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
            | K::ReprMissing
            | K::ReprPackedAlone
            | K::ZeroLengthLost
            | K::EnumWidth
            | K::EnumAsWide
            | K::EnumVariantMissing
            | K::EnumVariantAdditional
            | K::EnumValueChanged
            | K::BitsNarrower
            | K::BitsWider
            | K::BitsMoved
    )
}

pub(super) fn sites(kind: Kind, model: &Model) -> Vec<Site> {
    let mut sites = Vec::new();
    for definition in &model.types {
        match &definition.kind {
            Sort::Record(record) => {
                let ids: Vec<u32> = record.fields.iter().map(|field| field.id).collect();
                match kind {
                    Kind::FieldsSwapped | Kind::BitsMoved => {
                        for (index, inner) in ids.iter().enumerate() {
                            let others = ids[index + 1..].iter().map(|other| Site {
                                other: *other,
                                ..Site::inside(definition.id, *inner)
                            });
                            sites.extend(others);
                        }
                    }
                    Kind::FieldMissing | Kind::ZeroLengthLost | Kind::BitsNarrower | Kind::BitsWider => {
                        sites.extend(ids.iter().map(|inner| Site::inside(definition.id, *inner)));
                    }
                    _ => sites.push(Site::at(definition.id)),
                }
            }
            Sort::Enum(_) => sites.push(Site::at(definition.id)),
            Sort::Opaque => {}
        }
    }
    sites
}

pub(super) fn apply(kind: Kind, model: &mut Model, site: Site, choice: u32) -> Option<()> {
    use Kind as K;
    match kind {
        K::EnumWidth
        | K::EnumAsWide
        | K::EnumVariantMissing
        | K::EnumVariantAdditional
        | K::EnumValueChanged => change_enum(kind, model.enumeration_mut(site.id)?, choice),
        K::FieldAdditional => {
            let id = model.fresh();
            let record = model.record_mut(site.id)?;
            let types = [
                Ty::Scalar(Scalar::I32),
                Ty::Scalar(Scalar::U8),
                Ty::Scalar(Scalar::F64),
                Ty::pointer(Ty::Void, true),
                Ty::Scalar(Scalar::U16),
            ];
            let slot = Slot {
                id,
                name: "extra".to_owned(),
                ty: types[choice as usize % types.len()].clone(),
                anonymous: false,
            };
            let mut last = record.fields.len();
            // Nothing comes behind an array without a length.
            if record.fields.last().is_some_and(is_tail) {
                last -= 1;
            }
            let at = choice as usize / types.len() % (last + 1);
            (!record.union).then(|| record.fields.insert(at, slot))
        }
        _ => change_record(kind, model.record_mut(site.id)?, site, choice),
    }
}

fn is_tail(field: &Slot) -> bool {
    matches!(field.ty, Ty::Array(_, Length::Flexible | Length::Known(0)))
}

fn change_record(kind: Kind, record: &mut Record, site: Site, choice: u32) -> Option<()> {
    use Kind as K;
    let at = |record: &Record, id: u32| record.fields.iter().position(|field| field.id == id);
    let is_bits = |field: &Slot| matches!(field.ty, Ty::Bits(_));
    let plain = record
        .fields
        .iter()
        .all(|field| !is_tail(field) && !is_bits(field));
    match kind {
        K::FieldMissing => {
            let index = at(record, site.inner)?;
            // A struct without a byte in it is a handle, whatever stands on the other side.
            let empty = |field: &Slot| is_tail(field) || matches!(field.ty, Ty::Array(_, Length::Known(0)));
            let mut others = record.fields.iter().enumerate();
            let rest = others.any(|(other, field)| other != index && !empty(field));
            (rest && !record.union && !is_tail(&record.fields[index])).then(|| {
                record.fields.remove(index);
            })
        }
        K::ZeroLengthLost => {
            let index = at(record, site.inner)?;
            let zero = matches!(record.fields[index].ty, Ty::Array(_, Length::Known(0)));
            (zero && record.fields.len() > 1).then(|| {
                record.fields.remove(index);
            })
        }
        K::FieldsSwapped => {
            let (one, other) = (at(record, site.inner)?, at(record, site.other)?);
            // Fields of one type are told apart by their names.
            let fixed =
                |field: &Slot| is_tail(field) || is_bits(field) || field.anonymous || is_keyword(&field.name);
            let free = !record.union && !fixed(&record.fields[one]) && !fixed(&record.fields[other]);
            free.then(|| record.fields.swap(one, other))
        }
        K::BitsMoved => {
            let (one, other) = (at(record, site.inner)?, at(record, site.other)?);
            let neighbours = one.abs_diff(other) == 1 && !record.union;
            let bits = is_bits(&record.fields[one]) != is_bits(&record.fields[other]);
            let fixed = is_tail(&record.fields[one]) || is_tail(&record.fields[other]);
            (neighbours && bits && !fixed).then(|| {
                record.fields.swap(one, other);
                for index in [one, other] {
                    if let Ty::Bits(bits) = &mut record.fields[index].ty {
                        bits.plain = Some(bits.unit);
                    }
                }
            })
        }
        K::BitsNarrower | K::BitsWider => {
            let index = at(record, site.inner)?;
            let Ty::Bits(bits) = &mut record.fields[index].ty else {
                return None;
            };
            let unit = if kind == K::BitsNarrower {
                bits.unit / 2
            } else {
                bits.unit * 2
            };
            // Half a unit that holds all bits is no mistake about them.
            let lost = kind == K::BitsWider || bits.widths.iter().sum::<u32>() > unit;
            (lost && (8..=64).contains(&unit)).then(|| bits.plain = Some(unit))
        }
        K::PackedLost => record.packed.take().map(|_| ()),
        K::PackedAdded => {
            let free = record.packed.is_none() && record.align.is_none() && !record.union;
            free.then(|| record.packed = Some([1, 1, 2, 4][choice as usize % 4]))
        }
        K::PackedOther => {
            let packed = record.packed?;
            record.packed = Some(if packed == 1 {
                [2, 4][choice as usize % 2]
            } else {
                1
            });
            Some(())
        }
        K::AlignLost => record.align.take().map(|_| ()),
        K::AlignAdded => {
            let free = record.packed.is_none() && record.align.is_none();
            free.then(|| record.align = Some([8, 16, 32, 64][choice as usize % 4]))
        }
        K::AlignOther => {
            let align = record.align?;
            record.align = Some(if choice.is_multiple_of(2) {
                align * 2
            } else {
                align / 2
            });
            Some(())
        }
        K::UnionAsStruct => (record.union && record.fields.len() > 1).then(|| record.union = false),
        K::StructAsUnion => (!record.union && record.fields.len() > 1 && plain && record.packed.is_none())
            .then(|| record.union = true),
        K::ReprMissing => (record.packed.is_none()).then(|| record.repr_c = false),
        K::ReprPackedAlone => (record.packed.is_some()).then(|| record.repr_c = false),
        _ => None,
    }
}

fn change_enum(kind: Kind, enumeration: &mut Enumeration, choice: u32) -> Option<()> {
    use Kind as K;
    let narrow = enumeration
        .values
        .iter()
        .all(|(_, value)| (-128..128).contains(value));
    // Zero stays, since zeroed memory has to be a value.
    let others: Vec<usize> = (0..enumeration.values.len())
        .filter(|index| enumeration.values[*index].1 != 0)
        .collect();
    let chosen = others.get(choice as usize % others.len().max(1)).copied();
    let greatest = enumeration
        .values
        .iter()
        .map(|(_, value)| *value)
        .max()
        .unwrap_or(0);
    match kind {
        K::EnumWidth => narrow.then(|| enumeration.bits = 8),
        K::EnumAsWide => {
            enumeration.bits = 64;
            Some(())
        }
        K::EnumVariantMissing => {
            enumeration.strict = true;
            enumeration.values.remove(chosen?);
            Some(())
        }
        K::EnumVariantAdditional => {
            enumeration.strict = true;
            enumeration.values.push(("Extra".to_owned(), greatest + 1));
            Some(())
        }
        K::EnumValueChanged => {
            enumeration.strict = true;
            enumeration.values[chosen?].1 = greatest + 1;
            Some(())
        }
        _ => None,
    }
}
