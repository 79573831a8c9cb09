use super::*;
use crate::run::{Fixup, Word};
use crate::units::Bytes;

fn register(name: &str) -> Location {
    Location::Register(name.to_owned())
}

fn stack(offset: u64) -> Location {
    Location::Stack {
        offset: Bytes(offset),
    }
}

/// A state in which every byte says where it is.
fn counted() -> MachineState {
    let mut state = MachineState::filled(0);
    for (general, byte) in state.general.iter_mut().zip(1u8..) {
        *general = u64::from_le_bytes([byte; 8]);
    }
    for (vector, byte) in state.vectors.iter_mut().zip(0x11u8..) {
        *vector = [byte; VECTOR];
    }
    state.al = 5;
    state.r10 = 0x1010;
    state
}

fn set(bytes: &mut [u8], at: usize, word: u64) {
    bytes[at..at + 8].copy_from_slice(&word.to_le_bytes());
}

#[test]
fn the_parts_of_a_block_do_not_overlap() {
    const {
        assert!(STATE_VECTORS == STATE_RAX + 8);
        assert!(RESULT_ST + 2 * RESULT_ST_STRIDE == RESULT_VECTORS);
        assert!(DIRECT_POISON_BELOW + 8 <= DIRECT_STATE);
        assert!(DIRECT_X87_CONTROL + 8 <= DIRECT_STACK);
        assert!(DIRECT_SAVED == DIRECT_VECTOR_BYTES + 8);
        assert!(CAPTURE_FLAGS_BACK + 8 <= CAPTURE_STATE);
        assert!(CAPTURE_STACK == 1152);
    }
    let direct = [
        (DIRECT_TARGET, 8),
        (DIRECT_STACK_LENGTH, 8),
        (DIRECT_STACK_ALIGN, 8),
        (DIRECT_POISON, 8),
        (DIRECT_POISON_BELOW, 8),
        (DIRECT_STATE, STATE_SIZE),
        (DIRECT_RESULT, RESULT_SIZE),
        (DIRECT_RETURNED, 8),
        (DIRECT_VECTOR_BYTES, 8),
        (DIRECT_SAVED, 48),
        (DIRECT_RSP_OFF, 8),
        (DIRECT_FLAGS, 8),
        (DIRECT_MXCSR, 8),
        (DIRECT_X87_CONTROL, 8),
        (DIRECT_STACK, 0),
    ];
    let capture = [
        (CAPTURE_CALLS, 8),
        (CAPTURE_WHICH, 8),
        (CAPTURE_STACK_LENGTH, 8),
        (CAPTURE_OPTIONS, 8),
        (CAPTURE_SEEN, 8),
        (CAPTURE_VECTOR_BYTES, 8),
        (CAPTURE_RSP, 8),
        (CAPTURE_FLAGS, 8),
        (CAPTURE_RETURNED, 8),
        (CAPTURE_RSP_OFF, 8),
        (CAPTURE_ORDER, 8),
        (CAPTURE_MORE, 8),
        (CAPTURE_STRIDE, 8),
        (CAPTURE_SAVED, 56),
        (CAPTURE_SAVED_BACK, 56),
        (CAPTURE_FLAGS_BACK, 8),
        (CAPTURE_STATE, STATE_SIZE),
        (CAPTURE_RESULT, RESULT_SIZE),
        (CAPTURE_STACK, 0),
    ];
    for parts in [&direct[..], &capture] {
        for pair in parts.windows(2) {
            assert!(pair[0].0 + pair[0].1 <= pair[1].0, "{pair:?}");
        }
    }
}

#[test]
fn a_frame_holds_its_call() {
    let frame = DirectFrame {
        state: counted(),
        stack: (0..20).collect(),
        stack_align: 32,
        ..DirectFrame::poisoned(0xcc)
    };
    let bytes = frame.encode();
    assert_eq!(bytes.len(), DIRECT_STACK + 20);
    assert_eq!(MachineState::read(&bytes, DIRECT_STATE), Some(counted()));
    assert_eq!(word_at(&bytes, DIRECT_STACK_LENGTH), Some(20));
    assert_eq!(word_at(&bytes, DIRECT_STACK_ALIGN), Some(32));
    assert_eq!(
        word_at(&bytes, DIRECT_STATE + STATE_RAX),
        Some(0xcccc_cccc_cccc_cc05)
    );
    assert_eq!(&bytes[DIRECT_STACK..], frame.stack);
    assert_eq!(DirectFrame::decode(&bytes), None, "no call has returned");
}

