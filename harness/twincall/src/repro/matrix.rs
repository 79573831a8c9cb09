//! A report with every pair of installed toolchains: who calls whom at which level on which target, and between which versions of
//! a compiler the answer changes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::{ReproError, Reproduction, Request, is_entry, reproduce};
use crate::cache::Cache;
use crate::cache::default_cache;
use crate::facts::{
    CallKind, CallPath, CaseReport, Cell, Change, Finding, Matrix, ObservationReport, SeenOn, State,
};
use crate::session::{Options, SessionError};
use crate::toolchain::ToolchainChoice;
use crate::toolchain::installed::{installed_c, installed_rust};

#[cfg(test)]
mod tests;

/// So many reasons why something was not run are shown.
const MOST_REASONS: usize = 6;

/// A toolchain and what asks for it.
type Named = (String, PathBuf);

/// Runs a report with every C and every Rust toolchain of this machine.
///
/// # Errors
/// A cache that cannot be opened. What one pair of toolchains cannot do is a cell.
pub fn matrix(request: &Request<'_>) -> Result<Matrix, ReproError> {
    let folder = request.options.cache.clone().unwrap_or_else(default_cache);
    let (cache, _) = Cache::open(&folder, true);
    // A name may stand for several places; a path is what it is.
    let c: Vec<Named> = installed_c(&cache)
        .into_iter()
        .map(|c| (c.name.clone(), PathBuf::from(c.name)))
        .collect();
    let rust: Vec<Named> = installed_rust(&cache)
        .into_iter()
        .map(|rust| (rust.name, rust.rustc))
        .collect();
    let pairs: Vec<(&Named, &Named)> = c
        .iter()
        .flat_map(|c| rust.iter().map(move |rust| (c, rust)))
        .collect();
    let cells: Result<Vec<Vec<Cell>>, ReproError> = pairs
        .into_par_iter()
        .map(|(c, rust)| {
            let request = Request {
                options: Options {
                    toolchains: ToolchainChoice {
                        c: Some(c.1.display().to_string()),
                        rust: Some(rust.1.display().to_string()),
                    },
                    ..request.options.clone()
                },
                ..request.clone()
            };
            match reproduce(&request) {
                Ok(done) => Ok(cells([&c.0, &rust.0], &done)),
                Err(ReproError::Session(SessionError::Toolchain(_))) => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        })
        .collect();
    let cells: Vec<Cell> = cells?.into_iter().flatten().collect();
    let names = |all: Vec<Named>| all.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let mut matrix = Matrix {
        c: names(c),
        rust: names(rust),
        cells,
        changes: Vec::new(),
    };
    matrix.changes = matrix.find_changes();
    Ok(matrix)
}

fn cells(toolchains: [&str; 2], done: &Reproduction) -> Vec<Cell> {
    let mut all = Vec::new();
    for case in &done.report.cases {
        let levels: Vec<u8> = match case.executed() {
            true => levels(case),
            false => vec![0],
        };
        for caller_side in Side::BOTH {
            let index = usize::from(caller_side == Side::Rust);
            for opt in &levels {
                all.push(Cell {
                    target: case.target,
                    caller: toolchains[index].to_owned(),
                    callee: toolchains[1 - index].to_owned(),
                    caller_side,
                    opt: *opt,
                    state: state(done, case, caller_side, *opt),
                    reason: case.reason.clone(),
                });
            }
        }
    }
    all
}

fn levels(case: &CaseReport) -> Vec<u8> {
    let mut levels: Vec<u8> = case
        .observations
        .iter()
        .map(|observation| observation.opt)
        .collect();
    let sides = case
        .functions
        .iter()
        .flat_map(|function| [&function.c, &function.rust]);
    levels.extend(
        sides
            .flatten()
            .flat_map(|side| side.levels.iter().map(|level| level.opt)),
    );
    levels.sort_unstable();
    levels.dedup();
    levels
}

fn state(done: &Reproduction, case: &CaseReport, caller: Side, opt: u8) -> State {
    if !case.executed() {
        return State::NotRun;
    }
    let path = CallPath::new(caller, caller.other());
    let own = |symbol: &str| !is_entry(&done.pair, symbol);
    let died = |observation: &ObservationReport| {
        observation.path == path && observation.opt == opt && observation.returned < observation.calls
    };
    let applies =
        |finding: &&Finding| own(&finding.symbol) && (finding.opt.is_empty() || finding.opt.contains(&opt));
    let findings: Vec<&Finding> = case.findings.iter().filter(applies).collect();
    let mut observations = case
        .observations
        .iter()
        .filter(|observation| own(&observation.symbol) || observation.kind == CallKind::Body);
    let differs = findings.iter().any(|finding| !finding.contract_only);
    if differs && observations.any(died) {
        return State::Crashes;
    }
    let here = [SeenOn { path, opt }];
    let seen = |finding: &Finding| finding.effect.iter().any(|effect| effect.calls == here);
    match findings
        .iter()
        .copied()
        .filter(|finding| !finding.contract_only)
        .any(seen)
    {
        true => State::Values,
        false if differs => State::Differs,
        false if findings.is_empty() => State::Agrees,
        false => State::Accidental,
    }
}

impl State {
    /// One letter wide, and no two of one shape.
    const fn mark(self) -> char {
        match self {
            State::Agrees => '·',
            State::Accidental => 'a',
            State::Differs => '≠',
            State::Values => 'v',
            State::Crashes => 'x',
            State::NotRun => '-',
        }
    }

    fn bad(self) -> bool {
        matches!(self, State::Differs | State::Values | State::Crashes)
    }
}

impl Matrix {
    /// The worst of both directions and all levels; `None` where nothing was run.
    fn bad(&self, target: Target, c: &str, rust: &str) -> Option<bool> {
        let of_pair = |cell: &&Cell| {
            let names = match cell.caller_side {
                Side::C => [&cell.caller, &cell.callee],
                Side::Rust => [&cell.callee, &cell.caller],
            };
            cell.target == target && names == [c, rust] && cell.state != State::NotRun
        };
        self.cells
            .iter()
            .filter(of_pair)
            .map(|cell| cell.state.bad())
            .reduce(|one, other| one || other)
    }

    fn find_changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for target in Target::ALL {
            for side in Side::BOTH {
                let (changing, fixed) = match side {
                    Side::C => (&self.c, &self.rust),
                    Side::Rust => (&self.rust, &self.c),
                };
                let mut families: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
                for name in changing {
                    families.entry(family(name)).or_default().push(name);
                }
                for with in fixed {
                    for versions in families.values() {
                        let known: Vec<(&String, bool)> = versions
                            .iter()
                            .filter_map(|name| {
                                let bad = match side {
                                    Side::C => self.bad(target, name, with),
                                    Side::Rust => self.bad(target, with, name),
                                };
                                Some((*name, bad?))
                            })
                            .collect();
                        for pair in known.windows(2) {
                            let [(older, was), (newer, is)] = pair else {
                                continue;
                            };
                            if was == is {
                                continue;
                            }
                            let (last_bad, first_good) = if *was { (older, newer) } else { (newer, older) };
                            changes.push(Change {
                                target,
                                with: with.clone(),
                                last_bad: (*last_bad).clone(),
                                first_good: (*first_good).clone(),
                                regression: *is,
                            });
                        }
                    }
                }
            }
        }
        changes
    }

    /// For a person at a terminal.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let width = self
            .c
            .iter()
            .chain(&self.rust)
            .map(String::len)
            .max()
            .unwrap_or(0);
        for target in Target::ALL {
            let here: Vec<&Cell> = self.cells.iter().filter(|cell| cell.target == target).collect();
            let run: Vec<&&Cell> = here.iter().filter(|cell| cell.state != State::NotRun).collect();
            if run.is_empty() {
                continue;
            }
            let mut levels: Vec<u8> = run.iter().map(|cell| cell.opt).collect();
            levels.sort_unstable();
            levels.dedup();
            let words: Vec<String> = levels.iter().map(|level| format!("-O{level}")).collect();
            for caller_side in [Side::Rust, Side::C] {
                let (rows, columns) = match caller_side {
                    Side::Rust => (&self.rust, &self.c),
                    Side::C => (&self.c, &self.rust),
                };
                let _ = writeln!(
                    text,
                    "{}, {caller_side} calls {}, at {}",
                    target.short(),
                    caller_side.other(),
                    words.join(" and ")
                );
                let head: Vec<String> = columns.iter().map(|name| format!("{name:<width$}")).collect();
                let _ = writeln!(text, "  {:<width$}  {}", "", head.join("  ").trim_end());
                for caller in rows {
                    let cells: Vec<String> = columns
                        .iter()
                        .map(|callee| {
                            let marks: Vec<String> = levels
                                .iter()
                                .map(|level| {
                                    self.mark(target, caller_side, [caller, callee], *level)
                                        .to_string()
                                })
                                .collect();
                            format!("{:<width$}", marks.join(" "))
                        })
                        .collect();
                    let _ = writeln!(text, "  {caller:<width$}  {}", cells.join("  ").trim_end());
                }
            }
        }
        text.push_str("  · agrees   a only the declarations differ   ≠ differs   v wrong values   x no return   - not run\n");
        let mut reasons: Vec<(Target, &str)> = Vec::new();
        for cell in self.cells.iter().filter(|cell| cell.state == State::NotRun) {
            let reason = cell.reason.as_deref().and_then(|reason| reason.lines().next());
            let reason = (cell.target, reason.unwrap_or("no reason was given"));
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        for (target, reason) in reasons.iter().take(MOST_REASONS) {
            let _ = writeln!(text, "  not run on {}: {reason}", target.short());
        }
        let mut done: Vec<[&str; 2]> = Vec::new();
        for change in &self.changes {
            let versions = [change.last_bad.as_str(), change.first_good.as_str()];
            if done.contains(&versions) {
                continue;
            }
            done.push(versions);
            let broke = if change.regression { ", so it broke" } else { "" };
            let _ = writeln!(
                text,
                "  last bad {}, first good {}{broke}",
                versions[0], versions[1]
            );
            for target in Target::ALL {
                let with: Vec<&str> = self
                    .changes
                    .iter()
                    .filter(|other| {
                        (other.target, [other.last_bad.as_str(), other.first_good.as_str()])
                            == (target, versions)
                    })
                    .map(|other| other.with.as_str())
                    .collect();
                if !with.is_empty() {
                    let _ = writeln!(text, "    {} with {}", target.short(), with.join(", "));
                }
            }
        }
        text
    }

    fn mark(&self, target: Target, caller_side: Side, [caller, callee]: [&String; 2], opt: u8) -> char {
        let found = self.cells.iter().find(|cell| {
            (cell.target, cell.caller_side, cell.opt) == (target, caller_side, opt)
                && cell.caller == *caller
                && cell.callee == *callee
        });
        found.map_or('-', |cell| cell.state.mark())
    }
}

/// `clang` of `clang-22`.
fn family(name: &str) -> &str {
    name.split('-').next().unwrap_or(name)
}
