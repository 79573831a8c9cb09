//@ about = "A packed struct with a zero-length array off its alignment: the text and clang have it in memory, rustc in a register."
//@ ref = ["psABI 3.2.3"]
//@ targets = ["native"]
//@ expect = [{ rule = "arg-location", symbol = "tag_of" }, { rule = "indirect", symbol = "make_tagged" }, { rule = "arg-location", symbol = "make_tagged" }]
#include <stdint.h>

struct __attribute__((packed)) tagged { uint8_t tag; uint32_t rest[0]; };

uint32_t tag_of(struct tagged t) { return t.tag; }
struct tagged make_tagged(uint8_t tag) {
    struct tagged t;
    t.tag = tag;
    return t;
}
