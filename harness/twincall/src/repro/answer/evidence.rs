//! What a run showed of the finding that the answer is about: the bytes that crossed, and a crash with its registers and calls.

use twincall_abi::interface::SourceLocation;

use crate::facts::{
    CallKind, CaseReport, Crossing, CrossingValue, Finding, FrameReport, ObservationReport, Place, Root,
};
use crate::repro::is_entry;
use crate::repro::pair::Pair;

/// Lines of values that crossed.
const MOST_LINES: usize = 6;
/// Frames that are shown.
const MOST_FRAMES: usize = 12;
/// The registers that tell where it happened and what was passed (psABI 3.2.3).
const SHOWN: [&str; 9] = ["rip", "rsp", "rdi", "rsi", "rdx", "rcx", "r8", "r9", "rax"];

/// A crash, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Crash {
    /// `SIGSEGV at address 0x1c8 in sum(), rust->c at -O0`.
    pub what: String,
    /// `rip 0x…`, in the order of the calling convention.
    pub registers: Vec<String>,
    /// The calls that led there, innermost first, with the lines of the report.
    pub frames: Vec<String>,
}

/// The first call at which the sides disagree, and the calls of the finding's function as both sides saw them.
pub(super) fn witnesses(pair: &Pair, finding: &Finding, case: &CaseReport) -> Vec<String> {
    let Some(crossings) = &case.crossings else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if let Some(first) = &crossings.first_disagreement {
        lines.push(format!("the first call at which the sides disagree: {first}"));
    }
    let calls = crossings
        .calls
        .iter()
        .filter(|call| call.symbol == finding.symbol && !is_entry(pair, &call.symbol));
    for call in calls {
        for value in call.arguments.iter().chain(&call.result) {
            let told = lines.iter().any(|line| line.ends_with(&value.text));
            if is_about(&finding.place, value) && !told && lines.len() < MOST_LINES {
                let Crossing { order, path, opt, .. } = call;
                lines.push(format!(
                    "call {order} of the program at -O{opt}, {path}: {}",
                    value.text
                ));
            }
        }
    }
    lines
}

/// Whether a value is the one in which a place like `*argument 2.b` lies. What is wrong with a whole function is told by each of
/// its values.
fn is_about(place: &Place, value: &CrossingValue) -> bool {
    place.root == Root::Whole || place.root == value.place.root
}

/// The crash of the report's own program, or else of a call of this function.
pub(super) fn crash(pair: &Pair, symbol: Option<&str>, case: &CaseReport) -> Option<Crash> {
    let crashed = |wanted: &dyn Fn(&str) -> bool| {
        let mut observations = case.observations.iter();
        observations.find(|seen| seen.kind == CallKind::Body && seen.crash.is_some() && wanted(&seen.symbol))
    };
    let seen = crashed(&|of| is_entry(pair, of)).or_else(|| crashed(&|of| Some(of) == symbol))?;
    let crash = seen.crash.as_ref()?;
    let at = crash.address.as_ref();
    let at = at
        .map(|address| format!(" at address {address}"))
        .unwrap_or_default();
    let ObservationReport { path, opt, .. } = seen;
    let register = |name: &&str| Some(format!("{name} {}", crash.registers.get(*name)?));
    Some(Crash {
        what: format!("{}{at} in {}, {path} at -O{opt}", crash.signal, crash.call),
        registers: SHOWN.iter().filter_map(register).collect(),
        frames: frames(pair, &crash.frames),
    })
}

/// The frame where it happened and those of the report. What lies between them in runtimes is left out.
fn frames(pair: &Pair, frames: &[FrameReport]) -> Vec<String> {
    let place = |frame: &FrameReport| {
        let (file, line) = (frame.file.clone()?, frame.line?);
        let location = SourceLocation {
            file,
            line,
            column: 0,
        };
        pair.place(&location).map(|(file, line)| format!("{file}:{line}"))
    };
    let shown = frames.iter().enumerate().filter_map(|(number, frame)| {
        let place = place(frame);
        if number > 0 && place.is_none() {
            return None;
        }
        let name = frame.function.as_deref().unwrap_or(&frame.offset);
        let at = match (&place, &frame.library) {
            (Some(place), _) => format!(" at {place}"),
            (None, Some(library)) => format!(" in {library}"),
            (None, None) => String::new(),
        };
        Some(format!("#{number} {name}{at}"))
    });
    shown.take(MOST_FRAMES).collect()
}

#[cfg(test)]
mod tests {
    use twincall_abi::path::Step;

    use super::*;

    #[test]
    fn a_value_is_told_where_its_place_is_asked_for() {
        let value = CrossingValue {
            place: Place::argument(1),
            text: "argument 2 (u32): rustc-1.96 wrote esi = 16, clang-22 reads rsi = 16".to_owned(),
            agree: true,
        };
        for (place, about) in [
            (Place::argument(1), true),
            (Place::argument(1).then(Step::Pointee).field("b"), true),
            (Place::argument(1).then(Step::Callback), true),
            (Place::WHOLE, true),
            (Place::argument(0), false),
            (Place::argument(20), false),
            (Place::RESULT, false),
        ] {
            assert_eq!(is_about(&place, &value), about, "{place}");
        }
    }
}
