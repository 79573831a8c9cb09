//@ about = "A byte after a 64-bit word makes the size 16, seven bytes of it padding."
#include <stdint.h>

struct tailed { uint64_t word; uint8_t flag; };

uint8_t flag_of(struct tailed t) { return t.flag; }
struct tailed make_tailed(uint64_t word, uint8_t flag) { return (struct tailed){word, flag}; }
