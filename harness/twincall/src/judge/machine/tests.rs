use crate::judge::testing::{register, stack};
use twincall_abi::machine::{DirectFrame, DirectResult, Preserved, ResultState};
use twincall_abi::target::Target;

use super::*;

pub(in crate::judge) mod calls;

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
