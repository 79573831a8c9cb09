//@ about = "Three bytes: a size that no register and no load instruction has."
#include <stdint.h>

struct rgb { uint8_t red, green, blue; };

uint8_t blue_of(struct rgb c) { return c.blue; }
struct rgb reversed(struct rgb c) { return (struct rgb){c.blue, c.green, c.red}; }
