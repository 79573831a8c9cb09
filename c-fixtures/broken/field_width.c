//@ about = "A 16-bit field is bound as 32 bits: C's padding hides it, size and offsets agree."
//@ expect = [{ rule = "field-width", symbol = "id_of" }]
#include <stdint.h>

struct ticket { uint32_t id; uint16_t row; };

uint32_t id_of(struct ticket t) { return t.id; }