#[test]
fn what_came_back_is_read() {
    let mut bytes = DirectFrame::poisoned(0).encode();
    for (index, pattern) in PATTERNS.iter().enumerate() {
        set(&mut bytes, DIRECT_SAVED + 8 * index, *pattern);
    }
    set(&mut bytes, DIRECT_RETURNED, 1);
    set(&mut bytes, DIRECT_VECTOR_BYTES, 32);
    set(&mut bytes, DIRECT_RESULT + RESULT_RAX, 7);
    assert_eq!(
        DirectFrame::decode(&bytes),
        Some(DirectResult {
            result: ResultState {
                rax: 7,
                ..ResultState::default()
            },
            preserved: Preserved::ALL,
            rsp_off: 0,
            vector_bytes: 32,
        })
    );
    assert!(Preserved::ALL.lost().is_empty());
    set(&mut bytes, DIRECT_SAVED, 0);
    set(&mut bytes, DIRECT_RSP_OFF, u64::MAX - 7);
    set(&mut bytes, DIRECT_FLAGS, DIRECTION_FLAG | 2);
    set(&mut bytes, DIRECT_MXCSR, 0x40);
    set(&mut bytes, DIRECT_X87_CONTROL, 0x300);
    let result = DirectFrame::decode(&bytes).unwrap();
    assert_eq!(result.rsp_off, -8);
    assert_eq!(
        result.preserved.lost(),
        ["rbx", "rsp", "direction flag", "mxcsr", "x87 control word"]
    );
}

#[test]
fn places_are_found_by_their_location() {
    let bytes = DirectFrame {
        state: counted(),
        stack: vec![0xee; 8],
        ..DirectFrame::poisoned(0)
    }
    .encode();
    let byte = |location| {
        let at = DirectFrame::argument_at(1000, &location).unwrap() - 1000;
        bytes[at as usize]
    };
    assert_eq!(byte(register("rdi")), 1);
    assert_eq!(byte(register("r9")), 6);
    assert_eq!(byte(register("r10")), 0x10);
    assert_eq!(byte(register("rax")), 5);
    assert_eq!(byte(register("xmm0")), 0x11);
    assert_eq!(byte(register("ymm3")), 0x14);
    assert_eq!(byte(register("zmm7")), 0x18);
    assert_eq!(byte(stack(0)), 0xee);
    let record = |location| CaptureRecord::argument_at(64, &location).unwrap();
    assert_eq!(record(register("rsi")), 64 + 256 + 8);
    assert_eq!(record(stack(16)), 64 + 1152 + 8 + 16, "behind the return address");
    let result = |name| DirectFrame::result_at(0, &register(name)).unwrap();
    assert_eq!([result("rax"), result("rdx")], [640, 648]);
    assert_eq!([result("st0"), result("st1")], [672, 688]);
    assert_eq!(
        CaptureRequest::result_at(8, &register("xmm1")),
        Some(8 + 832 + 64 + 64)
    );
    for location in [
        register("rbx"),
        register("xmm8"),
        register("xmm"),
        register("st0"),
        stack(u64::MAX),
        Location::WasmParam { index: 0 },
    ] {
        assert_eq!(DirectFrame::argument_at(0, &location), None, "{location}");
        assert_eq!(
            CaptureRecord::argument_at(u32::MAX, &location),
            None,
            "{location}"
        );
    }
    assert_eq!(DirectFrame::argument_at(u32::MAX, &register("rdi")), None);
    assert_eq!(DirectFrame::result_at(0, &register("xmm4")), None);
    assert_eq!(DirectFrame::result_at(0, &stack(0)), None);
}

