//@ about = "reading through a null pointer: a signal natively, an ordinary byte of memory on wasm"
//@ call = ["read_through(&[7]) == 7", "read_through(null)"]
//@ expect = [{ rule = "crash", symbol = "read_through", target = "native" }]
#include <stdint.h>

int32_t read_through(const volatile int32_t *pointer) {
    return *pointer;
}
