//@ about = "int8_t is bound as u8: the caller zero-extends what the callee takes for sign-extended."
//@ ref = ["B-N30", "wasmtime#13265"]
//@ expect = [{ rule = "integer-extension", symbol = "widened" }]
#include <stdint.h>

int32_t widened(int8_t x) { return x; }
