//! Small projects in folders of their own, and the binary run on them.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use twincall::facts::{CaseReport, Report};
use twincall_abi::target::Target;

use crate::process::ends_within;

/// What takes longer than this hangs: no test that passes waits for it. A call that is to hang must have a longer limit.
const PATIENCE: Duration = Duration::from_secs(300);

/// A project, its cache and whatever else a test puts beside them. The folder goes with it.
#[derive(Debug)]
pub(crate) struct Project {
    folder: TempDir,
    root: PathBuf,
}

/// How a run of the binary ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    pub(crate) fn new() -> Project {
        Project::named("project")
    }

    /// A project in a folder of this name.
    pub(crate) fn named(name: impl AsRef<OsStr>) -> Project {
        let folder = TempDir::new().unwrap();
        // Compilers name files by their real path.
        let root = folder.path().canonicalize().unwrap().join(name.as_ref());
        for fixtures in ["c-fixtures", "rust-fixtures"] {
            fs::create_dir_all(root.join(fixtures)).unwrap();
        }
        Project { folder, root }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path beside the project.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.beside("cache")
    }

    pub(crate) fn write(&self, path: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A pair in C and Rust.
    pub(crate) fn pair(&self, name: &str, c: &str, rust: &str) {
        self.write(format!("c-fixtures/{name}.c"), c);
        self.write(format!("rust-fixtures/{name}.rs"), rust);
    }

    /// A pair in which all is well; `directives` stand above the C code.
    pub(crate) fn twins(&self, name: &str, directives: &str) {
        self.pair(
            name,
            &format!("{directives}\nint add_one(int a) {{ return (int)((unsigned)a + 1u); }}\n"),
            "#[unsafe(no_mangle)]\npub extern \"C\" fn add_one(a: i32) -> i32 { a.wrapping_add(1) }\n",
        );
    }

    /// A pair whose function is defined in C and declared in Rust.
    pub(crate) fn defined_in_c(&self, name: &str, directives: &str, code: &str) {
        self.pair(
            name,
            &format!("{directives}\n{code}\n"),
            &format!("unsafe extern \"C\" {{ pub fn {name}(x: i32) -> i32; }}\n"),
        );
    }

    /// `twincall` with this subcommand, on this project and with a cache beside it.
    pub(crate) fn twincall(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twincall"));
        command.arg(subcommand).arg("--root").arg(&self.root);
        for name in ["RUSTC", "TWINCALL_PROBE", "NO_COLOR"] {
            command.env_remove(name);
        }
        command.env("TWINCALL_CACHE", self.cache());
        command
    }

    /// `check` on the native target, which needs no libraries to be built.
    pub(crate) fn check(&self) -> Command {
        let mut command = self.twincall("check");
        command.args(["--target", "native"]);
        command
    }

    /// `check` on the native target with a result for programs.
    pub(crate) fn check_json(&self) -> Command {
        let mut command = self.check();
        command.args(["--format", "json"]);
        command
    }

    /// Runs a command to its end. What it prints goes to files, so that nothing blocks it.
    pub(crate) fn run(&self, command: &mut Command) -> Run {
        self.spawn(command).wait()
    }

    pub(crate) fn spawn(&self, command: &mut Command) -> Running {
        let folder = TempDir::new_in(self.folder.path()).unwrap();
        let file = |name: &str| File::create(folder.path().join(name)).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .spawn()
            .unwrap();
        Running { child, folder }
    }

    /// The processes that run fixtures of this project: their code is mapped from its cache.
    pub(crate) fn calls_running(&self) -> Vec<u32> {
        let Ok(cache) = self.cache().canonicalize() else {
            return Vec::new();
        };
        let cache = cache.to_str().unwrap().to_owned();
        let entries = fs::read_dir("/proc").unwrap().flatten();
        let running = entries.filter_map(|entry| {
            let process = entry.file_name().to_str()?.parse().ok()?;
            let maps = fs::read_to_string(entry.path().join("maps")).ok()?;
            maps.contains(&cache).then_some(process)
        });
        running.collect()
    }

    /// Waits for the processes that run fixtures of this project to end.
    #[track_caller]
    pub(crate) fn await_calls(&self) {
        while let Some(process) = self.calls_running().first() {
            assert!(ends_within(*process, PATIENCE), "process {process} is left");
        }
    }

    /// The files in the cache that belong to entries.
    pub(crate) fn cached_files(&self) -> Vec<PathBuf> {
        files_below(&self.cache())
            .into_iter()
            .filter(|path| path.components().any(|part| part.as_os_str().len() == 64))
            .collect()
    }
}

