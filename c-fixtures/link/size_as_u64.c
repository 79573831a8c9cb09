//@ about = "size_t bound as u64: the same natively, another function type on wasm"
//@ expect = [{ rule = "param-type", symbol = "half", target = "wasm" }, { rule = "return-type", symbol = "half", target = "wasm" }, { rule = "signature-stub", symbol = "half", target = "wasm" }]
#include <stddef.h>

size_t half(size_t size) {
    return size / 2;
}
