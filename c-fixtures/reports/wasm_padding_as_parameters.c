//@ expect = [{ rule = "indirect", symbol = "end_of", target = "wasm", toolchain = "rustc-1.85" }, { rule = "signature-stub", symbol = "end_of", target = "wasm", toolchain = "rustc-1.85" }]
//@ about = "wasm: an exported function has six parameters instead of one"
#include <stdint.h>

struct request { uint8_t kind; uint32_t start, length; };

uint32_t end_of(struct request request);

uint32_t end_of_first(uint32_t length) {
    struct request request = {1, 10, length};
    return end_of(request);
}
