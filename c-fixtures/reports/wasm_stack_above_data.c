//@ expect = [{ rule = "stack-overflow", symbol = "secret_after", target = "wasm" }, { rule = "stack-overflow", symbol = "secret_survives", target = "wasm" }]
//@ about = "wasm: deep recursion overwrites a static variable without a trap"
//@ wasm-link-flags = ["--no-stack-first"]
#include <stdint.h>

static volatile uint32_t secret = 1004;

static uint32_t descend(uint32_t depth) {
    volatile uint8_t frame[512];
    for (int i = 0; i < 512; i++) {
        frame[i] = 0xAA;
    }
    if (depth == 0 || secret != 1004) {
        return secret;
    }
    return descend(depth - 1) + frame[depth & 511] - 0xAA;
}

uint32_t secret_after(void) {
    return descend(3000);
}
