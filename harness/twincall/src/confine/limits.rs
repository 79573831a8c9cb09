//! Limits of the kernel on one process each, and a watch over all of them together.
//!
//! They stop a fork bomb, a memory bomb, a file that never ends and a compiler that never ends. The process that runs Wasmtime
//! has no limit on its address space, of which each memory of wasm reserves 4 GiB; what it really uses is watched.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::system::{self, Bound};

/// Processes and threads of the whole run.
const PROCESSES: u64 = 512;
/// The probe keeps its own above 1100.
const DESCRIPTORS: u64 = 2048;
/// Bytes of one file.
const FILE: u64 = 256 << 20;
/// Seconds of processor time of a compiler, or of a process of the report.
const PROCESSOR: u64 = 120;
/// Bytes of address space of a compiler or of the probe.
const ADDRESSES: u64 = 8 << 30;
/// Bytes that all processes of the run use together, and bytes of shared memory beyond what there was before.
const MEMORY: u64 = 4 << 30;

/// Bytes of a page on x86-64.
const PAGE: u64 = 4096;

/// For the process that does the work, and with it for all that it starts.
const WHOLE: [Bound; 6] = [
    (libc::RLIMIT_NPROC, PROCESSES),
    (libc::RLIMIT_NOFILE, DESCRIPTORS),
    (libc::RLIMIT_FSIZE, FILE),
    (libc::RLIMIT_CORE, 0),
    (libc::RLIMIT_MSGQUEUE, 0),
    (libc::RLIMIT_MEMLOCK, 64 << 10),
];

/// For a compiler and the probe.
pub(super) const PROGRAM: [Bound; 2] = [(libc::RLIMIT_CPU, PROCESSOR), (libc::RLIMIT_AS, ADDRESSES)];

/// For valgrind, which reserves addresses for more than the program has. It lets the program use no descriptor above its limit.
pub(super) const VALGRIND: [Bound; 2] = [
    (libc::RLIMIT_CPU, PROCESSOR),
    (libc::RLIMIT_NOFILE, DESCRIPTORS_OF_VALGRIND),
];
pub(crate) const DESCRIPTORS_OF_VALGRIND: u64 = 256;

/// Limits this process.
pub(super) fn apply() -> io::Result<()> {
    WHOLE.into_iter().try_for_each(system::limit)
}

/// What the processes of a run use.
pub(super) struct Watch {
    /// The kernel's account of memory, opened while it can be.
    account: Option<File>,
    /// Shared memory before the run, in bytes.
    before: u64,
}

/// One process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Process {
    pub(super) pid: i32,
    pub(super) parent: i32,
    /// Bytes in memory.
    memory: u64,
}

impl Watch {
    pub(super) fn new() -> Watch {
        let account = File::open("/proc/meminfo").ok();
        let before = account.as_ref().and_then(shared).unwrap_or(0);
        Watch { account, before }
    }

    /// The processes to end because too much memory is used, of those that descend from `root`. The current folder is the
    /// processes' file system.
    pub(super) fn too_large(&self, root: i32, spared: i32) -> Vec<i32> {
        let processes = descendants(Path::new("."), root);
        let used: u64 = processes.iter().map(|process| process.memory).sum();
        if used > MEMORY {
            let largest = processes.iter().max_by_key(|process| process.memory);
            return largest.map(|process| process.pid).into_iter().collect();
        }
        let now = self.account.as_ref().and_then(shared).unwrap_or(0);
        if now.saturating_sub(self.before) > MEMORY {
            // Files in memory belong to nobody in particular.
            let others = processes.iter().map(|process| process.pid);
            return others.filter(|pid| *pid != spared).collect();
        }
        Vec::new()
    }
}

/// Bytes of shared memory of the machine, files in memory among them.
fn shared(account: &File) -> Option<u64> {
    let mut text = [0; 4096];
    let length = account.read_at(&mut text, 0).ok()?;
    let text = std::str::from_utf8(&text[..length]).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Shmem:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

/// Every process below this one, in the processes' own file system.
pub(super) fn descendants(proc: &Path, root: i32) -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir(proc) else {
        return Vec::new();
    };
    let all: Vec<Process> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            read(pid, &entry.path())
        })
        .collect();
    let mut family = std::collections::BTreeSet::from([root]);
    loop {
        let before = family.len();
        let children = all.iter().filter(|process| family.contains(&process.parent));
        let children: Vec<i32> = children.map(|process| process.pid).collect();
        family.extend(children);
        if family.len() == before {
            break;
        }
    }
    family.remove(&root);
    all.into_iter()
        .filter(|process| family.contains(&process.pid))
        .collect()
}

fn read(pid: i32, folder: &Path) -> Option<Process> {
    let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
    // The name in parentheses may itself hold spaces and parentheses. State and parent follow it, and what is in memory is
    // the 22nd field after it: proc_pid_stat(5).
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    let parent = fields.nth(1)?.parse().ok()?;
    let pages: u64 = fields.nth(19)?.parse().ok()?;
    Some(Process {
        pid,
        parent,
        memory: pages * PAGE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_found_with_what_it_uses() {
        use std::io::BufRead;
        // It has written once it is the new program, with memory of its own.
        let mut child = std::process::Command::new("sh")
            .args(["-c", "echo; sleep 60"])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        std::io::BufReader::new(output).read_line(&mut line).unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let own = i32::try_from(std::process::id()).unwrap();
        let found = descendants(Path::new("/proc"), own);
        child.kill().unwrap();
        child.wait().unwrap();
        let process = found.iter().find(|process| process.pid == pid).unwrap();
        assert_eq!(process.parent, own);
        assert!(process.memory > 0 && process.memory < 1 << 30, "{process:?}");
    }

    #[test]
    fn the_account_of_memory_can_be_read() {
        let account = File::open("/proc/meminfo").unwrap();
        assert!(shared(&account).is_some());
    }
}
