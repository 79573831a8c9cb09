//@ about = "A 128-bit integer after an odd word on the stack is aligned to 16; LLVM before 18 aligned it to 8."
//@ ref = ["rust#54341", "llvm#41784", "psABI 3.2.3"]
#include <stdint.h>

uint64_t after_a_word(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g,
                      unsigned __int128 h) {
    return a ^ b ^ c ^ d ^ e ^ f ^ g ^ 3 * (uint64_t)(h >> 64) ^ 5 * (uint64_t)h;
}