/// A run that has not ended.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    folder: TempDir,
}

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn wait(mut self) -> Run {
        if !ends_within(self.child.id(), PATIENCE) {
            self.child.kill().unwrap();
            panic!("the run hangs: {}", self.read("stderr"));
        }
        Run {
            status: self.child.wait().unwrap(),
            stdout: self.read("stdout"),
            stderr: self.read("stderr"),
        }
    }

    /// Looks again and again whether something is so, which must come before the run ends. Nothing tells it: the run need not know
    /// that it is watched.
    #[track_caller]
    pub(crate) fn comes_to(&self, mut holds: impl FnMut() -> bool) {
        while !holds() {
            let over = ends_within(self.child.id(), Duration::from_millis(10));
            assert!(!over, "the run ended before: {}", self.read("stderr"));
        }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

impl Run {
    /// The exit code, which must be this one.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Run {
        assert_eq!(self.status.code(), Some(code), "{self}");
        self
    }

    /// Standard output says all of this.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Run {
        for text in texts {
            assert!(self.stdout.contains(text), "`{text}` is missing: {self}");
        }
        self
    }

    /// Standard error says all of this.
    #[track_caller]
    pub(crate) fn complains(self, texts: &[&str]) -> Run {
        for text in texts {
            assert!(self.stderr.contains(text), "`{text}` is missing: {self}");
        }
        self
    }

    /// The report in the JSON that was printed.
    #[track_caller]
    pub(crate) fn report(&self) -> Report {
        let report = serde_json::from_str(&self.stdout);
        let report: Report = report.unwrap_or_else(|error| panic!("{error}: {self}"));
        counts_add_up(&report);
        report
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Run {
            status,
            stdout,
            stderr,
        } = self;
        write!(f, "{status}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// Planned is executed, listed and failed together, and each case is counted once.
#[track_caller]
pub(crate) fn counts_add_up(report: &Report) {
    let counts = report.summary;
    let listed = counts.not_applicable + counts.skipped + counts.unsupported;
    assert_eq!(
        counts.planned,
        counts.executed + listed + counts.failed,
        "{counts:?}"
    );
    assert_eq!(counts.planned, report.cases.len(), "{counts:?}");
    let mut jobs: Vec<_> = report
        .cases
        .iter()
        .map(|case| (&case.name, case.target))
        .collect();
    jobs.dedup();
    assert_eq!(jobs.len(), counts.planned, "a case is counted twice: {jobs:?}");
}

/// The report of one case on the native target.
#[track_caller]
pub(crate) fn case<'a>(report: &'a Report, name: &str) -> &'a CaseReport {
    case_on(report, name, Target::X86_64LinuxGnu)
}

#[track_caller]
pub(crate) fn case_on<'a>(report: &'a Report, name: &str, target: Target) -> &'a CaseReport {
    let named = |case: &&CaseReport| case.name == name && case.target == target;
    let names = || report.cases.iter().map(|case| &case.name).collect::<Vec<_>>();
    report
        .cases
        .iter()
        .find(named)
        .unwrap_or_else(|| panic!("no {name} on {target} in {:?}", names()))
}

/// Why a case is not executed.
#[track_caller]
pub(crate) fn reason<'a>(report: &'a Report, name: &str) -> &'a str {
    let case = case(report, name);
    case.reason
        .as_deref()
        .unwrap_or_else(|| panic!("{name} was executed: {:?}", case.verdict))
}

/// Every file below a folder.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// A script at this path that runs `body`.
pub(crate) fn script(path: &Path, body: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
