//@ about = "A struct aligned to 16 leaves a hole before it on the stack; older rustc left none."
//@ ref = ["rust#80127", "psABI 3.2.3"]
#include <stdint.h>

struct __attribute__((aligned(16))) tile { uint64_t a, b, c, d; };

uint64_t after_one_word(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g,
                        struct tile h, uint64_t i) {
    return a ^ b ^ c ^ d ^ e ^ f ^ g ^ 3 * h.a ^ 5 * h.d ^ 7 * i;
}
