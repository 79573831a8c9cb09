//@ about = "an integer division by zero, and one that overflows: a signal natively, a trap on wasm"
//@ call = ["divide_raw(42, -6) == -7", "divide_raw(1, 0)", "divide_raw(-2147483648, -1)"]
//@ expect = [{ rule = "crash", symbol = "divide_raw", target = "native" }, { rule = "trap", symbol = "divide_raw", target = "wasm" }]
#include <stdint.h>

int32_t divide_raw(int32_t dividend, int32_t divisor) {
    volatile int32_t by = divisor;
    return dividend / by;
}
