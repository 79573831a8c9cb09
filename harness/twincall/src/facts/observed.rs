//! What calls showed, by function, path and level.

use std::fmt;

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
    #[serde(flatten)]
    pub endings: Endings,
    /// The first of them that crashed, natively.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub crash: Option<CrashReport>,
    /// Results of explicit calls: the call and what it left.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub results: Vec<CallResult>,
}

/// How a call ended that did not come back.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EndedCall {
    /// `SIGSEGV`, `trap unreachable in f`, `the process exited with status 1`.
    pub what: String,
    /// The address of a crash, hexadecimal; it changes from run to run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
    /// `rip=0x0`, of a crash.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub registers: Vec<String>,
}

impl EndedCall {
    /// What does not change with the registers of a run: `SIGSEGV at address 0x0`.
    pub fn without_registers(&self) -> String {
        let address = self.address.as_ref();
        let at = address.map_or(String::new(), |address| format!(" at address {address}"));
        format!("{}{at}", self.what)
    }
}

impl fmt::Display for EndedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.without_registers())?;
        match self.registers.is_empty() {
            true => Ok(()),
            false => write!(f, " ({})", self.registers.join(" ")),
        }
    }
}

/// How the calls ended that did not come back, each way once.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Shown", into = "Shown")]
pub struct Endings(pub Vec<EndedCall>);

/// Endings in JSON: the words for people, and what they are made of.
#[derive(Serialize, Deserialize)]
struct Shown {
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    endings: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    ended: Vec<EndedCall>,
}

impl From<Endings> for Shown {
    fn from(Endings(ended): Endings) -> Shown {
        Shown {
            endings: ended.iter().map(ToString::to_string).collect(),
            ended,
        }
    }
}

impl From<Shown> for Endings {
    fn from(shown: Shown) -> Endings {
        // Words alone are told as they are.
        let words = shown.endings.into_iter().map(|what| EndedCall {
            what,
            ..EndedCall::default()
        });
        Endings(match shown.ended.is_empty() {
            true => words.collect(),
            false => shown.ended,
        })
    }
}

/// What one explicit call left.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallResult {
    pub call: String,
    pub values: Vec<String>,
    /// The result, where it is an integer of up to 64 bits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<u64>,
}
