//@ about = "A struct in memory takes no register, so the integers after it start at the first one."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct triple { uint64_t a, b, c; };

uint64_t around_triples(struct triple s, uint64_t a, struct triple t, uint64_t b) {
    return s.a ^ 3 * s.c ^ 5 * a ^ 7 * t.a ^ 11 * t.c ^ 13 * b;
}
