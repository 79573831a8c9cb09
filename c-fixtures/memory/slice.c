//@ about = "a slice crosses as pointer and length; its extremes come back in a struct; an empty slice may be null"
//@ call = ["extremes(&[3, -8, 12, 5], 4)", "extremes(&[3, -8, 12, 5], 1)", "extremes(null, 0)", "extremes(&[-32768, 32767], 2)"]
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct range {
    int16_t low, high;
    bool found;
};

struct range extremes(const int16_t *values, size_t count) {
    struct range range = {INT16_MAX, INT16_MIN, count > 0};
    for (size_t i = 0; i < count; i++) {
        range.low = values[i] < range.low ? values[i] : range.low;
        range.high = values[i] > range.high ? values[i] : range.high;
    }
    return range;
}
