//! The fork server: it has each group of calls made in children that may die, and learns from the kernel how they ended. No
//! code of a fixture is ever in its memory.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getpid, set_child_subreaper, set_parent_process_death_signal, setsid};
use twincall_abi::run::{Batch, Call, Ending, Group, Outcome, Stack, Trace};

use crate::burst::{self, Results};
use crate::child::{self, FILE_SIZE, Setting};
use crate::crash;
use crate::process::{self, End};
use crate::shared::{Progress, REGISTERS, Setback, Shared};
use crate::wire;

/// How much of what a call prints goes into its outcome, in bytes.
const OUTPUT_KEPT: usize = 4096;

/// No call gets longer than this, in milliseconds; what is longer overflows the clock.
pub(crate) const LONGEST_CALL: u64 = 24 * 60 * 60 * 1000;

/// Constructors get at least this long, however short the limit for a call is: loading reads from disk.
const LOAD_TIME: Duration = Duration::from_secs(1);

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

/// Why no further call of a group is made.
#[derive(Debug)]
enum Stop {
    Io(io::Error),
    /// Nor of any other group: the libraries would not load the next time either.
    NotLoaded(Ending),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Io(error)
    }
}

/// Serves the calls that have no answer yet and returns the exit status of the process.
pub(crate) fn run(batch: &Batch, descriptors: &Descriptors, progress: &Progress, pace: Pace) -> i32 {
    match serve(batch, descriptors, progress, pace) {
        Ok(()) => 0,
        Err(_) => 74,
    }
}

