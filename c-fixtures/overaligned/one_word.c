//@ about = "One word aligned to 16: the padding eightbyte takes no register."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct __attribute__((aligned(16))) roomy { uint64_t value; };

uint64_t around_roomy(struct roomy r, uint64_t after) { return r.value - after; }
struct roomy make_roomy(uint64_t value) { return (struct roomy){value}; }
