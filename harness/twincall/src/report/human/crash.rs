//! Backtraces for a person: the calls that led to a crash, a line each.

use std::fmt::Write as _;

use twincall_abi::interface::Side;

use crate::facts::{CaseReport, CrashReport, FrameReport, ObservationReport};

/// So many frames are shown; the JSON has them all.
const SHOWN: usize = 8;

/// The first crash in each side's code of this symbol. One in which the other side calls is preferred, since it shows both
/// languages.
pub(super) fn backtraces(case: &CaseReport, symbol: &str) -> String {
    let mut text = String::new();
    for callee in Side::BOTH {
        let crashed = |observation: &&ObservationReport| {
            observation.symbol == symbol && observation.crash.is_some() && observation.path.callee == callee
        };
        let of_side = || case.observations.iter().filter(crashed);
        let crosses = |observation: &&ObservationReport| observation.path.crosses();
        let Some(observation) = of_side().find(crosses).or_else(|| of_side().next()) else {
            continue;
        };
        if let Some(crash) = observation
            .crash
            .as_ref()
            .filter(|crash| !crash.frames.is_empty())
        {
            let _ = writeln!(
                text,
                "    {} in {}, {} -O{}:",
                crash.signal, crash.call, observation.path, observation.opt
            );
            text.push_str(&frames(crash));
        }
    }
    text
}

/// Where it crashed and the project's own frames. What lies between them in runtimes is counted.
fn frames(crash: &CrashReport) -> String {
    let is_own = |frame: &FrameReport| frame.file.as_ref().is_some_and(|file| !file.starts_with('/'));
    let mut text = String::new();
    let (mut shown, mut between) = (0, 0);
    for (number, frame) in crash.frames.iter().enumerate() {
        if number > 0 && !is_own(frame) {
            between += 1;
            continue;
        }
        if between > 0 {
            let _ = writeln!(text, "      {}", in_libraries(between));
            between = 0;
        }
        if shown == SHOWN {
            let _ = writeln!(text, "      {} more", crash.frames.len() - number);
            return text;
        }
        let _ = writeln!(text, "      #{number} {}", show(frame));
        shown += 1;
    }
    if between > 0 {
        let _ = writeln!(text, "      {}", in_libraries(between));
    }
    text
}

fn in_libraries(frames: usize) -> String {
    let plural = if frames == 1 { "" } else { "s" };
    format!("{frames} frame{plural} in libraries")
}

/// `fill at c-fixtures/x.c:3`, `abort in libc.so.6`, or an address where nothing is known of it.
fn show(frame: &FrameReport) -> String {
    let name = frame.function.as_deref().unwrap_or(&frame.offset);
    match (&frame.file, frame.line, &frame.library) {
        (Some(file), Some(line), _) => format!("{name} at {file}:{line}"),
        (Some(file), None, _) => format!("{name} in {file}"),
        (None, _, Some(library)) => format!("{name} in {library}"),
        (None, _, None) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(function: Option<&str>, file: Option<&str>, library: Option<&str>) -> FrameReport {
        FrameReport {
            function: function.map(str::to_owned),
            file: file.map(str::to_owned),
            line: file.map(|_| 7),
            library: library.map(str::to_owned),
            offset: "0x123".to_owned(),
        }
    }

    #[test]
    fn what_lies_in_runtimes_is_counted() {
        let own = || frame(Some("fill"), Some("c-fixtures/x.c"), None);
        let libc = || frame(None, None, Some("libc.so.6"));
        let rust = || frame(Some("abort"), Some("/rustc/library/abort.rs"), None);
        let crash = CrashReport {
            call: "fill()".to_owned(),
            signal: "SIGABRT".to_owned(),
            address: None,
            registers: Default::default(),
            frames: [libc(), libc(), rust(), own(), rust(), own()]
                .into_iter()
                .chain((0..SHOWN).map(|_| own()))
                .collect(),
        };
        let shown = frames(&crash);
        let lines: Vec<&str> = shown.lines().map(str::trim).collect();
        let start = [
            "#0 0x123 in libc.so.6",
            "2 frames in libraries",
            "#3 fill at c-fixtures/x.c:7",
            "1 frame in libraries",
            "#5 fill at c-fixtures/x.c:7",
        ];
        assert_eq!(lines[..5], start);
        // Of the last frames all but as many as were shown before.
        assert_eq!(lines.len(), 5 + (SHOWN - 3) + 1);
        assert_eq!(lines.last(), Some(&"3 more"));
    }
}
