//@ about = "pragma pack(2) is repr(packed(2)): no field is aligned to more than two bytes."
#include <stdint.h>

#pragma pack(push, 2)
struct entry { uint8_t a; uint32_t b; uint64_t c; };
#pragma pack(pop)

uint64_t entry_c(struct entry e) { return e.c; }
struct entry make_entry(uint8_t a, uint32_t b, uint64_t c) { return (struct entry){a, b, c}; }
