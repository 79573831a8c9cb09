//! Marked places and what is found in them.

use super::*;

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

fn marked() -> Places {
    let frame = DirectFrame::marked(512);
    Places::of_arguments(&frame.state, &frame.stack, 64)
}

/// What a callee would store that reads its argument from these slots.
fn stored(places: &Places, slots: &[Slot]) -> Passed {
    let mut bytes = Vec::new();
    for slot in slots {
        bytes.extend(&places.bytes(&slot.location).unwrap()[..slot.width.0 as usize]);
    }
    Passed {
        mask: vec![0xFF; bytes.len()],
        bytes,
        ..Passed::default()
    }
}

#[test]
fn a_marked_frame_tells_each_place() {
    let places = marked();
    let cases = [
        vec![register("rdi", 8)],
        vec![register("r9", 1)],
        vec![register("rsi", 8), register("rdx", 4)],
        vec![register("xmm3", 8), register("rcx", 8)],
        vec![register("xmm0", 8), register("xmm1", 8)],
        vec![register("xmm0", 16)],
        vec![register("ymm7", 32)],
        vec![register("zmm1", 64)],
        vec![stack(0, 16)],
        vec![stack(8, 16)],
        vec![stack(496, 16)],
        vec![stack(24, 2)],
    ];
    for case in cases {
        let value = stored(&places, &case);
        assert_eq!(slots(&places.find(&value), &[]), Some(case.clone()), "{case:?}");
        assert_eq!(places.check(&case, &value), Ok(()), "{case:?}");
    }
}

#[test]
fn no_mark_begins_like_another_or_like_an_address() {
    // Nor does any other byte of it tell less than the first.
    for byte in 0..EIGHTBYTE {
        let all: Vec<u8> = (1..=252).map(|number| mark(number)[byte]).collect();
        for (index, one) in all.iter().enumerate() {
            assert!(!all[..index].contains(one), "byte {byte} of mark {}", index + 1);
        }
    }
    assert!((1..=252).all(|number| !mark(number)[0].is_multiple_of(64)));
}

#[test]
fn a_marked_frame_holds_no_poison() {
    let frame = DirectFrame::marked(20);
    assert_eq!(frame.stack.len(), 24, "whole words");
    assert_eq!((frame.state.al, frame.stack_align), (8, 64));
    let mut words: Vec<u64> = frame.state.general.to_vec();
    let vectors = frame.state.vectors.iter().flatten().copied();
    let bytes: Vec<u8> = vectors.chain(frame.stack.iter().copied()).collect();
    words.extend(bytes.chunks_exact(8).map(|word| word_at(word, 0).unwrap()));
    assert_eq!(words.len(), 6 + 8 * 8 + 3);
    let numbers = (1..).map(|number| u64::from_le_bytes(mark(number)));
    assert!(words.iter().copied().eq(numbers.take(words.len())));
}

#[test]
fn a_slot_that_holds_something_else_is_missed() {
    let places = marked();
    let value = stored(&places, &[stack(8, 16)]);
    let missing = places.check(&[stack(0, 16)], &value).unwrap_err();
    assert_eq!(missing.slot, stack(0, 16));
    assert_eq!(missing.wanted, value.bytes);
    assert!(
        places.check(&[register("rbx", 8)], &value).is_err(),
        "no such place"
    );
}

/// What a stub did not copy is no contradiction, and what it copied of a slot is looked at.
#[test]
fn stack_beyond_what_was_copied_says_nothing() {
    let places = marked();
    let value = stored(&places, &[stack(504, 8)]);
    let mut longer = value.clone();
    longer.bytes.extend([0xEE; 16]);
    longer.mask.extend([0xFF; 16]);
    assert_eq!(places.check(&[stack(504, 24)], &longer), Ok(()));
    longer.bytes[0] ^= 1;
    assert!(places.check(&[stack(504, 24)], &longer).is_err());
    let small = Slot {
        extension: Extension::Sign,
        ..stack(1024, 2)
    };
    let value = Passed {
        bytes: vec![0, 0x80],
        mask: vec![0xFF; 2],
        ..Passed::default()
    };
    assert_eq!(places.check(&[small], &value), Ok(()));
}

