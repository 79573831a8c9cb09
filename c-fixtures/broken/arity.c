//@ about = "Rust lacks the last parameter: unnoticed natively, another function type in wasm."
//@ ref = ["taikoxyz/raiko#201", "emscripten#22254", "c3c#3040"]
//@ expect = [{ rule = "arity", symbol = "first_argument" }]
#include <stdint.h>

uint32_t first_argument(uint32_t a, uint32_t b) {
    (void)b;
    return a;
}
