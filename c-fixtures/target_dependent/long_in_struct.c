//@ about = "A struct with long members is 24 bytes natively and 12 in wasm; both sides follow."
#include <stdint.h>

struct entry { uint8_t kind; long amount; unsigned long limit; };

long amount_of(struct entry e) { return e.amount; }
struct entry make_entry(uint8_t kind, long amount, unsigned long limit) { return (struct entry){kind, amount, limit}; }
