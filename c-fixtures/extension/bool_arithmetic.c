//@ about = "A bool used as a number: any bit set above the lowest one would change the result."
//@ ref = ["wasmtime#13265", "libffi#29", "psABI 3.2.3"]
#include <stdbool.h>
#include <stdint.h>

uint32_t choose(bool take_first, uint32_t first, uint32_t second) {
    return take_first * first + !take_first * second;
}

uint32_t count_true(bool a, bool b, bool c) { return (uint32_t)a + b + c; }
bool lowest_bit(uint32_t x) { return x & 1; }
