//! The calls that the fixture's own code made across the boundary, as its callee found them: each side's lowering says what
//! it wrote and what it reads, and a caller or callee that keeps no rules shows in what surrounds the values.

use twincall_abi::interface::Side;
use twincall_abi::run::Ending;
use twincall_abi::slot::{Content, Location, Slot};
use twincall_abi::types::Type;

use super::domain::{self, Watched};
use super::{Draft, Findings, preserved};
use crate::facts::{
    CallKind, CallPath, Crossing, CrossingValue, Crossings, FunctionReport, LevelSlots, Place, Rule,
};
use crate::judge::observed::describe_ending;
use crate::run::plan::{CALLS_WATCHED, CrossingSeen, FUNCTIONS_WATCHED, MachineSeen, Observation};

/// A report lists this many calls of a function at a level.
const MAX_LISTED: usize = 64;

/// Adds findings and describes what was seen. Nothing where no call was watched.
pub(super) fn judge(findings: &mut Findings<'_>, functions: &[FunctionReport]) -> Option<Crossings> {
    let evidence = findings.evidence;
    let mut crossings = Crossings {
        watched: Vec::new(),
        unwatched: unwatched(findings),
        first_disagreement: None,
        calls: Vec::new(),
    };
    for level in &evidence.build.levels {
        for symbol in level.linked.tapped.iter().flat_map(|tapped| &tapped.functions) {
            if !crossings.watched.contains(symbol) {
                crossings.watched.push(symbol.clone());
            }
        }
    }
    let mut new = Vec::new();
    for observation in evidence.observations {
        let Some(MachineSeen::Tapped { calls, further }) = &observation.machine else {
            continue;
        };
        if *further > 0 {
            let line = format!(
                "{further} calls during `{}` at {}: of each function the first {CALLS_WATCHED} are recorded",
                observation.label, observation.opt
            );
            crossings.unwatched.push(line);
        }
        // What ends the body without taps too is no matter of the taps.
        let ends_alike = || {
            let mut others = evidence.observations.iter();
            others.any(|other| {
                other.kind == CallKind::Body
                    && (&other.symbol, &other.label, other.opt)
                        == (&observation.symbol, &observation.label, observation.opt)
                    && other.ending != Ending::Returned
            })
        };
        if observation.ending != Ending::Returned && !ends_alike() {
            let ending = match &observation.ending {
                // Addresses and registers differ from run to run.
                Ending::Crashed { signal, .. } => signal.clone(),
                ending => describe_ending(ending).to_string(),
            };
            let line = format!(
                "`{}` at {} once it was watched: {ending}",
                observation.label, observation.opt
            );
            crossings.unwatched.push(line);
        }
        for seen in calls {
            let Some(callee) = Side::BOTH.into_iter().find(|&side| {
                let function = evidence.build.interface(side).function(&seen.symbol);
                function.is_some_and(|function| function.defined)
            }) else {
                continue;
            };
            rules(&mut new, observation, seen, callee);
            let function = functions.iter().find(|function| function.symbol == seen.symbol);
            domain::judge(
                findings,
                Watched {
                    seen,
                    callee,
                    opt: observation.opt,
                    during: &observation.label,
                    function,
                },
            );
            let listed = crossings
                .calls
                .iter()
                .filter(|call| call.symbol == seen.symbol && call.opt == observation.opt.number());
            if listed.count() < MAX_LISTED {
                crossings
                    .calls
                    .push(describe(findings, observation, seen, callee, function));
            }
        }
    }
    for finding in new {
        findings.add(finding);
    }
    // Calls are in the order in which bodies were called, and within one body in the order of time.
    crossings.first_disagreement = crossings.calls.iter().find_map(|call| {
        let values = call.arguments.iter().chain(&call.result);
        let value = values.into_iter().find(|value| !value.agree);
        let text = value.map(|value| &value.text).or(call.refused.as_ref())?;
        Some(format!(
            "call {} of `{}` during `{}` at -O{} ({}): {text}",
            call.order, call.symbol, call.during, call.opt, call.path
        ))
    });
    let tried = !crossings.watched.is_empty() || !crossings.unwatched.is_empty();
    tried.then_some(crossings)
}

