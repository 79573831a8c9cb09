//@ about = "Rust declares one parameter fewer than C defines: a stale register natively, a call to a stub that traps on wasm"
//@ ref = ["emscripten#10226"]
//@ expect = [{ rule = "arity", symbol = "combine" }, { rule = "signature-stub", symbol = "combine", target = "wasm" }]
#include <stdint.h>

uint32_t combine(uint32_t low, uint32_t high) {
    return low + 16 * high;
}
