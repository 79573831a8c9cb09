//@ about = "A 128-bit integer with one register left goes whole to the stack, and the next integer takes that register."
//@ ref = ["psABI 3.2.3", "llvm#59011", "rust#54341"]
#include <stdint.h>

uint64_t high_of_sixth(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, unsigned __int128 f, uint64_t g) {
    return a ^ b ^ c ^ d ^ e ^ 3 * (uint64_t)(f >> 64) ^ 5 * (uint64_t)f ^ 7 * g;
}
