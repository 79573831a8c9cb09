//@ about = "Rust leaves out aligned(16): after seven integers the struct and what follows lie eight bytes apart on the stack."
//@ ref = ["rust#80127", "psABI 3.2.3"]
//@ expect = [{ rule = "layout-align", symbol = "after_tile" }, { rule = "stack-layout", symbol = "after_tile", target = "native" }]
#include <stdint.h>

struct __attribute__((aligned(16))) tile { uint64_t a, b, c, d; };

uint64_t after_tile(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, struct tile h,
                    uint64_t i) {
    return a ^ b ^ c ^ d ^ e ^ f ^ 3 * g ^ 5 * h.d ^ 7 * i;
}
