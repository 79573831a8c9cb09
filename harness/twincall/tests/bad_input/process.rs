//! Waiting for the end of a process, which need not be one that the test started.

use std::io::{Error, ErrorKind};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

/// Waits until this process has ended, for so long at most, and says whether it has.
#[expect(unsafe_code, reason = "the standard library has no descriptors of processes")]
pub(crate) fn ends_within(pid: u32, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    // SAFETY: the call takes two numbers, and the descriptor that it returns is nobody else's.
    let process = unsafe {
        match libc::syscall(libc::SYS_pidfd_open, pid, 0) {
            -1 => {
                let error = Error::last_os_error();
                assert_eq!(error.raw_os_error(), Some(libc::ESRCH), "{error}");
                return true;
            }
            descriptor => OwnedFd::from_raw_fd(i32::try_from(descriptor).unwrap()),
        }
    };
    let mut polled = libc::pollfd {
        fd: process.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = i32::try_from(left.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: there is one entry, and it is this function's own.
        match unsafe { libc::poll(&raw mut polled, 1, left) } {
            -1 => assert_eq!(Error::last_os_error().kind(), ErrorKind::Interrupted),
            ready => return ready > 0,
        }
    }
}
