//@ about = "Bit-fields beside a pointer, a float and a bool: Rust has their unit as one integer, or as the bytes that bindgen writes."
#include <stdbool.h>
#include <stdint.h>

struct header { uint32_t version : 4, length : 28; void *owner; };
struct state { uint16_t a : 3, b : 13; bool ready; float level; };

int with_header(const struct header *header) { (void)header; return 0; }
int with_bytes(const struct header *header) { (void)header; return 0; }
float level_of(struct state state) { return state.level; }
