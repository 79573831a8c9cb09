//! Who puts an argument or the result where: the written ABI, and each compiler.

use twincall_abi::compare::{ArgumentSlots, compare_slots};
use twincall_abi::interface::Side;
use twincall_abi::model::{Answer, ModelArgument, ModelLowering};
use twincall_abi::slot::{Content, Extension, Location, Slot};
use twincall_abi::target::Target;
use twincall_abi::units::Bytes;

use super::Findings;
use super::machine::{LikelySlots, plain, seen};
use crate::facts::{FunctionReport, LevelSlots, Place, SideFunction, Standing, Voice};

#[cfg(test)]
mod tests;

/// Says, per argument and for the result, who puts it elsewhere than another.
pub(super) fn judge(findings: &Findings<'_>, functions: &mut [FunctionReport]) {
    let evidence = findings.evidence;
    for report in functions {
        let Some(level) = evidence.build.levels.first() else {
            continue;
        };
        let opt = level.opt.number();
        let (Some(c), Some(rust)) = (&report.c, &report.rust) else {
            continue;
        };
        let answer = super::model::answer(findings, Side::C, &report.symbol);
        let rust_answer = super::model::answer(findings, Side::Rust, &report.symbol);
        let known = |function: &SideFunction| {
            let level = function.levels.iter().find(|level| level.opt == opt);
            level.filter(|level| level.attributed).cloned()
        };
        let (Some(c), Some(rust)) = (known(c), known(rust)) else {
            continue;
        };
        let further = evidence.further.and_then(|further| {
            let observations = further.observations.as_deref().ok()?;
            let seen = seen(observations, Side::C, &report.symbol, opt);
            let found = seen.slots(opt, &LikelySlots(Some(&c)));
            Some((further.name.as_str(), seen, found))
        });
        let mut places: Vec<Option<usize>> = (0..c.arguments.len().min(rust.arguments.len()))
            .map(Some)
            .collect();
        places.push(None);
        for place in places {
            let of = |level: &LevelSlots| match place {
                Some(index) => level.arguments[index].clone(),
                None => level.result.clone(),
            };
            let mut voices = Vec::new();
            if let Some(answer) = &answer {
                voices.extend(model_voices(answer, place));
            }
            let mut candidates: Vec<Vec<Slot>> =
                voices.iter().map(|voice: &Voice| voice.slots.clone()).collect();
            candidates.extend([of(&c), of(&rust)]);
            let mut add = |name: &str, slots: Vec<Slot>| {
                voices.push(Voice {
                    name: name.to_owned(),
                    slots,
                    clause: None,
                });
            };
            add(evidence.toolchains[0], of(&c));
            if let Some((name, seen, found)) = &further {
                let slots = seen.first_that_holds(place, &candidates).or_else(|| match place {
                    Some(index) => found.read.get(index).cloned().flatten(),
                    None => found.returned.clone(),
                });
                if let Some(slots) = slots {
                    add(name, slots);
                }
            }
            // Whether the two sides part here was judged with all that is known of their types.
            let at = Place::of_value(place);
            let part = findings.list.iter().any(|finding| {
                finding.rule.needs_slots() && finding.symbol == report.symbol && finding.place == at
            });
            // Where the two sides declare different things, Rust has its own text to follow.
            let declared = [&answer, &rust_answer].map(|answer| settled_slots(answer, place));
            let same_text = match &declared {
                [Some(c), Some(rust)] => same_place(c, rust, evidence.target),
                _ => true,
            };
            if same_text {
                add(evidence.toolchains[1], of(if part { &rust } else { &c }));
            }
            report
                .standings
                .extend(standing(place, voices, &answer, evidence.target));
        }
    }
}

/// Nothing where all stand together.
fn standing(
    place: Option<usize>,
    voices: Vec<Voice>,
    answer: &Option<Answer<ModelLowering>>,
    target: Target,
) -> Option<Standing> {
    let settled = matches!(answer, Some(Answer::Settled(_)));
    // Two readings of the text make no difference where the compilers took the same one.
    let mut witnesses = voices.iter().filter(|voice| settled || voice.clause.is_none());
    let first = witnesses.next()?;
    if witnesses.all(|voice| same_place(&voice.slots, &first.slots, target)) {
        return None;
    }
    // A clause decides, never a majority: without one nobody is the odd one out.
    let departs = |voice: &&Voice| settled && !same_place(&voice.slots, &first.slots, target);
    let alone = voices.iter().filter(departs);
    let alone = alone.map(|voice| voice.name.clone()).collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, voice) in voices.iter().enumerate() {
        let together = |group: &&mut Vec<usize>| same_place(&voices[group[0]].slots, &voice.slots, target);
        match groups.iter_mut().find(together) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    Some(Standing {
        place: Place::of_value(place),
        voices,
        groups,
        alone,
    })
}

