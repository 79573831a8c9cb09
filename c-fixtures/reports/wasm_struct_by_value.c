//@ expect = [{ rule = "indirect", symbol = "extract_a", target = "wasm", toolchain = "rustc-1.85" }, { rule = "signature-stub", symbol = "extract_a", target = "wasm", toolchain = "rustc-1.85" }]
//@ about = "wasm: a struct by value is two parameters in Rust and one in C"
#include <stdint.h>

struct vector { int32_t a, b; };

int32_t extract_a(struct vector v) {
    return v.a;
}
