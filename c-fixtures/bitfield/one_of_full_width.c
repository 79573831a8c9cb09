//@ about = "A lone bit-field of the full width of its type is a singleton in wasm like the plain member."
//@ ref = ["BasicCABI: Function signatures", "rust#71871", "PR#138601"]
#include <stdint.h>

struct full { uint32_t value : 32; };

uint32_t value_of(struct full f) { return f.value; }
struct full make_full(uint32_t value) { return (struct full){value}; }