/// What cannot be watched, in words.
fn unwatched(findings: &Findings<'_>) -> Vec<String> {
    let build = findings.evidence.build;
    let mut lines = Vec::new();
    for level in &build.levels {
        let functions = level.linked.tapped.iter().flat_map(|tapped| &tapped.functions);
        // The host of a wasm module stands for any number of functions.
        let most = match findings.evidence.target.is_wasm() {
            true => usize::MAX,
            false => FUNCTIONS_WATCHED,
        };
        for symbol in functions.skip(most) {
            let line = format!("`{symbol}`: there are stubs for {FUNCTIONS_WATCHED} functions");
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        if let Some(reason) = &level.linked.untapped {
            lines.push(format!("calls across at {}: {reason}", level.opt));
        }
    }
    if lines.is_empty() && build.levels.iter().all(|level| level.linked.tapped.is_none()) {
        return lines;
    }
    // The linker redirects names, and an address that travels has none.
    for (c, rust) in findings.shared_functions() {
        let mut params = c.signature.params.iter().chain(&rust.signature.params);
        if params.any(|param| matches!(param.ty, Type::FunctionPointer { .. })) {
            lines.push(format!(
                "`{}`: calls through the pointers that it takes",
                c.symbol
            ));
        }
    }
    lines
}

/// What a call breaks whatever its types are.
fn rules(new: &mut Vec<Draft>, observation: &Observation, seen: &CrossingSeen, callee: Side) {
    let opt = observation.opt.number();
    if let Some((what, off)) = seen.misaligned() {
        let text = format!("{what} is {off} modulo 16 where its caller enters it");
        let (c, rust) = match callee.other() {
            Side::C => (text, String::new()),
            Side::Rust => (String::new(), text),
        };
        new.push(Draft::new(Rule::StackAlignment, &seen.symbol, Place::WHOLE, c, rust).at_level(opt));
    }
    let lost = seen.lost();
    if !lost.is_empty() {
        new.push(preserved::draft(&seen.symbol, callee, &lost).at_level(opt));
    }
}

fn describe(
    findings: &Findings<'_>,
    observation: &Observation,
    seen: &CrossingSeen,
    callee: Side,
    function: Option<&FunctionReport>,
) -> Crossing {
    let evidence = findings.evidence;
    let opt = observation.opt.number();
    let level = |side: Side| -> Option<&LevelSlots> {
        let side = match side {
            Side::C => function?.c.as_ref()?,
            Side::Rust => function?.rust.as_ref()?,
        };
        side.levels
            .iter()
            .find(|level| level.opt == opt && level.attributed)
    };
    let name = |side: Side| match side {
        Side::C => evidence.toolchains[0],
        Side::Rust => evidence.toolchains[1],
    };
    let ty = |index: usize| {
        let interface = evidence.build.interface(callee.other());
        let param = interface.function(&seen.symbol)?.signature.params.get(index)?;
        Some(param.spelling.clone())
    };
    let indirect = |place: &Place| {
        findings.list.iter().any(|finding| {
            (finding.rule, &finding.symbol, &finding.place) == (Rule::Indirect, &seen.symbol, place)
        })
    };
    let mut arguments = Vec::new();
    let mut result = None;
    if let (Some(wrote), Some(reads)) = (level(callee.other()), level(callee)) {
        let places = Places { seen, result: false };
        for index in 0..wrote.arguments.len().max(reads.arguments.len()) {
            let slots = |level: &LevelSlots| level.arguments.get(index).cloned().unwrap_or_default();
            let ty = ty(index).map(|ty| format!(" ({ty})")).unwrap_or_default();
            let place = Place::argument(index);
            let names = [(name(callee.other()), "wrote"), (name(callee), "reads")];
            let mut value = places.value(place.clone(), &ty, names, &slots(wrote), &slots(reads));
            // The same bytes are an address to one side and the value to the other.
            value.agree &= !indirect(&place);
            arguments.push(value);
        }
        // A result in memory is where the hidden pointer leads, which is not recorded.
        let in_registers =
            |level: &LevelSlots| level.result.iter().all(|slot| slot.content == Content::Value);
        if seen.returned() && in_registers(wrote) && in_registers(reads) {
            let places = Places { seen, result: true };
            let names = [(name(callee), "returned"), (name(callee.other()), "reads")];
            if !wrote.result.is_empty() || !reads.result.is_empty() {
                result = Some(places.value(Place::RESULT, "", names, &reads.result, &wrote.result));
            }
        }
    }
    Crossing {
        order: seen.order(),
        symbol: seen.symbol.clone(),
        path: CallPath::new(callee.other(), callee),
        during: observation.label.clone(),
        opt,
        arguments,
        result,
        returned: seen.returned(),
        refused: seen.refused(),
        aligned: seen.misaligned().is_none(),
        lost: seen.lost().into_iter().map(str::to_owned).collect(),
    }
}

/// The recorded places of one call: of its arguments, or of its result.
struct Places<'a> {
    seen: &'a CrossingSeen,
    result: bool,
}

