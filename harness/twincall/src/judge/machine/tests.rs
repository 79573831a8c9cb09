use crate::facts::{Standing, Voice};
use crate::judge::standing::{model_voices, same_place, settled_slots, standing};
use twincall_abi::machine::{DirectFrame, DirectResult, Preserved, ResultState};
use twincall_abi::model::{Answer, Clause, ModelArgument, ModelLowering, ModelSlot, Reading, clauses};
use twincall_abi::target::Target;

use super::*;

mod calls;
mod standings;

fn register(name: &str, width: u64) -> Slot {
    Slot {
        location: Location::Register(name.to_owned()),
        width: Bytes(width),
        extension: Extension::None,
        content: Content::Value,
    }
}

fn stack(offset: u64, width: u64) -> Slot {
    Slot {
        location: Location::Stack {
            offset: Bytes(offset),
        },
        ..register("", width)
    }
}

fn level(arguments: Vec<Vec<Slot>>, result: Vec<Slot>) -> LevelSlots {
    LevelSlots {
        opt: 0,
        arguments,
        result,
        attributed: true,
        ir: None,
        source: SlotSource::Ir,
    }
}

/// What the frame of a call with marks holds, as it is read back.
fn marked() -> (Places, Vec<u8>) {
    let frame = DirectFrame::marked(64).encode();
    let mut returned = frame.clone();
    // A frame is read only if its call came back.
    returned[twincall_abi::machine::DIRECT_RETURNED] = 1;
    returned[twincall_abi::machine::DIRECT_VECTOR_BYTES] = 16;
    (Places::of_frame(&returned).unwrap(), returned)
}

/// A value as a callee stores it that reads these bytes of the frame.
fn stored(frame: &[u8], slots: &[Slot]) -> Passed {
    let mut bytes = Vec::new();
    for slot in slots {
        let at = DirectFrame::argument_at(0, &slot.location).unwrap() as usize;
        bytes.extend(&frame[at..at + slot.width.0 as usize]);
    }
    Passed {
        mask: vec![0xFF; bytes.len()],
        bytes,
        ..Passed::default()
    }
}

fn result_in_rax(word: u64) -> (Places, Passed) {
    let result = ResultState {
        rax: word,
        ..ResultState::default()
    };
    let came_back = DirectResult {
        result,
        preserved: Preserved::ALL,
        rsp_off: 0,
        vector_bytes: 16,
    };
    let value = Passed {
        bytes: word.to_le_bytes().to_vec(),
        mask: vec![0xFF; 8],
        ..Passed::default()
    };
    (Places::of_result(&came_back.result, 16), value)
}

#[test]
fn slots_that_the_machine_denies_are_a_contradiction() {
    let (places, frame) = marked();
    // An i128 as old back ends divided it, and as they should have passed it.
    let split = vec![register("r9", 8), stack(0, 8)];
    let whole = vec![stack(0, 16)];
    let arguments = [stored(&frame, &split)];
    let (results, value) = result_in_rax(0x1122_3344_5566_7788);
    let seen = |in_memory| Seen {
        caller: Some((&places, &arguments)),
        callee: Some(Callee {
            places: &places,
            arguments: &arguments,
            results: &results,
            result: Some(&value),
            in_memory,
        }),
        aligned: true,
        lost: Vec::new(),
    };
    let true_level = level(vec![split.clone()], vec![register("rax", 8)]);
    assert_eq!(
        texts(seen(false).contradictions(&true_level)),
        Vec::<String>::new()
    );
    let wrong = level(vec![whole], vec![register("rax", 8)]);
    let lines = texts(seen(false).contradictions(&wrong));
    assert_eq!(lines.len(), 2, "caller and callee: {lines:?}");
    assert!(
        lines[0].starts_with("argument 1 is [rsp+8]:16 by the IR, and the caller has "),
        "{lines:?}"
    );
    assert!(lines[0].ends_with("which is in r9:8 [rsp+8]:8"), "{lines:?}");
    let other_result = level(vec![split.clone()], vec![register("xmm0", 8)]);
    assert_eq!(seen(false).contradictions(&other_result).len(), 1);
    let hidden = level(vec![split.clone()], vec![hidden_pointer(8)]);
    assert_eq!(seen(false).contradictions(&hidden).len(), 1);
    assert_eq!(texts(seen(true).contradictions(&hidden)), Vec::<String>::new());
    let found = seen(false).slots(0, &LikelySlots(None));
    assert_eq!(found.wrote, [Some(split.clone())]);
    assert_eq!(found.read, [Some(split)]);
    assert_eq!(found.returned, Some(vec![register("rax", 8)]));
}

fn texts(contradictions: Vec<Contradiction>) -> Vec<String> {
    contradictions.into_iter().map(|found| found.text).collect()
}

