//@ about = "Padding between fields holds their offsets; its bytes carry nothing."
//@ ref = ["rust-diplomat#657/#656"]
#include <stdint.h>

struct gappy { uint8_t a; uint32_t b; uint8_t c; uint16_t d; };

uint32_t gappy_b(struct gappy s) { return s.b; }
uint16_t gappy_d(struct gappy s) { return s.d; }
struct gappy make_gappy(uint8_t a, uint32_t b, uint8_t c, uint16_t d) { return (struct gappy){a, b, c, d}; }
