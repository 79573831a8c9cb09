//! What the model says of one generated signature, with values to send, under each reading of the text.

use fastrand::Rng;
use twincall_abi::layout::{LayoutTable, LeafKind, Scalar, TypeId};
use twincall_abi::model::{Answer, Language, Model, ModelArgument, ModelLowering, Options};
use twincall_abi::path::Step;
use twincall_abi::target::Target;
use twincall_abi::types::{FloatKind, Type, TypeDefinition, TypeKind};
use twincall_abi::units::Bits;
use twincall_abi::value;

use super::generate::{Generated, RustForm, Vocabulary};
use super::spell::{members, passed};

/// A signature as the model sees it, under one reading of the text.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    /// Who reads it so.
    pub(super) by: String,
    pub(super) lowering: ModelLowering,
    /// Arguments, then the result unless it is `void`.
    pub(super) values: Vec<ValueOf>,
    pub(super) has_result: bool,
}

/// A type that crosses, with a value of it.
#[derive(Clone, Debug)]
pub(super) struct ValueOf {
    pub(super) ty: Type,
    pub(super) size: usize,
    pub(super) bytes: Vec<u8>,
    /// A bit set for each bit of `bytes` that is part of the value rather than padding.
    pub(super) mask: Vec<u8>,
    /// What crosses the boundary, where the default promotions change the value (C 6.5.2.2p6).
    promoted: Option<Vec<u8>>,
    /// The one scalar in it, or a vector's element; otherwise the type itself.
    pub(super) scalar: Type,
}

/// The model of a signature's types.
pub(super) fn model(generated: &Generated, target: Target) -> Model<'_> {
    let language = match generated.vocabulary {
        Vocabulary::Cpp => Language::Cpp,
        Vocabulary::Common | Vocabulary::C => Language::C,
    };
    let features = generated.features.name().map(|name| format!("+{name}"));
    let options = Options::of_features(&features.unwrap_or_default());
    Model {
        target,
        language,
        types: &generated.types,
        options,
    }
}

impl Expected {
    /// Asks the model, for each reading of the text. The reason is why it has no answer.
    pub(super) fn of(generated: &Generated, target: Target, rng: &mut Rng) -> Result<Vec<Expected>, String> {
        let model = model(generated, target);
        let lowering = model.lower(&generated.signature, &generated.variadic);
        let types: Vec<&Type> = passed(generated).filter(|ty| **ty != Type::Void).collect();
        let layouts: Vec<Answer<(LayoutTable, TypeId)>> = types.iter().map(|ty| model.layout(ty)).collect();
        let mut readers = readers(&lowering)?;
        let defined = generated.types.iter().map(|definition| {
            let ty = Type::Named(definition.name.clone());
            model.layout(&ty)
        });
        for layout in layouts.iter().cloned().chain(defined) {
            for reader in self::readers(&layout)? {
                if !readers.contains(&reader) {
                    readers.push(reader);
                }
            }
        }
        // A question that nobody doubts is one reading, under the name of those who doubt another.
        if readers.len() > 1 {
            readers.retain(|reader| reader != NO_DOUBT);
        }
        let mut all = Vec::new();
        for by in readers {
            let mut values = Vec::new();
            for (ty, layout) in types.iter().zip(&layouts) {
                let (table, id) = read_by(layout, &by).ok_or("a layout without readings")?;
                values.push(ValueOf::draw(ty, generated, table, *id, rng));
            }
            let named = generated.signature.params.len();
            for value in values.iter_mut().skip(named).take(generated.variadic.len()) {
                value.promote();
            }
            all.push(Expected {
                lowering: read_by(&lowering, &by)
                    .ok_or("a lowering without readings")?
                    .clone(),
                values,
                has_result: generated.signature.result != Type::Void,
                by,
            });
        }
        Ok(all)
    }

    /// The same values where the text would have them if the signature were this one, under each reading.
    pub(super) fn instead(generated: &Generated, target: Target, of: &[Expected]) -> Vec<Expected> {
        let lowering = model(generated, target).lower(&generated.signature, &generated.variadic);
        let named = |by: Option<&str>, lowering: &ModelLowering| {
            let known = of.iter().find(|expected| Some(expected.by.as_str()) == by);
            let mut instead = known.or(of.first())?.clone();
            instead.lowering = lowering.clone();
            for (value, ty) in instead.values.iter_mut().zip(passed(generated)) {
                value.scalar = single_scalar(ty, &generated.types).clone();
            }
            Some(instead)
        };
        match &lowering {
            Answer::Settled(lowering) => of
                .iter()
                .filter_map(|one| named(Some(&one.by), lowering))
                .collect(),
            Answer::Ambiguous { readings } => readings
                .iter()
                .filter_map(|reading| named(Some(&reading.by), &reading.value))
                .collect(),
            Answer::Unsupported(_) => Vec::new(),
        }
    }