#[test]
fn a_record_holds_what_is_wanted_and_then_what_was_seen() {
    let request = CaptureRequest {
        which: 2,
        stack_length: 9,
        returns_first_argument: true,
        ..CaptureRequest::default()
    };
    let mut bytes = request.encode();
    assert_eq!(bytes.len(), CAPTURE_STACK + 16, "whole words");
    assert_eq!(word_at(&bytes, CAPTURE_OPTIONS), Some(3));
    assert_eq!(word_at(&bytes, CAPTURE_WHICH), Some(2));
    set(&mut bytes, CAPTURE_CALLS, 2);
    let empty = CaptureRecord {
        calls: 2,
        captured: None,
    };
    assert_eq!(CaptureRecord::decode(&bytes), Some(empty));
    let mut state = Block(bytes);
    counted().write(&mut state, CAPTURE_STATE, 0);
    let mut bytes = state.0;
    set(&mut bytes, CAPTURE_SEEN, 1);
    set(&mut bytes, CAPTURE_RSP, 8);
    set(&mut bytes, CAPTURE_VECTOR_BYTES, 64);
    set(&mut bytes, CAPTURE_STACK + 8, 77);
    let captured = CaptureRecord::decode(&bytes).unwrap().captured.unwrap();
    assert_eq!(
        (captured.state, captured.result, captured.preserved),
        (counted(), None, None)
    );
    assert_eq!(captured.arguments(), 77u64.to_le_bytes());
    assert!(captured.direction_flag_clear);
    assert_eq!((captured.rsp_modulo_64, captured.vector_bytes), (8, 64));
    for (location, width, found) in [
        (register("rdi"), 2, Some(vec![1, 1])),
        (register("r9"), 8, Some(vec![6; 8])),
        (register("rax"), 3, Some(vec![5, 0, 0])),
        (register("ymm7"), 64, Some(vec![0x18; 64])),
        (stack(0), 8, Some(77u64.to_le_bytes().to_vec())),
        (stack(4), 4, Some(vec![0; 4])),
        (stack(4), 5, None),
        (stack(9), 1, None),
        (register("rbx"), 1, None),
    ] {
        assert_eq!(captured.argument(&location, width), found, "{location}");
    }
    set(&mut bytes, CAPTURE_FLAGS, DIRECTION_FLAG | 2);
    set(&mut bytes, CAPTURE_RSP_OFF, u64::MAX - 7);
    set(&mut bytes, CAPTURE_ORDER, 3);
    let captured = CaptureRecord::decode(&bytes).unwrap().captured.unwrap();
    assert!(!captured.direction_flag_clear);
    assert_eq!((captured.rsp_off, captured.order), (-8, 3));
    set(&mut bytes, CAPTURE_RSP_OFF, 0);
    set(&mut bytes, CAPTURE_RETURNED, 1);
    set(&mut bytes, CAPTURE_RESULT + RESULT_ST_COUNT, 2);
    let captured = CaptureRecord::decode(&bytes).unwrap().captured.unwrap();
    assert_eq!(captured.result.unwrap().st_count, 2);
}

/// psABI 3.2.1: the control bits of MXCSR are the caller's, its status bits are not.
#[test]
fn each_register_that_came_back_changed_is_named() {
    let mut record = CaptureRequest::default().encode();
    set(&mut record, CAPTURE_SEEN, 1);
    set(&mut record, CAPTURE_RETURNED, 1);
    for at in (CAPTURE_SAVED..CAPTURE_FLAGS_BACK).step_by(8) {
        set(&mut record, at, 0x1F80);
    }
    let lost = |changed: &[(usize, u64)]| {
        let mut bytes = record.clone();
        for (at, bits) in changed {
            let word = word_at(&bytes, *at).unwrap();
            set(&mut bytes, *at, word ^ bits);
        }
        let captured = CaptureRecord::decode(&bytes).unwrap().captured.unwrap();
        captured.preserved.unwrap().lost()
    };
    assert!(lost(&[]).is_empty());
    for (index, name) in ["rbx", "rbp", "r12", "r13", "r14", "r15"].into_iter().enumerate() {
        for block in [CAPTURE_SAVED, CAPTURE_SAVED_BACK] {
            assert_eq!(lost(&[(block + 8 * index, 1 << 40)]), [name]);
        }
    }
    for bit in 0..64 {
        let name: &[_] = match bit {
            6..16 => &["mxcsr"],
            32..48 => &["x87 control word"],
            _ => &[],
        };
        assert_eq!(lost(&[(CAPTURE_SAVED_BACK + 48, 1 << bit)]), name, "bit {bit}");
    }
    assert_eq!(lost(&[(CAPTURE_RSP_OFF, 8)]), ["rsp"]);
    assert_eq!(lost(&[(CAPTURE_FLAGS_BACK, DIRECTION_FLAG)]), ["direction flag"]);
    assert!(lost(&[(CAPTURE_FLAGS_BACK, !DIRECTION_FLAG)]).is_empty());
}

#[test]
fn bytes_that_are_no_block_are_nothing() {
    let mut record = CaptureRequest::default().encode();
    set(&mut record, CAPTURE_SEEN, 1);
    let mut frame = DirectFrame::poisoned(0).encode();
    set(&mut frame, DIRECT_RETURNED, 1);
    for length in 0..DIRECT_X87_CONTROL + 8 {
        assert_eq!(DirectFrame::decode(&frame[..length]), None);
    }
    for length in 8 + CAPTURE_SEEN..record.len() {
        assert_eq!(CaptureRecord::decode(&record[..length]), None);
    }
    for at in (0..CAPTURE_STATE).step_by(8) {
        let mut spoiled = record.clone();
        set(&mut spoiled, at, u64::MAX);
        let _ = CaptureRecord::decode(&spoiled);
    }
}

