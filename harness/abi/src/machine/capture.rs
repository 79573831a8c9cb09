//! The capture record: the registers and the stack that a caller left for a function, seen from where it stands.

use super::{
    Block, CAPTURE_STUBS, DIRECTION_FLAG, MachineState, Preserved, RESULT_SIZE, ResultState, STATE_SIZE,
    argument_offset, built_in, bytes_at, result_offset, word_at,
};
use crate::run::SymbolIn;
use crate::slot::Location;

/// Where a capture record holds each of its parts, in bytes.
pub const CAPTURE_CALLS: usize = 0;
pub const CAPTURE_WHICH: usize = 8;
pub const CAPTURE_STACK_LENGTH: usize = 16;
pub const CAPTURE_OPTIONS: usize = 24;
/// 1 when the wanted call has come.
pub const CAPTURE_SEEN: usize = 32;
/// Bytes of a vector register that this processor has.
pub const CAPTURE_VECTOR_BYTES: usize = 40;
/// The stack pointer at entry, modulo 64.
pub const CAPTURE_RSP: usize = 48;
/// The flags at entry.
pub const CAPTURE_FLAGS: usize = 56;
/// 1 when the call that was passed on has come back.
pub const CAPTURE_RETURNED: usize = 64;
/// By how much the stack pointer came back too high.
pub const CAPTURE_RSP_OFF: usize = 72;
/// The place of the call among all that came through stubs, counted from 1.
pub const CAPTURE_ORDER: usize = 80;
/// How many calls after the wanted one are recorded too, each in a record of its own behind this one.
pub const CAPTURE_MORE: usize = 88;
/// Bytes from one such record to the next.
pub const CAPTURE_STRIDE: usize = 96;
/// `rbx`, `rbp`, `r12` to `r15` at entry, then MXCSR and the x87 control word.
pub const CAPTURE_SAVED: usize = 104;
/// The same as they came back, then the flags.
pub const CAPTURE_SAVED_BACK: usize = CAPTURE_SAVED + 64;
pub const CAPTURE_FLAGS_BACK: usize = CAPTURE_SAVED_BACK + 56;
pub const CAPTURE_STATE: usize = 256;
pub const CAPTURE_RESULT: usize = CAPTURE_STATE + STATE_SIZE;
pub const CAPTURE_STACK: usize = CAPTURE_RESULT + RESULT_SIZE;

/// Bits of the options: come back to record the result, and return the first argument in `rax`.
pub const OPTION_RESULT: u64 = 1;
pub const OPTION_FIRST_ARGUMENT: u64 = 2;

/// The most bytes of stack that a stub copies.
pub const MAX_CAPTURED_STACK: u32 = 512;

/// What a stub is to record, and to return when there is no function to pass the call on to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaptureRequest {
    /// Which call through the stub is recorded, counted from 0. The others are counted and answered in the same way.
    pub which: u64,
    /// Bytes of stack to copy from the return address up, rounded up to words.
    pub stack_length: u32,
    /// Whether to come back from the function that the call is passed on to. If not, the stub jumps there and leaves no
    /// trace, which is what unwinding and `longjmp` need.
    pub wants_result: bool,
    /// Whether `rax` is to return `rdi`, as a function does whose result lies in memory (psABI 3.2.3).
    pub returns_first_argument: bool,
    /// What to return. Of the x87 registers the first `st_count`, at most two, are pushed.
    pub result: ResultState,
}

/// What a stub left behind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaptureRecord {
    /// How many calls came through the stub.
    pub calls: u64,
    /// The wanted call, if it was among them.
    pub captured: Option<Captured>,
}

/// A call as its callee found it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Captured {
    pub state: MachineState,
    /// The stack pointer at entry modulo 64: 8, 24, 40 or 56 if the stack is aligned as the psABI asks (3.2.2).
    pub rsp_modulo_64: u8,
    /// Whether the direction flag was clear, as it must be at entry (psABI 3.2.1).
    pub direction_flag_clear: bool,
    /// The return address, then the stack arguments and whatever lies above them.
    pub stack: Vec<u8>,
    /// How many bytes of each vector register this processor has: 16, 32 or 64.
    pub vector_bytes: u8,
    /// What came back from the function that the call was passed on to, if it was and did, and was asked for.
    pub result: Option<ResultState>,
    /// By how many bytes the stack pointer came back too high.
    pub rsp_off: i64,
    /// What the function left as it was, if it came back.
    pub preserved: Option<Preserved>,
    /// Its place among all calls through stubs, counted from 1.
    pub order: u64,
}

impl Default for CaptureRequest {
    fn default() -> CaptureRequest {
        CaptureRequest {
            which: 0,
            stack_length: 256,
            wants_result: true,
            returns_first_argument: false,
            result: ResultState::default(),
        }
    }
}

impl CaptureRequest {
    /// The bytes of an empty record, for the arena.
    pub fn encode(&self) -> Vec<u8> {
        let mut options = 0;
        if self.wants_result {
            options |= OPTION_RESULT;
        }
        if self.returns_first_argument {
            options |= OPTION_FIRST_ARGUMENT;
        }
        let size = self.size();
        let mut block = Block(vec![0; size]);
        block.put_word(CAPTURE_WHICH, self.which);
        block.put_word(CAPTURE_STACK_LENGTH, (size - CAPTURE_STACK) as u64);
        block.put_word(CAPTURE_OPTIONS, options);
        self.result.write(&mut block, CAPTURE_RESULT);
        block.0
    }

    /// Bytes of one record.
    pub fn size(&self) -> usize {
        let stack = self.stack_length.min(MAX_CAPTURED_STACK).next_multiple_of(8);
        CAPTURE_STACK + stack as usize
    }

