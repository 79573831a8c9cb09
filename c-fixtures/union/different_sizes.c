//@ about = "Members of different sizes: the union is as large as the largest, aligned as the strictest."
#include <stdint.h>

union message { uint8_t bytes[12]; uint64_t word; uint16_t code; };

uint16_t code_of(union message m) { return m.code; }
uint8_t byte_eleven(union message m) { return m.bytes[11]; }
