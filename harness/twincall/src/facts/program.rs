//! How a fixture's own program ended, which is what its reporter saw and by itself no finding of the boundary.

use std::fmt;

use serde::{Deserialize, Serialize};
use twincall_abi::interface::SourceLocation;

/// How the program ended at one level.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProgramEnd {
    /// The call that started it.
    pub call: String,
    pub opt: u8,
    pub end: End,
    /// How the call that started it ended, where it did not return: `SIGABRT`, `trap unreachable in f`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub call_ended: Option<String>,
    /// What its own check or runtime said: `assertion failed: x`, without the place.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub message: Option<String>,
    /// Where it said so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<SourceLocation>,
}

/// The kinds of end, from the quietest to the loudest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    Returned,
    /// It ended its process with a status.
    Exited,
    /// A panic, a failed assertion or an exception that nobody caught, by its own words.
    Failed,
    /// It was stopped because it reached a limit of time, memory or output that is ours.
    Limit,
    /// A signal or a trap without a word of its own.
    Died,
}

impl ProgramEnd {
    /// Whether the program met something that it did not foresee itself.
    pub fn died(&self) -> bool {
        self.end == End::Died
    }
}

impl fmt::Display for ProgramEnd {
    /// After `the program`: `returns`, `fails: assertion failed`, `ends in SIGSEGV`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = self.call_ended.as_deref().unwrap_or_default();
        match (self.end, &self.message) {
            (End::Returned, _) => f.write_str("returns"),
            (End::Exited, _) => write!(f, "exits by itself: {how}"),
            (End::Failed, Some(message)) => write!(f, "fails by its own check: {message}"),
            (End::Failed, None) => write!(f, "fails by its own check: {how}"),
            (End::Limit, Some(message)) => write!(f, "was stopped at a limit of ours: {message}"),
            (End::Limit, None) => write!(f, "was stopped at a limit of ours: {how}"),
            (End::Died, _) => write!(f, "ends in {how}"),
        }
    }
}
