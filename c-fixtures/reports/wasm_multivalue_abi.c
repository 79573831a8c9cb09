//@ targets = ["wasm"]
//@ expect = [{ rule = "arg-location", symbol = "make_pair" }, { rule = "indirect", symbol = "make_pair" }, { rule = "indirect", symbol = "read_pair" }, { rule = "signature-stub", symbol = "make_pair" }, { rule = "signature-stub", symbol = "read_pair" }]
//@ about = "wasm: an object built with experimental-mv does not fit the others"
//@ flags = ["-Xclang=-target-abi", "-Xclang=experimental-mv", "-mmultivalue"]
#include <stdint.h>

struct pair { int32_t a, b; };

struct pair make_pair(int32_t a) {
    struct pair pair = {a, a + 1};
    return pair;
}

int32_t read_pair(struct pair pair) {
    return pair.a + pair.b;
}
