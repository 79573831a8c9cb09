//@ about = "Pointers in a struct are eight bytes natively and four in wasm, and move what follows."
//@ call = ["read_item({&[11, 22], 1, 5}) == 27", "read_item({null, 0, 5}) == 5"]
#include <stddef.h>
#include <stdint.h>

struct item { const uint16_t *data; uint8_t index; uint32_t base; };

uint32_t read_item(struct item i) { return i.data != NULL ? i.data[i.index] + i.base : i.base; }
