//! One instance of a module: places the arena, resolves words to addresses, calls the driver.
//!
//! Everything that a module exports is taken as a claim: addresses are checked against its memory, types
//! against what is needed, and what does not hold is a [`Refusal`].

use twincall_abi::run::{Call, Ending, Word};
use wasmtime::{Engine, Extern, Memory, Module, Store, StoreLimitsBuilder, Trap, TypedFunc};

use super::describe;
use super::tap::{self, Host, WasmCalls};
use crate::build::{CONSTRUCTORS, STACK_GUARD, STACK_GUARD_SIZE, STACK_POINTER};
use crate::emit::ARENA_SIZE;

/// The data symbol of [`ARENA_SIZE`] bytes that generated units provide for arenas.
const ARENA_SYMBOL: &str = "tc_arena";

/// Where the C tools put the linear memory.
pub(super) const MEMORY_EXPORT: &str = "memory";

/// What an arena's address is a multiple of.
const ARENA_ALIGN: u32 = 64;

const PAGE_SIZE: u64 = 64 << 10;

/// Bytes of a pointer on wasm32.
const POINTER_SIZE: usize = 4;

/// Table elements of an instance. A table has one for each function whose address is taken.
const MAX_TABLE_ELEMENTS: usize = 1 << 20;

const MAX_TABLES: usize = 16;

/// What an instance may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of linear memory.
    pub(super) memory: u64,
    /// Ticks that a call may take, and that the start function may take.
    pub(super) ticks: u64,
    /// Likewise in fuel, where the engine counts it.
    pub(super) fuel: Option<u64>,
}

/// Why a call was not made. The texts go into [`Ending::Refused`].
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the module was compiled by another runner")]
    OtherEngine,
    #[error("imports that nothing provides: {imports}")]
    Imports { imports: String },
    #[error("the module cannot be instantiated: {reason}")]
    NotInstantiated { reason: String },
    #[error("the module exports no memory")]
    NoMemory,
    #[error("`{symbol}` is not exported")]
    Missing { symbol: String },
    #[error("driver `{symbol}` is a {found}, not a func (i32, i32) -> ()")]
    NotDriver { symbol: String, found: String },
    #[error("`{symbol}` is a {found}, not data")]
    NotData { symbol: String, found: String },
    #[error("{what} is outside the memory of {size} bytes: {length} bytes at {address:#x}")]
    OutsideMemory {
        what: String,
        address: u32,
        length: usize,
        size: usize,
    },
    #[error("{what} is outside the arena of {size} bytes: offset {offset}")]
    OutsideArena {
        what: &'static str,
        offset: u32,
        size: usize,
    },
    #[error("no room for an arena of {size} bytes: the memory of {pages} pages is at its limit")]
    NoRoom { size: usize, pages: u64 },
    #[error("no file descriptors on this target")]
    Pipe,
}

impl From<Refusal> for Ending {
    fn from(refusal: Refusal) -> Ending {
        Ending::Refused {
            reason: refusal.to_string(),
        }
    }
}

/// What a call came to.
pub(super) struct Called {
    pub(super) ending: Ending,
    pub(super) arena: Vec<u8>,
    /// The calls that passed the host meanwhile.
    pub(super) seen: WasmCalls,
}

impl From<Refusal> for Called {
    fn from(refusal: Refusal) -> Called {
        Called {
            ending: refusal.into(),
            arena: Vec::new(),
            seen: WasmCalls::default(),
        }
    }
}

