//@ about = "A float is bound as an integer; the other field keeps the eightbyte INTEGER, so only the meaning differs."
//@ expect = [{ rule = "field-kind", symbol = "id_of" }]
#include <stdint.h>

struct reading { float value; uint32_t id; };

uint32_t id_of(struct reading r) { return r.id; }
