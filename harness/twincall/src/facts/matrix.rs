//! One bug report with every pair of installed toolchains.

use serde::{Deserialize, Serialize};
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

/// What one caller, callee, level and target come to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Agrees,
    /// Only the contracts differ.
    Accidental,
    /// The sides differ, and no call on this path showed it.
    Differs,
    /// Other values arrived than were sent.
    Values,
    /// A call did not come back.
    Crashes,
    /// It could not be built or run; [`Cell::reason`] says why.
    NotRun,
}

/// One way to make the calls of the report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cell {
    pub target: Target,
    pub caller: String,
    pub callee: String,
    pub caller_side: Side,
    pub opt: u8,
    pub state: State,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// Where the answer changes between two versions of one compiler, all else being the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Change {
    pub target: Target,
    /// The compiler on the other side.
    pub with: String,
    pub last_bad: String,
    pub first_good: String,
    /// The good version is the older one: something broke.
    pub regression: bool,
}

/// The whole grid.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Matrix {
    /// Oldest first.
    pub c: Vec<String>,
    pub rust: Vec<String>,
    pub cells: Vec<Cell>,
    pub changes: Vec<Change>,
}
