//! The written ABI as pure functions: from source-level types to layouts and from signatures to slots, with
//! the clause that decides each step.
//!
//! The model follows the text, never a compiler. Where the text allows several readings it evaluates each of
//! them from the start and compares what comes out, so that a difference in one member of one struct travels
//! to the slots of the last argument; equal outcomes are one answer.
//!
//! | document | what it decides here |
//! |---|---|
//! | System V ABI, AMD64 supplement (`psABI`) | sizes, bit-fields, classes, registers, stack |
//! | WebAssembly tool conventions, `BasicCABI.md` (`wasm Basic C ABI`) | the same on wasm32 |
//! | Itanium C++ ABI | empty classes, bases, what travels by invisible reference |
//! | the Rust reference, chapter *Type layout*, and RFC 2195 | `repr(..)` |
//! | GNU C's manual | `packed`, `aligned`, empty structs, zero-length arrays |

use serde::Serialize;

use crate::features::{VectorLevel, enabled, vector_level};
use crate::interface::{Convention, Signature};
use crate::layout::{LayoutTable, SizeAlign, TypeId};
use crate::slot::Slot;
use crate::target::Target;
use crate::types::{Type, TypeDefinition};
use crate::units::Bytes;

mod answer;
pub mod clauses;
mod layout;
mod reader;
mod show;
mod sysv64;
#[cfg(test)]
mod testing;
mod wasm32;

pub use answer::{Answer, Reading};
pub use clauses::Clause;

use layout::Types;
use reader::{Place, Reader};

/// Which language's rules make the types: C has empty structs of size 0 and C++ of size 1, Rust has enums
/// with fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    C,
    Cpp,
    Rust,
}

/// What the text depends on besides types: features of the machine and switches of the compiler.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Options {
    /// 32-byte vector registers. Implied by [`Options::avx512`].
    pub avx: bool,
    /// 64-byte vector registers.
    pub avx512: bool,
    /// wasm: the value type `v128`.
    pub simd128: bool,
    /// `-fshort-enums`: an enum takes the smallest integer type that holds its values.
    pub short_enums: bool,
}

impl Options {
    /// What the text makes of features as LLVM writes them.
    pub fn of_features(features: &str) -> Options {
        let vectors = vector_level(features);
        Options {
            avx: vectors >= VectorLevel::Avx,
            avx512: vectors >= VectorLevel::Avx512,
            simd128: enabled(features, "simd128"),
            short_enums: false,
        }
    }

    /// What either of two has.
    #[must_use]
    pub fn or(self, other: Options) -> Options {
        Options {
            avx: self.avx || other.avx,
            avx512: self.avx512 || other.avx512,
            simd128: self.simd128 || other.simd128,
            short_enums: self.short_enums || other.short_enums,
        }
    }
}

/// The written ABI of one target over the types of one interface.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    pub target: Target,
    pub language: Language,
    pub types: &'a [TypeDefinition],
    pub options: Options,
}

impl Model<'_> {
    /// The layout of a type: a table and the type's id in it. Every layout of the table has a size and an
    /// alignment. What pointers lead to is in the table too, as [`crate::layout::Shape::Incomplete`] where
    /// the text gives it no layout.
    ///
    /// Unnamed bit-fields and C++ bases without members are no fields, as in debug information; a base with
    /// members is a field under its class's name.
    pub fn layout(&self, ty: &Type) -> Answer<(LayoutTable, TypeId)> {
        self.read(|types| types.table(ty), |a, b| a == b, |_, _| Place::Type)
    }

    /// Where a function of this type has its arguments and its result. `variadic` are the types of the
    /// unnamed arguments as the caller writes them, before promotion.
    pub fn lower(&self, signature: &Signature, variadic: &[Type]) -> Answer<ModelLowering> {
        match &signature.convention {
            Convention::C | Convention::CUnwind => {}
            Convention::SysV64 if !self.target.is_wasm() => {}
            Convention::SysV64 => return Answer::unsupported("the System V convention outside x86-64"),
            Convention::Rust => return Answer::unsupported("Rust's own calling convention is not specified"),
            Convention::Win64 => return Answer::unsupported("the Win64 calling convention"),
            Convention::Other(name) => {
                return Answer::unsupported(format!("the calling convention `{name}`"));
            }
        }
        let unnamed = reader::promote(variadic, self.types);
        self.read(
            |types| match self.target {
                Target::X86_64LinuxGnu => sysv64::lower(types, signature, &unnamed),
                Target::Wasm32Unknown => wasm32::lower(types, signature, &unnamed),
            },
            ModelLowering::same_machine,
            ModelLowering::first_difference,
        )
    }

    /// Size and alignment of a type, without what it points to.
    pub fn size_align(&self, ty: &Type) -> Answer<SizeAlign> {
        self.read(
            |types| {
                let id = types.lay(ty)?;
                let node = types.node(id);
                Ok(SizeAlign {
                    size: Bytes(node.size),
                    align: Bytes(node.align),
                })
            },
            |a, b| a == b,
            |_, _| Place::Type,
        )
    }

    /// Evaluates `read` for each reader of the target's text, as far as they part at all.
    fn read<'t, T>(
        &'t self,
        read: impl Fn(&mut Types<'t>) -> Result<T, reader::Unsupported>,
        equal: impl Fn(&T, &T) -> bool,
        difference: impl Fn(&T, &T) -> Place,
    ) -> Answer<T> {
        let mut outcomes: Vec<reader::Outcome<T>> = Vec::new();
        for reader in Reader::of(self.target) {
            let mut types = Types::new(self, reader);
            match read(&mut types) {
                Err(unsupported) => return Answer::Unsupported(unsupported.0),
                Ok(value) => {
                    let forks = types.into_forks();
                    if forks.is_empty() {
                        return Answer::Settled(value);
                    }
                    outcomes.push(reader::Outcome { value, reader, forks });
                }
            }
        }
        reader::compare(outcomes, equal, difference)
    }
}

