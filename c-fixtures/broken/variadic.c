//@ about = "C's function is variadic, Rust's is not: unnoticed natively, in wasm it has one parameter more."
//@ call = ["leading(5) == 5"]
//@ expect = [{ rule = "variadic", symbol = "leading" }]
#include <stdint.h>

int32_t leading(int32_t first, ...) { return first; }
