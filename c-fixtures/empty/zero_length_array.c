//@ about = "An array of length zero at the end takes no room and leaves a wasm singleton."
//@ ref = ["BasicCABI: Function signatures", "llvm#195572"]
#include <stdint.h>

struct headed { uint32_t count; uint8_t rest[0]; };

uint32_t count_of(struct headed h) { return h.count; }
struct headed make_headed(uint32_t count) { return (struct headed){.count = count}; }