#[test]
fn a_misaligned_stack_is_a_contradiction() {
    let seen = Seen {
        caller: None,
        callee: None,
        aligned: false,
        lost: Vec::new(),
    };
    assert_eq!(seen.contradictions(&level(Vec::new(), Vec::new())).len(), 1);
}

#[test]
fn the_log_names_bytes_of_the_stack() {
    assert_eq!(ranges(&[stack(8, 16)]), "[rsp+16..32]");
    assert_eq!(ranges(&[register("r9", 8), stack(0, 8)]), "r9 [rsp+8..16]");
    assert_eq!(ranges(&[]), "nothing");
}

const TARGET: Target = Target::X86_64LinuxGnu;

fn voice(name: &str, slots: Vec<Slot>) -> Voice {
    Voice {
        name: name.to_owned(),
        slots,
        clause: None,
    }
}

fn lowering(slots: Vec<Slot>) -> ModelLowering {
    let slots = slots.into_iter().map(|slot| ModelSlot {
        slot,
        value_offset: Bytes(0),
        in_buffer: None,
    });
    ModelLowering {
        arguments: vec![ModelArgument {
            classes: Vec::new(),
            slots: slots.collect(),
            clauses: vec![clause()],
        }],
        result: ModelArgument::default(),
        stack: Bytes(0),
        stack_align: Bytes(16),
        vector_count: None,
        hidden: Vec::new(),
        buffer: None,
    }
}

fn clause() -> Clause {
    clauses::SYSV_PASS_MEMORY
}

fn standing_of(answer: Option<Answer<ModelLowering>>, compilers: [Vec<Slot>; 3]) -> Option<Standing> {
    let mut voices = answer
        .as_ref()
        .map(|answer| model_voices(answer, Some(0)))
        .unwrap_or_default();
    let names = ["clang-22", "gcc-12", "rustc-1.96"];
    voices.extend(
        names
            .iter()
            .zip(compilers)
            .map(|(name, slots)| voice(name, slots)),
    );
    standing(Some(0), voices, &answer, TARGET)
}

#[test]
fn a_clause_decides_and_not_the_majority() {
    let text = || Some(Answer::Settled(lowering(vec![register("rdi", 8)])));
    let (rdi, rsi) = (vec![register("rdi", 8)], vec![register("rsi", 8)]);
    assert_eq!(standing_of(text(), [rdi.clone(), rdi.clone(), rdi.clone()]), None);
    let one = standing_of(text(), [rdi.clone(), rsi.clone(), rdi.clone()]).unwrap();
    assert_eq!(
        (one.place.to_string().as_str(), one.alone),
        ("argument 1", vec!["gcc-12".to_owned()])
    );
    assert_eq!(one.voices[0].clause.as_deref(), Some(clause().id));
    let many = standing_of(text(), [rsi.clone(), rdi.clone(), rsi.clone()]).unwrap();
    assert_eq!(many.alone, ["clang-22", "rustc-1.96"]);
    let all = standing_of(text(), [rsi.clone(), rsi.clone(), rsi.clone()]).unwrap();
    assert_eq!(all.alone.len(), 3, "three compilers do not outvote the text");
}

#[test]
fn without_a_clause_nobody_stands_alone() {
    let (rdi, rsi) = (vec![register("rdi", 8)], vec![register("rsi", 8)]);
    let readings = || {
        let reading = |by: &str, slots: &Vec<Slot>| Reading {
            by: by.to_owned(),
            clause: clause(),
            value: lowering(slots.clone()),
        };
        Some(Answer::Ambiguous {
            readings: vec![reading("gcc", &rdi), reading("clang", &rsi)],
        })
    };
    let parted = standing_of(readings(), [rsi.clone(), rdi.clone(), rsi.clone()]).unwrap();
    assert_eq!(parted.alone, Vec::<String>::new());
    assert_eq!(parted.voices.len(), 5);
    assert_eq!(
        standing_of(readings(), [rdi.clone(), rdi.clone(), rdi.clone()]),
        None
    );
    let untold = standing_of(None, [rsi.clone(), rdi.clone(), rsi.clone()]).unwrap();
    assert_eq!(untold.alone, Vec::<String>::new());
}

#[test]
fn the_same_place_may_be_told_in_other_pieces() {
    let whole = [stack(16, 24)];
    assert!(same_place(&whole, &[stack(16, 8), stack(24, 16)], TARGET));
    assert!(same_place(&whole, &[stack(16, 32)], TARGET), "padding at the end");
    assert!(!same_place(&whole, &[stack(8, 24)], TARGET));
    assert!(!same_place(&whole, &[stack(16, 8), stack(32, 8)], TARGET));
}
