//! Thousands of calls that end in every way there is: none may be lost, none taken for another, and nothing may pile up.
//!
//! As a test it makes a few thousand calls. `scripts/soak` has it make more, and says by the environment how many, for how
//! long at most, and by which seed.

#[path = "../probe/support.rs"]
#[expect(dead_code, reason = "the other tests of the probe use more of it")]
mod support;

mod plan;
mod watch;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use std::str::FromStr;
use std::time::{Duration, Instant};

use plan::{
    CRASHES, Driver, Expected, FINE, JUMPS_BACK, RETURNING, SEGV, SETS_A_JUMP, SLOW, fault, groups, kind,
};
use support::{Library, PRELUDE, compile};
use twincall_abi::run::Batch;
use watch::Probe;

/// Calls of a group.
const GROUP: usize = 1000;

/// What a server may hold more of at the end than at the start, in kibibytes: its allocator keeps what it had once.
const SLACK: u64 = 1024;

/// How often each rate of crashes is measured; the best counts, since others use the machine as well.
const ROUNDS: usize = 3;

fn number<T: FromStr>(variable: &str, default: T) -> T {
    match std::env::var(variable) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{variable} is no number: {text}")),
        Err(_) => default,
    }
}

struct Soak {
    probe: Probe,
    libraries: [Library; 3],
    deadline: Instant,
    table: String,
    faults: Vec<String>,
}

impl Soak {
    fn batch(&self, drivers: &[Driver], timeout_ms: u64) -> Batch {
        let path = |library: &Library| library.path.to_str().unwrap().to_owned();
        Batch {
            libraries: self.libraries.iter().map(path).collect(),
            groups: groups(drivers, GROUP),
            timeout_ms,
            memory_limit: 64 << 20,
        }
    }

    /// Makes these calls and checks each.
    fn observe(&mut self, title: &str, drivers: &[Driver], timeout_ms: u64) {
        let watched = self.probe.run(&self.batch(drivers, timeout_ms), self.deadline);
        let mut endings: BTreeMap<String, usize> = BTreeMap::new();
        let mut wrong = 0;
        for (outcome, (driver, id)) in watched.outcomes.iter().zip(drivers.iter().zip(0..)) {
            *endings.entry(kind(&outcome.ending)).or_default() += 1;
            if let Some(fault) = fault(id, *driver, outcome) {
                wrong += 1;
                self.faults.push(format!("{title}: {fault}"));
            }
        }
        let made = watched.outcomes.len();
        let lost = if watched.stopped { 0 } else { drivers.len() - made };
        let left = self.probe.left();
        let per_second = made as f64 / watched.took.as_secs_f64();
        let text = &mut self.table;
        let _ = writeln!(text, "{title}");
        let _ = writeln!(text, "  planned                {:>8}", drivers.len());
        let _ = writeln!(text, "  made                   {made:>8}");
        if watched.stopped {
            let _ = writeln!(text, "  not made, out of time  {:>8}", drivers.len() - made);
        }
        for (kind, count) in &endings {
            let _ = writeln!(text, "    {kind:<20} {count:>8}");
        }
        let _ = writeln!(text, "  wrongly attributed     {wrong:>8}");
        let _ = writeln!(text, "  lost                   {lost:>8}");
        let _ = writeln!(text, "  calls per second       {per_second:>8.0}");
        let _ = writeln!(text, "  processes left         {left:>8}");
        if let Some((before, after)) = watched.server {
            let (from, to) = (before.descriptors, after.descriptors);
            let _ = writeln!(
                text,
                "  the server's descriptors {from} -> {to}, memory {} -> {} KiB",
                before.memory, after.memory
            );
            if from != to || after.memory > before.memory + SLACK {
                self.faults
                    .push(format!("{title}: the server leaks: {before:?}, then {after:?}"));
            }
        }
        if lost > 0 || left > 0 {
            self.faults
                .push(format!("{title}: {lost} calls lost, {left} processes left"));
        }
    }

