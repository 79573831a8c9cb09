//@ about = "Rust lacks the last field, which falls into its padding: size and alignment agree."
//@ ref = ["rust#131097"]
//@ expect = [{ rule = "field-missing", symbol = "id_of" }]
#include <stdint.h>

struct ticket { uint32_t id; uint16_t row; uint16_t seat; };

uint32_t id_of(struct ticket t) { return t.id; }
