//@ about = "recursion without an end: natively the guard page, on wasm the bottom of the linear stack"
//@ call = ["descend(3) == 3", "descend(4294967295)"]
//@ expect = [{ rule = "crash", symbol = "descend", target = "native" }, { rule = "out-of-bounds", symbol = "descend", target = "wasm" }]
#include <stdint.h>

uint32_t descend(uint32_t depth) {
    // A large frame reaches the end soon, and reading it after the call keeps it alive.
    volatile uint32_t frame[256];
    frame[depth & 255] = 1;
    if (depth == 0) {
        return 0;
    }
    return descend(depth - 1) + frame[depth & 255];
}
