//! The confined side: three generations of one program, of which the youngest does the work.
//!
//! ```text
//! starter  enters namespaces, forks, and passes on how the run ended
//! └ first  process 1 of its namespace: builds the root, becomes nobody, forks; then it watches memory and the tool, and when
//!   │      it ends the kernel ends whatever is left
//!   └ worker  gives up what it can: files by Landlock, calls by seccomp, the rest by limits; reads the report, compiles, runs
//! ```
//!
//! Nothing of a report is looked at before the worker is confined.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::layers::Found;
use super::limits::{self, Watch};
use super::namespaces::{self, NOBODY, Root, WORK};
use super::system::{self, Ended};
use super::{Request, STATUS_MEMORY, STATUS_SETUP, landlock, seccomp, wire};
use crate::facts::{Confinement, Layer};

/// Milliseconds between two looks at what the run uses.
const LOOK: i32 = 20;

/// What the worker is there for: an answer to a job.
pub type Work = fn(&Confinement, &[u8]) -> Vec<u8>;

static CONFINED: OnceLock<()> = OnceLock::new();

/// Whether this process confined itself.
pub(crate) fn is_confined() -> bool {
    CONFINED.get().is_some()
}

struct Run {
    request: Request,
    found: Found,
    /// The tool runs as root.
    root: bool,
}

/// The whole life of a confined process, from what it reads on standard input.
pub fn main(work: Work) -> ! {
    system::exit(start(work).into())
}

fn start(work: Work) -> u8 {
    system::die_with_parent();
    system::close_from(3);
    let request: Request = match wire::read(&mut io::stdin().lock()) {
        Ok(request) => request,
        Err(_) => return STATUS_SETUP,
    };
    let mut run = Run {
        request,
        found: Found::default(),
        root: system::effective_user().0 == 0,
    };
    namespaces::enter(&mut run.found, &run.request.without, run.root);
    let first = match system::fork() {
        Ok(None) => run.first(work),
        Ok(Some(first)) => first,
        Err(_) => return STATUS_SETUP,
    };
    match system::reap(Some(first), true) {
        Some((_, Ended::Exited(status))) => u8::try_from(status).unwrap_or(STATUS_SETUP),
        Some((_, Ended::Signalled(signal))) => 128u8.saturating_add(u8::try_from(signal).unwrap_or(0)),
        None => STATUS_SETUP,
    }
}

impl Run {
    /// The first process of the run.
    fn first(mut self, work: Work) -> ! {
        system::new_session();
        system::die_with_parent();
        let watch = Watch::new();
        // Processes are looked for from here, whatever becomes of the root.
        let _ = std::env::set_current_dir("/proc");
        let alone = self.found.has(Layer::PidNamespace);
        if alone {
            self.settle();
            let _ = std::env::set_current_dir("/proc");
        } else {
            system::inherit_orphans();
        }
        let worker = match system::fork() {
            Ok(None) => self.worker(work),
            Ok(Some(worker)) => worker,
            Err(_) => system::exit(STATUS_SETUP.into()),
        };
        if !alone && self.root {
            let _ = system::become_user(NOBODY, NOBODY);
        }
        // The tool hears of the worker's end only if nobody else holds the other end of its pipe.
        let closed = File::options().read(true).write(true).open("/dev/null");
        let _ = closed.and_then(|null| system::redirect(1, &null));
        let _ = system::drop_capabilities();
        system::set_dumpable(false);
        let status = oversee(worker, &watch);
        if !alone {
            hunt();
        }
        system::exit(status);
    }

    /// Builds the root, and becomes somebody without rights.
    fn settle(&mut self) {
        let request = &self.request;
        let mount = Layer::MountNamespace;
        if self.found.has(mount) {
            let root = Root {
                place: &request.place,
                view: &request.view,
                processes: self.found.has(Layer::PidNamespace),
                disk: request.disk.as_deref(),
            };
            let built = namespaces::build_root(&root);
            let bounded = match &request.disk {
                Some(_) => Err("it is left out".to_owned()),
                None => built.clone(),
            };
            self.found.put(Layer::Tmpfs, bounded);
            self.found.put(mount, built);
        } else {
            let reason = "it needs a mount namespace".to_owned();
            self.found.put(Layer::Tmpfs, Err(reason));
        }
        if !self.root {
            self.found.put(Layer::UnprivilegedUser, Ok(()));
            return;
        }
        let without = |layer: Layer| request.without.contains(&layer);
        let left_out = || Err("it is left out".to_owned());
        let nobody = match without(Layer::UnprivilegedUser) {
            true => left_out(),
            false => become_nobody(&self.work_folder()),
        };
        self.found.put(Layer::UnprivilegedUser, nobody);
        // Another user is a reason for the kernel to close these files and to forget the parent.
        system::set_dumpable(true);
        system::die_with_parent();
        let users = match without(Layer::UserNamespace) {
            true => left_out(),
            false => namespaces::own_users(),
        };
        self.found.put(Layer::UserNamespace, users);
    }

    /// Where the run may write.
    fn work_folder(&self) -> PathBuf {
        match self.found.has(Layer::MountNamespace) {
            true => PathBuf::from(WORK),
            false => self.request.place.clone(),
        }
    }

    /// The process that does the work.
    fn worker(mut self, work: Work) -> ! {
        system::die_with_parent();
        if !self.found.has(Layer::PidNamespace) {
            self.settle();
        }
        let status = match self.answer(work) {
            Ok(()) => 0,
            Err(error) => {
                // The tool reads it, and tells it where there is no answer.
                let _ = writeln!(io::stderr().lock(), "failed to confine itself: {error}");
                STATUS_SETUP
            }
        };
        system::exit(status.into());
    }

