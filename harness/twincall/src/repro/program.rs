//! The report's own program, built as its reporter would and run under valgrind, which names the first invalid access with the
//! lines of both languages.

use std::fmt;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use thiserror::Error;
use twincall_abi::target::Target;

use super::pair::{EDITION, Entry, Source, Sources, entry};
use crate::command::{
    CCall, CCompiler, CProduct, CallError, DebugInfo, Language, MissingCompiler, RustCall, RustProduct,
    ToolCall, first_error, program_link,
};
use crate::confine::{self, Role};
use crate::directive::OptLevel;
use crate::toolchain::{CToolchain, RustToolchain};

#[cfg(test)]
mod tests;
mod valgrind;

use valgrind::Seen;
pub use valgrind::{Fault, Frame, Kind};

/// Seconds that the program may run. valgrind makes it some twenty times slower.
const LIMIT: Duration = Duration::from_secs(60);
/// A program that prints more bytes is stopped.
const MOST_PRINTED: u64 = 1 << 20;
/// Of what the program prints so many bytes are kept.
const OUTPUT: usize = 4096;

/// What came of running the program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// `ended with status 0`, `SIGSEGV`, `was stopped after 60 s`.
    pub ending: String,
    /// The first invalid accesses, in the order in which they happened.
    pub faults: Vec<Fault>,
    /// The beginning of what it printed.
    pub output: String,
}