/// Where the text puts one argument or the result, if it has one answer.
fn settled_slots(answer: &Option<Answer<ModelLowering>>, place: Option<usize>) -> Option<Vec<Slot>> {
    let Some(Answer::Settled(lowering)) = answer else {
        return None;
    };
    let argument = match place {
        Some(index) => lowering.arguments.get(index)?,
        None => &lowering.result,
    };
    Some(argument.slots.iter().map(|slot| slot.slot.clone()).collect())
}

fn model_voices(answer: &Answer<ModelLowering>, place: Option<usize>) -> Vec<Voice> {
    let of = |lowering: &ModelLowering| -> Option<ModelArgument> {
        match place {
            Some(index) => lowering.arguments.get(index).cloned(),
            None => Some(lowering.result.clone()),
        }
    };
    let voice = |name: String, argument: ModelArgument| Voice {
        name,
        slots: argument.slots.into_iter().map(|slot| slot.slot).collect(),
        clause: argument.clauses.last().map(|clause| clause.id.to_owned()),
    };
    match answer {
        Answer::Settled(lowering) => of(lowering)
            .map(|argument| voice(Voice::TEXT.to_owned(), argument))
            .into_iter()
            .collect(),
        Answer::Ambiguous { readings } => readings
            .iter()
            .filter_map(|reading| {
                let name = format!("{} as read by {}", Voice::TEXT, reading.by);
                Some(voice(name, of(&reading.value)?))
            })
            .collect(),
        Answer::Unsupported(_) => Vec::new(),
    }
}

/// Whether two lists of slots are the same places, however finely the words of the stack are told apart. Padding at the end
/// of a value is part of some slots only, so widths do not count.
pub(crate) fn same_place(one: &[Slot], other: &[Slot], target: Target) -> bool {
    let places = |slots: &[Slot]| {
        let mut slots = joined(&plain(slots));
        for slot in &mut slots {
            slot.width = Bytes(8);
        }
        slots
    };
    let whole = |slots: &[Slot]| ArgumentSlots {
        arguments: vec![places(slots)],
        result: Vec::new(),
        hidden: Vec::new(),
        stack: Bytes(0),
    };
    compare_slots(&whole(one), &whole(other), target).is_empty()
}

/// Neighbouring words of the stack as one slot.
fn joined(slots: &[Slot]) -> Vec<Slot> {
    let mut joined: Vec<Slot> = Vec::new();
    for slot in slots {
        if let (Location::Stack { offset }, Some(last)) = (&slot.location, joined.last_mut())
            && let Location::Stack { offset: start } = last.location
            && start.0 + last.width.0.next_multiple_of(8) == offset.0
            && (slot.content, last.content) == (Content::Value, Content::Value)
        {
            last.width = Bytes(offset.0 - start.0 + slot.width.0);
            continue;
        }
        joined.push(slot.clone());
    }
    joined
}

/// How slots of a compiler stand to those of the written ABI.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Agreement {
    Same,
    /// The psABI promises no extension of most small integers, and the compiler makes one all the same.
    Extended(Extension),
    Elsewhere,
}

/// Holds a compiler's slots of one argument, or of the result, against those of the written ABI.
pub(crate) fn against_text(text: &[Slot], found: &[Slot], is_result: bool, target: Target) -> Agreement {
    let one = |slots: &[Slot]| {
        let (arguments, result) = match is_result {
            true => (Vec::new(), slots.to_vec()),
            false => (vec![slots.to_vec()], Vec::new()),
        };
        ArgumentSlots {
            arguments,
            result,
            hidden: Vec::new(),
            stack: Bytes(0),
        }
    };
    let same = |slots: &[Slot]| compare_slots(&one(text), &one(slots), target).is_empty();
    if same(found) {
        return Agreement::Same;
    }
    let bare: Vec<Slot> = found
        .iter()
        .cloned()
        .map(|slot| Slot {
            extension: Extension::None,
            ..slot
        })
        .collect();
    let promised = text.iter().any(|slot| slot.extension != Extension::None);
    match found.iter().find(|slot| slot.extension != Extension::None) {
        Some(extended) if !promised && same(&bare) => Agreement::Extended(extended.extension),
        _ => Agreement::Elsewhere,
    }
}
