//@ about = "repr(packed(8)) keeps natural offsets, packed, aligned(8) does not: sizes and alignments agree, the last field has moved."
//@ ref = ["rust#128373", "bindgen#2240"]
//@ expect = [{ rule = "field-offset", symbol = "frame_d" }]
#include <stdint.h>

struct __attribute__((packed, aligned(8))) frame { uint64_t a; uint64_t b; uint8_t c; uint32_t d; };

uint32_t frame_d(struct frame f) { return f.d; }
