//! A crash in the report: signal, registers and the calls that led there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A crash in detail. Addresses and registers are hexadecimal texts, since they may be more than a JSON number holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CrashReport {
    /// The call that crashed.
    pub call: String,
    pub signal: String,
    /// The address at which it faulted, where the signal has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub registers: BTreeMap<String, String>,
    /// The calls that led there, the innermost first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub frames: Vec<FrameReport>,
}

/// One frame of a backtrace.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FrameReport {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub function: Option<String>,
    /// The source file; what is generated around a fixture is in `unit.c` and `unit.rs`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
    /// The library, where it is not that of the fixture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub library: Option<String>,
    /// The address in the library.
    pub offset: String,
}
