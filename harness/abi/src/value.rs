//! Values for calls: synthesised per leaf, stored by one side's layout, read back by the other's.

use crate::layout::{Leaf, LeafKind, Scalar};

/// Which values a call gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pattern {
    /// Each byte says which argument it belongs to (high half, counted from 1) and which byte of it
    /// it is (low half).
    Graffiti,
    /// The `n`th boundary value of each leaf: least, greatest, -1, small negative numbers, signed
    /// zero, a NaN with payload, infinity, both bools, every value of an enum.
    Edge(u32),
}

/// The values that are valid for a leaf on both sides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Domain {
    /// Every pattern of bits.
    Any,
    Signed,
    Float,
    Bool,
    UnicodeScalar,
    /// These values only.
    Values(Vec<i128>),
    DataPointer,
    FunctionPointer,
}

/// A value of one leaf.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LeafValue {
    /// Little-endian, as many bits as the leaf is wide.
    Bits(Vec<u8>),
    /// The address of some readable and writable memory of the call.
    DataAddress,
    /// The address of some function of the fixture.
    FunctionAddress,
}

/// Boundary values that every kind of leaf has.
const EDGES: u32 = 5;
/// Enums with more values than this are sampled.
const MAX_ENUM_EDGES: u32 = 16;

impl Domain {
    /// The values that are valid for a leaf by its own type.
    pub fn of(leaf: &Leaf) -> Domain {
        match &leaf.kind {
            LeafKind::Bytes { .. } => Domain::Any,
            LeafKind::Scalar(scalar) => match scalar {
                Scalar::Bool => Domain::Bool,
                Scalar::Integer { signed: true } => Domain::Signed,
                Scalar::Integer { signed: false } => Domain::Any,
                Scalar::UnicodeScalar => Domain::UnicodeScalar,
                Scalar::Float { .. } => Domain::Float,
                Scalar::Pointer { function: true, .. } => Domain::FunctionPointer,
                Scalar::Pointer { function: false, .. } => Domain::DataPointer,
                Scalar::Enumeration { values, .. } => {
                    Domain::Values(ascending(values.iter().map(|(_, value)| *value).collect()))
                }
            },
        }
    }

    /// The values that are valid for two leaves at once; the same whichever of the two is asked, since both
    /// sides must send the same values under one label. Where no value is valid for both, either's may be sent.
    pub fn meet(self, other: Domain) -> Domain {
        match (self, other) {
            (Domain::Values(mine), Domain::Values(theirs)) => {
                let mut common: Vec<i128> = mine
                    .iter()
                    .copied()
                    .filter(|value| theirs.contains(value))
                    .collect();
                if common.is_empty() {
                    common = mine.into_iter().chain(theirs).collect();
                }
                Domain::Values(ascending(common))
            }
            (Domain::Values(values), Domain::Bool) | (Domain::Bool, Domain::Values(values)) => {
                let (both, other): (Vec<i128>, Vec<i128>) = ascending(values)
                    .into_iter()
                    .partition(|value| (0..2).contains(value));
                Domain::Values(if both.is_empty() { other } else { both })
            }
            (Domain::Values(values), _) | (_, Domain::Values(values)) => Domain::Values(ascending(values)),
            (Domain::Bool, _) | (_, Domain::Bool) => Domain::Bool,
            (Domain::UnicodeScalar, _) | (_, Domain::UnicodeScalar) => Domain::UnicodeScalar,
            (Domain::FunctionPointer, _) | (_, Domain::FunctionPointer) => Domain::FunctionPointer,
            (Domain::DataPointer, _) | (_, Domain::DataPointer) => Domain::DataPointer,
            (Domain::Float, _) | (_, Domain::Float) => Domain::Float,
            (Domain::Signed, _) | (_, Domain::Signed) => Domain::Signed,
            (Domain::Any, Domain::Any) => Domain::Any,
        }
    }

    /// How many [`Pattern::Edge`]s it takes until each boundary value was used.
    pub fn edges(&self) -> u32 {
        match self {
            Domain::Values(values) => (values.len() as u32).clamp(1, MAX_ENUM_EDGES),
            Domain::Bool => 2,
            Domain::DataPointer | Domain::FunctionPointer => 1,
            _ => EDGES,
        }
    }
}

/// The value of one leaf under a pattern. `argument` counts from 0, `first_byte` is the number of value
/// bytes of the same argument before this leaf.
pub fn synthesize(
    pattern: Pattern,
    argument: usize,
    first_byte: usize,
    leaf: &Leaf,
    domain: &Domain,
) -> LeafValue {
    let width = leaf.width.0 as u32;
    let edge = match pattern {
        Pattern::Graffiti => argument as u32,
        // Neighbouring leaves get different edges, so that two exchanged fields are seen.
        Pattern::Edge(edge) => edge + argument as u32 + first_byte as u32,
    };
    match domain {
        Domain::DataPointer => LeafValue::DataAddress,
        Domain::FunctionPointer => LeafValue::FunctionAddress,
        Domain::Bool => LeafValue::Bits(integer(i128::from((edge + 1) % 2), width)),
        Domain::Values(values) => {
            let value = if values.is_empty() {
                0
            } else {
                values[edge as usize % values.len()]
            };
            LeafValue::Bits(integer(value, width))
        }
        Domain::UnicodeScalar => {
            const SCALARS: [u32; 5] = [0x41, 0, 0x10_FFFF, 0xD7FF, 0xE000];
            LeafValue::Bits(integer(i128::from(SCALARS[edge as usize % SCALARS.len()]), width))
        }
        _ if pattern == Pattern::Graffiti => LeafValue::Bits(graffiti(argument, first_byte, width)),
        // A float may stand against bytes of any size, which have no exponent.
        Domain::Float if matches!(width, 16 | 32 | 64 | 80 | 128) => LeafValue::Bits(float_edge(edge, width)),
        Domain::Float | Domain::Signed | Domain::Any => LeafValue::Bits(integer_edge(edge, width)),
    }
}