/// Why there is nothing to run.
#[derive(Debug, Error)]
pub enum NoProgram {
    #[error("the report has no `main` and no test to run")]
    NoEntry,
    #[error("write `{name}`: {source}")]
    Write { name: String, source: std::io::Error },
    #[error(transparent)]
    Compiler(#[from] MissingCompiler),
    #[error(transparent)]
    Call(#[from] CallError),
    /// What the compiler or the linker says first.
    #[error("it does not build as a program: {0}")]
    Refused(String),
    #[error("start valgrind: {0}")]
    Valgrind(std::io::Error),
    #[error("read what valgrind wrote: {0}")]
    Unread(String),
    #[error("it used more memory than it is given")]
    Memory,
    /// What came from valgrind is not what valgrind writes.
    #[error("what valgrind saw was spoiled by the report's own code")]
    Spoiled,
    #[error("read what the program printed: {0}")]
    Output(std::io::Error),
}

const OBJECT: &str = "c.o";
const LIBRARY: &str = "librust.a";
const RUST: &str = "report.rs";

/// Where the program's files are, and how to get back to the report.
struct Built {
    folder: PathBuf,
    c: &'static str,
    program: PathBuf,
}

/// Builds the program natively at -O0 and runs it.
///
/// # Errors
/// Why there is nothing to run: no `main` and no test, a refusal of a compiler or the linker, valgrind not installed.
pub fn run(sources: &Sources, c: &CToolchain, rust: &RustToolchain, folder: &Path) -> Result<Run, NoProgram> {
    let built = build(sources, c, rust, folder)?;
    // What valgrind says goes through a socket, which unlike a file or a pipe nobody can open once more by its number.
    let (ours, theirs) = UnixStream::pair().map_err(NoProgram::Output)?;
    let inherited = out_of_reach(theirs).map_err(|error| NoProgram::Output(error.into()))?;
    let mut command = Command::new("valgrind");
    command
        .args([
            "--xml=yes",
            "--vgdb=no",
            "--num-callers=24",
            "--child-silent-after-fork=yes",
        ])
        .arg(format!("--xml-fd={}", inherited.as_raw_fd()))
        .arg(&built.program)
        .current_dir(&built.folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        // It keeps files of its own there, and by itself knows no place but `/tmp`.
        .env("TMPDIR", std::env::temp_dir());
    confine::restrict(&mut command, Role::Valgrind);
    let heard = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What comes after that is read and forgotten, so that valgrind does not wait for a reader.
        let read = (&ours)
            .take(valgrind::MOST_BYTES as u64 + 1)
            .read_to_end(&mut bytes);
        let rest = std::io::copy(&mut &ours, &mut std::io::sink());
        read.and(rest).map(|_| bytes)
    });
    let (ending, output) = bounded(command, inherited)?;
    let text = match heard.join() {
        Ok(read) => String::from_utf8_lossy(&read.map_err(NoProgram::Output)?).into_owned(),
        Err(_) => String::new(),
    };
    if text.is_empty() {
        // Where it does not start, it says why among what the program would print.
        let complaint = output.lines().find_map(|line| line.strip_prefix("valgrind: "));
        return Err(match complaint {
            Some(complaint) => NoProgram::Unread(complaint.to_owned()),
            None => NoProgram::Spoiled,
        });
    }
    let Seen {
        mut faults,
        signal,
        finished,
    } = valgrind::read(&text).map_err(|_| NoProgram::Spoiled)?;
    // A program that reaches into valgrind can end it before it says what it saw.
    if !finished && !matches!(ending, Ended::Stopped(_)) {
        // The watch over the run's memory kills, and valgrind says so itself where it gets no more.
        let for_memory = matches!(ending, Ended::Killed(9)) || output.contains("out of memory");
        return Err(match for_memory {
            true => NoProgram::Memory,
            false => NoProgram::Spoiled,
        });
    }
    for fault in &mut faults {
        for frame in fault.frames.iter_mut().chain(&mut fault.origin) {
            frame.place = place(&built, sources, frame);
        }
    }
    Ok(Run {
        ending: signal.unwrap_or_else(|| ending.to_string()),
        faults,
        output,
    })
}

/// The same socket under a number that valgrind inherits and the program that it runs may not use.
fn out_of_reach(socket: UnixStream) -> rustix::io::Result<OwnedFd> {
    let number = i32::try_from(confine::DESCRIPTORS_OF_VALGRIND).unwrap_or(i32::MAX);
    // Whoever may have no such number is not confined either.
    let raised = rustix::io::fcntl_dupfd_cloexec(&socket, number).or_else(|_| rustix::io::dup(&socket))?;
    rustix::io::fcntl_setfd(&raised, rustix::io::FdFlags::empty())?;
    Ok(raised)
}

/// The line of the report behind a frame.
fn place(built: &Built, sources: &Sources, frame: &Frame) -> Option<String> {
    let (file, line) = (frame.file.as_deref()?, frame.line?);
    let source: &Source = match file {
        RUST => &sources.rust,
        file if file == built.c => &sources.c,
        file => {
            let known = sources.headers.iter().any(|(name, _)| name == file);
            return known.then(|| format!("{file}:{line}"));
        }
    };
    let (file, line) = source.lines.get(line as usize - 1)?.clone()?;
    Some(format!("{file}:{line}"))
}

fn build(sources: &Sources, c: &CToolchain, rust: &RustToolchain, folder: &Path) -> Result<Built, NoProgram> {
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).map_err(|source| NoProgram::Write {
            name: name.to_owned(),
            source,
        })
    };
    let c_name = if sources.cpp { "report.cpp" } else { "report.c" };
    write(c_name, &sources.c.text)?;
    write(RUST, &sources.rust.text)?;
    for (name, text) in &sources.headers {
        write(name, text)?;
    }
    let target = Target::X86_64LinuxGnu;
    let compiler = CCompiler::reader_of(c, Language::of(sources.cpp))?;
    // valgrind reads the older form of debug information only.
    let compile = CCall {
        opt: Some(OptLevel::NONE),
        debug: DebugInfo::Dwarf4,
        flags: &sources.c_flags,
        ..CCall::new(compiler, target, CProduct::Object)
    };
    succeed(compile.tool_call().file(c_name).output(OBJECT).run_in(folder))?;
    let rustc = |product: RustProduct<'_>, links: bool| {
        let call = RustCall {
            opt: Some(OptLevel::NONE),
            edition: sources.edition.unwrap_or(EDITION),
            crate_name: "report",
            debug: DebugInfo::Dwarf4,
            unwinds: links,
            flags: &sources.rust_flags,
            ..RustCall::new(rust, target, product)
        };
        let mut call = call.tool_call();
        call.run_in(folder);
        if links {
            call.say(format!("-Clinker={}", compiler.program.display()))
                .say(format!("-Clink-arg={OBJECT}"))
                .say(match sources.cpp {
                    true => "-Clink-arg=-lstdc++",
                    false => "-Clink-arg=-lm",
                });
        }
        call
    };
    match entry(sources) {
        Entry::RustMain => succeed(rustc(RustProduct::Program, true).output("program").file(RUST))?,
        Entry::RustTests => succeed(rustc(RustProduct::Tests, true).output("program").file(RUST))?,
        Entry::CMain => {
            succeed(
                rustc(RustProduct::StaticLibrary, false)
                    .output(LIBRARY)
                    .file(RUST),
            )?;
            let mut link = program_link(compiler);
            link.file(OBJECT)
                .file(LIBRARY)
                .say_all(["-lpthread", "-ldl", "-lm"]);
            succeed(link.output("program").run_in(folder))?;
        }
        Entry::None => return Err(NoProgram::NoEntry),
    }
    Ok(Built {
        folder: folder.to_owned(),
        c: c_name,
        program: folder.join("program"),
    })
}

