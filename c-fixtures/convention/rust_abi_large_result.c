//@ about = "a struct of 24 bytes returned through extern \"Rust\": both use a hidden pointer, though nothing promises it"
//@ ref = ["Rust reference, external blocks: ABI"]
//@ expect = []
#include <stdint.h>

struct block {
    uint64_t first, second, third;
};

struct block make_block(uint64_t seed) {
    struct block block = {seed, ~seed, seed << 1};
    return block;
}
