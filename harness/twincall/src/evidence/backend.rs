//! Reads what a compiler's own back end decided about calls: the machine IR that LLVM prints after instruction selection.
//!
//! Compiled with [`assembler_arguments`], clang and rustc write, in place of assembly, one YAML document for each
//! function that they define. At that stage calls are already lowered to physical registers and stack offsets,
//! and registers are not yet allocated, so that each transfer is one visible copy:
//!
//! ```text
//!   callee                                      caller
//!   liveins:                                    ADJCALLSTACKDOWN64 8, 0, 0, ..         8 bytes of argument area
//!     - { reg: '$edi', virtual-reg: '%0' }      $edi = COPY %11                        rdi, 4 bytes
//!   fixedStack:                                 MOV32mi $rsp, 1, $noreg, 0, $noreg, 7  stack offset 0
//!     - { id: 0, .. offset: 0, size: 4, .. }    $al = MOV8ri 1                         vector registers used
//!   body:                                       CALL64pcrel32 @x, csr_64, implicit $edi, .., implicit-def $eax
//!     RET64 implicit $eax                       ADJCALLSTACKUP64 8, 0, ..
//! ```
//!
//! What it shows is what the machine does, not what the source says:
//! - A register is as wide as the copy out of it. Integers under 4 bytes travel in 4, and a struct of two floats is
//!   one copy of 16 bytes; a slot is therefore at least as wide as its value, and exactly so for every other scalar.
//! - Which argument a slot belongs to is not in the text. Slots come in the order of assignment.
//! - A parameter that the body never reads leaves no trace in registers once the optimiser has run. At -O0 clang
//!   stores every parameter, and rustc does so with debug information only. Stack objects remain at every level.
//! - A function that nothing outside its module sees may have had its convention changed at -O1 and above.
//! - Hidden result pointers are ordinary pointers here.
//!
//! Nothing of this holds on wasm: there are no registers or stack offsets to read, and the wasm function type
//! together with `byval` and `sret` of the IR decides. GCC has no such text either.
//!
//! The text has no promise of stability. [`self_test`] must have passed for a compiler before its text is evidence.

use std::fmt;

use serde::{Deserialize, Serialize};
use twincall_abi::slot::Slot;
use twincall_abi::units::Bytes;

mod body;
mod function;
mod instruction;
mod registers;
mod self_test;
mod text;
mod values;

pub use self_test::{Difference, Drift, known_source, self_test};

/// The majors of LLVM whose text the tests of this module hold; others are read alike and rest on the self-test.
pub const TESTED_LLVM: [u32; 4] = [14, 16, 19, 22];
/// LLVM 13 and earlier write memory operands in another form.
const OLDEST_LLVM: u32 = 14;

/// A compiler whose back end can be asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compiler {
    Clang,
    Rustc,
}

/// What the back end made of one function that is defined in the text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BackendFunction {
    pub symbol: String,
    /// Registers that the body reads its parameters from, in the order of assignment. The registers that a
    /// variadic function only saves are in [`BackendFunction::variadic`].
    pub incoming: Vec<Slot>,
    /// Parameters in the argument area, by offset.
    pub stack: Vec<StackObject>,
    /// Registers that hold the result at the return; `None` where no return instruction was seen (it never
    /// returns, or ends in a tail call).
    pub results: Option<Vec<Slot>>,
    /// Present where the body starts to walk its unnamed arguments (`va_start`).
    pub variadic: Option<Unnamed>,
    /// Calls in the order of the text.
    pub calls: Vec<BackendCall>,
}

/// A parameter, or one part of it, in the caller's argument area.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct StackObject {
    /// From the stack pointer before the call pushes the return address: the first argument is at 0.
    pub offset: Bytes,
    pub size: Bytes,
    /// What the offset and the 16 bytes of the stack's own alignment warrant, which is not the alignment of the type.
    pub align: Bytes,
}

/// What a variadic function does at its entry to reach its unnamed arguments.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Unnamed {
    /// Registers that are saved because unnamed arguments may be in them.
    pub saved: Vec<String>,
    /// Where unnamed arguments on the stack begin.
    pub overflow: Option<Bytes>,
    /// Whether the save of vector registers depends on `al`.
    pub reads_al: bool,
}

/// One call as its caller makes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BackendCall {
    /// The symbol called, also through its entry in the global offset table; `None` for a call through a pointer.
    pub callee: Option<String>,
    /// Registers that carry arguments, in the order of assignment.
    pub registers: Vec<Passed>,
    /// Stores into the argument area, by offset. One argument may take several of them.
    pub stack: Vec<StackStore>,
    /// Bytes of the argument area that the call reserves. An area aligned to more than 16 bytes is rounded up.
    pub area: Bytes,
    /// What the caller says in `al` of a variadic call; `None` where it says nothing.
    pub al: Option<VectorCount>,
    pub results: Vec<Slot>,
    /// A jump in place of a call. Its stack arguments already lie where they belong, and its results are not shown.
    pub tail: bool,
    /// What could not be read, in words: with any of these, `stack` may be incomplete.
    pub unread: Vec<String>,
}

/// The number of vector registers that a variadic call uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VectorCount {
    Known(u8),
    /// Set from something other than a constant.
    Computed,
}

/// A register argument.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Passed {
    pub slot: Slot,
    pub upper: Upper,
}

