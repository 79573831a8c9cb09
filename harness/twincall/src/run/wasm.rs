//! Makes the calls of a [`Batch`] in one core wasm module, inside this process because wasm cannot leave its
//! sandbox; it does not build modules and does not judge what the calls did.
//!
//! The arena of a call is `tc_arena` where the module exports it and the arena fits, and otherwise pages that
//! are added to the module's memory:
//!
//! ```text
//! 0          data and stack as linked                    memory.size
//! ├────────────┬──────────┬──────────────────────────────┼──────────────┐
//! │            │ tc_arena │                              │ added pages  │
//! └────────────┴──────────┴──────────────────────────────┴──────────────┘
//!               ≤ ARENA_SIZE bytes                        larger arenas, or no tc_arena
//! ```

mod describe;
mod instance;
mod kept;
mod tap;
#[cfg(test)]
mod tests;
mod ticker;

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::num::NonZeroUsize;

use twincall_abi::run::{Batch, Call, Ending, Outcome};
use wasmtime::{Config, Engine, Module, OptLevel, WasmBacktraceDetails};

use crate::account::{self, Part};
use crate::confine;
pub(crate) use instance::STACK_OVER_DATA;
use instance::{Instance, Limits, Refusal};
pub use kept::KeptModuleError;
pub(crate) use tap::bytes as value_bytes;
pub use tap::{LinearStack, WasmCall, WasmCalls, WasmValue};
use ticker::Ticker;

/// How many names of a trap's stack are kept.
const MAX_FRAMES: NonZeroUsize = NonZeroUsize::new(16).expect("16 is not zero");

/// Bytes of machine stack for one call. The calling thread must have this much and some more; the default
/// stack of Rust's threads has four times as much.
const MAX_STACK: usize = 512 << 10;

/// About as many operations as a call of a report's code may execute.
const FUEL: u64 = 5_000_000_000;

/// Why a module could not be prepared. What happens in a call is never an error but an [`Ending`].
#[derive(Debug, thiserror::Error)]
pub enum WasmError {
    #[error("set up the wasm engine")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("start the thread that keeps the time limits of wasm calls")]
    Ticker(#[source] io::Error),
    #[error("compile the wasm module")]
    Compile(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("serialize the compiled wasm module")]
    Serialize(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error(
        "load a compiled wasm module of {size} bytes: it was changed or cut short after it was written; delete it"
    )]
    Damaged { size: usize },
    #[error("load a compiled wasm module: it was written by another engine; delete it")]
    Load(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Compiles modules and makes calls in them.
///
/// Make one and share it: several threads may run batches at once. Dropping it ends its thread.
pub struct WasmRunner {
    engine: Engine,
    /// Held so that the engine's epoch advances as long as there is a runner.
    _ticker: Ticker,
}

impl WasmRunner {
    pub fn new() -> Result<Self, WasmError> {
        let engine = Engine::new(&config()).map_err(|error| WasmError::Engine(error.into()))?;
        let ticker = Ticker::start(engine.clone()).map_err(WasmError::Ticker)?;
        Ok(WasmRunner {
            engine,
            _ticker: ticker,
        })
    }

    /// Validates a binary module and translates it to machine code.
    pub fn compile(&self, module: &[u8]) -> Result<CompiledModule, WasmError> {
        let _counting = account::count(Part::WasmCompile);
        let module =
            Module::from_binary(&self.engine, module).map_err(|error| WasmError::Compile(error.into()))?;
        Ok(CompiledModule { module })
    }

    /// Loads what [`CompiledModule::serialize`] wrote, under the same [`WasmRunner::engine_key`].
    ///
    /// The bytes are machine code that is then run. Damage by accident and modules of another engine are
    /// errors, forgery is not detected: pass only bytes from a place that only this program writes to.
    #[expect(
        unsafe_code,
        reason = "Wasmtime cannot verify machine code, so loading it is an unsafe function"
    )]
    pub fn load_compiled(&self, bytes: &[u8]) -> Result<CompiledModule, WasmError> {
        let _counting = account::count(Part::Wasm);
        let damaged = WasmError::Damaged { size: bytes.len() };
        let Some((sum, image)) = bytes.split_first_chunk() else {
            return Err(damaged);
        };
        if *sum != checksum(image) {
            return Err(damaged);
        }
        // SAFETY: the image must be unmodified output of `Module::serialize`. The checksum in front of it is
        // written by `CompiledModule::serialize` only and has just been verified; the caller answers for
        // nobody having forged both. Version and settings are verified by Wasmtime itself.
        let module = unsafe { Module::deserialize(&self.engine, image) };
        Ok(CompiledModule {
            module: module.map_err(|error| WasmError::Load(error.into()))?,
        })
    }

    /// Differs wherever serialized modules are incompatible: by version of Wasmtime, settings and processor
    /// features. It is fit for a file name.
    pub fn engine_key(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.engine.precompile_compatibility_hash().hash(&mut hasher);
        format!("wasmtime-{:016x}", hasher.finish())
    }

    /// Makes all calls and returns one outcome for each, in their order.
    ///
    /// A call that is refused has not touched the instance, so its group goes on in it. After a trap or a
    /// timeout the rest of the group goes on in a new one. [`Batch::memory_limit`] bounds the whole linear
    /// memory, the data of the module included.
    pub fn run_batch(&self, module: &CompiledModule, batch: &Batch) -> Vec<Outcome> {
        let _counting = account::count(Part::Wasm);
        let all = self.run_watched(module, batch, &[]);
        all.into_iter().map(|(outcome, _)| outcome).collect()
    }

    /// As [`WasmRunner::run_batch`], of a module that calls these functions through imports, with what passed there.
    pub fn run_watched(
        &self,
        module: &CompiledModule,
        batch: &Batch,
        watched: &[String],
    ) -> Vec<(Outcome, WasmCalls)> {
        let _counting = account::count(Part::Wasm);
        let limits = Limits {
            memory: batch.memory_limit,
            ticks: Ticker::ticks(batch.timeout_ms),
            fuel: confine::is_confined().then_some(FUEL),
        };
        let instantiate = || Instance::new(&self.engine, &module.module, limits, watched);
        // A module that cannot be instantiated, perhaps because it only ends at the time limit, is not tried
        // again for each call.
        let mut first = match instantiate() {
            Ok(instance) => Some(instance),
            Err(refusal) => return refuse_all(batch, &refusal),
        };
        let mut outcomes = Vec::new();
        for group in &batch.groups {
            let mut shared = None;
            for call in &group.calls {
                let called = match shared
                    .take()
                    .or_else(|| first.take())
                    .map_or_else(instantiate, Ok)
                {
                    Ok(instance) => {
                        let (called, again) = instance.call(call);
                        shared = again;
                        called
                    }
                    Err(refusal) => refusal.into(),
                };
                outcomes.push((outcome(call, called.ending, called.arena), called.seen));
            }
        }
        outcomes
    }
}

impl fmt::Debug for WasmRunner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WasmRunner")
            .field("engine_key", &self.engine_key())
            .finish_non_exhaustive()
    }
}

