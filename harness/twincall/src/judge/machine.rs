//! What the machine showed: the registers and stack of calls, held against the slots that were read, and who stands alone.

use twincall_abi::interface::{Convention, Function, Side};
use twincall_abi::machine::{Missing, Passed, Places};
use twincall_abi::run::Ending;
use twincall_abi::slot::{Content, Extension, Location, Slot};
use twincall_abi::units::Bytes;

use super::standing::same_place;
use super::{Evidence, Findings};
use crate::facts::{Effect, FunctionReport, LevelSlots, MachineSlots, Place, SideFunction, SlotSource};
use crate::run::plan::{MachineSeen, Observation};

#[cfg(test)]
pub(super) mod tests;

/// Where a compiler stands that is not one of the pair's two: its observations of the C side.
#[derive(Debug)]
pub struct Further {
    /// `gcc-12`.
    pub name: String,
    /// What it did with the C side, or why it did nothing.
    pub observations: Result<Vec<Observation>, String>,
}

/// One side's function at one level as caller and callee.
pub(super) struct Seen<'a> {
    caller: Option<(&'a Places, &'a [Passed])>,
    callee: Option<Callee<'a>>,
    aligned: bool,
    /// What the callee did not give back.
    lost: Vec<&'static str>,
}

struct Callee<'a> {
    places: &'a Places,
    arguments: &'a [Passed],
    results: &'a Places,
    result: Option<&'a Passed>,
    in_memory: bool,
}

/// Whether slots of this function are places of the psABI, which is all that is looked for.
fn is_covered(function: &Function) -> bool {
    matches!(
        function.signature.convention,
        Convention::C | Convention::CUnwind | Convention::SysV64
    ) && !function.signature.variadic
        && !function.signature.unprototyped
}

pub(super) fn seen<'a>(observations: &'a [Observation], side: Side, symbol: &str, opt: u8) -> Seen<'a> {
    let mut seen = Seen {
        caller: None,
        callee: None,
        aligned: true,
        lost: Vec::new(),
    };
    let own = observations.iter().filter(|observation| {
        (observation.caller, observation.callee) == (side, side)
            && observation.symbol == symbol
            && observation.opt.number() == opt
            && observation.ending == Ending::Returned
    });
    for observation in own {
        match &observation.machine {
            Some(MachineSeen::Caller {
                places,
                arguments,
                aligned,
            }) => {
                seen.caller = Some((places, arguments));
                seen.aligned = *aligned;
            }
            Some(MachineSeen::Callee {
                places,
                arguments,
                results,
                result,
                in_memory,
                lost,
            }) => {
                seen.lost.clone_from(lost);
                seen.callee = Some(Callee {
                    places,
                    arguments,
                    results,
                    result: result.as_ref(),
                    in_memory: *in_memory,
                });
            }
            Some(MachineSeen::Body { .. } | MachineSeen::Tapped { .. }) | None => {}
        }
    }
    seen
}

