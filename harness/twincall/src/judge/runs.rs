//! What happened when it ran: effects of known causes, and findings of their own where nothing static explains them.

use std::collections::BTreeMap;

use twincall_abi::interface::Side;
use twincall_abi::run::Ending;

use super::{Draft, Findings, unwind};
use crate::directive::OptLevel;
use crate::facts::{CallKind, CallPath, Effect, Place, Root, Rule, SeenOn};
use crate::run::plan::{Observation, Reading};
use crate::run::wasm::STACK_OVER_DATA;

/// An effect is described by at most this many lines.
const MAX_EFFECTS: usize = 4;

#[cfg(test)]
mod tests;

/// One thing that went wrong.
struct Trouble {
    rule: Rule,
    symbol: String,
    place: Place,
    /// Evidence in the columns of C and Rust, where it is a finding of its own.
    c: String,
    rust: String,
    effect: Effect,
    opt: OptLevel,
    /// Whether it is a finding where nothing else explains it.
    own: bool,
}

/// Why it is not known how some call ended, if there is one.
pub(crate) fn unknown(observations: &[Observation]) -> Option<String> {
    observations
        .iter()
        .find_map(|observation| match &observation.ending {
            Ending::Unknown { reason } => Some(reason.clone()),
            _ => None,
        })
}

pub(super) fn judge(findings: &mut Findings<'_>) {
    let evidence = findings.evidence;
    let mut troubles = Vec::new();
    for observation in evidence.observations {
        // What such calls show is told by `machine` and `crossing`.
        if matches!(observation.kind, CallKind::Machine | CallKind::Tapped) {
            continue;
        }
        endings(findings, &mut troubles, observation);
        if observation.kind == CallKind::Echo {
            echoes(&mut troubles, observation);
        }
    }
    bodies(&mut troubles, evidence.observations);
    for trouble in troubles {
        attach(findings, trouble);
    }
}

/// Gives a trouble to the finding that explains it, or makes one.
fn attach(findings: &mut Findings<'_>, trouble: Trouble) {
    let explains = |finding: &crate::facts::Finding| {
        !matches!(finding.rule.axis(), crate::facts::Axis::Run)
            || matches!(
                finding.rule,
                Rule::SignatureStub
                    | Rule::SymbolMissing
                    | Rule::LinkRefused
                    | Rule::StackAlignment
                    | Rule::CalleeSaved
            )
    };
    let names = |finding: &crate::facts::Finding| {
        finding.symbol == trouble.symbol || finding.also.contains(&trouble.symbol)
    };
    let wanted = trouble.place.root;
    let candidates: Vec<usize> = findings
        .list
        .iter()
        .enumerate()
        .filter(|(_, finding)| explains(finding))
        .map(|(index, _)| index)
        .collect();
    let best = candidates
        .iter()
        .copied()
        .find(|&index| {
            let finding = &findings.list[index];
            names(finding) && !finding.contract_only && finding.place.root == wanted
        })
        .or_else(|| {
            candidates
                .iter()
                .copied()
                .find(|&index| names(&findings.list[index]) && !findings.list[index].contract_only)
        })
        .or_else(|| {
            candidates
                .iter()
                .copied()
                .find(|&index| names(&findings.list[index]))
        })
        // In a boundary pair the trouble shows in the function that makes the bad call, which only one side knows.
        // What goes wrong in a function that both know is its own cause.
        .or_else(|| {
            if findings.shared(&trouble.symbol) {
                return None;
            }
            candidates
                .iter()
                .copied()
                .find(|&index| !findings.list[index].contract_only)
        });
    // The same thing seen on another path, with other values or in the other side's code.
    let again = findings.list.iter_mut().find(|finding| {
        finding.rule == trouble.rule && finding.symbol == trouble.symbol && !explains(finding)
    });
    if let (None, Some(finding)) = (best, again) {
        for (kept, new) in [
            (&mut finding.sides.c, trouble.c),
            (&mut finding.sides.rust, trouble.rust),
        ] {
            if kept.is_nothing() {
                *kept = new.into();
            }
        }
        let opt = trouble.opt.number();
        if !finding.opt.contains(&opt) {
            finding.opt.push(opt);
        }
        if finding.effect.len() < MAX_EFFECTS && !finding.effect.contains(&trouble.effect) {
            finding.effect.push(trouble.effect);
        }
        return;
    }
    let Some(index) = best else {
        if !trouble.own {
            return;
        }
        let mut new = Draft::new(
            trouble.rule,
            &trouble.symbol,
            trouble.place,
            trouble.c,
            trouble.rust,
        );
        new.opt.push(trouble.opt.number());
        let before = findings.list.len();
        findings.add(new);
        if findings.list.len() > before
            && let Some(finding) = findings.list.last_mut()
        {
            finding.effect.push(trouble.effect);
        }
        return;
    };
    let finding = &mut findings.list[index];
    // The machine did notice.
    finding.contract_only = false;
    if finding.effect.len() < MAX_EFFECTS && !finding.effect.contains(&trouble.effect) {
        finding.effect.push(trouble.effect);
    }
}

