//! The oldest process: it reads the batch and sees to it that every call is answered, whatever the server does.

use std::fs::File;
use std::io::{self, stdin};
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::process::{
    DumpableBehavior, Pid, Resource, Rlimit, Signal, getpid, getrlimit, set_child_subreaper,
    set_dumpable_behavior, set_parent_process_death_signal, setrlimit,
};
use twincall_abi::run::{Batch, Call, Ending, Outcome};

use crate::process;
use crate::server::{self, Descriptors, Pace};
use crate::shared::Progress;
use crate::wire::{self, WireError};

/// The probe's own descriptors are above those that a process has by default. Not by much: a fork copies
/// the table up to the highest one in use.
const FIRST_DESCRIPTOR: u64 = 1100;

/// Why the probe could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GuardError {
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error("set up the probe: {0}")]
    System(#[from] io::Error),
}

impl GuardError {
    /// The exit status: `EX_DATAERR`, `EX_IOERR` and `EX_OSERR` of sysexits.
    pub(crate) fn status(&self) -> u8 {
        match self {
            GuardError::Wire(WireError::Read(_) | WireError::Decode(_)) => 65,
            GuardError::Wire(WireError::Write(_) | WireError::Encode(_)) => 74,
            GuardError::System(_) => 71,
        }
    }
}

/// Reads the batch, has it served, answers what the server left open.
pub(crate) fn run() -> Result<(), GuardError> {
    // A tool that is killed takes its probe along.
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(io::Error::from)?;
    set_child_subreaper(Some(getpid())).map_err(io::Error::from)?;
    process::limit(Resource::Core, 0);
    // Nobody of the same user may look into this process or open its descriptors once more; children undo it for themselves.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(io::Error::from)?;
    let descriptors = take_descriptors()?;
    let batch = wire::read_batch(&mut stdin().lock())?;
    silence(&descriptors.null)?;
    let progress = Progress::new()?;
    process::block_reports();
    let calls: Vec<&Call> = batch.groups.iter().flat_map(|group| &group.calls).collect();
    let mut pace = Pace::Burst;
    while progress.answered() < calls.len() {
        let fate = serve(&batch, &descriptors, progress, pace)?;
        if progress.is_in_burst() {
            // The server was killed by one of the calls that it had made at one go: call by call it is known by which.
            pace = Pace::CallByCall;
            continue;
        }
        if let Some(call) = calls.get(progress.answered()) {
            give_up(call, &descriptors, progress, &fate)?;
        }
        pace = Pace::Burst;
    }
    Ok(())
}

/// Starts a server for the groups that have no answer, and says how it ended.
fn serve(
    batch: &Batch,
    descriptors: &Descriptors,
    progress: &Progress,
    pace: Pace,
) -> Result<String, GuardError> {
    progress.set_in_burst(false);
    let Some(server) = process::fork()? else {
        let status = server::run(batch, descriptors, progress, pace);
        // SAFETY: ending a process is always possible.
        unsafe { libc::_exit(status) };
    };
    let fate = watch(server);
    process::bury(server);
    Ok(fate)
}

/// Waits for the server to end, which keeps the time limits itself.
fn watch(server: Pid) -> String {
    loop {
        if let Some(end) = process::ended(server) {
            return format!("the process that serves the calls {end}");
        }
        process::sleep_until(Instant::now() + Duration::from_secs(3600));
    }
}

/// Answers the call of which a server died.
fn give_up(
    call: &Call,
    descriptors: &Descriptors,
    progress: &Progress,
    fate: &str,
) -> Result<(), GuardError> {
    let reason = fate.to_owned();
    let outcome = Outcome::unseen(call.id, Ending::Unknown { reason });
    wire::write_outcome(&mut &descriptors.answers, &outcome)?;
    progress.add_answer();
    Ok(())
}

/// Moves what the probe needs to numbers where no loop of a fixture comes by, and closes what was inherited.
fn take_descriptors() -> io::Result<Descriptors> {
    // SAFETY: nothing in this process has opened a descriptor above the standard ones yet.
    unsafe { libc::close_range(3, libc::c_uint::MAX, 0) };
    let limits = getrlimit(Resource::Nofile);
    let wanted = limits
        .maximum
        .map_or(FIRST_DESCRIPTOR + 16, |most| most.min(FIRST_DESCRIPTOR + 16));
    if limits.current.is_some_and(|current| current < wanted) {
        // Should this fail, the numbers are just lower.
        let _ = setrlimit(
            Resource::Nofile,
            Rlimit {
                current: Some(wanted),
                maximum: limits.maximum,
            },
        );
    }
    let first = i32::try_from(wanted.saturating_sub(16)).unwrap_or(3).max(3);
    let raise = |low: OwnedFd| rustix::io::fcntl_dupfd_cloexec(low, first).map_err(io::Error::from);
    let output = rustix::fs::memfd_create("output", rustix::fs::MemfdFlags::CLOEXEC)?;
    // Appending, so that a write lands after the others even when the server has emptied the file.
    rustix::fs::fcntl_setfl(&output, rustix::fs::OFlags::APPEND)?;
    let results = rustix::fs::memfd_create("results", rustix::fs::MemfdFlags::CLOEXEC)?;
    Ok(Descriptors {
        answers: rustix::io::fcntl_dupfd_cloexec(io::stdout(), first)?.into(),
        output: raise(output)?,
        results: raise(results)?,
        null: raise(File::options().read(true).write(true).open("/dev/null")?.into())?,
    })
}

/// Points the standard descriptors at nothing.
fn silence(null: &OwnedFd) -> io::Result<()> {
    for standard in 0..3 {
        // SAFETY: both numbers are descriptors of this process, and Rust's handles of the standard streams
        // keep no state that a change of the file behind them could break.
        if unsafe { libc::dup2(null.as_raw_fd(), standard) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}
