//@ about = "A callee that trusts the zero extension of a 16-bit argument or result."
//@ ref = ["wasmtime#13265", "libffi#29"]
#include <stdint.h>

int32_t upper_half_u16(uint16_t x) { return x > 32767; }
uint64_t widen_u16(uint16_t x) { return x; }
uint16_t narrow_to_u16(int32_t x) { return (uint16_t)x; }
