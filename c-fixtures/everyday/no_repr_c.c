//@ about = "A struct without repr(C) that happens to be laid out like C's, by value and behind a pointer."
//@ ref = ["Rust reference, type-layout.repr.rust"]
//@ expect = [{ rule = "unspecified-layout", symbol = "by_value" }]
#include <stdint.h>

struct triple { int64_t a, b; int32_t c; };

int by_value(struct triple triple) { return triple.c; }
int by_pointer(const struct triple *triple) { (void)triple; return 0; }
