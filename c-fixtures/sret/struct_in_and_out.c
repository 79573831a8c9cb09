//@ about = "A large struct comes in on the stack and another goes out through the hidden pointer."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct triple { uint64_t a, b, c; };

struct triple rotate_triple(struct triple t, uint64_t add) { return (struct triple){t.b + add, t.c, t.a}; }
