//! A direct call of a stub: what one writes the other must read.

use super::{FREE, came_back, direct, narrowed, run_one};
use crate::support::library;
use twincall_abi::machine::{
    CaptureRecord, CaptureRequest, DirectFrame, MachineState, Preserved, ResultState, capture_forward,
    capture_record, capture_stub,
};
use twincall_abi::run::{Assignment, Call, Word};

/// Where the record lies in a direct call of a stub.
const RECORD: u32 = FREE;

/// A state in which every byte is its own.
fn counted() -> MachineState {
    let mut next = 0u8;
    let mut byte = || {
        next = next.wrapping_mul(5).wrapping_add(71);
        next
    };
    let mut state = MachineState::filled(0);
    for register in &mut state.general {
        *register = u64::from_le_bytes([(); 8].map(|()| byte()));
    }
    for register in &mut state.vectors {
        *register = [(); 64].map(|()| byte());
    }
    state.r10 = u64::from_le_bytes([(); 8].map(|()| byte()));
    state.al = byte();
    state
}

/// A direct call of stub 0, whose record is behind the frame.
fn direct_capture(frame: &DirectFrame, request: &CaptureRequest) -> Call {
    let mut call = direct("unused", frame);
    call.fixups[1].word = Word::Address(capture_stub(0).unwrap());
    let record = request.encode();
    call.arena[RECORD as usize..RECORD as usize + record.len()].copy_from_slice(&record);
    call.assignments = vec![Assignment {
        variable: capture_record(0).unwrap(),
        word: Word::Arena { offset: RECORD },
    }];
    call
}

#[test]
fn a_direct_call_of_a_stub_shows_all_that_was_asked_for() {
    let library = library("long width_16 = 16, width_32 = 32;");
    let mut result = ResultState {
        rax: 0x1122_3344_5566_7788,
        rdx: 0x99aa_bbcc_ddee_ff00,
        st_count: 2,
        ..ResultState::default()
    };
    result.vectors.copy_from_slice(&counted().vectors[..4]);
    result.st[0] = [1, 2, 3, 4, 5, 6, 7, 0x88, 9, 0x40];
    result.st[1] = [9, 8, 7, 6, 5, 4, 3, 0x82, 1, 0xc0];
    let request = CaptureRequest {
        stack_length: 512,
        result,
        ..CaptureRequest::default()
    };
    for (align, length) in [(8, 40), (16, 400), (32, 0), (64, 64)] {
        let frame = DirectFrame {
            state: counted(),
            stack: (0..length).map(|index| index as u8).collect(),
            stack_align: align,
            ..DirectFrame::poisoned(0x5c)
        };
        let call = direct_capture(&frame, &request);
        for (width, narrow) in [(64, None), (32, Some("width_32")), (16, Some("width_16"))] {
            let call = match narrow {
                Some("width_32") if !is_x86_feature_detected!("avx") => continue,
                Some(variable) => narrowed(call.clone(), variable),
                None => call.clone(),
            };
            let outcome = run_one(&library, call);
            let back = came_back(&outcome);
            let width = width.min(usize::from(back.vector_bytes));
            let seen = CaptureRecord::decode(&outcome.arena[RECORD as usize..]).unwrap();
            let seen = seen.captured.unwrap();
            assert_eq!(usize::from(seen.vector_bytes), width);
            let mut expected = counted();
            for register in &mut expected.vectors {
                register[width..].fill(0);
            }
            assert_eq!(seen.state, expected);
            assert_eq!(seen.arguments()[..length], frame.stack);
            assert!(
                seen.arguments()[length..length + 64]
                    .iter()
                    .all(|byte| *byte == 0x5c)
            );
            assert_eq!((u32::from(seen.rsp_modulo_64) + 8) % align, 0);
            let mut expected = result;
            for register in &mut expected.vectors {
                register[width..].fill(0);
            }
            assert_eq!(back.result, expected);
            assert_eq!(back.preserved, Preserved::ALL);
        }
    }
}

#[test]
fn a_stub_passes_everything_on_and_back() {
    let library = library("");
    let second = RECORD + 2048;
    let mut result = ResultState {
        rax: 0x0123_4567_89ab_cdef,
        rdx: 0xfedc_ba98_7654_3210,
        st_count: 2,
        ..ResultState::default()
    };
    result.vectors.copy_from_slice(&counted().vectors[4..]);
    result.st[0] = [1, 2, 3, 4, 5, 6, 7, 0x88, 9, 0x40];
    result.st[1] = [9, 8, 7, 6, 5, 4, 3, 0x82, 1, 0xc0];
    let answer = CaptureRequest {
        result,
        ..CaptureRequest::default()
    };
    let frame = DirectFrame {
        state: counted(),
        stack: (0..200).collect(),
        ..DirectFrame::poisoned(0x5c)
    };
    for wants_result in [true, false] {
        let request = CaptureRequest {
            wants_result,
            ..CaptureRequest::default()
        };
        let mut call = direct_capture(&frame, &request);
        let record = answer.encode();
        call.arena[second as usize..second as usize + record.len()].copy_from_slice(&record);
        call.assignments.extend([
            Assignment {
                variable: capture_record(1).unwrap(),
                word: Word::Arena { offset: second },
            },
            Assignment {
                variable: capture_forward(0).unwrap(),
                word: Word::Address(capture_stub(1).unwrap()),
            },
        ]);
        let outcome = run_one(&library, call);
        let back = came_back(&outcome);
        let read = |at: u32| {
            let record = CaptureRecord::decode(&outcome.arena[at as usize..]).unwrap();
            record.captured.unwrap()
        };
        let (first, then) = (read(RECORD), read(second));
        assert_eq!(first.state, then.state);
        assert_eq!(first.rsp_modulo_64, then.rsp_modulo_64);
        assert_eq!(first.arguments(), then.arguments());
        assert_eq!(&first.arguments()[..200], frame.stack);
        assert_eq!(first.stack[..8] == then.stack[..8], !wants_result);
        let width = usize::from(back.vector_bytes);
        let mut expected = result;
        for register in &mut expected.vectors {
            register[width..].fill(0);
        }
        assert_eq!(back.result, expected);
        assert_eq!(back.preserved, Preserved::ALL);
        assert_eq!(first.result, wants_result.then_some(expected));
    }
}

#[test]
fn a_stub_may_return_its_first_argument() {
    let request = CaptureRequest {
        returns_first_argument: true,
        ..CaptureRequest::default()
    };
    let frame = DirectFrame {
        state: counted(),
        ..DirectFrame::poisoned(0)
    };
    let back = came_back(&run_one(&library(""), direct_capture(&frame, &request)));
    assert_eq!(back.result.rax, counted().general[0]);
}