    /// The bytes of `count` empty records in a row, for as many calls from the wanted one on.
    pub fn encode_many(&self, count: usize) -> Vec<u8> {
        let mut all = self.encode().repeat(count);
        if count > 1 {
            let mut first = Block(all);
            first.put_word(CAPTURE_MORE, count as u64 - 1);
            first.put_word(CAPTURE_STRIDE, self.size() as u64);
            all = first.0;
        }
        all
    }

    /// Where in the arena the record at this offset has a result register: before the call what is returned, after it what
    /// came back.
    pub fn result_at(record_at: u32, location: &Location) -> Option<u32> {
        let offset = CAPTURE_RESULT + result_offset(location)?;
        record_at.checked_add(u32::try_from(offset).ok()?)
    }
}

impl CaptureRecord {
    /// What the bytes of a record say after the call. Nothing if they are too few for one.
    pub fn decode(bytes: &[u8]) -> Option<CaptureRecord> {
        let calls = word_at(bytes, CAPTURE_CALLS)?;
        let captured = match word_at(bytes, CAPTURE_SEEN)? {
            0 => None,
            _ => Some(Captured::read(bytes)?),
        };
        Some(CaptureRecord { calls, captured })
    }

    /// Where in the arena the record at this offset has an argument's place: a register of [`MachineState`] (`al` as
    /// `rax`) or a byte of the argument area. Nothing for other places.
    pub fn argument_at(record_at: u32, location: &Location) -> Option<u32> {
        // The return address lies below the first argument.
        record_at.checked_add(argument_offset(location, CAPTURE_STATE, CAPTURE_STACK + 8)?)
    }
}

impl Captured {
    fn read(bytes: &[u8]) -> Option<Captured> {
        let length = usize::try_from(word_at(bytes, CAPTURE_STACK_LENGTH)?).ok()?;
        let stack = bytes.get(CAPTURE_STACK..)?.get(..length)?.to_vec();
        let (result, preserved) = match word_at(bytes, CAPTURE_RETURNED)? {
            1 => (
                Some(ResultState::read(bytes, CAPTURE_RESULT)?),
                Some(read_preserved(bytes)?),
            ),
            _ => (None, None),
        };
        Some(Captured {
            state: MachineState::read(bytes, CAPTURE_STATE)?,
            rsp_modulo_64: word_at(bytes, CAPTURE_RSP)?.try_into().ok()?,
            direction_flag_clear: word_at(bytes, CAPTURE_FLAGS)? & DIRECTION_FLAG == 0,
            stack,
            vector_bytes: word_at(bytes, CAPTURE_VECTOR_BYTES)?.try_into().ok()?,
            result,
            rsp_off: word_at(bytes, CAPTURE_RSP_OFF)?.cast_signed(),
            preserved,
            order: word_at(bytes, CAPTURE_ORDER)?,
        })
    }

    /// The first bytes of an argument's place as the caller left it; nothing where it was not recorded.
    pub fn argument(&self, location: &Location, width: usize) -> Option<Vec<u8>> {
        let mut block = Block(vec![0; STATE_SIZE]);
        self.state.write(&mut block, 0, 0);
        block.0.extend(self.arguments());
        let at = argument_offset(location, 0, STATE_SIZE)? as usize;
        Some(block.0.get(at..)?.get(..width)?.to_vec())
    }

    /// The argument area, from the first stack argument up.
    pub fn arguments(&self) -> &[u8] {
        self.stack.get(8..).unwrap_or(&[])
    }
}

/// The registers as they came back against those at entry.
fn read_preserved(bytes: &[u8]) -> Option<Preserved> {
    /// The bits of MXCSR that are no status.
    const CONTROL: u32 = 0xffc0;
    let same = |index: usize| -> Option<bool> {
        Some(word_at(bytes, CAPTURE_SAVED + 8 * index)? == word_at(bytes, CAPTURE_SAVED_BACK + 8 * index)?)
    };
    let mxcsr = |block: usize| Some(u32::from_le_bytes(bytes_at(bytes, block + 48)?) & CONTROL);
    let x87 = |block: usize| bytes_at::<2>(bytes, block + 52);
    Some(Preserved {
        rbx: same(0)?,
        rbp: same(1)?,
        r12: same(2)?,
        r13: same(3)?,
        r14: same(4)?,
        r15: same(5)?,
        rsp: word_at(bytes, CAPTURE_RSP_OFF)? == 0,
        direction_flag: word_at(bytes, CAPTURE_FLAGS_BACK)? & DIRECTION_FLAG == 0,
        mxcsr: mxcsr(CAPTURE_SAVED)? == mxcsr(CAPTURE_SAVED_BACK)?,
        x87_control: x87(CAPTURE_SAVED)? == x87(CAPTURE_SAVED_BACK)?,
    })
}

/// The stub with this number: an address that can stand wherever a function pointer is expected.
pub fn capture_stub(number: u32) -> Option<SymbolIn> {
    numbered("tc_capture", number)
}

/// The variable that holds the address of a stub's record. It is null at the start of each call.
pub fn capture_record(number: u32) -> Option<SymbolIn> {
    numbered("tc_capture_record", number)
}

/// The variable that holds the address of the function to which a stub passes its calls on. It is null at the start of
/// each call.
pub fn capture_forward(number: u32) -> Option<SymbolIn> {
    numbered("tc_capture_forward", number)
}

fn numbered(name: &str, number: u32) -> Option<SymbolIn> {
    (number < CAPTURE_STUBS).then(|| built_in(format!("{name}_{number}")))
}
