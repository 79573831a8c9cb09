//@ about = "An empty struct between other arguments takes no register, no stack and no wasm parameter."
//@ ref = ["psABI 3.2.3", "BasicCABI: Function signatures"]
#include <stdint.h>

struct nothing {};

uint32_t around_nothing(uint32_t a, struct nothing n, uint32_t b) {
    (void)n;
    return a - b;
}
