//! What one side has at a place, where the other has something else: numbers of a layout, kinds of values, slots. Its words
//! are made here, for every report.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::layout::{Leaf, LeafKind, Scalar};
use crate::slot::{Slot, lowering_text};
use crate::units::{Bits, Bytes};

/// What one side has.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    /// This side says nothing about it.
    #[default]
    Nothing,
    /// The size of a type.
    Size {
        bytes: Bytes,
    },
    /// The alignment of a type.
    Align {
        bytes: Bytes,
    },
    /// The distance of a field from the start of the outermost type.
    Offset {
        bits: Bits,
    },
    Width {
        bits: Bits,
    },
    /// So many bits of some bytes are part of a value.
    UsedBits {
        bits: u32,
    },
    /// How a small integer is widened when it is passed.
    Extended {
        signed: bool,
    },
    /// A scalar of a kind.
    Scalar(ScalarFact),
    /// A scalar, or bytes of a union, at an offset.
    Leaf {
        offset_bits: Bits,
        holds: LeafFact,
    },
    Padding,
    NoField,
    /// Nothing as wide at this offset.
    NothingThere {
        offset_bits: Bits,
        width_bits: Bits,
    },
    /// An aggregate itself, rather than its address.
    ByValue {
        bytes: Bytes,
    },
    /// An address.
    Pointer,
    /// The values that are allowed.
    Domain(Domain),
    /// The places that are taken.
    Slots {
        slots: Vec<Slot>,
    },
    Parameters {
        count: usize,
    },
    /// What no number tells.
    Words {
        text: String,
    },
}

/// The kind of a scalar, with its width where that is not part of the kind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ScalarFact {
    pub scalar: ScalarKind,
    pub width_bits: Bits,
}

/// What a run of bits is read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScalarKind {
    Bool,
    SignedInteger,
    UnsignedInteger,
    UnicodeScalar,
    X87Float,
    Float,
    FunctionPointer,
    Pointer,
    /// An enum of so many values.
    Enumeration(usize),
}

/// What a leaf holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeafFact {
    Scalar(ScalarFact),
    UnionBytes(Bytes),
}

/// The values of a scalar that are allowed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "allowed", rename_all = "kebab-case")]
pub enum Domain {
    AnyInteger,
    AnyButZero,
    ZeroOrOne,
    UnicodeScalars,
    /// The values of an enum in decimal digits, since they may be wider than what readers of JSON keep.
    OneOf {
        values: Vec<String>,
    },
}

impl Fact {
    pub fn is_nothing(&self) -> bool {
        *self == Fact::Nothing
    }

    /// A leaf of a flattened type.
    pub fn leaf(leaf: &Leaf) -> Fact {
        Fact::Leaf {
            offset_bits: leaf.offset,
            holds: match &leaf.kind {
                LeafKind::Scalar(scalar) => LeafFact::Scalar(ScalarFact::of(scalar, leaf.width)),
                LeafKind::Bytes { .. } => LeafFact::UnionBytes(leaf.width.bytes_ceil()),
            },
        }
    }

