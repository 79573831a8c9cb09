use fastrand::Rng;
use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::*;
use crate::model_check::samples::{int, signature};

/// A signature of this number that is read in these ways.
fn item(number: usize, readers: &[&str]) -> Item {
    let mut generated = signature(vec![], vec![int()], Type::Void);
    generated.number = number;
    let one = Expected::of(&generated, Target::X86_64LinuxGnu, &mut Rng::with_seed(1)).unwrap();
    let by = |by: &&str| Expected {
        by: (*by).to_owned(),
        ..one[0].clone()
    };
    Item {
        expected: readers.iter().map(by).collect(),
        generated,
    }
}

fn differences(many: usize) -> Vec<Difference> {
    vec![Difference::new(Place::Result, "rax", "rdx"); many]
}

/// The reading that is settled on for each signature and role, and how many differences are left.
fn readings(asked: Vec<(Question<'_>, usize)>) -> Vec<(usize, Role, &str, usize)> {
    let (questions, answers): (Vec<Question<'_>>, Vec<usize>) = asked.into_iter().unzip();
    let answers = answers.into_iter().map(differences).collect();
    settled(questions, answers)
        .into_iter()
        .map(|one| (one.item.generated.number, one.role, one.by, one.differences.len()))
        .collect()
}

#[test]
fn a_compiler_reads_as_the_reading_that_leaves_least_to_say() {
    let item = item(4, &["gcc", "clang", "the text"]);
    let ask = |role, reader: usize| Question {
        item: &item,
        role,
        expected: &item.expected[reader],
    };
    let asked = vec![
        (ask(Role::Caller, 0), 2),
        (ask(Role::Caller, 1), 1),
        (ask(Role::Caller, 2), 3),
        (ask(Role::Callee, 0), 0),
        (ask(Role::Callee, 1), 0),
        (ask(Role::Callee, 2), 1),
    ];
    // Of two that leave the same to say the first is taken.
    assert_eq!(
        readings(asked),
        [(4, Role::Caller, "clang", 1), (4, Role::Callee, "gcc", 0)]
    );
}

#[test]
fn signatures_and_roles_are_settled_each_for_itself() {
    let items = [item(1, &["gcc", "clang"]), item(2, &["gcc", "clang"])];
    let mut asked = Vec::new();
    for (index, item) in items.iter().enumerate() {
        for (reader, expected) in item.expected.iter().enumerate() {
            for (role, flip) in [(Role::Caller, 0), (Role::Layout, 1)] {
                let question = Question { item, role, expected };
                asked.push((question, (index + reader + flip) % 2));
            }
        }
    }
    assert_eq!(
        readings(asked),
        [
            (1, Role::Caller, "gcc", 0),
            (1, Role::Layout, "clang", 0),
            (2, Role::Caller, "clang", 0),
            (2, Role::Layout, "gcc", 0),
        ]
    );
}
