//! Processes: forking, sleeping until one ends, and making sure that none is left behind.
//!
//! No descriptor is involved in waiting, because a fixture may close every descriptor there is: a child
//! wakes its parent with a signal, as its death does, and both are blocked and taken with `sigtimedwait`.

use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};
use std::{fs, io, mem, ptr};

use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, WaitOptions, getpid, getrlimit, kill_process,
    kill_process_group, setrlimit, wait, waitid, waitpid,
};

use crate::crash::signal_name;

/// How long to hunt for processes that fled from their group before going on without them.
const HUNT: Duration = Duration::from_secs(5);

/// How a process ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    Exited(i32),
    Signalled(i32),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            End::Exited(status) => write!(f, "ended the process with status {status}"),
            End::Signalled(signal) => write!(f, "ended with {}", signal_name(signal)),
        }
    }
}

/// Forks. `None` is the child.
pub(crate) fn fork() -> io::Result<Option<Pid>> {
    // SAFETY: the probe starts no threads, so the child finds every lock free.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        pid => Ok(Pid::from_raw(pid)),
    }
}

/// How a child of this process ended, if it did. It stays a zombie, so that its number and its group
/// are not given to another.
pub(crate) fn ended(pid: Pid) -> Option<End> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let status = waitid(WaitId::Pid(pid), options).ok().flatten()?;
    match (status.exit_status(), status.terminating_signal()) {
        (Some(status), _) => Some(End::Exited(status)),
        (None, Some(signal)) => Some(End::Signalled(signal)),
        (None, None) => None,
    }
}

/// Blocks the signals by which children report, so that none is missed between a look and a sleep.
pub(crate) fn block_reports() {
    // SAFETY: `reports` is an initialised set.
    unsafe { libc::sigprocmask(libc::SIG_BLOCK, &reports(), ptr::null_mut()) };
}

/// Undoes [`block_reports`] in a child that runs fixture code.
pub(crate) fn unblock_all() {
    // SAFETY: the set is initialised by `sigemptyset`.
    unsafe {
        let mut none = mem::zeroed();
        libc::sigemptyset(&mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &none, ptr::null_mut());
    }
}

/// Tells the parent that there is something to see. A dead parent needs no report.
pub(crate) fn report_to(parent: Pid) {
    let _ = kill_process(parent, Signal::USR1);
}

/// Sleeps until a child reports or the time comes. Says whether there is time left.
pub(crate) fn sleep_until(deadline: Instant) -> bool {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return false;
    }
    let limit = libc::timespec {
        tv_sec: left.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: left.subsec_nanos().into(),
    };
    // SAFETY: set and limit are valid; a null pointer says that the details are not wanted.
    unsafe { libc::sigtimedwait(&reports(), ptr::null_mut(), &limit) };
    true
}

fn reports() -> libc::sigset_t {
    // SAFETY: `sigemptyset` initialises the set, both numbers are valid.
    unsafe {
        let mut set = mem::zeroed();
        libc::sigemptyset(&mut set);
        libc::sigaddset(&mut set, libc::SIGCHLD);
        libc::sigaddset(&mut set, libc::SIGUSR1);
        set
    }
}

/// Ends a child with its process group and everything that descends from it, and reaps them all.
pub(crate) fn bury(pid: Pid) {
    // The group first: as long as its leader is not reaped, the number cannot be anyone else's.
    let _ = kill_process_group(pid, Signal::KILL);
    let _ = kill_process(pid, Signal::KILL);
    while matches!(
        waitpid(Some(pid), WaitOptions::empty()),
        Err(rustix::io::Errno::INTR)
    ) {}
    let deadline = Instant::now() + HUNT;
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) | Err(rustix::io::Errno::INTR) => continue,
            Ok(None) => {}
            Err(_) => return,
        }
        for stray in descendants() {
            let _ = kill_process(stray, Signal::KILL);
        }
        // Orphans come to this process as their parents die, so that the next look finds more of them.
        if Instant::now() >= deadline {
            return;
        }
        sleep_until(Instant::now() + Duration::from_millis(2));
    }
}

/// Every process below this one. They are orphans of a fixture that left their process group.
fn descendants() -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let parents: Vec<(i32, i32)> = entries
        .filter_map(|entry| {
            let pid = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // The name in parentheses may itself hold spaces and parentheses.
            let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect();
    let own = getpid().as_raw_nonzero().get();
    let mut family = BTreeSet::from([own]);
    loop {
        let children: Vec<i32> = parents
            .iter()
            .filter(|(_, parent)| family.contains(parent))
            .map(|(pid, _)| *pid)
            .collect();
        let before = family.len();
        family.extend(children);
        if family.len() == before {
            break;
        }
    }
    family.remove(&own);
    family.into_iter().filter_map(Pid::from_raw).collect()
}

/// Lowers a resource limit, for good; what is lower already stays.
pub(crate) fn limit(resource: Resource, value: u64) {
    let now = getrlimit(resource);
    let lower = |limit: Option<u64>| Some(limit.map_or(value, |limit| limit.min(value)));
    // Lowering needs no privilege, and a limit that cannot be set leaves the time limit as the guard.
    let _ = setrlimit(
        resource,
        Rlimit {
            current: lower(now.current),
            maximum: lower(now.maximum),
        },
    );
}

/// Runs `work` with this many more bytes of address space at most.
pub(crate) fn with_memory<T>(bytes: u64, work: impl FnOnce() -> T) -> T {
    let before = getrlimit(Resource::As);
    let wanted = address_space().saturating_add(bytes);
    let current = before.current.map_or(wanted, |limit| limit.min(wanted));
    // As in `limit`: where this fails, time is the guard.
    let _ = setrlimit(
        Resource::As,
        Rlimit {
            current: Some(current),
            maximum: before.maximum,
        },
    );
    let result = work();
    let _ = setrlimit(Resource::As, before);
    result
}

/// The size in bytes of this process's address space.
pub(crate) fn address_space() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok());
    pages.unwrap_or(0u64) * rustix::param::page_size() as u64
}
