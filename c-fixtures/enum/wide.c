//@ about = "A value that needs 33 bits makes a C enum 64 bits wide on both targets."
//@ ref = ["psABI 3.1.2", "BasicCABI: Data Representation"]
#include <stdint.h>

enum mask { MASK_NONE = 0, MASK_LOW = 1, MASK_HIGH = 0x100000000 };

enum mask identity_mask(enum mask m) { return m; }
uint64_t mask_number(enum mask m) { return m; }
