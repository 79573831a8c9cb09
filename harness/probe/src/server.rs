//! The fork server: it loads the libraries once and has each group of calls made in children that may die.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getpid, set_child_subreaper, set_parent_process_death_signal, setsid};
use twincall_abi::run::{Batch, Ending, Group, Outcome};

use crate::burst::{self, Results};
use crate::call::{self, CallError, Prepared};
use crate::child::{self, Setback, Setting};
use crate::crash;
use crate::load::Libraries;
use crate::process::{self, End};
use crate::shared::{Progress, REGISTERS, Shared};
use crate::wire;

/// How much of what a call prints goes into its outcome, in bytes.
const OUTPUT_KEPT: usize = 4096;

/// No call gets longer than this, in milliseconds; what is longer overflows the clock.
pub(crate) const LONGEST_CALL: u64 = 24 * 60 * 60 * 1000;

/// Address space in bytes for the libraries themselves, on top of what constructors may take.
const LIBRARIES: u64 = 256 << 20;

/// The descriptors of the probe, at high numbers.
#[derive(Debug)]
pub(crate) struct Descriptors {
    /// Where outcomes are written: a private duplicate of standard output.
    pub(crate) answers: File,
    /// A file in memory: standard output and error of the children.
    pub(crate) output: OwnedFd,
    /// A file in memory: what the calls of a burst gave.
    pub(crate) results: OwnedFd,
    /// `/dev/null`.
    pub(crate) null: OwnedFd,
}

/// How the calls of a group are made first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pace {
    Burst,
    CallByCall,
}

/// Serves the groups that have no answer yet and returns the exit status of the process.
pub(crate) fn run(
    batch: &Batch,
    descriptors: &Descriptors,
    progress: &Progress,
    guard: Pid,
    pace: Pace,
) -> i32 {
    match serve(batch, descriptors, progress, guard, pace) {
        Ok(()) => 0,
        Err(_) => 74,
    }
}

fn serve(
    batch: &Batch,
    descriptors: &Descriptors,
    progress: &Progress,
    guard: Pid,
    pace: Pace,
) -> io::Result<()> {
    // A group of its own, which the guard can end as a whole; and it inherits the orphans of fixtures.
    setsid()?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_child_subreaper(Some(getpid()))?;
    let mut answers = Answers {
        file: &descriptors.answers,
        progress,
    };
    let memory = batch.memory_limit.saturating_add(LIBRARIES);
    let load = || Libraries::load(&batch.libraries, |index| progress.set_loading(index));
    let libraries = match process::with_memory(memory, load) {
        Ok(libraries) => libraries,
        Err(error) => {
            let reason = error.to_string();
            return batch
                .groups
                .iter()
                .flat_map(|group| &group.calls)
                .skip(progress.answered())
                .try_for_each(|call| answers.send(refused(call.id, reason.clone())));
        }
    };
    progress.set_loaded();
    process::report_to(guard);
    let calls = batch.groups.iter().flat_map(|group| &group.calls);
    let largest = calls.map(|call| call.arena.len()).max().unwrap_or(0);
    let server = Server {
        batch,
        descriptors,
        progress,
        pace,
        shared: Shared::new(largest)?,
        libraries,
        handler_stack: crash::handler_stack().as_mut_ptr(),
        timeout: Duration::from_millis(batch.timeout_ms.clamp(1, LONGEST_CALL)),
    };
    let mut answered = progress.answered();
    for group in &batch.groups {
        // A server that was killed in a burst has answered whole groups.
        if answered >= group.calls.len() {
            answered -= group.calls.len();
            continue;
        }
        server.run_group(group, &mut answers)?;
    }
    Ok(())
}

struct Answers<'a> {
    file: &'a File,
    progress: &'a Progress,
}

impl Answers<'_> {
    fn send(&mut self, outcome: Outcome) -> io::Result<()> {
        wire::write_outcome(&mut self.file, &outcome).map_err(io::Error::other)?;
        self.progress.add_answer();
        Ok(())
    }
}

struct Server<'a> {
    batch: &'a Batch,
    descriptors: &'a Descriptors,
    progress: &'a Progress,
    pace: Pace,
    shared: Shared,
    libraries: Libraries,
    handler_stack: *mut u8,
    timeout: Duration,
}

