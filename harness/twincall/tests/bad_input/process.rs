//! Waiting for the end of a process, which need not be one that the test started.

use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// Waits until this process has ended, for so long at most, and says whether it has.
pub(crate) fn ends_within(pid: u32, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    let process = match pidfd_open(pid, PidfdFlags::empty()) {
        Err(Errno::SRCH) => return true,
        process => process.unwrap(),
    };
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).unwrap();
        match poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&left)) {
            Err(Errno::INTR) => {}
            ready => return ready.unwrap() > 0,
        }
    }
}
