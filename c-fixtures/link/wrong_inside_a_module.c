//@ about = "A wrong declaration inside of a module is found like one at the root"
//@ expect = [{ rule = "param-type", symbol = "length_of" }, { rule = "arg-location", symbol = "length_of", target = "native" }]
#include <stdint.h>

int32_t length_of(int32_t value) {
    return value;
}
