//! The direct frame: one call, given as registers and bytes of stack, and what came back of it.

use super::{
    Block, DIRECTION_FLAG, MachineState, RESULT_SIZE, ResultState, STATE_SIZE, argument_offset,
    result_offset, word_at,
};
use crate::run::{Fixup, Word};
use crate::slot::Location;

/// Where a direct frame holds each of its parts, in bytes.
pub const DIRECT_TARGET: usize = 0;
pub const DIRECT_STACK_LENGTH: usize = 8;
pub const DIRECT_STACK_ALIGN: usize = 16;
pub const DIRECT_POISON: usize = 24;
pub const DIRECT_POISON_BELOW: usize = 32;
pub const DIRECT_STATE: usize = 64;
pub const DIRECT_RESULT: usize = DIRECT_STATE + STATE_SIZE;
/// 1 when the call has come back.
pub const DIRECT_RETURNED: usize = DIRECT_RESULT + RESULT_SIZE;
/// Bytes of a vector register that this processor has.
pub const DIRECT_VECTOR_BYTES: usize = DIRECT_RETURNED + 8;
/// `rbx`, `rbp`, `r12` to `r15` as they came back.
pub const DIRECT_SAVED: usize = DIRECT_RETURNED + 16;
/// By how much the stack pointer came back too high.
pub const DIRECT_RSP_OFF: usize = DIRECT_SAVED + 48;
/// The flags as they came back.
pub const DIRECT_FLAGS: usize = DIRECT_SAVED + 56;
/// Control bits of MXCSR and of the x87 control word that came back changed.
pub const DIRECT_MXCSR: usize = DIRECT_SAVED + 64;
pub const DIRECT_X87_CONTROL: usize = DIRECT_SAVED + 72;
pub const DIRECT_STACK: usize = 1088;

/// What `rbx`, `rbp`, `r12` to `r15` hold at the call. None of them is an address.
pub const PATTERNS: [u64; 6] = [
    0x5bad_c0de_0b0b_0b0b,
    0x5bad_c0de_0505_0505,
    0x5bad_c0de_1212_1212,
    0x5bad_c0de_1313_1313,
    0x5bad_c0de_1414_1414,
    0x5bad_c0de_1515_1515,
];

/// A call to be made. Its target and every address in it are fixups, because they are known only in the probe.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirectFrame {
    pub state: MachineState,
    /// The argument area, from the first stack argument up.
    pub stack: Vec<u8>,
    /// What the stack pointer is a multiple of before the call pushes the return address: 16, 32 or 64; 8 to break the rule.
    pub stack_align: u32,
    /// What the upper bytes of `rax`, the whole of `r11`, the stack around the argument area and, in
    /// [`DirectFrame::poisoned`], every argument register holds.
    pub poison: u8,
    /// How many bytes below the argument area are filled with it.
    pub poison_below: u32,
}

/// What came back from a direct call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirectResult {
    pub result: ResultState,
    pub preserved: Preserved,
    /// By how many bytes the stack pointer came back too high.
    pub rsp_off: i64,
    /// How many bytes of each vector register this processor has: 16, 32 or 64.
    pub vector_bytes: u8,
}

/// What a callee must leave as it was (psABI 3.2.1), and whether it did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Preserved {
    pub rbx: bool,
    pub rbp: bool,
    pub r12: bool,
    pub r13: bool,
    pub r14: bool,
    pub r15: bool,
    pub rsp: bool,
    /// Whether the flag is clear, as it was.
    pub direction_flag: bool,
    /// The control bits; the status bits are the callee's.
    pub mxcsr: bool,
    pub x87_control: bool,
}

impl DirectFrame {
    /// A call without arguments, in which every place that could hold one holds the poison.
    pub fn poisoned(poison: u8) -> DirectFrame {
        DirectFrame {
            state: MachineState::filled(poison),
            stack: Vec::new(),
            stack_align: 16,
            poison,
            poison_below: 1024,
        }
    }

