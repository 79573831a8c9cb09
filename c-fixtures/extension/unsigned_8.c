//@ about = "A callee that trusts the zero extension of an 8-bit argument or result."
//@ ref = ["wasmtime#13265", "libffi#29"]
#include <stdint.h>

int32_t upper_half_u8(uint8_t x) { return x > 127; }
uint64_t widen_u8(uint8_t x) { return x; }
uint8_t narrow_to_u8(int32_t x) { return (uint8_t)x; }
