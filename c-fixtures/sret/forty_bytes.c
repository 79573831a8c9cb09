//@ about = "A result of 40 bytes of mixed fields, padding included, through a hidden pointer."
#include <stdint.h>

struct mixed { uint8_t a; double b; uint16_t c; float d; int64_t e; uint32_t f; };

struct mixed make_mixed(uint8_t a, double b, uint16_t c, float d, int64_t e, uint32_t f) {
    return (struct mixed){a, b, c, d, e, f};
}
