//@ about = "Every fixed-width integer crosses as an argument and comes back unchanged."
//@ ref = ["psABI 3.2.3"]
#include <stdint.h>

int8_t identity_i8(int8_t x) { return x; }
uint8_t identity_u8(uint8_t x) { return x; }
int16_t identity_i16(int16_t x) { return x; }
uint16_t identity_u16(uint16_t x) { return x; }
int32_t identity_i32(int32_t x) { return x; }
uint32_t identity_u32(uint32_t x) { return x; }
int64_t identity_i64(int64_t x) { return x; }
uint64_t identity_u64(uint64_t x) { return x; }
