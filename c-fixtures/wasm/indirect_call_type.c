//@ about = "a callback of two parameters is called with one: natively the second is a stale register, on wasm the indirect call traps"
//@ ref = ["WAMR#2494", "wasmer#538"]
//@ call = ["rust_indirect(41) == 42"]
//@ expect = [{ rule = "arity", symbol = "call_with" }]
#include <stdint.h>

uint32_t call_with(uint32_t (*callback)(uint32_t), uint32_t value) {
    return callback(value);
}
