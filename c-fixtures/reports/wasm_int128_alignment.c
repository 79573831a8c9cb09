//@ expect = [{ rule = "field-offset", symbol = "low_value", toolchain = "rustc-1.63" }, { rule = "layout-size", symbol = "low_value", toolchain = "rustc-1.63" }]
//@ about = "wasm: a field behind a u128 is read from the wrong place"
#include <stdint.h>

struct entry {
    uint32_t key;
    unsigned __int128 value;
};

uint64_t low_value(const struct entry *entry) {
    return (uint64_t)entry->value;
}
