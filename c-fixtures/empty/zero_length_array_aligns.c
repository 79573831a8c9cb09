//@ about = "An array of length zero still lends its element's alignment to the struct."
#include <stdint.h>

struct raised { uint32_t a; uint64_t align_only[0]; };

uint32_t a_of(struct raised r, uint32_t after) { return r.a ^ after; }