    /// The bytes of the frame, for the arena. Its target is null until the fixup of [`DirectFrame::target`] is applied.
    pub fn encode(&self) -> Vec<u8> {
        let mut block = Block(vec![0; DIRECT_STACK]);
        block.put_word(DIRECT_STACK_LENGTH, self.stack.len() as u64);
        // The assembly masks with it, so it must be a power of two.
        let align = self.stack_align.clamp(8, 4096).next_power_of_two();
        block.put_word(DIRECT_STACK_ALIGN, align.into());
        block.put_word(DIRECT_POISON, u64::from_le_bytes([self.poison; 8]));
        block.put_word(DIRECT_POISON_BELOW, self.poison_below.into());
        self.state.write(&mut block, DIRECT_STATE, self.poison);
        block.0.extend(&self.stack);
        block.0
    }

    /// Sets the target of the frame at this offset of the arena: the address of a function, or what a pointer variable holds.
    pub fn target(frame_at: u32, word: Word) -> Fixup {
        Fixup {
            at: frame_at.saturating_add(DIRECT_TARGET as u32),
            word,
        }
    }

    /// Where in the arena the frame at this offset holds an argument's place: a register of [`MachineState`] (`al` as
    /// `rax`) or a byte of the argument area. Nothing for other places.
    pub fn argument_at(frame_at: u32, location: &Location) -> Option<u32> {
        frame_at.checked_add(argument_offset(location, DIRECT_STATE, DIRECT_STACK)?)
    }

    /// Where in the arena the frame at this offset has a result register after the call.
    pub fn result_at(frame_at: u32, location: &Location) -> Option<u32> {
        let offset = DIRECT_RESULT + result_offset(location)?;
        frame_at.checked_add(u32::try_from(offset).ok()?)
    }

    /// What came back, from the bytes of the frame after the call. Nothing if the call did not return.
    pub fn decode(bytes: &[u8]) -> Option<DirectResult> {
        if word_at(bytes, DIRECT_RETURNED)? != 1 {
            return None;
        }
        let mut survived = [false; PATTERNS.len()];
        for (index, (survived, pattern)) in survived.iter_mut().zip(PATTERNS).enumerate() {
            *survived = word_at(bytes, DIRECT_SAVED + 8 * index)? == pattern;
        }
        let [rbx, rbp, r12, r13, r14, r15] = survived;
        let rsp_off = word_at(bytes, DIRECT_RSP_OFF)?.cast_signed();
        Some(DirectResult {
            result: ResultState::read(bytes, DIRECT_RESULT)?,
            preserved: Preserved {
                rbx,
                rbp,
                r12,
                r13,
                r14,
                r15,
                rsp: rsp_off == 0,
                direction_flag: word_at(bytes, DIRECT_FLAGS)? & DIRECTION_FLAG == 0,
                mxcsr: word_at(bytes, DIRECT_MXCSR)? == 0,
                x87_control: word_at(bytes, DIRECT_X87_CONTROL)? == 0,
            },
            rsp_off,
            vector_bytes: word_at(bytes, DIRECT_VECTOR_BYTES)?.try_into().ok()?,
        })
    }
}

impl Preserved {
    /// Everything is as it was.
    pub const ALL: Preserved = Preserved {
        rbx: true,
        rbp: true,
        r12: true,
        r13: true,
        r14: true,
        r15: true,
        rsp: true,
        direction_flag: true,
        mxcsr: true,
        x87_control: true,
    };

    /// The names of what did not survive.
    pub fn lost(&self) -> Vec<&'static str> {
        let all = [
            (self.rbx, "rbx"),
            (self.rbp, "rbp"),
            (self.r12, "r12"),
            (self.r13, "r13"),
            (self.r14, "r14"),
            (self.r15, "r15"),
            (self.rsp, "rsp"),
            (self.direction_flag, "direction flag"),
            (self.mxcsr, "mxcsr"),
            (self.x87_control, "x87 control word"),
        ];
        all.iter()
            .filter(|(survived, _)| !survived)
            .map(|(_, name)| *name)
            .collect()
    }
}