/// Whether a body ended because it does not take the values that were made up for it: Rust's own checks of arithmetic and indices
/// say so, natively in what they print and on wasm by the name of the function that panics.
fn refuses_values(observation: &Observation) -> bool {
    let made_up = observation.kind == CallKind::Body && !observation.label.contains('(');
    let says = match &observation.ending {
        Ending::Crashed { .. } => ["\nattempt to ", "\nindex out of bounds: "]
            .iter()
            .any(|words| observation.output.contains(words)),
        Ending::Trapped { frames, .. } => frames.iter().any(|frame| {
            ["panic_const", "panic_bounds_check"]
                .iter()
                .any(|name| frame.contains(name))
        }),
        _ => false,
    };
    made_up && says
}

fn endings(findings: &mut Findings<'_>, troubles: &mut Vec<Trouble>, observation: &Observation) {
    let evidence = findings.evidence;
    let mut symbol = observation.symbol.clone();
    let (mut rule, mut text) = match &observation.ending {
        // Of a call that nobody saw nothing is told but that, see `unknown`.
        Ending::Returned | Ending::Unknown { .. } => return,
        Ending::Crashed { signal, address, .. } => {
            let at = address
                .map(|address| format!(" at address {address:#x}"))
                .unwrap_or_default();
            (Rule::Crash, format!("{signal}{at}"))
        }
        Ending::Exited { status } => (Rule::Crash, format!("ended the process with status {status}")),
        Ending::TimedOut => (Rule::Hang, "no return within the time limit".to_owned()),
        Ending::Trapped { trap, frames } => {
            let rule = match trap.as_str() {
                "memory-out-of-bounds" => Rule::OutOfBounds,
                STACK_OVER_DATA => Rule::StackOverflow,
                _ => Rule::Trap,
            };
            let inside = frames
                .first()
                .map(|frame| format!(" in `{frame}`"))
                .unwrap_or_default();
            (rule, format!("trap {trap}{inside}"))
        }
        Ending::Refused { reason } | Ending::NotLoaded { reason } => {
            (Rule::LinkRefused, format!("not called: {reason}"))
        }
    };
    let who = path(observation);
    let mut short = text.clone();
    // Addresses and mangled names change from run to run and from compiler to compiler.
    if let Ending::Crashed { signal, .. } = &observation.ending {
        short = signal.clone();
    }
    if let Ending::Trapped { trap, .. } = &observation.ending {
        short = format!("trap {trap}");
        if trap == STACK_OVER_DATA {
            let result = observation.outputs.first().and_then(|result| result.first());
            let result = result.map_or(String::new(), |result| format!(" {}", result.show()));
            "the stack grew over the data below it".clone_into(&mut short);
            text = format!("{short}, nothing trapped, and the call returned{result}");
        }
    }
    if let Ending::Crashed { signal, .. } = &observation.ending
        && signal == "SIGABRT"
        && let Some(end) = unwind::unwinding(&observation.output, &|name| findings.knows(name))
    {
        rule = Rule::Unwind;
        end.message.clone_into(&mut short);
        text = format!("{text}: {}", end.message);
        symbol = end.function.unwrap_or(symbol);
    }
    // The reason may name files of the cache.
    if let Ending::Refused { .. } | Ending::NotLoaded { .. } = &observation.ending {
        short = "not called".to_owned();
    }
    if refuses_values(observation) {
        findings.notes.push(format!(
            "`{}` does not take all values that were made up for it, by a check of its own; a `call` says which it takes",
            observation.symbol
        ));
        return;
    }
    // How a program ends is the reporter's symptom, whatever crosses the boundary.
    if evidence.case.starts_program(&symbol) {
        return;
    }
    let (c, rust) = match observation.callee {
        Side::C => (short, String::new()),
        Side::Rust => (String::new(), short),
    };
    // A function may end its process, unless somebody says what it returns, or it does return elsewhere.
    let returns = observation.expected.is_some()
        || evidence.observations.iter().any(|other| {
            other.ending == Ending::Returned
                && (other.kind, &other.symbol, &other.label)
                    == (observation.kind, &observation.symbol, &observation.label)
        });
    let exited = matches!(observation.ending, Ending::Exited { .. }) && !returns;
    if exited {
        findings.notes.push(format!(
            "`{symbol}` {text}, so that nothing of the call was compared"
        ));
    }
    troubles.push(Trouble {
        rule,
        symbol,
        place: Place::WHOLE,
        c,
        rust,
        effect: Effect {
            text: format!("{who}, {}: {text}", observation.label),
            calls: vec![who],
        },
        opt: observation.opt,
        own: !exited,
    });
}

