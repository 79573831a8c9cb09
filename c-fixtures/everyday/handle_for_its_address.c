//@ about = "A struct around one pointer as a field of C, and in Rust the address of such a struct: both are pointers."
//@ expect = [{ rule = "field-kind", symbol = "when" }]
#include <stdint.h>

struct clock { void *source; };
struct event { struct clock clock; uint32_t tick; };

uint32_t when(struct event event) { return event.tick; }
