//! Sizes, alignments, offsets and bit-fields: what a compiler computed against the model.

use twincall_abi::layout::Shape;
use twincall_abi::model::Model;
use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::generate::Generated;
use super::outcome::{Difference, Place};
use super::{expected, spell};

/// Holds the numbers of `layout_N` against the model.
pub(super) fn numbers_differ(
    generated: &Generated,
    target: Target,
    by: &str,
    found: &[u8],
) -> Vec<Difference> {
    let model = expected::model(generated, target);
    let mut wanted: Vec<(String, u64)> = Vec::new();
    for definition in &generated.types {
        let ty = Type::Named(definition.name.clone());
        let answer = model.layout(&ty);
        let Some((table, id)) = expected::read_by(&answer, by) else {
            return Vec::new();
        };
        let layout = table.get(*id);
        let name = &definition.name;
        wanted.push((format!("size of {name}"), layout.size.0));
        wanted.push((
            format!("alignment of {name}"),
            layout.align.map_or(0, |align| align.0),
        ));
        let fields = match &layout.shape {
            Shape::Struct { fields } | Shape::Union { fields } => fields.as_slice(),
            _ => &[],
        };
        for field in spell::members(definition)
            .iter()
            .filter(|field| spell::has_offset(field))
        {
            let field_name = field.name.as_deref().unwrap_or("");
            let offset = fields
                .iter()
                .find(|field| field.name == field_name)
                .map_or(u64::MAX, |field| field.offset.byte());
            wanted.push((format!("offset of {name}.{field_name}"), offset));
        }
    }
    for (index, ty) in spell::passed(generated)
        .filter(|ty| **ty != Type::Void)
        .enumerate()
    {
        let Some(both) = expected::read_by(&model.size_align(ty), by).copied() else {
            return Vec::new();
        };
        wanted.push((format!("size of argument {}", index + 1), both.size.0));
        wanted.push((format!("alignment of argument {}", index + 1), both.align.0));
    }
    let numbers = found
        .chunks_exact(4)
        .map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    let mut differences: Vec<Difference> = wanted
        .iter()
        .zip(numbers)
        .filter(|((_, wanted), found)| *wanted != u64::from(*found))
        .map(|((what, wanted), found)| {
            let wanted = format!("{what} is {wanted}");
            Difference::new(Place::Layout, &wanted, &found.to_string())
        })
        .collect();
    if differences.is_empty() {
        let bits = found.get(wanted.len() * 4..).unwrap_or_default();
        differences.extend(bits_differ(generated, &model, by, bits));
    }
    differences
}

/// Holds the bytes with one bit-field set against the model.
fn bits_differ(generated: &Generated, model: &Model<'_>, by: &str, found: &[u8]) -> Option<Difference> {
    let mut at = 0;
    for definition in &generated.types {
        let answer = model.layout(&Type::Named(definition.name.clone()));
        let (table, id) = expected::read_by(&answer, by)?;
        let layout = table.get(*id);
        let size = layout.size.0;
        let (Shape::Struct { fields } | Shape::Union { fields }) = &layout.shape else {
            continue;
        };
        for field in spell::named_bit_fields(definition).filter(|_| size <= spell::MAX_BITS) {
            let name = field.name.as_deref().unwrap_or("");
            let field = fields.iter().find(|field| field.name == name)?;
            let mut wanted = vec![0u8; size as usize];
            for bit in field.offset.0..field.offset.0 + field.width.0 {
                if let Some(byte) = wanted.get_mut((bit / 8) as usize) {
                    *byte |= 1 << (bit % 8);
                }
            }
            let end = at + wanted.len();
            let got = found.get(at..end).unwrap_or_default();
            if got != wanted {
                let what = format!("the bits of {}.{name} are {wanted:02x?}", definition.name);
                return Some(Difference::new(Place::Bits, &what, &format!("{got:02x?}")));
            }
            at = end;
        }
    }
    None
}

#[cfg(test)]
mod tests;
