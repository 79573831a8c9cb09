//@ about = "a null function pointer is None on the Rust side"
//@ ref = ["Rust reference, type layout: Option-like enums"]
//@ call = ["call_or_same(null, 5) == 5", "call_or_same(@triple, 5) == 15", "triple(7) == 21"]
#include <stddef.h>
#include <stdint.h>

uint32_t triple(uint32_t value) {
    return 3 * value;
}

uint32_t call_or_same(uint32_t (*callback)(uint32_t), uint32_t value) {
    return callback != NULL ? callback(value) : value;
}
