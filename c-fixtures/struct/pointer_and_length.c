//@ about = "A hand-written slice: a pointer and a length in one struct, by value."
//@ call = ["sum_slice({&[1, -2, 3], 3}) == 2", "sum_slice({null, 0}) == 0"]
#include <stddef.h>
#include <stdint.h>

struct slice { const int32_t *data; size_t length; };

int32_t sum_slice(struct slice s) {
    uint32_t sum = 0;
    for (size_t i = 0; i < s.length; i++) sum += (uint32_t)s.data[i];
    return (int32_t)sum;
}