    /// The values of the arguments.
    pub(super) fn arguments(&self) -> &[ValueOf] {
        &self.values[..self.values.len() - usize::from(self.has_result)]
    }

    pub(super) fn result(&self) -> Option<&ValueOf> {
        self.values.last().filter(|_| self.has_result)
    }
}

/// The reader of a question that has one answer only.
const NO_DOUBT: &str = "everybody";

/// Who reads the text in different ways.
fn readers<T>(answer: &Answer<T>) -> Result<Vec<String>, String> {
    match answer {
        Answer::Settled(_) => Ok(vec![NO_DOUBT.to_owned()]),
        Answer::Ambiguous { readings } => Ok(readings.iter().map(|reading| reading.by.clone()).collect()),
        Answer::Unsupported(reason) => Err(reason.clone()),
    }
}

/// What this reader makes of the text.
pub(super) fn read_by<'a, T>(answer: &'a Answer<T>, by: &str) -> Option<&'a T> {
    match answer {
        Answer::Settled(value) => Some(value),
        Answer::Ambiguous { readings } => readings
            .iter()
            .find(|reading| reading.by == by)
            .or(readings.first())
            .map(|reading| &reading.value),
        Answer::Unsupported(_) => None,
    }
}

impl ValueOf {
    /// A value that is valid for the type and has no byte in common with its neighbours but by chance.
    fn draw(ty: &Type, generated: &Generated, table: &LayoutTable, id: TypeId, rng: &mut Rng) -> ValueOf {
        let types = generated.types.as_slice();
        let size = table.get(id).size.0 as usize;
        let mut bytes = vec![0u8; size];
        let mut mask = vec![0u8; size];
        for leaf in table.leaves(id) {
            let width = leaf.width.bytes_ceil().0 as usize;
            let mut bits: Vec<u8> = (0..width).map(|_| rng.u8(..)).collect();
            match &leaf.kind {
                LeafKind::Scalar(Scalar::Bool) => bits = vec![rng.u8(0..2)],
                LeafKind::Scalar(Scalar::Enumeration { values, .. }) => {
                    let (_, value) = &values[rng.usize(0..values.len().max(1)).min(values.len() - 1)];
                    bits = value::integer(*value, leaf.width.0 as u32);
                }
                LeafKind::Scalar(Scalar::Float { x87 }) => {
                    // No infinity and no NaN, which a conversion may change.
                    if let Some(top) = bits.last_mut() {
                        *top &= 0xBF;
                    }
                    // The x87 format writes the leading one of the mantissa.
                    if let Some(leading) = bits.get_mut(7).filter(|_| *x87) {
                        *leading |= 0x80;
                    }
                }
                LeafKind::Bytes { .. } => {
                    // A union with one member is passed as that member, which must be valid.
                    let whole = type_at(ty, leaf.path.steps(), types);
                    if let Some(Type::Named(name)) = whole
                        && let Some(RustForm::DataEnum {
                            tag_in_union: Some(tag),
                            variants,
                            ..
                        }) = generated.forms.get(name)
                    {
                        // The tag of a Rust enum names one of its variants.
                        bits[..*tag].fill(0);
                        bits[0] = rng.usize(0..variants.len()) as u8;
                    }
                    let member = whole.map(|ty| single_scalar(ty, types));
                    if member == Some(&Type::Bool) {
                        bits[0] &= 1;
                    }
                }
                LeafKind::Scalar(_) => {}
            }
            value::store(&mut bytes, &leaf, &bits);
            let mut covered = leaf.clone();
            // The bits of a `_BitInt(N)` past N are padding, and hold anything.
            let scalar = type_at(ty, leaf.path.steps(), types).map(|ty| single_scalar(ty, types));
            if let Some(Type::BitInt { bits, .. }) = scalar {
                covered.width = Bits(u64::from(*bits));
            }
            covered.cover(&mut mask);
        }
        ValueOf {
            ty: ty.clone(),
            size,
            bytes,
            mask,
            promoted: None,
            scalar: single_scalar(ty, types).clone(),
        }
    }

    fn promote(&mut self) {
        let negative = self.bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        self.promoted = match &self.ty {
            Type::Bool => Some(vec![self.bytes.first().copied().unwrap_or(0), 0, 0, 0]),
            Type::Integer {
                bits: 8 | 16, signed, ..
            } => {
                let mut bytes = self.bytes.clone();
                bytes.resize(4, if *signed && negative { 0xFF } else { 0 });
                Some(bytes)
            }
            Type::Float(FloatKind::F32) => {
                let bytes = self.bytes.first_chunk().copied().unwrap_or_default();
                Some(f64::from(f32::from_le_bytes(bytes)).to_le_bytes().to_vec())
            }
            _ => None,
        };
    }

