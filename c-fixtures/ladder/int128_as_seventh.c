//@ about = "The first thing on the stack is aligned to 16 by itself: a seventh 128-bit argument was always right."
//@ ref = ["rust#54341", "psABI 3.2.3"]
#include <stdint.h>

uint64_t first_on_the_stack(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, unsigned __int128 g) {
    return a ^ b ^ c ^ d ^ e ^ f ^ 3 * (uint64_t)(g >> 64) ^ 5 * (uint64_t)g;
}
