//@ about = "the instruction that is there to fail: ud2 natively, unreachable on wasm"
//@ call = ["trap_unless(1) == 1", "trap_unless(0)"]
//@ expect = [{ rule = "crash", symbol = "trap_unless", target = "native" }, { rule = "trap", symbol = "trap_unless", target = "wasm" }]
#include <stdint.h>

uint32_t trap_unless(uint32_t value) {
    if (value == 0) {
        __builtin_trap();
    }
    return value;
}
