//@ about = "An empty struct among stack arguments does not shift those after it."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct nothing {};

uint64_t past_nothing(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g,
                      struct nothing n, uint64_t h) {
    (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)n;
    return g - h;
}
