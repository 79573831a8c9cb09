//! Native calls: hands a batch to the probe process and collects what it saw. No fixture code is loaded here.

mod backtrace;
#[cfg(test)]
mod tests;

use crate::build::{DependencyError, check_dependencies};

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use std::{env, io, thread};

use twincall_abi::run::{Batch, Call, Ending, Outcome, Trace};

use crate::account::{self, Part};
use crate::confine::{self, Role};
use backtrace::{DebugFile, Files, Unwinder};

/// The environment variable that names the probe.
pub const PROBE_VARIABLE: &str = "TWINCALL_PROBE";

const PROBE_NAME: &str = "twincall-probe";

/// What loading the libraries and starting processes may take on a busy machine, on top of the limits of calls.
const SPARE: Duration = Duration::from_secs(20);

/// No batch runs longer than this, however many calls hang in it.
const LONGEST: Duration = Duration::from_secs(600);

/// An outcome is its arena, its output and little else; a longer message is a broken one.
const OUTCOME_SPARE: usize = 1 << 20;

/// Status of a probe that could not make sense of the batch.
const STATUS_NOT_A_BATCH: i32 = 65;

/// Why native calls could not be made at all.
#[derive(Debug, thiserror::Error)]
pub enum NativeError {
    #[error("find the probe: {} does not exist; build it with `cargo build -p twincall-probe`", .looked_for.display())]
    ProbeNotFound { looked_for: PathBuf },
    #[error("find the probe: {0}")]
    OwnPath(#[source] io::Error),
    #[error("start the probe {}: {source}", .probe.display())]
    Start { probe: PathBuf, source: io::Error },
    #[error("{0}")]
    Dependency(#[from] DependencyError),
    #[error("encode the calls for the probe: {0}")]
    Encode(#[from] postcard::Error),
    #[error("encode the calls for the probe: {length} bytes do not fit into one message")]
    TooLarge { length: usize },
    #[error(
        "talk to the probe {}: it could not read the calls; build it anew with `cargo build -p twincall-probe`",
        .probe.display()
    )]
    OtherVersion { probe: PathBuf },
    #[error("wait for the probe {}: {source}", .probe.display())]
    Wait { probe: PathBuf, source: io::Error },
}

/// Makes all calls of a batch and returns one outcome for each, in the order of the batch.
///
/// A call for which the probe has no answer, because it died or sent something else, is [`Ending::Unknown`] with the reason.
pub fn run_batch(probe: &Path, batch: &Batch) -> Result<Vec<Outcome>, NativeError> {
    run_batch_with(probe, batch, &[], &|_| None)
}

/// As [`run_batch`], where debug information is kept apart: `debug_file` says which file has that of a library. It is asked
/// only about libraries in which something crashed. `further` are the SONAMEs of the system's libraries that the pair is about.
pub fn run_batch_with(
    probe: &Path,
    batch: &Batch,
    further: &[String],
    debug_file: &dyn Fn(&Path) -> Option<PathBuf>,
) -> Result<Vec<Outcome>, NativeError> {
    let calls = batch.groups.iter().map(|group| group.calls.len()).sum();
    run_within(probe, batch, further, time_limit(batch, calls), debug_file)
}

fn run_within(
    probe: &Path,
    batch: &Batch,
    further: &[String],
    limit: Duration,
    debug_file: &DebugFile<'_>,
) -> Result<Vec<Outcome>, NativeError> {
    let calls: Vec<&Call> = batch.groups.iter().flat_map(|group| &group.calls).collect();
    for library in &batch.libraries {
        check_dependencies(Path::new(library), further)?;
    }
    let _counting = account::count(Part::Native);
    let message = encode(batch)?;
    let mut command = Command::new(probe);
    command
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    confine::restrict(&mut command, Role::Probe);
    let start = Instant::now();
    let mut child = command.spawn().map_err(|source| NativeError::Start {
        probe: probe.to_owned(),
        source,
    })?;
    let (mut outcomes, ended_by) = converse(&mut child, &message, &calls, limit, debug_file);
    let status = account::wait(&mut child, "probe", start).map_err(|source| NativeError::Wait {
        probe: probe.to_owned(),
        source,
    })?;
    if outcomes.is_empty() && status.code() == Some(STATUS_NOT_A_BATCH) {
        return Err(NativeError::OtherVersion {
            probe: probe.to_owned(),
        });
    }
    let reason = ended_by.describe(status);
    let unanswered = calls.get(outcomes.len()..).unwrap_or_default();
    outcomes.extend(unanswered.iter().map(|call| {
        let reason = reason.clone();
        Outcome::unseen(call.id, Ending::Unknown { reason })
    }));
    Ok(outcomes)
}

/// Where the probe is: what [`PROBE_VARIABLE`] names, or else the file beside this executable, or in the
/// folder above it, where tests find it.
pub fn find_probe() -> Result<PathBuf, NativeError> {
    if let Some(named) = env::var_os(PROBE_VARIABLE).filter(|name| !name.is_empty()) {
        return existing([PathBuf::from(named)]);
    }
    let own = env::current_exe().map_err(NativeError::OwnPath)?;
    let beside = own.ancestors().skip(1).take(2).map(Path::to_owned);
    // The test of another crate has its own target folder, and finds the probe that was installed.
    let path = env::var_os("PATH").unwrap_or_default();
    let installed: Vec<PathBuf> = env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .collect();
    existing(beside.chain(installed).map(|folder| folder.join(PROBE_NAME)))
}

/// The first of these files that exists, or an error that names the first.
fn existing(candidates: impl IntoIterator<Item = PathBuf>) -> Result<PathBuf, NativeError> {
    let mut first = None;
    for candidate in candidates {
        if candidate.is_file() {
            return Ok(candidate);
        }
        first.get_or_insert(candidate);
    }
    Err(NativeError::ProbeNotFound {
        looked_for: first.unwrap_or_else(|| PROBE_NAME.into()),
    })
}

/// Who or what ended the conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum EndedBy {
    Probe,
    TimeLimit(Duration),
    Nonsense,
}

