//! Calls as data: what a runner is asked to do and what it saw.
//!
//! The same messages go to the native probe process and to the wasm runner. A call works on an *arena*,
//! one block of memory that holds the argument values, the space for the result and every buffer; it
//! is copied in before the call and read back after it, whatever the call did.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// As [`SymbolIn::library`]: the symbol is one of the probe's own, see [`crate::machine`]. Native only.
pub const PROBE: u32 = u32::MAX;

/// A symbol in one of the libraries (native) or in the module (wasm, where `library` is ignored).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct SymbolIn {
    /// Index into [`Batch::libraries`], or [`PROBE`].
    pub library: u32,
    pub symbol: String,
}

/// A word that is known only when the code is loaded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Word {
    /// The address of the byte at this offset in the arena.
    Arena { offset: u32 },
    /// The pointer-sized value found in a variable of the fixture.
    Load(SymbolIn),
    /// The address of a symbol (native: from dlsym; wasm: of exported data).
    Address(SymbolIn),
    /// A file descriptor of type `int` (4 bytes are written) from which this content can be read.
    Pipe { content: Vec<u8> },
}

/// Writes a word into the arena before the call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fixup {
    /// Offset in the arena in bytes.
    pub at: u32,
    pub word: Word,
}

/// Sets a pointer-sized variable of the fixture before the call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Assignment {
    pub variable: SymbolIn,
    pub word: Word,
}

/// One call of a driver `void driver(const void *const *args, void *ret)`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Call {
    /// Comes back in the [`Outcome`].
    pub id: u32,
    pub driver: SymbolIn,
    pub assignments: Vec<Assignment>,
    /// The arena before the call. It is placed at an address that is a multiple of 64.
    #[serde(with = "in_one_piece")]
    pub arena: Vec<u8>,
    pub fixups: Vec<Fixup>,
    /// Offset in the arena of the array of argument pointers, the driver's first argument.
    pub arguments_at: u32,
    /// Offset in the arena of the result, the driver's second argument.
    pub result_at: u32,
}

/// Calls that share one fresh process (native) or instance (wasm) as long as none of them fails; after a
/// failure the rest goes on in a new one.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Group {
    pub calls: Vec<Call>,
}

/// Everything that is to be called in one set of libraries.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Batch {
    /// Absolute paths of the libraries, in load order. One wasm module for the wasm runner.
    pub libraries: Vec<String>,
    pub groups: Vec<Group>,
    /// Limit for one call in milliseconds.
    pub timeout_ms: u64,
    /// Limit for memory that the calls may add, in bytes (native: data segment; wasm: linear memory).
    pub memory_limit: u64,
}

/// How a call ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Ending {
    Returned,
    /// A signal; `address` is the fault address where the signal has one, `registers` the general registers, `trace` the
    /// calls that led there.
    Crashed {
        signal: String,
        address: Option<u64>,
        registers: BTreeMap<String, u64>,
        trace: Trace,
    },
    /// The process called `exit` or ended with this status without returning from the call.
    Exited {
        status: i32,
    },
    /// Stopped at the time limit (native) or when its fuel or epoch ran out (wasm).
    TimedOut,
    /// A wasm trap. `trap` is Wasmtime's name for it in kebab case (`unreachable`,
    /// `indirect-call-type-mismatch`, `memory-out-of-bounds`), or `stack-over-data` for a call that came back although its
    /// stack had grown over the data; `frames` the names on the wasm stack, innermost first.
    Trapped {
        trap: String,
        frames: Vec<String>,
    },
    /// The module could not be instantiated, a symbol not be found, or there was no process to call in.
    Refused {
        reason: String,
    },
    /// The dynamic linker did not take a library, so that no call of the batch was made.
    NotLoaded {
        reason: String,
    },
    /// Nobody saw how it ended: the code that was called ended or disturbed the processes that watch it, or a constructor
    /// ended its process before the call.
    Unknown {
        reason: String,
    },
}

/// The calls that led to a crash, before and after they are read from the stack.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Trace {
    /// The process was ended from outside, or its stack could not be read.
    #[default]
    Unknown,
    /// What the probe sends: it reads no debug information itself.
    Stack(Stack),
    /// What the native runner makes of it, the innermost first.
    Frames(Vec<Frame>),
}

/// The stack of a crashed call, and what was loaded when it crashed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stack {
    /// Address of the first byte: the stack pointer, or the first address above it that could be read.
    pub at: u64,
    pub bytes: Vec<u8>,
    pub modules: Vec<Module>,
}

/// A loaded file with code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Module {
    pub path: String,
    /// What was added to the addresses in the file.
    pub bias: u64,
}

/// One call on the way to a crash.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Frame {
    /// The function's name; nothing where no symbol covers the address.
    pub function: Option<String>,
    /// The source file as the debug information names it.
    pub file: Option<String>,
    pub line: Option<u32>,
    /// Path of the loaded file with the code; empty where the address is in none.
    pub library: String,
    /// The address in that file: of the instruction at which it crashed, or behind a call.
    pub offset: u64,
}

/// What was seen of one call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Outcome {
    pub id: u32,
    pub ending: Ending,
    /// The arena after the call; empty where it could not be read back.
    #[serde(with = "in_one_piece")]
    pub arena: Vec<u8>,
    /// The first and the last kilobytes that the call wrote to standard output and error; empty on wasm.
    pub output: Vec<u8>,
    /// Whether it wrote more than is let through, so that what it wrote then failed.
    pub flooded: bool,
}

impl Outcome {
    /// The outcome of a call that nothing was seen of.
    #[must_use]
    pub fn unseen(id: u32, ending: Ending) -> Outcome {
        Outcome {
            id,
            ending,
            arena: Vec::new(),
            output: Vec::new(),
            flooded: false,
        }
    }
}

/// Bytes as one piece of a message. Element by element they take longer to encode and decode than a call takes to make.
mod in_one_piece {
    use std::fmt;

    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        deserializer.deserialize_byte_buf(Bytes)
    }

    struct Bytes;

    impl Visitor<'_> for Bytes {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bytes")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }
    }
}
