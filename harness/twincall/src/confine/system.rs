//! The system calls of the confinement, each behind a function that is safe to call. Nothing is decided here.

#![expect(
    unsafe_code,
    reason = "fork, namespaces, mounts and limits are system calls that the standard library does not have"
)]

use std::ffi::{CString, c_int, c_ulong};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// A limit of [`limit`] and its bound.
pub(super) type Bound = (libc::__rlimit_resource_t, u64);

/// How a child ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ended {
    Exited(i32),
    Signalled(i32),
}

fn check(result: c_int) -> io::Result<c_int> {
    match result {
        -1 => Err(io::Error::last_os_error()),
        result => Ok(result),
    }
}

fn c_path(path: &Path) -> io::Result<CString> {
    Ok(CString::new(path.as_os_str().as_bytes())?)
}

/// Forks this process, which must not have started a thread. `None` is the child.
pub(super) fn fork() -> io::Result<Option<i32>> {
    // SAFETY: the caller has no other thread, so that the child finds every lock free.
    match check(unsafe { libc::fork() })? {
        0 => Ok(None),
        pid => Ok(Some(pid)),
    }
}

/// Ends this process at once: no destructor of a parent's state runs in a child.
pub(super) fn exit(status: i32) -> ! {
    // SAFETY: ending a process is always possible.
    unsafe { libc::_exit(status) }
}

pub(super) fn unshare(flags: c_int) -> io::Result<()> {
    // SAFETY: what is unshared is namespaces of this process, which own no memory.
    check(unsafe { libc::unshare(flags) }).map(drop)
}

pub(super) fn effective_user() -> (u32, u32) {
    // SAFETY: both calls cannot fail.
    unsafe { (libc::geteuid(), libc::getegid()) }
}

/// Becomes this user and group for good, with no other group.
pub(super) fn become_user(user: u32, group: u32) -> io::Result<()> {
    // SAFETY: the list of groups is empty; the others take numbers. There is one thread.
    unsafe {
        check(libc::setgroups(0, std::ptr::null()))?;
        check(libc::setresgid(group, group, group))?;
        check(libc::setresuid(user, user, user)).map(drop)
    }
}

/// A signal for this process as soon as its parent ends.
pub(super) fn die_with_parent() {
    // SAFETY: the call takes numbers.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL as c_ulong, 0, 0, 0) };
}

/// Whether other processes of the same user may look into this one.
pub(super) fn set_dumpable(dumpable: bool) {
    // SAFETY: the call takes numbers.
    unsafe { libc::prctl(libc::PR_SET_DUMPABLE, c_ulong::from(dumpable), 0, 0, 0) };
}

/// Orphans of this process's descendants become its children.
pub(super) fn inherit_orphans() {
    // SAFETY: the call takes numbers.
    unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) };
}

/// A session of its own, without a terminal.
pub(super) fn new_session() {
    // SAFETY: the call takes nothing. It fails only where there is such a session already.
    unsafe { libc::setsid() };
}

/// Gives up every capability, and the way to get one back by starting a program.
pub(super) fn drop_capabilities() -> io::Result<()> {
    #[repr(C)]
    struct Header {
        version: u32,
        pid: c_int,
    }
    /// `_LINUX_CAPABILITY_VERSION_3` of linux/capability.h, with two words for each set.
    const VERSION: u32 = 0x2008_0522;
    const LAST: c_ulong = 63;
    let header = Header {
        version: VERSION,
        pid: 0,
    };
    let none = [0u32; 6];
    // SAFETY: numbers, and for `capset` a header and two records of three words as version 3 asks for.
    unsafe {
        for capability in 0..=LAST {
            // Numbers that this kernel does not know are refused.
            libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0);
        }
        check(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))?;
        let result = libc::syscall(libc::SYS_capset, &raw const header, none.as_ptr());
        check(result as c_int).map(drop)
    }
}

/// Sets soft and hard limit, where the hard one is not lower already.
pub(super) fn limit((resource, bound): Bound) -> io::Result<()> {
    let mut now = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `now` is a record to be filled, and then one that is filled.
    unsafe {
        check(libc::getrlimit(resource, &mut now))?;
        let bound = bound.min(now.rlim_max);
        let new = libc::rlimit {
            rlim_cur: bound,
            rlim_max: bound,
        };
        check(libc::setrlimit(resource, &new)).map(drop)
    }
}

/// Closes every descriptor from this number on.
pub(super) fn close_from(first: u32) {
    // SAFETY: the caller owns no descriptor from this number on.
    unsafe { libc::close_range(first, libc::c_uint::MAX, 0) };
}

/// Makes a standard descriptor mean `to`.
pub(super) fn redirect(standard: RawFd, to: &impl AsRawFd) -> io::Result<()> {
    // SAFETY: both are open descriptors, and the standard streams keep no state that the change could break.
    check(unsafe { libc::dup2(to.as_raw_fd(), standard) }).map(drop)
}

