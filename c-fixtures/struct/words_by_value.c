//@ about = "Structs of one to eight 64-bit words: two go in registers natively, more in memory."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct words1 { uint64_t a; };
struct words2 { uint64_t a, b; };
struct words3 { uint64_t a, b, c; };
struct words4 { uint64_t a, b, c, d; };
struct words5 { uint64_t a, b, c, d, e; };
struct words6 { uint64_t a, b, c, d, e, f; };
struct words7 { uint64_t a, b, c, d, e, f, g; };
struct words8 { uint64_t a, b, c, d, e, f, g, h; };

// The trailing parameter shows how many registers and how much stack the struct took.
uint64_t take_words1(struct words1 s, uint64_t after) { return s.a - after; }
uint64_t take_words2(struct words2 s, uint64_t after) { return s.b - after; }
uint64_t take_words3(struct words3 s, uint64_t after) { return s.c - after; }
uint64_t take_words4(struct words4 s, uint64_t after) { return s.d - after; }
uint64_t take_words5(struct words5 s, uint64_t after) { return s.e - after; }
uint64_t take_words6(struct words6 s, uint64_t after) { return s.f - after; }
uint64_t take_words7(struct words7 s, uint64_t after) { return s.g - after; }
uint64_t take_words8(struct words8 s, uint64_t after) { return s.h - after; }
