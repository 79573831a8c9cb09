//@ about = "Integers and floats of all widths interleave, each kind counting its own registers."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

uint64_t mixed_integers(uint8_t a, float b, int16_t c, double d, uint32_t e, float f, int64_t g, double h, int8_t i,
                        float j, uint16_t k, double l) {
    (void)b, (void)d, (void)f, (void)h, (void)j, (void)l;
    return (uint64_t)a + 3u * (uint64_t)c + 5u * (uint64_t)e + 7u * (uint64_t)g + 11u * (uint64_t)i + 13u * (uint64_t)k;
}

float mixed_float(uint8_t a, float b, int16_t c, double d, uint32_t e, float f, int64_t g, double h, int8_t i,
                  float j, uint16_t k, double l) {
    (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h, (void)i, (void)k, (void)l;
    return j;
}
