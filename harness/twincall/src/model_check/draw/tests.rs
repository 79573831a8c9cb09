use super::*;
use crate::model_check::Coverage;

fn drawn(target: Target, seed: u64, count: usize) -> (Vec<Item>, ModelReport) {
    let mut report = ModelReport::default();
    let items = draw(target, seed, count, &mut report);
    (items, report)
}

#[test]
fn a_run_is_drawn_again_by_its_seed() {
    for target in Target::ALL {
        let text = |seed| {
            let (items, _) = drawn(target, seed, 24);
            let text: Vec<String> = items
                .iter()
                .map(|item| format!("{:?} {:?}", item.generated, item.expected))
                .collect();
            text
        };
        assert_eq!(text(7), text(7), "{target}");
        assert_ne!(text(7), text(8), "{target}");
    }
}

#[test]
fn signatures_are_numbered_and_every_vocabulary_has_its_turn() {
    let (items, _) = drawn(Target::X86_64LinuxGnu, 1, 16);
    let turns: Vec<(usize, Vocabulary)> = items
        .iter()
        .map(|item| (item.generated.number, item.generated.vocabulary))
        .collect();
    use Vocabulary::{C, Common, Cpp};
    let order = [Common, C, Common, C, Common, C, Common, Cpp];
    let expected: Vec<(usize, Vocabulary)> = order.into_iter().cycle().take(16).enumerate().collect();
    assert_eq!(turns, expected);
}

/// What lies behind the part of the stack that a stub copies would be compared with nothing.
#[test]
fn no_signature_needs_more_stack_than_is_captured() {
    let (items, _) = drawn(Target::X86_64LinuxGnu, 1, 400);
    let deepest = items.iter().flat_map(|item| &item.expected);
    let deepest = deepest.map(|expected| expected.lowering.stack.0).max();
    assert!(deepest.is_some_and(|stack| stack > 64 && stack + 8 <= u64::from(MAX_CAPTURED_STACK)));
}

#[test]
fn the_report_counts_the_situations_of_what_was_taken() {
    let (items, report) = drawn(Target::X86_64LinuxGnu, 1, 60);
    let mut own = Coverage::default();
    for item in &items {
        let params = item.generated.signature.params.len();
        own.add(coverage::cells(&item.expected[0].lowering, params));
    }
    assert_eq!(report.coverage.table(), own.table());
    assert_eq!(report.coverage.reached(), own.reached());
}
