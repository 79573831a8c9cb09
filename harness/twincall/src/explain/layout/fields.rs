//! The fields of a laid-out type, flattened for drawing: arrays of scalars stay whole, members of unions all appear.

use serde::Serialize;
use twincall_abi::fact::ScalarFact;
use twincall_abi::layout::{Field, LayoutTable, Scalar, Shape, TypeId};
use twincall_abi::units::Bits;

/// Where a field lies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FieldPlace {
    /// `b.x[2]`; empty for a type that is one value.
    pub path: String,
    pub offset_bits: u64,
    pub width_bits: u64,
    pub kind: String,
    pub bit_field: bool,
}

/// Arrays of aggregates are flattened up to so many elements.
const MOST_ELEMENTS: u64 = 64;
/// Types nest no deeper than this, whatever a table says.
const MOST_DEPTH: usize = 64;

/// All fields of a type.
pub(super) fn places(table: &LayoutTable, id: TypeId) -> Vec<FieldPlace> {
    let mut walk = Walk {
        table,
        places: Vec::new(),
    };
    walk.ty(id, "", 0, 0);
    walk.places
}

/// Bits that no field of any member covers.
pub(super) fn padding(table: &LayoutTable, id: TypeId) -> u64 {
    let size = table.get(id).size.0;
    let mut ranges: Vec<(u64, u64)> = places(table, id)
        .iter()
        .map(|place| {
            (
                place.offset_bits,
                place.offset_bits.saturating_add(place.width_bits),
            )
        })
        .collect();
    ranges.sort_unstable();
    let (mut covered, mut at) = (0u64, 0u64);
    for (start, end) in ranges {
        let start = start.max(at);
        if end > start {
            covered += end - start;
            at = end;
        }
    }
    size.saturating_mul(8).saturating_sub(covered)
}

struct Walk<'a> {
    table: &'a LayoutTable,
    places: Vec<FieldPlace>,
}

impl Walk<'_> {
    fn ty(&mut self, id: TypeId, path: &str, base: u64, depth: usize) {
        let layout = self.table.get(id);
        let width = layout.size.0.saturating_mul(8);
        match &layout.shape {
            _ if depth > MOST_DEPTH => {}
            Shape::Scalar(scalar) => {
                let width = value_bits(scalar, width);
                self.place(
                    path,
                    base,
                    width,
                    ScalarFact::of(scalar, Bits(width)).to_string(),
                    false,
                );
            }
            Shape::Array {
                element,
                length,
                vector,
            } => self.array(path, base, (*element, *length, *vector), depth),
            Shape::Struct { fields } | Shape::Union { fields } => {
                for field in fields {
                    self.field(field, path, base, depth);
                }
            }
            Shape::Variants { tag, variants } => {
                for field in tag.iter().chain(variants) {
                    self.field(field, path, base, depth);
                }
            }
            Shape::Function { .. } | Shape::Incomplete => {}
        }
    }

    fn array(&mut self, path: &str, base: u64, (element, length, vector): (TypeId, u64, bool), depth: usize) {
        let inner = self.table.get(element);
        let stride = inner.size.0.saturating_mul(8);
        let bits = stride.saturating_mul(length);
        let word = if vector { "vector" } else { "array" };
        match &inner.shape {
            Shape::Scalar(scalar) if value_bits(scalar, stride) == stride => {
                let kind = format!("{word} of {length}, {}", ScalarFact::of(scalar, Bits(stride)));
                self.place(path, base, bits, kind, false);
            }
            _ if length > MOST_ELEMENTS => {
                self.place(
                    path,
                    base,
                    bits,
                    format!("{word} of {length}, {}", inner.name),
                    false,
                );
            }
            _ => {
                for index in 0..length {
                    let path = format!("{path}[{index}]");
                    self.ty(
                        element,
                        &path,
                        base.saturating_add(index.saturating_mul(stride)),
                        depth + 1,
                    );
                }
            }
        }
    }

    fn field(&mut self, field: &Field, path: &str, base: u64, depth: usize) {
        let path = match (path.is_empty(), field.name.is_empty()) {
            (_, true) => path.to_owned(),
            (true, false) => field.name.clone(),
            (false, false) => format!("{path}.{}", field.name),
        };
        let at = base.saturating_add(field.offset.0);
        match &self.table.get(field.ty).shape {
            Shape::Scalar(scalar) if field.bit_field => {
                self.place(
                    &path,
                    at,
                    field.width.0,
                    ScalarFact::of(scalar, field.width).to_string(),
                    true,
                );
            }
            _ => self.ty(field.ty, &path, at, depth + 1),
        }
    }

    fn place(&mut self, path: &str, offset_bits: u64, width_bits: u64, kind: String, bit_field: bool) {
        if width_bits > 0 {
            self.places.push(FieldPlace {
                path: path.to_owned(),
                offset_bits,
                width_bits,
                kind,
                bit_field,
            });
        }
    }
}

/// An x87 number carries its value in ten of its bytes.
fn value_bits(scalar: &Scalar, width: u64) -> u64 {
    match scalar {
        Scalar::Float { x87: true } => width.min(80),
        _ => width,
    }
}

#[cfg(test)]
mod tests;