/// A slot that should hold an address holds a part of the value, or follows such a part.
#[test]
fn a_part_of_the_value_is_no_address() {
    let places = marked();
    let value = stored(&places, &[register("rdi", 8), register("rsi", 8)]);
    let pointer = |name: &str| Slot {
        content: Content::Pointer { to: Bytes(16) },
        ..register(name, 8)
    };
    assert!(places.check(&[pointer("rsi")], &value).is_err());
    assert!(
        places
            .check(&[register("rdi", 8), pointer("rdx")], &value)
            .is_err()
    );
    assert_eq!(places.check(&[pointer("rdx")], &value), Ok(()));
}

/// What is padding in an eightbyte may be anything, an address too.
#[test]
fn only_a_whole_eightbyte_is_a_part_of_the_value() {
    let places = marked();
    let value = stored(&places, &[register("rdi", 8)]);
    let pointer = Slot {
        content: Content::Pointer { to: Bytes(8) },
        ..register("rdi", 8)
    };
    assert!(places.check(std::slice::from_ref(&pointer), &value).is_err());
    for padding in 0..8 {
        let mut value = value.clone();
        value.mask[padding] = 0x7F;
        assert_eq!(places.check(std::slice::from_ref(&pointer), &value), Ok(()));
    }
}

/// psABI 3.2.3: an eightbyte of padding has NO_CLASS and takes no register.
#[test]
fn padding_takes_no_place() {
    let places = marked();
    let mut value = stored(&places, &[register("rdi", 8)]);
    value.bytes.splice(0..0, [0xEE; 8]);
    value.mask.splice(0..0, [0; 8]);
    value.bytes.extend([0xEE; 16]);
    value.mask.extend([0; 16]);
    assert_eq!(places.check(&[register("rdi", 8)], &value), Ok(()));
    assert_eq!(slots(&places.find(&value), &[]), Some(vec![register("rdi", 8)]));
    let missing = places.check(&[register("rsi", 8)], &value).unwrap_err();
    assert_eq!(missing.wanted, value.bytes[8..16]);
    // Between two eightbytes it takes none either.
    let mut value = stored(&places, &[register("rdi", 8), register("rsi", 4)]);
    value.bytes.splice(8..8, [0xEE; 8]);
    value.mask.splice(8..8, [0; 8]);
    let both = [register("rdi", 8), register("rsi", 4)];
    assert_eq!(places.check(&both, &value), Ok(()));
    assert_eq!(slots(&places.find(&value), &[]), Some(both.to_vec()));
    let second = [register("rdi", 8), register("rdx", 4)];
    assert_eq!(places.check(&second, &value).unwrap_err().slot, second[1]);
}

/// Parts are one slot where they lie as the value has them, in one register and in this order.
#[test]
fn halves_that_changed_places_are_two_slots() {
    let places = marked();
    let mut value = stored(&places, &[register("xmm0", 16)]);
    assert_eq!(slots(&places.find(&value), &[]), Some(vec![register("xmm0", 16)]));
    value.bytes.rotate_left(8);
    let halves = vec![register("xmm0", 8), register("xmm0", 8)];
    assert_eq!(slots(&places.find(&value), &[]), Some(halves));
    // The low half of one register, the high half of another.
    let mut value = stored(&places, &[register("rdi", 8), register("xmm0", 16)]);
    value.bytes.drain(8..16);
    value.mask.drain(8..16);
    assert_eq!(
        slots(&places.find(&value), &[]),
        Some(vec![register("rdi", 8), register("xmm0", 8)])
    );
    let mut value = stored(&places, &[stack(16, 16)]);
    value.bytes.rotate_left(8);
    assert_eq!(
        slots(&places.find(&value), &[]),
        Some(vec![stack(24, 8), stack(16, 8)])
    );
}

/// Every byte of the last, shorter part counts, and what is padding behind it does not.
#[test]
fn a_shorter_part_is_found_by_all_of_its_bytes() {
    let mut frame = DirectFrame::marked(0);
    frame.state.general[1] = 0x4444_3333_2222_1111;
    let value = |padding: usize| {
        let places = Places::of_arguments(&frame.state, &[], 16);
        let mut value = stored(&places, &[register("rdi", 8), register("rsi", 4)]);
        value.bytes.resize(12 + padding, 0xEE);
        value.mask.resize(12 + padding, 0);
        value
    };
    for (other, found) in [
        (0x3333_2222_1111, 2),
        (0x5555_2222_1111, 2),
        (0x2223_1111, 1),
        (0x2322_1111, 1),
        (0x2222_1110, 1),
    ] {
        let mut frame = frame.clone();
        frame.state.general[2] = other;
        let places = Places::of_arguments(&frame.state, &[], 16);
        for padding in [0, 2, 4] {
            let chunks = places.find(&value(padding));
            assert_eq!(chunks[1].found.len(), found, "{other:x}");
        }
    }
}

