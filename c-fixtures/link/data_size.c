//@ about = "C defines an array of two where Rust declares one of four, and both read only what is there"
//@ call = ["c_second() == 20", "rust_second() == 20"]
//@ expect = [{ rule = "data-symbol", symbol = "table" }]
#include <stdint.h>

int32_t table[2] = {10, 20};

int32_t c_second(void) {
    return table[1];
}
