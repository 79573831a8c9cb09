//! How the fixture's own program ended: by itself, by its own check, at a limit of ours, or by what it did not foresee.

use twincall_abi::interface::SourceLocation;
use twincall_abi::run::Ending;

use super::observed::describe_ending;
use crate::discover::Case;
use crate::facts::{CallKind, End, ProgramEnd};
use crate::run::plan::Observation;

#[cfg(test)]
mod tests;

/// Lines of a message that are kept: an assertion of two values has three.
const MOST_LINES: usize = 3;
/// What Rust's allocator says last, for programs that do not catch it.
const NO_MEMORY: [&str; 2] = ["memory allocation of ", "'std::bad_alloc'"];
/// Functions of Rust's runtime of which one is among a trap's frames where a panic led there.
const PANIC_FRAMES: [&str; 3] = ["rust_panic", "begin_panic", "panic_fmt"];
/// The same where an allocation failed.
const NO_MEMORY_FRAMES: [&str; 3] = ["rust_oom", "alloc_error", "handle_alloc_error"];

/// The ends of the fixture's program, each once for a level.
pub(crate) fn ends(case: &Case, observations: &[Observation]) -> Vec<ProgramEnd> {
    let mut all: Vec<ProgramEnd> = Vec::new();
    for observation in observations {
        if observation.kind != CallKind::Body || !case.starts_program(&observation.symbol) {
            continue;
        }
        let end = end(observation);
        if let Some(end) = end.filter(|end| !all.contains(end)) {
            all.push(end);
        }
    }
    all.sort_by_key(|end| (end.opt, end.end));
    all
}

/// Nothing where the call was not made.
fn end(observation: &Observation) -> Option<ProgramEnd> {
    let said = said(&observation.output);
    let starts = |text: &str| observation.output.contains(text);
    let (end, message) = match &observation.ending {
        Ending::Refused { .. } | Ending::NotLoaded { .. } | Ending::Unknown { .. } => return None,
        Ending::Returned => (End::Returned, None),
        // What a program does whose output fails is not what it would have done.
        _ if observation.flooded => (End::Limit, Some("it printed more than a call may".to_owned())),
        Ending::TimedOut => (
            End::Limit,
            Some("it did not return in the time that a call has".to_owned()),
        ),
        Ending::Exited { .. } => match said {
            Some(said) => (End::Failed, Some(said)),
            None => (End::Exited, None),
        },
        Ending::Crashed { signal, .. } => match signal.as_str() {
            "SIGABRT" if NO_MEMORY.into_iter().any(starts) => (
                End::Limit,
                Some("it asked for more memory than a call may have".to_owned()),
            ),
            // Only what ends in an abort is what a program says of itself last.
            "SIGABRT" if said.is_some() => (End::Failed, said),
            _ => (End::Died, None),
        },
        Ending::Trapped { frames, .. } => {
            let among = |names: &[&str]| {
                let mut frames = frames.iter();
                frames.any(|frame| names.iter().any(|name| frame.contains(name)))
            };
            if among(&NO_MEMORY_FRAMES) {
                (
                    End::Limit,
                    Some("it asked for more memory than a call may have".to_owned()),
                )
            } else if among(&PANIC_FRAMES) {
                // wasm32-unknown-unknown has nothing to print with.
                (End::Failed, Some("a panic".to_owned()))
            } else {
                (End::Died, None)
            }
        }
    };
    let returned = observation.ending == Ending::Returned;
    Some(ProgramEnd {
        call: observation.label.clone(),
        opt: observation.opt.number(),
        end,
        call_ended: (!returned).then(|| describe_ending(&observation.ending).without_registers()),
        at: match end {
            End::Failed => place(&observation.output),
            _ => None,
        },
        message,
    })
}

/// What a runtime prints for a program that gives up: Rust's for a panic, C's for `assert`, C++'s for an exception that
/// nobody caught.
fn said(output: &str) -> Option<String> {
    panic(output).or_else(|| {
        let line = |part: &str| output.lines().find(|line| line.contains(part));
        if let Some((_, condition)) = line(": Assertion `").and_then(|line| line.split_once(": Assertion `"))
        {
            let condition = condition.trim_end_matches('.');
            let text = match condition.strip_suffix("' failed") {
                Some(condition) => format!("assertion `{condition}` failed"),
                None => format!("assertion {condition}"),
            };
            return Some(text);
        }
        line("terminate called").map(|line| {
            let what = output
                .lines()
                .find_map(|line| line.trim().strip_prefix("what():"));
            let what = what.map_or(String::new(), |what| format!(": {}", what.trim()));
            format!("{}{what}", line.trim())
        })
    })
}

/// The message of the first panic. Its first line names the place; before Rust 1.73 it holds the message too.
fn panic(output: &str) -> Option<String> {
    let (_, rest) = output.split_once(" panicked at ")?;
    if let Some(quoted) = rest.strip_prefix('\'') {
        let (message, _) = quoted.split_once("', ")?;
        return Some(joined(message.lines()));
    }
    let ends =
        |line: &&str| !line.is_empty() && !line.starts_with("note: ") && !line.starts_with("stack backtrace");
    let message = rest.lines().skip(1).take_while(ends);
    Some(joined(message))
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<&str> = lines.map(str::trim).take(MOST_LINES).collect();
    lines.join("; ")
}

/// Where the words say that it was: `file:line`, with a column for Rust and a function for C.
fn place(output: &str) -> Option<SourceLocation> {
    let text = match output.split_once(" panicked at ") {
        Some((_, rest)) => match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split_once("', ")?.1.lines().next()?,
            None => rest.lines().next()?,
        },
        None => {
            let line = output.lines().find(|line| line.contains(": Assertion `"))?;
            // glibc puts the program's name before.
            line.split_once(": ")?.1
        }
    };
    let mut parts = text.trim_end_matches(':').split(':');
    let (file, line) = (parts.next()?.trim(), parts.next()?.trim().parse().ok()?);
    Some(SourceLocation {
        file: file.to_owned(),
        line,
        column: 0,
    })
}
