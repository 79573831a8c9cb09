//@ about = "A result of 24 bytes is written through a hidden pointer, which natively comes back in rax."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct triple { uint64_t a, b, c; };

struct triple make_triple(void) { return (struct triple){0x1111111111111111, 0x2222222222222222, 0x3333333333333333}; }
struct triple triple_from(uint64_t base) { return (struct triple){base, base + 1, base + 2}; }