    fn answer(mut self, work: Work) -> io::Result<()> {
        let mut tool = File::from(system::take(1)?);
        let null = File::options().read(true).write(true).open("/dev/null")?;
        system::redirect(0, &null)?;
        system::redirect(1, &null)?;
        let folder = self.work_folder();
        std::env::set_current_dir(&folder)?;
        self.prepare_folder(&folder)?;
        self.set_environment(&folder);
        self.restrict(&folder);
        let protected = self.found.protects_files();
        // There is one worker in a process.
        let _ = CONFINED.set(());
        let confinement = self.found.confinement();
        // As it stands in a report: what is left out there cannot be left out of the messages' own form.
        wire::write(&mut tool, &serde_json::to_string(&confinement)?)?;
        if protected && !self.request.job.is_empty() {
            wire::write(&mut tool, &work(&confinement, &self.request.job))?;
        }
        Ok(())
    }

    fn prepare_folder(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder.join("tmp"))?;
        for (path, target) in &self.request.view.cache_links {
            let link = folder.join("cache").join(path);
            if let Some(parent) = link.parent() {
                fs::create_dir_all(parent)?;
            }
            std::os::unix::fs::symlink(target, link)?;
        }
        Ok(())
    }

    fn set_environment(&mut self, folder: &Path) {
        let left_out = self.request.without.contains(&Layer::EmptyEnvironment);
        let mut variables: Vec<(String, String)> = match left_out {
            true => std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            false => Vec::new(),
        };
        variables.extend(self.request.view.environment.iter().cloned());
        let temporary = folder.join("tmp").display().to_string();
        variables.push(("TMPDIR".to_owned(), temporary.clone()));
        variables.push(("HOME".to_owned(), temporary));
        let cache = folder.join("cache").display().to_string();
        variables.push(("TWINCALL_CACHE".to_owned(), cache));
        let empty = match left_out {
            true => Err("it is left out".to_owned()),
            false => Ok(()),
        };
        system::set_environment(&variables);
        self.found.put(Layer::EmptyEnvironment, empty);
    }

    fn restrict(&mut self, folder: &Path) {
        let without = self.request.without.clone();
        // Without either these would be the processes of everybody.
        let own_processes = [Layer::PidNamespace, Layer::MountNamespace];
        let processes = own_processes.iter().all(|layer| self.found.has(*layer));
        let mut try_layer = |layer: Layer, apply: &dyn Fn() -> Result<(), String>| {
            let state = match without.contains(&layer) {
                true => Err("it is left out".to_owned()),
                false => apply(),
            };
            self.found.put(layer, state);
        };
        let mut readable = self.request.view.readable.clone();
        if processes {
            readable.push(PathBuf::from("/proc"));
        }
        let devices = namespaces::DEVICES;
        try_layer(Layer::Limits, &|| {
            limits::apply().map_err(|error| error.to_string())
        });
        let whole = Cell::new(true);
        try_layer(Layer::Landlock, &|| {
            whole.set(landlock::apply(&readable, &[folder], &devices)?);
            landlock::prepare_programs(folder, &folder.join("tmp"), &devices);
            Ok(())
        });
        try_layer(Layer::Seccomp, &seccomp::apply);
        if !whole.get() {
            let lacks = "this kernel's does not limit signals, or TCP, or some ways to change files";
            self.found.lacks(Layer::Landlock, lacks.to_owned());
        }
        // Whoever has none left has nothing to give up.
        let _ = system::drop_capabilities();
    }
}

/// Becomes somebody without rights who owns the folder in which the run writes. Root of a container may have nobody to become.
fn become_nobody(folder: &Path) -> Result<(), String> {
    let give = |owner: u32| std::os::unix::fs::chown(folder, Some(owner), Some(owner));
    let become_user = || give(NOBODY).and_then(|()| system::become_user(NOBODY, NOBODY));
    become_user().map_err(|error| {
        // What is still root's stays usable for root.
        let _ = give(0);
        format!("become user {NOBODY}: {error}")
    })
}

/// Watches until the worker ends or the tool is gone; returns the status to end with.
fn oversee(worker: i32, watch: &Watch) -> i32 {
    let own = i32::try_from(std::process::id()).unwrap_or(1);
    let tool = io::stdin();
    let mut ended_for_memory = false;
    loop {
        // Nothing more is sent: what can be read is the end.
        if system::readable(tool.as_raw_fd(), LOOK) {
            return STATUS_SETUP.into();
        }
        while let Some((pid, how)) = system::reap(None, false) {
            if pid != worker {
                continue;
            }
            return match how {
                _ if ended_for_memory => STATUS_MEMORY.into(),
                Ended::Exited(status) => status,
                Ended::Signalled(signal) => 128 + signal,
            };
        }
        for pid in watch.too_large(own, worker) {
            ended_for_memory |= pid == worker;
            system::kill(pid);
        }
    }
}

/// Ends what the run left behind where no namespace does. Orphans come to this process as their parents die.
fn hunt() {
    let own = i32::try_from(std::process::id()).unwrap_or(1);
    for _ in 0..200 {
        let left = limits::descendants(Path::new("."), own);
        if left.is_empty() {
            return;
        }
        for process in left {
            system::kill(process.pid);
        }
        while system::reap(None, false).is_some() {}
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
