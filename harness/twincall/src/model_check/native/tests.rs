use twincall_abi::run::Outcome;

use super::*;

fn outcome(ending: Ending, arena: Vec<u8>) -> Outcome {
    Outcome {
        arena,
        ..Outcome::unseen(0, ending)
    }
}

/// Nothing that was written is compared with nothing, and would pass for agreement.
#[test]
fn layouts_that_were_not_written_are_a_difference() {
    let planned = plan_numbers("layout_0".to_owned(), 64, Target::X86_64LinuxGnu);
    let arena = planned.call.arena.clone();
    let numbers = planned
        .numbers(&outcome(Ending::Returned, arena.clone()))
        .map(<[u8]>::to_vec);
    assert!(numbers.is_ok_and(|numbers| numbers.len() >= 64));
    for (ending, arena) in [
        (Ending::TimedOut, arena),
        (
            Ending::Refused {
                reason: "no symbol".to_owned(),
            },
            Vec::new(),
        ),
        (Ending::Returned, Vec::new()),
    ] {
        let outcome = outcome(ending, arena);
        let place = planned.numbers(&outcome).map_err(|difference| difference.place);
        assert_eq!(place, Err(Place::Call), "{:?}", outcome.ending);
    }
}
