//! The host between a fixture's functions: it takes the call of an import, writes down what came, and passes it on to the
//! function that the import stands for.

use wasmtime::{Caller, Extern, Func, FuncType, Module, Store, StoreLimits, Trap, Val};

use super::describe;
use super::instance::{MEMORY_EXPORT, Refusal};
use crate::build::{IMPORT_MODULE, STACK_POINTER, tap_import};
use crate::run::plan::CALLS_WATCHED;

/// How many bytes are kept of what a parameter may point at.
const KEPT_BYTES: usize = 16;

/// How many values are kept in all while one driver runs. A function may have a thousand parameters.
const KEPT_VALUES: usize = 16 << 10;

/// What the linear stack is aligned to (wasm Basic C ABI, the linear stack).
const STACK_ALIGN: u32 = 16;

/// What a store knows besides wasm's own state.
pub(super) struct Host {
    pub(super) limits: StoreLimits,
    watch: Watch,
}

impl Host {
    pub(super) fn new(limits: StoreLimits) -> Host {
        Host {
            limits,
            watch: Watch::default(),
        }
    }

    /// What was seen since this was last asked.
    pub(super) fn take(&mut self) -> WasmCalls {
        std::mem::take(&mut self.watch).seen
    }
}

/// The watching of one driver's call.
#[derive(Default)]
struct Watch {
    seen: WasmCalls,
    /// How often each import was called, kept or not.
    calls: Vec<usize>,
    values: usize,
    /// The calls that have not come back, outermost first; `None` for one that is not kept.
    open: Vec<Option<usize>>,
}

/// The calls that passed the host during one call of a driver, in the order of time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WasmCalls {
    pub calls: Vec<WasmCall>,
    /// How many were not kept.
    pub further: u64,
}

/// A call as its callee found it, and what came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WasmCall {
    pub symbol: String,
    /// Its place among the calls of one body, counted from 1.
    pub order: u64,
    pub parameters: Vec<WasmValue>,
    /// `None` where it did not come back.
    pub results: Option<Vec<WasmValue>>,
    pub stack: LinearStack,
    /// The type by which the function is called and its own, where they are not the same: then nothing was passed on, as in
    /// a module without the host, where the linker puts a trap in its place.
    pub mismatch: Option<(String, String)>,
}

/// A value of wasm, little-endian.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WasmValue {
    pub bytes: Vec<u8>,
    /// The first bytes at this address, where the value is a parameter that may be one. Memory is not read past its end.
    pub behind: Vec<u8>,
}

/// What a call did to `__stack_pointer`. All of it is unknown where the module does not export that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LinearStack {
    /// Its value at entry.
    pub entry: Option<u32>,
    /// Its value after the call came back.
    pub exit: Option<u32>,
    /// Whether it was off its alignment already where the call around this one was entered.
    pub inherited: bool,
    /// Whether a call within this one did not give it back, so that this one could not either.
    pub lost_within: bool,
}

impl LinearStack {
    /// By how many bytes the caller of this function has put it off its alignment.
    pub fn off(&self) -> u32 {
        match self.inherited {
            true => 0,
            false => self.entry.unwrap_or_default() % STACK_ALIGN,
        }
    }

    /// Whether this function did not give it back.
    pub fn lost(&self) -> bool {
        self.moved() && !self.lost_within
    }

    fn moved(&self) -> bool {
        self.exit.is_some() && self.entry != self.exit
    }
}

/// The imports of a module, all of which have to stand for functions that are watched.
pub(super) fn imports(
    store: &mut Store<Host>,
    module: &Module,
    watched: &[String],
) -> Result<Vec<Extern>, Refusal> {
    let mut imports = Vec::new();
    for import in module.imports() {
        let symbol = watched.iter().find(|symbol| tap_import(symbol) == import.name());
        let (Some(symbol), Some(ty), IMPORT_MODULE) = (symbol, import.ty().func().cloned(), import.module())
        else {
            return Err(Refusal::Imports {
                imports: describe::imports(module),
            });
        };
        imports.push(tap(store, imports.len(), symbol.clone(), ty).into());
    }
    Ok(imports)
}

