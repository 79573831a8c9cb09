//@ about = "Signed bit-fields are sign-extended when read; Rust shifts up and arithmetically down."
#include <stdint.h>

// The bit-fields cover exactly the bits of Rust's first integer, so the two are the same value.
struct coordinates { int32_t x : 10, y : 22; int32_t z; };

int32_t x_of(struct coordinates c) { return c.x; }
int32_t y_of(struct coordinates c) { return c.y; }
