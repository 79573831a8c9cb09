//@ about = "A callee that trusts the sign extension of a 16-bit argument or result."
//@ ref = ["wasmtime#13265", "libffi#29"]
#include <stdint.h>

int32_t negative_i16(int16_t x) { return x < 0; }
int64_t widen_i16(int16_t x) { return x; }
int16_t narrow_to_i16(uint32_t x) { return (int16_t)x; }
