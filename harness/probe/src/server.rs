//! The fork server: it loads the libraries once and has each group of calls made in children that may die.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getpid, set_child_subreaper, set_parent_process_death_signal, setsid};
use twincall_abi::run::{Batch, Ending, Group, Module, Outcome, Stack, Trace};

use crate::burst::{self, Results};
use crate::call::{self, CallError, Prepared};
use crate::child::{self, FILE_SIZE, Setback, Setting};
use crate::crash;
use crate::load::{Libraries, LoadError};
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

/// Why a burst is over.
#[derive(Clone, Copy, Debug)]
enum Stopped {
    Ended(End),
    /// This call used up its time: one more than its index.
    TimedOut(u32),
}

/// Serves the calls that have no answer yet and returns the exit status of the process.
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
            let ending = match error {
                LoadError::Library { .. } => Ending::NotLoaded { reason },
                _ => Ending::Refused { reason },
            };
            return batch
                .groups
                .iter()
                .flat_map(|group| &group.calls)
                .skip(progress.answered())
                .try_for_each(|call| answers.send(not_called(call.id, ending.clone())));
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
        modules: libraries.modules(),
        libraries,
        handler_stack: crash::handler_stack().as_mut_ptr(),
        timeout: Duration::from_millis(batch.timeout_ms.clamp(1, LONGEST_CALL)),
    };
    let mut answered = progress.answered();
    for group in &batch.groups {
        // A server before this one was killed, and what it left open begins in a fresh process.
        let from = answered.min(group.calls.len());
        answered -= from;
        server.run_group(group, from, &mut answers)?;
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
    modules: Vec<Module>,
    handler_stack: *mut u8,
    timeout: Duration,
}

