//! Calls at the level of the machine: the memory by which the probe's assembly is told which registers and which stack
//! a call has, and tells what it found. Which value belongs where is for the model to say; nothing is called here.
//!
//! There are two blocks of memory, both in the arena of a call. A *direct frame* ([`DirectFrame`]) is the argument of the
//! driver [`DIRECT`]: the call it describes is made as it stands, by no compiler's rules. A *capture record*
//! ([`CaptureRequest`], [`CaptureRecord`]) is where a stub of [`capture_stub`] writes what a caller did.
//!
//! ```text
//! direct frame                          capture record
//!    0 what to call, and how               0 calls counted, what is wanted, state of the stack
//!   64 registers at the call             104 what the callee has to preserve, before and after
//!  640 registers that came back          256 registers at entry
//!  960 what the callee preserved         832 registers that came back, or are to be returned
//! 1088 stack arguments                  1152 return address, then the stack arguments
//! ```
//!
//! All numbers are little-endian words of 8 bytes. The assembly takes its offsets from the constants here.

mod capture;
mod direct;
mod places;
#[cfg(test)]
mod tests;

use crate::run::{PROBE, SymbolIn};
use crate::slot::{ARGUMENT_REGISTERS, Location};

pub use capture::{
    CAPTURE_CALLS, CAPTURE_FLAGS, CAPTURE_FLAGS_BACK, CAPTURE_MORE, CAPTURE_OPTIONS, CAPTURE_ORDER,
    CAPTURE_RESULT, CAPTURE_RETURNED, CAPTURE_RSP, CAPTURE_RSP_OFF, CAPTURE_SAVED, CAPTURE_SAVED_BACK,
    CAPTURE_SEEN, CAPTURE_STACK, CAPTURE_STACK_LENGTH, CAPTURE_STATE, CAPTURE_STRIDE, CAPTURE_VECTOR_BYTES,
    CAPTURE_WHICH, CaptureRecord, CaptureRequest, Captured, MAX_CAPTURED_STACK, OPTION_FIRST_ARGUMENT,
    OPTION_RESULT, capture_forward, capture_record, capture_stub,
};
pub use direct::{
    DIRECT_FLAGS, DIRECT_MXCSR, DIRECT_POISON, DIRECT_POISON_BELOW, DIRECT_RESULT, DIRECT_RETURNED,
    DIRECT_RSP_OFF, DIRECT_SAVED, DIRECT_STACK, DIRECT_STACK_ALIGN, DIRECT_STACK_LENGTH, DIRECT_STATE,
    DIRECT_TARGET, DIRECT_VECTOR_BYTES, DIRECT_X87_CONTROL, DirectFrame, DirectResult, PATTERNS, Preserved,
};
pub use places::{Chunk, Missing, Part, Passed, Places, slots};

/// The driver that makes the call of a [`DirectFrame`], to which its first argument points. Its result is not written.
pub const DIRECT: &str = "tc_direct";

/// The driver [`DIRECT`] as a symbol.
pub fn direct_driver() -> SymbolIn {
    built_in(DIRECT.to_owned())
}

/// How many capture stubs the probe has, numbered from 0.
pub const CAPTURE_STUBS: u32 = 16;

/// Where the block of argument registers holds each of them, in bytes.
pub const STATE_GENERAL: usize = 0;
pub const STATE_R10: usize = 48;
pub const STATE_RAX: usize = 56;
pub const STATE_VECTORS: usize = 64;
pub const STATE_SIZE: usize = STATE_VECTORS + 8 * VECTOR;

/// Where the block of result registers holds each of them, in bytes.
pub const RESULT_RAX: usize = 0;
pub const RESULT_RDX: usize = 8;
pub const RESULT_ST_COUNT: usize = 16;
pub const RESULT_ST: usize = 32;
/// From one x87 register to the next, of which each fills 10 bytes.
pub const RESULT_ST_STRIDE: usize = 16;
pub const RESULT_VECTORS: usize = 64;
pub const RESULT_SIZE: usize = RESULT_VECTORS + 4 * VECTOR;

/// Bytes of a vector register at full width. What a processor does not have of it is left as it was.
pub const VECTOR: usize = 64;

/// The direction flag in the flags register.
pub const DIRECTION_FLAG: u64 = 1 << 10;

/// The registers by which a caller passes arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MachineState {
    /// In the order of [`ARGUMENT_REGISTERS`].
    pub general: [u64; 6],
    /// `xmm0` to `xmm7`, or as much of `zmm0` to `zmm7` as the processor has.
    pub vectors: [[u8; VECTOR]; 8],
    /// In a variadic call an upper bound of the vector registers that carry arguments (psABI 3.2.3).
    pub al: u8,
    /// The static chain pointer.
    pub r10: u64,
}

/// The registers by which a callee returns values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResultState {
    pub rax: u64,
    pub rdx: u64,
    /// `xmm0` and `xmm1` as the psABI has it; clang spreads a vector without its feature over four.
    pub vectors: [[u8; VECTOR]; 4],
    /// `st0` and `st1`: zeros where the register is empty.
    pub st: [[u8; 10]; 2],
    /// How many x87 registers are occupied, from `st0` on: 0, 1 or 2 by the psABI. 8 if MMX registers were used.
    pub st_count: u8,
}

impl MachineState {
    /// A state in which no register holds anything but this byte.
    pub fn filled(byte: u8) -> MachineState {
        MachineState {
            general: [u64::from_le_bytes([byte; 8]); 6],
            vectors: [[byte; VECTOR]; 8],
            al: byte,
            r10: u64::from_le_bytes([byte; 8]),
        }
    }

