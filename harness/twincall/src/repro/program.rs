//! The report's own program, built as its reporter would and run under valgrind, which names the first invalid access with the
//! lines of both languages.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::pair::{EDITION, Entry, Source, Sources, entry};
use crate::confine::{self, Role};
use crate::toolchain::{CToolchain, RustToolchain};

#[cfg(test)]
mod tests;
mod valgrind;

pub use valgrind::{Fault, Frame, Kind};

/// Seconds that the program may run. valgrind makes it some twenty times slower.
const LIMIT: Duration = Duration::from_secs(60);
/// Of what the program prints so many bytes are kept.
const OUTPUT: usize = 4096;

/// What came of running the program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// `ended with status 0`, `SIGSEGV`, `did not end within 60 s`.
    pub ending: String,
    /// The first invalid accesses, in the order in which they happened.
    pub faults: Vec<Fault>,
    /// The beginning of what it printed.
    pub output: String,
}

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
pub fn run(sources: &Sources, c: &CToolchain, rust: &RustToolchain, folder: &Path) -> Result<Run, String> {
    let built = build(sources, c, rust, folder)?;
    let xml = built.folder.join("valgrind.xml");
    let mut command = Command::new("valgrind");
    command
        .args([
            "--xml=yes",
            "--vgdb=no",
            "--num-callers=24",
            "--child-silent-after-fork=yes",
        ])
        .arg(format!("--xml-file={}", xml.display()))
        .arg(&built.program)
        .current_dir(&built.folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        // It keeps files of its own there, and by itself knows no place but `/tmp`.
        .env("TMPDIR", std::env::temp_dir());
    confine::restrict(&mut command, Role::Valgrind);
    let (ending, output) = bounded(command)?;
    let text = std::fs::read_to_string(&xml).map_err(|error| {
        // Where it does not start, it says why among what the program would print.
        let complaint = output.lines().find_map(|line| line.strip_prefix("valgrind: "));
        format!(
            "read what valgrind wrote: {}",
            complaint.unwrap_or(&error.to_string())
        )
    })?;
    let (mut faults, signal) = valgrind::read(&text)?;
    for fault in &mut faults {
        for frame in fault.frames.iter_mut().chain(&mut fault.origin) {
            frame.place = place(&built, sources, frame);
        }
    }
    Ok(Run {
        ending: signal.unwrap_or(ending),
        faults,
        output,
    })
}

/// The line of the report behind a frame.
fn place(built: &Built, sources: &Sources, frame: &Frame) -> Option<String> {
    let (file, line) = (frame.file.as_deref()?, frame.line?);
    let source: &Source = match file {
        "report.rs" => &sources.rust,
        file if file == built.c => &sources.c,
        file => {
            let known = sources.headers.iter().any(|(name, _)| name == file);
            return known.then(|| format!("{file}:{line}"));
        }
    };
    let (file, line) = source.lines.get(line as usize - 1)?.clone()?;
    Some(format!("{file}:{line}"))
}

fn build(sources: &Sources, c: &CToolchain, rust: &RustToolchain, folder: &Path) -> Result<Built, String> {
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).map_err(|error| format!("write `{name}`: {error}"))
    };
    let c_name = if sources.cpp { "report.cpp" } else { "report.c" };
    write(c_name, &sources.c.text)?;
    write("report.rs", &sources.rust.text)?;
    for (name, text) in &sources.headers {
        write(name, text)?;
    }
    let compiler = match (sources.cpp, &c.clangxx) {
        (true, Some(clangxx)) => clangxx.clone(),
        (true, None) => return Err("there is no C++ compiler".to_owned()),
        (false, _) => c.clang.clone(),
    };
    let mut compile = Command::new(&compiler);
    // valgrind reads the older form of debug information only.
    compile
        .current_dir(folder)
        .args(["-gdwarf-4", "-O0", "-w", "-c", c_name, "-o", "c.o"])
        .args(&sources.c_flags);
    succeed(compile)?;
    let edition = sources.edition.as_deref().unwrap_or(EDITION);
    let rustc = |arguments: &[&str]| {
        let mut command = Command::new(&rust.rustc);
        command
            .current_dir(folder)
            .env("RUSTC_BOOTSTRAP", "1")
            .args([
                "-g",
                "-Zdwarf-version=4",
                "-Copt-level=0",
                "-Awarnings",
                "--edition",
                edition,
            ])
            .args(&sources.rust_flags)
            .args(arguments)
            .arg("report.rs");
        command
    };
    let library = if sources.cpp {
        "-Clink-arg=-lstdc++"
    } else {
        "-Clink-arg=-lm"
    };
    let linker = format!("-Clinker={}", compiler.display());
    match entry(sources) {
        Entry::RustMain => {
            succeed(rustc(&[&linker, "-Clink-arg=c.o", library, "-o", "program"]))?;
        }
        Entry::RustTests => {
            succeed(rustc(&[
                "--test",
                &linker,
                "-Clink-arg=c.o",
                library,
                "-o",
                "program",
            ]))?;
        }
        Entry::CMain => {
            succeed(rustc(&[
                "--crate-type=staticlib",
                "-Cpanic=abort",
                "-o",
                "librust.a",
            ]))?;
            let mut link = Command::new(&compiler);
            link.current_dir(folder)
                .args(["c.o", "librust.a", "-lpthread", "-ldl", "-lm", "-o", "program"]);
            succeed(link)?;
        }
        Entry::None => return Err("the report has no `main` and no test to run".to_owned()),
    }
    Ok(Built {
        folder: folder.to_owned(),
        c: c_name,
        program: folder.join("program"),
    })
}

/// Runs a tool to its end; its first error is the reason why it failed.
fn succeed(mut command: Command) -> Result<(), String> {
    let output = confine::output(&mut command).map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let error = text
        .lines()
        .find(|line| line.contains("error"))
        .unwrap_or("the compiler failed");
    Err(format!("it does not build as a program: {}", error.trim()))
}

/// Runs a program to its end or the limit.
fn bounded(mut command: Command) -> Result<(String, String), String> {
    let log = tempfile::tempfile().map_err(|error| error.to_string())?;
    let clone = |file: &std::fs::File| file.try_clone().map_err(|error| error.to_string());
    let mut child = command
        .stdin(Stdio::null())
        .stdout(clone(&log)?)
        .stderr(clone(&log)?)
        .spawn()
        .map_err(|error| format!("start valgrind: {error}"))?;
    let start = Instant::now();
    let ending = loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => {
                use std::os::unix::process::ExitStatusExt;
                break match (status.code(), status.signal()) {
                    (Some(code), _) => format!("ended with status {code}"),
                    (None, Some(signal)) => format!("signal {signal}"),
                    (None, None) => "ended".to_owned(),
                };
            }
            None if start.elapsed() > LIMIT => {
                // The answer is the same whether it could still be stopped.
                let _ = child.kill();
                let _ = child.wait();
                break format!("did not end within {} s", LIMIT.as_secs());
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    use std::io::{Read, Seek, SeekFrom};
    let mut log = log;
    let mut output = Vec::new();
    let read = log
        .seek(SeekFrom::Start(0))
        .and_then(|_| log.take(OUTPUT as u64).read_to_end(&mut output));
    read.map_err(|error| error.to_string())?;
    Ok((ending, String::from_utf8_lossy(&output).into_owned()))
}