fn serve(batch: &Batch, descriptors: &Descriptors, progress: &Progress, pace: Pace) -> io::Result<()> {
    // A group of its own, which the guard can end as a whole; and it inherits the orphans of fixtures.
    setsid()?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_child_subreaper(Some(getpid()))?;
    let mut answers = Answers {
        file: &descriptors.answers,
        progress,
    };
    let calls = || batch.groups.iter().flat_map(|group| &group.calls);
    let largest = calls().map(|call| call.arena.len()).max().unwrap_or(0);
    let server = Server {
        batch,
        descriptors,
        progress,
        pace,
        shared: Shared::new(largest)?,
        handler_stack: crash::handler_stack().as_mut_ptr(),
        timeout: Duration::from_millis(batch.timeout_ms.clamp(1, LONGEST_CALL)),
    };
    let mut answered = progress.answered();
    for group in &batch.groups {
        // A server before this one was killed, and what it left open begins in a fresh process.
        let from = answered.min(group.calls.len());
        answered -= from;
        match server.run_group(group, from, &mut answers) {
            Ok(()) => {}
            Err(Stop::Io(error)) => return Err(error),
            Err(Stop::NotLoaded(ending)) => {
                return calls()
                    .skip(progress.answered())
                    .try_for_each(|call| answers.send(Outcome::unseen(call.id, ending.clone())));
            }
        }
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
    handler_stack: *mut u8,
    timeout: Duration,
}

impl Server<'_> {
    /// Answers the calls of a group from this one on. After each that does not come back, the rest goes on in a new child.
    fn run_group(&self, group: &Group, mut from: usize, answers: &mut Answers<'_>) -> Result<(), Stop> {
        let results = Results::for_calls(&self.descriptors.results, &group.calls);
        let results = results.filter(|_| self.pace == Pace::Burst);
        while from < group.calls.len() {
            let outcomes = match &results {
                Some(results) => self.burst(group, results, from)?,
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
                None => self.call_by_call(group, from, answers)?,
            };
        }
        Ok(())
    }

    /// Makes calls one by one, up to the first after which the child cannot go on. Returns the index of the one behind it.
    fn call_by_call(&self, group: &Group, from: usize, answers: &mut Answers<'_>) -> Result<usize, Stop> {
        let mut child: Option<Pid> = None;
        for (index, call) in group.calls.iter().enumerate().skip(from) {
            let number = u32::try_from(index + 1).map_err(io::Error::other)?;
            // A thread that a call left behind may have ended the process since; no call was running.
            if let Some(dead) = child.take_if(|pid| process::ended(*pid).is_some()) {
                process::bury(dead);
            }
            let pid = match child {
                Some(pid) => pid,
                None => self.start_child(group, None)?,
            };
            child = Some(pid);
            let deadline = Instant::now() + self.timeout;
            self.make_ready(call)?;
            self.shared.control().order(number);
            let ending = self.await_ending(pid, number, deadline);
            // A call that closed the probe's own descriptors must not cost the next one's output.
            let goes_on = matches!(ending, Ending::Returned | Ending::Refused { .. })
                && self.shared.control().mute.load(Ordering::Relaxed) == 0;
            if !goes_on {
                process::bury(pid);
            }
            let arena = match &ending {
                Ending::Refused { .. } => Vec::new(),
                _ => self.shared.read(call.arena.len()),
            };
            let output = self.read_output(FILE_SIZE as usize);
            answers.send(Outcome {
                id: call.id,
                ending,
                arena,
                output: kept(&output),
                flooded: output.len() as u64 >= FILE_SIZE,
            })?;
            if !goes_on {
                return Ok(index + 1);
            }
        }
        if let Some(pid) = child {
            process::bury(pid);
        }
        Ok(group.calls.len())
    }

    /// Puts everything that server and child share into the state that a call finds.
    fn make_ready(&self, call: &Call) -> io::Result<()> {
        if !self.shared.fill(&call.arena) {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.shared.control().reset();
        rustix::fs::ftruncate(&self.descriptors.output, 0)?;
        Ok(())
    }

    /// Makes the calls from this one on at one go. The outcomes are those of the calls that came back and of the first that
    /// did not. `None` means that it is not certain which call that was; nothing of it is to be believed.
    fn burst(&self, group: &Group, results: &Results<'_>, from: usize) -> Result<Option<Vec<Outcome>>, Stop> {
        results.clear()?;
        rustix::fs::ftruncate(&self.descriptors.output, 0).map_err(io::Error::from)?;
        let control = self.shared.control();
        self.progress.set_in_burst(true);
        let pid = self.start_child(group, Some((results, from)))?;
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
        for (call, record) in group.calls[from..].iter().zip(records) {
            let Some(text) = output.get(printed..record.output_end) else {
                return Ok(None);
            };
            printed = record.output_end;
            outcomes.push(Outcome {
                id: call.id,
                ending: Ending::Returned,
                arena: record.arena,
                output: kept(text),
                flooded: false,
            });
        }
        // The file and the word must name the same call. Between two calls the word names none, and what happens there
        // is no call's doing.
        let next = from + outcomes.len();
        let running = control.running.load(Ordering::Acquire) as usize;
        let ending = match stopped {
            Stopped::Ended(End::Exited(0)) if next == group.calls.len() && running == 0 => {
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
        let Some(call) = group.calls.get(next) else {
            return Ok(None);
        };
        outcomes.push(Outcome {
            id: call.id,
            ending,
            arena: self.shared.read(call.arena.len()),
            output: kept(output.get(printed..).unwrap_or_default()),
            flooded: false,
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

    /// Starts a child and waits until it has loaded the libraries.
    fn start_child(&self, group: &Group, burst: Option<(&Results<'_>, usize)>) -> Result<Pid, Stop> {
        let server = getpid();
        let load_time = self.timeout.max(LOAD_TIME);
        // The child may use up its time limit in every call, and a second is spare.
        let calls = self.batch.timeout_ms.saturating_mul(group.calls.len() as u64);
        let milliseconds = calls.saturating_add(load_time.as_millis() as u64);
        self.shared.control().begin();
        let setting = Setting {
            batch: self.batch,
            group,
            shared: &self.shared,
            progress: self.progress,
            server,
            answers: self.descriptors.answers.as_raw_fd(),
            output: self.descriptors.output.as_raw_fd(),
            null: self.descriptors.null.as_raw_fd(),
            handler_stack: self.handler_stack,
            processor_seconds: milliseconds.div_ceil(1000).saturating_add(1),
        };
        let Some(pid) = process::fork()? else {
            match burst {
                Some((results, from)) => child::run_burst(&setting, results, from),
                None => child::run(&setting),
            }
        };
        match self.await_loaded(pid, load_time) {
            Ok(()) => Ok(pid),
            Err(how) => {
                process::bury(pid);
                self.progress.set_in_burst(false);
                Err(Stop::NotLoaded(self.not_loaded(&how)))
            }
        }
    }

    /// Waits until the child has loaded the libraries. An error says what happened instead.
    fn await_loaded(&self, pid: Pid, limit: Duration) -> Result<(), String> {
        let is_loaded = || self.shared.control().loaded.load(Ordering::Acquire) != 0;
        let deadline = Instant::now() + limit;
        loop {
            // The end is looked at first: a child that loads them and ends at once has loaded them.
            let end = process::ended(pid);
            if is_loaded() {
                return Ok(());
            }
            if let Some(end) = end {
                return Err(end.to_string());
            }
            if !process::sleep_until(deadline) {
                return Err(format!("took longer than {} ms", limit.as_millis()));
            }
        }
    }

    /// How calls end for which no library was loaded.
    fn not_loaded(&self, how: &str) -> Ending {
        if let Some(reason) = self.shared.setback(Setback::Library) {
            return Ending::NotLoaded { reason };
        }
        let index = self.shared.control().loading.load(Ordering::Acquire) as usize;
        let library = self.batch.libraries.get(index).map(Path::new);
        let library = library
            .and_then(Path::file_name)
            .unwrap_or(OsStr::new("the libraries"));
        Ending::Unknown {
            reason: format!("loading {} {how}", library.display()),
        }
    }

    fn await_ending(&self, pid: Pid, number: u32, deadline: Instant) -> Ending {
        let control = self.shared.control();
        loop {
            // The end is looked at before the answer: a child that answers and dies at once has answered.
            let end = process::ended(pid);
            if control.answer.load(Ordering::Acquire) == number {
                return match self.shared.setback(Setback::Call) {
                    None => Ending::Returned,
                    Some(reason) => Ending::Refused { reason },
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

    /// How a call ended with its process: the kernel's word, to which the child's own record adds where it was.
    fn ending(&self, end: End) -> Ending {
        let crash = &self.shared.control().crash;
        let recorded = crash.signal.load(Ordering::Acquire).cast_signed();
        match end {
            End::Signalled(signal) if signal == recorded => Ending::Crashed {
                signal: crash::signal_name(signal),
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
                        modules: self.shared.modules(),
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
