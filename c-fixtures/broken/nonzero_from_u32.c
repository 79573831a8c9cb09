//@ about = "C passes zero where Rust has a NonZeroU32 without Option."
//@ call = ["plain_id(5) == 5"]
//@ expect = [{ rule = "invalid-value", symbol = "plain_id" }]
#include <stdint.h>

uint32_t plain_id(uint32_t id) { return id; }