impl Seen<'_> {
    /// The slots of all arguments and the result; `likely` decides between places that hold the same bytes.
    pub(super) fn slots(&self, opt: u8, likely: &LikelySlots<'_>) -> MachineSlots {
        let read: Vec<Option<Vec<Slot>>> = match &self.callee {
            Some(callee) => callee
                .arguments
                .iter()
                .enumerate()
                .map(|(index, value)| callee.places.locate(value, likely.argument(index)))
                .collect(),
            None => Vec::new(),
        };
        let wrote = match self.caller {
            Some((places, arguments)) => arguments
                .iter()
                .enumerate()
                .map(|(index, value)| {
                    let read = read.get(index).and_then(Option::as_deref);
                    places.locate(value, read.unwrap_or(likely.argument(index)))
                })
                .collect(),
            None => Vec::new(),
        };
        let returned = self.callee.as_ref().and_then(|callee| {
            let value = callee.result?;
            // That `rax` holds the address is no chance; that a small value is also in some register may be.
            if callee.in_memory && !value.bytes.is_empty() {
                return Some(vec![hidden_pointer(value.bytes.len())]);
            }
            callee.results.locate(value, likely.result())
        });
        MachineSlots {
            opt,
            wrote,
            read,
            returned,
        }
    }

    /// The first of several ways to pass an argument or the result of which the callee shows every part. A compiler leaves
    /// copies behind, so that a part may lie in other registers too.
    pub(super) fn first_that_holds(
        &self,
        place: Option<usize>,
        candidates: &[Vec<Slot>],
    ) -> Option<Vec<Slot>> {
        let callee = self.callee.as_ref()?;
        let (places, value) = match place {
            Some(index) => (callee.places, callee.arguments.get(index)?),
            None if callee.in_memory => return None,
            None => (callee.results, callee.result?),
        };
        let holds = |slots: &&Vec<Slot>| {
            let by_value = slots.iter().all(|slot| slot.content == Content::Value);
            by_value && !slots.is_empty() && places.check(&plain(slots), value).is_ok()
        };
        candidates.iter().find(holds).cloned()
    }

    /// Where slots that were read statically are not what the machine shows.
    fn contradictions(&self, level: &LevelSlots) -> Vec<Contradiction> {
        let mut found = Vec::new();
        let mut note = |place: Option<usize>,
                        who: &str,
                        places: &Places,
                        value: &Passed,
                        missing: &Missing| {
            let name = Place::of_value(place);
            let elsewhere = match places.locate(value, &[]) {
                Some(found) => crate::facts::lowering_text(&found),
                None => "no place that was looked at".to_owned(),
            };
            found.push(Contradiction {
                place: Some(name.clone()),
                text: format!(
                    "{name} is {} by the IR, and {who} has {} there where the value has {}, which is in {elsewhere}",
                    missing.slot,
                    hex(&missing.found),
                    hex(&missing.wanted),
                ),
            });
        };
        if let Some((places, arguments)) = self.caller {
            for (index, (slots, value)) in level.arguments.iter().zip(arguments).enumerate() {
                if let Err(missing) = places.check(slots, value) {
                    note(Some(index), "the caller", places, value, &missing);
                }
            }
        }
        if let Some(callee) = &self.callee {
            for (index, (slots, value)) in level.arguments.iter().zip(callee.arguments).enumerate() {
                if let Err(missing) = callee.places.check(&plain(slots), value) {
                    note(Some(index), "the callee", callee.places, value, &missing);
                }
            }
            let hidden = level
                .result
                .iter()
                .any(|slot| matches!(slot.content, Content::Pointer { .. }));
            if let Some(value) = callee.result {
                let checked = callee.results.check(&plain(&level.result), value);
                if let Err(missing) = checked {
                    note(None, "the callee", callee.results, value, &missing);
                } else if hidden && !callee.in_memory {
                    found.push(Contradiction {
                        place: Some(Place::RESULT),
                        text: "the result is in memory by the IR, and was not written to where rdi points"
                            .to_owned(),
                    });
                }
            }
        }
        let mut of_call = |text: String| found.push(Contradiction { place: None, text });
        if !self.aligned {
            of_call("the caller's stack is not aligned to 16 bytes (psABI 3.2.2)".to_owned());
        }
        if !self.lost.is_empty() {
            let lost = self.lost.join(", ");
            of_call(format!("the callee does not give back {lost} (psABI 3.2.1)"));
        }
        found
    }
}

/// Two sources of evidence about one side that cannot both be right.
struct Contradiction {
    /// The argument or result whose slots were refuted.
    place: Option<Place>,
    text: String,
}

/// Slots without what only a caller promises.
pub(super) fn plain(slots: &[Slot]) -> Vec<Slot> {
    let unextended = |slot: &Slot| Slot {
        extension: Extension::None,
        ..slot.clone()
    };
    slots.iter().map(unextended).collect()
}

fn hidden_pointer(size: usize) -> Slot {
    Slot {
        location: Location::Register("rdi".to_owned()),
        width: Bytes(8),
        extension: Extension::None,
        content: Content::Pointer {
            to: Bytes(size as u64),
        },
    }
}

/// At most so many bytes of a value are written out.
const SHOWN: usize = 32;

fn hex(bytes: &[u8]) -> String {
    let shown: String = bytes
        .iter()
        .take(SHOWN)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    match bytes.len() {
        0 => "nothing".to_owned(),
        1..=SHOWN => shown,
        length => format!("{shown}… ({length} bytes)"),
    }
}

/// Slots that are expected, by argument.
pub(super) struct LikelySlots<'a>(pub(super) Option<&'a LevelSlots>);

impl LikelySlots<'_> {
    fn argument(&self, index: usize) -> &[Slot] {
        let level = self.0.filter(|level| level.attributed);
        level
            .and_then(|level| level.arguments.get(index))
            .map_or(&[], Vec::as_slice)
    }

    fn result(&self) -> &[Slot] {
        self.0.map_or(&[], |level| &level.result)
    }
}

