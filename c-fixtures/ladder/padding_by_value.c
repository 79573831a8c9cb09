//@ about = "In wasm a struct goes through a pointer; rustc before 1.89 passed even its padding as parameters."
//@ ref = ["rust#71871", "rust-diplomat#657", "BasicCABI: Function signatures"]
#include <stdint.h>

struct padded { uint8_t a; uint32_t b, c; };

uint32_t sum_of(struct padded p) { return p.a + p.b + p.c; }
