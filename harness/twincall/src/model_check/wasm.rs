//! Holds a wasm compiler against the model: the host is the callee of its callers, through imports, and the caller of
//! its callees.

mod host;
mod values;

use twincall_abi::slot::Content;
use wasmtime::{Config, Engine, Func, FuncType, Instance, Linker, Memory, Module, Store, Val, ValType};

use super::expected::{Expected, ValueOf, in_memory};
use super::outcome::{Difference, Place, hex};
use super::unextended::WIDE;
use host::answer;
use values::{compare_values, extended, place, read, type_difference, with_above, zero};

/// What fills memory that carries nothing.
const POISON: u8 = 0xA5;
/// Pages of 64 KiB that are added for arguments and results.
const PAGES: u64 = 4;
/// A call that runs longer than this many units of fuel hangs.
const FUEL: u64 = 50_000_000;

/// What the running call is about, for the imports.
#[derive(Default)]
struct Host {
    expected: Option<Expected>,
    /// What the import saw; `None` until it was called.
    seen: Option<Vec<Difference>>,
}

/// A module that is ready to be asked.
pub(super) struct Wasm {
    store: Store<Host>,
    instance: Instance,
    memory: Memory,
    base: u32,
    types: Vec<(String, FuncType)>,
}

/// What a call of a callee left.
struct Entered {
    /// Where it stored its arguments.
    stores: Vec<u32>,
    /// Where a result in memory is.
    result: u32,
    results: Vec<Val>,
    stack_kept: bool,
}

impl Wasm {
    pub(super) fn load(bytes: &[u8]) -> wasmtime::Result<Wasm> {
        let mut config = Config::new();
        config.consume_fuel(true);
        // Units are run once; compiling them faster matters more than running them fast.
        config.cranelift_opt_level(wasmtime::OptLevel::None);
        let engine = Engine::new(&config)?;
        let module = Module::new(&engine, bytes)?;
        let mut store = Store::new(&engine, Host::default());
        store.set_fuel(FUEL)?;
        let mut linker = Linker::new(&engine);
        let mut types = Vec::new();
        for import in module.imports() {
            let Some(ty) = import.ty().func().cloned() else {
                continue;
            };
            types.push((import.name().to_owned(), ty.clone()));
            let results: Vec<ValType> = ty.results().collect();
            let function = Func::new(&mut store, ty, move |caller, params, values| {
                for (value, ty) in values.iter_mut().zip(&results) {
                    *value = zero(ty);
                }
                answer(caller, params, values)
            });
            linker.define(&store, import.module(), import.name(), function)?;
        }
        let instance = linker.instantiate(&mut store, &module)?;
        let memory = instance
            .get_memory(&mut store, "memory")
            .ok_or_else(|| wasmtime::Error::msg("the module exports no memory"))?;
        let base = memory.grow(&mut store, PAGES)? * 65_536;
        Ok(Wasm {
            store,
            instance,
            memory,
            base: u32::try_from(base)?,
            types,
        })
    }

    /// Has the module's caller call the host, and says where it departs from the model.
    pub(super) fn caller(&mut self, number: usize, expected: &Expected) -> Vec<Difference> {
        let target = format!("target_{number}");
        if let Some((_, ty)) = self.types.iter().find(|(name, _)| *name == target)
            && let Some(difference) = type_difference(ty, expected)
        {
            return vec![difference];
        }
        let mut arena = self.arena();
        let pointers: Vec<u32> = expected
            .arguments()
            .iter()
            .map(|value| arena.put(self, &value.bytes))
            .collect();
        let table: Vec<u8> = pointers.iter().flat_map(|at| at.to_le_bytes()).collect();
        let table = arena.put(self, &table);
        let size = expected.result().map_or(0, |value| value.size);
        let result = arena.put(self, &vec![POISON; size.max(16)]);
        self.store.data_mut().expected = Some(expected.clone());
        self.store.data_mut().seen = None;
        let arguments = [Val::I32(table.cast_signed()), Val::I32(result.cast_signed())];
        if let Err(difference) = self.invoke(&format!("caller_{number}"), &arguments, &mut []) {
            return vec![difference];
        }
        let Some(mut differences) = self.store.data_mut().seen.take() else {
            return vec![Difference::new(Place::Call, "a call", "none")];
        };
        if let Some(value) = expected.result() {
            self.compare_memory(&mut differences, Place::Result, value, result);
        }
        differences
    }

