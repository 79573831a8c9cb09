//@ about = "A 128-bit integer on the stack is aligned to 16, which leaves a hole after an odd word."
//@ ref = ["psABI 3.2.3", "llvm#41784", "rust#54341"]
#include <stdint.h>

uint64_t aligned_int128(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g,
                        unsigned __int128 h, uint64_t i) {
    return a ^ b ^ c ^ d ^ e ^ f ^ 3 * g ^ 5 * (uint64_t)(h >> 64) ^ 7 * (uint64_t)h ^ 11 * i;
}
