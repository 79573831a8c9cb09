//@ about = "Bit-fields that fill an int, by value beside another field, against one integer and masks."
//@ ref = ["psABI 3.1.2", "bindgen#1716"]
#include <stdint.h>

// The bit-fields cover exactly the bits of Rust's one integer, so the two are the same value.
struct status { uint32_t ready : 1, mode : 7, count : 24; uint32_t code; };

uint32_t count_of(struct status s) { return s.count; }
struct status with_mode(struct status s, uint32_t mode) {
    s.mode = mode & 0x7f;
    return s;
}
