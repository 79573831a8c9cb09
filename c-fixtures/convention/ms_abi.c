//@ about = "ms_abi in C is extern \"win64\" in Rust, on the stack and through memory as well"
//@ targets = ["native"]
//@ not-applicable = { wasm = "x86-64 calling conventions do not exist there" }
#include <stdint.h>

struct pair {
    uint64_t low, high;
};

__attribute__((ms_abi)) uint64_t win_mix(uint64_t a, double b, uint32_t c, float d, uint8_t e, struct pair f) {
    return a + c + e + f.low + 3 * f.high + (b == 0) + (d == 0);
}

__attribute__((ms_abi)) struct pair win_pair(uint64_t low, uint64_t high) {
    struct pair pair = {low, high};
    return pair;
}
