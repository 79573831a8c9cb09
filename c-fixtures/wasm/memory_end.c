//@ about = "the last byte of the only page can be written, the first byte behind it traps"
//@ ref = ["WebAssembly core specification 4.4.7"]
//@ targets = ["wasm"]
//@ not-applicable = { native = "native code has no linear memory" }
//@ wasm-memory = [1, 2]
//@ call = ["page_count() == 1", "touch(65535) == 90", "touch(65536)", "touch(4294967295)"]
//@ expect = [{ rule = "out-of-bounds", symbol = "touch" }]
#include <stdint.h>

uint32_t page_count(void) {
    // Nothing grows the memory in this pair: one page is all there is.
    return __builtin_wasm_memory_size(0);
}

// The byte is put back, since it may belong to somebody.
int32_t touch(uint32_t address) {
    volatile uint8_t *byte = (volatile uint8_t *)address;
    uint8_t before = *byte;
    *byte = 90;
    uint8_t after = *byte;
    *byte = before;
    return after;
}