/// Each value that was sent must have arrived.
fn echoes(troubles: &mut Vec<Trouble>, observation: &Observation) {
    if observation.ending != Ending::Returned {
        return;
    }
    for (sent, received) in observation.sent.iter().zip(&observation.received) {
        let Some(pairs) = pair(sent, received) else {
            continue;
        };
        for (sent, received) in pairs {
            if same(sent, received) {
                continue;
            }
            let sender = if sent.place.root == Root::Result {
                observation.callee
            } else {
                observation.caller
            };
            let (first, second) = (
                format!("sent {}", sent.show()),
                format!("received {}", received.show()),
            );
            let (c, rust) = match sender {
                Side::C => (first.clone(), second.clone()),
                Side::Rust => (second.clone(), first.clone()),
            };
            troubles.push(Trouble {
                rule: Rule::Value,
                symbol: observation.symbol.clone(),
                place: sent.place.clone(),
                c,
                rust,
                effect: Effect {
                    text: format!(
                        "{}, {}: {} {first}, {second}",
                        path(observation),
                        observation.label,
                        sent.place
                    ),
                    calls: vec![path(observation)],
                },
                opt: observation.opt,
                own: true,
            });
            // One value that arrives wrong tells enough of this call.
            return;
        }
    }
}

/// Bodies called with the same values must give the same results on all paths.
fn bodies(troubles: &mut Vec<Trouble>, observations: &[Observation]) {
    let mut groups: BTreeMap<(&str, &str), Vec<&Observation>> = BTreeMap::new();
    for observation in observations {
        if observation.kind == CallKind::Body && observation.ending == Ending::Returned {
            groups
                .entry((&observation.symbol, &observation.label))
                .or_default()
                .push(observation);
        }
    }
    for ((symbol, label), group) in groups {
        let Some(reference) = group.first() else { continue };
        for observation in &group {
            let Some((place, first, second)) = first_difference(reference, observation) else {
                continue;
            };
            let text = format!(
                "{label}: {place} is {first} on {} and {second} on {}",
                path(reference),
                path(observation)
            );
            troubles.push(Trouble {
                rule: Rule::Value,
                symbol: symbol.to_owned(),
                place,
                c: format!("{first} ({})", path(reference)),
                rust: format!("{second} ({})", path(observation)),
                effect: Effect {
                    text,
                    calls: vec![path(reference), path(observation)],
                },
                opt: observation.opt,
                own: true,
            });
            break;
        }
        for observation in &group {
            let Some(expected) = &observation.expected else {
                continue;
            };
            let Some(result) = observation.outputs.first() else {
                continue;
            };
            if let (Some(expected), Some(result)) = (expected.first(), result.first())
                && !same(expected, result)
            {
                troubles.push(Trouble {
                    rule: Rule::Value,
                    symbol: symbol.to_owned(),
                    place: Place::RESULT,
                    c: format!("expected {}", expected.show()),
                    rust: format!("got {}", result.show()),
                    effect: Effect {
                        text: format!(
                            "{}: expected {}, {} gave {}",
                            label,
                            expected.show(),
                            path(observation),
                            result.show()
                        ),
                        calls: vec![path(observation)],
                    },
                    opt: observation.opt,
                    own: true,
                });
                break;
            }
        }
    }
}