/// A store of (part of) an argument.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct StackStore {
    pub offset: Bytes,
    pub width: Bytes,
    pub upper: Upper,
}

/// What the caller is seen to put above a narrower value. That a value is widened does not say who asked for
/// it: `int` passed from a `char` variable looks like `char` extended for the call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upper {
    /// The instruction that makes the value does not widen it (a constant, a load of the whole, a sum).
    NotSeen,
    Sign {
        from: Bytes,
    },
    Zero {
        from: Bytes,
    },
    /// Widened with whatever was there.
    Undefined {
        from: Bytes,
    },
}

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    #[error("the text of LLVM {major} is not known: {OLDEST_LLVM} is the oldest that is read")]
    TooOld { major: u32 },
    #[error("this is not machine IR, but starts with {start:?}; was it compiled with the words for it?")]
    NotMachineIr { start: String },
    #[error("the machine IR is for `{triple}`, and only x86-64 has registers to read")]
    OtherTarget { triple: String },
    #[error("the machine IR is cut short in {within}")]
    Truncated { within: String },
    #[error("line {line} ({symbol}) does not have the expected form, {expected}: {text:?}")]
    Form {
        line: usize,
        symbol: String,
        expected: &'static str,
        text: String,
    },
}

/// The functions that a text defines, in its order.
pub fn read(text: &str, llvm_major: u32) -> Result<Vec<BackendFunction>, BackendError> {
    if llvm_major < OLDEST_LLVM {
        return Err(BackendError::TooOld { major: llvm_major });
    }
    text::documents(text)?.iter().map(function::read).collect()
}

/// The words that make a compiler write the text that [`read`] takes. The caller adds source, output (`-o`),
/// target, level and whatever else the fixture is compiled with; words that want another output
/// (`-c`, `-fembed-bitcode`, a second `--emit`) must be left out. At -O0 the text shows every parameter.
pub fn assembler_arguments(compiler: Compiler) -> Vec<&'static str> {
    match compiler {
        Compiler::Clang => vec!["-S", "-mllvm", "-stop-after=finalize-isel"],
        // With several codegen units the text would be spread over as many files.
        Compiler::Rustc => vec![
            "--emit=asm",
            "-Cllvm-args=-stop-after=finalize-isel",
            "-Ccodegen-units=1",
            // Without debug information rustc does not store a parameter that nothing reads.
            "-g",
        ],
    }
}

/// One line: `rdi:4 xmm0:8 [rsp+8]:24 -> rax:8`, then ` ...` and what is saved where it is variadic.
impl fmt::Display for BackendFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for slot in &self.incoming {
            write!(f, "{slot} ")?;
        }
        for object in &self.stack {
            write!(f, "[rsp+{}]:{} ", object.offset.0.saturating_add(8), object.size)?;
        }
        f.write_str("->")?;
        match &self.results {
            None => f.write_str(" never")?,
            Some(results) => results.iter().try_for_each(|slot| write!(f, " {slot}"))?,
        }
        if let Some(unnamed) = &self.variadic {
            write!(f, " ... {}", unnamed.saved.join(" "))?;
            if let Some(overflow) = unnamed.overflow {
                write!(f, " [rsp+{}]", overflow.0.saturating_add(8))?;
            }
            if unnamed.reads_al {
                f.write_str(" al")?;
            }
        }
        Ok(())
    }
}

impl BackendCall {
    /// The stores with those put together that follow each other without a gap: how an aggregate is cut into
    /// stores depends on the level.
    pub fn merged_stores(&self) -> Vec<StackStore> {
        let mut merged: Vec<StackStore> = Vec::with_capacity(self.stack.len());
        for store in &self.stack {
            match merged.last_mut() {
                Some(last)
                    if last.offset.0.checked_add(last.width.0) == Some(store.offset.0)
                        && (last.upper, store.upper) == (Upper::NotSeen, Upper::NotSeen) =>
                {
                    last.width = Bytes(last.width.0.saturating_add(store.width.0));
                }
                _ => merged.push(*store),
            }
        }
        merged
    }
}

/// One line: `x_ints rdi:4 rsi:4 sext 1 [rsp+8]:4 / 8 bytes, al 1 -> rax:4`.
impl fmt::Display for BackendCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.callee.as_deref().unwrap_or("*"))?;
        for passed in &self.registers {
            write!(f, " {}{}", passed.slot, passed.upper)?;
        }
        for store in &self.stack {
            let offset = store.offset.0.saturating_add(8);
            write!(f, " [rsp+{offset}]:{}{}", store.width, store.upper)?;
        }
        if self.area.0 != 0 {
            write!(f, " / {} bytes", self.area)?;
        }
        match self.al {
            None => {}
            Some(VectorCount::Known(count)) => write!(f, ", al {count}")?,
            Some(VectorCount::Computed) => f.write_str(", al computed")?,
        }
        f.write_str(if self.tail { " -> tail" } else { " ->" })?;
        self.results.iter().try_for_each(|slot| write!(f, " {slot}"))?;
        self.unread
            .iter()
            .try_for_each(|reason| write!(f, " (not read: {reason})"))
    }
}

impl fmt::Display for Upper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Upper::NotSeen => Ok(()),
            Upper::Sign { from } => write!(f, " sext {from}"),
            Upper::Zero { from } => write!(f, " zext {from}"),
            Upper::Undefined { from } => write!(f, " any {from}"),
        }
    }
}

#[cfg(test)]
mod tests;
