//! Reports that attack, and what the real binary makes of them.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use crate::process::ends_within;

/// A user without rights.
const NOBODY: u32 = 65534;

/// Who runs the tool.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum User {
    /// Whoever runs the tests.
    Own,
    /// Nobody, where the tests are run by root; else as [`User::Own`].
    Nobody,
}

/// How a run of the binary ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Both parts of a report.
pub(crate) struct Report {
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// A folder that anybody may read, and that Landlock or a namespace has to keep from the code.
pub(crate) fn open_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o777)).unwrap();
    folder
}

/// The binary with its probe and a cache where nobody may start and write them.
struct Copied {
    folder: tempfile::TempDir,
}

static COPIED: LazyLock<Copied> = LazyLock::new(|| {
    let folder = open_folder();
    let binary = Path::new(env!("CARGO_BIN_EXE_twincall"));
    for name in ["twincall", "twincall-probe"] {
        std::fs::copy(binary.with_file_name(name), folder.path().join(name)).unwrap();
    }
    Copied { folder }
});

impl Report {
    pub(crate) fn new(c: &str, rust: &str) -> Report {
        let folder = open_folder();
        std::fs::write(folder.path().join("report.c"), c).unwrap();
        std::fs::write(folder.path().join("report.rs"), rust).unwrap();
        Report { folder }
    }

    /// A C function that attacks, called by a Rust program.
    pub(crate) fn attack(c: &str) -> Report {
        Report::new(
            c,
            "unsafe extern \"C\" { safe fn attack() -> i32; }\nfn main() { attack(); }\n",
        )
    }

    /// The same, where the boundary is wrong too, so that the program is not run under valgrind besides.
    pub(crate) fn short_attack(c: &str) -> Report {
        Report::new(
            &format!("{c}\nint other(long a) {{ return a != 0; }}\n"),
            "unsafe extern \"C\" { safe fn attack() -> i32; safe fn other(a: i32) -> i32; }\n\
             fn main() { attack(); other(1); }\n",
        )
    }

    /// Asks the binary, natively.
    pub(crate) fn run(&self, user: User, arguments: &[&str]) -> Run {
        let path = |name: &str| self.folder.path().join(name);
        let mut command = twincall(user);
        command
            .args(["repro", "--target", "native", "--c"])
            .arg(path("report.c"))
            .arg("--rust")
            .arg(path("report.rs"))
            .args(arguments);
        Run::of(command)
    }

    pub(crate) fn confined(&self) -> Run {
        self.run(User::Own, &[])
    }

    /// With the rights of the tests: what an attack must be able to do somewhere, for its failure to mean something.
    pub(crate) fn unsandboxed(&self) -> Run {
        self.run(User::Own, &["--unsandboxed"])
    }
}

/// The binary, as somebody.
pub(crate) fn twincall(user: User) -> Command {
    if user == User::Own || !is_root() {
        return Command::new(env!("CARGO_BIN_EXE_twincall"));
    }
    let folder = COPIED.folder.path();
    let id = NOBODY.to_string();
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", &id, "--regid", &id, "--clear-groups"])
        .arg(folder.join("twincall"))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder)
        .env("TWINCALL_CACHE", folder.join("cache"))
        .current_dir(folder);
    command
}

impl Run {
    pub(crate) fn of(mut command: Command) -> Run {
        let output = command.stdin(Stdio::null()).output().unwrap();
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// With a text on standard input.
    pub(crate) fn with_input(mut command: Command, text: &[u8]) -> Run {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A reader that has read enough closes its end.
        let _ = child.stdin.take().unwrap().write_all(text);
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    #[track_caller]
    pub(crate) fn says(&self, part: &str) -> &Run {
        assert!(self.text().contains(part), "`{part}` is not in:\n{}", self.text());
        self
    }

    #[track_caller]
    pub(crate) fn never_says(&self, part: &str) -> &Run {
        assert!(!self.text().contains(part), "`{part}` is in:\n{}", self.text());
        self
    }

    /// The run is over and gave an answer, whatever it is.
    #[track_caller]
    pub(crate) fn answers(&self) -> &Run {
        self.says("sandboxed: ")
    }
}

/// A name that no other process of this machine has, at most 15 bytes long.
pub(crate) fn mark(what: &str) -> String {
    format!("{what}{}", std::process::id())
}

/// The processes that call themselves so and have not ended.
pub(crate) fn processes(name: &str) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let named = |entry: std::fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        // The name in parentheses and the state: proc_pid_stat(5).
        let (found, state) = stat.split_once(" (")?.1.rsplit_once(") ")?;
        (found == name && !state.starts_with('Z')).then_some(pid)
    };
    entries.filter_map(named).collect()
}

/// How long to wait for what is being ended.
const PATIENCE: Duration = Duration::from_secs(30);

/// The processes that this process has started and not waited for.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
    let started = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("children")).ok();
    let numbers: String = threads.filter_map(started).collect();
    numbers
        .split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect()
}

/// Waits for a process that is being ended.
#[track_caller]
pub(crate) fn await_end(process: u32) {
    assert!(ends_within(process, PATIENCE), "process {process} does not end");
}

/// Waits for processes of this name to end, and tells how many do not.
pub(crate) fn left(name: &str) -> usize {
    while let Some(process) = processes(name).first() {
        if !ends_within(*process, PATIENCE) {
            return processes(name).len();
        }
    }
    0
}
