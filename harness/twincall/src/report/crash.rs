//! A crash in the report: signal, registers and the calls that led there.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use twincall_abi::run::{Ending, Frame, Trace};

use crate::run::plan::Observation;

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

impl CrashReport {
    /// Nothing where the call did not crash. Files below `root` are named from there.
    pub(crate) fn of(observation: &Observation, root: &Path) -> Option<CrashReport> {
        let Ending::Crashed {
            signal,
            address,
            registers,
            trace,
        } = &observation.ending
        else {
            return None;
        };
        let frames = match trace {
            Trace::Frames(frames) => frames.as_slice(),
            Trace::Unknown | Trace::Stack(_) => &[],
        };
        Some(CrashReport {
            call: observation.label.clone(),
            signal: signal.clone(),
            address: address.map(|address| format!("{address:#x}")),
            registers: registers
                .iter()
                .map(|(name, value)| (name.clone(), format!("{value:#x}")))
                .collect(),
            frames: frames.iter().map(|frame| FrameReport::of(frame, root)).collect(),
        })
    }
}

impl FrameReport {
    fn of(frame: &Frame, root: &Path) -> FrameReport {
        let name = Path::new(&frame.library).file_name();
        let name = name.map(|name| name.to_string_lossy().into_owned());
        FrameReport {
            function: frame.function.clone(),
            file: frame.file.as_deref().map(|file| shorten(Path::new(file), root)),
            line: frame.line,
            // A fixture's library lies in the cache, under a name that says nothing.
            library: name.filter(|name| name.contains(".so")),
            offset: format!("{:#x}", frame.offset),
        }
    }
}

/// A file as a person of the project knows it. Units are generated in folders that are gone.
fn shorten(file: &Path, root: &Path) -> String {
    let unit = file
        .file_name()
        .filter(|name| ["unit.c", "unit.cpp", "unit.rs"].iter().any(|unit| name == unit));
    let shown = match unit {
        Some(name) => Path::new(name),
        None => file.strip_prefix(root).unwrap_or(file),
    };
    shown.display().to_string()
}
