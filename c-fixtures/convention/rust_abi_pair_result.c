//@ about = "a struct of two ints returned through extern \"Rust\": natively in eax and edx instead of rax, on wasm through the same hidden pointer"
//@ ref = ["Rust reference, external blocks: ABI"]
//@ expect = [{ rule = "calling-convention", symbol = "make_pair", target = "native" }]
#include <stdint.h>

struct pair {
    uint32_t low, high;
};

struct pair make_pair(uint32_t low, uint32_t high) {
    struct pair pair = {low, high};
    return pair;
}