    pub fn scalar(scalar: &Scalar, width: Bits) -> Fact {
        Fact::Scalar(ScalarFact::of(scalar, width))
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Fact {
        text.to_owned().into()
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Fact {
        match text.is_empty() {
            true => Fact::Nothing,
            false => Fact::Words { text },
        }
    }
}

impl From<&[Slot]> for Fact {
    fn from(slots: &[Slot]) -> Fact {
        Fact::Slots {
            slots: slots.to_vec(),
        }
    }
}

impl ScalarFact {
    pub fn of(scalar: &Scalar, width_bits: Bits) -> ScalarFact {
        let scalar = match scalar {
            Scalar::Bool => ScalarKind::Bool,
            Scalar::Integer { signed: true } => ScalarKind::SignedInteger,
            Scalar::Integer { signed: false } => ScalarKind::UnsignedInteger,
            Scalar::UnicodeScalar => ScalarKind::UnicodeScalar,
            Scalar::Float { x87: true } => ScalarKind::X87Float,
            Scalar::Float { x87: false } => ScalarKind::Float,
            Scalar::Pointer { function: true, .. } => ScalarKind::FunctionPointer,
            Scalar::Pointer { function: false, .. } => ScalarKind::Pointer,
            Scalar::Enumeration { values, .. } => ScalarKind::Enumeration(values.len()),
        };
        ScalarFact { scalar, width_bits }
    }
}

impl Domain {
    pub fn one_of(values: &[(String, i128)]) -> Domain {
        Domain::OneOf {
            values: values.iter().map(|(_, value)| value.to_string()).collect(),
        }
    }
}

impl fmt::Display for Fact {
    /// As it stands behind `C` or `Rust` in a report; empty where the side says nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fact::Nothing => Ok(()),
            Fact::Size { bytes } => write!(f, "{bytes} bytes"),
            Fact::Align { bytes } => write!(f, "align {bytes}"),
            Fact::Offset { bits } => write!(f, "byte {bits}"),
            Fact::Width { bits } => write!(f, "{} bits", bits.0),
            Fact::UsedBits { bits } => write!(f, "{bits} bits in use"),
            Fact::Extended { signed: true } => f.write_str("sign-extended"),
            Fact::Extended { signed: false } => f.write_str("zero-extended"),
            Fact::Scalar(scalar) => scalar.fmt(f),
            Fact::Leaf { offset_bits, holds } => write!(f, "byte {offset_bits}, {holds}"),
            Fact::Padding => f.write_str("padding"),
            Fact::NoField => f.write_str("no such field"),
            Fact::NothingThere {
                offset_bits,
                width_bits,
            } => write!(f, "nothing of {} bits at byte {offset_bits}", width_bits.0),
            Fact::ByValue { bytes } => write!(f, "{bytes} bytes by value"),
            Fact::Pointer => f.write_str("pointer"),
            Fact::Domain(domain) => domain.fmt(f),
            Fact::Slots { slots } => f.write_str(&lowering_text(slots)),
            Fact::Parameters { count: 1 } => f.write_str("1 parameter"),
            Fact::Parameters { count } => write!(f, "{count} parameters"),
            Fact::Words { text } => f.write_str(text),
        }
    }
}

impl fmt::Display for ScalarFact {
    /// `32-bit signed integer`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.width_bits.0;
        match self.scalar {
            ScalarKind::Bool => f.write_str("bool"),
            ScalarKind::SignedInteger => write!(f, "{width}-bit signed integer"),
            ScalarKind::UnsignedInteger => write!(f, "{width}-bit unsigned integer"),
            ScalarKind::UnicodeScalar => f.write_str("Unicode scalar value"),
            ScalarKind::X87Float => f.write_str("x87 extended float"),
            ScalarKind::Float => write!(f, "{width}-bit float"),
            ScalarKind::FunctionPointer => f.write_str("function pointer"),
            ScalarKind::Pointer => f.write_str("pointer"),
            ScalarKind::Enumeration(values) => write!(f, "{width}-bit enum of {values} values"),
        }
    }
}

impl fmt::Display for LeafFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LeafFact::Scalar(scalar) => scalar.fmt(f),
            LeafFact::UnionBytes(bytes) => write!(f, "{bytes} bytes of a union"),
        }
    }
}

/// Of so many values of an enum at most are named.
const SHOWN: usize = 8;