fn tap(store: &mut Store<Host>, number: usize, symbol: String, ty: FuncType) -> Func {
    Func::new(store, ty.clone(), move |mut caller, parameters, results| {
        let kept = enter(&mut caller, number, &symbol, parameters);
        let function = caller.get_export(&symbol).and_then(Extern::into_func);
        let Some(function) = function else {
            return Err(wasmtime::Error::msg(format!("`{symbol}` is not exported")));
        };
        let own = function.ty(&caller);
        if !FuncType::eq(&own, &ty) {
            if let Some(call) = call_at(&mut caller, kept) {
                call.mismatch = Some((describe::func_type(&ty), describe::func_type(&own)));
            }
            return Err(Trap::UnreachableCodeReached.into());
        }
        function.call(&mut caller, parameters, results)?;
        leave(&mut caller, kept, results);
        Ok(())
    })
}

/// Keeps a call, and says where. Nothing where enough of its function, or of all, are kept.
fn enter(caller: &mut Caller<'_, Host>, number: usize, symbol: &str, parameters: &[Val]) -> Option<usize> {
    let watch = &mut caller.data_mut().watch;
    if watch.calls.len() <= number {
        watch.calls.resize(number + 1, 0);
    }
    watch.calls[number] += 1;
    if watch.calls[number] > CALLS_WATCHED || watch.values + parameters.len() > KEPT_VALUES {
        watch.seen.further += 1;
        watch.open.push(None);
        return None;
    }
    watch.values += parameters.len();
    let entry = stack_pointer(caller);
    let memory = caller.get_export(MEMORY_EXPORT).and_then(Extern::into_memory);
    let memory = memory.map_or(&[][..], |memory| memory.data(&*caller));
    let parameters = parameters
        .iter()
        .map(|value| WasmValue {
            bytes: bytes(value).unwrap_or_default(),
            behind: behind(memory, value),
        })
        .collect();
    let Watch { seen, open, .. } = &mut caller.data_mut().watch;
    let inherited = match open.last() {
        None => false,
        // Nothing is known of the call around this one.
        Some(None) => true,
        Some(Some(at)) => {
            let entry = seen.calls.get(*at).and_then(|around| around.stack.entry);
            entry.is_some_and(|entry| entry % STACK_ALIGN != 0)
        }
    };
    let order = seen.calls.len() as u64 + seen.further + 1;
    open.push(Some(seen.calls.len()));
    seen.calls.push(WasmCall {
        symbol: symbol.to_owned(),
        order,
        parameters,
        results: None,
        stack: LinearStack {
            entry,
            inherited,
            ..LinearStack::default()
        },
        mismatch: None,
    });
    Some(seen.calls.len() - 1)
}

/// Completes a call that came back.
fn leave(caller: &mut Caller<'_, Host>, kept: Option<usize>, results: &[Val]) {
    let exit = stack_pointer(caller);
    let Watch { seen, open, .. } = &mut caller.data_mut().watch;
    open.pop();
    let around = open.last().copied().flatten();
    let call = kept.and_then(|at| seen.calls.get_mut(at));
    // Of a call that is not kept nothing is known.
    let moved = call.is_none_or(|call| {
        let value = |value| WasmValue {
            bytes: bytes(value).unwrap_or_default(),
            behind: Vec::new(),
        };
        call.results = Some(results.iter().map(value).collect());
        call.stack.exit = exit;
        call.stack.moved()
    });
    if let Some(around) = around.and_then(|at| seen.calls.get_mut(at)) {
        around.stack.lost_within |= moved;
    }
}

fn call_at<'a>(caller: &'a mut Caller<'_, Host>, at: Option<usize>) -> Option<&'a mut WasmCall> {
    caller.data_mut().watch.seen.calls.get_mut(at?)
}

/// The bytes of a value, little-endian. C and Rust pass no references, which have none.
pub(crate) fn bytes(value: &Val) -> Option<Vec<u8>> {
    Some(match value {
        Val::I32(value) => value.to_le_bytes().to_vec(),
        Val::I64(value) => value.to_le_bytes().to_vec(),
        Val::F32(bits) => bits.to_le_bytes().to_vec(),
        Val::F64(bits) => bits.to_le_bytes().to_vec(),
        Val::V128(value) => value.as_u128().to_le_bytes().to_vec(),
        _ => return None,
    })
}

fn behind(memory: &[u8], value: &Val) -> Vec<u8> {
    let Val::I32(address) = value else {
        return Vec::new();
    };
    let rest = memory.get(address.cast_unsigned() as usize..).unwrap_or_default();
    rest[..rest.len().min(KEPT_BYTES)].to_vec()
}

fn stack_pointer(caller: &mut Caller<'_, Host>) -> Option<u32> {
    let global = caller.get_export(STACK_POINTER)?.into_global()?;
    global.get(caller).i32().map(i32::cast_unsigned)
}
