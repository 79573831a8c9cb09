//@ about = "packed drops all padding; the unaligned fields send the struct to memory natively."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

struct __attribute__((packed)) header { uint8_t kind; uint32_t length; uint16_t check; };

uint32_t length_of(struct header h) { return h.length; }
struct header make_header(uint8_t kind, uint32_t length, uint16_t check) { return (struct header){kind, length, check}; }
