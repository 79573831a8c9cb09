//! Who stands alone, and what one place is.

use twincall_abi::model::{Clause, ModelSlot, Reading, clauses};

use super::*;
use crate::judge::testing::{register, stack};

mod functions;

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

#[test]
fn the_text_settles_a_place_if_it_has_one_answer() {
    let slots = vec![register("rdi", 8)];
    let settled = Some(Answer::Settled(lowering(slots.clone())));
    assert_eq!(settled_slots(&settled, Some(0)), Some(slots));
    assert_eq!(settled_slots(&settled, Some(1)), None);
    assert_eq!(settled_slots(&settled, None), Some(Vec::new()), "no result");
    assert_eq!(settled_slots(&None, Some(0)), None);
    let reading = |by: &str| Reading {
        by: by.to_owned(),
        clause: clause(),
        value: lowering(Vec::new()),
    };
    let open = Some(Answer::Ambiguous {
        readings: vec![reading("gcc"), reading("clang")],
    });
    assert_eq!(settled_slots(&open, Some(0)), None);
}