    /// Writes the block at this offset. The upper bytes of `rax` hold `above`.
    fn write(&self, block: &mut Block, at: usize, above: u8) {
        for (index, word) in self.general.iter().enumerate() {
            block.put_word(at + STATE_GENERAL + 8 * index, *word);
        }
        block.put_word(at + STATE_R10, self.r10);
        let mut rax = [above; 8];
        rax[0] = self.al;
        block.put(at + STATE_RAX, &rax);
        for (index, vector) in self.vectors.iter().enumerate() {
            block.put(at + STATE_VECTORS + VECTOR * index, vector);
        }
    }

    fn read(bytes: &[u8], at: usize) -> Option<MachineState> {
        let mut state = MachineState::filled(0);
        for (index, word) in state.general.iter_mut().enumerate() {
            *word = word_at(bytes, at + STATE_GENERAL + 8 * index)?;
        }
        state.r10 = word_at(bytes, at + STATE_R10)?;
        [state.al] = bytes_at(bytes, at + STATE_RAX)?;
        for (index, vector) in state.vectors.iter_mut().enumerate() {
            *vector = bytes_at(bytes, at + STATE_VECTORS + VECTOR * index)?;
        }
        Some(state)
    }
}

impl Default for ResultState {
    /// Zeros everywhere, and no x87 register in use.
    fn default() -> ResultState {
        ResultState {
            rax: 0,
            rdx: 0,
            vectors: [[0; VECTOR]; 4],
            st: [[0; 10]; 2],
            st_count: 0,
        }
    }
}

impl ResultState {
    /// The first bytes of a place that returns a value; nothing for other places.
    pub fn value(&self, location: &Location, width: usize) -> Option<Vec<u8>> {
        let mut block = Block(vec![0; RESULT_SIZE]);
        self.write(&mut block, 0);
        Some(block.0.get(result_offset(location)?..)?.get(..width)?.to_vec())
    }

    fn write(&self, block: &mut Block, at: usize) {
        block.put_word(at + RESULT_RAX, self.rax);
        block.put_word(at + RESULT_RDX, self.rdx);
        block.put_word(at + RESULT_ST_COUNT, self.st_count.into());
        for (index, register) in self.st.iter().enumerate() {
            block.put(at + RESULT_ST + RESULT_ST_STRIDE * index, register);
        }
        for (index, vector) in self.vectors.iter().enumerate() {
            block.put(at + RESULT_VECTORS + VECTOR * index, vector);
        }
    }

    fn read(bytes: &[u8], at: usize) -> Option<ResultState> {
        let mut state = ResultState {
            rax: word_at(bytes, at + RESULT_RAX)?,
            rdx: word_at(bytes, at + RESULT_RDX)?,
            ..ResultState::default()
        };
        [state.st_count] = bytes_at(bytes, at + RESULT_ST_COUNT)?;
        for (index, register) in state.st.iter_mut().enumerate() {
            *register = bytes_at(bytes, at + RESULT_ST + RESULT_ST_STRIDE * index)?;
        }
        for (index, vector) in state.vectors.iter_mut().enumerate() {
            *vector = bytes_at(bytes, at + RESULT_VECTORS + VECTOR * index)?;
        }
        Some(state)
    }
}

/// Where the block of argument registers holds a register; nothing for what is no argument register.
fn state_offset(register: &str) -> Option<usize> {
    if let Some(index) = ARGUMENT_REGISTERS.iter().position(|name| *name == register) {
        return Some(STATE_GENERAL + 8 * index);
    }
    match register {
        "r10" => Some(STATE_R10),
        "rax" => Some(STATE_RAX),
        _ => vector_index(register, 8).map(|index| STATE_VECTORS + VECTOR * index),
    }
}

/// Where the block of result registers holds a place; nothing for what is no result register.
fn result_offset(location: &Location) -> Option<usize> {
    let Location::Register(register) = location else {
        return None;
    };
    match register.as_str() {
        "rax" => Some(RESULT_RAX),
        "rdx" => Some(RESULT_RDX),
        "st0" => Some(RESULT_ST),
        "st1" => Some(RESULT_ST + RESULT_ST_STRIDE),
        _ => vector_index(register, 4).map(|index| RESULT_VECTORS + VECTOR * index),
    }
}

/// The number of a vector register of whatever width, if it is below `count`.
fn vector_index(register: &str, count: usize) -> Option<usize> {
    let digits = ["xmm", "ymm", "zmm"]
        .iter()
        .find_map(|kind| register.strip_prefix(kind))?;
    digits.parse().ok().filter(|index| *index < count)
}

/// Where a block with its register state and its stack arguments at these offsets holds an argument's place.
fn argument_offset(location: &Location, state: usize, stack: usize) -> Option<u32> {
    let offset = match location {
        Location::Register(register) => state + state_offset(register)?,
        Location::Stack { offset } => stack.checked_add(usize::try_from(offset.0).ok()?)?,
        Location::WasmParam { .. } | Location::WasmResult { .. } => return None,
    };
    offset.try_into().ok()
}

/// A symbol of the probe itself.
fn built_in(symbol: String) -> SymbolIn {
    SymbolIn {
        library: PROBE,
        symbol,
    }
}

/// The memory of a frame or record that is being written.
struct Block(Vec<u8>);

impl Block {
    /// Writes what lies inside of the block.
    fn put(&mut self, at: usize, bytes: &[u8]) {
        if let Some(place) = at
            .checked_add(bytes.len())
            .and_then(|end| self.0.get_mut(at..end))
        {
            place.copy_from_slice(bytes);
        }
    }

    fn put_word(&mut self, at: usize, word: u64) {
        self.put(at, &word.to_le_bytes());
    }
}

fn bytes_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn word_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes_at(bytes, at).map(u64::from_le_bytes)
}
