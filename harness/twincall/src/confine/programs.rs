//! Programs that a confined process starts: they get less than it has, and only so much of what they write is taken.
//!
//! It stops a compiler's message without an end, and keeps the code of a report from the process that judges it.

use std::io::{self, Read};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use crate::account;

use super::{landlock, limits, system, worker};

/// Bytes of a compiler's messages that are kept; a reader of them shows some lines.
const MOST_MESSAGES: u64 = 8 << 20;
/// Bytes of its standard output, which may be a syntax tree with all system headers.
const MOST_OUTPUT: u64 = 512 << 20;

/// What a program is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// A compiler or linker: it writes where its caller does.
    Compiler,
    /// The probe, with the report's code in it.
    Probe,
    /// valgrind, with the report's program in it.
    Valgrind,
}

/// Has a program start with less than this process has, if this process is confined; otherwise nothing changes.
pub(crate) fn restrict(command: &mut Command, role: Role) {
    if !worker::is_confined() {
        return;
    }
    let (writes, bounds): (_, &[system::Bound]) = match role {
        Role::Compiler => (landlock::Writes::All, &limits::PROGRAM),
        Role::Probe => (landlock::Writes::Temporary, &limits::PROGRAM),
        Role::Valgrind => (landlock::Writes::Temporary, &limits::VALGRIND),
    };
    system::start_within(command, bounds, landlock::of_program(writes));
}

/// Runs a compiler or linker to its end, accounted under a name. One that writes more than is taken is ended, which counts as its failure.
pub(crate) fn output(command: &mut Command, purpose: &'static str) -> io::Result<Output> {
    restrict(command, Role::Compiler);
    bounded(command, purpose, MOST_OUTPUT, MOST_MESSAGES)
}

fn bounded(
    command: &mut Command,
    purpose: &'static str,
    most_output: u64,
    most_messages: u64,
) -> io::Result<Output> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (output, messages) = std::thread::scope(|scope| {
        // A program that is read no further ends when it writes, as its pipe is closed.
        let messages = scope.spawn(move || read(stderr, most_messages));
        let output = read(stdout, most_output);
        let messages = messages.join().unwrap_or_else(|_| Ok(Vec::new()));
        (output, messages)
    });
    let mut messages = messages?;
    let cut = |bytes: &[u8], most: u64| bytes.len() as u64 > most;
    if cut(&messages, most_messages) {
        messages.truncate(usize::try_from(most_messages).unwrap_or(usize::MAX));
    }
    let output = output?;
    if cut(&output, most_output) {
        messages.extend_from_slice(b"\nerror: the program wrote more than is read\n");
    }
    Ok(Output {
        status: account::wait(&mut child, purpose, start)?,
        stdout: output,
        stderr: messages,
    })
}

fn read(from: Option<impl Read>, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        from.take(most + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_writes_without_end_is_ended() {
        let mut command = Command::new("sh");
        command.args(["-c", "yes >&2"]);
        let output = bounded(&mut command, "test", 1000, 1000).unwrap();
        assert!(!output.status.success());
        assert_eq!(output.stderr.len(), 1000);
        let output = bounded(Command::new("yes").arg("x"), "test", 1000, 1000).unwrap();
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains("more than is read"));
    }

    #[test]
    fn what_a_program_writes_is_all_there() {
        let output = bounded(
            Command::new("sh").args(["-c", "echo a; echo b >&2; exit 3"]),
            "test",
            10,
            10,
        )
        .unwrap();
        assert_eq!(
            (output.stdout.as_slice(), output.stderr.as_slice()),
            (&b"a\n"[..], &b"b\n"[..])
        );
        assert_eq!(output.status.code(), Some(3));
    }
}
