//@ about = "A body returns a union of which it wrote the smaller member: the other bytes have no value, and differ"
//@ ref = ["C17 6.2.6.1 (7)"]
#include <stdint.h>

union part {
    uint32_t small;
    int64_t wide;
};

union part make(void)
{
    union part made = { .small = 7 };
    return made;
}

union part make_of(uint32_t value)
{
    union part made;
    made.small = value;
    return made;
}
