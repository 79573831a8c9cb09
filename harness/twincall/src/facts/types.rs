//! A type that crosses, as each side lays it out.

use serde::{Deserialize, Serialize};

/// A type that crosses, as both sides lay it out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TypeReport {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub c: Option<SideType>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rust: Option<SideType>,
}

/// One side's layout of a type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SideType {
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub align: Option<u64>,
    pub fields: Vec<FieldRow>,
}

/// A field of a flattened type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FieldRow {
    pub path: String,
    pub offset_bits: u64,
    pub width_bits: u64,
    pub kind: String,
}
