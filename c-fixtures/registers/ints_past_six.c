//@ about = "Integers beyond the sixth go to the stack in order, each in eight bytes."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

uint64_t nine_ints(uint32_t a, uint64_t b, uint32_t c, uint64_t d, uint32_t e, uint64_t f, uint32_t g, uint64_t h,
                   uint32_t i) {
    return a + 3 * b + 5u * (uint64_t)c + 7 * d + 11u * (uint64_t)e + 13 * f + 17u * (uint64_t)g + 19 * h +
           23u * (uint64_t)i;
}
