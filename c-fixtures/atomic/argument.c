//@ about = "An _Atomic argument: clang does not count its register, so that a struct behind it is split between r9 and the stack, and on wasm does not extend it."
//@ ref = ["psABI 3.2.3, passing", "wasm Basic C ABI"]
//@ expect = [{ rule = "arg-location", symbol = "end_of", target = "native", toolchain = "clang" }, { rule = "integer-extension", toolchain = "clang" }]
#include <stdint.h>

struct range { int64_t from, to; };

int64_t end_of(int64_t a, int64_t b, int64_t c, int64_t d, _Atomic(int8_t) flag, struct range r) {
    uint64_t sum = (uint64_t)a + (uint64_t)b + (uint64_t)c + (uint64_t)d + (uint64_t)flag;
    return sum == 0 ? 0 : r.to;
}
int32_t as_int(_Atomic(int16_t) value) { return value; }