#[test]
fn requests_beyond_reason_are_cut() {
    let request = CaptureRequest {
        stack_length: u32::MAX,
        ..CaptureRequest::default()
    };
    assert_eq!(request.encode().len(), CAPTURE_STACK + 512);
    let frame = DirectFrame {
        stack_align: u32::MAX,
        ..DirectFrame::poisoned(0)
    };
    assert_eq!(word_at(&frame.encode(), DIRECT_STACK_ALIGN), Some(4096));
    assert_eq!(
        DirectFrame::target(u32::MAX, Word::Arena { offset: 0 }),
        Fixup {
            at: u32::MAX,
            word: Word::Arena { offset: 0 }
        }
    );
}

#[test]
fn there_are_as_many_stubs_as_it_says() {
    assert_eq!(capture_stub(15).unwrap().symbol, "tc_capture_15");
    assert_eq!(capture_record(3).unwrap().symbol, "tc_capture_record_3");
    assert_eq!(capture_forward(0).unwrap().library, PROBE);
    assert_eq!(capture_stub(CAPTURE_STUBS), None);
    assert_eq!(direct_driver().symbol, "tc_direct");
}

/// The first record of a row says how many follow and how far apart; each is a record of its own.
#[test]
fn records_of_further_calls_lie_behind_the_first() {
    let request = CaptureRequest {
        which: 5,
        stack_length: 24,
        wants_result: false,
        ..CaptureRequest::default()
    };
    let one = request.encode();
    assert_eq!(request.size(), CAPTURE_STACK + 24);
    assert_eq!(word_at(&one, CAPTURE_OPTIONS), Some(0));
    assert_eq!(word_at(&one, CAPTURE_STACK_LENGTH), Some(24));
    assert!(request.encode_many(0).is_empty());
    assert_eq!(request.encode_many(1), one);
    let mut three = request.encode_many(3);
    assert_eq!(word_at(&three, CAPTURE_MORE), Some(2));
    assert_eq!(word_at(&three, CAPTURE_STRIDE), Some(one.len() as u64));
    set(&mut three, CAPTURE_MORE, 0);
    set(&mut three, CAPTURE_STRIDE, 0);
    assert_eq!(three, one.repeat(3));
    assert_eq!(request.encode_many(2).len(), 2 * one.len());
}

#[test]
fn the_first_bytes_of_a_result_are_its_value() {
    let mut result = ResultState {
        rax: 0x0807_0605_0403_0201,
        rdx: 0x1817_1615_1413_1211,
        ..ResultState::default()
    };
    for (st, byte) in result.st.iter_mut().zip(0x31u8..) {
        *st = [byte; 10];
    }
    for (vector, byte) in result.vectors.iter_mut().zip(0x41u8..) {
        *vector = [byte; VECTOR];
    }
    for (location, width, found) in [
        (register("rax"), 3, Some(vec![1, 2, 3])),
        (register("rdx"), 2, Some(vec![0x11, 0x12])),
        (register("st0"), 10, Some(vec![0x31; 10])),
        (register("st1"), 10, Some(vec![0x32; 10])),
        (register("xmm0"), 16, Some(vec![0x41; 16])),
        (register("zmm3"), 64, Some(vec![0x44; 64])),
        (register("zmm3"), 65, None),
        (register("rdi"), 1, None),
        (stack(0), 1, None),
    ] {
        assert_eq!(result.value(&location, width), found, "{location}");
    }
}

/// The assembly and the reader find each result register in the same place.
#[test]
fn result_registers_keep_their_places() {
    let mut result = ResultState {
        rax: 0x0101,
        rdx: 0x0202,
        st_count: 2,
        ..ResultState::default()
    };
    for (st, byte) in result.st.iter_mut().zip(0x31u8..) {
        *st = [byte; 10];
    }
    for (vector, byte) in result.vectors.iter_mut().zip(0x41u8..) {
        *vector = [byte; VECTOR];
    }
    let request = CaptureRequest {
        result,
        ..CaptureRequest::default()
    };
    let bytes = request.encode();
    let places = [
        ("rax", 0x01),
        ("rdx", 0x02),
        ("st0", 0x31),
        ("st1", 0x32),
        ("xmm0", 0x41),
        ("xmm1", 0x42),
        ("ymm3", 0x44),
    ];
    for (name, byte) in places {
        let at = CaptureRequest::result_at(0, &register(name)).unwrap() as usize;
        assert_eq!(bytes[at], byte, "{name}");
    }
    assert_eq!(ResultState::read(&bytes, CAPTURE_RESULT), Some(result));
    assert_eq!(CaptureRequest::result_at(0, &register("xmm4")), None);
}
