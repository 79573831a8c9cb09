//@ about = "Rust declares and calls a function that no side defines"
//@ expect = [{ rule = "symbol-missing", symbol = "absent" }]
#include <stdint.h>

uint32_t present(uint32_t value) {
    return value + 1;
}
