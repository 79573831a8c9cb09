//! Where the processor time of a run goes: to which tool, and to which part of this program.
//!
//! The time of a process is counted as a whole, so that what no part claims is seen too.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;

/// A part of this program's own work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// Reading what both sides declare.
    Declarations,
    /// Writing the units that are compiled.
    Units,
    /// Folders for tools, the cache, and hashing what is in it.
    Files,
    /// Reading objects, debug information and bitcode.
    Evidence,
    /// Choosing values and calls.
    Plans,
    /// Making calls natively, and reading what came back.
    Native,
    /// Translating modules to machine code.
    WasmCompile,
    /// Making calls on wasm.
    Wasm,
    Judge,
    /// Snapshots and reports.
    Reports,
}

impl Part {
    const ALL: [Part; 10] = [
        Part::Declarations,
        Part::Units,
        Part::Files,
        Part::Evidence,
        Part::Plans,
        Part::Native,
        Part::WasmCompile,
        Part::Wasm,
        Part::Judge,
        Part::Reports,
    ];

    const fn name(self) -> &'static str {
        match self {
            Part::Declarations => "reading declarations",
            Part::Units => "writing units",
            Part::Files => "folders and cache",
            Part::Evidence => "reading evidence",
            Part::Plans => "planning calls",
            Part::Native => "making calls natively",
            Part::WasmCompile => "compiling wasm",
            Part::Wasm => "making calls on wasm",
            Part::Judge => "judging",
            Part::Reports => "snapshots and reports",
        }
    }
}

/// Nanoseconds of processor time by part.
static SPENT: [AtomicU64; Part::ALL.len()] = [const { AtomicU64::new(0) }; Part::ALL.len()];
static TOOLS: Mutex<BTreeMap<&'static str, ToolUse>> = Mutex::new(BTreeMap::new());

thread_local! {
    /// The parts that this thread is in, the innermost last.
    static INSIDE: RefCell<Vec<Part>> = const { RefCell::new(Vec::new()) };
    /// The thread's processor time up to which everything is counted, in nanoseconds.
    static COUNTED: Cell<u64> = const { Cell::new(0) };
}

/// Counts this thread's processor time for a part until it is dropped, but for what another part counts within it.
#[must_use]
pub(crate) struct Counting(PhantomData<*const ()>);

/// Counts what this thread does from here on for a part.
pub(crate) fn count(part: Part) -> Counting {
    settle();
    INSIDE.with_borrow_mut(|inside| inside.push(part));
    Counting(PhantomData)
}

impl Drop for Counting {
    fn drop(&mut self) {
        settle();
        INSIDE.with_borrow_mut(|inside| inside.pop());
    }
}

/// Gives the time since the last call to the innermost part.
fn settle() {
    let now = thread_time();
    let before = COUNTED.replace(now);
    let part = INSIDE.with_borrow(|inside| inside.last().copied());
    if let Some(part) = part {
        SPENT[part as usize].fetch_add(now.saturating_sub(before), Ordering::Relaxed);
    }
}

/// Nanoseconds of processor time of this thread.
#[expect(
    unsafe_code,
    reason = "the standard library has no clock of a thread's processor time"
)]
fn thread_time() -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the place is this function's own.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// What a kind of tool took.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub struct ToolUse {
    pub calls: u64,
    /// Seconds of processor time, of the tool and what it started.
    pub processor: f64,
    /// Seconds in which a thread of this program waited for it.
    pub waited: f64,
}

/// Waits for a program that was started at `start` and not waited for yet, and counts it as a tool.
pub(crate) fn wait(
    child: &mut std::process::Child,
    name: &'static str,
    start: Instant,
) -> std::io::Result<std::process::ExitStatus> {
    let (status, processor) = wait_with_usage(child)?;
    let mut tools = TOOLS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let tool = tools.entry(name).or_default();
    tool.calls += 1;
    tool.processor += processor.as_secs_f64();
    tool.waited += start.elapsed().as_secs_f64();
    Ok(status)
}

/// The end of a child and its processor time. The standard library has no way to ask for the latter.
#[expect(unsafe_code, reason = "wait4 alone tells what one child has used")]
fn wait_with_usage(child: &mut std::process::Child) -> std::io::Result<(std::process::ExitStatus, Duration)> {
    use std::os::unix::process::ExitStatusExt;
    let pid = libc::pid_t::try_from(child.id()).map_err(std::io::Error::other)?;
    let mut status = 0;
    // SAFETY: zero is a value of every field of this structure of numbers.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both places are this function's own. The child is borrowed by whoever started it and nobody has waited for
        // it, so that its number is still its own.
        if unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) } == pid {
            break;
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    let spent = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
    };
    Ok((
        std::process::ExitStatus::from_raw(status),
        spent(usage.ru_utime) + spent(usage.ru_stime),
    ))
}

