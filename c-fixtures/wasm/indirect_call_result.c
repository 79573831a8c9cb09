//@ about = "a callback without a result is called for one: natively whatever rax holds, on wasm the indirect call traps"
//@ ref = ["emscripten#9850"]
//@ call = ["rust_indirect_void(41) == 42"]
//@ expect = [{ rule = "return-type", symbol = "call_and_count" }]
#include <stdint.h>

// The result is asked for and not used, as with a hook whose status nobody checks.
uint32_t call_and_count(int32_t (*callback)(uint32_t *), uint32_t *value) {
    (void)callback(value);
    return *value;
}
