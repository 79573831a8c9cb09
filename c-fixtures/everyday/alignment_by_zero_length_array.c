//@ about = "An array of no elements, and a flexible one, give a struct behind a pointer its alignment."
//@ expect = [{ rule = "layout-align", symbol = "with_none" }, { rule = "layout-align", symbol = "with_some" }]
#include <stdint.h>

struct none { uint16_t a, b, c, d; uint64_t tail[0]; };
struct some { uint16_t a, b, c, d; uint64_t tail[]; };

void with_none(struct none *none) { (void)none; }
void with_some(struct some *some) { (void)some; }