    /// Calls per second at these rates of crashes: one in so many calls, or none for 0.
    fn throughput(&mut self, calls: usize, rates: &[usize]) -> Vec<f64> {
        let mut best = vec![0f64; rates.len()];
        for _ in 0..ROUNDS {
            for (best, rate) in best.iter_mut().zip(rates) {
                let crashes = |index: usize| *rate > 0 && index % rate == rate / 2;
                // All of them crashing is slower by orders of magnitude.
                let calls = if *rate == 1 { calls / 20 } else { calls };
                let drivers: Vec<Driver> = (0..calls)
                    .map(|index| if crashes(index) { SEGV } else { FINE })
                    .collect();
                let watched = self.probe.run(&self.batch(&drivers, 5000), self.deadline);
                for (outcome, (driver, id)) in watched.outcomes.iter().zip(drivers.iter().zip(0..)) {
                    self.faults.extend(fault(id, *driver, outcome));
                }
                if !watched.stopped {
                    *best = best.max(calls as f64 / watched.took.as_secs_f64());
                }
            }
        }
        for (per_second, rate) in best.iter().zip(rates) {
            let name = match rate {
                0 => "no crash".to_owned(),
                1 => "every call crashes".to_owned(),
                rate => format!("a crash in {rate} calls"),
            };
            let share = per_second / best[0];
            let _ = writeln!(
                self.table,
                "  {name:<22} {per_second:>8.0} calls per second, {share:.3} of the first"
            );
        }
        best
    }
}

/// A library of panicking Rust. The tests need a compiler of Rust anyway.
fn panicking() -> Library {
    let folder = tempfile::tempdir().unwrap();
    let (source, path) = (
        folder.path().join("endings.rs"),
        folder.path().join("libfixture.so"),
    );
    std::fs::write(&source, include_str!("endings.rs")).unwrap();
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition=2024", "--crate-type=cdylib", "-o"])
        .arg(&path)
        .arg(&source)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Library { folder, path }
}

/// Calls of every kind; of those that are slow, one in a few hundred.
fn mixed(calls: usize, dice: &mut fastrand::Rng) -> Vec<Driver> {
    let mut drivers = Vec::with_capacity(calls + 1);
    while drivers.len() < calls {
        match dice.u32(0..400) {
            0 => drivers.push(SLOW[dice.usize(..SLOW.len())]),
            // A jump needs a call to jump to.
            1..50 => drivers.extend([SETS_A_JUMP, JUMPS_BACK]),
            50..100 => drivers.push(CRASHES[dice.usize(..CRASHES.len())]),
            _ => drivers.push(RETURNING[dice.usize(..RETURNING.len())]),
        }
    }
    drivers
}

#[test]
fn every_call_has_its_own_observation_and_nothing_piles_up() {
    let calls: usize = number("TWINCALL_SOAK_CALLS", 2000);
    let seconds: u64 = number("TWINCALL_SOAK_SECONDS", 300);
    let seed: u64 = number("TWINCALL_SOAK_SEED", 1);
    let mut soak = Soak {
        probe: Probe::new(),
        libraries: [
            compile("cc", "c", &format!("{PRELUDE}{}", include_str!("endings.c")), &[]),
            compile("c++", "cc", include_str!("endings.cc"), &[]),
            panicking(),
        ],
        deadline: Instant::now() + Duration::from_secs(seconds),
        table: format!("seed {seed}\n"),
        faults: Vec::new(),
    };
    let mut dice = fastrand::Rng::with_seed(seed);
    let crashes: Vec<Driver> = (0..calls).map(|_| CRASHES[dice.usize(..CRASHES.len())]).collect();
    soak.observe("each call ends its process", &crashes, 5000);
    // Those that return have the limit of those that hang, and on a busy machine nothing is done in a moment.
    soak.observe("calls of every kind", &mixed(calls, &mut dice), 500);
    let slow: Vec<Driver> = (0..calls / 200)
        .map(|_| SLOW[dice.usize(..SLOW.len())])
        .filter(|driver| driver.2 == Expected::TimedOut)
        .collect();
    soak.observe("each call hangs", &slow, 50);
    let _ = writeln!(soak.table, "throughput, the best of {ROUNDS}");
    let best = soak.throughput(calls * 3, &[0, 1000, 100, 1]);
    // Without a time there is nothing to compare.
    // A rate depends on what else the machine does: it is told, and a person judges it.
    if best[1] > 0.0 && best[1] < best[0] / 2.0 {
        let _ = writeln!(
            soak.table,
            "  one crash in a thousand calls costs more than half of the rate"
        );
    }
    print(&soak.table);
    assert!(
        soak.faults.is_empty(),
        "{} faults, the first: {:#?}",
        soak.faults.len(),
        &soak.faults[..soak.faults.len().min(10)]
    );
}

#[expect(
    clippy::print_stdout,
    reason = "the table is what a soak is run for; a test that passes does not show it"
)]
fn print(table: &str) {
    println!("{table}");
}
