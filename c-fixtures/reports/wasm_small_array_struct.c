//@ expect = [{ rule = "indirect", symbol = "sum_quad", target = "wasm", toolchain = "rustc-1.85" }, { rule = "signature-stub", symbol = "sum_quad", target = "wasm", toolchain = "rustc-1.85" }]
//@ about = "wasm: four bytes in a struct are four parameters"
#include <stdint.h>

struct quad { uint8_t bytes[4]; };

uint32_t sum_quad(struct quad quad) {
    return (uint32_t)quad.bytes[0] + quad.bytes[1] + quad.bytes[2] + quad.bytes[3];
}