    /// The bytes that cross the boundary, and which of their bits belong to the value.
    fn crossing(&self, at: usize) -> (u8, u8) {
        let byte = |bytes: &[u8]| bytes.get(at).copied().unwrap_or(0);
        match &self.promoted {
            Some(bytes) => (byte(bytes), if at < bytes.len() { 0xFF } else { 0 }),
            None => (byte(&self.bytes), byte(&self.mask)),
        }
    }

    /// The bytes that a slot of this range carries.
    pub(super) fn slot_bytes(&self, from: usize, width: usize) -> Vec<u8> {
        let size = self.promoted.as_ref().map_or(self.size, Vec::len);
        (from..(from + width).min(size))
            .map(|at| self.crossing(at).0)
            .collect()
    }

    /// The same range as it must be found, padding being zero.
    pub(super) fn slot_expected(&self, from: usize, width: usize) -> Vec<u8> {
        (from..from + width)
            .map(|at| {
                let (byte, mask) = self.crossing(at);
                byte & mask
            })
            .collect()
    }

    /// What was found in a slot, padding being zero.
    pub(super) fn slot_masked(&self, from: usize, found: &[u8]) -> Vec<u8> {
        found
            .iter()
            .enumerate()
            .map(|(at, byte)| byte & self.crossing(from + at).1)
            .collect()
    }

    /// The value in memory, padding being zero.
    pub(super) fn expected(&self) -> Vec<u8> {
        self.bytes
            .iter()
            .zip(&self.mask)
            .map(|(byte, mask)| byte & mask)
            .collect()
    }

    /// What was found in memory, padding being zero.
    pub(super) fn masked(&self, found: &[u8]) -> Vec<u8> {
        found
            .iter()
            .zip(&self.mask)
            .map(|(byte, mask)| byte & mask)
            .collect()
    }
}

/// Goes through structs, unions and arrays with one member to the scalar inside.
pub(super) fn single_scalar<'a>(ty: &'a Type, types: &'a [TypeDefinition]) -> &'a Type {
    match ty {
        Type::Vector { element, .. } => element,
        Type::Atomic(inner) => single_scalar(inner, types),
        Type::Array {
            element,
            length: Some(1),
        } => single_scalar(element, types),
        Type::Named(name) => {
            let definition = types.iter().find(|definition| definition.name == *name);
            let mut fields = definition
                .map(members)
                .unwrap_or_default()
                .iter()
                .filter(|field| {
                    // Empty members do not count, nor do unnamed bit-fields.
                    !is_empty(&field.ty, types) && (field.bit_width.is_none() || field.name.is_some())
                });
            match (fields.next(), fields.next()) {
                (Some(field), None) => single_scalar(&field.ty, types),
                _ => ty,
            }
        }
        _ => ty,
    }
}

pub(super) fn is_empty(ty: &Type, types: &[TypeDefinition]) -> bool {
    match ty {
        Type::Array { element, length } => *length == Some(0) || is_empty(element, types),
        Type::Named(name) => types
            .iter()
            .find(|definition| definition.name == *name)
            .is_some_and(|definition| {
                !matches!(definition.kind, TypeKind::Enum { .. })
                    && members(definition).iter().all(|field| {
                        let unnamed = field.bit_width.is_some() && field.name.is_none();
                        unnamed || is_empty(&field.ty, types)
                    })
            }),
        _ => false,
    }
}

/// The type of a leaf, by the steps to it.
fn type_at<'a>(ty: &'a Type, steps: &[Step], types: &'a [TypeDefinition]) -> Option<&'a Type> {
    let Some((step, rest)) = steps.split_first() else {
        return Some(ty);
    };
    match (ty, step) {
        (Type::Array { element, .. }, Step::Element(_)) => type_at(element, rest, types),
        (Type::Named(name), Step::Field(wanted)) => {
            let definition = types.iter().find(|definition| definition.name == *name)?;
            let field = members(definition)
                .iter()
                .find(|field| field.name.as_ref() == Some(wanted))?;
            type_at(&field.ty, rest, types)
        }
        _ => None,
    }
}

/// Whether a result comes back in memory that the caller provides.
pub(super) fn in_memory(result: &ModelArgument) -> bool {
    result
        .slots
        .iter()
        .any(|slot| matches!(slot.slot.content, twincall_abi::slot::Content::Pointer { .. }))
}

#[cfg(test)]
mod tests;