impl fmt::Display for Domain {
    /// `any integer`; `{0, 1, 7}`, shortened where there are many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Domain::AnyInteger => f.write_str("any integer"),
            Domain::AnyButZero => f.write_str("any but 0"),
            Domain::ZeroOrOne => f.write_str("0 or 1"),
            Domain::UnicodeScalars => f.write_str("Unicode scalar values"),
            Domain::OneOf { values } => {
                write!(f, "{{{}", values[..values.len().min(SHOWN)].join(", "))?;
                match values.len() {
                    count if count > SHOWN => write!(f, ", {} more}}", count - SHOWN),
                    _ => f.write_str("}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::Path;
    use crate::slot::{Content, Extension, Location};

    fn values(count: i128) -> Vec<(String, i128)> {
        (0..count).map(|value| (format!("v{value}"), value)).collect()
    }

    #[test]
    fn every_fact_has_its_words() {
        let leaf = |kind| Leaf {
            path: Path::WHOLE,
            offset: Bits(35),
            width: Bits(16),
            kind,
            bit_field: false,
        };
        let integer = |signed| Scalar::Integer { signed };
        let pointer = |function| Scalar::Pointer {
            to: None,
            function,
            constant: false,
        };
        let scalar = |scalar| Fact::scalar(&scalar, Bits(32));
        let slot = Slot {
            location: Location::Register("rdi".to_owned()),
            width: Bytes(4),
            content: Content::Value,
            extension: Extension::None,
        };
        for (fact, words) in [
            (Fact::Nothing, ""),
            (Fact::Size { bytes: Bytes(8) }, "8 bytes"),
            (Fact::Align { bytes: Bytes(4) }, "align 4"),
            (Fact::Offset { bits: Bits(64) }, "byte 8"),
            (Fact::Offset { bits: Bits(35) }, "byte 4:3"),
            (Fact::Width { bits: Bits(64) }, "64 bits"),
            (Fact::UsedBits { bits: 12 }, "12 bits in use"),
            (Fact::Extended { signed: true }, "sign-extended"),
            (Fact::Extended { signed: false }, "zero-extended"),
            (scalar(Scalar::Bool), "bool"),
            (scalar(integer(true)), "32-bit signed integer"),
            (scalar(integer(false)), "32-bit unsigned integer"),
            (scalar(Scalar::UnicodeScalar), "Unicode scalar value"),
            (scalar(Scalar::Float { x87: true }), "x87 extended float"),
            (scalar(Scalar::Float { x87: false }), "32-bit float"),
            (scalar(pointer(true)), "function pointer"),
            (scalar(pointer(false)), "pointer"),
            (
                Fact::leaf(&leaf(LeafKind::Scalar(integer(true)))),
                "byte 4:3, 16-bit signed integer",
            ),
            (
                Fact::leaf(&leaf(LeafKind::Bytes { mask: Vec::new() })),
                "byte 4:3, 2 bytes of a union",
            ),
            (Fact::Padding, "padding"),
            (Fact::NoField, "no such field"),
            (
                Fact::NothingThere {
                    offset_bits: Bits(32),
                    width_bits: Bits(16),
                },
                "nothing of 16 bits at byte 4",
            ),
            (Fact::ByValue { bytes: Bytes(8) }, "8 bytes by value"),
            (Fact::Pointer, "pointer"),
            (Fact::Domain(Domain::AnyInteger), "any integer"),
            (Fact::Domain(Domain::AnyButZero), "any but 0"),
            (Fact::Domain(Domain::ZeroOrOne), "0 or 1"),
            (Fact::Domain(Domain::UnicodeScalars), "Unicode scalar values"),
            (
                Fact::Domain(Domain::one_of(&values(8))),
                "{0, 1, 2, 3, 4, 5, 6, 7}",
            ),
            (
                Fact::Domain(Domain::one_of(&values(10))),
                "{0, 1, 2, 3, 4, 5, 6, 7, 2 more}",
            ),
            (Fact::Domain(Domain::one_of(&[])), "{}"),
            (Fact::from([slot].as_slice()), "rdi:4"),
            (Fact::from([].as_slice()), "nothing"),
            (Fact::Parameters { count: 1 }, "1 parameter"),
            (Fact::Parameters { count: 2 }, "2 parameters"),
            (Fact::from("variadic"), "variadic"),
            (Fact::from(""), ""),
        ] {
            assert_eq!(fact.to_string(), words, "{fact:?}");
            let json = serde_json::to_string(&fact).unwrap();
            assert_eq!(serde_json::from_str::<Fact>(&json).unwrap(), fact, "{json}");
        }
        let enumeration = Scalar::Enumeration {
            signed: false,
            values: values(3),
        };
        assert_eq!(scalar(enumeration).to_string(), "32-bit enum of 3 values");
        assert!(Fact::from("").is_nothing());
        assert!(!Fact::Padding.is_nothing());
    }
}
