//! A run of the probe that is watched from outside: its answers as they come, and what its processes hold.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tempfile::TempDir;
use twincall_abi::run::{Batch, Outcome};

use crate::support::frame;

/// How long a process may take to end that was killed together with what it hangs below. Only one that stays takes this long.
const PATIENCE: Timespec = Timespec {
    tv_sec: 60,
    tv_nsec: 0,
};

/// The probe under a name of its own, by which its processes are known among those of other tests.
pub(crate) struct Probe {
    folder: TempDir,
}

/// What a process holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Held {
    pub(crate) descriptors: usize,
    /// Kibibytes of memory that only this process has.
    pub(crate) memory: u64,
}

/// A run that came to its end, or to the end of its time.
pub(crate) struct Watched {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) took: Duration,
    pub(crate) stopped: bool,
    /// The server soon after its start and shortly before its end, where it is the same.
    pub(crate) server: Option<(Held, Held)>,
}

impl Probe {
    pub(crate) fn new() -> Probe {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(env!("CARGO_BIN_EXE_twincall-probe"), folder.path().join("probe")).unwrap();
        Probe { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("probe")
    }

    /// How many processes there are of this probe, which has ended: none, if it came to that by itself.
    pub(crate) fn left(&self) -> usize {
        self.processes().len()
    }

    /// Waits until the processes of this probe, which was killed, have ended as well.
    fn await_end(&self) {
        while let Some(pid) = self.processes().first() {
            let Ok(process) = pidfd_open(*pid, PidfdFlags::empty()) else {
                continue;
            };
            let ended = poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&PATIENCE)).unwrap();
            assert_eq!(ended, 1, "a process outlives the probe that was killed");
        }
    }

    fn processes(&self) -> Vec<Pid> {
        let own = |entry: fs::DirEntry| {
            let exe = fs::read_link(entry.path().join("exe")).ok()?;
            let pid = entry.file_name().to_str()?.parse().ok()?;
            exe.starts_with(self.folder.path()).then(|| Pid::from_raw(pid))?
        };
        fs::read_dir("/proc").unwrap().flatten().filter_map(own).collect()
    }

    /// Runs a batch until this moment at most.
    pub(crate) fn run(&self, batch: &Batch, deadline: Instant) -> Watched {
        let calls: usize = batch.groups.iter().map(|group| group.calls.len()).sum();
        let message = frame(&postcard::to_stdvec(batch).unwrap());
        let started = Instant::now();
        let mut probe = Command::new(self.path())
            .env_clear()
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        probe.stdin.take().unwrap().write_all(&message).unwrap();
        let mut answers = std::io::BufReader::new(probe.stdout.take().unwrap());
        let mut watched = Watched {
            outcomes: Vec::with_capacity(calls),
            took: Duration::ZERO,
            stopped: false,
            server: None,
        };
        let mut early = None;
        while watched.outcomes.len() < calls {
            if Instant::now() >= deadline {
                watched.stopped = true;
                break;
            }
            let mut length = [0; 4];
            if answers.read_exact(&mut length).is_err() {
                break;
            }
            let mut body = vec![0; u32::from_le_bytes(length) as usize];
            answers.read_exact(&mut body).unwrap();
            watched.outcomes.push(postcard::from_bytes(&body).unwrap());
            if watched.outcomes.len() == calls / 10 {
                early = server(probe.id());
            } else if watched.outcomes.len() == calls - calls / 20
                && let (Some((first, before)), Some((last, after))) = (early, server(probe.id()))
                && first == last
            {
                watched.server = Some((before, after));
            }
        }
        if watched.stopped {
            // What hangs below it dies with it.
            probe.kill().unwrap();
        }
        let status = probe.wait().unwrap();
        if watched.stopped {
            self.await_end();
        }
        assert!(
            watched.stopped || status.success(),
            "the probe ended with {status}"
        );
        watched.took = started.elapsed();
        watched
    }
}

/// The number of the server of a guard, and what it holds.
fn server(guard: u32) -> Option<(u32, Held)> {
    let children = fs::read_to_string(format!("/proc/{guard}/task/{guard}/children")).ok()?;
    let server = children.split_whitespace().next()?.parse().ok()?;
    Some((server, held(server)?))
}

fn held(pid: u32) -> Option<Held> {
    let process = Path::new("/proc").join(pid.to_string());
    let status = fs::read_to_string(process.join("status")).ok()?;
    let memory = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    Some(Held {
        descriptors: fs::read_dir(process.join("fd")).ok()?.count(),
        memory: memory.split_whitespace().next()?.parse().ok()?,
    })
}
