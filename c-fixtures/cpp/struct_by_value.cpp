//@ about = "a trivially copyable C++ struct with methods crosses by value, and by pointer"
//@ ref = ["Itanium C++ ABI 3.1"]
//@ call = ["scaled({1.5, 4, -2}, 2)", "length_squared(&{3.0, 4, 1}) == 9.0", "rust_scales(0.5) == 4.0"]
#include <stdint.h>

struct Shape {
    double x;
    int32_t sides;
    int16_t turn;

    constexpr Shape scaled(int32_t factor) const {
        Shape result = *this;
        result.x *= factor;
        result.sides = static_cast<int32_t>(static_cast<uint32_t>(sides) * static_cast<uint32_t>(factor));
        return result;
    }
};

extern "C" Shape scaled(Shape shape, int32_t factor) {
    return shape.scaled(factor);
}

extern "C" double length_squared(const Shape *shape) {
    return shape->x * shape->x;
}