impl Server<'_> {
    /// Answers the calls of a group from this one on. After each that does not come back, the rest goes on in a new child.
    fn run_group(&self, group: &Group, mut from: usize, answers: &mut Answers<'_>) -> io::Result<()> {
        let calls: Vec<Result<Prepared<'_>, CallError>> = group
            .calls
            .iter()
            .map(|call| call::prepare(call, &self.libraries))
            .collect();
        let results = Results::for_calls(&self.descriptors.results, &calls);
        let results = results.filter(|_| self.pace == Pace::Burst);
        while from < calls.len() {
            let outcomes = match &results {
                Some(results) => self.burst(group, &calls, results, from)?,
                None => None,
            };
            from = match outcomes {
                Some(outcomes) => {
                    let made = outcomes.len();
                    outcomes
                        .into_iter()
                        .try_for_each(|outcome| answers.send(outcome))?;
                    from + made
                }
                None => self.call_by_call(group, &calls, from, answers)?,
            };
        }
        Ok(())
    }

    /// Makes calls one by one, up to the first after which the child cannot go on. Returns the index of the one behind it.
    fn call_by_call(
        &self,
        group: &Group,
        calls: &[Result<Prepared<'_>, CallError>],
        from: usize,
        answers: &mut Answers<'_>,
    ) -> io::Result<usize> {
        let mut child: Option<Pid> = None;
        for (index, (call, prepared)) in group.calls.iter().zip(calls).enumerate().skip(from) {
            let number = u32::try_from(index + 1).map_err(io::Error::other)?;
            let prepared = match prepared {
                Ok(prepared) => prepared,
                Err(error) => {
                    answers.send(refused(call.id, error.to_string()))?;
                    continue;
                }
            };
            // A thread that a call left behind may have ended the process since; no call was running.
            if let Some(dead) = child.take_if(|pid| process::ended(*pid).is_some()) {
                process::bury(dead);
            }
            let deadline = Instant::now() + self.timeout;
            self.make_ready(prepared.arena)?;
            self.shared.control().order(number);
            let pid = match child {
                Some(pid) => pid,
                None => self.start_child(calls, None)?,
            };
            child = Some(pid);
            let ending = self.await_ending(pid, number, deadline);
            // A call that closed the probe's own descriptors must not cost the next one's output.
            let goes_on = matches!(ending, Ending::Returned | Ending::Refused { .. })
                && self.shared.control().mute.load(Ordering::Relaxed) == 0;
            if !goes_on {
                process::bury(pid);
            }
            let arena = match &ending {
                Ending::Refused { .. } => Vec::new(),
                _ => self.shared.read(prepared.arena.len()),
            };
            answers.send(Outcome {
                id: call.id,
                ending,
                arena,
                output: kept(&self.read_output(FILE_SIZE as usize)),
            })?;
            if !goes_on {
                return Ok(index + 1);
            }
        }
        if let Some(pid) = child {
            process::bury(pid);
        }
        Ok(calls.len())
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

    /// Makes the calls from this one on at one go. The outcomes are those of the calls that came back and of the first that
    /// did not. `None` means that it is not certain which call that was; nothing of it is to be believed.
    fn burst(
        &self,
        group: &Group,
        calls: &[Result<Prepared<'_>, CallError>],
        results: &Results<'_>,
        from: usize,
    ) -> io::Result<Option<Vec<Outcome>>> {
        results.clear()?;
        rustix::fs::ftruncate(&self.descriptors.output, 0)?;
        let control = self.shared.control();
        control.reset();
        self.progress.set_in_burst(true);
        let pid = self.start_child(calls, Some((results, from)))?;
        let stopped = self.await_burst(pid);
        process::bury(pid);
        self.progress.set_in_burst(false);

        let records = results.read(from)?;
        let output = self.read_output(FILE_SIZE as usize);
        if output.len() as u64 >= FILE_SIZE {
            // The limit is one for all of them here, and some of what was printed may be missing.
            return Ok(None);
        }
        let mut outcomes = Vec::with_capacity(records.len() + 1);
        let mut printed = 0;
        for (call, (prepared, record)) in group.calls[from..].iter().zip(calls[from..].iter().zip(records)) {
            outcomes.push(match (prepared, record) {
                (Ok(_), Some(record)) => {
                    let Some(text) = output.get(printed..record.output_end) else {
                        return Ok(None);
                    };
                    printed = record.output_end;
                    Outcome {
                        id: call.id,
                        ending: Ending::Returned,
                        arena: record.arena,
                        output: kept(text),
                    }
                }
                (Err(error), _) => refused(call.id, error.to_string()),
                (Ok(_), None) => return Ok(None),
            });
        }
        // The file and the word must name the same call. Between two calls the word names none, and what happens there
        // is no call's doing.
        let next = from + outcomes.len();
        let running = control.running.load(Ordering::Acquire) as usize;
        let ending = match stopped {
            Stopped::Ended(End::Exited(0)) if next == calls.len() && running == 0 => {
                return Ok(Some(outcomes));
            }
            // The limit on processor time is one for all of them.
            Stopped::Ended(End::Signalled(libc::SIGXCPU)) => return Ok(None),
            Stopped::Ended(end) if running == next + 1 => self.ending(end),
            Stopped::TimedOut(number) if running == next + 1 && number as usize == running => {
                Ending::TimedOut
            }
            _ => return Ok(None),
        };
        let (Some(call), Some(Ok(prepared))) = (group.calls.get(next), calls.get(next)) else {
            return Ok(None);
        };
        outcomes.push(Outcome {
            id: call.id,
            ending,
            arena: self.shared.read(prepared.arena.len()),
            output: kept(output.get(printed..).unwrap_or_default()),
        });
        Ok(Some(outcomes))
    }

    /// Waits for the child to end by itself, or for one call to use up its time.
    fn await_burst(&self, pid: Pid) -> Stopped {
        let patience = self.timeout.min(burst::PATIENCE);
        let (mut seen, mut since) = (0, Instant::now());
        let mut deadline = since + patience;
        loop {
            if let Some(end) = process::ended(pid) {
                return Stopped::Ended(end);
            }
            if !process::sleep_until(deadline) {
                let now = Instant::now();
                let progress = self.shared.control().progress.load(Ordering::Relaxed);
                if progress != seen {
                    (seen, since) = (progress, now);
                } else if now - since >= self.timeout {
                    return Stopped::TimedOut(seen);
                }
                deadline = now + patience;
            }
        }
    }

    fn start_child(
        &self,
        calls: &[Result<Prepared<'_>, CallError>],
        burst: Option<(&Results<'_>, usize)>,
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
                Some((results, from)) => child::run_burst(&setting, calls, results, from),
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
                trace: self.shared.crashed_stack().map_or(Trace::Unknown, |(at, bytes)| {
                    Trace::Stack(Stack {
                        at,
                        bytes,
                        modules: self.modules.clone(),
                    })
                }),
            },
            End::Exited(status) => Ending::Exited { status },
            // The limit on processor time only strikes where the one on real time would have.
            End::Signalled(libc::SIGXCPU) => Ending::TimedOut,
            End::Signalled(signal) => Ending::Crashed {
                signal: crash::signal_name(signal),
                address: None,
                registers: BTreeMap::new(),
                trace: Trace::Unknown,
            },
        }
    }

    /// What was printed, from the start and up to this many bytes.
    fn read_output(&self, most: usize) -> Vec<u8> {
        let size = rustix::fs::fstat(&self.descriptors.output).map_or(0, |stat| stat.st_size);
        let mut text = vec![0; most.min(usize::try_from(size).unwrap_or(0))];
        let length = match text.as_mut_slice() {
            [] => 0,
            text => rustix::io::pread(&self.descriptors.output, text, 0).unwrap_or(0),
        };
        text.truncate(length);
        text
    }
}

/// What of a call's output goes into its outcome: its beginning and, where a program says why it gives up, its end.
fn kept(output: &[u8]) -> Vec<u8> {
    let half = OUTPUT_KEPT / 2;
    match output.len() > OUTPUT_KEPT {
        false => output.to_vec(),
        true => [&output[..half], b"\n[..]\n", &output[output.len() - half..]].concat(),
    }
}

fn refused(id: u32, reason: String) -> Outcome {
    not_called(id, Ending::Refused { reason })
}

fn not_called(id: u32, ending: Ending) -> Outcome {
    Outcome {
        id,
        ending,
        arena: Vec::new(),
        output: Vec::new(),
    }
}
