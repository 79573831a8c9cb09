//@ about = "extern \"system\" is the C convention everywhere but on 32-bit Windows"
#include <stdint.h>

struct wide {
    uint64_t first, second, third;
};

uint64_t system_mix(struct wide wide, uint32_t add) {
    return wide.first + 3 * wide.second + 5 * wide.third + add;
}
