//@ about = "A 128-bit member is aligned to 16 on both targets; older rustc aligned it to 8."
//@ ref = ["rust#54341", "rust#133991", "psABI 3.1.2"]
#include <stdint.h>

struct tagged { int8_t tag; __int128 value; };

__int128 value_behind(const struct tagged *t) { return t->value; }
