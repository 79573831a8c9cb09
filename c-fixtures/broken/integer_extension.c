//@ about = "int8_t is bound as u8: the caller zero-extends what the callee takes for sign-extended."
//@ ref = ["wasmtime#13265", "libffi#29"]
//@ expect = [{ rule = "integer-extension", symbol = "widened" }]
#include <stdint.h>

int32_t widened(int8_t x) { return x; }
