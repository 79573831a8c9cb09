//! The host between a fixture's functions: it takes the call of an import, writes down what came, and passes it on to the
//! function that the import stands for.

use wasmtime::{Caller, Extern, Func, FuncType, Module, Store, StoreLimits, Trap, Val};

use super::describe;
use super::instance::{MEMORY_EXPORT, Refusal};
use crate::build::{STACK_POINTER, tap_import};

/// The module under which the linker imports what nothing defines.
const IMPORT_MODULE: &str = "env";

/// How many bytes are kept of what a parameter may point at.
const KEPT_BYTES: usize = 64;

/// What the linear stack is aligned to (wasm Basic C ABI, the linear stack).
const STACK_ALIGN: u32 = 16;

/// What a store knows besides wasm's own state.
pub(super) struct Host {
    pub(super) limits: StoreLimits,
    /// So many calls of each function are kept.
    pub(super) most: usize,
    pub(super) seen: WasmCalls,
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
    /// `__stack_pointer` at entry, where the module has it.
    pub stack: Option<u32>,
    /// The same after the call came back.
    pub stack_after: Option<u32>,
    /// The type by which the function is called and its own, where they are not the same: then nothing was passed on, as in
    /// a module without the host, where the linker puts a trap in its place.
    pub mismatch: Option<(String, String)>,
}

/// A value of wasm, little-endian.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WasmValue {
    pub bytes: Vec<u8>,
    /// The first bytes at this address, where the value is one: memory is not read past its end.
    pub behind: Vec<u8>,
}

impl WasmCall {
    /// How many bytes the linear stack is off its alignment at entry.
    pub fn stack_off(&self) -> u32 {
        self.stack.unwrap_or_default() % STACK_ALIGN
    }

    /// Whether the callee gave the stack back as it found it, as far as is known.
    pub fn stack_kept(&self) -> bool {
        self.stack_after.is_none() || self.stack == self.stack_after
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
        imports.push(tap(store, symbol.clone(), ty).into());
    }
    Ok(imports)
}

fn tap(store: &mut Store<Host>, symbol: String, ty: FuncType) -> Func {
    Func::new(store, ty.clone(), move |mut caller, parameters, results| {
        let at = enter(&mut caller, &symbol, parameters);
        let function = caller.get_export(&symbol).and_then(Extern::into_func);
        let Some(function) = function else {
            return Err(wasmtime::Error::msg(format!("`{symbol}` is not exported")));
        };
        let own = function.ty(&caller);
        if !FuncType::eq(&own, &ty) {
            if let Some(call) = call_at(&mut caller, at) {
                call.mismatch = Some((describe::func_type(&ty), describe::func_type(&own)));
            }
            return Err(Trap::UnreachableCodeReached.into());
        }
        function.call(&mut caller, parameters, results)?;
        let values = results.iter().map(|value| kept(&mut caller, value)).collect();
        let stack = stack_pointer(&mut caller);
        if let Some(call) = call_at(&mut caller, at) {
            call.results = Some(values);
            call.stack_after = stack;
        }
        Ok(())
    })
}

/// Keeps a call, and says where. Nothing where enough of its function are kept.
fn enter(caller: &mut Caller<'_, Host>, symbol: &str, parameters: &[Val]) -> Option<usize> {
    let parameters = parameters.iter().map(|value| kept(caller, value)).collect();
    let stack = stack_pointer(caller);
    let Host { most, seen, .. } = caller.data_mut();
    let order = seen.calls.len() as u64 + seen.further + 1;
    if seen.calls.iter().filter(|call| call.symbol == symbol).count() >= *most {
        seen.further += 1;
        return None;
    }
    seen.calls.push(WasmCall {
        symbol: symbol.to_owned(),
        order,
        parameters,
        results: None,
        stack,
        stack_after: None,
        mismatch: None,
    });
    Some(seen.calls.len() - 1)
}

fn call_at<'a>(caller: &'a mut Caller<'_, Host>, at: Option<usize>) -> Option<&'a mut WasmCall> {
    caller.data_mut().seen.calls.get_mut(at?)
}

fn kept(caller: &mut Caller<'_, Host>, value: &Val) -> WasmValue {
    let bytes = match value {
        Val::I32(value) => value.to_le_bytes().to_vec(),
        Val::I64(value) => value.to_le_bytes().to_vec(),
        Val::F32(bits) => bits.to_le_bytes().to_vec(),
        Val::F64(bits) => bits.to_le_bytes().to_vec(),
        Val::V128(value) => value.as_u128().to_le_bytes().to_vec(),
        // C and Rust pass no references.
        _ => Vec::new(),
    };
    let memory = caller.get_export(MEMORY_EXPORT).and_then(Extern::into_memory);
    let behind = match (value, memory) {
        (Val::I32(address), Some(memory)) => {
            let rest = memory.data(&caller).get(address.cast_unsigned() as usize..);
            rest.map_or_else(Vec::new, |rest| rest[..rest.len().min(KEPT_BYTES)].to_vec())
        }
        _ => Vec::new(),
    };
    WasmValue { bytes, behind }
}

fn stack_pointer(caller: &mut Caller<'_, Host>) -> Option<u32> {
    let global = caller.get_export(STACK_POINTER)?.into_global()?;
    global.get(caller).i32().map(i32::cast_unsigned)
}
