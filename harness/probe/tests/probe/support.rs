//! Small C libraries with hand-written drivers, and the probe run on them.

use std::fs::Permissions;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use twincall_abi::run::{Batch, Call, Ending, Group, Outcome, Stack, SymbolIn, Trace};

/// Bytes of the arena of [`call`]: argument pointers at 0, the result at 64, free space from 128.
pub(crate) const ARENA: usize = 256;
pub(crate) const RESULT: u32 = 64;
pub(crate) const FREE: u32 = 128;

/// What every library of these tests begins with.
pub(crate) const PRELUDE: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#define DRIVER(name) void name(const void *const *args, void *ret)
#define UNUSED (void)args, (void)ret
DRIVER(good) { UNUSED; *(int *)ret = 42; }
"#;

/// A compiled library. The folder goes with it.
#[derive(Debug)]
pub(crate) struct Library {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
}

/// Compiles C source behind the prelude.
pub(crate) fn library(source: &str) -> Library {
    compile("cc", "c", &format!("{PRELUDE}{source}"), &[])
}

/// Compiles source with this compiler.
pub(crate) fn compile(compiler: &str, extension: &str, source: &str, flags: &[&str]) -> Library {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("fixture.{extension}"));
    let path = folder.path().join("libfixture.so");
    std::fs::write(&file, source).unwrap();
    let mut command = Command::new(compiler);
    command
        .args(["-shared", "-fPIC", "-O0", "-w", "-pthread", "-o"])
        .arg(&path)
        .arg(&file)
        .args(flags);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Library { folder, path }
}

impl Library {
    /// A path beside the library, for what a fixture leaves behind.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Limits that suit most tests.
    pub(crate) fn batch(&self, groups: Vec<Group>) -> Batch {
        Batch {
            libraries: vec![self.path.to_str().unwrap().to_owned()],
            groups,
            timeout_ms: 5000,
            memory_limit: 64 << 20,
        }
    }

    /// The outcomes of one group that calls these drivers in turn.
    pub(crate) fn calls(&self, drivers: &[&str]) -> Vec<Outcome> {
        run(&self.batch(vec![group(drivers)]))
    }

    /// The outcome of one call.
    pub(crate) fn call(&self, driver: &str) -> Outcome {
        self.calls(&[driver]).remove(0)
    }
}

/// The batch with arenas so large that its calls are made one by one and not at one go.
pub(crate) fn one_by_one(mut batch: Batch) -> Batch {
    for call in batch.groups.iter_mut().flat_map(|group| &mut group.calls) {
        call.arena.resize(2 << 20, 0);
    }
    batch
}

pub(crate) fn symbol(name: &str) -> SymbolIn {
    SymbolIn {
        library: 0,
        symbol: name.to_owned(),
    }
}

/// A call of a driver with an arena of zeros.
pub(crate) fn call(id: u32, driver: &str) -> Call {
    Call {
        id,
        driver: symbol(driver),
        assignments: Vec::new(),
        arena: vec![0; ARENA],
        fixups: Vec::new(),
        arguments_at: 0,
        result_at: RESULT,
    }
}

/// Calls numbered from 0.
pub(crate) fn group(drivers: &[&str]) -> Group {
    Group {
        calls: drivers
            .iter()
            .zip(0..)
            .map(|(driver, id)| call(id, driver))
            .collect(),
    }
}

/// Runs the probe and checks what must hold of every run: it ends well, and answers each call in order.
pub(crate) fn run(batch: &Batch) -> Vec<Outcome> {
    checked(batch, run_raw(&frame(&postcard::to_stdvec(batch).unwrap())))
}

/// The same as a user without privileges: root, as which tests may run, is stopped by hardly anything. The probe is copied into
/// the library's folder, because that user may not come to where it was built.
pub(crate) fn run_as_nobody(library: &Library, batch: &Batch) -> Vec<Outcome> {
    const NOBODY: u32 = 65534;
    let probe = library.beside("probe");
    std::fs::copy(env!("CARGO_BIN_EXE_twincall-probe"), &probe).unwrap();
    std::fs::set_permissions(library.folder.path(), Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new(probe);
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let started = start_command(command, &frame(&postcard::to_stdvec(batch).unwrap()));
    checked(batch, finish(started, Vec::new()))
}

fn checked(batch: &Batch, (status, outcomes): (Option<i32>, Vec<Outcome>)) -> Vec<Outcome> {
    assert_eq!(status, Some(0));
    let asked: Vec<u32> = batch
        .groups
        .iter()
        .flat_map(|group| &group.calls)
        .map(|call| call.id)
        .collect();
    let answered: Vec<u32> = outcomes.iter().map(|outcome| outcome.id).collect();
    assert_eq!(asked, answered);
    outcomes
}

pub(crate) fn frame(body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_le_bytes(), body].concat()
}

/// Runs the probe on raw input and returns its exit status and what it answered.
pub(crate) fn run_raw(input: &[u8]) -> (Option<i32>, Vec<Outcome>) {
    finish(start(input), Vec::new())
}

/// Starts the probe on raw input. It goes on as far as it can without its answers being read.
pub(crate) fn start(input: &[u8]) -> Child {
    start_command(Command::new(env!("CARGO_BIN_EXE_twincall-probe")), input)
}

fn start_command(mut command: Command, input: &[u8]) -> Child {
    let mut probe = command
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    probe.stdin.take().unwrap().write_all(input).unwrap();
    probe
}

/// Reads the answers of the probe, of which these bytes were read already, and waits for its end.
pub(crate) fn finish(mut probe: Child, mut answers: Vec<u8>) -> (Option<i32>, Vec<Outcome>) {
    probe.stdout.take().unwrap().read_to_end(&mut answers).unwrap();
    let status = probe.wait().unwrap();
    let mut rest = answers.as_slice();
    let mut outcomes = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[..4].try_into().unwrap()) as usize;
        outcomes.push(postcard::from_bytes(&rest[4..4 + length]).unwrap());
        rest = &rest[4 + length..];
    }
    (status.code(), outcomes)
}

/// The `int` result of a call that must have returned.
pub(crate) fn result(outcome: &Outcome) -> i32 {
    assert_eq!(outcome.ending, Ending::Returned, "{outcome:?}");
    let at = RESULT as usize;
    i32::from_le_bytes(outcome.arena[at..at + 4].try_into().unwrap())
}

/// The signal, address and registers of a call that must have crashed.
pub(crate) fn crash(outcome: &Outcome) -> (&str, Option<u64>, &std::collections::BTreeMap<String, u64>) {
    match &outcome.ending {
        Ending::Crashed {
            signal,
            address,
            registers,
            ..
        } => (signal, *address, registers),
        other => panic!("not a crash: {other:?}"),
    }
}

/// The copied stack of a call that must have crashed.
pub(crate) fn stack(outcome: &Outcome) -> Option<&Stack> {
    match &outcome.ending {
        Ending::Crashed {
            trace: Trace::Stack(stack),
            ..
        } => Some(stack),
        Ending::Crashed { .. } => None,
        other => panic!("not a crash: {other:?}"),
    }
}

/// The reason for which a call was refused, or why it is not known how it ended.
pub(crate) fn refusal(outcome: &Outcome) -> &str {
    match &outcome.ending {
        Ending::Refused { reason } | Ending::NotLoaded { reason } | Ending::Unknown { reason } => reason,
        other => panic!("not refused: {other:?}"),
    }
}
