//@ expect = [{ rule = "param-type", symbol = "host_read" }, { rule = "signature-stub", symbol = "host_read", target = "wasm" }]
//@ about = "The module does not start: incompatible import type for env::host_read"
#include <stdint.h>

int32_t host_read(int64_t address, int64_t length) {
    return length > 0 && address != 0 ? (int32_t)length : -1;
}
