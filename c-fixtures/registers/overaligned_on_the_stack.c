//@ about = "Two structs aligned to 16 on the stack leave holes before them, also between registers' overflow."
//@ ref = ["psABI 3.2.3", "rust#80127"]
#include <stdint.h>

struct __attribute__((aligned(16))) tile { uint64_t a, b, c; };

uint64_t two_tiles(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, struct tile h,
                   uint64_t i, struct tile j, uint64_t k) {
    return a ^ b ^ c ^ d ^ e ^ f ^ 3 * g ^ 5 * h.a ^ 7 * h.c ^ 11 * i ^ 13 * j.a ^ 17 * j.c ^ 19 * k;
}
