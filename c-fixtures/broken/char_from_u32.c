//@ about = "C passes any 32-bit number where Rust has a char: surrogates and large numbers are no char."
//@ call = ["code_point(0x1f980) == 0x1f980"]
//@ expect = [{ rule = "invalid-value", symbol = "code_point" }]
#include <stdint.h>

uint32_t code_point(uint32_t c) { return c; }
