//@ about = "An empty base takes no room in C++, and an empty last member lies in the padding: Rust needs no field for either."
//@ ref = ["Itanium C++ ABI 2.2", "psABI 3.2.3"]
#include <stdint.h>

struct Tag {};

struct Point : Tag {
    int32_t x;
    int32_t y;
};

struct Box {
    int32_t width;
    int16_t kind;
    Tag tag;
};

extern "C" int32_t x_of(Point p) { return p.x; }
extern "C" Point make_point(int32_t x, int32_t y) {
    Point p;
    p.x = x;
    p.y = y;
    return p;
}
extern "C" int32_t width_of(Box b) { return b.width; }
