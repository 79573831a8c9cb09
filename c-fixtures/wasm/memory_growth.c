//@ about = "a memory of one page grows to its maximum of two and no further, and the host sees what is written in the new page"
//@ ref = ["WebAssembly core specification 4.4.7"]
//@ targets = ["wasm"]
//@ not-applicable = { native = "native code has no linear memory" }
//@ wasm-memory = [1, 2]
//@ call = ["grow_to(2) == 131072", "grow_to(3) == -1", "grow_to(65536) == -1", "fill_new_page(&[0; 8], 8, 40) == 8", "touch_grown(131071) == 90", "touch_grown(131072)"]
//@ expect = [{ rule = "out-of-bounds", symbol = "touch_grown" }]
#include <stddef.h>
#include <stdint.h>

// Gives the size in bytes, whatever the size was before the call, or -1.
int32_t grow_to(uint32_t pages) {
    uint32_t now = __builtin_wasm_memory_size(0);
    if (now < pages && __builtin_wasm_memory_grow(0, pages - now) == (size_t)-1) {
        return -1;
    }
    return (int32_t)(__builtin_wasm_memory_size(0) * 65536);
}

// The bytes go to the end of the new page and from there into the caller's buffer in the first one.
int32_t fill_new_page(uint8_t *out, size_t count, uint8_t seed) {
    if (grow_to(2) < 0) {
        return -1;
    }
    volatile uint8_t *page = (volatile uint8_t *)(131072 - count);
    for (size_t i = 0; i < count; i++) {
        page[i] = (uint8_t)(seed + i);
    }
    for (size_t i = 0; i < count; i++) {
        out[i] = page[i];
    }
    return (int32_t)count;
}

int32_t touch_grown(uint32_t address) {
    if (grow_to(2) < 0) {
        return -1;
    }
    volatile uint8_t *byte = (volatile uint8_t *)address;
    *byte = 90;
    return *byte;
}
