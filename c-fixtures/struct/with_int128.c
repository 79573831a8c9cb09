//@ about = "A 128-bit member is aligned to 16 and makes the struct 32 bytes, on both targets."
//@ ref = ["rust#54341", "rust#133991"]
#include <stdint.h>

struct tagged { uint8_t tag; unsigned __int128 value; };

unsigned __int128 tagged_value(struct tagged t) { return t.value; }
struct tagged make_tagged(uint8_t tag, unsigned __int128 value) { return (struct tagged){tag, value}; }