/// Where a function has its arguments and its result.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ModelLowering {
    /// The named arguments, then the unnamed ones.
    pub arguments: Vec<ModelArgument>,
    /// No slots for `void`. A result in memory has one slot, the hidden pointer, at the place where the caller
    /// puts it (`rdi`, wasm parameter 0); on x86-64 the callee also returns it in `rax`.
    pub result: ModelArgument,
    /// Bytes of the stack argument area, padding between arguments included.
    pub stack: Bytes,
    /// Alignment of that area at the call.
    pub stack_align: Bytes,
    /// x86-64, variadic: the number of vector registers used, which is the least value of `al` at the call.
    pub vector_count: Option<u8>,
    /// Slots of no argument. wasm: the pointer to the buffer of unnamed arguments.
    pub hidden: Vec<Slot>,
    /// wasm, variadic: bytes of that buffer.
    pub buffer: Option<Bytes>,
}

/// Where one argument or the result lives, and why.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct ModelArgument {
    /// x86-64: the class of each eightbyte. Empty on wasm and for what takes no place.
    pub classes: Vec<Class>,
    pub slots: Vec<ModelSlot>,
    /// The clauses that decided, in order of application, each once.
    pub clauses: Vec<Clause>,
}

/// One slot of an argument.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ModelSlot {
    pub slot: Slot,
    /// Where in the value the bytes of this slot begin.
    pub value_offset: Bytes,
    /// wasm: the bytes lie at this offset of the buffer of unnamed arguments, and `slot` is the pointer to it.
    pub in_buffer: Option<Bytes>,
}

/// A class of psABI 3.2.3: which kind of register an eightbyte asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub enum Class {
    /// Padding; no register.
    NoClass,
    /// A general register.
    Integer,
    /// The low eightbyte of a vector register.
    Sse,
    /// A further eightbyte of the vector register before.
    SseUp,
    /// The mantissa of an x87 register.
    X87,
    /// Its exponent.
    X87Up,
    /// Part of two x87 registers.
    ComplexX87,
    /// The stack, or memory that the caller provides.
    Memory,
}

impl ModelLowering {
    /// Whether a machine could not tell the two apart: slots and stack are equal, whatever the reasons.
    fn same_machine(&self, other: &ModelLowering) -> bool {
        let frame = |lowering: &ModelLowering| {
            let ModelLowering {
                stack,
                stack_align,
                vector_count,
                buffer,
                ..
            } = *lowering;
            (stack, stack_align, vector_count, buffer)
        };
        frame(self) == frame(other)
            && self.hidden == other.hidden
            && self.arguments.len() == other.arguments.len()
            && self.first_difference(other) == Place::Type
    }

    /// The first argument, or else the result, whose slots differ.
    fn first_difference(&self, other: &ModelLowering) -> Place {
        let differing = self
            .arguments
            .iter()
            .zip(&other.arguments)
            .position(|(a, b)| a.slots != b.slots);
        match differing {
            _ if self.result.slots != other.result.slots => Place::Result,
            Some(index) => Place::Argument(index),
            None => Place::Type,
        }
    }
}

impl ModelArgument {
    /// Notes that a clause decided.
    fn because(&mut self, clause: Clause) {
        if !self.clauses.contains(&clause) {
            self.clauses.push(clause);
        }
    }
}
