//@ about = "Eleven separate bytes: the second register is only three bytes full."
#include <stdint.h>

struct soup { uint8_t a, b, c, d, e, f, g, h, i, j, k; };

uint8_t soup_h(struct soup s) { return s.h; }
uint8_t soup_k(struct soup s) { return s.k; }
struct soup stir(struct soup s) { return (struct soup){s.k, s.j, s.i, s.h, s.g, s.f, s.e, s.d, s.c, s.b, s.a}; }
