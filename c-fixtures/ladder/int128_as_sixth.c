//@ about = "With one register left a 128-bit integer goes whole to the stack; LLVM before 18 split it."
//@ ref = ["rust#54341", "llvm#59011", "psABI 3.2.3"]
#include <stdint.h>

uint64_t high_half(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, unsigned __int128 f) {
    return a ^ b ^ c ^ d ^ e ^ 3 * (uint64_t)(f >> 64) ^ 5 * (uint64_t)f;
}
