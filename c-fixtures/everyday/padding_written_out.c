//@ about = "Padding has a name on one side only: as bytes, as a reserved integer, and as bytes that need not be initialised."
#include <stdint.h>

struct packet { uint8_t kind; uint32_t length; };
struct record { uint16_t kind; uint8_t reserved[2]; uint32_t length; };

uint32_t as_bytes(struct packet packet) { return packet.length; }
uint32_t as_integer(const struct packet *packet) { (void)packet; return 0; }
uint32_t uninitialised(const struct packet *packet) { (void)packet; return 0; }
uint32_t left_out(struct record record) { return record.length; }