/// Another number for a standard descriptor, which programs that are started do not get.
pub(super) fn take(standard: RawFd) -> io::Result<OwnedFd> {
    // SAFETY: the number is a new descriptor that nobody else owns.
    unsafe {
        let number = check(libc::fcntl(standard, libc::F_DUPFD_CLOEXEC, 3))?;
        Ok(OwnedFd::from_raw_fd(number))
    }
}

/// Waits until a descriptor can be read or is closed at its other end, at most this many milliseconds.
pub(super) fn readable(descriptor: RawFd, milliseconds: c_int) -> bool {
    let mut poll = libc::pollfd {
        fd: descriptor,
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: one record is passed, and its number is told.
    unsafe { libc::poll(&mut poll, 1, milliseconds) == 1 }
}

/// How a child ended that did; any child where no number is given. `None` where none has, or none is left.
pub(super) fn reap(pid: Option<i32>, wait: bool) -> Option<(i32, Ended)> {
    let mut status = 0;
    let flags = if wait { 0 } else { libc::WNOHANG };
    loop {
        // SAFETY: `status` is a number to be filled.
        let ended = unsafe { libc::waitpid(pid.unwrap_or(-1), &mut status, flags) };
        if ended == -1 && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted {
            continue;
        }
        if ended <= 0 {
            return None;
        }
        let how = match libc::WIFSIGNALED(status) {
            true => Ended::Signalled(libc::WTERMSIG(status)),
            false => Ended::Exited(libc::WEXITSTATUS(status)),
        };
        return Some((ended, how));
    }
}

pub(super) fn kill(pid: i32) {
    // SAFETY: the call takes numbers; a process that is gone is no error here.
    unsafe { libc::kill(pid, libc::SIGKILL) };
}

/// mount(2) without a file system's own options.
pub(super) fn mount(
    source: &Path,
    target: &Path,
    kind: &str,
    flags: c_ulong,
    options: &str,
) -> io::Result<()> {
    let (source, target) = (c_path(source)?, c_path(target)?);
    let (kind, options) = (CString::new(kind)?, CString::new(options)?);
    // SAFETY: all are strings that end with a null byte and live until the call returns.
    let result = unsafe {
        libc::mount(
            source.as_ptr(),
            target.as_ptr(),
            kind.as_ptr(),
            flags,
            options.as_ptr().cast(),
        )
    };
    check(result).map(drop)
}

/// Adds attributes to a mount; flags that the kernel has locked stay as they are.
pub(super) fn add_attributes(target: &Path, attributes: u64, recursive: bool) -> io::Result<()> {
    let target = c_path(target)?;
    /// `struct mount_attr` of linux/mount.h.
    #[repr(C)]
    struct Attributes {
        set: u64,
        clear: u64,
        propagation: u64,
        user_namespace: u64,
    }
    let attributes = Attributes {
        set: attributes,
        clear: 0,
        propagation: 0,
        user_namespace: 0,
    };
    let flags = if recursive { libc::AT_RECURSIVE } else { 0 };
    // SAFETY: a string with a null byte at its end, and a record whose size is told.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            target.as_ptr(),
            flags,
            &raw const attributes,
            size_of::<Attributes>(),
        )
    };
    check(result as c_int).map(drop)
}

/// Takes a mount away, with what lies on it.
pub(super) fn unmount(target: &Path) {
    if let Ok(target) = c_path(target) {
        // SAFETY: a string with a null byte at its end. Where nothing is mounted nothing is taken away.
        unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) };
    }
}

/// Makes a mount the root of this process, and lets go of the former one.
pub(super) fn enter_root(root: &Path) -> io::Result<()> {
    std::env::set_current_dir(root)?;
    // SAFETY: strings with a null byte at their ends. The former root comes to lie on top of the new one, from where it is
    // taken away: pivot_root(2), "pivot_root(".", ".")".
    unsafe {
        check(libc::syscall(libc::SYS_pivot_root, c".".as_ptr(), c".".as_ptr()) as c_int)?;
        check(libc::umount2(c".".as_ptr(), libc::MNT_DETACH))?;
    }
    std::env::set_current_dir("/")
}

/// Replaces the environment. The process must not have started a thread.
pub(super) fn set_environment(variables: &[(String, String)]) {
    let old: Vec<_> = std::env::vars_os().map(|(name, _)| name).collect();
    // SAFETY: the caller has no other thread that could read the environment meanwhile.
    unsafe {
        for name in old {
            std::env::remove_var(name);
        }
        for (name, value) in variables {
            std::env::set_var(name, value);
        }
    }
}

/// Has a program start under limits and in a domain of Landlock. Both were prepared, so that between fork and exec there are
/// system calls only.
pub(super) fn start_within(command: &mut Command, bounds: &'static [Bound], domain: Option<RawFd>) {
    let prepare = move || {
        for bound in bounds {
            limit(*bound)?;
        }
        if let Some(domain) = domain {
            // SAFETY: the descriptor of a ruleset and a number.
            let result = unsafe { libc::syscall(libc::SYS_landlock_restrict_self, domain, 0) };
            check(result as c_int)?;
        }
        Ok(())
    };
    // SAFETY: the closure makes system calls that are safe after a fork, and allocates nothing.
    unsafe { command.pre_exec(prepare) };
}
