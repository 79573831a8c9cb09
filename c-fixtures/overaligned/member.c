//@ about = "A member aligned by its own attribute, which Rust writes as a type of that alignment."
#include <stdint.h>

struct spread { uint8_t a; _Alignas(8) uint8_t b; };

uint8_t b_of(struct spread s) { return s.b; }
struct spread make_spread(uint8_t a, uint8_t b) { return (struct spread){a, b}; }
