//@ about = "A struct with a 128-bit member is 32 bytes on the stack; older rustc took it for 24."
//@ ref = ["rust#54341", "psABI 3.2.3"]
#include <stdint.h>

struct word { uint8_t tag; unsigned __int128 value; };

uint64_t low_of(struct word w) { return (uint64_t)w.value; }
