//@ about = "Rust lacks the last field."
//@ ref = ["rust#131097"]
//@ expect = [{ rule = "field-missing", symbol = "id_of" }, { rule = "layout-size", symbol = "id_of" }]
#include <stdint.h>

struct ticket { uint32_t id; uint16_t row; };

uint32_t id_of(const struct ticket *t) { return t->id; }
