//@ about = "C's name is redirected to a newer symbol, and Rust's declaration of that name reaches the older function"
//@ call = ["c_rounds(7) == 8", "rust_rounds(7) == 7"]
//@ expect = [{ rule = "symbol-redirected", symbol = "round_up" }]
#include <stdint.h>

// A header does this when a function changes and old programs have to keep the one they were built with.
uint32_t old_round_up(uint32_t size) __asm__("round_up");
uint32_t round_up(uint32_t size) __asm__("round_up_v2");

uint32_t old_round_up(uint32_t size) {
    return size;
}

uint32_t round_up(uint32_t size) {
    return (size + 7) & ~7u;
}

uint32_t c_rounds(uint32_t size) {
    return round_up(size);
}