fn first_difference(one: &Observation, other: &Observation) -> Option<(Place, String, String)> {
    for (one, other) in one.outputs.iter().zip(&other.outputs) {
        for (one, other) in pair(one, other)? {
            if !same(one, other) {
                return Some((one.place.clone(), one.show(), other.show()));
            }
        }
    }
    None
}

/// Pairs readings by path where both sides use the same names, else by position.
fn pair<'a>(one: &'a [Reading], other: &'a [Reading]) -> Option<Vec<(&'a Reading, &'a Reading)>> {
    if one.len() != other.len() {
        return None;
    }
    let by_name: Option<Vec<_>> = one
        .iter()
        .map(|reading| {
            Some((
                reading,
                other
                    .iter()
                    .find(|candidate| candidate.place.path == reading.place.path)?,
            ))
        })
        .collect();
    by_name.or_else(|| Some(one.iter().zip(other).collect()))
}

/// Whether the bits that both have are equal. Of addresses only null counts, since they change from run to run.
fn same(one: &Reading, other: &Reading) -> bool {
    if one.pointer || other.pointer {
        let null = |reading: &Reading| reading.bits.iter().all(|&byte| byte == 0);
        return null(one) == null(other);
    }
    let width = one.width.min(other.width);
    (0..width).all(|bit| {
        let get = |reading: &Reading| {
            reading
                .bits
                .get((bit / 8) as usize)
                .is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
        };
        get(one) == get(other)
    })
}

fn path(observation: &Observation) -> SeenOn {
    SeenOn {
        path: CallPath::new(observation.caller, observation.callee),
        opt: observation.opt.number(),
    }
}

impl Reading {
    /// The value in hexadecimal; floats also as numbers.
    pub fn show(&self) -> String {
        if self.pointer {
            let null = self.bits.iter().all(|&byte| byte == 0);
            return if null { "null" } else { "an address" }.to_owned();
        }
        let hexadecimal: String = self.bits.iter().rev().map(|byte| format!("{byte:02x}")).collect();
        let trimmed = hexadecimal.trim_start_matches('0');
        let hexadecimal = format!("0x{}", if trimmed.is_empty() { "0" } else { trimmed });
        let number = match (self.float, self.bits.as_slice()) {
            (true, &[a, b, c, d]) => Some(f64::from(f32::from_le_bytes([a, b, c, d]))),
            (true, &[a, b, c, d, e, f, g, h]) => Some(f64::from_le_bytes([a, b, c, d, e, f, g, h])),
            _ => None,
        };
        match number {
            // Written out, a number that is hardly one has hundreds of digits.
            Some(number) if number.is_finite() && number != 0.0 && !(1e-9..1e17).contains(&number.abs()) => {
                format!("{number:e} ({hexadecimal})")
            }
            Some(number) => format!("{number} ({hexadecimal})"),
            None if self.width <= 64 && self.bits.len() <= 8 => {
                let mut bytes = [0u8; 8];
                bytes[..self.bits.len()].copy_from_slice(&self.bits);
                let value = u64::from_le_bytes(bytes);
                if value < 1 << 20 {
                    value.to_string()
                } else {
                    hexadecimal
                }
            }
            None => hexadecimal,
        }
    }
}