#[cfg(test)]
thread_local! {
    /// How often this thread has tried to make an instance: a time limit that is waited for again shows by nothing else.
    pub(super) static ATTEMPTS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// An instance in a store of its own.
pub(super) struct Instance {
    store: Store<Host>,
    instance: wasmtime::Instance,
    memory: Memory,
    limits: Limits,
    /// Address and size of the pages added for an arena, to be used again.
    added: Option<(u32, usize)>,
    /// Where the bytes below a stack are that lies above the data.
    guard: Option<usize>,
}

/// What the guard below such a stack is filled with.
const GUARD_BYTE: u8 = 0xC5;

/// The ending of a call that came back although its stack had grown over the data below it.
pub(crate) const STACK_OVER_DATA: &str = "stack-over-data";

/// `void driver(const void *const *args, void *ret)`.
type Driver = TypedFunc<(u32, u32), ()>;

/// Four bytes to be written before the call.
struct Patch {
    address: usize,
    value: Value,
}

enum Value {
    Word(u32),
    /// What is found at this address when it is this patch's turn.
    LoadFrom(usize),
}

impl Instance {
    /// An instance whose imports, if it has any, are all those of functions that are watched.
    pub(super) fn new(
        engine: &Engine,
        module: &Module,
        limits: Limits,
        watched: &[String],
    ) -> Result<Self, Refusal> {
        if !Engine::same(engine, module.engine()) {
            return Err(Refusal::OtherEngine);
        }
        #[cfg(test)]
        ATTEMPTS.set(ATTEMPTS.get() + 1);
        let store_limits = StoreLimitsBuilder::new()
            .memory_size(usize::try_from(limits.memory).unwrap_or(usize::MAX))
            .table_elements(MAX_TABLE_ELEMENTS)
            .instances(1)
            .memories(1)
            .tables(MAX_TABLES)
            .build();
        let mut store = Store::new(engine, Host::new(store_limits));
        store.limiter(|host| &mut host.limits);
        store.set_epoch_deadline(limits.ticks);
        refuel(&mut store, limits.fuel);
        let imports = tap::imports(&mut store, module, watched)?;
        let instance = wasmtime::Instance::new(&mut store, module, &imports).map_err(|error| {
            let reason = match error.downcast_ref::<Trap>() {
                Some(Trap::Interrupt | Trap::OutOfFuel) => {
                    "its start function did not end within the time limit".to_owned()
                }
                Some(trap) => format!("trap {}", describe::trap_name(*trap)),
                None => format!("{error:#}"),
            };
            Refusal::NotInstantiated { reason }
        })?;
        let memory = instance
            .get_memory(&mut store, MEMORY_EXPORT)
            .ok_or(Refusal::NoMemory)?;
        let mut instance = Instance {
            store,
            instance,
            memory,
            limits,
            added: None,
            guard: None,
        };
        if let Ok(address) = instance.address_of(STACK_GUARD) {
            instance.check_memory(|| format!("`{STACK_GUARD}`"), address, STACK_GUARD_SIZE)?;
            instance.guard = Some(address as usize);
            if let Some(guard) = instance.guard_bytes() {
                guard.fill(GUARD_BYTE);
            }
        }
        Ok(instance)
    }

    fn guard_bytes(&mut self) -> Option<&mut [u8]> {
        let memory = self.memory.data_mut(&mut self.store);
        memory.get_mut(self.guard?..)?.get_mut(..STACK_GUARD_SIZE)
    }

    fn stack_grew_over_data(&mut self) -> bool {
        self.guard_bytes()
            .is_some_and(|guard| guard.iter().any(|&byte| byte != GUARD_BYTE))
    }

    /// Makes one call and reads the arena back. The instance is returned if it is good for another call.
    pub(super) fn call(mut self, call: &Call) -> (Called, Option<Self>) {
        let (driver, base) = match self.prepare(call) {
            Ok(prepared) => prepared,
            // Nothing but the size of the memory has changed.
            Err(refusal) => return (refusal.into(), Some(self)),
        };
        self.store.set_epoch_deadline(self.limits.ticks);
        refuel(&mut self.store, self.limits.fuel);
        // `prepare` has checked that these sums are addresses in memory, or the address at its end.
        let arguments = base.wrapping_add(call.arguments_at);
        let result = base.wrapping_add(call.result_at);
        let stack = self.stack_pointer();
        let called = self
            .construct()
            .and_then(|()| driver.call(&mut self.store, (arguments, result)));
        let arena = self.read(base, call.arena.len());
        let seen = self.store.data_mut().take();
        let (ending, again) = match called {
            // What else was overwritten is not known: the instance is of no more use.
            Ok(()) if self.stack_grew_over_data() => {
                let ending = Ending::Trapped {
                    trap: STACK_OVER_DATA.to_owned(),
                    frames: Vec::new(),
                };
                (ending, None)
            }
            // Nor is one whose stack begins elsewhere: the next call is not to be blamed for that.
            Ok(()) if stack != self.stack_pointer() => (Ending::Returned, None),
            Ok(()) => (Ending::Returned, Some(self)),
            Err(error) => (ending_of(&error), None),
        };
        (Called { ending, arena, seen }, again)
    }

    /// Runs the constructors of global objects, where the module leaves that to the host. Otherwise each export runs them before
    /// it does its own work.
    fn construct(&mut self) -> wasmtime::Result<()> {
        match self
            .instance
            .get_typed_func::<(), ()>(&mut self.store, CONSTRUCTORS)
        {
            Ok(constructors) => constructors.call(&mut self.store, ()),
            Err(_) => Ok(()),
        }
    }

    fn stack_pointer(&mut self) -> Option<i32> {
        let global = self.instance.get_global(&mut self.store, STACK_POINTER)?;
        global.get(&mut self.store).i32()
    }

    /// Resolves everything first and only then writes to memory.
    fn prepare(&mut self, call: &Call) -> Result<(Driver, u32), Refusal> {
        let driver = self.driver(&call.driver.symbol)?;
        let size = call.arena.len();
        for (what, offset) in [
            ("the array of argument pointers", call.arguments_at),
            ("the result", call.result_at),
        ] {
            check_arena(what, offset, 0, size)?;
        }
        let base = self.place(size)?;
        let mut patches = Vec::with_capacity(call.assignments.len() + call.fixups.len());
        for assignment in &call.assignments {
            let address = self.pointer_at(&assignment.variable.symbol)?;
            patches.push(Patch {
                address,
                value: self.resolve(&assignment.word, base, size)?,
            });
        }
        for fixup in &call.fixups {
            check_arena("a fixup", fixup.at, POINTER_SIZE, size)?;
            let address = base as usize + fixup.at as usize;
            patches.push(Patch {
                address,
                value: self.resolve(&fixup.word, base, size)?,
            });
        }
        self.write(base, &call.arena, &patches)?;
        Ok((driver, base))
    }

    fn driver(&mut self, symbol: &str) -> Result<Driver, Refusal> {
        let export = self.export(symbol)?;
        let typed = export
            .clone()
            .into_func()
            .and_then(|func| func.typed(&self.store).ok());
        typed.ok_or_else(|| Refusal::NotDriver {
            symbol: symbol.to_owned(),
            found: describe::extern_type(&export.ty(&self.store)),
        })
    }

    fn export(&mut self, symbol: &str) -> Result<Extern, Refusal> {
        self.instance
            .get_export(&mut self.store, symbol)
            .ok_or_else(|| Refusal::Missing {
                symbol: symbol.to_owned(),
            })
    }

    /// The address of an exported data symbol, which the linker exports as an `i32` global.
    fn address_of(&mut self, symbol: &str) -> Result<u32, Refusal> {
        let export = self.export(symbol)?;
        let value = export
            .clone()
            .into_global()
            .and_then(|global| global.get(&mut self.store).i32());
        value.map(i32::cast_unsigned).ok_or_else(|| Refusal::NotData {
            symbol: symbol.to_owned(),
            found: describe::extern_type(&export.ty(&self.store)),
        })
    }

    /// Where a pointer-sized variable is, all of it in memory.
    fn pointer_at(&mut self, symbol: &str) -> Result<usize, Refusal> {
        let address = self.address_of(symbol)?;
        self.check_memory(|| format!("variable `{symbol}`"), address, POINTER_SIZE)?;
        Ok(address as usize)
    }

    fn check_memory(&self, what: impl Fn() -> String, address: u32, length: usize) -> Result<(), Refusal> {
        let size = self.memory.data_size(&self.store);
        match (address as usize).checked_add(length) {
            Some(end) if end <= size => Ok(()),
            _ => Err(Refusal::OutsideMemory {
                what: what(),
                address,
                length,
                size,
            }),
        }
    }

    /// An address for an arena of `size` bytes, all of it in memory.
    fn place(&mut self, size: usize) -> Result<u32, Refusal> {
        if let Some((base, added)) = self.added
            && size <= added
        {
            return Ok(base);
        }
        if size <= ARENA_SIZE
            && let Ok(base) = self.address_of(ARENA_SYMBOL)
            && base.is_multiple_of(ARENA_ALIGN)
        {
            self.check_memory(|| format!("`{ARENA_SYMBOL}`"), base, ARENA_SIZE)?;
            return Ok(base);
        }
        let pages = (size as u64).div_ceil(PAGE_SIZE).max(1);
        let no_room = Refusal::NoRoom {
            size,
            pages: self.memory.size(&self.store),
        };
        let Ok(old_pages) = self.memory.grow(&mut self.store, pages) else {
            return Err(no_room);
        };
        let Ok(base) = u32::try_from(old_pages * PAGE_SIZE) else {
            return Err(no_room);
        };
        self.added = Some((base, (pages * PAGE_SIZE) as usize));
        Ok(base)
    }

    fn resolve(&mut self, word: &Word, base: u32, size: usize) -> Result<Value, Refusal> {
        match word {
            Word::Arena { offset } => {
                check_arena("the target of a pointer", *offset, 0, size)?;
                Ok(Value::Word(base.wrapping_add(*offset)))
            }
            Word::Load(from) => Ok(Value::LoadFrom(self.pointer_at(&from.symbol)?)),
            Word::Address(of) => Ok(Value::Word(self.address_of(&of.symbol)?)),
            Word::Pipe { .. } => Err(Refusal::Pipe),
        }
    }

    fn write(&mut self, base: u32, arena: &[u8], patches: &[Patch]) -> Result<(), Refusal> {
        let memory = self.memory.data_mut(&mut self.store);
        let size = memory.len();
        let outside = |address: usize, length| Refusal::OutsideMemory {
            what: "the arena".to_owned(),
            address: address as u32,
            length,
            size,
        };
        let base = base as usize;
        memory
            .get_mut(base..)
            .and_then(|rest| rest.get_mut(..arena.len()))
            .ok_or_else(|| outside(base, arena.len()))?
            .copy_from_slice(arena);
        for Patch { address, value } in patches {
            let bytes = match *value {
                Value::Word(word) => Some(word.to_le_bytes()),
                Value::LoadFrom(from) => memory.get(from..).and_then(|rest| rest.first_chunk().copied()),
            };
            let place = memory.get_mut(*address..).and_then(|rest| rest.first_chunk_mut());
            match (place, bytes) {
                (Some(place), Some(bytes)) => *place = bytes,
                _ => return Err(outside(*address, POINTER_SIZE)),
            }
        }
        Ok(())
    }

    fn read(&self, base: u32, size: usize) -> Vec<u8> {
        let memory = self.memory.data(&self.store);
        let arena = memory.get(base as usize..).and_then(|rest| rest.get(..size));
        arena.map(<[u8]>::to_vec).unwrap_or_default()
    }
}

fn check_arena(what: &'static str, offset: u32, length: usize, size: usize) -> Result<(), Refusal> {
    match (offset as usize).checked_add(length) {
        Some(end) if end <= size => Ok(()),
        _ => Err(Refusal::OutsideArena { what, offset, size }),
    }
}

/// Gives a store this much fuel, where its engine counts it.
fn refuel(store: &mut Store<Host>, fuel: Option<u64>) {
    if let Some(fuel) = fuel {
        // It fails only where fuel is not counted, and then there is nothing to give.
        let _ = store.set_fuel(fuel);
    }
}

fn ending_of(error: &wasmtime::Error) -> Ending {
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt | Trap::OutOfFuel) => Ending::TimedOut,
        Some(trap) => Ending::Trapped {
            trap: describe::trap_name(*trap),
            frames: describe::frames(error),
        },
        None => Ending::Refused {
            reason: format!("wasmtime failed: {error:#}"),
        },
    }
}