/// Runs a tool to its end; its first error is the reason why it failed.
fn succeed(call: &ToolCall) -> Result<(), NoProgram> {
    let output = call.run(None)?;
    if output.status.success() {
        return Ok(());
    }
    let first = first_error(&output.stderr);
    Err(NoProgram::Refused(
        first.unwrap_or_else(|| "the compiler failed".to_owned()),
    ))
}

/// How the process of valgrind and the program ended.
enum Ended {
    Exited(i32),
    Killed(i32),
    /// By us, for this reason.
    Stopped(String),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Exited(status) => write!(f, "ended with status {status}"),
            Ended::Killed(signal) => write!(f, "signal {signal}"),
            Ended::Stopped(why) => write!(f, "was stopped {why}"),
        }
    }
}

/// Runs a program to its end or a limit. It inherits what is given, and this process keeps nothing of it.
fn bounded(mut command: Command, inherited: OwnedFd) -> Result<(Ended, String), NoProgram> {
    let log = tempfile::tempfile().map_err(NoProgram::Output)?;
    let clone = |file: &std::fs::File| file.try_clone().map_err(NoProgram::Output);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(clone(&log)?)
        .stderr(clone(&log)?)
        .spawn()
        .map_err(NoProgram::Valgrind)?;
    drop(inherited);
    let start = Instant::now();
    let ending = loop {
        match child.try_wait().map_err(NoProgram::Valgrind)? {
            Some(status) => {
                break match status.code() {
                    Some(status) => Ended::Exited(status),
                    None => Ended::Killed(status.signal().unwrap_or_default()),
                };
            }
            None => {
                let printed = log.metadata().map_err(NoProgram::Output)?.len();
                let why = if start.elapsed() > LIMIT {
                    format!("after {} s", LIMIT.as_secs())
                } else if printed > MOST_PRINTED {
                    format!("when it had printed {} MiB", MOST_PRINTED >> 20)
                } else {
                    std::thread::sleep(Duration::from_millis(10));
                    continue;
                };
                // The answer is the same whether it could still be stopped.
                let _ = child.kill();
                let _ = child.wait();
                break Ended::Stopped(why);
            }
        }
    };
    let mut log = log;
    let mut output = Vec::new();
    let read = log
        .seek(SeekFrom::Start(0))
        .and_then(|_| log.take(OUTPUT as u64).read_to_end(&mut output));
    read.map_err(NoProgram::Output)?;
    Ok((ending, String::from_utf8_lossy(&output).into_owned()))
}
