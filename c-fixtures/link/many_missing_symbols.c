//@ about = "More functions that no side defines than a linker names unasked"
//@ expect = [{ rule = "symbol-missing" }]
#include <stdint.h>

uint32_t present(uint32_t value) {
    return value + 1;
}
