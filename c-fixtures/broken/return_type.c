//@ about = "A 64-bit result is bound as 32 bits: the upper half is lost natively, wasm has another function type."
//@ ref = ["B-N52", "B-W07"]
//@ expect = [{ rule = "return-type", symbol = "wide_result" }]
#include <stdint.h>

int64_t wide_result(int32_t x) { return x; }
