//@ about = "A float parameter is bound as an integer: another register natively, another type in wasm."
//@ expect = [{ rule = "param-type", symbol = "count_plus" }, { rule = "arg-location", symbol = "count_plus", target = "native" }]
#include <stdint.h>

int32_t count_plus(int32_t count, float extra) {
    (void)extra;
    return count;
}
