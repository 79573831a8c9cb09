//@ about = "A struct aligned to 64, as for cache lines, on the stack and as a result."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct __attribute__((aligned(64))) line { uint64_t head; uint32_t count; };

uint32_t line_count(uint32_t before, struct line l, uint32_t after) { return l.count ^ before ^ after; }
struct line make_line(uint64_t head, uint32_t count) { return (struct line){head, count}; }
