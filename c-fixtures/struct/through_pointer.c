//@ about = "A struct read and written in place through a pointer needs equal offsets only."
//@ call = ["advance(&{1, 2, 40000, -5, 1.5})", "count_of(&{1, 2, 40000, -5, 1.5}) == 40000"]
#include <stdint.h>

struct record { uint8_t kind; uint16_t flags; uint32_t count; int64_t time; double level; };

void advance(struct record *r) {
    r->count += 1;
    r->time = (int64_t)((uint64_t)r->time + 60);
}

uint32_t count_of(const struct record *r) { return r->count; }