/// A module as machine code for one [`WasmRunner`].
#[derive(Clone)]
pub struct CompiledModule {
    module: Module,
}

impl CompiledModule {
    /// Bytes for [`WasmRunner::load_compiled`].
    pub fn serialize(&self) -> Result<Vec<u8>, WasmError> {
        let image = self
            .module
            .serialize()
            .map_err(|error| WasmError::Serialize(error.into()))?;
        let mut bytes = Vec::with_capacity(CHECKSUM_SIZE + image.len());
        bytes.extend(checksum(&image));
        bytes.extend(image);
        Ok(bytes)
    }
}

impl fmt::Debug for CompiledModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompiledModule")
            .field("name", &self.module.name())
            .finish_non_exhaustive()
    }
}

/// Bytes that [`CompiledModule::serialize`] puts in front of Wasmtime's.
const CHECKSUM_SIZE: usize = size_of::<u64>();

/// The standard library may change this function. Then what is stored counts as damaged and is made again.
fn checksum(image: &[u8]) -> [u8; CHECKSUM_SIZE] {
    let mut hasher = DefaultHasher::new();
    hasher.write(image);
    hasher.finish().to_le_bytes()
}

fn refuse_all(batch: &Batch, refusal: &Refusal) -> Vec<(Outcome, WasmCalls)> {
    let calls = batch.groups.iter().flat_map(|group| &group.calls);
    calls
        .map(|call| {
            let ending = Ending::Refused {
                reason: refusal.to_string(),
            };
            (outcome(call, ending, Vec::new()), WasmCalls::default())
        })
        .collect()
}

fn outcome(call: &Call, ending: Ending, arena: Vec<u8>) -> Outcome {
    Outcome {
        arena,
        ..Outcome::unseen(call.id, ending)
    }
}

/// The features that C and Rust compilers use on 32-bit wasm, and settings for modules that are small, many
/// and short-lived.
fn config() -> Config {
    let mut config = Config::new();
    // A report's code is bounded by what it does besides by the clock, which a busy machine stretches.
    config.consume_fuel(confine::is_confined());
    config
        .epoch_interruption(true)
        .max_wasm_stack(MAX_STACK)
        .wasm_backtrace_max_frames(Some(MAX_FRAMES))
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .generate_address_map(false) // Frames have names; places in the code are not asked for.
        .native_unwind_info(false) // Nothing unwinds through wasm code.
        .wasm_multi_value(true)
        .wasm_simd(true)
        .wasm_bulk_memory(true)
        .wasm_memory64(false)
        .wasm_custom_page_sizes(false)
        .cranelift_opt_level(OptLevel::None)
        // Copying a few kilobytes of data takes a third less time than mapping an image of them.
        .memory_init_cow(false)
        // The reservation of 4 GiB of addresses for each memory is left as it is: a thread has one memory at a
        // time, and a smaller one costs bounds checks that make compilation a fifth slower.
        .guard_before_linear_memory(false);
    config
}