/// Writes a leaf's bits into the bytes of its outer type. Bits past the end of either are left alone.
pub fn store(bytes: &mut [u8], leaf: &Leaf, bits: &[u8]) {
    for bit in 0..leaf.width.0 {
        let at = leaf.offset.0 + bit;
        let value = bits
            .get((bit / 8) as usize)
            .is_some_and(|byte| byte >> (bit % 8) & 1 == 1);
        if let Some(byte) = bytes.get_mut((at / 8) as usize) {
            *byte = *byte & !(1 << (at % 8)) | u8::from(value) << (at % 8);
        }
    }
}

/// Reads a leaf's bits out of the bytes of its outer type; bits past the end are zero. Of a leaf of
/// bytes only the bits under its mask are read.
pub fn load(bytes: &[u8], leaf: &Leaf) -> Vec<u8> {
    let mut bits = vec![0u8; leaf.width.bytes_ceil().0 as usize];
    for bit in 0..leaf.width.0 {
        let at = leaf.offset.0 + bit;
        let set = bytes
            .get((at / 8) as usize)
            .is_some_and(|byte| byte >> (at % 8) & 1 == 1);
        bits[(bit / 8) as usize] |= u8::from(set) << (bit % 8);
    }
    if let LeafKind::Bytes { mask } = &leaf.kind {
        for (byte, mask) in bits.iter_mut().zip(mask) {
            *byte &= mask;
        }
    }
    bits
}

/// The low `width` bits of a number, little-endian.
pub fn integer(value: i128, width: u32) -> Vec<u8> {
    let bytes = width.div_ceil(8) as usize;
    let mut bits: Vec<u8> = value.to_le_bytes().into_iter().take(bytes).collect();
    bits.resize(bytes, if value < 0 { 0xFF } else { 0 });
    clear_above(&mut bits, width);
    bits
}

/// Enums may list a value twice and in any order; what is sent must not depend on that.
fn ascending(mut values: Vec<i128>) -> Vec<i128> {
    values.sort_unstable();
    values.dedup();
    values
}

fn graffiti(argument: usize, first_byte: usize, width: u32) -> Vec<u8> {
    let mut bits: Vec<u8> = (0..width.div_ceil(8) as usize)
        .map(|byte| (((argument + 1) & 0xF) << 4 | (first_byte + byte) & 0xF) as u8)
        .collect();
    clear_above(&mut bits, width);
    bits
}

fn integer_edge(edge: u32, width: u32) -> Vec<u8> {
    let mut bits = match edge % EDGES {
        // The sign bit alone: the least value if signed, a large one if not.
        0 => {
            let mut bits = vec![0u8; width.div_ceil(8) as usize];
            if let Some(last) = bits.last_mut() {
                *last = 1 << ((width + 7) % 8);
            }
            bits
        }
        1 => {
            let mut bits = vec![0xFF; width.div_ceil(8) as usize];
            if let Some(last) = bits.last_mut() {
                *last = !(1 << ((width + 7) % 8));
            }
            bits
        }
        2 => integer(-1, width),
        3 => integer(-3, width),
        _ => integer(1, width),
    };
    clear_above(&mut bits, width);
    bits
}

fn float_edge(edge: u32, width: u32) -> Vec<u8> {
    // Sign and exponent fill the top of each format: 1+5, 1+8, 1+11, 1+15 bits.
    let exponent = match width {
        16 => 5,
        32 => 8,
        64 => 11,
        _ => 15,
    };
    let mantissa = width.saturating_sub(1 + exponent);
    let ones = |count: u32, shift: u32| {
        if count == 0 {
            0
        } else {
            ((1u128 << count) - 1) << shift
        }
    };
    let sign = 1u128 << (width.clamp(1, 128) - 1);
    let quiet = 1u128 << mantissa.saturating_sub(1);
    // The x87 format writes the leading one of the mantissa; without it a number is not valid.
    let (leading, quiet) = match width {
        80 => (quiet, quiet >> 1),
        _ => (0, quiet),
    };
    let bits = match edge % EDGES {
        0 => sign,
        // A quiet NaN whose payload must arrive as it was.
        1 => ones(exponent, mantissa) | leading | quiet | 0x2A,
        2 => sign | ones(exponent, mantissa) | leading,
        3 => 1,
        _ => ones(exponent - 1, mantissa) | leading,
    };
    integer(bits as i128, width)
}

fn clear_above(bits: &mut [u8], width: u32) {
    if !width.is_multiple_of(8)
        && let Some(last) = bits.last_mut()
    {
        *last &= (1 << (width % 8)) - 1;
    }
}

#[cfg(test)]
mod tests;
