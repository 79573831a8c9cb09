//@ about = "A vector of 16 bytes is one v128 where both sides have simd128."
//@ ref = ["wasm Basic C ABI, arguments"]
//@ targets = ["wasm"]
//@ not-applicable = { native = "a vector of wasm" }
//@ flags = ["-msimd128"]
#include <wasm_simd128.h>

v128_t first_of(v128_t x, v128_t y) {
    (void)y;
    return x;
}
