//@ about = "The unit of the bit-fields is too narrow in the binding, and lies elsewhere: the padding around it hides both."
//@ expect = [{ rule = "field-missing", symbol = "narrow" }, { rule = "field-width", symbol = "moved" }, { rule = "field-offset", symbol = "moved" }]
#include <stdint.h>

struct header { uint32_t version : 4, length : 28; void *owner; };

int narrow(const struct header *header) { (void)header; return 0; }
int moved(const struct header *header) { (void)header; return 0; }
