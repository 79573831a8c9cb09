//@ about = "C passes NULL where Rust declares a function pointer that cannot be null, and the check for null is gone"
//@ ref = ["rust#40913"]
//@ opt = [2]
//@ call = ["call_if_set(@c_triple, 5) == 15", "call_if_set(null, 5)"]
//@ expect = [{ rule = "nullability", symbol = "call_if_set" }]
#include <stdint.h>

uint32_t call_if_set(uint32_t (*callback)(uint32_t), uint32_t value);

uint32_t c_triple(uint32_t value) {
    return 3 * value;
}
