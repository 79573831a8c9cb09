//@ about = "a struct of 24 bytes through extern \"Rust\": C reads it on the stack, Rust passes a pointer; on wasm both pass a pointer"
//@ ref = ["Rust reference, external blocks: ABI"]
//@ expect = [{ rule = "calling-convention", symbol = "mix_block", target = "native" }]
#include <stdint.h>

struct block {
    uint64_t first, second, third;
};

// A run may pass by luck: the copy that Rust points to can lie just where C looks on the stack.
uint64_t mix_block(struct block block) {
    return block.first + 3 * block.second + 5 * block.third;
}
