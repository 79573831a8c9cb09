//@ about = "The hidden pointer takes rdi, so that the sixth integer argument goes to the stack."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct sextet { uint64_t a, b, c, d, e, f; double g; };

struct sextet gather(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, double g) {
    return (struct sextet){a, b, c, d, e, f, g};
}