impl Server<'_> {
    fn run_group(&self, group: &Group, answers: &mut Answers<'_>) -> io::Result<()> {
        let calls: Vec<Result<Prepared<'_>, CallError>> = group
            .calls
            .iter()
            .map(|call| call::prepare(call, &self.libraries))
            .collect();
        if let Some(arenas) = self.burst(&calls)? {
            for ((call, prepared), arena) in group.calls.iter().zip(&calls).zip(arenas) {
                answers.send(match prepared {
                    Err(error) => refused(call.id, error.to_string()),
                    Ok(_) => Outcome {
                        id: call.id,
                        ending: Ending::Returned,
                        arena,
                        output: Vec::new(),
                    },
                })?;
            }
            return Ok(());
        }
        let mut child: Option<Pid> = None;
        for (index, (call, prepared)) in group.calls.iter().zip(&calls).enumerate() {
            let number = u32::try_from(index + 1).map_err(io::Error::other)?;
            let outcome = match prepared {
                Err(error) => refused(call.id, error.to_string()),
                Ok(prepared) => {
                    // A thread that a call left behind may have ended the process since; no call was running.
                    if let Some(dead) = child.take_if(|pid| process::ended(*pid).is_some()) {
                        process::bury(dead);
                    }
                    let deadline = Instant::now() + self.timeout;
                    self.make_ready(prepared.arena)?;
                    self.shared.control().order(number);
                    let pid = match child {
                        Some(pid) => pid,
                        None => self.start_child(&calls, None)?,
                    };
                    let ending = self.await_ending(pid, number, deadline);
                    child = match &ending {
                        Ending::Returned | Ending::Refused { .. } => Some(pid),
                        _ => {
                            process::bury(pid);
                            None
                        }
                    };
                    let arena = match &ending {
                        Ending::Refused { .. } => Vec::new(),
                        _ => self.shared.read(prepared.arena.len()),
                    };
                    Outcome {
                        id: call.id,
                        ending,
                        arena,
                        output: self.read_output(),
                    }
                }
            };
            answers.send(outcome)?;
        }
        if let Some(pid) = child {
            process::bury(pid);
        }
        Ok(())
    }

    /// Puts everything that server and child share into the state that a call finds.
    fn make_ready(&self, arena: &[u8]) -> io::Result<()> {
        if !self.shared.fill(arena) {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.shared.control().reset();
        rustix::fs::ftruncate(&self.descriptors.output, 0)?;
        Ok(())
    }

    /// Makes the whole group at one go. `None` means that something was unusual and nothing of it is to be believed.
    fn burst(&self, calls: &[Result<Prepared<'_>, CallError>]) -> io::Result<Option<Vec<Vec<u8>>>> {
        let results = Results::for_calls(&self.descriptors.results, calls);
        let Some(results) = results.filter(|_| self.pace == Pace::Burst) else {
            return Ok(None);
        };
        results.clear()?;
        rustix::fs::ftruncate(&self.descriptors.output, 0)?;
        self.shared.control().reset();
        self.progress.set_in_burst(true);
        let pid = self.start_child(calls, Some(&results))?;
        let ended_well = self.await_burst(pid);
        process::bury(pid);
        self.progress.set_in_burst(false);
        // What was printed belongs to a call, and only one call at a time can tell which.
        if !ended_well || !self.read_output().is_empty() {
            return Ok(None);
        }
        results.read()
    }

    /// Waits for the child to end by itself. Patience with a single call is short, because nothing is lost.
    fn await_burst(&self, pid: Pid) -> bool {
        let mut seen = 0;
        let patience = self.timeout.min(burst::PATIENCE);
        let mut deadline = Instant::now() + patience;
        loop {
            if let Some(end) = process::ended(pid) {
                return matches!(end, End::Exited(0));
            }
            if !process::sleep_until(deadline) {
                let progress = self.shared.control().progress.load(Ordering::Relaxed);
                if progress == seen {
                    return false;
                }
                seen = progress;
                deadline = Instant::now() + patience;
            }
        }
    }

    fn start_child(
        &self,
        calls: &[Result<Prepared<'_>, CallError>],
        burst: Option<&Results<'_>>,
    ) -> io::Result<Pid> {
        let server = getpid();
        // The child may use up its time limit in every call, and a second is spare.
        let milliseconds = self.batch.timeout_ms.saturating_mul(calls.len() as u64);
        let setting = Setting {
            shared: &self.shared,
            server,
            answers: self.descriptors.answers.as_raw_fd(),
            output: self.descriptors.output.as_raw_fd(),
            null: self.descriptors.null.as_raw_fd(),
            handler_stack: self.handler_stack,
            address_space: process::address_space().saturating_add(self.batch.memory_limit),
            processor_seconds: milliseconds.div_ceil(1000).saturating_add(1),
        };
        match process::fork()? {
            Some(pid) => Ok(pid),
            None => match burst {
                Some(results) => child::run_burst(&setting, calls, results),
                None => child::run(&setting, calls),
            },
        }
    }

    fn await_ending(&self, pid: Pid, number: u32, deadline: Instant) -> Ending {
        let control = self.shared.control();
        loop {
            // The end is looked at before the answer: a child that answers and dies at once has answered.
            let end = process::ended(pid);
            if control.answer.load(Ordering::Acquire) == number {
                return match Setback::from_code(control.setback.load(Ordering::Relaxed)) {
                    None => Ending::Returned,
                    Some(setback) => Ending::Refused {
                        reason: setback.to_string(),
                    },
                };
            }
            if let Some(end) = end {
                return self.ending(end);
            }
            if !process::sleep_until(deadline) {
                return Ending::TimedOut;
            }
        }
    }

    fn ending(&self, end: End) -> Ending {
        let crash = &self.shared.control().crash;
        let recorded = crash.signal.load(Ordering::Acquire).cast_signed();
        match end {
            End::Exited(crash::STATUS) if recorded != 0 => Ending::Crashed {
                signal: crash::signal_name(recorded),
                address: (crash.has_address.load(Ordering::Relaxed) != 0)
                    .then(|| crash.address.load(Ordering::Relaxed)),
                registers: REGISTERS
                    .iter()
                    .zip(&crash.registers)
                    .map(|(name, word)| ((*name).to_owned(), word.load(Ordering::Relaxed)))
                    .collect(),
            },
            End::Exited(status) => Ending::Exited { status },
            // The limit on processor time only strikes where the one on real time would have.
            End::Signalled(libc::SIGXCPU) => Ending::TimedOut,
            End::Signalled(signal) => Ending::Crashed {
                signal: crash::signal_name(signal),
                address: None,
                registers: BTreeMap::new(),
            },
        }
    }

    /// What the call printed, from the start.
    fn read_output(&self) -> Vec<u8> {
        let mut kept = vec![0; OUTPUT_KEPT];
        let length = rustix::io::pread(&self.descriptors.output, kept.as_mut_slice(), 0).unwrap_or(0);
        kept.truncate(length);
        kept
    }
}

fn refused(id: u32, reason: String) -> Outcome {
    Outcome {
        id,
        ending: Ending::Refused { reason },
        arena: Vec::new(),
        output: Vec::new(),
    }
}
