//@ about = "A packed struct with a zero-length array of __int128 at offset 8: clang passes it in memory, gcc and rustc in a register."
//@ ref = ["psABI 3.2.3, classification (1)"]
//@ targets = ["native"]
//@ expect = [{ rule = "arg-location", toolchain = "clang" }, { rule = "indirect", symbol = "make_entry", toolchain = "clang" }]
#include <stdint.h>

struct __attribute__((packed)) entry { uint64_t key; unsigned __int128 values[0]; };

uint64_t key_of(struct entry e) { return e.key; }
struct entry make_entry(uint64_t key) {
    struct entry e;
    e.key = key;
    return e;
}
