//@ about = "One file declares a function twice, by different types: each declaration is held against the definition"
//@ ref = "rust-lang/rust#105146"
//@ expect = [{ rule = "param-type", symbol = "scale" }, { rule = "arg-location", symbol = "scale", target = "native" }, { rule = "data-symbol", symbol = "total" }]
//@ call = ["scale(-7) == -14", "half(9) == 4"]
#include <stdint.h>

int32_t scale(int32_t value) {
    return value * 2;
}

int32_t half(int32_t value) {
    return value / 2;
}

int64_t total = 3;
