//@ about = "A callee that trusts the sign extension of an 8-bit argument or result."
//@ ref = ["wasmtime#13265", "libffi#29"]
#include <stdint.h>

int32_t negative_i8(int8_t x) { return x < 0; }
int64_t widen_i8(int8_t x) { return x; }
int8_t narrow_to_i8(uint32_t x) { return (int8_t)x; }
