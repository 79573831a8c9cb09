//@ about = "an empty member takes one byte in C++ and none in Rust, so that the field behind it moves"
//@ ref = ["rust#20660", "cbindgen#262"]
//@ call = ["rust_total(1, 2) == 3"]
//@ expect = [{ rule = "layout-size", symbol = "total" }, { rule = "field-offset", symbol = "total" }]
#include <stdint.h>

struct Tag {};

struct Tagged {
    Tag tag;
    int32_t low;
    int32_t high;
};

extern "C" int64_t total(const Tagged *tagged) {
    return static_cast<int64_t>(tagged->low) + tagged->high;
}
