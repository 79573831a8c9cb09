//@ about = "A two-word struct with one register left goes whole to the stack, and the next integer takes that register."
//@ ref = ["psABI 3.2.3", "ziglang/zig#17898"]
#include <stdint.h>

struct pair { uint64_t first, second; };

uint64_t straddling(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, struct pair p, uint64_t f) {
    return a ^ b ^ c ^ d ^ e ^ 3 * p.first ^ 5 * p.second ^ 7 * f;
}
