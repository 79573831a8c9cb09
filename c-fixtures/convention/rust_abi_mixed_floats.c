//@ about = "float, int, float in a struct through extern \"Rust\": C uses rdi and xmm0 where Rust passes a pointer; on wasm both pass a pointer"
//@ ref = ["Rust reference, external blocks: ABI"]
//@ expect = [{ rule = "calling-convention", symbol = "middle", target = "native" }]
#include <stdint.h>

struct sample {
    float before;
    int32_t value;
    float after;
};

int32_t middle(struct sample sample) {
    return sample.value;
}