#[test]
fn what_is_missing_is_told_without_its_padding() {
    let places = marked();
    let mut value = stored(&places, &[register("rdi", 8), register("rsi", 4)]);
    value.mask[9] = 0;
    value.mask[10] = 0x0F;
    let slots = [register("rdi", 8), register("rdx", 4)];
    let missing = places.check(&slots, &value).unwrap_err();
    let masked = |register: [u8; 8]| [register[0], 0, register[2] & 0x0F, register[3]];
    assert_eq!(missing.wanted, masked(mark(2)));
    assert_eq!(missing.found, masked(mark(3)));
    // A register that is narrower than its slot holds less of it.
    let narrow = places.check(&[register("rdi", 16)], &value).unwrap_err();
    assert_eq!((narrow.wanted.len(), narrow.found.len()), (16, 8));
}

/// The part of a slot that was copied counts for as many bytes as there are, and the next begins behind all of it.
#[test]
fn a_slot_of_the_stack_is_as_long_as_it_says() {
    let places = marked();
    let mut value = stored(&places, &[stack(496, 16)]);
    value.bytes.extend([0xEE; 8]);
    value.mask.extend([0xFF; 8]);
    let rest = stored(&places, &[register("rdi", 4)]);
    value.bytes.extend(&rest.bytes);
    value.mask.extend(&rest.mask);
    assert_eq!(
        places.check(&[stack(496, 20), register("rdi", 4)], &value),
        Ok(())
    );
    assert!(
        places
            .check(&[stack(496, 20), register("rsi", 4)], &value)
            .is_err()
    );
    value.bytes[15] ^= 1;
    assert!(places.check(&[stack(496, 20)], &value).is_err());
    // From the first word on.
    let mut value = stored(&places, &[stack(0, 512)]);
    value.bytes.extend([0xEE; 88]);
    value.mask.extend([0xFF; 88]);
    assert_eq!(places.check(&[stack(0, 600)], &value), Ok(()));
    // Behind what was not copied at all too.
    let mut value = stored(&places, &[stack(488, 24)]);
    let rest = stored(&places, &[register("rdi", 4)]);
    value.bytes.extend(&rest.bytes);
    value.mask.extend(&rest.mask);
    assert_eq!(
        places.check(&[stack(512, 20), register("rdi", 4)], &value),
        Ok(())
    );
    assert!(
        places
            .check(&[stack(512, 20), register("rsi", 4)], &value)
            .is_err()
    );
}

/// A struct on the stack is one piece, its padding included.
#[test]
fn padding_on_the_stack_divides_nothing() {
    let places = marked();
    let mut value = stored(&places, &[stack(16, 32)]);
    value.mask[8..16].fill(0);
    value.bytes[8..16].fill(0);
    assert_eq!(slots(&places.find(&value), &[]), Some(vec![stack(16, 32)]));
}

#[test]
fn a_promised_extension_is_looked_at() {
    let mut frame = DirectFrame::marked(0);
    frame.state.general[0] = 0xFFFF_FF80;
    let places = Places::of_arguments(&frame.state, &[], 16);
    let value = Passed {
        bytes: vec![0x80],
        mask: vec![0xFF],
        ..Passed::default()
    };
    let slot = |extension| Slot {
        extension,
        ..register("rdi", 1)
    };
    assert_eq!(places.check(&[slot(Extension::Sign)], &value), Ok(()));
    assert_eq!(places.check(&[slot(Extension::None)], &value), Ok(()));
    let missing = places.check(&[slot(Extension::Zero)], &value).unwrap_err();
    assert_eq!(missing.found.len(), 4);
    for (word, width, extension, holds) in [
        (0x7F, 1, Extension::Sign, true),
        (0x7F, 1, Extension::Zero, true),
        (0x80, 1, Extension::Sign, false),
        (0x017F, 1, Extension::Sign, false),
        (0x0100_007F, 1, Extension::Zero, false),
        (0xFFFF_8000, 2, Extension::Sign, true),
        (0x0000_8000, 2, Extension::Sign, false),
        (0x0000_8000, 2, Extension::Zero, true),
        (0xFF80_0000, 3, Extension::Sign, true),
        (0x0080_0000, 3, Extension::Sign, false),
        // Nothing is promised above 32 bits, nor of a value of no bytes.
        (0xFFFF_FFFF_0000_0001, 1, Extension::Zero, true),
        (0xFFFF_FFFF_8000_0000, 4, Extension::Sign, true),
        (0x0000_0001_8000_0000, 4, Extension::Sign, true),
        (0xFF, 0, Extension::Zero, true),
    ] {
        frame.state.general[0] = word;
        let places = Places::of_arguments(&frame.state, &word.to_le_bytes(), 16);
        let bytes = word.to_le_bytes()[..width as usize].to_vec();
        let value = Passed {
            mask: vec![0xFF; bytes.len()],
            bytes,
            ..Passed::default()
        };
        let of = |slot: Slot| Slot { extension, ..slot };
        let found = places.check(&[of(register("rdi", width))], &value);
        assert_eq!(found.is_ok(), holds, "{word:x} of {width}, {extension:?}");
        assert_eq!(
            places.check(&[of(stack(0, width))], &value),
            Ok(()),
            "only in registers"
        );
    }
}

