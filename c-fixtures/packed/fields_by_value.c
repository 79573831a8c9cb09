//@ about = "Packed and over-aligned fields by value: in memory where a field lies off its alignment, in registers where none does."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct __attribute__((packed)) off { uint8_t tag; uint32_t value; };
struct __attribute__((packed)) in_place { uint32_t value; uint16_t tag; };
struct spaced { uint8_t tag; uint32_t value __attribute__((aligned(8))); };

uint32_t off_value(struct off o, uint32_t after) { return o.value ^ after; }
uint32_t in_place_value(struct in_place i, uint32_t after) { return i.value ^ after; }
uint32_t spaced_value(struct spaced s, uint32_t after) { return s.value ^ after; }
struct off make_off(uint8_t tag, uint32_t value) { return (struct off){tag, value}; }
struct in_place make_in_place(uint32_t value, uint16_t tag) { return (struct in_place){value, tag}; }
struct spaced make_spaced(uint8_t tag, uint32_t value) { return (struct spaced){tag, value}; }
