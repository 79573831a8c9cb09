//@ about = "An _Alignas that Rust left out moves one field by a byte; sizes and alignments agree."
//@ expect = [{ rule = "field-offset", symbol = "value_of" }]
#include <stdint.h>

struct cell { uint8_t kind; _Alignas(2) uint8_t moved; uint32_t value; };

uint32_t value_of(struct cell c) { return c.value; }
