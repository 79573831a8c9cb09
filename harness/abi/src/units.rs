//! Units: bytes and bits are different types, so that an offset in one is never added to the other.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A size or an alignment in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bytes(pub u64);

/// An offset or a width in bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bits(pub u64);

impl Bytes {
    /// The same quantity in bits.
    pub const fn bits(self) -> Bits {
        Bits(self.0 * 8)
    }

    /// The smallest multiple of `align` that is not below this size. An `align` of 0 counts as 1.
    pub const fn align_to(self, align: Bytes) -> Bytes {
        let align = if align.0 == 0 { 1 } else { align.0 };
        Bytes(self.0.div_ceil(align) * align)
    }
}

impl Bits {
    /// The number of whole bytes that hold this many bits.
    pub const fn bytes_ceil(self) -> Bytes {
        Bytes(self.0.div_ceil(8))
    }

    /// The byte in which this bit lies.
    pub const fn byte(self) -> u64 {
        self.0 / 8
    }

    /// The position of this bit in its byte, from the least significant bit (both targets are
    /// little-endian).
    pub const fn in_byte(self) -> u64 {
        self.0 % 8
    }
}

impl std::ops::Add for Bits {
    type Output = Bits;
    fn add(self, other: Bits) -> Bits {
        Bits(self.0 + other.0)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Offsets are shown in bytes, with the remaining bits after a colon: `4`, `4:3`.
impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.in_byte() {
            0 => write!(f, "{}", self.byte()),
            rest => write!(f, "{}:{rest}", self.byte()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up() {
        for (size, align, rounded) in [(5, 4, 8), (8, 4, 8), (0, 16, 0), (3, 1, 3), (7, 0, 7)] {
            assert_eq!(
                Bytes(size).align_to(Bytes(align)),
                Bytes(rounded),
                "{size} to {align}"
            );
        }
    }
}
