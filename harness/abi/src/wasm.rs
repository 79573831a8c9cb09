//! Function types as a wasm object states them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A wasm value type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueType {
    I32,
    I64,
    F32,
    F64,
    V128,
    /// A reference; no C or Rust interface has one.
    Reference,
}

/// The type of a function symbol in a relocatable object.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WasmFunction {
    pub params: Vec<ValueType>,
    pub results: Vec<ValueType>,
    /// Whether the object defines the symbol, rather than importing it.
    pub defined: bool,
}

impl WasmFunction {
    /// Whether a call through one type reaches a function of the other without a trap.
    pub fn same_type(&self, other: &WasmFunction) -> bool {
        self.params == other.params && self.results == other.results
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ValueType::I32 => "i32",
            ValueType::I64 => "i64",
            ValueType::F32 => "f32",
            ValueType::F64 => "f64",
            ValueType::V128 => "v128",
            ValueType::Reference => "ref",
        })
    }
}

/// `(i32, f32) -> (i32)`
impl fmt::Display for WasmFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |types: &[ValueType]| {
            types
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        write!(f, "({}) -> ({})", list(&self.params), list(&self.results))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_and_results_make_the_type() {
        let function = |params: &[ValueType], results: &[ValueType], defined| WasmFunction {
            params: params.to_vec(),
            results: results.to_vec(),
            defined,
        };
        let one = function(&[ValueType::I32], &[ValueType::F64], true);
        assert!(one.same_type(&function(&[ValueType::I32], &[ValueType::F64], false)));
        assert!(!one.same_type(&function(&[ValueType::I64], &[ValueType::F64], true)));
        assert!(!one.same_type(&function(&[ValueType::I32], &[], true)));
        assert!(!one.same_type(&function(&[ValueType::I64], &[], true)));
    }
}