/// As many bytes of a vector register as the processor has, and as many x87 registers as are in use.
#[test]
fn a_result_is_looked_for_where_it_can_be() {
    let frame = DirectFrame::marked(0);
    let mut result = ResultState {
        rax: frame.state.general[0],
        rdx: frame.state.general[1],
        st: [[0x11; 10], [0x22; 10]],
        ..ResultState::default()
    };
    result.vectors.copy_from_slice(&frame.state.vectors[..4]);
    for (st_count, vector_bytes) in [(0, 16), (1, 32), (2, 64), (8, 64)] {
        result.st_count = st_count;
        let places = Places::of_result(&result, vector_bytes);
        let names: Vec<(String, usize)> = places
            .all
            .iter()
            .map(|(location, bytes)| (location.to_string(), bytes.len()))
            .collect();
        let mut expected = vec![("rax".to_owned(), 8), ("rdx".to_owned(), 8)];
        expected.extend((0..4).map(|index| (format!("xmm{index}"), usize::from(vector_bytes))));
        expected.extend((0..st_count.min(2)).map(|index| (format!("st{index}"), 10)));
        assert_eq!(names, expected);
        let both = stored(&places, &[register("rax", 8), register("rdx", 8)]);
        assert_eq!(
            slots(&places.find(&both), &[]),
            Some(vec![register("rax", 8), register("rdx", 8)])
        );
    }
}

/// Of a call that was captured they are what the caller left, from above the return address on.
#[test]
fn the_places_of_a_caller_are_what_it_left() {
    let frame = DirectFrame::marked(24);
    let mut stack = vec![0xEE; 8];
    stack.extend(&frame.stack);
    let captured = Captured {
        state: frame.state,
        rsp_modulo_64: 8,
        direction_flag_clear: true,
        stack,
        vector_bytes: 32,
        result: None,
        rsp_off: 0,
        preserved: None,
        order: 1,
    };
    let places = Places::of_caller(&captured);
    assert_eq!(places, Places::of_arguments(&frame.state, &frame.stack, 32));
}

/// Of a frame that came back the arguments are what it had.
#[test]
fn the_places_of_a_frame_are_its_own() {
    let frame = DirectFrame::marked(40);
    let mut bytes = frame.encode();
    assert_eq!(Places::of_frame(&bytes), None, "no call has returned");
    let mut set = |at: usize, word: u64| bytes[at..at + 8].copy_from_slice(&word.to_le_bytes());
    set(super::super::DIRECT_RETURNED, 1);
    set(super::super::DIRECT_VECTOR_BYTES, 32);
    let places = Places::of_frame(&bytes);
    assert_eq!(places, Some(Places::of_arguments(&frame.state, &frame.stack, 32)));
    bytes.pop();
    assert_eq!(Places::of_frame(&bytes), None, "cut off");
}

/// A small integer behind a struct of a KiB on the stack lies above what was copied.
#[test]
fn an_extension_that_was_not_seen_is_no_miss() {
    let places = marked();
    let value = Passed {
        bytes: vec![0x80, 0xFF],
        mask: vec![0xFF; 2],
        ..Passed::default()
    };
    for extension in [Extension::Sign, Extension::Zero] {
        let slot = Slot {
            extension,
            ..stack(1024, 2)
        };
        assert_eq!(places.check(&[slot], &value), Ok(()));
    }
}

