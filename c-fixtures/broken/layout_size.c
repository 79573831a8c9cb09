//@ about = "C reserves four bytes that Rust leaves out: all fields agree, the size does not, and arrays would drift."
//@ call = ["first_value(&{7}) == 7"]
//@ expect = [{ rule = "layout-size", symbol = "first_value" }]
#include <stdint.h>

struct reserved { uint32_t value; uint32_t : 32; };

uint32_t first_value(const struct reserved *r) { return r->value; }
