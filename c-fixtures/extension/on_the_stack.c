//@ about = "Small integers past the last register are extended in their stack slots too."
//@ ref = ["wasmtime#13265", "libffi#29", "psABI 3.2.3"]
#include <stdint.h>

int64_t small_on_stack(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int8_t g, uint8_t h,
                       int16_t i, uint16_t j) {
    (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
    return (int64_t)g + 1000 * (int64_t)h + 1000000 * (int64_t)i + 1000000000000 * (int64_t)j;
}
