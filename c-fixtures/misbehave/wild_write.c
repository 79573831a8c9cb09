//@ about = "a write to an address that nobody owns"
//@ call = ["write_at(4294967280, 1)"]
//@ expect = [{ rule = "crash", symbol = "write_at", target = "native" }, { rule = "out-of-bounds", symbol = "write_at", target = "wasm" }]
#include <stdint.h>

// Just below 4 GiB: behind the end of any linear memory of this size, and unmapped natively.
void write_at(uintptr_t address, uint32_t value) {
    *(volatile uint32_t *)address = value;
}