#[test]
fn of_equal_places_the_likely_one_is_taken() {
    let mut frame = DirectFrame::marked(16);
    frame.state.general[5] = frame.state.general[0];
    let places = Places::of_arguments(&frame.state, &frame.stack, 16);
    let value = stored(&places, &[register("rdi", 8)]);
    let chunks = places.find(&value);
    assert_eq!(chunks[0].found.len(), 2);
    assert_eq!(slots(&chunks, &[]), Some(vec![register("rdi", 8)]));
    assert_eq!(
        slots(&chunks, &[register("r9", 8)]),
        Some(vec![register("r9", 8)])
    );
    assert_eq!(
        slots(
            &[Chunk {
                found: Vec::new(),
                ..chunks[0].clone()
            }],
            &[]
        ),
        None
    );
}

#[test]
fn a_long_double_comes_back_in_st0() {
    let mut result = ResultState {
        st_count: 1,
        ..ResultState::default()
    };
    result.st[0] = [1, 2, 3, 4, 5, 6, 7, 0x88, 9, 10];
    let mut value = Passed {
        bytes: result.st[0].to_vec(),
        mask: vec![0xFF; 10],
        ..Passed::default()
    };
    value.bytes.extend([0; 6]);
    value.mask.extend([0; 6]);
    let places = Places::of_result(&result, 16);
    assert_eq!(slots(&places.find(&value), &[]), Some(vec![register("st0", 10)]));
    assert_eq!(places.check(&[register("st0", 10)], &value), Ok(()));
    result.st_count = 0;
    let empty = Places::of_result(&result, 16);
    assert!(empty.check(&[register("st0", 10)], &value).is_err());
}

#[test]
fn a_value_is_equal_to_its_bytes_padding_aside() {
    let value = Passed {
        bytes: vec![1, 2, 3],
        mask: vec![0xFF, 0, 0xFF],
        ..Passed::default()
    };
    assert!(value.equals(&[1, 9, 3]));
    assert!(!value.equals(&[1, 2, 4]));
    assert!(!value.equals(&[1, 2]), "a part is not the whole");
}

/// A value that lies in a register and on the stack is taken from where it is expected.
#[test]
fn a_likely_slot_of_the_stack_covers_its_words() {
    let mut frame = DirectFrame::marked(32);
    let words: Vec<u8> = frame.stack[8..24].to_vec();
    frame.state.general[0] = u64::from_le_bytes(words[..8].try_into().unwrap());
    frame.state.general[1] = u64::from_le_bytes(words[8..].try_into().unwrap());
    let places = Places::of_arguments(&frame.state, &frame.stack, 16);
    let value = Passed {
        mask: vec![0xFF; 16],
        bytes: words,
        ..Passed::default()
    };
    let chunks = places.find(&value);
    assert_eq!(slots(&chunks, &[stack(8, 16)]), Some(vec![stack(8, 16)]));
    let registers = Some(vec![register("rdi", 8), register("rsi", 8)]);
    assert_eq!(slots(&chunks, &[]), registers);
    // A slot that ends where the words begin covers none of them.
    assert_eq!(slots(&chunks, &[stack(0, 8)]), registers);
    // Wherever it begins.
    let words: Vec<u8> = frame.stack[16..32].to_vec();
    frame.state.general[0] = word_at(&words, 0).unwrap();
    frame.state.general[1] = word_at(&words, 8).unwrap();
    let places = Places::of_arguments(&frame.state, &frame.stack, 16);
    let value = Passed {
        bytes: words,
        ..value
    };
    let chunks = places.find(&value);
    assert_eq!(slots(&chunks, &[stack(8, 8)]), registers);
    assert_eq!(
        slots(&chunks, &[stack(24, 8)]),
        Some(vec![register("rdi", 8), stack(24, 8)])
    );
}

/// Padding takes no register, and its bytes of an aggregate in memory.
#[test]
fn padding_in_front_is_skipped_for_registers_alone() {
    let places = marked();
    let mut value = stored(&places, &[stack(8, 24)]);
    value.mask[..8].fill(0);
    assert_eq!(places.check(&[stack(8, 24)], &value), Ok(()));
    let mut value = stored(&places, &[register("rdi", 8), register("rsi", 8)]);
    value.mask[..8].fill(0);
    assert_eq!(places.check(&[register("rsi", 8)], &value), Ok(()));
    assert!(places.check(&[register("rdx", 8)], &value).is_err());
}