/// Where the time of this process went so far.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Account {
    pub tools: BTreeMap<&'static str, ToolUse>,
    /// Seconds of processor time by part of this program.
    pub parts: Vec<PartUse>,
    /// Seconds of processor time of this program that no part claims.
    pub own_rest: f64,
    /// Seconds of processor time of programs that are not counted as tools.
    pub tools_rest: f64,
    /// Seconds of processor time of this program and all that it started.
    pub processor: f64,
}

/// What a part of this program took.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PartUse {
    pub name: &'static str,
    pub processor: f64,
}

impl Account {
    /// What this process used up to now.
    pub fn of_this_process() -> Account {
        settle();
        let tools = TOOLS
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        let parts: Vec<PartUse> = Part::ALL
            .iter()
            .zip(&SPENT)
            .map(|(part, spent)| PartUse {
                name: part.name(),
                processor: Duration::from_nanos(spent.load(Ordering::Relaxed)).as_secs_f64(),
            })
            .collect();
        let (own, children) = process_times();
        let in_tools: f64 = tools.values().map(|tool| tool.processor).sum();
        let in_parts: f64 = parts.iter().map(|part| part.processor).sum();
        Account {
            own_rest: (own - in_parts).max(0.0),
            tools_rest: (children - in_tools).max(0.0),
            processor: own + children,
            tools,
            parts,
        }
    }
}

/// Seconds of processor time of this process, and of all that it started and waited for.
#[expect(unsafe_code, reason = "getrusage alone tells of children that are gone")]
fn process_times() -> (f64, f64) {
    let times = [libc::RUSAGE_SELF, libc::RUSAGE_CHILDREN].map(|who| {
        // SAFETY: zero is a value of every field of this structure of numbers.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: the place is this function's own.
        unsafe { libc::getrusage(who, &raw mut usage) };
        let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
        seconds(usage.ru_utime) + seconds(usage.ru_stime)
    });
    (times[0], times[1])
}

impl fmt::Display for Account {
    /// A table: tools with calls, seconds and waiting, then the parts of this program, then the sum.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |seconds: f64| match self.processor > 0.0 {
            true => 100.0 * seconds / self.processor,
            false => 0.0,
        };
        writeln!(
            f,
            "{:<28} {:>7} {:>9} {:>6} {:>9}",
            "", "calls", "seconds", "%", "waited"
        )?;
        let mut tools: Vec<(&&str, &ToolUse)> = self.tools.iter().collect();
        tools.sort_by(|(_, one), (_, other)| other.processor.total_cmp(&one.processor));
        for (name, tool) in tools {
            writeln!(
                f,
                "{name:<28} {:>7} {:>9.2} {:>6.1} {:>9.2}",
                tool.calls,
                tool.processor,
                share(tool.processor),
                tool.waited
            )?;
        }
        let mut parts: Vec<(&str, f64)> = self
            .parts
            .iter()
            .map(|part| (part.name, part.processor))
            .collect();
        parts.push(("elsewhere in twincall", self.own_rest));
        parts.push(("other programs", self.tools_rest));
        parts.sort_by(|one, other| other.1.total_cmp(&one.1));
        for (name, seconds) in parts.into_iter().filter(|(_, seconds)| *seconds >= 0.005) {
            writeln!(f, "{name:<28} {:>7} {seconds:>9.2} {:>6.1}", "", share(seconds))?;
        }
        write!(
            f,
            "{:<28} {:>7} {:>9.2} {:>6.1}",
            "in all", "", self.processor, 100.0
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Work that no optimiser takes away.
    fn work(milliseconds: u64) {
        let until = thread_time() + milliseconds * 1_000_000;
        while thread_time() < until {}
    }

    #[test]
    fn time_within_another_part_is_counted_once() {
        let spent = |part: Part| SPENT[part as usize].load(Ordering::Relaxed);
        let before = [Part::Reports, Part::Units].map(spent);
        {
            let _outer = count(Part::Reports);
            work(20);
            {
                let _inner = count(Part::Units);
                work(40);
            }
            work(20);
        }
        let after = [Part::Reports, Part::Units].map(spent);
        let [outer, inner] = [0, 1].map(|at| (after[at] - before[at]) / 1_000_000);
        // Other tests may count the same parts meanwhile, but never less than this.
        assert!(outer >= 38 && inner >= 39, "{outer} ms and {inner} ms");
        let all = Account::of_this_process();
        assert!(all.processor > 0.07 && all.own_rest <= all.processor, "{all:?}");
    }

    #[test]
    fn a_tool_is_counted_with_what_it_starts() {
        let start = Instant::now();
        let mut child = std::process::Command::new("sh")
            .args([
                "-c",
                "sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done'; exit 3",
            ])
            .spawn()
            .unwrap();
        let status = wait(&mut child, "test", start).unwrap();
        assert_eq!(status.code(), Some(3));
        let account = Account::of_this_process();
        let tool = account.tools["test"];
        assert!(
            tool.calls == 1 && tool.waited > 0.0 && tool.processor > 0.01,
            "{tool:?}"
        );
        assert!(account.to_string().contains("\ntest "), "{account}");
    }
}
