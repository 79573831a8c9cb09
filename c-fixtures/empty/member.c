//@ about = "An empty member takes no room, and in wasm the struct around it is still a singleton."
//@ ref = ["BasicCABI: Function signatures"]
#include <stdint.h>

struct nothing {};
struct holder { struct nothing nothing; int32_t value; };

int32_t held(struct holder h) { return h.value; }
struct holder hold(int32_t value) { return (struct holder){{}, value}; }
