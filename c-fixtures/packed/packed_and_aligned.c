//@ about = "packed, aligned(8) is a packed struct inside an aligned one: Rust needs two types for it."
//@ ref = ["rust#128373", "bindgen#2240"]
#include <stdint.h>

struct __attribute__((packed, aligned(8))) frame { uint64_t a; uint64_t b; uint8_t c; uint32_t d; };

uint32_t frame_d(struct frame f) { return f.d; }
struct frame make_frame(uint64_t a, uint64_t b, uint8_t c, uint32_t d) { return (struct frame){a, b, c, d}; }