/// The slots of one side's function as the machine shows them, where nothing else tells. Where several places hold the same
/// bytes, the one is taken that this side has at another level, or that the other side has.
pub(super) fn level_slots(
    evidence: &Evidence<'_>,
    side: Side,
    symbol: &str,
    opt: u8,
    [own, other]: [Option<&LevelSlots>; 2],
) -> Option<LevelSlots> {
    let function = evidence.build.interface(side).function(symbol)?;
    if !is_covered(function) {
        return None;
    }
    let likely = own.or(other);
    let seen = seen(evidence.observations, side, symbol, opt);
    let found = seen.slots(opt, &LikelySlots(likely));
    let arguments: Option<Vec<Vec<Slot>>> = found.read.into_iter().collect();
    let arguments = arguments.filter(|arguments| arguments.len() == function.signature.params.len())?;
    let has_result = seen.callee.is_some_and(|callee| callee.result.is_some());
    if has_result && found.returned.is_none() {
        return None;
    }
    let result = found.returned.unwrap_or_default();
    // What another level promises about the same places it promises here, for the declaration is the same.
    if let Some(own) = own.filter(|own| own.attributed) {
        let mut pairs = own.arguments.iter().zip(&arguments);
        if pairs.all(|(known, found)| same_place(known, found, evidence.target))
            && own.arguments.len() == arguments.len()
            && same_place(&own.result, &result, evidence.target)
        {
            return Some(LevelSlots {
                opt,
                ir: None,
                source: SlotSource::Machine,
                ..own.clone()
            });
        }
    }
    Some(LevelSlots {
        opt,
        arguments,
        result,
        attributed: true,
        ir: None,
        source: SlotSource::Machine,
    })
}

/// Adds what the machine showed to every function, and holds it against what was read.
pub(super) fn judge(findings: &mut Findings<'_>, functions: &mut [FunctionReport]) {
    let evidence = findings.evidence;
    if evidence.target.is_wasm() {
        return;
    }
    for report in functions.iter_mut() {
        let symbol = report.symbol.clone();
        for (side, described) in [(Side::C, &mut report.c), (Side::Rust, &mut report.rust)] {
            let function = evidence.build.interface(side).function(&symbol);
            let (Some(described), Some(function)) = (described, function) else {
                continue;
            };
            if !is_covered(function) {
                continue;
            }
            for level in &evidence.build.levels {
                let opt = level.opt.number();
                let seen = seen(evidence.observations, side, &symbol, opt);
                if seen.caller.is_none() && seen.callee.is_none() {
                    continue;
                }
                let known = described.levels.iter().find(|level| level.opt == opt);
                described.machine.push(seen.slots(opt, &LikelySlots(known)));
                let known = known.filter(|level| level.attributed && level.source != SlotSource::Machine);
                for found in known.map(|level| seen.contradictions(level)).unwrap_or_default() {
                    let line = format!("{side} `{symbol}` at -O{opt}: {}", found.text);
                    findings.conflicts.push(line);
                    // Nothing follows from slots that were refuted.
                    findings.list.retain(|finding| {
                        finding.symbol != symbol
                            || !finding.rule.needs_slots()
                            || found.place.as_ref() != Some(&finding.place)
                    });
                }
            }
        }
        log(findings, report);
    }
}

/// Adds to each finding about an argument's place what one side's caller wrote and where the other side's callee reads.
fn log(findings: &mut Findings<'_>, report: &FunctionReport) {
    let evidence = findings.evidence;
    let [c_name, rust_name] = evidence.toolchains;
    let (Some(c), Some(rust)) = (&report.c, &report.rust) else {
        return;
    };
    for finding in &mut findings.list {
        let index = finding.place.as_argument();
        let Some(index) = index.filter(|_| finding.symbol == report.symbol && finding.rule.needs_slots())
        else {
            continue;
        };
        let param = |side: Side| {
            let function = evidence.build.interface(side).function(&report.symbol)?;
            Some(function.signature.params.get(index)?.spelling.clone())
        };
        let paths = [
            (c, c_name, rust, rust_name, Side::C),
            (rust, rust_name, c, c_name, Side::Rust),
        ];
        for (caller, caller_name, callee, callee_name, side) in paths {
            let opt = finding.opt.first();
            let at = |function: &SideFunction| -> Option<MachineSlots> {
                let mut levels = function.machine.iter();
                levels
                    .find(|level| opt.is_none_or(|opt| level.opt == *opt))
                    .cloned()
            };
            let wrote = at(caller).and_then(|level| level.wrote.get(index)?.clone());
            let read = at(callee).and_then(|level| level.read.get(index)?.clone());
            let (Some(wrote), Some(read), Some(ty)) = (wrote, read, param(side)) else {
                continue;
            };
            let line = Effect::from(format!(
                "{} ({ty}): {caller_name} wrote {}, {callee_name} reads {}",
                finding.place,
                ranges(&wrote),
                ranges(&read)
            ));
            if wrote != read && !finding.effect.contains(&line) {
                finding.effect.push(line);
            }
        }
    }
}

/// `rdi, [rsp+16..32]`: the stack by the bytes that are used of it.
fn ranges(slots: &[Slot]) -> String {
    let range = |slot: &Slot| match &slot.location {
        Location::Stack { offset } => {
            let start = offset.0 + 8;
            format!("[rsp+{start}..{}]", start + slot.width.0)
        }
        other => other.to_string(),
    };
    match slots {
        [] => "nothing".to_owned(),
        slots => slots.iter().map(range).collect::<Vec<_>>().join(" "),
    }
}
