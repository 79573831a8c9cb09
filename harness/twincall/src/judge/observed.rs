//! What was seen of calls, for reports: by function, path and level, and of crashes the calls that led there.

use std::path::Path;

use twincall_abi::run::{Ending, Frame, Trace};

use crate::facts::{
    CallKind, CallPath, CallResult, CrashReport, EndedCall, Endings, FrameReport, ObservationReport, Root,
};
use crate::run::plan::{Observation, Reading};

/// Observations by function, path and level.
pub(crate) fn summary(observations: &[Observation], root: &Path) -> Vec<ObservationReport> {
    let mut all: Vec<ObservationReport> = Vec::new();
    // Bodies that were made once more with a tap are told apart from the others, by the calls that they made.
    for observation in observations.iter().filter(|seen| seen.kind != CallKind::Tapped) {
        let path = CallPath::new(observation.caller, observation.callee);
        let opt = observation.opt.number();
        let known = all.iter_mut().find(|known| {
            known.symbol == observation.symbol
                && known.kind == observation.kind
                && known.path == path
                && known.opt == opt
        });
        let entry = match known {
            Some(entry) => entry,
            None => {
                all.push(ObservationReport {
                    symbol: observation.symbol.clone(),
                    kind: observation.kind,
                    path,
                    opt,
                    calls: 0,
                    returned: 0,
                    endings: Endings::default(),
                    crash: None,
                    results: Vec::new(),
                });
                let Some(entry) = all.last_mut() else { continue };
                entry
            }
        };
        entry.calls += 1;
        if observation.ending == Ending::Returned {
            entry.returned += 1;
        } else {
            entry.crash = entry.crash.take().or_else(|| crash(observation, root));
            let ended = describe_ending(&observation.ending);
            if !entry.endings.0.contains(&ended) {
                entry.endings.0.push(ended);
            }
        }
        if observation.kind == CallKind::Body
            && observation.label.contains('(')
            && observation.ending == Ending::Returned
        {
            let values = observation
                .outputs
                .iter()
                .map(|values| show_values(values))
                .collect();
            entry.results.push(CallResult {
                call: observation.label.clone(),
                values,
                number: number(&observation.outputs),
            });
        }
    }
    all
}

/// Values of one result or buffer, shortened where there are many.
fn show_values(values: &[Reading]) -> String {
    const SHOWN: usize = 16;
    let mut texts: Vec<String> = values.iter().take(SHOWN).map(Reading::show).collect();
    if values.len() > SHOWN {
        texts.push(format!("{} more", values.len() - SHOWN));
    }
    let place = values.first().map(|value| value.place.root.to_string());
    format!("{}: {}", place.as_deref().unwrap_or("nothing"), texts.join(" "))
}

/// The result as a number; it comes before all buffers.
fn number(outputs: &[Vec<Reading>]) -> Option<u64> {
    let [result] = outputs.first()?.as_slice() else {
        return None;
    };
    let integer = result.place.root == Root::Result && !result.float && !result.pointer;
    let mut bytes = [0; 8];
    let own = bytes.get_mut(..result.bits.len()).filter(|_| integer)?;
    own.copy_from_slice(&result.bits);
    Some(u64::from_le_bytes(bytes))
}

/// How a call ended, with the registers of a crash.
pub(super) fn describe_ending(ending: &Ending) -> EndedCall {
    let what = match ending {
        Ending::Returned => "returned".to_owned(),
        Ending::Crashed {
            signal,
            address,
            registers,
            ..
        } => {
            let registers = registers.iter();
            return EndedCall {
                what: signal.clone(),
                address: address.map(|address| format!("{address:#x}")),
                registers: registers
                    .map(|(name, value)| format!("{name}={value:#x}"))
                    .collect(),
            };
        }
        Ending::Exited { status } => format!("the process exited with status {status}"),
        Ending::TimedOut => "no return within the time limit".to_owned(),
        Ending::Trapped { trap, frames } => format!("trap {trap} in {}", frames.join(" < ")),
        Ending::Refused { reason } | Ending::NotLoaded { reason } => format!("not called: {reason}"),
        Ending::Unknown { reason } => format!("not known: {reason}"),
    };
    EndedCall {
        what,
        ..EndedCall::default()
    }
}

/// Nothing where the call did not crash. Files below `root` are named from there.
fn crash(observation: &Observation, root: &Path) -> Option<CrashReport> {
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
        frames: frames.iter().map(|one| frame(one, root)).collect(),
    })
}

/// One frame, with the file as a person of the project knows it.
fn frame(frame: &Frame, root: &Path) -> FrameReport {
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
