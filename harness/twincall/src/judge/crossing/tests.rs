//! Values of recorded calls, as two lowerings see them.

use crate::facts::Place;
use crate::judge::testing::{register, stack};
use twincall_abi::machine::{Captured, MachineState, ResultState};
use twincall_abi::units::Bytes;

use super::*;

mod calls;

fn captured() -> Captured {
    let mut state = MachineState::filled(0);
    state.general = [1, 0x7f00_0000_0010, 0, 0, 0xffff_fffe, 0];
    state.vectors[0][..4].copy_from_slice(&[0, 0, 0x20, 0x40]);
    let mut stack = vec![0xee; 8];
    stack.extend(77u64.to_le_bytes());
    Captured {
        state,
        rsp_modulo_64: 8,
        direction_flag_clear: true,
        stack,
        vector_bytes: 16,
        result: Some(ResultState {
            rax: 0x1_0000_0005,
            ..ResultState::default()
        }),
        rsp_off: 0,
        preserved: None,
        order: 1,
    }
}

fn value(result: bool, first: &[Slot], second: &[Slot]) -> (String, bool) {
    let seen = calls::seen_as(captured());
    let places = Places { seen: &seen, result };
    let value = places.value(
        Place::argument(0),
        "",
        [("a", "wrote"), ("b", "reads")],
        first,
        second,
    );
    (value.text, value.agree)
}

#[test]
fn a_wider_or_another_place_is_read_as_it_is() {
    for (first, second, text, agree) in [
        (
            register("rdi", 4),
            register("rdi", 4),
            "argument 1: edi = 1",
            true,
        ),
        (
            register("rdi", 4),
            register("rdi", 8),
            "argument 1: a wrote edi = 1, b reads rdi = 1",
            true,
        ),
        (
            register("rsi", 4),
            register("rsi", 8),
            "argument 1: a wrote esi = 16, b reads rsi = 0x7f0000000010",
            false,
        ),
        (
            register("rsi", 1),
            register("rdi", 1),
            "argument 1: a wrote sil = 16, b reads dil = 1",
            false,
        ),
        (
            register("r8", 4),
            register("xmm0", 4),
            "argument 1: a wrote r8d = 0xfffffffe, b reads xmm0 = 0x40200000",
            false,
        ),
        (
            stack(0, 8),
            register("rcx", 2),
            "argument 1: a wrote [rsp+8] = 77, b reads cx = 0",
            false,
        ),
        // Beyond what was recorded nothing is claimed.
        (
            stack(64, 8),
            register("rcx", 8),
            "argument 1: a wrote [rsp+72], which was not recorded, b reads rcx = 0",
            true,
        ),
    ] {
        assert_eq!(value(false, &[first], &[second]), (text.to_owned(), agree));
    }
    let read_only = value(false, &[], &[register("rdi", 4)]);
    assert_eq!(
        read_only,
        ("argument 1: a wrote nothing, b reads edi = 1".to_owned(), false)
    );
    let written_only = value(false, &[register("rdi", 4)], &[]);
    assert_eq!(
        written_only,
        ("argument 1: a wrote edi = 1, b reads nothing".to_owned(), true)
    );
    let result = value(true, &[register("rax", 4)], &[register("rax", 8)]);
    assert_eq!(
        result,
        (
            "argument 1: a wrote eax = 5, b reads rax = 0x100000005".to_owned(),
            false
        )
    );
}

/// A call of wasm is recorded whole, with the first bytes of what its parameters point at.
#[test]
fn places_of_wasm_are_there_or_not_there() {
    use crate::run::plan::Record;
    use crate::run::wasm::{LinearStack, WasmCall, WasmValue};

    let value = |bytes: &[u8], behind: &[u8]| WasmValue {
        bytes: bytes.to_vec(),
        behind: behind.to_vec(),
    };
    let seen = CrossingSeen {
        symbol: "f".to_owned(),
        record: Record::Wasm(WasmCall {
            symbol: "f".to_owned(),
            order: 1,
            parameters: vec![
                value(&7u32.to_le_bytes(), &[]),
                value(&64u32.to_le_bytes(), &[1, 2, 3, 4]),
            ],
            results: None,
            stack: LinearStack::default(),
            mismatch: None,
        }),
    };
    let places = Places {
        seen: &seen,
        result: false,
    };
    let param = |index: u32, width: u64, content| Slot {
        location: Location::WasmParam { index },
        content,
        ..register("", width)
    };
    let value = |first: Slot, second: Slot| {
        let value = places.value(
            Place::argument(0),
            "",
            [("a", "wrote"), ("b", "reads")],
            &[first],
            &[second],
        );
        (value.text, value.agree)
    };
    let (word, wide) = (param(0, 4, Content::Value), param(0, 8, Content::Value));
    let pointer = |to| param(1, 4, Content::Pointer { to: Bytes(to) });
    assert_eq!(
        value(word.clone(), wide),
        (
            "argument 1: a wrote param 0 = 7, b reads param 0, which this call does not have".to_owned(),
            false
        )
    );
    assert_eq!(
        value(pointer(4), pointer(4)),
        ("argument 1: param 1 = 64 -> 01 02 03 04".to_owned(), true)
    );
    assert_eq!(
        value(pointer(2), pointer(2)).0,
        "argument 1: param 1 = 64 -> 01 02"
    );
    assert_eq!(
        value(pointer(8), pointer(8)).0,
        "argument 1: param 1 = 64 -> 01 02 03 04 …"
    );
    assert!(!value(word, pointer(4)).1);
}
