//@ about = "A struct of only bit-fields is no singleton in wasm, the Rust struct of one integer is: pointer against value."
//@ ref = ["BasicCABI: Function signatures"]
//@ expect = [{ rule = "indirect", symbol = "count_of", target = "wasm" }]
#include <stdint.h>

// The bit-fields cover exactly the bits of Rust's one integer, so natively the two are the same value.
struct packed_status { uint32_t ready : 1, mode : 7, count : 24; };

uint32_t count_of(struct packed_status s) { return s.count; }
