//@ about = "a struct of two ints through extern \"Rust\": C packs it into one register or points to it, Rust passes two scalars"
//@ ref = ["Rust reference, external blocks: ABI"]
//@ expect = [{ rule = "calling-convention", symbol = "pair_sum" }, { rule = "signature-stub", symbol = "pair_sum", target = "wasm" }]
#include <stdint.h>

struct pair {
    uint32_t low, high;
};

uint32_t pair_sum(struct pair pair) {
    return pair.low + 3 * pair.high;
}
