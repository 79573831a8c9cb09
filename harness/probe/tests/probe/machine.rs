//! Calls made and seen at the level of the machine: the arenas of such calls, and what both kinds have in common.

mod capture;
mod direct;
mod many;
mod preserved;
mod stubs;
mod together;

use crate::support::{Library, library, refusal, run};
use twincall_abi::machine::{
    DirectFrame, DirectResult, MachineState, capture_record, capture_stub, direct_driver,
};
use twincall_abi::run::{Assignment, Call, Ending, Fixup, Group, Outcome, PROBE, SymbolIn, Word};

/// The arena of these calls: the argument pointer at 0, a frame or record at 64, free space from 4096 on.
pub(crate) const AT: u32 = 64;
pub(crate) const FREE: u32 = 4096;
const ARENA: usize = 8192;

pub(crate) fn symbol(name: &str) -> SymbolIn {
    crate::support::symbol(name)
}

/// The first bytes of the free space after a call.
pub(crate) fn free(outcome: &Outcome) -> &[u8] {
    &outcome.arena[FREE as usize..]
}

/// A call whose arena holds this block, and whose driver finds its address in its first argument.
pub(crate) fn call_with(driver: SymbolIn, block: &[u8]) -> Call {
    let mut arena = vec![0; ARENA];
    arena[AT as usize..AT as usize + block.len()].copy_from_slice(block);
    Call {
        id: 0,
        driver,
        assignments: Vec::new(),
        arena,
        fixups: vec![Fixup {
            at: 0,
            word: Word::Arena { offset: AT },
        }],
        arguments_at: 0,
        result_at: FREE,
    }
}

/// A direct call of a function.
pub(crate) fn direct(target: &str, frame: &DirectFrame) -> Call {
    let mut call = call_with(direct_driver(), &frame.encode());
    call.fixups
        .push(DirectFrame::target(AT, Word::Address(symbol(target))));
    call
}

/// The outcome of one call.
pub(crate) fn run_one(library: &Library, call: Call) -> Outcome {
    run(&library.batch(vec![Group { calls: vec![call] }])).remove(0)
}

/// What came back of a direct call that must have returned.
pub(crate) fn came_back(outcome: &Outcome) -> DirectResult {
    assert_eq!(outcome.ending, Ending::Returned, "{outcome:?}");
    DirectFrame::decode(&outcome.arena[AT as usize..]).unwrap()
}

/// The compilers of this host whose code is called.
pub(crate) fn compilers() -> Vec<&'static str> {
    let all = ["gcc", "clang-22"];
    let found = |name: &&str| {
        std::process::Command::new(name)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
    };
    all.into_iter().filter(found).collect()
}

/// A register or vector that begins with these bytes, poison behind.
pub(crate) fn vector(bytes: &[u8]) -> [u8; 64] {
    let mut vector = [0xcc; 64];
    vector[..bytes.len()].copy_from_slice(bytes);
    vector
}

/// The argument registers, all poison but for these general ones.
pub(crate) fn general(words: &[u64]) -> MachineState {
    let mut state = MachineState::filled(0xcc);
    state.general[..words.len()].copy_from_slice(words);
    state
}

/// Narrows the vector registers to as many bytes as a variable of the fixture says.
pub(crate) fn narrowed(mut call: Call, variable: &str) -> Call {
    call.assignments.push(Assignment {
        variable: SymbolIn {
            library: PROBE,
            symbol: "tc_vector_bytes".to_owned(),
        },
        word: Word::Load(symbol(variable)),
    });
    call
}

/// A frame in which everything unused is poison.
pub(crate) fn frame(state: MachineState) -> DirectFrame {
    DirectFrame {
        state,
        ..DirectFrame::poisoned(0xcc)
    }
}

/// A function that is nothing but these instructions.
pub(crate) fn naked(name: &str, code: &str) -> String {
    let lines = code.replace("; ", "\\n\\t");
    format!("__asm__(\".globl {name}\\n.type {name}, @function\\n{name}:\\n\\t{lines}\\n\");\n")
}

#[test]
fn the_probe_refuses_what_it_does_not_have() {
    let library = library("");
    let names = [
        "tc_direct_",
        "tc_capture_16",
        "tc_capture_01",
        "tc_capture_",
        "tc_capture_x",
        "tc_capture_-1",
        "tc_capture_record_99",
        "tc_capture_forward_",
        "good",
        "",
    ];
    let calls = names.map(|name| {
        let built_in = SymbolIn {
            library: PROBE,
            symbol: name.to_owned(),
        };
        call_with(built_in, &[])
    });
    let group = Group {
        calls: calls.to_vec(),
    };
    for (outcome, name) in run(&library.batch(vec![group])).iter().zip(names) {
        assert!(refusal(outcome).contains(&format!("`{name}`")), "{outcome:?}");
    }
}

#[test]
fn the_first_stub_has_two_names_and_no_two_stubs_are_one() {
    let library = library("DRIVER(look) { *(const void **)ret = args[0]; }");
    let address = |name: &str| {
        let mut call = call_with(symbol("look"), &[]);
        let built_in = SymbolIn {
            library: PROBE,
            symbol: name.to_owned(),
        };
        call.fixups[0].word = Word::Address(built_in);
        let outcome = run_one(&library, call);
        u64::from_le_bytes(free(&outcome)[..8].try_into().unwrap())
    };
    // Each run of the probe has its own addresses, so differences within a page are compared.
    let page = |name: &str| address(name) % 4096;
    assert_eq!(page("tc_capture"), page("tc_capture_0"));
    assert_eq!(page("tc_capture_record"), page("tc_capture_record_0"));
    assert_eq!(page("tc_capture_forward"), page("tc_capture_forward_0"));
    let stub = |number| page(&capture_stub(number).unwrap().symbol);
    let record = |number| page(&capture_record(number).unwrap().symbol);
    assert_ne!(stub(1), stub(2));
    assert_eq!((record(15) + 4096 - record(14)) % 4096, 16);
}
