//@ expect = [{ rule = "param-type", symbol = "write_bytes", target = "wasm" }, { rule = "signature-stub", symbol = "write_bytes", target = "wasm" }]
//@ about = "wasm: size_t is not a u64"
#include <stddef.h>

long write_bytes(const char *bytes, size_t count) {
    return bytes == NULL ? -1 : (long)count;
}