impl EndedBy {
    fn describe(self, status: ExitStatus) -> String {
        match self {
            EndedBy::Probe => format!("the probe ended before this call was answered ({status})"),
            EndedBy::TimeLimit(limit) => {
                format!(
                    "the probe was stopped before this call was answered, after {} s",
                    limit.as_secs()
                )
            }
            EndedBy::Nonsense => "the probe sent something that is not an outcome of this call".to_owned(),
        }
    }
}

/// Sends the batch and takes outcomes until all are there or something goes wrong.
fn converse(
    child: &mut Child,
    message: &[u8],
    calls: &[&Call],
    limit: Duration,
    debug_file: &DebugFile<'_>,
) -> (Vec<Outcome>, EndedBy) {
    let files = Files::default();
    let mut unwinder = Unwinder::new(&files, debug_file);
    let largest = calls.iter().map(|call| call.arena.len()).max().unwrap_or(0);
    let deadline = Instant::now() + limit;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let mut outcomes = Vec::with_capacity(calls.len());
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        // The probe reads everything before it answers, so writing and reading cannot block each other; a
        // thread of its own keeps the time limit in force for both.
        scope.spawn(move || {
            if let Some(mut input) = input {
                // A probe that ends early closes the pipe; its status says more than this error.
                let _ = input.write_all(message);
            }
            if let Some(output) = output {
                read_outcomes(output, largest + OUTCOME_SPARE, &sender);
            }
        });
        let ended_by = loop {
            match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Some(mut outcome)) => match calls.get(outcomes.len()) {
                    Some(call) if call.id == outcome.id => {
                        read_trace(&mut outcome.ending, &mut unwinder);
                        outcomes.push(outcome);
                    }
                    _ => break EndedBy::Nonsense,
                },
                Ok(None) => break EndedBy::Nonsense,
                Err(RecvTimeoutError::Disconnected) => break EndedBy::Probe,
                Err(RecvTimeoutError::Timeout) => break EndedBy::TimeLimit(limit),
            }
        };
        if ended_by != EndedBy::Probe {
            // The thread reads until the pipe is closed, which this brings about. A probe that has ended by
            // itself in the meantime needs no killing.
            let _ = child.kill();
        }
        (outcomes, ended_by)
    })
}

/// Makes a backtrace of a copied stack, which is dropped: a batch may have thousands of them.
fn read_trace(ending: &mut Ending, unwinder: &mut Unwinder<'_>) {
    if let Ending::Crashed { registers, trace, .. } = ending
        && let Trace::Stack(stack) = trace
    {
        *trace = Trace::Frames(unwinder.frames(registers, stack));
    }
}

/// Passes on each outcome as it comes; `None` is a message that is not one.
fn read_outcomes(mut output: impl Read, longest: usize, sender: &Sender<Option<Outcome>>) {
    let mut length = [0; 4];
    while output.read_exact(&mut length).is_ok() {
        let length = u32::from_le_bytes(length) as usize;
        if length > longest {
            let _ = sender.send(None);
            return;
        }
        let mut message = vec![0; length];
        if output.read_exact(&mut message).is_err() {
            // The probe died while it wrote.
            return;
        }
        let outcome = postcard::from_bytes(&message).ok();
        let is_last = outcome.is_none();
        // Nobody listens any more once the time limit has passed.
        if sender.send(outcome).is_err() || is_last {
            return;
        }
    }
}

/// The time in which the probe must have answered everything: every call may use up its own limit.
fn time_limit(batch: &Batch, calls: usize) -> Duration {
    let calls = u32::try_from(calls).unwrap_or(u32::MAX);
    let each = Duration::from_millis(batch.timeout_ms);
    each.saturating_mul(calls)
        .saturating_add(each)
        .saturating_add(SPARE)
        .min(LONGEST)
}

fn encode(batch: &Batch) -> Result<Vec<u8>, NativeError> {
    let mut message = postcard::to_extend(batch, vec![0; 4])?;
    let length = message.len() - 4;
    let prefix = u32::try_from(length).map_err(|_| NativeError::TooLarge { length })?;
    message[..4].copy_from_slice(&prefix.to_le_bytes());
    Ok(message)
}
