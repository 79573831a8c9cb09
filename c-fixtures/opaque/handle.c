//@ about = "A handle to a type that neither side shows: an incomplete struct in C, c_void in Rust; Rust makes it, C carries it."
//@ call = ["through_handle(40, 2) == 42"]
#include <stdint.h>

struct counter;

struct counter *counter_open(uint32_t start);
void counter_add(struct counter *c, uint32_t amount);
uint32_t counter_close(struct counter *c);

uint32_t through_handle(uint32_t start, uint32_t amount) {
    struct counter *c = counter_open(start);
    counter_add(c, amount);
    return counter_close(c);
}