    /// Calls the module's callee with the values where the model has them, small integers extended or with poison above.
    fn enter(&mut self, number: usize, expected: &Expected, extend: bool) -> Result<Entered, Difference> {
        let symbol = format!("callee_{number}");
        let Some(function) = self.instance.get_func(&mut self.store, &symbol) else {
            return Err(Difference::new(Place::Call, "an export", "none"));
        };
        let ty = function.ty(&self.store);
        if let Some(difference) = type_difference(&ty, expected) {
            return Err(difference);
        }
        let mut arena = self.arena();
        let stores: Vec<u32> = expected
            .arguments()
            .iter()
            .map(|value| arena.put(self, &vec![POISON; value.size.max(WIDE)]))
            .collect();
        let table: Vec<u8> = stores.iter().flat_map(|at| at.to_le_bytes()).collect();
        let table = arena.put(self, &table);
        self.set("tc_args", table);
        if let Some(value) = expected.result() {
            let at = arena.put(self, &value.bytes);
            self.set("tc_ret", at);
        }
        let size = expected.result().map_or(0, |value| value.size);
        let result = arena.put(self, &vec![POISON; size.max(16)]);
        let mut arguments: Vec<Val> = ty.params().map(|ty| zero(&ty)).collect();
        let buffer = expected
            .lowering
            .buffer
            .map(|size| arena.put(self, &vec![POISON; size.0.max(1) as usize]));
        for slot in &expected.lowering.hidden {
            place(&mut arguments, &slot.location, &buffer.unwrap_or(0).to_le_bytes());
        }
        for (argument, value) in expected.lowering.arguments.iter().zip(expected.arguments()) {
            for slot in &argument.slots {
                let bytes = match slot.slot.content {
                    Content::Value if extend => extended(slot, value),
                    Content::Value => with_above(slot, value, POISON),
                    Content::Pointer { .. } => arena.put(self, &value.bytes).to_le_bytes().to_vec(),
                };
                match slot.in_buffer.zip(buffer) {
                    Some((offset, buffer)) => self.write(buffer + offset.0 as u32, &bytes),
                    None => place(&mut arguments, &slot.slot.location, &bytes),
                }
            }
        }
        for slot in expected
            .lowering
            .result
            .slots
            .iter()
            .filter(|_| in_memory(&expected.lowering.result))
        {
            place(&mut arguments, &slot.slot.location, &result.to_le_bytes());
        }
        let mut results: Vec<Val> = ty.results().map(|ty| zero(&ty)).collect();
        let stack = self.stack_pointer();
        self.invoke(&symbol, &arguments, &mut results)?;
        Ok(Entered {
            stores,
            result,
            results,
            stack_kept: stack == self.stack_pointer(),
        })
    }

    /// So many bytes of what the module's callee stored of each argument, called with poison above small integers.
    pub(super) fn stored(&mut self, number: usize, expected: &Expected, length: usize) -> Vec<Vec<u8>> {
        match self.enter(number, expected, false) {
            Ok(entered) => entered.stores.iter().map(|at| self.read(*at, length)).collect(),
            Err(_) => Vec::new(),
        }
    }

    /// Calls the module's callee, and says where it departs from the model.
    pub(super) fn callee(&mut self, number: usize, expected: &Expected) -> Vec<Difference> {
        let entered = match self.enter(number, expected, true) {
            Ok(entered) => entered,
            Err(difference) => return vec![difference],
        };
        let Entered {
            stores,
            result,
            results,
            stack_kept,
        } = entered;
        let mut differences = Vec::new();
        if !stack_kept {
            differences.push(Difference::new(
                Place::Preserved,
                "__stack_pointer restored",
                "another value",
            ));
        }
        for (index, (value, at)) in expected.arguments().iter().zip(stores).enumerate() {
            self.compare_memory(&mut differences, Place::Argument(index), value, at);
        }
        if let Some(value) = expected.result() {
            if in_memory(&expected.lowering.result) {
                self.compare_memory(&mut differences, Place::Result, value, result);
            } else {
                compare_values(
                    &mut differences,
                    Place::Result,
                    &expected.lowering.result,
                    value,
                    &results,
                );
            }
        }
        differences
    }

    /// Calls a driver that writes numbers behind its second argument.
    pub(super) fn numbers(&mut self, symbol: &str, length: usize) -> Result<Vec<u8>, Difference> {
        let mut arena = self.arena();
        let at = arena.put(self, &vec![POISON; length]);
        self.invoke(symbol, &[Val::I32(0), Val::I32(at.cast_signed())], &mut [])?;
        Ok(self.read(at, length))
    }

    fn invoke(&mut self, symbol: &str, arguments: &[Val], results: &mut [Val]) -> Result<(), Difference> {
        let failed = |message: &str| Difference::new(Place::Call, "a call that returns", message);
        let function = self
            .instance
            .get_func(&mut self.store, symbol)
            .ok_or_else(|| failed("no such export"))?;
        // Running out of fuel is the only way in which this can fail, and it is set anew here.
        let _ = self.store.set_fuel(FUEL);
        function
            .call(&mut self.store, arguments, results)
            .map_err(|error| {
                let trap = error
                    .downcast_ref::<wasmtime::Trap>()
                    .map(|trap| format!("trap: {trap}"));
                failed(&trap.unwrap_or_else(|| error.to_string()))
            })
    }

    fn arena(&self) -> Arena {
        Arena { next: self.base }
    }

    fn stack_pointer(&mut self) -> Option<i32> {
        self.instance
            .get_global(&mut self.store, "__stack_pointer")?
            .get(&mut self.store)
            .i32()
    }

    /// Sets a pointer variable of the module.
    fn set(&mut self, variable: &str, word: u32) {
        let global = self.instance.get_global(&mut self.store, variable);
        if let Some(at) = global.and_then(|global| global.get(&mut self.store).i32()) {
            self.write(at.cast_unsigned(), &word.to_le_bytes());
        }
    }

    fn write(&mut self, at: u32, bytes: &[u8]) {
        // An address outside of the memory shows as a value that did not arrive.
        let _ = self.memory.write(&mut self.store, at as usize, bytes);
    }

    fn read(&self, at: u32, length: usize) -> Vec<u8> {
        read(self.memory.data(&self.store), at, length)
    }

    fn compare_memory(&self, differences: &mut Vec<Difference>, place: Place, value: &ValueOf, at: u32) {
        let got = value.masked(&self.read(at, value.size));
        let wanted = value.expected();
        if wanted != got {
            differences.push(Difference::new(place, &hex(&wanted), &hex(&got)));
        }
    }
}

/// Memory given out one piece after the other; every call starts anew.
struct Arena {
    next: u32,
}

impl Arena {
    fn put(&mut self, wasm: &mut Wasm, bytes: &[u8]) -> u32 {
        let at = self.next.next_multiple_of(64);
        wasm.write(at, bytes);
        self.next = at + bytes.len() as u32;
        at
    }
}
