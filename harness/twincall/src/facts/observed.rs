//! What calls showed, by function, path and level.

use serde::{Deserialize, Serialize};

use super::{CallPath, CrashReport};

/// The kinds of call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallKind {
    Echo,
    Body,
    /// An echo called without a compiled caller, to see where it looks for its arguments; a body, to see what it preserves.
    Machine,
    /// A body once more, with a tap where it calls functions of the other side.
    Tapped,
}

/// The calls of one function on one path at one level.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ObservationReport {
    pub symbol: String,
    pub kind: CallKind,
    /// `rust->c`: caller and callee.
    pub path: CallPath,
    pub opt: u8,
    /// Calls made.
    pub calls: usize,
    /// Of these, how many came back.
    pub returned: usize,
    /// The calls that did not come back, and how the first of each kind ended.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub endings: Vec<String>,
    /// The first of them that crashed, natively.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub crash: Option<CrashReport>,
    /// Results of explicit calls: the call and what it left.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub results: Vec<CallResult>,
}

/// What one explicit call left.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallResult {
    pub call: String,
    pub values: Vec<String>,
}
