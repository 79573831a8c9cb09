//@ about = "C aligns the struct to eight bytes, Rust to four: same size, same fields."
//@ expect = [{ rule = "layout-align", symbol = "second_half" }]
#include <stdint.h>

struct __attribute__((aligned(8))) halves { uint32_t first, second; };

uint32_t second_half(struct halves h) { return h.second; }
