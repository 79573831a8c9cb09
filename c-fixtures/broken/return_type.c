//@ about = "A 64-bit result is bound as 32 bits: the upper half is lost natively, wasm has another function type."
//@ ref = ["ponyc#270", "SalamLang#1609", "emscripten#22254", "c3c#3040"]
//@ expect = [{ rule = "return-type", symbol = "wide_result" }]
#include <stdint.h>

int64_t wide_result(int32_t x) { return x; }
