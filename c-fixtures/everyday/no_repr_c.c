//@ about = "A struct without repr(C) that happens to be laid out like C's, by value and behind a pointer."
//@ ref = ["Rust reference, type-layout.repr.rust"]
//@ expect = [{ rule = "unspecified-layout", symbol = "by_value" }, { rule = "unspecified-layout", symbol = "without_a_name" }]
#include <stdint.h>

struct triple { int64_t a, b; int32_t c; };
struct packet { uint32_t kind : 3, size : 29; struct { uint32_t raw; }; };

int by_value(struct triple triple) { return triple.c; }
uint32_t without_a_name(struct packet packet) { return packet.raw; }
int by_pointer(const struct triple *triple) { (void)triple; return 0; }
