//@ about = "aligned(16) is repr(align(16)): the size grows to 16 with the alignment."
#include <stdint.h>

struct __attribute__((aligned(16))) block { uint32_t a, b, c; };

uint32_t block_c(struct block b, uint32_t after) { return b.c ^ after; }
struct block make_block(uint32_t a, uint32_t b, uint32_t c) { return (struct block){a, b, c}; }
