//! Holds a wasm compiler against the model: the host is the callee of its callers, through imports, and the caller of
//! its callees.

use twincall_abi::model::{ModelArgument, ModelSlot};
use twincall_abi::slot::{Content, Extension, Location};
use twincall_abi::types::{FloatKind, Type};
use wasmtime::{
    Caller, Config, Engine, Extern, Func, FuncType, Instance, Linker, Memory, Module, Store, Val, ValType,
};

use super::expected::{Expected, ValueOf, in_memory};
use super::outcome::{Difference, Place, hex};

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

    /// Calls the module's callee, and says where it departs from the model.
    pub(super) fn callee(&mut self, number: usize, expected: &Expected) -> Vec<Difference> {
        let symbol = format!("callee_{number}");
        let Some(function) = self.instance.get_func(&mut self.store, &symbol) else {
            return vec![Difference::new(Place::Call, "an export", "none")];
        };
        let ty = function.ty(&self.store);
        if let Some(difference) = type_difference(&ty, expected) {
            return vec![difference];
        }
        let mut arena = self.arena();
        let stores: Vec<u32> = expected
            .arguments()
            .iter()
            .map(|value| arena.put(self, &vec![POISON; value.size.max(1)]))
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
                    Content::Value => extended(slot, value),
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
        if let Err(difference) = self.invoke(&symbol, &arguments, &mut results) {
            return vec![difference];
        }
        let mut differences = Vec::new();
        if stack != self.stack_pointer() {
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

/// The host's side of an import: notes what came and returns what the model says.
fn answer(mut caller: Caller<'_, Host>, params: &[Val], results: &mut [Val]) -> wasmtime::Result<()> {
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    let (Some(memory), Some(expected)) = (memory, caller.data().expected.clone()) else {
        return Err(wasmtime::Error::msg("an import was called that nobody asked for"));
    };
    let mut differences = Vec::new();
    let bytes = memory.data(&caller).to_vec();
    let buffer = expected
        .lowering
        .hidden
        .first()
        .and_then(|slot| param(params, &slot.location))
        .map_or(0, |bytes| word(&bytes));
    for (index, (argument, value)) in expected
        .lowering
        .arguments
        .iter()
        .zip(expected.arguments())
        .enumerate()
    {
        let place = Place::Argument(index);
        let in_params: Vec<ModelSlot> = argument
            .slots
            .iter()
            .filter(|slot| slot.in_buffer.is_none())
            .cloned()
            .collect();
        for slot in &argument.slots {
            let held = match slot.in_buffer {
                Some(offset) => {
                    let width = match slot.slot.content {
                        Content::Value => slot.slot.width.0 as usize,
                        Content::Pointer { .. } => 4,
                    };
                    Some(read(&bytes, buffer + offset.0 as u32, width))
                }
                None => param(params, &slot.slot.location),
            };
            let Some(held) = held else {
                differences.push(Difference::new(
                    place,
                    &slot.slot.to_string(),
                    "no such parameter",
                ));
                continue;
            };
            let from = slot.value_offset.0 as usize;
            let (wanted, got) = match slot.slot.content {
                Content::Pointer { .. } => {
                    let copy = read(&bytes, word(&held), value.size);
                    (value.expected(), value.masked(&copy))
                }
                Content::Value => {
                    let width = (slot.slot.width.0 as usize).min(held.len());
                    (
                        value.slot_expected(from, width),
                        value.slot_masked(from, &held[..width]),
                    )
                }
            };
            if wanted != got {
                let wanted = format!("{} = {}", slot.slot, hex(&wanted));
                differences.push(Difference::new(place, &wanted, &hex(&got)));
            }
        }
        let whole = ModelArgument {
            slots: in_params,
            ..argument.clone()
        };
        extension(&mut differences, &whole, params);
    }
    if let Some(value) = expected.result() {
        for slot in &expected.lowering.result.slots {
            match slot.slot.content {
                Content::Pointer { .. } => {
                    let at = param(params, &slot.slot.location).map_or(0, |bytes| word(&bytes));
                    // A wild pointer shows as a result that did not arrive.
                    let _ = memory.write(&mut caller, at as usize, &value.bytes);
                }
                Content::Value => place(results, &slot.slot.location, &extended(slot, value)),
            }
        }
    }
    caller.data_mut().seen = Some(differences);
    Ok(())
}

/// Whether small integers fill their parameter as their sign asks.
fn extension(differences: &mut Vec<Difference>, argument: &ModelArgument, params: &[Val]) {
    for slot in &argument.slots {
        let width = slot.slot.width.0 as usize;
        let Some(held) = param(params, &slot.slot.location).filter(|held| width > 0 && width < held.len())
        else {
            continue;
        };
        let fill = match slot.slot.extension {
            Extension::None => continue,
            Extension::Sign if held[width - 1] & 0x80 != 0 => 0xFF,
            Extension::Sign | Extension::Zero => 0,
        };
        if held[width..].iter().any(|byte| *byte != fill) {
            differences.push(Difference::new(
                Place::Extension,
                &slot.slot.to_string(),
                &hex(&held),
            ));
        }
    }
}

fn compare_values(
    differences: &mut Vec<Difference>,
    place: Place,
    argument: &ModelArgument,
    value: &ValueOf,
    held: &[Val],
) {
    for slot in &argument.slots {
        let Some(found) = param(held, &slot.slot.location) else {
            differences.push(Difference::new(place, &slot.slot.to_string(), "nothing"));
            continue;
        };
        let from = slot.value_offset.0 as usize;
        let width = (slot.slot.width.0 as usize).min(found.len());
        let (wanted, got) = (
            value.slot_expected(from, width),
            value.slot_masked(from, &found[..width]),
        );
        if wanted != got {
            let wanted = format!("{} = {}", slot.slot, hex(&wanted));
            differences.push(Difference::new(place, &wanted, &hex(&got)));
        }
    }
}

/// Where the function type departs from what the model asks for.
fn type_difference(ty: &FuncType, expected: &Expected) -> Option<Difference> {
    let mut params: Vec<(u32, &'static str)> = Vec::new();
    let mut results = Vec::new();
    let mut add = |slot: &twincall_abi::slot::Slot, kind: &'static str| match &slot.location {
        Location::WasmParam { index } => params.push((*index, kind)),
        Location::WasmResult { index } => results.push((*index, kind)),
        Location::Register(_) | Location::Stack { .. } => {}
    };
    let values = expected.arguments().iter().chain(expected.result());
    let places = expected
        .lowering
        .arguments
        .iter()
        .chain(std::iter::once(&expected.lowering.result));
    for (argument, value) in places.zip(values) {
        for slot in argument.slots.iter().filter(|slot| slot.in_buffer.is_none()) {
            add(&slot.slot, kind_of(slot, value));
        }
    }
    for slot in &expected.lowering.hidden {
        add(slot, "i32");
    }
    params.sort_unstable();
    results.sort_unstable();
    let wanted = (names(params), names(results));
    let found = (
        ty.params().map(|ty| ty.to_string()).collect::<Vec<_>>(),
        ty.results().map(|ty| ty.to_string()).collect::<Vec<_>>(),
    );
    let show = |(params, results): &(Vec<String>, Vec<String>)| {
        format!("({}) -> ({})", params.join(" "), results.join(" "))
    };
    (wanted != found).then(|| Difference::new(Place::FunctionType, &show(&wanted), &show(&found)))
}

fn names(slots: Vec<(u32, &'static str)>) -> Vec<String> {
    slots.into_iter().map(|(_, kind)| kind.to_owned()).collect()
}

/// The value type of a slot: a pointer, or the scalar that lies there.
fn kind_of(slot: &ModelSlot, value: &ValueOf) -> &'static str {
    if matches!(slot.slot.content, Content::Pointer { .. }) {
        return "i32";
    }
    let float = matches!(value.scalar, Type::Float(FloatKind::F32 | FloatKind::F64));
    match (float, slot.slot.width.0 > 4) {
        (true, true) => "f64",
        (true, false) => "f32",
        (false, true) => "i64",
        (false, false) => "i32",
    }
}

/// The bytes of a slot with a small integer's extension.
fn extended(slot: &ModelSlot, value: &ValueOf) -> Vec<u8> {
    let width = slot.slot.width.0 as usize;
    let mut bytes = value.slot_bytes(slot.value_offset.0 as usize, width);
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let fill = match slot.slot.extension {
        Extension::Sign if negative => 0xFF,
        _ => 0,
    };
    if slot.in_buffer.is_none() && bytes.len() < 4 {
        bytes.resize(4, fill);
    }
    bytes
}

fn param(values: &[Val], location: &Location) -> Option<Vec<u8>> {
    let (Location::WasmParam { index } | Location::WasmResult { index }) = location else {
        return None;
    };
    Some(match values.get(*index as usize)? {
        Val::I32(value) => value.to_le_bytes().to_vec(),
        Val::I64(value) => value.to_le_bytes().to_vec(),
        Val::F32(bits) => bits.to_le_bytes().to_vec(),
        Val::F64(bits) => bits.to_le_bytes().to_vec(),
        Val::V128(value) => value.as_u128().to_le_bytes().to_vec(),
        _ => return None,
    })
}

/// Puts bytes into the parameter or result at a location; what is missing is zero.
fn place(values: &mut [Val], location: &Location, bytes: &[u8]) {
    let (Location::WasmParam { index } | Location::WasmResult { index }) = location else {
        return;
    };
    let Some(value) = values.get_mut(*index as usize) else {
        return;
    };
    let mut wide = [0u8; 16];
    let length = bytes.len().min(16);
    wide[..length].copy_from_slice(&bytes[..length]);
    let bits = u128::from_le_bytes(wide);
    *value = match value {
        Val::I64(_) => Val::I64(bits as i64),
        Val::F32(_) => Val::F32(bits as u32),
        Val::F64(_) => Val::F64(bits as u64),
        Val::V128(_) => Val::V128(bits.into()),
        _ => Val::I32(bits as i32),
    };
}

fn zero(ty: &ValType) -> Val {
    match ty {
        ValType::I64 => Val::I64(0),
        ValType::F32 => Val::F32(0),
        ValType::F64 => Val::F64(0),
        ValType::V128 => Val::V128(0.into()),
        _ => Val::I32(0),
    }
}

fn read(memory: &[u8], at: u32, length: usize) -> Vec<u8> {
    let start = at as usize;
    memory.get(start..start + length).unwrap_or_default().to_vec()
}

fn word(bytes: &[u8]) -> u32 {
    bytes.first_chunk().copied().map_or(0, u32::from_le_bytes)
}
