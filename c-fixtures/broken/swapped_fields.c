//@ about = "Two fields of one type are swapped: every layout agrees, only the values tell."
//@ expect = [{ rule = "field-offset", symbol = "width_of" }]
#include <stdint.h>

struct extent { uint32_t width, height; };

uint32_t width_of(struct extent e) { return e.width; }
