//! The calls that the fixture's own code made from one side to the other.

use serde::{Deserialize, Serialize};

use super::{CallPath, Place};

/// What was watched of a pair.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Crossings {
    /// The functions between whose callers and bodies a tap stood.
    pub watched: Vec<String>,
    /// What was not watched, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unwatched: Vec<String>,
    /// The first call, in the order of time, of which the sides see different values.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first_disagreement: Option<String>,
    pub calls: Vec<Crossing>,
}

/// One call as its callee found it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Crossing {
    /// Its place among the calls that one body made, counted from 1.
    pub order: u64,
    pub symbol: String,
    /// `rust->c`: whose code called whose.
    pub path: CallPath,
    /// The body in which it happened.
    pub during: String,
    pub opt: u8,
    pub arguments: Vec<CrossingValue>,
    /// What came back, if that was recorded and does not travel in memory.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub result: Option<CrossingValue>,
    /// Whether it was seen to come back. Where something may unwind, nobody waits for it.
    pub returned: bool,
    /// Why the call was not passed on to its callee.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refused: Option<String>,
    /// Whether the stack was aligned to 16 bytes (psABI 3.2.2; wasm Basic C ABI, the linear stack).
    pub aligned: bool,
    /// What the callee did not give back (psABI 3.2.1).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub lost: Vec<String>,
}

/// One argument or result, decoded by each side's lowering.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CrossingValue {
    /// The argument, or the result.
    #[serde(flatten)]
    pub place: Place,
    /// `argument 2 (u32): rustc-1.96 wrote esi = 16, clang-22 reads rsi = 0x7f0000000010`.
    pub text: String,
    /// Whether both sides see the same bytes.
    pub agree: bool,
}
