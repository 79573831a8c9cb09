//@ about = "Bit-fields of 64 bits through a pointer, against one integer and masks."
//@ ref = ["psABI 3.1.2"]
//@ call = ["high_of(&[0x8000000700000ab1]) == 0x80000007", "set_middle(&[0xffffffffffffffff], 0x12345)"]
#include <stdint.h>

// The bit-fields cover exactly the bits of Rust's one integer, so the two are the same value.
struct fields { uint64_t low : 12, middle : 20, high : 32; };

uint32_t high_of(const struct fields *f) { return f->high; }
void set_middle(struct fields *f, uint32_t middle) { f->middle = middle & 0xfffff; }
