//! Where padding lies in structs that are laid out alike on every target, so that it can be written out.

use super::model::{Kind, Length, Model, Record, Ty};

/// Padding in front of the field with this index, or at the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Gap {
    pub before: usize,
    pub at: u64,
    pub bytes: u64,
}

/// The padding of a struct, or nothing where it depends on the target or is not plain.
pub(super) fn gaps(model: &Model, record: &Record) -> Option<Vec<Gap>> {
    if record.union || record.packed.is_some() || record.align.is_some() {
        return None;
    }
    let (mut gaps, mut end, mut most) = (Vec::new(), 0u64, 1u64);
    for (index, field) in record.fields.iter().enumerate() {
        let (size, align) = measure(model, &field.ty)?;
        let at = end.next_multiple_of(align);
        gaps.push(Gap {
            before: index,
            at: end,
            bytes: at - end,
        });
        end = at + size;
        most = most.max(align);
    }
    gaps.push(Gap {
        before: record.fields.len(),
        at: end,
        bytes: end.next_multiple_of(most) - end,
    });
    gaps.retain(|gap| gap.bytes > 0);
    Some(gaps)
}

/// Size and alignment of a type that has the same on every target.
pub(super) fn measure(model: &Model, ty: &Ty) -> Option<(u64, u64)> {
    match ty {
        Ty::Scalar(scalar) => {
            let bytes = u64::from(scalar.fixed_bits()? / 8);
            (bytes <= 8).then_some((bytes, bytes))
        }
        Ty::Array(element, Length::Known(length)) => {
            let (size, align) = measure(model, element)?;
            Some((size * length, align))
        }
        Ty::Bits(bits) => Some((u64::from(bits.unit / 8), u64::from(bits.unit / 8))),
        Ty::Named(id) => match &model.definition(*id)?.kind {
            Kind::Enum(_) => Some((4, 4)),
            Kind::Record(record) if record.packed.is_none() && record.align.is_none() => {
                let mut parts = Vec::new();
                for field in &record.fields {
                    parts.push(measure(model, &field.ty)?);
                }
                let align = parts.iter().map(|(_, align)| *align).max()?;
                let end = parts
                    .iter()
                    .fold(0, |end: u64, (size, align)| match record.union {
                        true => end.max(*size),
                        false => end.next_multiple_of(*align) + size,
                    });
                Some((end.next_multiple_of(align), align))
            }
            _ => None,
        },
        _ => None,
    }
}
