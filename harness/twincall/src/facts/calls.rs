//! Whose code calls whose, and what of a finding such calls showed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use twincall_abi::interface::Side;

/// Whose code calls whose: `c->rust`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct CallPath {
    pub caller: Side,
    pub callee: Side,
}

impl CallPath {
    /// All of them, in the order in which reports have them.
    pub const ALL: [CallPath; 4] = [
        CallPath::new(Side::C, Side::C),
        CallPath::new(Side::C, Side::Rust),
        CallPath::new(Side::Rust, Side::C),
        CallPath::new(Side::Rust, Side::Rust),
    ];

    pub const fn new(caller: Side, callee: Side) -> CallPath {
        CallPath { caller, callee }
    }

    /// Whether the call goes from one side to the other.
    pub fn crosses(self) -> bool {
        self.caller != self.callee
    }
}

impl fmt::Display for CallPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}->{}", self.caller.tag(), self.callee.tag())
    }
}

impl FromStr for CallPath {
    type Err = String;

    fn from_str(text: &str) -> Result<CallPath, String> {
        let known = CallPath::ALL.into_iter().find(|path| path.to_string() == text);
        known.ok_or_else(|| format!("`{text}` is no path of a call"))
    }
}

impl From<CallPath> for String {
    fn from(path: CallPath) -> String {
        path.to_string()
    }
}

impl TryFrom<String> for CallPath {
    type Error = String;

    fn try_from(text: String) -> Result<CallPath, String> {
        text.parse()
    }
}

/// What a finding did when code ran, or what else shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Effect {
    pub text: String,
    /// The calls that showed it: one, or the two whose results differ. None where it was not a call of the runners.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub calls: Vec<SeenOn>,
}

/// A path at a level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct SeenOn {
    pub path: CallPath,
    pub opt: u8,
}

impl Effect {
    /// Whether calls on this path, and no others, showed it.
    pub fn is_of(&self, path: CallPath) -> bool {
        !self.calls.is_empty() && self.calls.iter().all(|call| call.path == path)
    }
}

impl From<String> for Effect {
    /// What no call of the runners showed.
    fn from(text: String) -> Effect {
        Effect {
            text,
            calls: Vec::new(),
        }
    }
}

impl fmt::Display for SeenOn {
    /// `c->rust at -O0`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at -O{}", self.path, self.opt)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