impl Places<'_> {
    /// One value by the lowering of who wrote it and of who reads it. They agree if the bytes do, wherever each looks.
    fn value(
        &self,
        place: Place,
        ty: &str,
        names: [(&str, &str); 2],
        first: &[Slot],
        second: &[Slot],
    ) -> CrossingValue {
        let shown = [first, second].map(|slots| self.show(slots));
        let [one, other] = [first, second].map(|slots| self.bytes(slots));
        let agree = match (one, other) {
            // What nobody reads does no harm.
            _ if second.is_empty() => true,
            (Some(one), Some(other)) => {
                let length = one.len().max(other.len());
                let filled = |mut bytes: Vec<u8>| {
                    bytes.resize(length, 0);
                    bytes
                };
                filled(one) == filled(other) && !first.is_empty()
            }
            // What was not recorded is not known to differ; a call of wasm is recorded whole.
            _ => !self.seen.is_whole(),
        };
        let [(writer, wrote), (reader, reads)] = names;
        let text = if shown[0] == shown[1] {
            format!("{place}{ty}: {}", shown[0])
        } else {
            format!(
                "{place}{ty}: {writer} {wrote} {}, {reader} {reads} {}",
                shown[0], shown[1]
            )
        };
        CrossingValue { place, text, agree }
    }

    fn read(&self, slot: &Slot) -> Option<Vec<u8>> {
        let width = slot.width.0 as usize;
        match self.result {
            false => self.seen.argument(&slot.location, width),
            true => self.seen.result(&slot.location, width),
        }
    }

    fn bytes(&self, slots: &[Slot]) -> Option<Vec<u8>> {
        let parts: Option<Vec<Vec<u8>>> = slots.iter().map(|slot| self.read(slot)).collect();
        Some(parts?.concat())
    }

    /// What lies behind a pointer that stands for the value, as far as it was recorded.
    fn behind(&self, slot: &Slot) -> String {
        let Content::Pointer { to } = slot.content else {
            return String::new();
        };
        let kept = self.seen.behind(&slot.location, to.0 as usize);
        kept.filter(|_| !self.result)
            .map(|kept| format!(" -> {}", memory(&kept, (kept.len() as u64) < to.0)))
            .unwrap_or_default()
    }

    /// `esi = 16`, `[rsp+8] = 0x100000002`, `param 1 = 66512 -> 01 00 00 00`.
    fn show(&self, slots: &[Slot]) -> String {
        let show = |slot: &Slot| {
            let place = place_name(slot);
            match self.read(slot) {
                Some(bytes) => format!("{place} = {}{}", number(&bytes), self.behind(slot)),
                None if self.seen.is_whole() => format!("{place}, which this call does not have"),
                None => format!("{place}, which was not recorded"),
            }
        };
        match slots {
            [] => "nothing".to_owned(),
            slots => slots.iter().map(show).collect::<Vec<_>>().join(" "),
        }
    }
}

/// The bytes of memory, in their order, and a sign that there are more.
fn memory(bytes: &[u8], more: bool) -> String {
    let mut words: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    words.extend(more.then(|| "…".to_owned()));
    words.join(" ")
}

/// A place under the name that its width has: `edi` for four bytes of `rdi`.
fn place_name(slot: &Slot) -> String {
    let Location::Register(name) = &slot.location else {
        return slot.location.to_string();
    };
    let old = ["rax", "rdx", "rcx", "rdi", "rsi"].contains(&name.as_str());
    let letters = name.trim_start_matches('r');
    match (slot.width.0, old) {
        (4, true) => format!("e{letters}"),
        (2, true) => letters.to_owned(),
        (1, true) if letters.ends_with('x') => letters.replace('x', "l"),
        (1, true) => format!("{letters}l"),
        (4, false) if ["r8", "r9"].contains(&name.as_str()) => format!("{name}d"),
        (2, false) if ["r8", "r9"].contains(&name.as_str()) => format!("{name}w"),
        (1, false) if ["r8", "r9"].contains(&name.as_str()) => format!("{name}b"),
        _ => name.clone(),
    }
}

/// A small number in decimal, a greater one in hexadecimal.
fn number(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().rev().map(|byte| format!("{byte:02x}")).collect();
    let digits = digits.trim_start_matches('0');
    match u64::from_str_radix(digits, 16) {
        Ok(small) if small < 1 << 20 => small.to_string(),
        _ if digits.is_empty() => "0".to_owned(),
        _ => format!("0x{digits}"),
    }
}

#[cfg(test)]
mod tests;
