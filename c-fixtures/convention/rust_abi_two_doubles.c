//@ about = "a struct of two doubles through extern \"Rust\": the same two registers natively, two parameters instead of a pointer on wasm"
//@ ref = ["Rust reference, external blocks: ABI"]
//@ expect = [{ rule = "calling-convention", symbol = "pick", target = "wasm" }, { rule = "signature-stub", symbol = "pick", target = "wasm" }]
#include <stdint.h>

struct vector {
    double x, y;
};

double pick(struct vector vector, int32_t which) {
    return which & 1 ? vector.x : vector.y;
}
