//@ about = "Sixteen bit-field and packed structs that bindings got wrong, through pointers: every size, and every bit in its place."
//@ ref = ["psABI 3.1.2", "bindgen#1716", "bindgen#981", "bindgen#1041", "bindgen#1947", "bindgen#1314", "bindgen#1132"]
#include <stdint.h>

#define PACKED __attribute__((packed))

struct PACKED date { uint8_t day : 5; uint8_t month : 4; uint16_t year : 14; };
struct PACKED date_list { struct date first, second; uint8_t tail; };
struct crossing { uint8_t a : 6; uint8_t b : 6; };
struct widening { uint8_t a : 3; uint32_t b : 20; };
struct PACKED tight { uint8_t a : 3; uint32_t b : 20; uint16_t c; };
struct barrier { uint32_t a : 5; uint32_t : 0; uint32_t b : 5; };
struct short_barrier { uint32_t a : 5; uint16_t : 0; uint32_t b : 5; };
struct unnamed { uint16_t a : 3; uint16_t : 5; uint16_t b : 8; };
struct long_bits { uint64_t a : 33; uint64_t b : 30; uint64_t c : 1; };
struct split { uint32_t a : 17; uint32_t b : 17; };
struct PACKED packed_split { uint32_t a : 17; uint32_t b : 17; };
struct after_a_byte { uint8_t first; uint32_t bits : 12; uint8_t last; };
struct PACKED packed_after_a_byte { uint8_t first; uint32_t bits : 12; uint8_t last; };
struct flags { uint8_t on : 1, ready : 1; uint8_t level : 6; uint8_t next; };
struct __attribute__((packed, aligned(4))) word_of_bits { uint8_t a : 4; uint16_t b : 12; uint8_t c; };
struct nested { struct crossing inner; uint16_t rest : 9; };

uint32_t date_year(const struct date *p) { return p->year; }
uint32_t date_list_tail(const struct date_list *p) { return p->tail; }
uint32_t crossing_b(const struct crossing *p) { return p->b; }
uint32_t widening_b(const struct widening *p) { return p->b; }
uint32_t tight_c(const struct tight *p) { return p->c; }
uint32_t barrier_b(const struct barrier *p) { return p->b; }
uint32_t short_barrier_b(const struct short_barrier *p) { return p->b; }
uint32_t unnamed_b(const struct unnamed *p) { return p->b; }
uint32_t long_bits_b(const struct long_bits *p) { return p->b; }
uint32_t split_b(const struct split *p) { return p->b; }
uint32_t packed_split_b(const struct packed_split *p) { return p->b; }
uint32_t after_a_byte_last(const struct after_a_byte *p) { return p->last; }
uint32_t packed_after_a_byte_last(const struct packed_after_a_byte *p) { return p->last; }
uint32_t flags_level(const struct flags *p) { return p->level; }
uint32_t word_of_bits_c(const struct word_of_bits *p) { return p->c; }
uint32_t nested_rest(const struct nested *p) { return p->rest; }
