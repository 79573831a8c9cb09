//@ about = "Structs of one and two words come back in rax and rdx, a third word needs a hidden pointer."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct words1 { uint64_t a; };
struct words2 { uint64_t a, b; };
struct words3 { uint64_t a, b, c; };

struct words1 make_words1(uint64_t a) { return (struct words1){a}; }
struct words2 make_words2(uint64_t a, uint64_t b) { return (struct words2){a, b}; }
struct words3 make_words3(uint64_t a, uint64_t b, uint64_t c) { return (struct words3){a, b, c}; }
