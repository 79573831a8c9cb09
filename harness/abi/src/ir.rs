//! Function types as LLVM IR states them: the input of [`crate::place`].
//!
//! Only what decides where arguments live is kept. Two IR types that differ may be placed alike, and
//! equal ones differently under different target features; that is why IR is never compared itself.

use serde::{Deserialize, Serialize};

use crate::slot::Extension;
use crate::units::Bytes;

/// A function in a module, declared or defined.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IrFunction {
    /// The function's first line as LLVM prints it, without attribute groups and metadata; for a reader, never for comparing.
    pub text: String,
    pub symbol: String,
    /// LLVM's number of the calling convention: 0 is C, 78 x86-64 System V, 79 Win64.
    pub convention: u32,
    pub params: Vec<IrParam>,
    pub result: IrParam,
    pub variadic: bool,
    pub defined: bool,
    /// The function's `target-features` attribute (`+sse2,+avx`), empty where absent.
    pub target_features: String,
    pub nounwind: bool,
}

/// An unnamed argument of a call to a C-variadic function that kept a type which C promotes (C 6.5.2.2p6).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Unpromoted {
    /// The symbol that is called; nothing for a call through a pointer.
    pub callee: Option<String>,
    /// The symbol of the function in which the call stands.
    pub caller: String,
    /// Counted from 1, the named arguments included.
    pub argument: u32,
    /// `float`, `i8`.
    pub ty: String,
    /// `signext` or `zeroext` of the call: the caller fills 32 bits, as a promotion would.
    pub extension: Extension,
}

/// A call of a function that takes or returns a vector of more than 128 bits, by a caller with other target features.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct FeatureCall {
    pub callee: String,
    /// The symbol of the function in which the call stands.
    pub caller: String,
    pub caller_features: String,
}

/// A parameter or the result, with the attributes that matter for a call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IrParam {
    pub ty: IrType,
    pub attributes: IrAttributes,
}

/// Attributes of a parameter or result.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct IrAttributes {
    /// `byval(T)`: the pointer stands for a copy of this many bytes in the argument area.
    pub byval: Option<Bytes>,
    /// `sret(T)`: the pointer is the hidden address of a result of this many bytes.
    pub sret: Option<Bytes>,
    /// `align N` of the pointer, in bytes.
    pub align: Option<Bytes>,
    /// `signext` or `zeroext`.
    pub extension: Extension,
    pub inreg: bool,
    pub noundef: bool,
    pub nonnull: bool,
    /// `dereferenceable(N)`, in bytes.
    pub dereferenceable: Option<Bytes>,
    /// Whether a `range(..)` restricts the value; the bounds themselves are not read.
    pub range: bool,
}

/// First-class LLVM types.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum IrType {
    Void,
    Integer {
        bits: u32,
    },
    Half,
    BFloat,
    Float,
    Double,
    X86Fp80,
    Fp128,
    Pointer,
    Vector {
        element: Box<IrType>,
        lanes: u32,
    },
    Array {
        element: Box<IrType>,
        length: u64,
    },
    Struct {
        fields: Vec<IrType>,
        packed: bool,
    },
    /// A type that no C or Rust interface needs, by its text.
    Other(String),
}
